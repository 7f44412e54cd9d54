# What perfcheck-http --db does before it sends anything: looking values up takes
# no longer than it may, shows what it is at, and ends in the server, too, when
# it is interrupted. And a measurement of other SQL says nothing of a query.
#
# PERFCHECK_HTTP names another build of the program.
# It runs once more by itself in make test where it failed beside others: requests need a processor.

use strict;
use warnings;

use FindBin;
use IPC::Run ();
use JSON::PP ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

use lib "$FindBin::RealBin/../lib";
use HttpRun qw(find_program loose_targets);
use MisbehavingServer;

my $program =
  find_program('PERFCHECK_HTTP', 'build/perfcheck-http', 'perfcheck-http');
my $timeout = $PostgreSQL::Test::Utils::timeout_default;
my $json_file = "$PostgreSQL::Test::Utils::tmp_check/setup.json";
my $server =
  MisbehavingServer->start("$PostgreSQL::Test::Utils::tmp_check/marker");

my $node = PostgreSQL::Test::Cluster->new('setup');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION perfcheck CASCADE;
UPDATE perfcheck_query SET enabled = false;
CREATE TABLE item AS SELECT i AS id, 'item ' || i AS name FROM generate_series(1, 300) AS i;
ALTER TABLE item ADD PRIMARY KEY (id);
ANALYZE item;
INSERT INTO perfcheck_query (name, sql, path, avg_ms, p95_ms, p99_ms) VALUES
  ('slow', 'SELECT * FROM item WHERE id = $1 AND CASE WHEN id = $1 THEN pg_sleep(0.2) IS NOT NULL END', '/ok?id=$1', 60000, 60000, 60000);
SQL

# Exit status, report, standard error, JSON.
sub run_http
{
	my (@options) = @_;
	my ($out, $err) = ('', '');

	unlink $json_file;
	IPC::Run::run(
		[
			$program, '--db', $node->connstr('postgres'), '-c', 2, '-d',
			'200ms', '--json', $json_file, @options, $server->url
		],
		'<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	return ($? >> 8, $out, $err,
		-e $json_file ? JSON::PP::decode_json(slurp_file($json_file)) : undef);
}

# ---- bounded, and shown ------------------------------------------------------------

# Fifty values and more take ten seconds; three are enough for some.
my ($status, $out, $err, $json) = run_http('--setup-timeout', '3s', '-r', 200, '-d', '1s');
like($err, qr/^perfcheck-http: warning: the rows of (\d+) of (\d+) requests were not counted in 3\.0 s: .*--setup-timeout gives more time$/m,
	'bounded: says so');
my ($uncounted, $all) = $err =~ /rows of (\d+) of (\d+)/;
cmp_ok($uncounted, '<', $all, 'bounded: some are counted');
# Those that are have one row, and the server answers with three.
is($status, 1, 'bounded: and checked');
is($json->{errors}{count} + $json->{errors}{empty}, $json->{errors}{count},
	'bounded: by their number');
cmp_ok($json->{errors}{count}, '<', $json->{requests},
	'bounded: the others may have any');

($status, $out, $err) = run_http('--setup-timeout', '5s');
like($err, qr/^perfcheck-http: looking up values for query 1 of 1, "slow" \(\d+ s\)$/m,
	'takes long: shows what it is at');

# What may be empty anyway, is not counted.
my $began = time;
($status, $out, $err) =
  run_http('--check', 'status', '--allow-empty', loose_targets());
is($status, 0, 'not counted: exit status') or diag($out, $err);
is($err, '', 'not counted: nothing to tell');

# ---- interrupted -----------------------------------------------------------------------

for my $signal (qw(INT TERM))
{
	my ($out, $err) = ('', '');
	my $busy = q{SELECT count(*) FROM pg_stat_activity
		WHERE query LIKE '%perfcheck_requests(%' AND state = 'active'
		AND pid <> pg_backend_pid()};
	my $run = IPC::Run::start(
		[
			$program, '--db', $node->connstr('postgres'), '--setup-timeout',
			'10m', $server->url
		],
		'<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));

	ok($node->poll_query_until('postgres', "SELECT ($busy) = 1"),
		"SIG$signal: it looks values up");
	$run->signal($signal);
	$run->finish;
	is($run->full_result(0), 130 << 8, "SIG$signal: exit status");
	like($err, qr/^perfcheck-http: interrupted: the query in the database was cancelled$/m,
		"SIG$signal: message");
	is($out, '', "SIG$signal: no report");
	ok($node->poll_query_until('postgres', "SELECT ($busy) = 0"),
		"SIG$signal: nothing goes on in the server");
}

# ---- where the time goes -----------------------------------------------------------------

$node->safe_psql('postgres', <<'SQL');
UPDATE perfcheck_query SET sql = 'SELECT * FROM item WHERE id = $1' WHERE name = 'slow';
SELECT count(*) FROM perfcheck_time('slow', executions => 5, keep => true);
SQL
(undef, $out, undef, $json) = run_http('--check', 'status', loose_targets());
like($out, qr/^where the time goes: /m, 'measured: in the report');
cmp_ok($json->{queries}[0]{database}{share}, '<=', 1, 'measured: a part');
$node->safe_psql('postgres', <<'SQL');
UPDATE perfcheck_query SET sql = 'SELECT name FROM item WHERE id = $1' WHERE name = 'slow';
SQL
(undef, $out, undef, $json) = run_http('--check', 'status', loose_targets());
unlike($out, qr/where the time goes/, 'replaced since: not in the report');
is($json->{queries}[0]{database}, undef, 'replaced since: nor in the JSON');
# What was measured under another load is no part either.
$node->safe_psql('postgres', <<'SQL');
UPDATE perfcheck_query SET sql = 'SELECT * FROM item WHERE id = $1' WHERE name = 'slow';
UPDATE perfcheck_result SET mean_ms = 99999 WHERE source = 'time';
SQL
(undef, $out, undef, $json) = run_http('--check', 'status', loose_targets());
unlike($out, qr/where the time goes/, 'more than the whole: not in the report');
is($json->{queries}[0]{database}, undef, 'more than the whole: nor in the JSON');

# ---- traces ---------------------------------------------------------------------------

(undef, $out, undef, $json) =
  run_http('--check', 'status', '--trace', loose_targets());
like($out, qr/^note: no statement on record has a trace of this run/m,
	'--trace: nothing is on record');
is($json->{trace}{statements}, 0, '--trace: JSON');
like($json->{trace}{starts_with}, qr/\A[0-9a-f]{16}\z/, '--trace: the run');

$server->stop;
$node->stop;
done_testing();
