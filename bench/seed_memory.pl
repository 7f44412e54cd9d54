#!/usr/bin/perl
# Prints the peak of the anonymous memory, in kB, of the backend whose pid the
# named file will hold, and of the backend and its parallel workers together.
# Sampled every 50 ms until the backend is gone. Shared buffers, which VmHWM
# would count in, are left out.
#
#   perl bench/seed_memory.pl FILE
use strict;
use warnings;

use constant INTERVAL => 0.05;    # seconds

sub slurp
{
	my ($name) = @_;
	open my $file, '<', $name or return '';
	local $/ = undef;
	return scalar(<$file>) // '';
}

sub anonymous_kb
{
	my ($pid) = @_;
	return slurp("/proc/$pid/status") =~ /^RssAnon:\s*(\d+) kB/m ? $1 : 0;
}

# A postmaster's workers for this backend, by the title that they show.
sub workers
{
	my ($backend, $postmaster) = @_;
	return grep { slurp("/proc/$_/cmdline") =~ /worker for PID $backend\b/ }
	  split ' ', slurp("/proc/$postmaster/task/$postmaster/children");
}

my $pid_file = shift // die "usage: seed_memory.pl FILE\n";
my $pid;
until (defined $pid)
{
	select undef, undef, undef, INTERVAL;
	$pid = $1 if slurp($pid_file) =~ /^(\d+)\n/;
}
my ($postmaster) = slurp("/proc/$pid/status") =~ /^PPid:\s*(\d+)/m
  or die "backend $pid is gone\n";

my ($peak, $peak_together) = (0, 0);
while (my $own = anonymous_kb($pid))
{
	my $together = $own;
	$together += anonymous_kb($_) for workers($pid, $postmaster);
	$peak = $own if $own > $peak;
	$peak_together = $together if $together > $peak_together;
	select undef, undef, undef, INTERVAL;
}
print "$peak $peak_together\n";
