# The reference Events API, test/api/events-api, against a server of its own.
#
# EVENTS_API names another build of the program, such as one under sanitizers.
# String literals are UTF-8 bytes, as they go over the wire.

use strict;
use warnings;

use FindBin;
use HTTP::Tiny;
use IO::Socket::INET;
use IPC::Run ();
use JSON::PP ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $program = $ENV{EVENTS_API} // "$FindBin::RealBin/../api/events-api";
die "$program is not built; run make api\n" unless -x $program;

my $timeout = $PostgreSQL::Test::Utils::timeout_default;
my $json = JSON::PP->new->utf8->canonical;
my $uuid = '00000000-0000-0000-0000-000000000001';

my $node = PostgreSQL::Test::Cluster->new('api');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;

my $base_conninfo =
  $node->connstr('postgres') . ' application_name=events-api';

# ---- helpers ---------------------------------------------------------------

my %running;
my $started = 0;

# Starts the program and waits until it says where it listens.
sub start_api
{
	my ($conninfo, @options) = @_;
	my %api = (
		out => '',
		log => "$PostgreSQL::Test::Utils::tmp_check/api_" . ++$started . '.log',
		http => HTTP::Tiny->new(timeout => $timeout));

	$api{timer} = IPC::Run::timeout($timeout);
	$api{run} = IPC::Run::start(
		[ $program, '--db', $conninfo, '--port', 0, @options ],
		'<', \undef, '>', \$api{out}, '2>', $api{log}, $api{timer});
	$running{$started} = \%api;
	$api{number} = $started;
	$api{run}->pump until $api{out} =~ /\n/;
	$api{out} =~ m{\Alistening on (http://127\.0\.0\.1:(\d+))\n\z}
	  or die "unexpected output: $api{out}";
	@api{qw(url port)} = ($1, $2);
	return \%api;
}

# Sends a signal and waits; the exit status.
sub stop_api
{
	my ($api, $signal) = @_;

	$api->{timer}->start($timeout);
	$api->{run}->signal($signal // 'TERM');
	$api->{run}->finish;
	delete $running{ $api->{number} };
	return $api->{run}->full_result(0);
}

END
{
	my $status = $?;
	$_->{run}->kill_kill for values %running;
	$? = $status;
}

# Runs the program where it must not start; exit status and stderr's lines.
sub run_api
{
	my @options = @_;
	my ($out, $err) = ('', '');

	IPC::Run::run([ $program, @options ],
		'<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	return ($? >> 8, split /\n/, $err);
}

sub escape
{
	my ($bytes) = @_;
	$bytes =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ge;
	return $bytes;
}

# The answer to a request: status, headers, and the body decoded.
sub get
{
	my ($api, $path, $method) = @_;
	my $answer = $api->{http}->request($method // 'GET', $api->{url} . $path);

	$answer->{json} = eval { $json->decode($answer->{content}) };
	return $answer;
}

sub events
{
	my ($api, %parameters) = @_;
	my $query = join '&',
	  map { "$_=" . escape($parameters{$_}) } sort keys %parameters;

	return get($api, "/api/events?$query");
}

# Follows nextCursor to the end: the ids, and how many events a page had.
sub walk
{
	my ($api, %parameters) = @_;
	my (@ids, @sizes);

	for (;;)
	{
		my $answer = events($api, %parameters);

		die "status $answer->{status}: $answer->{content}"
		  if $answer->{status} != 200;
		push @ids, map { $_->{id} } @{ $answer->{json}{events} };
		push @sizes, scalar @{ $answer->{json}{events} };
		$parameters{cursor} = $answer->{json}{nextCursor};
		# A cursor that leads back must not lead on for ever.
		return (\@ids, \@sizes)
		  if !defined $parameters{cursor} || @sizes > 500;
	}
}

sub ids_by_sql
{
	my ($where) = @_;
	return [
		split /\n/,
		$node->safe_psql(
			'postgres', "SELECT id FROM events $where ORDER BY date, id")
	];
}

# A session that holds a lock on events until unlock() is called.
sub lock_events
{
	my %session = (in => '', out => '');

	$session{run} = IPC::Run::start(
		[ 'psql', '-XAtq', '-d', $node->connstr('postgres') ],
		'<', \$session{in}, '>', \$session{out},
		IPC::Run::timeout($timeout));
	$session{in} = "BEGIN; LOCK TABLE events; SELECT 'locked';\n";
	$session{run}->pump until $session{out} =~ /locked/;
	return \%session;
}

sub unlock
{
	my ($session) = @_;
	$session->{in} .= "COMMIT;\n\\q\n";
	$session->{run}->finish;
}

# A request in a process of its own; finish_get() returns its status.
sub start_get
{
	my ($api, $path) = @_;
	my %request = (out => '');

	$request{run} = IPC::Run::start(
		[
			$^X, '-MHTTP::Tiny', '-e',
			'print HTTP::Tiny->new(timeout => $ARGV[0])->get($ARGV[1])->{status}',
			$timeout, $api->{url} . $path
		],
		'<', \undef, '>', \$request{out}, IPC::Run::timeout($timeout));
	return \%request;
}

sub finish_get
{
	my ($request) = @_;
	$request->{run}->finish;
	return $request->{out};
}

sub wait_for_blocked
{
	my ($count) = @_;
	$node->poll_query_until(
		'postgres', "SELECT count(*) = $count FROM pg_stat_activity
		WHERE application_name = 'events-api' AND wait_event_type = 'Lock'")
	  or die "no $count requests blocked";
}

sub create_table
{
	my ($table, $rows) = @_;

	# Eight venues share each hour; some dates have a fraction of a second,
	# and the digits that it has differ.
	$node->safe_psql(
		'postgres', qq{
		CREATE TABLE $table (
			id uuid DEFAULT gen_random_uuid() NOT NULL,
			name text NOT NULL,
			artist text NOT NULL,
			venue text NOT NULL,
			date timestamptz NOT NULL,
			time text,
			genre text NOT NULL,
			ticket_sources jsonb NOT NULL,
			price text,
			source_id text NOT NULL,
			source_platform text NOT NULL,
			created_at timestamptz DEFAULT now() NOT NULL,
			updated_at timestamptz DEFAULT now() NOT NULL,
			CONSTRAINT events_pkey PRIMARY KEY (id));
		CREATE UNIQUE INDEX venue_date_idx ON $table (venue, date);
		CREATE INDEX date_idx ON $table (date);
		CREATE INDEX genre_idx ON $table (genre);
		CREATE INDEX artist_date_idx ON $table (artist, date);
		CREATE INDEX source_platform_idx ON $table (source_platform, source_id);
		CREATE INDEX idx_events_artist_trgm ON $table
			USING gin (artist gin_trgm_ops);
		CREATE INDEX idx_events_name_trgm ON $table
			USING gin (name gin_trgm_ops);
		INSERT INTO $table (id, name, artist, venue, date, time, genre,
			ticket_sources, price, source_id, source_platform)
		SELECT md5(g::text)::uuid,
			CASE WHEN g % 50 = 0 THEN '100% Act_' || g % 37 || ' Tour'
				ELSE 'Act ' || g % 37 || ' Live in Stockholm' END,
			'Act ' || g % 37,
			(ARRAY['Fållan', 'Kägelbanan', 'Nalen', 'Debaser',
				'Hus 7', 'Landet', 'Mosebacke', 'Fasching'])[1 + g % 8],
			timestamptz '2027-03-01 18:00+00' + g / 8 * interval '1 hour'
				+ (ARRAY[0, 0, 0, 0.5, 0, 0.123456, 0])[1 + g / 8 % 7]
				* interval '1 second',
			'18:00',
			(ARRAY['rock', 'pop', 'jazz', 'folk', 'indie'])[1 + g % 5],
			'[{"platform": "axs"}]',
			CASE WHEN g % 5 > 0 THEN g || ' kr' END,
			'id-' || g, 'axs'
		FROM generate_series(0, $rows - 1) g});
	# empties GIN's pending lists, too
	$node->safe_psql('postgres', "VACUUM ANALYZE $table");
}

# ---- set-up ----------------------------------------------------------------

$node->safe_psql('postgres',
	'CREATE EXTENSION pg_trgm; CREATE SCHEMA "Big Schema"');
create_table('events', 400);
create_table('"Big Schema"."Big Events"', 10000);

# The caller's own settings must not reach the answers.
my $api = start_api("$base_conninfo client_encoding=LATIN1"
	  . " options='-c TimeZone=Asia/Tokyo -c DateStyle=German'");
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
	my $expected = ids_by_sql($where);

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

my $all = ids_by_sql('');
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
	ids_by_sql("WHERE (date, id) > ('2027-03-01 18:00+00', '$uuid')")->[0],
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

# ---- errors of the database ------------------------------------------------

my $offset = -s $api->{log};
$node->safe_psql('postgres', 'ALTER TABLE events RENAME artist TO performer');
$answer = events($api, artistSearch => 'Act');
is($answer->{status}, 500, 'statement error: status');
is_deeply(
	$answer->{json},
	{ error => 'internal error' },
	'statement error: the client does not see the reason');
like(
	slurp_file($api->{log}, $offset),
	qr/\Aevents-api: events query: ERROR: column "artist" does not exist.* \(SQLSTATE 42703\)\n\z/,
	'statement error: stderr has it, on one line');
is(events($api, genre => 'rock')->{status}, 200, 'other queries go on');
$node->safe_psql('postgres', 'ALTER TABLE events RENAME performer TO artist');

$node->safe_psql(
	'postgres', q{CREATE VIEW broken AS
	SELECT *, 1 / (length(name) - length(name)) AS ratio FROM events});
my $broken = start_api($base_conninfo, '--table', 'broken', '--pool', 1);
$answer = events($broken, limit => 1);
is( "$answer->{status} $answer->{json}{error}",
	'400 a value is not one that the database can take',
	'SQLSTATE class 22');
like(
	slurp_file($broken->{log}),
	qr/division by zero \(SQLSTATE 22012\)\n\z/,
	'SQLSTATE class 22: stderr has the reason');
is(stop_api($broken), 0, 'SIGTERM: exit status');

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

# ---- the pool --------------------------------------------------------------

my $count_backends = q{SELECT count(*) FROM pg_stat_activity
	WHERE application_name = 'events-api'};

is(stop_api($row_api), 0, 'SIGTERM with idle connections: exit status');
$node->poll_query_until('postgres', "SELECT ($count_backends) = 8")
  or die 'connections left';
pass('the default pool has 8 connections');

my $small = start_api($base_conninfo, '--pool', 2);
is($node->safe_psql('postgres', $count_backends), 10, '--pool 2');

# Two requests hold the pool, a third one waits for it, and others that need
# no database are served meanwhile.
my $lock = lock_events();
my @requests = map { start_get($small, '/api/events') } 1 .. 3;
wait_for_blocked(2);
is(get($small, '/api/events?limit=0')->{status},
	400, 'a full pool does not hold up other connections');
is($node->safe_psql('postgres', $count_backends), 10, 'no more connections');
unlock($lock);
is_deeply([ map { finish_get($_) } @requests ],
	[ 200, 200, 200 ], 'all are served in the end');

# A request that loses its connection is sent again.
$lock = lock_events();
@requests = map { start_get($small, '/api/events') } 1 .. 2;
wait_for_blocked(2);
$node->safe_psql(
	'postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	WHERE application_name = 'events-api' AND wait_event_type = 'Lock'});
wait_for_blocked(2);
unlock($lock);
is_deeply([ map { finish_get($_) } @requests ],
	[ 200, 200 ], 'requests under way survive pg_terminate_backend');

# Stopping ends a statement that will not end by itself.
$lock = lock_events();
my $request = start_get($small, '/api/events');
wait_for_blocked(1);
is(stop_api($small), 0, 'SIGTERM with a blocked statement: exit status');
isnt(finish_get($request), 200, 'its request fails');
unlock($lock);

my $pids = q{SELECT string_agg(pid::text, ' ' ORDER BY pid)
	FROM pg_stat_activity WHERE application_name = 'events-api'};
$node->poll_query_until('postgres', "SELECT ($count_backends) = 8")
  or die 'connections left';
my $before = $node->safe_psql('postgres', $pids);
$node->safe_psql(
	'postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	WHERE application_name = 'events-api'});
$node->poll_query_until('postgres', "SELECT ($count_backends) = 0")
  or die 'connections left';
is_deeply(
	[ map { events($api, limit => 1)->{status} } 1 .. 20 ],
	[ (200) x 20 ],
	'after pg_terminate_backend of the idle pool');
isnt($node->safe_psql('postgres', $pids), $before, 'by new connections');

# ---- the database goes away ------------------------------------------------

$node->stop('fast');
foreach my $path ('/api/events', '/health')
{
	$answer = get($api, $path);
	is( "$answer->{status} $answer->{json}{error}",
		'503 database unavailable',
		"$path without a database");
}
is(get($api, '/api/events?limit=0')->{status},
	400, 'bad input without a database');
$node->start;
is(get($api, '/health')->{status}, 200, 'health when it is back');
is_deeply([ walk($api, limit => 100) ]->[0],
	$all, 'events when it is back');

# ---- what keeps it from starting -------------------------------------------

sub refuses
{
	my ($name, $status, $reason, @options) = @_;
	my ($exit, @lines) = run_api(@options);

	is($exit, $status, "$name: exit status");
	is(scalar @lines, 1, "$name: one line");
	like($lines[0] // '', $reason, "$name: reason");
}

refuses(
	'no database', 3,
	qr/^events-api: could not connect to the database \(connection 1 of 8\): .*No such file/,
	'--db', 'host=' . $node->host . ' port=1 dbname=postgres');
refuses('bad conninfo', 3,
	qr/could not connect to the database .*invalid connection option "bogus"/,
	'--db', 'bogus=1');
refuses(
	'a larger pool than max_connections', 3,
	qr/could not connect to the database \(connection \d+ of 500\): .*(?:too many clients|remaining connection slots)/,
	'--db', $base_conninfo, '--pool', 500);
refuses(
	'port in use',
	3,
	qr/^events-api: could not listen on 127\.0\.0\.1:$api->{port}: Address already in use/,
	'--db', $base_conninfo, '--port', $api->{port});
refuses('no such table', 3,
	qr/^events-api: cannot use --table: ERROR: relation "nowhere" does not exist/,
	'--db', $base_conninfo, '--table', 'nowhere');
refuses('a name that is none', 3,
	qr/cannot use --table: ERROR: invalid name syntax/,
	'--db', $base_conninfo, '--table', '"unclosed');
$node->safe_psql('postgres', 'CREATE TABLE plain (id uuid, date timestamptz)');
refuses(
	'a table without the columns', 3,
	qr/^events-api: the table cannot serve the API: ERROR: column "genre" does not exist/,
	'--db', $base_conninfo, '--table', 'plain');
refuses('no --db', 2, qr/^events-api: --db is missing/);
refuses('an argument too many', 2, qr/unexpected argument "x"/,
	'--db', $base_conninfo, 'x');
refuses('an unknown option', 2, qr/unrecognized option '--nope'/, '--nope');
foreach my $bad (
	[ 'port', '65536', '0 to 65535' ],
	[ 'port', '-1', '0 to 65535' ],
	[ 'port', 'http', '0 to 65535' ],
	[ 'pool', '0', '1 to 500' ],
	[ 'pool', '8x', '1 to 500' ],
	[ 'pool', '', '1 to 500' ])
{
	my ($option, $value, $range) = @$bad;
	refuses(
		"--$option '$value'",
		2,
		qr/^events-api: --$option must be an integer from $range, not "$value"$/,
		'--db', $base_conninfo, "--$option", $value);
}
refuses('--cursor deep', 2,
	qr/--cursor must be "or" or "row", not "deep"/,
	'--db', $base_conninfo, '--cursor', 'deep');

is(stop_api($api), 0, 'SIGTERM: exit status');
$node->stop;

done_testing();
