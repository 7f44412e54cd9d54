#!/bin/sh
# What perfcheck says from 10,000 rows about 1,000,000, beside what 1,000,000
# rows really do: the plan, the rows examined and the verdict of every query,
# case and plan mode. bench/README.md says what is compared.
#
#   sh bench/forecast.sh                  two minutes
#   SCALE=30 SEED=2 sh bench/forecast.sh
#
# ROWS       of the small table, default 10000
# SCALE      how many times as large the other one is, default 100
# SEED       of the rows, default 1
# PG_CONFIG  the PostgreSQL; perfcheck is installed there
#
# A missed target is a result, and the exit status is still 0.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

rows=${ROWS:-10000}
scale=${SCALE:-100}
seed=${SEED:-1}

# run_sql DATABASE FILE ROWS
run_sql()
{
	"$pg_bindir/psql" -X -q -v ON_ERROR_STOP=1 -d "$1" -v "rows=$3" \
		-v "scale=$scale" -v "seed=$seed" -v "predicted_file=$data/predicted" \
		-v "regime_file=$data/regime" -f "$2" 2>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "this step failed: $2"
	}
}

make_tmp
find_postgresql
cluster_with_perfcheck
data=$("$pg_bindir/psql" -X -At -c "SHOW data_directory") || exit 1
"$pg_bindir/createdb" small && "$pg_bindir/createdb" large || exit 1

say "bench/forecast.sh, $(date -u '+%Y-%m-%d %H:%M') UTC," \
	"commit $(git describe --always --dirty 2>/dev/null || say unknown)"
say "PostgreSQL $pg_version; $rows rows, seed $seed;" \
	"forecast for and compared with $((rows * scale)) rows"
run_sql small bench/forecast_predict.sql "$rows"
run_sql large bench/forecast_compare.sql $((rows * scale))
