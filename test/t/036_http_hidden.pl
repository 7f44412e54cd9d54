# perfcheck-http hides nothing: what was sent again, what was due while the
# server was away, and what of a latency is its own. And the ways to a server that
# people know from curl. It runs alone in make test, as it compares times.
#
# PERFCHECK_HTTP names another build of the program, such as the one under
# sanitizers.

use strict;
use warnings;

use FindBin;
use File::Temp ();
use IO::Select ();
use IO::Socket::INET ();
use IPC::Run ();
use JSON::PP ();
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep);

use lib "$FindBin::RealBin/../lib";
use HttpRun
  qw(classes find_program free_port loose_targets run_load run_program);
use MisbehavingServer;

my $program =
  find_program('PERFCHECK_HTTP', 'build/perfcheck-http', 'perfcheck-http');
my $timeout = $ENV{PG_TEST_TIMEOUT_DEFAULT} // 180;
my $dir = File::Temp->newdir;
my $marker = "$dir/marker";
my $server = MisbehavingServer->start($marker);
my $url = $server->url;
my @clients = qw(light multi);

# ---- helpers ---------------------------------------------------------------

sub slurp
{
	my ($name) = @_;

	open my $file, '<', $name or return '';
	local $/ = undef;
	return <$file>;
}

# A file with these lines.
sub requests
{
	my ($lines) = @_;

	open my $file, '>', "$dir/requests" or die $!;
	print $file $lines;
	close $file;
	return "$dir/requests";
}

