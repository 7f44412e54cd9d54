# A small HTTP/1.1 server that does what the path of a request tells it to:
# answer rightly, or in one of the ways in which servers go wrong. One process
# a connection; all of them are in a process group of their own.
#
#	my $server = MisbehavingServer->start($marker);
#	... $server->url . '/ok' ...
#	$server->stop;
#
# /mark creates the file $marker before it answers as /ok does.

package MisbehavingServer;

use strict;
use warnings;

use IO::Socket::INET;
use POSIX ();
use Socket qw(SOL_SOCKET SO_LINGER);

sub start
{
	my ($class, $marker) = @_;
	my $listener = IO::Socket::INET->new(
		LocalAddr => '127.0.0.1',
		LocalPort => 0,
		Listen => 128,
		ReuseAddr => 1) or die "cannot listen: $!";
	my $port = $listener->sockport;
	my $pid = fork;

	die "cannot fork: $!" unless defined $pid;
	if ($pid == 0)
	{
		setpgrp(0, 0);
		eval { serve($listener, $marker) };
		POSIX::_exit(1);
	}
	setpgrp($pid, $pid);
	return bless { pid => $pid, port => $port }, $class;
}

sub url
{
	my ($self) = @_;

	return "http://127.0.0.1:$self->{port}";
}

sub stop
{
	my ($self) = @_;
	my $pid = delete $self->{pid} // return;

	kill 'KILL', -$pid;
	waitpid $pid, 0;
	return;
}

sub DESTROY
{
	my ($self) = @_;
	local ($?, $!);

	$self->stop;
	return;
}

sub serve
{
	my ($listener, $marker) = @_;

	$SIG{CHLD} = 'IGNORE';
	$SIG{PIPE} = 'IGNORE';
	while (1)
	{
		my $connection = $listener->accept or next;
		my $pid = fork;

		if (defined $pid && $pid == 0)
		{
			close $listener;
			eval { converse($connection, $marker) };
			POSIX::_exit(0);
		}
		close $connection;
	}
	return;
}

# Requests of one connection, until a behaviour returns false: then it closes.
sub converse
{
	my ($connection, $marker) = @_;

	$connection->autoflush(1);
	while (my $line = <$connection>)
	{
		my ($method, $target) = $line =~ m{^(\S+) (\S+) HTTP/1\.1\r\n\z}
		  or return;
		my ($path, $query) = split /\?/, $target, 2;

		while (defined(my $header = <$connection>))
		{
			last if $header eq "\r\n";
		}
		return unless behave($connection, $method, $path, $query, $marker);
	}
	return;
}

sub events
{
	my ($count) = @_;

	return '{"events":['
	  . join(',', map { "{\"id\":$_}" } 1 .. $count)
	  . '],"nextCursor":null}';
}

sub answer
{
	my ($connection, $status, $body, @headers) = @_;

	print $connection join("\r\n",
		"HTTP/1.1 $status Reason",
		'Content-Type: application/json',
		'Content-Length: ' . length($body),
		@headers, '', $body);
	return 1;
}

my %behaviours = (
	'/ok' => sub { answer($_[0], 200, events(3)) },
	'/empty' => sub { answer($_[0], 200, events(0)) },
	'/not_json' => sub { answer($_[0], 200, '<html>hello</html>') },
	'/array' => sub { answer($_[0], 200, '[1, 2, 3]') },
	'/no_events' => sub { answer($_[0], 200, '{"items": [1]}') },
	'/no_body' => sub { answer($_[0], 200, '') },
	'/redirect' => sub { answer($_[0], 302, '', 'Location: /ok') },
	'/escape' => sub { answer($_[0], 500, "\e[31mred\x{c2}\x{9b}\x{ff}") },
	'/close_each' =>
	  sub { answer($_[0], 200, events(3), 'Connection: close'); 0 },
	'/mixed' => sub {
		our $turn;
		answer($_[0], $turn++ % 4 == 3 ? 500 : 200, events(3));
	},
	'/garbage' => sub { print { $_[0] } "garbage\r\n\r\n"; 0 },
	'/nothing' => sub { 0 },
	'/reset' => sub {
		setsockopt($_[0], SOL_SOCKET, SO_LINGER, pack('ii', 1, 0));
		0;
	},
	'/half' => sub {
		print { $_[0] } "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
		  . '{"events":[{"id":';
		0;
	},
	'/short_length' => sub {
		print { $_[0] } "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
		  . events(3);
		0;
	},
	'/bad_chunk' => sub {
		print { $_[0] } "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		  . "zz\r\n" . events(3) . "\r\n0\r\n\r\n";
		0;
	},
	'/chunked' => sub {
		my @parts = events(3) =~ /(.{1,7})/g;
		print { $_[0] } "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
		printf { $_[0] } "%x\r\n%s\r\n", length, $_ for @parts;
		print { $_[0] } "0\r\n\r\n";
		1;
	},
	'/until_close' => sub {
		print { $_[0] } "HTTP/1.1 200 OK\r\n\r\n" . events(3);
		0;
	},
	'/large' => sub {
		answer($_[0], 200, '{"events":["' . 'x' x (17 * 1024 * 1024) . '"]}');
		0;
	},
	'/late' => sub { sleep 1; answer($_[0], 200, events(3)) },
	'/stall' => sub { sleep 600; 0 },
	'/stall_in_body' => sub {
		print { $_[0] } "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{";
		sleep 600;
		0;
	});

sub behave
{
	my ($connection, $method, $path, $query, $marker) = @_;

	if ($path eq '/count')
	{
		return answer($connection, 200, events($query));
	}
	if ($path =~ m{^/status/(\d+)$})
	{
		return answer($connection, $1, '{"error":"because"}');
	}
	if ($path eq '/mark')
	{
		open my $file, '>', $marker or return 0;
		close $file;
		return answer($connection, 200, events(3));
	}
	if ($path eq '/method')
	{
		# HEAD: the headers of a body that is not sent.
		my $body = $method eq 'HEAD' ? '' : events(3);
		my $status = $method eq $query ? 200 : 405;
		print $connection "HTTP/1.1 $status Reason\r\n"
		  . "Content-Length: "
		  . ($method eq 'HEAD' ? 99 : length $body)
		  . "\r\n\r\n$body";
		return 1;
	}
	if (my $behaviour = $behaviours{$path})
	{
		return $behaviour->($connection);
	}
	return answer($connection, 404, '{"error":"no such behaviour"}');
}

1;
