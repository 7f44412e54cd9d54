-- Functions of a time in WHERE: no index on the column serves them; a range of the
-- column does.
-- fixed: sailor
CREATE TABLE sailor (id int PRIMARY KEY);
INSERT INTO sailor SELECT i FROM generate_series(0, 50) AS i;
CREATE TABLE trip (id bigint PRIMARY KEY, sailor_id int NOT NULL REFERENCES sailor, left_at timestamptz NOT NULL, port text NOT NULL);
INSERT INTO trip SELECT i, (dice(i, 1) * 50)::int, '2022-01-01'::timestamptz + i * interval '26 minutes', 'port' FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON trip (left_at);
CREATE INDEX ON trip (sailor_id, left_at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('between_dates', 'SELECT count(*) FROM trip WHERE date(left_at) BETWEEN $1 AND $2');
SELECT perfcheck_add_query('on_date', 'SELECT id, port FROM trip WHERE left_at::date = $1');
SELECT perfcheck_add_query('on_local_date', 'SELECT id, port FROM trip WHERE (left_at AT TIME ZONE ''Asia/Tokyo'')::date = $1');
SELECT perfcheck_add_query('by_trunc', 'SELECT id, port FROM trip WHERE date_trunc(''day'', left_at) = $1');
SELECT perfcheck_add_query('by_text', 'SELECT id, port FROM trip WHERE to_char(left_at, ''YYYY-MM-DD'') = $1');
SELECT perfcheck_add_query('in_month', 'SELECT count(*) FROM trip WHERE extract(year FROM left_at) = $1 AND extract(month FROM left_at) = $2');
SELECT perfcheck_add_query('between_range', 'SELECT count(*) FROM trip WHERE left_at >= $1::date AND left_at < $2::date + 1 AND sailor_id = $3');
SELECT perfcheck_add_query('on_date_range', 'SELECT id, port FROM trip WHERE left_at >= $1::date AND left_at < $1::date + 1');
SELECT perfcheck_add_query('on_local_date_range', 'SELECT id, port FROM trip WHERE left_at >= ($1::date)::timestamp AT TIME ZONE ''Asia/Tokyo'' AND left_at < ($1::date + 1)::timestamp AT TIME ZONE ''Asia/Tokyo''');
SELECT perfcheck_add_query('week_of_sailor', 'SELECT id, port FROM trip WHERE sailor_id = $1 AND left_at >= $2 AND left_at < $2 + interval ''7 days''');
SELECT hurts('between_dates', 'a week', ARRAY['2022-06-01', '2022-06-07']);
SELECT hurts(q, 'a day', ARRAY['2022-06-01']) FROM unnest(ARRAY['on_date', 'on_local_date', 'by_trunc', 'by_text', 'on_date_range', 'on_local_date_range']) AS q;
SELECT hurts('in_month', 'a month', ARRAY['2022', '6']);
SELECT hurts('between_range', 'a week', ARRAY['2022-06-01', '2022-06-07', '25']);
SELECT hurts('week_of_sailor', 'a week', ARRAY['25', '2022-06-01']);
