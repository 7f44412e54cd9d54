#!/bin/sh
# perfcheck's whole job on real input, to be read: `make demo`.
#
# DURATION=5s shortens the load. Leaves nothing behind but the installed
# extension. Exits with 1 when a step could not run; a verdict of "not ok" is a
# result, and is only explained.

cd "$(dirname "$0")/../.." || exit 1
. test/tools/lib.sh

duration=${DURATION:-30s}
step=0

heading()
{
	step=$((step + 1))
	printf '\n== %d. %s\n\n' "$step" "$*"
}

# What a user would type.
command_line()
{
	printf '$ %s\n' "$*"
}

note()
{
	printf '\n%s\n' "$*" | fold -s -w 79 | sed 's/ *$//'
}

# quietly LOG COMMAND...: shows the end of the log if it fails.
quietly()
{
	log=$1
	shift
	if ! "$@" >"$log" 2>&1; then
		tail -n 30 "$log" >&2
		die "this step failed: $1"
	fi
}

sql()
{
	"$pg_bindir/psql" -X -q -v ON_ERROR_STOP=1 -P pager=off -P footer=off \
		-P border=0 "$@" >"$tmp/sql" || die "this step failed: psql"
}

# psql ends a table with an empty line.
print_table()
{
	sed '${/^$/d;}' "$tmp/sql"
}

# On a free port of its own; sets $url.
api_start()
{
	: >"$tmp/api.log"
	test/api/events-api --db dbname=postgres --port 0 >"$tmp/api.log" 2>&1 9>&- &
	service=$!
	tries=0
	until url=$(sed -n 's/^listening on //p' "$tmp/api.log") && [ -n "$url" ]; do
		tries=$((tries + 1))
		if [ "$tries" -gt 100 ] || ! kill -0 "$service" 2>/dev/null; then
			cat "$tmp/api.log" >&2
			die "the reference API did not start"
		fi
		sleep 0.1
	done
}

make_tmp

say "perfcheck: will every query of an API stay fast, now and when the table is"
say "100 times larger?"

heading "Set-up"
sh test/tools/setup.sh demo || exit 1
find_postgresql

heading "Build and install"
command_line make
say "(half a minute or so, the first time)"
quietly "$tmp/build.log" clean_if_stale
quietly "$tmp/build.log" build all api
command_line make install
quietly "$tmp/install.log" install_extension
note "Installed into PostgreSQL $pg_version's own directories; 'make uninstall'" \
	"removes it. perfcheck-http is in $pg_bindir."

heading "A throw-away PostgreSQL"
command_line "initdb -D DIRECTORY; pg_ctl -D DIRECTORY start"
if ! cluster_start "$tmp/cluster.log"; then
	tail -n 30 "$tmp/cluster.log" >&2
	die "no PostgreSQL could be started"
fi
say "PostgreSQL $pg_version on port $PGPORT; no other one is touched."

heading "Seed: 10,000 events, the same every time"
command_line 'psql -c "CREATE EXTENSION perfcheck CASCADE"'
sql -c "SET client_min_messages = warning" \
	-c "CREATE EXTENSION perfcheck CASCADE"
command_line 'psql -At -c "SELECT perfcheck_seed(10000)"'
sql -At -c "SET client_min_messages = warning" -c "SELECT perfcheck_seed(10000)"
cat "$tmp/sql"
command_line 'psql -c "SELECT count(*) AS events, ... FROM events"'
sql -c "SELECT count(*) AS events, count(DISTINCT artist) AS artists,
	count(DISTINCT venue) AS venues, count(DISTINCT genre) AS genres,
	min(date)::date AS first, max(date)::date AS last FROM events"
print_table

heading "Verify: are the indexes used, now and with 100 times the rows?"
command_line 'psql -At -c "SELECT perfcheck_verify()"'
sql -At -c "SELECT perfcheck_verify()"
cat "$tmp/sql"
if grep '^not ok' "$tmp/sql" | grep -qv '# TODO'; then
	note "'not ok' is a finding about a query, and the lines under it say why and" \
		"what mends it. In CI, SELECT perfcheck_assert() fails on it. TODO marks" \
		"a known limit, which fails nothing."
fi

# The fault of the canonical API that is known; others may show, by the data.
if grep -q '^not ok .* next_page:' "$tmp/sql"; then
	heading "Mend it, and verify again"
	mended="SELECT * FROM events WHERE (date, id) > (\$1, \$2) \
ORDER BY date, id LIMIT \$3 + 1"
	command_line "psql -c \"UPDATE perfcheck_query SET sql ="
	say "  '$(say "$mended" | sed 's/\$/\\$/g')'"
	say "  WHERE name = 'next_page'\""
	sql -c "UPDATE perfcheck_query SET sql = '$mended' WHERE name = 'next_page'"
	command_line "psql -At -c \"SELECT perfcheck_verify()\" | grep next_page"
	sql -At -c "SELECT perfcheck_verify()"
	grep ' next_page:' "$tmp/sql"
fi

heading "Time: each query in the server, against its targets"
command_line 'psql -c "SELECT * FROM perfcheck_time(executions => 100)"'
sql -c "SELECT query, label,
		round(mean_ms::numeric, 2) AS mean_ms,
		round(p50_ms::numeric, 2) AS p50_ms,
		round(p95_ms::numeric, 2) AS p95_ms,
		round(p99_ms::numeric, 2) AS p99_ms,
		round(plan_ms::numeric, 2) AS plan_ms,
		CASE WHEN ok THEN 'ok' ELSE 'not ok' END AS verdict
	FROM perfcheck_time(executions => 100)"
print_table

heading "Load: 100 connections for $duration against an API"
command_line "test/api/events-api --db dbname=postgres --port 0 &"
api_start
say "listening on $url"
command_line "perfcheck-http --db dbname=postgres -d $duration $url"
in_background "$pg_bindir/perfcheck-http" --db dbname=postgres \
	-d "$duration" "$url"
wait "$job"
status=$?
job=
case $status in
	0) ;;
	1) note "A target was missed, or an answer was wrong: the report above says" \
			"which. On a busy or small machine that can be the machine." ;;
	*) die "perfcheck-http could not run (exit status $status)" ;;
esac

service_stop
cluster_stop

heading "Where to go next"
cat <<END
The API and the PostgreSQL of this demo are gone; the extension is installed.

  in a test database    CREATE EXTENSION perfcheck CASCADE
  your API's queries    SELECT perfcheck_add_query('name', 'SELECT ... \$1')
  the verdict, in CI    psql -v ON_ERROR_STOP=1 -c "SELECT perfcheck_assert()"
  load on your API      perfcheck-http --db CONNINFO http://localhost:3001
  all the rest          README.md
END
