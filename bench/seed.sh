#!/bin/sh
# Seconds that perfcheck_seed() takes beside other ways to get the same rows
# into the same table with the same eight indexes, and the memory that it
# takes, against their targets. bench/README.md says what is measured.
#
#   sh bench/seed.sh                       half an hour or so
#   SIZES='10000 100000' sh bench/seed.sh  two minutes
#
# SIZES                  rows, default "10000 100000 1000000"
# ROUNDS                 rounds, of which the median counts, default 3
# MEMORY_ROWS            one more size to measure memory at, such as 10000000
#                        (minutes, and 10 GB of disk)
# MAINTENANCE_WORK_MEM   such as 256MB; default: the server's
# QUIET                  seconds to wait at most, before each run, for one in
#                        which other work takes under 0.2 processors, default 0
# FSYNC                  on: wait for the disk; default: off, as in make demo
# PG_CONFIG              the PostgreSQL; perfcheck is installed there
#
# Fails when a way did not make the same rows and indexes; a missed target is
# a result.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

sizes=${SIZES-10000 100000 1000000}
rounds=${ROUNDS:-3}
ways="a b c d e f"

# perfcheck_events() and perfcheck_seed() with what is not the default.
starts="starts => '2027-01-01 00:00Z'"

describe()
{
	case $1 in
		a) say "perfcheck_seed, new table" ;;
		b) say "perfcheck_seed, empty table" ;;
		c) say "perfcheck_seed, as many rows there" ;;
		d) say "COPY text, indexes in place" ;;
		e) say "COPY BINARY FREEZE, CREATE INDEX" ;;
		f) say "INSERT ... SELECT, indexes in place" ;;
	esac
}

# --- the server --------------------------------------------------------------

sql()
{
	"$pg_bindir/psql" -X -q -At -v ON_ERROR_STOP=1 "$@" 2>>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "this step failed: psql"
	}
}

value()
{
	sql -c "$1"
}

# For what returns nothing of use.
execute()
{
	sql -c "SET client_min_messages = warning" -c "$1" >/dev/null
}

server_start()
{
	cluster_with_perfcheck
	# It would work at times that differ from round to round.
	execute "ALTER SYSTEM SET autovacuum = off"
	[ -z "${FSYNC:-}" ] || execute "ALTER SYSTEM SET fsync = '$FSYNC'"
	[ -z "${MAINTENANCE_WORK_MEM:-}" ] ||
		execute "ALTER SYSTEM SET maintenance_work_mem = '$MAINTENANCE_WORK_MEM'"
	execute "SELECT pg_reload_conf()"
	execute "CREATE EXTENSION perfcheck CASCADE"
	# Files that the server itself writes and reads.
	data=$(value "SHOW data_directory")
	postmaster=$(value "SELECT split_part(
		pg_read_file('postmaster.pid'), E'\\n', 1)")
}

processor()
{
	sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1
}

load_average()
{
	cut -d ' ' -f 1-3 /proc/loadavg
}

installed()
{
	cksum <"$("$PG_CONFIG" --pkglibdir)/perfcheck.so"
}

# What is installed may be older than the sources.
commit()
{
	git describe --always --dirty 2>/dev/null || say "unknown"
	[ "$(installed)" = "$(cksum <perfcheck.so)" ] ||
		say "(another perfcheck.so is installed)"
}

print_header()
{
	say "bench/seed.sh, $(date -u '+%Y-%m-%d %H:%M') UTC," \
		"commit $(commit 2>/dev/null | tr '\n' ' ')" | sed 's/ *$//'
	say "$(nproc) cores ($(processor))," \
		"$(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo)" \
		"of memory, load average $(load_average)"
	value "SELECT 'PostgreSQL ' || current_setting('server_version')"
	value "SELECT string_agg(name || ' ' || current_setting(name), ', '
			ORDER BY ordinality)
		FROM unnest(ARRAY['shared_buffers', 'maintenance_work_mem',
			'max_parallel_maintenance_workers', 'max_wal_size', 'wal_level',
			'fsync', 'autovacuum']) WITH ORDINALITY AS s(name)" |
		fold -s -w 79 | sed 's/ *$//'
	say "$rounds rounds of each way in turn, after a CHECKPOINT; every time" \
		"includes ANALYZE" | fold -s -w 79
}

