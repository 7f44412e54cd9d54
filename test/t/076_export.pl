# Copyright (c) 2026, perfcheck contributors

# The contract as a file: 200 queries with nasty names and values are written, loaded
# into a fresh database by psql, and written again as the same bytes, in both formats
# and under any settings of the session; prune drops what the file lacks; an error
# names file and line, and loads nothing.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('export');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nautovacuum = off");
$node->start;
$ENV{PGCLIENTENCODING} = 'UTF8';

my $dir = PostgreSQL::Test::Utils::tempdir();
my $loader =
  $node->config_data('--sharedir') . '/extension/perfcheck-load.sql';

# Tables, types and roles that the contract needs, and the extension in a schema that
# is not in search_path.
sub create
{
	my ($db, $schema) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $db");
	$node->safe_psql(
		$db, qq{
		CREATE SCHEMA IF NOT EXISTS "$schema";
		CREATE EXTENSION perfcheck SCHEMA "$schema" CASCADE;
		CREATE SCHEMA "Shop, old";
		CREATE TYPE public."Kind, of" AS ENUM ('a', 'it''s, b');
		CREATE TABLE public.entry (id bigint PRIMARY KEY, owner int, kind public."Kind, of",
			tags text[], doc jsonb, title text, at timestamptz);
		CREATE TABLE "Shop, old"."Item ""x""" (id int, at timestamptz)});
}

sub psql_file
{
	my ($db, $file, @options) = @_;
	my ($out, $err);
	my $status = IPC::Run::run(
		[ 'psql', '-X', '-d', $node->connstr($db), @options, '-f', $file ],
		'>', \$out, '2>', \$err)
	  ? 0
	  : $? >> 8;

	return ($status, $out, $err);
}

# Writes a file as psql -XAtc > file does.
sub export
{
	my ($db, $schema, $format, $file, @options) = @_;
	my $out;

	IPC::Run::run(
		[
			'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr($db), @options, '-c',
			qq{SELECT "$schema".perfcheck_export('$format')}
		],
		'>', \$out) or die "export of $db";
	PostgreSQL::Test::Utils::append_to_file("$dir/$file", $out);
	return $out;
}

# Everything of the contract but where a query was written down.
sub contract
{
	my ($db, $schema) = @_;

	return $node->safe_psql(
		$db, qq{
		SET search_path = "$schema", pg_catalog;
		SELECT to_jsonb(q) - 'source' FROM perfcheck_query q ORDER BY name COLLATE "C";
		SELECT to_jsonb(c) FROM perfcheck_case c ORDER BY query COLLATE "C", label COLLATE "C";
		SELECT to_jsonb(v) FROM perfcheck_values v ORDER BY query COLLATE "C", param;
		SELECT to_jsonb(s) FROM perfcheck_size s ORDER BY relation::text COLLATE "C";
		SELECT name FROM perfcheck_dropped ORDER BY name});
}

# --- 200 queries ------------------------------------------------------------

create('first', 'Perf check');
create('second', 'Perf check');
create('third', 'public');
$node->safe_psql('first', 'CREATE ROLE export_reader; GRANT export_reader TO CURRENT_USER');
$node->safe_psql(
	$_, q{
	GRANT SELECT ON entry TO export_reader}) for qw(first second third);

