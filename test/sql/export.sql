-- The contract as a file: replace, the forms that a file may have, and its errors. The
-- round trip of many queries is test/t/076_export.pl.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA export_test;
SET search_path = export_test, public;
\set SHOW_CONTEXT never
SELECT perfcheck_reset_contract();

CREATE TABLE entry (id bigint PRIMARY KEY, feed int NOT NULL, status text, tags text[], doc jsonb);
CREATE VIEW kept AS SELECT name, sql, path, types, search_path, owner, source, enabled FROM perfcheck_query q
    WHERE NOT perfcheck_is_replaceable(q);

-- Of what nobody changed nothing is written.
SELECT * FROM perfcheck_export() AS l WHERE l ~ 'perfcheck_(add|size)|INSERT';
SELECT * FROM perfcheck_export('sql');
SELECT perfcheck_export('yaml');
SELECT perfcheck_export(NULL);

-- A query is replaced with its cases and values: the call tells all of it.
SELECT perfcheck_add_query('by_feed', 'SELECT * FROM entry WHERE feed = $1 AND status = $2', '/f/$1', owner => 'feed team');
SELECT perfcheck_add_case('by_feed', 'own', '{5,unread}');
SELECT perfcheck_set_values('by_feed', 2, '{unread}');
SELECT perfcheck_add_query('by_feed', 'SELECT 1');
SELECT perfcheck_add_query('by_feed', 'SELECT id FROM entry WHERE feed = $1', replace => true);
SELECT * FROM kept;
SELECT count(*) FROM perfcheck_case;
SELECT count(*) FROM perfcheck_values;
-- it stays as it was if the new one is refused
SELECT perfcheck_add_query('by_feed', 'SELECT nothing FROM entry', replace => true);
SELECT name, sql FROM kept;
-- search_path: that of the call, one that is given, that of whoever runs it
SELECT perfcheck_add_query('path_call', 'SELECT * FROM entry');
SELECT perfcheck_add_query('path_given', 'SELECT * FROM entry', search_path => 'no_such_schema, export_test');
SELECT perfcheck_add_query('path_given', 'SELECT * FROM entry', search_path => 'public', replace => true);
SELECT perfcheck_add_query('path_any', 'SELECT * FROM entry', search_path => NULL);
SELECT name, search_path FROM kept WHERE name ~ 'path' ORDER BY name;
-- what takes no part is not analyzed, and so may wait for its table
SELECT perfcheck_add_query('later', 'SELECT * FROM no_such_table WHERE id = $1', enabled => false);
SELECT perfcheck_add_case('later', 'x', '{1,2,3}');
SELECT perfcheck_add_case('by_feed', 'x', '{1,2,3}');
-- empty texts, and a day that is none
SELECT perfcheck_add_query('x', 'SELECT 1', owner => '');
SELECT perfcheck_add_query('x', 'SELECT 1', source => '');
SELECT perfcheck_add_query('x', 'SELECT 1', todo => 'y', todo_until => 'infinity');
SELECT perfcheck_add_query('x', 'SELECT 1', todo_until => '2027-03-01');
SELECT perfcheck_add_query('x', 'SELECT 1', replace => NULL);

SELECT perfcheck_reset_contract();
SELECT count(*) FROM kept;

-- A file as a person writes it.
SELECT * FROM perfcheck_load($file$
-- Queries of the reader.
-- search_path: export_test

-- name: feed_entries
-- path: /feed/$1/entries?s=$2
-- owner: reader team
-- case: own, 5, unread
-- case: "odd, one", 7, ''
-- optional_case: none, NULL, 'it''s; -- name: x'
-- values: 2, unread, read
-- What a user sees first.
SELECT * FROM entry   -- the table
WHERE feed = $1 AND status = $2 AND status <> ';' LIMIT 20;

-- name: by_doc
-- types: int, jsonb, text[]
-- case: lists, 5, {"a": [1, 2], "b": ", {"}, {a,"b,c",NULL}
-- case: quoted, 5, '"text"', E'{"a\nb"}'
SELECT * FROM entry WHERE feed = $1 AND doc @> $2 AND tags && $3

-- name: nothing
-- enabled: no
-- sql: E'SELECT 1;\n'
$file$, 'queries.sql');
SELECT * FROM kept ORDER BY name COLLATE "C";
SELECT query, label, args, required FROM perfcheck_case ORDER BY query, label COLLATE "C";
SELECT * FROM perfcheck_values;
SELECT * FROM perfcheck_export('sql');

