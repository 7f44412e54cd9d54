#!/bin/sh
# Whether rows that perfcheck_populate() makes from statistics behave like the real
# ones. bench/README.md says what is compared.
#
#   sh bench/populate.sh [NAME...]   the databases of bench/populate; all take about
#                                    half an hour
#   sh bench/populate.sh speed       rows a second, beside pgbench -i
#   sh bench/populate.sh report      once more, from what SAID holds
#
# ROWS       of the largest table, default 1000000
# SMALL      of the largest table where verdicts are forecast, default 30000
# SAID       a directory that keeps what was said and found, as tables
# PG_CONFIG  the PostgreSQL; perfcheck is installed there
#
# A missed target is a result, and the exit status is still 0.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh
# shellcheck source=bench/cases_lib.sh
. bench/cases_lib.sh

rows=${ROWS:-1000000}
small=${SMALL:-30000}
here=bench/populate

# database KIND NAME: an empty database with the schema, and perfcheck apart from it.
database()
{
	db=$1_$2
	sql -c "DROP DATABASE IF EXISTS \"$db\" WITH (FORCE)" -c "CREATE DATABASE \"$db\"" \
		-c "ALTER DATABASE \"$db\" SET search_path = public, perfcheck" \
		-c "ALTER DATABASE \"$db\" SET timezone = 'UTC'" 2>"$tmp/psql.log" ||
		die "no database: $(cat "$tmp/psql.log")"
	sql -d "$db" -o /dev/null -c "SET client_min_messages = warning" -c "CREATE SCHEMA perfcheck" \
		-c "CREATE EXTENSION pg_trgm SCHEMA perfcheck" -c "CREATE EXTENSION perfcheck SCHEMA perfcheck" \
		-f "$here/$2.schema.sql" 2>"$tmp/psql.log" ||
		die "$db has no schema: $(cat "$tmp/psql.log")"
}

# timed DATABASE ARGUMENT...: runs psql and sets $seconds.
timed()
{
	timed_db=$1
	shift
	began=$(date +%s.%N)
	sql -d "$timed_db" -o /dev/null "$@" 2>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "$timed_db cannot be loaded"
	}
	seconds=$(say "$(date +%s.%N) $began" | awk '{ print $1 - $2 }')
}

# judge KIND NAME SCALE: loaded rows; notes the load, and what perfcheck sees.
judge()
{
	db=$1_$2
	sql -d "$db" -o /dev/null -c "VACUUM ANALYZE"
	violations=$(sql -d "$db" -o /dev/null -f "$here/validate.sql" 2>&1 | sed -n 's/.*ERROR: *//p' | head -n 1)
	printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$(sql -d "$db" -At -c "SELECT sum(reltuples) FROM pg_class
		WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")" "$seconds" "${violations:-\\N}" >>"$data/load.tsv"
	sql -d "$db" -o /dev/null -c "SET client_min_messages = warning" \
		-c "DELETE FROM perfcheck_query WHERE '$2' <> 'events'" -f "$here/$2.queries.sql" || exit 1
	sql -d "$db" -v "kind=$1" -v "name=$2" -v "scale=$3" -f "$here/judge.sql" >>"$data/judged.tsv" 2>"$tmp/psql.log" ||
		die "$db cannot be judged: $(cat "$tmp/psql.log")"
}

real()
{
	database real "$1"
	timed "real_$1" -v "rows=$rows" -f "$here/start.sql" -f "$here/$1.real.sql" -c "DROP SCHEMA dice CASCADE"
	judge real "$1" 1
	sql -d "real_$1" -v schemas=public -f script/perfcheck-statistics.sql >"$data/$1.statistics" 2>"$tmp/psql.log" ||
		die "no statistics of $1: $(cat "$tmp/psql.log")"
}

# made KIND NAME ARGUMENTS: rows from statistics, in a database that never saw the real ones.
made()
{
	database "$1" "$2"
	STATISTICS=$data/$2.statistics
	export STATISTICS
	sql -d "$1_$2" -o /dev/null -f "$here/load.sql" || exit 1
	timed "$1_$2" -c "SELECT perfcheck_populate(statistics => 'real'$3)"
}

# sample NAME: a tenth of the rows of each table that has over 1,000.
sample()
{
	database sample "$1"
	sql -d "real_$1" -At -F '	' -c "SELECT c.oid::regclass, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), c.reltuples > 1000
		FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace GROUP BY c.oid" >"$tmp/tables"
	began=$(date +%s.%N)
	while IFS='	' read -r table columns large; do
		clause=
		[ "$large" = f ] || clause='TABLESAMPLE BERNOULLI (10) REPEATABLE (1)'
		sql -d "real_$1" -c "COPY (SELECT $columns FROM $table $clause) TO STDOUT" |
			sql -d "sample_$1" -c "SET session_replication_role = replica" -c "COPY $table ($columns) FROM STDIN" || exit 1
	done <"$tmp/tables"
	seconds=$(say "$(date +%s.%N) $began" | awk '{ print $1 - $2 }')
	judge sample "$1" 10
}

one()
{
	real "$1"
	made made "$1" ''
	judge made "$1" 1
	sql -d "made_$1" -At -F '	' -c "SELECT '$1', relation, what, ok FROM perfcheck_fidelity('real') WHERE relation IS NOT NULL" >>"$data/fidelity.tsv"
	made small "$1" ", rows => $small"
	sql -d "small_$1" -o /dev/null -c "SELECT perfcheck_use_statistics('real')" || exit 1
	# At perfcheck.scale each table has the size that the statistics tell of.
	judge small "$1" 100
	database uniform "$1"
	timed "uniform_$1" -v "rows=$rows" -f "$here/$1.uniform.sql"
	judge uniform "$1" 1
	sample "$1"
	for kind in real made small uniform sample; do
		case_drop "${kind}_$1"
	done
}

[ "${1:-}" = speed ] && exec sh bench/populate_speed.sh
[ $# -gt 0 ] || set -- pgbench shop forum events
case_cluster
if [ "$1" = report ]; then
	data=${SAID:?where what was said is kept}
	set --
else
	case_data judged load fidelity
fi
for name; do
	say "$name" >&2
	one "$name"
done
case_heading bench/populate.sh
say "$rows rows in the largest table; small: $small, judged at the sizes of the statistics"
say
DATA=$data
export DATA
sql -c "CREATE DATABASE report" && sql -d report -f "$here/report.sql"
