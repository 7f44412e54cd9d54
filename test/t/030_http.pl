# perfcheck-http against a small server that misbehaves on demand: what counts
# as an error, under which class, and the exit status. No database is needed.
#
# PERFCHECK_HTTP names another build of the program, such as the one under
# sanitizers.
# It runs once more by itself in make test where it failed beside others: requests need a processor.

use strict;
use warnings;

use FindBin;
use File::Temp ();
use IO::Socket::INET;
use IPC::Run ();
use JSON::PP ();
use Test::More;
use Time::HiRes qw(sleep time);

use lib "$FindBin::RealBin/../lib";
use HttpRun qw(find_program free_port loose_targets run_load run_program);
use MisbehavingServer;

my $program =
  find_program('PERFCHECK_HTTP', 'build/perfcheck-http', 'perfcheck-http');

my $timeout = $ENV{PG_TEST_TIMEOUT_DEFAULT} // 180;
my $dir = File::Temp->newdir;
my $marker = "$dir/marker";
my $server = MisbehavingServer->start($marker);
my $url = $server->url;

# No proxy of the environment must come between.
$ENV{http_proxy} = $ENV{ALL_PROXY} = 'http://127.0.0.1:1';

# ---- helpers ---------------------------------------------------------------

# Sends the lines of a request file; exit status, report, JSON.
sub load
{
	my ($requests, @options) = @_;
	my ($status, $out, $err, $json) = run_load($url, $requests, @options);

	is($err, '', "$requests: nothing on standard error");
	return ($status, $out, $json);
}

# All requests fail, with errors of one class only.
sub fails_as
{
	my ($requests, $class, $words, @options) = @_;
	my ($status, $out, $json) = load($requests, @options);
	my $errors = $json->{errors};

	subtest "$requests: $class" => sub {
		is($status, 1, 'exit status');
		like($out, qr/\Anot ok: every request failed/, 'headline');
		like($out, $words, 'example');
		cmp_ok($json->{requests}, '>', 0, 'requests were sent');
		is($errors->{$class}, $json->{requests}, 'all are of this class');
		is($errors->{$_}, 0, "none is $_")
		  for grep { $_ ne $class } sort keys %$errors;
		is($json->{rps} + 0, 0, 'no right answer');
		ok(!$json->{ok}, 'not ok in the JSON');
	};
	return ($out, $json);
}

sub passes
{
	my ($requests, @options) = @_;
	my ($status, $out, $json) = load($requests, @options);
	my $errors = $json->{errors};

	subtest "$requests: passes" => sub {
		is($status, 0, 'exit status');
		like($out, qr/\Aok: [\d,]+ requests?, .* none failed$/m, 'headline');
		cmp_ok($json->{requests}, '>', 0, 'requests were sent');
		is($errors->{$_}, 0, "none is $_") for sort keys %$errors;
		cmp_ok($json->{rps}, '>', 0, 'right answers');
		ok($json->{ok}, 'ok in the JSON');
	};
	return ($out, $json);
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
	};
	return;
}

# ---- right answers ---------------------------------------------------------

my ($out, $json) = passes("# comment\n\n/ok\n/ok?a=b\n/count?7\n");
is($json->{url}, $url, 'JSON: url');
is($json->{connections}, 2, 'JSON: connections');
cmp_ok($json->{duration_s}, '>=', 0.2, 'JSON: duration');
is($json->{rate}, undef, 'JSON: no rate in a closed loop');
is_deeply(
	[ sort keys %$json ],
	[
		qw(chains_compared client connections duration_s errors exact failures histogram http interrupted late_starts
		  latency_ms next_pages next_pages_compared ok queries rate reasons redirects replay_speed requests resent
		  resent_by rps service_ms source statements_per_request streams targets threads trace url valid warmup)
	],
	'JSON: members');
is_deeply(
	[ map { $_->{name} } @{ $json->{queries} } ],
	[qw(/ok /count)], 'JSON: queries are the paths');
