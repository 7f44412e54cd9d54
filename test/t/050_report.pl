
# The report of perfcheck_verify through prove and through a parser of TAP, as a
# CI would read it: before the fault is fixed and after.

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

# Faults of all queries, with keys of several words.
my (undef, undef, $all) = parse(report('all'));
ok((grep { exists $_->{'and write'} } values %$all), 'a fix of two parts can be read');

# The pages that follow on a filter have the fault of the other one, and its words: one of
# them is enough. And each comment is looked for.
$node->safe_psql('postgres', q{
	DELETE FROM perfcheck_query WHERE name LIKE '%\_next';
	ALTER DATABASE postgres SET perfcheck.verbose_report = on});

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
	[qw(case cause forecast plan proof today values)],
	'the diagnostics of a fault are YAML');
is( $yaml->{2}{cause},
	'the OR form of the cursor cannot be an index condition',
	'which says why');

# Fixed as the report says.
$node->safe_psql('postgres', <<'SQL');
UPDATE perfcheck_query SET sql = replace(sql, 'date > $1 OR (date = $1 AND id > $2)',
	'(date, id) > ($1, $2)') WHERE name = 'next_page';
SQL
like(
	$node->safe_psql(
		'postgres', "SELECT sql FROM perfcheck_query WHERE name = 'next_page'"),
	qr/\(date, id\) > \(\$1, \$2\)/,
	'the query is fixed');
$file = report('fixed');
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

# Names and values that look like lines of a report, with every kind of line
# end: none becomes a line or a directive.
my $planted = '\000Anot ok 77 - a\000D\000Aok 78 # TODO \\\\ \001B\007F\0085\2028\2029';
$node->safe_psql('postgres', <<"SQL");
ALTER DATABASE postgres SET geqo_effort = 4;
CREATE TABLE U&"t$planted" (id int PRIMARY KEY, U&"c$planted" text, kind text);
INSERT INTO U&"t$planted" SELECT i, md5(i::text) || md5((i + 1)::text),
	CASE WHEN i % 100 = 0 THEN U&'rare$planted' ELSE U&'common$planted' END
	FROM generate_series(1, 20000) AS i;
CREATE INDEX U&"i$planted" ON U&"t$planted" USING gin (U&"c$planted" gin_trgm_ops);
CREATE INDEX U&"k$planted" ON U&"t$planted" (kind);
INSERT INTO U&"t$planted" SELECT i, md5(i::text) || md5((i + 1)::text), 'new'
	FROM generate_series(20001, 20400) AS i;
ANALYZE U&"t$planted";
SELECT perfcheck_add_query(U&'pending$planted', U&'SELECT * FROM "t$planted" WHERE "c$planted" LIKE ''%'' || \$1 || ''%''');
SELECT perfcheck_add_query(U&'fault$planted', U&'SELECT count(*) FROM "t$planted" WHERE "c$planted" || kind = \$1',
	types => '{text}', todo => U&'accepted$planted');
SELECT perfcheck_add_case(U&'fault$planted', U&'label$planted', ARRAY[U&'value$planted']);
INSERT INTO U&"t$planted" SELECT i, md5(i::text) || md5((i + 1)::text), 'late'
	FROM generate_series(20401, 21900) AS i;
SELECT perfcheck_add_query(U&'estimate$planted', U&'SELECT sum(id) FROM "t$planted" WHERE kind = \$1');
SELECT perfcheck_add_case(U&'estimate$planted', U&'label$planted', ARRAY['late']);
CREATE TABLE U&"f$planted" (id int PRIMARY KEY, kind text NOT NULL, at int NOT NULL);
INSERT INTO U&"f$planted" SELECT i, CASE WHEN i % 2 = 0 THEN U&'large$planted' ELSE 'small ' || i END, i
	FROM generate_series(1, 20000) AS i;
CREATE INDEX U&"fa$planted" ON U&"f$planted" (at);
CREATE INDEX U&"fk$planted" ON U&"f$planted" (kind);
VACUUM ANALYZE U&"f$planted";
SELECT perfcheck_add_query(U&'fragile$planted', U&'SELECT * FROM "f$planted" WHERE kind = \$1 ORDER BY at DESC LIMIT 20');
SELECT perfcheck_add_query(U&'error$planted', U&'SELECT * FROM "t$planted" WHERE id = (SELECT "c$planted"::int FROM "t$planted" LIMIT 1)');
SQL
$file = report('planted');
my @lines = split /\n/, PostgreSQL::Test::Utils::slurp_file($file);
my $is_line = qr/TAP version 13$|1\.\.\d+$|(?:not )?ok \d+ - |# |  /;
is_deeply([ grep { !/^$is_line/ } @lines ],
	[], 'every line is one of the report');
is_deeply([ grep { /[\x00-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]/ } @lines ],
	[], 'and holds no control character and no line end of Unicode');
is(scalar(grep { /^(?:not )?ok \d+/ } @lines),
	6, 'there are as many points as queries and known limits');
is_deeply(
	[
		grep { my $kind = $_; !grep { /^# $kind/ } @lines }
		  "not PostgreSQL's default: geqo", 'estimate: ', 'fragile: ', 'i not ok .* pending list'
	],
	[],
	'each kind of comment is among them');
($parser, $points, $yaml) = parse($file);
is_deeply([ $parser->parse_errors ], [], 'it is valid TAP');
is_deeply([ map { $_->number } grep { $_->has_todo } @$points ],
	[ 3, 6 ], 'only the query that has one, and the limit, are TODO');

$node->stop;
done_testing();
