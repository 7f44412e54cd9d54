# A small HTTP/1.1 server that does what the path of a request tells it to:
# answer rightly, or in one of the ways in which servers go wrong. One process
# a connection; all of them are in a process group of their own.
#
#	my $server = MisbehavingServer->start($marker);
#	my $server = MisbehavingServer->start($marker, '::1');
#	... $server->url . '/ok' ...
#	$server->stop;
#
# /mark creates the file $marker before it answers as /ok does; /log and
# /drop_second add a line with the method to it, /write adds the request.

package MisbehavingServer;

use strict;
use warnings;

use IO::Handle ();
use IO::Socket::IP ();
use POSIX ();
use Socket qw(SOL_SOCKET SO_LINGER);
use Time::HiRes qw(sleep);

sub start
{
	my ($class, $marker, $address) = @_;
	my $listener = IO::Socket::IP->new(
		LocalHost => $address // '127.0.0.1',
		LocalPort => 0,
		Listen => 128,
		ReuseAddr => 1) or die "cannot listen: $@";
	my $port = $listener->sockport;
	my $pid = fork;

	die "cannot fork: $!" unless defined $pid;
	if ($pid == 0)
	{
		setpgrp(0, 0);
		eval { serve($class, $listener, $marker) };
		POSIX::_exit(1);
	}
	setpgrp($pid, $pid);
	return bless { pid => $pid, port => $port, host => $address // '127.0.0.1' },
	  $class;
}

sub url
{
	my ($self) = @_;

	return $self->{host} =~ /:/
	  ? "http://[$self->{host}]:$self->{port}"
	  : "http://$self->{host}:$self->{port}";
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
	my ($class, $listener, $marker) = @_;
	my $converse = $class->can('converse');

	$SIG{CHLD} = 'IGNORE';
	$SIG{PIPE} = 'IGNORE';
	while (1)
	{
		my $connection = $listener->accept or next;
		my $pid = fork;

		if (defined $pid && $pid == 0)
		{
			close $listener;
			eval { $converse->($connection, $marker) };
			POSIX::_exit(0);
		}
		close $connection;
	}
	return;
}

# How many requests the connection has had.
my $requests;

# Requests of one connection, until a behaviour returns false: then it closes.
sub converse
{
	my ($connection, $marker) = @_;
	my $head;

	$connection->autoflush(1);
	$requests = 0;
	while (my $line = <$connection>)
	{
		my ($method, $target) = $line =~ m{^(\S+) (\S+) HTTP/1\.[01]\r\n\z}
		  or return;
		# A proxy is asked for a whole URL; it is one for any of them.
		$target =~ s{^http://[^/]*}{};
		my ($path, $query) = split /\?/, $target, 2;

		my $length = 0;
		$head = $line;
		while (defined(my $header = <$connection>))
		{
			$head .= $header;
			last if $header eq "\r\n";
			$length = $1 if $header =~ /^Content-Length: (\d+)\r$/i;
		}
		read($connection, my $body, $length);
		$requests++;
		if ($path eq '/write')
		{
			open my $file, '>>', $marker or return;
			syswrite $file, "$head$body\n";
			close $file;
			$path = '/ok';
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
	my $type = grep { /^Content-Type:/ } @headers;

	print $connection join("\r\n",
		"HTTP/1.1 $status Reason",
		$type ? () : 'Content-Type: application/json',
		'Content-Length: ' . length($body),
		@headers, '', $body);
	return 1;
}

# Sends the pieces one by one, so that they arrive one by one.
sub trickle
{
	my ($connection, @pieces) = @_;

	for (@pieces)
	{
		print $connection $_;
		sleep 0.002;
	}
	return 1;
}

sub reset_connection
{
	my ($connection) = @_;

	setsockopt($connection, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0));
	return 0;
}

my $ok_head = "HTTP/1.1 200 OK\r\n";
my $chunked_head = "${ok_head}Transfer-Encoding: chunked\r\n\r\n";

# Whole answers, after which the connection is kept; and ends of connections.
my %texts = (
	'/interim' => "HTTP/1.1 100 Continue\r\n\r\n"
	  . "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
	  . "${ok_head}Content-Length: 17\r\n\r\n{\"events\":[1,2]}\n",
	'/no_content' => "HTTP/1.1 204 No Content\r\n\r\n",
	'/no_content_length' =>
	  "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
	'/not_modified' =>
	  "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
	'/http10_kept' => "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
	  . "Content-Length: 14\r\n\r\n{\"events\":[1]}",
	'/no_reason' =>
	  "HTTP/1.1 200\r\nContent-Length: 14\r\n\r\n{\"events\":[1]}",
	'/both_lengths' => "${ok_head}Content-Length: 99\r\n"
	  . "Transfer-Encoding: chunked\r\n\r\ne\r\n{\"events\":[1]}\r\n0\r\n\r\n",
	'/garbage_after' =>
	  "${ok_head}Content-Length: 14\r\n\r\n{\"events\":[1]}garbage\r\n",
	'/two_answers' =>
	  "${ok_head}Content-Length: 14\r\n\r\n{\"events\":[1]}" x 2,
	'/chunked_garbage_after' => "${chunked_head}e\r\n{\"events\":[1]}\r\n"
	  . "0\r\n\r\ngarbage\r\n",
	'/lengths_differ' => "${ok_head}Content-Length: 14\r\n"
	  . "Content-Length: 3\r\n\r\n{\"events\":[1]}",
	'/lengths_same' => "${ok_head}Content-Length: 14\r\n"
	  . "content-length: 14\r\n\r\n{\"events\":[1]}",
	'/length_list' =>
	  "${ok_head}Content-Length: 14, 14\r\n\r\n{\"events\":[1]}",
	'/length_signed' =>
	  "${ok_head}Content-Length: +14\r\n\r\n{\"events\":[1]}",
	'/graphql_errors' => "${ok_head}Content-Type: application/json\r\n"
	  . "Content-Length: 52\r\n\r\n"
	  . '{"data":null,"errors":[{"message":"no such field"}]}',
	'/bad_length' => "${ok_head}Content-Length: x\r\n\r\n{\"events\":[1]}",
	'/long_header' => "${ok_head}X: " . 'x' x 400_000 . "\r\n\r\n");
my %last_texts = (
	'/http10' => "HTTP/1.0 200 OK\r\nContent-Length: 14\r\n\r\n{\"events\":[1]}",
	'/http10_until_close' => "HTTP/1.0 200 OK\r\n\r\n{\"events\":[1]}",
	'/cut_status' => "HTTP/1.1 2",
	'/cut_headers' => "${ok_head}Content-Le",
	'/cut_after_interim' => "HTTP/1.1 100 Continue\r\n\r\n",
	'/cut_chunk' => "${chunked_head}5\r\n{\"e",
	'/cut_last_chunk' => "${chunked_head}e\r\n{\"events\":[1]}\r\n",
	'/switching' => "HTTP/1.1 101 Switching Protocols\r\n\r\n",
	# As a connection that was idle for too long: without a word.
	'/ok_once' => "${ok_head}Content-Length: 14\r\n\r\n{\"events\":[1]}");

my %behaviours = (
	'/slow' => sub {
		trickle($_[0],
			split //, "${ok_head}Content-Length: 14\r\n\r\n{\"events\":[1]}");
	},
	'/split_chunks' => sub {
		trickle($_[0], "HTTP/1.1 20", "0 OK\r", "\nTransfer-Enc",
			"oding: chunked\r\n\r", "\n", "5;a=", "b\r\n{\"eve\r", "\n",
			"9\r\nnts\":[1]", "}\r\n0\r", "\nTrailer: x\r\n", "\r", "\n");
	},
	'/reset_in_body' => sub {
		trickle($_[0], "${ok_head}Content-Length: 99\r\n\r\n{\"e");
		reset_connection($_[0]);
	},
	'/garbage_later' => sub {
		answer($_[0], 200, events(3));
		sleep 0.01;
		print { $_[0] } "garbage\r\n";
		1;
	},
	'/ok_once_by_and_by' => sub { answer($_[0], 200, events(3)); sleep 0.01; 0 },
	'/ok' => sub { answer($_[0], 200, events(3)) },
	'/empty' => sub { answer($_[0], 200, events(0)) },
	'/not_json' => sub { answer($_[0], 200, '<html>hello</html>') },
	'/array' => sub { answer($_[0], 200, '[1, 2, 3]') },
	'/no_events' => sub { answer($_[0], 200, '{"items": [1]}') },
	'/no_body' => sub { answer($_[0], 200, '') },
	'/redirect' => sub { answer($_[0], 302, '', 'Location: /ok') },
	'/redirect_twice' => sub { answer($_[0], 307, 'x', 'Location: redirect') },
	'/redirect_round' =>
	  sub { answer($_[0], 301, '', 'Location: /redirect_round') },
	'/redirect_away' =>
	  sub { answer($_[0], 302, '', 'Location: http://localhost:9/ok') },
	'/redirect_closing' => sub {
		answer($_[0], 308, '', 'Location: /close_each', 'Connection: close');
		0;
	},
	'/redirect_nowhere' => sub { answer($_[0], 302, '') },
	'/redirect_late' => sub {
		sleep 0.2;
		answer($_[0], 302, '', 'Location: /stall');
	},
	'/text' => sub { answer($_[0], 200, 'done', 'Content-Type: text/plain') },
	'/escape' => sub { answer($_[0], 500, "\e[31mred\x{c2}\x{9b}\x{ff}") },
	'/close_each' =>
	  sub { answer($_[0], 200, events(3), 'Connection: close'); 0 },
	'/mixed' => sub {
		our $turn;
		answer($_[0], $turn++ % 4 == 3 ? 500 : 200, events(3));
	},
	'/garbage' => sub { print { $_[0] } "garbage\r\n\r\n"; 0 },
	'/nothing' => sub { 0 },
	'/reset' => sub { reset_connection($_[0]) },
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
	'/ok_20ms' => sub { sleep 0.02; answer($_[0], 200, events(3)) },
	# The fifth request of each connection is lost.
	'/reset_fifth' => sub {
		return reset_connection($_[0]) if $requests == 5;
		answer($_[0], 200, events(3));
	},
	'/close_fifth' =>
	  sub { $requests == 5 ? 0 : answer($_[0], 200, events(3)) },
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
	if ($path eq '/log' || $path eq '/drop_second')
	{
		open my $file, '>>', $marker or return 0;
		syswrite $file, "$method\n";
		close $file;
		# The second request of each connection is carried out, and that is all.
		return 0 if $path eq '/drop_second' && $requests == 2;
		$path = '/method';
		$query = $method;
	}
	if (defined $texts{$path} || defined $last_texts{$path})
	{
		print $connection $texts{$path} // $last_texts{$path};
		return defined $texts{$path};
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
	# A body behind it would be bytes that nobody asked for.
	if ($path eq '/ok' && $method eq 'HEAD')
	{
		print $connection "${ok_head}Content-Length: 99\r\n\r\n";
		return 1;
	}
	if (my $behaviour = $behaviours{$path})
	{
		return $behaviour->($connection);
	}
	return answer($connection, 404, '{"error":"no such behaviour"}');
}

1;
