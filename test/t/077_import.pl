# Copyright (c) 2026, perfcheck contributors

# Queries of the contract from what was sent: parameters that were bound stay
# parameters, names are the same from recording to recording, an import needs no more
# rights than the contract does, row security brings its role, and pg_stat_statements
# is another source.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('import');
$node->init;
$node->append_conf('postgresql.conf',
	"autovacuum = off\njit = off\nsession_preload_libraries = 'perfcheck'");
$node->start;

my $tables = q{
	CREATE EXTENSION perfcheck CASCADE;
	CREATE TYPE state AS ENUM ('unread', 'read');
	CREATE TABLE account (id int PRIMARY KEY, mail text UNIQUE);
	CREATE TABLE entry (id bigint PRIMARY KEY, account_id int REFERENCES account,
		state state, lang text, title text, at timestamptz);
	INSERT INTO account SELECT i, 'm' || i FROM generate_series(1, 100) i;
	INSERT INTO entry SELECT i, i % 100 + 1, CASE WHEN i % 3 = 0 THEN 'unread' ELSE 'read' END::state,
		'en', 'title ' || i, timestamptz '2026-01-01 00:00+00' + i * interval '1 minute'
		FROM generate_series(1, 5000) i;
	CREATE INDEX ON entry (account_id, state, at);
	ANALYZE account, entry};

sub session
{
	my ($db, $sql, $options, @more) = @_;

	local $ENV{PGOPTIONS} = $options // '-c perfcheck.record=on';
	return $node->psql($db, $sql, on_error_stop => 0, @more);
}

sub query
{
	my ($db, $sql) = @_;

	return $node->safe_psql($db, $sql);
}

query('postgres', $tables);

# --- bound parameters -------------------------------------------------------

my $script = $node->basedir . '/bound.sql';
append_to_file($script, q{\set id random(1, 9)
SELECT * FROM entry WHERE account_id = :id AND state = 'unread' AND lang = :lang ORDER BY at DESC LIMIT :page;
});
for my $mode ('prepared', 'simple')
{
	local $ENV{PGOPTIONS} = '-c perfcheck.record=on';

	query('postgres', 'SELECT perfcheck_record_reset()');
	$node->command_ok(
		[ 'pgbench', '-n', '-M', $mode, '-t', '30', '-D', 'page=20', '-D',
			$mode eq 'simple' ? "lang='en'" : 'lang=en', '-f', $script, $node->connstr('postgres') ],
		"pgbench -M $mode");
	is( query('postgres', q{SELECT name, sql, types FROM perfcheck_propose() WHERE sql ~ 'LIMIT' AND problem IS NULL}),
		$mode eq 'prepared'
		? q{entry_by_account_state_lang_latest|SELECT * FROM entry WHERE account_id = $1 AND state = 'unread' AND lang = $2 ORDER BY at DESC LIMIT $3|{integer,text,bigint}}
		: q{entry_by_account_state_lang_latest|SELECT * FROM entry WHERE account_id = $1 AND state = 'unread' AND lang = 'en' ORDER BY at DESC LIMIT 20|{integer}},
		"$mode: what was bound stays a parameter, and no constant does that never varied");
}
query('postgres', q{SELECT perfcheck_record_reset()});

# --- names ------------------------------------------------------------------

my @statements = (
	'SELECT * FROM entry WHERE account_id = 5 ORDER BY at DESC LIMIT 5',
	"SELECT * FROM entry WHERE title LIKE 'x%'",
	'SELECT count(*) FROM entry WHERE account_id = 5',
	'SELECT mail FROM account WHERE id = 5',
	'SELECT * FROM entry JOIN account ON account.id = account_id WHERE account.id = 5',
	'SELECT title FROM entry WHERE account_id = 5');
my $names = q{SELECT string_agg(sql || ': ' || name, E'\n' ORDER BY sql) FROM perfcheck_propose()
	WHERE problem IS NULL AND sql !~ 'lang'};

session('postgres', join(';', @statements));
my $first = query('postgres', $names);
is(scalar(split /\n/, $first), 6, 'each statement has a name');
# in another order, with other values, and others between them
query('postgres', q{CREATE DATABASE second});
query('second', $tables);
session('second', join(';', map { (my $other = $_) =~ s/5(?! *$)/7/g; ($other, "SELECT * FROM account WHERE lang = 1", "SELECT at FROM entry WHERE lang = 'en'") } reverse @statements));
is(query('second', $names), $first, 'which is the same in another recording');

# --- rights -----------------------------------------------------------------

query('second', q{
	CREATE ROLE reader LOGIN; CREATE ROLE importer LOGIN;
	GRANT EXECUTE ON FUNCTION perfcheck_import, perfcheck_propose, perfcheck_proposals, perfcheck_sent,
		perfcheck_executions, perfcheck_shapes TO reader, importer;
	GRANT SELECT ON entry, account TO importer;
	GRANT INSERT, DELETE ON perfcheck_query TO importer; GRANT INSERT ON perfcheck_case TO importer});
my ($status, $out, $err) = session('second',
	q{SELECT DISTINCT action, reason FROM perfcheck_import() WHERE action IN ('added', 'refused') ORDER BY 2},
	'', extra_params => [ '-U', 'reader' ]);
unlike($out, qr/added/, 'who may not change the contract adds nothing');
like($out, qr/refused\|permission denied for/, 'and is told so, row by row');
is(query('second', q{SELECT count(*) FROM perfcheck_query WHERE name ~ '^(entry|account)'}), '0', 'nothing is there');
($status, $out, $err) = session('second',
	q{SELECT action, count(*) FROM perfcheck_import() WHERE name IS NOT NULL GROUP BY action},
	'', extra_params => [ '-U', 'importer' ]);
