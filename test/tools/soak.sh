#!/bin/sh
# What takes too long for make test: make soak, with perfcheck installed. Hours; each part
# has a variable that says how much of it is done, and 0 or "none" leaves it out.
#
#   VERIFIES        calls of perfcheck_verify() in one session, 10000
#   MOMENTS         random moments at which calls are struck (test/t/017_faults.pl), 250
#   FUZZ_QUERIES    queries of each kind that make fuzz sends, 4000
#   FUZZ_SECONDS    seconds that make fuzz-parsers has for each parser, 600
#   ASAN_TESTS      tests of test/sql under AddressSanitizer and UBSan, all
#   VALGRIND_TESTS  tests of test/sql with the server under valgrind: fuzzed todo kinds
#   PG_CONFIG       the PostgreSQL
#
# FUZZ_REGRESS and other variables of test/fuzz/README hold here, too. The figures of the
# session are printed twenty times; it fails if one of them grows by more than a tenth, or
# open files by more than two, from the second time on, or if a lock or a setting is left.

cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh
# shellcheck source=test/tools/sections.sh
. test/tools/sections.sh

verifies=${VERIFIES:-10000}
moments=${MOMENTS:-250}
queries=${FUZZ_QUERIES:-4000}
seconds=${FUZZ_SECONDS:-600}
asan=${ASAN_TESTS:-all}
valgrind=${VALGRIND_TESTS:-fuzzed todo kinds}
step=$((verifies / 20))
[ "$step" -gt 0 ] || step=1

make_tmp
find_postgresql

# --- one session -----------------------------------------------------------------

sql()
{
	"$pg_bindir/psql" -X -q -At -v ON_ERROR_STOP=1 "$@" || die "this step failed: psql"
}

soak_tables()
{
	sql <<'SQL'
CREATE EXTENSION perfcheck CASCADE;
UPDATE perfcheck_query SET enabled = false;
CREATE TABLE people (id int PRIMARY KEY, email text, town int);
INSERT INTO people SELECT i, 'p' || i, i % 30 FROM generate_series(1, 500) AS i;
CREATE TABLE post (id int PRIMARY KEY, author int, body text);
INSERT INTO post SELECT i, i % 500 + 1, 'b' || i FROM generate_series(1, 800) AS i;
VACUUM ANALYZE people, post;
CREATE FUNCTION town_of(int) RETURNS int LANGUAGE plpgsql STABLE AS
$$BEGIN RETURN (SELECT town FROM people WHERE id = $1); END$$;
CREATE FUNCTION fails(int) RETURNS int LANGUAGE plpgsql AS
$$BEGIN PERFORM pg_advisory_lock($1), set_config('soak.x', 'y', false); RETURN 1 / 0; END$$;
-- a fix that is tried, a query that is ok, one that calls a function, one that fails
SELECT perfcheck_add_query('email', 'SELECT * FROM people WHERE email = $1', max_rows => 100);
SELECT perfcheck_add_query('id', 'SELECT * FROM people WHERE id = $1');
SELECT perfcheck_add_query('function', 'SELECT town_of($1) FROM post WHERE id = $1');
SELECT perfcheck_add_query('fails', 'SELECT fails(id) FROM post WHERE id = $1');
SELECT perfcheck_add_query('setting', 'SELECT id FROM people WHERE id = current_setting(''soak.id'')::int', settings => '{"soak.id": "7"}');
-- Autovacuum would give catalogs their visibility maps meanwhile, and open files are counted.
VACUUM;
SQL
}

