-- perfcheck_create_events, perfcheck_seed, perfcheck_unseed, perfcheck_events.
-- 10,000 rows, seed 1, from 2027-01-01 on.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA seed_test;
SET search_path = seed_test, public;
-- No setting of the session may show in the rows.
SET TimeZone = 'America/New_York';
SET DateStyle = 'SQL, DMY';
SET jit = off;

SELECT perfcheck_seed(10000, starts => '2027-01-01 00:00Z');

-- exactly the rows asked for, and what they hold
SELECT count(*), count(DISTINCT id) AS ids, count(DISTINCT (venue, date)) AS slots,
       count(DISTINCT artist) AS artists, count(DISTINCT venue) AS venues,
       count(DISTINCT genre) AS genres FROM events;
SELECT min(date) >= '2027-01-01 18:00Z' AS first, max(date) <= '2027-12-31 23:00Z' AS last,
       bool_and(extract(hour FROM date AT TIME ZONE 'UTC') BETWEEN 18 AND 23) AS evenings,
       bool_and(date_trunc('hour', date AT TIME ZONE 'UTC') = date AT TIME ZONE 'UTC') AS whole_hours,
       bool_and(time = to_char(date AT TIME ZONE 'UTC', 'HH24:MI')) AS time_of_date
FROM events;
SELECT round(100.0 * count(*) FILTER (WHERE price IS NULL) / count(*)) AS percent_without_price,
       round(100.0 * count(*) FILTER (WHERE name ~* '\mlive\M') / count(*)) AS percent_live,
       min(jsonb_array_length(ticket_sources)) AS fewest_sources,
       max(jsonb_array_length(ticket_sources)) AS most_sources FROM events;
SELECT venue FROM events GROUP BY venue ORDER BY venue COLLATE "C";
SELECT genre FROM events GROUP BY genre ORDER BY genre COLLATE "C";
SELECT DISTINCT s ->> 'platform' AS source FROM events, jsonb_array_elements(ticket_sources) AS s ORDER BY 1;
-- the rows themselves, whatever the time zone: a checksum
SELECT md5(string_agg(to_jsonb(e)::text, E'\n' ORDER BY id)) AS checksum
FROM (SELECT id, name, artist, venue, extract(epoch FROM date) AS date, time, genre, ticket_sources,
             price, source_id, source_platform, extract(epoch FROM created_at) AS created_at,
             extract(epoch FROM updated_at) AS updated_at FROM events) AS e;
-- the canonical indexes; analyzed
SELECT c.relname, a.amname, i.indisunique, i.indisvalid
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
WHERE i.indrelid = 'events'::regclass ORDER BY c.relname COLLATE "C";
SELECT reltuples FROM pg_class WHERE oid = 'events'::regclass;
SELECT count(*) AS analyzed_columns FROM pg_stats WHERE schemaname = 'seed_test' AND tablename = 'events';

-- a second seed adds as many rows, and changes none
CREATE TABLE before AS TABLE events;
SELECT perfcheck_seed(5000, starts => '2027-01-01 00:00Z');
SELECT count(*) FROM events;
SELECT count(*) AS changed FROM (TABLE before EXCEPT TABLE events) AS d;
-- the same rows again elsewhere, and a prefix of them
SELECT perfcheck_seed(3000, 'again', starts => '2027-01-01 00:00Z');
SELECT count(*) AS other FROM (TABLE again EXCEPT TABLE before) AS d;
SELECT count(*) AS other FROM (SELECT * FROM perfcheck_events(0, 3000, starts => '2027-01-01 00:00Z')
                               EXCEPT TABLE again) AS d;
SELECT count(*) AS same FROM (SELECT * FROM perfcheck_events(0, 3000, seed => 2, starts => '2027-01-01 00:00Z')
                              INTERSECT TABLE again) AS d;
SELECT indexrelid::regclass::text COLLATE "C" AS index FROM pg_index
WHERE indrelid = 'again'::regclass ORDER BY 1;

-- unseed: the synthetic rows, edited or not, and no other
INSERT INTO events (name, artist, venue, date, genre, ticket_sources, source_id, source_platform)
SELECT name, artist, venue, date + interval '1 minute', genre, ticket_sources, source_id, source_platform
FROM events ORDER BY id LIMIT 7;
UPDATE events SET name = 'edited', price = NULL
WHERE id IN (SELECT id FROM events WHERE perfcheck_is_synthetic(id) ORDER BY id LIMIT 3);
SELECT count(*) FILTER (WHERE perfcheck_is_synthetic(id)) AS synthetic,
       count(*) FILTER (WHERE NOT perfcheck_is_synthetic(id)) AS others FROM events;
SELECT perfcheck_unseed();
SELECT count(*), count(*) FILTER (WHERE perfcheck_is_synthetic(id)) AS synthetic FROM events;
SELECT perfcheck_unseed();
SELECT perfcheck_is_synthetic('00000000-0000-8000-8000-000000000000'), perfcheck_is_synthetic(NULL);

