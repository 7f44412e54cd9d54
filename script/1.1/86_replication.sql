--
-- Logical replication
--
-- A publication FOR ALL TABLES holds these tables, and where perfcheck is installed on the
-- other side too, its rows come there beside those that CREATE EXTENSION made. They are taken
-- as those of a dump are: a contract's own row replaces an unchanged built-in query, and what
-- a dump leaves out stays where it is.
--

ALTER TABLE perfcheck_query ENABLE ALWAYS TRIGGER perfcheck_replace_built_in;
ALTER TABLE perfcheck_dropped ENABLE ALWAYS TRIGGER perfcheck_drop_built_in;

-- Transaction ids mean nothing elsewhere: perfcheck_unpopulate() would delete whatever rows
-- the same ids have made there.
CREATE FUNCTION perfcheck_stay_here()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
BEGIN
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION perfcheck_stay_here() IS
'Leaves out what comes by logical replication and is of its own database alone';

CREATE TRIGGER perfcheck_stay_here
    BEFORE INSERT OR UPDATE OR DELETE ON perfcheck_built_in
    FOR EACH ROW EXECUTE FUNCTION perfcheck_stay_here();

CREATE TRIGGER perfcheck_stay_here
    BEFORE INSERT OR UPDATE OR DELETE ON perfcheck_populated
    FOR EACH ROW EXECUTE FUNCTION perfcheck_stay_here();

ALTER TABLE perfcheck_built_in ENABLE REPLICA TRIGGER perfcheck_stay_here;
ALTER TABLE perfcheck_populated ENABLE REPLICA TRIGGER perfcheck_stay_here;

-- It has no key, and a later version may have to change it where it is published.
ALTER TABLE perfcheck_built_in REPLICA IDENTITY FULL;

-- A line of perfcheck_writer has another role_oid there, so that its own deletion does not
-- find it, and no foreign key is looked after while rows come.
CREATE FUNCTION perfcheck_forget_writers()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
BEGIN
    DELETE FROM @extschema@.perfcheck_writer AS w WHERE w.query = OLD.name;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION perfcheck_forget_writers() IS
'Forgets who wrote a query whose deletion came by logical replication';

CREATE TRIGGER perfcheck_forget_writers
    AFTER DELETE ON perfcheck_query
    FOR EACH ROW EXECUTE FUNCTION perfcheck_forget_writers();

ALTER TABLE perfcheck_query ENABLE REPLICA TRIGGER perfcheck_forget_writers;
