# perfcheck-http --join and the watched database: the runs of two machines become one in
# perfcheck_result, with the latencies of both; what the database did for each query of
# the contract is told. The API is the reference one.
#
# PERFCHECK_HTTP and EVENTS_API name other builds of the programs.
# It runs once more by itself in make test where it failed beside others: requests need a processor.

use strict;
use warnings;

use FindBin;
use IPC::Run ();
use JSON::PP ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use lib "$FindBin::RealBin/../lib";
use HttpRun qw(find_program run_program schema_problem);

my $program = find_program('PERFCHECK_HTTP', 'build/perfcheck-http', 'perfcheck-http');
my $api_program = find_program('EVENTS_API', 'test/api/events-api');
my $timeout = $PostgreSQL::Test::Utils::timeout_default;
my $dir = $PostgreSQL::Test::Utils::tmp_check;
my @loose = map { ("--$_", 60000) } qw(avg p95 p99);

my $node = PostgreSQL::Test::Cluster->new('join');
$node->init;
$node->append_conf('postgresql.conf',
	"shared_preload_libraries = 'pg_stat_statements'\n"
	  . "pg_stat_statements.track_planning = on\n")
  if can_count();
$node->start;
$node->safe_psql('postgres',
	"CREATE EXTENSION perfcheck CASCADE; SELECT perfcheck_seed(1000);"
	  . "UPDATE perfcheck_query SET avg_ms = 60000, p95_ms = 60000, p99_ms = 60000,"
	  # Of two queries each gets its requests, however slow the machine is.
	  . " enabled = name IN ('page', 'genre')");
my $conninfo = $node->connstr('postgres');

# Whether this PostgreSQL has the library of pg_stat_statements.
sub can_count
{
	chomp(my $library = `pg_config --pkglibdir`);
	return -e "$library/pg_stat_statements.so" || -e "$library/pg_stat_statements.dylib";
}

my $said = '';
my $api = IPC::Run::start([ $api_program, '--db', $conninfo, '--port', 0, '--pool', 2 ],
	'<', \undef, '>', \$said, '2>', "$dir/api.log", IPC::Run::timeout($timeout));
