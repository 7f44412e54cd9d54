# Copyright (c) 2026, perfcheck contributors

# Statements are recorded whichever way the library is loaded, whatever protocol
# they are sent by, through a pooler and on a standby; and each with the values,
# rows, plan and comment that it had.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('record_ways');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', "autovacuum = off\njit = off");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION perfcheck CASCADE;
	CREATE ROLE app LOGIN;
	CREATE TABLE item AS SELECT i AS id, 'name ' || i AS name
		FROM generate_series(1, 1000) i;
	CREATE UNIQUE INDEX ON item (id);
	ANALYZE item;
	GRANT SELECT ON item TO app;
	CREATE FUNCTION count_below(n int) RETURNS bigint LANGUAGE plpgsql AS
		'BEGIN RETURN (SELECT count(*) FROM item WHERE id < n); END';
});

# What is on record, in the order of time: a line an execution with these columns
# and its shape.
sub recorded
{
	my ($columns, $where) = @_;

	$where //= 'true';
	return $node->safe_psql('postgres', "
		SELECT concat_ws('|', $columns, shape)
		FROM perfcheck_executions() e JOIN perfcheck_shapes() USING (key)
		WHERE $where ORDER BY started");
}

sub reset_record
{
	$node->safe_psql('postgres', 'SELECT perfcheck_record_reset()');
}

# Runs statements in a session of the role that records as these options say.
sub session
{
	my ($sql, $options, $role) = @_;

	local $ENV{PGOPTIONS} = $options // '';
	return $node->psql('postgres', $sql, 
		on_error_stop => 0, extra_params => [ @{ defined $role ? [ '-U', $role ] : [] } ]);
}

# --- how the library is loaded ----------------------------------------------

session("LOAD 'perfcheck'; SET perfcheck.record = on;
	SELECT 'by load' FROM item WHERE id = 1; SET perfcheck.record = off;
	SELECT 'off' FROM item WHERE id = 1");
is(recorded('args, rows'), "{\"by load\",1}|1|SELECT \$1 FROM item WHERE id = \$2",
	'LOAD and SET record, and off ends it');

reset_record();
$node->safe_psql('postgres', q{
	ALTER ROLE app SET session_preload_libraries = 'perfcheck';
	ALTER ROLE app SET perfcheck.record = on});
session("SELECT name FROM item WHERE id = 2", undef, 'app');
session("SELECT name FROM item WHERE id = 3");
is(recorded('args, role'), '{2}|app|SELECT name FROM item WHERE id = $1',
	'ALTER ROLE records what the role sends, and no other one');
my ($status, $out, $err) = session('SET perfcheck.record = off', undef, 'app');
like($err, qr/permission denied to set parameter "perfcheck.record"/,
	'the role cannot turn it off');
$node->safe_psql('postgres', 'GRANT SET ON PARAMETER "perfcheck.record" TO app');
session("SET perfcheck.record = off; SELECT name FROM item WHERE id = 100;
	SET perfcheck.record = on; SELECT name FROM item WHERE id = 101", undef, 'app');
is(recorded('args', "role = 'app'"), "{2}|SELECT name FROM item WHERE id = \$1\n"
	  . "{101}|SELECT name FROM item WHERE id = \$1", 'unless it was granted that');
$node->safe_psql('postgres', 'REVOKE SET ON PARAMETER "perfcheck.record" FROM app');
for my $function ('perfcheck_shapes()', 'perfcheck_executions()',
	'perfcheck_record_reset()')
{
	($status, $out, $err) = session("SELECT * FROM $function", undef, 'app');
	like($err, qr/permission denied for function/, "nor call $function");
}
$node->safe_psql('postgres', 'ALTER ROLE app RESET ALL');

reset_record();
$node->append_conf('postgresql.conf',
	"shared_preload_libraries = 'perfcheck'\nperfcheck.record = on");
$node->restart;
session('SELECT name FROM item WHERE id = 4', undef, 'app');
$node->append_conf('postgresql.conf', 'perfcheck.record = off');
$node->reload;
is( recorded('args, role', "shape ~ 'item'"),
	'{4}|app|SELECT name FROM item WHERE id = $1',
	'shared_preload_libraries records for all');
is( $node->safe_psql('postgres',
		"SELECT count(*) > 0 FROM perfcheck_executions() WHERE queryid IS NULL OR queryid = 0"),
	'f', 'with the ids that the server makes');
for my $value ('2', '-0.1', 'some', '')
{
	($status, $out, $err) = session("SET perfcheck.record = '$value'");
	like($err, qr/invalid value for parameter "perfcheck.record"/,
		"\"$value\" is no share");
}

# --- what is recorded of a statement ----------------------------------------

my $on = '-c perfcheck.record=on';
my $script = $node->basedir . '/script.sql';
append_to_file($script, "\\set id 5\nSELECT name FROM item WHERE id = :id /*route='/x'*/;\n");
for my $mode ('simple', 'extended', 'prepared')
{
	reset_record();
	local $ENV{PGOPTIONS} = $on;
	$node->command_ok(
		[ 'pgbench', '-n', '-M', $mode, '-t', '8', '-f', $script, $node->connstr('postgres') ],
		"pgbench -M $mode");
	my $plan = { simple => '', extended => 'custom,', prepared => 'custom,generic,' }->{$mode};
	is( $node->safe_psql('postgres',
			"SELECT count(*), string_agg(DISTINCT plan_mode || ',', ''),
				sum(rows), min(args::text), min(tags::text), count(DISTINCT transaction)
			 FROM perfcheck_executions() WHERE NOT nested"),
		"8|$plan|8|{5}|{\"route\": \"/x\"}|8",
		"statements of the $mode protocol");
}

reset_record();
session(q{
	/*traceparent='00-a-b-01'*/ PREPARE p(int, date) AS SELECT name FROM item WHERE id = $1 AND $2 > '2000-01-01';
	/*traceparent='00-c-d-01'*/ EXECUTE p(6, '2001-02-03');
	SET DateStyle = 'German'; SET plan_cache_mode = force_generic_plan;
	EXECUTE p(7, NULL); EXECUTE p(8, '04.05.2006');
}, $on);
is( recorded("args, plan_mode, tags ->> 'traceparent'"),
	"{6,2001-02-03,2000-01-01}|custom|00-c-d-01|SELECT name FROM item WHERE id = \$1 AND \$2 > \$3\n"
	  . "{7,NULL,2000-01-01}|generic|00-a-b-01|SELECT name FROM item WHERE id = \$1 AND \$2 > \$3\n"
	  . "{8,2006-05-04,2000-01-01}|generic|00-a-b-01|SELECT name FROM item WHERE id = \$1 AND \$2 > \$3",
	'EXECUTE: values in one style, plans, and the comment of the request');

reset_record();
session(q{
	BEGIN READ ONLY;
	DECLARE c SCROLL CURSOR FOR SELECT id FROM item WHERE id > 10 ORDER BY id;
	FETCH 3 FROM c; MOVE 100 FROM c; FETCH 4 FROM c; FETCH BACKWARD 2 FROM c;
	SELECT name FROM item WHERE id = 11;
	ROLLBACK;
	BEGIN;
	DECLARE c CURSOR WITH HOLD FOR SELECT id FROM item WHERE id > 990;
	COMMIT;
	FETCH ALL FROM c; CLOSE c;
	BEGIN; SELECT name FROM item WHERE id = 12; PREPARE TRANSACTION 'x';
	SAVEPOINT s;
	BEGIN; SAVEPOINT s; DECLARE d CURSOR FOR SELECT id FROM item WHERE id > 13;
	FETCH 2 FROM d; ROLLBACK TO s; SELECT name FROM item WHERE id = 14; COMMIT;
}, $on);
is( $node->safe_psql('postgres',
		"SELECT args[1], rows, failed FROM perfcheck_executions() ORDER BY started"),
	"10|9|f\n11|1|f\n990|10|f\n12|1|f\n13|2|f\n14|1|f",
	'cursors with the rows fetched; read-only, rolled back');
is( $node->safe_psql('postgres',
		"SELECT count(DISTINCT transaction) FROM perfcheck_executions() WHERE args[1] IN ('10', '11')"),
	'1', 'statements of one transaction have its name');

reset_record();
session(q{
	SET statement_timeout = '500ms';
	SELECT pg_sleep(id), name FROM item WHERE id >= 15 ORDER BY id;
	RESET statement_timeout;
	SELECT 100 / (id - 16) FROM item WHERE id BETWEEN 14 AND 20 ORDER BY id;
	SELECT no_column FROM item;
	BEGIN; SELECT 1 / (id - 17) FROM item WHERE id = 17; SELECT 'aborted'; ROLLBACK;
}, $on);
is( $node->safe_psql('postgres',
		"SELECT failed, ms > 20 OR args <> '{15}', rows, left_out, args FROM perfcheck_executions() ORDER BY started"),
	"t|t|0|f|{15}\nt|t|2|f|{100,16,14,20}\nt|t|0|f|{1,17,17}",
	'what ends in an error is recorded as failed');

reset_record();
session(q{
	SELECT 'one' FROM item WHERE id = 18 \; /* b=2 */ SELECT 'two' FROM item WHERE id = 19;
	SELECT count_below(20);
	DO $$BEGIN PERFORM count_below(21); END$$;
	EXPLAIN ANALYZE SELECT count_below(22);
	INSERT INTO item SELECT 5000 + count_below(23), 'x';
	SELECT count(*) FROM perfcheck_executions();
	COPY (SELECT name FROM item WHERE id = 24) TO STDOUT;
	SELECT name FROM item WHERE id = 25 FOR UPDATE;
	SET perfcheck.record_nested = on;
	SELECT count_below(26);
}, $on);
is( $node->safe_psql('postgres',
		"SELECT concat_ws('|', args, nested, tags, rows) FROM perfcheck_executions() ORDER BY started"),
	"{one,18}|f|1\n{two,19}|f|{\"b\": \"2\"}|1\n{20}|f|1\n{24}|f|1\n{25}|f|1\n{26}|f|1\n{}|t|1",
	'each statement of a string; none of functions, DO and EXPLAIN, nor perfcheck\'s, unless nested');

reset_record();
my $transactions = join('', map { "BEGIN; SELECT $_ FROM item WHERE id = 1; SELECT $_ FROM item WHERE id = 2; COMMIT;\n" } 1 .. 400);
session($transactions, '-c perfcheck.record=0.1');
my ($share, $whole) = split /\|/, $node->safe_psql('postgres',
	"SELECT count(*), bool_and(n = 2) FROM (SELECT count(*) AS n
	 FROM perfcheck_executions() GROUP BY transaction) t");
cmp_ok($share, '>', 10, 'a share of 0.1 of 400 transactions is more than 10');
cmp_ok($share, '<', 90, 'and less than 90');
is($whole, 't', 'of whole transactions');

# --- standby ----------------------------------------------------------------

reset_record();
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('record_standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
session('SELECT name FROM item WHERE id = 27', $on);
$node->wait_for_catchup($standby);
{
	local $ENV{PGOPTIONS} = $on;
	$standby->psql('postgres', 'SELECT name FROM item WHERE id = 28');
}
is( $standby->safe_psql('postgres', 'SELECT args, rows FROM perfcheck_executions()'),
	'{28}|1', 'a standby records its own');
my $backup = $node->backup_dir . '/base/base/pgsql_tmp_perfcheck';
ok(!-e "$backup" || !glob("$backup/*"), 'a base backup has nothing of it');
$standby->stop;

# --- pooler -----------------------------------------------------------------

SKIP:
{
	# Debian has it where only root's PATH leads to.
	local $ENV{PATH} = "$ENV{PATH}:/usr/sbin";

	skip 'pgbouncer is not installed', 2 if system('command -v pgbouncer >/dev/null 2>&1') != 0;

	reset_record();
	my $dir = PostgreSQL::Test::Utils::tempdir_short();
	my $port = PostgreSQL::Test::Cluster::get_free_port();
	my $user = $node->safe_psql('postgres', 'SELECT current_user');
	append_to_file("$dir/pgbouncer.ini", "[databases]\n"
		  . "postgres = host=" . $node->host . " port=" . $node->port . " user=$user\n"
		  . "[pgbouncer]\npool_mode = transaction\ndefault_pool_size = 1\nlisten_port = $port\n"
		  . "unix_socket_dir = $dir\nauth_type = any\nlogfile = $dir/log\npidfile = $dir/pid\n"
		  . "ignore_startup_parameters = extra_float_digits,options\n");
	$node->safe_psql('postgres', "ALTER DATABASE postgres SET perfcheck.record = on");
	system('pgbouncer', '-q', '-d', "$dir/pgbouncer.ini") == 0 or diag('pgbouncer did not start');
	append_to_file($script = "$dir/script.sql",
		"\\set id 29 + :client_id\nBEGIN;\nSELECT name FROM item WHERE id = :id;\n"
		  . "SELECT name FROM item WHERE id = :id;\nEND;\n");
	$node->command_ok(
		[ 'pgbench', '-n', '-M', 'extended', '-c', '4', '-t', '10', '-f', $script,
			"host=$dir port=$port dbname=postgres user=$user" ],
		'four clients share a connection of the pooler');
	$node->safe_psql('postgres', "ALTER DATABASE postgres RESET perfcheck.record");
	is( $node->safe_psql('postgres', "
			SELECT count(*), count(DISTINCT transaction), count(DISTINCT args),
				bool_and((SELECT count(DISTINCT args) = 1 AND count(*) = 2
					FROM perfcheck_executions() f WHERE f.transaction = e.transaction))
			FROM (SELECT * FROM perfcheck_executions() WHERE role = current_user
				AND args[1] IN ('29', '30', '31', '32')) e"),
		'80|40|4|t', 'and each of their transactions is told apart');
	system("kill \$(cat $dir/pid)");
}

$node->stop;
done_testing();
