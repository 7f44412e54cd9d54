# Copyright (c) 2026, perfcheck contributors

# What perfcheck_report() prints is read by others: XML by xmllint, JSON by JSON::PP, and
# by docs/report.schema.json, whatever names and values hold. The numbers of docs/causes.md
# are those that causes get. The script of docs/ci.md runs.

use strict;
use warnings;

use File::Basename qw(dirname);
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = dirname(dirname(dirname(__FILE__)));
my $node = PostgreSQL::Test::Cluster->new('formats');
my @formats = qw(tap tap14 junit sarif json markdown github html);
my $reader = JSON::PP->new->utf8;

$node->init;
$node->start;

# --- names that are more than names -------------------------------------------

my $setup = q{
	SET client_min_messages = error;
	CREATE EXTENSION perfcheck CASCADE;
	DELETE FROM perfcheck_query;
	CREATE TABLE thing (id int PRIMARY KEY, name text, price int);
	INSERT INTO thing SELECT n, E'n\u00e4me ' || n % 500 || E' ]]> "q"', n % 300 FROM generate_series(1, 3000) AS n;
	CREATE TABLE nothing (id int);
	VACUUM ANALYZE thing;
	SELECT perfcheck_add_query('good', 'SELECT name FROM thing WHERE id = $1');
	SELECT perfcheck_add_query('bad', 'SELECT id FROM thing WHERE price = $1 LIMIT 5', source => 'sql/a b.sql:12', owner => '<b>');
	SELECT perfcheck_add_query(E'x\n::error::%0A </script> ]]> | `c` "q" \'s\' & @all \x1b[31m' || repeat(U&'\00e4', 30), 'SELECT id FROM thing WHERE name = $1 LIMIT 5');
	SELECT perfcheck_add_query('raises', 'SELECT 1 / (price - price) FROM thing WHERE id = $1');
	SELECT perfcheck_add_query('skipped', 'SELECT id FROM nothing WHERE id = $1');
	SELECT perfcheck_add_query('kept', 'SELECT name FROM thing WHERE price = $1 LIMIT 5', todo => 'a <later> release');
	SELECT perfcheck_add_query('stale', 'SELECT price FROM thing WHERE id = $1', todo => 'is ok');
	SELECT perfcheck_add_query('expired', 'SELECT id, name FROM thing WHERE price = $1 LIMIT 5', todo => 'was meant to be mended', todo_until => '2020-01-01');
	CREATE TABLE judged AS SELECT * FROM perfcheck_judge();};

# The outcome that each query has, in every format.
my %status = (
	good => 'ok', bad => 'not ok', raises => 'not ok', skipped => 'skip',
	kept => 'todo', stale => 'ok', expired => 'not ok');

# Runs xmllint, which must be there, and returns what it prints for an expression.
sub xpath
{
	my ($file, $expression) = @_;

	chomp(my $text = qx(xmllint --nonet --xpath '$expression' '$file' 2>&1));
	return $text;
}

