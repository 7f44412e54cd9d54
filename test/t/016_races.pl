# What another session changes in the middle of a call lends nobody's rights and raises no
# internal error: the call waits at a gate, which is a lock, the change is committed, and
# the call goes on. Nothing here depends on who is faster.

use strict;
use warnings;

use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $timeout = $PostgreSQL::Test::Utils::timeout_default;
my $node = PostgreSQL::Test::Cluster->new('races');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf(
	'postgresql.conf', q{
autovacuum = off
jit = off
log_min_messages = warning
});
$node->start;

sub query
{
	return $node->safe_psql('postgres', $_[0]);
}

# gate() stops who calls it, in the planner too, until the lock is free; evil() tells whether
# it is called with the rights of a superuser.
query(q{
CREATE EXTENSION perfcheck CASCADE;
CREATE ROLE lena LOGIN;
CREATE ROLE ci;
GRANT ci TO lena;
CREATE SCHEMA first AUTHORIZATION lena;
CREATE FUNCTION gate(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$BEGIN
	IF pg_try_advisory_xact_lock_shared(99) THEN RETURN $1; END IF;
	PERFORM pg_advisory_xact_lock_shared(99); RETURN $1;
END$$;
SET ROLE lena;
CREATE FUNCTION first.evil() RETURNS boolean LANGUAGE plpgsql STABLE AS $$BEGIN
	IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
		RAISE WARNING 'evil() is called as a superuser';
	END IF;
	RETURN true;
END$$;
RESET ROLE;
CREATE TABLE stored (id uuid PRIMARY KEY, name text, date timestamptz, genre text, venue text, artist text);
INSERT INTO stored SELECT md5(i::text)::uuid, 'n' || i, timestamptz '2027-01-01 00:00Z' + i * interval '1 hour', 'g' || i % 5, 'v' || i % 9, 'a' || i
FROM generate_series(1, 300) AS i;
CREATE VIEW events AS SELECT * FROM stored WHERE gate(1) = 1;
ANALYZE stored;
GRANT SELECT, INSERT, UPDATE ON perfcheck_query, perfcheck_case TO lena;
GRANT SELECT ON stored TO lena, ci;
});

my $gate = $node->background_psql('postgres');

# Runs the SQL of a session that waits at the gate, or for the lock that a transaction has
# on what is called events, and makes the change; returns what the session said.
sub meanwhile
{
	my ($sql, $change, $lock) = @_;
	my ($out, $error) = ('', '');
	my $file = $node->basedir . '/waits.sql';
	my $run;

	$gate->query_safe($lock ? 'BEGIN; LOCK TABLE public.events' : 'SELECT pg_advisory_lock(99)');
	unlink $file;
	append_to_file($file, $sql);
	{
		local $ENV{PGAPPNAME} = 'waits';
		$run = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-f', $file ],
			'<', \undef, '>', \$out, '2>', \$error, IPC::Run::timeout($timeout));
	}
	until (query(q{SELECT count(*) FROM pg_stat_activity WHERE application_name = 'waits' AND wait_event_type = 'Lock'}))
	{
		$run->pump_nb;
		die "it does not wait: $out $error" if !$run->pumpable;
		usleep(50_000);
	}
	# That lock is one on the tables of the view, too.
	$lock ? $gate->query_safe($change) : query($change);
	$gate->query_safe($lock ? 'COMMIT' : 'SELECT pg_advisory_unlock(99)');
	$run->finish;
	return "$out$error";
}

# ---- what is called events, while a built-in query is analyzed and planned ------------

# The new view comes first in the path, and a plan that was made is no longer valid.
my $storage = 90;
sub other_events
{
	$storage = 190 - $storage;
	return qq{SET ROLE lena; CREATE VIEW first.events AS SELECT * FROM public.stored WHERE first.evil();
		RESET ROLE; ALTER TABLE stored SET (fillfactor = $storage)};
}

