# perfcheck-http --db: the contract's requests against the reference API, and
# what is kept of a run. The extension is in a schema whose name needs quoting.
#
# PERFCHECK_HTTP and EVENTS_API name other builds of the programs.
# It runs once more by itself in make test where it failed beside others: requests need a processor.

use strict;
use warnings;

use Cwd qw(realpath);
use File::Basename qw(dirname);
use FindBin;
use IPC::Run ();
use JSON::PP ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $top = "$FindBin::RealBin/../..";
my ($program) =
  grep { -x } $ENV{PERFCHECK_HTTP} // (), "$top/build/perfcheck-http",
  "$top/perfcheck-http";
my ($api_program) =
  grep { -x } $ENV{EVENTS_API} // (), "$top/test/api/events-api";
die "perfcheck-http is not built; run make http\n" unless $program;
die "events-api is not built; run make api\n" unless $api_program;

my $timeout = $PostgreSQL::Test::Utils::timeout_default;
my $json_file = "$PostgreSQL::Test::Utils::tmp_check/http.json";
my $schema = '"load test"';

my $node = PostgreSQL::Test::Cluster->new('http');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;
$node->safe_psql('postgres', "CREATE DATABASE $_")
  for qw(events other copy twin);

# Where the system has a libpq of its own, too.
my ($library) = `ldd $program` =~ /^\s*libpq\.so\.\d+ => (\S+)/m;
chomp(my $library_dir = `pg_config --libdir`);
is( realpath(dirname($library // '')),
	realpath($library_dir),
	'the library is that of the PostgreSQL it was built for');

# ---- helpers ---------------------------------------------------------------

my @apis;

# Starts the reference API on a database; its URL.
sub start_api
{
	my ($database) = @_;
	my $out = '';
	my $log = "$PostgreSQL::Test::Utils::tmp_check/api_$database.log";
	my $run = IPC::Run::start(
		[ $api_program, '--db', $node->connstr($database), '--port', 0 ],
		'<', \undef, '>', \$out, '2>', $log, IPC::Run::timeout($timeout));

	push @apis, $run;
	$run->pump until $out =~ /\n/;
	$out =~ m{\Alistening on (http://127\.0\.0\.1:\d+)\n}
	  or die "unexpected output: $out";
	return $1;
}

END
{
	my $status = $?;
	$_->kill_kill for @apis;
	$? = $status;
}

# Sends the contract's requests; exit status, report, standard error, JSON.
sub load
{
	my ($conninfo, $url, @options) = @_;
	my ($out, $err) = ('', '');
	my $json;

	# Set for every session of the test, and stronger than a fallback.
	delete local $ENV{PGAPPNAME};
	unlink $json_file;
	IPC::Run::run(
		[
			$program, '-c', 4, '-d', '1s', '--avg', 60000, '--p95', 60000,
			'--p99', 60000, '--timeout', "${timeout}s", '--json', $json_file,
			'--db', $conninfo, @options, $url
		],
		'<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	$json = JSON::PP::decode_json(slurp_file($json_file)) if -e $json_file;
	return ($? >> 8, $out, $err, $json);
}

sub kept_rows
{
	return $node->safe_psql('events',
		"SELECT count(*) FROM $schema.perfcheck_result");
}

# ---- before there is anything to send --------------------------------------

my $conninfo = $node->connstr('events');
my ($status, $out, $err, $json) = load($conninfo, 'http://127.0.0.1:1');

is($status, 3, 'no extension: exit status');
is( $err,
	"perfcheck-http: database \"events\" has no extension perfcheck\n"
	  . "hint: Run CREATE EXTENSION perfcheck CASCADE.\n",
	'no extension: message and hint');

for my $database (qw(events other copy twin))
{
	$node->safe_psql($database,
		"CREATE SCHEMA $schema;"
		  . "CREATE EXTENSION perfcheck SCHEMA $schema CASCADE;"
		  # No timing decides here, not even on a machine under load.
		  . "UPDATE $schema.perfcheck_query"
		  . " SET avg_ms = 60000, p95_ms = 60000, p99_ms = 60000;");
}
$node->safe_psql('events', "SELECT $schema.perfcheck_seed(2000)");
$node->safe_psql('other', "SELECT $schema.perfcheck_seed(40, seed => 2)");

# ---- the API and the contract agree ----------------------------------------

my $url = start_api('events');
my @names = split /\n/, $node->safe_psql('events',
	"SELECT DISTINCT query FROM $schema.perfcheck_requests() ORDER BY 1");

cmp_ok(scalar @names, '>', 0, 'the contract has requests');
($status, $out, $err, $json) = load($conninfo, $url);
is($status, 0, 'right answers: exit status') or diag $out;
is($err, '', 'right answers: nothing on standard error');
like($out, qr/\Aok: [\d,]+ requests, .* none failed\n/, 'headline');
is_deeply([ sort map { $_->{name} } @{ $json->{queries} } ],
	\@names, 'every query of the contract is in the JSON');
is($json->{errors}{$_}, 0, "no error: $_") for sort keys %{ $json->{errors} };
is($json->{queries}[0]{targets}{p95_ms},
	60000, "a query's targets are the contract's");

# ---- what is kept ----------------------------------------------------------

is(kept_rows(), @names + 1, 'a row a query and one in total');
is( $node->safe_psql(
		'events', "SELECT DISTINCT source, label, ok, errors,
		details->>'url', details->>'connections', details->>'http',
		details->>'streams', details->'errors'->>'count'
		FROM $schema.perfcheck_result"),
	"http||t|0|$url|4|1.1|1|0",
	'kept: source, url, connections, errors');
is( $node->safe_psql(
		'events', "SELECT executions FROM $schema.perfcheck_result
		WHERE query IS NULL"),
	$json->{requests},
	'kept: the total is that of the report');
is( $node->safe_psql(
		'events', "SELECT count(DISTINCT taken_at),
		sum(executions) FILTER (WHERE query IS NOT NULL) =
		sum(executions) FILTER (WHERE query IS NULL),
		bool_and(p50_ms <= p95_ms AND p95_ms <= p99_ms AND p99_ms <= max_ms),
		bool_and((details->>'rps')::float8 > 0),
		bool_and((details->>'duration_s')::float8 >= 1)
		FROM $schema.perfcheck_result"),
	'1|t|t|t|t',
	'kept: one run; sums, order, rate and duration hold');
ok( $node->log_contains(qr/ perfcheck-http LOG: .*perfcheck_requests/),
	'the session is named perfcheck-http');
load("$conninfo application_name=nightly", $url);
ok($node->log_contains(qr/ nightly LOG: .*perfcheck_requests/),
	'unless it is named in the connection string');

# ---- a target of one query -------------------------------------------------

$node->safe_psql('events',
	"UPDATE $schema.perfcheck_query SET p95_ms = 0.001 WHERE name = 'genre'");
($status, $out, $err, $json) = load($conninfo, $url);
is($status, 1, "a query's target missed: exit status");
like($out, qr/\Anot ok: genre: p95 \S+ ms is over 0\.001 ms\n/, 'headline');
is_deeply([ map { $_->{name} } grep { !$_->{ok} } @{ $json->{queries} } ],
	['genre'], 'it alone is not ok');
is( $node->safe_psql(
		'events', "SELECT string_agg(coalesce(query, 'total'), ' '
		ORDER BY query) FROM $schema.perfcheck_result WHERE NOT ok"),
	'genre total',
	'and so it is kept');
$node->safe_psql('events',
	"UPDATE $schema.perfcheck_query SET p95_ms = 60000 WHERE name = 'genre'");

# ---- next pages, weights ---------------------------------------------------

# Requests of each query, by name.
sub requests_of
{
	my ($json) = @_;

	return map { $_->{name} => $_->{requests} } @{ $json->{queries} };
}

($status, $out, $err, $json) = load($conninfo, $url, '--follow', 0);
my %sent = requests_of($json);

is($status, 0, 'without next pages: exit status') or diag $out;
is($json->{next_pages}, 0, 'without next pages: none');
cmp_ok(
	$sent{page} / ($json->{requests} / @names),
	'>', 0.5, 'a query with one case is sent as often as the others');

($status, $out, $err, $json) = load($conninfo, $url, '--follow', 50);
%sent = requests_of($json);
is($status, 0, 'next pages: exit status') or diag $out;
cmp_ok($json->{next_pages}, '>', 0, 'next pages: some');
cmp_ok($json->{next_pages}, '<', $json->{requests} / 2 + 50,
	'next pages: no more than are followed');
like($out, qr/^note: [\d,]+ requests were for the next page of an answer$/m,
	'next pages: the report tells');

($status, $out, $err, $json) =
  load($conninfo, $url, '--follow', 0, '--weight', 'page=20', '--weight',
	'genre=0.5');
%sent = requests_of($json);
cmp_ok($sent{page}, '>', $json->{requests} / 2, '--weight: more of one');
cmp_ok($sent{genre}, '<', $sent{venue}, '--weight: less of another');
($status, $out, $err) = load($conninfo, $url, '--weight', 'pages=2');
is($status, 2, '--weight of an unknown query: exit status');
like($err, qr/\Aperfcheck-http: --weight: query "pages" does not exist\n/,
	'--weight of an unknown query: message');

# ---- next pages and the database -------------------------------------------

# The same rows as those behind the API, in a database of their own.
my $copy = $node->connstr('copy');

$node->safe_psql('copy',
	"SELECT $schema.perfcheck_seed(2000, starts => '2027-01-01 00:00+00')");
$node->safe_psql('twin',
	"SELECT $schema.perfcheck_seed(2000, starts => '2027-01-01 00:00+00')");
my $twin_url = start_api('twin');

($status, $out, $err, $json) = load($copy, $twin_url, '--follow', 90);
is($status, 0, 'next pages compared: exit status') or diag $out;
is($err, '', 'next pages compared: nothing on standard error');
cmp_ok($json->{next_pages_compared}, '>', 1, 'next pages compared: some');
like($out,
	qr/^note: $json->{next_pages_compared} next pages were compared with the database, row by row$/m,
	'next pages compared: the report tells');
($status, $out, $err, $json) =
  load($copy, $twin_url, '--follow', 90, '--check', 'same');
is($json->{next_pages_compared}, 0, '--check same: no next page is compared');

# The rows go away while the load runs, as if the API left them in: what was
# known of the first pages does not tell.
{
	my ($out, $err) = ('', '');
	my $since = $node->safe_psql('twin', 'SELECT clock_timestamp()');
	my $run = IPC::Run::start(
		[
			$program, '-c', 4, '-d', '3s', '--follow', 90, '--timeout',
			"${timeout}s", '--json', $json_file, '--db', $copy, $twin_url
		],
		'<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));

	$node->poll_query_until('postgres',
		"SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = 'twin'
		AND pid <> pg_backend_pid() AND query_start > '$since'
		AND query ~ 'events'") or die 'no load';
	$node->safe_psql('copy',
		"DELETE FROM events WHERE (date, id) > (SELECT date, id FROM events
		ORDER BY date, id OFFSET 25 LIMIT 1)");
	$run->finish;
	my $json = JSON::PP::decode_json(slurp_file($json_file));
	my ($next) = grep { $_->{name} eq 'next_page' } @{ $json->{queries} };

	is($run->full_result(0) >> 8, 1, 'wrong next pages: exit status')
	  or diag $out;
	cmp_ok($json->{errors}{count} + $json->{errors}{empty},
		'>', 0, 'wrong next pages: counted');
	cmp_ok($next->{errors}{count} + $next->{errors}{empty},
		'>', 0, 'wrong next pages: some of the query with a cursor');
	like($out, qr/^ +GET \S+cursor=\S+ -> \d+ rows?, but the database has \d+(: row \d+ .*)?$/m,
		'wrong next pages: example');
}

# An API whose cursors are not of the type that the contract has.
$node->safe_psql('copy',
	"TRUNCATE events;
	SELECT $schema.perfcheck_seed(2000, starts => '2027-01-01 00:00+00');
	DELETE FROM $schema.perfcheck_query WHERE name <> 'page';
	SELECT $schema.perfcheck_add_query('deep',
		'SELECT * FROM events WHERE date > \$1 ORDER BY date, id LIMIT 21',
		'/api/events?cursor=\$1&limit=20')");
for my $time (qw(1s 5s 20s))
{
	($status, $out, $err, $json) =
	  load($copy, $twin_url, '--follow', 90, '-d', $time);
	last if $json->{next_pages} > 0;
}
is($status, 1, "cursors of another type: the contract's own are refused");
cmp_ok($json->{next_pages}, '>', 0, 'cursors of another type: next pages');
is($json->{next_pages_compared}, 0, 'cursors of another type: not compared');
like(
	$err,
	qr/\Aperfcheck-http: warning: could not compare next pages with the database: ERROR: .*"deep" cannot be executed for a path: .*\n/,
	'cursors of another type: one warning');

# ---- targets by default ----------------------------------------------------

# Targets are not given here, so they are the contract's: 60 s, which is met.
{
	my ($in, $out, $err) = ('', '', '');

	$node->safe_psql('events',
		"UPDATE $schema.perfcheck_query SET p99_ms = 50000 WHERE name = 'page'"
	);
	IPC::Run::run(
		[
			$program, '-c', 2, '-d', '200ms', '--db', $conninfo, '--json',
			'-', $url
		],
		'<', \$in, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	is($? >> 8, 0, "the contract's targets: exit status") or diag $err;
	my $json = JSON::PP::decode_json($out);
	is($json->{targets}{p95_ms}, 60000, "the contract's targets: in total");
	is($json->{targets}{p99_ms}, 60000, "the contract's targets: the loosest");
	my ($page) = grep { $_->{name} eq 'page' } @{ $json->{queries} };
	is($page->{targets}{p99_ms}, 50000, "the contract's targets: of a query");
}
($status, $out, $err, $json) =
  load($conninfo, $url, '--p99', '0.001', '--per-query');
is($status, 1, '--per-query: exit status');
is_deeply(
	[ map { $_->{targets}{p99_ms} } @{ $json->{queries} } ],
	[ (0.001) x @names ],
	"--per-query: in place of the contract's");

# ---- the database's share --------------------------------------------------

is_deeply([ grep { defined $_->{database} } @{ $json->{queries} } ],
	[], 'no perfcheck_time kept: no share');
unlike($out, qr/where the time goes/, 'no perfcheck_time kept: not reported');
$node->safe_psql('events',
	"SELECT * FROM $schema.perfcheck_time(executions => 5, keep => true)");
# An older run that must not count.
$node->safe_psql('events',
	"INSERT INTO $schema.perfcheck_result (taken_at, source, query, label,
	executions, mean_ms, plan_ms, ok)
	VALUES (now() - interval '1 day', 'time', 'page', 'x', 1, 1e9, 1e9, true)"
);
my $last = $node->safe_psql('events',
	"SELECT max(taken_at) FROM $schema.perfcheck_result");
my $page_ms = $node->safe_psql('events',
	"SELECT avg(mean_ms + plan_ms) FROM $schema.perfcheck_result
	WHERE source = 'time' AND query = 'page'
	AND taken_at > now() - interval '1 hour'");
($status, $out, $err, $json) = load($conninfo, $url);
is($status, 0, "the database's share: exit status") or diag $out;
my ($page) = grep { $_->{name} eq 'page' } @{ $json->{queries} };
cmp_ok(abs($page->{database}{mean_ms} - $page_ms),
	'<=', 0.001, "the database's part is that of the last perfcheck_time");
is( scalar(
		grep { $_->{database}{share} > 0 && $_->{database}{share} <= 1 }
		  @{ $json->{queries} }),
	@names,
	"the database's share of each query");
like($out, qr/^where the time goes: .*\n.*\npage +\S+ +\S+ +\d+ %$/m,
	"the database's share: report");
is( $node->safe_psql(
		'events', "SELECT count(*) FILTER (WHERE query IS NOT NULL
			AND (details->>'database_share')::float8 > 0),
		count(*) FILTER (WHERE query IS NULL
			AND details->'database_share' IS NULL)
		FROM $schema.perfcheck_result
		WHERE source = 'http' AND taken_at > '$last'"),
	@names . '|1',
	"the database's share is kept");

# ---- another database behind the API ---------------------------------------

my $other_url = start_api('other');

($status, $out, $err, $json) = load($conninfo, $other_url);
is($status, 1, 'other rows behind the API: exit status');
cmp_ok($json->{errors}{count}, '>', 0, 'other rows: wrong counts');
cmp_ok($json->{errors}{empty}, '>', 0, 'other rows: empty answers');
like($out, qr/-> \d+ rows?, but the database has \d+(: row \d+ .*)?$/m,
	'example of a count');
like($out, qr/-> no rows, but the database has \d+$/m, 'example of an empty');
($status, $out, $err, $json) =
  load($conninfo, $other_url, '--check', 'status');
is($status, 1, '--check status: exit status');
is($json->{errors}{count}, 0, '--check status: counts are not compared');
cmp_ok($json->{errors}{empty}, '>', 0, '--check status: empty ones are seen');
($status, $out, $err, $json) =
  load($conninfo, $other_url, '--check', 'status', '--allow-empty');
is($status, 0, '--check status --allow-empty: exit status');

# ---- a role that may read, but not keep ------------------------------------

$node->safe_psql(
	'events', "CREATE ROLE reader LOGIN;
	GRANT USAGE ON SCHEMA $schema TO reader;
	GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;");
my $before = kept_rows();
($status, $out, $err) = load("$conninfo user=reader", $url);
is($status, 0, 'no right to keep: the verdict stands') or diag $out;
like(
	$err,
	qr/\Aperfcheck-http: warning: could not store the run: .*denied.*\n\z/,
	'no right to keep: one line of warning');
is(kept_rows(), $before, 'no right to keep: no row');

$node->safe_psql('events',
	"REVOKE USAGE ON SCHEMA $schema FROM reader");
($status, $out, $err) = load("$conninfo user=reader", $url);
is($status, 3, 'no right to read: exit status');
like(
	$err,
	qr/\Aperfcheck-http: could not read the contract's queries: .*denied.*\n\z/,
	'no right to read: message');

# ---- nothing to send -------------------------------------------------------

$node->safe_psql('events',
	"UPDATE $schema.perfcheck_query SET enabled = false");
($status, $out, $err) = load($conninfo, $url);
is($status, 3, 'no enabled query: exit status');
like($err, qr/\Aperfcheck-http: no request to send: .*\nhint: .*\n\z/,
	'no enabled query: message and hint');

($status, $out, $err) = load($node->connstr('absent'), $url);
is($status, 3, 'no such database: exit status');
like(
	$err,
	qr/\Aperfcheck-http: could not connect to the database: .*"absent".*\n\z/,
	'no such database: message');

$node->stop;
done_testing();
