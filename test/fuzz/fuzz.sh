#!/bin/sh
# Sends queries through perfcheck on a throw-away cluster of PG_CONFIG's PostgreSQL,
# where perfcheck is installed: fuzz.sh QUERIES. FUZZ_SEED makes other queries.
#
# A third of them are of FuzzQueries.pm, a third of sqlsmith where it is installed,
# and a third of PostgreSQL's regression suite where FUZZ_REGRESS names its folder.

cd "$(dirname "$0")/../.." || exit 1
. test/tools/lib.sh

queries=${1:-200} seed=${FUZZ_SEED:-1} regress=${FUZZ_REGRESS:-}
make_tmp
find_postgresql
mkdir -p build/fuzz
cluster_start build/fuzz/cluster.log || die "no PostgreSQL could be started"
as_server "$pg_bindir/psql" -XqAt -c "ALTER SYSTEM SET log_error_verbosity = verbose" \
	-c "SELECT pg_reload_conf()" >/dev/null
failed=0

# fuzz NAME OPTION...
fuzz()
{
	name=$1
	shift
	say "$name"
	limited "${FUZZ_LIMIT:-3600}" perl test/fuzz/fuzz.pl --host="$PGHOST" --port="$PGPORT" \
		--log="$PGHOST/log" --keep="build/fuzz/$name.errors" --seed="$seed" "$@" \
		>"build/fuzz/$name.log" || failed=1
	grep -v '^# perfcheck_' "build/fuzz/$name.log" | cut -c1-2000
}

fuzz own --queries="$queries"
if command -v sqlsmith >/dev/null; then
	limited 600 sqlsmith --target="host=$PGHOST port=$PGPORT user=$PGUSER dbname=perfcheck_fuzz" \
		--exclude-catalog --dry-run --seed="$seed" --max-queries="$queries" \
		>build/fuzz/sqlsmith.sql 2>/dev/null
	fuzz sqlsmith --from=build/fuzz/sqlsmith.sql --queries="$queries"
fi
if [ -n "$regress" ]; then
	fuzz regress --regress="$regress" --queries="$queries"
fi
exit "$failed"
