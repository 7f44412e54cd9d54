
# perfcheck loaded by the postmaster: its timer, hook and settings work in the
# backends, and other sessions' plans are left alone.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('preload');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'perfcheck'");
$node->append_conf('postgresql.conf', "jit = off");
$node->start;

$node->safe_psql('postgres', 'CREATE EXTENSION perfcheck CASCADE');
is($node->safe_psql('postgres', 'SHOW perfcheck.max_rows_examined'),
	'50000', 'the settings are there before the first call');
is($node->safe_psql('postgres', 'SELECT perfcheck_seed(2000)'),
	'2000', 'seeds');

# The timer: registered in the backend, not in the postmaster.
$node->safe_psql('postgres',
	"SELECT perfcheck_add_query('sleepy', 'SELECT pg_sleep(60) FROM events LIMIT 1')"
);
is( $node->safe_psql(
		'postgres',
		"SET perfcheck.statement_timeout = '20ms';
		 SELECT ok, reason FROM perfcheck_plan('sleepy');
		 SELECT ok, reason FROM perfcheck_plan('sleepy')"),
	"f|it ran longer than perfcheck.statement_timeout (20 ms)\n"
	  . "f|it ran longer than perfcheck.statement_timeout (20 ms)",
	'perfcheck.statement_timeout stops a case, twice');
$node->safe_psql('postgres', "SELECT perfcheck_drop_query('sleepy')");

# The hook: it scales while perfcheck plans, and never outside of it.
my $estimate = sub {
	my ($before) = @_;
	my $plan = $node->safe_psql('postgres',
		"$before EXPLAIN (FORMAT JSON) SELECT * FROM events");
	my ($rows) = $plan =~ /"Plan Rows": (\d+)/;
	return $rows;
};
is($estimate->(''), '2000', 'a plan of the session is for the table as it is');
is( $estimate->(
		'SELECT count(*) > 0 FROM perfcheck_plan(scale => 100);'),
	'2000',
	'and so it is after perfcheck_plan');
is( $estimate->(
		"DO \$\$BEGIN PERFORM perfcheck_plan('nothing', 100);
		 EXCEPTION WHEN undefined_object THEN NULL; END\$\$;"),
	'2000',
	'and after an error of it');

my ($status, $out, $err) = $node->psql(
	'postgres',
	'SELECT perfcheck_assert()',
	on_error_stop => 1);
is($status, 3, 'psql exits with 3 when perfcheck_assert fails');
like($err, qr/queries that are not ok: next_page/, 'and names the query');

# The message of an error may hold a value: it is for the caller, and not for the log.
$node->safe_psql('postgres', q{
	CREATE TABLE visitor (id int PRIMARY KEY, mail text);
	INSERT INTO visitor SELECT i, 'someone' || i || '@sec' || 'ret.example' FROM generate_series(1, 50) AS i;
	ANALYZE visitor;
	SELECT perfcheck_add_query('by_number', 'SELECT id FROM visitor WHERE mail::int = $1')});
($status, $out, $err) = $node->psql('postgres', 'SELECT perfcheck_assert()');
like($err, qr/by_number: .*secret\.example/, 'perfcheck_assert tells the error of a query');
like($err, qr/queries that are not ok: .*by_number/, '... and its name');
my $log = PostgreSQL::Test::Utils::slurp_file($node->logfile);
like($log, qr/by_number: an error, which perfcheck_verify\(\) shows/, '... and logs that there is one');
unlike($log, qr/secret\.example/, '... without its message');
$node->safe_psql('postgres', q{SELECT perfcheck_drop_query('by_number'); DROP TABLE visitor});

# A standby reads and judges, and writes nothing.
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
# It can try no fix that writes, and so says less of causes.
my $facts =
  "SELECT l FROM perfcheck_verify() AS v (l) WHERE l !~ '^  \"?(cause|fix|and write|advice|proof|no proof|improvement)|^    '";
is($standby->safe_psql('postgres', $facts),
	$node->safe_psql('postgres', $facts),
	'the report of a standby is that of its primary');
$node->safe_psql('postgres', 'DROP INDEX genre_idx, idx_events_artist_trgm');
$node->wait_for_catchup($standby);
like(
	$standby->safe_psql('postgres', 'SELECT perfcheck_verify()'),
	qr/"fix, not proven": CREATE INDEX .*\n  "no proof": the server is a standby/,
	'and a fix that a standby cannot try is not called proven');
($status, $out, $err) = $standby->psql('postgres', 'SELECT perfcheck_seed(10)');
like(
	$err,
	qr/cannot .* (?:recovery|read-only)/,
	'seeding on a standby is refused');

$standby->stop;
$node->stop;
done_testing();
