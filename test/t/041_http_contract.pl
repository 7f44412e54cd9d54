# perfcheck-http --db with queries that other APIs than that of the events answer:
# by POST with a body, by an object, in a member that the contract names.
#
# PERFCHECK_HTTP names another build of the program.
# It runs once more by itself in make test where it failed beside others: requests need a processor.

use strict;
use warnings;
use utf8;

use FindBin;
use IPC::Run ();
use JSON::PP ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use lib "$FindBin::RealBin/../lib";
use ThingsServer;

my $top = "$FindBin::RealBin/../..";
my ($program) =
  grep { -x } $ENV{PERFCHECK_HTTP} // (), "$top/build/perfcheck-http",
  "$top/perfcheck-http";
die "perfcheck-http is not built; run make http\n" unless $program;

my $timeout = $PostgreSQL::Test::Utils::timeout_default;
my $json_file = "$PostgreSQL::Test::Utils::tmp_check/contract.json";
my $things = "$PostgreSQL::Test::Utils::tmp_check/things";

my $node = PostgreSQL::Test::Cluster->new('contract');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;

# Kinds that have to be escaped in JSON, in a query within JSON, and in a form
$node->safe_psql('postgres', q{
	CREATE EXTENSION perfcheck CASCADE;
	DELETE FROM perfcheck_query;
	CREATE TABLE thing(id integer PRIMARY KEY, kind text NOT NULL, name text NOT NULL);
	INSERT INTO thing
	SELECT n, CASE n % 4 WHEN 0 THEN 'a "b" \c' WHEN 1 THEN 'ä&b=c%' ELSE 'plain' END,
	       'name ' || n
	FROM generate_series(1, 60) AS n;
	CREATE INDEX ON thing(kind, id);
	ANALYZE thing;
	SELECT perfcheck_add_query('by_body',
		'SELECT id, kind, name FROM thing WHERE kind = $1 ORDER BY id LIMIT $2 + 1',
		path => 'POST /graphql {"query": "query($kind: String) { things { id } }", "variables": {"kind": "$1", "first": $2, "after": null}}',
		answer => 'data.things.edges');
	SELECT perfcheck_set_values('by_body', 2, ARRAY['5']);
	SELECT perfcheck_add_query('by_text',
		'SELECT id, kind, name FROM thing WHERE kind = $1 ORDER BY id LIMIT 5',
		path => 'POST /graphql {"query": "{ things(kind: \"$1\") { id } }", "variables": {"first": 5}}',
		answer => 'data.things.edges');
	SELECT perfcheck_add_query('by_form',
		'SELECT id, kind, name FROM thing WHERE kind = $1 ORDER BY id',
		path => 'POST /find kind=$1');
	SELECT perfcheck_add_query('by_key', 'SELECT * FROM thing WHERE id = $1',
		path => '/things/$1');
	SELECT perfcheck_add_query('listed',
		'SELECT id, kind, name FROM thing WHERE kind = $1 ORDER BY id',
		path => '/listed?kind=$1', answer => 'found.things');
	UPDATE perfcheck_query SET avg_ms = 60000, p95_ms = 60000, p99_ms = 60000;
});
unlink $things;
append_to_file($things, $node->safe_psql('postgres',
	q{SELECT format(E'%s\t%s\t%s', id, kind, name) FROM thing ORDER BY id}) . "\n");

my $server = ThingsServer->start($things);
my $url = $server->url;

