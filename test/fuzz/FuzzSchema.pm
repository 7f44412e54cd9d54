# The tables that generated queries read: every built-in type, and every kind of
# relation and index.

package FuzzSchema;

use strict;
use warnings;

# A column a type: its name, its type, and its value in row i.
our @every = (
	[ id => 'int4', 'i' ],
	[ b => 'bool', 'i % 3 = 0' ],
	[ ch => '"char"', 'chr(97 + i % 20)::"char"' ],
	[ nm => 'name', "('name' || i % 40)::name" ],
	[ i2 => 'int2', 'i % 30' ],
	[ i4 => 'int4', 'CASE WHEN i % 9 > 0 THEN i % 70 END' ],
	[ i8 => 'int8', 'i::int8 * 1000003' ],
	[ f4 => 'float4', "CASE i % 50 WHEN 7 THEN 'NaN' WHEN 8 THEN '-Infinity' ELSE (i / 7.0)::text END::float4" ],
	[ f8 => 'float8', "CASE i % 50 WHEN 7 THEN 'NaN' WHEN 8 THEN 'Infinity' ELSE (i / 3.0)::text END::float8" ],
	[ nu => 'numeric', "CASE i % 50 WHEN 7 THEN 'NaN' WHEN 8 THEN 'Infinity' ELSE (i * 1.01)::text END::numeric" ],
	[ nu2 => 'numeric(8,2)', 'i / 4.0' ],
	[ mo => 'money', '(i % 100)::numeric::money' ],
	[ tx => 'text', "repeat(chr(97 + i % 26), i % 5) || i % 60" ],
	[ vc => 'varchar(20)', "CASE WHEN i % 4 > 0 THEN 'v%_' || i % 33 END" ],
	[ bc => 'char(6)', "'c' || i % 50" ],
	[ by => 'bytea', "decode(lpad(to_hex(i), 8, '0'), 'hex')" ],
	[ bi => 'bit(8)', '(i % 200)::bit(8)' ],
	[ vb => 'varbit', '(i % 200)::bit(9)::varbit' ],
	[ da => 'date', "CASE i % 60 WHEN 5 THEN 'infinity' WHEN 6 THEN '-infinity' ELSE (date '2025-01-01' + i)::text END::date" ],
	[ ti => 'time', "time '00:00' + i * interval '100 s'" ],
	[ tz => 'timetz', "timetz '00:00+01' + i * interval '100 s'" ],
	[ ts => 'timestamp', "timestamp '2025-01-01' + i * interval '1 h'" ],
	[ tt => 'timestamptz', "CASE i % 60 WHEN 5 THEN 'infinity' ELSE (timestamptz '2025-01-01 00:00+00' + i * interval '1 h')::text END::timestamptz" ],
	[ iv => 'interval', "i * interval '1 day 3 min'" ],
	[ uu => 'uuid', 'md5(i::text)::uuid' ],
	[ ip => 'inet', "('10.0.' || i % 4 || '.' || i % 250 || '/24')::inet" ],
	[ ci => 'cidr', "('10.' || i % 100 || '.0.0/16')::cidr" ],
	[ ma => 'macaddr', "lpad(to_hex(i), 12, '0')::macaddr" ],
	[ m8 => 'macaddr8', "lpad(to_hex(i), 16, '0')::macaddr8" ],
	[ js => 'json', "json_build_object('a', i % 9, 'b', json_build_array(i, 'x'))" ],
	[ jb => 'jsonb', "CASE i % 11 WHEN 3 THEN 'null' WHEN 4 THEN '[1, {\"a\": 2}]' ELSE jsonb_build_object('a', i % 9, 'k' || i % 5, 'v', 'b', jsonb_build_array(i, 'x'))::text END::jsonb" ],
	[ jp => 'jsonpath', "('\$.a[' || i % 7 || ']')::jsonpath" ],
	[ po => 'point', 'point(i % 40, i % 17)' ],
	[ li => 'line', 'line(point(0, i % 5), point(1, i % 9 + 1))' ],
	[ ls => 'lseg', 'lseg(point(0, i % 5), point(i % 7, 3))' ],
	[ bo => 'box', 'box(point(i % 40, i % 17), point(i % 40 + 3, 20))' ],
	[ pa => 'path', "('((0,0),(1,' || i % 9 || '),(2,0))')::path" ],
	[ pg => 'polygon', "('((0,0),(1,' || i % 9 || '),(2,0))')::polygon" ],
	[ cc => 'circle', 'circle(point(i % 40, 1), i % 6 + 1)' ],
	[ tv => 'tsvector', "to_tsvector('english', 'word' || i % 30 || ' cats running ' || i % 7)" ],
	[ tq => 'tsquery', "('word' || i % 30 || ' & cat')::tsquery" ],
	[ oi => 'oid', '(i % 50)::oid' ],
	[ rc => 'regclass', "CASE WHEN i % 2 = 0 THEN 'pg_class' ELSE 'pg_type' END::regclass" ],
	[ rt => 'regtype', "CASE WHEN i % 2 = 0 THEN 'int4' ELSE 'text' END::regtype" ],
	[ rp => 'regprocedure', "'pg_catalog.length(text)'::regprocedure" ],
	[ rn => 'regnamespace', "'pg_catalog'::regnamespace" ],
	[ xi => 'xid', "(i % 30)::text::xid" ],
	[ x8 => 'xid8', "(i % 30)::text::xid8" ],
	[ cd => 'cid', "(i % 30)::text::cid" ],
	[ td => 'tid', "('(' || i % 5 || ',' || i % 7 + 1 || ')')::tid" ],
	[ ln => 'pg_lsn', "('0/' || to_hex(i))::pg_lsn" ],
	[ sn => 'pg_snapshot', "(i || ':' || i + 9 || ':')::pg_snapshot" ],
	[ ov => 'oidvector', "(i % 5 || ' ' || 7)::oidvector" ],
	[ iw => 'int2vector', "(i % 5 || ' ' || 7)::int2vector" ],
	[ rf => 'refcursor', "('c' || i % 5)::refcursor" ],
	[ ac => 'aclitem', "'=r/postgres'::aclitem" ],
	[ r4 => 'int4range', "CASE i % 10 WHEN 1 THEN 'empty' WHEN 2 THEN '[5,)' ELSE '[' || i || ',' || i + i % 9 || ')' END::int4range" ],
	[ r8 => 'int8range', "int8range(i, i + i % 9, '[]')" ],
	[ rm => 'numrange', "numrange(i, CASE WHEN i % 8 > 0 THEN i + 1.5 END)" ],
	[ rd => 'daterange', "daterange('2025-01-01'::date + i, '2025-01-01'::date + i + i % 30)" ],
	[ rs => 'tsrange', "tsrange('2025-01-01'::timestamp + i * interval '1 h', NULL)" ],
	[ rz => 'tstzrange', "tstzrange('2025-01-01 00:00+00'::timestamptz + i * interval '1 h', '2026-06-01 00:00+00')" ],
	[ mr => 'int4multirange', "int4multirange(int4range(i, i + 3), int4range(i + 10, i + 12))" ],
	[ md => 'datemultirange', "datemultirange(daterange('2025-01-01'::date + i, '2025-01-01'::date + i + 2))" ],
	[ ai => 'int4[]', 'CASE i % 12 WHEN 1 THEN \'{}\'::int4[] WHEN 2 THEN \'[0:1]={1,NULL}\'::int4[] ELSE ARRAY[i % 5, i % 20, i % 40] END' ],
	[ a2 => 'int4[]', 'ARRAY[[i % 5, 1], [2, i]]' ],
	[ at => 'text[]', "ARRAY['t' || i % 9, 'a b', 'q\"' || i % 30]" ],
	[ au => 'uuid[]', 'ARRAY[md5((i % 50)::text)::uuid]' ],
	[ az => 'timestamptz[]', "ARRAY['2025-01-01 00:00+00'::timestamptz + i * interval '1 h']" ],
	[ aj => 'jsonb[]', "ARRAY[jsonb_build_object('a', i % 9)]" ],
	[ en => 'mood', "(ARRAY['sad', 'so so', 'it''s ok', 'glad'])[1 + i % 4]::mood" ],
	[ ae => 'mood[]', "ARRAY[(ARRAY['sad', 'so so', 'it''s ok', 'glad'])[1 + i % 4]::mood]" ],
	[ dp => 'posint', 'i % 44 + 1' ],
	[ dd => 'evenint', '(i % 44 + 1) * 2' ],
	[ dw => 'word', "'w' || i % 25" ],
	[ dl => 'intlist', 'ARRAY[i % 6, 1]' ],
	[ co => 'address', "ROW('street ' || i % 20, i % 90, ARRAY[i])::address" ],
	[ ca => 'address[]', "ARRAY[ROW('street ' || i % 20, i % 90, NULL)::address]" ],
	[ dc => 'home', "ROW('street ' || i % 20, i % 90, NULL)::address" ],
	[ fr => 'floatrange', "floatrange(i, i + 2.5)" ],
	[ dr => 'span', "int4range(i, i + 5)" ]);

