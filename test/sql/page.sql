-- The report as a page (html), the plan of a case (perfcheck_explain), and what a report
-- says without perfcheck.verbose_report.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA page_test;
SET search_path = page_test, public;
\set SHOW_CONTEXT never
UPDATE perfcheck_query SET enabled = false;
CREATE TABLE thing (id int PRIMARY KEY, kind int, name text);
INSERT INTO thing SELECT i, i % 100, 'n ' || i FROM generate_series(1, 3000) AS i;
CREATE INDEX thing_kind ON thing (kind);
VACUUM ANALYZE thing;
SELECT perfcheck_add_query('by_kind', 'SELECT id FROM thing WHERE kind = $1 ORDER BY id LIMIT 5');
SELECT perfcheck_add_query('by_name', 'SELECT id FROM thing WHERE name = $1');
SELECT perfcheck_add_query('<script>alert(1)</script>', 'SELECT name FROM thing WHERE id = $1');
SELECT perfcheck_add_query('fails', 'SELECT 1 / (kind - kind) FROM thing WHERE id = $1');
CREATE TABLE page AS SELECT n, line FROM perfcheck_report('html') WITH ORDINALITY AS r (line, n);
-- Each query has a row, a folded part that is open for a fault, and a picture where it was judged.
SELECT line FROM page WHERE line ~ '^<h1';
SELECT substring(line FROM 'id="(q\d)"') AS part, line ~ ' open="open"' AS open, line ~ '<svg ' AS picture, substring(line FROM '<b>(.*?)</b>') AS name,
    regexp_count(line, '<li style="--deep') > 0 AS tree, line ~ '<h3>Its cases' AS cases
FROM page WHERE line ~ '^<details' ORDER BY part;
-- The fix stands with its cause, the budget and the target in the picture.
SELECT line ~ 'CREATE INDEX ON page_test.thing USING btree \(name\)' AS fix, line ~ '>budget 50 k<' AS budget, line ~ '>target 300 k<' AS target, line ~ '>today 3 k<' AS today
FROM page WHERE line ~ '<b>by_name</b>';
-- No script, nothing from elsewhere.
SELECT count(*) FROM page WHERE line ~* '<script|javascript:|(src|href)="?(https?:|//)|@import|url\(';
SELECT format FROM perfcheck_reports('{html,tap}') GROUP BY format ORDER BY format COLLATE "C";
-- Without a contract there is a page, too; without a forecast there are no pictures.
SELECT count(*) FILTER (WHERE line ~ '<svg') AS pictures, count(*) FILTER (WHERE line ~ '^<details') AS queries FROM perfcheck_judge() AS j, perfcheck_as_html(j.document) AS line;
CREATE TABLE mine AS SELECT name FROM perfcheck_query WHERE enabled;
UPDATE perfcheck_query SET enabled = false;
SELECT line FROM perfcheck_report('html') AS line WHERE line ~ '^<h1|^<details';
UPDATE perfcheck_query SET enabled = true WHERE name IN (SELECT name FROM mine);
-- Latencies of the last kept runs: of a run in the server all samples of a query's cases
-- together, of one over HTTP what its JSON tells; another statement of that name tells nothing.
SELECT perfcheck_kept_latency() IS NULL AS none;
INSERT INTO perfcheck_result (taken_at, source, query, label, executions, mean_ms, p50_ms, p95_ms, p99_ms, max_ms, ok, samples_ns, details) VALUES
    ('2020-01-01', 'time', 'by_name', 'old', 1, 9, 9, 9, 9, 9, true, '{9000000}', NULL),
    ('2020-01-02', 'time', 'by_name', 'one', 3, 2, 2, 3, 3, 3, true, '{1000000,2000000,3000000}', NULL),
    ('2020-01-02', 'time', 'by_name', 'two', 1, 100, 100, 100, 100, 100, true, '{100000000}', NULL),
    ('2020-01-02', 'time', 'by_kind', 'one', 5, 2, 2, 3, 4, 5, true, NULL, NULL),
    ('2020-01-02', 'time', 'by_kind', 'two', 5, 4, 7, 8, 9, 10, false, NULL, NULL),
    ('2020-01-02', 'time', 'fails', 'one', 1, 2, 2, 2, 2, 2, true, '{2000000}', '{"sql_md5": "of another statement"}');
