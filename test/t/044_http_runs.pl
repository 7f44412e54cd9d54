# Runs of perfcheck-http that belong together: --samples, perfcheck-http compare, and
# --find-rate against servers whose limit is known, without a database. The JSON is what
# docs/http.schema.json says.
#
# PERFCHECK_HTTP and CAPACITY_SERVER name other builds of the programs.
# It runs once more by itself in make test where it failed beside others: requests need a processor.

use strict;
use warnings;

use File::Temp ();
use FindBin;
use IPC::Run ();
use JSON::PP ();
use Test::More;

use lib "$FindBin::RealBin/../lib";
use HttpRun qw(find_program loose_targets run_load run_program schema_problem);
use MisbehavingServer;

my $capacity = find_program('CAPACITY_SERVER', 'build/capacity');
my $timeout = $ENV{PG_TEST_TIMEOUT_DEFAULT} // 180;
my $dir = File::Temp->newdir;
my $server = MisbehavingServer->start("$dir/marker");
my $url = $server->url;
my $reader = JSON::PP->new->utf8;

# ---- helpers ---------------------------------------------------------------

sub write_json
{
	my ($name, $document) = @_;

	open my $out, '>', "$dir/$name" or die "cannot write $name: $!";
	print $out JSON::PP->new->utf8->canonical->encode($document);
	close $out;
	return "$dir/$name";
}