my $before = <<'SQL';
CREATE TYPE mood AS ENUM ('sad', 'so so', 'it''s ok', 'glad');
CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE DOMAIN evenint AS posint CHECK (VALUE % 2 = 0);
CREATE DOMAIN word AS text COLLATE "C" CHECK (VALUE ~ '^\w+$');
CREATE DOMAIN intlist AS int[] CHECK (cardinality(VALUE) < 9);
CREATE TYPE address AS (street text, number int, codes int[]);
CREATE DOMAIN home AS address CHECK ((VALUE).number IS NULL OR (VALUE).number >= 0);
CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE DOMAIN span AS int4range CHECK (NOT isempty(VALUE));
SQL

my $after = <<'SQL';
CREATE TABLE account (id int PRIMARY KEY, gone text, name text NOT NULL, kind mood, parent int REFERENCES account, made timestamptz, tags text[],
	label text GENERATED ALWAYS AS (name || '!') STORED, score int);
ALTER TABLE account DROP COLUMN gone;
INSERT INTO account SELECT i, 'Name ' || i % 90, (ARRAY['sad', 'glad'])[1 + i % 2]::mood, NULLIF(i / 10, 0), '2025-01-01 00:00+00'::timestamptz + i * interval '1 day',
	ARRAY['t' || i % 8] FROM generate_series(1, 120) AS i;
