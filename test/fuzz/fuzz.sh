#!/bin/sh
# Sends queries through perfcheck on a throw-away cluster of PG_CONFIG's PostgreSQL,
# where perfcheck is installed: fuzz.sh QUERIES.
#
#   FUZZ_PARTS    which of own, sqlsmith and regress, QUERIES of each at most
#   FUZZ_SEED     makes other queries
#   FUZZ_REGRESS  the folder src/test/regress of PostgreSQL's source, for regress
#   FUZZ_FILES    a regular expression for the names of its files
#   FUZZ_SHAPES   of one SELECT in so many of it also what has parameters for constants, 1
#   FUZZ_LIMIT    seconds of a part, 3600

cd "$(dirname "$0")/../.." || exit 1
. test/tools/lib.sh

queries=${1:-200} seed=${FUZZ_SEED:-1} regress=${FUZZ_REGRESS:-}
parts=${FUZZ_PARTS:-own sqlsmith regress}
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
	[ "$job_status" -ne 124 ] || say "stopped after ${FUZZ_LIMIT:-3600} s"
}

# It learns the tables where perfcheck's are not, or most queries would be about those. A
# fifth of what it writes is no SELECT. Each seed starts where the last one may have failed.
smith()
{
	perl test/fuzz/fuzz.pl --host="$PGHOST" --port="$PGPORT" --schema-only \
		--database=perfcheck_smith || return 1
	: >build/fuzz/sqlsmith.sql
	most=$((queries < 400 ? queries + 100 : 500))
	for i in $(seq $((queries / 500 + 1))); do
		limited 600 sqlsmith --target="host=$PGHOST port=$PGPORT user=$PGUSER dbname=perfcheck_smith" \
			--exclude-catalog --dry-run --seed=$(((seed * 1000 + i) % 1000000000)) --max-queries="$most" \
			>>build/fuzz/sqlsmith.sql 2>build/fuzz/sqlsmith.err || {
			tail -n 1 build/fuzz/sqlsmith.err
			return 1
		}
		# What was cut off is an own statement, which is refused.
		say ';' >>build/fuzz/sqlsmith.sql
	done
}

for part in $parts; do
	case $part in
	own) fuzz own --queries="$queries" ;;
	sqlsmith)
		if ! command -v sqlsmith >/dev/null; then
			say "sqlsmith is left out: it is not installed"
		elif smith; then
			fuzz sqlsmith --from=build/fuzz/sqlsmith.sql --queries="$queries"
		else
			failed=1
		fi
		;;
	regress)
		if [ -n "$regress" ]; then
			fuzz regress --regress="$regress" --files="${FUZZ_FILES:-.}" \
				--shapes="${FUZZ_SHAPES:-1}" --queries="$queries"
		else
			say "PostgreSQL's own regression suite is left out: FUZZ_REGRESS does not name it"
		fi
		;;
	*) die "FUZZ_PARTS: own, sqlsmith or regress" ;;
	esac
done
exit "$failed"