-- Files of sqlc: names, kinds, parameters; writes are skipped. Casts, strings,
-- operators and comments are left alone.
SELECT * FROM perfcheck_load($file$
-- name: GetFeed :one
SELECT * FROM entry WHERE id = $1 LIMIT 1;
-- name: ListFeed :many
-- note: a comment of its own
SELECT id, status::text, '@x', tags @> '{a}'::text[] AS has FROM entry /* @y */
WHERE feed = @feed::int AND status = sqlc.narg('status') AND id > sqlc.arg(after) AND feed <> @feed;
-- name: Embedded :many
SELECT sqlc.embed(entry) FROM entry WHERE tags @> @tags;
-- name: AddEntry :one
INSERT INTO entry (id, feed) VALUES ($1, $2) RETURNING *;
-- name: Drop :exec
DELETE FROM entry WHERE id = $1;
$file$, 'query.sql', prune => true);
SELECT name, sql FROM kept ORDER BY name COLLATE "C";

-- Files of aiosql.
SELECT * FROM perfcheck_load($file$
-- name: get-entry^
SELECT * FROM entry WHERE id = :id;
-- name: entries
SELECT tags[1:2], tags[:2], ARRAY[:a, :b], '12:30'::time, ':x' FROM entry -- :y
WHERE feed = :feed::int AND status = :a AND feed <> (:feed) AND tags[(:b::int):2] IS NULL;
-- name: add-entry!
INSERT INTO entry (id, feed) VALUES (:id, :feed);
-- name: add-back<!
INSERT INTO entry (id, feed) VALUES (:id, :feed) RETURNING id;
$file$, prune => true);
SELECT name, sql, source FROM kept ORDER BY name COLLATE "C";

-- A key that is misspelt is warned of, in a file of perfcheck's own.
SELECT * FROM perfcheck_load(E'-- name: a\n-- expceted: btree\nSELECT * FROM entry WHERE id = $1', 'f.sql', true);

