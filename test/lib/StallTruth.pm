# What a load test of test/servers/stall.c must find, computed from the schedule
# and from nothing else: request n is due at n / rate; it is sent then or, when
# all connections are busy, as soon as the oldest request under way has its
# answer; the server's answer comes after its delay, or at the end of a stall.
#
#	my $truth = StallTruth->new(rate => 2000, duration => 30000,
#		connections => 100, delay => 20, first => 5000, every => 10000,
#		length => 1000);
#	$truth->latency(99.9);    # from when requests were due
#	$truth->service(99.9);    # from when they were sent
#	$truth->late;             # how many were sent over 1 ms late
#
# Times are in milliseconds.

package StallTruth;

use strict;
use warnings;

use POSIX qw(ceil floor);

sub new
{
	my ($class, %load) = @_;
	my $self = bless { late => 0 }, $class;
	my $count = ceil($load{rate} * $load{duration} / 1000);
	my @done;

	for my $n (0 .. $count - 1)
	{
		my $due = 1000 * $n / $load{rate};
		my $before = $n < $load{connections} ? 0 : $done[ $n - $load{connections} ];
		my $sent = $before > $due ? $before : $due;

		$done[$n] = after_stall(\%load,
			after_stall(\%load, $sent) + $load{delay});
		$self->{late}++ if $sent - $due > 1;
		push @{ $self->{latencies} }, $done[$n] - $due;
		push @{ $self->{services} }, $done[$n] - $sent;
	}
	$self->{$_} = [ sort { $a <=> $b } @{ $self->{$_} } ]
	  for qw(latencies services);
	return $self;
}

# The moment itself, or the end of the stall that it is in.
sub after_stall
{
	my ($load, $at) = @_;
	my $number = floor(($at - $load->{first}) / $load->{every});
	my $end = $load->{first} + $number * $load->{every} + $load->{length};

	return $number >= 0 && $at < $end ? $end : $at;
}

# Nearest rank, as stats.h has it.
sub percentile
{
	my ($percent, $sorted) = @_;
	my $rank = ceil($percent * @$sorted / 100 - 1e-9);

	return $sorted->[ $rank > 0 ? $rank - 1 : 0 ];
}

sub latency
{
	my ($self, $percent) = @_;
	return percentile($percent, $self->{latencies});
}

sub service
{
	my ($self, $percent) = @_;
	return percentile($percent, $self->{services});
}

sub late
{
	my ($self) = @_;
	return $self->{late};
}

sub requests
{
	my ($self) = @_;
	return scalar @{ $self->{latencies} };
}

1;
