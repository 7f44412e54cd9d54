# Copyright (c) 2026, perfcheck contributors

# What happens to recordings, and never to statements, when the disk is full, the server
# is killed, files are removed by hand, a database is dropped, or the limit is lowered;
# and that backups and pg_rewind leave them out.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('record_faults');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf',
	"autovacuum = off\njit = off\nwal_log_hints = on\nmax_connections = 220\n"
	  . "shared_preload_libraries = 'perfcheck'\nlog_statement = none\n"
	  . "logging_collector = off\nwal_keep_size = 256MB");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION perfcheck CASCADE');

my $folder = $node->data_dir . '/base/pgsql_tmp_perfcheck';
my $on = '-c perfcheck.record=on';
my $log_from = 0;

sub session
{
	my ($sql, %more) = @_;

	local $ENV{PGOPTIONS} = $more{options} // $on;
	return $node->psql($more{database} // 'postgres', $sql, on_error_stop => 0);
}

sub query
{
	my ($sql, $database) = @_;

	local $ENV{PGOPTIONS} = '';
	return $node->safe_psql($database // 'postgres', $sql);
}

sub recorded
{
	my ($pattern, $on_node) = @_;

	local $ENV{PGOPTIONS} = '';
	return ($on_node // $node)->safe_psql(
		'postgres', "SELECT count(*) FROM perfcheck_executions() JOIN perfcheck_shapes() USING (key)
			WHERE concat(shape, args) ~ '$pattern'");
}

sub reset_all
{
	query('SELECT perfcheck_record_reset()');
}

sub bytes
{
	my $sum = 0;

	$sum += -s $_ // 0 for glob("$folder/*");
	return $sum;
}

# What the log has since the last call.
sub new_log
{
	my $log = slurp_file($node->logfile, $log_from);

	$log_from = -s $node->logfile;
	return $log;
}

# Starts the server by a shell command, in which pg_ctl stands as "$@".
sub start_by
{
	my @shell = @_;

	local %ENV = $node->_get_env(PGAPPNAME => undef);
	my $status = PostgreSQL::Test::Utils::system_log(@shell, 'sh', 'pg_ctl', '-w', '-D',
		$node->data_dir, '-l', $node->logfile, 'start');
	$node->_update_pid($status == 0 ? 1 : -1);
	return $status == 0;
}

# --- a killed server --------------------------------------------------------

session("SELECT 'before the crash' AS crash");
{
	local $ENV{PGOPTIONS} = $on;
	my $writer = $node->background_psql('postgres');

	$writer->query_safe("SELECT 'while it crashed' AS crash");
	my $pid = $writer->query_safe('SELECT pg_backend_pid()');

	my $postmaster = $node->{_pid};
	$node->kill9;
	kill 'KILL', $pid;
	# A process is one until it was waited for.
	for (1 .. 1000)
	{
		last if !kill 0, $postmaster;
		select(undef, undef, undef, 0.1);
	}
	eval { $writer->quit };
}
# The other processes need a moment to see that their server is gone.
for (1 .. 100)
{
	last if $node->start(fail_ok => 1);
	$node->{_pid} = undef;
	sleep 1;
}
is(recorded('crash'), '2', 'what was recorded is there after the server was killed');
session("SELECT 'after the crash' AS crash");
is(recorded('crash'), '3', 'and more is recorded');

# --- backups and pg_rewind --------------------------------------------------

$node->backup('copy');
ok(!-e $node->backup_dir . '/copy/base/pgsql_tmp_perfcheck',
	'pg_basebackup leaves recordings out');
my $standby = PostgreSQL::Test::Cluster->new('record_faults_standby');
$standby->init_from_backup($node, 'copy', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
{
	local $ENV{PGOPTIONS} = $on;
	$standby->safe_psql('postgres', "SELECT 'on the standby'");
}
is(recorded('standby|crash', $standby), '1',
	'a standby has recordings of its own, and none of the primary');
$standby->promote;
$standby->safe_psql('postgres', 'CREATE TABLE after_promotion (); CHECKPOINT');
$node->safe_psql('postgres', 'CREATE TABLE diverged ()');
$node->stop;
{
	local %ENV = $node->_get_env;
	command_ok(
		[
			'pg_rewind', '--source-server', $standby->connstr('postgres'),
			'--target-pgdata', $node->data_dir, '--no-sync', '--config-file',
			$node->data_dir . '/postgresql.conf'
		],
		'pg_rewind');
}
my @left = glob("$folder/*");
unlike(join('', map { slurp_file($_) } @left),
	qr/on the standby/, 'pg_rewind brings no recordings of the source');
$standby->stop;
unlink $node->data_dir . '/standby.signal';
# It was rewound to be a standby; here it is to go on alone.
{
	open(my $conf, '>>', $node->data_dir . '/postgresql.conf') or die $!;
	print $conf "port = " . $node->port . "\n";
	print $conf "unix_socket_directories = '" . $node->host . "'\n";
	close $conf;
}
$node->start;
reset_all();

# --- a database that is dropped ---------------------------------------------

query('CREATE DATABASE gone');
query('CREATE EXTENSION perfcheck CASCADE', 'gone');
session("SELECT 'of a database'", database => 'gone');
is(scalar(grep { slurp_file($_) =~ /of a database/ } glob("$folder/*")),
	1, 'a database has a file');
query('CREATE DATABASE copied TEMPLATE gone');
is(query("SELECT count(*) FROM perfcheck_executions()", 'copied'),
	'0', 'a database that is made of it has no recordings');
my $space = PostgreSQL::Test::Utils::tempdir();
query("CREATE TABLESPACE elsewhere LOCATION '$space'");
query('ALTER DATABASE copied SET TABLESPACE elsewhere');
session("SELECT 'of a tablespace'", database => 'copied');
query('DROP DATABASE gone');
session("SELECT 'of the database that stays'");
is(scalar(grep { slurp_file($_) =~ /of a database/ } glob("$folder/*")),
	0, 'a dropped database has none once another session records');
is(query("SELECT args FROM perfcheck_executions()", 'copied'),
	'{"of a tablespace"}', 'one in a tablespace keeps its own');
query('DROP DATABASE copied');
query('SELECT count(*) FROM perfcheck_executions()');
is(scalar(grep { slurp_file($_) =~ /of a tablespace/ } glob("$folder/*")),
	0, 'or once somebody looks at recordings');
is(recorded('that stays'), '1', 'those of others stay');

# --- files that are removed by hand -----------------------------------------

reset_all();
{
	local $ENV{PGOPTIONS} = $on;
	my $writer = $node->background_psql('postgres');
	my $rows = sub
	{
		my ($letter) = @_;
		return join("\n", map { "SELECT $_ AS by_hand, '" . $letter x 500 . "';" } 1 .. 200);
	};

	$writer->query_safe('SELECT 0 AS by_hand');
	unlink glob("$folder/*");
	is(recorded('by_hand'), '0', 'files are removed by hand');
	$writer->query_safe($rows->('x'));
	cmp_ok(recorded('by_hand'), '>', 50, 'and the session goes on in another file');
	rename($folder, "$folder.away") or die $!;
	$writer->query_safe($rows->('y'));
	cmp_ok(recorded('yyy'), '>', 50, 'also without their folder');
	PostgreSQL::Test::Utils::system_log('rm', '-r', "$folder.away");
	$writer->quit;
}

# --- many sessions, and a limit that is lowered ------------------------------

reset_all();
my $script = $node->basedir . '/many.sql';
append_to_file($script, "\\set id random(1, 1000000)\nSELECT :id AS many;\n");
new_log();
{
	local $ENV{PGOPTIONS} = $on;
	$node->command_ok(
		[
			'pgbench', '-n', '-M', 'prepared', '-c', '200', '-j', '2', '-t', '5', '-f', $script,
			$node->connstr('postgres')
		],
		'200 sessions record at the same time');
}
is(recorded('many'), '1000', 'and all that they executed is there');
unlike(new_log(), qr/perfcheck records nothing/, 'none had to give up');
query("ALTER SYSTEM SET perfcheck.record_limit = '256kB'");
query('SELECT pg_reload_conf()');
{
	local $ENV{PGOPTIONS} = $on;
	my $load = IPC::Run::start(
		[
			'pgbench', '-n', '-M', 'prepared', '-c', '20', '-t', '500', '-f', $script,
			$node->connstr('postgres')
		],
		'>', \my $out, '2>', \my $err);
	ok($load->finish, 'the limit is lowered while there is more');
}
cmp_ok(bytes(), '<=', 256 * 1024, 'and the files keep to it');
cmp_ok(recorded('many'), '>', 0, 'they are used');
query('ALTER SYSTEM RESET perfcheck.record_limit');
$node->stop;

# --- a full disk -------------------------------------------------------------

# Each of these statements has room of its own on the disk.
my $large = join("\n", map { "SELECT $_ AS full_disk, '" . 'x' x 60000 . "';" } 1 .. 12);

SKIP:
{
	my $unshare = "unshare --map-current-user --keep-caps -m sh -c";

	skip 'no file system can be mounted here', 6
	  if system("$unshare 'mount -t tmpfs none $folder' >/dev/null 2>&1") != 0;

	ok( start_by('unshare', '--map-current-user', '--keep-caps', '-m', 'sh', '-c',
			"mount -t tmpfs -o size=384k,mode=0700 none '$folder' && exec \"\$@\""),
		'the folder is a file system of 384 kB');
	new_log();
	my ($status, $out, $err) = session("$large\nSELECT 'went on'");
	is("$status|$err", '0|', 'statements are executed when it is full');
	like($out, qr/went on$/, 'all of them');
	my $log = new_log();
	is(scalar(() = $log =~ /perfcheck records nothing in this session for 60 seconds: No space left on device/g),
		1, 'the log says so once');
	unlike($log, qr/terminated by signal|full_disk/, 'no backend died, and no statement is in the log');
	cmp_ok(recorded('full_disk'), '>', 1, 'what had room is recorded');
	$node->stop;
}

# The same with a limit on the size of a file, for which nothing has to be mounted.
ok(start_by('sh', '-c', 'ulimit -f 32768 && exec "$@"'), 'files have at most 16 or 32 MB');
reset_all();
new_log();
{
	my $huge = 'x' x (40 * 1024 * 1024);
	my $file = $node->basedir . '/huge.sql';
	append_to_file($file, "SELECT length('$huge');\nSELECT 'fits';\n");
	local $ENV{PGOPTIONS} = "$on -c perfcheck.record_limit=1GB";
	my ($out, $err) = run_command([ 'psql', '-X', '-At', '-f', $file, $node->connstr('postgres') ]);
	is($out, length($huge) . "\nfits", 'a statement that no file can have is executed');
}
my $log = new_log();
like($log, qr/perfcheck records nothing in this session for 60 seconds: File too large/,
	'the log says why it is not recorded');
unlike($log, qr/terminated by signal/, 'and no backend died');

$node->stop;
done_testing();
