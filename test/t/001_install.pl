# Copyright (c) 2026, perfcheck contributors

# Facts of an installation: what the extension holds and in which schema, who
# may do what, what a dump keeps, and that nothing stays behind.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my @built_in = qw(artist_search artist_search_next combined combined_next date_range
  date_range_next event_search event_search_next genre genre_next next_page page venue
  venue_next);
my @functions = qw(perfcheck_accept perfcheck_add_case perfcheck_add_query
  perfcheck_assert
  perfcheck_cases perfcheck_create_events perfcheck_drop_query perfcheck_plan
  perfcheck_requests perfcheck_seed perfcheck_set_values perfcheck_size
  perfcheck_time
  perfcheck_unseed perfcheck_verify);

# What belongs to the extension; %s is one of the system catalogs.
my $members = q{
	SELECT c.oid FROM %1$s c
	JOIN pg_depend d ON d.objid = c.oid AND d.classid = '%1$s'::regclass
	JOIN pg_extension e ON e.oid = d.refobjid
		AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
	WHERE e.extname = 'perfcheck'};
my $member_functions = sprintf($members, 'pg_proc');
my $member_tables =
  sprintf($members, 'pg_class') . q{ AND c.relkind = 'r'};

# Rows of each catalog that CREATE EXTENSION writes to.
my $catalog_sizes = join(
	' UNION ALL ',
	map { "SELECT '$_', count(*) FROM $_" }
	  qw(pg_class pg_constraint pg_depend pg_description pg_extension
	  pg_init_privs pg_namespace pg_opclass pg_proc pg_type));

my $node = PostgreSQL::Test::Cluster->new('install');
$node->init;
$node->start;

# Fails as this role, with this error, having changed nothing.
sub denied
{
	my ($role, $db, $sql, $error, $name) = @_;
	my ($stdout, $stderr);

	my $status = $node->psql(
		$db, $sql,
		stdout => \$stdout,
		stderr => \$stderr,
		on_error_stop => 1,
		extra_params => [ '-U', $role ]);
	is($status, 3, "$name: fails");
	like($stderr, $error, "$name: the error");
}

# --- the default schema

$node->safe_psql('postgres', 'CREATE DATABASE plain');
my $sizes = $node->safe_psql('plain', $catalog_sizes);
$node->safe_psql('plain', 'CREATE EXTENSION perfcheck CASCADE');

is( $node->safe_psql(
		'plain',
		q{SELECT extname, extnamespace::regnamespace FROM pg_extension
		WHERE extname <> 'plpgsql' ORDER BY 1}),
	"perfcheck|public\npg_trgm|public",
	'CASCADE brings pg_trgm into the default schema');
is( $node->safe_psql(
		'plain',
		q{SELECT extversion FROM pg_extension WHERE extname = 'perfcheck'}),
	'1.1',
	'version');

my %present = map { $_ => 1 } split /\n/,
  $node->safe_psql('plain',
	"SELECT proname FROM pg_proc WHERE oid IN ($member_functions)");
is_deeply([ grep { !$present{$_} } @functions ],
	[], 'every function of the interface is there');
is_deeply([ grep { !/^perfcheck_/ } keys %present ],
	[], 'every function is named perfcheck_*');
