# Copyright (c) 2026, perfcheck contributors

# What is to be left out is left out, wherever in a statement it stands: no secret is
# in the files while perfcheck.record_values is off, nor one of a column or a table
# that perfcheck.record_redact names.

use strict;
use warnings;

use IO::Socket::UNIX;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('record_secrets');
$node->init;
$node->append_conf('postgresql.conf',
	"autovacuum = off\njit = off\nmax_prepared_transactions = 2\n"
	  . "session_preload_libraries = 'perfcheck'\nlog_statement = none\n"
	  . "log_min_error_statement = panic\nlog_error_verbosity = terse");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION perfcheck CASCADE;
	CREATE TABLE vault (id int PRIMARY KEY, word text, number bigint, doc jsonb,
		xdoc xml, bits bit varying, at timestamptz, raw bytea, list text[]);
	INSERT INTO vault VALUES (1, 'w', 1, '{"a": 1}', NULL, B'1', now(), '', '{}');
	CREATE TABLE other (id int PRIMARY KEY, word text);
	INSERT INTO other VALUES (1, 'w');
	CREATE VIEW wide AS SELECT * FROM vault;
	CREATE TYPE pair AS (name text, pin int);
	CREATE TABLE pairs (pair_id int, both_of pair);
	INSERT INTO pairs VALUES (1, ROW('n', 1));
	CREATE FUNCTION in_sql(t text) RETURNS bigint LANGUAGE sql AS
		$$SELECT count(*) FROM vault WHERE word = 'SEKRIT' OR word = t$$;
	CREATE FUNCTION in_body(t text) RETURNS bigint LANGUAGE sql
		BEGIN ATOMIC SELECT count(*) FROM vault WHERE word = 'SEKRIT' OR word = t; END;
	CREATE FUNCTION in_plpgsql(t text) RETURNS bigint LANGUAGE plpgsql AS $$
		DECLARE n bigint := (SELECT count(*) FROM vault WHERE word = 'SEKRIT');
		BEGIN
			n := n + (SELECT count(*) FROM vault WHERE word = 'SEKRIT' || t);
			IF (SELECT count(*) FROM vault WHERE number = 918273645) > 5 THEN RETURN 2; END IF;
			FOR n IN SELECT number FROM vault WHERE word = 'SEKRIT' LOOP NULL; END LOOP;
			EXECUTE format('SELECT count(*) FROM vault WHERE word = %L', 'SEKRIT') INTO n;
			EXECUTE 'SELECT count(*) FROM vault WHERE word = $1' INTO n USING 'SEKRIT';
			RETURN (SELECT count(*) FROM vault WHERE to_char(number, 'SEKRIT') = t);
		END$$;
	CREATE FUNCTION fails() RETURNS int LANGUAGE plpgsql AS
		'BEGIN RETURN (SELECT 1 / (number - 1) FROM vault WHERE number = 1 AND word <> ''SEKRIT''); END';
});

my $folder = $node->data_dir . '/base/pgsql_tmp_perfcheck';
my $server = $node->safe_psql('postgres', "SELECT current_setting('server_version_num')::int / 10000");
my $number = 918273645;

# --- a client that sends what it likes ---------------------------------------

sub message
{
	my ($type, $body) = @_;

	return $type . pack('N', length($body) + 4) . $body;
}

# Reads messages until the server is ready. Returns the types.
sub ready
{
	my ($socket) = @_;
	my $types = '';

	while (1)
	{
		my ($head, $body) = ('', '');

		read($socket, $head, 5) == 5 or die 'the server has gone';
		my ($type, $length) = unpack('aN', $head);
		read($socket, $body, $length - 4) if $length > 4;
		$types .= $type;
		return $types if $type eq 'Z';
	}
}

sub connection
{
	my ($options) = @_;
	my $socket = IO::Socket::UNIX->new(Peer => $node->host . '/.s.PGSQL.' . $node->port)
	  or die "no connection: $!";
	my $user = getpwuid($<);

	$socket->autoflush(1);
	print $socket message('', pack('N', 196608)
		  . "user\0$user\0database\0postgres\0options\0$options\0\0");
	ready($socket);
	return $socket;
}

