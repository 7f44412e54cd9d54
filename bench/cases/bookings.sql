-- Ranges that overlap: two B-trees read half of the table each, a range with GiST
-- reads the overlap.
-- fixed: cabin
CREATE TABLE cabin (id int PRIMARY KEY);
INSERT INTO cabin SELECT i FROM generate_series(1, 51) AS i;
CREATE TABLE booking (
    id bigint PRIMARY KEY, cabin_id int NOT NULL REFERENCES cabin, begins timestamptz NOT NULL, ends timestamptz NOT NULL, during tstzrange NOT NULL);
INSERT INTO booking
SELECT i, 1 + (dice(i, 1) * 50)::int, t, t + h, tstzrange(t, t + h)
FROM (SELECT i, '2020-01-01'::timestamptz + dice(i, 3) * :s * interval '400 days' AS t, (1 + (dice(i, 2) * 5)::int) * interval '1 hour' AS h
    FROM generate_series(1, 8000 * :s) AS i) AS x;
CREATE INDEX ON booking (begins);
CREATE INDEX ON booking (ends);
VACUUM ANALYZE;

SELECT perfcheck_add_query('two_columns', 'SELECT * FROM booking WHERE begins < $2 AND ends > $1');
SELECT perfcheck_add_query('overlap', 'SELECT * FROM booking WHERE during && tstzrange($1, $2)', types => ARRAY['timestamptz', 'timestamptz']::regtype[]);
SELECT perfcheck_add_query('overlap_expression', 'SELECT * FROM booking WHERE tstzrange(begins, ends) && tstzrange($1, $2)', types => ARRAY['timestamptz', 'timestamptz']::regtype[]);
SELECT perfcheck_add_query('overlap_of_cabin', 'SELECT * FROM booking WHERE cabin_id = $3 AND during && tstzrange($1, $2)', types => ARRAY['timestamptz', 'timestamptz', 'int']::regtype[]);
SELECT perfcheck_add_query('at_noon', 'SELECT * FROM booking WHERE during @> $1::timestamptz');
SELECT hurts(q, 'a day in the middle', ARRAY[d::text, (d + interval '1 day')::text])
FROM unnest(ARRAY['two_columns', 'overlap', 'overlap_expression']) AS q, (SELECT '2020-01-01'::timestamptz + :s * interval '200 days' AS d) AS m;
SELECT hurts('overlap_of_cabin', 'a day', ARRAY[d::text, (d + interval '1 day')::text, '7']) FROM (SELECT '2020-01-01'::timestamptz + :s * interval '200 days' AS d) AS m;
SELECT hurts('at_noon', 'noon', ARRAY[('2020-01-01 12:00'::timestamptz + :s * interval '200 days')::text]);

-- phase: gist
SELECT perfcheck_drop_query('two_columns');
CREATE EXTENSION btree_gist;
CREATE INDEX ON booking USING gist (during);
CREATE INDEX ON booking USING gist (cabin_id, during);
CREATE INDEX ON booking USING gist (tstzrange(begins, ends));
VACUUM ANALYZE;
SELECT hurts(q, 'a day in the middle', ARRAY[d::text, (d + interval '1 day')::text])
FROM unnest(ARRAY['overlap', 'overlap_expression']) AS q, (SELECT '2020-01-01'::timestamptz + :s * interval '200 days' AS d) AS m;
SELECT hurts('overlap_of_cabin', 'a day', ARRAY[d::text, (d + interval '1 day')::text, '7']) FROM (SELECT '2020-01-01'::timestamptz + :s * interval '200 days' AS d) AS m;
SELECT hurts('at_noon', 'noon', ARRAY[('2020-01-01 12:00'::timestamptz + :s * interval '200 days')::text]);
