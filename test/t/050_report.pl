
# The report of perfcheck_verify through prove and through a parser of TAP, as a
# CI would read it: before the fault is mended and after.

use strict;
use warnings;

use IPC::Run qw(run);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use TAP::Parser;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('report');
$node->init;
$node->append_conf('postgresql.conf', "jit = off\nautovacuum = off");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION perfcheck CASCADE');
$node->safe_psql('postgres',
	"SELECT perfcheck_seed(10000, starts => '2027-01-01 00:00Z')");

my $dir = PostgreSQL::Test::Utils::tempdir();

# Writes the report to a file, as psql -At > file does.
sub report
{
	my ($name) = @_;
	my $file = "$dir/$name.tap";
	my $text =
	  $node->safe_psql('postgres', 'SELECT perfcheck_verify()') . "\n";

	PostgreSQL::Test::Utils::append_to_file($file, $text);
	return $file;
}

sub prove
{
	my ($file) = @_;
	my $out = '';
	local %ENV = %ENV;

	# prove hands these on to the tests it runs, and this is one.
	delete @ENV{ grep { /^(?:HARNESS|PERL_TEST)/ } keys %ENV };
	run([ 'prove', '--exec', 'cat', $file ], '>', \$out, '2>&1');
	return ($? >> 8, $out);
}

# The points of a report, and its diagnostics by the number of the point.
sub parse
{
	my ($file) = @_;
	my $parser = TAP::Parser->new({ exec => [ 'cat', $file ] });
	my (@points, %yaml);

	while (my $result = $parser->next)
	{
		push @points, $result if $result->is_test;
		$yaml{ $points[-1]->number } = $result->data if $result->is_yaml;
	}
	return ($parser, \@points, \%yaml);
}

# One fault: the OR form of the cursor.
my $file = report('fault');
my ($status, $out) = prove($file);
is($status, 1, 'prove fails');
like($out, qr/Failed test:\s+2\b/, 'and names test 2, next_page, alone');
like($out, qr/Result: FAIL/, 'and sums it up');

my ($parser, $points, $yaml) = parse($file);
is_deeply([ $parser->parse_errors ], [], 'it is valid TAP');
is(scalar @$points, $parser->tests_planned, 'as many points as planned');
is_deeply([ map { $_->number } grep { !$_->is_ok } @$points ],
	[2], 'one point is not ok');
is_deeply(
	[ map { $_->description } grep { $_->has_todo } @$points ],
	[
		'- artist_search, patterns under 3 characters',
		'- event_search, patterns under 3 characters'
	],
	'a known limit is to be done, and does not fail');
is_deeply(
	[ sort grep { !/^fix/ } keys %{ $yaml->{2} } ],
	[qw(case cause examined plan proof values)],
	'the diagnostics of a fault are YAML');
is( $yaml->{2}{cause},
	'the OR form of the cursor cannot be an index condition',
	'which says why');

# Mended as the report says.
$node->safe_psql('postgres', <<'SQL');
UPDATE perfcheck_query SET sql = replace(sql, 'date > $1 OR (date = $1 AND id > $2)',
	'(date, id) > ($1, $2)') WHERE name = 'next_page';
SQL
like(
	$node->safe_psql(
		'postgres', "SELECT sql FROM perfcheck_query WHERE name = 'next_page'"),
	qr/\(date, id\) > \(\$1, \$2\)/,
	'the query is mended');
$file = report('mended');
($status, $out) = prove($file);
is($status, 0, 'prove passes');
like($out, qr/Result: PASS/, 'and says so');

# A fault that is accepted, with the reason, does not fail.
$node->safe_psql('postgres', 'DROP INDEX idx_events_artist_trgm');
($status, $out) = prove(report('missing'));
is($status, 1, 'without its index a query fails');
$node->safe_psql('postgres',
	"UPDATE perfcheck_query SET todo = 'waits # for release 2' WHERE name = 'artist_search'"
);
($status, $out) = prove(report('accepted'));
is($status, 0, 'and does not, when that is accepted');

# Nothing to check.
$node->safe_psql('postgres', 'UPDATE perfcheck_query SET enabled = false');
($status, $out) = prove(report('nothing'));
is($status, 0, 'no query is a plan of nothing');
like($out, qr/skipped: no enabled query/, 'which says so');

$node->stop;
done_testing();
