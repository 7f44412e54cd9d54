# Copyright (c) 2026, perfcheck contributors

# What is recorded of real programs is what they sent: the reference API under
# perfcheck-http, request by request, and pgbench.
#
# PERFCHECK_HTTP and EVENTS_API name other builds of the programs.
# It runs once more by itself in make test where it failed beside others: requests need a processor.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";
use EventsApi qw(get start_api stop_api);
use HttpRun qw(find_program loose_targets run_with);
use JSON::PP ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $program =
  find_program('PERFCHECK_HTTP', 'build/perfcheck-http', 'perfcheck-http');
my $json_file = "$PostgreSQL::Test::Utils::tmp_check/record_api.json";
my $on = '-c session_preload_libraries=perfcheck -c perfcheck.record=on';

my $node = PostgreSQL::Test::Cluster->new('record_api');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "autovacuum = off\njit = off");
$node->start;
# No timing decides here.
$node->safe_psql('postgres', q{
	CREATE EXTENSION perfcheck CASCADE;
	UPDATE perfcheck_query SET avg_ms = 60000, p95_ms = 60000, p99_ms = 60000});
$node->safe_psql('postgres', 'SELECT perfcheck_seed(1000)');

sub sql
{
	return $node->safe_psql('postgres', $_[0]);
}

# --- requests whose values are known ----------------------------------------

my $api = start_api($node->connstr('postgres')
	  . " application_name=events-api options='$on'", '--pool', 2);
# It asked for its table.
sql('SELECT perfcheck_record_reset()');
my @genres = ('rock', 'pop', 'rock', 'jazz', 'rock', 'pop', 'no such one');
is(get($api, "/api/events?limit=5&genre=" . s/ /%20/gr)->{status}, 200, "genre $_")
  for @genres;
is(get($api, "/api/events?limit=7&genre=rock")->{status}, 200, 'another limit');
is(get($api, "/api/events?limit=5&venue=Nalen")->{status}, 200, 'venue');
is(get($api, '/api/events?genre=')->{status}, 400, 'a request that is refused');
is(get($api, '/health')->{status}, 200, 'health') for 1 .. 2;
is( sql(q{SELECT calls, rows, value_sets, source, in_contract IS NULL
		FROM perfcheck_recorded() ORDER BY calls}),
	"1|1|1|events-api|t\n2|2|1|events-api|t\n8|8|5|events-api|t",
	'a shape a form of the request, a call a request, a set a set of its values');
is( sql(q{SELECT string_agg(DISTINCT g, ',' ORDER BY g) FROM perfcheck_executions(),
		unnest(args) AS g WHERE g IN ('rock', 'pop', 'jazz', 'no such one', 'Nalen')}),
	'Nalen,jazz,no such one,pop,rock',
	'the values are those of the requests');

# --- a run of perfcheck-http ------------------------------------------------

# Comparing rows walks chains of pages afterwards, which are no requests of the run.

sql('SELECT perfcheck_record_reset()');
my ($status, $out, $err) = run_with(
	[$program], '', '-c', 2, '-d', '1s', '--warmup', '300ms', '--check', 'count', loose_targets(),
	'--timeout', '60s', '--json', $json_file,
	'--db', $node->connstr('postgres'), $api->{url});
is($status, 0, 'perfcheck-http finds nothing wrong') or diag $out . $err;
my $json = JSON::PP::decode_json(slurp_file($json_file));
my $sent = $json->{requests} + $json->{warmup}{requests};

cmp_ok($json->{requests}, '>', 8, 'requests were sent');
is(sql('SELECT sum(calls), sum(rows), count(*) FILTER (WHERE calls < value_sets) FROM perfcheck_recorded()'),
	"$sent|$sent|0", 'as many statements are recorded as requests were sent');

# Each of the contract's queries is sent in a form that the API has for it; the pages
# that were followed have a cursor besides.
my %form = (
	page => 'events ORDER BY',
	genre => 'events WHERE genre = \$\d+::text ORDER BY',
	venue => 'events WHERE venue = \$\d+::text ORDER BY',
	date_range => 'events WHERE date >= \$\d+::timestamptz AND date <= \$\d+::timestamptz ORDER BY',
	artist_search => 'events WHERE artist ILIKE \$\d+ [|][|] \$\d+::text [|][|] \$\d+ ORDER BY',
	event_search => 'events WHERE name ILIKE \$\d+ [|][|] \$\d+::text [|][|] \$\d+ ORDER BY',
	combined => 'events WHERE genre = \$\d+::text AND date >= \$\d+::timestamptz ORDER BY',
	next_page => 'events WHERE [(]date > ');
