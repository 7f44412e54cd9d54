# The reference Events API, test/api/events-api, when something is wrong: with
# the database, with its connections, which it pools, or with its options.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";
use EventsApi qw(conninfo events events_node get ids_by_sql run_api start_api
  stop_api walk $other_settings);
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

my $timeout = $PostgreSQL::Test::Utils::timeout_default;

my $node = events_node('api_faults');
my $base_conninfo = conninfo($node);
my $api = start_api($base_conninfo . $other_settings);

# ---- helpers ---------------------------------------------------------------

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

# ---- errors of the database ------------------------------------------------

$node->safe_psql('postgres', 'ALTER TABLE events RENAME artist TO performer');
my $answer = events($api, artistSearch => 'Act');
is($answer->{status}, 500, 'statement error: status');
is_deeply(
	$answer->{json},
	{ error => 'internal error' },
	'statement error: the client does not see the reason');
like(
	slurp_file($api->{log}),
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

# ---- the pool --------------------------------------------------------------

my $count_backends = q{SELECT count(*) FROM pg_stat_activity
	WHERE application_name = 'events-api'};

# Connections that have been used, and are in the pool again.
my $idle = start_api($base_conninfo);
walk($idle, limit => 100);
is(stop_api($idle), 0, 'SIGTERM with idle connections: exit status');
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

my $all = ids_by_sql($node, '');
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
