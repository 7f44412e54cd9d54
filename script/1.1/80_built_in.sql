--
-- The built-in queries as they come with the extension. This stands at the end,
-- since the table has the columns that perfcheck_query was given above.
--

CREATE TABLE perfcheck_built_in (LIKE perfcheck_query INCLUDING DEFAULTS);

COMMENT ON TABLE perfcheck_built_in IS
'The built-in queries as they come with the extension. What perfcheck_query holds of them unchanged is not dumped, and gives way to a query of the same name.';

GRANT SELECT ON perfcheck_built_in TO PUBLIC;

-- The API reads one row more than the page has, and sends the number as a parameter.
INSERT INTO perfcheck_built_in (name, sql, path, expected) VALUES
('page',
 'SELECT * FROM events ORDER BY date, id LIMIT $1 + 1',
 '/api/events?limit=$1', 'btree'),
('next_page',
 'SELECT * FROM events WHERE date > $1 OR (date = $1 AND id > $2) ORDER BY date, id LIMIT $3 + 1',
 '/api/events?cursor=$1_$2&limit=$3', 'btree'),
('genre',
 'SELECT * FROM events WHERE genre = $1 ORDER BY date, id LIMIT $2 + 1',
 '/api/events?genre=$1&limit=$2', 'btree'),
('date_range',
 'SELECT * FROM events WHERE date >= $1 AND date <= $2 ORDER BY date, id LIMIT $3 + 1',
 '/api/events?dateFrom=$1&dateTo=$2&limit=$3', 'btree'),
('venue',
 'SELECT * FROM events WHERE venue = $1 ORDER BY date, id LIMIT $2 + 1',
 '/api/events?venue=$1&limit=$2', 'btree'),
('artist_search',
 'SELECT * FROM events WHERE artist ILIKE ''%'' || $1 || ''%'' ORDER BY date, id LIMIT $2 + 1',
 '/api/events?artistSearch=$1&limit=$2', 'gin'),
('event_search',
 'SELECT * FROM events WHERE name ILIKE ''%'' || $1 || ''%'' ORDER BY date, id LIMIT $2 + 1',
 '/api/events?eventSearch=$1&limit=$2', 'gin'),
('combined',
 'SELECT * FROM events WHERE genre = $1 AND date >= $2 ORDER BY date, id LIMIT $3 + 1',
 '/api/events?genre=$1&dateFrom=$2&limit=$3', 'btree'),
('genre_next',
 'SELECT * FROM events WHERE genre = $1 AND (date > $2 OR (date = $2 AND id > $3)) ORDER BY date, id LIMIT $4 + 1',
 '/api/events?genre=$1&cursor=$2_$3&limit=$4', 'btree'),
('date_range_next',
 'SELECT * FROM events WHERE date >= $1 AND date <= $2 AND (date > $3 OR (date = $3 AND id > $4)) ORDER BY date, id LIMIT $5 + 1',
 '/api/events?dateFrom=$1&dateTo=$2&cursor=$3_$4&limit=$5', 'btree'),
('venue_next',
 'SELECT * FROM events WHERE venue = $1 AND (date > $2 OR (date = $2 AND id > $3)) ORDER BY date, id LIMIT $4 + 1',
 '/api/events?venue=$1&cursor=$2_$3&limit=$4', 'btree'),
('artist_search_next',
 'SELECT * FROM events WHERE artist ILIKE ''%'' || $1 || ''%'' AND (date > $2 OR (date = $2 AND id > $3)) ORDER BY date, id LIMIT $4 + 1',
 '/api/events?artistSearch=$1&cursor=$2_$3&limit=$4', 'gin'),
('event_search_next',
 'SELECT * FROM events WHERE name ILIKE ''%'' || $1 || ''%'' AND (date > $2 OR (date = $2 AND id > $3)) ORDER BY date, id LIMIT $4 + 1',
 '/api/events?eventSearch=$1&cursor=$2_$3&limit=$4', 'gin'),