# Sends the contract's requests until each query was asked: a busy machine takes
# more time for that. Exit status, report, standard error, JSON.
sub load
{
	my ($target, @options) = @_;
	my ($out, $err, $json);

	for my $time (qw(1s 5s 20s))
	{
		($out, $err) = ('', '');
		unlink $json_file;
		IPC::Run::run(
			[
				$program, '-c', 2, '-d', $time, '--timeout', "${timeout}s",
				'--json', $json_file, '--db', $node->connstr('postgres'),
				@options, $target
			],
			'<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
		$json = -e $json_file
		  ? JSON::PP::decode_json(slurp_file($json_file)) : undef;
		last
		  if !$json || ($json->{requests} > 50
			&& !grep { $_->{requests} == 0 } @{ $json->{queries} });
	}
	return ($? >> 8, $out, $err, $json);
}

sub wrong_queries
{
	my ($json) = @_;

	return join ' ', sort map { $_->{name} }
	  grep { $_->{requests} > 0 && !$_->{ok} } @{ $json->{queries} };
}

# ---- right answers ---------------------------------------------------------

my ($status, $out, $err, $json) = load($url);

is($status, 0, 'right: exit status') or diag($out, $err);
is(scalar(grep { $_->{requests} > 0 } @{ $json->{queries} }),
	5, 'right: every query is asked');
cmp_ok($json->{next_pages}, '>', 0, 'right: pages of a body are followed');
is($err, '', 'right: no warning');
for my $how (qw(status same count))
{
	($status, $out, $err) = load($url, '--check', $how);
	is($status, 0, "--check $how: exit status") or diag($out, $err);
}
like($node->safe_psql('postgres',
		q{SELECT path FROM perfcheck_requests('by_text') WHERE path LIKE '%\\\\\\\\%' LIMIT 1}),
	qr/^POST \/graphql \{"query": "\{ things\(kind: \\"a \\\\\\"b\\\\\\" \\\\\\\\c\\"\)/,
	'a value in a text in JSON is escaped twice');

# ---- wrong answers -----------------------------------------------------------

($status, $out, $err, $json) = load("$url/worse");
is($status, 1, 'worse: exit status');
is(wrong_queries($json), 'by_body by_form by_key by_text listed',
	'worse: a row is missing from each') or diag($out, $err);

# Without the contract's word there are two arrays.
$node->safe_psql('postgres',
	q{UPDATE perfcheck_query SET answer = NULL WHERE name = 'listed'});
($status, $out, $err, $json) = load($url);
is(wrong_queries($json), 'listed', 'two arrays: the one query');
like($out,
	qr/"found\.things" and "other" are both arrays: name that of the rows with --rows PATH/,
	'two arrays: what to do');
$node->safe_psql('postgres',
	q{UPDATE perfcheck_query SET enabled = false WHERE name <> 'listed'});
($status, $out, $err) = load($url, '--rows', 'found.things');
is($status, 0, 'two arrays: --rows names it') or diag($out, $err);

# ---- what cannot be sent -------------------------------------------------------

$node->safe_psql('postgres',
	q~SELECT perfcheck_add_query('broken', 'SELECT id FROM thing WHERE kind = $1',
		path => 'POST /graphql {"kind": $1')~);
($status, $out, $err) = load($url);
is($status, 3, 'a body that is not JSON: exit status');
like($err, qr/query "broken": the body is neither JSON nor a form: "POST/,
	'a body that is not JSON: message');
for my $path ('GET /a {}', 'POST a {}', 'POST /a', 'POST {}')
{
	my ($code, undef, $message) = $node->psql('postgres',
		"SELECT perfcheck_add_query('bad', 'SELECT 1', path => '$path')");

	isnt($code, 0, "$path: refused");
	like($message, qr/path must start with a slash: "\Q$path\E"/,
		"$path: message");
}
my (undef, undef, $message) = $node->psql('postgres',
	q{SELECT perfcheck_add_query('bad', 'SELECT 1', answer => '')});
like($message, qr/answer must not be empty/, 'an empty answer: message');

# ---- what is exported is loaded ---------------------------------------------------

my $exported = $node->safe_psql('postgres', q{SELECT perfcheck_export('sql')});
like($exported, qr/^-- answer: data\.things\.edges$/m, 'the file has it');
my $before = $node->safe_psql('postgres',
	'SELECT q::text FROM perfcheck_query q ORDER BY name');
$node->safe_psql('postgres', q{
	CREATE TABLE file AS SELECT string_agg(line, E'\n' ORDER BY n) AS content
	FROM perfcheck_export('sql') WITH ORDINALITY AS e(line, n);
	DELETE FROM perfcheck_query;
	SELECT perfcheck_load(content) FROM file});
is($node->safe_psql('postgres',
		'SELECT q::text FROM perfcheck_query q ORDER BY name'),
	$before, 'and loads it');

$server->stop;
done_testing();