$api->pump until $said =~ /\n/;
my ($url) = $said =~ m{(http://127\.0\.0\.1:\d+)} or die "unexpected output: $said";

END
{
	my $status = $?;
	$api->kill_kill if $api;
	$? = $status;
}

sub read_json
{
	my ($file) = @_;

	return -e $file ? JSON::PP::decode_json(slurp_file($file)) : undef;
}

sub follows_schema
{
	my ($file, $name) = @_;
	my $problem = schema_problem($file);

  SKIP:
	{
		skip 'no jsonschema for Python', 1 unless defined $problem;
		is($problem, '', "$name: the JSON follows docs/http.schema.json");
	}
	return;
}

# ---- two machines ----------------------------------------------------------

my @join = ('--db', $conninfo, @loose, '--join', "the whole", '--join-wait', '15s', '-c', 2,
	'-d', '1s', '--samples');
my (@out, @err, @machines);

for my $machine (0, 1)
{
	($out[$machine], $err[$machine]) = ('', '');
	push @machines,
	  IPC::Run::start([ $program, @join, '-r', 20 + 20 * $machine, '--json', "$dir/$machine.json", $url ],
		'<', \undef, '>', \$out[$machine], '2>', \$err[$machine],
		IPC::Run::timeout($timeout));
}
for my $machine (0, 1)
{
	$machines[$machine]->finish;
	is($machines[$machine]->result(0), 0, "machine $machine: exit status") or diag($out[$machine], $err[$machine]);
	like($err[$machine], qr/\Aperfcheck-http: the run starts in [\d.]+ s\n\z/, 'it waits for the start');
	follows_schema("$dir/$machine.json", "machine $machine");
}
my @json = map { read_json("$dir/$_.json") } 0, 1;
my ($whole) = grep { $_->{machines} == 2 } map { $_->{join} } @json;

is($json[0]{join}{start_at}, $json[1]{join}{start_at}, 'both start at one moment');
is(join(' ', sort map { $_->{join}{machines} } @json), '1 2', 'one ends after the other');
is($whole->{requests}, $json[0]{requests} + $json[1]{requests}, 'the whole has the requests of both');
cmp_ok($json[0]{requests}, '>=', 20, 'the first sends what it is to send');
cmp_ok($json[1]{requests}, '>=', 40, 'and so does the second');
like("@out", qr/run "the whole" so far, 2 machines: ok: $whole->{requests} requests, /m, 'the report tells of the whole');

# All latencies of both, in ms.
my @all;
for my $query (map { @{ $_->{queries} } } @json)
{
	for my $text (@{ $query->{samples}{slices_us} })
	{
		push @all, map { /(\d+)\*(\d+)/ ? ($1 / 1000) x $2 : $_ / 1000 } split / /, $text;
	}
}
@all = sort { $a <=> $b } @all;
is(scalar @all, $whole->{requests}, 'their latencies are in the JSON');
is(sprintf('%.3f', $whole->{p95_ms}),
	sprintf('%.3f', $all[ int(0.95 * @all + 0.999999) - 1 ]), 'the p95 is that of all of them');
is( $node->safe_psql('postgres',
		"SELECT executions, round(p95_ms::numeric, 3), ok, details #>> '{join,machines}' FROM perfcheck_result
		 WHERE label = 'the whole' AND query IS NULL"),
	sprintf('%d|%.3f|t|2', $whole->{requests}, $whole->{p95_ms}),
	'one row has the total');
is( $node->safe_psql('postgres',
		"SELECT count(DISTINCT taken_at), sum(executions) FROM perfcheck_result
		 WHERE label = 'the whole' AND query IS NOT NULL"),
	"1|$whole->{requests}",
	'and each query has one');
is( $node->safe_psql('postgres',
		"SELECT count(*) FROM perfcheck_result WHERE source = 'http' AND label IS NULL"),
	0, 'no machine keeps a run of its own');

# ---- what cannot be joined -------------------------------------------------

my ($status, $out, $err) = run_program('', @join, '--json', "$dir/late.json", $url);
is($status, 3, 'a run that has begun: exit status');
like($err, qr/\Aperfcheck-http: run "the whole" has begun already, at .*\nhint: .*\n\z/, 'message');
my $first = IPC::Run::start([ $program, '--db', $conninfo, @loose, '--join', 'other', '--join-wait', '60s', '-d', '1s', $url ],
	'<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
$err = '';
$first->pump until $err =~ /the run starts in/;
($status, $out, my $refused) = run_program('', '--db', $conninfo, '--join', 'other', '-d', '2s', $url);
is($status, 3, 'another duration: exit status');
is($refused, "perfcheck-http: run \"other\" sends other queries, or for another time\n", 'message');
$first->kill_kill;

# ---- statements ------------------------------------------------------------

($status, $out, $err) = run_program('', '--db', $conninfo, @loose, '-c', 2, '-d', '1s', '--json', "$dir/one.json", $url);
is($status, 0, 'without the extension: exit status') or diag($out, $err);
is(read_json("$dir/one.json")->{statements_per_request}, undef, 'statements are not counted');
unlike($out, qr/statements a request/, 'nor told of');
is( $node->safe_psql('postgres',
		"SELECT count(*) FROM perfcheck_result WHERE source = 'http' AND label IS NULL AND query IS NULL"),
	1, 'a run alone is kept as ever');

SKIP:
{
	my ($run, $json, $step);

	skip 'no pg_stat_statements', 10 unless can_count();
	$node->safe_psql('postgres', 'CREATE EXTENSION pg_stat_statements');
	($status, $out, $err) = run_program('', '--db', $conninfo, @loose, '-c', 2, '-d', '1s', '--json', "$dir/one.json", $url);
	$json = read_json("$dir/one.json");
	is($status, 0, 'with it: exit status');
	cmp_ok($json->{statements_per_request}, '>=', 0.9, 'the API executes a statement a request');
	cmp_ok($json->{statements_per_request}, '<', 3, 'and what perfcheck-http executes itself is little');
	like($out, qr/^note: the database executed [\d.]+ statements a request/m, 'the report says so');

	# A search that is interrupted after its first run tells what that showed.
	($out, $err) = ('', '');
	$run = IPC::Run::start([ $program, '--db', $conninfo, @loose, '-c', 2, '-r', 20, '--find-rate', '--json', "$dir/found.json", $url ],
		'<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	$run->pump until $err =~ /doubling: 20\/s/;
	$run->signal('INT');
	$run->finish;
	is($run->result(0), 1, 'an interrupted search: exit status');
	follows_schema("$dir/found.json", 'an interrupted search');
	like($out, qr/\Afind-rate: interrupted\n/, 'the report says so');
	$step = read_json("$dir/found.json")->{find_rate}{steps}[0];
	cmp_ok($step->{database}{looks}, '>', 0, 'sessions were looked at');
	cmp_ok($step->{database}{sessions}, '>=', 1, 'the API has sessions');
	is(join(' ', grep { defined }
			map { defined $_->{execution_ms} ? undef : $_->{name} } grep { $_->{requests} > 0 } @{ $step->{queries} }),
		'', 'of each query it is known what the database does for it');
}

$node->stop;
done_testing();
