# How requests of perfcheck-http get to a server: redirects, proxies, HTTP/2,
# connections of TLS that are made by a thread of their own.
#
# PERFCHECK_HTTP names another build of the program, such as the one under
# sanitizers; PERFCHECK_HTTP_TSAN the one under ThreadSanitizer; STEADY_SERVER
# one of test/servers/steady.c.
# It runs once more by itself in make test where it failed beside others: requests need a processor.

use strict;
use warnings;

use FindBin;
use File::Temp ();
use IO::Select ();
use IO::Socket::INET ();
use IPC::Run ();
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep);

use lib "$FindBin::RealBin/../lib";
use HttpRun qw(classes find_program free_port run_load);
use MisbehavingServer;

my $racing = find_program('PERFCHECK_HTTP_TSAN', 'build/perfcheck-http-tsan');
my $steady = find_program('STEADY_SERVER', 'build/steady');
my ($nghttpd) =
  grep { -x } map { "$_/nghttpd" } split(/:/, $ENV{PATH}), '/usr/sbin';
die "nghttpd is not here; run test/tools/setup.sh\n" unless $nghttpd;

my $timeout = $ENV{PG_TEST_TIMEOUT_DEFAULT} // 180;
my $dir = File::Temp->newdir;
my $marker = "$dir/marker";
my $server = MisbehavingServer->start($marker);
my $url = $server->url;

# Neither a proxy of the environment nor an exception from one counts.
$ENV{http_proxy} = $ENV{https_proxy} = 'http://127.0.0.1:1';
$ENV{no_proxy} = '*';

# ---- helpers ---------------------------------------------------------------

# All answers are of that class; the report, which has these words in it.
sub is_classed
{
	my ($name, $class, $words, $target, $requests, @options) = @_;
	my ($status, $out, $err, $json) = run_load($target, $requests, @options);

	is(classes($json), $class, "$name: $class") or diag($out, $err);
	is($status, $class eq 'right' ? 0 : 1, "$name: exit status");
	like($out, $words, "$name: report");
	return $json;
}

# ---- redirects ---------------------------------------------------------------

my $json = is_classed('not asked for', 'status',
	qr{-> 302\n.*give the final URL, or --redirects N}s,
	$url, "/redirect\n", '--client', 'multi');
is($json->{redirects}, 0, 'not asked for: none is followed');

$json = is_classed('one', 'right',
	qr/^note: [\d,]+ redirects were followed, each a request more$/m,
	$url, "/redirect\n", '--redirects', 1);
is($json->{redirects}, $json->{requests}, 'one: each request has one');
$json = is_classed('two', 'right', qr/redirects were followed/,
	$url, "/redirect_twice\n", '--redirects', 2);
is($json->{redirects}, 2 * $json->{requests}, 'two: each request has two');
$json = is_classed('beside others', 'right', qr/redirects were followed/,
	$url, "/redirect\n/ok\n", '--redirects', 1);
cmp_ok(abs(2 * $json->{redirects} - $json->{requests}),
	'<=', 2, 'beside others: every other request has one');
is_classed('HEAD', 'right', qr/redirects were followed/,
	$url, "HEAD /redirect\n", '--redirects', 1);
$json = is_classed('after a warm-up', 'right', qr/redirects were followed/,
	$url, "/redirect\n", '--redirects', 1, '--warmup', '300ms');
cmp_ok($json->{warmup}{requests}, '>', 10, 'after a warm-up: there was one');
is($json->{redirects}, $json->{requests}, 'after a warm-up: those count only');
is_classed('connections that close', 'right', qr/redirects were followed/,
	$url, "/redirect_closing\n", '--redirects', 1);

is_classed('one too many', 'status',
	qr{-> 302: too many redirects: \Q$url\E/ok$}m,
	$url, "/redirect_twice\n", '--redirects', 1);
is_classed('round and round', 'status', qr/-> 301: too many redirects: /,
	$url, "/redirect_round\n", '--redirects', 20);
