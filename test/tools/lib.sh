# Sourced by setup.sh, demo.sh and test.sh, in the project's root: where the
# PostgreSQL is, build and install, a throw-away cluster, and cleaning up.
#
# shellcheck shell=sh

set -u
exec </dev/null

# What is installed must be readable by the server's user.
umask 022

# Compilers and servers speak English, and databases are UTF-8.
LC_ALL=C.UTF-8 LANG=C.UTF-8
export LC_ALL LANG

# PGHOST, PGOPTIONS and so on; PG_CONFIG stays.
forget_connection()
{
	for variable in $(env | sed -n 's/^\(PG[A-Z]*\)=.*/\1/p'); do
		unset "$variable"
	done
}

# Nothing of the caller's own connection is to reach the clusters made here.
forget_connection

make=${MAKE:-make}

say()
{
	printf '%s\n' "$*"
}

die()
{
	printf 'perfcheck: %s\n' "$*" >&2
	exit 1
}

is_root()
{
	[ "$(id -u)" -eq 0 ]
}

as_root()
{
	if is_root; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		say "not root, and there is no sudo; run as root: $*" >&2
		return 1
	fi
}

# --- scratch directory and cleaning up --------------------------------------

tmp=
job=
service=
cluster=
on_exit=:

# A directory that is gone when the script ends, however it ends.
make_tmp()
{
	# A TMPDIR of root's own may be closed to the server's user.
	if is_root; then
		unset TMPDIR
	fi
	trap cleanup EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	tmp=$(mktemp -d "${TMPDIR:-/tmp}/perfcheck.XXXXXX") || exit 1
}

cleanup()
{
	status=$?
	trap '' HUP INT TERM
	$on_exit
	job_stop
	service_stop
	stray_postmasters_stop
	cluster_stop
	rm -rf "$tmp"
	exit "$status"
}

# in_background COMMAND...: sets $job, and $job_status when it has been waited
# for. A shell makes what it starts so ignore SIGINT; that is undone.
in_background()
{
	perl -e '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec { $ARGV[0] } @ARGV
		or die "$ARGV[0]: $!\n"' "$@" 9>&- &
	job=$!
}

job_stop()
{
	if [ -n "$job" ]; then
		kill "$job" 2>/dev/null
		wait "$job" 2>/dev/null
		job=
	fi
}

# Of something started with & that $service holds the pid of.
service_stop()
{
	if [ -n "$service" ]; then
		kill "$service" 2>/dev/null
		wait "$service" 2>/dev/null
		service=
	fi
}

# limited SECONDS COMMAND...: runs it; a signal to this script ends it at once,
# with all that it started.
limited()
{
	in_background timeout -k 15 "$@"
	wait "$job"
	job_status=$?
	job=
	return "$job_status"
}

# --- the PostgreSQL to work with --------------------------------------------

# Is the PostgreSQL, or the one that will be installed, one of Debian's packages?
is_debian()
{
	command -v dpkg >/dev/null || return 1
	found=$(command -v "${PG_CONFIG:-pg_config}") || return 0
	dpkg -S "$("$found" --bindir)/pg_config" >/dev/null 2>&1
}

# PG_CONFIG as exported or given to make, or the one in the PATH: Debian's
# picks the newest version that is installed.
find_postgresql()
{
	PG_CONFIG=$(command -v "${PG_CONFIG:-pg_config}") ||
		die "pg_config not found; set PG_CONFIG to its path"
	export PG_CONFIG
	pg_version=$("$PG_CONFIG" --version | sed 's/^PostgreSQL //; s/ .*//')
	pg_bindir=$("$PG_CONFIG" --bindir)
	# PostgreSQL's own test modules, for TAP tests
	# shellcheck disable=SC2034
	pg_source=$(dirname "$("$PG_CONFIG" --pgxs)")/../../src
}

# What was built for another PostgreSQL is of no use.
clean_if_stale()
{
	if [ "$(cat build/built-for 2>/dev/null)" != "$pg_version" ]; then
		"$make" --no-print-directory clean >/dev/null &&
			mkdir -p build &&
			say "$pg_version" >build/built-for
	fi
}

# Variables of make that stand for all that is built and installed here.
make_variables=

# build TARGET...: with as many jobs as there are processors, or JOBS.
build()
{
	# shellcheck disable=SC2086
	"$make" --no-print-directory -k -O -j "${JOBS:-$(nproc)}" $make_variables "$@"
}

