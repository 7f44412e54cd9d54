# perfcheck_seed() beside other sessions: several at once, those that use the
# table or take its name meanwhile, those that look at its progress; and beside
# what else its own session does with the table. Each seed adds all of its rows,
# or fails with an error that says why, and the table is sound as SeedProbe has
# it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SeedProbe;
use SeedTables qw(make seed @kinds %holds $starts);
use Test::More;

# Rows whose load takes a while, and those of more than one chunk.
my $many = 300_000;
my $few = 12_000;

# As in 010_seed_faults.pl: wal_level is minimal, and indexes are built by
# parallel workers whatever the size.
my $node = PostgreSQL::Test::Cluster->new('sessions');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf(
	'postgresql.conf', q{
autovacuum = off
max_wal_size = 4GB
min_parallel_table_scan_size = 0
});
$node->start;
my $probe = SeedProbe->new($node, 'postgres');

sub all_of_it
{
	my ($rows, $name) = @_;

	is($probe->summary('events'), "$rows rows", "$name: all rows, and sound");
}

# ---- two at once -----------------------------------------------------------------------

sub two_at_once
{
	foreach my $kind (@kinds)
	{
		my $name = "two at once, $kind table";
		make($probe, $kind);
		# However late the second one comes, the first keeps its locks until then.
		my $gate = $probe->hold('SELECT pg_advisory_lock(1);');
		my $first = $probe->watched('BEGIN;'
			  . seed($few)
			  . q{ DO 'BEGIN PERFORM pg_advisory_xact_lock_shared(1); END'; COMMIT;}
		);
		$probe->await($first, 'gin');
		my $second = $probe->background(seed(5000));
		$probe->await($second, 'wait');
		$probe->release($gate);
		my ($status, $rows, $error) = $first->finish;

		is("$status $rows", "0 $few", "$name: the first succeeds")
		  or diag($error);
		($status, $rows, $error) = $second->finish;
		is("$status $rows", '0 5000', "$name: the second succeeds")
		  or diag($error);
		all_of_it($few + 5000 + $holds{$kind}, $name);
	}
}

