#!/bin/sh
# What perfcheck says from 10,000 rows about 1,000,000 of what the versions of
# PostgreSQL do differently, beside what this one really does with 1,000,000 rows:
# the cases of bench/versions. bench/README.md says what is compared.
#
#   sh bench/versions.sh                  all of them, about five minutes
#   sh bench/versions.sh NAME...          bench/versions/NAME.sql alone
#
# TIMEOUT    of a query on the large tables, in seconds, default 60
# PG_CONFIG  the PostgreSQL; perfcheck is installed there
#
# A missed target is a result, and the exit status is still 0.

cd "$(dirname "$0")/.." || exit 1
CASES=bench/versions
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh
# shellcheck source=bench/cases_lib.sh
. bench/cases_lib.sh

timeout=${TIMEOUT:-60}

# case_is_wanted NAME SIZE: some cases are for later versions alone.
case_is_wanted()
{
	from=$(header "$cases/$1.sql" from)
	[ "$major" -ge "${from:-15}" ]
}

# case_phase NAME KEY FILE SCALE SIZE
case_phase()
{
	if [ "$5" = 1 ]; then
		case_judge "$1" "$2" "$3" "$4"
	elif [ "$5" = "$4" ]; then
		case_compare "$1" "$2" "$3"
	fi
	case_measure "$1" "$2" "$5" "$3"
}

# plans_read FILE METHOD: what perfcheck_plan counts after a restart, so that all is
# read that was in the buffers.
plans_read()
{
	sql -c "ALTER SYSTEM SET io_method = '$2'" -c CHECKPOINT || exit 1
	as_server "$pg_bindir/pg_ctl" -D "$cluster_dir/data" -m fast -w restart >"$tmp/restart.log" 2>&1 9>&- ||
		die "no restart: $(cat "$tmp/restart.log")"
	sql -At -d reads -c "SELECT to_jsonb(p) FROM perfcheck_plan(NULL, 100) AS p" >"$1" || exit 1
}

# ways_to_read: are the counts the same with asynchronous reads as without?
ways_to_read()
{
	case_database reads "$cases/reads.sql" 1
	phases "$cases/reads.sql" >"$tmp/phases"
	case_step reads 1 "$tmp/phase.1.sql" reads "$cases/reads.sql"
	plans_read "$tmp/worker" worker
	plans_read "$tmp/sync" sync
	if cmp -s "$tmp/worker" "$tmp/sync"; then
		say "io_method worker and sync:       the same $(wc -l <"$tmp/worker") rows of perfcheck_plan()"
	else
		say "io_method worker and sync:       perfcheck_plan() DIFFERS"
		diff "$tmp/worker" "$tmp/sync"
	fi
	case_drop reads
}

# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(case_names)
case_check_names "$@"
case_cluster
major=${pg_version%%[!0-9]*}
case_data said predicted real measured

case_heading bench/versions.sh
case_run_all "1 7 large" "$@"
case "$major $* " in
	1[5-7]*) ;;
	*" reads "*) ways_to_read ;;
esac
case_results
sql -f bench/cases_tables.sql || exit 1
for file in said predicted real measured; do
	sql -c "\\copy $file FROM '$data/$file.tsv'" || exit 1
done
sql -f bench/versions_truth.sql && sql -v mode=versions -f bench/cases_report.sql || exit 1
say "$(($(date +%s) - began)) s"
