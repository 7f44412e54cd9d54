-- A condition behind the first column of an index, which 18 can skip through: where
-- each leading value is another one it reads all entries, and where they are few it
-- searches once for each. Tables have one index each, so that the plan is known.
-- scale: 100
-- denser: visit.seen, tour.seen, reading.at
CREATE TABLE seat (id bigint NOT NULL, shop int NOT NULL, note text);
CREATE TABLE visit (seen timestamptz NOT NULL, kind int NOT NULL, note text NOT NULL);
CREATE TABLE parcel (depot int NOT NULL, code int NOT NULL, note text NOT NULL);
CREATE TABLE letter (road int NOT NULL, code int NOT NULL, note text NOT NULL);
CREATE TABLE tour (seen timestamptz NOT NULL, kind int NOT NULL, note text NOT NULL);
CREATE TABLE shelf (depot int NOT NULL, shelf int NOT NULL, code int NOT NULL, note text NOT NULL);
CREATE TABLE stock (depot int NOT NULL, shelf int NOT NULL, code int NOT NULL, note text NOT NULL);
CREATE TABLE reading (meter int NOT NULL, at timestamptz NOT NULL, value int NOT NULL);
INSERT INTO seat SELECT i, (i * 7919::bigint) % 1000, repeat('n', 100) FROM generate_series(1, 10000 * :s) AS i;
INSERT INTO visit SELECT '2026-01-01Z'::timestamptz + i * interval '1 minute' / :s, (i * 7919::bigint) % (2500 * :s), repeat('n', 200)
FROM generate_series(1, 10000 * :s) AS i;
INSERT INTO parcel SELECT dice(i, 3) * 9, (i * 7919::bigint) % (2500 * :s), repeat('n', 100) FROM generate_series(1, 10000 * :s) AS i;
-- A road has five letters, so that roads are as many as they are.
INSERT INTO letter SELECT i / 5, (i * 7919::bigint) % (2500 * :s), repeat('n', 100) FROM generate_series(1, 10000 * :s) AS i;
INSERT INTO stock SELECT dice(i, 6) * 4, dice(i, 7) * 5, (i * 7919::bigint) % (2500 * :s), repeat('n', 100)
FROM generate_series(1, 10000 * :s) AS i;
INSERT INTO tour SELECT * FROM visit;
INSERT INTO shelf SELECT * FROM stock;
INSERT INTO reading SELECT i % 20, '2026-01-01Z'::timestamptz + i * interval '1 minute' / :s, dice(i, 9) * 100
FROM generate_series(1, 10000 * :s) AS i;
CREATE INDEX seat_id_shop ON seat (id, shop);
CREATE INDEX visit_seen_kind ON visit (seen, kind);
CREATE INDEX parcel_depot_code ON parcel (depot, code);
CREATE INDEX letter_road_code ON letter (road, code);
CREATE INDEX stock_depot_shelf_code ON stock (depot, shelf, code);
CREATE INDEX tour_seen_kind ON tour (seen, kind);
CREATE INDEX shelf_depot_shelf_code ON shelf (depot, shelf, code);
CREATE INDEX reading_meter_at ON reading (meter, at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('unique_lead', 'SELECT count(*) FROM seat WHERE shop = $1');
SELECT perfcheck_add_query('range_lead', 'SELECT * FROM tour WHERE seen >= $1 AND seen <= $2 AND kind = $3');
SELECT perfcheck_add_query('no_lead', 'SELECT * FROM visit WHERE kind = $1');
SELECT perfcheck_add_query('few_leads', 'SELECT * FROM parcel WHERE code = $1');
SELECT perfcheck_add_query('few_leads_counted', 'SELECT count(*) FROM parcel WHERE code = $1');
SELECT perfcheck_add_query('few_leads_in', 'SELECT * FROM parcel WHERE code IN ($1, $2)');
SELECT perfcheck_add_query('growing_leads', 'SELECT * FROM letter WHERE code = $1');
SELECT perfcheck_add_query('growing_leads_counted', 'SELECT count(*) FROM letter WHERE code = $1');
SELECT perfcheck_add_query('two_leads', 'SELECT * FROM stock WHERE code = $1');
SELECT perfcheck_add_query('middle', 'SELECT * FROM shelf WHERE depot = $1 AND code = $2');
SELECT perfcheck_add_query('from_time', 'SELECT count(*) FROM reading WHERE at >= $1');
SELECT perfcheck_add_query('between_times', 'SELECT count(*) FROM reading WHERE at >= $1 AND at < $1::timestamptz + interval ''10 minutes''');
SELECT hurts('unique_lead', l, ARRAY[v]) FROM (VALUES ('one', '77'), ('absent', '5000')) AS v(l, v);
SELECT hurts('range_lead', l, v) FROM (VALUES ('ten days', ARRAY['2026-01-02Z', '2026-01-05Z', '77']), ('all', ARRAY['2026-01-01Z', '2036-01-01Z', '77'])) AS v(l, v);
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['no_lead', 'few_leads', 'few_leads_counted', 'growing_leads', 'growing_leads_counted', 'two_leads']) AS q,
    (VALUES ('one', '77'), ('absent', '-1')) AS v(l, v);
SELECT hurts('few_leads_in', 'two', ARRAY['77', '78']);
SELECT hurts('middle', l, v) FROM (VALUES ('one', ARRAY['2', '77']), ('absent', ARRAY['2', '-1'])) AS v(l, v);
SELECT hurts('from_time', l, ARRAY[v]) FROM (VALUES ('last hour', ('2026-01-01Z'::timestamptz + 9940 * interval '1 minute')::text),
    ('half', ('2026-01-01Z'::timestamptz + 5000 * interval '1 minute')::text)) AS v(l, v);
SELECT hurts('between_times', 'ten minutes', ARRAY[('2026-01-01Z'::timestamptz + 5000 * interval '1 minute')::text]);
-- What a scan reads that nothing counts: all entries, or those of its range; where 18
-- skips, as many as its searches.
SELECT reads(index, (10000 * :s)::text) FROM unnest(ARRAY['parcel_depot_code', 'stock_depot_shelf_code', 'reading_meter_at']) AS index;
SELECT reads(index, (10000 * :s)::text, (10000 * :s)::text) FROM unnest(ARRAY['seat_id_shop', 'visit_seen_kind', 'letter_road_code']) AS index;
SELECT reads('shelf_depot_shelf_code', '(SELECT count(*) FROM shelf WHERE depot = ($1)[1]::int)');
SELECT reads('tour_seen_kind', e, e)
FROM (VALUES ('(SELECT count(*) FROM tour WHERE seen >= ($1)[1]::timestamptz AND seen <= ($1)[2]::timestamptz)')) AS v(e);
