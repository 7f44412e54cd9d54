# perfcheck_populate() that is cut short, in every way: the tables then have all rows
# or none, all indexes are valid, and the next call works; a full disk is one of them. And what other sessions see
# and may do meanwhile.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SmallDisk;
use Test::More;
use Time::HiRes qw(usleep);

my $schema = q{
	CREATE SCHEMA shop;
	ALTER DATABASE postgres SET search_path = shop, public;
	CREATE TABLE shop.customer (id serial PRIMARY KEY, name text NOT NULL);
	CREATE TABLE shop.orders (id serial PRIMARY KEY,
		customer_id integer NOT NULL REFERENCES shop.customer, note text NOT NULL);
	CREATE INDEX ON shop.orders (customer_id);
	CREATE INDEX ON shop.orders (note)};

my $node = PostgreSQL::Test::Cluster->new('populate');
$node->init;
$node->append_conf('postgresql.conf',
	"restart_after_crash = on\nautovacuum = off\n");
$node->start;
$node->safe_psql('postgres',
	"CREATE EXTENSION perfcheck CASCADE; CREATE EXTENSION amcheck; $schema");

my $state = q{
	SELECT (SELECT count(*) FROM customer) || ' ' || (SELECT count(*) FROM orders) || ' '
		|| (SELECT count(*) FROM perfcheck_populated) || ' '
		|| (SELECT count(*) FROM perfcheck_statistics) || ' '
		|| (SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
			WHERE c.relnamespace = 'shop'::regnamespace AND NOT (indisvalid AND indisready))};
my $none = '0 0 0 0 0';

# Waits until a query returns true.
sub await
{
	my ($query, $name) = @_;

	ok($node->poll_query_until('postgres', $query), $name);
}

