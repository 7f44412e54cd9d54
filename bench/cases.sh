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

case_is_wanted()
{
	return 0
}

# case_phase NAME KEY FILE SCALE SIZE
case_phase()
{
	if [ "$mode" = truth ]; then
		case_measure "$1" "$2" "$5" "$3"
	elif [ "$5" = 1 ]; then
		case_judge "$1" "$2" "$3" "$4"
	else
		case_compare "$1" "$2" "$3"
	fi
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
case_data said predicted real measured

case_heading bench/cases.sh
case_run_all "$sizes" "$@"
case_results
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
