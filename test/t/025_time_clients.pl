# Copyright (c) 2026, perfcheck contributors

# The clients of perfcheck_time: whatever happens to one of them or to the caller, all
# stop, none is left behind, and the caller is told what happened.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('time_clients');
$node->init;
$node->append_conf('postgresql.conf',
	"max_worker_processes = 6\njit = off\nautovacuum = off\n"
	  . "log_statement = none\nlog_min_messages = warning");
$node->start;
$node->safe_psql(
	'postgres', q{
	CREATE EXTENSION perfcheck CASCADE;
	CREATE TABLE note AS SELECT g AS id FROM generate_series(1, 100) AS g;
	ANALYZE note;
	SELECT perfcheck_add_query('quick', 'SELECT id FROM note WHERE id = 5');
	SELECT perfcheck_add_query('long', 'SELECT pg_sleep(600) FROM note LIMIT 1', enabled => false);
	SELECT perfcheck_add_query('many', 'SELECT pg_sleep(0.01) FROM note LIMIT 1', enabled => false);
	CREATE ROLE outsider NOLOGIN;
	CREATE ROLE member LOGIN;
	CREATE ROLE api NOLOGIN;
	GRANT api TO member;
	GRANT SELECT ON note TO api, outsider});

my $workers = "FROM pg_stat_activity WHERE backend_type = 'perfcheck_time client'";

sub wait_for_workers
{
	my ($n, $name) = @_;

	ok( $node->poll_query_until(
			'postgres', "SELECT count(*) = $n $workers AND wait_event = 'PgSleep'"),
		"$name: $n clients execute");
}

sub no_workers
{
	my ($name) = @_;

	is($node->safe_psql('postgres', "SELECT count(*) $workers"), 0, "$name: none is left behind");
}

# Starts a call in a session of its own, which sees $sql.
sub call
{
	my ($sql) = @_;
	my $session = { stdin => '', stdout => '', stderr => '' };

	$session->{run} = IPC::Run::start(
		[ 'psql', '-XAtq', '-v', 'VERBOSITY=verbose', '-d', $node->connstr('postgres'), '-c', $sql ],
		'>', \$session->{stdout}, '2>', \$session->{stderr});
	return $session;
}

sub finish
{
	my ($session) = @_;

	$session->{run}->finish;
	return $session->{stderr};
}

my $long = q{SELECT count(*) FROM perfcheck_time('long', clients => 3)};
local $ENV{PGOPTIONS} = '-c perfcheck.statement_timeout=0';

# --- the caller -------------------------------------------------------------

my $session = call($long);
wait_for_workers(3, 'cancel');
$node->safe_psql('postgres',
	"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = \$\$$long\$\$ AND backend_type = 'client backend'");
like(finish($session), qr/57014: canceling statement due to user request/, 'cancel: the caller is told');
no_workers('cancel');

$session = call("SET statement_timeout = '2s'; $long");
like(finish($session), qr/57014: canceling statement due to statement timeout/, 'statement_timeout: the caller is told');
no_workers('statement_timeout');

$session = call($long);
wait_for_workers(3, 'the end of the session');
$node->safe_psql('postgres',
	"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = \$\$$long\$\$ AND backend_type = 'client backend'");
finish($session);
ok($node->poll_query_until('postgres', "SELECT count(*) = 0 $workers"),
	'the end of the session: none is left behind');

# --- a client ---------------------------------------------------------------

$session = call($long);
wait_for_workers(3, 'terminate');
$node->safe_psql('postgres', "SELECT pg_terminate_backend(pid) $workers AND query ~ 'client 2 of 3'");
like(finish($session), qr/57P01: client 2 of 3 was terminated/, 'terminate: the error says what happened');
no_workers('terminate');

$session = call($long);
wait_for_workers(3, 'cancel of a client');
$node->safe_psql('postgres', "SELECT pg_cancel_backend(pid) $workers AND query ~ 'client 3 of 3'");
like( finish($session),
	qr/57014: client 3 of 3 failed: canceling statement due to user request/,
	'cancel of a client: the error says what happened');
no_workers('cancel of a client');

