# perfcheck_seed() that is cut short, at every phase and in every way: the table
# then has all rows or none and is sound, and the next seed works. A table is
# sound when SeedProbe finds nothing: all indexes are valid and ready, amcheck
# finds nothing in the table and its B-trees, and a search by GIN finds what a
# sequential scan finds.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SeedProbe;
use Test::More;
use Time::HiRes qw(usleep);

# Rows whose load takes a while; those whose indexes do; those of more than one
# chunk; and what the tables that hold rows hold.
my $many = 300_000;
my $some = 20_000;
my $few = 12_000;
my $held = 2_000;

my $starts = "starts => '2027-01-01 00:00Z'";

# wal_level is minimal here: a table that is made in the transaction, or an
# index, is not in the log then, and a crash must not lose it either. Indexes are
# built by parallel workers whatever the size.
my $node = PostgreSQL::Test::Cluster->new('faults');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf(
	'postgresql.conf', q{
restart_after_crash = on
autovacuum = off
max_wal_size = 4GB
min_parallel_table_scan_size = 0
});
$node->start;
my $probe = SeedProbe->new($node, 'postgres');

# ---- helpers ---------------------------------------------------------------

# The targets of each fault: made by the call, there and empty, there with
# rows; the last one keeps its indexes in place because of its trigger.
my %makers = (
	new => '',
	empty => q{SELECT perfcheck_create_events();
		COMMENT ON INDEX date_idx IS 'by day'},
	filled => "SELECT perfcheck_seed($held, seed => 2, $starts)",
	kept => qq{SELECT perfcheck_seed($held, seed => 2, $starts);
		CREATE TRIGGER nothing BEFORE INSERT ON events
		FOR EACH ROW WHEN (false)
		EXECUTE FUNCTION suppress_redundant_updates_trigger()});
my %holds = (new => 0, empty => 0, filled => $held, kept => $held);
my @kinds = qw(new empty filled);

sub make
{
	my ($kind) = @_;

	$probe->sql("DROP TABLE IF EXISTS events; $makers{$kind}");
	return $probe->fingerprint('events');
}

