-- Row security with an OR that no index can serve: the whole policy is a filter,
-- and a small tenant's page walks over the rows of the others.
-- role: reader
-- settings: {"app.tenant": ["900", "20", "1"], "app.staff": "off"}
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reader') THEN CREATE ROLE reader; END IF;
END $$;
-- Tenant 1 has 60 % of the rows, tenant 900 some of the oldest only.
CREATE TABLE parcel (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, label text NOT NULL);
INSERT INTO parcel
SELECT i, CASE WHEN i <= 300 * :s AND i % 3 = 0 THEN 900 WHEN dice(i, 1) < 0.6 THEN 1 ELSE 2 + (dice(i, 2) * 200)::int END, repeat('box ', 12)
FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON parcel (tenant_id, id);
CREATE TABLE parcel_tenant (LIKE parcel INCLUDING ALL);
INSERT INTO parcel_tenant SELECT * FROM parcel;
ALTER TABLE parcel ENABLE ROW LEVEL SECURITY;
ALTER TABLE parcel_tenant ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON parcel USING (current_setting('app.staff', true) = 'on' OR tenant_id = nullif(current_setting('app.tenant', true), '')::bigint);
CREATE POLICY tenant ON parcel_tenant USING (tenant_id = nullif(current_setting('app.tenant', true), '')::bigint);
GRANT SELECT ON parcel, parcel_tenant TO reader;
VACUUM ANALYZE;

SELECT perfcheck_add_query('page_or', 'SELECT * FROM parcel ORDER BY id DESC LIMIT 51');
SELECT perfcheck_add_query('page_tenant', 'SELECT * FROM parcel_tenant ORDER BY id DESC LIMIT 51');
SELECT hurts(q, l, settings => jsonb_build_object('app.tenant', v)) FROM unnest(ARRAY['page_or', 'page_tenant']) AS q,
    (VALUES ('old tenant', '900'), ('a tenant', '20'), ('large tenant', '1'), ('absent', '5000')) AS v(l, v);
