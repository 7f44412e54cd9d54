# The two clients of perfcheck-http: whatever a server does, both say the same.
# Reconnects, threads and many connections are here as well.
#
# It runs alone in make test, since 1,000 connections need both processors.
#
# PERFCHECK_HTTP names another build of the program, such as the one under
# sanitizers; STEADY_SERVER one of test/servers/steady.c.

use strict;
use warnings;

use FindBin;
use File::Temp ();
use IPC::Run ();
use Test::More;
use Time::HiRes qw(sleep);

use lib "$FindBin::RealBin/../lib";
use HttpRun qw(classes find_program loose_targets run_load);
use MisbehavingServer;

my $program =
  find_program('PERFCHECK_HTTP', 'build/perfcheck-http', 'perfcheck-http');

my $timeout = $ENV{PG_TEST_TIMEOUT_DEFAULT} // 180;
my $dir = File::Temp->newdir;
my $marker = "$dir/marker";
my $server = MisbehavingServer->start($marker);
my $steady = find_program('STEADY_SERVER', 'build/steady');
my @clients = qw(light multi);

# ---- helpers ---------------------------------------------------------------

sub is_classed
{
	my ($requests, $class, @options) = @_;

	for my $client (@clients)
	{
		my ($status, $out, $err, $json) = run_load($server->url, "$requests\n",
			'--client', $client, @options);

		is(classes($json), $class, "$requests: $class with $client")
		  or diag($out, $err);
	}
	return;
}

# The same at 10 requests a second, so that connections lie idle between two. A
# machine that is too busy may send one right after the other: once is enough.
sub is_right_after_idling
{
	my ($requests) = @_;

	for my $client (@clients)
	{
		my $found;

		for (1 .. 5)
		{
			my ($status, $out, $err, $json) =
			  run_load($server->url, "$requests\n", '-c', 1, '-r', 10, '-d', '600ms',
				'--client', $client);
			$found = classes($json);
			last if $found eq 'right';
		}
		is($found, 'right', "$requests after idling: right with $client");
	}
	return;
}

sub lines_of
{
	my ($name) = @_;

	open my $file, '<', $name or return ();
	return <$file>;
}

# ---- one class for each fault, whichever client ------------------------------

is_classed("GET $_", 'right')
  for qw(/ok /chunked /until_close /close_each /slow /split_chunks /interim
  /http10 /http10_kept /http10_until_close /no_reason /both_lengths
  /ok_once);
is_classed('HEAD /method?HEAD', 'right');
is_classed('POST /method?POST', 'right');
is_classed('DELETE /method?DELETE', 'right');

is_classed('GET /empty', 'empty');
is_classed("GET $_", 'status')
  for qw(/status/400 /status/500 /redirect /not_modified);
is_classed("GET $_", 'invalid')
  for qw(/not_json /no_body /no_content /no_content_length /garbage /half
  /short_length /bad_chunk /bad_length /long_header /switching /cut_headers
  /cut_after_interim /cut_chunk /cut_last_chunk /reset_in_body
  /garbage_after /two_answers /chunked_garbage_after /lengths_differ
  /lengths_same /length_list /length_signed);
is_classed("GET $_", 'connect') for qw(/nothing /reset /cut_status);
is_classed("GET $_", 'timeout', '--timeout', '200ms')
  for qw(/stall /stall_in_body);
is_classed('GET /large', 'invalid', '-c', 1);

# In an open loop connections lie idle between two requests.
is_right_after_idling($_)
  for 'GET /ok_once_by_and_by', 'GET /close_each',
  'POST /ok_once_by_and_by', 'HEAD /method?HEAD';

# ---- the same bytes are sent ---------------------------------------------------

for my $request ('GET /write?a=b', 'POST /write', 'DELETE /write',
	'GET /x/../write')
{
	my %sent;

	for my $client (@clients)
	{
		unlink $marker;
		run_load($server->url, "$request\n", '-c', 1, '-r', 1, '-d', '10ms',
			'--header', 'X-Test: 1', '--client', $client);
		# libcurl has an order of its own.
		$sent{$client} = join '', sort(lines_of($marker));
	}
	is($sent{light}, $sent{multi}, "$request: both send the same");
	like($sent{light}, qr/^X-Test: 1\r$/m, 'and the header')
	  unless $request =~ /x/;
}

# ---- never twice -----------------------------------------------------------