# What the server got, as it came.
sub sent
{
	my ($requests, @options) = @_;
	my @target = grep { m{^https?://} } @options;

	unlink $marker;
	run_load(@target ? @target : $url, $requests, '-c', 1,
		grep { !m{^https?://} } @options);
	return slurp($marker);
}

sub refuses
{
	my ($words, @arguments) = @_;
	my ($status, $out, $err) =
	  run_program("/ok\n", '--requests', '-', @arguments);

	is($status, 2, "refused: @arguments");
	like($err, qr/\Aperfcheck-http: .*$words.*\n(hint: .*\n)?\z/, 'in one line');
	return;
}

# ---- sent again ----------------------------------------------------------------

for my $client (@clients)
{
	for ([ '/reset_fifth', 'reset', 'closed' ],
		[ '/close_fifth', 'closed', 'reset' ])
	{
		my ($path, $cause, $other) = @$_;
		my ($status, $out, $err, $json) =
		  run_load($url, "$path\n", '-c', 1, '-r', 100, '-d', '1s', '--client',
			$client);

		is($status, 1, "$path, $client: fails");
		is(classes($json), 'right', "$path, $client: each got its answer");
		# Each connection has four answers, and loses the request after them.
		cmp_ok(abs($json->{resent} - ($json->{requests} - 1) / 4),
			'<=', 1, "$path, $client: all are counted");
		is($json->{resent_by}{$cause}, $json->{resent}, "$path, $client: cause");
		is($json->{resent_by}{$other}, 0, "$path, $client: no other");
		like($out, qr/\Anot ok: [\d,]+ of [\d,]+ requests were sent again /,
			"$path, $client: headline");
		like($out, qr/^ +[\d,]+  the server $cause[a-z]* the connection before an answer\n +GET \Q$path\E$/m,
			"$path, $client: example") if $cause eq 'closed';
		unlike($out, qr/keep them alive/, "$path, $client: is no closing in order");
		ok(grep({ /were sent again/ } @{ $json->{reasons} }),
			"$path, $client: JSON");
	}
	my ($status, $out) = run_load($url, "/reset_fifth\n", '-c', 1, '-r', 100,
		'-d', '1s', '--client', $client, '--max-resent', 1000000);
	is($status, 0, "--max-resent, $client: exit status");
	like($out, qr/\Aok: .*, none failed, [\d,]+ sent again$/m,
		"--max-resent, $client: says so");
	($status) = run_load($url, "/ok\n", '-c', 1, '--client', $client,
		'--max-resent', 0);
	is($status, 0, "--max-resent 0, $client: nothing was lost");
}
refuses('invalid --max-resent', '--max-resent', 'x', $url);

# Bytes that come when the answer was handed out are an error, too. A machine
# that is too busy may send the next request before they arrive.
for my $client (@clients)
{
	my $found = '';

	for (1 .. 5)
	{
		my (undef, undef, undef, $json) = run_load($url, "/garbage_later\n",
			'-c', 1, '-r', 10, '-d', '900ms', '--client', $client);

		$found = classes($json);
		last if $found =~ /invalid/;
	}
	like($found, qr/^invalid/, "garbage after a while, $client");
}

# ---- the server was away -----------------------------------------------------------

# Answers on a port until it is killed.
sub start_on
{
	my ($port) = @_;
	my $pid = fork // die "cannot fork: $!";

	return $pid if $pid;
	# Whoever waits for the end of a pipe is not to wait for this process.
	POSIX::close($_) for 3 .. 63;
	my $listener = IO::Socket::INET->new(
		LocalAddr => '127.0.0.1',
		LocalPort => $port,
		Listen => 128,
		ReuseAddr => 1) or exit 1;
	my $select = IO::Select->new($listener);
	my $answer = "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"events\":[1]}";
	my $seen = 0;

	while (1)
	{
		for my $socket ($select->can_read)
		{
			if ($socket == $listener)
			{
				$select->add(scalar $listener->accept);
			}
			elsif (sysread $socket, my $request, 65536)
			{
				syswrite $socket, $answer;
				unless ($seen++)
				{
					open my $file, '>', "$marker.seen" or exit 1;
				}
			}
			else
			{
				$select->remove($socket);
				close $socket;
			}
		}
	}
}

for my $client (@clients)
{
	my $port = free_port();
	unlink "$marker.seen";
	my $pid = start_on($port);
	my ($out, $err, $file) = ('', '', "$dir/away.json");

	for (1 .. 200)
	{
		last if IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port");
		sleep 0.05;
	}
	my $run = IPC::Run::start(
		[
			$program, '-c', 10, '-r', 500, '-d', '4s', '--client', $client,
			'--requests', requests("/ok\n"), '--json', $file,
			"http://127.0.0.1:$port"
		],
		'<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	sleep 0.05 until -e "$marker.seen";
	unlink "$marker.seen";
	sleep 0.5;
	kill 'KILL', $pid;
	waitpid $pid, 0;
	sleep 1.5;
	$pid = start_on($port);
	$run->finish;
	kill 'KILL', $pid;
	waitpid $pid, 0;
	unlink "$marker.seen";

	my $json = JSON::PP::decode_json(slurp($file));
	my $failed = $json->{errors}{connect};

	is($json->{requests}, 2000, "away, $client: all that was due");
	# It was away for 1.5 s at least; starting may take some time more.
	cmp_ok($failed, '>=', 700, "away, $client: each that was due has failed");
	cmp_ok($failed, '<=', 1400, "away, $client: and no other");
	is($run->full_result(0), 1 << 8, "away, $client: exit status");
	like($out, qr/[Ff]ailed to connect|[Cc]ould ?n.t connect|reset|refused/, "away, $client: example");
}

# ---- true diagnoses ------------------------------------------------------------------

for my $client (@clients)
{
	my (undef, $out, undef, $json) = run_load($url, "/stall\n", '-d', '1s',
		'-r', 40, '-c', 20, '--timeout', '50ms', '--client', $client);

	cmp_ok($json->{errors}{timeout}, '>', 10, "own timeouts, $client");
	unlike($out, qr/keep them alive/,
		"own timeouts, $client: connections were closed here");
	(undef, $out) = run_load($url, "/close_each\n", '-r', 100, '-d', '1s',
		'--client', $client);
	like($out, qr/does not keep them alive/, "closed by the server, $client");
}

# One connection that is busy all of the time, and enough of them.
{
	my ($status, $out, undef, $json) =
	  run_load($url, "/ok_20ms\n", '-c', 1, '-r', 150, '-d', '1500ms');

	like($out, qr/^note: .* waited until one of the 1 connections was free: .*: raise -c/m,
		'too few connections: says so');
	ok(grep({ /raise -c/ } @{ $json->{client}{warnings} }),
		'too few connections: JSON');
	($status, $out) =
	  run_load($url, "/ok_20ms\n", '-c', 40, '-r', 20, '-d', '1s');
	unlike($out, qr/raise -c/, 'enough connections: does not');
	($status, $out) = run_load($url, "/ok_20ms\n", '-c', 1, '-d', '1s');
	unlike($out, qr/raise -c/, 'closed loop: does not');
}

# Everything is slow: one line, whatever the number of queries.
{
	my $paths = join '', map { "/ok?$_\n/count?$_\n/interim\n/chunked\n" } 1 .. 9;
	my ($status, $out, undef, $json) = run_load($url, $paths, '--per-query', '-r', 200, '-d', '1s',
		map { ("--$_", '0.001') } qw(avg p95 p99));
	my ($headline) = split /\n\n/, $out;
	my @lines = grep { !/^http:/ } split /\n/, $headline;

	is($status, 1, 'everything is slow: exit status');
	is(scalar @lines, 1, 'everything is slow: one line') or diag($headline);
	like($lines[0], qr/\Anot ok: everything is slow: all 4 queries miss their targets; mean /,
		'everything is slow: which says so');
	is(scalar @{ $_->{reasons} }, 3, "everything is slow: JSON, $_->{name}")
	  for @{ $json->{queries} };
	(undef, $out) = run_load($url, "/ok\n/late\n", '--per-query', '-c', 20, '-r', 10,
		'-d', '1s', '--p95', '990');
	unlike($out, qr/everything is slow/, 'one query is slow');
}

# ---- the client's own part -------------------------------------------------------------

{
	my (undef, $out, undef, $json) = run_load($url, "/ok\n", '-r', 100, '-d', '1s');
	my $own = $json->{client};

	like($out, qr/^perfcheck-http itself: \d+ % of a core; its own delay p50 \S+ ms, p95 \S+ ms, p99 \S+ ms; [\d,]+ started late by it$/m,
		'own part: in the report');
	is_deeply(
		[ sort keys %$own ],
		[ qw(core_share delay_ms delays_sampled invalid late_starts ports queue_share time_wait warnings) ],
		'own part: members');
	cmp_ok($own->{core_share}, '>', 0, 'own part: a share of a core');
	cmp_ok($own->{core_share}, '<', 1.1, 'own part: of one');
	cmp_ok($own->{delays_sampled}, '>', 10, 'own part: samples');
	cmp_ok($own->{delay_ms}{p50}, '<=', $json->{latency_ms}{max},
		'own part: of a latency');
	cmp_ok($own->{delay_ms}{p50}, '>=', 0, 'own part: is not negative');
}

# A client that stands still does not blame the server. The server's answers lie
# there meanwhile, and what was due starts late.
for my $options ([], [ loose_targets() ])
{
	my ($out, $err, $file) = ('', '', "$dir/stopped.json");
	my $timer = IPC::Run::timeout($timeout);

	unlink $marker;
	my $run = IPC::Run::start(
		[
			$program, '-c', 4, '-r', 200, '-d', '3s', '--p95', 100, @$options,
			'--requests', requests("/mark\n"), '--json', $file, $url
		],
		'<', \undef, '>', \$out, '2>', \$err, $timer);
	until (-e $marker)
	{
		$timer->check;
		sleep 0.01;
	}
	# The load is to be under way, and not at its beginning.
	sleep 0.7;
	$run->signal('STOP');
	sleep 1;
	$run->signal('CONT');
	$run->finish;

	my $json = JSON::PP::decode_json(slurp($file));

	ok(!$json->{valid}, 'stopped: not valid');
	# Late starts, or the delay itself where the machine is busy besides.
	my $why = $json->{client}{invalid};
	like($why, qr/perfcheck-http's own/, 'stopped: why');
	cmp_ok($json->{client}{late_starts}, '>', 100, 'stopped: late starts');
	like($out, qr/started late because of perfcheck-http's own loop/,
		'stopped: a note');
	unlike($out, qr/raise -c/, 'stopped: connections are not to blame');
	if (@$options)
	{
		is($run->full_result(0), 0, 'stopped: what is met is met all the same');
		like($out, qr/\Aok: .*\n   but not valid: \Q$why\E\n/,
			'stopped, targets met: report');
	}
	else
	{
		is($run->full_result(0), 5 << 8, 'stopped: exit status 5');
		# A busy machine may add the mean, which has its target unasked.
		like($out, qr/\Anot valid: \Q$why\E\n(?:   and: mean .*\n)?   and: p95 /,
			'stopped: report');
	}
}

# ---- the name and the address ------------------------------------------------------------

(my $address = $url) =~ s{^http://}{};
for my $client (@clients)
{
	my @with = ('--client', $client);

	like(sent("/write\n", @with), qr/^Host: \Q$address\E\r$/m,
		"no --host, $client");
	like(sent("/write\n", '--host', 'api.example.test', @with),
		qr/^Host: api\.example\.test\r$/m, "--host, $client");
	like(sent("/write\n", '--host', 'api.example.test:81', @with),
		qr/^Host: api\.example\.test:81\r$/m, "--host with a port, $client");
	like(sent("/write\n", '--connect-to', $address, @with,
			'http://api.example.test'),
		qr/^Host: api\.example\.test\r$/m, "--connect-to, $client");
	like(sent("/write\n", '--connect-to', "api.example.test:82:$address", @with,
			'http://api.example.test:82'),
		qr/^Host: api\.example\.test:82\r$/m,
		"--connect-to as curl has it, $client");
	for my $options ([ '--no-keepalive' ], [ '-H', 'Connection: close' ])
	{
		my ($status, $out, undef, $json) =
		  run_load($url, "/ok\n", '-c', 1, @$options, @with);

		is($status, 0, "@$options, $client: exit status");
		is(classes($json), 'right', "@$options, $client: right");
		unlike($out, qr/keep them alive/, "@$options, $client: as asked for");
		like(sent("/write\n", @$options, @with), qr/^Connection: close\r$/m,
			"@$options, $client: the header");
	}
	{
		my @traces = sent("/write\n", '--trace', '-r', 20, '-d', '500ms', @with) =~
		  /^traceparent: 00-([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-01\r$/mg;
		my %distinct = map { $_ => 1 } @traces;
		my %runs = map { substr($_, 0, 16) => 1 } @traces;

		cmp_ok(scalar @traces, '>', 1, "--trace, $client");
		is(scalar keys %distinct, scalar @traces, "--trace, $client: one each");
		is(scalar keys %runs, 1, "--trace, $client: of one run");
	}
}
refuses('invalid --host', '--host', 'a/b', $url);
refuses('invalid --connect-to', '--connect-to', 'a:b:c', $url);
refuses('invalid --connect-to', '--connect-to', 'a:99999', $url);
refuses('--connect-to and --unix-socket conflict',
	'--connect-to', 'a', '--unix-socket', '/x', $url);
refuses('Connection: close and --http2 conflict',
	'--no-keepalive', '--http2', $url);
refuses('--trace and -H "traceparent: ..." conflict',
	'--trace', '-H', 'traceparent: x', $url);
refuses('--cacert requires a URL that starts with https',
	'--cacert', $0, $url);
refuses('--cert-key requires --cert', '--cert-key', $0, 'https://localhost');
refuses('--insecure and --cacert conflict', '--insecure', '--cacert', $0,
	'https://localhost');
refuses('cannot read the file "/no/such"', '--cacert', '/no/such',
	'https://localhost');

# ---- certificates ------------------------------------------------------------------

sub openssl
{
	my ($out) = ('');

	IPC::Run::run([ 'openssl', @_ ], '<', \undef, '>', \$out, '2>', \$out)
	  or die "openssl @_: $out";
	return;
}

sub certificate
{
	my ($name) = @_;

	openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', "/CN=$name",
		'-keyout', "$dir/$name.key", '-out', "$dir/$name.csr");
	open my $file, '>', "$dir/$name.ext" or die $!;
	print $file "subjectAltName=DNS:$name\n";
	close $file;
	openssl('x509', '-req', '-in', "$dir/$name.csr", '-CA', "$dir/ca.pem",
		'-CAkey', "$dir/ca.key", '-CAcreateserial', '-days', 2, '-extfile',
		"$dir/$name.ext", '-out', "$dir/$name.pem");
	return;
}

openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', 2, '-subj',
	'/CN=test ca', '-keyout', "$dir/ca.key", '-out', "$dir/ca.pem");
certificate('api.example.test');
certificate('somebody');
{
	# This server sends files as they are, with their headers.
	my $port = free_port();
	my $out = '';

	open my $file, '>', "$dir/ok" or die $!;
	print $file "HTTP/1.1 200 OK\r\nConnection: close\r\n"
	  . "Content-Length: 14\r\n\r\n{\"events\":[1]}";
	close $file;
	my $run = IPC::Run::start(
		[
			'openssl', 's_server', '-accept', $port, '-HTTP', '-naccept', 100000,
			'-cert', "$dir/api.example.test.pem", '-key',
			"$dir/api.example.test.key", '-CAfile', "$dir/ca.pem", '-Verify', 2,
			'-verify_return_error'
		],
		'<', \undef, '>', \$out, '2>', \$out,
		init => sub { chdir $dir }, IPC::Run::timeout($timeout));
	$run->pump until $out =~ /ACCEPT/;

	my @mine = ('--cert', "$dir/somebody.pem", '--cert-key', "$dir/somebody.key");
	my @all = ('--host', 'api.example.test', '--cacert', "$dir/ca.pem", @mine);
	my $target = "https://127.0.0.1:$port";

	for my $client (@clients)
	{
		my ($status, $report, $err, $json) =
		  run_load($target, "/ok\n", '-c', 1, '--client', $client, @all);

		is($status, 0, "certificates, $client: exit status")
		  or diag($report, $err);
		is(classes($json), 'right', "certificates, $client: right");
	}
	my ($status, undef, $err) =
	  run_load($target, "/ok\n", '-c', 1, '--cacert', "$dir/ca.pem", @mine);
	is($status, 3, 'the certificate is not for the address');
	($status, undef, $err) =
	  run_load($target, "/ok\n", '-c', 1, '--host', 'api.example.test', @mine);
	is($status, 3, 'nobody knows the authority');
	like($err, qr/^hint: .*--cacert/m, 'which --cacert names');
	my (undef, undef, undef, $json) = run_load($target, "/ok\n", '-c', 1,
		'--host', 'api.example.test', '--cacert', "$dir/ca.pem");
	unlike(defined $json ? classes($json) : '', qr/right/,
		'no certificate of the client');
	$run->kill_kill;
}

# ---- what is expected --------------------------------------------------------------------

sub is_expected
{
	my ($requests, $class, $words, @options) = @_;

	for my $client (@clients)
	{
		my ($status, $out, undef, $json) =
		  run_load($url, $requests, '--client', $client, @options);

		is(classes($json), $class, "@options, $client: $class") or diag($out);
		like($out, $words, "@options, $client: report");
	}
	return;
}

is_expected("/no_content\n", 'right', qr/\Aok/, '--expect-status', '204');
is_expected("/no_content\n/ok\n", 'right', qr/\Aok/, '--expect-status', '200,204');
is_expected("/no_content\n", 'status', qr/-> 204$/m, '--expect-status', '200');
is_expected("/status/404\n", 'right', qr/\Aok/, '--expect-status', '404');
is_expected("/status/404\n", 'right', qr/\Aok/, '--expect-status', '2xx, 400-499');
is_expected("/ok\n", 'status', qr/-> 200: /, '--expect-status', '404');
is_expected("/not_modified\n", 'right', qr/\Aok/, '--expect-status', '304');
refuses('invalid --expect-status', '--expect-status', $_, $url)
  for '', '2', '20', '2000', '600', '200,', '500-400', 'ok';

is_expected("POST /graphql_errors\n", 'expected',
	qr/-> expected \$\.errors absent: it is \[\{"message":"no such field"\}\]$/m,
	'--expect-json', '$.errors', 'absent');
is_expected("POST /graphql_errors\n", 'expected', qr/expected \$\.errors absent/,
	'--expect-json', '$.errors absent');
is_expected("/ok\n", 'right', qr/\Aok/, '--expect-json', '$.errors absent',
	'--expect-json', '$.events[0].id = 1', '--expect-json',
	'$.events[*].id >= 1', '--expect-json', '$.nextCursor', 'absent');
is_expected("/ok\n", 'expected', qr/expected \$\.events\[\*\]\.id < 3: it is 3\.0$/m,
	'--expect-json', '$.events[*].id < 3');
is_expected("/ok\n", 'expected', qr/expected \$\.data present: it is not there$/m,
	'--expect-json', '$.data present');
is_expected("POST /text\n", 'expected', qr/the body is not JSON$/m,
	'--expect-json', '$.a absent');
is_expected("/status/404\n", 'expected', qr/expected \$\.error = x: it is "because"$/m,
	'--expect-status', '404', '--expect-json', '$.error = x');
refuses('invalid --expect-json', '--expect-json', $_, $url)
  for 'errors absent', '$.a', '$..a absent', '$.a[x] absent', '$.a < b', '$.a =';

$server->stop;
done_testing();
