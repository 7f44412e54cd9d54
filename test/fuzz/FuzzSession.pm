# A connection to the server that tells all that an answer says: the SQLSTATE and
# the text of an error, notices, rows, and whether a transaction is open. It speaks
# the protocol itself, so that no driver has to be there.

package FuzzSession;

use strict;
use warnings;
use IO::Socket::UNIX;
use Time::HiRes qw(time);

# new(HOST, PORT, DATABASE): HOST is the folder of the socket.
sub new
{
	my ($class, $host, $port, $database, $user) = @_;
	my $socket = IO::Socket::UNIX->new("$host/.s.PGSQL.$port") or die "no server in $host at port $port: $!\n";
	my $self = bless { socket => $socket, status => '', read => '' }, $class;
	my %options = (
		user => $user // 'postgres',
		database => $database,
		client_encoding => 'UTF8',
		application_name => 'fuzz');
	my $text = pack('N', 196608) . join('', map { "$_\0$options{$_}\0" } sort keys %options) . "\0";
	$self->send_bytes(pack('N', length($text) + 4) . $text);
	my $answer = $self->answer();
	die "not connected: $answer->{message}\n" if $answer->{state} ne '';
	return $self;
}

sub send_bytes
{
	my ($self, $bytes) = @_;
	local $SIG{PIPE} = 'IGNORE';
	while (length $bytes)
	{
		my $n = syswrite $self->{socket}, $bytes;
		return 0 if !$n;
		substr($bytes, 0, $n) = '';
	}
	return 1;
}

sub read_bytes
{
	my ($self, $length) = @_;
	while (length $self->{read} < $length)
	{
		my $n = sysread $self->{socket}, $self->{read}, 65536, length $self->{read};
		return if !$n;
	}
	return substr $self->{read}, 0, $length, '';
}

sub fields
{
	my ($body) = @_;
	return map { substr($_, 0, 1) => substr($_, 1) } grep { length } split /\0/, $body;
}

# All until the server is ready again; state is '' if nothing failed, and 'lost' if
# the connection is.
sub answer
{
	my ($self) = @_;
	my %answer = (state => '', message => '', notices => [], rows => [], where => '');
	while (1)
	{
		my $head = $self->read_bytes(5);
		my ($type, $length) = defined $head ? unpack('aN', $head) : ();
		my $body = defined $length ? $self->read_bytes($length - 4) : undef;
		if (!defined $body)
		{
			$answer{state} = 'lost';
			return \%answer;
		}
		if ($type eq 'E')
		{
			my %field = fields($body);
			@answer{qw(state message where)} = ($field{C}, $field{M}, "$field{F}:$field{L}");
		}
		elsif ($type eq 'N')
		{
			my %field = fields($body);
			push @{ $answer{notices} }, "$field{S}: $field{M}";
		}
		elsif ($type eq 'D')
		{
			my $n = unpack 'n', $body;
			my ($at, @row) = (2);
			for (1 .. $n)
			{
				my $size = unpack 'N', substr($body, $at, 4);
				$at += 4;
				push @row, $size == 0xffffffff ? undef : substr($body, $at, $size);
				$at += $size if $size != 0xffffffff;
			}
			push @{ $answer{rows} }, \@row;
		}
		elsif ($type eq 'G')
		{
			$self->send_bytes('f' . pack('N', 5) . "\0");
		}
		elsif ($type eq 'Z')
		{
			$self->{status} = $body;
			return \%answer;
		}
	}
}

# Executes statements in one message of the simple protocol.
sub run
{
	my ($self, $sql) = @_;
	return ($self->run_all($sql))[0];
}

# The same for many messages, which are sent before any of them is answered. Their answers
# tell how many seconds each took.
sub run_all
{
	my ($self, @sql) = @_;
	my $bytes = '';
	for my $sql (@sql)
	{
		utf8::encode($sql) if utf8::is_utf8($sql);
		$sql =~ tr/\0//d;
		$bytes .= 'Q' . pack('N', length($sql) + 5) . $sql . "\0";
	}
	my $began = time;
	$self->send_bytes($bytes);
	my @answers;
	for (@sql)
	{
		push @answers, $self->answer();
		my $now = time;
		$answers[-1]{seconds} = $now - $began;
		$began = $now;
	}
	return @answers;
}

# The same, and it is no fault of the fuzzer's if it fails.
sub must
{
	my ($self, $sql) = @_;
	my $answer = $self->run($sql);
	die substr($sql, 0, 500) . "\n$answer->{state} $answer->{message}\n" if $answer->{state} ne '';
	return $answer->{rows};
}

sub quote
{
	my ($text) = @_;
	return 'NULL' if !defined $text;
	$text =~ s/'/''/g;
	return $text =~ /\\/ ? ' E' . "'" . ($text =~ s/\\/\\\\/gr) . "'" : "'$text'";
}

1;
