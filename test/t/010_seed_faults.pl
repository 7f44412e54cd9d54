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
use SeedTables qw(make seed @kinds %holds);
use SmallDisk;
use Test::More;
use Time::HiRes qw(usleep);

# Rows whose load takes a while; those whose indexes do; those of more than one
# chunk.
my $many = 300_000;
my $some = 20_000;
my $few = 12_000;

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

# How libpq words the end of a server process, by when it notices.
my $lost = qr/server\ closed\ the\ connection|connection\ to\ server\ was\ lost
	|could\ not\ (?:send\ data\ to|receive\ data\ from)\ server/x;

# ---- helpers ---------------------------------------------------------------

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
		my $before = make($probe, $kind);
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
		my $before = make($probe, $kind);
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
		[ kill => qr/$lost|because of crash of another/ ])
	{
		my ($act, $wanted) = @$case;

		foreach my $kind (@kinds)
		{
			my $name = "$act of a worker, $kind table";
			my $before = make($probe, $kind);
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
		my $before = make($probe, $kind);
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
		my $before = make($probe, $kind);
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
	make($probe, 'empty');
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
		my $before = make($probe, $kind);
		$probe->sql('CHECKPOINT');
		my $session = $probe->watched(seed($rows));
		my $error = crash($session, $phase);

		like($error, $lost, "$name: the error");
		none_of_it($before, $kind, $name);
	}
	foreach my $kind (@kinds)
	{
		my $name = "kill -9 after the end, $kind table";
		make($probe, $kind);
		my $session = $probe->hold(seed($few));
		crash($session, 'hold');
		is( $probe->summary('events'),
			($few + $holds{$kind}) . ' rows',
			"$name: all rows, and sound");
	}
}

# ---- a full disk ---------------------------------------------------------------------

sub full_disk
{
	my $small = PostgreSQL::Test::Cluster->new('small');
	my $dir = PostgreSQL::Test::Utils::tempdir;
	$small->init(
		allows_streaming => 1,
		extra => [ '--encoding=UTF8', '--locale=C' ]);
	$small->append_conf('postgresql.conf', "autovacuum = off\n");
	my $way = SmallDisk::start($small, $dir);

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
		full_disk_in('rebuild', 33_000, qr/CONTEXT:  building index "/);
	}
	$small->stop('immediate') if $way;
}

sub full_disk_in
{
	my ($phase, $rows, $statement) = @_;

	foreach my $kind (@kinds)
	{
		my $name = "full disk, $kind table, $phase";
		my $before = make($probe, $kind);
		# Something to delete, as a full disk leaves no room to clean up in.
		$probe->sql(q{CREATE TABLE ballast AS
			SELECT repeat('x', 1000) FROM generate_series(1, 500)});
		my ($status, undef, $error) =
		  $probe->attempt("\\set VERBOSITY verbose\n" . seed($rows));

		is($status, 3, "$name: fails");
		# disk_full, also for a write that was cut short, which the server words
		# in many ways. It has no SQLSTATE of its own for a limit of file size.
		like($error, qr/ERROR:  (53100: |XX000: .*File too large)/,
			"$name: the error");
		like($error, $statement, "$name: in that phase");
		# From 19 on reading may write, too: what it finds visible to all.
		$probe->sql('DROP TABLE ballast');
		# Rows that were never committed keep their space until they are
		# vacuumed.
		none_of_it($before, $kind, $name,
			$kind eq 'new' ? undef : 'VACUUM events');
	}
}

# ---- rolled back -------------------------------------------------------------------------

sub rolled_back
{
	foreach my $kind (@kinds, 'kept')
	{
		my $name = "ROLLBACK, $kind table";
		my $before = make($probe, $kind);
		is($probe->sql('BEGIN;' . seed(2000) . 'ROLLBACK'),
			2000, "$name: had succeeded");
		none_of_it($before, $kind, $name);

		# The session that rolls back has to forget, too.
		$name = "ROLLBACK TO, $kind table";
		$before = make($probe, $kind);
		my ($inside, $after) = split /---\n/,
		  $probe->sql('BEGIN; SAVEPOINT s;' . seed(2000) . q{
			ROLLBACK TO s;
			SELECT probe.fingerprint('events');
			SELECT '---';} . seed(500) . q{
			COMMIT; SELECT } . $probe->summary_of('events'));

		is($inside, "2000\n$before\n", "$name: all as before");
		is( $after,
			"500\n" . ($holds{$kind} + 500) . ' rows',
			"$name: seeds again, and is sound");
	}
	my $name = 'PL/pgSQL exception';
	my $before = make($probe, 'empty');
	is( $probe->sql(
			'DO $$ BEGIN PERFORM perfcheck_seed(1000); RAISE division_by_zero;
			EXCEPTION WHEN division_by_zero THEN END $$;
			SELECT count(*) FROM events'),
		0, "$name: the rows are gone at once");
	none_of_it($before, 'empty', $name);
}

cancel();
terminate();
worker_ends();
statement_timeout();
lock_timeout();
reader();
rolled_back();
crashes();
$node->stop;
full_disk();

done_testing();
