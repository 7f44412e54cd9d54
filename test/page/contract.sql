-- A page of :queries queries of an empty database, with names that are more than names.
SET client_min_messages = error;
DROP DATABASE IF EXISTS page;
CREATE DATABASE page;
\c page
SET client_min_messages = error;
CREATE EXTENSION perfcheck CASCADE;
DELETE FROM perfcheck_query;
CREATE TABLE thing (id int PRIMARY KEY, kind int, name text, price int);
INSERT INTO thing SELECT n, n % 50, '<b>n</b> ' || n, n % 300 FROM generate_series(1, 3000) AS n;
CREATE INDEX thing_kind ON thing (kind);
VACUUM ANALYZE thing;
\o /dev/null
SELECT perfcheck_add_query(CASE n WHEN 1 THEN '<script>document.title = 1; alert(1)</script> "quoted" & ' || repeat('ä', 20) ELSE 'query_' || n END,
    CASE n % 4 WHEN 0 THEN 'SELECT name FROM thing WHERE id = $1' WHEN 1 THEN 'SELECT id FROM thing WHERE price = $1 LIMIT 5'
        WHEN 2 THEN 'SELECT a.name FROM thing AS a JOIN thing AS b ON b.id = a.id WHERE a.kind = $1 ORDER BY a.id LIMIT 20' ELSE 'SELECT id FROM thing WHERE name = $1' END,
    todo => CASE WHEN n % 10 = 5 THEN 'the <i>next</i> release' END)
FROM generate_series(1, :queries) AS n;
-- Kept runs of each: in the server with samples, over HTTP with a histogram.
INSERT INTO perfcheck_result (source, query, label, executions, mean_ms, p50_ms, p95_ms, p99_ms, max_ms, ok, samples_ns, details)
SELECT r.source, q.name, 'typical', 100, 12.3, 11.2, 31.5, 47.9, 123.4, true,
    CASE r.source WHEN 'time' THEN (SELECT array_agg((1e6 + 3e5 * n * n % 7e7)::bigint) FROM generate_series(1, 100) AS n) END,
    CASE r.source WHEN 'http' THEN '{"histogram": [[3.981, 10], [5.012, 30], [10, 40], [31.623, 15], [125.893, 5]]}'::jsonb END
FROM perfcheck_query AS q, unnest('{time,http}'::text[]) AS r (source);
\o
SELECT perfcheck_report('html');
