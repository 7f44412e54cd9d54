# The indexes that perfcheck_seed() has parallel workers build: that workers do
# take part, and that the indexes are what REINDEX makes, with whatever table,
# setting and transaction; on a replica and after a crash, too.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SeedProbe;
use Test::More;

my $rows = 3_000;
my $starts = "starts => '2027-01-01 00:00Z'";

my $node = PostgreSQL::Test::Cluster->new('build');
$node->init(
	allows_streaming => 1,
	extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf(
	'postgresql.conf', q{
autovacuum = off
min_parallel_table_scan_size = 0
});
$node->start;
my $probe = SeedProbe->new($node, 'postgres');

sub seed
{
	my ($settings, $count) = @_;

	return sprintf('%s SELECT perfcheck_seed(%d, %s);',
		$settings, $count // $rows, $starts);
}

# An empty table with what the argument adds to it.
sub make
{
	my ($more) = @_;

	$probe->sql('DROP TABLE IF EXISTS events;
		SELECT perfcheck_create_events();' . ($more // ''));
	return;
}

# What a rebuild must leave: OIDs, definitions, comments, constraints.
sub definitions
{
	return join "\n",
	  (split /\n/, $probe->fingerprint('events'))[ 1 .. 200 ];
}

# All indexes but the B-trees, which amcheck reads: a search through each finds
# what a sequential scan finds. One line for each condition that it does not.
sub differences
{
	my @conditions = @_;

	return join "\n", map {
		my $condition = $_;
		my $count = "SELECT count(*), min(id::text), max(id::text)
			FROM events WHERE $condition";
		my $by_scan = $probe->sql("SET enable_indexscan = off;
			SET enable_indexonlyscan = off; SET enable_bitmapscan = off; $count");
		my $by_index = $probe->sql("SET enable_seqscan = off; $count");
		my $plan = $probe->sql("SET enable_seqscan = off; EXPLAIN $count");
		$by_scan ne $by_index ? "$condition: $by_index, not $by_scan"
		  : $plan !~ /Index/ ? "$condition: no index is used"
		  : $by_scan =~ /^0/ ? "$condition: finds nothing"
		  : ();
	} @conditions;
}

# ---- workers take part ----------------------------------------------------------

sub workers
{
	foreach my $case (
		[ 'as is', '', 1 ],
		[ 'two workers', "SET maintenance_work_mem = '128MB';", 2 ])
	{
		my ($name, $settings, $wanted) = @$case;
		make();
		my $session = $probe->watched(seed($settings, 60_000));
		$probe->await($session, 'worker');
		my $count = $probe->sql(q{SELECT count(*) FROM pg_stat_activity
			WHERE leader_pid IS NOT NULL AND query LIKE '%perfcheck_seed%'});
		my ($status, $out, $error) = $session->finish;

		is($count, $wanted, "$name: workers");
		is("$status $out", '0 60000', "$name: succeeds") or diag($error);
		is($probe->summary('events'), '60000 rows', "$name: sound");
	}
}

# Where none may be had, or would not pay, the same comes out.
sub no_workers
{
	foreach my $case (
		[ 'none allowed', 'SET max_parallel_maintenance_workers = 0;' ],
		[ 'none to be had', 'SET max_parallel_workers = 0;' ],
		[ 'small table', "SET min_parallel_table_scan_size = '1GB';" ],
		[ 'little memory', "SET maintenance_work_mem = '1MB';" ])
	{
		my ($name, $settings) = @$case;
		make();
		my $before = definitions();
		my ($status, $out, $error) = $probe->attempt(seed($settings));

		is("$status $out", "0 $rows", "$name: succeeds") or diag($error);
		is(definitions(), $before, "$name: the same indexes");
		is($probe->summary('events'), "$rows rows", "$name: sound");
	}
}

# The server has no slot left.
sub no_slots
{
	$node->append_conf('postgresql.conf', 'max_worker_processes = 0');
	$node->restart;
	make();
	is($probe->sql(seed('')), $rows, 'no worker slots: succeeds');
	is($probe->summary('events'), "$rows rows", 'no worker slots: sound');
	$node->adjust_conf('postgresql.conf', 'max_worker_processes', 8);
	$node->restart;
}

# ---- tables --------------------------------------------------------------------

my $many_indexes = q{
	CREATE EXTENSION IF NOT EXISTS btree_gist;
	CREATE INDEX by_brin ON events USING brin (date);
	CREATE INDEX by_hash ON events USING hash (artist);
	CREATE INDEX by_part ON events (price) WHERE genre = 'rock';
	CREATE INDEX by_lower ON events (lower(venue));
	CREATE INDEX by_gist ON events USING gist (name gist_trgm_ops);
	CREATE INDEX by_json ON events USING gin (ticket_sources jsonb_path_ops)
		WITH (fastupdate = off);
	CREATE UNIQUE INDEX by_include ON events (source_id DESC NULLS LAST)
		INCLUDE (name) WITH (fillfactor = 70, deduplicate_items = off);
	CREATE INDEX by_collation ON events (name COLLATE "POSIX" text_pattern_ops);
	ALTER TABLE events ADD CONSTRAINT once
		EXCLUDE USING gist (venue WITH =, date WITH =);
	ALTER TABLE events ADD CONSTRAINT later
		UNIQUE (source_platform, source_id, id) DEFERRABLE INITIALLY DEFERRED;
	COMMENT ON INDEX by_json IS 'links';
	ALTER TABLE events REPLICA IDENTITY USING INDEX venue_date_idx;
	ALTER TABLE events CLUSTER ON date_idx;
};

sub kinds_of_index
{
	make($many_indexes);
	my $before = definitions();
	my ($status, $out, $error) = $probe->attempt(seed(''));

	is("$status $out", "0 $rows", 'indexes of many kinds: succeeds')
	  or diag($error);
	is(definitions(), $before, 'indexes of many kinds: the same indexes');
	is($probe->summary('events', indexes => 18),
		"$rows rows", 'indexes of many kinds: sound');
	is( differences(
			"date = (SELECT max(date) FROM events WHERE genre = 'pop')",
			q{artist = 'Roxette'},
			q{genre = 'rock' AND price > '3'},
			q{lower(venue) = 'debaser'},
			q{name LIKE '%Live%'},
			q{ticket_sources @> '[{"platform": "ticketmaster"}]'},
			q{name COLLATE "POSIX" ~>=~ 'Z'}),
		'',
		'indexes of many kinds: each finds its rows');
	is( $probe->sql(q{SELECT count(*) FROM pg_class c
			JOIN pg_index i ON i.indexrelid = c.oid
			WHERE indrelid = 'events'::regclass AND indpred IS NULL
			AND (c.reltuples <> 3000 OR c.relpages = 0)}),
		0,
		'indexes of many kinds: statistics');
}

sub persistence
{
	make('ALTER TABLE events SET UNLOGGED');
	is($probe->sql(seed('')), $rows, 'unlogged: succeeds');
	is($probe->summary('events'), "$rows rows", 'unlogged: sound');
	$node->stop('immediate');
	$node->start;
	is($probe->summary('events'), '0 rows', 'unlogged: empty after a crash');
	is( $probe->sql(q{SELECT count(*) FROM pg_index
			WHERE indrelid = 'events'::regclass
			AND pg_relation_size(indexrelid) <= 16384
			AND pg_relation_size(indexrelid, 'init')
				= pg_relation_size(indexrelid)}),
		8,
		'unlogged: so are its indexes');
	is($probe->sql(seed('')), $rows, 'unlogged: seeds after a crash');
	is($probe->summary('events'), "$rows rows", 'unlogged: sound again');

	$probe->sql('DROP TABLE events');
	is( $probe->sql("SELECT perfcheck_create_events('pg_temp.events');"
			  . seed('') . 'SELECT '
			  . $probe->summary_of('events', indexes => 8)),
		"\n$rows\n$rows rows",
		'temporary: succeeds, and is sound');
}

# ---- errors of a worker -----------------------------------------------------------

sub violation
{
	# The first one is long, the second one fails in another process.
	make(q{DROP INDEX idx_events_artist_trgm;
		CREATE UNIQUE INDEX no_rock ON events (genre, price, time, venue,
			source_platform, artist)});
	my $before = $probe->fingerprint('events');
	my ($status, undef, $error) = $probe->attempt(seed('', 30_000));

	is($status, 3, 'a unique violation: fails');
	like(
		$error,
		qr/ERROR:  could not create unique index "no_rock"/,
		'a unique violation: the error');
	like(
		$error,
		qr/DETAIL:  Key \(genre, price, .* is duplicated/,
		'a unique violation: the key');
	like(
		$error,
		qr/CONTEXT:  building index "no_rock"/,
		'a unique violation: the index');
	is($probe->fingerprint('events'), $before,
		'a unique violation: all as before');
	# Caught, it leaves a transaction that is as it was.
	is( $probe->sql(
			"DO \$\$ BEGIN PERFORM perfcheck_seed(30000, $starts);
			EXCEPTION WHEN unique_violation THEN DROP INDEX no_rock; END \$\$;
			CREATE INDEX idx_events_artist_trgm ON events
			USING gin (artist gin_trgm_ops);" . seed('')),
		$rows,
		'a unique violation: caught, the next seed succeeds');
	is($probe->summary('events'), "$rows rows", 'a unique violation: sound');
}

# ---- progress --------------------------------------------------------------------

# Two indexes that take over three seconds each, whose order is a function that naps;
# the one that comes last is not told of.
sub information
{
	$probe->sql(q{CREATE FUNCTION nap(text, text) RETURNS int
			LANGUAGE plpgsql IMMUTABLE AS
			'BEGIN PERFORM pg_sleep(0.003); RETURN bttextcmp($1, $2); END';
		CREATE OPERATOR CLASS slow_ops FOR TYPE text USING btree AS
			OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=,
			OPERATOR 5 >, FUNCTION 1 nap(text, text)});
	my $slow = 'CREATE INDEX slow1 ON events (source_id slow_ops);
		CREATE INDEX slow2 ON events (source_id slow_ops)';

	foreach my $case ([ 'in parallel', '' ],
		[ 'one by one', 'SET max_parallel_maintenance_workers = 0;' ],
		[ 'without progress', 'SET perfcheck.progress = off;', 1 ])
	{
		my ($name, $settings, $silent) = @$case;
		make($slow);
		my $began = time;
		my ($status, $out, $error) = $probe->attempt(seed($settings, 300));
		my $seconds = time - $began + 1;
		my @lines = grep { /INFO:/ } split /\n/, $error;
		my $right = grep {
			m{INFO:  built (\d+) of 10 indexes \((\d+) %\)$}
			  && $1 >= 1
			  && $1 <= 9
			  && $2 == 10 * $1
		} @lines;

		is("$status $out", '0 300', "indexes $name: succeeds")
		  or diag($error);
		cmp_ok($seconds, '>', 3, "indexes $name: takes its time");
		if ($silent)
		{
			is(scalar @lines, 0, "indexes $name: says nothing") or diag($error);
			next;
		}
		cmp_ok(scalar @lines, '>=', 1, "indexes $name: says how far it is");
		cmp_ok(scalar @lines, '<=', $seconds, "indexes $name: once a second");
		is($right, scalar @lines, "indexes $name: so many of all")
		  or diag($error);
	}
	make();
	$probe->sql('DROP OPERATOR FAMILY slow_ops USING btree;
		DROP FUNCTION nap(text, text)');
}

# ---- transactions -------------------------------------------------------------------

sub transactions
{
	my $all = $probe->summary_of('events');
	my $made = 'SELECT perfcheck_create_events();';
	my %cases = (
		'the table made in it' => [ "BEGIN; $made" . seed('') . "COMMIT;", '' ],
		'the table truncated in it' =>
		  [ 'BEGIN; TRUNCATE events;' . seed('') . 'COMMIT;', $made ],
		'the table made in a savepoint' => [
			"BEGIN; SAVEPOINT a; $made SAVEPOINT b;"
			  . seed('')
			  . 'RELEASE b; RELEASE a; COMMIT;',
			''
		],
		'a savepoint rolled back before' => [
			'BEGIN; SAVEPOINT a;'
			  . seed('', 500)
			  . 'ROLLBACK TO a;'
			  . seed('')
			  . 'COMMIT;',
			$made
		],
		'repeatable read' => [
			'BEGIN ISOLATION LEVEL REPEATABLE READ;' . seed('') . 'COMMIT;',
			$made
		],
		'serializable' => [
			'BEGIN ISOLATION LEVEL SERIALIZABLE;' . seed('') . 'COMMIT;', $made
		],
		'a DO block with an exception' => [
			"DO \$\$ BEGIN PERFORM perfcheck_seed(500, $starts);
				RAISE division_by_zero;
			EXCEPTION WHEN division_by_zero THEN
				PERFORM perfcheck_seed($rows, $starts); END \$\$; SELECT $rows;",
			$made
		],
		'a function of another owner' => [
			"SET ROLE seeder; SELECT seed_it(); RESET ROLE;",
			"$made
			CREATE ROLE seeder;
			CREATE OR REPLACE FUNCTION seed_it() RETURNS bigint LANGUAGE sql
			SECURITY DEFINER SET search_path = public AS
			\$\$SELECT perfcheck_seed($rows, $starts)\$\$"
		]);

	foreach my $name (sort keys %cases)
	{
		my ($sql, $before) = @{ $cases{$name} };
		$probe->sql("DROP TABLE IF EXISTS events; $before");
		my ($status, $out, $error) = $probe->attempt("$sql SELECT $all;");

		is($status, 0, "$name: succeeds") or diag($error);
		like($out, qr/^$rows\n$rows rows$/m, "$name: all rows, and sound");
	}
	# A table of somebody else, whom a superuser is while its indexes are built.
	make('ALTER TABLE events OWNER TO seeder');
	like(
		$probe->sql('BEGIN; SELECT user;'
			  . seed("SET LOCAL maintenance_work_mem = '66MB';")
			  . 'SHOW maintenance_work_mem; SELECT user; COMMIT;'),
		qr/^(\w+)\n$rows\n66MB\n\1$/,
		'role and settings are as before');
}

# Rows that were updated without touching an index: a snapshot that still sees
# the old version must not look for it by an index that has the new one alone.
sub updated_rows
{
	foreach my $case (
		[ 'in parallel', '' ],
		[ 'one by one', 'SET max_parallel_maintenance_workers = 0;' ])
	{
		my ($name, $settings) = @$case;

		foreach my $updated (0, 10)
		{
			make('ALTER TABLE events SET (fillfactor = 50);' . seed('', 1000));
			is( $probe->sql("$settings BEGIN;
					UPDATE events SET price = 'free' WHERE id IN
						(SELECT id FROM events LIMIT $updated);"
				  . seed('')
				  . q{SELECT count(*) FILTER (WHERE indcheckxmin) FROM pg_index
						WHERE indrelid = 'events'::regclass; COMMIT}),
				"$rows\n" . ($updated ? 6 : 0),
				"$updated rows updated before, $name: indexes to be wary of");
			is($probe->summary('events'),
				$rows + 1000 . ' rows', "$updated rows updated, $name: sound");
		}
	}
}

# ---- logged ----------------------------------------------------------------------------

# What a replica and a recovery make of the log is what is here.
sub logged
{
	make($many_indexes);
	$node->backup('base');
	my $replica = PostgreSQL::Test::Cluster->new('replica');
	$replica->init_from_backup($node, 'base', has_streaming => 1);
	$replica->start;
	$probe->sql(seed('', 20_000));
	$node->wait_for_catchup($replica, 'replay', $node->lsn('write'));
	my $check = q{
		SELECT string_agg(bt_index_check(c.oid, true)::text, '') FROM pg_index i
		JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
		WHERE i.indrelid = 'events'::regclass AND a.amname = 'btree'
		AND i.indisvalid;
		SET enable_seqscan = off;
		SELECT count(*) FROM events WHERE artist ILIKE '%the%';
		SELECT count(*) FROM events WHERE name ILIKE '%live%'};
	my $here = $node->safe_psql('postgres', $check);

	like($here, qr/^\n?[1-9]\d+\n[1-9]\d+$/, 'the searches find rows');
	is($replica->safe_psql('postgres', $check),
		$here, 'a replica: indexes hold the same');
	is($replica->safe_psql('postgres', "SELECT probe.fingerprint('events')"),
		$probe->fingerprint('events'), 'a replica: the same table');
	$replica->stop;

	$node->stop('immediate');
	$node->start;
	is($probe->summary('events', indexes => 18),
		'20000 rows', 'after a crash: sound');
	is($node->safe_psql('postgres', $check), $here, 'after a crash: the same');
}

workers();
no_workers();
no_slots();
kinds_of_index();
persistence();
violation();
information();
transactions();
updated_rows();
logged();
$node->stop;

done_testing();
