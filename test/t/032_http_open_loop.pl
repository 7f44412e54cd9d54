# perfcheck-http in an open loop against a server that stalls by the clock: the
# percentiles are those that follow from the schedule. The server is
# test/servers/stall.c, the truth is in test/lib/StallTruth.pm.
#
# Other work on the machine makes latencies longer, never shorter, and a tool
# that leaves out what a stall holds back is wrong by a factor in every round.
# So one round of a few that is right is enough. It runs alone in make test.
#
# PERFCHECK_HTTP and STALL_SERVER name other builds of the programs.

use strict;
use warnings;

use FindBin;
use IPC::Run ();
use JSON::PP ();
use Test::More;

use lib "$FindBin::RealBin/../lib";
use MisbehavingServer;
use StallTruth;

my $top = "$FindBin::RealBin/../..";
my ($program) =
  grep { -x } $ENV{PERFCHECK_HTTP} // (), "$top/build/perfcheck-http",
  "$top/perfcheck-http";
my ($stall) = grep { -x } $ENV{STALL_SERVER} // (), "$top/build/stall";
die "perfcheck-http is not built; run make http\n" unless $program;
die "stall is not built; run make build/stall\n" unless $stall;

my $timeout = $ENV{PG_TEST_TIMEOUT_DEFAULT} // 180;
my $tolerance = 0.05;
my $rounds = 6;
my %load = (
	rate => 1000,
	duration => 5000,
	connections => 40,
	delay => 20,
	first => 1500,
	every => 10000,
	length => 800);

# One run; its JSON.
sub measure
{
	my (@options) = @_;
	my ($url, $in, $out, $err) = ('', "/events\n", '', '');
	my $server = IPC::Run::start(
		[ $stall, @load{qw(delay first every length)} ],
		'<', \undef, '>', \$url, IPC::Run::timeout($timeout));

	$server->pump until $url =~ s/\n//;
	IPC::Run::run(
		[
			$program, '--rate', $load{rate}, '-d', "$load{duration}ms", '-c',
			$load{connections}, '--requests', '-', '--json', '-', @options,
			$url
		],
		'<', \$in, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	$server->kill_kill;
	diag($err) if $out eq '';
	return $out eq '' ? undef : JSON::PP::decode_json($out);
}

sub is_near
{
	my ($found, $expected) = @_;
	return abs($found - $expected) <= $tolerance * $expected;
}

my $truth = StallTruth->new(%load);

cmp_ok($truth->latency(99), '>', 10 * $truth->service(99),
	'what a tool leaves out that does not count from the schedule');

for my $options ([], [ '--client', 'multi' ], [ '--threads', 2 ])
{
	my $name = @$options ? "@$options" : 'light';
	my $right;
	my $said = '';

	for my $round (1 .. $rounds)
	{
		my $json = measure(@$options) or last;
		my @off;

		# Of two threads each has its own connections and its own queue.
		for my $percent (50, 90, 99, 99.9)
		{
			my $member = "p$percent" =~ tr/./_/r;
			my $expected = $truth->latency($percent);
			my $found = $json->{latency_ms}{$member};

			push @off, sprintf '%s is %.2f ms, and should be %.2f ms', $member,
			  $found, $expected
			  unless is_near($found, $expected);
		}
		push @off, "$json->{late_starts} late, and should be " . $truth->late
		  unless abs($json->{late_starts} - $truth->late) <=
		  $tolerance * $truth->requests;
		# Facts, in each round.
		is($json->{requests}, $truth->requests, "$name: all that was due");
		cmp_ok($json->{service_ms}{p99}, '<', $json->{latency_ms}{p99},
			"$name: the service time does not show the wait");
		$right = !@off;
		last if $right;
		$said .= "round $round: " . join('; ', @off) . "\n";
	}
	ok($right, "$name: percentiles and late starts within 5 %") or diag($said);
	note($said);
}

# What no connection was free for, long after the end, is no less of a timeout.
{
	my $server = MisbehavingServer->start("$FindBin::RealBin/none");
	my ($in, $out, $err) = ("/stall\n", '', '');

	IPC::Run::run(
		[
			$program, '--rate', 200, '-d', '500ms', '-c', 1, '--timeout',
			'200ms', '--requests', '-', '--json', '-', $server->url
		],
		'<', \$in, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	my $json = JSON::PP::decode_json($out);

	is($json->{requests}, 100, 'a server that hangs: all that was due');
	is($json->{errors}{timeout}, 100, 'a server that hangs: timeouts');
	cmp_ok($json->{latency_ms}{max}, '>=', 400,
		'a server that hangs: their latency is from when they were due');
	like($err, qr/no answer within|timed out|not sent/, 'a server that hangs: example');
	$server->stop;
}

done_testing();
