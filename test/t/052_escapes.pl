# Copyright (c) 2026, perfcheck contributors

# Names and values that end a line, a string or an element of each format, act upon a
# terminal, or turn text round: of schemas, tables, columns, indexes, roles, queries,
# labels, values, todos and errors. Each format is read by a reader of it.

use strict;
use warnings;

use FindBin;
use IO::Socket::INET;
use IPC::Run ();
use JSON::PP;
use POSIX ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use TAP::Parser;
use Test::More;
use Time::HiRes qw(usleep);

use lib "$FindBin::RealBin/../lib";
use HttpRun qw(find_program);

my $node = PostgreSQL::Test::Cluster->new('escapes');
my $reader = JSON::PP->new->utf8;
my $place = PostgreSQL::Test::Utils::tempdir();

$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;

# The same text in all places, behind a letter that tells which it is.
$node->safe_psql('postgres', <<'SQL');
SET client_min_messages = error;
CREATE EXTENSION perfcheck CASCADE;
DELETE FROM perfcheck_query;
CREATE FUNCTION hostile(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT left($1 || E'\n::error::%0A\nnot ok 77\n..." ''</script><b>]]>\x1b[31m' || U&'\009b31m\202e\2028' , 60) $$;
DO $do$
DECLARE s text := hostile('s'); t text := hostile('t'); c text := hostile('c'); i text := hostile('i'); r text := hostile('r'); u text := repeat(U&'\00fc', 31) || 'x';
BEGIN
  EXECUTE format('CREATE SCHEMA %I', s);
  EXECUTE format('CREATE TABLE %I.%I (id int PRIMARY KEY, %I text, %I int, body text)', s, t, c, u);
  EXECUTE format('INSERT INTO %I.%I SELECT n, hostile(''v'' || n %% 90) || n %% 90, n %% 300, md5(n::text) FROM generate_series(1, 3000) AS n', s, t);
  EXECUTE format('CREATE INDEX %I ON %I.%I USING gin (body gin_trgm_ops) WITH (fastupdate = on)', i, s, t);
  EXECUTE format('INSERT INTO %I.%I SELECT n, hostile(''v'' || n %% 90), n %% 300, md5(n::text) FROM generate_series(3001, 3400) AS n', s, t);
  EXECUTE format('ANALYZE %I.%I', s, t);
  EXECUTE format('CREATE ROLE %I', r);
  EXECUTE format('GRANT ALL ON SCHEMA %I TO %I', s, r);
  EXECUTE format('GRANT ALL ON %I.%I TO %I', s, t, r);
  PERFORM perfcheck_add_query(hostile('missing'), format('SELECT id FROM %I.%I WHERE %I = $1 LIMIT 5', s, t, c), path => '/' || 'a/$1');
  PERFORM perfcheck_add_query(hostile('role'), format('SELECT id FROM %I.%I WHERE %I = $1 LIMIT 5', s, t, u), role => r, todo => hostile('later'), source => hostile('f') || ':3', owner => hostile('o'));
  PERFORM perfcheck_add_query(hostile('raises'), format($q$SELECT (%L || body)::int FROM %I.%I WHERE %I = $1$q$, hostile('e'), s, t, u));
  PERFORM perfcheck_add_query(hostile('gin'), format($q$SELECT id FROM %I.%I WHERE body LIKE '%%' || $1 || '%%'$q$, s, t), expected => 'gin');
  PERFORM perfcheck_add_query(hostile('case'), format('SELECT %I AS %I FROM %I.%I WHERE id = $1', c, hostile('alias'), s, t));
  PERFORM perfcheck_add_case(hostile('case'), hostile('label'), ARRAY['7']);
  PERFORM perfcheck_add_case(hostile('missing'), hostile('label'), ARRAY[hostile('v') || U&'\+01F600']);
END $do$;
CREATE TABLE judged AS SELECT * FROM perfcheck_judge();
SQL

# What no line of text may have: controls, line ends of Unicode, what turns text round,
# and what nobody sees.
my $hidden = qr/[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f\xad]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf|\xf3\xa0[\x80\x81]/;

sub visible_ok
{
	my ($text, $what) = @_;
	cmp_ok(length $text, '>', 500, "$what is there");
	unlike($text, $hidden, "$what shows all that it has");
	unlike($text, qr/^(?:::error::|not ok 77|%0A)/m, "$what: no name begins a line") if $what !~ /markdown|html|junit/;
	return;
}

my %text;
for my $format (qw(tap tap14 junit sarif json markdown github html))
{
	$text{$format} = $node->safe_psql('postgres', "SELECT perfcheck_rendered('$format', document, tap) FROM judged") . "\n";
	visible_ok($text{$format}, $format);
}

# TAP
for my $format (qw(tap tap14))
{
	my $tap = $text{$format} =~ s/^TAP version 14/TAP version 13/r;
	my $parser = TAP::Parser->new({ tap => $tap });
	my @unknown;
	while (my $line = $parser->next)
	{
		push @unknown, $line->as_string if $line->is_unknown;
	}
	is("@unknown", '', "$format: each line is one of TAP");
	is(join(' ', $parser->parse_errors), '', "$format has no error");
	is($parser->tests_run, 6, "$format has all points");
}

# JSON, with the names as they are.
my $name = $node->safe_psql('postgres', "SELECT encode(convert_to(hostile('role'), 'UTF8'), 'hex')");
for my $format (qw(json sarif))
{
	my $read = eval { $reader->decode($text{$format}) };
	is($@, '', "$format is JSON");
	next if $format eq 'sarif';
	my @found = grep { utf8::encode(my $bytes = $_->{name}); unpack('H*', $bytes) eq $name } @{ $read->{queries} };
	is(scalar @found, 1, 'json has a name as it is');
}

# XML, in which no element is the name's.
for my $format (qw(junit html))
{
	open my $out, '>:raw', "$place/$format" or die $!;
	print $out $text{$format};
	close $out;
	is(system("xmllint --nonet --noout '$place/$format'"), 0, "$format is well-formed");
}
is(qx(xmllint --nonet --xpath 'count(//testcase)' '$place/junit'), "5\n", 'junit has a case a query');
is(qx(xmllint --nonet --xpath 'count(//*[local-name()="script"])' '$place/html'), "0\n", 'html has no script');
like($text{junit}, qr/&lt;\/script&gt;&lt;b&gt;\]\]&gt;/, 'junit has the text');