# One that waits at the barrier is no different from one that executes.
$session = call(q{SELECT count(*) FROM perfcheck_time('many', executions => 100000, clients => 2)});
wait_for_workers(2, 'terminate all');
$node->safe_psql('postgres', "SELECT pg_terminate_backend(pid) $workers");
like(finish($session), qr/57P01: client \d of 2 was terminated/, 'terminate all: the error says what happened');
no_workers('terminate all');

# --- too few ----------------------------------------------------------------

my ($result, $stdout, $stderr) =
  $node->psql('postgres', q{SELECT * FROM perfcheck_time('quick', clients => 7)});
is($result, 3, 'more clients than workers are an error');
like($stderr, qr/7 clients need a background worker each, and there are only 6/, 'it says how many there are');
like($stderr, qr/HINT: .*Raise max_worker_processes/, 'it says which setting to raise');

# The server itself has one: the launcher of logical replication.
$session = call(q{SELECT count(*) FROM perfcheck_time('long', clients => 3)});
wait_for_workers(3, 'others have some');
($result, $stdout, $stderr) =
  $node->psql('postgres', q{SELECT * FROM perfcheck_time('quick', clients => 4)});
like($stderr, qr/4 clients need a background worker each, and there are only [12]/, 'those of others are not there');
is( $node->safe_psql('postgres', "SELECT count(*) $workers"), 3, 'and they are left alone');
is( $node->safe_psql(
		'postgres', q{SELECT executions FROM perfcheck_time('quick', executions => 5, clients => 2)}),
	10,
	'as many as there are can be had');
$node->safe_psql('postgres',
	"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = \$\$$long\$\$ AND backend_type = 'client backend'");
finish($session);

# Again and again, without a pause: the places of those that ended are free.
is( $node->safe_psql(
		'postgres',
		q{SELECT sum(executions) FROM generate_series(1, 10) AS g, perfcheck_time('quick', executions => 1, clients => 5 + 0 * g)}),
	50,
	'clients that ended make room');

# --- what they see ----------------------------------------------------------

($result, $stdout, $stderr) = $node->psql(
	'postgres', q{
	BEGIN;
	INSERT INTO note SELECT 5 FROM generate_series(1, 1000);
	SELECT perfcheck_add_query('counts', 'SELECT 1 / (count(*) < 50)::int FROM note WHERE id = 5');
	SELECT coalesce(reason, 'none') FROM perfcheck_time('counts', executions => 2);
	SELECT coalesce(reason, 'none') FROM perfcheck_time('counts', executions => 2, clients => 2);
	ROLLBACK});
like($stdout, qr/division by zero\nnone$/, 'rows that are not committed are invisible to clients');
like($stderr, qr/NOTICE:  clients do not see what this transaction has written/, 'and the caller is told');

# --- who they are -----------------------------------------------------------

$node->safe_psql('postgres', q{
	SELECT perfcheck_add_query('who', 'SELECT 1 / (current_user = current_setting(''test.who''))::int FROM note LIMIT 1')});
for my $way (
	[ 'api', 'postgres', q{SET ROLE api} ],
	[ 'outsider', 'postgres', q{SET SESSION AUTHORIZATION outsider} ],
	[ 'member', 'member', '' ],
	[ 'api', 'member', q{SET ROLE api} ],
	[ 'api', 'member', q{SET perfcheck.role = 'api'} ])
{
	my ($who, $login, $set) = @$way;

	$node->safe_psql('postgres', 'GRANT SELECT ON note TO member');
	is( $node->safe_psql(
			'postgres',
			"SET test.who = '$who'; $set; SELECT coalesce(reason, executions::text) FROM perfcheck_time('who', executions => 2, clients => 2)",
			connstr => $node->connstr('postgres') . " user=$login"),
		4,
		"clients are $who, where $login did '$set'");
}

# A database that takes no connections any more: the client cannot connect.
$node->safe_psql('postgres', 'CREATE DATABASE closed');
$node->safe_psql('closed', q{
	CREATE EXTENSION perfcheck CASCADE;
	SELECT perfcheck_add_query('one', 'SELECT 1')});
($result, $stdout, $stderr) = $node->psql(
	'closed', q{
	UPDATE pg_database SET datallowconn = false WHERE datname = 'closed';
	SELECT * FROM perfcheck_time('one', clients => 2)});
like($stderr, qr/client \d of 2 could not connect to the database/, 'a client that cannot connect is told of');
no_workers('no connection');

$node->stop;
done_testing();
