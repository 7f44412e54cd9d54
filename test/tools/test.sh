#!/bin/sh
# Every check of the project: `make test`. The last line is "N passed, N
# failed"; the exit status is 0 when none failed and every section ran some.
# Logs are in build/log/.

cd "$(dirname "$0")/../.." || exit 1
. test/tools/lib.sh
. test/tools/sections.sh

log=build/log
section_limit=600
# Bitcode for JIT takes as long to compile as all else, and clang reads each file anyway.
make_variables=with_llvm=no

# --- what they run ----------------------------------------------------------

unit_tests()
{
	for source in test/unit/test_*.c; do
		[ -e "$source" ] || continue
		source=${source##*/}
		say "build/unit/${source%.c}"
	done
}

# All that make test runs is built here, so that each warning is seen once.
compile()
{
	# shellcheck disable=SC2046
	build all api servers build/perfcheck-http build/perfcheck-http-tsan \
		$(unit_tests)
}

# Warnings in the project's own files, from the compiler's output.
no_warnings()
{
	! grep -E '^(\./)?(src|test)/[^:]*:[0-9]+:.*(warning|error):' "$log/build.log"
}

# Debian installs clang with PGXS, under the name that PGXS calls it by.
find_clang()
{
	global=$(dirname "$("$PG_CONFIG" --pgxs)")/../Makefile.global
	command -v clang ||
		command -v "$(sed -n 's/^CLANG *= *//p' "$global" 2>/dev/null)"
}

# clang_reads FLAGS DIRECTORIES: each file by itself, on all processors.
clang_reads()
{
	# shellcheck disable=SC2086
	find $2 -name '*.c' -print0 | xargs -0 -n 12 -P "$(nproc)" \
		"$clang" -fsyntax-only -std=gnu99 -D_GNU_SOURCE -Werror -Wall -Wextra \
		-Isrc -isystem "$("$PG_CONFIG" --includedir)" $1
}

clang_reads_all()
{
	of_server="-isystem $("$PG_CONFIG" --includedir-server)"
	server_files=$(find src -mindepth 1 -maxdepth 1 ! -name http)
	clang_reads "-Wno-unused-parameter -Wno-sign-compare $of_server" "$server_files" &&
		clang_reads "" "src/http test/api test/servers test/unit"
}

run_unit()
{
	CMOCKA_MESSAGE_OUTPUT=TAP limited "$section_limit" \
		"$make" --no-print-directory unit
}

# TAP_TESTS is emptied: those do not run as root, and have their own section.
run_regress()
{
	limited "$section_limit" "$make" --no-print-directory installcheck TAP_TESTS=
}

# The TAP tests start servers, which refuse to run as root, and this directory
# may be closed to others: they run in a copy, as another user if need be.
tap_prepare()
{
	tap=$tmp/tap
	mkdir -p "$tap/build" "$tap/tmp_check/log" &&
		tar -cf - --exclude ./.git --exclude ./build . | tar -xf - -C "$tap" &&
		cp build/perfcheck-http build/perfcheck-http-tsan build/stall build/capacity \
			build/steady "$tap/build/" ||
		return 1
	if is_root; then
		tap_user=nobody
		if id postgres >/dev/null 2>&1; then
			tap_user=postgres
		fi
		chmod 711 "$tmp" && chmod -R u+rwX,go+rX "$tap" &&
			chown -R "$tap_user" "$tap"
	fi
}

run_tap()
{
	# Merged, a failed test's diagnostics follow its line.
	set -- prove --merge --verbose --nocolor "$1"
	if is_root; then
		set -- setpriv --reuid "$tap_user" --regid "$(id -g "$tap_user")" \
			--init-groups "$@"
	fi
	# TESTDIR is for PostgreSQL 15, the other two are its successors.
	limited "$section_limit" env -C "$tap" \
		"PATH=$pg_bindir:$PATH" \
		"HOME=$tap" \
		"TMPDIR=$tap" \
		"PERL5LIB=$pg_source/test/perl" \
		"PG_REGRESS=$pg_source/test/regress/pg_regress" \
		"TESTDIR=$tap" \
		"TESTDATADIR=$tap/tmp_check" \
		"TESTLOGDIR=$tap/tmp_check/log" \
		"PERFCHECK_HTTP=$tap/build/perfcheck-http" \
		"PERFCHECK_HTTP_TSAN=$tap/build/perfcheck-http-tsan" \
		"EVENTS_API=$tap/test/api/events-api" \
		"$@"
}

# What else a lane runs: a function and a log of the same name.
lane_tasks="regress packages clang unit"

task_clang()
{
	clang_reads_all
}

task_unit()
{
	run_unit
}

task_regress()
{
	cluster_start "$log/cluster.log" || {
		cluster_stop
		show "$log/cluster.log"
		say "no throw-away PostgreSQL"
		return 1
	}
	# A snapshot of autovacuum's would keep VACUUM from finding rows visible to all.
	"$pg_bindir/psql" -Xq -c "ALTER SYSTEM SET autovacuum_naptime = '1d'" \
		-c "SELECT pg_reload_conf()" >>"$log/cluster.log"
	run_regress
	task_status=$?
	cluster_stop
	mkdir -p "$log/regress"
	for file in regression.diffs regression.out results; do
		[ ! -e "$file" ] || mv "$file" "$log/regress/"
	done
	return "$task_status"
}

task_packages()
{
	limited "$section_limit" sh test/tools/deb.sh
}

# Takes what no other lane has taken, the long ones first, and leaves of each
# $tmp/NAME.ran: its exit status and its seconds.
lane()
{
	trap 'job_stop; cluster_stop; exit 143' HUP INT TERM
	for task in $lane_tasks test/t/*.pl; do
		name=${task##*/}
		if [ -e "$task" ] && tap_runs_alone "$task" || ! mkdir "$tmp/$name.taken" 2>/dev/null; then
			continue
		fi
		lane_began=$(date +%s)
		if [ -e "$task" ]; then
			run_tap "$task" >"$log/$name.log" 2>&1
		else
			"task_$task" >"$log/$name.log" 2>&1
		fi
		say "$? $(($(date +%s) - lane_began))" >"$tmp/$name.ends"
		mv "$tmp/$name.ends" "$tmp/$name.ran"
	done
}

