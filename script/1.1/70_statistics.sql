--
-- The statistics of a database, as a file and in tables
--
-- A file of perfcheck-statistics.sql has one object of JSON a line. Each says what it
-- is, and its other keys are columns of the table that it goes to.
--

CREATE TABLE perfcheck_statistics (
    name text PRIMARY KEY CHECK (name OPERATOR(pg_catalog.<>) ''),
    source text NOT NULL,
    taken_at timestamptz,
    server_version integer,
    database text,
    schemas text[],
    values text NOT NULL CHECK (values OPERATOR(pg_catalog.=) ANY (ARRAY['plain', 'hashed', 'none'])),
    block_size integer NOT NULL DEFAULT 8192 CHECK (block_size OPERATOR(pg_catalog.>) 0),
    settings jsonb,
    loaded_at timestamptz NOT NULL DEFAULT pg_catalog.now()
);

CREATE TABLE perfcheck_statistics_table (
    statistics text NOT NULL REFERENCES perfcheck_statistics ON DELETE CASCADE,
    schema text NOT NULL,
    name text NOT NULL,
    kind text,
    rows double precision,
    pages bigint,
    partition_of text,
    PRIMARY KEY (statistics, schema, name)
);

CREATE TABLE perfcheck_statistics_column (
    statistics text NOT NULL REFERENCES perfcheck_statistics ON DELETE CASCADE,
    schema text NOT NULL,
    name text NOT NULL,
    attribute text NOT NULL,
    type text,
    position integer,
    null_frac double precision,
    width integer,
    n_distinct double precision,
    common_values text[],
    common_freqs double precision[],
    bounds text[],
    correlation double precision,
    common_elements text[],
    element_freqs double precision[],
    element_counts double precision[],
    range_bounds text[],
    range_lengths text[],
    range_empty_frac double precision,
    sample text[],
    PRIMARY KEY (statistics, schema, name, attribute),
    CHECK (pg_catalog.cardinality(common_values) OPERATOR(pg_catalog.=) pg_catalog.cardinality(common_freqs))
);

CREATE TABLE perfcheck_statistics_extended (
    statistics text NOT NULL REFERENCES perfcheck_statistics ON DELETE CASCADE,
    schema text NOT NULL,
    name text NOT NULL,
    object text NOT NULL,
    attributes text[],
    ndistinct jsonb,
    dependencies jsonb,
    common_values text[],
    common_freqs double precision[],
    expressions jsonb,
    PRIMARY KEY (statistics, schema, name, object),
    CHECK (pg_catalog.cardinality(common_values) OPERATOR(pg_catalog.=) pg_catalog.cardinality(common_freqs))
);

CREATE TABLE perfcheck_statistics_index (
    statistics text NOT NULL REFERENCES perfcheck_statistics ON DELETE CASCADE,
    schema text NOT NULL,
    name text NOT NULL,
    index text NOT NULL,
    method text,
    pages bigint,
    rows double precision,
    definition text,
    PRIMARY KEY (statistics, schema, name, index)
);

CREATE TABLE perfcheck_statistics_key (
    statistics text NOT NULL REFERENCES perfcheck_statistics ON DELETE CASCADE,
    schema text NOT NULL,
    name text NOT NULL,
    key text NOT NULL,
    attributes text[],
    parent_schema text,
    parent text,
    parent_attributes text[],
    parents double precision,
    with_children double precision,
    fan_out double precision[],
    fan_out_from text CHECK (fan_out_from OPERATOR(pg_catalog.=) ANY (ARRAY['rows', 'sample', 'statistics'])),
    PRIMARY KEY (statistics, schema, name, key)
);

COMMENT ON TABLE perfcheck_statistics IS
'The statistics of databases that were loaded or taken. Who deletes a row here deletes what the tables below hold of it.';
COMMENT ON COLUMN perfcheck_statistics.source IS 'Where they are from: file, pg_dump, or database for those that perfcheck_take_statistics() took';
COMMENT ON COLUMN perfcheck_statistics.values IS 'Whether text stands as it was (plain), as made-up words (hashed), or values were left out (none)';
COMMENT ON TABLE perfcheck_statistics_table IS
'The sizes of tables and their partitions';
COMMENT ON COLUMN perfcheck_statistics_table.kind IS 'As relkind in pg_class; NULL: not known, be it an index';
COMMENT ON COLUMN perfcheck_statistics_table.partition_of IS 'The table that it is a partition of, as schema.name';
COMMENT ON TABLE perfcheck_statistics_column IS
'What pg_stats showed of columns. It holds values of rows: only its owner reads it, and those that he grants it to.';
COMMENT ON COLUMN perfcheck_statistics_column.n_distinct IS 'As in pg_stats: below 0 it is a share of the rows';
COMMENT ON COLUMN perfcheck_statistics_column.common_freqs IS 'The shares of the most common values; with values left out they stand alone';
COMMENT ON COLUMN perfcheck_statistics_column.sample IS 'A few values, of a column of which pg_stats shows none';
COMMENT ON TABLE perfcheck_statistics_extended IS
'Extended statistics. It holds values of rows, as perfcheck_statistics_column does.';
COMMENT ON COLUMN perfcheck_statistics_extended.ndistinct IS 'A list of objects: attributes, ndistinct';
COMMENT ON COLUMN perfcheck_statistics_extended.dependencies IS 'A list of objects: attributes, dependency, degree';
COMMENT ON COLUMN perfcheck_statistics_extended.common_values IS 'The most common combinations, each as the text of an array in the order of attributes';
COMMENT ON TABLE perfcheck_statistics_index IS
'The indexes and their sizes';
COMMENT ON TABLE perfcheck_statistics_key IS
'Foreign keys, and how many children a parent has';
COMMENT ON COLUMN perfcheck_statistics_key.with_children IS 'Parents that have a child at least';
COMMENT ON COLUMN perfcheck_statistics_key.fan_out IS 'Children of a parent that has any: the quantiles at 0, 1/100 and so on up to 1';
COMMENT ON COLUMN perfcheck_statistics_key.fan_out_from IS 'What fan_out was found by: all rows, a sample of the parents, or the statistics of the child''s column alone';

-- The names and sizes of tables are in the catalogs, which everybody reads. Values are not.
REVOKE ALL ON perfcheck_statistics_column, perfcheck_statistics_extended FROM PUBLIC;
GRANT SELECT ON perfcheck_statistics, perfcheck_statistics_table, perfcheck_statistics_index,
    perfcheck_statistics_key TO PUBLIC;

SELECT pg_catalog.pg_extension_config_dump('perfcheck_statistics', '');
SELECT pg_catalog.pg_extension_config_dump('perfcheck_statistics_table', '');
SELECT pg_catalog.pg_extension_config_dump('perfcheck_statistics_column', '');
SELECT pg_catalog.pg_extension_config_dump('perfcheck_statistics_extended', '');
SELECT pg_catalog.pg_extension_config_dump('perfcheck_statistics_index', '');
SELECT pg_catalog.pg_extension_config_dump('perfcheck_statistics_key', '');

