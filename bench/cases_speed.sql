-- 20 tables that are alike, of 10,000 rows, and 200 queries, of which four in ten want an
-- index that is missing.
SET client_min_messages = error;
CREATE EXTENSION perfcheck CASCADE;
DELETE FROM perfcheck_query;
SELECT format('CREATE TABLE t%s AS SELECT n AS id, n %% 50 AS kind, md5(n::text) AS name, n %% 300 AS price, now() - n * interval ''1 minute'' AS at FROM generate_series(1, 10000) AS n', i),
    format('ALTER TABLE t%s ADD PRIMARY KEY (id)', i), format('CREATE INDEX ON t%s (kind)', i), format('CREATE INDEX ON t%s (at)', i)
FROM generate_series(1, 20) AS i \gexec
VACUUM ANALYZE;
SELECT perfcheck_add_query('q_' || n, replace(CASE n % 10
    WHEN 0 THEN 'SELECT * FROM @T WHERE id = $1'
    WHEN 1 THEN 'SELECT * FROM @T WHERE kind = $1 ORDER BY id LIMIT 20'
    WHEN 2 THEN 'SELECT * FROM @T WHERE price = $1 LIMIT 20'
    WHEN 3 THEN 'SELECT * FROM @T WHERE name = $1'
    WHEN 4 THEN 'SELECT * FROM @T WHERE at > $1 ORDER BY at LIMIT 20'
    WHEN 5 THEN 'SELECT count(*) FROM @T WHERE kind = $1'
    WHEN 6 THEN 'SELECT a.* FROM @T AS a JOIN @T AS b ON b.id = a.price WHERE a.kind = $1 LIMIT 20'
    WHEN 7 THEN 'SELECT * FROM @T WHERE name ILIKE ''%'' || $1 || ''%'' LIMIT 20'
    WHEN 8 THEN 'SELECT * FROM @T ORDER BY at DESC LIMIT 20 OFFSET $1'
    ELSE 'SELECT kind, count(*) FROM @T WHERE at BETWEEN $1 AND $2 GROUP BY kind' END, '@T', 't' || 1 + n % 20))
FROM generate_series(1, 200) AS n;