# Each connection's second request is carried out, and gets no answer.
for my $client (@clients)
{
	for my $method (qw(GET POST PUT PATCH DELETE))
	{
		unlink $marker;
		my ($status, $out, $err, $json) = run_load($server->url,
			"$method /drop_second\n", '-c', 1, '-d', '1s', '--client', $client);
		my $carried_out = () = lines_of($marker);

		cmp_ok($json->{requests}, '>', 2, "$method, $client: requests");
		if ($method eq 'GET')
		{
			is(classes($json), 'right',
				"$method, $client: sent again, and no error");
			is($carried_out, $json->{requests} + $json->{resent},
				"$method, $client: each is counted");
			is($status, 1, "$method, $client: and too many");
		}
		else
		{
			is(classes($json), 'connect right', "$method, $client: an error");
			is($carried_out, $json->{requests},
				"$method, $client: nothing was carried out twice");
		}
	}
}

# ---- IPv6 ------------------------------------------------------------------

SKIP:
{
	my $server6 = eval { MisbehavingServer->start($marker, '::1') }
	  or skip 'no IPv6', scalar @clients;

	for my $client (@clients)
	{
		my ($status) =
		  run_load($server6->url, "/ok\n/close_each\n", '--client', $client);
		is($status, 0, "IPv6: $client");
	}
}

# ---- many connections, TLS ---------------------------------------------------

# The URL, and the run to be killed.
sub start_steady
{
	my ($url, $err) = ('', '');
	my $run = IPC::Run::start([ $steady, @_ ], '<', \undef, '>', \$url, '2>',
		\$err, IPC::Run::timeout($timeout));

	$run->pump until $url =~ s/\n//;
	return ($url, $run);
}

{
	my ($url, $run) = start_steady();

	for my $client (@clients)
	{
		my ($status, $out, $err, $json) =
		  run_load($url, "/\n", '-c', 1000, '-d', '1s', '--client', $client);

		is($status, 0, "1,000 connections: $client") or diag($out, $err);
		cmp_ok($json->{requests}, '>=', 1000, 'all of them are used');
		unlike($out, qr/connections were made/, 'and kept');
	}
	for my $client (@clients)
	{
		my ($status, $out, $err, $json) = run_load($url, "/\n/close\n", '-c', 5, '-t', 3,
			'-d', '300ms', '--client', $client);
		is($status, 0, "three threads: $client");
	}
	$run->kill_kill;
}
SKIP:
{
	my ($certificate, $key) = ("$dir/cert.pem", "$dir/key.pem");
	my ($out, $err) = ('', '');

	eval {
		IPC::Run::run(
			[
				qw(openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj
				  /CN=localhost -addext subjectAltName=DNS:localhost -keyout),
				$key, '-out', $certificate
			],
			'<', \undef, '>', \$out, '2>', \$err);
	} or skip 'no openssl to make a certificate with', 1;
	my ($url, $run) = start_steady($certificate, $key);

	for my $client (@clients)
	{
		my ($status, $out, $err, $json) = run_load($url, "/\n", '--client', $client);

		is($status, 3, "TLS: $client verifies the certificate");
		like($err, qr/certificate.*\nhint: .*--insecure /, 'and says so');
		($status, $out, $err, $json) = run_load($url, "/\n", '--insecure',
			'-d', '500ms', '--client', $client);
		is($status, 0, "TLS: $client with --insecure") or diag($out, $err);
		unlike($out, qr/connections were made/, 'the connection is kept');
		($status, $out, $err, $json) = run_load($url, "/close\n", '--insecure',
			'-d', '500ms', '--client', $client);
		is($status, 0, "TLS: $client connects again") or diag($out, $err);
		like($out, qr/connections were made/, 'each time');
	}
	$run->kill_kill;
}

# ---- Ctrl-C with threads --------------------------------------------------------

{
	my ($out, $err) = ('', '');
	my $timer = IPC::Run::timeout($timeout);

	unlink $marker;
	open my $file, '>', "$dir/requests" or die "cannot write: $!";
	print $file "/log\n";
	close $file;
	my $run = IPC::Run::start(
		[
			$program, '-c', 4, '-t', 3, '-r', 100, '-d', '10m', loose_targets(), '--requests', "$dir/requests",
			$server->url
		],
		'<', \undef, '>', \$out, '2>', \$err, $timer);
	until (-e $marker)
	{
		$timer->check;
		sleep 0.01;
	}
	$run->signal('INT');
	$run->finish;
	is($run->full_result(0), 4 << 8, 'interrupted with threads: exit status');
	like($out, qr/\Aok: .*interrupted/s, 'interrupted with threads: report');
	like($err, qr/\Aperfcheck-http: stopping; .*\n\z/,
		'interrupted with threads: message');
}

$server->stop;
done_testing();