# Started at the same moment, more of them, and by different names.
sub four_at_once
{
	foreach my $kind (@kinds)
	{
		my $name = "four at once, $kind table";
		make($probe, $kind);
		my $gate = $probe->hold('SELECT pg_advisory_lock(1);');
		my @seeds = map {
			$probe->background("SELECT pg_advisory_lock_shared(1);
				SELECT perfcheck_seed(2000, '$_', $starts);")
		} ('events', 'public.events', '"events"', 'events');
		$probe->await($_, 'wait') foreach @seeds;
		$probe->release($gate);
		my @ends = map { [ $_->finish ] } @seeds;

		is(join(' ', map { $_->[0] } @ends),
			'0 0 0 0', "$name: all succeed")
		  or diag(join("\n", map { $_->[2] } @ends));
		all_of_it(8000 + $holds{$kind}, $name);
	}
}

# Something of that name, which another session has not committed yet, is waited
# for; what it is then decides.
sub name_taken_meanwhile
{
	foreach my $case (
		[ 'SELECT perfcheck_create_events()', 'COMMIT', undef, 'aside' ],
		[ 'SELECT perfcheck_create_events()', 'ROLLBACK', undef, 'creating' ],
		[ 'CREATE TABLE events (id uuid)', 'COMMIT', 'has no column "name"' ],
		[ 'CREATE VIEW events AS SELECT 1', 'COMMIT', '"events" is not a table' ],
		[ 'CREATE DOMAIN events AS int', 'COMMIT',
			'type "events" already exists' ])
	{
		my ($statement, $end, $wanted, $way) = @$case;
		my $name = "while another session is at $statement; $end";
		make($probe, 'new');
		my $gate = $probe->hold('SELECT pg_advisory_lock(1);');
		my $first = $probe->background(
			"BEGIN; $statement; SELECT pg_advisory_lock(1); $end;");
		$probe->await($first, 'wait');
		my $second = $probe->background(seed(5000));
		$probe->await($second, 'wait');
		$probe->release($gate);
		my ($status, undef, $error) = $first->finish;

		is($status, 0, "$name: it succeeds") or diag($error);
		($status, undef, $error) = $second->finish;
		if (defined $wanted)
		{
			is($status, 3, "$name: the seed fails");
			like($error, qr/ERROR:  [^\n]*\Q$wanted\E/, "$name: the error");
			unlike($error, qr/duplicate key/, "$name: no key of a catalog");
		}
		else
		{
			is($status, 0, "$name: the seed succeeds");
			like($error, qr/NOTICE: .*$way/, "$name: the way");
			all_of_it(5000, $name);
		}
		$probe->sql($statement =~ /CREATE (\w+) events/ ? "DROP $1 events"
			: 'DROP TABLE events');
	}
}

# A transaction that must not see what another one did since cannot know which
# places are taken; it gets an error.
sub old_snapshot
{
	foreach my $kind (@kinds)
	{
		my $name = "old snapshot, $kind table";
		make($probe, $kind);
		my $gate = $probe->hold('SELECT pg_advisory_lock(1);');
		my $old = $probe->background(
			'BEGIN ISOLATION LEVEL REPEATABLE READ;
			SELECT pg_advisory_lock(1);' . seed(1000) . 'COMMIT;');
		$probe->await($old, 'wait');
		$probe->sql(seed(2000));
		$probe->release($gate);
		my ($status, undef, $error) = $old->finish;

		is($status, 3, "$name: fails");
		like(
			$error,
			qr/ERROR: .*(could not serialize|duplicate key|unique index|snapshot)/,
			"$name: the error");
		all_of_it(2000 + $holds{$kind}, $name);
	}
}

# A session that has read the table, and writes to it while a seed goes on: a
# lock that is made stronger on the way would be a deadlock.
sub reader_that_writes
{
	my $write = q{INSERT INTO events (name, artist, venue, date, genre,
			ticket_sources, source_id, source_platform)
		VALUES ('n', 'a', 'v', '2001-01-01', 'g', '[]', 's', 'p'); COMMIT;};

	foreach my $kind ('empty', 'filled')
	{
		my $name = "reader that writes, $kind table";
		make($probe, $kind);
		my @gates =
		  map { $probe->hold("SELECT pg_advisory_lock($_);") } 1, 2;
		my $reader = $probe->background('BEGIN; SELECT FROM events LIMIT 0;
			SELECT pg_advisory_lock(1);' . $write);
		$probe->await($reader, 'wait');
		my $session = $probe->background(
			'BEGIN;' . seed(5000) . 'SELECT pg_advisory_lock(2); COMMIT;');
		$probe->await($session, 'wait');
		$probe->release($_) foreach @gates;
		my ($status, undef, $error) = $reader->finish;

		is($status, 0, "$name: the reader writes") or diag($error);
		($status, undef, $error) = $session->finish;
		is($status, 0, "$name: the seed succeeds") or diag($error);
		like($error, qr/NOTICE: .*in place/, "$name: with indexes in place")
		  if $kind eq 'empty';
		all_of_it(5001 + $holds{$kind}, $name);
	}
}

# ---- progress -----------------------------------------------------------------------------

sub progress
{
	foreach my $case ([ new => 30_000 ], [ empty => $many ],
		[ filled => 30_000 ])
	{
		my ($kind, $rows) = @$case;
		my $name = "progress, $kind table";
		make($probe, $kind);
		my $session = $probe->watched(seed($rows));
		my ($steps, $shrank, $relation, $methods) = split /\|/,
		  $probe->watch($session);
		my ($status, $seeded, $error) = $session->finish;

		is("$status $seeded", "0 $rows", "$name: succeeds") or diag($error);
		cmp_ok($steps, '>', 1, "$name: tuples_processed grows");
		is($shrank, 'f', "$name: it never goes back");
		is($relation, 'events', "$name: of this table") if $kind ne 'new';
		is($methods, 'btree gin', "$name: the indexes that are built show");
		is( $probe->sql('SELECT (SELECT count(*) FROM pg_stat_progress_copy)
				+ (SELECT count(*) FROM pg_stat_progress_create_index)'),
			0,
			"$name: nothing is left of it");
	}
}

# INFO lines: at most one a second, and none in the first three.
sub information
{
	$probe->sql(q{DROP TABLE IF EXISTS events;
		SELECT perfcheck_create_events();
		ALTER TABLE events RENAME TO model;
		CREATE TABLE events (LIKE model INCLUDING DEFAULTS);
		DROP TABLE model;
		CREATE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS
			'BEGIN PERFORM pg_sleep(0.5); RETURN new; END';
		CREATE TRIGGER nap BEFORE INSERT ON events
		FOR EACH STATEMENT EXECUTE FUNCTION nap()});
	my $rows = 100_000;
	my $began = time;
	my ($status, $seeded, $error) = $probe->attempt(seed($rows));
	my $seconds = time - $began + 1;
	my @lines = grep { /INFO:/ } split /\n/, $error;
	my @done;

	is("$status $seeded", "0 $rows", 'a long run succeeds') or diag($error);
	cmp_ok(scalar @lines, '>=', 1, 'a long run says how far it is');
	cmp_ok(scalar @lines, '<=', $seconds, 'at most once a second');
	foreach my $line (@lines)
	{
		my ($done, $percent, $rate) = $line =~
		  /INFO:  seeded (\d+) of $rows rows \((\d+) %\), (\d+) rows\/s(?:, now building indexes)?$/;
		ok( defined $rate
			  && $rate > 0
			  && $percent == int($done * 100 / $rows)
			  && (!@done || $done > $done[-1]),
			"with rows, percentage and rows a second: $line");
		push @done, $done;
	}
	$probe->sql('TRUNCATE events');
	($status, $seeded, $error) =
	  $probe->attempt('SET perfcheck.progress = off;' . seed($rows));
	is("$status $seeded", "0 $rows", 'a long run succeeds without progress');
	unlike($error, qr/INFO/, '... and then says nothing');
	foreach my $kind (@kinds)
	{
		make($probe, $kind);
		($status, $seeded, $error) = $probe->attempt(seed(1000));
		is("$status $seeded", '0 1000', "a short run succeeds, $kind table");
		unlike($error, qr/INFO/, "a short run says nothing, $kind table");
	}
}

# ---- a session that is using the table --------------------------------------------------------

sub open_cursor
{
	foreach my $case (
		[ empty => 'date, id' ],
		[ filled => 'date, id' ],
		[ filled => 'name, id' ])
	{
		my ($kind, $order) = @$case;
		my $name = "open cursor by $order, $kind table";
		make($probe, $kind);
		my $query = "SELECT id FROM events ORDER BY $order";
		my ($status, $out, $error) = $probe->attempt(
			"CREATE TEMP TABLE before AS $query;
			BEGIN;
			DECLARE c SCROLL CURSOR FOR $query;
			MOVE 10 IN c;" . seed(2000)
			  . 'MOVE ABSOLUTE 0 IN c; FETCH ALL FROM c;
			COMMIT;
			SELECT id FROM before;');
		my @lines = split /\n/, $out;

		is($status, 0, "$name: succeeds") or diag($error);
		is(shift @lines, 2000, "$name: seeds");
		is(scalar @lines, 2 * $holds{$kind}, "$name: the cursor goes on");
		is_deeply([ splice @lines, 0, $holds{$kind} ],
			\@lines, "$name: it reads what was there when it was opened");
		all_of_it($holds{$kind} + 2000, $name);
	}
	make($probe, 'filled');
	is($probe->sql('SELECT perfcheck_seed(10) FROM events LIMIT 2'),
		"10\n10", 'a query that reads the table seeds it');
	all_of_it($holds{filled} + 20, 'a query that reads the table seeds it');
}

# Seeds that come before the end of the transaction, or even of the query.
sub again_and_again
{
	foreach my $kind (@kinds)
	{
		my $name = "again in the transaction, $kind table";
		make($probe, $kind);
		my ($status, $out, $error) = $probe->attempt(
			'BEGIN;' . seed(500) . seed(3000) . seed(10) . 'COMMIT');
		is($out, "500\n3000\n10", "$name: seeds") or diag($error);
		all_of_it($holds{$kind} + 3510, $name);

		$name = "twice in the query, $kind table";
		make($probe, $kind);
		($status, $out, $error) = $probe->attempt(
			"SELECT perfcheck_seed(500, $starts), perfcheck_seed(300, $starts)");
		is($out, '500|300', "$name: seeds") or diag($error);
		all_of_it($holds{$kind} + 800, $name);
	}
}

# Checks that wait for COMMIT, of a foreign key and of a unique constraint.
sub pending_trigger
{
	my $deferred = 'ALTER TABLE events
		ADD COLUMN city int REFERENCES city DEFERRABLE INITIALLY DEFERRED,
		ADD CONSTRAINT once UNIQUE (source_id) DEFERRABLE INITIALLY DEFERRED;';
	my $row = q{INSERT INTO events (name, artist, venue, date, genre,
		ticket_sources, source_id, source_platform, city)
		VALUES ('n', 'a', 'v', '2001-01-01', 'g', '[]', 's', 'p', 7);};

	foreach my $case (
		[ 'a row that is right', 'INSERT INTO city VALUES (7);', 0, 2001 ],
		[ 'a row that is gone', 'DELETE FROM events;', 0, 2000 ],
		[ 'a row that is wrong', '', 3, 0 ])
	{
		my ($what, $mend, $wanted, $rows) = @$case;
		my $name = "deferred checks, $what";
		$probe->sql('DROP TABLE IF EXISTS events, city;
			CREATE TABLE city (id int PRIMARY KEY);
			SELECT perfcheck_create_events();' . $deferred);
		my ($status, $out, $error) =
		  $probe->attempt("BEGIN; $row $mend" . seed(2000) . 'COMMIT;');

		is($out, 2000, "$name: seeds") or diag($error);
		is($status, $wanted, "$name: COMMIT");
		like($error, qr/violates foreign key constraint/, "$name: the error")
		  if $wanted;
		is($probe->summary('events', indexes => 9), "$rows rows",
			"$name: all rows or none, and sound");
	}
	$probe->sql('DROP TABLE events, city');
}

two_at_once();
four_at_once();
name_taken_meanwhile();
old_snapshot();
reader_that_writes();
progress();
information();
open_cursor();
again_and_again();
pending_trigger();
$node->stop;

done_testing();
