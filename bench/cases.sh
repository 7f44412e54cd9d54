#!/bin/sh
# What perfcheck says of other people's schemas, beside what is true: each case
# of bench/cases is judged on its small tables, and the same queries are then run
# on tables that really are 50 times as large. bench/README.md says how a case
# is written and what is compared.
#
#   sh bench/cases.sh                     all cases, about 25 minutes
#   sh bench/cases.sh NAME...             bench/cases/NAME.sql alone
#   sh bench/cases.sh verdicts [NAME...]  the small tables alone, two minutes
#   sh bench/cases.sh truth [NAME...]     measures what is true, into truth.tsv
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

# judge DATABASE KEY FILE SCALE: what perfcheck says on the small tables. If the
# server crashed, each query has that as its verdict.
judge()
{
	{
		case_settings "$3"
		say "\\set case '$2'" "\\set scale $4"
		cat bench/cases_judge.sql
	} >"$tmp/judge.sql"
	sql -d "$1" -f "$tmp/judge.sql" >"$tmp/judged" 2>"$tmp/psql.log" && {
		sed -n 's/^said\t//p' "$tmp/judged" >>"$data/said.tsv"
		sed -n 's/^predicted\t//p' "$tmp/judged" >>"$data/predicted.tsv"
		return
	}
	say "case $2: $(head -n 1 "$tmp/psql.log")" >&2
	until sql -d "$1" -c "SELECT 1" >/dev/null 2>&1; do
		sleep 1
	done
	sql -d "$1" -At -F '	' -c "SELECT '$2', name, 'error', 0, 'perfcheck failed', ''
		FROM perfcheck_query ORDER BY name COLLATE \"C\"" >>"$data/said.tsv"
}

# compare DATABASE KEY FILE: the same plans and values on the large tables.
compare()
{
	grep "^$2	" "$data/predicted.tsv" >"$tmp/predicted"
	sql -d "$1" -c "TRUNCATE bench.predicted" \
		-c "\\copy bench.predicted FROM '$tmp/predicted'" || exit 1
	sql -d "$1" -v "case=$2" -v "timeout=$timeout" \
		-v "dead_rows=$(header "$3" dead_rows)" -f bench/cases_compare.sql >>"$data/real.tsv" 2>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "case $2 cannot be compared"
	}
}

# measure DATABASE KEY SIZE FILE: what is true at one size.
measure()
{
	sql -d "$1" -v "case=$2" -v "size=$3" -v "timeout=$timeout" \
		-v "dead_rows=$(header "$4" dead_rows)" -f bench/cases_measure.sql >>"$data/measured.tsv" 2>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "case $2 cannot be measured at size $3"
	}
}

# run_case NAME SIZE...
run_case()
{
	name=$1
	file=$cases/$name.sql
	scale=$(header "$file" scale)
	scale=${scale:-50}
	phases "$file" >"$tmp/phases"
	shift
	for size; do
		[ "$size" != large ] || size=$scale
		case_database "$name" "$file" "$size"
		while read -r number phase; do
			key=$name
			[ "$phase" = - ] || key=$name/$phase
			case_step "$name" "$size" "$tmp/phase.$number.sql" "$key" "$file"
			if [ "$mode" = truth ]; then
				measure "$name" "$key" "$size" "$file"
			elif [ "$size" = 1 ]; then
				judge "$name" "$key" "$file" "$scale"
			else
				compare "$name" "$key" "$file"
			fi
		done <"$tmp/phases"
		case_drop "$name"
	done
}

mode=run
case ${1:-} in
	truth | verdicts)
		mode=$1
		shift
		;;
esac
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(case_names)
case $mode in
	truth) sizes="1 7 large" ;;
	verdicts) sizes=1 ;;
	run) sizes="1 large" ;;
esac
case_check_names "$@"
case_cluster
data=${SAID:-$tmp/said}
mkdir -p "$data" || exit 1
for file in said predicted real measured; do
	: >"$data/$file.tsv"
done

case_heading bench/cases.sh
began=$(date +%s)
for name; do
	# shellcheck disable=SC2086
	run_case "$name" $sizes
	[ -z "${VERBOSE:-}" ] || say "$name $(($(date +%s) - began)) s" >&2
done
sql -c "CREATE DATABASE results" || exit 1
PGDATABASE=results
export PGDATABASE
sql -f bench/cases_tables.sql || exit 1
for file in said predicted real measured; do
	sql -c "\\copy $file FROM '$data/$file.tsv'" || exit 1
done
[ ! -e "$cases/truth.tsv" ] ||
	sql -c "\\copy truth FROM '$cases/truth.tsv' WITH (HEADER)" || exit 1
if [ "$mode" = truth ]; then
	sql -f bench/cases_truth.sql || exit 1
	sql -c "\\copy (SELECT * FROM new_truth ORDER BY \"case\" COLLATE \"C\", query COLLATE \"C\") TO '$tmp/truth.tsv' WITH (HEADER)" &&
		cat "$tmp/truth.tsv" >"$cases/truth.tsv" || exit 1
else
	sql -v "mode=$mode" -f bench/cases_report.sql || exit 1
fi
say "$(($(date +%s) - began)) s"
