# The reference Events API, test/api/events-api: what it answers to which
# parameters, and that its statements have the plans of the canonical queries.
# String literals are UTF-8 bytes, as they go over the wire.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";
use EventsApi qw(conninfo create_table events events_node get ids_by_sql
  start_api stop_api walk $other_settings);
use IO::Socket::INET;
use JSON::PP ();
use PostgreSQL::Test::Utils;
use Test::More;

my $json = JSON::PP->new->utf8->canonical;
my $uuid = '00000000-0000-0000-0000-000000000001';

my $node = events_node('api');
my $base_conninfo = conninfo($node);
my $api = start_api($base_conninfo . $other_settings);
my $row_api = start_api($base_conninfo, '--cursor', 'row');

# ---- answers ---------------------------------------------------------------

my $answer = get($api, '/health');
is($answer->{status}, 200, 'health: status');
is_deeply($answer->{json}, { ok => JSON::PP::true }, 'health: body');

$answer = get($api, '/api/events');
is($answer->{status}, 200, 'events: status');
is($answer->{headers}{'content-type'},
	'application/json; charset=utf-8', 'events: content type');
is($answer->{headers}{'content-length'},
	length $answer->{content}, 'events: content length');
is(join(' ', sort keys %{ $answer->{json} }),
	'events nextCursor', 'events: keys');
is_deeply(
	$answer->{json}{events},
	$json->decode(
		$node->safe_psql(
			'postgres', q{SET TimeZone = 'UTC';
			SELECT json_agg(e) FROM (SELECT * FROM events
				ORDER BY date, id LIMIT 20) e})),
	'events: the first 20, all columns');
is( $answer->{json}{events}[0]{date},
	'2027-03-01T18:00:00+00:00',
	'events: dates in UTC');