SELECT perfcheck_load_http('{"url": "http://localhost", "requests": 12, "errors": {"timeout": 2, "status": 0}, "ok": false, "latency_ms": {"mean": 50, "p50": 40, "p95": 90, "p99": 95, "max": 100}, "queries": [
    {"name": "by_name", "requests": 10, "errors": {"timeout": 2}, "ok": true, "latency_ms": {"mean": 52.5, "p50": 41, "p95": 91, "p99": 96, "max": 100}, "histogram": [[50.119, 9], [100, 1]]},
    {"name": "of no contract", "requests": 2, "errors": {}, "ok": true, "latency_ms": {"mean": 50, "p50": 40, "p95": 90, "p99": 95, "max": 100}, "histogram": [[50.119, 2]]},
    {"name": "fails", "requests": 0, "errors": {}, "ok": false, "latency_ms": {"mean": null, "p50": null, "p95": null, "p99": null, "max": null}, "histogram": []}]}');
SELECT query, executions, errors, p95_ms, ok FROM perfcheck_result WHERE source = 'http' ORDER BY query NULLS FIRST;
SELECT l.query, l.source, l.executions, l.ok, l.mean_ms, l.p50_ms, l.p95_ms, l.max_ms, l.buckets
FROM json_to_recordset(perfcheck_kept_latency()) AS l (query text, source text, executions int, ok boolean, mean_ms float8, p50_ms float8, p95_ms float8, max_ms float8, buckets text);
DROP TABLE page;
CREATE TABLE page AS SELECT n, line FROM perfcheck_report('html') WITH ORDINALITY AS r (line, n);
SELECT substring(line FROM '<summary>.*?<b>(.*?)</b>') AS name, regexp_count(line, 'class="shape"') AS lanes, substring(line FROM 'aria-label="(Latencies:[^"]*)"') AS said, substring(line FROM 'The database takes[^<]*') AS share
FROM page WHERE line ~ 'How long it takes' ORDER BY 1;
SELECT l.one ->> 'query' AS query, perfcheck_latency_picture(json_build_array(l.one), false) AS sentence FROM json_array_elements(perfcheck_kept_latency()) AS l (one);
SELECT perfcheck_load_http('{"queries": 1}');
SELECT perfcheck_load_http(NULL);
\set VERBOSITY terse
SELECT perfcheck_load_http('[]');
SELECT perfcheck_load_http('{"queries": [7], "latency_ms": {}, "errors": {}, "requests": 1, "ok": true}');
SELECT perfcheck_load_http('{"queries": [{"name": "a"}], "latency_ms": {}, "errors": {}, "requests": 1, "ok": true}');
SELECT perfcheck_load_http('{"queries": [{"name": "a", "requests": "many", "latency_ms": {}, "errors": {}, "ok": true}], "latency_ms": {}, "errors": {}, "requests": 1, "ok": true}');
\set VERBOSITY default
DELETE FROM perfcheck_result;
SELECT ms, perfcheck_short_ms(ms) FROM unnest('{0.00012,0.25,0.9996,1.234,49.94,99.96,123.4,999.6,1234,99960}'::float8[]) AS ms;
-- Numbers of pictures.
SELECT n, perfcheck_short_number(n) FROM unnest('{0,1,999,999.6,1000,9994,99949,99951,1e6,1234567,3e9,2.5e12,4e16}'::float8[]) AS n;
-- How long judging took stands in json alone, and in the page.
SELECT bool_and((q ->> 'judged_ms')::float8 > 0) FROM perfcheck_judge() AS j, json_array_elements(j.document -> 'queries') AS q;
-- perfcheck_explain
SELECT l ~ 'rows=1 .*actual rows=1(\.00)? ' AS counts FROM perfcheck_explain('<script>alert(1)</script>') AS l LIMIT 1;
SELECT perfcheck_add_query('all', 'SELECT name FROM thing');
-- Estimates are those of the target, rows those of today.
SELECT substring(l FROM 'rows=(\d+)')::int BETWEEN 290000 AND 310000 AS then, substring(l FROM 'actual rows=(\d+)')::int AS today, l ~ ' time=' AS has_times
FROM perfcheck_explain('all') AS l LIMIT 1;
SELECT l ~ 'name = \$1' AS generic FROM perfcheck_explain('by_name', 'name typical', 'generic') AS l WHERE l ~ '  Filter: ';
SELECT string_agg(l, '')::json -> 0 -> 'Plan' ->> 'Actual Rows' IS NOT NULL AS json FROM perfcheck_explain('by_kind', format => 'JSON') AS l;
SELECT count(*) FILTER (WHERE l ~ '<Node-Type>') > 0 AS xml FROM perfcheck_explain('by_kind', format => 'xml', scale => 1) AS l;
\set VERBOSITY terse
SELECT perfcheck_explain('nothing');
\set VERBOSITY default
SELECT perfcheck_explain('by_kind', 'nothing');
SELECT perfcheck_explain('by_kind', plan_mode => 'nothing');
SELECT perfcheck_explain('by_kind', format => 'nothing');
SELECT perfcheck_explain('by_kind', scale => 0);
SELECT perfcheck_explain(NULL);
SELECT perfcheck_explain('fails', 'id typical');
-- A plan that takes too long is shown without its counts.
SELECT perfcheck_add_query('slow', 'SELECT count(*) FROM thing AS a, thing AS b WHERE a.id + b.id > 0');
SET perfcheck.statement_timeout = '50ms';
SET client_min_messages = notice;
SELECT bool_or(l ~ 'actual') AS counts, count(*) > 2 AS lines FROM perfcheck_explain('slow', 'no values', 'custom', 1) AS l;
SET client_min_messages = warning;
RESET perfcheck.statement_timeout;
DELETE FROM perfcheck_query WHERE enabled;
-- One line counts what is fragile; perfcheck.verbose_report shows each.
CREATE TABLE message (id int PRIMARY KEY, tenant int NOT NULL, at int NOT NULL);
INSERT INTO message SELECT i, CASE WHEN i % 2 = 0 THEN 0 ELSE i END, i FROM generate_series(1, 20000) AS i;
CREATE INDEX message_at ON message (at);
CREATE INDEX message_tenant ON message (tenant);
CREATE TABLE log (id int PRIMARY KEY, kind int, text text);
INSERT INTO log SELECT i, i % 50, 'text ' || i FROM generate_series(1, 10000) AS i;
CREATE INDEX log_kind ON log (kind);
VACUUM ANALYZE message, log;
INSERT INTO log SELECT i, 99, 'text ' || i FROM generate_series(10001, 12000) AS i;
SELECT perfcheck_add_query('room', 'SELECT * FROM message WHERE tenant = $1 ORDER BY at DESC LIMIT 20');
SELECT perfcheck_add_query('late', 'SELECT sum(length(text)) FROM log WHERE kind = $1');
SELECT perfcheck_add_case('late', 'new kind', '{99}');
SET perfcheck.verbose_report = on;
SELECT regexp_replace(l, '( after five|: Index Scan|: Bitmap).*', '') FROM perfcheck_verify() AS l WHERE l ~ '^# (fragile|estimate)';
SET perfcheck.verbose_report = off;
SELECT l FROM perfcheck_verify() AS l WHERE l ~ '^# (fragile|estimate)';
RESET perfcheck.verbose_report;
DELETE FROM perfcheck_query WHERE enabled;
UPDATE perfcheck_query SET enabled = true;
RESET search_path;
DROP SCHEMA page_test CASCADE;
