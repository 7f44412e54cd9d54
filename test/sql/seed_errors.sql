-- What perfcheck_seed and its like refuse: a clear error, and nothing left behind.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA seed_errors;
SET search_path = seed_errors, public;
\set SHOW_CONTEXT never

-- rows
SELECT perfcheck_seed(0);
SELECT perfcheck_seed(-5);
SELECT perfcheck_seed(NULL);
SELECT perfcheck_seed(18002, starts => '2027-01-01 00:00Z', horizon => '1 day', venues => 1);
SELECT perfcheck_seed(85414746, starts => '2027-01-01 00:00Z');
-- other arguments
SELECT perfcheck_seed(10, venues => 0);
SELECT perfcheck_seed(10, venues => 1001);
SELECT perfcheck_seed(10, artists => 0);
SELECT perfcheck_seed(10, artists => 100001);
SELECT perfcheck_seed(10, starts => 'infinity');
SELECT perfcheck_seed(10, starts => '4713-01-02 00:00Z BC');
SELECT perfcheck_seed(10, starts => '294276-12-01 00:00Z');
SELECT perfcheck_seed(10, starts => '2027-01-01 00:00Z', horizon => '23 hours');
SELECT perfcheck_seed(10, starts => '2027-01-01 00:00Z', horizon => '-1 month');
SELECT perfcheck_seed(10, starts => '2027-01-01 00:00Z', horizon => '200 years');
SELECT perfcheck_seed(10, target => '');
SELECT perfcheck_seed(10, target => 'a.b.c');
SELECT perfcheck_seed(10, target => 'no_such_schema.events');
SELECT perfcheck_seed(10, target => NULL);
\set VERBOSITY sqlstate
SELECT perfcheck_seed('10', 'events', 1, 'today', '1 year', 13, 500, 1);
\set VERBOSITY default
-- targets that are not a table, or not one that fits
CREATE VIEW a_view AS SELECT 1 AS id;
SELECT perfcheck_seed(10, 'a_view');
CREATE MATERIALIZED VIEW a_matview AS SELECT 1 AS id;
SELECT perfcheck_seed(10, 'a_matview');
CREATE SEQUENCE a_sequence;
SELECT perfcheck_seed(10, 'a_sequence');
CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE a_foreign_table (id uuid) SERVER nowhere;
SELECT perfcheck_seed(10, 'a_foreign_table');
SELECT perfcheck_create_events('lacking');
ALTER TABLE lacking DROP COLUMN genre;
SELECT perfcheck_seed(10, 'lacking');
SELECT perfcheck_unseed('lacking');
ALTER TABLE lacking DROP COLUMN id;
SELECT perfcheck_unseed('lacking');
SELECT perfcheck_create_events('mistyped');
ALTER TABLE mistyped ALTER COLUMN price TYPE numeric USING NULL;
SELECT perfcheck_seed(10, 'mistyped');
SELECT perfcheck_create_events('older');
ALTER TABLE older DROP COLUMN ticket_sources, ADD COLUMN ticket_url jsonb NOT NULL;
SELECT perfcheck_seed(10, 'older');
SELECT perfcheck_create_events('needing');
ALTER TABLE needing ADD COLUMN organizer text NOT NULL;
SELECT perfcheck_seed(10, 'needing');
SELECT perfcheck_create_events('computed');
ALTER TABLE computed DROP COLUMN price, ADD COLUMN price text GENERATED ALWAYS AS (upper(name)) STORED;
SELECT perfcheck_seed(10, 'computed');
SELECT perfcheck_create_events('needing');
SELECT perfcheck_unseed('no_such_table');
-- rows that the table leaves out
SELECT perfcheck_create_events('picky');
CREATE FUNCTION leave_out() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN IF new.genre = 'rock' THEN RETURN NULL; END IF; RETURN new; END$$;
CREATE TRIGGER leave_out BEFORE INSERT ON picky FOR EACH ROW EXECUTE FUNCTION leave_out();
SELECT perfcheck_seed(1000, 'picky', starts => '2027-01-01 00:00Z');
-- no room left beside the rows that are there; none is added
SELECT perfcheck_seed(18000, 'full_evening', starts => '2027-01-01 00:00Z', horizon => '1 day', venues => 1);
SELECT perfcheck_seed(2, 'full_evening', starts => '2027-01-01 00:00Z', horizon => '1 day', venues => 1);
SELECT count(*) FROM full_evening;
-- an error of the table's own
SELECT perfcheck_create_events('strict');
ALTER TABLE strict ADD CONSTRAINT no_rock CHECK (genre <> 'rock');
\set VERBOSITY sqlstate
SELECT perfcheck_seed(1000, 'strict', starts => '2027-01-01 00:00Z');
\set VERBOSITY default
-- a rule that replaces what unseed does
CREATE RULE keep AS ON DELETE TO strict DO INSTEAD NOTHING;
SELECT perfcheck_unseed('strict');
-- events out of range
SELECT count(*) FROM perfcheck_events(-1, 10);
SELECT count(*) FROM perfcheck_events(0, -1);
SELECT count(*) FROM perfcheck_events(18001, 1, horizon => '1 day', venues => 1);

-- nothing is left of any of them
CREATE FUNCTION rows_of(regclass) RETURNS bigint LANGUAGE plpgsql AS
$$DECLARE n bigint; BEGIN EXECUTE format('SELECT count(*) FROM %s', $1) INTO n; RETURN n; END$$;
SELECT relname, rows_of(oid) AS rows
FROM pg_class WHERE relnamespace = 'seed_errors'::regnamespace AND relkind = 'r'
ORDER BY relname COLLATE "C";

DROP SERVER nowhere CASCADE;
DROP FOREIGN DATA WRAPPER nothing;
DROP SCHEMA seed_errors CASCADE;

-- what an event trigger drops while it is being seeded
CREATE FUNCTION drops() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_tag = current_setting('drops.tag') THEN
        PERFORM set_config('drops.tag', '', false);
        EXECUTE current_setting('drops.what');
    END IF;
END $$;
CREATE EVENT TRIGGER drops ON ddl_command_end EXECUTE FUNCTION drops();
SET drops.what = 'DROP TABLE dropped';
SET drops.tag = 'CREATE INDEX';
SELECT perfcheck_seed(10, 'dropped');
SET drops.what = 'DROP INDEX IF EXISTS dropped_date_idx, dropped_genre_idx';
SET drops.tag = 'REINDEX';
SELECT perfcheck_create_events('dropped');
-- REINDEX fires event triggers from 17 on
DO $$ BEGIN PERFORM perfcheck_seed(10, 'dropped'); EXCEPTION WHEN undefined_table THEN NULL; END $$;
SELECT count(*) = CASE WHEN current_setting('server_version_num')::int >= 170000 THEN 0 ELSE 10 END AS by_version FROM dropped;
DROP EVENT TRIGGER drops;
DROP TABLE dropped;