-- hours first, then minutes, then seconds: one venue on one evening
SELECT count(*), count(*) FILTER (WHERE extract(minute FROM date) = 0 AND extract(second FROM date) = 0) AS hours,
       count(*) FILTER (WHERE extract(second FROM date) = 0) AS minutes, count(DISTINCT date) AS dates
FROM perfcheck_events(0, 18001, starts => '2027-01-01 00:00Z', horizon => '1 day', venues => 1);
SELECT perfcheck_seed(400, 'tight', starts => '2027-01-01 00:00Z', horizon => '1 day', venues => 1, artists => 20);
SELECT count(*) FILTER (WHERE to_char(date, 'MI:SS') = '00:00') AS hours,
       count(*) FILTER (WHERE to_char(date, 'SS') = '00') AS minutes, count(DISTINCT artist) AS artists FROM tight;
-- a partial first day does not count: evenings are whole UTC days
SELECT min(date) AT TIME ZONE 'UTC' >= '2027-01-02' AS later FROM
perfcheck_events(0, 100, starts => '2027-01-01 12:00Z', horizon => '3 days');

-- a table of the user's: another column order, further columns, a quoted name
CREATE TABLE "Odd Events" (extra int, updated_at timestamptz NOT NULL, created_at timestamptz NOT NULL,
    source_platform text NOT NULL, source_id text NOT NULL, price text, ticket_sources jsonb NOT NULL,
    genre text NOT NULL, "time" text, date timestamptz NOT NULL, venue text NOT NULL, artist text NOT NULL,
    name text NOT NULL, id uuid PRIMARY KEY, with_default text NOT NULL DEFAULT 'x', UNIQUE (venue, date));
SELECT perfcheck_seed(1000, '"Odd Events"');
SELECT count(*), count(extra) AS extra, count(DISTINCT with_default) AS defaults FROM "Odd Events";
SELECT perfcheck_unseed('seed_test."Odd Events"');
-- each source says when it was added: the first one with its event, the others by its
-- last change, in the form that JavaScript writes
SELECT bool_and(s.one ->> 'addedAt' ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$') AS iso,
    bool_and((s.one ->> 'addedAt')::timestamptz = e.created_at) FILTER (WHERE s.nr = 1) AS first,
    bool_and((s.one ->> 'addedAt')::timestamptz BETWEEN e.created_at AND e.updated_at) AS others,
    count(DISTINCT s.one ->> 'addedAt') FILTER (WHERE s.nr > 1) > 400 AS vary
FROM perfcheck_events(0, 1000, starts => '2027-01-01 00:00Z') AS e, jsonb_array_elements(e.ticket_sources) WITH ORDINALITY AS s (one, nr);

-- the older shape of the table: one link in place of the sources
SELECT perfcheck_create_events('older');
ALTER TABLE older DROP COLUMN ticket_sources, ADD COLUMN ticket_url text NOT NULL;
SELECT perfcheck_create_events('older');
SET client_min_messages = notice;
SELECT perfcheck_seed(1000, 'older', starts => '2027-01-01 00:00Z');
SET client_min_messages = warning;
SELECT count(*), count(DISTINCT ticket_url) AS urls, bool_and(ticket_url ~ '^https://[a-z-]+\.example/e/[0-9a-f]{15}$') AS links FROM older;
SELECT count(*) AS same FROM older JOIN perfcheck_events(0, 1000, starts => '2027-01-01 00:00Z') AS e USING (id)
WHERE ticket_url = e.ticket_sources #>> '{0,url}' AND older.name = e.name AND older.created_at = e.created_at;
-- create alone, by qualified name
SELECT perfcheck_create_events('seed_test.bare');
SELECT count(*) FROM bare;

-- which way the indexes went is said, and they are all there afterwards
SET client_min_messages = notice;
SELECT perfcheck_seed(100, 'ways', starts => '2027-01-01 00:00Z');
SELECT perfcheck_seed(10, 'ways', starts => '2027-01-01 00:00Z');
SELECT perfcheck_seed(100, 'ways', starts => '2027-01-01 00:00Z');
TRUNCATE ways;
SELECT perfcheck_seed(100, 'ways', starts => '2027-01-01 00:00Z');
TRUNCATE ways;
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER keep BEFORE INSERT ON ways FOR EACH ROW EXECUTE FUNCTION keep();
SELECT perfcheck_seed(100, 'ways', starts => '2027-01-01 00:00Z');
SET client_min_messages = warning;
SELECT count(*) AS indexes, bool_and(indisvalid AND indisready) AS usable FROM pg_index WHERE indrelid = 'ways'::regclass;
SELECT count(*) FROM ways;

-- The caller's session is as it was.
SELECT current_setting('TimeZone') AS zone, current_setting('DateStyle') AS style,
       current_setting('search_path') AS path, count(*) AS prepared FROM pg_prepared_statements;

DROP SCHEMA seed_test CASCADE;
