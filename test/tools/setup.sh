#!/bin/sh
# Installs what `make demo` or `make test` needs and is not there, from the
# distribution's packages, as root or through sudo.
#
#   setup.sh [demo | test | soak]
#
# soak is for make fuzz, fuzz-parsers, asan, valgrind and soak, which take longer than
# make test and need more.
#
# Looks for what a thing is for, never for a package: a compiler that compiles,
# a library that links. PG_CONFIG picks the PostgreSQL; without one it is that
# of the pg_config in the PATH, or else the distribution's own.

cd "$(dirname "$0")/../.." || exit 1
. test/tools/lib.sh

goal=${1:-test}
case $goal in
	demo | test | soak) ;;
	*) die "usage: setup.sh [demo | test | soak]" ;;
esac

cc=${CC:-gcc}
dropin=/etc/postgresql-common/createcluster.d/perfcheck-setup.conf

# What tests create, of PostgreSQL's contrib.
contrib="amcheck btree_gist citext file_fdw hstore ltree unaccent"

# --- what is needed ---------------------------------------------------------

# need PURPOSE SOUGHT PACKAGES COMMAND...: notes PACKAGES if COMMAND fails.
need()
{
	purpose=$1 sought=$2 packages=$3
	shift 3
	if ! "$@" >/dev/null 2>&1; then
		missing="$missing $packages"
		table="$table$(row "$purpose" "$sought" "$packages")
"
	fi
}

# need_part PURPOSE SOUGHT PACKAGES BUILD COMMAND...: the same for a part of
# PostgreSQL. One that is not of Debian's packages has its parts of its own
# source, by BUILD.
need_part()
{
	purpose=$1 sought=$2 packages=$3 build=$4
	shift 4
	if [ -z "$foreign" ]; then
		need "$purpose" "$sought" "$packages" "$@"
	elif ! "$@" >/dev/null 2>&1; then
		lacking="$lacking$(row "$purpose" "$sought" "$build")
"
	fi
}

row()
{
	printf '  %-27s %-27s %s' "$@"
}

# compiles HEADERS FLAG...: a program with these headers links with these flags.
compiles()
{
	{
		for header in $1; do
			printf '#include <%s>\n' "$header"
		done
		say 'int main(void) { return 0; }'
	} >"$tmp/try.c"
	shift
	"$cc" "-I$includedir" "-L$libdir" -o "$tmp/try" "$tmp/try.c" "$@"
}

has()
{
	command -v "$1"
}

has_server()
{
	[ -x "$bindir/postgres" ] && [ -x "$bindir/initdb" ] &&
		has_contrib pg_trgm
}

has_contrib()
{
	for module; do
		[ -f "$sharedir/extension/$module.control" ] || return 1
	done
}

has_pgxs()
{
	[ -f "$pgxs" ] && [ -f "$includedir_server/postgres.h" ]
}

has_server_test_modules()
{
	[ -f "$(dirname "$pgxs")/../../src/test/perl/PostgreSQL/Test/Cluster.pm" ]
}

has_test_modules()
{
	has prove && perl -MTest::More -MHTTP::Tiny -MJSON::PP -MIPC::Run -e 1
}

has_pooler()
{
	has pgbouncer || [ -x /usr/sbin/pgbouncer ]
}

has_deb_tools()
{
	has dh && has lintian && has pg_buildext && has pg_virtualenv
}

# The runtime of clang comes under the name of its version.
clang_packages()
{
	version_of_clang=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p')
	say "clang${version_of_clang:+ libclang-rt-$version_of_clang-dev}"
}

has_fuzzer()
{
	say 'int LLVMFuzzerTestOneInput(const char *data, unsigned long size);
		int LLVMFuzzerTestOneInput(const char *data, unsigned long size)
		{ return data == 0 && size > 0; }' >"$tmp/try.c"
	"${FUZZ_CLANG:-clang}" -fsanitize=fuzzer,address,undefined -o "$tmp/try" "$tmp/try.c"
}

look_for_soak()
{
	need "fuzzing" "clang, libFuzzer" "$(clang_packages)" has_fuzzer
	need "memory of the server" valgrind valgrind has valgrind
	need "queries by chance" sqlsmith sqlsmith has sqlsmith
}

