-- Builds that have two labels, each a key and a value, which depend on each other:
-- a value occurs under one key alone.
CREATE TABLE build (id bigint PRIMARY KEY, state text NOT NULL, begun_at timestamptz NOT NULL);
CREATE TABLE build_label (id bigserial PRIMARY KEY, build_id bigint NOT NULL REFERENCES build, key text NOT NULL, value text NOT NULL);
INSERT INTO build SELECT i, (ARRAY['passed', 'failed', 'stopped'])[1 + (dice(i, 1) * 2)::int], '2025-01-01'::timestamptz + i * interval '30 s' FROM generate_series(1, 8000 * :s) AS i;
INSERT INTO build_label (build_id, key, value)
SELECT i, 'branch', CASE WHEN dice(i, 2) < 0.9 THEN 'main' WHEN dice(i, 2) < 0.99 THEN 'next' ELSE 'old' END FROM generate_series(1, 8000 * :s) AS i;
INSERT INTO build_label (build_id, key, value) SELECT i, 'step', 'step-' || floor(40 * dice(i, 3) ^ 3) FROM generate_series(1, 8000 * :s) AS i;
INSERT INTO build_label (build_id, key, value) SELECT i, 'by', CASE WHEN dice(i, 4) < 0.8 THEN 'robot' ELSE 'u' || floor(30 * dice(i, 4)) END FROM generate_series(1, 8000 * :s) AS i;
CREATE INDEX ON build_label (build_id);
CREATE INDEX ON build_label (key, value);
VACUUM ANALYZE;

SELECT perfcheck_add_query('with_two', 'SELECT b.* FROM build b WHERE b.id IN (SELECT t.build_id FROM build_label t WHERE t.key = $1 AND t.value = $2)
    AND b.id IN (SELECT t.build_id FROM build_label t WHERE t.key = $3 AND t.value = $4) ORDER BY b.id DESC LIMIT 25');
SELECT perfcheck_add_query('with_one', 'SELECT b.* FROM build b WHERE b.id IN (SELECT t.build_id FROM build_label t WHERE t.key = $1 AND t.value = $2) ORDER BY b.id DESC LIMIT 25');
SELECT hurts('with_two', l, v) FROM (VALUES ('usual', ARRAY['branch', 'main', 'step', 'step-0']), ('rare step', ARRAY['branch', 'main', 'step', 'step-39']),
    ('rare both', ARRAY['branch', 'old', 'by', 'u27']), ('absent', ARRAY['branch', 'none', 'step', 'step-0'])) AS x(l, v);
SELECT hurts('with_one', l, v) FROM (VALUES ('usual', ARRAY['branch', 'main']), ('rare', ARRAY['by', 'u27']), ('absent', ARRAY['branch', 'none'])) AS x(l, v);

-- phase: mended
SELECT perfcheck_drop_query('with_two');
CREATE INDEX ON build_label (key, value, build_id);
CREATE STATISTICS build_label_key_value ON key, value FROM build_label;
VACUUM ANALYZE build_label;
SELECT hurts('with_one', l, v) FROM (VALUES ('usual', ARRAY['branch', 'main']), ('rare', ARRAY['by', 'u27']), ('absent', ARRAY['branch', 'none'])) AS x(l, v);