sub check_database
{
	my ($name, @options) = @_;
	my (%text, %file);
	my $bidi = $name eq 'utf8' ? 1 : 0;
	my $tests = 8 + $bidi;

	$node->command_ok([ 'createdb', @options, $name ], "$name: a database");
	$node->safe_psql($name, $setup);
	$node->safe_psql($name,
		q{SELECT perfcheck_add_query(U&'t\202Eurn', 'SELECT id FROM thing WHERE name = $1 LIMIT 5');
		  TRUNCATE judged; INSERT INTO judged SELECT * FROM perfcheck_judge()}) if $bidi;
	for my $format (@formats)
	{
		$text{$format} = $node->safe_psql($name,
			"SELECT perfcheck_rendered('$format', document, tap) FROM judged");
		$file{$format} = "${PostgreSQL::Test::Utils::tmp_check}/$name.$format";
		open my $out, '>:raw', $file{$format} or die $!;
		print $out $text{$format}, "\n";
		close $out;
		unlike($text{$format}, qr/[\x00-\x08\x0b-\x1f\x7f]/, "$name: $format has no control character");
		unlike($text{$format}, qr/^::error::%0A/m, "$name: no name begins a line of $format");
		unlike($text{$format}, qr/\xe2\x80\xae/, "$name: $format turns no text round")
		  unless $format eq 'json';
	}

	# The page is well-formed, so that a browser repairs nothing in it.
	is(system("xmllint --nonet --noout '$file{html}'"), 0, "$name: html is well-formed");
	is(xpath($file{html}, 'count(//*[local-name()="details"])'), $tests, "$name: a part a query");
	is(xpath($file{html}, 'count(//*[local-name()="script"])'), 0, "$name: no script");
	is(xpath($file{html}, 'count(//*[local-name()="details"]/*[local-name()="summary"]/*[local-name()="b"][starts-with(., "x\u000a::error::%0A </script> ]]> | `c` ")])'),
		1, "$name: a name in the page");

	# JUnit
	is(system("xmllint --nonet --noout '$file{junit}'"), 0, "$name: junit is XML");
	is(xpath($file{junit}, 'concat(//testsuite/@tests, " ", //testsuite/@failures, " ", //testsuite/@errors, " ", //testsuite/@skipped)'),
		"$tests " . (3 + $bidi) . ' 1 2', "$name: junit counts");
	is(xpath($file{junit}, 'count(//testcase[failure])'), 3 + $bidi, "$name: failures");
	is(xpath($file{junit}, 'string(//testcase[@name="raises"]/error/@type)'), 'PC001', "$name: an error");
	is(xpath($file{junit}, 'string(//testcase[@name="bad"]/failure/@type)'), 'PC101', "$name: a cause");
	is(xpath($file{junit}, 'string(//testcase[@name="kept"]/skipped/@message)'),
		'accepted: a <later> release; work grows with the table', "$name: a todo");
	like(xpath($file{junit}, 'string(//testcase[@name="stale"]/system-out)'), qr/^stale todo/, "$name: a stale todo");
	like(xpath($file{junit}, 'string(//testcase[@name="expired"]/failure)'), qr/todo: todo of expired expired/, "$name: an expired todo");
	is(xpath($file{junit}, 'count(//testcase[starts-with(@name, "x\u000a::error::%0A </script> ]]> | `c` ")])'), 1, "$name: a name");

	# JSON
	my $document = eval { $reader->decode($text{json}) };
	is($@, '', "$name: json is JSON");
	is($document->{ok}, JSON::PP::false, "$name: it is not ok");
	is_deeply($document->{counts},
		{ queries => $tests, ok => 2, 'not ok' => 4 + $bidi, todo => 1, skip => 1 }, "$name: counts");
	for my $query (@{ $document->{queries} })
	{
		is($query->{status}, $status{ $query->{name} }, "$name: status of $query->{name}")
		  if exists $status{ $query->{name} };
	}
	my ($expired) = grep { $_->{name} eq 'expired' } @{ $document->{queries} };
	is($expired->{todo}{state}, 'expired', "$name: the state of a todo");
	check_schema($name, $file{json}, $document);

	# SARIF
	my $sarif = eval { $reader->decode($text{sarif}) };
	is($@, '', "$name: sarif is JSON");
	is($sarif->{version}, '2.1.0', "$name: sarif 2.1.0");
	my $run = $sarif->{runs}[0];
	my %result = map { $_->{locations}[0]{logicalLocations}[0]{name} => $_ } @{ $run->{results} };
	is(scalar @{ $run->{results} }, 6 + $bidi, "$name: results");
	for my $result (@{ $run->{results} })
	{
		is($run->{tool}{driver}{rules}[ $result->{ruleIndex} ]{id}, $result->{ruleId}, "$name: the rule of a result");
	}
	is_deeply($result{bad}{locations}[0]{physicalLocation},
		{ artifactLocation => { uri => 'sql/a%20b.sql' }, region => { startLine => 12 } }, "$name: a place");
	is($result{kept}{suppressions}[0]{justification}, 'a <later> release', "$name: a suppression");
	is($result{stale}{ruleId}, 'PC004', "$name: a stale todo is a note");
	ok(!exists $result{good} && !exists $result{skipped}, "$name: no result of what is ok");

	# GitHub and Markdown
	my @lines = split /\n/, $text{github};
	is(scalar(grep { !/^::(?:error|warning|notice) title=[^:]*::/ } @lines), 0, "$name: annotations");
	is(scalar(grep { /^::error/ } @lines), 5 + $bidi, "$name: errors of github");
	is(scalar(grep { /^::warning title=perfcheck%3A stale::stale todo/ } @lines), 1, "$name: a warning");
	is(scalar(grep { /^::error title=perfcheck%3A bad,file=sql\/a b.sql,line=12::/ } @lines), 1, "$name: a line");
	like($lines[-1], qr/^::error title=perfcheck::\d of \d queries are not ok, 1 accepted for now, 1 skipped/, "$name: the headline");
	my @rows = grep { /^\| `/ } split /\n/, $text{markdown};
	is(scalar @rows, 4 + $bidi, "$name: rows of markdown");
	# A bar that is not escaped would begin another cell.
	is(scalar(grep { (() = /(?<!\\)\|/g) != 4 } @rows), 0, "$name: cells of markdown");
	(my $prose = $text{markdown}) =~ s/^(```+)text\n.*?^\1$//msg;
	$prose =~ s/^\| .*$//mg;
	unlike($prose, qr/<(?!\/?(?:details|summary|code|!--))/, "$name: no markup of others");
	return;
}