is($out, 'added|7', 'who may, without being a superuser, does') or diag($err);
is( query('second', q{SELECT count(*) FROM perfcheck_verify(1) v WHERE v ~ '^(not )?ok \d+ - .*cannot'}),
	'0', 'and they are judged');

# --- row security -----------------------------------------------------------

query('postgres', q{
	CREATE ROLE tenant LOGIN; GRANT SELECT ON entry, account TO tenant;
	ALTER TABLE entry ENABLE ROW LEVEL SECURITY;
	CREATE POLICY p ON entry FOR SELECT TO tenant USING (account_id < 50);
	SELECT perfcheck_record_reset();
	GRANT SET ON PARAMETER "perfcheck.record" TO tenant});
session('postgres', 'SELECT title FROM entry WHERE id = 5; SELECT mail FROM account WHERE id = 5', undef, extra_params => [ '-U', 'tenant' ]);
is( query('postgres', q{SELECT name, role FROM perfcheck_propose() ORDER BY name}),
	"account_by_id|\nentry_by_id|tenant", 'the role is kept where policies are about it, and there alone');
is(query('postgres', q{SELECT string_agg(action, ',') FROM perfcheck_import() WHERE name IS NOT NULL}), 'added,added', 'and is imported');
query('postgres', q{SELECT perfcheck_reset_contract(); UPDATE perfcheck_query SET enabled = false});

# --- pg_stat_statements -----------------------------------------------------

sub failed
{
	my ($call, $message, $hint, $name) = @_;
	my ($status, $out, $err) = session('postgres', "SELECT * FROM $call", '');

	like($err, $message, $name);
	like($err, $hint, "$name: the next step");
}

failed("perfcheck_propose('pg_stat_statements')", qr/pg_stat_statements is not installed/,
	qr/HINT:  Add pg_stat_statements to shared_preload_libraries/, 'not installed');
query('postgres', 'CREATE SCHEMA stats; CREATE EXTENSION pg_stat_statements SCHEMA stats');
failed("perfcheck_import('pg_stat_statements')", qr/the module pg_stat_statements is not loaded/,
	qr/HINT:  Add pg_stat_statements to shared_preload_libraries, and restart/, 'not loaded');
$node->append_conf('postgresql.conf',
	"shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track_utility = on");
$node->restart;
query('postgres', q{
	ALTER TABLE entry DISABLE ROW LEVEL SECURITY;
	CREATE TABLE vacant (id int, word text);
	SELECT stats.pg_stat_statements_reset()});
session('second', 'SELECT id FROM account WHERE mail = $$of another database$$', '');
session('postgres', q{
	SELECT title FROM entry WHERE account_id = 5 ORDER BY at DESC LIMIT 5;
	SELECT title FROM entry WHERE account_id = 6 ORDER BY at DESC LIMIT 5;
	SELECT count(*) FROM entry WHERE at > timestamptz '2026-01-01' - interval '1 day';
	SELECT id FROM vacant WHERE word = 'x';
	CREATE TEMPORARY TABLE gone (id int);
	SELECT id FROM gone WHERE id = 1;
	UPDATE vacant SET word = 'y';
	SELECT 1;
}, '');
is( query('postgres', q{
		SELECT name, types, calls, cases FROM perfcheck_propose('pg_stat_statements')
		WHERE problem IS NULL ORDER BY name}),
	"entry_by_account_latest|{integer,bigint}|2|0\n"
	  . "entry_count_by_at|{\"timestamp with time zone\",interval}|1|0\n"
	  . 'vacant_by_word|{text}|1|0', 'statements of this database, with types and without values');
is( query('postgres', q{
		SELECT count(*) FILTER (WHERE problem ~ 'writes'), count(*) FILTER (WHERE problem ~ 'gone'),
			count(*) FILTER (WHERE problem ~ 'no table') > 0, bool_and(cases = 0 AND calls > 0)
		FROM perfcheck_propose('pg_stat_statements') WHERE problem IS NOT NULL}),
	'1|1|t|t', 'and the others, with the reason');
is( query('postgres', q{
		SELECT name, action, cases FROM perfcheck_import('pg_stat_statements') WHERE name IS NOT NULL ORDER BY name}),
	"entry_by_account_latest|added|0\nentry_count_by_at|added|0\nvacant_by_word|added, without values|0",
	'are imported; an import says where no values can be derived');
like(query('postgres', q{SELECT reason FROM perfcheck_import('pg_stat_statements') WHERE action = 'total'}),
	qr/^3 in the contract; \d+ cannot be judged$/, 'and once');
is( query('postgres', q{SELECT count(*) FROM perfcheck_cases('entry_by_account_latest') WHERE reason IS NULL} ) > 1,
	1, 'values are derived');
query('postgres', q{
	CREATE ROLE stranger LOGIN;
	GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO stranger;
	GRANT USAGE ON SCHEMA stats TO stranger});
($status, $out, $err) = session('postgres',
	q{SELECT name, sql, calls > 5, cases, problem FROM perfcheck_propose('pg_stat_statements') WHERE problem ~ 'hidden'},
	'', extra_params => [ '-U', 'stranger' ]);
like($out, qr/^\|\|t\|0\|the texts of \d+ statements are hidden: pg_read_all_stats shows them$/,
	"others' texts are hidden, and counted") or diag($err);

$node->stop;
done_testing();