is( $json->{queries}[0]{requests} + $json->{queries}[1]{requests},
	$json->{requests},
	'JSON: the queries make up the total');
cmp_ok(abs($json->{queries}[0]{requests} - 2 * $json->{queries}[1]{requests}),
	'<=', 2, 'each request of the file is sent equally often');
ok( $json->{latency_ms}{p50} <= $json->{latency_ms}{p95}
	  && $json->{latency_ms}{p95} <= $json->{latency_ms}{p99}
	  && $json->{latency_ms}{p99} <= $json->{latency_ms}{max},
	'JSON: percentiles ascend');
for my $one ($json, @{ $json->{queries} })
{
	my ($requests, @edges) = (0);

	for (@{ $one->{histogram} })
	{
		push @edges, $_->[0];
		$requests += $_->[1];
	}
	is($requests, $one->{requests}, 'JSON: the histogram has each request');
	is_deeply(\@edges, [ sort { $a <=> $b } @edges ], 'JSON: its edges ascend');
	cmp_ok($edges[-1], '>=', $one->{latency_ms}{max}, 'JSON: the last one is not below the longest latency');
	cmp_ok($edges[-1] / 1.26, '<=', $one->{latency_ms}{max} + 0.001, 'JSON: nor far above it');
}
unlike($out, qr/keep them alive/, 'connections were kept alive');

passes("/chunked\n");
passes("/until_close\n");
passes("POST /method?POST\n");
passes("HEAD /method?HEAD\n");
($out) = passes("/close_each\n");
like($out, qr/does not keep them alive/, 'note on closed connections');
passes("/empty\n", '--allow-empty');

# The base may have a path and a slash at its end, or several.
my ($status, $err);
($status) = run_program("/500\n", '-d', '300ms', '-c', 1, '--requests', '-',
	"$url/status");
is($status, 1, 'base with a path');
for my $slashes ('/', '//')
{
	($status) = run_program("/ok\n", '-d', '300ms', '-c', 1, loose_targets(), '--requests', '-', "$url$slashes");
	is($status, 0, "base that ends in $slashes");
}

# ---- wrong answers, each under its class -----------------------------------

