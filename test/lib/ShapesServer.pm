# A small HTTP/1.1 server whose answers have the shapes of other APIs than that of
# the events: rows and next pages in other places, text, nothing, compressed
# bodies, cookies, a user, forms. One process a connection.
#
#	my $server = ShapesServer->start($log);
#	... $server->url . '/django' ...
#	$server->stop;
#
# Each list has three pages of two rows. What is asked for in another way than
# its pages say gets 400. Each request adds a line to the file $log.

package ShapesServer;

use strict;
use warnings;

use parent -norequire, 'MisbehavingServer';
use IO::Compress::Gzip qw(gzip);
use IO::Handle ();
use JSON::PP ();
use MisbehavingServer;

sub converse
{
	my ($connection, $log) = @_;

	$connection->autoflush(1);
	while (my $line = <$connection>)
	{
		my ($method, $target) = $line =~ m{^(\S+) (\S+) HTTP/1\.1\r\n\z}
		  or return;
		my %headers;
		my $body = '';

		while (defined(my $header = <$connection>))
		{
			last if $header eq "\r\n";
			$headers{ lc $1 } = $2 if $header =~ /^([^:]+):\s*(.*)\r\n\z/;
		}
		read $connection, $body, $headers{'content-length'} // 0;
		if (open my $file, '>>', $log)
		{
			syswrite $file, "$method $target\n";
			close $file;
		}
		my ($path, $query) = split /\?/, $target, 2;
		my %query = map { split /=/, $_, 2 } split /&/, $query // '';
		reply($connection, $method, $path, \%query, \%headers, $body);
	}
	return;
}

# Members are in the same order each time.
my $json = JSON::PP->new->utf8->canonical;

sub send_json
{
	my ($connection, $value, @headers) = @_;

	return MisbehavingServer::answer($connection, 200,
		ref $value ? $json->encode($value) : $value, @headers);
}

# Two rows of page 0, 1 or 2.
sub rows
{
	my ($page) = @_;

	return [ map { { id => 2 * $page + $_, name => "n$_" } } 1, 2 ];
}

# Lists by path: whatever a query has, as pages. Each returns undef for a query
# that none of its pages has led to.
my %lists = (
	'/django' => sub {
		my ($query, $base) = @_;
		my $page = $query->{page} // 1;

		return $page =~ /^[123]$/
		  && {
			count => 6,
			next => $page < 3 ? "$base/django?page=" . ($page + 1) : undef,
			previous => undef,
			results => rows($page - 1)
		  };
	},
	'/spring' => sub {
		my ($query) = @_;
		my $page = $query->{page} // 0;

		return $page =~ /^[012]$/
		  && {
			content => rows($page),
			pageable => { sort => [ { property => 'id' } ] },
			number => $page + 0,
			totalPages => 3,
			last => $page == 2 ? JSON::PP::true : JSON::PP::false
		  };
	},
	'/hateoas' => sub {
		my ($query) = @_;
		my $page = $query->{page} // 0;

		return $page =~ /^[012]$/
		  && {
			_embedded => { eventList => rows($page) },
			_links => {
				self => { href => '/hateoas' },
				$page < 2
				? (next => { href => '/hateoas?page=' . ($page + 1) })
				: () }
		  };
	},
	'/stripe' => sub {
		my ($query) = @_;
		my $after = $query->{starting_after} // 0;

		return $after =~ /^[024]$/
		  && {
			object => 'list',
			data => rows($after / 2),
			has_more => $after < 4 ? JSON::PP::true : JSON::PP::false
		  };
	},
	'/offset' => sub {
		my ($query) = @_;
		my $offset = $query->{offset} // 0;

		return $offset =~ /^[024]$/
		  && {
			items => rows($offset / 2),
			offset => $offset + 0,
			limit => 2,
			total => 6
		  };
	},
	'/odata' => sub {
		my ($query) = @_;
		my $skip = $query->{'$skip'} // 0;

		return $skip =~ /^[024]$/
		  && {
			'@odata.context' => 'x',
			value => rows($skip / 2),
			$skip < 4 ? ('@odata.nextLink' => 'odata?$skip=' . ($skip + 2)) : ()
		  };
	},
	'/jsonapi' => sub {
		my ($query) = @_;
		my $page = $query->{'page%5Bnumber%5D'} // 1;

		return $page =~ /^[123]$/
		  && {
			data => [
				map { {
						type => 'event',
						id => "$_->{id}",
						attributes => { name => $_->{name} } } }
				  @{ rows($page - 1) } ],
			included => [ { type => 'venue', id => '1' } ],
			links => {
				next => $page < 3
				? '/jsonapi?page%5Bnumber%5D=' . ($page + 1)
				: undef }
		  };
	},
	# The parameters of these are known by the options alone.
	'/tokens' => sub {
		my ($query) = @_;
		my $page = $query->{at} // 0;

		return $page =~ /^[012]$/
		  && {
			list => { of => rows($page) },
			more => [ { x => 1 } ],
			deep => { 'token.next' => $page < 2 ? $page + 1 : undef }
		  };
	},
	'/pages' => sub {
		my ($query) = @_;
		my $page = $query->{p} // 1;

		return $page =~ /^[1234]$/ && ($page < 4 ? rows($page - 1) : []);
	});

