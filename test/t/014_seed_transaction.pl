# perfcheck_seed(), perfcheck_create_events() and perfcheck_unseed() that fail:
# the transaction is then what any failed statement leaves. Each failure is
# looked at in a transaction of its own, in a transaction block, after a
# savepoint, and caught by PL/pgSQL. What the session writes afterwards and
# commits is there, as another session sees it, and no lock, table, invalid index
# or setting is left.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SeedProbe;
use Test::More;
use Time::HiRes qw(time);

my $node = PostgreSQL::Test::Cluster->new('transaction');
$node->init(
	allows_streaming => 1,
	extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "autovacuum = off\nfsync = off\n");
$node->start;
my $probe = SeedProbe->new($node, 'postgres');
$probe->sql(q{
	CREATE TABLE kept (word text);
	CREATE ROLE denied;
	GRANT ALL ON kept TO denied;
	REVOKE CREATE ON SCHEMA public FROM public;
	SET search_path = public;
	SELECT perfcheck_seed(300, 'filled', starts => '2027-01-01 00:00Z');
	SELECT perfcheck_create_events('misshapen');
	ALTER TABLE misshapen DROP COLUMN id;
	SELECT perfcheck_create_events('picky');
	ALTER TABLE picky ADD CHECK (genre <> 'rock')});

# Runs a statement; what it fails with is a notice, as it would be an error.
$probe->sql(q{CREATE FUNCTION caught(statement text) RETURNS void
	LANGUAGE plpgsql AS $$
	BEGIN
		EXECUTE statement;
	EXCEPTION WHEN OTHERS OR query_canceled OR assert_failure THEN
		RAISE NOTICE USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM;
	END $$});

# ---- a session, and what another one sees of it ------------------------------

my $observer = $probe->talk;

# What no failure may change: which relations there are, their files, and the
# flags of indexes; by name where something is amiss.
my $world = q{SELECT concat_ws(' ', count(*), 'relations',
		sum(hashtext(concat_ws(' ', c.oid, relfilenode))),
		string_agg(relname, ', ' ORDER BY relname) FILTER (
			WHERE relname ~ 'fresh' OR NOT indisvalid OR NOT indisready))
	FROM pg_class c LEFT JOIN pg_index ON indexrelid = c.oid
	WHERE c.oid >= 16384 AND relkind <> 't'};

my $settings = q{SELECT concat_ws(' ', current_user, session_user,
	current_setting('search_path'), current_setting('transaction_read_only'),
	current_setting('transaction_isolation'),
	current_setting('maintenance_work_mem'), current_setting('TimeZone'))};

my $words = 0;

# The locks that a session holds on relations and names, and the rows that it
# has written.
sub seen
{
	my ($session, $word) = @_;

	return scalar $observer->ask("SELECT (SELECT count(*) FROM kept
			WHERE word = '$word') || ' row, ' || (SELECT count(*) FROM pg_locks
			WHERE pid = $session->{pid}) || ' locks'");
}

# "42501", of an error or a notice
sub sqlstate
{
	my ($error) = @_;

	return $error =~ /(?:ERROR|NOTICE):  (?!00000)(\w{5}): /
	  ? $1
	  : 'none';
}

# A cancel that arrives when the block that catches it was left is an ERROR, where
# one that was caught is a NOTICE: it came too late for the seed.
sub uncaught
{
	my ($error) = @_;

	return defined $error && $error =~ /ERROR: +57014/;
}