is_classed('to another server', 'status',
	qr{-> 302: the redirect leads to another server: http://localhost:9/ok$}m,
	$url, "/redirect_away\n", '--redirects', 5);
is_classed('to nowhere', 'status', qr{-> 302$}m,
	$url, "/redirect_nowhere\n", '--redirects', 5);

# What writes is not sent to where nobody has sent it.
is_classed('POST', 'status', qr{POST /redirect -> 302$}m,
	$url, "POST /redirect\n", '--redirects', 5);

# A redirect does not give a request its time once more: that would make 600 ms
# at least. A busy machine may take as long; once in time is enough.
{
	my $max;

	for (1 .. 5)
	{
		my (undef, undef, undef, $json) = run_load($url, "/redirect_late\n",
			'--redirects', 1, '--timeout', '400ms');

		last if classes($json) ne 'timeout';
		$max = $json->{latency_ms}{max};
		last if $max < 600;
	}
	cmp_ok($max, '<', 600, 'timeout: in all, not after each answer');
}
# Nor does it leave the next one less.
is_classed('timeout of the next', 'right', qr/\Aok/, $url,
	"/redirect\n/late\n", '--redirects', 1, '-c', 1, '-d', '1500ms');

# ---- JSON of other methods -----------------------------------------------------

for my $client (qw(light multi))
{
	is_classed("POST, JSON, $client", 'right', qr/\Aok/,
		$url, "POST /ok\n", '--client', $client);
	is_classed("POST, no JSON, $client", 'invalid',
		qr/POST \/not_json -> not JSON/,
		$url, "POST /not_json\n", '--client', $client);
	is_classed("POST, text, $client", 'right', qr/\Aok/,
		$url, "POST /text\n", '--client', $client);
}

# ---- proxies -----------------------------------------------------------------

# The server answers as a proxy; the host is known to nobody else.
is_classed('proxy', 'right', qr/2 connections through a proxy/,
	'http://host.invalid', "/ok\n/close_each\n", '--proxy', $url);
{
	my ($status, $out, $err) = run_load('http://host.invalid', "/ok\n", '--proxy',
		'http://me:secret@127.0.0.1:' . free_port());
	my ($socket_status, undef, $socket_err) =
	  run_load($url, "/ok\n", '--unix-socket', "$dir/absent");

	is($socket_status, 3, 'no socket there: exit status');
	like($socket_err, qr/\nhint: .*\Q$dir\E\/absent/,
		'no socket there: message');

	is($status, 3, 'no proxy there: exit status');
	like($err, qr/\Aperfcheck-http: could not connect to .*\nhint: .*--proxy/,
		'no proxy there: message');
	unlike($out . $err, qr/secret/, 'no proxy there: no password');
}

# ---- never twice ---------------------------------------------------------------

# Each connection's second request is carried out, and gets no answer. With
# several connections there is always another one for it.
for my $client (qw(light multi))
{
	unlink $marker;
	my ($status, $out, $err, $json) = run_load($url, "POST /drop_second\n", '-c', 6,
		'-r', 300, '-d', '2s', '--client', $client);
	my $unsent = $json->{errors}{timeout};
	open my $file, '<', $marker or die "nothing was carried out: $!";
	my $carried_out = () = <$file>;

	close $file;
	cmp_ok($json->{errors}{connect}, '>', 5, "$client: some got no answer");
	is($carried_out + $unsent, $json->{requests},
		"$client: nothing was carried out twice");
	like($out, qr/POST \/drop_second -> \S/, "$client: why");
}

# ---- TLS ---------------------------------------------------------------------

my ($certificate, $key) = ("$dir/cert.pem", "$dir/key.pem");
{
	my ($out, $err) = ('', '');

	IPC::Run::run(
		[
			qw(openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj
			  /CN=localhost -addext subjectAltName=DNS:localhost -keyout),
			$key, '-out', $certificate
		],
		'<', \undef, '>', \$out, '2>', \$err) or die "openssl: $err";
}

sub start_steady
{
	my ($url, $err) = ('', '');
	my $run = IPC::Run::start([ $steady, @_ ],
		'<', \undef, '>', \$url, '2>', \$err, IPC::Run::timeout($timeout));

	$run->pump until $url =~ s/\n//;
	return ($url, $run);
}

# Passes the bytes of the first connections on, and keeps silent on the others.
# As a proxy, it waits for a CONNECT first, and answers it.
sub start_relay
{
	my ($port, $passed, $is_proxy) = @_;
	my $listener = IO::Socket::INET->new(
		LocalAddr => '127.0.0.1',
		LocalPort => 0,
		Listen => 128) or die "cannot listen: $!";
	my $pid = fork;

	die "cannot fork: $!" unless defined $pid;
	return ($pid, 'https://localhost:' . $listener->sockport) if $pid;
	my $select = IO::Select->new($listener);
	my %other;

	while (1)
	{
		for my $socket ($select->can_read)
		{
			if ($socket == $listener)
			{
				my $from = $listener->accept or next;
				my $to;

				$to = IO::Socket::INET->new(
					PeerAddr => '127.0.0.1',
					PeerPort => $port)
				  if $passed-- > 0;
				while ($is_proxy && $to)
				{
					my $line = <$from> // last;
					next if $line ne "\r\n";
					syswrite $from, "HTTP/1.1 200 Established\r\n\r\n";
					last;
				}
				@other{ $from, $to // () } = ($to, $to ? $from : ());
				$select->add($from, $to // ());
			}
			elsif (!$select->exists($socket))
			{
				# The other side has ended it just now.
			}
			elsif (sysread $socket, my $bytes, 65536)
			{
				my $to = $other{$socket} or next;
				syswrite $to, $bytes;
			}
			else
			{
				my $to = $other{$socket};
				$select->remove(grep { defined } $socket, $to);
				close $_ for grep { defined } $socket, $to;
			}
		}
	}
	POSIX::_exit(0);
}

my ($tls_url, $tls_run) = start_steady($certificate, $key);
my ($tls_port) = $tls_url =~ /:(\d+)$/;

# Handshakes that are given up, begun again, and completed too late.
for my $given (3, 20, 60)
{
	my ($status, $out, $err, $json) = run_load($tls_url, "/close\n", '--insecure',
		'-c', 30, '-t', 2, '-d', '500ms', '--timeout', "${given}ms",
		'--connect-timeout', '20s');

	# The first connection of all has its time limit, too.
	next if $status == 3 && $err =~ /could not connect/;
	like(classes($json), qr/\A(connect ?)?(timeout ?)?(right)?\z/,
		"TLS, $given ms a request: classes") or diag($out, $err);
	is($err, '', "TLS, $given ms a request: no complaint");
}
for my $client (qw(light multi))
{
	my ($pid, $out, $err, $json);

	# On a busy machine a connection may take as long as the silent one may; once in
	# time is enough.
	for (1 .. 4)
	{
		kill 'KILL', $pid and waitpid $pid, 0 if $pid;
		# One connection to see whether there is anything, and one of two.
		($pid, my $relay_url) = start_relay($tls_port, 2);
		(undef, $out, $err, $json) = run_load($relay_url, "/\n", '--insecure',
			'-d', '1s', '--connect-timeout', '300ms', '--client', $client);
		last if $json && classes($json) eq 'connect right'
		  && $json->{requests} > 10 + $json->{errors}{connect};
	}
	is(classes($json), 'connect right',
		"TLS, one of two is silent: $client") or diag($out, $err);
	cmp_ok($json->{errors}{connect}, '<', 6,
		"TLS, one of two is silent: each takes its time: $client");
	cmp_ok($json->{requests}, '>', 10 + $json->{errors}{connect},
		"TLS, one of two is silent: the other is in use: $client");
	kill 'KILL', $pid;
	waitpid $pid, 0;
}

# The bytes of CONNECT are no request that was sent before.
for my $method (qw(GET HEAD POST DELETE))
{
	my ($pid, $relay_url) = start_relay($tls_port, 1000, 1);

	is_classed("$method through a proxy's tunnel", 'right',
		qr/through a proxy/, $tls_url, "$method /\n$method /close\n",
		'--insecure', '--proxy', $relay_url =~ s/https/http/r);
	kill 'KILL', $pid;
	waitpid $pid, 0;
}

# TLS says that it is at its end; that is no sign of life.
{
	my ($idle_url, $idle_run) = start_steady($certificate, $key, 1);

	for my $client (qw(light multi))
	{
		is_classed("POST after idling, $client", 'right',
			qr/connections were made/, $idle_url, "POST /\n", '--insecure',
			'-c', 1, '-r', 0.6, '-d', '5s', '--client', $client);
	}
	$idle_run->kill_kill;
}

# Which thread does what, as ThreadSanitizer sees it. It needs an address space
# that is not at random, and some systems let nobody have one.
{
	my @fixed = qw(setarch -R);
	my @wrapped =
	  eval { IPC::Run::run([ @fixed, 'true' ], '>', '/dev/null', '2>&1') }
	  ? (@fixed, $racing)
	  : ($racing);

	local $ENV{TSAN_OPTIONS} = 'exitcode=66';
	for my $given ('20s', '40ms')
	{
		my ($status, $out, $err) = run_load($tls_url,
			"/close\n/\n", \@wrapped, '--insecure', '-c', 20, '-t', 3, '-d', '1s',
			'--timeout', $given);

		unlike($err, qr/ThreadSanitizer/, "TLS, $given: no race");
		like($status, $given eq '20s' ? qr/\A0\z/ : qr/\A[013]\z/,
			"TLS, $given: exit status") or diag($out, $err);
	}
}

# ---- HTTP/2 ------------------------------------------------------------------

is_classed('a server without HTTP/2', 'invalid',
	qr{-> the server answered in HTTP/1\.1, not in HTTP/2$}m,
	$tls_url, "/\n", '--insecure', '--http2');
$tls_run->kill_kill;

# The port, and the run to be killed. It writes "$dir/log".
sub start_nghttpd
{
	my (@options) = @_;
	my $port = free_port();
	my $run;

	mkdir "$dir/www";
	open my $file, '>', "$dir/www/events" or die "cannot write: $!";
	print $file '{"events":[1,2,3],"nextCursor":null}';
	close $file;
	$run = IPC::Run::start(
		[
			$nghttpd, '-v', '-d', "$dir/www", '-a', '127.0.0.1', @options,
			$port, (grep { $_ eq '--no-tls' } @options)
			? ()
			: ($key, $certificate)
		],
		'<', \undef, '>', "$dir/log", '2>&1', IPC::Run::timeout($timeout));
	until (IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port))
	{
		die 'nghttpd has ended' unless $run->pumpable;
		sleep 0.05;
	}
	return ($port, $run);
}

# Each connection has a number in nghttpd's log; those that carried requests.
sub connections_in_log
{
	my %seen;

	open my $file, '<', "$dir/log" or die "no log: $!";
	while (my $line = <$file>)
	{
		$line =~ s/\e\[[\d;]*m//g;
		$seen{$1}++ if $line =~ /\[id=(\d+)\] .*recv \(stream_id=\d+\) :method/;
	}
	close $file;
	return scalar keys %seen;
}

for my $case ([ 3, 1 ], [ 2, 10 ], [ 1, 50 ])
{
	my ($connections, $streams) = @$case;
	my ($port, $run) = start_nghttpd();
	my $name = "HTTP/2, $connections times $streams";

	$json = is_classed($name, 'right',
		qr/$connections connections? of HTTP\/2/,
		"https://localhost:$port", "/events\n", '--insecure', '--http2', '-c',
		$connections, '--streams', $streams);
	cmp_ok($json->{requests}, '>', $connections * $streams, "$name: requests");
	is($json->{http}, '2', "$name: JSON");
	is($json->{streams}, $streams, "$name: streams in the JSON");
	$run->kill_kill;
	is(connections_in_log(), $connections, "$name: so many connections");
}
{
	# A server that takes fewer requests at a time than are sent.
	my ($port, $run) = start_nghttpd('-m', 1);

	$json = is_classed('HTTP/2, one stream of 100', 'right',
		qr/^note: [\d,]+ requests waited for a stream, /m,
		"https://localhost:$port", "/events\n", '--insecure', '--http2', '-c',
		1, '--streams', 100, '-d', '1s');
	cmp_ok($json->{service_ms}{p50}, '<', $json->{latency_ms}{p50},
		'HTTP/2, one stream of 100: to wait for it is none of the service');
	$run->kill_kill;
}
{
	my ($port, $run) = start_nghttpd();

	is_classed('HTTP/2, 404', 'status', qr/-> 404/, "https://localhost:$port",
		"/absent\n", '--insecure', '--http2');
	is_classed('HTTP/2, open loop', 'right', qr/\Aok/,
		"https://localhost:$port", "/events\nHEAD /events\n", '--insecure',
		'--http2', '-r', 50, '-d', '1s', '-t', 2);
	$run->kill_kill;
}
{
	# Without TLS, where libcurl can.
	my ($port, $run) = start_nghttpd('--no-tls');
	my ($status, $out, $err, $json) =
	  run_load("http://127.0.0.1:$port", "/events\n", '--http2');

	if ($status == 3)
	{
		like(
			$err,
			qr/\Aperfcheck-http: libcurl 7\.88\.\d cannot keep connections of HTTP\/2 without TLS\nhint: .*\n\z/,
			'HTTP/2 without TLS: refused');
	}
	else
	{
		is(classes($json), 'right', 'HTTP/2 without TLS') or diag($out, $err);
	}
	$run->kill_kill;
}

$server->stop;
done_testing();