look_around()
{
	missing='' table='' lacking='' version='' foreign=''
	bindir=. sharedir=. pgxs=. includedir=. includedir_server=. libdir=.
	if pg_config=$(command -v "${PG_CONFIG:-pg_config}") &&
		version=$("$pg_config" --version 2>/dev/null); then
		bindir=$("$pg_config" --bindir)
		sharedir=$("$pg_config" --sharedir)
		pgxs=$("$pg_config" --pgxs)
		includedir=$("$pg_config" --includedir)
		includedir_server=$("$pg_config" --includedir-server)
		libdir=$("$pg_config" --libdir)
		version=$(say "$version" | sed 's/[^0-9]*\([0-9]*\).*/\1/')
		is_debian || foreign=yes
	elif [ -n "${PG_CONFIG:-}" ]; then
		die "PG_CONFIG=$PG_CONFIG does not run"
	fi

	need "C compiler" "$cc" "gcc libc6-dev" compiles stdio.h
	need "make" "$make" make has "$make"
	need_part "PostgreSQL NN" "postgres, pg_trgm" postgresql-NN \
		"make install; make -C contrib/pg_trgm install" has_server
	need_part "to build extensions" "PGXS, postgres.h" \
		postgresql-server-dev-NN "make install" has_pgxs
	need "PostgreSQL's client library" libpq-fe.h libpq-dev \
		compiles libpq-fe.h -lpq
	need "HTTP client library" curl/curl.h libcurl4-openssl-dev \
		compiles curl/curl.h -lcurl
	need "HTTP parser" http_parser.h libhttp-parser-dev \
		compiles http_parser.h -lhttp_parser
	need "HTTP server library" microhttpd.h libmicrohttpd-dev \
		compiles microhttpd.h -lmicrohttpd
	need "JSON library" jansson.h libjansson-dev compiles jansson.h -ljansson
	need "gzip library" zlib.h zlib1g-dev compiles zlib.h -lz
	need "Brotli library" brotli/decode.h libbrotli-dev compiles brotli/decode.h -lbrotlidec
	need "hash library" xxhash.h libxxhash-dev compiles xxhash.h -lxxhash
	need "scripts" "perl, IO::Socket" perl perl -MIO::Socket::INET -e 1
	[ "$goal" != demo ] || return 0
	[ "$goal" != soak ] || look_for_soak

	# shellcheck disable=SC2086
	need_part "extensions that tests use" "amcheck, hstore and others" \
		postgresql-NN "make -C contrib install" has_contrib $contrib
	need_part "TAP tests" "PostgreSQL::Test" postgresql-server-dev-NN \
		"configure --enable-tap-tests" has_server_test_modules
	need "sanitizers" "libasan, libubsan" "gcc libc6-dev" \
		compiles stdio.h -fsanitize=address,undefined
	need "sanitizer of threads" libtsan "gcc libc6-dev" \
		compiles stdio.h -fsanitize=thread
	need "unit tests" cmocka.h libcmocka-dev compiles \
		"stdarg.h stddef.h stdint.h setjmp.h cmocka.h" -lcmocka
	need "TAP tests" "prove, IPC::Run" "perl libipc-run-perl" \
		has_test_modules
	need "XML reader" xmllint libxml2-utils has xmllint
	need "HTTP/2 server" nghttpd nghttp2-server has nghttpd
	need "connection pooler" pgbouncer pgbouncer has_pooler
	need "certificates for a test" openssl openssl has openssl
	if is_debian; then
		need "Debian packages" "dh, lintian, pg_buildext" \
			"debhelper lintian postgresql-server-dev-all" has_deb_tools
	fi
	need "C source layout" clang-format clang-format has clang-format
	if is_root; then
		need "tests as another user" setpriv util-linux has setpriv
	fi
}

# --- Debian's packages ------------------------------------------------------

lists_updated=

update_lists()
{
	say "setup: apt-get update"
	as_root apt-get -qq -o DPkg::Lock::Timeout=300 update \
		>"$tmp/apt.log" 2>&1 || tail -n 5 "$tmp/apt.log" >&2
	lists_updated=yes
}

