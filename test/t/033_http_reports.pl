# What perfcheck-http sends (headers, methods, bodies, a token, next pages) and
# what it writes for other programs: TAP that prove reads, XML that xmllint
# reads, annotations and a summary for GitHub Actions. No database is needed.
# It runs once more by itself in make test where it failed beside others: requests need a processor.

use strict;
use warnings;

use FindBin;
use File::Temp ();
use IO::Socket::UNIX;
use IPC::Run ();
use JSON::PP ();
use POSIX ();
use Test::More;

use lib "$FindBin::RealBin/../lib";
use AnsweringServer;
use HttpRun qw(find_program loose_targets run_program);

my $program =
  find_program('PERFCHECK_HTTP', 'build/perfcheck-http', 'perfcheck-http');

my $timeout = $ENV{PG_TEST_TIMEOUT_DEFAULT} // 180;
my $dir = File::Temp->newdir;
my $token = 'c2VjcmV0LXRva2Vu/bm90LXNob3du+Zm9v';
my $server = AnsweringServer->start($token);
my $url = $server->url;
my ($status, $out, $err, $json, $xml);

delete $ENV{GITHUB_STEP_SUMMARY};

# ---- helpers ---------------------------------------------------------------

# Sends the lines of a request file, with targets that no machine misses.
sub load
{
	my ($requests, @options) = @_;

	return run_program(
		$requests, '-c', 2, '-d', '200ms', loose_targets(),
		'--requests', '-', @options, $url);
}

