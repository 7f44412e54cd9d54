#!/bin/sh
# Whether the causes and fixes that perfcheck names are those of an expert, and
# whether the fixes that it calls proven hurt. bench/README.md says what is
# compared.
#
#   sh bench/causes.sh [NAME...]        causes and fixes, beside cases/causes.tsv;
#                                       all cases take about three minutes
#   sh bench/causes.sh hurt [NAME...]   each proven fix on the large tables
#   sh bench/causes.sh time [NAME...]   how long a proof takes
#
# TIMEOUT    of a query on the large tables, in seconds, default 5
# SAID       a directory that keeps what was said and found, as tables
# PG_CONFIG  the PostgreSQL; perfcheck is installed there
#
# A missed target is a result, and the exit status is still 0.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh
# shellcheck source=bench/cases_lib.sh
. bench/cases_lib.sh

timeout=${TIMEOUT:-5}

# asked KEY: the queries of which the expert's answer is known, with commas; of
# the generated ones, all.
asked()
{
	[ -e "$cases/causes.tsv" ] || {
		say all
		return
	}
	awk -F '\t' -v key="$1" '$1 == key { printf "%s%s", comma, $2; comma = "," }' \
		"$cases/causes.tsv"
}

# judge DATABASE KEY FILE SCALE: what perfcheck says on the small tables.
judge()
{
	names=$(asked "$2")
	[ -n "$names" ] || return 0
	{
		case_settings "$3"
		say "\\set case '$2'" "\\set scale $4" "\\set names '$names'"
		cat bench/causes_judge.sql
	} >"$tmp/judge.sql"
	sql -d "$1" -f "$tmp/judge.sql" >"$tmp/judged" 2>"$tmp/psql.log" && {
		cat "$tmp/judged" >>"$data/said.tsv"
		return
	}
	say "case $2: $(head -n 1 "$tmp/psql.log")" >&2
	case_server_wait "$1"
	say "$names" | tr ',' '\n' | while read -r query; do
		printf '%s\t%s\terror\t0\tperfcheck failed\t\\N\t\\N\t\\N\tf\t\\N\n' "$2" "$query"
	done >>"$data/said.tsv"
}

# try DATABASE KEY FILE: the proven fixes on the large tables, each alone.
try()
{
	awk -F '\t' -v key="$2" '$1 == key && $3 == "not ok" && $9 == "t"' "$data/said.tsv" >"$tmp/proven"
	[ -s "$tmp/proven" ] || return 0
	sql -d "$1" -c "SET client_min_messages = warning" -c "DROP TABLE IF EXISTS bench.proven CASCADE" \
		-c "CREATE TABLE bench.proven (\"case\" text, query text, verdict text, seconds float8, cause text,
			fix text, rewrite text, advice text, proven boolean, proof text)" \
		-c "\\copy bench.proven FROM '$tmp/proven'" || exit 1
	cut -f 2 "$tmp/proven" | while read -r query; do
		sql -d "$1" -v "case=$2" -v "query=$query" -v "timeout=$timeout" \
			-v "dead_rows=$(header "$3" dead_rows)" -f bench/causes_hurt.sql \
			>>"$data/hurt.tsv" 2>"$tmp/psql.log" ||
			say "case $2, $query: $(head -n 1 "$tmp/psql.log")" >&2
	done
}

# measure_time DATABASE KEY FILE SCALE
measure_time()
{
	names=$(asked "$2")
	[ -n "$names" ] || return 0
	{
		case_settings "$3"
		say "\\set case '$2'" "\\set scale $4" "\\set names '$names'"
		cat bench/causes_time.sql
	} >"$tmp/time.sql"
	sql -d "$1" -f "$tmp/time.sql" >>"$data/time.tsv" 2>"$tmp/psql.log" ||
		say "case $2: $(head -n 1 "$tmp/psql.log")" >&2
}

# case_is_wanted NAME SIZE: the large tables are loaded only where there is something
# to try.
case_is_wanted()
{
	[ "$2" = 1 ] || awk -F '\t' -v name="$1" '{ split($1, key, "/") }
		key[1] == name && $3 == "not ok" && $9 == "t" { found = 1 }
		END { exit !found }' "$data/said.tsv"
}

# case_phase NAME KEY FILE SCALE SIZE
case_phase()
{
	if [ "$mode" = time ]; then
		measure_time "$1" "$2" "$3" "$4"
	elif [ "$5" = 1 ]; then
		judge "$1" "$2" "$3" "$4"
	else
		try "$1" "$2" "$3"
	fi
}

mode=run
case ${1:-} in
	hurt | time)
		mode=$1
		shift
		;;
esac
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(case_names)
case $mode in
	hurt) sizes="1 large" ;;
	*) sizes=1 ;;
esac
case_check_names "$@"
case_cluster
case_data said hurt time

case_heading bench/causes.sh
case_run_all "$sizes" "$@"
case_results
sql -f bench/causes_tables.sql -c "\\copy said FROM '$data/said.tsv'" \
	-c "\\copy hurt FROM '$data/hurt.tsv'" -c "\\copy time FROM '$data/time.tsv'" || exit 1
[ ! -e "$cases/causes.tsv" ] ||
	sql -c "\\copy expert FROM '$cases/causes.tsv' WITH (FORMAT csv, HEADER, DELIMITER E'\\t', QUOTE E'\\b')" || exit 1
case $mode in
	run) sql -f bench/causes_report.sql ;;
	hurt) sql -f bench/causes_hurt_report.sql ;;
	time) sql -f bench/causes_time_report.sql ;;
esac || exit 1
say "$(($(date +%s) - began)) s"