CREATE INDEX ON account (lower(name)) WHERE parent IS NOT NULL;
CREATE INDEX ON account (kind, made DESC NULLS LAST) INCLUDE (name);
CREATE STATISTICS account_kinds ON kind, parent FROM account;

CREATE TABLE sale (id bigserial, account int NOT NULL, at date NOT NULL, amount numeric(10, 2), status text, body jsonb) PARTITION BY RANGE (at);
CREATE TABLE sale_2024 PARTITION OF sale FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
CREATE TABLE sale_2025 (note text, LIKE sale INCLUDING ALL);
ALTER TABLE sale_2025 DROP COLUMN note;
ALTER TABLE sale ATTACH PARTITION sale_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE sale_2026 PARTITION OF sale FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (status);
CREATE TABLE sale_2026_open PARTITION OF sale_2026 FOR VALUES IN ('open', NULL);
CREATE TABLE sale_2026_rest PARTITION OF sale_2026 DEFAULT;
CREATE TABLE sale_later PARTITION OF sale DEFAULT;
INSERT INTO sale (account, at, amount, status, body) SELECT i % 120 + 1, date '2024-06-01' + i * 2 % 900, i % 77, (ARRAY['open', 'paid', NULL, 'lost'])[1 + i % 4], jsonb_build_object('n', i % 30, 'in', jsonb_build_object('t', 'x' || i % 6)) FROM generate_series(1, 400) AS i;
CREATE INDEX ON sale (id);
CREATE INDEX ON sale (account, at);
CREATE INDEX ON sale USING gin (body);
CREATE INDEX ON sale USING brin (at);
CREATE TABLE hashed (key uuid, v int) PARTITION BY HASH (key);
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO hashed SELECT md5(i::text)::uuid, i % 20 FROM generate_series(1, 120) AS i;
CREATE INDEX ON hashed (key);
CREATE TABLE bare (a int, b int) PARTITION BY LIST (a);