$node->safe_psql('first', <<'SQL');
	SET search_path = public, "Perf check";
	CREATE FUNCTION pg_temp.nasty(n int) RETURNS text LANGUAGE sql AS $f$
		SELECT (ARRAY['plain_' || n, 'quote '' ' || n, 'double " ' || n, E'back\\\\slash \\\\n ' || n,
			E'new\nline ' || n, E'\ttab ' || n, ' space ' || n || ' ', '$$ $sql$ ' || n, 'name :many ' || n,
			'x' || n || ' :many', 'w' || n || '!', 'E''' || n || '''', '-- name: ' || n, 'a, b, {' || n,
			'NULL' || n, repeat('ü', 60) || to_char(n, 'FM000'), '${x} :y :''z'' ' || n, E'cr\r\nlf\x7f' || n,
			'/* ' || n, '% {}[]() \.' || n])[1 + n % 20] $f$;
	CREATE FUNCTION pg_temp.value(n int) RETURNS text LANGUAGE sql AS $f$
		SELECT (ARRAY['x', '', NULL, 'NULL', 'null', ',', 'a, b', '''', '"', '"quoted"', E'a\nb', ' ', E'\\\\', 'E''x''',
			'{', '}', '[1,2)', ';', '-- case: x', E'tab\t', 'naïve', '$1', ':x', '/*', repeat('long, ', 100)])[1 + n % 25] $f$;
	SELECT perfcheck_add_query(pg_temp.nasty(n),
		CASE n % 10
		WHEN 0 THEN 'SELECT * FROM entry WHERE owner = $1'
		WHEN 1 THEN E'\n    SELECT *\n    FROM entry\n    WHERE title = $1 -- the title\n'
		WHEN 2 THEN E'-- a note\nSELECT * FROM entry WHERE title = $1 AND title <> ''-- name: x''   ;  '
		WHEN 3 THEN E'SELECT * FROM entry\n-- name: other\nWHERE title = $1'
		WHEN 4 THEN E'SELECT $sql$;''$sql$, $1::text || E''\\\\'''
		WHEN 5 THEN E'-- case: x, 1\nSELECT title, $1::text FROM entry'
		WHEN 6 THEN E'SELECT /* ; /* -- name: y */ */ @ id, tags[1:2], $1::text FROM entry; -- end'
		WHEN 7 THEN E'SELECT "tags"[:2], ''$sql'', $1::text FROM entry'
		WHEN 8 THEN E'SELECT @id FROM entry'
		ELSE E'SELECT ''a\r\nb'', $1::text FROM entry WHERE title = ''ü \u2028'''
		END,
		path => CASE n % 4 WHEN 0 THEN '/x' || n WHEN 1 THEN '/ü?a=' || pg_temp.nasty(n) END,
		avg_ms => CASE n % 3 WHEN 0 THEN 0.1 ELSE 200 END, p95_ms => CASE n % 7 WHEN 0 THEN 1e-7 ELSE 300 END,
		p99_ms => CASE n % 5 WHEN 0 THEN 123456789.125 ELSE 500 END,
		expected => CASE n % 6 WHEN 0 THEN 'btree' WHEN 1 THEN 'gin' END,
		max_rows => nullif(n % 9, 0) * 1000000000000, max_blocks => nullif(n % 8, 0),
		max_rows_returned => CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN 7 ELSE -1 END,
		todo => CASE WHEN n % 3 = 0 THEN coalesce(pg_temp.value(n), 'later') END,
		todo_cause => CASE WHEN n % 6 = 0 THEN nullif(pg_temp.value(n + 1), '') END,
		todo_until => CASE WHEN n % 9 = 0 THEN date '2027-03-01' - n * 1000 END,
		types => CASE n % 10 WHEN 0 THEN '{int}'::regtype[] WHEN 1 THEN '{"character varying"}' WHEN 8 THEN NULL ELSE '{text}' END,
		role => CASE WHEN n % 11 = 0 AND n % 10 < 8 THEN 'export_reader' END,
		settings => CASE WHEN n % 13 = 0 THEN jsonb_build_object('app.user', coalesce(pg_temp.value(n), 'x')) END,
		owner => CASE WHEN n % 4 = 0 THEN nullif(pg_temp.value(n + 3), '') END,
		source => CASE WHEN n % 5 = 0 THEN 'app/' || pg_temp.nasty(n) || ':12' END,
		search_path => CASE n % 8 WHEN 0 THEN '' WHEN 1 THEN '"Shop, old", public' WHEN 2 THEN NULL ELSE 'public' END,
		enabled => n % 17 > 0)
	FROM generate_series(1, 200) n;
	SELECT perfcheck_add_query('kinds', 'SELECT * FROM entry WHERE kind = $1 AND tags @> $2 AND doc @> $3 AND at > $4',
		types => ARRAY[NULL, 'text[]', 'jsonb', 'timestamptz']::regtype[]);
	SELECT perfcheck_add_query('kinds 2', 'SELECT * FROM entry WHERE kind = $1', types => ARRAY['"Kind, of"']::regtype[]);
	SELECT perfcheck_add_case('kinds', 'nested', ARRAY['it''s, b', '{"a,b",NULL,"x\"y"}', '{"k": ["v, \"w\"", null]}', '2027-01-01 00:00Z']);
	SELECT perfcheck_add_case('kinds', 'empty', ARRAY['a', '{}', '"text"', NULL], false);
	SELECT perfcheck_add_case(pg_temp.nasty(n), 'l ' || coalesce(pg_temp.value(m), 'none'), ARRAY[pg_temp.value(m)], m % 2 = 0,
		CASE m % 3 WHEN 0 THEN m / 7::float8 WHEN 1 THEN 1e300 END)
	FROM generate_series(1, 200) n, generate_series(n, n + 3) m WHERE n % 10 NOT IN (0, 8);
	SELECT perfcheck_add_case(pg_temp.nasty(10), repeat('ü', 63), '{7}');
	SELECT perfcheck_set_values(pg_temp.nasty(n), 1, ARRAY[pg_temp.value(n), pg_temp.value(n + 1)])
	FROM generate_series(1, 200) n WHERE n % 10 IN (1, 2, 3);
	DELETE FROM perfcheck_query WHERE name = 'page';
	UPDATE perfcheck_query SET name = 'site' WHERE name = 'venue';
	UPDATE perfcheck_query SET enabled = false WHERE name IN ('site', 'genre');
	UPDATE perfcheck_query SET search_path = '' WHERE name = 'site';
	SELECT perfcheck_size('entry', 1000000, '{at}');
	SELECT perfcheck_size('"Shop, old"."Item ""x"""', NULL, '{}');
