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

-- Reads the output of pg_dump --statistics-only, which is calls of functions. Each has
-- names and values in turn, and all of them are strings.
CREATE FUNCTION perfcheck_statistics_read_dump(name text, content text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    token text[];
    called text;
    arguments text[];
    argument jsonb;
    at bigint := 1;
    begins bigint;
    version integer;
    said text;
    state text;
BEGIN
    INSERT INTO @extschema@.perfcheck_statistics (name, source, values) VALUES (name, 'pg_dump', 'plain');
    FOR token IN
        SELECT regexp_matches(content,
            $re$(--[^\n]*)|(\n)|E'((?:[^'\\]|''|\\.)*)'|'((?:[^']|'')*)'|pg_restore_(relation|attribute)_stats\(|(\);)$re$, 'g')
    LOOP
        -- Tokens: a comment, the end of a line, two kinds of strings, a call and its end.
        IF token[5] IS NOT NULL THEN
            called := token[5];
            arguments := '{}';
            begins := at;
        ELSIF token[3] IS NOT NULL THEN
            at := at + length(token[3]) - length(replace(token[3], E'\n', ''));
            arguments := arguments || replace(replace(replace(token[3], '''''', ''''), '\''', ''''), '\\', '\');
        ELSIF token[4] IS NOT NULL THEN
            at := at + length(token[4]) - length(replace(token[4], E'\n', ''));
            arguments := arguments || replace(token[4], '''''', '''');
        ELSIF token[2] IS NOT NULL THEN
            at := at + 1;
        ELSIF token[6] IS NOT NULL AND called IS NOT NULL THEN
            IF cardinality(arguments) % 2 = 1 THEN
                RAISE EXCEPTION 'the call has a name without a value' USING ERRCODE = 'invalid_parameter_value';
            END IF;
            argument := jsonb_object(arguments);
            version := coalesce(version, (argument ->> 'version')::integer);
            IF called = 'relation' THEN
                INSERT INTO @extschema@.perfcheck_statistics_table (statistics, schema, name, rows, pages)
                VALUES (perfcheck_statistics_read_dump.name, argument ->> 'schemaname', argument ->> 'relname',
                    nullif((argument ->> 'reltuples')::double precision, -1), (argument ->> 'relpages')::bigint);
            ELSIF argument ? 'attname' THEN
                -- A parent of inheritance has two, and that of its own rows comes first.
                -- A partitioned table has one, of the rows of its partitions.
                INSERT INTO @extschema@.perfcheck_statistics_column AS c (statistics, schema, name, attribute,
                    null_frac, width, n_distinct, common_values, common_freqs, bounds, correlation,
                    common_elements, element_freqs, element_counts, range_bounds, range_lengths, range_empty_frac)
                VALUES (perfcheck_statistics_read_dump.name, argument ->> 'schemaname', argument ->> 'relname',
                    argument ->> 'attname', (argument ->> 'null_frac')::double precision,
                    (argument ->> 'avg_width')::integer, (argument ->> 'n_distinct')::double precision,
                    (argument ->> 'most_common_vals')::text[], (argument ->> 'most_common_freqs')::double precision[],
                    (argument ->> 'histogram_bounds')::text[], (argument ->> 'correlation')::double precision,
                    (argument ->> 'most_common_elems')::text[], (argument ->> 'most_common_elem_freqs')::double precision[],
                    (argument ->> 'elem_count_histogram')::double precision[], (argument ->> 'range_bounds_histogram')::text[],
                    (argument ->> 'range_length_histogram')::text[], (argument ->> 'range_empty_frac')::double precision)
                ON CONFLICT DO NOTHING;
            END IF;
            called := NULL;
        END IF;
    END LOOP;
    IF called IS NOT NULL THEN
        at := begins;
        RAISE EXCEPTION 'the call does not end' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    UPDATE @extschema@.perfcheck_statistics s SET server_version = version
    WHERE s.name = perfcheck_statistics_read_dump.name;
EXCEPTION WHEN data_exception OR integrity_constraint_violation OR feature_not_supported
    OR program_limit_exceeded THEN
    GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, state = RETURNED_SQLSTATE;
    RAISE EXCEPTION 'line % of the statistics cannot be read: %', coalesce(begins, at), said
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
AS $$
BEGIN
    IF coalesce(name, '') = '' THEN
        RAISE EXCEPTION 'name must not be null or empty' USING ERRCODE = 'invalid_parameter_value',
            HINT = 'perfcheck_load_statistics(''shop'', content) keeps them as shop.';
    END IF;
    DELETE FROM @extschema@.perfcheck_statistics s WHERE s.name = perfcheck_load_statistics.name;
    IF content ~ '^\s*(--[^\n]*\n\s*)*\{' THEN
        PERFORM @extschema@.perfcheck_statistics_read_file(name, content);
    ELSIF content ~ '\mpg_restore_(relation|attribute)_stats\(' THEN
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