CREATE TABLE city (id int PRIMARY KEY, name text, spot point, search tsvector GENERATED ALWAYS AS (to_tsvector('english', coalesce(name, ''))) STORED);
CREATE TABLE capital (country text, UNIQUE (name)) INHERITS (city);
INSERT INTO city (id, name, spot) SELECT i, 'old town ' || i % 50, point(i, i % 30) FROM generate_series(1, 80) AS i;
INSERT INTO capital (id, name, spot, country) SELECT i, 'new capital ' || i, point(i, i % 30), 'c' || i % 9 FROM generate_series(201, 240) AS i;
CREATE INDEX ON city USING gist (spot);
CREATE INDEX ON city USING gin (search);

CREATE TABLE secret (id int PRIMARY KEY, owner name, tenant text, v int);
INSERT INTO secret SELECT i, CASE WHEN i % 2 = 0 THEN 'postgres' ELSE 'other' END, 'ten' || i % 5, i % 20 FROM generate_series(1, 120) AS i;
ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE secret FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON secret USING (owner = current_user OR tenant = current_setting('app.tenant', true) OR id IN (SELECT parent FROM account));
GRANT SELECT ON secret TO PUBLIC;

CREATE TABLE nothing (id int, v text);
CREATE TABLE single AS SELECT 1 AS id, 'one' AS v;
CREATE UNLOGGED TABLE unlogged AS SELECT i AS id, i % 9 AS v FROM generate_series(1, 100) AS i;
CREATE TABLE wide AS SELECT i AS id, (SELECT string_agg(md5((i * j)::text), ' ') FROM generate_series(1, 120) AS j) AS doc FROM generate_series(1, 60) AS i;
CREATE TABLE columnless ();
CREATE TABLE "Odd ""name""" ("Col umn" int, "select" text, "ü" date);
INSERT INTO "Odd ""name""" SELECT i, 'x' || i, date '2025-01-01' + i FROM generate_series(1, 50) AS i;

CREATE VIEW paid AS SELECT s.id, s.account, s.amount, a.name, a.kind FROM sale AS s JOIN account AS a ON a.id = s.account WHERE s.status = 'paid';
CREATE VIEW totals AS SELECT account, count(*) AS n, sum(amount) AS total FROM sale GROUP BY account;
CREATE VIEW fenced WITH (security_barrier) AS SELECT id, v, tenant FROM secret WHERE v > 2;
CREATE VIEW invoked WITH (security_invoker) AS SELECT * FROM secret;
CREATE VIEW named AS SELECT id, name FROM account UNION ALL SELECT id, name FROM city;
CREATE RECURSIVE VIEW tree (id, parent, depth) AS SELECT id, parent, 0 FROM account WHERE parent IS NULL UNION ALL SELECT a.id, a.parent, t.depth + 1 FROM account AS a JOIN tree AS t ON a.parent = t.id;
CREATE VIEW paged AS SELECT id, name, row_number() OVER (PARTITION BY kind ORDER BY made) AS place FROM account LIMIT 100;
CREATE MATERIALIZED VIEW kept AS SELECT * FROM totals;
CREATE INDEX ON kept (total);