SQL
is($node->safe_psql('first', q{SELECT count(*) FROM "Perf check".perfcheck_query}),
	215, 'the contract has 200 queries, two of types, and thirteen built-in ones');

# --- the same bytes ---------------------------------------------------------

for my $format ('psql', 'sql')
{
	my $first = export('first', 'Perf check', $format, "first.$format");
	my ($status, $out, $err);
	my @databases = ([ 'second', 'Perf check' ], [ 'third', 'public' ]);

	unlike($first, qr/event_search/, "$format: unchanged built-in queries are left out");
	unlike($first, qr/\b\d\d:\d\d:\d\d\b.*\btaken/, "$format: no times");
	{
		local $ENV{PGOPTIONS} =
		  q{-c DateStyle=German,DMY -c IntervalStyle=iso_8601 -c TimeZone=Asia/Tokyo }
		  . q{-c search_path=pg_temp -c quote_all_identifiers=on -c extra_float_digits=-15 }
		  . q{-c bytea_output=escape -c backslash_quote=off -c default_transaction_read_only=on};
		is(export('first', 'Perf check', $format, "other.$format"),
			$first, "$format: the same bytes under other settings");
	}
	{
		local $ENV{PGOPTIONS} = q{-c standard_conforming_strings=off};
		is(export('first', 'Perf check', $format, "off.$format"),
			$first, "$format: ... and with backslashes in strings")
		  if $node->pg_version < 19;
	}
	for (@databases)
	{
		my ($db, $schema) = @$_;
		my @load =
		  $format eq 'psql'
		  ? ("$dir/first.psql")
		  : ($loader, '-v', "file=$dir/first.sql");

		$node->safe_psql($db, qq{SELECT "$schema".perfcheck_reset_contract()});
		($status, $out, $err) = psql_file($db, @load);
		is("$status $err", '0 ', "$format: loaded into $db");
		is(export($db, $schema, $format, "$db.$format"),
			$first, "$format: $db writes the same bytes");
	}
	# Schemas of the extension differ in no bytes, and rows are those of before.
	my $rows = contract('second', 'Perf check');
	my $were = contract('first', 'Perf check');
	if ($format eq 'sql')
	{
		# A file has a semicolon and an empty line of its own, and no empty path.
		s/"sql": "(?:\\n|\s)*((?:[^"\\]|\\.)*?)(?:\\n|\s|;)*"/"sql": "$1"/mg for $rows, $were;
	}
	$were =~ s/"search_path": ""/"search_path": "pg_catalog"/;
	is($rows, $were, "$format: the rows are those of before");
}

# --- replace and prune ------------------------------------------------------

sub names
{
	return $node->safe_psql('third',
		q{SELECT string_agg(name, ' ' ORDER BY name) FROM perfcheck_query
		WHERE name NOT IN (SELECT name FROM perfcheck_built_in)});
}