('combined_next',
 'SELECT * FROM events WHERE genre = $1 AND date >= $2 AND (date > $3 OR (date = $3 AND id > $4)) ORDER BY date, id LIMIT $5 + 1',
 '/api/events?genre=$1&dateFrom=$2&cursor=$3_$4&limit=$5', 'btree');

-- A contract of 1.0 has the first eight with a literal LIMIT: what nobody changed, or added
-- cases to, becomes what it is now.
UPDATE perfcheck_query q SET sql = b.sql, path = b.path
FROM perfcheck_built_in b, (VALUES
    ('page',
     'SELECT * FROM events ORDER BY date, id LIMIT 21',
     '/api/events?limit=20'),
    ('next_page',
     'SELECT * FROM events WHERE date > $1 OR (date = $1 AND id > $2) ORDER BY date, id LIMIT 21',
     '/api/events?cursor=$1_$2&limit=20'),
    ('genre',
     'SELECT * FROM events WHERE genre = $1 ORDER BY date, id LIMIT 21',
     '/api/events?genre=$1&limit=20'),
    ('date_range',
     'SELECT * FROM events WHERE date >= $1 AND date <= $2 ORDER BY date, id LIMIT 21',
     '/api/events?dateFrom=$1&dateTo=$2&limit=20'),
    ('venue',
     'SELECT * FROM events WHERE venue = $1 ORDER BY date, id LIMIT 21',
     '/api/events?venue=$1&limit=20'),
    ('artist_search',
     'SELECT * FROM events WHERE artist ILIKE ''%'' || $1 || ''%'' ORDER BY date, id LIMIT 21',
     '/api/events?artistSearch=$1&limit=20'),
    ('event_search',
     'SELECT * FROM events WHERE name ILIKE ''%'' || $1 || ''%'' ORDER BY date, id LIMIT 21',
     '/api/events?eventSearch=$1&limit=20'),
    ('combined',
     'SELECT * FROM events WHERE genre = $1 AND date >= $2 ORDER BY date, id LIMIT 21',
     '/api/events?genre=$1&dateFrom=$2&limit=20')) AS old (name, sql, path)
WHERE q.name OPERATOR(pg_catalog.=) old.name AND b.name OPERATOR(pg_catalog.=) old.name
    AND q.sql OPERATOR(pg_catalog.=) old.sql AND q.path OPERATOR(pg_catalog.=) old.path
    AND pg_catalog.to_jsonb(q) OPERATOR(pg_catalog.-) ARRAY['sql', 'path']
        OPERATOR(pg_catalog.=) (pg_catalog.to_jsonb(b) OPERATOR(pg_catalog.-) ARRAY['sql', 'path'])
    AND NOT EXISTS (SELECT FROM perfcheck_case c WHERE c.query OPERATOR(pg_catalog.=) q.name)
    AND NOT EXISTS (SELECT FROM perfcheck_values v WHERE v.query OPERATOR(pg_catalog.=) q.name);

-- The next pages come along with their filters.
INSERT INTO perfcheck_query
SELECT b.* FROM perfcheck_built_in b
JOIN perfcheck_query q ON b.name OPERATOR(pg_catalog.=) (q.name OPERATOR(pg_catalog.||) '_next')
JOIN perfcheck_built_in f ON f.name OPERATOR(pg_catalog.=) q.name AND f.sql OPERATOR(pg_catalog.=) q.sql
WHERE NOT EXISTS (SELECT FROM perfcheck_query o WHERE o.name OPERATOR(pg_catalog.=) b.name);

-- A changed built-in query is the team's, as one of its own is.
SELECT pg_catalog.pg_extension_config_dump('perfcheck_query',
    'WHERE perfcheck_query::pg_catalog.text NOT IN (SELECT b::pg_catalog.text FROM @extschema@.perfcheck_built_in b)');

CREATE FUNCTION perfcheck_is_replaceable(query perfcheck_query)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT EXISTS (SELECT FROM @extschema@.perfcheck_built_in b
                   WHERE b::text = query::text)
        AND NOT EXISTS (SELECT FROM @extschema@.perfcheck_case c
                        WHERE c.query = (perfcheck_is_replaceable.query).name)
        AND NOT EXISTS (SELECT FROM @extschema@.perfcheck_values v
                        WHERE v.query = (perfcheck_is_replaceable.query).name)