-- Errors name the place, and nothing is loaded.
CREATE FUNCTION refused(content text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM perfcheck_load('-- name: other' || E'\nSELECT 2;\n' || content, 'f.sql', true);
    RETURN 'loaded';
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate || ' ' || sqlerrm;
END $$;
SELECT refused(E'-- name: b\nSELECT * FROM entry WHERE id = $1;\nSELECT 2');
SELECT refused(E'-- name: b\nSELECT 1;\n-- case: x, 1');
SELECT refused(E'-- name: b\nSELECT ''a');
SELECT refused(E'-- name: b\n/* SELECT 1');
SELECT refused(E'-- name: b\n');
SELECT refused(E'-- name: b\n-- name: c\nSELECT 1');
SELECT refused(E'-- name: b\n-- sql: SELECT 1\nSELECT 1');
SELECT refused(E'-- name: other\nSELECT 1');
SELECT refused(E'-- name:\nSELECT 1');
SELECT refused(E'-- name: b\n-- path: /a\n-- path: /b\nSELECT 1');
SELECT refused(E'-- name: b\n-- size: entry, 5\nSELECT 1');
SELECT refused(E'-- name: b\n-- case: x, \nSELECT * FROM entry WHERE id = $1');
SELECT refused(E'-- name: b\n-- case: x, ''a\nSELECT * FROM entry WHERE status = $1');
SELECT refused(E'-- name: b\n-- case: x, {a\nSELECT * FROM entry WHERE tags = $1');
SELECT refused(E'-- name: b\n-- case: x, 1, 2\nSELECT * FROM entry WHERE id = $1');
SELECT refused(E'-- name: b\n-- case: x, 1\n-- case: x, 2\nSELECT * FROM entry WHERE id = $1');
SELECT refused(E'-- name: b\n-- case:\nSELECT * FROM entry WHERE id = $1');
SELECT refused(E'-- name: b\n-- values: 2, 1\nSELECT * FROM entry WHERE id = $1');
SELECT refused(E'-- name: b\n-- values: 1\nSELECT * FROM entry WHERE id = $1');
SELECT refused(E'-- name: b\n-- avg_ms: fast\nSELECT 1');
SELECT refused(E'-- name: b\n-- max_rows: 0\nSELECT 1');
SELECT refused(E'-- name: b\n-- enabled: perhaps\nSELECT 1');
SELECT refused(E'-- name: b\n-- todo_until: 2027-03-01\nSELECT 1');
SELECT refused(E'-- name: b\n-- todo: x\n-- todo_until: soon\nSELECT 1');
SELECT refused(E'-- name: b\n-- types: no_such_type\nSELECT $1');
SELECT refused(E'-- name: b\n-- settings: {"a\nSELECT 1');
SELECT refused(E'-- name: b\n-- role: no_such_role\nSELECT 1');
SELECT refused(E'-- name: b\n-- path: E''/a\nSELECT 1');
SELECT refused(E'-- name: b\n\nSELECT *\nFROM entry\nWHERE "ü" = 1');
SELECT refused(E'-- name: b\nDELETE FROM entry');
SELECT perfcheck_load('SELECT 1');
SELECT perfcheck_load('-- path: /x');
SELECT perfcheck_load(E'-- size: no_such_table, 5\n', 'g.sql');
SELECT perfcheck_load(E'\n ', 'g.sql');
SELECT perfcheck_load(NULL);
SELECT name FROM kept;

-- Tables, and built-in queries that were dropped or changed.
DELETE FROM perfcheck_query WHERE name IN ('page', 'a');
UPDATE perfcheck_query SET p95_ms = 77, enabled = false WHERE name = 'venue';
UPDATE perfcheck_query SET name = 'mine' WHERE name = 'genre';
UPDATE perfcheck_query SET enabled = false WHERE name = 'mine';
SELECT perfcheck_size('entry', 1000000, '{}');
SELECT * FROM perfcheck_dropped ORDER BY name;
CREATE TABLE written AS SELECT string_agg(l, E'\n') AS content FROM perfcheck_export('sql') AS l;
SELECT * FROM written;
-- loaded into a contract that has none of it, it is the same
SELECT perfcheck_reset_contract();
SELECT * FROM perfcheck_dropped;
SELECT query, action FROM written, perfcheck_load(content);
SELECT content = (SELECT string_agg(l, E'\n') FROM perfcheck_export('sql') AS l) AS same FROM written;
-- a query of the team's own takes a name that was dropped, and a file that says so
-- leaves it alone
SELECT perfcheck_add_query('page', 'SELECT * FROM entry WHERE id = $1');
SELECT * FROM perfcheck_dropped;
SELECT count(*) FROM written, perfcheck_load(content);
SELECT name FROM kept WHERE name = 'page';

-- Every column of the contract is one that a file has.
SELECT table_name, string_agg(column_name, ' ' ORDER BY ordinal_position) FROM information_schema.columns
WHERE table_name IN ('perfcheck_query', 'perfcheck_case', 'perfcheck_values', 'perfcheck_size', 'perfcheck_dropped')
GROUP BY table_name ORDER BY table_name;

-- Who may not change the contract may read it, and load nothing.
CREATE ROLE perfcheck_export_reader;
GRANT USAGE ON SCHEMA export_test TO perfcheck_export_reader;
GRANT SELECT ON entry TO perfcheck_export_reader;
SET ROLE perfcheck_export_reader;
SELECT count(*) > 5 AS written FROM perfcheck_export('sql');
SELECT perfcheck_load(E'-- name: b\nSELECT * FROM entry WHERE id = $1', 'f.sql');
SELECT perfcheck_load(E'-- name: b\nSELECT * FROM entry WHERE id = $1', 'f.sql', true);
SELECT perfcheck_reset_contract();
RESET ROLE;

SELECT perfcheck_reset_contract();
SELECT count(*) FROM perfcheck_query;
DROP SCHEMA export_test CASCADE;
DROP ROLE perfcheck_export_reader;
