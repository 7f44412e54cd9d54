--
-- Rows for any schema
--

CREATE TABLE perfcheck_copies (
    child regclass NOT NULL,
    child_column name NOT NULL,
    parent regclass NOT NULL,
    parent_column name NOT NULL,
    PRIMARY KEY (child, child_column, parent)
);

COMMENT ON TABLE perfcheck_copies IS
'Columns that repeat a value of the row that a foreign key refers to, as perfcheck_copy() was told';

SELECT pg_catalog.pg_extension_config_dump('perfcheck_copies', '');

CREATE TABLE perfcheck_populated (
    relation regclass NOT NULL,
    xid xid8 NOT NULL,
    rows bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    PRIMARY KEY (relation, xid)
);

COMMENT ON TABLE perfcheck_populated IS
'Which transactions made rows by perfcheck_populate(): the rows have its id in xmin until they are changed';

-- Everybody reads what was made and told; perfcheck_populate() writes the former itself.
GRANT SELECT ON perfcheck_copies, perfcheck_populated TO PUBLIC;

CREATE FUNCTION perfcheck_populate(tables regclass[] DEFAULT NULL, rows bigint DEFAULT NULL,
    factor double precision DEFAULT NULL, statistics text DEFAULT NULL, seed bigint DEFAULT 1)
RETURNS TABLE (relation regclass, made bigint, note text)
AS 'MODULE_PATHNAME', 'perfcheck_populate'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_populate(regclass[], bigint, double precision, text, bigint) IS
'Fills tables with made-up rows that keep all constraints and behave as statistics say';

CREATE FUNCTION perfcheck_unpopulate(tables regclass[] DEFAULT NULL)
RETURNS TABLE (relation regclass, removed bigint, kept bigint, note text)
AS 'MODULE_PATHNAME', 'perfcheck_unpopulate'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION perfcheck_unpopulate(regclass[]) IS
'Deletes the rows that perfcheck_populate() made and nobody changed since; returns a row a table';

CREATE FUNCTION perfcheck_copy(child regclass, child_column name, parent regclass, parent_column name)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    relation regclass;
    column_name name;
BEGIN
    IF child IS NULL OR child_column IS NULL OR parent IS NULL THEN
        RAISE EXCEPTION 'child, child_column and parent must not be null'
            USING ERRCODE = 'null_value_not_allowed',
                HINT = 'Only parent_column may be null, to forget what was told.';
    END IF;
    PERFORM @extschema@.perfcheck_refuse_triggers();
    DELETE FROM @extschema@.perfcheck_copies c
    WHERE c.child = perfcheck_copy.child AND c.child_column = perfcheck_copy.child_column
        AND c.parent = perfcheck_copy.parent;
    IF parent_column IS NULL THEN
        RETURN;
    END IF;
    FOR relation, column_name IN VALUES (child, child_column), (parent, parent_column) LOOP
        IF NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = column_name
                AND a.attnum > 0 AND NOT a.attisdropped) THEN
            RAISE EXCEPTION 'table % has no column "%"', relation, column_name
                USING ERRCODE = 'undefined_column', HINT = 'Name a column of the table.';
        END IF;
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid = child
            AND k.confrelid = parent AND cardinality(k.conkey) = 1) THEN
        RAISE EXCEPTION 'table % has no foreign key of one column to table %', child, parent
            USING ERRCODE = 'undefined_object',
                HINT = 'A copy is the value of the row that a foreign key refers to.';
    END IF;
    INSERT INTO @extschema@.perfcheck_copies VALUES (child, child_column, parent, parent_column);
END $$;

COMMENT ON FUNCTION perfcheck_copy(regclass, name, regclass, name) IS
'Tells that a column repeats one of the row that a foreign key refers to';