# Whether apt can tell of all these packages.
knows()
{
	for package; do
		apt-cache policy "$package" 2>/dev/null |
			grep -q 'Candidate: [^(]' || return 1
	done
}

default_version()
{
	apt-cache --no-all-versions show postgresql 2>/dev/null |
		sed -n 's/^Depends:.*postgresql-\([0-9][0-9]*\).*/\1/p'
}

# Installing a server for the first time makes and starts a cluster "main".
# Nothing here needs one: this file, there for a moment only, says so.
main_cluster_off()
{
	as_root mkdir -p "${dropin%/*}" &&
		say "create_main_cluster = false" >"$tmp/dropin" &&
		as_root cp "$tmp/dropin" "$dropin"
}

main_cluster_back()
{
	if [ -e "$dropin" ]; then
		as_root rm -f "$dropin"
		as_root rmdir "${dropin%/*}" 2>/dev/null
	fi
	return 0
}

# A test starts a pooler of its own; the one that the package starts is not needed.
pooler_off()
{
	[ "$pooler_was_here" = no ] || return 0
	if has_pooler >/dev/null && command -v systemctl >/dev/null; then
		as_root systemctl disable --now pgbouncer >/dev/null 2>&1
	fi
	return 0
}

install_packages()
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
		--no-install-recommends -o DPkg::Lock::Timeout=300 \
		-o Dpkg::Use-Pty=0 install "$@" >"$tmp/apt.log" 2>&1
}

install_missing()
{
	# shellcheck disable=SC2046
	if [ -z "$version" ] && [ -z "$(default_version)" ] ||
		! knows $(say "$missing" | sed 's/[^ ]*-NN//g'); then
		update_lists
	fi
	: "${version:=$(default_version)}"
	if [ -z "$version" ]; then
		tail -n 5 "$tmp/apt.log" >&2
		die "apt knows no package postgresql; is there a network?"
	fi
	[ "$version" -ge 15 ] ||
		die "PostgreSQL 15 or later is needed, and $version is what is here;" \
			"set PG_CONFIG to a later one's pg_config"

	packages=$(say "$missing" | sed "s/NN/$version/g" | tr ' ' '\n' | sort -u)
	# shellcheck disable=SC2086
	set -- $packages
	say "setup: installing $*"
	pooler_was_here=no
	if has_pooler >/dev/null; then
		pooler_was_here=yes
	fi
	main_cluster_off
	if ! install_packages "$@"; then
		if [ -z "$lists_updated" ]; then
			update_lists
			install_packages "$@"
		fi || {
			main_cluster_back
			tail -n 20 "$tmp/apt.log" >&2
			die "apt-get could not install the packages"
		}
	fi
	main_cluster_back
	pooler_off
}

# ----------------------------------------------------------------------------

make_tmp
on_exit=main_cluster_back

look_around
if [ -n "$lacking" ]; then
	{
		say "setup: this PostgreSQL is not of Debian's packages;" \
			"please build what it lacks:"
		printf '\n%s\n' "$(row "for" "looked for" "in its source")"
		printf '%s\n' "$lacking" | sed "s/NN/$version/g"
	} >&2
	exit 1
fi
if [ -z "$missing" ]; then
	say "setup: everything needed is here"
	exit 0
fi

if command -v apt-get >/dev/null; then
	if ! is_root && ! command -v sudo >/dev/null; then
		die "not root, and there is no sudo; run this as root:" \
			"sh test/tools/setup.sh $goal"
	fi
	install_missing
	look_around
	[ -z "$missing" ] || say "setup: still not found after installing:" >&2
else
	say "setup: there is no apt-get here; please install what is missing:" >&2
fi

if [ -n "$missing" ]; then
	{
		printf '\n%s\n' "$(row "for" "looked for" "Debian's package")"
		printf '%s\n' "$table" | sed "s/NN/${version:-NN}/g"
	} >&2
	[ -n "$version" ] || say "  NN: the version of PostgreSQL, 15 or later" >&2
	exit 1
fi
say "setup: done"