# By the schema, or where Python does not know it, by its required members alone.
sub check_schema
{
	my ($name, $file, $document) = @_;
	my $schema = $reader->decode(slurp_file("$root/docs/report.schema.json"));
	my $query = $schema->{definitions}{query};
	my %known = map { $_ => 1 } keys %{ $query->{properties} };
	my (@missing, %more);

	for my $one (@{ $document->{queries} })
	{
		push @missing, grep { !exists $one->{$_} } @{ $query->{required} };
		$more{$_} = 1 for grep { !$known{$_} } keys %$one;
		for my $case (@{ $one->{cases} })
		{
			push @missing, grep { !exists $case->{$_} } @{ $schema->{definitions}{case}{required} };
			$more{$_} = 1 for grep { !exists $schema->{definitions}{case}{properties}{$_} } keys %$case;
		}
	}
	is("@missing", '', "$name: members that the schema requires");
	is(join(' ', sort keys %more), '', "$name: the schema names each member");
  SKIP:
	{
		skip 'no jsonschema for Python', 1 if system('python3 -c "import jsonschema" 2>/dev/null') != 0;
		is( system('python3', '-c',
				'import json, sys, jsonschema; jsonschema.validate(json.load(open(sys.argv[1], encoding="utf-8")), json.load(open(sys.argv[2])))',
				$file, "$root/docs/report.schema.json"),
			0, "$name: json is what docs/report.schema.json says");
	}
	return;
}

check_database('utf8', '--encoding=UTF8', '--locale=C', '--template=template0');
check_database('latin', '--encoding=LATIN1', '--locale=C', '--template=template0');

