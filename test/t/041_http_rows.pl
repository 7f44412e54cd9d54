# perfcheck-http --check rows and columns: an API that is wrong in any of twenty ways
# does not pass, one that is right passes, and rows that change are told from wrong
# ones. The ways are those of the reference API; test/api/query.h lists them.
#
# PERFCHECK_HTTP and EVENTS_API name other builds of the programs.
# It runs once more by itself in make test where it failed beside others: requests need a processor.

use strict;
use warnings;

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
my $json_file = "$PostgreSQL::Test::Utils::tmp_check/rows.json";

my $node = PostgreSQL::Test::Cluster->new('rows');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;
$node->safe_psql(
	'postgres', q{
	CREATE EXTENSION perfcheck CASCADE;
	SELECT perfcheck_seed(2000, starts => '2027-01-01 00:00+00');
	-- No timing decides here, not even on a machine under load.
	UPDATE perfcheck_query SET avg_ms = 60000, p95_ms = 60000, p99_ms = 60000});
# Half of a search for an artist in another case, which no derived value is in.
$node->safe_psql(
	'postgres', q{
	SELECT perfcheck_add_case('artist_search', 'case', ARRAY[lower(artist), '20'])
	FROM events GROUP BY artist ORDER BY count(*) DESC, artist LIMIT 1});

my %running;

