-- perfcheck_report and what it is made from: causes and their numbers, quoting, fixes.
-- How readers of XML and JSON take it is in test/t/051_formats.pl.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA formats_test;
SET search_path = formats_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;

-- Errors.
SELECT perfcheck_report('html5');
SELECT perfcheck_report(NULL);
SELECT perfcheck_reports('{junit,NULL}');
SELECT count(*) FROM perfcheck_reports('{}');

-- A cause that several patterns could match has the number of the specific one.
SELECT perfcheck_cause_id(cause), cause FROM (VALUES
    ('no btree index is led by a; and no btree index is led by b'),
    ('all rows of x that match are joined, and DISTINCT takes them away again; EXISTS stops at the first'),
    ('all rows of x = $1 are read and sorted before the LIMIT, no index has (x, y)'),
    ('all rows of x = $1 are read and sorted before the LIMIT, no index has (x, y) of the rows with (z IS NULL) alone'),
    ('all rows of x = $1 are read and sorted before the LIMIT, no index has (x, y), in each of 2 arms of the UNION ALL'),
    ('all rows of x = $1 are read for min() or max(), no index has (x, y)'),
    ('index i has y behind x, which has no equality condition, so that all rows of y = $1 are read and sorted, no index has (y, z)'),
    ('all rows that match are sorted by x.y before the LIMIT: 10 rows'),
    ('all rows that match are sorted before the LIMIT, since that costs less than to walk i, by the planner''s estimates: 10 rows'),
    ('the LIMIT walks i past the rows of any other x, no index has (x, y)'),
    ('the LIMIT walks i, past rows that do not match x: 10 rows, for 0 that are wanted'),
    ('it has no LIMIT, and returns every row that it finds; and no btree index is led by x'),
    ('it has no LIMIT, and returns every row that it finds (is x as large at any size? Then it is one of perfcheck.fixed_tables)'),
    ('count() reads all rows that match, and is compared with 0: EXISTS stops at the first'),
    ('count(*) counts all rows of x: 10 rows'),
    ('max() with GROUP BY reads all rows of x for the few of each y; a look into an index for each reads those alone'),
    ('DISTINCT ON reads all rows of x that match for one of them; the first row of an index in that order is it'),
    ('DISTINCT ON reads all rows of x to find the values that differ: 10 rows'),
    ('OFFSET reads all rows of the pages before, and leaves them out'),
    ('OFFSET 0 makes all rows of the subquery s before a condition on them is applied'),
    ('OFFSET reads and drops the rows before the page: 10 rows'),
    ('NOT IN keeps a list of all rows of x, or reads them again for each row, since one NULL among them decides; NOT EXISTS is a join'),
    ('NOT IN looks each row of x up in the list of a subquery: 10 rows'),
    ('Seq Scan on x reads all rows of x, and its filter y drops most of them'),
    ('the generic plan is made without the values, and takes Seq Scan on x; the LIMIT walks i, past rows that do not match'),
    ('a CTE is read 2 times, so that it is computed whole, and its rows have no index: 10 rows'),
    ('NULLS LAST in the ORDER BY keeps index i from giving the order, though x is NOT NULL'),
    ('the planner prefers a, and no fix is known'),
    ('12 % of the rows of x are read to be joined: 10 rows'),
    ('12 % of the rows of x match, and all of them are read: 10 rows'),
    ('an error of somebody''s own')) AS c (cause);

-- Quoting.
SELECT perfcheck_visible(E'a\tb\nc\x1b[1m\x7f'), perfcheck_visible(E'a\tb\nc', true), perfcheck_visible('') = '' AS empty;
SELECT perfcheck_as_xml(E'<a b="c">&''\x0b]]>');
SELECT perfcheck_as_markdown(E'a|b `c` *d* <e> @f #1 http://g [h](i)\n$j$');
SELECT perfcheck_as_code_span(c) FROM (VALUES ('a'), ('`a`'), ('a``b|c'), (E'a\nb'), ('')) AS v (c);
SELECT perfcheck_as_code(E'SELECT ''```'';\n', 'text');
SELECT perfcheck_as_annotation(E'50%\nof, a: b'), perfcheck_as_annotation(E'50%\nof, a: b', true);
SELECT perfcheck_as_uri(f) FROM (VALUES ('a b/c:d.sql'), ('/a%.sql'), ('q?#.sql')) AS v (f);
SELECT perfcheck_two_digits(n) FROM (VALUES (0), (7.4), (99.6), (149), (150), (12345), (-987)) AS v (n);