sub seed
{
	my ($rows, $settings) = @_;

	return ($settings // '') . " SELECT perfcheck_seed($rows, $starts);";
}

# After a seed that failed: nothing has changed, and the next one works. mend
# is what a user has to do first.
sub none_of_it
{
	my ($before, $kind, $name, $mend) = @_;
	my $summary = $probe->summary_of('events');
	my $then = $kind eq 'new' ? 'absent' : "$holds{$kind} rows";

	is( $probe->sql("SELECT probe.fingerprint('events'); SELECT $summary"),
		"$before\n$then",
		"$name: all as before, and sound");
	$probe->sql($mend) if defined $mend;
	my (undef, $out, $error) = $probe->attempt(seed(1000) . "SELECT $summary");
	is($out, "1000\n" . ($holds{$kind} + 1000) . ' rows',
		"$name: the next seed works, and all is sound")
	  or diag($error);
}

sub all_of_it
{
	my ($rows, $name) = @_;

	is($probe->summary('events'), "$rows rows", "$name: all rows, and sound");
}

# ---- cancel, and the end of a session ----------------------------------------

# The phases of each kind that a session outside can tell apart.
my @phases = (
	map({ [ load => $_, $many ] } @kinds, 'kept'),
	map({ [ btree => $_, $some ] } @kinds),
	map({ [ gin => $_, $some ] } @kinds),
	map({ [ analyze => $_, $few ] } @kinds));

sub cancel
{
	my $longest = 0;

	foreach my $case (@phases)
	{
		my ($phase, $kind, $rows) = @$case;
		my $name = "cancel, $kind table, $phase";
		my $before = make($kind);
		# A longer ANALYZE is easier to catch.
		my $session = $probe->watched(
			seed($rows, 'SET default_statistics_target = 2000;'));
		my $ms = $probe->strike($session, $phase, 'cancel');
		my ($status, undef, $error) = $session->finish;

		diag("$name: answered after $ms ms");
		$longest = $ms if $ms > $longest;
		is($status, 3, "$name: fails");
		like($error, qr/ERROR:  canceling statement due to user request/,
			"$name: the error");
		none_of_it($before, $kind, $name);
	}
	diag("longest answer to a cancel: $longest ms");
}

sub terminate
{
	foreach my $case (
		[ load => 'kept', $many ],
		map({ [ load => $_, $many ] } @kinds),
		map({ [ gin => $_, $some ] } @kinds))
	{
		my ($phase, $kind, $rows) = @$case;
		my $name = "terminate, $kind table, $phase";
		my $before = make($kind);
		my $session = $probe->watched(seed($rows));
		$probe->strike($session, $phase, 'terminate');
		my (undef, undef, $error) = $session->finish;

		like($error, qr/terminating connection due to administrator command/,
			"$name: the error");
		none_of_it($before, $kind, $name);
	}
}

# What happens to a worker, happens to the seed.
sub worker_ends
{
	foreach my $case (
		[ cancel => qr/ERROR:  canceling statement due to user request/ ],
		[ terminate => qr/ERROR:  terminating background worker "parallel worker"/ ],
		[ kill => qr/server closed the connection|because of crash of another/ ])
	{
		my ($act, $wanted) = @$case;

		foreach my $kind (@kinds)
		{
			my $name = "$act of a worker, $kind table";
			my $before = make($kind);
			my $session = $probe->watched(seed($some));
			my ($status, $error);
			if ($act eq 'kill')
			{
				$error = crash($session, 'worker');
			}
			else
			{
				$probe->strike($session, 'worker', $act);
				($status, undef, $error) = $session->finish;
				is($status, 3, "$name: fails");
			}
			like($error, $wanted, "$name: the error");
			none_of_it($before, $kind, $name);
		}
	}
}

# ---- time limits ---------------------------------------------------------------

# $many rows take longer than any of these.
sub statement_timeout
{
	foreach my $case (
		[ kept => 100 ],
		map({ [ $_ => 100 ] } @kinds),
		[ empty => 700 ])
	{
		my ($kind, $ms) = @$case;
		my $name = "statement_timeout of $ms ms, $kind table";
		my $before = make($kind);
		my ($status, undef, $error) =
		  $probe->attempt(seed($many, "SET statement_timeout = $ms;"));

		is($status, 3, "$name: fails");
		like($error, qr/canceling statement due to statement timeout/,
			"$name: the error");
		none_of_it($before, $kind, $name);
	}
}

# A seed that has to wait for what another session does gives up.
sub lock_timeout
{
	my %others = (
		new => 'SELECT perfcheck_create_events();',
		empty => 'DELETE FROM events WHERE false;',
		filled => 'DELETE FROM events WHERE false;',
		kept => 'DELETE FROM events WHERE false;');

	foreach my $kind (sort keys %others)
	{
		my $name = "lock_timeout, $kind table";
		my $before = make($kind);
		my $other = $probe->hold("BEGIN; $others{$kind}");
		my ($status, undef, $error) =
		  $probe->attempt(seed($few, 'SET lock_timeout = 50;'));

		is($status, 3, "$name: fails");
		like($error, qr/canceling statement due to lock timeout/,
			"$name: the error");
		$probe->release($other);
		none_of_it($before, $kind, $name);
	}
}

# A reader is not waited for, with a lock in hand that others wait for: the
# indexes stay in place instead.
sub reader
{
	make('empty');
	my $other = $probe->hold('BEGIN; SELECT count(*) FROM events;');
	my ($status, undef, $error) =
	  $probe->attempt(seed($few, 'SET lock_timeout = 5000;'));

	is($status, 0, 'beside a reader: succeeds');
	like(
		$error,
		qr/keeping the indexes .* in place: another session is using it/,
		'beside a reader: the indexes stay');
	is($probe->sql('SELECT count(*) FROM events'),
		$few, 'beside a reader: all rows');
	$probe->release($other);
}

# ---- crash -----------------------------------------------------------------------

# pid of a process that a crash replaces, '' while there is none
sub checkpointer
{
	my $out = '';

	# A psql that is refused may be gone before the statement is written to it.
	eval {
		$node->psql('postgres', q{SELECT pid FROM pg_stat_activity
			WHERE backend_type = 'checkpointer'}, stdout => \$out);
		1;
	} or return '';
	return $out // '';
}

# Has a backend killed as the system does when memory is short, and waits for
# the recovery that follows. The error that the session saw.
sub crash
{
	my ($session, $phase) = @_;
	my $old = checkpointer();
	my $new = '';
	my $until = time + $PostgreSQL::Test::Utils::timeout_default;

	$probe->strike($session, $phase, 'kill');
	my (undef, undef, $error) = $session->finish;
	while ($new eq '' || $new eq $old)
	{
		die 'no recovery' if time > $until;
		usleep(20_000);
		$new = checkpointer();
	}
	return $error;
}

sub crashes
{
	foreach my $case (
		[ load => 'kept', $many ],
		map({ [ load => $_, $many ] } @kinds),
		map({ [ gin => $_, $some ] } @kinds))
	{
		my ($phase, $kind, $rows) = @$case;
		my $name = "kill -9, $kind table, $phase";
		my $before = make($kind);
		$probe->sql('CHECKPOINT');
		my $session = $probe->watched(seed($rows));
		my $error = crash($session, $phase);

		like($error, qr/server closed the connection/, "$name: the error");
		none_of_it($before, $kind, $name);
	}
	foreach my $kind (@kinds)
	{
		my $name = "kill -9 after the end, $kind table";
		make($kind);
		my $session = $probe->hold(seed($few));
		crash($session, 'hold');
		all_of_it($few + $holds{$kind}, $name);
	}
}

# ---- a full disk ---------------------------------------------------------------------

my $small_mb = 20;

# Starts a node where a directory is on a file system of its own, of $small_mb;
# or where no file grows beyond $small_mb; undef where the kernel has neither.
sub start_small
{
	my ($small, $dir) = @_;
	my @mount = (
		'unshare', '--user', '--map-current-user', '--keep-caps', '--mount',
		'sh', '-c',
		"mount -t tmpfs -o size=${small_mb}m,mode=700 tmpfs \"\$1\""
		  . ' && shift && exec "$@"',
		'sh', $dir);
	my @limit = ('sh', '-c', 'ulimit -f "$1" && shift && exec "$@"',
		'sh', $small_mb * 2048);
	my @start = ('pg_ctl', '-w', '-D', $small->data_dir, '-l',
		$small->logfile, 'start');
	my $way;

	if (run_log([ @mount, 'true' ]) && run_log([ @mount, @start ]))
	{
		$way = 'a tmpfs in a mount namespace';
	}
	elsif (run_log([ @limit, @start ]))
	{
		$way = 'RLIMIT_FSIZE';
	}
	$small->_update_pid($way ? 1 : -1);
	return $way;
}

sub full_disk
{
	my $small = PostgreSQL::Test::Cluster->new('small');
	my $dir = PostgreSQL::Test::Utils::tempdir;
	$small->init(
		allows_streaming => 1,
		extra => [ '--encoding=UTF8', '--locale=C' ]);
	$small->append_conf('postgresql.conf', "autovacuum = off\n");
	my $way = start_small($small, $dir);

  SKIP:
	{
		skip 'neither unshare nor ulimit works here', 1 unless $way;
		diag("a full disk is made with $way");
		$probe = SeedProbe->new($small, 'postgres');
		$probe->sql("CREATE TABLESPACE small LOCATION '$dir'");
		$probe->sql('ALTER DATABASE postgres SET default_tablespace = small');
		full_disk_in('load', 100_000, qr/INSERT INTO/);
		skip 'an index alone does not get over a limit of its size', 1
		  if $way eq 'RLIMIT_FSIZE';
		full_disk_in('rebuild', 40_000, qr/CONTEXT:  building index "/);
	}
	$small->stop('immediate') if $way;
}

sub full_disk_in
{
	my ($phase, $rows, $statement) = @_;

	foreach my $kind (@kinds)
	{
		my $name = "full disk, $kind table, $phase";
		my $before = make($kind);
		# Something to delete, as a full disk leaves no room to clean up in.
		$probe->sql(q{CREATE TABLE ballast AS
			SELECT repeat('x', 1000) FROM generate_series(1, 500)});
		my ($status, undef, $error) = $probe->attempt(seed($rows));

		is($status, 3, "$name: fails");
		like($error, qr/No space left on device|File too large/,
			"$name: the error");
		like($error, $statement, "$name: in that phase");
		# Rows that were never committed keep their space until they are
		# vacuumed.
		none_of_it($before, $kind, $name,
			'DROP TABLE ballast;'
			  . ($kind eq 'new' ? '' : 'VACUUM events'));
	}
}

# ---- two at once -----------------------------------------------------------------------

sub two_at_once
{
	foreach my $kind (@kinds)
	{
		my $name = "two at once, $kind table";
		make($kind);
		my $first = $probe->watched(seed($few));
		$probe->await($first, 'gin');
		my $second = $probe->background(seed(5000));
		$probe->await($second, 'wait');
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
		make($kind);
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
		[ 'CREATE VIEW events AS SELECT 1', 'COMMIT', '"events" is no table' ],
		[ 'CREATE DOMAIN events AS int', 'COMMIT',
			'type "events" already exists' ])
	{
		my ($statement, $end, $wanted, $way) = @$case;
		my $name = "while another session is at $statement; $end";
		make('new');
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
		make($kind);
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
		make($kind);
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

# ---- rolled back -------------------------------------------------------------------------

sub rolled_back
{
	foreach my $kind (@kinds, 'kept')
	{
		my $name = "ROLLBACK, $kind table";
		my $before = make($kind);
		is($probe->sql('BEGIN;' . seed($held) . 'ROLLBACK'),
			$held, "$name: had succeeded");
		none_of_it($before, $kind, $name);

		# The session that rolls back has to forget, too.
		$name = "ROLLBACK TO, $kind table";
		$before = make($kind);
		my ($inside, $after) = split /---\n/,
		  $probe->sql('BEGIN; SAVEPOINT s;' . seed($held) . q{
			ROLLBACK TO s;
			SELECT probe.fingerprint('events');
			SELECT '---';} . seed(500) . q{
			COMMIT; SELECT } . $probe->summary_of('events'));

		is($inside, "$held\n$before\n", "$name: all as before");
		is( $after,
			"500\n" . ($holds{$kind} + 500) . ' rows',
			"$name: seeds again, and is sound");
	}
	my $name = 'PL/pgSQL exception';
	my $before = make('empty');
	is( $probe->sql(
			'DO $$ BEGIN PERFORM perfcheck_seed(1000); RAISE division_by_zero;
			EXCEPTION WHEN division_by_zero THEN END $$;
			SELECT count(*) FROM events'),
		0, "$name: the rows are gone at once");
	none_of_it($before, 'empty', $name);
}

# ---- progress -----------------------------------------------------------------------------

sub progress
{
	foreach my $case ([ new => 30_000 ], [ empty => $many ],
		[ filled => 30_000 ])
	{
		my ($kind, $rows) = @$case;
		my $name = "progress, $kind table";
		make($kind);
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
	foreach my $kind (@kinds)
	{
		make($kind);
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
		make($kind);
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
	make('filled');
	is($probe->sql('SELECT perfcheck_seed(10) FROM events LIMIT 2'),
		"10\n10", 'a query that reads the table seeds it');
	all_of_it($held + 20, 'a query that reads the table seeds it');
}

# Seeds that come before the end of the transaction, or even of the query.
sub again_and_again
{
	foreach my $kind (@kinds)
	{
		my $name = "again in the transaction, $kind table";
		make($kind);
		my ($status, $out, $error) = $probe->attempt(
			'BEGIN;' . seed(500) . seed(3000) . seed(10) . 'COMMIT');
		is($out, "500\n3000\n10", "$name: seeds") or diag($error);
		all_of_it($holds{$kind} + 3510, $name);

		$name = "twice in the query, $kind table";
		make($kind);
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

cancel();
terminate();
worker_ends();
statement_timeout();
lock_timeout();
reader();
two_at_once();
four_at_once();
name_taken_meanwhile();
old_snapshot();
reader_that_writes();
rolled_back();
progress();
information();
open_cursor();
again_and_again();
pending_trigger();
crashes();
$node->stop;
full_disk();

done_testing();