fails_as("/empty\n", 'empty', qr{GET /empty -> no rows});
fails_as("/status/$_\n", 'status', qr{GET /status/$_ -> $_: \{"error"})
  for 400, 404, 500, 503;
fails_as("/redirect\n", 'status', qr{GET /redirect -> 302\n});
fails_as("/x/../ok\n", 'status', qr{GET /x/../ok -> 404});
fails_as("/not_json\n", 'invalid', qr{-> not JSON});
fails_as("/array\n", 'invalid', qr{-> the JSON is an array without an object});
fails_as("/no_events\n", 'invalid', qr{-> "items" is an array without an object});
fails_as("/no_body\n", 'invalid', qr{-> the body is empty});
fails_as("/garbage\n", 'invalid', qr{GET /garbage -> \S});
fails_as("/half\n", 'invalid', qr{-> transfer closed});
fails_as("/short_length\n", 'invalid', qr{-> bytes follow the end of the answer});
fails_as("/bad_chunk\n", 'invalid', qr{GET /bad_chunk -> \S});
fails_as("/large\n", 'invalid', qr{-> the body is larger than 16 MB}, '-c', 1);
fails_as("/nothing\n", 'connect', qr{GET /nothing -> \S});
fails_as("/reset\n", 'connect', qr{GET /reset -> \S});
fails_as("/stall\n", 'timeout', qr{GET /stall -> \S}, '--timeout', '200ms');
fails_as("/stall_in_body\n", 'timeout', qr{GET /stall_in_body -> \S},
	'--timeout', '200ms');
fails_as("HEAD /status/500\n", 'status', qr{HEAD /status/500 -> 500});
fails_as("POST /method?GET\n", 'status', qr{POST /method\?GET -> 405});

($out) = fails_as("/escape\n", 'status', qr{-> 500:  \[31mred});
unlike($out, qr/[^\n\x20-\x7e]/, 'no control character reaches the terminal');

# A timeout is a slow answer, not one that is left out.
($out, $json) = fails_as("/stall\n", 'timeout', qr{-> }, '--timeout', '200ms');
cmp_ok($json->{latency_ms}{p50}, '>=', 200, 'timeouts are in the latency');

# An answer after the end of the run is right, but no part of the rate.
($status, $out, $json) = load("/late\n", '-d', '100ms');
is($status, 0, 'late answers: exit status');
is($json->{requests}, 2, 'late answers: waited for');
is($json->{rps} + 0, 0, 'late answers: not in the rate');
cmp_ok($json->{latency_ms}{p50}, '>=', 900, 'late answers: in the latency');
cmp_ok($json->{duration_s}, '<', 0.9, 'late answers: sending was over before');

# ---- some wrong answers among right ones -----------------------------------

($status, $out, $json) = load("/mixed\n");
is($status, 1, 'a quarter of 500s: exit status');
like($out, qr/\Anot ok: [\d,]+ of [\d,]+ requests failed/, 'headline');
cmp_ok($json->{errors}{status}, '>', 0, 'counted');
cmp_ok($json->{errors}{status}, '<', $json->{requests}, 'right ones, too');
($status) = load("/mixed\n", '--max-errors', 1000000);
is($status, 0, 'errors up to --max-errors are let through');
($status) = load("/status/500\n", '--max-errors', 1000000);
is($status, 1, 'but never if every request failed');

($status, $out, $json) = load("/ok\n/status/500\n", '--max-errors', 1000000);
is($status, 1, 'nor if every request of one path failed');
like($out, qr{\Anot ok: /status/500: every request failed}, 'headline');
is_deeply(
	[ map { $_->{ok} ? 1 : 0 } @{ $json->{queries} } ],
	[ 1, 0 ],
	'and the JSON says which one');

# ---- targets ---------------------------------------------------------------

for my $target (qw(avg p95 p99))
{
	($status, $out, $json) = load("/ok\n", "--$target", '0.001');
	is($status, 1, "--$target missed: exit status");
	like($out, qr/\Anot ok: (mean|$target) \S+ ms is over 0\.001 ms/,
		"--$target missed: headline");
	is($json->{targets}{"${target}_ms"}, 0.001, "--$target in the JSON");
	is($json->{errors}{status}, 0, "--$target missed: no error");
}
($status, $out) = load("/ok\n", '--min-rate', 100000000);
is($status, 1, '--min-rate missed: exit status');
like($out, qr{\Anot ok: \S+ right answers/s are under 100000000/s},
	'--min-rate missed: headline');

# ---- JSON to a file --------------------------------------------------------

($status, $out, $err) = run_program("/ok\n", '-d', '200ms', '-c', 1, loose_targets(), '--requests', '-', '--json', '-',
	$url);
is($status, 0, '--json -: exit status');
ok(JSON::PP::decode_json($out)->{ok}, '--json -: JSON on standard output');
like($err, qr/\Aok: /, '--json -: the report on standard error');

# A device stays one: it is not replaced by a file.
symlink '/dev/null', "$dir/null" or die "cannot link: $!";
run_program("/ok\n", '-d', '10ms', '-c', 1, '--requests', '-', '--json',
	"$dir/null", $url);
ok(-l "$dir/null", '--json: a link to a device is left alone');
is_deeply([ glob "$dir/*.tmp" ], [], '--json: no temporary file is left');

# ---- what cannot be run ----------------------------------------------------

my $port = free_port();
my @send = ('--requests', '-');

refuses(3, qr{could not connect to http://127\.0\.0\.1:$port: .*\nhint: }i,
	"/ok\n", @send, "http://127.0.0.1:$port");
refuses(3, qr/could not connect to .*resolv/i,
	"/ok\n", @send, 'http://host.invalid');
{
	# A queue of connections that is full: more of them get no answer at all.
	my $deaf = IO::Socket::INET->new(
		LocalAddr => '127.0.0.1',
		LocalPort => 0,
		Listen => 0) or die "cannot listen: $!";
	my @queue = map {
		IO::Socket::INET->new(
			PeerAddr => '127.0.0.1',
			PeerPort => $deaf->sockport,
			Blocking => 0)
	} 1 .. 8;

	refuses(3, qr/could not connect to .*tim/i, "/ok\n", @send,
		'--connect-timeout', '200ms', 'http://127.0.0.1:' . $deaf->sockport);
}
refuses(3, qr/no request to send/, "# nothing\n", @send, $url);
refuses(3, qr/could not open "$dir\/absent"/, '', '--requests', "$dir/absent",
	$url);
refuses(3, qr/could not write "$dir\/absent\/x": /, "/ok\n", @send, '--json',
	"$dir/absent/x", $url);
refuses(3, qr/could not write "$dir": /, "/ok\n", @send, '--json', "$dir", $url);
refuses(3, qr/could not connect to the database: /,
	'', '--db', 'host=127.0.0.1 port=1 user=nobody', $url);

refuses(2, qr/standard input:2: a path must start with \//,
	"/ok\nok\n", @send, $url);
refuses(2, qr/invalid --duration "soon"/, '', @send, '-d', 'soon', $url);
refuses(2, qr/invalid URL "localhost:3001": it must start/,
	'', @send, 'localhost:3001');
refuses(2, qr/nothing to send: give --db CONNINFO or --requests FILE/,
	'', $url);
refuses(2, qr/--db and --requests conflict/, '', '--db', '', @send, $url);

# ---- help ------------------------------------------------------------------

($status, $out, $err) = run_program('', '--help');
is($status, 0, '--help: exit status');
is($err, '', '--help: nothing on standard error');
cmp_ok(($out =~ tr/\n//), '<=', 60, '--help fits a page');
like($out, qr/--\Q$_\E\b/, "--help names --$_")
  for qw(connections duration db requests allow-empty check json avg p95 p99
  min-rate max-errors timeout connect-timeout help version rate threads warmup
  client insecure header bearer-file bearer-env weight follow cursor
  allow-changes unix-socket per-query tap junit github proxy http2 streams
  redirects max-resent setup-timeout trace host connect-to cacert cert cert-key
  no-keepalive expect-status expect-json);
($status, $out) = run_program('', '--version');
is($status, 0, '--version: exit status');
like($out, qr/\Aperfcheck-http \d+\.\d+\n\z/, '--version');

# ---- interrupted -----------------------------------------------------------

# Starts a long run and waits until requests reach the server.
sub start_long
{
	my ($requests, $out, $err, @options) = @_;
	my $timer = IPC::Run::timeout($timeout);
	my $run;

	unlink $marker;
	open my $file, '>', "$dir/requests" or die "cannot write: $!";
	print $file $requests;
	close $file;
	$run = IPC::Run::start(
		[
			$program, '-c', 2, '-d', '10m', '--timeout', '10m', loose_targets(), '--requests',
			"$dir/requests", @options, $url
		],
		'<', \undef, '>', $out, '2>', $err, $timer);
	until (-e $marker)
	{
		$timer->check;
		sleep 0.01;
	}
	return $run;
}

for my $signal (qw(INT TERM))
{
	my ($out, $err) = ('', '');
	my $run = start_long("/mark\n", \$out, \$err);

	$run->signal($signal);
	$run->finish;
	is($run->full_result(0), 4 << 8, "SIG$signal: exit status 4, cut short");
	like($out, qr/\Aok: /, "SIG$signal: the report comes all the same");
	like($out, qr/ of 600\.0 s: interrupted$/m, "SIG$signal: and says so");
	like($err, qr/\Aperfcheck-http: stopping; .*\n\z/, "SIG$signal: message");
}

{
	my ($out, $err) = ('', '');
	my $run = start_long("/mark\n/stall\n", \$out, \$err);

	# It waits for the stalled answer, and no longer once told again.
	$run->signal('INT');
	$run->pump until $err =~ /stopping/;
	$run->signal('INT');
	$run->finish;
	is($run->full_result(0), 130 << 8, 'a second SIGINT: exit status 130');
	is($out, '', 'a second SIGINT: no report');
}

# ---- the JSON cannot be written after all ---------------------------------

{
	my ($out, $err) = ('', '');
	my $run = start_long("/mark\n", \$out, \$err, '--json', "$dir/later");

	# A directory has taken the file's place in the meantime.
	mkdir "$dir/later" or die "cannot make a directory: $!";
	$run->signal('INT');
	$run->finish;
	is($run->full_result(0), 3 << 8, 'JSON not written: exit status');
	like($err, qr/^perfcheck-http: could not write "$dir\/later": /m,
		'JSON not written: message');
	like($out, qr/\Aok: /, 'JSON not written: the report is');
	is_deeply([ glob "$dir/*.tmp" ], [], 'JSON not written: nothing is left');
}
{
	# No file may grow at all.
	my ($in, $out, $err) = ("/ok\n", '', '');
	IPC::Run::run(
		[
			'sh', '-c', 'trap "" XFSZ; ulimit -f 0; exec "$@"',
			'sh', $program, '-d', '10ms', '-c', 1, '--requests', '-',
			'--json', "$dir/cut", $url
		],
		'<', \$in, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	is($? >> 8, 3, 'no space: exit status');
	like($err, qr/\Aperfcheck-http: could not write "$dir\/cut": /,
		'no space: message');
	is_deeply([ glob "$dir/cut*" ], [], 'no space: nothing is left');
}
SKIP:
{
	skip 'no /dev/full', 2 unless -c '/dev/full';
	($status, $out, $err) = run_program("/ok\n", '-d', '200ms', '-c', 1,
		'--requests', '-', '--json', '/dev/full', $url);
	is($status, 3, 'device full: exit status');
	like($err, qr{\Aperfcheck-http: could not write "/dev/full": },
		'device full: message');
}

# ---- the server goes away, and the terminal --------------------------------

{
	my ($out, $err) = ('', '');
	my $run = start_long("/mark\n", \$out, \$err);

	my $since = time;

	$server->stop;
	sleep 0.3;
	$run->signal('INT');
	$run->finish;
	is($run->full_result(0), 1 << 8, 'server gone: exit status');
	like($out, qr/^ +[\d,]+  connection$/m, 'server gone: connection errors');
	$out =~ /^ +([\d,]+)  connection$/m;
	# Two connections, each tried again after 100 ms at the earliest.
	cmp_ok($1 =~ tr/,//dr, '<=', 2 * (10 * (time - $since) + 3),
		'server gone: it is not asked in a spin');
	unlike($out, qr/bad answer/, 'server gone: no other class');
}

$server = MisbehavingServer->start($marker);
SKIP:
{
	eval { require IO::Pty; 1 } or skip 'no IO::Pty', 2;
	my ($in, $out, $screen) = ("/ok\n", '', '');
	my @command = (
		$program, '-c', 1, '-d', '2500ms', '--requests', '-', $server->url);

	my $pty = IO::Pty->new;
	my $slave = $pty->slave;
	my $run = IPC::Run::start(\@command, '<', \$in, '>', \$out, '2>',
		$slave, IPC::Run::timeout($timeout));
	close $slave;
	$run->finish;
	$pty->blocking(0);
	sysread $pty, $screen, 10000;
	like(
		$screen,
		qr{^ +\d s +\d+ requests/s  p50 \S+ ms  p99 \S+ ms  0 errors\r?$}m,
		'a terminal gets live lines');
	unlike($out, qr{requests/s  p50}, 'standard output does not');
}

$server->stop;
done_testing();