# One lane more than there are processors: a part of a test's time is waiting, for a
# run of a second, a start, a lock.
lanes()
{
	running=
	trap 'kill $running 2>/dev/null; wait; exit 143' HUP INT TERM
	for _ in $(seq $((1 + $(nproc)))); do
		lane &
		running="$running $!"
	done
	wait
}

# lane_wait TASK: waits for its end, and sets $status, and $began as if it had just run.
lane_wait()
{
	until [ -e "$tmp/$1.ran" ]; do
		[ -n "$service" ] && kill -0 "$service" 2>/dev/null || [ -e "$tmp/$1.ran" ] ||
			{ say "1 0" >"$tmp/$1.ran" && : >>"$log/$1.log"; }
		sleep 0.2
	done
	read -r status seconds <"$tmp/$1.ran"
	began=$(($(date +%s) - seconds))
}

# task_section TASK TITLE: one check, if a lane has that task.
task_section()
{
	case " $lane_tasks " in
	*" $1 "*) ;;
	*) return ;;
	esac
	begin "$2"
	lane_wait "$1"
	if [ "$status" -eq 0 ]; then passed=1; else failed=1; fi
	end "$(why "$status")"
	[ "$failed" -eq 0 ] || keep show_build "$log/$1.log"
}

# ----------------------------------------------------------------------------

make_tmp
started=$(date +%s)
if ! sh test/tools/setup.sh test; then
	say "0 passed, 1 failed"
	exit 1
fi
find_postgresql
say "perfcheck with PostgreSQL $pg_version; logs are in $log/"
# All anew: a compiler says nothing of what it does not compile.
rm -f build/built-for
if ! clean_if_stale || ! mkdir -p "$log"; then
	say "0 passed, 1 failed"
	exit 1
fi

check "compiles" "$log/build.log" compile
check "without a warning" "$log/warnings.log" no_warnings
check "source layout" "$log/format.log" "$make" --no-print-directory format-check
check "layers" "$log/layers.log" sh test/tools/layers.sh src
check "sizes of functions and files" "$log/sizes.log" sh test/tools/sizes.sh
check "installs" "$log/install.log" install_extension && installed=yes

if ! is_debian || ! git rev-parse >/dev/null 2>&1; then
	lane_tasks=$(say "$lane_tasks" | sed 's/ packages//')
fi
clang=$(find_clang) || lane_tasks=$(say "$lane_tasks" | sed 's/ clang//')

if [ -z "${installed:-}" ]; then
	begin "tests"
	failed=1
	end "not installed"
elif ! tap_prepare >"$log/tap.log" 2>&1; then
	begin "tests"
	failed=1
	end "could not be copied"
	keep show "$log/tap.log"
else
	lanes &
	service=$!

	begin "unit tests"
	lane_wait unit
	section_tap "$log/unit.log" "$status"

	begin "pg_regress"
	lane_wait regress
	set -- test/sql/*.sql
	section_regress "$log/regress.log" "$log/regress/regression.diffs" \
		"$status" $#

	task_section clang "without a warning from clang"
	task_section packages "Debian packages"

	again=
	for test in test/t/*.pl; do
		tap_runs_alone "$test" || tap_section "$test"
	done
	wait "$service"
	service=
	for test in test/t/*.pl; do
		! tap_runs_alone "$test" || tap_section "$test" alone
	done
	for test in $again; do
		tap_section "$test" alone
	done
	# of servers and of what else the tests ran
	mkdir -p "$log/tap"
	cp -R "$tap/tmp_check/log/." "$log/tap/"
	cp "$tap"/tmp_check/*.log "$log/tap" 2>/dev/null
fi

if [ -n "${installed:-}" ]; then
	# A server's log is named for its test and its node; HTTP tests log, too.
	set --
	for file in "$log/cluster.log" "$log"/tap/[0-9]*_*.log; do
		[ ! -e "$file" ] || set -- "$@" "$file"
	done
	check "server logs" "$log/servers.log" server_logs_clean "$@"
fi

printf '%-51s %4d s\n' "in all" $(($(date +%s) - started))
section_done
