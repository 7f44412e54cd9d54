# Copyright (c) 2026, perfcheck contributors

# The files of what is recorded: nobody else can read them, a backend that is killed
# loses nothing, they keep to their limit, and have no value that is to be left out.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('record_files');
$node->init;
$node->append_conf('postgresql.conf',
	"autovacuum = off\njit = off\nrestart_after_crash = on\n"
	  . "session_preload_libraries = 'perfcheck'\nlog_statement = none");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION perfcheck CASCADE;
	CREATE TABLE account (id int PRIMARY KEY, email text, password text, pin int);
	CREATE TABLE secret_note (id int, body text);
	CREATE ROLE reader LOGIN;
	GRANT SELECT ON account TO reader});

my $folder = $node->data_dir . '/base/pgsql_tmp_perfcheck';
my $on = '-c perfcheck.record=on';

sub session
{
	my ($sql, $options) = @_;

	local $ENV{PGOPTIONS} = $options // $on;
	return $node->psql('postgres', $sql, on_error_stop => 0);
}

sub files
{
	my @files = sort glob("$folder/*");

	return @files;
}

# All that is in the files.
sub content
{
	return join('', map { slurp_file($_) } files());
}

sub bytes
{
	my $sum = 0;

	$sum += -s $_ // 0 for files();
	return $sum;
}

sub query
{
	local $ENV{PGOPTIONS} = '';
	return $node->safe_psql('postgres', $_[0]);
}

# --- who can read -----------------------------------------------------------

session('SELECT email FROM account WHERE id = 1');
is(scalar(files()), 1, 'a backend has a file');
is(sprintf('%04o', (stat $folder)[2] & 07777), '0700', 'in a folder of mode 0700');
is(sprintf('%04o', (stat((files())[0]))[2] & 07777), '0600', 'with mode 0600');
cmp_ok(bytes(), '<', 2000, 'and is no larger than what it has when the session has ended');
for my $function ('perfcheck_shapes()', 'perfcheck_executions()', 'perfcheck_recorded()')
{
	my ($status, $out, $err) = $node->psql('postgres', "SELECT * FROM $function",
		extra_params => [ '-U', 'reader' ]);
	like($err, qr/permission denied/, "another role cannot call $function");
}
query('CREATE DATABASE other');
$node->safe_psql('other', 'CREATE EXTENSION perfcheck CASCADE');
is($node->safe_psql('other', 'SELECT count(*) FROM perfcheck_executions()'),
	'0', 'nor is it seen in another database');
$node->safe_psql('other', 'SELECT perfcheck_record_reset()');
is(query('SELECT count(*) FROM perfcheck_executions()'), '1', 'or reset there');
query('SELECT perfcheck_record_reset()');
is(scalar(files()), 0, 'a reset removes it');

# --- others record at the same time -----------------------------------------

{
	local $ENV{PGOPTIONS} = $on;
	my $writer = $node->background_psql('postgres');

	$writer->query_safe('SELECT email FROM account WHERE id = 2');
	is(query('SELECT args FROM perfcheck_executions()'), '{2}',
		'what a session recorded is seen at once');
	query('SELECT perfcheck_record_reset()');
	is(query('SELECT count(*) FROM perfcheck_executions()'), '0', 'until a reset');
	$writer->query_safe('SELECT email FROM account WHERE id = 3');
	is(query('SELECT args FROM perfcheck_executions()'), '{3}',
		'after which it goes on in another file');

	# A kill of the backend takes the server down with it, and nothing else.
	my $pid = $writer->query_safe('SELECT pg_backend_pid()');
	my $executions = query('SELECT count(*) FROM perfcheck_executions()');
	kill 'KILL', $pid;
	local $ENV{PGOPTIONS} = '';
	sleep 1 until $node->psql('postgres', 'SELECT 1') == 0;
	is(query("SELECT count(*) FROM perfcheck_executions()"), $executions,
		'a backend that is killed loses nothing');
	eval { $writer->quit };
}
$node->restart;
is(query("SELECT count(*) FROM perfcheck_executions() WHERE args = '{3}'"), '1',
	'and it is there after a restart');

# --- damage -----------------------------------------------------------------