# The same for the JSON: exit status, report, JSON as text and read.
sub load_json
{
	my ($requests, @options) = @_;
	my ($status, $out, $err) =
	  load($requests, '--json', "$dir/out.json", @options);
	my $text = slurp("$dir/out.json");

	is($err, '', join(' ', $requests =~ s/\n.*//sr, @options)
		  . ': nothing on standard error');
	return ($status, $out, $text, JSON::PP::decode_json($text));
}

sub slurp
{
	my ($name) = @_;

	open my $file, '<', $name or die "cannot open $name: $!";
	local $/ = undef;
	return scalar <$file>;
}

sub spew
{
	my ($name, $text) = @_;

	open my $file, '>', "$dir/$name" or die "cannot write $name: $!";
	print $file $text;
	close $file or die "cannot write $name: $!";
	return "$dir/$name";
}

# Refused, or unable to run: one line, and perhaps a hint.
sub refuses
{
	my ($expected, $words, $in, @arguments) = @_;
	my ($status, $out, $err) = run_program($in, @arguments);
	my $name = join ' ', @arguments;

	$name =~ s/$dir/DIR/g;
	subtest "refused: $name" => sub {
		is($status, $expected, 'exit status');
		is($out, '', 'nothing on standard output');
		like($err, $words, 'message');
		like($err, qr/\Aperfcheck-http: \S.*\n(hint: .*\n)?\z/, 'one line');
		unlike($err, qr/\Q$token\E/, 'no token');
	};
	return;
}

# Both clients must send the same.
my @clients = map { [ '--client', $_ ] } qw(light multi);

# ---- headers ---------------------------------------------------------------

for my $client (@clients)
{
	my $name = $client->[1];

	($status) = load("/header?X-Key=a:b\n", @$client, '-H', 'X-Key: a:b');
	is($status, 0, "$name: -H");
	($status) = load("/header?X-Key=c\n/header?Y=d\n",
		@$client, '-H', 'X-Key: c', '--header', 'Y:d');
	is($status, 0, "$name: several -H");
	($status) = load("/header?Accept=application/json\n", @$client);
	is($status, 0, "$name: Accept by default");
	($status) =
	  load("/header?Accept=text/plain\n", @$client, '-H', 'Accept: text/plain');
	is($status, 0, "$name: Accept replaced");
}

# ---- a Unix socket ---------------------------------------------------------

{
	my $listener = IO::Socket::UNIX->new(
		Local => "$dir/socket",
		Listen => 16) or die "cannot listen: $!";
	my $pid = fork;

	die "cannot fork: $!" unless defined $pid;
	if ($pid == 0)
	{
		setpgrp(0, 0);
		eval {
			MisbehavingServer::serve('AnsweringServer', $listener, $token);
		};
		POSIX::_exit(1);
	}
	setpgrp($pid, $pid);
	for my $client (@clients)
	{
		($status, $out) = run_program(
			"/header?Host=api.invalid\n", '-c', 2, '-d', '200ms', loose_targets(), @$client,
			'--unix-socket', "$dir/socket", '--requests', '-',
			'http://api.invalid');
		is($status, 0, "$client->[1]: --unix-socket") or diag $out;
	}
	kill 'KILL', -$pid;
	waitpid $pid, 0;
}

# ---- methods and bodies ----------------------------------------------------

my $many = 'x' x 200000;

spew('body.json', '{"a": 1}');
spew('many', $many);
for my $client (@clients)
{
	my $name = $client->[1];

	for my $method (qw(POST PUT PATCH DELETE))
	{
		($status, $out) =
		  load("$method /body?$method=application/json {\"a\": 1}\n",
			@$client);
		is($status, 0, "$name: $method with a body") or diag $out;
	}
	($status) = load(
		"POST /body?POST=text/x {\"a\": 1}\n",
		@$client, '-H', 'Content-Type: text/x');
	is($status, 0, "$name: another content type");

	# Files lie beside the request file.
	my $requests = spew('requests',
		"POST /body?POST=application/json \@body.json\n"
		  . "POST /bytes?200000 \@$dir/many\n" . "POST /bytes?0\n");
	($status, $out) = run_program('', '-c', 2, '-d', '200ms', loose_targets(), @$client,
		'--requests', $requests, $url);
	is($status, 0, "$name: bodies from files") or diag $out;
}
refuses(3, qr/could not read "$dir\/absent": No such file/,
	"POST /ok \@$dir/absent\n", '--requests', '-', $url);
refuses(2, qr/standard input:1: GET and HEAD have no body/,
	"GET /ok {}\n", '--requests', '-', $url);
refuses(2, qr/standard input:1: unknown method "TRACE"/,
	"TRACE /ok\n", '--requests', '-', $url);

# ---- a bearer token --------------------------------------------------------

my $token_file = spew('token', "$token\n");

$ENV{PERFCHECK_TEST_TOKEN} = $token;
for my $client (@clients)
{
	my $name = $client->[1];

	($status) = load("/auth\n", @$client, '--bearer-file', $token_file);
	is($status, 0, "$name: --bearer-file");
	($status) =
	  load("/auth\n", @$client, '--bearer-env', 'PERFCHECK_TEST_TOKEN');
	is($status, 0, "$name: --bearer-env");
}
($status, $out) = load("/auth\n");
is($status, 1, 'without a token: exit status');
like($out, qr{GET /auth -> 401}, 'without a token: refused');

# A server that repeats what it got must not make it show.
for my $path ('/echo', '/quote')
{
	my $text;

	local $ENV{GITHUB_STEP_SUMMARY} = "$dir/summary";
	($status, $out, $text) = load_json(
		"$path\n", '--bearer-file', $token_file, '--junit',
		"$dir/out.xml", '--github');
	is($status, 1, "$path: exit status");
	like($out, qr/not shown: .* contains the bearer token/, "$path: says so")
	  if $path eq '/echo';
	for my $written ($out, $text, slurp("$dir/out.xml"), slurp("$dir/summary"))
	{
		unlike($written, qr/\Q@{[substr $token, 0, 8]}\E/, "$path: no token");
	}
	like($out, qr/curl -i -H 'Authorization: \.\.\.' '/,
		"$path: the command leaves it out");
}

my @send = ('--requests', '-');

refuses(3, qr/could not read the bearer token's file "$dir\/absent": No such/,
	"/ok\n", @send, '--bearer-file', "$dir/absent", $url);
refuses(3, qr/"$dir\/empty" does not contain a bearer token/,
	"/ok\n", @send, '--bearer-file', spew('empty', "\n"), $url);
refuses(3, qr/"$dir\/two" does not contain a bearer token/,
	"/ok\n", @send, '--bearer-file', spew('two', "$token\n$token\n"), $url);
refuses(3, qr/"$dir\/zero" does not contain a bearer token/,
	"/ok\n", @send, '--bearer-file', spew('zero', "$token\0"), $url);
refuses(3, qr/environment variable "NO_SUCH_VARIABLE" of --bearer-env is not set/,
	"/ok\n", @send, '--bearer-env', 'NO_SUCH_VARIABLE', $url);
refuses(2, qr/--bearer-env and -H "Authorization: \.\.\." conflict/,
	"/ok\n", @send, '--bearer-env', 'X', '-H', "Authorization: Bearer $token",
	$url);
refuses(2, qr/invalid -H: /, "/ok\n", @send, '-H', $token, $url);
{
	local $ENV{PERFCHECK_TEST_TOKEN} = "$token\r\nX-Injected: 1";
	refuses(3, qr/"PERFCHECK_TEST_TOKEN" does not contain a bearer token/,
		"/ok\n", @send, '--bearer-env', 'PERFCHECK_TEST_TOKEN', $url);
}

# ---- the same body for the same request ------------------------------------

($status, $out, undef, $json) = load_json("/changing\n");
is($status, 1, 'changed bodies: exit status');
is($json->{errors}{changed}, $json->{requests} - 1,
	'changed bodies: all but the first');
like($out, qr/-> the body differs from the first answer to this request: row 1: /,
	'changed bodies: example');
is($json->{failures}[0]{class}, 'changed', 'changed bodies: JSON');
is($json->{failures}[0]{path}, '/changing', 'changed bodies: JSON, path');
for my $options ([ '--allow-changes' ], [ '--check', 'status' ])
{
	($status, undef, undef, $json) = load_json("/changing\n", @$options);
	is($status, 0, "@$options: exit status");
	is($json->{errors}{changed}, 0, "@$options: none");
}
($status) = load("/changing\n", '--check', 'same');
is($status, 1, '--check same: exit status');

# ---- next pages ------------------------------------------------------------

for my $follow ([], [ '--follow', 100 ])
{
	my $name = "@$follow" || 'by default';

	($status, $out, undef, $json) =
	  load_json("/pages\n", '--cursor', 'cursor', @$follow);
	is($status, 0, "next pages $name: exit status") or diag $out;
	cmp_ok($json->{next_pages}, '>', 0, "next pages $name: some");
	cmp_ok($json->{next_pages}, '<', $json->{requests},
		"next pages $name: not all");
	is_deeply([ map { $_->{name} } @{ $json->{queries} } ],
		['/pages'], "next pages $name: of the same query");
}

# The last one of a walk starts over: one in three is a first page.
cmp_ok(abs($json->{next_pages} * 1.5 - $json->{requests}),
	'<=', 6, 'all pages are followed to the last one');
($status, undef, undef, $json) =
  load_json("/pages\n", '-r', 200, '--cursor', 'cursor', '--follow', 100);
is($status, 0, 'next pages in an open loop: exit status');
is($json->{requests}, 40, 'next pages in an open loop: in place of others');
cmp_ok($json->{next_pages}, '>', 0, 'next pages in an open loop: some');
for my $options ([], [ '--cursor', 'cursor', '--follow', 0 ])
{
	my @options = @$options && $options->[-1] eq '0' ? () : @$options;

	($status, undef, undef, $json) = load_json("/pages\n", @options);
	is($json->{next_pages}, 0, 'no next pages unless a cursor is named');
}
($status, $out, undef, $json) =
  load_json("/stuck\n", '--cursor', 'after', '--follow', 100);
is($status, 1, 'a cursor that is ignored: exit status');
is($json->{errors}{invalid}, $json->{next_pages},
	'a cursor that is ignored: each next page');
like(
	$out,
	qr{GET /stuck\?after=x -> the next page is the same as the page before it},
	'a cursor that is ignored: example');

# ---- weights ---------------------------------------------------------------

($status, $out, undef, $json) =
  load_json("/ok\n/ok?2\n/ok?3\n/auth\n", '--bearer-file', $token_file,
	'-r', 400, '-d', '600ms', '--weight', '/ok=1', '--weight', '/auth=3');
is_deeply(
	{ map { $_->{name} => $_->{requests} } @{ $json->{queries} } },
	{ '/ok' => 60, '/auth' => 180 },
	'weights: one in four, in a run of whole sequences');
refuses(2, qr/--weight: query "\/no" does not exist\nhint: /,
	"/ok\n", @send, '--weight', '/no=2', $url);

# ---- targets of each query -------------------------------------------------

($status, $out, undef, $json) =
  load_json("/ok\n/auth?\n", '--bearer-file', $token_file, '--p95', '0.001');
is($status, 1, '--p95 missed: exit status');
is_deeply([ map { $_->{targets}{p95_ms} } @{ $json->{queries} } ],
	[ undef, undef ], '--p95: of no query');
is_deeply([ map { $_->{ok} ? 1 : 0 } @{ $json->{queries} } ],
	[ 1, 1 ], '--p95: the queries are ok');
is($json->{reasons}[0] =~ /\Ap95 \S+ ms is over 0\.001 ms\z/,
	1, '--p95: the reason is in the JSON');
($status, $out, undef, $json) = load_json(
	"/ok\n/auth?\n", '--bearer-file', $token_file, '--p95',
	'0.001', '--per-query');
is($status, 1, '--per-query missed: exit status');
is_deeply([ map { $_->{ok} ? 1 : 0 } @{ $json->{queries} } ],
	[ 0, 0 ], '--per-query: the queries are not ok');
like($json->{queries}[1]{reasons}[0],
	qr/\Ap95 \S+ ms is over/, '--per-query: the reason is in the JSON');

# ---- open loop, threads, warm-up -------------------------------------------

($status, $out, undef, $json) = load_json(
	"/ok\n", '-r', 100, '-t', 2, '--warmup', '500ms', '-d', '1s');
is($status, 0, 'open loop: exit status');
is($json->{rate}, 100, 'open loop: rate');
is($json->{threads}, 2, 'open loop: threads');
is($json->{requests}, 100, 'open loop: requests, without the warm-up');
is($json->{warmup}{requests}, 50, 'warm-up: requests');
is($json->{warmup}{duration_s}, 0.5, 'warm-up: duration');
is($json->{warmup}{failed}, 0, 'warm-up: failed');
cmp_ok($json->{duration_s}, '==', 1, 'open loop: duration');
ok( $json->{latency_ms}{mean} >= $json->{service_ms}{mean},
	'open loop: the latency holds the service time');
like($out, qr{, 2 threads, 100 requests/s, 1\.0 s$}m, 'open loop: report');
like($out, qr/^warm-up of 500 ms before, not counted: 50 requests, none/m,
	'warm-up: report');
like($out, qr/^service time /m, 'open loop: service time');
like($out, qr/^\d+\.\d % of requests \(\d+\) were sent late$/m,
	'open loop: late starts');

# ---- TAP -------------------------------------------------------------------

# What a TAP harness makes of it: its exit status and words.
sub harness
{
	my ($tap) = @_;
	my ($out, $err) = ('', '');

	spew('run.tap', $tap);
	IPC::Run::run([ 'prove', '--exec', 'cat', "$dir/run.tap" ],
		'>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	return ($? >> 8, "$out$err");
}

($status, $out, $err) = load("/ok\n", '--tap');
is($status, 0, '--tap: exit status');
like($out, qr/\ATAP version 13\n1\.\.2\nok 1 - \/ok: /, '--tap: output');
like($err, qr/\Aok: /, '--tap: the report on standard error');
my ($harness, $words) = harness($out);
is($harness, 0, '--tap: a harness agrees') or diag $words;
like($words, qr/Tests=2,/, '--tap: a harness counts');

($status, $out, $err) = load("/ok\n/echo\n", '--tap', '--max-errors', 9999999);
is($status, 1, '--tap, failed: exit status');
($harness, $words) = harness($out);
is($harness, 1, '--tap, failed: a harness agrees');
like($words, qr/Failed test:  2$/m, '--tap, failed: one test')
  or diag $words;
unlike($words, qr/Parse errors/, '--tap, failed: well-formed');

# ---- JUnit -----------------------------------------------------------------

# XPath's value in a document; fails when it is not well-formed.
sub xpath
{
	my ($expression) = @_;
	my ($out, $err) = ('', '');

	IPC::Run::run([ 'xmllint', '--xpath', $expression, "$dir/out.xml" ],
		'>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	chomp $out;
	return $err eq '' ? $out : $err;
}

($status) = load("/ok?<&>\"\n/echo?]]>\n",
	'--junit', "$dir/out.xml", '-H', 'X-Nasty: <&"]]>');
is($status, 1, '--junit: exit status');
is(xpath('string(/testsuites/@tests)'), 3, '--junit: test cases');
is(xpath('string(/testsuites/testsuite/@failures)'), 2, '--junit: failures');
is(xpath('count(//testcase)'), 3, '--junit: as many as it says');
is(xpath('string(//testcase[failure][1]/@name)'), '/echo', '--junit: name');
like(xpath('string(//testcase[@name="/echo"]/failure/@message)'),
	qr/\Aevery request failed \(/, '--junit: message');
like(xpath('string(//testcase[@name="/echo"]/failure)'),
	qr{^status: GET /echo\?\]\]> -> 500: .*<&"\]\]>}m, '--junit: example');
($status, $out, $err) = load("/ok\n", '--junit', '-');
is($status, 0, '--junit -: exit status');
spew('out.xml', $out);
is(xpath('string(/testsuites/@failures)'),
	0, '--junit -: XML on standard output');
like($err, qr/\Aok: /, '--junit -: the report on standard error');
is_deeply([ glob "$dir/*.tmp" ], [], '--junit: no temporary file is left');

# ---- GitHub Actions --------------------------------------------------------

spew('summary', "before\n");
{
	local $ENV{GITHUB_STEP_SUMMARY} = "$dir/summary";

	($status, $out, $err) = load("/ok\n/echo?100%\n", '--github');
}
is($status, 1, '--github: exit status');
like($out, qr/\Anot ok: /, '--github: the report, first');
like($out, qr/^::error title=perfcheck-http::[\d,]+ of [\d,]+ requests failed$/m,
	'--github: an annotation for each reason');
like($out,
	qr{^::error title=perfcheck-http status::GET /echo\?100%25 -> 500: }m,
	'--github: an annotation for each failure, escaped');
my $summary = slurp("$dir/summary");
like($summary, qr/\Abefore\n### perfcheck-http: not ok\n/,
	'--github: added to the summary');
like($summary, qr{^\| /ok \| \d.*\| ok \|$}m, '--github: table');
like($summary, qr{^\| /echo \| .*\| \*\*not ok\*\* \|$}m,
	'--github: table, not ok');
($status, $out) = load("/ok\n", '--github');
is($status, 0, '--github, no summary: exit status');
unlike($out, qr/^::/m, '--github: nothing to annotate');
{
	local $ENV{GITHUB_STEP_SUMMARY} = "$dir/absent/summary";

	($status, $out, $err) = load("/ok\n", '--github');
	is($status, 3, '--github, summary not written: exit status');
	like($err, qr/\Aperfcheck-http: could not write "$dir\/absent\/summary": /,
		'--github, summary not written: message');
	is($out, '', '--github, summary not written: known before the run');
}
($status, $out, $err) =
  load("/echo\n", '--github', '--tap');
like($err, qr/^::error /m, '--github --tap: annotations on standard error');
unlike($out, qr/^::/m, '--github --tap: none among the TAP');

# ---- conflicts, and files that cannot be written ---------------------------

refuses(2, qr/only one of --tap, --json - and --junit - can write/,
	"/ok\n", @send, '--tap', '--json', '-', $url);
refuses(2, qr/--json and --junit name the same file/,
	"/ok\n", @send, '--junit', 'x', '--json', 'x', $url);
refuses(3, qr/could not write "$dir\/absent\/x": /,
	"/ok\n", @send, '--junit', "$dir/absent/x", $url);
refuses(2, qr/invalid --rate "0": give a number of requests a second above 0/,
	"/ok\n", @send, '--rate', 0, $url);
refuses(2, qr/3 threads for 2 connections/,
	"/ok\n", @send, '-c', 2, '-t', 3, $url);
refuses(2, qr/--min-rate 60 cannot be met at --rate 50/,
	"/ok\n", @send, '-r', 50, '--min-rate', 60, $url);
refuses(2, qr/--follow requires --cursor NAME/,
	"/ok\n", @send, '--follow', 50, $url);

$server->stop;
done_testing();
