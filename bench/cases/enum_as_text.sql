-- An enum compared as text: no index on the column can serve, and one on the cast
-- is refused.
CREATE TYPE job_state AS ENUM ('waiting', 'working', 'finished', 'failed', 'stopped');
CREATE TABLE job (id bigint PRIMARY KEY, state job_state NOT NULL, kind text NOT NULL, made_at timestamptz NOT NULL);
INSERT INTO job
SELECT i, (CASE WHEN dice(i, 1) < 0.97 THEN 'finished' WHEN dice(i, 2) < 0.6 THEN 'failed' WHEN dice(i, 3) < 0.7 THEN 'stopped' WHEN dice(i, 4) < 0.8 THEN 'waiting' ELSE 'working' END)::job_state,
    'k' || (dice(i, 5) * 5)::int, '2025-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON job (state);
VACUUM ANALYZE;

SELECT perfcheck_add_query('page_text', 'SELECT id, kind, made_at FROM job WHERE state::text = $1 ORDER BY made_at DESC LIMIT 20');
SELECT perfcheck_add_query('count_text', 'SELECT count(*) FROM job WHERE state::text = $1');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['page_text', 'count_text']) AS q, (VALUES ('usual', 'finished'), ('rare', 'working')) AS v(l, v);

-- phase: mended
CREATE INDEX ON job (state, made_at);
ANALYZE job;
SELECT perfcheck_drop_query(name) FROM perfcheck_query;
SELECT perfcheck_add_query('page_enum', 'SELECT id, kind, made_at FROM job WHERE state = $1::job_state ORDER BY made_at DESC LIMIT 20');
SELECT perfcheck_add_query('waiting_enum', 'SELECT count(*) FROM job WHERE state = ''waiting''');
SELECT hurts('page_enum', l, ARRAY[v]) FROM (VALUES ('usual', 'finished'), ('rare', 'working')) AS v(l, v);