-- Puts one object of a file into its table. Keys that no column has are left out, so that
-- a file may say more.
CREATE FUNCTION perfcheck_statistics_line(name text, entry jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
BEGIN
    entry := entry || jsonb_build_object('statistics', name);
    CASE coalesce(entry ->> 'what', '')
    WHEN 'table' THEN
        INSERT INTO @extschema@.perfcheck_statistics_table
        SELECT r.* FROM jsonb_populate_record(NULL::@extschema@.perfcheck_statistics_table, entry) r;
    WHEN 'column' THEN
        INSERT INTO @extschema@.perfcheck_statistics_column
        SELECT r.* FROM jsonb_populate_record(NULL::@extschema@.perfcheck_statistics_column, entry) r;
    WHEN 'sample' THEN
        UPDATE @extschema@.perfcheck_statistics_column c
        SET sample = ARRAY(SELECT jsonb_array_elements_text(entry -> 'sample'))
        WHERE c.statistics = perfcheck_statistics_line.name AND c.schema = entry ->> 'schema'
            AND c.name = entry ->> 'name' AND c.attribute = entry ->> 'attribute';
    WHEN 'extended' THEN
        INSERT INTO @extschema@.perfcheck_statistics_extended
        SELECT r.* FROM jsonb_populate_record(NULL::@extschema@.perfcheck_statistics_extended, entry) r;
    WHEN 'index' THEN
        INSERT INTO @extschema@.perfcheck_statistics_index
        SELECT r.* FROM jsonb_populate_record(NULL::@extschema@.perfcheck_statistics_index, entry) r;
    WHEN 'key' THEN
        INSERT INTO @extschema@.perfcheck_statistics_key
        SELECT r.* FROM jsonb_populate_record(NULL::@extschema@.perfcheck_statistics_key, entry) r;
    WHEN 'fan_out' THEN
        UPDATE @extschema@.perfcheck_statistics_key k
        SET with_children = (entry ->> 'with_children')::double precision,
            fan_out = ARRAY(SELECT jsonb_array_elements_text(entry -> 'fan_out')::double precision),
            fan_out_from = entry ->> 'fan_out_from'
        WHERE k.statistics = perfcheck_statistics_line.name AND k.schema = entry ->> 'schema'
            AND k.name = entry ->> 'name' AND k.key = entry ->> 'key';
    ELSE
        RAISE EXCEPTION 'it does not say what it is'
            USING ERRCODE = 'invalid_parameter_value';
    END CASE;
END
$$;

COMMENT ON FUNCTION perfcheck_statistics_line(text, jsonb) IS
'Takes in a line of a file of statistics';

-- Reads a file of perfcheck-statistics.sql.
CREATE FUNCTION perfcheck_statistics_read_file(name text, content text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    text_of text;
    number bigint;
    entry jsonb;
    begun boolean := false;
    said text;
    state text;
BEGIN
    FOR text_of, number IN
        SELECT rtrim(l.line, E'\r'), l.number
        FROM string_to_table(content, E'\n') WITH ORDINALITY l(line, number)
        WHERE l.line !~ '^\s*(--|$)'
    LOOP
        entry := text_of::jsonb;
        IF jsonb_typeof(entry) <> 'object' THEN
            RAISE EXCEPTION 'it is no object' USING ERRCODE = 'invalid_parameter_value';
        ELSIF entry ->> 'what' = 'statistics' THEN
            IF begun THEN
                RAISE EXCEPTION 'another file begins here' USING ERRCODE = 'invalid_parameter_value';
            ELSIF entry ->> 'version' IS DISTINCT FROM '1' THEN
                RAISE EXCEPTION 'version % of the file is not known', coalesce(entry ->> 'version', 'none')
                    USING ERRCODE = 'feature_not_supported';
            END IF;
            INSERT INTO @extschema@.perfcheck_statistics
            SELECT r.* FROM jsonb_populate_record(NULL::@extschema@.perfcheck_statistics, entry
                || jsonb_build_object('name', name, 'source', 'file', 'loaded_at', now(),
                                      'block_size', coalesce(entry -> 'block_size', '8192'))) r;
            begun := true;
        ELSIF NOT begun THEN
            RAISE EXCEPTION 'the line that begins the file is missing' USING ERRCODE = 'invalid_parameter_value';
        ELSIF entry ->> 'what' = 'end' THEN
            begun := NULL;
        ELSIF begun IS NULL THEN
            RAISE EXCEPTION 'it stands after the end' USING ERRCODE = 'invalid_parameter_value';
        ELSE
            PERFORM @extschema@.perfcheck_statistics_line(name, entry);
        END IF;
    END LOOP;
    IF begun IS NOT NULL THEN
        RAISE EXCEPTION 'the line that ends the file is missing' USING ERRCODE = 'invalid_parameter_value';
    END IF;
EXCEPTION WHEN data_exception OR integrity_constraint_violation OR feature_not_supported
    OR program_limit_exceeded THEN
    GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, state = RETURNED_SQLSTATE;
    RAISE EXCEPTION 'line % of the statistics cannot be read: %', coalesce(number, 0), said
        USING ERRCODE = state,
            HINT = 'Take the file anew with perfcheck-statistics.sql of this version; nothing was loaded.';
END
$$;

COMMENT ON FUNCTION perfcheck_statistics_read_file(text, text) IS
'Reads what perfcheck-statistics.sql wrote';

-- Takes in a call of a dump. A parent of inheritance has two of a column, and that of its own
-- rows comes first; a partitioned table has one, of the rows of its partitions. Columns of
-- indexes have numbers instead of names, and are left out.
CREATE FUNCTION perfcheck_statistics_dump_call(name text, called text, argument jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    combinations text[] := argument ->> 'most_common_vals';
BEGIN
    IF called = 'relation' THEN
        INSERT INTO @extschema@.perfcheck_statistics_table (statistics, schema, name, rows, pages)
        VALUES (perfcheck_statistics_dump_call.name, argument ->> 'schemaname', argument ->> 'relname',
            nullif((argument ->> 'reltuples')::double precision, -1), nullif((argument ->> 'relpages')::bigint, -1));
    ELSIF called = 'attribute' AND argument ? 'attname' THEN
        INSERT INTO @extschema@.perfcheck_statistics_column (statistics, schema, name, attribute,
            null_frac, width, n_distinct, common_values, common_freqs, bounds, correlation,
            common_elements, element_freqs, element_counts, range_bounds, range_lengths, range_empty_frac)
        VALUES (perfcheck_statistics_dump_call.name, argument ->> 'schemaname', argument ->> 'relname',
            argument ->> 'attname', (argument ->> 'null_frac')::double precision,
            (argument ->> 'avg_width')::integer, (argument ->> 'n_distinct')::double precision,
            combinations, (argument ->> 'most_common_freqs')::double precision[],
            (argument ->> 'histogram_bounds')::text[], (argument ->> 'correlation')::double precision,
            (argument ->> 'most_common_elems')::text[], (argument ->> 'most_common_elem_freqs')::double precision[],
            (argument ->> 'elem_count_histogram')::double precision[], (argument ->> 'range_bounds_histogram')::text[],
            (argument ->> 'range_length_histogram')::text[], (argument ->> 'range_empty_frac')::double precision)
        ON CONFLICT DO NOTHING;
    ELSIF called = 'extended' THEN
        INSERT INTO @extschema@.perfcheck_statistics_extended (statistics, schema, name, object, ndistinct, dependencies,
            common_values, common_freqs, expressions)
        VALUES (perfcheck_statistics_dump_call.name, argument ->> 'schemaname', argument ->> 'relname',
            argument ->> 'statistics_name', (argument ->> 'n_distinct')::jsonb, (argument ->> 'dependencies')::jsonb,
            (SELECT array_agg(ARRAY(SELECT combinations[i][j] FROM generate_series(1, array_length(combinations, 2)) j ORDER BY j)::text ORDER BY i)
             FROM generate_series(1, array_length(combinations, 1)) i),
            (argument ->> 'most_common_freqs')::double precision[], (argument ->> 'exprs')::jsonb)
        ON CONFLICT DO NOTHING;
    END IF;
END
$$;

COMMENT ON FUNCTION perfcheck_statistics_dump_call(text, text, jsonb) IS
'Takes in a call of what pg_dump wrote';

-- A dump does not say which relations are indexes, which are parts of which, and which columns
-- extended statistics are of. The catalogs of this database do, where they have the names. Times
-- are those of the session's zone.
CREATE FUNCTION perfcheck_statistics_complete_dump(name text)
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET DateStyle = 'ISO, YMD'
SET TimeZone = 'UTC'
AS $$
    WITH indexes AS (
        DELETE FROM @extschema@.perfcheck_statistics_table t
        USING pg_class c, pg_namespace n, pg_index i, pg_class r, pg_am m
        WHERE t.statistics = perfcheck_statistics_complete_dump.name AND n.nspname = t.schema AND c.relname = t.name
            AND c.relnamespace = n.oid AND i.indexrelid = c.oid AND r.oid = i.indrelid AND m.oid = c.relam
        RETURNING t.statistics, t.schema, r.relname, t.name, m.amname, CASE WHEN c.relkind = 'i' THEN t.pages END AS pages,
            CASE WHEN c.relkind = 'i' THEN t.rows END AS rows, pg_get_indexdef(c.oid) AS definition)
    INSERT INTO @extschema@.perfcheck_statistics_index (statistics, schema, name, index, method, pages, rows, definition)
    SELECT * FROM indexes;
    UPDATE @extschema@.perfcheck_statistics_table t
    SET kind = c.relkind, pages = CASE WHEN c.relkind <> 'p' THEN t.pages END, partition_of = (
        SELECT format('%I.%I', pn.nspname, p.relname) FROM pg_inherits i
        JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
        WHERE i.inhrelid = c.oid AND c.relispartition)
    FROM pg_class c, pg_namespace n
    WHERE t.statistics = perfcheck_statistics_complete_dump.name AND n.nspname = t.schema AND c.relname = t.name
        AND c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'm', 'f');
    -- Autovacuum leaves the rows of a partitioned table unknown, and knows those of its parts.
    WITH RECURSIVE part AS (
        SELECT t.schema, t.name, format('%I.%I', t.schema, t.name) AS part FROM @extschema@.perfcheck_statistics_table t
        WHERE t.statistics = perfcheck_statistics_complete_dump.name AND t.kind = 'p'
        UNION ALL
        SELECT p.schema, p.name, format('%I.%I', t.schema, t.name) FROM part p
        JOIN @extschema@.perfcheck_statistics_table t ON t.partition_of = p.part
        WHERE t.statistics = perfcheck_statistics_complete_dump.name),
    summed AS (
        SELECT p.schema, p.name, sum(t.rows) AS rows FROM part p
        JOIN @extschema@.perfcheck_statistics_table t ON format('%I.%I', t.schema, t.name) = p.part
        WHERE t.statistics = perfcheck_statistics_complete_dump.name AND t.kind <> 'p' GROUP BY p.schema, p.name)
    UPDATE @extschema@.perfcheck_statistics_table t SET rows = s.rows FROM summed s
    WHERE t.statistics = perfcheck_statistics_complete_dump.name AND t.schema = s.schema AND t.name = s.name
        AND s.rows IS NOT NULL;
    -- Columns have the numbers that they had there, and are in the same order here.
    UPDATE @extschema@.perfcheck_statistics_extended e
    SET attributes = o.columns || o.expressions,
        ndistinct = CASE WHEN o.named IS NOT NULL THEN (
            SELECT jsonb_agg(jsonb_build_object('ndistinct', d -> 'ndistinct', 'attributes', (
                SELECT jsonb_agg(o.named -> u.number ORDER BY u.n)
                FROM jsonb_array_elements_text(d -> 'attributes') WITH ORDINALITY u (number, n))) ORDER BY x.n)
            FROM jsonb_array_elements(e.ndistinct) WITH ORDINALITY x (d, n)) END,
        dependencies = CASE WHEN o.named IS NOT NULL THEN (
            SELECT jsonb_agg(jsonb_build_object('degree', d -> 'degree', 'dependency', o.named -> (d ->> 'dependency'), 'attributes', (
                SELECT jsonb_agg(o.named -> u.number ORDER BY u.n)
                FROM jsonb_array_elements_text(d -> 'attributes') WITH ORDINALITY u (number, n))) ORDER BY x.n)
            FROM jsonb_array_elements(e.dependencies) WITH ORDINALITY x (d, n)) END,
        expressions = (
            SELECT jsonb_agg(jsonb_build_object('expression', o.expressions[n], 'null_frac', (v ->> 'null_frac')::real,
                'width', (v ->> 'avg_width')::integer, 'n_distinct', (v ->> 'n_distinct')::real,
                'common_values', (v ->> 'most_common_vals')::text[], 'common_freqs', (v ->> 'most_common_freqs')::real[],
                'bounds', (v ->> 'histogram_bounds')::text[], 'correlation', (v ->> 'correlation')::real) ORDER BY o.expressions[n])
            FROM jsonb_array_elements(e.expressions) WITH ORDINALITY x (v, n))
    FROM (
        SELECT f.schema, f.name, f.object, k.columns, k.expressions,
            CASE WHEN cardinality(t.numbers) = cardinality(k.columns) THEN (
                SELECT jsonb_object_agg(u.number, u.called)
                FROM (SELECT * FROM unnest(t.numbers, k.columns)
                      UNION ALL SELECT -n, x FROM unnest(k.expressions) WITH ORDINALITY w (x, n)) u (number, called)) END AS named
        FROM @extschema@.perfcheck_statistics_extended f
        JOIN pg_namespace n ON n.nspname = f.schema
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = f.name
        JOIN pg_statistic_ext x ON x.stxrelid = c.oid AND x.stxname = f.object
        CROSS JOIN LATERAL (
            SELECT coalesce(pg_get_statisticsobjdef_expressions(x.oid), '{}') AS expressions,
                ARRAY(SELECT a.attname::text FROM pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attnum = ANY (x.stxkeys) ORDER BY a.attnum) AS columns) k
        CROSS JOIN LATERAL (
            SELECT ARRAY(
                SELECT DISTINCT u.number::integer
                FROM jsonb_array_elements(coalesce(f.ndistinct, '[]') || coalesce(f.dependencies, '[]')) d,
                    jsonb_array_elements_text(d -> 'attributes' || coalesce(d -> 'dependency', '[]')) u (number)
                WHERE u.number::integer > 0 ORDER BY 1) AS numbers) t
        WHERE f.statistics = perfcheck_statistics_complete_dump.name) o
    WHERE e.statistics = perfcheck_statistics_complete_dump.name AND e.schema = o.schema AND e.name = o.name
        AND e.object = o.object;
    UPDATE @extschema@.perfcheck_statistics_column t
    SET common_values = CASE WHEN t.common_values IS NOT NULL THEN
            ARRAY(SELECT v::timestamptz::text FROM unnest(t.common_values) WITH ORDINALITY u (v, n) ORDER BY n) END,
        bounds = CASE WHEN t.bounds IS NOT NULL THEN
            ARRAY(SELECT v::timestamptz::text FROM unnest(t.bounds) WITH ORDINALITY u (v, n) ORDER BY n) END
    FROM pg_attribute a, pg_class c, pg_namespace n
    WHERE t.statistics = perfcheck_statistics_complete_dump.name AND n.nspname = t.schema AND c.relname = t.name
        AND c.relnamespace = n.oid AND a.attrelid = c.oid AND a.attname = t.attribute AND a.atttypid = 'timestamptz'::regtype
        AND NOT EXISTS (SELECT FROM unnest(t.common_values || t.bounds) v
            WHERE v !~ '^(-?infinity|\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)*( BC)?)$');
    -- Combinations of nobody knows what tell nothing.
    DELETE FROM @extschema@.perfcheck_statistics_extended e
    WHERE e.statistics = perfcheck_statistics_complete_dump.name AND e.attributes IS NULL
$$;

COMMENT ON FUNCTION perfcheck_statistics_complete_dump(text) IS
'Adds to a dump what the catalogs of this database know of its relations';

-- Reads the output of pg_dump with statistics, be there other things in it. Each call begins
-- a line and ends one; within it are names and values in turn, and all of them are strings.
CREATE FUNCTION perfcheck_statistics_read_dump(name text, content text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    line text;
    number bigint;
    begins bigint;
    called text;
    body text;
    quotes bigint;
    arguments text[];
    argument jsonb;
    version integer;
    said text;
    state text;
BEGIN
    INSERT INTO @extschema@.perfcheck_statistics (name, source, values) VALUES (name, 'pg_dump', 'plain');
    FOR line, number IN
        SELECT l.line, l.number FROM string_to_table(content, E'\n') WITH ORDINALITY l (line, number)
    LOOP
        IF called IS NULL THEN
            called := substring(line FROM '^\s*SELECT\s.*\mpg_restore_(relation|attribute|extended)_stats\(');
            CONTINUE WHEN called IS NULL;
            begins := number;
            body := '';
            quotes := 0;
        END IF;
        body := body || line || E'\n';
        quotes := quotes + length(line) - length(replace(line, '''', ''));
        CONTINUE WHEN quotes % 2 = 1 OR line !~ '\);\s*$';
        SELECT array_agg(coalesce(replace(replace(t.token[1], '''''', ''''), '\\', '\'), replace(t.token[2], '''''', '''')) ORDER BY t.n)
        INTO arguments
        FROM regexp_matches(body, $re$E'((?:[^'\\]|''|\\\\)*)'|'((?:[^']|'')*)'$re$, 'g') WITH ORDINALITY t (token, n);
        IF cardinality(arguments) % 2 = 1 THEN
            RAISE EXCEPTION 'the call has a name without a value' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        argument := jsonb_object(coalesce(arguments, '{}'));
        version := coalesce(version, (argument ->> 'version')::integer);
        PERFORM @extschema@.perfcheck_statistics_dump_call(name, called, argument);
        called := NULL;
        begins := NULL;
    END LOOP;
    IF called IS NOT NULL THEN
        RAISE EXCEPTION 'the call does not end' USING ERRCODE = 'invalid_parameter_value';
    ELSIF NOT EXISTS (SELECT FROM @extschema@.perfcheck_statistics_table t WHERE t.statistics = perfcheck_statistics_read_dump.name) THEN
        RAISE EXCEPTION 'it ends without the size of a table' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    UPDATE @extschema@.perfcheck_statistics s SET server_version = version
    WHERE s.name = perfcheck_statistics_read_dump.name;
    PERFORM @extschema@.perfcheck_statistics_complete_dump(name);
EXCEPTION WHEN data_exception OR integrity_constraint_violation OR feature_not_supported
    OR program_limit_exceeded THEN
    GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, state = RETURNED_SQLSTATE;
    RAISE EXCEPTION 'line % of the statistics cannot be read: %', coalesce(begins, number, 0), said
        USING ERRCODE = state,
            HINT = 'Take the file anew with pg_dump --statistics-only; nothing was loaded.';
END
$$;

COMMENT ON FUNCTION perfcheck_statistics_read_dump(text, text) IS
'Reads what pg_dump --statistics-only wrote';

CREATE FUNCTION perfcheck_load_statistics(name text, content text)
RETURNS TABLE (tables bigint, columns bigint, keys bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
BEGIN
    IF coalesce(name, '') = '' THEN
        RAISE EXCEPTION 'name must not be null or empty' USING ERRCODE = 'invalid_parameter_value',
            HINT = 'perfcheck_load_statistics(''shop'', content) keeps them as shop.';
    END IF;
    PERFORM @extschema@.perfcheck_refuse_triggers();
    DELETE FROM @extschema@.perfcheck_statistics s WHERE s.name = perfcheck_load_statistics.name;
    IF content ~ '^\s*(--[^\n]*\n\s*)*\{' THEN
        PERFORM @extschema@.perfcheck_statistics_read_file(name, content);
    ELSIF content ~ '\mpg_restore_(relation|attribute|extended)_stats\(' THEN
        PERFORM @extschema@.perfcheck_statistics_read_dump(name, content);
    ELSE
        RAISE EXCEPTION 'the text is no file of statistics' USING ERRCODE = 'invalid_parameter_value',
            HINT = 'perfcheck-statistics.sql writes one, and pg_dump --statistics-only does.';
    END IF;
    RETURN QUERY SELECT
        (SELECT count(*) FROM @extschema@.perfcheck_statistics_table t WHERE t.statistics = perfcheck_load_statistics.name),
        (SELECT count(*) FROM @extschema@.perfcheck_statistics_column c WHERE c.statistics = perfcheck_load_statistics.name),
        (SELECT count(*) FROM @extschema@.perfcheck_statistics_key k WHERE k.statistics = perfcheck_load_statistics.name);
END
$$;

COMMENT ON FUNCTION perfcheck_load_statistics(text, text) IS
'Keeps the statistics of a file under a name, in place of those that had it';

-- The same of this database. What it reads of pg_stats and the catalogs, and of the rows,
-- is what perfcheck-statistics.sql reads; test/t/078_statistics.pl compares them.

-- A partitioned table has the rows and pages of its partitions.
CREATE FUNCTION perfcheck_statistics_size(relid oid, OUT rows double precision, OUT pages bigint)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    WITH RECURSIVE part(oid) AS (
        SELECT relid
        UNION ALL SELECT i.inhrelid FROM part p JOIN pg_class c ON c.oid = p.oid AND c.relkind = 'p'
        JOIN pg_inherits i ON i.inhparent = p.oid)
    SELECT sum(coalesce(nullif(c.reltuples, -1), nullif(pg_stat_get_live_tuples(c.oid), 0))), sum(c.relpages::bigint)
    FROM part p JOIN pg_class c ON c.oid = p.oid WHERE c.relkind <> 'p'
$$;

COMMENT ON FUNCTION perfcheck_statistics_size(oid) IS
'Rows and pages of a table as the catalog has them';

CREATE FUNCTION perfcheck_statistics_fan_out(key_oid oid, pages bigint DEFAULT 16384)
RETURNS TABLE (with_children double precision, fan_out double precision[], fan_out_from text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    k record;
    counted text;
BEGIN
    SELECT n.conrelid::regclass AS child, n.confrelid::regclass AS parent, c.columns AS child_columns,
        p.columns AS parent_columns, c.joins, cs.pages AS child_pages, ps.pages AS parent_pages, ps.rows AS parents,
        cardinality(n.conkey) AS width, cs.rows AS children,
        EXISTS (SELECT FROM pg_index i WHERE i.indrelid = n.conrelid AND i.indisvalid AND i.indpred IS NULL
            AND i.indkey[0] = ANY (n.conkey)) AS indexed
    INTO k
    FROM pg_constraint n
    CROSS JOIN LATERAL (
        SELECT string_agg(format('c.%I', a.attname), ', ' ORDER BY u.o) AS columns,
            string_agg(format('p.%I OPERATOR(%I.%s) c.%I', f.attname, s.nspname, o.oprname, a.attname), ' AND ' ORDER BY u.o) AS joins
        FROM unnest(n.conkey, n.confkey, n.conpfeqop) WITH ORDINALITY u(child, parent, operator, o)
        JOIN pg_attribute a ON a.attrelid = n.conrelid AND a.attnum = u.child
        JOIN pg_attribute f ON f.attrelid = n.confrelid AND f.attnum = u.parent
        JOIN pg_operator o ON o.oid = u.operator JOIN pg_namespace s ON s.oid = o.oprnamespace) c
    CROSS JOIN LATERAL (
        SELECT string_agg(format('p.%I', a.attname), ', ' ORDER BY u.o) AS columns
        FROM unnest(n.confkey) WITH ORDINALITY u(number, o)
        JOIN pg_attribute a ON a.attrelid = n.confrelid AND a.attnum = u.number) p
    CROSS JOIN LATERAL @extschema@.perfcheck_statistics_size(n.conrelid) cs
    CROSS JOIN LATERAL @extschema@.perfcheck_statistics_size(n.confrelid) ps
    WHERE n.oid = key_oid;
    IF k.child_pages <= pages OR NOT k.indexed OR coalesce(k.parents, 0) = 0 THEN
        IF k.child_pages > pages AND (NOT k.indexed OR coalesce(k.parents, 0) = 0) THEN
            RETURN;
        END IF;
        counted := format('SELECT count(*) AS n FROM %s c WHERE (%s) IS NOT NULL GROUP BY %s', k.child,
            CASE WHEN k.width = 1 THEN k.child_columns ELSE 'ROW(' || k.child_columns || ')' END, k.child_columns);
        fan_out_from := 'rows';
    ELSE
        counted := format('SELECT (SELECT count(*) FROM (SELECT FROM %s c WHERE %s LIMIT 100000) l) AS n
                FROM (SELECT %s FROM %s p TABLESAMPLE SYSTEM (%s) REPEATABLE (1) WHERE random() < %s LIMIT 5000) p',
            k.child, k.joins, k.parent_columns, k.parent, least(100, 100 * 1000.0 / greatest(k.parent_pages, 1)),
            least(1, 3000 / greatest(k.parents * least(1, 1000.0 / greatest(k.parent_pages, 1)), 1)));
        fan_out_from := 'sample';
    END IF;
    EXECUTE format('SELECT count(*) FILTER (WHERE n > 0) / greatest(count(*), 1)::double precision * CASE $2 WHEN ''rows'' THEN count(*) ELSE $1 END,
            percentile_disc((SELECT array_agg(i / 100.0::double precision ORDER BY i) FROM generate_series(0, 100) i))
                WITHIN GROUP (ORDER BY n) FILTER (WHERE n > 0) FROM (%s) k', counted)
        INTO with_children, fan_out USING k.parents, fan_out_from;
    with_children := round(with_children);
    IF fan_out IS NOT NULL THEN
        RETURN NEXT;
    END IF;
END
$$;

COMMENT ON FUNCTION perfcheck_statistics_fan_out(oid, bigint) IS
'How many children the parents of a foreign key have, by its rows or a sample of its parents';

-- What pg_stats shows of the columns of tables that were taken. Before 17 it has nothing of
-- ranges, and the names are those of what stands for nothing. Values become text, and never
-- JSON: a cast to it may be code of the type's owner.
CREATE FUNCTION perfcheck_statistics_take_columns(name text)
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    INSERT INTO @extschema@.perfcheck_statistics_column (statistics, schema, name, attribute, type, position, null_frac,
        width, n_distinct, common_values, common_freqs, bounds, correlation, common_elements, element_freqs, element_counts,
        range_bounds, range_lengths, range_empty_frac)
    SELECT t.statistics, t.schema, t.name, a.attname, format_type(a.atttypid, a.atttypmod),
        row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum), s.null_frac::text::double precision, s.avg_width,
        s.n_distinct::text::double precision, s.most_common_vals::text::text[], s.most_common_freqs::text::double precision[],
        CASE WHEN a.atttypid = 'uuid'::regtype AND s.most_common_vals IS NULL THEN
            ARRAY(SELECT v FROM unnest(s.histogram_bounds::text::text[]) WITH ORDINALITY u(v, n) WHERE n % 10 = 1 ORDER BY n)
            ELSE s.histogram_bounds::text::text[] END,
        s.correlation::text::double precision, s.most_common_elems::text::text[], s.most_common_elem_freqs::text::double precision[],
        s.elem_count_histogram::text::double precision[], 
        s.range_bounds, s.range_lengths, s.range_empty
    FROM @extschema@.perfcheck_statistics_table t
    JOIN pg_attribute a ON a.attrelid = to_regclass(format('%I.%I', t.schema, t.name)) AND a.attnum > 0 AND NOT a.attisdropped
    CROSS JOIN (SELECT NULL::text AS range_bounds_histogram, NULL::text AS range_length_histogram, NULL::real AS range_empty_frac) AS none
    LEFT JOIN LATERAL (
        SELECT p.*, range_bounds_histogram::text::text[] AS range_bounds, range_length_histogram::text::text[] AS range_lengths,
            range_empty_frac::text::double precision AS range_empty
        FROM pg_stats p
        WHERE p.schemaname = t.schema AND p.tablename = t.name AND p.attname = a.attname AND p.inherited = (t.kind = 'p')) s ON true
    WHERE t.statistics = perfcheck_statistics_take_columns.name
$$;

COMMENT ON FUNCTION perfcheck_statistics_take_columns(text) IS
'Adds what pg_stats shows to the tables that were taken';

-- The extended statistics of tables that were taken. Up to 18 what they say of groups of
-- columns has numbers of columns as keys, "1, 2" and "1 => 2"; numbers below zero are
-- expressions.
CREATE FUNCTION perfcheck_statistics_take_extended(name text)
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    INSERT INTO @extschema@.perfcheck_statistics_extended (statistics, schema, name, object, attributes, ndistinct, dependencies,
        common_values, common_freqs, expressions)
    SELECT t.statistics, t.schema, t.name, e.statistics_name,
        coalesce(e.attnames::text[], '{}') || coalesce(e.exprs, '{}'),
        (SELECT jsonb_agg(jsonb_build_object('ndistinct', g.value, 'attributes', (
                SELECT jsonb_agg(CASE WHEN u.number < 0 THEN e.exprs[-u.number] ELSE a.attname::text END ORDER BY u.o)
                FROM unnest(g.numbers) WITH ORDINALITY u(number, o)
                LEFT JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = u.number)) ORDER BY g.n)
         FROM (SELECT regexp_split_to_array(d.key, ', ')::integer[] AS numbers, d.value::double precision AS value, n
            FROM json_each_text(CASE WHEN e.n_distinct::text LIKE '{%' THEN e.n_distinct::text::json END) WITH ORDINALITY d(key, value, n)
            UNION ALL SELECT ARRAY(SELECT jsonb_array_elements_text(d -> 'attributes')::integer), (d ->> 'ndistinct')::double precision, n
            FROM jsonb_array_elements(CASE WHEN e.n_distinct::text LIKE '[%' THEN e.n_distinct::text::jsonb END) WITH ORDINALITY x(d, n)) g),
        (SELECT jsonb_agg(jsonb_build_object('degree', g.value, 'attributes', (
                SELECT jsonb_agg(CASE WHEN u.number < 0 THEN e.exprs[-u.number] ELSE a.attname::text END ORDER BY u.o)
                FROM unnest(g.numbers) WITH ORDINALITY u(number, o)
                LEFT JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = u.number),
            'dependency', (SELECT CASE WHEN g.last < 0 THEN e.exprs[-g.last] ELSE (
                SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum = g.last) END)) ORDER BY g.n)
         FROM (SELECT regexp_split_to_array(split_part(d.key, ' => ', 1), ', ')::integer[] AS numbers,
                split_part(d.key, ' => ', 2)::integer AS last, d.value::double precision AS value, n
            FROM json_each_text(CASE WHEN e.dependencies::text LIKE '{%' THEN e.dependencies::text::json END) WITH ORDINALITY d(key, value, n)
            UNION ALL SELECT ARRAY(SELECT jsonb_array_elements_text(d -> 'attributes')::integer), (d ->> 'dependency')::integer,
                (d ->> 'degree')::double precision, n
            FROM jsonb_array_elements(CASE WHEN e.dependencies::text LIKE '[%' THEN e.dependencies::text::jsonb END) WITH ORDINALITY x(d, n)) g),
        (SELECT array_agg(ARRAY(SELECT CASE WHEN e.most_common_val_nulls[i][j] THEN NULL ELSE e.most_common_vals[i][j] END
                FROM generate_series(1, array_length(e.most_common_vals, 2)) j ORDER BY j)::text ORDER BY i)
         FROM generate_series(1, array_length(e.most_common_vals, 1)) i),
        e.most_common_freqs::text::double precision[],
        (SELECT jsonb_agg(jsonb_build_object('expression', s.expr, 'null_frac', s.null_frac, 'width', s.avg_width,
            'n_distinct', s.n_distinct, 'common_values', s.most_common_vals::text::text[], 'common_freqs', s.most_common_freqs,
            'bounds', s.histogram_bounds::text::text[], 'correlation', s.correlation) ORDER BY s.expr)
         FROM pg_stats_ext_exprs s
         WHERE s.statistics_schemaname = e.statistics_schemaname AND s.statistics_name = e.statistics_name AND s.inherited = e.inherited)
    FROM @extschema@.perfcheck_statistics_table t
    JOIN pg_stats_ext e ON e.schemaname = t.schema AND e.tablename = t.name AND e.inherited = (t.kind = 'p')
    JOIN pg_class r ON r.oid = to_regclass(format('%I.%I', t.schema, t.name))
    WHERE t.statistics = perfcheck_statistics_take_extended.name
$$;

COMMENT ON FUNCTION perfcheck_statistics_take_extended(text) IS
'Adds extended statistics to the tables that were taken';

CREATE FUNCTION perfcheck_take_statistics(name text, schemas name[] DEFAULT pg_catalog.current_schemas(false))
RETURNS TABLE (tables bigint, columns bigint, keys bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET DateStyle = 'ISO, YMD'
SET IntervalStyle = 'postgres'
SET TimeZone = 'UTC'
SET bytea_output = 'hex'
SET extra_float_digits = 1
SET quote_all_identifiers = off
SET lc_monetary = 'C'
AS $$
DECLARE
    one record;
    drawn text[];
BEGIN
    IF coalesce(name, '') = '' THEN
        RAISE EXCEPTION 'name must not be null or empty' USING ERRCODE = 'invalid_parameter_value',
            HINT = 'perfcheck_take_statistics(''here'') keeps them as here.';
    ELSIF coalesce(cardinality(schemas), 0) = 0 THEN
        RAISE EXCEPTION 'there is no schema to take statistics of' USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Name schemas, or leave the argument out for those of the search_path.';
    END IF;
    FOR one IN SELECT s.name FROM unnest(schemas) AS s (name) WHERE to_regnamespace(quote_ident(s.name)) IS NULL OR s.name IS NULL LOOP
        RAISE EXCEPTION 'schema "%" does not exist', one.name USING ERRCODE = 'invalid_schema_name',
            HINT = 'Name schemas as pg_namespace holds them.';
    END LOOP;
    PERFORM @extschema@.perfcheck_refuse_triggers();
    DELETE FROM @extschema@.perfcheck_statistics s WHERE s.name = perfcheck_take_statistics.name;
    INSERT INTO @extschema@.perfcheck_statistics (name, source, taken_at, server_version, database, schemas, values,
        block_size, settings)
    VALUES (name, 'database', now(), current_setting('server_version_num')::integer, current_database(),
        schemas::text[], 'plain', current_setting('block_size')::integer,
        (SELECT jsonb_object_agg(g.name, current_setting(g.name)) FROM pg_settings g
         WHERE g.setting IS DISTINCT FROM g.boot_val AND g.source <> 'session' AND (g.category LIKE 'Query Tuning%'
            OR g.name IN ('work_mem', 'hash_mem_multiplier', 'effective_io_concurrency', 'max_parallel_workers_per_gather',
                'max_parallel_workers', 'shared_buffers', 'jit', 'default_statistics_target'))));
    INSERT INTO @extschema@.perfcheck_statistics_table (statistics, schema, name, kind, rows, pages, partition_of)
    SELECT perfcheck_take_statistics.name, n.nspname, c.relname, c.relkind, z.rows, CASE WHEN c.relkind <> 'p' THEN z.pages END,
        CASE WHEN c.relispartition THEN (
            SELECT format('%I.%I', pn.nspname, p.relname) FROM pg_inherits i
            JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
            WHERE i.inhrelid = c.oid) END
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL @extschema@.perfcheck_statistics_size(c.oid) z
    WHERE n.nspname = ANY (schemas) AND c.relkind IN ('r', 'p', 'm', 'f') AND c.relpersistence <> 't'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e');
    PERFORM @extschema@.perfcheck_statistics_take_columns(name);
    PERFORM @extschema@.perfcheck_statistics_take_extended(name);
    INSERT INTO @extschema@.perfcheck_statistics_index (statistics, schema, name, index, method, pages, rows, definition)
    SELECT t.statistics, t.schema, t.name, c.relname, m.amname, CASE WHEN c.relkind = 'i' THEN c.relpages END,
        CASE WHEN c.relkind = 'i' AND c.reltuples >= 0 THEN c.reltuples::text::double precision END, pg_get_indexdef(c.oid)
    FROM @extschema@.perfcheck_statistics_table t
    JOIN pg_index i ON i.indrelid = to_regclass(format('%I.%I', t.schema, t.name))
    JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
    WHERE t.statistics = perfcheck_take_statistics.name;
    INSERT INTO @extschema@.perfcheck_statistics_key (statistics, schema, name, key, attributes, parent_schema, parent,
        parent_attributes, parents, with_children, fan_out, fan_out_from)
    SELECT t.statistics, t.schema, t.name, k.conname,
        ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY u(number, o)
              JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.o),
        pn.nspname, p.relname,
        ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY u(number, o)
              JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number ORDER BY u.o),
        z.rows, f.with_children, f.fan_out, f.fan_out_from
    FROM @extschema@.perfcheck_statistics_table t
    JOIN pg_constraint k ON k.conrelid = to_regclass(format('%I.%I', t.schema, t.name)) AND k.contype = 'f' AND k.conparentid = 0
    JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
    CROSS JOIN LATERAL @extschema@.perfcheck_statistics_size(k.confrelid) z
    LEFT JOIN LATERAL @extschema@.perfcheck_statistics_fan_out(k.oid) f ON true
    WHERE t.statistics = perfcheck_take_statistics.name;
    FOR one IN
        SELECT c.*, t.pages FROM @extschema@.perfcheck_statistics_column c
        JOIN @extschema@.perfcheck_statistics_table t USING (statistics, schema, name)
        WHERE c.statistics = perfcheck_take_statistics.name AND c.common_values IS NULL AND c.bounds IS NULL
            AND coalesce(c.null_frac, 0) < 1 AND t.kind IN ('r', 'm') AND t.pages > 0
    LOOP
        EXECUTE format('SELECT array_agg(v ORDER BY n) FROM (SELECT v, n, sum(octet_length(v)) OVER (ORDER BY n) AS bytes
                FROM (SELECT v, row_number() OVER () AS n FROM (SELECT format(''%%s'', %3$I) AS v FROM %1$I.%2$I %4$s
                    WHERE %3$I IS NOT NULL LIMIT 50) l) m WHERE octet_length(v) <= 20000) s WHERE bytes <= 20000',
            one.schema, one.name, one.attribute,
            CASE WHEN one.pages > 200 THEN format('TABLESAMPLE SYSTEM (%s) REPEATABLE (1)', 100 * 200.0 / one.pages) ELSE '' END)
            INTO drawn;
        UPDATE @extschema@.perfcheck_statistics_column c SET sample = drawn
        WHERE c.statistics = one.statistics AND c.schema = one.schema AND c.name = one.name AND c.attribute = one.attribute;
    END LOOP;
    RETURN QUERY SELECT
        (SELECT count(*) FROM @extschema@.perfcheck_statistics_table t WHERE t.statistics = perfcheck_take_statistics.name),
        (SELECT count(*) FROM @extschema@.perfcheck_statistics_column c WHERE c.statistics = perfcheck_take_statistics.name),
        (SELECT count(*) FROM @extschema@.perfcheck_statistics_key k WHERE k.statistics = perfcheck_take_statistics.name);
END
$$;

COMMENT ON FUNCTION perfcheck_take_statistics(text, name[]) IS
'Keeps the statistics of this database under a name, in place of those that had it';

CREATE FUNCTION perfcheck_use_statistics(name text)
RETURNS TABLE (relation text, rows bigint, action text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    known boolean;
BEGIN
    SELECT true INTO known FROM @extschema@.perfcheck_statistics s WHERE s.name = perfcheck_use_statistics.name;
    IF known IS NULL THEN
        RAISE EXCEPTION 'there are no statistics "%"', name USING ERRCODE = 'undefined_object',
            HINT = 'perfcheck_load_statistics() reads a file of them; perfcheck_statistics holds those that were read.';
    END IF;
    PERFORM @extschema@.perfcheck_refuse_triggers();
    -- The rows of partitions count for the table that they are parts of, which in the output
    -- of pg_dump only this database tells.
    FOR relation, rows, action IN
        WITH RECURSIVE told AS (
            SELECT t.*, format('%I.%I', t.schema, t.name) AS table_name
            FROM @extschema@.perfcheck_statistics_table t WHERE t.statistics = perfcheck_use_statistics.name),
        rooted(table_name, root, rows, kind) AS (
            SELECT t.table_name, t.table_name, t.rows, t.kind
            FROM told t WHERE t.partition_of IS NULL
            UNION ALL
            SELECT t.table_name, r.root, t.rows, t.kind
            FROM told t JOIN rooted r ON r.table_name = t.partition_of),
        here AS (
            SELECT r.root, coalesce(pg_partition_root(c.oid), c.oid) AS oid, r.rows, r.kind, c.relkind,
                c.oid IS NULL AS missing, coalesce(r.kind, CASE WHEN r.root = r.table_name THEN c.relkind::text END) = 'p' AS parts
            FROM rooted r LEFT JOIN pg_class c ON c.oid = to_regclass(r.root)),
        summed AS (
            SELECT coalesce(h.oid::regclass::text, h.root) AS relation, h.oid,
                coalesce(sum(h.rows) FILTER (WHERE h.parts IS NOT TRUE), max(h.rows)) AS rows,
                bool_or(h.missing) AS missing, min(h.kind) AS kind
            FROM here h WHERE h.missing OR h.relkind IN ('r', 'p', 'm') GROUP BY h.oid, coalesce(h.oid::regclass::text, h.root)),
        schemas AS (SELECT DISTINCT t.schema FROM told t)
        SELECT s.relation, CASE WHEN s.rows IS NOT NULL THEN greatest(round(s.rows), 1)::bigint END,
            CASE WHEN s.missing THEN 'not here' WHEN s.rows IS NULL THEN 'size not told' ELSE 'used' END
        FROM summed s
        -- Of what pg_dump calls a relation, one without columns may be an index.
        WHERE NOT s.missing OR s.kind IS NOT NULL OR EXISTS (
            SELECT FROM @extschema@.perfcheck_statistics_column c WHERE c.statistics = perfcheck_use_statistics.name
                AND format('%I.%I', c.schema, c.name) = s.relation)
        UNION ALL
        SELECT c.oid::regclass::text, NULL, 'not in the statistics'
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN schemas t ON t.schema = n.nspname
        WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND NOT c.relispartition
            AND NOT EXISTS (SELECT FROM summed s WHERE s.oid = c.oid)
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 3 DESC, 1
    LOOP
        IF action = 'used' THEN
            PERFORM @extschema@.perfcheck_size(relation::regclass, perfcheck_use_statistics.rows,
                (SELECT z.denser FROM @extschema@.perfcheck_size z WHERE z.relation = perfcheck_use_statistics.relation::regclass));
            -- Telling of a size forgets what was known of its values.
            INSERT INTO @extschema@.perfcheck_size_values (relation, attribute, distinct_values, common_share)
            SELECT relation::regclass, c.attribute, least(greatest(
                CASE WHEN c.n_distinct < 0 THEN -c.n_distinct * perfcheck_use_statistics.rows ELSE c.n_distinct END, 1), perfcheck_use_statistics.rows),
                CASE WHEN c.common_freqs[1] > 0 THEN c.common_freqs[1] END
            FROM @extschema@.perfcheck_statistics_column c
            JOIN pg_attribute a ON a.attrelid = relation::regclass AND a.attname = c.attribute AND a.attnum > 0
            WHERE c.statistics = perfcheck_use_statistics.name AND to_regclass(format('%I.%I', c.schema, c.name)) = relation::regclass
                AND c.n_distinct <> 0;
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;

COMMENT ON FUNCTION perfcheck_use_statistics(text) IS
'Judges each table at the size that the statistics tell, and returns what they are';

-- The measures of one column: what was told of it, and what pg_stats shows here.
CREATE FUNCTION perfcheck_fidelity_column(c jsonb)
RETURNS TABLE (measure text, asked double precision, got double precision, distance double precision, bound double precision)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    told_values text[] := CASE WHEN c -> 'common_values' <> 'null' AND NOT coalesce((c ->> 'other_values')::boolean, false) THEN ARRAY(SELECT jsonb_array_elements_text(c -> 'common_values')) END;
    told_freqs double precision[] := CASE WHEN c -> 'common_freqs' <> 'null' THEN
        ARRAY(SELECT jsonb_array_elements_text(c -> 'common_freqs')::double precision) ELSE '{}' END;
    told_bounds text[] := CASE WHEN c -> 'bounds' <> 'null' AND NOT coalesce((c ->> 'other_values')::boolean, false) THEN ARRAY(SELECT jsonb_array_elements_text(c -> 'bounds')) END;
    values_got text[] := CASE WHEN c -> 'common_got' <> 'null' THEN ARRAY(SELECT jsonb_array_elements_text(c -> 'common_got')) ELSE '{}' END;
    freqs_got double precision[] := CASE WHEN c -> 'freqs_got' <> 'null' THEN
        ARRAY(SELECT jsonb_array_elements_text(c -> 'freqs_got')::double precision) ELSE '{}' END;
    bounds_got text[] := CASE WHEN c -> 'bounds_got' <> 'null' THEN ARRAY(SELECT jsonb_array_elements_text(c -> 'bounds_got')) END;
    -- The highest first. Behind them stand the least, the greatest and, for an array, that of
    -- NULLs; those are left out, as far as the elements tell.
    elements_told double precision[] := ARRAY(SELECT e.freq::double precision
        FROM jsonb_array_elements_text(nullif(c -> 'element_freqs', 'null')) WITH ORDINALITY e (freq, n)
        WHERE e.n <= coalesce(jsonb_array_length(nullif(c -> 'common_elements', 'null')), jsonb_array_length(nullif(c -> 'element_freqs', 'null')) - 3) ORDER BY 1 DESC);
    elements_got double precision[] := ARRAY(SELECT e.freq::double precision
        FROM jsonb_array_elements_text(nullif(c -> 'element_freqs_got', 'null')) WITH ORDINALITY e (freq, n)
        WHERE e.n <= jsonb_array_length(nullif(c -> 'elements_got', 'null')) ORDER BY 1 DESC);
    null_told double precision := c ->> 'null_frac';
    null_got double precision := c ->> 'null_got';
    rows_here double precision := coalesce((c ->> 'rows')::double precision, 0);
    distinct_told double precision := c ->> 'n_distinct';
    distinct_got double precision := c ->> 'distinct_got';
    rest_told double precision;
    rest_got double precision;
BEGIN
    measure := 'null share'; asked := null_told; got := null_got; distance := abs(asked - got); bound := 0.01;
    RETURN NEXT;
    IF null_told = 1 AND null_got = 1 THEN
        RETURN;
    END IF;
    measure := 'width'; asked := c ->> 'width'; got := c ->> 'width_got';
    distance := abs(asked - got) / greatest(asked, 1); bound := 0.2;
    RETURN NEXT;
    IF distinct_told <> 0 AND distinct_got <> 0 THEN
        -- A share of the rows is one of those here. No column has more values than rows.
        asked := CASE WHEN distinct_told < 0 THEN -distinct_told * rows_here
            ELSE least(distinct_told * CASE WHEN (c ->> 'other_values')::boolean THEN coalesce((c ->> 'parents_ratio')::double precision, 1) ELSE 1 END,
                greatest(rows_here * (1 - null_told), 1)) END;
        got := CASE WHEN distinct_got < 0 THEN -distinct_got * rows_here ELSE distinct_got END;
        measure := 'n_distinct'; distance := abs(asked - got) / greatest(asked, 1); bound := 0.1;
        RETURN NEXT;
    ELSE
        distinct_told := NULL;
    END IF;
    -- Among fewer or more parents each has another share of the rows; what is compared
    -- is how many children they have.
    IF (cardinality(told_freqs) > 0 OR cardinality(freqs_got) > 0)
        AND NOT ((c ->> 'other_values')::boolean AND abs(coalesce((c ->> 'parents_ratio')::double precision, 1) - 1) > 0.1) THEN
        -- What a value that is not among the most common ones has, all others share.
        rest_told := (1 - null_told - coalesce((SELECT sum(x) FROM unnest(told_freqs) x), 0)) /
            greatest(coalesce(asked, 1) - cardinality(told_freqs), 1);
        rest_got := (1 - null_got - coalesce((SELECT sum(x) FROM unnest(freqs_got) x), 0)) /
            greatest(coalesce(got, 1) - cardinality(freqs_got), 1);
        measure := 'common values';
        SELECT x.t, x.g, abs(x.t - x.g) INTO asked, got, distance
        FROM (SELECT greatest(coalesce(t.freq, CASE WHEN distinct_told IS NULL THEN g.freq ELSE rest_told END), 0) AS t,
                greatest(coalesce(g.freq, CASE WHEN distinct_told IS NULL THEN t.freq ELSE rest_got END), 0) AS g
            FROM unnest(told_freqs) WITH ORDINALITY t(freq, n)
            FULL JOIN unnest(freqs_got) WITH ORDINALITY g(freq, n)
            ON CASE WHEN told_values IS NULL THEN t.n::text ELSE told_values[t.n] END
                = CASE WHEN told_values IS NULL THEN g.n::text ELSE values_got[g.n] END) x
        ORDER BY 3 DESC LIMIT 1;
        bound := 0.01;
        RETURN NEXT;
    END IF;
    -- Of the elements of an array, or the words of a document, how frequent the first, the
    -- second and so on is: which they are may differ, where a file has made-up ones. What
    -- a sample of so many rows leaves open is allowed.
    IF cardinality(elements_told) > 0 THEN
        measure := 'common elements';
        SELECT t.freq, coalesce(g.freq, 0), abs(t.freq - coalesce(g.freq, 0)) INTO asked, got, distance
        FROM unnest(elements_told) WITH ORDINALITY t (freq, n) LEFT JOIN unnest(elements_got) WITH ORDINALITY g (freq, n) USING (n)
        ORDER BY 3 DESC LIMIT 1;
        bound := 0.01 + 1 / sqrt(greatest(least(rows_here, 30000), 1));
        RETURN NEXT;
    END IF;
    IF c ->> 'correlation' IS NOT NULL THEN
        measure := 'correlation'; asked := c ->> 'correlation'; got := coalesce((c ->> 'correlation_got')::double precision, 0);
        distance := abs(asked - got); bound := 0.1;
        RETURN NEXT;
    END IF;
    -- Where the values lie: the largest gap between the two distributions, less what the
    -- fewer bounds leave open. Which values are common may differ, so both parts of pg_stats
    -- count, bounds sharing what is left.
    IF c ->> 'local_type' IS NOT NULL AND told_bounds IS NOT NULL AND (bounds_got IS NOT NULL OR cardinality(values_got) > 0) THEN
        measure := 'distribution'; asked := NULL; got := NULL; bound := 0.05;
        EXECUTE format($q$
            WITH told AS (
                SELECT v::%1$s AS v, f FROM unnest($1, $2) u(v, f)
                UNION ALL SELECT b::%1$s, $3 / nullif(cardinality($4), 0) FROM unnest($4) b),
            here AS (
                SELECT v::%1$s AS v, f FROM unnest($5, $6) u(v, f)
                UNION ALL SELECT b::%1$s, $7 / nullif(cardinality($8), 0) FROM unnest($8) b),
            both_of AS (
                SELECT sum(t) OVER (ORDER BY v %2$s) AS t, sum(h) OVER (ORDER BY v %2$s) AS h
                FROM (SELECT v, f AS t, 0 AS h FROM told UNION ALL SELECT v, 0, f FROM here) x)
            SELECT max(abs(t - h)) FROM both_of$q$, c ->> 'local_type',
            CASE WHEN (c ->> 'attcollation')::oid <> 0 THEN 'COLLATE ' || (c ->> 'attcollation')::oid::regcollation ELSE '' END)
        INTO distance
        USING coalesce(told_values, '{}'), CASE WHEN told_values IS NULL THEN '{}' ELSE told_freqs END,
            1 - null_told - coalesce((SELECT sum(x) FROM unnest(told_freqs) x), 0), told_bounds,
            values_got, freqs_got, 1 - null_got - coalesce((SELECT sum(x) FROM unnest(freqs_got) x), 0), coalesce(bounds_got, '{}');
        distance := greatest(0, distance - 1.0 / greatest(least(cardinality(told_bounds), cardinality(bounds_got)) - 1, 1));
        RETURN NEXT;
    END IF;
END
$$;

COMMENT ON FUNCTION perfcheck_fidelity_column(jsonb) IS
'The measures of a column, from what was told of it and what pg_stats shows here';

-- How far the statistics of this database are from others, measure by measure. What is
-- allowed stands in bound.
CREATE FUNCTION perfcheck_fidelity_measures(statistics text)
RETURNS TABLE (relation text, what text, measure text, asked double precision, got double precision,
    distance double precision, bound double precision)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET DateStyle = 'ISO, YMD'
SET IntervalStyle = 'postgres'
SET TimeZone = 'UTC'
SET bytea_output = 'hex'
SET extra_float_digits = 1
SET lc_monetary = 'C'
AS $$
DECLARE
    c record;
    k record;
    f record;
    parents double precision;
BEGIN
    PERFORM FROM @extschema@.perfcheck_statistics s WHERE s.name = perfcheck_fidelity_measures.statistics;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there are no statistics "%"', statistics USING ERRCODE = 'undefined_object',
            HINT = 'perfcheck_load_statistics() reads a file of them; perfcheck_statistics holds those that were read.';
    END IF;
    FOR c IN
        SELECT o.*, format('%I.%I', o.schema, o.name) AS table_name, t.rows AS rows_told, r.oid, r.relkind, z.rows,
            a.attnum,
            -- A cast to the type, and the check of a domain, may be code of its owner's.
            CASE WHEN a.atttypid < 16384 OR w.rolsuper OR ty.typowner = current_user::regrole THEN format_type(a.atttypid, a.atttypmod)
                WHEN ty.typtype = 'd' AND ty.typbasetype < 16384 THEN format_type(ty.typbasetype, ty.typtypmod) END AS local_type,
             a.attcollation, s.null_frac AS null_got, s.avg_width AS width_got,
            s.n_distinct::text::double precision AS distinct_got, s.most_common_vals::text::text[] AS common_got,
            s.most_common_freqs::text::double precision[] AS freqs_got, s.histogram_bounds::text::text[] AS bounds_got,
            s.correlation AS correlation_got, s.most_common_elems::text::text[] AS elements_got,
            s.most_common_elem_freqs::text::double precision[] AS element_freqs_got, s.attname IS NOT NULL AS analyzed,
            -- At another size keys have other values.
            abs(z.rows - t.rows) > 0.1 * t.rows AND (o.n_distinct = -1 OR EXISTS (
                SELECT FROM @extschema@.perfcheck_statistics_key y
                WHERE y.statistics = o.statistics AND y.schema = o.schema AND y.name = o.name AND o.attribute = ANY (y.attributes)))
                AS other_values,
            -- Values of a foreign key are as many times as many as its parents are.
            (SELECT min(v.rows / nullif(w.rows, 0)) FROM @extschema@.perfcheck_statistics_key y
                JOIN @extschema@.perfcheck_statistics_table w ON w.statistics = y.statistics AND w.schema = y.parent_schema AND w.name = y.parent
                CROSS JOIN LATERAL @extschema@.perfcheck_statistics_size(to_regclass(format('%I.%I', y.parent_schema, y.parent))::oid) v
                WHERE y.statistics = o.statistics AND y.schema = o.schema AND y.name = o.name AND y.attributes = ARRAY[o.attribute])
                AS parents_ratio
        FROM @extschema@.perfcheck_statistics_column o
        JOIN @extschema@.perfcheck_statistics_table t USING (statistics, schema, name)
        LEFT JOIN pg_class r ON r.oid = to_regclass(format('%I.%I', o.schema, o.name)) AND r.relkind IN ('r', 'p', 'm', 'f')
        LEFT JOIN LATERAL @extschema@.perfcheck_statistics_size(r.oid) z ON true
        LEFT JOIN pg_attribute a ON a.attrelid = r.oid AND a.attname = o.attribute AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_type ty ON ty.oid = a.atttypid
        LEFT JOIN pg_roles w ON w.oid = ty.typowner
        LEFT JOIN pg_stats s ON s.schemaname = o.schema AND s.tablename = o.name AND s.attname = o.attribute
            AND s.inherited = (r.relkind = 'p')
        WHERE o.statistics = perfcheck_fidelity_measures.statistics AND o.null_frac IS NOT NULL
        ORDER BY o.schema, o.name, o.position, o.attribute
    LOOP
        relation := c.table_name;
        what := c.attribute;
        IF NOT c.analyzed OR c.attnum IS NULL THEN
            measure := CASE WHEN c.oid IS NULL THEN 'no such table' WHEN c.attnum IS NULL THEN 'no such column' ELSE 'not analyzed' END;
            asked := NULL; got := NULL; distance := NULL; bound := NULL;
            RETURN NEXT;
            CONTINUE;
        END IF;
        RETURN QUERY SELECT c.table_name, c.attribute, m.* FROM @extschema@.perfcheck_fidelity_column(
            to_jsonb(c)) m;
    END LOOP;
    FOR k IN
        SELECT o.*, format('%I.%I', o.schema, o.name) AS table_name, n.oid
        FROM @extschema@.perfcheck_statistics_key o
        LEFT JOIN pg_constraint n ON n.conrelid = to_regclass(format('%I.%I', o.schema, o.name)) AND n.contype = 'f'
            AND n.conname = o.key AND n.confrelid = to_regclass(format('%I.%I', o.parent_schema, o.parent))
        WHERE o.statistics = perfcheck_fidelity_measures.statistics AND o.fan_out_from IN ('rows', 'sample')
        ORDER BY o.schema, o.name, o.key
    LOOP
        relation := k.table_name;
        what := 'foreign key ' || k.key;
        IF k.oid IS NULL THEN
            measure := 'no such foreign key';
            asked := NULL; got := NULL; distance := NULL; bound := NULL;
            RETURN NEXT;
            CONTINUE;
        END IF;
        SELECT * INTO f FROM @extschema@.perfcheck_statistics_fan_out(k.oid, 9223372036854775807);
        measure := 'children of a parent, median';
        asked := k.fan_out[51];
        got := f.fan_out[51];
        -- Kolmogorov and Smirnov: the largest gap between the two distributions.
        SELECT max(abs((SELECT count(*) FROM unnest(k.fan_out) a WHERE a <= x) / cardinality(k.fan_out)::double precision -
                       (SELECT count(*) FROM unnest(f.fan_out) g WHERE g <= x) / cardinality(f.fan_out)::double precision))
        INTO distance FROM unnest(k.fan_out || f.fan_out) x;
        distance := CASE WHEN f.fan_out IS NULL THEN 1 ELSE distance END;
        bound := 0.05;
        RETURN NEXT;
        SELECT z.rows INTO parents FROM pg_constraint n, @extschema@.perfcheck_statistics_size(n.confrelid) z WHERE n.oid = k.oid;
        measure := 'parents with children';
        asked := k.with_children / greatest(k.parents, 1);
        got := coalesce(f.with_children, 0) / greatest(parents, 1);
        distance := abs(asked - got);
        RETURN NEXT;
    END LOOP;
END
$$;

COMMENT ON FUNCTION perfcheck_fidelity_measures(text) IS
'How far this database is from statistics, in each measure of each column and foreign key';

CREATE FUNCTION perfcheck_fidelity(statistics text)
RETURNS TABLE (relation text, what text, asked text, got text, distance double precision, ok boolean)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    unanalyzed text;
    rows_of bigint := 0;
    rows_ok bigint := 0;
    measures text := '';
BEGIN
    FOR relation, what, asked, got, distance, ok, unanalyzed IN
        WITH measured AS MATERIALIZED (
            SELECT m.*, m.distance / m.bound AS share
            FROM @extschema@.perfcheck_fidelity_measures(perfcheck_fidelity.statistics) m),
        worst AS (
            SELECT DISTINCT ON (m.relation, m.what) m.*,
                EXISTS (SELECT FROM @extschema@.perfcheck_statistics_table t
                    WHERE t.statistics = perfcheck_fidelity.statistics AND format('%I.%I', t.schema, t.name) = m.relation
                        AND t.partition_of IS NOT NULL) AS partition
            FROM measured m ORDER BY m.relation, m.what, m.share DESC NULLS FIRST, m.measure)
        SELECT w.relation, w.what,
            CASE WHEN w.asked IS NULL THEN w.measure ELSE format('%s %s', w.measure, round(w.asked::numeric, CASE WHEN abs(w.asked) < 10 THEN 4 ELSE 0 END)) END,
            CASE WHEN w.distance IS NULL THEN NULL WHEN w.got IS NULL THEN format('%s apart', round(w.distance::numeric, 3))
                ELSE round(w.got::numeric, CASE WHEN abs(w.got) < 10 THEN 4 ELSE 0 END)::text END,
            round(w.share::numeric, 2)::double precision, coalesce(w.share <= 1, false),
            CASE WHEN w.measure = 'not analyzed' THEN w.relation END
        FROM worst w ORDER BY w.share DESC NULLS FIRST, w.relation, w.what
    LOOP
        rows_of := rows_of + 1;
        rows_ok := rows_ok + ok::integer;
        IF unanalyzed IS NOT NULL AND strpos(measures, ' ' || unanalyzed || ' ') = 0 THEN
            measures := measures || ' ' || unanalyzed || ' ';
            RAISE NOTICE '% has no statistics here', unanalyzed USING HINT = 'ANALYZE ' || unanalyzed || ';';
        END IF;
        RETURN NEXT;
    END LOOP;
    relation := NULL;
    what := 'summary';
    asked := format('%s columns and foreign keys', rows_of);
    got := format('%s are as asked', rows_ok);
    distance := NULL;
    ok := rows_ok = rows_of;
    RETURN NEXT;
END
$$;

COMMENT ON FUNCTION perfcheck_fidelity(text) IS
'How far this database is from statistics: a row a column and a foreign key, the worst first';