sub read_json
{
	my ($file) = @_;

	local $/ = undef;
	open my $in, '<', $file or return undef;
	return $reader->decode(<$in>);
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

# Refused: one line, and perhaps a hint.
sub refuses
{
	my ($expected, $words, @arguments) = @_;
	my ($status, $out, $err) = run_program('', @arguments);
	my $name = join ' ', @arguments;

	$name =~ s/\Q$dir\E/DIR/g;
	subtest "refused: $name" => sub {
		is($status, $expected, 'exit status');
		is($out, '', 'nothing on standard output');
		like($err, $words, 'message');
		like($err, qr/\Aperfcheck-http: \S.*\n(hint: .*\n)?\z/, 'one line');
	};
	return;
}

# ---- samples ---------------------------------------------------------------

# The number of latencies in a text of the JSON.
sub count_of
{
	my $count = 0;

	$count += /\*(\d+)/ ? $1 : 1 for map { split / / } @_;
	return $count;
}

my $kept = "$dir/kept.json";
my @run = (
	'-c', 2, '-d', '1s', loose_targets(), '--requests', '-', '--samples',
	'--json', $kept);
my ($status, $out, $err) = run_program("/ok\n/ok?a=b\n/count?7\n", @run, $url);
my $run = read_json($kept);

is($status, 0, 'samples: exit status') or diag($out, $err);
follows_schema($kept, 'samples');
for my $query (@{ $run->{queries} })
{
	is(count_of(@{ $query->{samples}{slices_us} }),
		$query->{requests}, "$query->{name}: each latency is kept");
	is(scalar @{ $query->{samples}{slices_us} },
		10, "$query->{name}: slices of 100 ms");
}
is_deeply(
	[ @{ $run->{source} }{qw(kind requests)} ],
	[ 'file', 3 ],
	'what was sent');
(undef, undef, undef, my $again) = run_load($url, "/ok\n/ok?a=b\n/count?7\n");
(undef, undef, undef, my $other) = run_load($url, "/ok\n/ok?a=c\n/count?7\n");
is($again->{source}{id}, $run->{source}{id}, 'the same requests have the same id');
isnt($other->{source}{id}, $run->{source}{id}, 'others have another one');
ok(!exists $again->{queries}[0]{samples}, 'no samples unless asked for');

# ---- compare ---------------------------------------------------------------

# A run whose latencies are made up: 40 slices of 50 requests, the same each time, with
# the level of each query. A slice is up to 2 % off.
sub made_run
{
	my ($name, $levels, %changes) = @_;
	my %copy = (%$run, %changes);
	my $number = 0;

	$copy{queries} = [
		map {
			my $query = { %$_ };
			my $level = $levels->[$number++ % @$levels];

			$query->{samples} = {
				slice_ms => 100,
				every => 1,
				slices_us => [
					map {
						my $slice = $_;

						join ' ', map {
							int($level * (1 + 0.02 * sin($slice * 7)) * (1000 + 20 * $_))
						} 0 .. 49;
					} 1 .. 40
				] };
			$query;
		} @{ $run->{queries} } ];
	return write_json($name, \%copy);
}

my $before = made_run('before.json', [1]);

sub verdicts
{
	my (@arguments) = @_;
	my $file = "$dir/compared.json";
	my @ended = run_program('', 'compare', '--json', $file, @arguments);

	return ($ended[0],
		join(' ', map { $_->{verdict} } @{ (read_json($file) // {})->{queries} }),
		@ended[ 1, 2 ]);
}

my ($said, $report);

follows_schema($before, 'the made-up run');
($status, $said, $report, $err) = verdicts($before, made_run('same.json', [1]));
is("$status $said", '0 same same', 'the same latencies are the same');
is($err, '', 'nothing on standard error');
like($report, qr{\Acompared: 2 queries: 0 slower, 0 faster, 2 same, 0 unclear\n}, 'headline');
($status, $said, $report) = verdicts($before, made_run('slower.json', [ 1.1, 1 ]));
is("$status $said", '1 slower same', '10 % more is slower, and exits with 1');
like($report, qr{^/ok +p50 .* \+10\.\d % .* slower$}m, 'by how much');
($status, $said) = verdicts($before, "$dir/slower.json", $before, "$dir/slower.json");
is("$status $said", '1 slower same', 'two runs of each side');
($status, $said) = verdicts('--smallest', 15, $before, "$dir/slower.json");
is("$status $said", '0 unclear same', '10 % is less than 15 %');
($status, $said) = verdicts("$dir/slower.json", $before);
is("$status $said", '0 faster same', 'and the other way round faster');
my $failed_file = made_run('failed.json', [1]);
my $failed = read_json($failed_file);
$failed->{queries}[0]{errors}{status} = 3;
($status, $said, $report) = verdicts($before, write_json('failed.json', $failed));
like($report, qr/^note: in "\Q$dir\E\/failed\.json" 3 of [\d]+ requests failed/m,
	'failed requests are told of');

# In JSON alone, with the report on standard error.
($status, $out, $err) = run_program('', 'compare', '--json', '-', $before, $before);
is($status, 0, '--json -: exit status');
ok($reader->decode($out)->{ok}, '--json -: the JSON is on standard output');
like($err, qr/\Acompared: /, '--json -: and the report on standard error');
($status, $out) = run_program('', 'compare', '--help');
is($status, 0, 'compare --help: exit status');
like($out, qr/^perfcheck-http compare \[options\] BEFORE\.json/, 'compare --help');

# A run of two slices has too little to tell.
my $short = read_json($before);
$#{ $_->{samples}{slices_us} } = 1 for @{ $short->{queries} };
write_json('short.json', $short);
($status, $said, $report) = verdicts($before, "$dir/short.json");
is("$status $said", '0 unclear unclear', 'too few slices are unclear');
like($report, qr/too few samples/, 'and the report says why');

my $not = qr/"[^"]*" and "[^"]*" are not comparable: they have/;

refuses(2, qr/$not other requests$/m, 'compare', $before,
	write_json('requests.json',
		{ %{ read_json($before) }, source => { kind => 'file', requests => 3, id => '0' x 16 } }));
my $renamed = read_json($before);
$renamed->{queries}[1]{name} = '/other';
refuses(2, qr/$not other requests$/m, 'compare', $before, write_json('renamed.json', $renamed));
my $targets = read_json($before);
$targets->{queries}[1]{targets} = { %{ $targets->{queries}[1]{targets} }, p95_ms => 1 };
refuses(2, qr/$not other targets$/m, 'compare', $before, write_json('targets.json', $targets));
refuses(2, qr/$not another load \(rate\)$/m, 'compare', $before,
	write_json('load.json', { %{ read_json($before) }, rate => 10 }));
refuses(2, qr/has no samples to compare/, 'compare', $before, write_json('none.json',
		{ %$run, queries => [ map { my %q = %$_; delete $q{samples}; \%q } @{ $run->{queries} } ] }));
refuses(2, qr/is not the JSON of a run/, 'compare', $before, write_json('empty.json', {}));
refuses(2, qr/is not the JSON of a run/, 'compare', $before, write_json('array.json', [1]));
my $broken = read_json($before);
$broken->{queries}[0]{samples}{slices_us}[3] = '5 4';
refuses(2, qr/is not the JSON of a run/, 'compare', $before, write_json('broken.json', $broken));
refuses(2, qr/is not the JSON of a run/, 'compare', $before, $0);
refuses(3, qr/cannot read ".*missing\.json": No such file/, 'compare', $before, "$dir/missing.json");
refuses(2, qr/requires two files/, 'compare', $before);
refuses(2, qr/requires two files/, 'compare');
refuses(2, qr/as many files after as before/, 'compare', $before, $before, $before);
refuses(2, qr/invalid --smallest "$_"/, 'compare', '--smallest', $_, $before, $before)
  for qw(0 100 ten);
refuses(2, qr/compare has no option "--rate"/, 'compare', '--rate', 5, $before, $before);
refuses(2, qr/option "--smallest" requires an argument/, 'compare', $before, $before, '--smallest');

# ---- find-rate -------------------------------------------------------------

# A server that refuses more than 400 requests a second. That no latency decides makes it
# the same on any machine, but for one that does not get to send so many.
my $address = '';
my $limited = IPC::Run::start([ $capacity, 'bucket', 400, 100 ],
	'<', \undef, '>', \$address, IPC::Run::timeout($timeout));

$limited->pump until $address =~ s/\n//;
($status, $out, $err) = run_program(
	"/events\n", '--find-rate', '-r', 200, '-d', '5s', '-c', 20, '-H', 'X-A: b',
	loose_targets(), '--requests', '-', '--json', "$dir/found.json", $address);
my $found = read_json("$dir/found.json");
my $rate = $found->{find_rate};

follows_schema("$dir/found.json", 'find-rate');
is($status, $rate->{held} ? 0 : 1, 'find-rate: exit status') or diag($err);
like($out, qr/\Afind-rate: (about )?[\d,.]+ requests\/s/, 'find-rate: headline');
like($err, qr/^perfcheck-http: doubling: 200\/s (holds|fails)/m, 'find-rate: progress');
is($rate->{steps}[0]{rate}, 200, 'it begins at --rate');
is($rate->{steps}[-1]{stage}, 'holding', 'it ends with a held run');
is($found->{rate}, $rate->{steps}[-1]{rate}, 'which is the run of the JSON') if $rate->{held};
cmp_ok($rate->{rate}, '<', 450, 'no rate is found that the server refuses');
cmp_ok($rate->{rate}, '>', 0, 'one is found');
ok((grep { !$_->{holds} } @{ $rate->{steps} }), 'some rates fail');
cmp_ok($rate->{low}, '<=', $rate->{high}, 'the interval');
is($rate->{breaks_first}{query}, '/events', 'what breaks first');
is($rate->{breaks_first}{verdict}, undef, 'without a database there is no verdict on it');
$limited->kill_kill;

refuses(2, qr/--find-rate requires --duration of at least 5s/,
	'--find-rate', '-d', '4s', '--requests', '-', $url);
refuses(2, qr/--find-rate and $_->[0] conflict/, '--find-rate', @$_, '--requests', '-', $url)
  for [ '--warmup', '1s' ], ['--samples', '--json', 'x'];
refuses(2, qr/--find-rate and --join conflict/, '--find-rate', '--join', 'x', '--db', '', $url);
refuses(2, qr/--samples requires --json/, '--samples', '--requests', '-', $url);
refuses(2, qr/--join requires --db/, '--join', 'x', '--requests', '-', $url);
refuses(2, qr/--join-wait requires --join/, '--join-wait', '1s', '--db', '', $url);
refuses(2, qr/invalid --join ""/, '--join', '', '--db', '', $url);
refuses(2, qr/invalid --join "x{65}"/, '--join', 'x' x 65, '--db', '', $url);
refuses(2, qr/invalid --join-wait "soon"/, '--join', 'x', '--join-wait', 'soon', '--db', '', $url);

$server->stop;
done_testing();