# The client's encoding decides how letters are written, and not what they are.
for my $encoding (qw(LATIN1 EUC_JP))
{
	my $json = $node->safe_psql('utf8',
		"DELETE FROM judged; INSERT INTO judged SELECT * FROM perfcheck_judge();
		 SET client_encoding = $encoding; SELECT perfcheck_rendered('json', document, tap) FROM judged");

	unlike($json, qr/[^\x00-\x7f]/, "json for $encoding is ASCII");
	my ($query) = grep { $_->{name} =~ /^x\n/ } @{ $reader->decode($json)->{queries} };
	like($query->{name}, qr/\x{e4}{5}/, "json for $encoding has the letters");
}

# --- an empty contract ----------------------------------------------------------

$node->safe_psql('postgres', 'CREATE EXTENSION perfcheck CASCADE; DELETE FROM perfcheck_query');
for my $strict (0, 1)
{
	my $sql = "SELECT perfcheck_report('%s', strict => " . ($strict ? 'true' : 'false') . ")";
	my $file = "${PostgreSQL::Test::Utils::tmp_check}/empty.xml";

	open my $out, '>:raw', $file or die $!;
	print $out $node->safe_psql('postgres', sprintf($sql, 'junit'));
	close $out;
	is(xpath($file, 'concat(//testsuite/@tests, count(//failure))'), $strict ? '11' : '00', "junit of nothing, strict $strict");
	is($reader->decode($node->safe_psql('postgres', sprintf($sql, 'json')))->{ok} ? 0 : 1, $strict, "json of nothing, strict $strict");
	my $invocation = $reader->decode($node->safe_psql('postgres', sprintf($sql, 'sarif')))->{runs}[0]{invocations}[0];
	is($invocation->{executionSuccessful} ? 0 : 1, $strict, "sarif of nothing, strict $strict");
	like($node->safe_psql('postgres', sprintf($sql, 'github')),
		$strict ? qr/^::error/ : qr/^::notice/, "github of nothing, strict $strict");
	is($node->safe_psql('postgres', sprintf($sql, 'markdown')),
		'### perfcheck: nothing was judged: the contract has no enabled query', "markdown of nothing, strict $strict");
}

# --- the numbers of docs/causes.md ----------------------------------------------

# The causes of a cell: what stands in backticks, but for what stands in parentheses,
# and what continues a sentence.
sub causes_of
{
	my ($cell) = @_;
	my ($depth, $inside, @causes) = (0, 0);

	for my $part (split /`/, $cell, -1)
	{
		if ($inside)
		{
			push @causes, $part if $depth == 0 && $part !~ /^\.\.\./;
		}
		else
		{
			$depth += ($part =~ tr/(//) - ($part =~ tr/)//);
		}
		$inside = !$inside;
	}
	# The letters n, m and k stand for numbers.
	s/\b[nmk]\b/7/g, s/\\\|/|/g for @causes;
	return @causes;
}

my (%documented, $tested);
for my $line (split /\n/, slurp_file("$root/docs/causes.md"))
{
	my ($number, $cell) = $line =~ /^\| \[?(PC\d{3})(?:\]\(\S+\))? \| (.*?) (?<!\\)\|/ or next;

	$documented{$number} = 1;
	for my $cause (causes_of($cell))
	{
		is($node->safe_psql('postgres', "SELECT perfcheck_cause_id(\$q\$$cause\$q\$)"), $number, $cause);
		$tested++;
	}
}
cmp_ok($tested, '>', 100, 'docs/causes.md has causes');
$documented{PC406} = 1;
is( join(' ', sort keys %documented),
	$node->safe_psql('postgres', "SELECT string_agg(id, ' ' ORDER BY id COLLATE \"C\") FROM perfcheck_causes()"),
	'docs/causes.md has each number');
is($node->safe_psql('postgres', 'SELECT count(*) - count(DISTINCT id) + count(*) - count(DISTINCT name) FROM perfcheck_causes()'),
	'0', 'no number and no name is given twice');

# --- the script of docs/ci.md -----------------------------------------------------

my ($script) = slurp_file("$root/docs/ci.md") =~ /^`ci\/judge\.sh`.*?\n\n((?: {4}.*\n)+)/m;
my $place = PostgreSQL::Test::Utils::tempdir();
$script =~ s/^ {4}//mg;
for my $file (
	[ 'judge.sh', $script ],
	[ 'schema.sql', 'CREATE TABLE thing (id int PRIMARY KEY, price int);' ],
	[ 'sample.sql', 'INSERT INTO thing SELECT n, n % 900 FROM generate_series(1, 2000) AS n;' ],
	[ 'queries.sql', q{DELETE FROM perfcheck_query; SELECT perfcheck_add_query('by_price', 'SELECT id FROM thing WHERE price = $1 LIMIT 5');} ])
{
	open my $out, '>', "$place/$file->[0]" or die $!;
	print $out $file->[1], "\n";
	close $out;
}
{
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	is(system("cd '$place' && sh judge.sh >judge.log 2>&1") >> 8, 1, 'the script of docs/ci.md fails for a fault');
	system("cat '$place/judge.log'");
	for my $file (qw(github report.sarif junit.xml markdown))
	{
		ok(-s "$place/build/$file", "the script writes $file");
	}
	like(slurp_file("$place/build/github"), qr/^::error title=perfcheck%3A by_price::/, 'it tells of the fault');
}

$node->stop;
done_testing();
