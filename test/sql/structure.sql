-- Queries whose structure keeps them from an index: what is written instead is
-- offered, returns the same rows, and where the rows would differ it is not.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA structure_test;
SET search_path = structure_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SET plan_cache_mode = force_custom_plan;
SET max_parallel_workers_per_gather = 0;
SET perfcheck.fixed_tables = 'structure_test.club, structure_test.room, structure_test.sensor';
UPDATE perfcheck_query SET enabled = false;

-- 40 clubs, of which 4 have no member; members without a club, and without a date
CREATE TABLE club (id int PRIMARY KEY, city text NOT NULL);
CREATE TABLE member (id int PRIMARY KEY, club_id int REFERENCES club, boss_id int, joined date, score int NOT NULL, name text NOT NULL);
CREATE TABLE badge (member_id int NOT NULL, kind int, PRIMARY KEY (member_id, kind));
CREATE TABLE visit (club_id int NOT NULL REFERENCES club, day int, note text);
INSERT INTO club SELECT i, 'city ' || i % 10 FROM generate_series(1, 40) AS i;
INSERT INTO member SELECT i, CASE WHEN i % 17 > 0 THEN 1 + i % 36 END, CASE WHEN i % 5 = 0 THEN i / 2 END,
    CASE WHEN i % 11 > 0 THEN date '2020-01-01' + i % 1000 END, i % 997, 'm' || i % 1500 FROM generate_series(1, 3000) AS i;
INSERT INTO badge SELECT i, k FROM generate_series(1, 3000, 2) AS i, generate_series(1, 1 + i % 3) AS k;
-- each row twice
INSERT INTO visit SELECT 1 + i % 30, CASE WHEN i % 7 > 0 THEN i % 500 END, 'n' || i % 90 FROM generate_series(1, 3000) AS i, generate_series(1, 2);
CREATE INDEX ON member (club_id);
CREATE INDEX ON member (joined);
CREATE INDEX ON member (score);
CREATE INDEX ON visit (day);
CREATE INDEX ON badge (kind);
-- a room is in one house; a sensor's values do not come at the same time, but two
-- readings of a gauge do
CREATE TABLE room (id int PRIMARY KEY, house int NOT NULL);
CREATE TABLE booking (id int PRIMARY KEY, room_id int NOT NULL REFERENCES room, house int NOT NULL, state int NOT NULL, at timestamptz NOT NULL);
CREATE TABLE sensor (id int PRIMARY KEY);
CREATE TABLE reading (id int PRIMARY KEY, sensor_id int NOT NULL REFERENCES sensor, at timestamptz NOT NULL, value int);
CREATE TABLE gauge (LIKE reading INCLUDING ALL);
INSERT INTO room SELECT i, i / 10 FROM generate_series(1, 200) AS i;
INSERT INTO booking SELECT i, 1 + i % 200, (1 + i % 200) / 10, i % 7, '2025-01-01 00:00Z'::timestamptz + i / 2 * interval '1 minute' FROM generate_series(1, 6000) AS i;
INSERT INTO sensor SELECT i FROM generate_series(1, 50) AS i;
INSERT INTO reading SELECT i, 1 + i % 50, '2025-01-01 00:00Z'::timestamptz + i * interval '1 minute', i % 91 FROM generate_series(1, 6000) AS i;
INSERT INTO gauge SELECT i, 1 + i % 50, '2025-01-01 00:00Z'::timestamptz + i / 100 * interval '1 hour', i % 91 FROM generate_series(1, 6000) AS i;
CREATE INDEX ON booking (house);
CREATE INDEX ON booking (state, at);
CREATE INDEX ON booking (room_id, at);
CREATE INDEX ON reading (at);
CREATE INDEX ON reading (sensor_id, at);
CREATE INDEX ON gauge (at);
CREATE INDEX ON gauge (sensor_id, at);
-- a walk in the order of time finds the reading before of one of 50 sensors soon, and
-- that of one of 1000 meters not
CREATE TABLE meter_reading (id int PRIMARY KEY, meter_id int NOT NULL, at timestamptz NOT NULL, value int);
INSERT INTO meter_reading SELECT i, 1 + i % 1000, '2025-01-01 00:00Z'::timestamptz + i * interval '1 minute', i % 91 FROM generate_series(1, 6000) AS i;
CREATE INDEX ON meter_reading (at);
CREATE INDEX ON meter_reading (meter_id, at);
CREATE VIEW booking_no AS SELECT *, row_number() OVER (PARTITION BY room_id ORDER BY at DESC, id) AS n FROM booking;
CREATE VIEW booking_kept WITH (security_barrier) AS SELECT * FROM booking_no;
CREATE VIEW reading_step AS SELECT *, lag(value) OVER (PARTITION BY sensor_id ORDER BY at) AS before FROM reading;
CREATE VIEW meter_step AS SELECT *, lag(value) OVER (PARTITION BY meter_id ORDER BY at) AS before FROM meter_reading;
CREATE VIEW gauge_step AS SELECT *, lag(value) OVER (PARTITION BY sensor_id ORDER BY at) AS before FROM gauge;
VACUUM ANALYZE club, member, badge, visit, room, booking, sensor, reading, gauge, meter_reading;