foreach my $call (
	'perfcheck_plan(\'genre\')', 'perfcheck_verify(1)', 'perfcheck_forecast(\'genre\')', 'perfcheck_cases(\'genre\')',
	'perfcheck_fixes(1)', 'perfcheck_indexes(1)', 'perfcheck_explain(\'genre\')', 'perfcheck_requests(\'genre\', answers => \'keys\')',
	'perfcheck_time(\'genre\', executions => 3, warmup => 0)', 'perfcheck_snapshot(1)')
{
	foreach my $lock (0, 1)
	{
		my $when = $lock ? 'before it is analyzed' : 'while it is planned';
		my $said = meanwhile(qq{SET search_path = first, public; SELECT 'rows ' || (count(*) > 0) FROM $call; SELECT 'alive';},
			other_events(), $lock);

		# The other view is refused, or runs as its owner.
		unlike($said, qr/evil/, "$call, $when: the other view gets no rights");
		like($said, qr/^alive$/m, "$call, $when: the session lives") or diag($said);
		unlike($said, qr/(relation|cache|internal|unexpected|OID)/, "$call, $when: no internal error");
		query('DROP VIEW first.events');
	}
}

# A plain SELECT of a superuser would have called it.
like(meanwhile('SET search_path = first, public; SELECT count(*) FROM events;', other_events(), 1),
	qr/evil\(\) is called as a superuser/, 'a SELECT of his own calls it');
query('DROP VIEW first.events');

# ---- who wrote a query, and who may run it, while another one is judged ---------------

query(q{
UPDATE perfcheck_query SET enabled = false;
SELECT perfcheck_add_query('a_gate', 'SELECT id FROM stored WHERE gate(1) = 1 AND id = $1');
SELECT perfcheck_add_query('b_query', 'SELECT id FROM stored WHERE id = $1', types => '{uuid}');
});
my $reasons = q{SELECT string_agg(DISTINCT query || ': ' || coalesce(reason, 'judged'), '; ') FROM perfcheck_plan(NULL, 1);};
my $said = meanwhile($reasons, q{SET ROLE lena; UPDATE public.perfcheck_query SET sql = 'SELECT id FROM stored WHERE first.evil() AND id = $1' WHERE name = 'b_query';});
unlike($said, qr/evil/, 'a query that is written anew meanwhile is not run as a superuser');
like($said, qr/a_gate: judged; b_query: judged/, 'but as it was read, or refused');
my ($status, $out, $error) = $node->psql('postgres', $reasons);
like($out, qr/b_query: judged/, 'and from then on it runs');
unlike($error, qr/evil/, 'as who wrote it');

query(q{SET ROLE lena; UPDATE perfcheck_query SET role = 'ci', sql = 'SELECT id FROM stored WHERE id = $1' WHERE name = 'b_query'});
like(query($reasons), qr/b_query: judged/, 'who wrote it may run it as the role that it names');
like(meanwhile($reasons, 'REVOKE ci FROM lena'), qr/a_gate: judged; b_query: role "lena" wrote the query/,
	'and is refused if that membership is revoked meanwhile');

# ---- a function that is dropped while a query is planned ------------------------------

