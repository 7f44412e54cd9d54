# A small HTTP/1.1 server that looks at what it is sent: headers, bodies, a
# token, cursors. One process a connection; all of them are in a process group
# of their own. Bodies are as in MisbehavingServer.
#
#	my $server = AnsweringServer->start($token);
#	... $server->url . '/ok' ...
#	$server->stop;
#
# /ok			three events
# /auth			the same to who sends the token, else 401
# /echo			500, with all that was sent as its body
# /quote		200, not JSON: all that was sent
# /header?N=V	three events if header N is V, once; else 400
# /body?M=T		201 if method M and body {"a": 1} as type T were sent, else 400
# /bytes?N		201 if a body of N bytes was sent, else 400
# /changing		one event, another one each time
# /pages		three pages: cursors "two & 2", then "3"
# /stuck		a cursor, and the same page whatever the cursor is

package AnsweringServer;

use strict;
use warnings;

use parent -norequire, 'MisbehavingServer';
use MisbehavingServer;

sub converse
{
	my ($connection, $token) = @_;

	$connection->autoflush(1);
	while (my $line = <$connection>)
	{
		my %request = (head => $line, body => '', headers => {});
		my ($method, $target) = $line =~ m{^(\S+) (\S+) HTTP/1\.1\r\n\z}
		  or return;
		my ($path, $query) = split /\?/, $target, 2;

		while (defined(my $header = <$connection>))
		{
			last if $header eq "\r\n";
			$request{head} .= $header;
			push @{ $request{headers}{ lc $1 } }, $2
			  if $header =~ /^([^:]+):\s*(.*)\r\n\z/;
		}
		if (my $length = $request{headers}{'content-length'})
		{
			read $connection, $request{body}, $length->[0];
		}
		print $connection "HTTP/1.1 100 Continue\r\n\r\n"
		  if $request{headers}{expect};
		reply($connection, $method, $path, $query // '', \%request, $token);
	}
	return;
}

sub send_events
{
	my ($connection, $status, $first, $count, $cursor) = @_;

	return MisbehavingServer::answer(
		$connection,
		$status,
		'{"events":['
		  . join(',', map { "{\"id\":$_}" } $first .. $first + $count - 1)
		  . '],"nextCursor":'
		  . (defined $cursor ? "\"$cursor\"" : 'null') . '}');
}

sub refuse
{
	my ($connection, $status) = @_;

	return MisbehavingServer::answer($connection, $status,
		'{"error":"because"}');
}

sub header_is
{
	my ($request, $name, $value) = @_;
	my $values = $request->{headers}{ lc $name } // [];

	return @$values == 1 && $values->[0] eq $value;
}

my %pages = (
	'' => [ 1, 2, 'two & 2' ],
	'cursor=two%20%26%202' => [ 3, 2, '3' ],
	'cursor=3' => [ 5, 1, undef ]);

sub reply
{
	my ($connection, $method, $path, $query, $request, $token) = @_;
	our $turn;

	return send_events($connection, 200, 1, 3) if $path eq '/ok';
	if ($path eq '/auth')
	{
		return header_is($request, 'Authorization', "Bearer $token")
		  ? send_events($connection, 200, 1, 3)
		  : refuse($connection, 401);
	}
	if ($path eq '/echo' || $path eq '/quote')
	{
		my $sent = join ' ', map { @$_ } values %{ $request->{headers} };
		my ($part) = $sent =~ /Bearer (.{12})/;

		# A parser's message shows a string of up to 18 bytes.
		return $path eq '/echo'
		  ? MisbehavingServer::answer($connection, 500, $sent)
		  : MisbehavingServer::answer($connection, 200, "\"$part\"");
	}
	if ($path eq '/header')
	{
		return header_is($request, split /=/, $query)
		  ? send_events($connection, 200, 1, 3)
		  : refuse($connection, 400);
	}
	if ($path eq '/body')
	{
		my ($wanted, $type) = split /=/, $query;

		return refuse($connection,
			$method eq $wanted
			  && $request->{body} eq '{"a": 1}'
			  && header_is($request, 'Content-Type', $type) ? 201 : 400);
	}
	if ($path eq '/bytes')
	{
		return refuse($connection,
			length $request->{body} == $query ? 201 : 400);
	}
	if ($path eq '/changing')
	{
		return send_events($connection, 200, $$ * 10_000_000 + $turn++, 1);
	}
	if ($path eq '/pages' && $pages{$query})
	{
		return send_events($connection, 200, @{ $pages{$query} });
	}
	return send_events($connection, 200, 1, 1, 'x') if $path eq '/stuck';
	return refuse($connection, 404);
}

1;