query('SELECT perfcheck_record_reset()');
session(join('', map { "SELECT email FROM account WHERE id = $_;\n" } 1 .. 20));
{
	my ($file) = files();
	my $data = slurp_file($file);
	my $at = index($data, 'WHERE id = 11');

	substr($data, $at, 1) = 'X';
	open(my $handle, '+<:raw', $file) or die $!;
	seek($handle, $at, 0);
	print $handle 'X';
	close($handle);
	is(query('SELECT count(*) FROM perfcheck_executions()'), '10',
		'a file that is damaged is read up to the damage');
	truncate($file, 300);
	is(query('SELECT count(*) < 10 FROM perfcheck_executions()'), 't',
		'also one that is cut off');
	append_to_file("$folder/pgsql_tmp.nothing", 'x');
	append_to_file("$folder/pgsql_tmp.00000005.0000000000000001.1.1", 'x');
	is(query('SELECT count(*) < 10 FROM perfcheck_executions()'), 't',
		'and what is none of ours is left alone');
	unlink "$folder/pgsql_tmp.nothing";
}

# --- limit ------------------------------------------------------------------

query('SELECT perfcheck_record_reset()');
my $script = $node->basedir . '/load.sql';
append_to_file($script,
	"\\set id random(1, 1000000)\nSELECT 'fill fill fill fill', :id FROM account WHERE id = :id;\n");
{
	local $ENV{PGOPTIONS} = "$on -c perfcheck.record_limit=512kB";
	my $most = 0;
	my $load = IPC::Run::start(
		[ 'pgbench', '-n', '-M', 'simple', '-c', '6', '-t', '1500', '-f', $script,
			$node->connstr('postgres') ],
		'>', \my $out, '2>', \my $err);
	while ($load->pumpable)
	{
		$load->pump_nb;
		$most = bytes() if bytes() > $most;
		query('SELECT count(*) FROM perfcheck_executions()');
	}
	ok($load->finish, 'six sessions record more than the limit');
	cmp_ok($most, '<=', 512 * 1024, 'and all files together keep to it');
	cmp_ok($most, '>', 256 * 1024, 'which is used');
}
my ($kept, $newest) = split /\|/,
  query('SELECT count(*), max(started) > now() - interval \'1 min\' FROM perfcheck_executions()');
cmp_ok($kept, '>', 1000, 'the newest of them are kept');
cmp_ok($kept, '<', 9000, 'and the oldest are not');