for my $first (grep { !/page/ } keys %form)
{
	$form{"${first}_next"} = $form{$first} =~ s/ ORDER BY$/ AND [(]date > /r;
}
# The report leaves out the warm-up, so here is a run without one.
sql('SELECT perfcheck_record_reset()');
($status, $out, $err) = run_with(
	[$program], '', '-c', 2, '-d', '1s', '--check', 'count', loose_targets(),
	'--timeout', '60s', '--json', $json_file,
	'--db', $node->connstr('postgres'), $api->{url});
is($status, 0, 'without a warm-up, too') or diag $out . $err;
$json = JSON::PP::decode_json(slurp_file($json_file));
for my $query (@{ $json->{queries} })
{
	my $name = $query->{name};

	is(sql("SELECT coalesce(sum(calls), 0), count(*) > 0 FROM perfcheck_recorded() WHERE shape ~ '$form{$name}'"),
		"$query->{requests}|t", "$name: as many as were sent");
}
is(sql('SELECT sum(calls) FROM perfcheck_recorded()'),
	$json->{requests}, 'and nothing besides');

# --- the contract -----------------------------------------------------------

# The API sends the canonical queries in a larger statement.
is( sql(q{SELECT kind, count(*) FROM perfcheck_coverage(2)
		WHERE kind IN ('statement not in contract', 'query never seen') GROUP BY kind ORDER BY kind DESC}),
	"statement not in contract|" . sql('SELECT count(*) FROM perfcheck_recorded()')
	  . "\nquery never seen|14",
	'coverage tells them apart');
sql(q{UPDATE perfcheck_query SET enabled = false;
	SELECT perfcheck_add_query('sent ' || row_number() OVER (ORDER BY shape), shape) FROM perfcheck_recorded()});
is( sql(q{SELECT count(*), count(DISTINCT in_contract), bool_and(q.sql = r.shape)
		FROM perfcheck_recorded() AS r JOIN perfcheck_query AS q ON q.name = r.in_contract}),
	sql('SELECT count(*), count(*), true FROM perfcheck_recorded()'),
	'what was sent is in the contract once it was added');
is(sql(q{SELECT count(*) FROM perfcheck_coverage(2)
		WHERE kind IN ('statement not in contract', 'query never seen')}),
	'0', 'and the gaps are closed');
is(stop_api($api), 0, 'the API ends');

# --- pgbench ----------------------------------------------------------------

$node->command_ok([ 'pgbench', '-i', '-q', '-s', '1', $node->connstr('postgres') ],
	'pgbench -i');
sql('SELECT perfcheck_record_reset()');
{
	local $ENV{PGOPTIONS} = $on;
	delete local $ENV{PGAPPNAME};

	# its transactions, of which the SELECT alone is one
	$node->command_ok(
		[ 'pgbench', '-n', '-c', 2, '-t', 30, '-M', $_, $node->connstr('postgres') ],
		"pgbench -M $_")
	  for qw(simple extended prepared);
	$node->command_ok(
		[ 'pgbench', '-n', '-S', '-c', 2, '-t', 40, '-M', 'prepared',
			$node->connstr('postgres') ],
		'pgbench -S');
}
is( sql(q{SELECT shape, calls, rows, source, generic_calls
		FROM perfcheck_recorded() WHERE shape ~ 'abalance'}),
	'SELECT abalance FROM pgbench_accounts WHERE aid = $1|260|260|pgbench|120',
	'one shape of all protocols, and each execution of it');
is(sql(q{SELECT count(*) FILTER (WHERE shape ~* 'update|insert'), count(*) FILTER (WHERE problem IS NOT NULL) FROM perfcheck_shapes()}),
	'0|0', 'none that writes');
is(sql(q{SELECT value_sets = (SELECT count(DISTINCT args[1]) FROM perfcheck_executions()
			JOIN perfcheck_shapes() AS s USING (key) WHERE s.shape ~ 'abalance')
			AND value_sets BETWEEN 200 AND 260,
		(SELECT bool_and(args[1]::int BETWEEN 1 AND 100000) FROM perfcheck_executions()
			JOIN perfcheck_shapes() AS s USING (key) WHERE s.shape ~ 'abalance')
		FROM perfcheck_recorded() WHERE shape ~ 'abalance'}),
	't|t', 'with the accounts that were asked for');

$node->stop;
done_testing();