query(q{
UPDATE perfcheck_query SET enabled = false;
SELECT perfcheck_add_query('a_before', 'SELECT id FROM stored WHERE id = $1', types => '{uuid}');
CREATE FUNCTION doomed(text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
SELECT perfcheck_add_query('b_doomed', 'SELECT doomed(name) FROM stored WHERE gate(1) = 1 AND id = $1', types => '{uuid}');
SELECT perfcheck_add_query('c_after', 'SELECT id FROM stored WHERE id = $1', types => '{uuid}');
});
$said = meanwhile($reasons, 'DROP FUNCTION doomed(text)');
like($said, qr/a_before: judged; b_doomed: cache lookup failed for function \d+ \(hint: Call the function again .*; c_after: judged/,
	'a function that is dropped meanwhile is the reason of its query');

# ---- a table that is dropped after its query was judged, and before it is told of -------

query(q{
UPDATE perfcheck_query SET enabled = false;
SELECT perfcheck_add_query('z_gate', 'SELECT id FROM stored WHERE gate(1) = 1 AND id = $1', types => '{uuid}');
});
foreach my $call (q{perfcheck_report('json', 1)}, 'perfcheck_snapshot(1)', 'perfcheck_verify(1)', 'perfcheck_used(1)', 'perfcheck_indexes(1)')
{
	query(q{CREATE TABLE gone (id int PRIMARY KEY, n int);
		INSERT INTO gone SELECT i, i FROM generate_series(1, 100) AS i;
		ANALYZE gone;
		SELECT perfcheck_add_query('a_gone', 'SELECT id FROM gone WHERE n = $1', replace => true)});
	$said = meanwhile("SELECT 'rows ' || (count(*) > 0) FROM $call;", 'DROP TABLE gone');
	like($said, qr/^rows true$/m, "$call tells of the other query") or diag($said);
	unlike($said, qr/ERROR|was not measured/, "$call: no error");
}

# ---- an index that is dropped while perfcheck_indexes() asks whether it is needed -----

# step() waits for the lock of the number in turn, so that each call of it can be let go by itself.
query(q{
UPDATE perfcheck_query SET enabled = false;
CREATE TABLE turn (n int);
INSERT INTO turn VALUES (1001);
CREATE FUNCTION step() RETURNS int LANGUAGE plpgsql AS $$DECLARE k int := (SELECT n FROM turn); BEGIN
	IF NOT pg_try_advisory_xact_lock_shared(k) THEN PERFORM pg_advisory_xact_lock_shared(k); END IF;
	RETURN 1;
END$$;
CREATE INDEX stored_venue ON stored (venue);
CREATE INDEX stored_name ON stored (name);
SELECT perfcheck_add_query('by_name', 'SELECT id FROM stored WHERE name = $1', types => '{text}');
CREATE TABLE other (id int PRIMARY KEY);
INSERT INTO other VALUES (1);
SELECT perfcheck_add_query('stepping', 'SELECT step() FROM other WHERE id = 1');
});
{
	my ($out, $error) = ('', '');
	my $run;
	my $steps = 0;
	my $proving = qr/judging the queries with 0 new indexes/;
	my $file = $node->basedir . '/steps.sql';

	$gate->query_safe('SELECT pg_advisory_lock(1001)');
	unlink $file;
	append_to_file($file, q{SELECT string_agg(index_sql, '; ') FROM perfcheck_indexes(1); SELECT 'alive';});
	{
		local $ENV{PGAPPNAME} = 'steps';
		$run = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-f', $file ],
			'<', \undef, '>', \$out, '2>', \$error, IPC::Run::timeout($timeout));
	}
	for (my $n = 1001; $run->pumpable; $run->pump_nb)
	{
		my $waits = query(q{SELECT count(*) FROM pg_stat_activity WHERE application_name = 'steps' AND wait_event = 'advisory'});

		usleep(20_000), next if !$waits;
		$steps++;
		# Whatever was said before it began to wait has arrived.
		$run->pump_nb;
		last if $error =~ $proving;
		$n++;
		$gate->query_safe("SELECT pg_advisory_lock($n)");
		query("UPDATE turn SET n = $n");
		$gate->query_safe('SELECT pg_advisory_unlock(' . ($n - 1) . ')');
	}
	like($error, $proving, "the call is stopped at step $steps, when it has read the indexes");
	query('DROP INDEX stored_venue, stored_name');
	$gate->query_safe('SELECT pg_advisory_unlock_all()');
	$run->finish;
	like($out, qr/^alive$/m, 'the session lives') or diag($error);
	like($out, qr/stored_pkey/, 'the other indexes are told of');
	unlike($out, qr/stored_(venue|name)/, 'and not those that are gone');
	unlike($error, qr/ERROR|WARNING|was not measured/, 'without an error');
}

# ---- what a snapshot reads ----------------------------------------------------------

query(q{CREATE VIEW seen AS SELECT id FROM stored; CREATE FUNCTION told() RETURNS int LANGUAGE sql AS 'SELECT 1'});
my $objects = q{WITH waited AS MATERIALIZED (SELECT gate(id) AS one FROM (SELECT 1 AS id OFFSET 0) AS s)
	SELECT coalesce(string_agg(o.name || ' ' || coalesce(o.line ->> 'definition', 'gone'), ','), 'nothing') || ' alive'
	FROM waited AS w CROSS JOIN LATERAL perfcheck_snapshot_objects(('{"queries": [{"name": "q", "objects": ['
		|| '{"type": "view", "identity": "public.seen"}, {"type": "function", "identity": "public.told()"}]}]}')::json) AS o
	WHERE w.one = 1};
like(query($objects), qr/public\.seen [0-9a-f]{8}/, 'a snapshot has the view');
$said = meanwhile($objects, 'DROP VIEW seen; DROP FUNCTION told()');
like($said, qr/alive/, 'a view that is dropped meanwhile is no error') or diag($said);
unlike($said, qr/ERROR/, 'of any kind');

$gate->quit;
$node->stop;
done_testing();
