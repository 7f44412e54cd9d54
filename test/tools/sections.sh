# Sourced by test.sh after lib.sh: a section counts what passed and what failed,
# and shows of a failure all that was said of it. test/t/003_harness.pl checks
# that it does.
#
# shellcheck shell=sh

: "${section_limit:=480}"
total_passed=0
total_failed=0

# So many lines of a section's diagnostics are shown; the rest is in its log.
shown_lines=200

# The beginnings of what failed, for the end: who has no more than the last lines
# of a run must learn what to look for.
failures=

begin()
{
	title=$1
	passed=0
	failed=0
	began=$(date +%s)
}

# bounded FILE: shows standard input, up to a bound, and where the whole is.
bounded()
{
	awk -v most="$shown_lines" -v file="$1" '
		NR <= most { print "  | " $0 }
		END {
			if (NR > most)
				print "  ... and " NR - most " more lines"
			print "  --- all of it: " file
		}'
}

# show FILE [LINES]: its end.
show()
{
	tail -n "${2:-$shown_lines}" "$1" | bounded "$1"
}

# Each point that failed with the lines that follow it, up to the next point,
# then what is neither a point nor a comment: a message of "die", a report of
# a sanitizer, the end of make. If no point failed, the last comments are what
# there is to tell.
show_tap()
{
	awk '
		function is_point(line)
		{
			return line ~ /^[ \t]*(not )?ok [0-9]/ || line ~ /^[ \t]*1\.\.[0-9]/
		}
		is_point($0) {
			bad = $0 ~ /^[ \t]*not ok/ && tolower($0) !~ /# (todo|skip)/
			if (bad)
				found = 1
		}
		bad { failures[++n] = $0; next }
		is_point($0) { next }
		/^[ \t]*#/ { comments[++c] = $0; next }
		NF > 0 { others[++o] = $0 }
		END {
			for (i = 1; i <= n; i++)
				print failures[i]
			for (i = 1; i <= o; i++)
				print others[i]
			if (!found)
				for (i = c > 40 ? c - 39 : 1; i <= c; i++)
					print comments[i]
		}' "$1" | bounded "$1"
}

# The output of make without the commands that it ran.
show_build()
{
	grep -Ev '^(g?cc|[^ ]*clang[-0-9.]*|mkdir|rm|ar|install|/usr/bin/(mkdir|install)|/bin/mkdir) ' \
		"$1" | bounded "$1"
}

# keep COMMAND...: shows what it prints of the section's failure, and keeps the
# beginning for the end.
keep()
{
	said=$("$@")
	say "$said"
	failures="$failures$title
$(say "$said" | cut -c1-150 | head -n 9)
"
}