# The three pages of a list that is asked for by a body.
sub relay
{
	my ($body) = @_;
	my $asked = JSON::PP::decode_json($body);
	my $after = $asked->{variables}{after} // 0;

	return $after =~ /^[024]$/
	  && {
		data => {
			events => {
				edges => [ map { { node => $_ } } @{ rows($after / 2) } ],
				pageInfo => {
					hasNextPage => $after < 4 ? JSON::PP::true : JSON::PP::false,
					endCursor => '' . ($after + 2) } } } };
}

my $three = '{"events":[{"id":1},{"id":2},{"id":3}],"nextCursor":null}';
my $three_br =
	'0b1c807b226576656e7473223a5b7b226964223a317d2c7b226964223a327d2c7b22'
  . '6964223a337d5d2c226e657874437572736f72223a6e756c6c7d03';

my %plain = (
	'/array' => [ '[{"id":1},{"id":2}]' ],
	'/ndjson' => [ "{\"id\":1}\n{\"id\":2}\n", 'Content-Type: application/x-ndjson' ],
	'/es' => [
		'{"hits":{"total":{"value":2},"hits":[{"_id":"1","_source":{"id":1}}]}}' ],
	'/one' => [ '{"id":1,"tags":["x"],"venue":{"name":"a"}}' ],
	'/two_arrays' => [ '{"a":[{"id":1}],"b":[{"id":2}]}' ],
	'/null_rows' => [ '{"results":null}' ],
	'/graphql_errors' => [ '{"data":null,"errors":[{"message":"no such field"}]}' ],
	'/csv' => [ "id,name\n1,a\n", 'Content-Type: text/csv' ],
	'/empty' => ['']);

sub reply
{
	my ($connection, $method, $path, $query, $headers, $body) = @_;
	my $refuse = sub {
		return MisbehavingServer::answer($connection, $_[0] // 400,
			'{"error":"because"}', @_[ 1 .. $#_ ]);
	};

	if (my $list = $lists{$path})
	{
		my $page = $list->($query, "http://$headers->{host}");

		return $page ? send_json($connection, $page) : $refuse->();
	}
	return send_json($connection, @{ $plain{$path} }) if $plain{$path};
	if ($path eq '/link')
	{
		my $page = $query->{page} // 1;
		my $next = $page + 1;

		return $refuse->() unless $page =~ /^[123]$/;
		return send_json($connection, rows($page - 1),
			"Link: </link?page=1>; rel=\"first\"",
			$page < 3 ? "link: </link?page=$next>; rel=\"next\"" : 'X-Y: z');
	}
	if ($path eq '/graphql')
	{
		my $page = $method eq 'POST' && relay($body);

		return $page ? send_json($connection, $page) : $refuse->();
	}
	if ($path =~ m{^/status/(\d+)$})
	{
		print $connection "HTTP/1.1 $1 R\r\n"
		  . ($1 == 204 || $1 == 304 ? '' : "Content-Length: 0\r\n") . "\r\n";
		return 1;
	}
	return encoded($connection, $path, $headers, $refuse)
	  if $path =~ m{^/(gzip|br|cut|lies|huge|always)$};
	return cookies($connection, $path, $headers, $refuse)
	  if $path =~ m{^/session(/|$)};
	if ($path eq '/basic')
	{
		return ($headers->{authorization} // '') eq 'Basic bWU6czNjcmV0LXdvcmQ='
		  ? send_json($connection, $three)
		  : $refuse->(401);
	}
	if ($path eq '/echo')
	{
		return MisbehavingServer::answer($connection, 500,
			'{"sent":"s3cret-word"}');
	}
	if ($path eq '/form')
	{
		return $body eq 'a=1&b=x%20y'
		  && $headers->{'content-type'} eq 'application/x-www-form-urlencoded'
		  ? MisbehavingServer::answer($connection, 201, '{}')
		  : $refuse->();
	}
	return $refuse->(404);
}

sub encoded
{
	my ($connection, $path, $headers, $refuse) = @_;
	my $asked = $headers->{'accept-encoding'} // '';
	my $packed;

	return send_json($connection, $three)
	  if $path ne '/always' && $asked ne 'gzip, br';
	return send_json($connection, pack('H*', $three_br), 'Content-Encoding: br')
	  if $path eq '/br';
	gzip(\($path eq '/huge' ? '[' . (' ' x 20_000_000) . ']' : $three),
		\$packed);
	$packed = substr $packed, 0, -10 if $path eq '/cut';
	$packed = $three if $path eq '/lies';
	return send_json($connection, $packed, 'content-encoding: gzip');
}

# A visit, and two that need what it has set.
sub cookies
{
	my ($connection, $path, $headers, $refuse) = @_;
	my $sent = $headers->{cookie} // '';

	return send_json(
		$connection, $three,
		'Set-Cookie: sid=s1; HttpOnly; Path=/session',
		'Set-Cookie: gone=1; Max-Age=0',
		'Set-Cookie: far=1; Path=/elsewhere',
		'Set-Cookie: tls=1; Secure'
	) if $path eq '/session';
	return $sent eq 'lang=de; sid=s1' ? send_json($connection, $three) : $refuse->()
	  if $path eq '/session/page';
	return $refuse->();
}

1;
