-- A list that takes a few keys out of a large document of each row before it is
-- sorted and limited: few rows, and many blocks of TOAST.
CREATE TABLE run (id int PRIMARY KEY, begun_at timestamptz NOT NULL, site text NOT NULL, report jsonb NOT NULL);
INSERT INTO run
SELECT i, '2025-04-01'::timestamptz + i * interval '2 minutes', 'north',
    jsonb_build_object('head', jsonb_build_object('tags', jsonb_build_object('shift', i % 5), 'state', 'finished'),
        'steps', (SELECT jsonb_object_agg(md5((i * 100 + k)::text), md5((i * 300 + k)::text) || md5((i * 500 + k)::text)) FROM generate_series(1, 100) AS k))
FROM generate_series(1, 200 * :s) AS i;
VACUUM ANALYZE;

SELECT perfcheck_add_query('list', 'SELECT id, begun_at, report -> ''head'' -> ''tags'', report -> ''head'' ->> ''state'', steps
    FROM (SELECT *, (SELECT count(*) FROM jsonb_object_keys(report -> ''steps'')) AS steps FROM run WHERE site = $1) AS r
    ORDER BY begun_at DESC LIMIT 20');
SELECT perfcheck_add_query('list_state', 'SELECT id, begun_at FROM run WHERE site = $1 AND report -> ''head'' ->> ''state'' = $2 ORDER BY begun_at DESC LIMIT 20');
SELECT perfcheck_add_query('count_states', 'SELECT report -> ''head'' ->> ''state'', count(*) FROM run GROUP BY 1');
SELECT perfcheck_add_query('one', 'SELECT id, report -> ''head'' FROM run WHERE id = $1');
SELECT hurts('list', l, ARRAY[v]) FROM (VALUES ('the site', 'north'), ('absent', 'south')) AS v(l, v);
SELECT hurts('list_state', l, ARRAY['north', v]) FROM (VALUES ('usual', 'finished'), ('absent', 'lost')) AS v(l, v);
SELECT hurts('one', 'a run', ARRAY['150']);

-- The twenty rows first, then their documents; the state in a column of its own.
-- phase: mended
SELECT perfcheck_drop_query(name) FROM perfcheck_query;
ALTER TABLE run ADD COLUMN state text GENERATED ALWAYS AS (report -> 'head' ->> 'state') STORED;
CREATE INDEX ON run (site, begun_at);
CREATE INDEX ON run (site, state, begun_at);
VACUUM ANALYZE run;
SELECT perfcheck_add_query('list_late', 'SELECT r.id, r.begun_at, r.report -> ''head'' -> ''tags'' FROM run r
    WHERE r.id IN (SELECT p.id FROM run p WHERE p.site = $1 ORDER BY p.begun_at DESC LIMIT 20) ORDER BY r.begun_at DESC');
SELECT perfcheck_add_query('list_column', 'SELECT id, begun_at FROM run WHERE site = $1 AND state = $2 ORDER BY begun_at DESC LIMIT 20');
SELECT hurts('list_late', l, ARRAY[v]) FROM (VALUES ('the site', 'north'), ('absent', 'south')) AS v(l, v);
SELECT hurts('list_column', l, ARRAY['north', v]) FROM (VALUES ('usual', 'finished'), ('absent', 'lost')) AS v(l, v);