# Large values, and texts, leave the recorder unimpressed.
query('SELECT perfcheck_record_reset()');
session("PREPARE p(text) AS SELECT length(\$1);
	EXECUTE p(repeat('long', 5000)); EXECUTE p('short')");
is(query('SELECT args, left_out FROM perfcheck_executions() ORDER BY started'),
	"{NULL}|t\n{short}|f", 'a value of over 8 kB is left out');
my ($status) = session('SELECT 1 /*' . 'x' x 300000 . '*/; SELECT 2', "$on -c perfcheck.record_limit=256kB");
is($status, 0, 'a statement that has no room in the files is executed');

# --- failures ---------------------------------------------------------------

SKIP:
{
	skip 'root may write everywhere', 3 if $> == 0;

	query('SELECT perfcheck_record_reset()');
	chmod 0500, $folder;
	my $before = -s $node->logfile;
	my ($status, $out, $err) = session("SELECT 'not to be logged', id FROM account; SELECT 'fine'");
	is("$status|$out|$err", '0|fine|', 'statements are executed where nothing can be recorded');
	my $log = substr(slurp_file($node->logfile), $before);
	my @lines = $log =~ /perfcheck records nothing in this session for 60 seconds: /g;
	is(scalar(@lines), 1, 'the log says so once');
	unlike($log, qr/not to be logged/, 'without the statement');
	chmod 0700, $folder;
}

# --- what is left out -------------------------------------------------------

my $log_before = -s $node->logfile;
query('SELECT perfcheck_record_reset()');
session(q{
	SELECT id FROM account WHERE email = 'kept@example.org' AND password = 'hidden1';
	SELECT id FROM account WHERE email = 'kept@example.org' AND "password" IN ('hidden2', 'hidden3') LIMIT 77;
	SELECT id FROM account a WHERE lower(a.PassWord) = lower('hidden4') OR 'hidden5' = a.password;
	SELECT id FROM account WHERE password = md5('hidden6' || email);
	SELECT id FROM account WHERE (email, password) = ('x', 'hidden7');
	SELECT * FROM (SELECT 'hidden8'::text AS password) s WHERE password <> '';
	SELECT body FROM secret_note WHERE id = 1 AND body LIKE 'hidden9%';
	PREPARE p(text, text) AS SELECT id FROM account WHERE password = $1 AND email = $2;
	EXECUTE p('hidden10', 'kept@example.org');
	SELECT id FROM account WHERE U&"p\0061ssword" = 'hidden11';
	WITH w AS (SELECT 'hidden12' AS x) SELECT id FROM account, w WHERE password = w.x;
	DECLARE c CURSOR WITH HOLD FOR SELECT id FROM account WHERE password = 'hidden13';
});
is(join(' ', content() =~ /.{0,20}hidden\d*/g), '', 'no value of a column or table of record_redact is in the files');
like(content(), qr/kept\@example\.org/, 'others are');
is(query("SELECT count(*) FROM perfcheck_executions() WHERE left_out"), '11',
	'each of these statements is recorded');

query('SELECT perfcheck_record_reset()');
session("SELECT id FROM account WHERE pin = 4711 AND email = 'a\@b' AND password = 'seen'",
	"$on -c perfcheck.record_redact=account.pin,other.email");
is(query('SELECT args FROM perfcheck_executions()'), '{a@b,seen,NULL}',
	'a rule may name the table as well');

query('SELECT perfcheck_record_reset()');
append_to_file("$script.2", "\\set id 4711\nSELECT id FROM account WHERE pin = :id AND email = 'hidden1' AND id IN (4712, 4713);\n");
{
	local $ENV{PGOPTIONS} = "$on -c perfcheck.record_values=off";
	for my $mode ('simple', 'extended', 'prepared')
	{
		$node->command_ok(
			[ 'pgbench', '-n', '-M', $mode, '-t', '7', '-f', "$script.2", $node->connstr('postgres') ],
			"pgbench -M $mode without values");
	}
}
session(q{
	/*route='%2Fa',user='hidden2'*/ SELECT id /* hidden3 */ FROM account WHERE email = $$hidden4$$ LIMIT 4714;
	SELECT id FROM account WHERE pin = 4715 -- hidden5
	;
	CREATE TEMP TABLE t AS SELECT 'hidden6' AS x;
	COPY (SELECT 'hidden7') TO STDOUT;
	SELECT 'hidden8' FROM account FOR UPDATE;
	SELECT 1 / (id - id), 'hidden9' FROM (SELECT 4716 AS id) s;
	SELECT E'hidd\145n', U&'hidd\0065n', B'1', interval '4717 days', '{4718}'::int[], -4719, 4720.5, row('hidden', 4721);
	PREPARE p AS SELECT $1::text || 'hidden'; EXECUTE p('hidden10');
	DECLARE c CURSOR WITH HOLD FOR SELECT 'hidden11';
}, "$on -c perfcheck.record_values=off");
is(join(' ', content() =~ /.{0,20}(?:hidd|47[12]\d).{0,20}/g), '',
	'record_values = off: no value is in the files');
is( query("SELECT sum(n) || ' of ' || count(*) FROM (SELECT count(*) AS n FROM perfcheck_executions()
		JOIN perfcheck_shapes() USING (key) WHERE left_out AND shape ~ 'pin = ' GROUP BY key) s"),
	'22 of 2', 'but each execution and its shape');
is(query("SELECT tags FROM perfcheck_executions() WHERE tags IS NOT NULL"),
	'{"route": "/a"}', 'and which request it was part of');

unlike(substr(slurp_file($node->logfile), $log_before), qr/perfcheck records/, 'no failure is in the log');
unlike(
	join("\n", grep { !/ERROR|STATEMENT/ } split /\n/, substr(slurp_file($node->logfile), $log_before)),
	qr/hidden|kept/, 'and no value');

$node->stop;
done_testing();