# Parses, binds and executes; each value is [type, format, bytes].
sub execute
{
	my ($socket, $sql, @values) = @_;

	print $socket message('P', "\0$sql\0" . pack('n', scalar @values) . pack('N*', map { $_->[0] } @values))
	  . message('B', "\0\0" . pack('n*', scalar @values, map { $_->[1] } @values)
		  . pack('n', scalar @values)
		  . join('', map { pack('N', length $_->[2]) . $_->[2] } @values) . pack('n', 0))
	  . message('E', "\0" . pack('N', 0)) . message('S', '');
	return ready($socket);
}

# --- where a secret may stand ------------------------------------------------

# In statements on vault. Those of an array need that version of the server.
my @statements = (
	q{SELECT id FROM vault WHERE word = 'SEKRIT'},
	q{SELECT id FROM vault WHERE number = 918273645},
	q{SELECT id FROM vault WHERE number <> -918273645},
	q{SELECT id FROM vault WHERE number = - 918273645 OR number = +918273645},
	q{SELECT id FROM vault WHERE number < 918273645.5e0 OR number = .918273645},
	q{SELECT id FROM vault WHERE 918273645 = 918273645},
	q{SELECT 'SEKRIT' FROM vault},
	q{SELECT 'SEKRIT' AS a, 918273645 AS b, id FROM vault},
	q{SELECT 918273645, -918273645, 918273645.5 FROM vault},
	q{SELECT id, 'SEKRIT'::text, 918273645::text, CAST('SEKRIT' AS varchar(20)) FROM vault},
	q{SELECT id FROM vault LIMIT 918273645 OFFSET 918273645},
	q{SELECT id FROM vault FETCH FIRST 918273645 ROWS ONLY},
	q{SELECT id FROM vault WHERE word = varchar(20) 'SEKRIT'},
	q{SELECT id FROM vault WHERE word = text 'SEKRIT' OR word = name 'SEKRIT'},
	q{SELECT id FROM vault WHERE word = E'SEKRIT' OR word = E'\\x53EKRIT' OR word = E'a\'SEKRIT'},
	q{SELECT id FROM vault WHERE word = U&'SEKRIT' OR word = U&'!0053EKRIT' UESCAPE '!'},
	q{SELECT to_char(at, U&'SEKRIT!0053' UESCAPE '!') FROM vault},
	q{SELECT U&"id" UESCAPE '!' FROM vault WHERE word = 'SEKRIT'},
	"SELECT id FROM vault WHERE word = 'a'\n'SEKRIT' OR word = E'a'\n'b\\'--SEKRIT'",
	q{SELECT id FROM vault WHERE word = $$SEKRIT$$ OR word = $x$a 'SEKRIT'$x$},
	q{SELECT id FROM vault WHERE word = N'SEKRIT'},
	q{SELECT id FROM vault WHERE bits = B'110110101110111010111011101101'},
	q{SELECT id, B'110110101110111010111011101101', X'36BBAEED' FROM vault},
	q{SELECT id FROM vault WHERE bits = X'36BBAEED'},
	q{SELECT id FROM vault WHERE raw = '\\x53454b524954' OR raw = 'SEKRIT'::bytea},
	q{SELECT doc -> 'SEKRIT', doc ->> 'SEKRIT', doc #> '{SEKRIT}' FROM vault},
	q{SELECT id FROM vault WHERE doc ->> 'SEKRIT' = 'SEKRIT' AND doc #>> '{a,SEKRIT}' = 'x'},
	q{SELECT doc -> 918273645 FROM vault},
	q{SELECT doc['SEKRIT'], list[918273645:918273646] FROM vault},
	q{SELECT id FROM vault WHERE doc @> '{"SEKRIT": 918273645}' OR doc ? 'SEKRIT'},
	q{SELECT id FROM vault WHERE doc @? '$.SEKRIT ? (@ == 918273645)'},
	q{SELECT jsonb_path_query(doc, '$.SEKRIT', '{"SEKRIT": 918273645}') FROM vault},
	q{SELECT jsonb_build_object('SEKRIT', word, 'b', 'SEKRIT'), json_build_array(918273645) FROM vault},
	q{SELECT jsonb_extract_path_text(doc, 'SEKRIT', 'b') FROM vault},
	q{SELECT x.* FROM vault, jsonb_to_record(doc) AS x(a int) WHERE doc = '{"a": "SEKRIT"}'},
	q{SELECT x.* FROM vault, XMLTABLE('/SEKRIT' PASSING xdoc COLUMNS a text PATH 'SEKRIT' DEFAULT 'SEKRIT') x},
	q{SELECT x.* FROM vault, XMLTABLE(XMLNAMESPACES('http://SEKRIT' AS n), '/n:a' PASSING '<SEKRIT/>'::xml COLUMNS o FOR ORDINALITY) x},
	q{SELECT xmlelement(name a, xmlattributes('SEKRIT' AS b), 'SEKRIT'), xmlforest('SEKRIT' AS c) FROM vault},
	q{SELECT xmlparse(CONTENT 'SEKRIT'), xmlpi(name a, 'SEKRIT'), xpath('/SEKRIT', xdoc) FROM vault},
	q{SELECT id FROM vault WHERE xmlexists('//SEKRIT' PASSING BY REF xdoc)},
	q{SELECT to_char(at, '"SEKRIT"'), to_char(number, '918273645') FROM vault},
	q{SELECT to_date('2026', '"SEKRIT"YYYY') FROM vault},
	q{SELECT to_number('918273645', 'SEKRIT') FROM vault},
	q{SELECT format('SEKRIT %s', word), concat_ws('SEKRIT', word, 918273645) FROM vault},
	q{SELECT string_agg(word, 'SEKRIT' ORDER BY 918273645) FROM vault},
	q{SELECT word || 'SEKRIT', count(*) FROM vault GROUP BY word || 'SEKRIT'},
	q{SELECT count(*) FROM vault GROUP BY number + 918273645, 'SEKRIT' || word},
	q{SELECT count(*) FROM vault GROUP BY ROLLUP (word || 'SEKRIT', id) HAVING max(word) > 'SEKRIT'},
	q{SELECT id FROM vault ORDER BY word = 'SEKRIT', number + 918273645, 1},
	q{SELECT DISTINCT ON (word || 'SEKRIT') word || 'SEKRIT' FROM vault ORDER BY word || 'SEKRIT'},
	q{SELECT CASE word WHEN 'SEKRIT' THEN 918273645 ELSE 0 END FROM vault},
	q{SELECT CASE WHEN word = 'x' THEN 'SEKRIT' ELSE 'b' END, CASE 918273645 WHEN 2 THEN 3 END FROM vault},
	q{SELECT id FROM vault WHERE list = ARRAY['SEKRIT', 'b'] OR list = '{SEKRIT}' OR 'SEKRIT' = ANY (list)},
	q{SELECT ARRAY[[918273645], [2]], ARRAY['SEKRIT'], '{SEKRIT}'::text[], '{1}'::int[918273645] FROM vault},
	q{SELECT id FROM vault WHERE word IN ('SEKRIT', 'b') OR number IN (1, 918273645)},
	q{SELECT id FROM vault WHERE word = ANY ('{SEKRIT}') OR number = ALL (ARRAY[918273645])},
	q{SELECT id FROM vault WHERE (id, word) IN ((1, 'SEKRIT'), (918273645, 'b'))},
	q{SELECT id FROM vault WHERE (id, word) = (1, 'SEKRIT') OR ROW(word, number) > ROW('SEKRIT', 918273645)},
	q{SELECT id, ROW('SEKRIT', 918273645) FROM vault},
	q{SELECT v.a FROM vault JOIN (VALUES (1, 'SEKRIT'), (918273645, 'b')) AS v (a, b) ON v.a = id},
	q{VALUES ((SELECT count(*) FROM vault), 'SEKRIT', 918273645)},
	q{WITH a AS (SELECT id FROM vault WHERE word = 'SEKRIT'), b (x) AS (VALUES ('SEKRIT')) SELECT * FROM a, b},
	q{WITH RECURSIVE r (n) AS (SELECT 918273645 UNION ALL SELECT n + 918273645 FROM r WHERE n < 0) SELECT * FROM r, vault},
	q{WITH RECURSIVE r AS (SELECT id FROM vault UNION ALL SELECT id FROM r WHERE false) CYCLE id SET c TO 'SEKRIT' DEFAULT 'b' USING p SELECT * FROM r},
	q{SELECT id FROM vault UNION SELECT 918273645 EXCEPT SELECT length('SEKRIT') ORDER BY 1},
	q{SELECT id FROM vault WHERE EXISTS (SELECT 918273645 FROM other o WHERE o.word = 'SEKRIT')},
	q{SELECT (SELECT 'SEKRIT' || o.word FROM other o LIMIT 1) FROM vault},
	q{SELECT s.* FROM vault, LATERAL (SELECT word || 'SEKRIT' AS a) s},
	q{SELECT id AS "a", word AS b FROM vault AS "V" WHERE "V".word = 'SEKRIT'},
	q{SELECT id FROM vault WHERE at > interval '918273645' second + now() OR at > now() - interval '918273645 days'},
	q{SELECT id, interval '918273645' second, interval(3) '918273645 s', date '2026-01-01' + 918273645 * 0 FROM vault},
	q{SELECT at AT TIME ZONE 'SEKRIT0', at AT TIME ZONE interval '00:00:00.918273645' FROM vault},
	q{SELECT timestamp '2026-01-01 00:00:00.918273645', date_trunc('day', at, 'SEKRIT0') FROM vault},
	q{SELECT at::timestamp(918273645) FROM vault},
	q{SELECT word COLLATE "C" FROM vault WHERE word COLLATE "C" > 'SEKRIT' COLLATE "C"},
	q{SELECT id FROM vault TABLESAMPLE bernoulli (50.918273645) REPEATABLE (918273645)},
	q{SELECT sum(number) OVER (ORDER BY id ROWS BETWEEN 918273645 PRECEDING AND CURRENT ROW) FROM vault},
	q{SELECT sum(number) OVER w FROM vault WINDOW w AS (PARTITION BY word = 'SEKRIT' ORDER BY at RANGE '918273645 days' PRECEDING)},
	q{SELECT lag(word, 918273645, 'SEKRIT') OVER (ORDER BY id), nth_value(word, 918273645) OVER (ORDER BY id) FROM vault},
	q{SELECT count(*) FILTER (WHERE word = 'SEKRIT'), percentile_cont(0.918273645) WITHIN GROUP (ORDER BY id) FROM vault},
	q{SELECT id FROM vault WHERE word LIKE '%SEKRIT%' ESCAPE '!' OR word SIMILAR TO 'SEKRIT' OR word ~* 'SEKRIT' OR word NOT ILIKE 'SEKRIT'},
	q{SELECT substring(word FROM 'SEKRIT'), trim(both 'SEKRIT' from word), position('SEKRIT' in word), overlay(word placing 'SEKRIT' from 1) FROM vault},
	q{SELECT id FROM vault WHERE word BETWEEN 'SEKRIT' AND 'SEKRITZ' OR number NOT BETWEEN SYMMETRIC 918273645 AND 3},
	q{SELECT coalesce(word, 'SEKRIT'), nullif(word, 'SEKRIT'), greatest(number, 918273645) FROM vault},
	q{SELECT id FROM vault WHERE word IS DISTINCT FROM 'SEKRIT' AND ('SEKRIT' IS NOT NULL) AND (918273645 > 1) IS TRUE},
	q{SELECT id FROM vault WHERE to_tsvector('simple', word) @@ to_tsquery('simple', 'SEKRIT')},
	q{SELECT id FROM generate_series(1, 918273645, 918273645) AS g, vault WHERE word <> concat('SEKRIT')},
	q{SELECT * FROM ROWS FROM (unnest(ARRAY['SEKRIT']), generate_series(1, 2)) AS f (a, b), vault},
	q{SELECT make_interval(secs => 918273645) FROM vault},
	q{SELECT id FROM vault WHERE word = current_setting('SEKRIT.x', true)},
	q{SELECT id FROM vault WHERE word OPERATOR(pg_catalog.=) 'SEKRIT'},
	q{SELECT id /* SEKRIT /* nested SEKRIT */ SEKRIT */ FROM vault -- SEKRIT},
	"-- SEKRIT\n/* SEKRIT */ SELECT id FROM vault /* user='SEKRIT',n=918273645 */",
	q{/*user_id='SEKRIT',traceparent='00-ab-cd-01',phone='918273645'*/ SELECT id FROM vault /*email:SEKRIT*/},
	q{SELECT id FROM vault WHERE word = '/*route=''SEKRIT''*/'},
	q{SELECT id FROM vault WHERE word = '-- route=''SEKRIT'''},
	q{COPY (SELECT id FROM vault WHERE word = 'SEKRIT') TO STDOUT (DELIMITER 'S', NULL 'SEKRIT')},
	q{CREATE TEMP TABLE made AS SELECT 'SEKRIT' AS a FROM vault},
	q{SELECT 'SEKRIT' AS a INTO TEMP made_too FROM vault},
	q{SELECT id, 918273645 / (number - 1) FROM vault WHERE word <> 'SEKRIT'},
	q{SELECT 'SEKRIT'::text::int FROM vault},
	q{SELECT id FROM vault WHERE word = 'SEKRIT' AND word::int = 1 OR fails() = 918273645},
	q{SELECT in_sql('SEKRIT'), in_body('SEKRIT') FROM vault},
	q{SELECT in_plpgsql('SEKRIT') FROM vault},
	q{SELECT id FROM wide WHERE word = 'SEKRIT' OR vault_id(wide) = 918273645},
	q{SELECT id FROM vault WHERE word = 'SEKRIT' FOR UPDATE},
	[ 16, q{SELECT id FROM vault WHERE number = 0x36BBAEED OR number = 918_273_645 OR number = 0b110110101110111010111011101101} ],
	[ 16, q{SELECT 918_273_645, 0x36BBAEED, 0o6656727355 FROM vault} ],
	[ 16, q{SELECT JSON_OBJECT('SEKRIT': 918273645, 'b' VALUE 'SEKRIT'), JSON_ARRAY('SEKRIT', 918273645) FROM vault} ],
	[ 16, q{SELECT id FROM vault WHERE 'SEKRIT' IS JSON OR word IS NOT JSON} ],
	[ 17, q{SELECT JSON_VALUE(doc, '$.SEKRIT' DEFAULT 'SEKRIT' ON EMPTY) FROM vault} ],
	[ 17, q{SELECT JSON_VALUE(doc, '$.a ? (@ == $x)' PASSING 'SEKRIT' AS x, 918273645 AS y RETURNING text) FROM vault} ],
	[ 17, q{SELECT JSON_QUERY(doc, '$.SEKRIT' WITH WRAPPER), JSON_EXISTS(doc, '$.SEKRIT ? (@ > 918273645)') FROM vault} ],
	[ 17, q{SELECT id FROM vault WHERE JSON_EXISTS(jsonb '{"a": "SEKRIT"}', '$.a')} ],
	[ 17, q{SELECT j.* FROM vault, JSON_TABLE(doc, '$.SEKRIT[*]' AS p COLUMNS (a text PATH '$.SEKRIT' DEFAULT 'SEKRIT' ON ERROR, NESTED PATH '$.SEKRIT' COLUMNS (b int))) j} ],
	[ 17, q{SELECT JSON('{"a": "SEKRIT"}'), JSON_SCALAR('SEKRIT'), JSON_SERIALIZE('"SEKRIT"') FROM vault} ],
);

# Sent by the simple protocol alone: more than a statement each.
my @scripts = (
	q{PREPARE p1 AS SELECT id FROM vault WHERE word = 'SEKRIT' AND number = 918273645; EXECUTE p1; DEALLOCATE p1},
	q{/* SEKRIT */ PREPARE p2(text, int[]) AS SELECT id, $1 FROM vault WHERE word = $1 AND id = ANY ($2);
		/* user='SEKRIT' */ EXECUTE p2('SEKRIT', '{918273645}') /* SEKRIT */; EXECUTE p2('a' || 'SEKRIT', ARRAY[918273645]);
		CREATE TEMP TABLE made_by AS EXECUTE p2('SEKRIT', '{918273645}'); DEALLOCATE p2},
	q{SET plan_cache_mode = force_generic_plan; PREPARE p3(text) AS SELECT id FROM vault WHERE word = $1 || 'SEKRIT'; EXECUTE p3('SEKRIT');
		RESET plan_cache_mode; DEALLOCATE p3},
	q{BEGIN; DECLARE c1 CURSOR FOR SELECT id FROM vault WHERE word = 'SEKRIT' OR id = 1; FETCH ALL c1; COMMIT},
	q{DO $do$DECLARE r record; BEGIN
		FOR r IN SELECT id FROM vault WHERE word <> 'SEKRIT' LOOP PERFORM in_plpgsql('SEKRIT'); END LOOP;
		EXECUTE 'SELECT id FROM vault WHERE word = ''SEKRIT''' INTO r; PERFORM 'SEKRIT', 918273645 FROM vault;
		END$do$},
	q{EXPLAIN (ANALYZE, COSTS OFF) SELECT in_sql('SEKRIT') FROM vault WHERE word = 'SEKRIT'},
	q{SELECT id FROM vault WHERE word = 'SEKRIT'\; /* SEKRIT */ SELECT 918273645, id FROM vault \; SELECT 'SEKRIT', id FROM vault},
	q{BEGIN; SELECT id FROM vault WHERE word = 'SEKRIT' OR 1 / (number - 1) = 918273645; ROLLBACK},
	q{BEGIN; SET LOCAL standard_conforming_strings = off; SET LOCAL escape_string_warning = on;
		SELECT id FROM vault WHERE word = 'SEKRIT\\'' OR word = '\\'--SEKRIT' OR word = '\\'/*SEKRIT*/'; COMMIT},
	q{INSERT INTO other SELECT 2, 'SEKRIT' WHERE in_sql('SEKRIT') < 0},
);

# Sends those of them that select() picks by both protocols. Returns how many there
# are.
sub send_all
{
	my ($options, $select) = @_;
	my @now = $select->(map { ref $_ ? $_->[1] : $_ }
		  grep { !ref $_ || $_->[0] <= $server } @statements);
	my $socket = connection($options);

	{
		local $ENV{PGOPTIONS} = $options;
		my $script = join('', map { "$_\n;\n" } @now, $select->(@scripts));
		$node->psql('postgres', $script, on_error_stop => 0);
	}
	execute($socket, "$_\n") for grep { !/TEMP/ } @now;
	my $where = 'SELECT id FROM vault WHERE word = $1 AND number = $2 AND list = $3 AND raw = $4';
	for my $format (0, 1)
	{
		my @values = $format == 0
		  ? ('SEKRIT', $number, '{SEKRIT,b}', '\\x53454b524954')
		  : ('SEKRIT', pack('q>', $number),
			pack('NNNNNN', 1, 0, 25, 1, 1, 6) . 'SEKRIT', 'SEKRIT');
		my $answers = execute($socket, $where, [ 25, $format, $values[0] ], [ 20, $format, $values[1] ],
			[ 1009, $format, $values[2] ], [ 17, $format, $values[3] ]);
		like($answers, qr/^12(D)?C/, 'values bound as ' . ($format ? 'bytes' : 'text') . ' are executed');
	}
	execute($socket, 'SELECT id FROM vault WHERE id = ANY ($1)', [ 1007, 0, "{1,$number}" ]);
	print $socket message('X', '');
	close $socket;
	return scalar @now;
}

# --- what is found ------------------------------------------------------------

sub content
{
	return join('', map { slurp_file($_) } sort glob("$folder/*"));
}

sub query
{
	local $ENV{PGOPTIONS} = '';
	return $node->safe_psql('postgres', $_[0]);
}

# The secret in each way in which it may be written.
my @secrets = (
	qr/SEKRIT/i, qr/$number/, qr/918_273_645/, qr/36bbaeed/i, qr/53454b524954/i,
	qr/0053EKRIT/i, qr/x53EKRIT/i, qr/110110101110111010111011101101/, qr/6656727355/,
	quotemeta pack('q<', $number));

sub leaks
{
	my ($name) = @_;
	my $content = content();
	my @found;

	for my $secret (@secrets)
	{
		while ($content =~ /$secret/g)
		{
			my $from = $-[0] > 150 ? $-[0] - 150 : 0;

			push @found, substr($content, $from, 220) =~ tr/\x20-\x7e/~/cr;
			last if @found > 20;
		}
	}
	is(scalar(@found), 0, $name) or diag(join("\n", @found));
}

sub all { return @_ }

my $on = '-c perfcheck.record=on -c perfcheck.record_nested=on';

# All of them are sent, and recorded: otherwise nothing would be shown below.
my $sent = send_all("$on -c perfcheck.record_redact=", \&all);
my $content = content();
my $texts = () = $content =~ /SEKRIT/g;
cmp_ok($sent, '>=', 100, 'enough statements are sent');
cmp_ok($texts, '>', 200, 'with secrets that are recorded while values are kept');
cmp_ok(query('SELECT count(*) FROM perfcheck_executions()'), '>', 2 * ($sent - 5), 'by both protocols');
my $executions = query('SELECT count(*) FROM perfcheck_executions()');

query('SELECT perfcheck_record_reset()');
send_all("$on -c perfcheck.record_values=off", \&all);
leaks('record_values = off: no constant is in the files');
is(query('SELECT count(*) FROM perfcheck_executions()'), $executions, 'which have as many executions');
is(query("SELECT count(*) FROM perfcheck_executions() WHERE args::text ~ 'SEKRIT|918273645'"), '0',
	'without values');
is(query("SELECT string_agg(shape, E'\\n') FROM perfcheck_shapes() WHERE problem IS NULL AND shape ~ '''[?]'''"), '',
	'a shape that lacks a constant is none that can be executed');
is(query("SELECT string_agg(DISTINCT problem, E'\\n') FROM perfcheck_shapes() WHERE shape ~ 'doc ->> ''[?]'''"),
	'a constant was left out where a shape has no parameter', 'and says so');

# Functions and views hide what they read from the rules.
sub named { return grep { !/in_\w+\(|fails|wide/ } @_ }

query('SELECT perfcheck_record_reset()');
$sent = send_all('-c perfcheck.record=on -c perfcheck.record_redact=vault', \&named);
leaks('record_redact = vault: nothing of a statement that names the table');
cmp_ok(query('SELECT count(*) FROM perfcheck_executions() WHERE left_out'), '>', $sent,
	'which are recorded');

query('SELECT perfcheck_record_reset()');
$sent = send_all('-c perfcheck.record=on -c perfcheck.record_redact=*.word,vault.number,doc,xdoc,bits,at,raw,list,id',
	sub { grep { /\b(?:id|word|number|doc|xdoc|bits|at|raw|list)\b/ } named(@_) });
leaks('record_redact of columns: nothing of a statement that compares them');

# Ways to compare a column that is not named where its value stands.
my @hidden = (
	q{SELECT id FROM vault v WHERE v::text LIKE '%SEKRIT%'},
	q{SELECT id FROM vault v WHERE v.*::text LIKE '%SEKRIT%'},
	q{SELECT id FROM vault WHERE row_to_json(vault)::text LIKE '%SEKRIT%'},
	q{SELECT a FROM vault AS v (a, b) WHERE b = 'SEKRIT' AND a > 0},
	q{WITH w (a, b) AS (SELECT * FROM vault) SELECT a FROM w WHERE b = 'SEKRIT'},
	q{SELECT id FROM pairs, vault WHERE (both_of).pin = 918273645},
	q{SELECT id FROM vault WHERE doc ->> 'pin' = 'SEKRIT' OR doc['pin'] = '"SEKRIT"'},
	q{SELECT id FROM vault WHERE jsonb_extract_path_text(doc, 'pin') = 'SEKRIT'},
	q{SELECT id FROM vault WHERE doc @> '{"pin": "SEKRIT"}' OR doc @? '$.pin ? (@ == "SEKRIT")'},
	q{SELECT x FROM (SELECT word AS x FROM vault) s WHERE x = 'SEKRIT'},
	q{SELECT x FROM (SELECT word AS x FROM vault UNION ALL SELECT 'SEKRIT' || word FROM other) s},
	q{SELECT v.id FROM vault v JOIN other o ON upper(v.word) = upper(o.word) WHERE o.word = 'SEKRIT'},
	q{SELECT id FROM vault WHERE word = ANY (string_to_array('SEKRIT,b', ','))},
);

query('SELECT perfcheck_record_reset()');
{
	local $ENV{PGOPTIONS} = '-c perfcheck.record=on -c perfcheck.record_redact=vault.word,pin';
	$node->psql('postgres', join('', map { "$_;\n" } @hidden, q{SELECT number FROM vault WHERE id IN (4711, 4712)}),
		on_error_stop => 0);
}
leaks('record_redact: nor where a column has another name, or is part of a row or a document');
is(query('SELECT count(*) FROM perfcheck_executions()'), scalar(@hidden) + 1, 'in statements that are recorded');
is(query("SELECT string_agg((args[1]::int[])::text, ' ') FROM perfcheck_executions() WHERE NOT left_out"),
	'{4711,4712}', 'with the values of other columns');

# --- backslashes ------------------------------------------------------------------

# 19 has them escape in E'' alone.
SKIP:
{
	skip 'standard_conforming_strings is always on', 5 if $server >= 19;

	my $odd = q{SET standard_conforming_strings = off; SET escape_string_warning = on; SET client_min_messages = notice;
		SELECT id FROM vault WHERE word = 'it\\'s' OR word = '\\'--b' OR word = 'c\\\\' -- d
		};
	my %heard;

	query('SELECT perfcheck_record_reset()');
	for my $options ('', '-c perfcheck.record=on', '-c perfcheck.record=on -c perfcheck.record_values=off')
	{
		my $before = -s $node->logfile;
		my ($stdout, $stderr);
		local $ENV{PGOPTIONS} = $options;

		$node->psql('postgres', $odd, stderr => \$stderr);
		$heard{$options} = [ scalar(() = $stderr =~ /nonstandard/g),
			scalar(() = slurp_file($node->logfile, $before) =~ /nonstandard/g) ];
	}
	cmp_ok($heard{''}->[0], '>', 0, 'the server warns of backslashes');
	is_deeply($heard{$_}, $heard{''}, "and no more often with $_") for grep { $_ } sort keys %heard;
	is( query("SELECT string_agg(concat_ws('|', shape, args), E'\\n' ORDER BY started)
			FROM perfcheck_executions() JOIN perfcheck_shapes() USING (key)"),
		q{SELECT id FROM vault WHERE word = $1 OR word = $2 OR word = $3|{it's,'--b,"c\\\\"}} . "\n"
		  . q{SELECT id FROM vault WHERE word = $1 OR word = $2 OR word = $3|{NULL,NULL,NULL}},
		'another session reads them as they were meant');
	query('SELECT perfcheck_record_reset()');
	{
		# What is a constant to one looks like a name to the other.
		local $ENV{PGOPTIONS} = '-c perfcheck.record=on -c perfcheck.record_values=off';
		$node->psql('postgres', q{SET standard_conforming_strings = off;
			PREPARE p AS SELECT 'a\\' SEKRIT \\'b', id FROM vault; SET standard_conforming_strings = on; EXECUTE p});
		leaks('a statement of other settings than it is executed with');
	}
}

$node->stop;
done_testing();
