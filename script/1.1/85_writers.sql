--
-- Who wrote the queries: what is judged runs with no more rights than these have.
--

CREATE TABLE perfcheck_writer (
    query text NOT NULL REFERENCES perfcheck_query ON UPDATE CASCADE ON DELETE CASCADE,
    role name NOT NULL,
    role_oid oid NOT NULL,
    PRIMARY KEY (query, role, role_oid)
);

COMMENT ON TABLE perfcheck_writer IS
'Who added or changed a query, its cases and its values. Triggers write it, and judging takes no role that one of these may not take.';
COMMENT ON COLUMN perfcheck_writer.role_oid IS 'The role of that name when it wrote; 0: there was none when the contract was restored';

-- Only its owner writes it: a line less would lend the rights of those who judge.
GRANT SELECT ON perfcheck_writer TO PUBLIC;

SELECT pg_catalog.pg_extension_config_dump('perfcheck_writer', '');

-- A restored line finds the role of its name in this cluster.
CREATE FUNCTION perfcheck_find_writer()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
BEGIN
    NEW.role_oid := coalesce((SELECT r.oid FROM pg_roles r WHERE r.rolname = NEW.role), 0);
    IF EXISTS (SELECT FROM @extschema@.perfcheck_writer w
               WHERE w.query = NEW.query AND w.role = NEW.role AND w.role_oid = NEW.role_oid)
    THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION perfcheck_find_writer() IS
'Finds the role of a line of perfcheck_writer by its name';

CREATE TRIGGER perfcheck_find_writer
    BEFORE INSERT ON perfcheck_writer
    FOR EACH ROW EXECUTE FUNCTION perfcheck_find_writer();

-- The names are that of the column that holds the query's name, and of those that run.
CREATE FUNCTION perfcheck_note_writer()
RETURNS trigger
AS 'MODULE_PATHNAME', 'perfcheck_note_writer'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_note_writer() IS
'Keeps in mind who wrote what a query of the contract runs';

-- Who may add a query, and take a role or be taken by it, can so have it run as nobody but
-- that role.
CREATE FUNCTION perfcheck_note_sender(query text, role name)
RETURNS void
AS 'MODULE_PATHNAME', 'perfcheck_note_sender'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_note_sender(text, name) IS
'Keeps in mind that a query of the contract is what a role has sent';

CREATE TRIGGER perfcheck_note_writer
    AFTER INSERT OR UPDATE ON perfcheck_query
    FOR EACH ROW EXECUTE FUNCTION perfcheck_note_writer('name', 'sql', 'types', 'search_path', 'role', 'settings');

CREATE TRIGGER perfcheck_note_writer
    AFTER INSERT OR UPDATE ON perfcheck_case
    FOR EACH ROW EXECUTE FUNCTION perfcheck_note_writer('query', 'query', 'args');

CREATE TRIGGER perfcheck_note_writer
    AFTER INSERT OR UPDATE ON perfcheck_values
    FOR EACH ROW EXECUTE FUNCTION perfcheck_note_writer('query', 'query', 'vals');

-- Also where rows come by logical replication.
ALTER TABLE perfcheck_writer ENABLE ALWAYS TRIGGER perfcheck_find_writer;
ALTER TABLE perfcheck_query ENABLE ALWAYS TRIGGER perfcheck_note_writer;
ALTER TABLE perfcheck_case ENABLE ALWAYS TRIGGER perfcheck_note_writer;
ALTER TABLE perfcheck_values ENABLE ALWAYS TRIGGER perfcheck_note_writer;

-- 1.0 did not note it: each role that could write the contract may have.
INSERT INTO perfcheck_writer (query, role, role_oid)
SELECT q.name, coalesce(r.rolname, ''), 0
FROM perfcheck_query AS q
CROSS JOIN (
    SELECT DISTINCT g.grantee
    FROM pg_catalog.pg_class AS c
    CROSS JOIN LATERAL (
        SELECT c.relacl
        UNION ALL
        SELECT a.attacl FROM pg_catalog.pg_attribute AS a WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid
    ) AS l (acl)
    CROSS JOIN LATERAL pg_catalog.aclexplode(l.acl) AS g
    WHERE c.oid OPERATOR(pg_catalog.=) ANY (ARRAY['@extschema@.perfcheck_query', '@extschema@.perfcheck_case']::pg_catalog.regclass[]::pg_catalog.oid[])
        AND g.privilege_type OPERATOR(pg_catalog.=) ANY (ARRAY['INSERT', 'UPDATE'])
        AND g.grantee OPERATOR(pg_catalog.<>) c.relowner
) AS w
LEFT JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) w.grantee
WHERE NOT @extschema@.perfcheck_is_replaceable(q);