-- Whether b returns the rows of a, each as often, with the arguments.
CREATE FUNCTION compare(a text, b text, args text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
    rows int;
BEGIN
    EXECUTE 'PREPARE a AS ' || a;
    EXECUTE 'PREPARE b AS ' || b;
    EXECUTE 'CREATE TEMP TABLE rows_a AS EXECUTE a' || args;
    EXECUTE 'CREATE TEMP TABLE rows_b AS EXECUTE b' || args;
    EXECUTE 'SELECT count(*) FROM rows_a' INTO rows;
    EXECUTE 'SELECT CASE WHEN count(*) = 0 THEN format(''same %s'', $1) ELSE ''DIFFERENT'' END
        FROM ((TABLE rows_a EXCEPT ALL TABLE rows_b) UNION ALL (TABLE rows_b EXCEPT ALL TABLE rows_a)) AS d' INTO result USING rows;
    DROP TABLE rows_a, rows_b;
    DEALLOCATE a;
    DEALLOCATE b;
    RETURN result;
END $$;

-- lines of a report, those of a block scalar joined to the line that begins it
CREATE FUNCTION unfolded(lines text[]) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT regexp_replace(string_agg(CASE WHEN is_first THEN l ELSE ltrim(l) END, ' ' ORDER BY n), ': \| ', ': ')
    FROM (SELECT l, n, is_first, count(*) FILTER (WHERE is_first) OVER (ORDER BY n) AS item
        FROM unnest(lines) WITH ORDINALITY AS v (l, n), LATERAL (SELECT l !~ '^    ' AS is_first) AS f) AS i GROUP BY item ORDER BY item
$$;

-- What verify says of a query: the verdict, words of the cause and of what to write,
-- whether it is proven, and whether it returns the same rows with each of args.
CREATE FUNCTION said(query text, VARIADIC args text[] DEFAULT ARRAY['']) RETURNS TABLE (verdict text, cause text, instead text, indexed boolean, proven boolean, rows text)
LANGUAGE plpgsql AS $$
DECLARE
    lines text[];
    written text;
BEGIN
    PERFORM perfcheck_add_query('structure', query);
    lines := ARRAY(SELECT unfolded(ARRAY(SELECT perfcheck_verify(50))));
    PERFORM perfcheck_drop_query('structure');
    verdict := (SELECT substring(l FROM '^(ok|not ok)') FROM unnest(lines) AS l WHERE l ~ '^(ok|not ok)' LIMIT 1);
    cause := (SELECT array_to_string(ARRAY(SELECT m[1] FROM regexp_matches(l,
        'NOT IN keeps|further conditions|OR has a subquery|OR is over columns|both arms of the OR|DISTINCT ON|DISTINCT|max\(\)|GROUP BY|row_number\(\)|count\(\)|is used 2 times|MATERIALIZED|OFFSET 0|OFFSET|one house|window functions|equal in the order|EXISTS stops', 'g') AS m), ', ')
        FROM unnest(lines) AS l WHERE l ~ '^  cause:');
    written := (SELECT substring(l FROM ': (.*)$') FROM unnest(lines) AS l WHERE l ~ '^  "?(fix|fix, not proven|and write)"?: "?(SELECT|WITH)' LIMIT 1);
    -- a long one stands below, further in
    written := coalesce(written, substring(array_to_string(lines, E'\n') FROM '\n  "?(?:fix|fix, not proven|and write)"?: \|\n(    (?:SELECT|WITH)[^\n]*\n(?:    [^\n]*\n)*)'));
    written := regexp_replace(written, '\s+', ' ', 'g');
    IF written LIKE '"%' THEN
        written := written::jsonb #>> '{}';
    END IF;
    instead := coalesce((SELECT array_to_string(ARRAY(SELECT m[1] FROM regexp_matches(written,
        'NOT \(EXISTS|EXISTS|IS NULL|UNION ALL|UNION|LATERAL|RECURSIVE|NOT MATERIALIZED|ORDER BY \S+ DESC LIMIT 1|count\(\*\)|row_number', 'g') AS m), ', ') WHERE written IS NOT NULL),
        (SELECT 'in words' FROM unnest(lines) AS l WHERE l ~ '^  advice:'));
    indexed := EXISTS (SELECT FROM unnest(lines) AS l WHERE l ~ '^  fix.*: CREATE INDEX');
    proven := EXISTS (SELECT FROM unnest(lines) AS l WHERE l ~ '^  proof:');
    rows := (SELECT string_agg(compare(query, written, a), '; ' ORDER BY n) FROM unnest(args) WITH ORDINALITY AS v (a, n) WHERE written IS NOT NULL);
    RETURN NEXT;
END $$;
\pset tuples_only on
\pset format unaligned

-- NOT IN: a column that may be NULL brings the conditions that keep what it means
-- and where there is no NULL, the planner makes it the same join from 19 on
SELECT CASE WHEN current_setting('server_version_num')::int >= 190000 THEN 'ok|f|f'
    ELSE 'not ok|NOT IN keeps|NOT (EXISTS|f|t|same 20' END AS bare \gset
SELECT concat_ws('|', verdict, cause, instead, indexed, proven, rows) = :'bare' AS bare FROM said('SELECT m.id FROM member m WHERE m.id NOT IN (SELECT b.member_id FROM badge b) ORDER BY m.id LIMIT 20');
SELECT * FROM said('SELECT m.id FROM member m WHERE m.id <> ALL (SELECT b.member_id FROM badge b WHERE b.kind = $1) ORDER BY m.id LIMIT 20', '(1)', '(9)');
SELECT * FROM said('SELECT m.id FROM member m WHERE m.id NOT IN (SELECT x.boss_id FROM member x) ORDER BY m.id LIMIT 20');
SELECT * FROM said('SELECT m.id FROM member m WHERE m.id NOT IN (SELECT x.boss_id FROM member x WHERE x.boss_id IS NOT NULL) ORDER BY m.id LIMIT 20');
SELECT * FROM said('SELECT m.id FROM member m WHERE m.boss_id NOT IN (SELECT b.member_id FROM badge b WHERE b.kind = $1) ORDER BY m.id LIMIT 20', '(1)', '(9)');
SELECT concat_ws('|', verdict, cause, instead, indexed, proven, rows) = :'bare' AS bare FROM said('SELECT m.id FROM member m WHERE (m.id, m.score) NOT IN (SELECT b.member_id, b.kind FROM badge b WHERE b.kind = 3) ORDER BY m.id LIMIT 20');
-- two columns of which one may be NULL: none
SELECT * FROM said('SELECT m.id FROM member m WHERE (m.id, m.boss_id) NOT IN (SELECT b.member_id, b.kind FROM badge b WHERE b.kind = 3) ORDER BY m.id LIMIT 20');

-- OR as UNION: the key sees to duplicates, and without one each arm leaves out what
-- the others found
SELECT * FROM said('SELECT m.id, m.name FROM member m WHERE m.club_id = $1 OR EXISTS (SELECT 1 FROM badge b WHERE b.member_id = m.id AND b.member_id = $2) ORDER BY m.id DESC LIMIT 20', '(5, 7)', '(5, 9)', '(99, 99)');
SELECT * FROM said('SELECT m.name FROM member m JOIN badge b ON b.member_id = m.id WHERE m.id = $1 OR b.member_id = $2', '(7, 9)', '(7, 7)', '(5, 11)');
SELECT * FROM said('SELECT b.at FROM booking b WHERE b.room_id = $1 OR b.state = $2 ORDER BY b.at DESC LIMIT 10 OFFSET 5', '(5, 6)', '(999, 3)', '(7, 99)');
SELECT * FROM said('SELECT v.note FROM visit v WHERE v.day = $1 OR EXISTS (SELECT 1 FROM badge b WHERE b.member_id = v.day AND b.member_id = $2)', '(5, 5)', '(77, 3)', '(777, 777)');
SELECT * FROM said('SELECT count(*), max(m.score) FROM member m JOIN badge b ON b.member_id = m.id WHERE m.id = $1 OR b.member_id = $2', '(7, 9)', '(7, 7)');

-- a cursor is no UNION: one scan of an index serves it
SELECT * FROM said('SELECT m.id FROM member m WHERE m.score < $1 OR (m.score = $1 AND m.name > $2) ORDER BY m.score DESC, m.name LIMIT 20');

-- groups: those without rows, those whose key is NULL, ties
SELECT * FROM said('SELECT DISTINCT ON (club_id) club_id, id, score FROM member ORDER BY club_id, score DESC, id');
SELECT * FROM said('SELECT DISTINCT ON (day) day FROM visit ORDER BY day');
SELECT * FROM said('SELECT DISTINCT ON (sensor_id) * FROM reading ORDER BY sensor_id, at DESC');
SELECT * FROM said('SELECT club_id, max(joined) FROM member GROUP BY club_id');
SELECT * FROM said('SELECT club_id, min(joined) AS first FROM member GROUP BY club_id ORDER BY first, club_id LIMIT 7');
SELECT * FROM said('SELECT r.* FROM reading r JOIN (SELECT sensor_id, max(value) AS most FROM reading GROUP BY sensor_id) x ON x.sensor_id = r.sensor_id AND x.most = r.value');
SELECT * FROM said('SELECT DISTINCT club_id FROM member');
SELECT * FROM said('WITH r AS (SELECT *, row_number() OVER (PARTITION BY sensor_id ORDER BY at DESC) AS n FROM reading) SELECT id, n FROM r WHERE n <= 2');
-- rows that tie are all wanted, or the bound is not one of each row: none
SELECT * FROM said('SELECT * FROM (SELECT *, rank() OVER (PARTITION BY sensor_id ORDER BY at DESC) AS n FROM gauge) x WHERE n = 1');
SELECT * FROM said('SELECT * FROM (SELECT id, value, row_number() OVER (PARTITION BY sensor_id ORDER BY at DESC) AS n FROM reading) x WHERE n = 1 OR value < 3');
SELECT * FROM said('SELECT club_id, max(joined), count(*) FROM member GROUP BY club_id');
-- two readings of a gauge tie, and either is right: the rows are other ones of those
SELECT * FROM said('SELECT DISTINCT ON (sensor_id) sensor_id, at, id FROM gauge ORDER BY sensor_id, at DESC');

-- the table of the groups hides some of its rows: not by way of it
ALTER TABLE sensor ENABLE ROW LEVEL SECURITY;
SELECT * FROM said('SELECT sensor_id, max(at) FROM reading GROUP BY sensor_id');
ALTER TABLE sensor DISABLE ROW LEVEL SECURITY;

-- one row tells all
SELECT * FROM said('SELECT max(m.score), min(m.joined) FROM member m JOIN club c ON c.id = m.club_id WHERE c.city <> $1', '(''city 3'')', '(''none'')');
SELECT * FROM said('SELECT max(joined) FILTER (WHERE club_id IS NULL) AS last FROM member');
SELECT * FROM said('SELECT count(*) > 0 AS any FROM reading WHERE value >= $1', '(5)', '(1000)');
SELECT * FROM said('SELECT s.id FROM sensor s WHERE (SELECT count(*) FROM reading r WHERE r.sensor_id = s.id) > 0');
SELECT * FROM said('SELECT c.id FROM club c WHERE 0 = (SELECT count(*) FROM visit v WHERE v.club_id = c.id)');
SELECT * FROM said('SELECT c.id FROM club c WHERE (SELECT count(v.day) FROM visit v WHERE v.club_id = c.id AND v.note = $1) = 0', '(''n1'')');
SELECT * FROM said('SELECT max(m.score), count(*) FROM member m JOIN club c ON c.id = m.club_id');
SELECT * FROM said('SELECT DISTINCT s.id FROM sensor s JOIN reading r ON r.sensor_id = s.id WHERE r.value >= $1', '(3)', '(1000)');
SELECT * FROM said('SELECT count(DISTINCT s.id) FROM sensor s JOIN reading r ON r.sensor_id = s.id WHERE r.value >= $1', '(3)', '(1000)');
SELECT * FROM said('SELECT DISTINCT m.name FROM member m JOIN badge b ON b.member_id = m.id WHERE b.kind >= $1 ORDER BY 1 LIMIT 10', '(1)');

-- a table that another inherits from has each key twice
CREATE TABLE thing (id int PRIMARY KEY, kind int NOT NULL);
CREATE TABLE special_thing () INHERITS (thing);
INSERT INTO thing SELECT i, i % 7 FROM generate_series(1, 3000) AS i;
INSERT INTO special_thing SELECT i, i % 7 FROM generate_series(1, 3000) AS i;
VACUUM ANALYZE thing, special_thing;
SELECT * FROM said('SELECT count(DISTINCT t.id) FROM thing t JOIN badge b ON b.member_id = t.kind WHERE b.kind >= $1', '(1)');

-- fences
SELECT * FROM said('WITH m AS (SELECT * FROM member) SELECT a.id, b.id AS other FROM m a LEFT JOIN m b ON b.score = a.id WHERE a.id = $1', '(5)', '(0)');
SELECT * FROM said('WITH m AS MATERIALIZED (SELECT id, score FROM member) SELECT * FROM m WHERE score = $1', '(5)');
SELECT * FROM said('SELECT * FROM (SELECT id, score FROM member OFFSET 0) m WHERE score = $1', '(5)');
SELECT * FROM said('WITH m AS (SELECT id, random() AS r FROM member) SELECT a.id FROM m a JOIN m b USING (id) WHERE a.id = $1');

-- window functions: before them only where the rows of a partition meet a condition
-- alike, and a look at the row before only where there is one
SELECT * FROM said('SELECT id, n FROM booking_no WHERE house = $1 AND n < 5', '(3)', '(99)');
SELECT * FROM said('SELECT id, n FROM booking_no WHERE state = $1 LIMIT 20', '(3)');
SELECT * FROM said('SELECT id FROM booking_no WHERE state = $1 ORDER BY at DESC, id LIMIT 20', '(3)', '(9)');
SELECT * FROM said('SELECT id, n FROM booking_kept WHERE house = $1', '(3)');
SELECT * FROM said('SELECT * FROM meter_step WHERE at >= $1 AND at < $1 + interval ''10 minutes''', '(''2025-01-02 00:00Z'')', '(''2025-01-01 00:00Z'')');
-- the first reading of a sensor has none before it, and all readings would be looked at for it
SELECT * FROM said('SELECT * FROM reading_step WHERE at >= $1 AND at < $1 + interval ''10 minutes''', '(''2025-01-02 00:00Z'')', '(''2025-01-01 00:00Z'')');
SELECT * FROM said('SELECT * FROM gauge_step WHERE at >= $1 AND at < $1 + interval ''10 minutes''', '(''2025-01-02 00:00Z'')');

-- a page by OFFSET
SELECT perfcheck_add_query('pages', 'SELECT id, name FROM member ORDER BY joined DESC, score LIMIT 20 OFFSET $1') \g /dev/null
SELECT l FROM perfcheck_verify(50) AS v (l) WHERE l ~ '^  advice';
SELECT perfcheck_drop_query('pages') \g /dev/null
SELECT perfcheck_add_query('pages', 'SELECT id, at FROM reading ORDER BY at DESC LIMIT 20 OFFSET $1') \g /dev/null
SELECT l FROM perfcheck_verify(50) AS v (l) WHERE l ~ '^  advice';
SELECT perfcheck_drop_query('pages') \g /dev/null

DROP SCHEMA structure_test CASCADE;
UPDATE perfcheck_query SET enabled = true;
