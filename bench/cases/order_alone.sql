-- A tenant's newest rows by an index on the tenant, by one on the time alone, by
-- one with a column between them, and by the right one.
-- fixed: tenant
-- denser: alarm.at
CREATE TABLE tenant (id int PRIMARY KEY);
INSERT INTO tenant SELECT i FROM generate_series(0, 40) AS i;
CREATE TABLE alarm (id bigint PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenant, at timestamptz NOT NULL, text text NOT NULL);
-- Tenant 7 has 4 % of the rows, all of them old.
INSERT INTO alarm
SELECT i, CASE WHEN i < 2000 * :s AND dice(i, 1) < 0.4 THEN 7 WHEN t = 7 THEN 8 ELSE t END, '2024-01-01'::timestamptz + i * (interval '500 days' / (20000 * :s)), md5(i::text)
FROM (SELECT i, (dice(i, 2) ^ 3 * 40)::int AS t FROM generate_series(1, 20000 * :s) AS i) AS x;
CREATE INDEX alarm_tenant ON alarm (tenant_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('newest', 'SELECT id, text FROM alarm WHERE tenant_id = $1 ORDER BY at DESC LIMIT 20');
SELECT hurts('newest', l, ARRAY[v]) FROM (VALUES ('usual', '12'), ('largest', '0'), ('gone quiet', '7'), ('absent', '99')) AS v(l, v);

-- phase: time_alone
DROP INDEX alarm_tenant;
CREATE INDEX alarm_at ON alarm (at);
ANALYZE alarm;
SELECT hurts('newest', l, ARRAY[v]) FROM (VALUES ('usual', '12'), ('largest', '0'), ('gone quiet', '7'), ('absent', '99')) AS v(l, v);

-- phase: between
DROP INDEX alarm_at;
CREATE INDEX alarm_three ON alarm (tenant_id, text, at);
ANALYZE alarm;
SELECT hurts('newest', l, ARRAY[v]) FROM (VALUES ('usual', '12'), ('largest', '0'), ('gone quiet', '7'), ('absent', '99')) AS v(l, v);

-- phase: mended
DROP INDEX alarm_three;
CREATE INDEX ON alarm (tenant_id, at);
ANALYZE alarm;
SELECT hurts('newest', l, ARRAY[v]) FROM (VALUES ('usual', '12'), ('largest', '0'), ('gone quiet', '7'), ('absent', '99')) AS v(l, v);
