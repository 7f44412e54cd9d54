# The reference Events API, test/api/events-api: the table that it serves, the
# program on a port of its own, and requests to it.
#
#	my $node = events_node('api');
#	my $api = start_api(conninfo($node), '--pool', 2);
#	is(get($api, '/health')->{status}, 200);
#	my ($ids) = walk($api, genre => 'rock', limit => 7);
#	is_deeply($ids, ids_by_sql($node, "WHERE genre = 'rock'"));
#	is(stop_api($api), 0);
#
# EVENTS_API names another build of the program, such as one under sanitizers.
# String literals are UTF-8 bytes, as they go over the wire.

package EventsApi;

use strict;
use warnings;

use Exporter 'import';
use File::Basename qw(basename);
use FindBin;
use HTTP::Tiny;
use IPC::Run ();
use JSON::PP ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils ();

our @EXPORT_OK =
  qw(conninfo create_table events events_node get ids_by_sql run_api start_api
  stop_api walk $other_settings);

my $program = $ENV{EVENTS_API} // "$FindBin::RealBin/../api/events-api";
die "$program is not built; run make api\n" unless -x $program;

my $timeout = $PostgreSQL::Test::Utils::timeout_default;
my $test = basename($0, '.pl');
my $json = JSON::PP->new->utf8->canonical;

# ---- the database ----------------------------------------------------------

sub create_table
{
	my ($node, $table, $rows) = @_;

	# Eight venues share each hour; some dates have a fraction of a second,
	# and the digits that it has differ.
	$node->safe_psql(
		'postgres', qq{
		CREATE TABLE $table (
			id uuid DEFAULT gen_random_uuid() NOT NULL,
			name text NOT NULL,
			artist text NOT NULL,
			venue text NOT NULL,
			date timestamptz NOT NULL,
			time text,
			genre text NOT NULL,
			ticket_sources jsonb NOT NULL,
			price text,
			source_id text NOT NULL,
			source_platform text NOT NULL,
			created_at timestamptz DEFAULT now() NOT NULL,
			updated_at timestamptz DEFAULT now() NOT NULL,
			CONSTRAINT events_pkey PRIMARY KEY (id));
		CREATE UNIQUE INDEX venue_date_idx ON $table (venue, date);
		CREATE INDEX date_idx ON $table (date);
		CREATE INDEX genre_idx ON $table (genre);
		CREATE INDEX artist_date_idx ON $table (artist, date);
		CREATE INDEX source_platform_idx ON $table (source_platform, source_id);
		CREATE INDEX idx_events_artist_trgm ON $table
			USING gin (artist gin_trgm_ops);
		CREATE INDEX idx_events_name_trgm ON $table
			USING gin (name gin_trgm_ops);
		INSERT INTO $table (id, name, artist, venue, date, time, genre,
			ticket_sources, price, source_id, source_platform)
		SELECT md5(g::text)::uuid,
			CASE WHEN g % 50 = 0 THEN '100% Act_' || g % 37 || ' Tour'
				ELSE 'Act ' || g % 37 || ' Live in Stockholm' END,
			'Act ' || g % 37,
			(ARRAY['Fållan', 'Kägelbanan', 'Nalen', 'Debaser',
				'Hus 7', 'Landet', 'Mosebacke', 'Fasching'])[1 + g % 8],
			timestamptz '2027-03-01 18:00+00' + g / 8 * interval '1 hour'
				+ (ARRAY[0, 0, 0, 0.5, 0, 0.123456, 0])[1 + g / 8 % 7]
				* interval '1 second',
			'18:00',
			(ARRAY['rock', 'pop', 'jazz', 'folk', 'indie'])[1 + g % 5],
			'[{"platform": "axs"}]',
			CASE WHEN g % 5 > 0 THEN g || ' kr' END,
			'id-' || g, 'axs'
		FROM generate_series(0, $rows - 1) g});
	# empties GIN's pending lists, too
	$node->safe_psql('postgres', "VACUUM ANALYZE $table");
}