CREATE FUNCTION sales_of(int) RETURNS SETOF sale LANGUAGE sql STABLE AS 'SELECT * FROM sale WHERE account = $1';
CREATE FUNCTION names_like(text, OUT id int, OUT name text) RETURNS SETOF record LANGUAGE plpgsql STABLE ROWS 20 AS 'BEGIN RETURN QUERY SELECT a.id, a.name FROM account AS a WHERE a.name LIKE $1; END';
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FUNCTION shaky(int) RETURNS int LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN $1 + (random() * 3)::int; END';
CREATE FUNCTION fails(int) RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN IF $1 % 7 = 3 THEN RAISE EXCEPTION ''fails at %'', $1; END IF; RETURN $1; END';
CREATE FUNCTION hides(int) RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN RETURN 10 / $1; EXCEPTION WHEN division_by_zero THEN RETURN -1; END';
CREATE FUNCTION anyone(anyelement) RETURNS anyelement LANGUAGE sql STABLE AS 'SELECT $1';
CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int4, RIGHTARG = int4, COMMUTATOR = ===, RESTRICT = eqsel);
CREATE AGGREGATE longest(text) (SFUNC = text_larger, STYPE = text);
SQL

# Each index method, with each operator class that takes a column of its own.
my $indexes = <<'SQL';
DO $$
DECLARE
	c record;
BEGIN
	FOR c IN
		SELECT a.attname, m.amname, o.opcname, row_number() OVER () AS i
		FROM pg_attribute AS a
		JOIN pg_type AS t ON t.oid = a.atttypid
		JOIN pg_opclass AS o ON o.opcintype IN (t.oid, t.typbasetype)
			OR o.opcintype = CASE t.typtype WHEN 'e' THEN 'anyenum' WHEN 'r' THEN 'anyrange' WHEN 'm' THEN 'anymultirange' END::regtype
			OR o.opcintype = 'anyarray'::regtype AND t.typlen = -1 AND t.typelem <> 0
			OR o.opcintype = 'text'::regtype AND t.typname = 'varchar'
		JOIN pg_am AS m ON m.oid = o.opcmethod
		WHERE a.attrelid = 'every'::regclass AND a.attnum > 0
	LOOP
		-- A share of the columns has none, so that there is something to miss.
		IF c.i % 3 > 0 THEN
			BEGIN
				EXECUTE format('CREATE INDEX ON every USING %I (%I %I)', c.amname, c.attname, c.opcname);
			EXCEPTION WHEN OTHERS THEN
				NULL;
			END;
		END IF;
	END LOOP;
END
$$;
CREATE INDEX ON every (lower(tx) text_pattern_ops, id);
CREATE INDEX ON every (i4, f8 DESC) WHERE b;
CREATE INDEX ON every ((jb ->> 'a'));
CREATE INDEX ON every USING gin (jb jsonb_path_ops);
CREATE INDEX ON every USING gin (tx gin_trgm_ops);
CREATE INDEX ON every USING gist (tx gist_trgm_ops);
CREATE INDEX ON every (((co).number));
ANALYZE;
CREATE TABLE unread AS SELECT i AS id, i % 9 AS v FROM generate_series(1, 2000) AS i;
SQL

# Without perfcheck, and without names that sqlsmith does not quote, if it is bare.
sub create
{
	my ($session, $rows, $bare) = @_;
	$session->must($bare ? 'CREATE EXTENSION pg_trgm' : 'CREATE EXTENSION perfcheck CASCADE; DELETE FROM perfcheck_query');
	$session->must($before);
	$session->must('CREATE TABLE every (' . join(', ', map { "$_->[0] $_->[1]" } @every) . ')');
	$session->must('INSERT INTO every SELECT ' . join(', ', map { $_->[2] } @every) . " FROM generate_series(1, $rows) AS i");
	$session->must($after);
	$session->must($indexes);
	$session->must('DROP TABLE "Odd ""name"""') if $bare;
	return;
}

1;
