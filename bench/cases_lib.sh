# Sourced by cases.sh, causes.sh, fixes.sh and versions.sh: how a case of bench/cases
# is read, loaded, judged and measured. It needs test/tools/lib.sh, and $tmp.
#
# shellcheck shell=sh
# shellcheck disable=SC2154

# Where they are: fixes.sh has its own.
cases=${CASES:-bench/cases}

# case_names: all of them.
case_names()
{
	for file in "$cases"/*.sql; do
		name=${file##*/}
		say "${name%.sql}"
	done
}

# case_check_names NAME...: ends the script where one is none.
case_check_names()
{
	for name; do
		[ -e "$cases/$name.sql" ] || die "there is no $cases/$name.sql"
	done
}

# case_cluster: a cluster for them, and $tmp. Commits are synchronous: VACUUM takes no
# page for visible to all whose rows a commit wrote that is not yet on disk.
case_cluster()
{
	make_tmp
	find_postgresql
	cluster_with_perfcheck
	sql -c "ALTER SYSTEM SET autovacuum = off" -c "ALTER SYSTEM SET shared_buffers = '512MB'" \
		-c "ALTER SYSTEM SET max_parallel_workers_per_gather = 0" \
		-c "ALTER SYSTEM SET max_wal_size = '8GB'" \
		-c "SELECT pg_reload_conf()" >/dev/null || exit 1
}

# case_heading SCRIPT: of a result.
case_heading()
{
	say "$1, $(date -u '+%Y-%m-%d %H:%M') UTC," \
		"commit $(git describe --always --dirty 2>/dev/null || say unknown)"
	say "PostgreSQL $pg_version"
}

sql()
{
	"$pg_bindir/psql" -X -q -v ON_ERROR_STOP=1 "$@"
}

# header FILE NAME: what the line "-- NAME: ..." says.
header()
{
	sed -n "s/^-- $2: *//p" "$1"
}

# case_settings FILE: the headers as statements of a session that judges. The one
# place that knows how perfcheck is told of them.
case_settings()
{
	fixed=$(header "$1" fixed)
	[ -z "$fixed" ] ||
		say "SELECT set_config('perfcheck.fixed_tables', '$fixed', false) \\g /dev/null"
	header "$1" denser | tr -d ' ' | tr ',' '\n' | while IFS=. read -r table column; do
		say "SELECT perfcheck_size('$table', denser => '{$column}') \\g /dev/null"
	done
}

# case_contract FILE: the headers that are columns of the contract.
case_contract()
{
	for column in role settings; do
		value=$(header "$1" "$column")
		[ -z "$value" ] || say "UPDATE perfcheck_query SET $column = '$value';"
	done
}

# phases FILE: splits it at its lines "-- phase: NAME" into $tmp/phase.N.sql and
# prints N and the name of each; those before the first one have none.
phases()
{
	rm -f "$tmp"/phase.*.sql
	awk -v prefix="$tmp/phase." '
		BEGIN { n = 1; print n, "-" }
		/^-- phase: / { n++; print n, $3 }
		{ print > (prefix n ".sql") }' "$1"
}

# case_database NAME FILE SIZE: an empty database for a case.
case_database()
{
	sql -c "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" -c "CREATE DATABASE \"$1\"" \
		2>"$tmp/psql.log" || die "no database: $(cat "$tmp/psql.log")"
	[ "$(header "$2" snapshot)" != held ] || hold_snapshot "$1"
	sql -d "$1" -o /dev/null -v "s=$3" -f bench/cases_start.sql 2>"$tmp/psql.log" ||
		die "this step failed: $(cat "$tmp/psql.log")"
}

# hold_snapshot DATABASE: until the database is dropped, no dead row of it can
# be removed, nor marked as dead in an index.
hold_snapshot()
{
	sql -d "$1" -o /dev/null -c "BEGIN ISOLATION LEVEL REPEATABLE READ" \
		-c "SELECT 1" -c "SELECT pg_sleep(7200)" 2>/dev/null 9>&- &
	until [ "$(sql -At -d "$1" -c "SELECT count(*) FROM pg_stat_activity
		WHERE datname = current_database() AND wait_event = 'PgSleep'")" = 1 ]; do
		sleep 0.1
	done
}

case_drop()
{
	sql -c "DROP DATABASE \"$1\" WITH (FORCE)" 2>/dev/null
}

# case_step DATABASE SIZE PHASE KEY FILE: loads a phase of the case in FILE.
case_step()
{
	case_contract "$5" >"$tmp/contract.sql"
	sql -d "$1" -o /dev/null -c "TRUNCATE bench.value" -v "s=$2" \
		-f "$3" -f "$tmp/contract.sql" 2>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "case $4 cannot be loaded at size $2"
	}
}

# case_server_wait DATABASE: until a server that crashed takes connections again.
case_server_wait()
{
	until sql -d "$1" -c "SELECT 1" >/dev/null 2>&1; do
		sleep 1
	done
}

# case_judge DATABASE KEY FILE SCALE: what perfcheck says on the small tables. If the
# server crashed, each query has that as its verdict.
case_judge()
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
	case_server_wait "$1"
	sql -d "$1" -At -F '	' -c "SELECT '$2', name, 'error', 0, 'perfcheck failed', ''
		FROM perfcheck_query ORDER BY name COLLATE \"C\"" >>"$data/said.tsv"
}

# case_compare DATABASE KEY FILE: the same plans and values on the large tables.
case_compare()
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

# case_measure DATABASE KEY SIZE FILE: what is true at one size.
case_measure()
{
	sql -d "$1" -v "case=$2" -v "size=$3" -v "timeout=$timeout" \
		-v "dead_rows=$(header "$4" dead_rows)" -f bench/cases_measure.sql >>"$data/measured.tsv" 2>"$tmp/psql.log" || {
		tail -n 20 "$tmp/psql.log" >&2
		die "case $2 cannot be measured at size $3"
	}
}

# case_data FILE...: where the tables of a run are kept, $data, and these in it, empty.
case_data()
{
	data=${SAID:-$tmp/said}
	mkdir -p "$data" || exit 1
	for file; do
		: >"$data/$file.tsv"
	done
}

# case_run NAME SIZE...: loads a case at each size that case_is_wanted NAME SIZE, and
# calls case_phase NAME KEY FILE SCALE SIZE after each of its phases. SIZE is 1, 7, or
# large for the scale of the case; KEY is NAME, or NAME/PHASE.
case_run()
{
	name=$1
	file=$cases/$name.sql
	scale=$(header "$file" scale)
	scale=${scale:-50}
	phases "$file" >"$tmp/phases"
	shift
	for size; do
		case_is_wanted "$name" "$size" || continue
		[ "$size" != large ] || size=$scale
		case_database "$name" "$file" "$size"
		while read -r number phase; do
			key=$name
			[ "$phase" = - ] || key=$name/$phase
			case_step "$name" "$size" "$tmp/phase.$number.sql" "$key" "$file"
			case_phase "$name" "$key" "$file" "$scale" "$size"
		done <"$tmp/phases"
		case_drop "$name"
	done
}

# case_run_all SIZES NAME...: all of them, and sets $began.
case_run_all()
{
	sizes=$1
	shift
	began=$(date +%s)
	for name; do
		# shellcheck disable=SC2086
		case_run "$name" $sizes
		[ -z "${VERBOSE:-}" ] || say "$name $(($(date +%s) - began)) s" >&2
	done
}

# case_results: from here on sql works in an empty database for what was found.
case_results()
{
	sql -c "CREATE DATABASE results" || exit 1
	PGDATABASE=results
	export PGDATABASE
}
