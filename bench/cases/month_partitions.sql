-- 60 partitions by month: a look-up without the month probes them all, and what
-- it examines stays as it is.
CREATE TABLE beep (id bigint NOT NULL, code uuid NOT NULL, device int NOT NULL, at timestamptz NOT NULL, v int NOT NULL) PARTITION BY RANGE (at);
SELECT format('CREATE TABLE beep_%s PARTITION OF beep FOR VALUES FROM (%L) TO (%L)', i, '2020-01-01'::timestamptz + i * interval '1 month', '2020-01-01'::timestamptz + (i + 1) * interval '1 month')
FROM generate_series(0, 59) AS i \gexec
-- denser: beep.at
INSERT INTO beep
SELECT i, md5(i::text)::uuid, 1 + (dice(i, 1) * 99)::int, '2020-01-01'::timestamptz + dice(i, 2) * interval '1800 days', i % 7 FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON beep (code);
CREATE INDEX ON beep (device, at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('by_code', 'SELECT * FROM beep WHERE code = $1');
SELECT perfcheck_add_query('by_day', 'SELECT * FROM beep WHERE at >= $1 AND at < $1 + interval ''1 day'' AND device = $2');
SELECT perfcheck_add_query('latest', 'SELECT * FROM beep WHERE device = $1 ORDER BY at DESC LIMIT 20');
SELECT perfcheck_add_query('since', 'SELECT sum(v) FROM beep WHERE at >= $1::timestamptz - $2::interval AND at < $1::timestamptz AND device = ANY ($3::int[])');
SELECT perfcheck_add_query('month_sum', 'SELECT sum(v) FROM beep WHERE at >= ''2022-03-01'' AND at < ''2022-04-01''');
SELECT perfcheck_add_case('since', 'a day', ARRAY['2022-06-01', '1 day', '{1,2,3}']);
SELECT hurts('by_code', 'a code', ARRAY[md5('77')::uuid::text]);
SELECT hurts('by_day', 'a day', ARRAY['2022-06-01', '50']);
SELECT hurts('latest', l, ARRAY[v]) FROM (VALUES ('a device', '50'), ('absent', '999')) AS v(l, v);
SELECT hurts('since', 'a day', ARRAY['2022-06-01', '1 day', '{1,2,3}']);