$node->safe_psql(
	'third', q{
	SELECT perfcheck_reset_contract();
	SELECT perfcheck_add_query('by_owner', 'SELECT * FROM entry WHERE owner = $1', owner => 'feed');
	SELECT perfcheck_add_case('by_owner', 'one', '{1}')});
for my $format ('psql', 'sql')
{
	my $file = "small.$format";
	my $small = export('third', 'public', $format, $file);
	my @load = $format eq 'psql' ? ("$dir/$file") : ($loader, '-v', "file=$dir/$file");
	my ($status, $out, $err);

	$node->safe_psql(
		'third', q{
		SELECT perfcheck_add_case('by_owner', 'two', '{2}');
		SELECT perfcheck_add_query('mine', 'SELECT 1');
		UPDATE perfcheck_query SET enabled = false WHERE name = 'genre';
		DELETE FROM perfcheck_query WHERE name = 'page'});
	($status, $out, $err) = psql_file('third', @load);
	is("$status $err", '0 ', "$format: loaded where there is a contract");
	is(names(), 'by_owner mine', "$format: what the file lacks stays");
	is($node->safe_psql('third', 'SELECT label FROM perfcheck_case'),
		'one', "$format: a query is replaced with its cases");
	($status, $out, $err) = psql_file('third', @load, '-v', 'prune=yes');
	is("$status $err", '0 ', "$format: loaded with prune");
	is(names(), 'by_owner', "$format: what the file lacks is dropped");
	is(export('third', 'public', $format, "pruned.$format"),
		$small, "$format: the contract is that of the file");
}

# --- errors -----------------------------------------------------------------

sub fails
{
	my ($name, $text, $expected) = @_;
	my $file = "$dir/$name.sql";
	my ($status, $out, $err);

	PostgreSQL::Test::Utils::append_to_file($file, $text);
	($status, $out, $err) =
	  psql_file('third', $loader, '-v', "file=$file", '-v', 'prune=yes');
	is($status, 3, "$name: the status is 3");
	like($err, $expected, "$name: the error names file and line");
	is(names(), 'by_owner', "$name: nothing was loaded");
}

fails('broken', "-- name: a\nSELECT 1;\n\n-- name: b\nSELECT *\nFROM entry\nWHERE no_such = 1;\n",
	qr/broken\.sql:7: column "no_such" does not exist/);
fails('value', "-- name: a\nSELECT 1;\n-- name: b\n-- case: x, many\nSELECT * FROM entry WHERE owner = \$1;\n",
	qr/value\.sql:4: .*invalid input syntax for type integer: "many"/);
fails('empty', '', qr/there is nothing in .*empty\.sql/);
my ($status, $out, $err) = psql_file('third', $loader, '-v', "file=$dir/none.sql");
is($status, 3, 'a file that is not there: the status is 3');
like($err, qr/there is nothing in .*none\.sql/, '... and the reason');

PostgreSQL::Test::Utils::append_to_file("$dir/script.psql",
	slurp_file("$dir/small.psql") =~ s/owner = \$1/no_such = \$1/r);
($status, $out, $err) = psql_file('third', "$dir/script.psql", '-v', 'prune=yes');
is($status, 3, 'a script that fails: the status is 3');
like($err, qr/column "no_such" does not exist/, '... with the reason');
is(names(), 'by_owner', '... and nothing was changed');

# --- a file of 2 MB ---------------------------------------------------------

PostgreSQL::Test::Utils::append_to_file(
	"$dir/it's big.sql",
	join('', map { "-- name: q$_\nSELECT * FROM entry WHERE title <> '" . ('x' x 20000) . "';\n" } 1 .. 100));
($status, $out, $err) =
  psql_file('third', $loader, '-v', "file=$dir/it's big.sql", '-v', 'prune=yes');
is("$status $err", '0 ', 'a big file is loaded');
is( $node->safe_psql('third',
		q{SELECT count(*), max(length(sql)), max(regexp_replace(source, '.*/', '')) FROM perfcheck_query WHERE name = 'q100'}),
	"1|20037|it's big.sql:199",
	'... and each query knows where it stands');

$node->stop;
done_testing();
