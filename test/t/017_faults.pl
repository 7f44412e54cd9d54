# What happens to perfcheck, and to all around it, when something goes wrong: a cancel,
# a timeout or the end of the session at any moment; a table, index, role or the
# extension that another session drops meanwhile; locks, deadlocks and too little memory;
# a crash in the middle of a trial; a standby; and transactions of each kind.
#
# PERFCHECK_FAULTS is how many random moments are tried, 60 if it is not set, and
# PERFCHECK_FAULTS_SEED where they begin.

use strict;
use warnings;

use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

my $moments = $ENV{PERFCHECK_FAULTS} // 60;
my $seed = $ENV{PERFCHECK_FAULTS_SEED} // int(time);
my $timeout = $PostgreSQL::Test::Utils::timeout_default;

srand($seed);
note("$moments moments, PERFCHECK_FAULTS_SEED=$seed");

my $node = PostgreSQL::Test::Cluster->new('faults');
$node->init(allows_streaming => 1, extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf(
	'postgresql.conf', q{
autovacuum = off
restart_after_crash = on
max_prepared_transactions = 3
jit = off
deadlock_timeout = 50ms
log_min_messages = warning
});
$node->start;
$node->safe_psql(
	'postgres', q{
SET check_function_bodies = off;
CREATE EXTENSION perfcheck CASCADE;
CREATE EXTENSION amcheck;
UPDATE perfcheck_query SET enabled = false;
CREATE TABLE people (id int PRIMARY KEY, email text, town int, tags text[]);
INSERT INTO people SELECT i, 'p' || i, i % 30, ARRAY['t' || i % 9] FROM generate_series(1, 2000) AS i;
CREATE TABLE post (id int PRIMARY KEY, author int REFERENCES people, body text);
INSERT INTO post SELECT i, i % 2000 + 1, 'b' || i % 700 FROM generate_series(1, 3000) AS i;
CREATE INDEX post_author ON post (author);
CREATE TABLE copied (id int PRIMARY KEY, town int);
VACUUM ANALYZE people, post;
SELECT perfcheck_add_query('email', 'SELECT * FROM people WHERE email = $1');
SELECT perfcheck_add_query('posts', 'SELECT * FROM post JOIN people p ON p.id = author WHERE town = $1 ORDER BY post.id LIMIT 10');
SELECT perfcheck_add_query('tags', 'SELECT id FROM people WHERE tags @> $1');

-- what a trial or a query could leave behind
CREATE FUNCTION left_behind() RETURNS text LANGUAGE sql AS $$
SELECT concat_ws(' ', (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_index), (SELECT count(*) FROM pg_statistic WHERE starelid <> 'copied'::regclass),
	(SELECT count(*) FROM pg_statistic_ext), (SELECT count(*) FROM pg_depend), (SELECT count(*) FROM pg_attribute),
	(SELECT count(*) FROM pg_locks l WHERE relation >= 16384 AND pid <> pg_backend_pid()),
	(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid < 500 AND pid <> pg_backend_pid()),
	(SELECT string_agg(concat(oid::regclass, relpages, reltuples, relhasindex, relfilenode), ',' ORDER BY oid) FROM pg_class
		WHERE relname ~ '^(people|post)'), (SELECT count(*) FROM copied))
$$;
-- all else of the session that runs the call
CREATE FUNCTION own_state() RETURNS text LANGUAGE sql AS $$
SELECT concat_ws(' ', (SELECT string_agg(name, ',' ORDER BY name) FROM pg_cursors WHERE is_holdable),
	(SELECT string_agg(name, ',' ORDER BY name) FROM pg_prepared_statements),
	(SELECT string_agg(concat(objid, mode), ',' ORDER BY objid, mode) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'),
	(SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND mode IN ('AccessExclusiveLock', 'ShareRowExclusiveLock')),
	current_user, current_setting('search_path'), current_setting('transaction_read_only'), current_setting('my.own'),
	current_setting('enable_seqscan'), coalesce(current_setting('my.other', true), 'none'), (SELECT count(*) FROM mine))
$$;
-- lets a session go on that waits for the lock 500, and strikes it when it has run for that long
CREATE FUNCTION strike(app text, after_ms float, how text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE found int;
BEGIN
	FOR i IN 1 .. 30000 LOOP
		PERFORM pg_stat_clear_snapshot();
		SELECT pid INTO found FROM pg_stat_activity WHERE application_name = app AND wait_event = 'advisory';
		EXIT WHEN found IS NOT NULL;
		PERFORM pg_sleep(0.002);
	END LOOP;
	PERFORM pg_advisory_lock(501), pg_advisory_unlock(500);
	PERFORM pg_sleep(after_ms / 1000);
	IF how = 'timeout' THEN NULL; ELSIF how = 'cancel' THEN PERFORM pg_cancel_backend(found); ELSE PERFORM pg_terminate_backend(found); END IF;
	-- It goes on once it has been struck, maybe while it waits for this.
	PERFORM pg_advisory_unlock(501), pg_advisory_lock(500);
END $$;
});

# ---- helpers ---------------------------------------------------------------

sub query
{
	return $node->safe_psql('postgres', $_[0]);
}

my $own = q{CREATE TEMP TABLE mine AS SELECT 1 AS a;
	DECLARE held CURSOR WITH HOLD FOR SELECT i FROM generate_series(1, 9) AS i;
	FETCH held;
	PREPARE kept AS SELECT 1;
	SET my.own = 'own';
	SELECT pg_advisory_lock(7), pg_advisory_lock(7);
};
my $own_after = q{SELECT own_state(); FETCH held; SELECT pg_advisory_unlock(7), pg_advisory_unlock(7);};
# What the calls before it print is of no interest.
my $own_expected = "held kept 7ExclusiveLock 0 postgres \"\$user\", public off own on none 1\n2\nt|t";

# Runs SQL as a session of that name in the background.
sub session
{
	my ($name, $sql) = @_;
	my %session = (out => '', error => '');
	my $file = $node->basedir . "/session$name.sql";

	# A pipe would be filled only while this process waits for it.
	unlink $file;
	append_to_file($file, $sql);
	local $ENV{PGAPPNAME} = $name;
	$session{run} = IPC::Run::start(
		[ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-f', $file ],
		'<', \undef, '>', \$session{out}, '2>', \$session{error},
		IPC::Run::timeout($timeout));
	return \%session;
}

sub finish
{
	my ($session) = @_;

	$session->{run}->finish;
	chomp $session->{out};
	return $session;
}

# The files of the database, without those that a checkpoint removes later.
sub files
{
	my $folder = $node->data_dir . '/base/' . query('SELECT oid FROM pg_database WHERE datname = current_database()');
	my %known = map { $_ => 1 } split /\n/, query(
		q{SELECT regexp_replace(pg_relation_filepath(oid), '.*/', '') FROM pg_class WHERE pg_relation_filepath(oid) IS NOT NULL});

	query('CHECKPOINT');
	# A file without a relation in which nothing is left is removed by the next checkpoint.
	return join ' ', sort grep { /^\d+/ && !$known{$_} && -s "$folder/$_" }
	  map { s/.*\///r } grep { !/_(fsm|vm|init)$/ && !/\.\d+$/ } glob("$folder/*");
}

sub check_indexes
{
	return query(q{SELECT count(bt_index_check(indexrelid, true)) FROM pg_index JOIN pg_class c ON c.oid = indexrelid
		JOIN pg_am am ON am.oid = relam WHERE amname = 'btree' AND relpersistence = 'p'}) > 0;
}

# ---- cancel, timeout and the end of the session, at random moments -----------

my %calls = (
	verify => 'SELECT count(*) FROM perfcheck_verify(10)',
	plan => 'SELECT count(*) FROM perfcheck_plan()',
	forecast => 'SELECT count(*) FROM perfcheck_forecast()',
	time => 'SELECT count(*) FROM perfcheck_time(executions => 20, warmup => 2)',
	clients => 'SELECT count(*) FROM perfcheck_time(executions => 20, warmup => 2, clients => 2)',
	indexes => 'SELECT count(*) FROM perfcheck_indexes()',
	report => q{SELECT count(*) FROM perfcheck_report('json')},
	cases => 'SELECT count(*) FROM perfcheck_cases()',
	populate => q{SELECT count(*) FROM perfcheck_populate('{copied}', 400)},
	answers => 'SELECT count(*) FROM perfcheck_requests()',
	coverage => 'SELECT count(*) FROM perfcheck_coverage(10)',
	snapshot => 'SELECT count(*) FROM perfcheck_snapshot(10)',
	fixes => 'SELECT count(*) FROM perfcheck_fixes(10)');
my @calls = sort keys %calls;
my %length;
my $before = query('SELECT left_behind()');
my $files_before = files();
my $strikes = 0;

# Each session makes a call, and then says how it finds itself.
foreach my $name (@calls)
{
	my $session = finish(session('undisturbed', "$own BEGIN; $calls{$name};
		SELECT 'took ' || extract(epoch FROM clock_timestamp() - now()) * 1000; ROLLBACK; $own_after"));

	($length{$name}) = $session->{out} =~ /took (\S+)/;
	like($session->{out}, qr/\Q$own_expected\E$/, "$name: the session is as before") or diag($session->{error});
}
is(query('SELECT left_behind()'), $before, 'nothing stays behind the calls');

my $striker = $node->background_psql('postgres');
# A session that is over when it is struck is no error.
$striker->query_safe('SET client_min_messages = error');
$striker->query_safe('SELECT pg_advisory_lock(500)');
my %wrong;
for my $n (1 .. $moments)
{
	my $name = $calls[ rand @calls ];
	my $how = (qw(cancel cancel timeout terminate))[ rand 4 ];
	my $after = rand($length{$name});
	my $set = $how eq 'timeout' ? sprintf('SET statement_timeout = %d;', 1 + $after) : '';
	my $session = session("struck$n", "$own SELECT pg_advisory_xact_lock_shared(500); $set $calls{$name}; RESET statement_timeout;
		SELECT pg_advisory_xact_lock_shared(501); $own_after");
	my $lost;

	$striker->query_safe("SELECT strike('struck$n', $after, '$how')");
	finish($session);
	$strikes++ if $session->{error} =~ /canceling statement|terminating connection/;
	$lost = $how eq 'terminate' && $session->{error} =~ /terminating connection/;
	$wrong{"$name, $how: the session: $session->{out} $session->{error}"}++
	  if !$lost && $session->{out} !~ /\Q$own_expected\E$/;
	$wrong{"$name, $how: $session->{error}"}++
	  if $session->{error} =~ /(PANIC|TRAP|cache lookup failed|unexpected state|leak)/;
	query('TRUNCATE copied') if $name eq 'populate';
}
$striker->quit;
is(join("\n", sort keys %wrong), '', "$moments random moments, of which $strikes struck (seed $seed)");
cmp_ok($strikes, '>', $moments / 10, 'enough of them struck');
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'client backend'});
is(query('TRUNCATE copied; SELECT left_behind()'), $before, 'nothing stays behind the strikes');
is(files(), $files_before, 'nor does a file');
ok(check_indexes(), 'the indexes are sound');

# ---- another session changes things meanwhile --------------------------------

# One that stops in the middle of its work until the gate opens.
query(q{
CREATE FUNCTION gate(int) RETURNS int LANGUAGE plpgsql AS $$BEGIN
	IF pg_try_advisory_xact_lock_shared(99) THEN RETURN $1; END IF;
	PERFORM pg_advisory_xact_lock_shared(99); RETURN $1;
END$$;
CREATE TABLE doomed (id int PRIMARY KEY, v int, w int);
INSERT INTO doomed SELECT i, i, i FROM generate_series(1, 300) AS i;
CREATE INDEX doomed_v ON doomed (v);
ANALYZE doomed;
CREATE ROLE reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
UPDATE perfcheck_query SET enabled = false;
SELECT perfcheck_add_query('a_gate', 'SELECT gate(id) FROM people WHERE id = 1');
SELECT perfcheck_add_query('b_doomed', 'SELECT id, w FROM doomed WHERE v = $1');
SELECT perfcheck_add_query('c_role', 'SELECT id FROM doomed WHERE id = $1', role => 'reader');
SELECT perfcheck_add_query('d_after', 'SELECT id FROM people WHERE id = $1');
});
my $gate = $node->background_psql('postgres', on_error_stop => 0);

# Runs a call that waits at the gate, and the change; returns what the call said.
sub meanwhile
{
	my ($call, $change) = @_;
	my $session;

	$gate->query_safe('SELECT pg_advisory_lock(99)');
	$session = session('waits', "SELECT $call; SELECT 'alive';");
	$node->poll_query_until('postgres',
		q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'waits' AND wait_event_type = 'Lock'})
	  or die 'it does not wait';
	query($change);
	$gate->query_safe('SELECT pg_advisory_unlock(99)');
	finish($session);
	return "$session->{out} $session->{error}";
}

my $verdict = q{string_agg(l, ' ' ORDER BY l) FROM perfcheck_verify(2) AS l WHERE l ~ '^(not )?ok'};
my $reasons = q{string_agg(DISTINCT query || ': ' || coalesce(left(reason, 60), 'ok'), '; ') FROM perfcheck_plan(NULL, 2)};
foreach my $one (
	[ 'an index is dropped', 'DROP INDEX doomed_v', qr/b_doomed: ok.*d_after: ok.*\nalive/s, 'CREATE INDEX doomed_v ON doomed (v)' ],
	[ 'a column is dropped', 'ALTER TABLE doomed DROP w', qr/b_doomed: column "w" does not exist.*d_after: ok.*\nalive/s, 'ALTER TABLE doomed ADD w int' ],
	[ 'a column is altered', 'ALTER TABLE doomed ALTER v TYPE text', qr/b_doomed: .*d_after: ok.*\nalive/s, 'ALTER TABLE doomed ALTER v TYPE int USING v::int; ANALYZE doomed' ],
	[ 'rights are revoked', 'REVOKE SELECT ON doomed FROM reader', qr/c_role: permission denied for table doomed.*d_after: ok.*\nalive/s, '' ],
	[ 'a role is dropped', 'DROP OWNED BY reader; DROP ROLE reader', qr/c_role: role "reader" does not exist.*d_after: ok.*\nalive/s, '' ],
	[ 'a table is dropped', 'DROP TABLE doomed', qr/b_doomed: relation "doomed" does not exist.*d_after: ok.*\nalive/s,
		'CREATE TABLE doomed (id int PRIMARY KEY, v int, w int)' ],
	[ 'a query is dropped', q{SELECT perfcheck_drop_query('b_doomed')}, qr/d_after: ok.*\nalive/s, '' ])
{
	my ($name, $change, $expected, $mend) = @$one;

	like(meanwhile($reasons, $change), $expected, "$name: other queries go on");
	query($mend) if $mend;
}
foreach my $call ($verdict, $reasons, 'count(*) FROM perfcheck_forecast()', 'count(*) FROM perfcheck_time(executions => 5, warmup => 0)')
{
	unlike(meanwhile($call, 'ANALYZE people; ALTER TABLE post ADD more int; ALTER TABLE post DROP more'), qr/ERROR/,
		'tables are changed');
}
like(meanwhile($reasons, 'DROP EXTENSION perfcheck CASCADE'), qr/alive/, 'the extension is dropped: the session lives');
is(query(q{SELECT count(*) FROM pg_extension WHERE extname = 'perfcheck'}), 0, 'it is dropped');
query(q{CREATE EXTENSION perfcheck;
	UPDATE perfcheck_query SET enabled = false;
	SELECT perfcheck_add_query('email', 'SELECT * FROM people WHERE email = $1');
	SELECT perfcheck_add_query('posts', 'SELECT * FROM post WHERE author = $1')});

# ---- errors of a query, locks, deadlocks, memory -----------------------------

query(q{CREATE FUNCTION picky(text) RETURNS bool LANGUAGE plpgsql STABLE AS $$BEGIN
		IF $1 = 'p77' THEN RAISE 'not this one'; END IF; RETURN true; END$$;
	SELECT perfcheck_add_query('picky', 'SELECT id FROM people WHERE picky($1) AND email = $1');
	SELECT perfcheck_add_case('picky', 'bad', '{p77}');
	SELECT perfcheck_add_case('picky', 'good', '{p78}')});
is( query(q{SELECT string_agg(label || ': ' || coalesce(reason, 'none'), ', ' ORDER BY label)
		FROM perfcheck_plan('picky', 1) WHERE label IN ('bad', 'good') AND plan_mode = 'custom'}),
	'bad: not this one, good: none', 'a query that raises an error for one value: others are judged');
is(query(q{SELECT count(*) > 0 FROM perfcheck_forecast('picky') WHERE label = 'good' AND ok IS NOT NULL}), 't', 'likewise its forecast');
query(q{SELECT perfcheck_drop_query('picky')});

# The timer fires while C code asks for no interrupt, and what comes then is an error of the
# query's own, or a cancel that it raises: the call goes on in any case, and the next statement too.
query(q{CREATE FUNCTION late() RETURNS text LANGUAGE plpgsql AS $$BEGIN PERFORM md5(repeat(repeat('x', 100000), 80)); RAISE query_canceled; END$$;
	SELECT perfcheck_add_query('late', 'SELECT md5(repeat(repeat(''x'', 100000), 80) || id)::int FROM people WHERE id = 5');
	SELECT perfcheck_add_query('late_raised', 'SELECT late() FROM people WHERE id = 5')});
my $late = finish(session('late', q{DO $$BEGIN FOR ms IN 1 .. 12 LOOP
	PERFORM set_config('perfcheck.statement_timeout', (ms * 8)::text, false);
	PERFORM count(*) FROM perfcheck_plan('late', 1);
	PERFORM count(*) FROM perfcheck_plan('late_raised', 1);
	PERFORM count(*) FROM perfcheck_time('late', executions => 2, warmup => 0);
	PERFORM count(*) FROM perfcheck_time('late_raised', executions => 2, warmup => 0);
	END LOOP; END$$; SELECT pg_sleep(0.1); SELECT 'alive';}));
is($late->{error}, '', 'a timeout that comes late ends no call');
is($late->{out}, "\nalive", 'nor the next one');
query(q{SELECT perfcheck_drop_query('late'), perfcheck_drop_query('late_raised')});

$gate->query_safe('BEGIN');
$gate->query_safe('LOCK TABLE people IN ACCESS EXCLUSIVE MODE');
my ($status, $out, $error) = $node->psql('postgres', "SET lock_timeout = '100ms'; SELECT count(*) FROM perfcheck_verify()");
like($error, qr/canceling statement due to lock timeout/, 'a lock held elsewhere, lock_timeout');
($status, $out, $error) = $node->psql('postgres', "SET perfcheck.statement_timeout = '100ms'; SET statement_timeout = '2s'; SELECT count(*) FROM perfcheck_verify()");
like($error, qr/statement timeout/, 'and statement_timeout');
$gate->query_safe('ROLLBACK');

# Two locks, asked for in two orders.
query(q{CREATE FUNCTION two(a int, b int) RETURNS int LANGUAGE plpgsql AS $$BEGIN
	PERFORM pg_advisory_lock(a); PERFORM pg_sleep(0.3); PERFORM pg_advisory_lock(b); RETURN 1; END$$;
	SELECT perfcheck_add_query('two', 'SELECT two(1, 2)')});
my $judge = session('deadlock', q{SELECT count(*) FROM perfcheck_plan('two', 1); SELECT 'alive ' || count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();});
my $rival = session('rival', q{SELECT pg_advisory_lock(2); SELECT pg_sleep(0.1); SELECT pg_advisory_lock(1);});
finish($judge);
finish($rival);
like("$judge->{error} $rival->{error}", qr/deadlock detected/, 'a deadlock is an error of one of them');
like($judge->{out}, qr/alive 0/, 'and the locks are released');
query(q{SELECT perfcheck_drop_query('two')});

# The process may have 300 MB more than it has, and the query takes more.
my $limited = finish(session('limited', q{
	CREATE FUNCTION pg_temp.eat() RETURNS int LANGUAGE plpgsql AS $$DECLARE a text[]; b text := repeat(repeat('x', 10000), 1000);
	BEGIN FOR i IN 1 .. 1000 LOOP a[i] := b || i; END LOOP; RETURN 1; END$$;
	SELECT perfcheck_add_query('eats', 'SELECT pg_temp.eat()');
	SELECT pg_backend_pid() AS pid, split_part(pg_read_file('/proc/self/statm'), ' ', 1)::bigint * 4096 + 300000000 AS most \gset
	\setenv PID :pid
	\setenv MOST :most
	\! prlimit --pid $PID --as=$MOST
	SET perfcheck.max_memory = 0;
	SELECT reason FROM perfcheck_plan('eats', 1);
	SELECT 'alive ' || count(*) FROM perfcheck_plan('email', 1);
	SELECT perfcheck_drop_query('eats');}));
like($limited->{error}, qr/ERROR:  out of memory/, 'out of memory is an error of the call');
like($limited->{out}, qr/^alive [1-9]/m, 'and the session goes on') or diag($limited->{error});

# ---- a crash in the middle of a trial -----------------------------------------

$before = query('CHECKPOINT; SELECT left_behind()');
$files_before = files();
query(q{CREATE FUNCTION slow(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN
	IF pg_current_xact_id_if_assigned() IS NOT NULL THEN PERFORM pg_sleep(60); END IF;
	RETURN $1;
END$$;
UPDATE perfcheck_query SET sql = 'SELECT * FROM people WHERE slow(email) = $1' WHERE name = 'email';
SELECT perfcheck_add_case('email', 'one', ARRAY['p7'])});
foreach my $call ('count(*) FROM perfcheck_verify()', 'count(*) FROM perfcheck_indexes()')
{
	my $judge = session('crash', "SELECT $call;");

	$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_progress_create_index})
	  or die 'the trial did not begin';
	if ($call =~ /verify/)
	{
		query(q{SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_progress_create_index});
		finish($judge);
		like($judge->{error}, qr/terminating connection/, 'the backend is terminated in a trial');
	}
	else
	{
		kill 9, query('SELECT pid FROM pg_stat_progress_create_index');
		finish($judge);
		ok($judge->{error} ne '', 'the backend is killed in a trial');
		$node->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()');
		$gate = undef;
	}
}
query(q{UPDATE perfcheck_query SET sql = 'SELECT * FROM people WHERE email = $1' WHERE name = 'email';
	DROP FUNCTION slow; SELECT count(*) FROM perfcheck_verify()});
sub no_sizes { return $_[0] =~ s/^(\d+ \d+).*?(people)/$1 $2/r }
is(no_sizes(query('SELECT left_behind()')), no_sizes($before), 'no index stays after a crash');
# PostgreSQL itself leaves the files of a crashed transaction: they are empty or belong to nobody.
note('files after the crash: ' . files());
ok(check_indexes(), 'the indexes are sound after a crash');

# ---- transactions of each kind -------------------------------------------------

my $judges = q{SELECT count(*) > 2 FROM perfcheck_verify()};
foreach my $one (
	[ 'read only', 'BEGIN READ ONLY; %s; COMMIT' ],
	[ 'serializable', 'BEGIN ISOLATION LEVEL SERIALIZABLE; %s; COMMIT' ],
	[ 'serializable, deferrable', 'BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE; %s; COMMIT' ],
	[ 'repeatable read', 'BEGIN ISOLATION LEVEL REPEATABLE READ; %s; COMMIT' ],
	[ 'prepared', q{BEGIN; %s; PREPARE TRANSACTION 'a'; COMMIT PREPARED 'a'} ],
	[ 'a subtransaction that rolls back', 'BEGIN; SAVEPOINT a; %s; ROLLBACK TO a; COMMIT' ],
	[ 'a cursor', 'BEGIN; DECLARE c CURSOR FOR %s; FETCH c; COMMIT' ],
	[ 'a cursor that is held', 'DECLARE c CURSOR WITH HOLD FOR %s; FETCH c; CLOSE c' ],
	[ 'a parallel query', 'SET debug_parallel_query = on; SET parallel_setup_cost = 0; SET min_parallel_table_scan_size = 0; %s' ],
	[ 'after an error', q{BEGIN; SAVEPOINT a; SELECT 1/0; ROLLBACK TO a; %s; COMMIT} ],
	[ 'writes before', q{BEGIN; INSERT INTO copied VALUES (1, 1); %s; ROLLBACK} ],
	[ 'DDL before', q{BEGIN; CREATE INDEX ON people (email); %s; ROLLBACK} ])
{
	my ($name, $sql) = @$one;
	my $session = session('kinds', sprintf($sql =~ s/debug_parallel_query/$node->pg_version >= 16 ? 'debug_parallel_query' : 'force_parallel_mode'/er, $judges) . ';');

	finish($session);
	like($session->{out}, qr/^t$/m, "verify in: $name") or diag($session->{error});
	$session->{error} =~ s/.*division by zero\n//;
	is($session->{error}, '', "verify in: $name: no error");
}
is( query(q{DO $$DECLARE n int; r record; BEGIN
		SELECT count(*) INTO n FROM perfcheck_verify();
		FOR r IN SELECT * FROM perfcheck_plan() LOOP PERFORM count(*) FROM perfcheck_cases(); END LOOP;
		BEGIN PERFORM count(*) FROM perfcheck_verify(); RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END;
		INSERT INTO copied VALUES (n, 1); END$$; SELECT count(*) FROM copied; TRUNCATE copied;}), 1, 'in DO, in a loop and in a block that rolls back');
is(query(q{CREATE PROCEDURE in_procedure() LANGUAGE plpgsql AS $$BEGIN PERFORM count(*) FROM perfcheck_verify(); COMMIT; PERFORM count(*) FROM perfcheck_verify(); ROLLBACK; END$$;
	CALL in_procedure(); SELECT 'done'}), 'done', 'in a procedure with transactions');

# ---- others at the same time ----------------------------------------------------

$node->append_conf('postgresql.conf', "autovacuum = on\nautovacuum_naptime = 1s");
$node->reload;
my $script = $node->data_dir . '/writes.sql';
append_to_file($script, q{\set id random(1, 2000)
UPDATE people SET town = town + 1 WHERE id = :id;
DELETE FROM copied WHERE id = :id;
INSERT INTO copied VALUES (:id, 1) ON CONFLICT DO NOTHING;
});
my $seconds = $ENV{PERFCHECK_FAULTS} ? 10 : 2;
my %load = (out => '', error => '');
$load{run} = IPC::Run::start([ 'pgbench', '-n', '-c', 2, '-T', $seconds, '-f', $script, '-d', $node->connstr('postgres') ],
	'>', \$load{out}, '2>', \$load{error}, IPC::Run::timeout($timeout));
my @beside = map { session("beside$_", "SELECT count(*) > 2 FROM perfcheck_verify();" x 3 . 'SELECT count(*) >= 0 FROM perfcheck_indexes(); VACUUM people;') } 1, 2;
foreach my $session (@beside)
{
	finish($session);
	is($session->{out}, "t\nt\nt\nt", 'verify beside writes, autovacuum and another one');
	unlike($session->{error}, qr/ERROR|WARNING/, 'without an error');
}
$load{run}->finish;
like($load{out}, qr/number of failed transactions: 0|number of transactions actually processed: [1-9]/, 'the writes go on');
unlike($load{error}, qr/ERROR/, 'without an error');
ok(check_indexes(), 'the indexes are sound beside writes');

# ---- rest, for others -------------------------------------------------------------

# It works for a twentieth of the time, and somebody waits for what it reads.
my $resting = session('rests', q{SET perfcheck.max_load_share = 0.05; SET perfcheck.prove_rows = 0; SELECT count(*) > 2 FROM perfcheck_verify();});
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'rests' AND wait_event = 'Extension'})
  or die 'it does not rest';
pass('it rests');
query(q{BEGIN; LOCK TABLE people, post IN ACCESS EXCLUSIVE MODE; COMMIT});
pass('and lets others have its locks');
query(q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'rests'});
finish($resting);
ok($resting->{out} eq 't' || $resting->{error} =~ /canceling statement due to user request/, 'a cancel ends the rest')
  or diag($resting->{error});

# ---- a standby --------------------------------------------------------------------

$node->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('faults_standby');
$standby->init_from_backup($node, 'backup', has_streaming => 1);
$standby->append_conf('postgresql.conf', 'autovacuum = off');
$standby->start;
$node->wait_for_catchup($standby);
foreach my $name (@calls)
{
	my ($status, $out, $error) = $standby->psql('postgres', $calls{$name});

	if ($name eq 'populate')
	{
		like($error, qr/read-only|recovery/, "on a standby, $name: says that it is read-only");
	}
	elsif ($name eq 'clients' || $name eq 'indexes')
	{
		ok($status == 0 || $error =~ /standby|read-only|recovery/, "on a standby, $name: works, or says why not") or diag($error);
	}
	else
	{
		is($error, '', "on a standby, $name: works");
	}
}
foreach my $write (
	q{SELECT perfcheck_add_query('new', 'SELECT 1')}, q{SELECT perfcheck_drop_query('email')}, 'SELECT perfcheck_seed(10)',
	q{SELECT perfcheck_add_case('email', 'a', '{a}')}, q{SELECT perfcheck_record_run('a')}, q{SELECT perfcheck_unpopulate()})
{
	my ($status, $out, $error) = $standby->psql('postgres', $write);

	like($error, qr/ERROR:  .*(?:read-only|recovery|standby)/, "on a standby: $write");
}
is($standby->safe_psql('postgres', "SELECT count(*) > 2 FROM perfcheck_verify(); $judges"), "t\nt", 'and the next one works');
$standby->stop;
$node->stop;

# ---- the logs -----------------------------------------------------------------------

foreach my $log ($node->logfile, $standby->logfile)
{
	my @bad = grep { !/terminated by signal 9/ && /TRAP: |PANIC: |terminated by signal|missing lock|(?:WARNING|ERROR|FATAL): .*(?:leak|not closed|cache lookup failed|unexpected state)/ }
	  split /\n/, slurp_file($log);

	is(join("\n", @bad), '', 'the log tells of no crash, leak or lost catalog row');
}

done_testing();