-- A contract: one index mends two queries, a rewrite is no statement, and a todo is told of.
CREATE TABLE thing (id int PRIMARY KEY, kind int NOT NULL, at int NOT NULL, note text);
INSERT INTO thing SELECT n, n % 300, n, 'note ' || n FROM generate_series(1, 3000) AS n;
VACUUM ANALYZE thing;
SELECT perfcheck_add_query('first', 'SELECT id FROM thing WHERE kind = $1 LIMIT 5', source => 'q.sql:3');
SELECT perfcheck_add_query('second', 'SELECT at FROM thing WHERE kind = $1 LIMIT 5', todo => 'next week');
SELECT perfcheck_add_query('third', 'SELECT id FROM thing WHERE id = $1');
SELECT perfcheck_add_query('fourth', 'SELECT kind FROM thing WHERE id + 1 = $1 LIMIT 5');
SELECT perfcheck_add_query('fifth', 'SELECT 1 / (id - id) FROM thing WHERE id = $1');
CREATE TABLE judged AS SELECT * FROM perfcheck_judge();
SELECT name, status, is_error, cause_id, message, fix, proven, file, line, todo, note FROM judged, perfcheck_told(document);
SELECT perfcheck_headline(document) FROM judged;
SELECT queries, cause, statement, "concurrently", proven, rows_after < rows_before AS fewer, index_bytes > 0 AND index_bytes % 8192 = 0 AS index_bytes, build_ms > 0 AS build_ms FROM perfcheck_fixes();
SELECT f, count(*) > 0 AS lines FROM judged, unnest('{tap,tap14,junit,sarif,json,markdown,github}'::text[]) AS f, perfcheck_rendered(f, document, tap) GROUP BY f ORDER BY f;
SELECT line FROM judged, perfcheck_rendered('tap14', document, tap) WITH ORDINALITY AS r (line, n) ORDER BY n LIMIT 2;
SELECT split_part(line, '%0A', 1) FROM judged, perfcheck_rendered('github', document, tap) AS r (line);
SELECT line FROM judged, perfcheck_rendered('markdown', document, tap) WITH ORDINALITY AS r (line, n) WHERE line !~ 'details' ORDER BY n;

-- One judging feeds several formats, in the order asked for.
SELECT format, count(*) > 0 AS lines, min(n) FROM perfcheck_reports('{github,tap}') WITH ORDINALITY AS r (format, line, n) GROUP BY format ORDER BY min(n);

-- Under strict a stale todo is a fault in each.
DELETE FROM perfcheck_query WHERE enabled AND name <> 'third';
UPDATE perfcheck_query SET todo = 'it is mended' WHERE name = 'third';
SELECT name, status, cause_id, message, note FROM perfcheck_judge(strict => false), perfcheck_told(document);
SELECT name, status, cause_id, message, note FROM perfcheck_judge(strict => true), perfcheck_told(document);
SELECT perfcheck_report('github');
SELECT perfcheck_report('github', strict => true);

-- A statement that holds the end of another within quotes is one.
CREATE TABLE odd ("a; b" int PRIMARY KEY, c int);
INSERT INTO odd SELECT n, n % 300 FROM generate_series(1, 3000) AS n;
ALTER TABLE odd RENAME TO "odd; DROP TABLE thing";
VACUUM ANALYZE "odd; DROP TABLE thing";
DELETE FROM perfcheck_query WHERE enabled;
SELECT perfcheck_add_query('odd', 'SELECT "a; b" FROM "odd; DROP TABLE thing" WHERE c = $1 LIMIT 5');
SELECT statement FROM perfcheck_fixes();

-- A session in which a backslash has a meaning in every constant reads the contract and
-- reports as others do.
DELETE FROM perfcheck_query WHERE enabled;
INSERT INTO thing SELECT n, 1000 + n % 2, n, 'c:\x' || n % 2 FROM generate_series(4001, 4010) AS n;
SELECT perfcheck_add_query('backslash', 'SELECT at FROM thing WHERE note = ''c:\x1'' AND kind = $1 LIMIT 5');
CREATE TABLE reported AS SELECT f, r.line, r.n
FROM unnest('{tap,tap14,junit,sarif,json,markdown,github,html}'::text[]) AS f, perfcheck_report(f, 1) WITH ORDINALITY AS r (line, n);
DO $$BEGIN SET standard_conforming_strings = off; SET escape_string_warning = on; EXCEPTION WHEN OTHERS THEN NULL; END$$;
SELECT f, count(*) = (SELECT count(*) FROM reported AS b WHERE b.f = u.f) AS as_before
FROM unnest('{tap,tap14,junit,sarif,json,markdown,github,html}'::text[]) AS u (f), perfcheck_report(f, 1) GROUP BY f ORDER BY f;
SELECT perfcheck_add_case('backslash', 'found', '{1001}');
SELECT plan_mode, rows_returned FROM perfcheck_plan('backslash') WHERE label = 'found' ORDER BY plan_mode;
SELECT count(*) > 0 AS lines FROM perfcheck_snapshot(1);
SELECT count(*) > 0 AS lines FROM perfcheck_export();
SELECT count(*) > 0 AS lines FROM perfcheck_coverage(1);
DO $$BEGIN RESET standard_conforming_strings; RESET escape_string_warning; EXCEPTION WHEN OTHERS THEN NULL; END$$;

DELETE FROM perfcheck_query WHERE enabled;
UPDATE perfcheck_query SET enabled = true;
RESET search_path;
DROP SCHEMA formats_test CASCADE;
