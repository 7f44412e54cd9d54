#!/bin/sh
# Every check of the project: `make test`. The last line is "N passed, N
# failed"; the exit status is 0 when none failed and every section ran some.
# Logs are in build/log/.

cd "$(dirname "$0")/../.." || exit 1
. test/tools/lib.sh

log=build/log
section_limit=480
total_passed=0
total_failed=0

# --- sections ---------------------------------------------------------------

begin()
{
	title=$1
	passed=0
	failed=0
	began=$(date +%s)
}

# show FILE [LINES]: where it is, and its end.
show()
{
	say "  --- the end of $1"
	tail -n "${2:-40}" "$1" | sed 's/^/  | /'
}

# end [NOTE]
end()
{
	if [ $((passed + failed)) -eq 0 ]; then
		failed=1
		set -- "no test ran"
	fi
	printf '%-32s %4d ok  %-10s %4d s  %s\n' "$title" "$passed" \
		"$([ "$failed" -eq 0 ] || say "$failed NOT OK")" \
		$(($(date +%s) - began)) "${1:-}"
	total_passed=$((total_passed + passed))
	total_failed=$((total_failed + failed))
}

# check NAME LOG COMMAND...: one check, passed when COMMAND exits with 0.
check()
{
	begin "$1"
	file=$2
	shift 2
	if "$@" >"$file" 2>&1; then
		passed=1
	else
		failed=1
	fi
	end
	[ "$failed" -eq 0 ] || show "$file"
	[ "$failed" -eq 0 ]
}

count_lines()
{
	grep -Ec "$1" "$2"
}

# count_tap FILE STATUS: adds to $passed and $failed. A point that is planned
# and missing has failed; so has a run that only its exit status tells of.
count_tap()
{
	ok=$(count_lines '^ok [0-9]' "$1")
	not_ok=$(grep -E '^not ok' "$1" | grep -Evic '# (todo|skip)')
	known=$(grep -E '^not ok' "$1" | grep -Eic '# (todo|skip)')
	planned=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$1" |
		awk '{ n += $1 } END { print n + 0 }')
	if [ "$planned" -gt $((ok + not_ok + known)) ]; then
		not_ok=$((planned - ok - known))
	fi
	if [ "$2" -ne 0 ] && [ "$not_ok" -eq 0 ]; then
		not_ok=1
	fi
	passed=$((passed + ok))
	failed=$((failed + not_ok))
}

# why STATUS: a word on a run that did not come to its end.
why()
{
	case $1 in
		124 | 137) say "stopped after $section_limit s" ;;
		*) say "" ;;
	esac
}

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

clang_reads()
{
	"$clang" -fsyntax-only -std=gnu99 -D_GNU_SOURCE -Werror -Wall -Wextra \
		-Isrc -isystem "$("$PG_CONFIG" --includedir)" "$@"
}

clang_reads_all()
{
	clang_reads -Wno-unused-parameter -Wno-sign-compare \
		-isystem "$("$PG_CONFIG" --includedir-server)" \
		$(find src -name '*.c' ! -path 'src/http/*') &&
		clang_reads $(find src/http -name '*.c') test/api/*.c \
			test/servers/*.c test/unit/*.c
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
		cp build/perfcheck-http build/perfcheck-http-tsan build/stall \
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
	set -- prove --verbose --nocolor "$1"
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
if clang=$(find_clang); then
	check "without a warning from clang" "$log/clang.log" clang_reads_all
fi
check "source layout" "$log/format.log" "$make" --no-print-directory format-check
check "installs" "$log/install.log" install_extension && installed=yes

begin "unit tests"
run_unit >"$log/unit.log" 2>&1
status=$?
count_tap "$log/unit.log" "$status"
end "$(why "$status")"
[ "$failed" -eq 0 ] || show "$log/unit.log"

begin "pg_regress"
if [ -z "${installed:-}" ]; then
	failed=1
	end "not installed"
elif ! cluster_start "$log/cluster.log"; then
	failed=1
	end "no throw-away PostgreSQL"
	show "$log/cluster.log"
	cluster_stop
else
	run_regress >"$log/regress.log" 2>&1
	status=$?
	cluster_stop
	# PostgreSQL 15, and from 16 on
	passed=$(count_lines '^(test .*\.\.\. ok|ok [0-9])' "$log/regress.log")
	failed=$(count_lines '^(test .*\.\.\. FAILED|not ok)' "$log/regress.log")
	set -- test/sql/*.sql
	wanted=$#
	if [ "$wanted" -gt $((passed + failed)) ]; then
		failed=$((wanted - passed))
	elif [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
		failed=1
	fi
	mkdir -p "$log/regress"
	for file in regression.diffs regression.out results; do
		[ ! -e "$file" ] || mv "$file" "$log/regress/"
	done
	end "$(why "$status")"
	if [ "$failed" -gt 0 ]; then
		show "$log/regress.log"
		[ ! -s "$log/regress/regression.diffs" ] ||
			show "$log/regress/regression.diffs" 200
	fi
fi

if [ -z "${installed:-}" ]; then
	begin "TAP tests"
	failed=1
	end "not installed"
elif ! tap_prepare >"$log/tap.log" 2>&1; then
	begin "TAP tests"
	failed=1
	end "could not be copied"
	show "$log/tap.log"
else
	ran=
	for file in test/t/*.pl; do
		[ -e "$file" ] || continue
		ran=yes
		name=${file##*/}
		begin "TAP test ${name%.pl}"
		run_tap "$file" >"$log/$name.log" 2>&1
		status=$?
		count_tap "$log/$name.log" "$status"
		end "$(why "$status")"
		[ "$failed" -eq 0 ] || show "$log/$name.log"
		# prove is silent when it is stopped, and the test's own log is not
		[ -z "$(why "$status")" ] ||
			show "$tap/tmp_check/log/regress_log_${name%.pl}"
	done
	if [ -z "$ran" ]; then
		begin "TAP tests"
		end
	fi
	# of servers and of what else the tests ran
	cp -R "$tap/tmp_check/log" "$log/tap"
	cp "$tap"/tmp_check/*.log "$log/tap" 2>/dev/null
fi

printf '%-51s %4d s\n' "in all" $(($(date +%s) - started))
say "$total_passed passed, $total_failed failed"
[ "$total_failed" -eq 0 ]
