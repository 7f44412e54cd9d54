#!/bin/sh
# How long perfcheck-statistics.sql takes for a catalog of 500 tables, and how large its
# file is, in each way of telling values. bench/README.md says what is measured.
#
#   sh bench/statistics.sh          three minutes; the extension need not be installed
#
# ROUNDS     of which the median counts, default 5

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

rounds=${ROUNDS:-5}
target_s=5
target_bytes=1000000

run()
{
	"$pg_bindir/psql" -X -q -v ON_ERROR_STOP=1 "$@" 2>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "this step failed: psql"
	}
}

make_tmp
find_postgresql
cluster_start "$tmp/cluster.log" || {
	tail -n 30 "$tmp/cluster.log" >&2
	die "no PostgreSQL could be started"
}
run -f bench/statistics_catalog.sql >"$tmp/made"
run -At -c "SELECT (SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace),
	(SELECT count(*) FROM pg_stats WHERE schemaname = 'public'),
	(SELECT count(*) FROM pg_constraint WHERE contype = 'f'),
	(SELECT sum(reltuples)::bigint FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace)" >"$tmp/size"
say "bench/statistics.sh, $(date -u '+%Y-%m-%d %H:%M') UTC," \
	"commit $(git describe --always --dirty 2>/dev/null || say unknown)"
say "PostgreSQL $pg_version, assertions $(run -At -c 'SHOW debug_assertions')," \
	"load average $(cut -d ' ' -f 1-3 /proc/loadavg)"
awk -F '|' '{ printf "%s tables, %s columns, %s foreign keys, %s rows\n\n", $1, $2, $3, $4 }' "$tmp/size"
say "seconds: median, least and most of $rounds rounds; the catalog alone, and with the rows that are"
say "read for the children of parents; bytes of the file, and by gzip -9 and xz"
printf '  %-7s %20s %20s %10s %9s %9s\n' values catalog 'with rows' bytes gzip xz

# seconds VALUES SECONDS: runs it so often, and prints the median, least and most.
seconds()
{
	round=0
	while [ "$round" -lt "$rounds" ]; do
		round=$((round + 1))
		from=$(date +%s%N)
		run -f script/perfcheck-statistics.sql -v values="$1" -v seconds="$2" -v salt=bench >"$tmp/file"
		[ "$(tail -n 1 "$tmp/file")" = '{"what":"end"}' ] || die "the file does not end"
		say $((($(date +%s%N) - from) / 1000000))
	done | sort -n | awk '{ t[NR] = $1 / 1000 } END { printf "%.2f %.2f-%.2f", t[int((NR + 1) / 2)], t[1], t[NR] }'
}

for values in plain hashed none; do
	catalog=$(seconds "$values" 0)
	rows=$(seconds "$values" 30)
	printf '  %-7s %20s %20s %10s %9s %9s\n' "$values" "$catalog" "$rows" "$(wc -c <"$tmp/file")" \
		"$(gzip -9 -c "$tmp/file" | wc -c)" "$(xz -c "$tmp/file" 2>/dev/null | wc -c)"
done >"$tmp/table"
cat "$tmp/table"
say
awk -v s="$target_s" -v b="$target_bytes" '
	$2 > slowest { slowest = $2 }
	$NF > largest { largest = $NF }
	END {
		printf "target: a catalog in under %s s: %s; under %d bytes by xz: %s\n",
			s, slowest < s ? "met" : "MISSED", b, largest < b ? "met" : "MISSED"
	}' "$tmp/table"