# The ways to be in a transaction when a statement fails. Each gets the session,
# a function that has it run the statement and returns its standard error, the
# statement, and one that writes a row; it returns facts.
my %ways = (
	'outside of a block' => sub {
		my ($session, $run, $statement, $write) = @_;
		my $state = sqlstate($run->($statement));
		my ($next) = $session->ask("SELECT 'next'");

		return ($state, $next, $session->ask($write));
	},
	'in a block, ROLLBACK' => sub {
		my ($session, $run, $statement, $write, $writes) = @_;
		$session->ask('BEGIN');
		$session->ask($writes ? "INSERT INTO kept VALUES ('lost')" : 'SELECT 1');
		my $state = sqlstate($run->($statement));
		my (undef, $next) = $session->ask("SELECT 'next'");
		my (undef, $end) = $session->ask('ROLLBACK');

		return ($state, sqlstate($next) eq '25P02' ? 'next' : $next,
			$end, $session->ask($write));
	},
	'in a block, COMMIT' => sub {
		my ($session, $run, $statement, $write) = @_;
		$session->ask('BEGIN');
		my $state = sqlstate($run->($statement));
		my (undef, $end) = $session->ask('COMMIT');

		return ($state, 'next', $end, $session->ask($write));
	},
	'after a savepoint' => sub {
		my ($session, $run, $statement, $write) = @_;
		$session->ask('BEGIN; SAVEPOINT s');
		my $state = sqlstate($run->($statement));
		my (undef, $error) = $session->ask('ROLLBACK TO s');
		my ($next) = $session->ask("SELECT 'next'");

		return ($state, $next, $error, $session->ask($write),
			$session->ask('RELEASE s; COMMIT'));
	},
	'caught' => sub {
		my ($session, $run, $statement, $write) = @_;
		my $state = sqlstate($run->("SELECT caught(\$\$$statement\$\$)"));
		my ($next) = $session->ask("SELECT 'next'");

		return ($state, $next, $session->ask($write));
	},
	'caught, in a block' => sub {
		my ($session, $run, $statement, $write) = @_;
		$session->ask('BEGIN');
		my $error = $run->("SELECT caught(\$\$$statement\$\$)");
		return 'none' if uncaught($error);
		my $state = sqlstate($error);
		my ($next) = $session->ask("SELECT 'next'");

		return ($state, $next, $session->ask($write),
			$session->ask('COMMIT'));
	},
	'caught, and the same statement goes on' => sub {
		my ($session, $run, $statement, $write) = @_;
		my $more = $write =~ s/'/''/gr;
		my $error = $run->("DO \$do\$ BEGIN
			PERFORM caught(\$\$$statement\$\$);
			EXECUTE '$more'; END \$do\$");

		return uncaught($error) ? 'none' : (sqlstate($error), 'next');
	});

# Checks one failure in one way. The session is replaced if it is lost. The
# SQLSTATE that was found.
sub fails
{
	my ($session, $way, $name, $statement, $wanted, %other) = @_;
	my $word = 'word' . ++$words;
	my $writes = !$other{read_only};
	my $write =
	  $writes ? "INSERT INTO kept VALUES ('$word')" : "SELECT FROM kept";
	my $run = $other{run}
	  // sub { my (undef, $error) = $$session->ask($_[0]); return $error; };
	my $world_before = $observer->ask($world);
	my $settings_before = $$session->ask($settings);
	my ($state, @facts) =
	  $ways{$way}->($$session, $run, $statement, $write, $writes);

	# A statement that was not cancelled in time has made a table. A session
	# that is gone was not in time either, and must not pass for it.
	return 'none'
	  if $state eq 'none'
	  && defined $other{made}
	  && $$session->ask("ROLLBACK; DROP TABLE IF EXISTS $other{made}") ne
	  'gone';
	my $expected = join("\n",
		$wanted, 'next', ($writes ? 1 : 0) . ' row, 0 locks',
		$settings_before, $world_before);
	my $settings_after = $$session->ask($settings);
	my $found = join("\n",
		$state,
		grep({ $_ ne '' } @facts),
		seen($$session, $word),
		$settings_after, scalar $observer->ask($world));

	is($found, $expected, "$name, $way");
	if ($settings_after eq 'gone')
	{
		$$session->leave;
		$$session = $probe->talk($other{session});
		return 'gone';
	}
	return $state;
}

# All ways of one failure, in a session with settings of its own.
sub fails_in_all_ways
{
	my ($name, $setup, $statement, $wanted, %other) = @_;
	my $session = $probe->talk($setup);

	foreach my $way (sort keys %ways)
	{
		fails(\$session, $way, $name, $statement, $wanted,
			session => $setup, %other);
	}
	$session->leave;
	return;
}

# ---- failures that come by themselves ------------------------------------------

my @statements = (
	[ "SELECT perfcheck_seed(500, '%s')", 'seed' ],
	[ "SELECT perfcheck_create_events('%s')", 'create_events' ]);

sub denied
{
	foreach my $one (@statements)
	{
		my ($call, $name) = @$one;

		fails_in_all_ways("$name, no right to create", 'SET ROLE denied;',
			sprintf($call, 'fresh'), '42501');
		foreach my $schema ('pg_catalog', 'pg_toast')
		{
			fails_in_all_ways("$name into $schema", '',
				sprintf($call, "$schema.fresh"), '42501');
		}
		fails_in_all_ways("$name into no schema", '',
			sprintf($call, 'nowhere.fresh'), '3F000');
	}
	fails_in_all_ways('seed, no right to insert', 'SET ROLE denied;',
		"SELECT perfcheck_seed(10, 'filled')", '42501');
	fails_in_all_ways('unseed, no right to delete', 'SET ROLE denied;',
		"SELECT perfcheck_unseed('filled')", '42501');
	fails_in_all_ways('seed of a catalog', '',
		"SELECT perfcheck_seed(10, 'pg_catalog.pg_class')", '42809');
}

sub misshapen
{
	fails_in_all_ways('create_events of a table that is there', '',
		"SELECT perfcheck_create_events('filled')", '42P07');
	fails_in_all_ways('seed of a bad shape', '',
		"SELECT perfcheck_seed(10, 'misshapen')", '42703');
	fails_in_all_ways('unseed of a bad shape', '',
		"SELECT perfcheck_unseed('misshapen')", '42703');
	fails_in_all_ways('unseed of no table', '',
		"SELECT perfcheck_unseed('fresh')", '42P01');
	fails_in_all_ways('seed of too many rows', '',
		q{SELECT perfcheck_seed(18002, 'fresh', horizon => '1 day',
			starts => '2027-01-01 00:00Z', venues => 1)}, '54000');

	# Its indexes have been set aside by then.
	fails_in_all_ways('seed of a row that is refused', '',
		"SELECT perfcheck_seed(500, 'picky')", '23514');

	# The name of a type cannot be the one of a table.
	$probe->sql('CREATE DOMAIN fresh AS int');
	fails_in_all_ways("$_->[1] under the name of a type",
		'', sprintf($_->[0], 'fresh'), '42710')
	  foreach @statements;
	$probe->sql('DROP DOMAIN fresh');
}

# What runs at the end of CREATE TABLE may fail in any way, with the error of a
# taken name, too.
sub event_trigger
{
	foreach my $state ('P0001', '23505', '42P07', 'P0004', '57014')
	{
		$probe->sql("CREATE FUNCTION refuse() RETURNS event_trigger
			LANGUAGE plpgsql AS \$\$
			BEGIN RAISE 'no' USING ERRCODE = '$state'; END \$\$;
			CREATE EVENT TRIGGER refuse ON ddl_command_end
			WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION refuse()");
		fails_in_all_ways("$_->[1], an event trigger raises $state",
			'', sprintf($_->[0], 'fresh'), $state)
		  foreach @statements;
		$probe->sql('DROP EVENT TRIGGER refuse; DROP FUNCTION refuse');
	}
}

sub read_only
{
	foreach my $one (@statements,
		[ "SELECT perfcheck_seed(10, 'filled')", 'seed of a table' ],
		[ "SELECT perfcheck_unseed('filled')", 'unseed' ])
	{
		my ($call, $name) = @$one;
		my $statement = sprintf($call, 'fresh');

		fails_in_all_ways("$name, default_transaction_read_only",
			'SET default_transaction_read_only = on;',
			$statement, '25006', read_only => 1);

		my $session = $probe->talk;
		foreach my $how ('', 'caught')
		{
			my $failing =
			  $how ? "SELECT caught(\$\$$statement\$\$)" : $statement;
			my $before = $observer->ask($world);
			$session->ask('BEGIN READ ONLY');
			my (undef, $error) = $session->ask($failing);
			my $still = $how ? $session->ask('SHOW transaction_read_only') : 'on';
			my (undef, $end) = $session->ask($how ? 'COMMIT' : 'ROLLBACK');
			my $word = 'word' . ++$words;
			my (undef, $after) =
			  $session->ask("INSERT INTO kept VALUES ('$word')");

			is( join("\n", sqlstate($error), $still, $end . $after,
					seen($session, $word), scalar $observer->ask($world)),
				"25006\non\n\n1 row, 0 locks\n$before",
				"$name, BEGIN READ ONLY, " . ($how || 'not caught'));
			next if $session->ask('SELECT 1') eq '1';
			$session->leave;
			$session = $probe->talk;
		}
		$session->leave;
	}
}

# ---- failures that come from outside -------------------------------------------

# Something of that name that another session has not committed is waited for in
# the middle of the creation; a lock on the table is, before it.
sub waits
{
	foreach my $case (
		[ 'CREATE TABLE fresh (id int)', $statements[0], 'fresh' ],
		[ 'CREATE TABLE fresh (id int)', $statements[1], 'fresh' ],
		[ 'LOCK filled', $statements[0], 'filled' ],
		[ 'LOCK filled', [ "SELECT perfcheck_unseed('%s')", 'unseed' ],
			'filled' ])
	{
		my ($other, $one, $table) = @$case;
		my ($call, $name) = @$one;
		my $statement = sprintf($call, $table);
		my $holder = $probe->hold("BEGIN; $other;");

		fails_in_all_ways("$name beside $other, lock_timeout",
			'SET lock_timeout = 15;',
			$statement, '55P03');
		fails_in_all_ways("$name beside $other, statement_timeout",
			'SET statement_timeout = 30;',
			$statement, '57014');

		my $session = $probe->talk;
		foreach my $way (sort keys %ways)
		{
			fails(\$session, $way, "$name beside $other, cancel",
				$statement, '57014', run => sub {
					$session->tell($_[0]);
					$observer->ask("DO \$\$ BEGIN
						WHILE NOT probe.is_in($session->{pid}, 'wait') LOOP
							PERFORM pg_stat_clear_snapshot(), pg_sleep(0.001);
						END LOOP; END \$\$;
						SELECT pg_cancel_backend($session->{pid})");
					my (undef, $error) = $session->hear;
					return $error;
				});
		}
		$session->leave;
		$probe->release($holder);
	}
}

# The time that a seed with creation takes, in ms.
sub duration
{
	my ($session, $statement, $table) = @_;
	my $began = time;

	$session->ask($statement);
	my $ms = (time - $began) * 1000;
	$session->ask("DROP TABLE $table");
	return $ms;
}

# Cancels at moments that are spread over a seed from its first to its last.
sub cancelled
{
	my ($moments) = @_;
	my $session = $probe->talk('SET min_parallel_table_scan_size = 0;');
	my $statement = "SELECT perfcheck_seed(200, 'fresh')";
	my @names = sort keys %ways;
	my %states;

	duration($session, $statement, 'fresh');
	my $ms = duration($session, $statement, 'fresh');
	foreach my $i (1 .. $moments)
	{
		my $sleep = $ms * ($i - 0.5) / $moments;
		my $run = sub {
			$session->tell($_[0]);
			$observer->ask(sprintf('SELECT pg_sleep(%.6f);
				SELECT pg_cancel_backend(%d)', $sleep / 1000, $session->{pid}));
			my (undef, $error) = $session->hear;
			return $error;
		};
		my $state = fails(
			\$session, $names[ $i % @names ],
			sprintf('cancel number %d, after %.1f ms of %.1f', $i, $sleep, $ms),
			$statement, '57014',
			run => $run, made => 'fresh',
			session => 'SET min_parallel_table_scan_size = 0;');
		$states{$state}++;
	}
	note(join ', ', map { "$_: $states{$_}" } sort keys %states);
	cmp_ok($states{57014} // 0, '>', 0, 'some cancels came in time');
	$session->leave;
	return;
}

sub terminated
{
	my ($moments) = @_;
	my $session = $probe->talk;
	my $statement = "SELECT perfcheck_seed(200, 'fresh')";
	my $ms = duration($session, $statement, 'fresh');
	my $before = $observer->ask($world);

	$session->leave;
	foreach my $i (1 .. $moments)
	{
		$session = $probe->talk;
		$session->ask('BEGIN');
		$session->tell($statement);
		$observer->ask(sprintf('SELECT pg_sleep(%.6f);
			SELECT pg_terminate_backend(%d, 10000)',
			$ms * ($i - 0.5) / $moments / 1000, $session->{pid}));
		my (undef, $error) = $session->hear;

		is( join("\n", seen($session, 'none'), scalar $observer->ask($world)),
			"0 row, 0 locks\n$before",
			"termination number $i leaves nothing") or diag($error);
		$session->leave;
	}
	return;
}

# ---- a standby ---------------------------------------------------------------------

sub standby
{
	my $replica = PostgreSQL::Test::Cluster->new('standby');

	$node->backup('base');
	$replica->init_from_backup($node, 'base', has_streaming => 1);
	$replica->start;
	$node->wait_for_catchup($replica);
	$probe = bless { node => $replica, database => 'postgres', sessions => 0 },
	  'SeedProbe';
	$observer = $probe->talk;
	fails_in_all_ways("$_->[1] on a standby", '', sprintf($_->[0], 'fresh'),
		'25006', read_only => 1)
	  foreach @statements;
	fails_in_all_ways("seed of a table on a standby", '',
		"SELECT perfcheck_seed(10, 'filled')", '55000', read_only => 1);
	fails_in_all_ways('unseed on a standby', '',
		"SELECT perfcheck_unseed('filled')", '25006', read_only => 1);
	$observer->leave;
	$replica->stop;
	return;
}

denied();
misshapen();
event_trigger();
read_only();
waits();
cancelled(200);
terminated(6);
$observer->leave;
standby();
$node->stop;

done_testing();