# --- the ways ----------------------------------------------------------------

# timed < SQL: prints the seconds that it takes in a session of its own.
timed()
{
	{
		printf '%s\n' "CHECKPOINT;" \
			"SELECT clock_timestamp() AS began \\gset" "\\o /dev/null"
		cat
		printf '%s\n' "\\o" \
			"SELECT extract(epoch FROM clock_timestamp() - :'began');"
	} >"$tmp/timed.sql"
	: >"$tmp/psql.log"
	sql -v "data=$data" -f "$tmp/timed.sql"
}

# prepare WAY ROWS: what the way finds.
prepare()
{
	# What way b leaves is what way c adds to.
	[ "$1" = c ] || execute "DROP TABLE IF EXISTS events"
	case $1 in
		b | d | f) execute "SELECT perfcheck_create_events()" ;;
	esac
}

# run WAY ROWS: the seconds.
run()
{
	case $1 in
		a | b | c)
			say "SELECT perfcheck_seed($2, $starts);" ;;
		d)
			say "\\set file :data/events.$2.text"
			say "COPY events FROM :'file';"
			say "ANALYZE events;" ;;
		e)
			say "\\set file :data/events.$2.binary"
			say "BEGIN;"
			say "\\i bench/seed_table.sql"
			say "COPY events FROM :'file' WITH (FORMAT binary, FREEZE);"
			say "\\i bench/seed_indexes.sql"
			say "ANALYZE events;"
			say "COMMIT;" ;;
		f)
			say "INSERT INTO events"
			say "SELECT * FROM perfcheck_events(0, $2, $starts);"
			say "ANALYZE events;" ;;
	esac | timed
}

# Clock ticks of all processors that were not idle, and of the processes that
# the server has started and that have ended.
ticks()
{
	awk 'FNR == 1 && /^cpu / { print $2 + $3 + $4 + $7 + $8 + $9 }' /proc/stat
	sed 's/.*) //' "/proc/$postmaster/stat" | awk '{ print $14 + $15 }'
}

# wait_for_quiet: see QUIET.
wait_for_quiet()
{
	waited=0
	while [ "$waited" -lt "${QUIET:-0}" ]; do
		busy=$(ticks | head -n 1)
		sleep 1
		busy=$(($(ticks | head -n 1) - busy))
		[ "$busy" -ge $(($(getconf CLK_TCK) / 5)) ] || break
		waited=$((waited + 1))
	done
}

# run_alone WAY ROWS: "SECONDS OTHERS CPU". OTHERS is how many processors other
# work took meanwhile, on average: it slows the way down. CPU is the processor
# time of the server's sessions, which suffers less from it.
run_alone()
{
	wait_for_quiet
	ticks_before=$(ticks)
	began=$(date +%s.%N)
	took=$(run "$1" "$2") || exit 1
	# until the server has counted the session in
	sleep 0.2
	say "$ticks_before $(ticks) $began $(date +%s.%N) $(getconf CLK_TCK)" |
		tr '\n' ' ' | awk -v took="$took" '{
			others = ($3 - $1 - ($4 - $2)) / $7 / ($6 - $5)
			printf("%s %.2f %.2f\n", took, (others > 0) ? others : 0,
				($4 - $2) / $7)
		}'
}

write_files()
{
	for format in text binary; do
		execute "COPY (SELECT * FROM perfcheck_events(0, $1, $starts))
			TO '$data/events.$1.$format' WITH (FORMAT $format)"
	done
}

remove_files()
{
	for format in text binary; do
		# As the server's user, whose file it is.
		execute "COPY (SELECT WHERE false) TO '$data/events.$1.$format'"
	done
}

# --- that all of them come to the same ---------------------------------------

# rows_of RELATION: a checksum, whatever the order.
rows_of()
{
	sql -c "SET TimeZone = 'UTC'" -c "SELECT count(*), sum(hashtextextended(e::text, 0)) FROM $1 AS e"
}

