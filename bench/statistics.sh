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
command -v xz >/dev/null || die "xz is needed"
postmaster=$(head -n 1 "$cluster_dir/data/postmaster.pid")
run -c "ALTER SYSTEM SET autovacuum = off" -c "SELECT pg_reload_conf()" >"$tmp/off"
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
say "seconds: median, least and most of $rounds rounds, and the median of the server's processor time; the"
say "catalog alone, and with the rows that are read for the children of parents; bytes of the file"
printf '  %-7s %18s %5s %19s %5s %10s %9s %9s\n' values catalog cpu 'with rows' cpu bytes gzip xz

# Processor time, in ticks, of the sessions that have ended.
spent()
{
	sed 's/.*) //' "/proc/$postmaster/stat" | awk '{ print $14 + $15 }'
}

# median: of numbers, one a line, least and most.
median()
{
	sort -n | awk '{ t[NR] = $1 } END { printf "%.2f %.2f-%.2f\n", t[int((NR + 1) / 2)], t[1], t[NR] }'
}

# seconds VALUES SECONDS: runs it so often, and prints what it took.
seconds()
{
	round=0
	: >"$tmp/clock"
	: >"$tmp/cpu"
	while [ "$round" -lt "$rounds" ]; do
		round=$((round + 1))
		ticks=$(spent)
		from=$(date +%s%N)
		run -f script/perfcheck-statistics.sql -v values="$1" -v seconds="$2" -v salt=bench >"$tmp/file"
		to=$(date +%s%N)
		[ "$(tail -n 1 "$tmp/file")" = '{"what":"end"}' ] || die "the file does not end"
		# The postmaster counts a session when it has seen it end.
		sleep 1
		awk -v n="$((to - from))" 'BEGIN { print n / 1e9 }' >>"$tmp/clock"
		awk -v n="$(($(spent) - ticks))" -v hz="$(getconf CLK_TCK)" 'BEGIN { print n / hz }' >>"$tmp/cpu"
	done
	say "$(median <"$tmp/clock") $(median <"$tmp/cpu" | sed 's/ .*//')"
}

for values in plain hashed none; do
	seconds "$values" 0 >"$tmp/catalog"
	seconds "$values" 30 >"$tmp/rows"
	say "$values $(cat "$tmp/catalog") $(cat "$tmp/rows") $(wc -c <"$tmp/file")" \
		"$(gzip -9 -c "$tmp/file" | wc -c) $(xz -c "$tmp/file" | wc -c)"
done >"$tmp/table"
awk '{ printf "  %-7s %6s %11s %5s %7s %11s %5s %10s %9s %9s\n", $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 }' "$tmp/table"
say
awk -v s="$target_s" -v b="$target_bytes" '
	$2 > slowest { slowest = $2 }
	$4 > busiest { busiest = $4 }
	$10 > largest { largest = $10 }
	END {
		printf "target: a catalog in under %s s: %s by the clock, %s by processor time; under %d bytes by xz: %s\n",
			s, slowest < s ? "met" : "MISSED", busiest < s ? "met" : "MISSED", b, largest < b ? "met" : "MISSED"
	}' "$tmp/table"