# GitHub
is(scalar(grep { !/^::(?:error|warning|notice) title=[^:,]*(?:,file=[^:,]*,line=\d+)?::/ } split /\n/, $text{github}),
	0, 'each line of github is a command');

# A snapshot is read again, and hidden text stands in it as an escape.
my $snapshot = $node->safe_psql('postgres', 'SELECT perfcheck_snapshot(100)');
visible_ok($snapshot, 'a snapshot');
is($node->safe_psql('postgres', "SELECT count(*) FROM perfcheck_diff(\$snapshot\$$snapshot\$snapshot\$, 100)"),
	'0', 'nothing differs from it');
(my $other = $snapshot) =~ s/"cause" : "PC101"/"cause" : "PC102"/g;
isnt($node->safe_psql('postgres', "SELECT count(*) FROM perfcheck_diff(\$snapshot\$$other\$snapshot\$, 100)"),
	'0', 'and another one differs');

# Statements of fixes do what they say.
my $fixes = $node->safe_psql('postgres', "SELECT string_agg(statement, E';\n') FROM perfcheck_fixes(100)");
my ($status) = $node->psql('postgres', $fixes);
is($status, 0, 'fixes can be executed');
isnt($node->safe_psql('postgres', "SELECT count(*) FROM pg_indexes WHERE schemaname LIKE 's' || chr(10) || '%'"), '2', 'and make an index');

# A file of queries is read again.
my $exported = $node->safe_psql('postgres', "SELECT perfcheck_export('sql')");
my $contract = "SELECT md5(string_agg((name, sql, path, role, todo, owner, expected)::text, '' ORDER BY name)
	|| (SELECT string_agg(c::text, '' ORDER BY c::text) FROM perfcheck_case AS c)) FROM perfcheck_query";
my $before = $node->safe_psql('postgres', $contract);
unlike($exported, qr/^(?:::error|not ok)/m, 'no name begins a line of exported queries');
$node->safe_psql('postgres', "DELETE FROM perfcheck_query; SELECT count(*) FROM perfcheck_load(\$exported\$$exported\$exported\$)");
is($node->safe_psql('postgres', $contract), $before, 'exported queries are read as they were');

# --- perfcheck-http ---------------------------------------------------------------