indexes_of_events()
{
	value "SELECT pg_get_indexdef(indexrelid), indisvalid, indisready
		FROM pg_index WHERE indrelid = 'events'::regclass ORDER BY 1"
}

# check WAY ROWS: against the generator, and against perfcheck's own indexes.
check()
{
	expected=$2
	[ "$1" != c ] || expected=$((2 * $2))
	made=$(rows_of events) || exit 1
	wanted=$(rows_of "perfcheck_events(0, $expected, $starts)") || exit 1
	[ "$made" = "$wanted" ] ||
		die "way $1 made other rows: $(describe "$1"), $2 rows"
	made=$(indexes_of_events) || exit 1
	[ "$made" = "$indexes" ] ||
		die "way $1 made other indexes: $(describe "$1"), $2 rows"
}

# --- memory ------------------------------------------------------------------

# measure_memory ROWS: appends "ROWS BACKEND_KB TOGETHER_KB" to the file.
measure_memory()
{
	say "memory: $1 rows" >&2
	execute "SELECT perfcheck_create_events('memory')"
	rm -f "$tmp/pid"
	perl bench/seed_memory.pl "$tmp/pid" >"$tmp/peak" 9>&- &
	service=$!
	{
		printf '%s\n' "SELECT pg_backend_pid() \\g '$tmp/pid'" \
			"SELECT pg_sleep(0.2) \\g /dev/null" \
			"SELECT perfcheck_seed($1, 'memory', $starts) \\g /dev/null"
	} >"$tmp/memory.sql"
	sql -f "$tmp/memory.sql"
	wait "$service" || die "the memory could not be measured"
	service=
	say "$1 $(cat "$tmp/peak")" >>"$tmp/memory"
	execute "DROP TABLE memory"
}

print_memory()
{
	limit=$(value "SELECT (setting::bigint + 102400) / 1024
		FROM pg_settings WHERE name = 'maintenance_work_mem'")
	say
	say "Memory of the backend that runs way b, without shared buffers: peak, MB;"
	say "with parallel workers: together with those that build indexes for it"
	say
	printf '%10s %8s %22s  %s\n' rows backend "with parallel workers" ""
	while read -r rows own together; do
		printf '%10s %8s %22s  %s\n' "$rows" $((own / 1024)) \
			$((together / 1024)) "$(verdict "$((own / 1024))" under "$limit")"
	done <"$tmp/memory"
	say
	say "target: less than maintenance_work_mem + 100 MB = $limit MB at any size"
}

# --- results -----------------------------------------------------------------

# verdict NUMBER under|most|least LIMIT
verdict()
{
	awk -v n="$1" -v how="$2" -v limit="$3" 'BEGIN {
		ok = how == "least" ? n >= limit : how == "most" ? n <= limit : n < limit
		print ok ? "met" : "MISSED"
	}'
}

# seconds WAY ROWS [NTH [FIELD]]: the median, or the NTH smallest, or the last;
# of the seconds or another field of the file.
seconds()
{
	awk -v way="$1" -v rows="$2" -v field="${4:-3}" \
		'$1 == way && $2 == rows { print $field }' "$tmp/times" | sort -n |
		awk -v nth="${3:-}" '{ s[NR] = $1 }
			END {
				if (nth == "last") print s[NR]
				else if (nth) print s[nth]
				else printf "%.3f\n",
					(s[int((NR + 1) / 2)] + s[int(NR / 2) + 1]) / 2
			}'
}

# ratio WAY OTHER ROWS [NTH]: how many times as long the other way takes.
ratio()
{
	awk -v other="$(seconds "$2" "$3" "${4:-}")" \
		-v own="$(seconds "$1" "$3" "${4:-}")" \
		'BEGIN { printf "%.2f", other / own }'
}

# others WAY ROWS: processors that other work took, mean of the rounds.
others()
{
	awk -v way="$1" -v rows="$2" '$1 == way && $2 == rows { sum += $4; n++ }
		END { printf "%.2f", sum / n }' "$tmp/times"
}

