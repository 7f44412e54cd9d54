-- Loaded and analyzed, never vacuumed, as in a test database: an index-only scan
-- comes with the first vacuum. The large tables are as autovacuum leaves them.
-- fixed: source
CREATE TABLE source (id int PRIMARY KEY);
INSERT INTO source SELECT i FROM generate_series(0, 50) AS i;
CREATE TABLE version (id bigint PRIMARY KEY, source_id int NOT NULL REFERENCES source, origin text NOT NULL, body text NOT NULL);
INSERT INTO version
SELECT i, i % 50, (ARRAY['feed', 'crawl', 'user'])[1 + (dice(i, 1) ^ 2 * 2)::int], repeat('line ', 12) FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON version (source_id);
CREATE INDEX ON version (origin);
ANALYZE;
SELECT :s > 1 AS vacuum \gset
\if :vacuum
VACUUM;
\endif

SELECT perfcheck_add_query('count_of_source', 'SELECT count(*) FROM version WHERE source_id = $1');
SELECT perfcheck_add_query('count_bounded', 'SELECT count(*) FROM (SELECT 1 FROM version WHERE origin = $1 LIMIT 10001) AS v');
SELECT hurts('count_of_source', l, ARRAY[v]) FROM (VALUES ('a source', '7'), ('absent', '60')) AS v(l, v);
SELECT hurts('count_bounded', l, ARRAY[v]) FROM (VALUES ('popular', 'feed'), ('usual', 'user'), ('absent', 'none')) AS v(l, v);

-- phase: vacuumed
VACUUM ANALYZE;
SELECT hurts('count_of_source', l, ARRAY[v]) FROM (VALUES ('a source', '7'), ('absent', '60')) AS v(l, v);
SELECT hurts('count_bounded', l, ARRAY[v]) FROM (VALUES ('popular', 'feed'), ('usual', 'user'), ('absent', 'none')) AS v(l, v);