# Starts the reference API, which answers in such a way; its URL.
sub start_api
{
	my ($way) = @_;
	my $out = '';
	my $log = "$PostgreSQL::Test::Utils::tmp_check/api_$way.log";

	$running{$way} = IPC::Run::start(
		[
			$api_program, '--db', $node->connstr('postgres'), '--port', 0,
			'--pool', 4, '--broken', $way
		],
		'<', \undef, '>', \$out, '2>', $log, IPC::Run::timeout($timeout));
	$running{$way}->pump until $out =~ /\n/;
	$out =~ m{\Alistening on (http://127\.0\.0\.1:\d+)\n}
	  or die "unexpected output: $out";
	return $1;
}

sub stop_api
{
	my ($way) = @_;
	(delete $running{$way})->kill_kill;
}

END
{
	my $status = $?;
	$_->kill_kill for values %running;
	$? = $status;
}

# Exit status, report, standard error, JSON. The time is enough for each request
# of the contract on a slow machine, too: the load ends when all had their turn.
sub load
{
	my ($url, @options) = @_;
	my ($out, $err) = ('', '');
	my $json;

	unlink $json_file;
	IPC::Run::run(
		[
			$program, '-c', 4, '-d', '2s', '--follow', 50, '--timeout',
			"${timeout}s", '--json', $json_file, '--db',
			$node->connstr('postgres'), @options, $url
		],
		'<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	$json = JSON::PP::decode_json(slurp_file($json_file)) if -e $json_file;
	return ($? >> 8, $out, $err, $json);
}

# ---- right answers ---------------------------------------------------------

foreach my $way (qw(not odd))
{
	my $url = start_api($way);

	foreach my $check ('rows', 'columns')
	{
		my ($status, $out, $err, $json) = load($url, '--check', $check);

		is($status, 0, "$way: right by --check $check") or diag $out, $err;
		cmp_ok($json->{next_pages_compared}, '>', 0, "$way: next pages compared");
		cmp_ok($json->{chains_compared}, '>', 0, "$way: pages walked to their end");
	}
	stop_api($way);
}

# ---- wrong ones ------------------------------------------------------------

# Way, the first message in the report; whether columns have to be compared.
my @ways = (
	[ 'no-genre', qr/row \d+ has id "|rows?, but the database has/ ],
	[ 'no-date-to', qr/rows?, but the database has \d+/ ],
	[ 'date-exclusive', qr/row \d+ has id "[^"]+", the database has "/ ],
	[ 'case', qr/no rows, but|row \d+ has id|rows?, but the database/ ],
	[ 'next-filters', qr/row \d+ has id .*, and no such row/ ],
	[ 'reversed', qr/row 1 has id "[^"]+", the database has "[^"]+" there/ ],
	[ 'ties', qr/row \d+ has id "[^"]+", the database has "[^"]+" there/ ],
	[ 'twice', qr/row 2 is row 1 again: id "/ ],
	[ 'skipped', qr/row \d+ has id "[^"]+", the database has "/ ],
	[ 'overlap', qr/row \d+ (has id|is row \d+ again)/ ],
	[ 'short', qr/19 rows, but the database has 20/ ],
	[ 'long', qr/21 rows, but the database has 20/ ],
	[ 'limit', qr/20 rows, but the database has 100/ ],
	[ 'nulls', qr/row 1 is null/ ],
	[ 'empty-rows', qr/row 1 is an object without members/ ],
	[ 'no-next', qr/there is no next page, but the database has more rows/ ],
	[ 'same-page', qr/row 1 has id|the next page is the same as/ ],
	[ 'cut', qr/not JSON: / ],
	[ 'member', qr/row 1 has no member for the column venue/, 1 ],
	[ 'value', qr/row 3: price is "1", the database has/, 1 ]);

is(scalar @ways, 20, 'twenty ways');
foreach my $case (@ways)
{
	my ($way, $message, $columns) = @$case;
	my $url = start_api($way);
	my @check = $columns ? ('--check', 'columns') : ();
	my ($status, $out, $err, $json) = load($url, @check);

	is($status, 1, "$way: does not pass") or diag $out, $err;
	like($out, $message, "$way: the report says why");
	unlike($out, qr/-\d+ of|(\d+) of (?!\1)\d+ requests failed.*-\d/,
		"$way: no count is negative");
	stop_api($way);
}

# ---- a column that the API does not answer ---------------------------------

{
	my $url = start_api('member');
	my ($status, $out, $err) =
	  load($url, '--check', 'columns', '--ignore', 'venue');

	is($status, 0, '--ignore: the column is left out') or diag $out, $err;
	stop_api('member');
}

# ---- rows that change meanwhile --------------------------------------------

{
	my $url = start_api('not');
	my ($out, $err) = ('', '');
	my $since = $node->safe_psql('postgres', 'SELECT clock_timestamp()');
	my $run = IPC::Run::start(
		[
			$program, '-c', 4, '-d', '4s', '--follow', 0, '--timeout',
			"${timeout}s", '--json', $json_file, '--db',
			$node->connstr('postgres'), $url
		],
		'<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));

	$node->poll_query_until('postgres',
		"SELECT count(*) > 0 FROM pg_stat_activity
		WHERE query_start > '$since' AND query ~ 'nextCursor' AND pid <> pg_backend_pid()") or die 'no load';
	# The first rows of every order.
	$node->safe_psql('postgres',
		"DELETE FROM events WHERE date < '2027-01-05 00:00+00'");
	$run->finish;
	my $json = JSON::PP::decode_json(slurp_file($json_file));

	is($run->full_result(0) >> 8, 1, 'rows that change: not ok') or diag $out;
	cmp_ok($json->{errors}{changed}, '>', 0, 'rows that change: told so');
	is($json->{errors}{rows} + $json->{errors}{count} + $json->{errors}{empty},
		0, 'rows that change: no answer is called wrong') or diag $out;

	my ($status) = load($url, '--allow-changes');
	is($status, 0, 'afterwards they are right again');
	stop_api('not');
}

# ---- an API with a page size of its own ------------------------------------

{
	my $url = start_api('not');

	# Paths that do not say it: the API answers 20, the query has its own LIMIT.
	$node->safe_psql(
		'postgres', q{
		UPDATE perfcheck_query SET enabled = false;
		SELECT perfcheck_add_query('g21', 'SELECT * FROM events WHERE genre = $1 ORDER BY date, id LIMIT 21',
			'/api/events?genre=$1', avg_ms => 60000, p95_ms => 60000, p99_ms => 60000)});
	my ($status, $out) = load($url);
	is($status, 0, q{the query's own LIMIT, one more than the page}) or diag $out;
	$node->safe_psql(
		'postgres', q{
		SELECT perfcheck_add_query('g21', 'SELECT * FROM events WHERE genre = $1 ORDER BY date, id LIMIT 51',
			'/api/events?genre=$1', avg_ms => 60000, p95_ms => 60000, p99_ms => 60000, replace => true)});
	($status, $out) = load($url);
	is($status, 1, 'another page size is told');
	like($out, qr/20 rows, but the database has 51/, '... with both numbers');
	($status, $out) = load($url, '--page-size', 20);
	is($status, 0, '--page-size says what the API has') or diag $out;
	stop_api('not');
}

# ---- options ---------------------------------------------------------------

foreach my $bad (
	[ [ '--check', 'row' ], qr/invalid --check "row": give status, same, count, rows or columns/ ],
	[ [ '--page-size', '0' ], qr/invalid --page-size "0": give a number from 1/ ],
	[ [ '--ignore', '' ], qr/invalid --ignore: give the name of a column/ ],
	[ [ '--ignore', 'x' ], qr/--ignore requires --check columns/ ],
	[ [ '--check', 'same', '--page-size', '5' ], qr/--page-size requires --db and/ ],
	[ [ '--check', 'rows', '--allow-empty' ], qr/--allow-empty and --check rows conflict/ ])
{
	my ($options, $message) = @$bad;
	my ($status, $out, $err) = load('http://127.0.0.1:1', @$options);

	is($status, 2, "@$options: exit status");
	like($err, $message, "@$options: message");
}

$node->stop;
done_testing();