# One line a step: calls, KB of memory contexts, how many these are, KB of memory of its
# own, open files, locks, advisory locks, whether a setting can be seen, and when.
soak_statements()
{
	cat >"$tmp/figures.sql" <<'SQL'
SELECT concat_ws(' ', :calls, (SELECT sum(used_bytes) / 1024 FROM pg_backend_memory_contexts)::bigint,
    (SELECT count(*) FROM pg_backend_memory_contexts),
    (SELECT (regexp_match(pg_read_file('/proc/' || pg_backend_pid() || '/status'), 'RssAnon:\s+(\d+)'))[1]),
    (SELECT count(*) FROM pg_ls_dir('/proc/' || pg_backend_pid() || '/fd')),
    (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation >= 16384),
    (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'),
    current_setting('soak.x', true) IS NOT NULL, extract(epoch FROM clock_timestamp())::bigint);
SQL
	say "SET client_min_messages = error; SET perfcheck.progress = off;"
	calls=0
	while [ "$calls" -lt "$verifies" ]; do
		say "SELECT count(*) FROM generate_series(1, $step) AS i," \
			"LATERAL (SELECT count(*) FROM perfcheck_verify(10 + i * 0)) AS v \\g /dev/null"
		calls=$((calls + step))
		say "\\set calls $calls"
		say "\\i $tmp/figures.sql"
	done
}

soak_is_flat()
{
	awk -v most="$verifies" '
		{ n++; kb[n] = $2; contexts[n] = $3; anon[n] = $4; files[n] = $5; held += $6 + $7 + ($8 == "t"); calls = $1 }
		END {
			from = n > 2 ? 2 : 1
			if (n == 0 || calls < most) { print "not all calls were made"; exit 1 }
			if (held > 0) { print "locks or settings stay behind"; bad = 1 }
			if (kb[n] > 1.1 * kb[from]) { print "memory contexts grow"; bad = 1 }
			if (anon[n] > 1.1 * anon[from]) { print "memory grows"; bad = 1 }
			if (contexts[n] > 1.1 * contexts[from]) { print "the number of contexts grows"; bad = 1 }
			if (files[n] > files[from] + 2) { print "open files grow"; bad = 1 }
			if (!bad) print calls " verifies in one session: flat"
			exit bad
		}' "$tmp/figures"
}

soak_session()
{
	cluster_with_perfcheck
	soak_tables >/dev/null
	soak_statements >"$tmp/session.sql"
	say "verifies context_kb contexts anon_kb files locks advisory setting_left seconds"
	sql -f "$tmp/session.sql" | tee "$tmp/figures"
	soak_is_flat
	flat=$?
	cluster_stop
	server_logs_clean "$tmp/cluster.log" && [ "$flat" -eq 0 ]
}

# --- random moments ----------------------------------------------------------------

soak_moments()
{
	set -- prove --merge "$tmp/tap/test/t/017_faults.pl"
	mkdir "$tmp/tap" && cp -r test "$tmp/tap/" && chmod -R u+rwX,go+rX "$tmp"
	if is_root; then
		chmod 711 "$tmp" && chown -R postgres "$tmp/tap"
		set -- setpriv --reuid postgres --regid "$(id -g postgres)" --init-groups "$@"
	fi
	in_background env -C "$tmp/tap" "PATH=$pg_bindir:$PATH" "HOME=$tmp/tap" "TMPDIR=$tmp/tap" \
		"PERL5LIB=$pg_source/test/perl" "TESTDIR=$tmp/tap" "TESTDATADIR=$tmp/tap/data" \
		"TESTLOGDIR=$tmp/tap/log" "PG_REGRESS=$pg_source/test/regress/pg_regress" \
		"PERFCHECK_FAULTS=$moments" "$@"
	wait "$job"
	job_status=$?
	job=
	return "$job_status"
}

# --- the whole ----------------------------------------------------------------------

# part NAME AMOUNT COMMAND...: says what it did, and goes on if that failed.
part()
{
	name=$1 amount=$2
	shift 2
	if [ "$amount" = 0 ] || [ "$amount" = none ]; then
		say "soak: $name: left out"
		return 0
	fi
	say "soak: $name: $amount"
	began=$(date +%s)
	if "$@"; then
		say "soak: $name: ok, $(($(date +%s) - began)) s"
	else
		say "soak: $name: FAILED, $(($(date +%s) - began)) s"
		failed=1
	fi
}

# Other scripts of the project have a directory and a cluster of their own.
script()
{
	in_background sh "$@"
	wait "$job"
	job_status=$?
	job=
	return "$job_status"
}

soak_parsers()
{
	"$make" --no-print-directory -s -j "$(nproc)" build/fuzz/parsers &&
		script test/fuzz/parsers.sh build/fuzz/parsers "$seconds"
}

soak_memory()
{
	mode=$1 tests=$2
	[ "$tests" != all ] || tests=
	# shellcheck disable=SC2086
	script test/fuzz/memory.sh "$mode" $tests
}

failed=0
part "verifies in one session" "$verifies" soak_session
part "random moments" "$moments" soak_moments
part "queries of each kind" "$queries" script test/fuzz/fuzz.sh "$queries"
part "seconds of each parser" "$seconds" soak_parsers
part "tests under sanitizers" "$asan" soak_memory asan "$asan"
part "tests under valgrind" "$valgrind" soak_memory valgrind "$valgrind"
exit "$failed"