is( $answer->{json}{nextCursor},
	$node->safe_psql(
		'postgres', q{SELECT to_char(date AT TIME ZONE 'UTC',
			'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '_' || id
		FROM events ORDER BY date, id OFFSET 19 LIMIT 1}),
	'events: nextCursor is that of the last event in the answer');

$answer = get($api, '/api/events?limit=5', 'HEAD');
is($answer->{status}, 200, 'HEAD: status');
is($answer->{content} // '', '', 'HEAD: no body');

ok( !IO::Socket::INET->new(PeerAddr => '127.0.0.2', PeerPort => $api->{port}),
	'listens on 127.0.0.1 only');

# ---- filters ---------------------------------------------------------------

# Each answers exactly the rows of its SQL condition, in order.
my @filters = (
	[ 'no filter', {}, '' ],
	[ 'genre', { genre => 'rock' }, "WHERE genre = 'rock'" ],
	[
		'dateFrom',
		{ dateFrom => '2027-03-02' },
		"WHERE date >= '2027-03-02 00:00+00'"
	],
	[
		'dateTo',
		{ dateTo => '2027-03-02T12:00:00Z' },
		"WHERE date <= '2027-03-02 12:00+00'"
	],
	[
		'dates with microseconds and an offset',
		{
			dateFrom => '2027-03-02T00:00:00.123456+01:00',
			dateTo => '2027-03-02T23:00:00.123456'
		},
		"WHERE date BETWEEN '2027-03-01 23:00:00.123456+00'
			AND '2027-03-02 23:00:00.123456+00'"
	],
	[ 'venue in UTF-8', { venue => 'Fållan' }, "WHERE venue = 'Fållan'" ],
	[
		'artistSearch without regard to case',
		{ artistSearch => 'aCT 3' },
		"WHERE artist ILIKE '%act 3%'"
	],
	[
		'eventSearch', { eventSearch => 'tour' }, "WHERE name ILIKE '%tour%'"
	],
	[
		'eventSearch with a wildcard',
		{ eventSearch => 'act_1_' },
		"WHERE name ILIKE '%act_1_%'"
	],
	[
		'eventSearch with a backslash',
		{ eventSearch => '0\\%' },
		"WHERE strpos(name, '0%') > 0"
	],
	[
		'all of them',
		{
			genre => 'pop',
			venue => 'Kägelbanan',
			dateFrom => '2027-03-01',
			dateTo => '2027-03-03',
			artistSearch => 'Act',
			eventSearch => 'Live'
		},
		"WHERE genre = 'pop' AND venue = 'Kägelbanan'
			AND date BETWEEN '2027-03-01 00:00+00' AND '2027-03-03 00:00+00'
			AND artist ILIKE '%Act%' AND name ILIKE '%Live%'"
	]);

foreach my $filter (@filters)
{
	my ($name, $parameters, $where) = @$filter;
	my $expected = ids_by_sql($node, $where);

	cmp_ok(scalar @$expected, '>', 0, "$name: there are rows");
	foreach my $limit (7, 100)
	{
		my ($ids) = walk($api, %$parameters, limit => $limit);
		is_deeply($ids, $expected, "$name: pages of $limit");
	}
}

foreach my $absent (
	{ genre => 'no such genre' },
	{ genre => "' OR 1 = 1 --" },
	{ venue => 'Nalen', artistSearch => '$1' },
	{ dateFrom => '2030-01-01' })
{
	is_deeply(
		events($api, %$absent)->{json},
		{ events => [], nextCursor => undef },
		'nothing matches ' . $json->encode($absent));
}

# ---- paging ----------------------------------------------------------------

my $all = ids_by_sql($node, '');
foreach my $walker ([ 'or', $api ], [ 'row', $row_api ])
{
	my ($form, $server) = @$walker;

	foreach my $limit (1, 3, 8, 99)
	{
		my ($ids, $sizes) = walk($server, limit => $limit);
		my %seen;

		$seen{$_}++ for @$ids;
		is(scalar keys %seen, 400, "$form cursor, limit $limit: every id");
		is_deeply($ids, $all, "$form cursor, limit $limit: once, in order");
		is( scalar(grep { $_ != $limit } @$sizes[ 0 .. $#$sizes - 1 ]),
			0, "$form cursor, limit $limit: full pages");
	}

	# 400 rows are four pages of 100; there must not be an empty fifth.
	my (undef, $sizes) = walk($server, limit => 100);
	is_deeply($sizes, [ 100, 100, 100, 100 ],
		"$form cursor: the last page is known to be the last");
}

my %fractions;
my $cursor = events($api, limit => 8)->{json}{nextCursor};
for (my $pages = 0; defined $cursor && $pages < 100; $pages++)
{
	$cursor =~ /T\d\d:\d\d:\d\d(\.\d+)?Z_[-0-9a-f]{36}\z/
	  or fail("a cursor's form: $cursor");
	$fractions{ $1 // '' } = 1;
	$cursor = events($api, limit => 8, cursor => $cursor)->{json}{nextCursor};
}
is_deeply(
	[ sort keys %fractions ],
	[ '', '.123456', '.5' ],
	'cursors have the microseconds that there are');

$answer = events(
	$api,
	limit => 1,
	cursor => "2027-03-01T19:00:00+01:00_$uuid");
is($answer->{json}{events}[0]{id},
	ids_by_sql($node, "WHERE (date, id) > ('2027-03-01 18:00+00', '$uuid')")->[0],
	'a cursor may have an offset');

# ---- bad input -------------------------------------------------------------

my $not_limit = 'limit: not an integer from 1 to 100';
my $not_date = 'not an ISO 8601 date or timestamp, such as 2027-03-01 or '
  . '2027-03-01T18:00:00Z';
my $with_space = 'not an ISO 8601 date or timestamp; it holds a space '
  . '(in a URL, + is written %2B)';
my $not_cursor = 'cursor: not <ISO date>_<uuid>, as nextCursor gives it';
my $known = 'unknown parameter; known are genre, dateFrom, dateTo, venue, '
  . 'artistSearch, eventSearch, cursor, limit';

my @bad = (
	(map { [ "limit=$_", $not_limit ] }
		qw(0 101 -1 +1 1.0 1e1 abc 0x10 99999999999999999999 5%20), ''),
	[ 'limit', $not_limit ],
	(map { [ "dateFrom=$_", "dateFrom: $not_date" ] }
		qw(tomorrow now infinity 2027 2027-3-1 20270301 2027-13-01 2027-02-29
		2027-00-10 2027-01-00 0000-01-01 10000-01-01 2027-03-01T
		2027-03-01T24:00:00Z 2027-03-01T18 2027-03-01T18:60:00Z
		2027-03-01T18:00:60Z 2027-03-01T18:00:00. 2027-03-01T18:00:00.1234567
		2027-03-01T18:00:00Zx 2027-03-01T18:00:00%2B16:00
		2027-03-01T18:00:00%2B01: 2027-03-01Z), ''),
	[ 'dateTo=soon', "dateTo: $not_date" ],
	[ 'dateTo=2027-03-01+18:00', "dateTo: $with_space" ],
	[ 'dateFrom=2027-03-01T18:00:00+01:00', "dateFrom: $with_space" ],
	[
		'dateFrom=2027-03-02&dateTo=2027-03-01',
		'dateFrom: later than dateTo'
	],
	# the same instants as text in the other order
	[
		'dateFrom=2027-03-01T18:00:00Z&dateTo=2027-03-01T18:30:00%2B01:00',
		'dateFrom: later than dateTo'
	],
	(map { [ "cursor=$_", $not_cursor ] }
		'', 'x', '_', "_$uuid", '2027-03-01T18:00:00Z', '2027-03-01T18:00:00Z_',
		$uuid, "tomorrow_$uuid", "2027-03-01T18:00:00Z_${uuid}0",
		"2027-03-01T18:00:00Z_" . substr($uuid, 1),
		"2027-03-01T18:00:00Z_" . 'g' x 36, "2027-02-30_$uuid",
		"2027-03-01T18:00:00Z-$uuid",
		'2027-03-01T18:00:00.123456%2B01:00000_' . $uuid),
	(map { [ "$_=", "$_: empty" ], [ $_, "$_: empty" ] }
		qw(genre venue artistSearch eventSearch)),
	(map {
			[ "$_=" . 'x' x 201, "$_: longer than 200 characters" ],
			[ "$_=a%00b", "$_: holds a NUL byte" ]
		}
		qw(genre venue artistSearch eventSearch limit dateFrom dateTo cursor)),
	[ 'genre=' . '%C3%A5' x 201, 'genre: longer than 200 characters' ],
	[ 'genre=' . 'x' x 12000, 'genre: longer than 200 characters' ],
	[ 'genre=%00', 'genre: holds a NUL byte' ],
	# a lone byte, a cut-off character, overlong forms, a surrogate, beyond
	# U+10FFFF
	(map { [ "venue=F$_", 'venue: not valid UTF-8' ] }
		qw(%E5llan %C3 %C0%AF %E0%80%AF %F0%80%80%AF %ED%A0%80 %F4%90%80%80
		%80 %FF %E2%82)),
	(map { [ "$_&$_", ($_ =~ s/=.*//r) . ': given more than once' ] }
		'genre=rock', 'limit=5', 'dateFrom=2027-03-01',
		"cursor=2027-03-01_$uuid"),
	[ 'genres=rock', "genres: $known" ],
	[ 'Genre=rock', "Genre: $known" ],
	[ 'genre%00=rock', "genre?: $known" ],
	[ '%22%5C%0A%C3%A5=1', "?????: $known" ],
	[ 'x' x 100 . '=1', 'x' x 40 . ": $known" ],
	[ '=1', "(no name): $known" ]);

foreach my $case (@bad)
{
	my ($query, $reason) = @$case;
	my $shown = length $query > 70 ? substr($query, 0, 70) . '...' : $query;
	$answer = get($api, "/api/events?$query");
	is( "$answer->{status} " . ($answer->{json}{error} // $answer->{content}),
		"400 $reason", "bad input: $shown");
}
is($answer->{headers}{'content-type'},
	'application/json; charset=utf-8', 'bad input: content type');

# The bounds themselves are allowed.
foreach my $good (
	'limit=1', 'limit=100', 'limit=007',
	'genre=' . 'x' x 200,
	'genre=' . '%F0%9F%8E%B5' x 200,
	'dateFrom=2027-03-01&dateTo=2027-03-01',
	'dateFrom=2028-02-29T23:59:59.999999-15:59',
	'dateFrom=0001-01-01&dateTo=9999-12-31T23:59:59.999999%2B0000',
	'dateFrom=2027-03-01T18:00:00.5%2B01&dateTo=2027-03-01T18:00',
	"cursor=2027-03-01_" . uc $uuid)
{
	my $shown = substr $good, 0, 70;
	is(get($api, "/api/events?$good")->{status}, 200, "good input: $shown");
}

# ---- other paths and methods -----------------------------------------------

foreach my $path ('/', '/api', '/api/events/', '/api/event', '/API/events',
	'/healthz', '/api/events%00', '/api/events/1')
{
	$answer = get($api, $path);
	is( "$answer->{status} $answer->{json}{error}",
		'404 no such path; there are /api/events and /health',
		"no such path: $path");
}
is(get($api, '/nowhere', 'POST')->{status}, 404, 'no such path: POST');

foreach my $method (qw(POST PUT DELETE PATCH OPTIONS))
{
	foreach my $path ('/api/events', '/health')
	{
		$answer = get($api, $path, $method);
		is( "$answer->{status} $answer->{headers}{allow}",
			'405 GET, HEAD', "$method $path");
	}
}
$answer = $api->{http}
  ->request('POST', "$api->{url}/api/events", { content => 'x' x 100000 });
is($answer->{status}, 405, 'POST with a body');

$answer = get($api, '/api/events?genre=' . 'x' x 20000);
is( "$answer->{status} $answer->{json}{error}",
	'414 the URL is too long', 'a URL of 20 KB');
isnt(get($api, '/api/events?genre=' . 'x' x 200000)->{status},
	200, 'a URL of 200 KB');
is(get($api, '/health')->{status}, 200, 'served after it');

is(slurp_file($api->{log}) =~ s/^.*(?:URI|[Rr]equest).*\n//gmr,
	'', 'bad input leaves nothing on stderr but what libmicrohttpd says');

# ---- plans -----------------------------------------------------------------

# With auto_explain's help: what runs inside the API's statement is planned,
# to the last cost, as the canonical query sent alone.
sub plan_of_request
{
	my ($server, %parameters) = @_;
	my $from = -s $node->logfile;

	is(events($server, %parameters)->{status}, 200, 'the planned request');
	my $log = slurp_file($node->logfile, $from);
	$log =~ /^\t( *)->  (Limit .*\n(?:\t\1    .*\n)*)/m
	  or die "no plan in the log: $log";
	my ($indent, $plan) = ($1, $2);
	$plan =~ s/^\t$indent    //gm;
	$plan =~ s/"Big Events"\.//g;
	return $plan;
}

sub plan_of_sql
{
	my ($where) = @_;
	return $node->safe_psql(
		'postgres', qq{SET TimeZone = 'UTC';
		EXPLAIN SELECT * FROM "Big Schema"."Big Events" $where
		ORDER BY date, id LIMIT 21}) . "\n";
}

$node->safe_psql('postgres', 'CREATE SCHEMA "Big Schema"');
create_table($node, '"Big Schema"."Big Events"', 10000);

my @explaining = (
	"$base_conninfo options='-c session_preload_libraries=auto_explain"
	  . " -c auto_explain.log_min_duration=0'",
	'--table', '"Big Schema"."Big Events"', '--pool', 1);
my $or_form = start_api(@explaining);
my $row_form = start_api(@explaining, '--cursor', 'row');
my %deep = (date => '2027-04-10T18:00:00Z', id => $uuid);
my %cursor = (cursor => "$deep{date}_$deep{id}");

foreach my $case (
	[ 'page', $or_form, {}, '', 'date_idx' ],
	[
		'next_page', $or_form, \%cursor,
		"WHERE (date > '$deep{date}'
			OR (date = '$deep{date}' AND id > '$deep{id}'))", 'date_idx'
	],
	[
		'next_page, row comparison', $row_form, \%cursor,
		"WHERE (date, id) > ('$deep{date}', '$deep{id}')",
		'date_idx'
	],
	[ 'genre', $or_form, { genre => 'rock' }, "WHERE genre = 'rock'" ],
	[
		'genre, absent', $or_form,
		{ genre => 'none' },
		"WHERE genre = 'none'", 'genre_idx'
	],
	[
		'date_range', $or_form,
		{ dateFrom => '2027-03-10', dateTo => '2027-03-12' },
		"WHERE date >= '2027-03-10' AND date <= '2027-03-12'", 'date_idx'
	],
	[
		'venue', $or_form, { venue => 'Fållan' }, "WHERE venue = 'Fållan'"
	],
	[
		'venue, absent', $or_form, { venue => 'Globen' },
		"WHERE venue = 'Globen'", 'venue_date_idx'
	],
	[
		'artist_search', $or_form,
		{ artistSearch => 'Act 36' },
		"WHERE artist ILIKE '%' || 'Act 36' || '%'"
	],
	[
		'artist_search, absent', $or_form,
		{ artistSearch => 'Nobody' },
		"WHERE artist ILIKE '%' || 'Nobody' || '%'", 'idx_events_artist_trgm'
	],
	[
		'event_search', $or_form,
		{ eventSearch => 'Act_5 Tour' },
		"WHERE name ILIKE '%' || 'Act_5 Tour' || '%'", 'idx_events_name_trgm'
	],
	[
		'combined', $or_form,
		{ genre => 'jazz', dateFrom => '2027-04-01' },
		"WHERE genre = 'jazz' AND date >= '2027-04-01'"
	])
{
	my ($name, $server, $parameters, $where, $index) = @$case;
	my $plan = plan_of_request($server, %$parameters);

	is($plan, plan_of_sql($where), "plan of $name");
	like($plan, qr/\b$index\b/, "plan of $name uses $index") if $index;
}
is(stop_api($or_form), 0, 'SIGTERM: exit status');
is(stop_api($row_form, 'INT'), 0, 'SIGINT: exit status');

is(stop_api($api), 0, 'SIGTERM after bad input: exit status');
is(stop_api($row_api), 0, 'SIGTERM, --cursor row: exit status');
$node->stop;

done_testing();