print_times()
{
	[ -n "$sizes" ] || return 0
	say
	printf '%-38s %7s %7s %14s %6s %5s %6s %6s\n' way rows seconds \
		lowest-highest rows/s "by b" cpu others
	for size in $sizes; do
		say
		for way in $ways; do
			printf '%s  %-35s %7s %7.3f %14s %6.0f %5.2f %6.2f %6s\n' "$way" \
				"$(describe "$way")" "$size" "$(seconds "$way" "$size")" \
				"$(printf '%.2f-%.2f' "$(seconds "$way" "$size" 1)" \
					"$(seconds "$way" "$size" last)")" \
				"$(awk -v n="$size" -v s="$(seconds "$way" "$size")" \
					'BEGIN { print n / s }')" \
				"$(ratio b "$way" "$size")" \
				"$(seconds "$way" "$size" "" 5)" "$(others "$way" "$size")"
		done
	done
	say
	say "seconds: median; by b: divided by the seconds of way b; cpu: seconds of"
	say "processor time of the server's sessions, median; others: processors that"
	say "other work took meanwhile, mean"
	say
	sort -u "$tmp/notices"
}

# print_ratio WAY OTHER ROWS LEAST TEXT
print_ratio()
{
	print_target "$2 by $1, $5" "$(ratio "$1" "$2" "$3")" "" least "$4"
	printf '%-51s %8s\n' "  (of the fastest rounds, for information)" \
		"$(ratio "$1" "$2" "$3" 1)"
}

# print_target TEXT NUMBER UNIT under|most|least LIMIT
print_target()
{
	printf '%-51s %8s %-2s  %s\n' "$1" "$2" "$3" "$(verdict "$2" "$4" "$5")"
}

has_size()
{
	case " $sizes " in
		*" $1 "*) true ;;
		*) false ;;
	esac
}

print_targets()
{
	million=1000000
	say
	say "Targets"
	say
	if has_size $million; then
		print_ratio a e $million 1.3 "1,000,000 rows: at least 1.3 (aim: 1.5)"
		print_ratio b e $million 1.3 "1,000,000 rows: at least 1.3 (aim: 1.5)"
		print_ratio b d $million 2.5 "1,000,000 rows: at least 2.5"
	fi
	if has_size 10000; then
		print_target "10,000 rows into a new table (a): under 0.5 s" \
			"$(seconds a 10000)" s under 0.5
	fi
	print_target "a row of the generator (bench/events.sh): 500 ns" \
		"$(sh bench/events.sh | sed 's/ .*//')" ns most 500
	printf '%-51s %8s ns\n' \
		"for information, a row of FROM perfcheck_events()" "$(row_in_sql)"
}

# Nanoseconds a row, rows made and kept by a function scan: median of three.
row_in_sql()
{
	for round in 1 2 3; do
		say "SELECT count(*) FROM perfcheck_events(0, 1000000);" | timed
	done | sort -n | awk 'NR == 2 { printf "%.1f", $1 * 1000 }'
}

# --- all of it ---------------------------------------------------------------

measure_times()
{
	for size in $sizes; do
		write_files "$size"
		round=1
		while [ "$round" -le "$rounds" ]; do
			for way in $ways; do
				say "$size rows, round $round of $rounds: $(describe "$way")" >&2
				prepare "$way" "$size"
				took=$(run_alone "$way" "$size") || exit 1
				case $took in
					*[1-9]*" "*) ;;
					*) die "way $way was not timed: '$took'" ;;
				esac
				say "$way $size $took" >>"$tmp/times"
				sed -n "s/.*NOTICE:  /$way: /p" "$tmp/psql.log" \
					>>"$tmp/notices"
				[ "$round" -gt 1 ] || check "$way" "$size"
			done
			round=$((round + 1))
		done
		remove_files "$size"
	done
}

make_tmp
find_postgresql
server_start
before=$(installed)
execute "SELECT perfcheck_create_events()"
indexes=$(indexes_of_events) || exit 1
print_header
measure_times
execute "DROP TABLE events"
print_times
for size in 100000 1000000 ${MEMORY_ROWS:-}; do
	measure_memory "$size"
done
print_targets
print_memory
say
say "load average at the end: $(load_average)"
[ "$before" = "$(installed)" ] ||
	say "perfcheck.so was installed anew meanwhile: the figures are mixed"