# show_regress LOG DIFFS: the tests that failed, the first lines that differ, what
# else was said, and what differs. Each test has its share of the lines, so that a long
# difference does not hide the next. The end of a run shows the first of these lines.
show_regress()
{
	{
		grep -E '^(test .*\.\.\. FAILED|not ok)' "$1" | head -n 3
		[ ! -s "$2" ] || grep -E '^[-+]([^-+]|$)' "$2" | head -n 8
	} | sed 's/^/  | /'
	grep -Ev '^(test .*\.\.\. (ok|FAILED)|(not )?ok [0-9])' "$1" | bounded "$1"
	[ ! -s "$2" ] || awk -v most="$shown_lines" '
		FNR == NR { tests += /^diff /; next }
		/^diff / { leave_out(); n = 0 }
		++n <= most / (tests ? tests : 1) - 1
		function leave_out()
		{
			if (n > most / (tests ? tests : 1) - 1)
				print "... and " n - int(most / (tests ? tests : 1) - 1) \
					" more lines of this test"
		}
		END { leave_out() }' "$2" "$2" | bounded "$2"
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
	[ "$failed" -eq 0 ] || keep show_build "$file"
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

# section_tap LOG STATUS: ends a section whose command wrote TAP to LOG and
# exited with STATUS.
section_tap()
{
	count_tap "$1" "$2"
	end "$(why "$2")"
	[ "$failed" -eq 0 ] || keep show_tap "$1"
}

# A test that compares times says so in its file, and nothing runs beside it.
tap_runs_alone()
{
	grep -q 'runs alone in make test' "$1"
}

# A test of requests that a machine has time for says in its file that it runs once more
# if it failed beside others. A fault fails by itself as well.
tap_runs_again()
{
	grep -q 'once more by itself in make test' "$1"
}

# Has the next test find what the first one found: nothing. Logs are kept.
tap_make_fresh()
{
	mkdir -p "$log/tap"
	cp "$tap"/tmp_check/*.log "$log/tap" 2>/dev/null
	find "$tap/tmp_check" -mindepth 1 -maxdepth 1 ! -name log -exec rm -rf {} +
}

# tap_section FILE [alone]: runs a test by itself, or shows what a lane says of it,
# unless it is to run again, which $again then tells. run_tap, lane_wait, $log and $tap
# are test.sh's.
tap_section()
{
	name=${1##*/}
	begin "TAP test ${name%.pl}"
	if [ $# -gt 1 ]; then
		tap_make_fresh
		run_tap "$1" >"$log/$name.log" 2>&1
		status=$?
	else
		lane_wait "$name"
		if [ "$status" -ne 0 ] && tap_runs_again "$1"; then
			mv "$log/$name.log" "$log/$name.beside.log"
			again="$again $1"
			say "$title failed beside other tests, and runs once more below"
			grep -E '^not ok' "$log/$name.beside.log" | head -n 5 | bounded "$log/$name.beside.log"
			return
		fi
	fi
	section_tap "$log/$name.log" "$status"
	# prove is silent when it is stopped, and only the test's own log has
	# what a test said that died
	own=$tap/tmp_check/log/regress_log_${name%.pl}
	if [ "$status" -ne 0 ] && [ -e "$own" ] &&
		{ [ -n "$(why "$status")" ] || ! grep -q '^not ok' "$log/$name.log" ||
			! grep -q '^1\.\.' "$log/$name.log"; }; then
		mkdir -p "$log/tap" && cp "$own" "$log/tap/" &&
			keep show "$log/tap/${own##*/}" 40
	fi
}

# section_regress LOG DIFFS STATUS WANTED: the same for pg_regress, which had
# WANTED tests to run.
section_regress()
{
	# PostgreSQL 15, and from 16 on
	passed=$(count_lines '^(test .*\.\.\. ok|ok [0-9])' "$1")
	failed=$(count_lines '^(test .*\.\.\. FAILED|not ok)' "$1")
	if [ "$4" -gt $((passed + failed)) ]; then
		failed=$(($4 - passed))
	elif [ "$3" -ne 0 ] && [ "$failed" -eq 0 ]; then
		failed=1
	fi
	end "$(why "$3")"
	[ "$failed" -eq 0 ] || keep show_regress "$1" "$2"
}

# section_done: what failed, once more and in short, and the last line; 0 if all is
# well.
section_done()
{
	if [ -n "$failures" ]; then
		say "what failed, in short:"
		printf '%s' "$failures" | head -n 24
	fi
	say "$total_passed passed, $total_failed failed"
	[ "$total_failed" -eq 0 ]
}

# --- what servers must never log ----------------------------------------------

# A failed assertion, a crash, a lock, reference or file that was lost, a
# catalog that was read too late. Not anchored where a line has no level.
never_logged='TRAP: |PANIC: |terminated by signal|missing lock for relation'
never_logged="$never_logged|(WARNING|ERROR|FATAL): .*(leak|resource was not closed)"
never_logged="$never_logged|(WARNING|ERROR|FATAL): .*(cache lookup failed|unexpected state)"

# The lines that a test brings about on purpose, by the beginning of the log's
# name: 010_seed_faults, 017_faults and 071_record_files kill backends and workers with signal 9,
# as the system does when memory is short.
logged_on_purpose='^[^:]*/(010_seed_faults|017_faults|071_record_files)_[^/:]*:.*was terminated by signal 9: '

# server_logs_clean FILE...: shows what is wrong in these logs; 1 if there is
# something, or if there is no log to read.
server_logs_clean()
{
	if [ $# -eq 0 ]; then
		say "no server log was found"
		return 1
	fi
	! grep -EH "$never_logged" "$@" | grep -Ev "$logged_on_purpose"
}