# A server with 400 rows in the table events.
sub events_node
{
	my ($name) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION pg_trgm');
	create_table($node, 'events', 400);
	return $node;
}

# The program's sessions are known by their application_name.
sub conninfo
{
	my ($node) = @_;
	return $node->connstr('postgres') . ' application_name=events-api';
}

# The caller's own settings, which must not reach the answers: the end of a
# conninfo.
our $other_settings = ' client_encoding=LATIN1'
  . " options='-c TimeZone=Asia/Tokyo -c DateStyle=German'";

# The ids in the order that the API has.
sub ids_by_sql
{
	my ($node, $where) = @_;
	return [
		split /\n/,
		$node->safe_psql(
			'postgres', "SELECT id FROM events $where ORDER BY date, id")
	];
}

# ---- the program -----------------------------------------------------------

my %running;
my $started = 0;

# Starts the program and waits until it says where it listens. Its standard
# error goes to the file {log}.
sub start_api
{
	my ($conninfo, @options) = @_;
	my %api = (
		out => '',
		log => "$PostgreSQL::Test::Utils::tmp_check/${test}_"
		  . ++$started . '.log',
		http => HTTP::Tiny->new(timeout => $timeout));

	$api{timer} = IPC::Run::timeout($timeout);
	$api{run} = IPC::Run::start(
		[ $program, '--db', $conninfo, '--port', 0, @options ],
		'<', \undef, '>', \$api{out}, '2>', $api{log}, $api{timer});
	$running{$started} = \%api;
	$api{number} = $started;
	$api{run}->pump until $api{out} =~ /\n/;
	$api{out} =~ m{\Alistening on (http://127\.0\.0\.1:(\d+))\n\z}
	  or die "unexpected output: $api{out}";
	@api{qw(url port)} = ($1, $2);
	return \%api;
}

# Sends a signal and waits; the exit status.
sub stop_api
{
	my ($api, $signal) = @_;

	$api->{timer}->start($timeout);
	$api->{run}->signal($signal // 'TERM');
	$api->{run}->finish;
	delete $running{ $api->{number} };
	return $api->{run}->full_result(0);
}

END
{
	my $status = $?;
	$_->{run}->kill_kill for values %running;
	$? = $status;
}

# Runs the program where it must not start; exit status and stderr's lines.
sub run_api
{
	my @options = @_;
	my ($out, $err) = ('', '');

	IPC::Run::run([ $program, @options ],
		'<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	return ($? >> 8, split /\n/, $err);
}

# ---- requests --------------------------------------------------------------

sub escape
{
	my ($bytes) = @_;
	$bytes =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ge;
	return $bytes;
}

# The answer to a request: status, headers, and the body decoded.
sub get
{
	my ($api, $path, $method) = @_;
	my $answer = $api->{http}->request($method // 'GET', $api->{url} . $path);

	$answer->{json} = eval { $json->decode($answer->{content}) };
	return $answer;
}

sub events
{
	my ($api, %parameters) = @_;
	my $query = join '&',
	  map { "$_=" . escape($parameters{$_}) } sort keys %parameters;

	return get($api, "/api/events?$query");
}

# Follows nextCursor to the end: the ids, and how many events a page had.
sub walk
{
	my ($api, %parameters) = @_;
	my (@ids, @sizes);

	for (;;)
	{
		my $answer = events($api, %parameters);

		die "status $answer->{status}: $answer->{content}"
		  if $answer->{status} != 200;
		push @ids, map { $_->{id} } @{ $answer->{json}{events} };
		push @sizes, scalar @{ $answer->{json}{events} };
		$parameters{cursor} = $answer->{json}{nextCursor};
		# A cursor that leads back must not lead on for ever.
		return (\@ids, \@sizes)
		  if !defined $parameters{cursor} || @sizes > 500;
	}
}

1;
