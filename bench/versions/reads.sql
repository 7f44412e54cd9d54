-- Wide tables that do not fit into the buffers, so that 18 and 19 read ahead of the
-- scan, by workers of their own: the counts must be those of any other way to read.
-- scale: 100
-- denser: page.seen
CREATE TABLE page (id bigint PRIMARY KEY, site int NOT NULL, seen timestamptz NOT NULL, hits int NOT NULL, body text NOT NULL);
INSERT INTO page SELECT i, (i * 7919::bigint) % (2500 * :s), '2026-01-01Z'::timestamptz + dice(i, 2) * 500 * interval '1 day', dice(i, 3) * 9999, repeat('b', 400)
FROM generate_series(1, 10000 * :s) AS i;
CREATE INDEX page_site ON page (site);
CREATE INDEX page_seen ON page (seen);
CREATE INDEX page_words ON page USING gin ((ARRAY[site, hits]));
VACUUM ANALYZE;

SELECT perfcheck_add_query('whole', 'SELECT count(*) FROM page WHERE hits = $1');
SELECT perfcheck_add_query('bitmap', 'SELECT sum(hits) FROM page WHERE site = $1');
SELECT perfcheck_add_query('bitmap_and', 'SELECT sum(hits) FROM page WHERE site = $1 AND seen >= $2 AND seen < $3');
SELECT perfcheck_add_query('bitmap_wide', 'SELECT sum(hits) FROM page WHERE seen >= $1 AND seen < $2');
SELECT perfcheck_add_query('gin', 'SELECT id FROM page WHERE ARRAY[site, hits] @> ARRAY[$1::int]');
SELECT perfcheck_add_query('first_rows', 'SELECT id FROM page WHERE hits < $1 LIMIT 21');
SELECT perfcheck_add_query('no_rows', 'SELECT id FROM page WHERE hits > 10000 LIMIT 21');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['whole', 'bitmap', 'gin', 'first_rows']) AS q, (VALUES ('one', '40'), ('absent', '-1')) AS v(l, v);
SELECT hurts('bitmap_and', l, v) FROM (VALUES ('month', ARRAY['40', '2026-03-01Z', '2026-04-01Z'])) AS v(l, v);
SELECT hurts('bitmap_wide', l, v) FROM (VALUES ('day', ARRAY['2026-03-01Z', '2026-03-02Z']), ('month', ARRAY['2026-03-01Z', '2026-04-01Z'])) AS v(l, v);