is( $node->safe_psql(
		'plain',
		"SELECT oid::regprocedure FROM pg_proc
		WHERE oid IN ($member_functions)
		AND obj_description(oid, 'pg_proc') IS NULL"),
	'',
	'every function has a comment');
# Built-in queries are judged under the caller's search_path, so the functions that judge
# leave it as it is, and name a schema wherever they name something.
is( $node->safe_psql(
		'plain',
		"SELECT oid::regprocedure FROM pg_proc p
		WHERE oid IN ($member_functions)
		AND proname NOT IN ('perfcheck_reports', 'perfcheck_report', 'perfcheck_fixes',
			'perfcheck_snapshot', 'perfcheck_diff', 'perfcheck_growth')
		AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
		AND NOT EXISTS (SELECT FROM unnest(proconfig) s
			WHERE s LIKE 'search_path=%')"),
	'',
	'every function that is not C pins its search_path');
is( $node->safe_psql(
		'plain',
		"SELECT oid::regprocedure FROM pg_proc
		WHERE oid IN ($member_functions) AND prosecdef"),
	'',
	'no function runs with the rights of its owner');
is( $node->safe_psql(
		'plain',
		"SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class
		WHERE oid IN ($member_tables)
		AND obj_description(oid, 'pg_class') IS NOT NULL"),
	'perfcheck_built_in perfcheck_case perfcheck_copies perfcheck_dropped perfcheck_populated perfcheck_query perfcheck_result perfcheck_size perfcheck_size_values perfcheck_statistics perfcheck_statistics_column perfcheck_statistics_extended perfcheck_statistics_index perfcheck_statistics_key perfcheck_statistics_table perfcheck_values perfcheck_writer',
	'the tables, each with a comment');
is( $node->safe_psql(
		'plain', q{SELECT string_agg(name, ' ' ORDER BY name)
		FROM perfcheck_query}),
	"@built_in",
	'the contract holds the canonical queries');

$node->safe_psql('plain', 'DROP EXTENSION perfcheck; DROP EXTENSION pg_trgm');
is($node->safe_psql('plain', $catalog_sizes),
	$sizes, 'DROP EXTENSION leaves nothing');

# --- a schema of its own that needs quoting and is not in the search_path

$node->safe_psql('postgres', 'CREATE DATABASE apart');
$node->safe_psql(
	'apart', q{
	CREATE SCHEMA "Perf Check";
	CREATE EXTENSION perfcheck SCHEMA "Perf Check" CASCADE});
is( $node->safe_psql(
		'apart',
		q{SELECT extname, nspname FROM pg_extension
		JOIN pg_namespace n ON n.oid = extnamespace
		WHERE extname <> 'plpgsql' ORDER BY 1}),
	"perfcheck|Perf Check\npg_trgm|Perf Check",
	'CASCADE brings pg_trgm into a schema that needs quoting');
is( $node->safe_psql(
		'apart', q{SELECT "Perf Check".perfcheck_seed(500);
		SELECT count(*) FROM public.events}),
	"500\n500",
	'seeds from there');
my $verdict = $node->safe_psql('apart',
	'SELECT "Perf Check".perfcheck_verify()');
my %judged = map { $_ => 1 } $verdict =~ /^(?:not )?ok \d+ - (\w+)/mg;
is_deeply([ grep { !$judged{$_} } @built_in ],
	[], 'verifies every query from there');

# --- dump and restore

$node->safe_psql('postgres', 'CREATE DATABASE dumped');
$node->safe_psql(
	'dumped', q{
	CREATE EXTENSION perfcheck CASCADE;
	SELECT perfcheck_seed(500);
	SELECT perfcheck_add_query('by_source',
		'SELECT * FROM events WHERE source_platform = $1 LIMIT 21',
		path => '/api/events?source=$1', expected => 'btree', avg_ms => 10,
		p95_ms => 20, p99_ms => 30, max_rows => 400, todo => 'not yet',
		types => '{text}', todo_cause => 'no btree index is led by source_platform');
	SELECT perfcheck_add_case('by_source', 'mine', '{dice}');
	SELECT perfcheck_add_case('genre', 'mine', '{rock,20}', required => false);
	SELECT perfcheck_size('events', 50000, '{date}');
	SELECT perfcheck_set_values('by_source', 1, '{dice,NULL}');
	INSERT INTO perfcheck_result (source, query, executions, ok)
		VALUES ('time', 'genre', 10, true)});

my $dump = PostgreSQL::Test::Utils::tempdir . '/dump.sql';
command_ok(
	[
		'pg_dump', '--no-sync', '-f', $dump, '-d',
		$node->connstr('dumped')
	],
	'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
command_ok(
	[
		'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, '-d',
		$node->connstr('restored')
	],
	'restore');

foreach my $table (
	qw(perfcheck_query perfcheck_case perfcheck_values perfcheck_result
	perfcheck_size))
{
	my $rows = "SELECT t FROM $table t ORDER BY t::text";
	is( $node->safe_psql('restored', $rows),
		$node->safe_psql('dumped', $rows),
		"a dump keeps $table");
}
is( $node->safe_psql(
		'restored', q{SELECT string_agg(name, ' ' ORDER BY name)
		FROM perfcheck_query WHERE name <> 'by_source'}),
	"@built_in",
	'each built-in query is there once');
is( $node->safe_psql(
		'restored', q{INSERT INTO perfcheck_result
		(source, query, executions, ok) VALUES ('time', 'genre', 1, true)
		RETURNING id}),
	'2',
	'results are numbered on after a restore');

# --- rights

$node->safe_psql(
	'dumped', q{
	CREATE ROLE app LOGIN;
	GRANT CREATE ON DATABASE dumped TO app;
	GRANT SELECT ON events TO app});
my $contract = q{SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM (
	SELECT q::text FROM perfcheck_query q
	UNION ALL SELECT c::text FROM perfcheck_case c
	UNION ALL SELECT v::text FROM perfcheck_values v) t};
my $before = $node->safe_psql('dumped', $contract);

$verdict = $node->safe_psql('dumped', 'SELECT perfcheck_verify()',
	extra_params => [ '-U', 'app' ]);
%judged = map { $_ => 1 } $verdict =~ /^(?:not )?ok \d+ - (\w+)/mg;
is_deeply([ grep { !$judged{$_} } @built_in, 'by_source' ],
	[], 'a role that may read the table may verify');

my $no_query = qr/permission denied for table perfcheck_query/;
my $no_case = qr/permission denied for table perfcheck_case/;
denied('app', 'dumped', q{SELECT perfcheck_add_query('x', 'SELECT 1')},
	$no_query, 'perfcheck_add_query by another role');
denied('app', 'dumped', q{SELECT perfcheck_drop_query('genre')},
	$no_query, 'perfcheck_drop_query by another role');
denied('app', 'dumped', q{SELECT perfcheck_add_case('genre', 'x', '{jazz,20}')},
	$no_case, 'perfcheck_add_case by another role');
denied('app', 'dumped', q{SELECT perfcheck_set_values('genre', 1, '{jazz}')},
	qr/permission denied for table perfcheck_values/,
	'perfcheck_set_values by another role');
denied('app', 'dumped', q{UPDATE perfcheck_query SET sql = 'SELECT 1'},
	$no_query, 'UPDATE of the contract by another role');
is($node->safe_psql('dumped', $contract),
	$before, 'the contract is as it was');

$node->safe_psql('dumped', 'DROP EXTENSION perfcheck');
denied('app', 'dumped', 'CREATE EXTENSION perfcheck',
	qr/permission denied to create extension "perfcheck"/,
	'CREATE EXTENSION by another role');

# In a session that gives a backslash a meaning in each constant, which 19 has no more.
my $off = 'DO $$BEGIN SET standard_conforming_strings = off; EXCEPTION WHEN OTHERS THEN NULL; END$$; SET escape_string_warning = off;';
$node->safe_psql('dumped', "$off CREATE EXTENSION perfcheck");
is($node->safe_psql('dumped', q{SELECT obj_description('perfcheck_fixes(float8)'::regprocedure, 'pg_proc') LIKE '%\\gexec'}),
	't', 'CREATE EXTENSION in such a session');
$node->safe_psql('dumped', "DROP EXTENSION perfcheck; $off CREATE EXTENSION perfcheck VERSION '1.0'; ALTER EXTENSION perfcheck UPDATE");
is($node->safe_psql('dumped', q{SELECT extversion FROM pg_extension WHERE extname = 'perfcheck'}),
	'1.1', 'ALTER EXTENSION UPDATE, too');

$node->stop;

# --- the program

my $program = $ENV{PERFCHECK_HTTP} // 'perfcheck-http';
my ($stdout, $stderr) = run_command([ $program, '--version' ]);
is($stdout, 'perfcheck-http 1.1', 'perfcheck-http --version');

done_testing();
