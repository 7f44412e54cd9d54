# Looks at an events table from outside: what it holds, whether it is sound,
# and what a session that seeds it is doing. The looking is done by functions
# in a schema "probe" of the test's database.
#
#	my $probe = SeedProbe->new($node, 'postgres');
#	my $before = $probe->fingerprint('events');
#	my $seeding = $probe->watched('SELECT perfcheck_seed(300000);');
#	my $ms = $probe->strike($seeding, 'load', 'cancel');
#	my ($status, $out, $err) = $seeding->finish;
#	is($probe->fingerprint('events'), $before);
#	is($probe->summary('events'), '1000 rows');

package SeedProbe;

use strict;
use warnings;

use IPC::Run ();
use PostgreSQL::Test::Utils ();

# A background session that answers for longer has been forgotten.
my $patience = $PostgreSQL::Test::Utils::timeout_default;

my $functions = <<'SQL';
CREATE SCHEMA probe;

-- All that a seed must leave as it was: rows, indexes, constraints and so on.
CREATE FUNCTION probe.fingerprint(target text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	relid regclass := to_regclass(target);
	facts text;
BEGIN
	IF relid IS NULL THEN
		RETURN 'absent';
	END IF;
	EXECUTE format('SELECT count(*) || '' rows ''
		|| coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)
		FROM ONLY %s t', relid) INTO facts;
	RETURN concat_ws(E'\n', facts,
		(SELECT format('replica identity %s, indexes %s', relreplident,
			relhasindex) FROM pg_class WHERE oid = relid),
		(SELECT string_agg(concat_ws(' ', indexrelid, indexrelid::regclass,
				indisready, indisvalid, indislive, indcheckxmin, indisreplident,
				pg_get_indexdef(indexrelid), obj_description(indexrelid)), E'\n'
				ORDER BY indexrelid)
			FROM pg_index WHERE indrelid = relid),
		(SELECT string_agg(concat_ws(' ', oid, conname, convalidated, conindid,
				pg_get_constraintdef(oid)), E'\n' ORDER BY oid)
			FROM pg_constraint WHERE conrelid = relid),
		(SELECT string_agg(concat_ws(' ', attname, attnotnull), E'\n'
				ORDER BY attnum)
			FROM pg_attribute WHERE attrelid = relid AND attnum > 0));
END $$;

-- The ids that a search finds; an error where the plan is another.
CREATE FUNCTION probe.search(relid regclass, col text, pattern text, gin bool)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	condition text := format('FROM ONLY %s WHERE %I ILIKE %L', relid, col,
		pattern);
	found text;
	plan text := '';
	line text;
BEGIN
	PERFORM set_config('enable_seqscan', (NOT gin)::text, true),
		set_config('enable_bitmapscan', gin::text, true),
		set_config('enable_indexscan', 'off', true),
		set_config('enable_indexonlyscan', 'off', true),
		set_config('max_parallel_workers_per_gather', '0', true);
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) SELECT id ' || condition LOOP
		plan := plan || line || E'\n';
	END LOOP;
	IF plan !~ (CASE WHEN gin THEN 'Bitmap Index Scan on ' ELSE 'Seq Scan' END)
	THEN
		RETURN 'plan: ' || plan;
	END IF;
	EXECUTE 'SELECT count(*) || '' '' || coalesce(md5(string_agg(id::text,
		'','' ORDER BY id)), '''') ' || condition INTO found;
	RETURN found;
END $$;

-- What is wrong with a table and its indexes; no rows where nothing is.
-- searched: columns that have a GIN index
CREATE FUNCTION probe.unsound(target text, indexes int, searched text[])
RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	relid regclass := target::regclass;
	i record;
	n bigint;
	col text;
	pattern text;
BEGIN
	FOR i IN SELECT x.*, c.relname, c.relam, c.relpersistence
		FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
		WHERE x.indrelid = relid ORDER BY c.relname
	LOOP
		indexes := indexes - 1;
		IF NOT (i.indisvalid AND i.indisready AND i.indislive) THEN
			RETURN NEXT format('%s is not valid and ready', i.relname);
		END IF;
		IF i.relam = (SELECT oid FROM pg_am WHERE amname = 'btree') THEN
			BEGIN
				PERFORM bt_index_parent_check(i.indexrelid, true, true);
			EXCEPTION WHEN OTHERS THEN
				RETURN NEXT format('%s: %s', i.relname, SQLERRM);
			END;
		END IF;
	END LOOP;
	IF indexes <> 0 THEN
		RETURN NEXT format('%s indexes are missing', indexes);
	END IF;
	RETURN QUERY SELECT format('block %s: %s', blkno, msg)
		FROM verify_heapam(relid);
	EXECUTE format('SELECT count(*) - count(DISTINCT id) FROM ONLY %s', relid)
	INTO n;
	IF n <> 0 THEN
		RETURN NEXT format('%s ids are there twice', n);
	END IF;
	EXECUTE format('SELECT count(*) - count(DISTINCT (venue, date))
		FROM ONLY %s', relid) INTO n;
	IF n <> 0 THEN
		RETURN NEXT format('%s places are taken twice', n);
	END IF;
	FOREACH col IN ARRAY searched LOOP
		FOREACH pattern IN ARRAY ARRAY['%%metal%%', '%%the%%', '%%live%%',
			'%%björ%%', '%%nosuchword%%', '%%friends%%']
		LOOP
			pattern := replace(pattern, '%%', '%');
			IF probe.search(relid, col, pattern, true)
				<> probe.search(relid, col, pattern, false)
			THEN
				RETURN NEXT format('%s ILIKE %L: %s, not %s', col, pattern,
					probe.search(relid, col, pattern, true),
					probe.search(relid, col, pattern, false));
			END IF;
		END LOOP;
	END LOOP;
END $$;

-- '1000 rows' for a table that is sound, and what is wrong with one that is not.
CREATE FUNCTION probe.summary(target text, indexes int, searched text[])
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	IF to_regclass(target) IS NULL THEN
		RETURN 'absent';
	END IF;
	EXECUTE format('SELECT count(*) FROM ONLY %s', target::regclass) INTO n;
	RETURN concat_ws(E'\n', format('%s rows', n),
		(SELECT string_agg(u, E'\n')
			FROM probe.unsound(target, indexes, searched) u));
END $$;

-- The indexes that a backend and its workers build now; param9 is the access
-- method's OID.
CREATE FUNCTION probe.builds(backend int, OUT pid int, OUT method name)
RETURNS SETOF record LANGUAGE sql AS $$
	SELECT p.pid, a.amname
	FROM pg_stat_get_progress_info('CREATE INDEX') p
	JOIN pg_stat_activity s ON s.pid = p.pid
	JOIN pg_am a ON a.oid = p.param9
	WHERE backend IN (s.pid, s.leader_pid)
$$;

-- Whether a backend is in a phase of its seed.
CREATE FUNCTION probe.is_in(backend int, phase text) RETURNS bool
LANGUAGE sql AS $$
	SELECT CASE phase
	WHEN 'load' THEN EXISTS (SELECT FROM pg_stat_progress_copy
		WHERE pid = backend AND tuples_processed > 0)
	WHEN 'analyze' THEN EXISTS (SELECT FROM pg_stat_progress_analyze
		WHERE pid = backend)
	WHEN 'hold' THEN EXISTS (SELECT FROM pg_stat_activity
		WHERE pid = backend AND wait_event = 'PgSleep')
	WHEN 'wait' THEN EXISTS (SELECT FROM pg_stat_activity
		WHERE pid = backend AND wait_event_type = 'Lock')
	WHEN 'worker' THEN EXISTS (SELECT FROM probe.builds(backend) b
		WHERE b.pid <> backend)
	-- building an index, by access method
	ELSE EXISTS (SELECT FROM probe.builds(backend) b WHERE b.method = phase) END
$$;

-- A lock is the sign that a session is watched, so that it can wait for that.
CREATE FUNCTION probe.lock_of(app text) RETURNS int
LANGUAGE sql AS $$ SELECT hashtext(app) $$;

CREATE FUNCTION probe.await_watcher() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	WHILE NOT EXISTS (SELECT FROM pg_locks
		WHERE locktype = 'advisory' AND classid = 77 AND objid::bigint =
		probe.lock_of(current_setting('application_name'))::bit(32)::bigint)
	LOOP
		PERFORM pg_sleep(0.002);
	END LOOP;
END $$;

-- Waits until a session is in a phase; its pid.
CREATE FUNCTION probe.await(app text, phase text) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
	backend int;
	now_active bool;
	was_active bool := false;
	idle int := 0;
	start timestamptz := clock_timestamp();
BEGIN
	PERFORM pg_advisory_xact_lock_shared(77, probe.lock_of(app));
	LOOP
		PERFORM pg_stat_clear_snapshot();
		SELECT pid, state = 'active' INTO backend, now_active
		FROM pg_stat_activity WHERE application_name = app;
		EXIT WHEN probe.is_in(backend, phase);
		was_active := was_active OR now_active IS TRUE;
		-- It is idle between two statements, too, but not for long.
		idle := CASE WHEN now_active THEN 0 ELSE idle + 1 END;
		IF was_active AND idle > 500
			OR clock_timestamp() > start + interval '60 s'
		THEN
			RAISE 'session % has not been seen in phase %', app, phase;
		END IF;
		PERFORM pg_sleep(0.002);
	END LOOP;
	RETURN backend;
END $$;

-- Waits until a session is in a phase, and cancels, terminates or kills it, or
-- its workers in phase 'worker'; the milliseconds until it is no longer active.
CREATE FUNCTION probe.strike(app text, phase text, act text)
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	backend int := probe.await(app, phase);
	start timestamptz := clock_timestamp();
	struck int[] := ARRAY[backend];
BEGIN
	IF phase = 'worker' THEN
		struck := ARRAY(SELECT pid FROM pg_stat_activity
			WHERE leader_pid = backend);
	END IF;
	CASE act
	WHEN 'cancel' THEN
		PERFORM pg_cancel_backend(pid) FROM unnest(struck) AS pid;
	WHEN 'terminate' THEN
		PERFORM pg_terminate_backend(pid) FROM unnest(struck) AS pid;
	WHEN 'kill' THEN
		EXECUTE format('COPY (SELECT 1) TO PROGRAM '
			'''cat >/dev/null; kill -9 %s''', array_to_string(struck, ' '));
	END CASE;
	LOOP
		PERFORM pg_stat_clear_snapshot();
		EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity
			WHERE pid = backend AND state = 'active');
		PERFORM pg_sleep(0.001);
	END LOOP;
	RETURN 1000 * extract(epoch FROM clock_timestamp() - start);
END $$;

-- What another session sees of a seed: how many values tuples_processed took,
-- whether it ever went back, the table it was of, and the indexes built.
CREATE FUNCTION probe.watch(app text, OUT loaded int, OUT shrank bool,
	OUT relid oid, OUT methods text)
LANGUAGE plpgsql AS $$
DECLARE
	backend int := probe.await(app, 'load');
	last bigint := 0;
	p record;
BEGIN
	loaded := 0;
	shrank := false;
	methods := '';
	LOOP
		PERFORM pg_stat_clear_snapshot();
		SELECT c.tuples_processed, c.relid INTO p FROM pg_stat_progress_copy c
		WHERE c.pid = backend;
		IF p.tuples_processed > last THEN
			loaded := loaded + 1;
			relid := p.relid;
		END IF;
		-- NULL and 0: between two chunks, or after the load
		shrank := shrank OR coalesce(p.tuples_processed BETWEEN 1 AND last - 1,
			false);
		last := greatest(last, p.tuples_processed);
		SELECT string_agg(m, ' ' ORDER BY m) INTO methods FROM (
			SELECT unnest(string_to_array(methods, ' ')) AS m
			UNION SELECT method FROM probe.builds(backend)) AS all_methods;
		EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity
			WHERE pid = backend AND state = 'active');
		PERFORM pg_sleep(0.002);
	END LOOP;
END $$;
SQL

# Makes the functions in a database of a running PostgreSQL::Test::Cluster.
sub new
{
	my ($class, $node, $database) = @_;

	$node->safe_psql($database,
		"SET client_min_messages = warning;
		CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
		CREATE EXTENSION IF NOT EXISTS amcheck;
		$functions");
	return bless { node => $node, database => $database, sessions => 0 },
	  $class;
}

sub sql
{
	my ($self, $sql) = @_;

	return $self->{node}
	  ->safe_psql($self->{database}, "SET client_min_messages = warning; $sql");
}

# Exit status of psql, its output and its standard error.
sub attempt
{
	my ($self, $sql) = @_;
	my ($out, $err) = ('', '');
	my $status = $self->{node}->psql($self->{database}, $sql,
		stdout => \$out, stderr => \$err, on_error_stop => 1);

	return ($status, $out, $err);
}

sub fingerprint
{
	my ($self, $table) = @_;

	return $self->sql("SELECT probe.fingerprint('$table')");
}

# An SQL expression: the number of rows, and what is wrong with the table.
# It is the canonical one unless told otherwise.
sub summary_of
{
	my ($self, $table, %other) = @_;

	return sprintf("probe.summary('%s', %d, '%s')", $table,
		$other{indexes} // 8, $other{searched} // '{artist,name}');
}

# '1000 rows' for a table that is sound.
sub summary
{
	my ($self, @table) = @_;

	return $self->sql('SELECT ' . $self->summary_of(@table));
}

# A psql that runs beside the test.
sub background
{
	my ($self, $sql, @variables) = @_;
	my $app = 'seeding' . ++$self->{sessions};
	my $session = bless { app => $app, out => '', err => '', in => "$sql\n" },
	  'SeedProbe::Session';

	@variables = ('-v', 'ON_ERROR_STOP=1') unless @variables;

	$session->{run} = IPC::Run::start(
		[
			$self->{node}->installed_command('psql'),
			'-XAtq', @variables, '-f', '-', '-d',
			$self->{node}->connstr($self->{database})
			  . " application_name=$app"
		],
		'<', \$session->{in}, '>', \$session->{out}, '2>', \$session->{err},
		IPC::Run::timeout($patience));
	$session->{run}->pump while length $session->{in};
	return $session;
}

# A psql that goes on after an error, and is asked one thing after the other.
# Its errors begin with their SQLSTATE.
sub talk
{
	my ($self, $settings) = @_;
	my $session =
	  $self->background($settings // '', '-v', 'VERBOSITY=verbose');

	$session->{pid} = $session->ask('SELECT pg_backend_pid()');
	return $session;
}

# The same, which begins when strike, await or watch looks on.
sub watched
{
	my ($self, $sql) = @_;

	return $self->background(
		"DO 'BEGIN PERFORM probe.await_watcher(); END';\n$sql");
}

# A psql that has run this, and sits there until release.
sub hold
{
	my ($self, $sql) = @_;
	my $session = $self->background("$sql SELECT pg_sleep(600);");

	$self->await($session, 'hold');
	return $session;
}

sub release
{
	my ($self, $session) = @_;

	$self->sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE application_name = '$session->{app}'");
	$session->finish;
	return;
}

# Waits for the phase; the pid.
sub await
{
	my ($self, $session, $phase) = @_;

	return $self->sql("SELECT probe.await('$session->{app}', '$phase')");
}

# Waits for the phase, and does 'cancel', 'terminate' or 'kill', which also ends
# the connection that this is done from; the milliseconds that it took.
sub strike
{
	my ($self, $session, $phase, $act) = @_;
	my ($status, $out, $error) = $self->attempt(
		"SELECT probe.strike('$session->{app}', '$phase', '$act')");

	die $error if $status == 3 || $act ne 'kill' && $status != 0;
	return $out;
}

sub watch
{
	my ($self, $session) = @_;

	return $self->sql("SELECT loaded, shrank, relid::regclass, methods
		FROM probe.watch('$session->{app}')");
}

package SeedProbe::Session;

# Sends statements to a session that talks, and does not wait for the answer.
sub tell
{
	my ($self, $sql) = @_;

	$self->{out} = $self->{err} = '';
	$self->{in} .= "$sql;\n\\echo answered\n\\warn answered\n";
	# A session that is gone is found out by hear.
	eval { $self->{run}->pump_nb };
	return;
}

# The answer and the errors; an answer "gone" where the connection is lost.
sub hear
{
	my ($self) = @_;

	my $end = qr/(?:^|\n)answered\n\z/;

	until ($self->{out} =~ $end && $self->{err} =~ $end)
	{
		return wantarray ? ('gone', $self->{err}) : 'gone'
		  unless eval { $self->{run}->pump; };
	}
	s/$end// foreach $self->{out}, $self->{err};
	return wantarray ? ($self->{out}, $self->{err}) : $self->{out};
}

sub ask
{
	my ($self, $sql) = @_;

	$self->tell($sql);
	return $self->hear;
}

# Ends a session that talks.
sub leave
{
	my ($self) = @_;

	$self->{in} .= "\\q\n";
	eval { $self->finish };
	return;
}

# Waits for its end: exit status, output, standard error.
sub finish
{
	my ($self) = @_;

	$self->{run}->finish;
	chomp($self->{out}, $self->{err});
	return ($self->{run}->full_result >> 8, $self->{out}, $self->{err});
}

1;
