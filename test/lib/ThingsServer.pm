# A small HTTP/1.1 server of a table of things, as its parameter $file has them: a
# line each, id, kind and name separated by tabs. It answers like several APIs at a
# time. One process a connection.
#
#	my $server = ThingsServer->start($file);
#
# POST /graphql	{"variables": {"kind": k, "first": n, "after": c}}: edges
# POST /find		kind=k: an array
# /things/ID		the object, or 404
# /listed?kind=k	{"found": {"things": [...]}, "other": [{...}]}
# /worse/...		the same, but the second row is missing

package ThingsServer;

use strict;
use warnings;

use parent -norequire, 'MisbehavingServer';
use IO::Handle ();
use JSON::PP ();
use MisbehavingServer;

my $json = JSON::PP->new->utf8->canonical;

sub converse
{
	my ($connection, $file) = @_;
	my @things;

	open my $in, '<:encoding(UTF-8)', $file or return;
	while (<$in>)
	{
		chomp;
		my ($id, $kind, $name) = split /\t/;
		push @things, { id => $id + 0, kind => $kind, name => $name };
	}
	close $in;
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
		reply($connection, \@things, $method, $target, \%headers, $body);
	}
	return;
}

sub decoded
{
	my ($text) = @_;

	$text =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
	utf8::decode($text);
	return $text;
}

sub reply
{
	my ($connection, $things, $method, $target, $headers, $body) = @_;
	my $worse = $target =~ s{^/worse/}{/};
	my $of = sub {
		my ($kind) = @_;
		my @found = grep { $_->{kind} eq $kind } @$things;

		splice @found, 1, 1 if $worse;
		return @found;
	};
	my $send = sub {
		my ($value, $status) = @_;
		return MisbehavingServer::answer($connection, $status // 200,
			$json->encode($value));
	};

	if ($method eq 'POST' && $target eq '/graphql')
	{
		my $sent = eval { $json->decode($body) }
		  or return $send->({ error => 'not JSON' }, 400);
		my $given = $sent->{variables};
		my $after = $given->{after} // 0;
		my @found = grep { $_->{id} > $after } $of->($given->{kind} // '');
		my $more = @found > $given->{first};

		# A query that says what it looks for in its own text
		@found = $of->($1 =~ s/\\(.)/$1/gr)
		  if $sent->{query} =~ /kind: "((?:[^"\\]|\\.)*)"/;
		splice @found, $given->{first};
		return $send->({
				data => {
					things => {
						edges => [ map { { node => $_ } } @found ],
						pageInfo => {
							hasNextPage => $more ? JSON::PP::true : JSON::PP::false,
							endCursor => @found ? "$found[-1]{id}" : undef } },
					facets => [ { name => 'x' } ] } });
	}
	return $send->([ $of->(decoded($1)) ])
	  if $method eq 'POST' && $target eq '/find' && $body =~ /^kind=(.*)$/
	  && $headers->{'content-type'} eq 'application/x-www-form-urlencoded';
	if ($target =~ m{^/things/(\d+)$})
	{
		my ($one) = grep { $_->{id} == $1 } @$things;

		return $one && !$worse ? $send->($one) : $send->({ error => 'none' }, 404);
	}
	return $send->({
			found => { things => [ $of->(decoded($1)) ] },
			other => [ { id => 1 } ] })
	  if $target =~ m{^/listed\?kind=(.*)$};
	return $send->({ error => "$method $target" }, 400);
}

1;