install_extension()
{
	if [ -w "$("$PG_CONFIG" --pkglibdir)" ] &&
		[ -w "$("$PG_CONFIG" --sharedir)/extension" ] &&
		[ -w "$pg_bindir" ]; then
		# shellcheck disable=SC2086
		"$make" --no-print-directory $make_variables install
	else
		# shellcheck disable=SC2086
		as_root "$make" --no-print-directory $make_variables install "PG_CONFIG=$PG_CONFIG"
	fi
}

# --- a throw-away cluster ---------------------------------------------------

# A free port outside the range of outgoing connections. Not 5432: a cluster
# that is only stopped just now would miss it.
free_port()
{
	perl -MIO::Socket::INET -e 'for (1 .. 100) {
		my $port = 20000 + int(rand(10000));
		if (IO::Socket::INET->new(LocalPort => $port, Listen => 1)) {
			print $port; exit 0;
		}
	}
	exit 1'
}

# A server does not run as root, nor in a directory that is closed to its user.
as_server()
{
	if is_root; then
		runuser -u postgres -- env -C / "$@"
	else
		"$@"
	fi
}

# Runs a cluster in $1, a directory that it removes, until its standard input
# ends. Creates $tmp/up when the server is up.
cluster_run()
{
	# A signal to the whole group must not leave a server behind.
	trap : HUP INT QUIT TERM
	if as_server "$pg_bindir/initdb" -D "$1/data" -U postgres -A trust \
		-E UTF8 --locale C.UTF-8 -N &&
		as_server "$pg_bindir/pg_ctl" -w -t 300 -D "$1/data" -l "$1/log" \
			-p "${server_program:-$pg_bindir/postgres}" -o "-k '$1' -p $port -c fsync=off" start; then
		: >"$tmp/up"
		cat >/dev/null
		as_server "$pg_bindir/pg_ctl" -m fast -w -D "$1/data" stop
	fi
	[ ! -e "$1/log" ] || cat "$1/log"
	rm -rf "$1"
}

# cluster_start LOG: PGHOST and so on then point to a cluster of its own. It runs
# beside this script and ends when its standard input does: when cluster_stop
# closes it, or when this script is gone, even killed. LOG then has the server's
# log, too.
#
# Not made by pg_virtualenv: that gives each cluster the same name, "regress",
# knows only the distribution's PostgreSQL, and removes the log. Here nothing
# has a name that another cluster of the machine could have.
cluster_start()
{
	port=$(free_port) || die "no free port"
	cluster_dir=$(as_server mktemp -d) || return 1
	rm -f "$tmp/alive" "$tmp/up" "$tmp/ended"
	mkfifo "$tmp/alive" || return 1
	exec 9<>"$tmp/alive"
	(
		cluster_run "$cluster_dir" <"$tmp/alive" >"$1" 2>&1 9>&-
		: >"$tmp/ended"
	) 9>&- &
	cluster=$!
	until [ -e "$tmp/up" ] || [ -e "$tmp/ended" ]; do
		sleep 0.1
	done
	[ -e "$tmp/up" ] || return 1
	PGHOST=$cluster_dir PGPORT=$port PGUSER=postgres PGDATABASE=postgres
	export PGHOST PGPORT PGUSER PGDATABASE
}

# The same for a benchmark, which needs perfcheck to be installed.
cluster_with_perfcheck()
{
	[ -e "$("$PG_CONFIG" --sharedir)/extension/perfcheck.control" ] ||
		die "perfcheck is not installed; run make install"
	cluster_start "$tmp/cluster.log" || {
		tail -n 30 "$tmp/cluster.log" >&2
		die "no PostgreSQL could be started"
	}
}

cluster_stop()
{
	if [ -n "$cluster" ]; then
		exec 9>&-
		wait "$cluster"
		cluster=
		forget_connection
		rm -f "$tmp/alive" "$tmp/up" "$tmp/ended"
	fi
}

# A TAP test that is killed leaves its servers behind.
stray_postmasters_stop()
{
	[ -d "$tmp/tap" ] || return 0
	find "$tmp/tap" -name postmaster.pid | while read -r file; do
		kill -QUIT "$(head -n 1 "$file")" 2>/dev/null
	done
}