$$;

CREATE FUNCTION perfcheck_replace_built_in()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
BEGIN
    DELETE FROM @extschema@.perfcheck_query q
    WHERE q.name = NEW.name AND @extschema@.perfcheck_is_replaceable(q);
    RETURN NEW;
END
$$;

CREATE TRIGGER perfcheck_replace_built_in
    BEFORE INSERT ON perfcheck_query
    FOR EACH ROW EXECUTE FUNCTION perfcheck_replace_built_in();

-- CREATE EXTENSION brings every built-in query: those that were dropped or renamed are
-- kept by name, so that a restored contract lacks them too.

CREATE TABLE perfcheck_dropped (
    name text PRIMARY KEY
);

COMMENT ON TABLE perfcheck_dropped IS
'The built-in queries that the contract does not hold any more. It follows perfcheck_query; a name that is added takes an unchanged built-in query out of it.';

GRANT SELECT ON perfcheck_dropped TO PUBLIC;

SELECT pg_catalog.pg_extension_config_dump('perfcheck_dropped', '');

-- Whoever may change perfcheck_query needs rights on this table only for dropping a
-- built-in query, or for adding one again.
CREATE FUNCTION perfcheck_note_dropped()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
BEGIN
    IF EXISTS (SELECT FROM @extschema@.perfcheck_dropped d
               JOIN @extschema@.perfcheck_query q ON q.name = d.name)
    THEN
        DELETE FROM @extschema@.perfcheck_dropped d
        WHERE d.name IN (SELECT q.name FROM @extschema@.perfcheck_query q);
    END IF;
    IF EXISTS (SELECT b.name FROM @extschema@.perfcheck_built_in b
               EXCEPT SELECT q.name FROM @extschema@.perfcheck_query q
               EXCEPT SELECT d.name FROM @extschema@.perfcheck_dropped d)
    THEN
        INSERT INTO @extschema@.perfcheck_dropped (name)
        SELECT b.name FROM @extschema@.perfcheck_built_in b
        EXCEPT SELECT q.name FROM @extschema@.perfcheck_query q
        EXCEPT SELECT d.name FROM @extschema@.perfcheck_dropped d;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER perfcheck_note_dropped
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON perfcheck_query
    FOR EACH STATEMENT EXECUTE FUNCTION perfcheck_note_dropped();

CREATE FUNCTION perfcheck_drop_built_in()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
BEGIN
    -- DELETE fires the trigger above, even if there is nothing to delete.
    IF EXISTS (SELECT FROM @extschema@.perfcheck_query q
               WHERE q.name = NEW.name AND @extschema@.perfcheck_is_replaceable(q))
    THEN
        DELETE FROM @extschema@.perfcheck_query q WHERE q.name = NEW.name;
    END IF;
    -- Its own trigger has noted the name by now.
    IF EXISTS (SELECT FROM @extschema@.perfcheck_dropped d WHERE d.name = NEW.name)
        OR EXISTS (SELECT FROM @extschema@.perfcheck_query q WHERE q.name = NEW.name)
    THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER perfcheck_drop_built_in
    BEFORE INSERT ON perfcheck_dropped
    FOR EACH ROW EXECUTE FUNCTION perfcheck_drop_built_in();

CREATE FUNCTION perfcheck_reset_contract()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
BEGIN
    PERFORM @extschema@.perfcheck_refuse_triggers();
    DELETE FROM @extschema@.perfcheck_query;
    INSERT INTO @extschema@.perfcheck_query SELECT * FROM @extschema@.perfcheck_built_in;
    DELETE FROM @extschema@.perfcheck_size;
END
$$;

-- A contract of 1.0 may lack some already.
INSERT INTO perfcheck_dropped
SELECT name FROM perfcheck_built_in
WHERE name OPERATOR(pg_catalog.<>) ALL (SELECT name FROM perfcheck_query);
