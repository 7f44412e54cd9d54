-- Records of an organization that are not deleted, newest first: sorted before the
-- page, until a partial index has the order.
-- fixed: org
CREATE TABLE org (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO org SELECT i, 'org ' || i FROM generate_series(1, 40) AS i;
CREATE TABLE record (
    id uuid PRIMARY KEY, org_id int NOT NULL REFERENCES org, code text NOT NULL, made_at timestamptz NOT NULL, deleted_at timestamptz);
INSERT INTO record
SELECT md5(i::text)::uuid, 1 + (dice(i, 1) ^ 3 * 39)::int, 'c' || (dice(i, 2) * 10)::int, '2024-01-01'::timestamptz + i * interval '30 minutes', CASE WHEN dice(i, 3) < 0.3 THEN '2026-01-01'::timestamptz END
FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON record (org_id);
CREATE INDEX ON record (org_id, code, made_at) WHERE deleted_at IS NULL;
VACUUM ANALYZE;

SELECT perfcheck_add_query('page', 'SELECT id, code, made_at FROM record WHERE org_id = $1 AND deleted_at IS NULL ORDER BY made_at DESC LIMIT 20');
SELECT perfcheck_add_query('page_offset', 'SELECT id, code, made_at FROM record WHERE org_id = $1 AND deleted_at IS NULL ORDER BY made_at DESC, id LIMIT 20 OFFSET $2');
SELECT perfcheck_add_query('total', 'SELECT count(*) FROM record WHERE org_id = $1 AND deleted_at IS NULL');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['page', 'total']) AS q, (VALUES ('usual', '20'), ('largest', '1'), ('absent', '0')) AS v(l, v);
SELECT hurts('page_offset', l, v) FROM (VALUES ('usual', ARRAY['20', '0']), ('largest', ARRAY['1', '0']), ('deep', ARRAY['1', (1500 * :s)::text])) AS x(l, v);

-- phase: mended
CREATE INDEX ON record (org_id, made_at DESC) WHERE deleted_at IS NULL;
ANALYZE record;
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['page', 'total']) AS q, (VALUES ('usual', '20'), ('largest', '1'), ('absent', '0')) AS v(l, v);
SELECT hurts('page_offset', l, v) FROM (VALUES ('usual', ARRAY['20', '0']), ('largest', ARRAY['1', '0']), ('deep', ARRAY['1', (1500 * :s)::text])) AS x(l, v);