# Answers each request with an error that has all of the request in it.
sub echoing_server
{
	my $listener = IO::Socket::INET->new(Listen => 20, LocalAddr => '127.0.0.1') or die $!;
	my $pid = fork // die $!;
	return ($pid, $listener->sockport) if $pid;
	$SIG{CHLD} = 'IGNORE';
	while (my $client = $listener->accept)
	{
		next if fork;
		while (1)
		{
			my $request = '';
			while ($request !~ /\r\n\r\n/)
			{
				sysread($client, $request, 4096, length $request) or POSIX::_exit(0);
			}
			$request = "<b>\x1b[31m\xc2\x9b31m\xe2\x80\xae]]>\n::error::\nnot ok 77\n$request";
			syswrite $client, "HTTP/1.1 500 Oh\r\nContent-Type: text/plain\r\nContent-Length: " . length($request) . "\r\n\r\n$request";
		}
	}
	POSIX::_exit(0);
}

my $program = find_program('PERFCHECK_HTTP', 'build/perfcheck-http', 'perfcheck-http');
my ($server, $port) = echoing_server();
my $secret = 'geheim#4711';
my $host = $node->host;
my $conninfo = "host=$host port=" . $node->port . " dbname=postgres password='$secret'";
my @formats = ([], ['--tap'], [ '--junit', '-' ], [ '--json', '-' ], ['--github']);
my @ways = (
	[ '--db', $conninfo, '--user', "me:$secret" ],
	["--db=$conninfo"],
	[ '--db', $conninfo, '-H', "Authorization: Bearer $secret" ],
	[ '--db', $conninfo, "-HX-Api-Key: $secret" ],
	[ '--db', $conninfo, '--cookie', "a=$secret", '--proxy', "http://me:4711geheim\@127.0.0.1:$port" ]);
$node->safe_psql('postgres', q{
	DELETE FROM perfcheck_query;
	DROP TABLE judged;
	CREATE TABLE plain AS SELECT n AS id FROM generate_series(1, 20) AS n;
	ANALYZE plain;
	SELECT perfcheck_add_query(hostile('path'), 'SELECT id FROM plain WHERE id = $1', path => '/a/$1')});
for my $i (0 .. $#ways)
{
	my $url = $i == 1 ? "http://me:geheim%234711\@127.0.0.1:$port" : "http://127.0.0.1:$port";
	my ($out, $err) = ('', '');
	my $run = IPC::Run::start([ $program, @{ $ways[$i] }, @{ $formats[$i] }, '-c', 2, '-d', '1s', $url ], '>', \$out, '2>', \$err);
	my ($shown, $command) = ('', '');
	for (1 .. 200)
	{
		# Between its start and its look at the arguments they are those of the user.
		$run->pump_nb;
		my $now = slurp_file("/proc/$run->{KIDS}[0]{PID}/cmdline");
		$command = $now if $now ne '';
		last if $command =~ /xxxx/ || $out ne '' || $err ne '';
		usleep(10_000);
	}
	$run->finish;
	like($command, qr/xxxxx/, "way $i: arguments are overwritten");
	unlike($command, qr/geheim/, "way $i: no password is in the list of processes");
	unlike("$out$err", qr/geheim|4711/, "way $i: no password is printed");
	unlike("$out$err", $hidden, "way $i: no hidden text");
	unlike("$out$err", qr/^(?:::error::|not ok 77|%0A)/m, "way $i: no line is another's") if $i != 3;
	like("$out$err", qr/not shown/, "way $i: says why") if $i < 4;
	if ($i == 1)
	{
		my $parser = TAP::Parser->new({ tap => $out });
		1 while $parser->next;
		is(join(' ', $parser->parse_errors), '', 'TAP of perfcheck-http');
	}
	elsif ($i == 2)
	{
		open my $file, '>:raw', "$place/http.xml" or die $!;
		print $file $out;
		close $file;
		is(system("xmllint --nonet --noout '$place/http.xml'"), 0, 'JUnit of perfcheck-http');
	}
	elsif ($i == 3)
	{
		my $read = eval { $reader->decode($out) };
		is($@, '', 'JSON of perfcheck-http');
	}
}
kill 'KILL', $server;

# What libpq says of a conninfo may have parts of it.
for my $broken ("password=geheim 4711", "postgresql://me:geheim\@host:port:4711/x", "host=$host passwort=geheim4711", "postgres://me:geheim4711\@[::1/x")
{
	my ($out, $err) = ('', '');
	IPC::Run::run([ $program, '--db', $broken, '-d', '1s', 'http://127.0.0.1:1' ], '>', \$out, '2>', \$err);
	like($err, qr/could not connect to the database/, 'a conninfo is refused');
	unlike("$out$err", qr/geheim/, 'and no part of a password is printed');
}

$node->stop;
done_testing();
