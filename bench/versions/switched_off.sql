-- Plans that a setting forbids, which 18 counts (disabled_nodes) where others add to
-- the cost: with nothing left but what is off, and with another way.
-- scale: 100
-- denser: job.at
CREATE TABLE job (id bigint PRIMARY KEY, state int NOT NULL, worker int NOT NULL, at timestamptz NOT NULL, note text NOT NULL);
CREATE TABLE step (id bigint PRIMARY KEY, job_id bigint NOT NULL, state int NOT NULL);
INSERT INTO job SELECT i, dice(i, 1) * 8, (i * 7919::bigint) % (1250 * :s), '2026-01-01Z'::timestamptz + dice(i, 3) * 500 * interval '1 day', repeat('n', 50)
FROM generate_series(1, 5000 * :s) AS i;
INSERT INTO step SELECT i, 1 + floor(dice(i, 4) * 5000 * :s), i % 6 FROM generate_series(1, 10000 * :s) AS i;
CREATE INDEX job_worker ON job (worker);
CREATE INDEX job_at ON job (at);
CREATE INDEX step_job ON step (job_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('seq_only', 'SELECT count(*) FROM job WHERE state = $1', settings => '{"enable_seqscan": "off"}');
SELECT perfcheck_add_query('seq_or_index', 'SELECT id FROM job WHERE worker = $1', settings => '{"enable_seqscan": "off"}');
SELECT perfcheck_add_query('no_index', 'SELECT id FROM job WHERE worker = $1', settings => '{"enable_indexscan": "off", "enable_bitmapscan": "off", "enable_indexonlyscan": "off"}');
SELECT perfcheck_add_query('no_plain_index', 'SELECT id FROM job ORDER BY at LIMIT 21', settings => '{"enable_indexscan": "off"}');
SELECT perfcheck_add_query('no_sort', 'SELECT id FROM job WHERE worker = $1 ORDER BY at LIMIT 21', settings => '{"enable_sort": "off"}');
SELECT perfcheck_add_query('sort_only', 'SELECT id FROM job ORDER BY note, state LIMIT 21', settings => '{"enable_sort": "off"}');
SELECT perfcheck_add_query('no_loop', 'SELECT s.id FROM job j JOIN step s ON s.job_id = j.id WHERE j.worker = $1', settings => '{"enable_nestloop": "off"}');
SELECT perfcheck_add_query('no_join', 'SELECT s.id FROM job j JOIN step s ON s.job_id = j.id WHERE j.worker = $1',
    settings => '{"enable_nestloop": "off", "enable_hashjoin": "off", "enable_mergejoin": "off"}');
SELECT perfcheck_add_query('no_hash', 'SELECT count(*) FROM job j JOIN step s ON s.job_id = j.id WHERE j.state = $1', settings => '{"enable_hashjoin": "off"}');
SELECT perfcheck_add_query('loop_only', 'SELECT count(*) FROM job j JOIN job k ON k.at > j.at WHERE j.worker = $1 AND k.worker = $2', settings => '{"enable_nestloop": "off"}');
SELECT perfcheck_add_query('no_hashagg', 'SELECT job_id, count(*) FROM step GROUP BY job_id LIMIT 21', settings => '{"enable_hashagg": "off"}');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['seq_only', 'no_hash']) AS q, (VALUES ('one', '5'), ('absent', '99')) AS v(l, v);
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['seq_or_index', 'no_index', 'no_sort', 'no_loop', 'no_join']) AS q, (VALUES ('one', '77'), ('absent', '-1')) AS v(l, v);
SELECT hurts('loop_only', l, v) FROM (VALUES ('two', ARRAY['77', '78'])) AS v(l, v);