# A call in a session of its own; what it prints comes by finish().
sub begin
{
	my ($sql) = @_;
	my %session = (out => '', error => '');

	$session{run} = IPC::Run::start(
		[ 'psql', '-X', '-At', '-v', 'ON_ERROR_STOP=1', '-d',
			$node->connstr('postgres'), '-c', $sql ],
		'>', \$session{out}, '2>', \$session{error},
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	return \%session;
}

sub finish
{
	my ($session) = @_;

	$session->{run}->finish;
	return $session->{error};
}

# After a call that failed: nothing is left, and the next one works.
sub none_of_it
{
	my ($name) = @_;

	is($node->safe_psql('postgres', $state), $none, "$name: nothing is left");
	is( $node->safe_psql(
			'postgres',
			"SET client_min_messages = warning;
			 SELECT count(*) FROM perfcheck_populate(rows => 500);
			 SELECT (SELECT count(*) FROM customer) || ' ' || (SELECT count(*) FROM orders);
			 SELECT bt_index_parent_check(i.indexrelid, true)
			 FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
			 WHERE c.relnamespace = 'shop'::regnamespace;
			 SELECT sum(removed) FROM perfcheck_unpopulate();
			 TRUNCATE customer, orders;"),
		"2\n50 500\n\n\n\n\n550",
		"$name: the next call works");
}

# A call that would take minutes.
my $long = 'SELECT perfcheck_populate(rows => 30000000)';
my $loading = q{SELECT count(*) > 0 FROM pg_stat_progress_copy
	WHERE relid = 'shop.orders'::regclass AND tuples_processed > 0};

my $error;
my $session = begin($long);
await($loading, 'progress is shown as that of a COPY');
$node->safe_psql('postgres',
	'SELECT pg_cancel_backend(pid) FROM pg_stat_progress_copy');
like(finish($session), qr/canceling statement due to user request/,
	'cancel: the error');
none_of_it('cancel');

$session = begin($long);
await($loading, 'terminate: it is at work');
$node->safe_psql('postgres',
	'SELECT pg_terminate_backend(pid) FROM pg_stat_progress_copy');
like(finish($session), qr/terminating connection|closed the connection/,
	'terminate: the error');
none_of_it('terminate');

$session = begin($long);
await($loading, 'crash: it is at work');
$node->stop('immediate');
finish($session);
$node->start;
none_of_it('crash');

# statement_timeout, at moments that are spread over the whole call
for my $ms (1, 5, 20, 60, 150, 400)
{
	(undef, undef, $error) = $node->psql('postgres',
		"SET statement_timeout = '${ms}ms'; $long");
	like(
		$error,
		qr/canceling statement due to statement timeout/,
		"timeout of $ms ms: the error");
	is($node->safe_psql('postgres', $state),
		$none, "timeout of $ms ms: nothing is left");
}
none_of_it('statement_timeout');

# An error in the last table, after the first one is written
$node->safe_psql(
	'postgres', q{
	CREATE FUNCTION shop.late() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		IF NEW.id % 400 = 0 THEN
			RAISE EXCEPTION 'too late';
		END IF;
		RETURN NEW;
	END $$;
	CREATE TRIGGER late BEFORE INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.late()});
(undef, undef, $error) =
  $node->psql('postgres', 'SELECT perfcheck_populate(rows => 1000)');
like($error, qr/too late/, 'an error of a trigger: it is raised');
$node->safe_psql('postgres',
	'DROP TRIGGER late ON shop.orders; TRUNCATE customer, orders');
none_of_it('an error of a trigger');

# A caller that catches the error keeps its own rows.
is( $node->safe_psql(
		'postgres', q{
		BEGIN;
		INSERT INTO customer VALUES (-1, 'mine');
		DO $$
		BEGIN
			PERFORM perfcheck_populate(rows => 1000, factor => 1);
		EXCEPTION WHEN OTHERS THEN
			NULL;
		END $$;
		COMMIT;
		SELECT id FROM customer;
		TRUNCATE customer, orders;}),
	'-1', 'a caller that catches the error keeps its rows');

# Locks: who holds one makes it wait, and who wants to write waits for it.
my $holder = $node->background_psql('postgres');
$holder->query_safe('BEGIN; LOCK TABLE orders IN ROW EXCLUSIVE MODE');
(undef, undef, $error) = $node->psql('postgres',
	"SET lock_timeout = '100ms'; SELECT perfcheck_populate(rows => 1000)");
like($error, qr/canceling statement due to lock timeout/,
	'a table that is being written: the lock is waited for');
$holder->query_safe('ROLLBACK');
none_of_it('lock timeout');
# A reader keeps the indexes in place, and nothing waits.
$holder->query_safe('BEGIN; SELECT count(*) FROM orders');
is( $node->safe_psql('postgres',
		"SET client_min_messages = warning; SET lock_timeout = '5s';
		 SELECT count(*) FROM perfcheck_populate(rows => 500)"),
	2, 'a table that is being read is filled');
$holder->query_safe('ROLLBACK');
$node->safe_psql('postgres', 'TRUNCATE customer, orders');
# A parent that is not named must not lose rows that are being referred to.
$node->safe_psql('postgres',
	"INSERT INTO customer SELECT n, 'name' FROM generate_series(1, 10) n");
$holder->query_safe(
	"BEGIN; SET client_min_messages = warning;
	 SELECT perfcheck_populate(ARRAY['orders']::regclass[], rows => 100)");
(undef, undef, $error) = $node->psql('postgres',
	"SET lock_timeout = '100ms'; DELETE FROM customer WHERE id = 1");
like($error, qr/lock timeout/, 'the parents stay as they are until the commit');
$holder->query_safe('COMMIT');
$holder->quit;

# A call of more than three seconds tells how far it is, table by table.
$session = begin($long);
ok( (sub {
		for (1 .. $PostgreSQL::Test::Utils::timeout_default * 10)
		{
			$session->{run}->pump_nb;
			return 1
			  if $session->{error} =~
			  /INFO:  table shop\.orders: \d+ of \d+ rows \(\d+ %\), \d+ rows\/s/;
			usleep(100_000);
		}
		return 0;
	})->(),
	'progress is told');
$node->safe_psql('postgres',
	'SELECT pg_cancel_backend(pid) FROM pg_stat_progress_copy');
finish($session);

# A dump does not hold what was made when; what was told of copies is in it.
my $dump = $node->safe_psql('postgres',
	"SELECT count(*) FROM pg_extension e, unnest(extconfig) c
	 WHERE extname = 'perfcheck' AND c = 'perfcheck_populated'::regclass");
is($dump, 0, 'perfcheck_populated is not dumped');

$node->stop;

# A full disk: the error is the disk's,
# and with room again the next call works.
$node = PostgreSQL::Test::Cluster->new('small');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\n");
my $small = PostgreSQL::Test::Utils::tempdir;
my $way = SmallDisk::start($node, $small);

SKIP:
{
	skip 'neither unshare nor ulimit works here', 1 unless $way;
	diag("a full disk is made with $way");
	$node->safe_psql('postgres',
		"CREATE EXTENSION perfcheck CASCADE; CREATE EXTENSION amcheck;
		 CREATE TABLESPACE small LOCATION '$small';
		 ALTER DATABASE postgres SET default_tablespace = small;
		 SET default_tablespace = small; $schema");
	for my $rows (200_000, 1_000_000)
	{
		# Something to delete, as a full disk leaves no room to clean up in.
		$node->safe_psql('postgres',
			q{CREATE TABLE ballast AS SELECT repeat('x', 1000) FROM generate_series(1, 500)});
		my ($status, undef, $said) = $node->psql('postgres',
			"\\set VERBOSITY verbose\nSELECT perfcheck_populate(rows => $rows)");

		is($status, 3, "full disk, $rows rows: fails");
		like($said, qr/ERROR:  (53100: |XX000: .*File too large)/,
			"full disk, $rows rows: the error");
		$node->safe_psql('postgres', 'DROP TABLE ballast');
		$node->safe_psql('postgres', $_) for ('VACUUM customer', 'VACUUM orders');
		none_of_it("full disk, $rows rows");
	}
}
$node->stop('immediate') if $way;
done_testing();
