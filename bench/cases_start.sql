-- What every case finds in its database: perfcheck with an empty contract, and
-- what measures a query without perfcheck. Schema bench is no case's own.
SET client_min_messages = warning;
CREATE EXTENSION perfcheck CASCADE;
DELETE FROM perfcheck_query;
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET timezone = ''UTC''', current_database());
END $$;
SET timezone = 'UTC';

-- A number from 0 up to 1: the same for the same row and throw, at every size.
CREATE FUNCTION dice(i bigint, throw bigint) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
'SELECT (hashint8extended(i, throw) & 1099511627775)::float8 / 1099511627776.0';

CREATE SCHEMA bench;
GRANT USAGE ON SCHEMA bench TO PUBLIC;

-- The values with which a query is to be measured, the usual ones first.
CREATE TABLE bench.value (
    n serial, query text, label text, args text[], settings jsonb);

CREATE FUNCTION hurts(query text, label text, args text[] DEFAULT '{}', settings jsonb DEFAULT '{}')
RETURNS void LANGUAGE sql AS
'INSERT INTO bench.value (query, label, args, settings) VALUES ($1, $2, $3, $4)';

-- What was said on the small tables.
CREATE TABLE bench.predicted (
    "case" text, query text, n bigint, label text, plan_mode text, args text[], settings jsonb,
    access text, rows_projected bigint, blocks_projected bigint, ok boolean);

-- Rows that scans of the case's tables and indexes have returned so far in this
-- session, filters not applied; those of statements in functions are among them.
CREATE FUNCTION bench.scanned() RETURNS bigint LANGUAGE sql VOLATILE AS $$
SELECT coalesce(sum(pg_stat_get_xact_tuples_returned(c.oid)), 0)::bigint
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm', 'i') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'bench')
$$;

-- The nodes of a plan as EXPLAIN prints it, in this order.
CREATE FUNCTION bench.nodes(plan jsonb) RETURNS TABLE (at int[], node jsonb)
LANGUAGE sql IMMUTABLE AS $$
WITH RECURSIVE nodes(at, node) AS (
    SELECT ARRAY[]::int[], plan -> 0 -> 'Plan'
    UNION ALL
    SELECT nodes.at || child.n::int, child.node
    FROM nodes CROSS JOIN LATERAL
        jsonb_array_elements(coalesce(nodes.node -> 'Plans', '[]')) WITH ORDINALITY AS child(node, n))
SELECT nodes.at, nodes.node FROM nodes
$$;

-- How a plan gets at its rows, in the words of the column access of perfcheck_plan.
CREATE FUNCTION bench.access(plan jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT coalesce(string_agg(
        CASE WHEN (node ->> 'Parallel Aware')::boolean THEN 'Parallel ' ELSE '' END
        || (node ->> 'Node Type')
        || coalesce(' using ' || (node ->> 'Index Name'), ' on ' || (node ->> 'Relation Name'), '')
        || CASE WHEN node ? 'Index Cond' THEN ', Index Cond' ELSE '' END
        || CASE WHEN node ? 'Filter' THEN ', Filter' ELSE '' END, ' + ' ORDER BY at)
        FILTER (WHERE node ->> 'Node Type' ~ 'Scan$'
            AND node ->> 'Node Type' NOT IN ('Bitmap Heap Scan', 'Subquery Scan', 'WorkTable Scan', 'Named Tuplestore Scan')),
        'Result')
    || CASE WHEN bool_or(node ->> 'Node Type' = 'Sort') THEN ' + Sort' ELSE '' END
FROM bench.nodes(plan)
$$;

-- The entries that a scan of an index reads behind a condition and that nothing
-- counts, as a case knows them from its rows: expressions of the values, $1, which is an
-- array. 18 can skip over them; NULL stands for as many as its searches then.
CREATE TABLE bench.behind (index text, entries text, from_18 text);
GRANT SELECT ON bench.behind TO PUBLIC;

CREATE FUNCTION reads(index text, entries text, from_18 text DEFAULT NULL)
RETURNS void LANGUAGE sql AS
'INSERT INTO bench.behind VALUES ($1, $2, $3)';

CREATE FUNCTION bench.read_behind(plan jsonb, args text[]) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    scan record;
    read bigint;
    total bigint := 0;
BEGIN
    -- Nothing is equal to NULL, and a scan ends where it begins.
    IF array_position(args, NULL) IS NOT NULL THEN
        RETURN 0;
    END IF;
    FOR scan IN
        SELECT node, CASE WHEN current_setting('server_version_num')::int < 180000 THEN b.entries ELSE b.from_18 END AS entries
        FROM bench.nodes(plan) JOIN bench.behind AS b ON b.index = node ->> 'Index Name' WHERE node ? 'Index Cond'
    LOOP
        IF scan.entries IS NULL THEN
            total := total + coalesce((scan.node ->> 'Index Searches')::bigint, 0);
        ELSE
            EXECUTE 'SELECT ' || scan.entries INTO read USING args;
            total := total + read * (scan.node ->> 'Actual Loops')::bigint;
        END IF;
    END LOOP;
    RETURN total;
END $$;

-- The rows that the nodes of a plan examined, but for those whose rows are among
-- bench.scanned(): EXPLAIN prints an average of the loops, and it is rounded. With
-- bench.dead_rows they are taken from here, since scans count dead rows, too.
CREATE FUNCTION bench.examined(plan jsonb) RETURNS bigint LANGUAGE sql STABLE AS $$
SELECT coalesce(sum((node ->> 'Actual Loops')::numeric * (
        (node ->> 'Actual Rows')::numeric
        + coalesce((node ->> 'Rows Removed by Filter')::numeric, 0)
        + coalesce((node ->> 'Rows Removed by Join Filter')::numeric, 0)
        + coalesce((node ->> 'Rows Removed by Index Recheck')::numeric, 0))), 0)::bigint
FROM bench.nodes(plan)
WHERE node ->> 'Node Type' IN ('Nested Loop', 'Merge Join', 'Hash Join')
    OR node ->> 'Node Type' ~ 'Scan$' AND node ->> 'Node Type' <> 'Subquery Scan'
        AND (node ->> 'Node Type' NOT IN ('Seq Scan', 'Index Scan', 'Index Only Scan', 'Bitmap Index Scan')
            OR current_setting('bench.dead_rows', true) = 'yes')
$$;

CREATE TYPE bench.measurement AS (
    access text, returned bigint, examined bigint, blocks bigint, spilled bigint, error text);

-- Plans a query of the contract with one set of values, as its role and with its
-- settings, and runs it if asked to, unless what the same plan does is known. An
-- error, such as of a statement_timeout, is a result.
CREATE FUNCTION bench.measure(name text, args text[], settings jsonb, plan_mode text, run boolean,
    known bench.measurement DEFAULT NULL)
RETURNS bench.measurement LANGUAGE plpgsql AS $$
DECLARE
    contract jsonb := (SELECT to_jsonb(q) FROM perfcheck_query AS q WHERE q.name = $1);
    types text := (SELECT '(' || string_agg(t::regtype::text, ', ' ORDER BY n) || ')'
        FROM perfcheck_query AS q, unnest(q.types) WITH ORDINALITY AS t(t, n) WHERE q.name = $1);
    call text := 'EXECUTE bench_query' || coalesce((SELECT '(' || string_agg(quote_nullable(a), ', ' ORDER BY n) || ')'
        FROM unnest(args) WITH ORDINALITY AS u(a, n)), '');
    result bench.measurement;
    setting record;
    plan jsonb;
    before bigint;
    planned bigint;
BEGIN
    IF EXISTS (SELECT FROM pg_prepared_statements AS p WHERE p.name = 'bench_query') THEN
        DEALLOCATE bench_query;
    END IF;
    BEGIN
        PERFORM set_config('plan_cache_mode', 'force_' || plan_mode || '_plan', true);
        FOR setting IN SELECT s.key, CASE jsonb_typeof(s.value) WHEN 'array' THEN s.value ->> 0 ELSE s.value #>> '{}' END AS value
            FROM jsonb_each(coalesce(nullif(contract -> 'settings', 'null'), '{}') || coalesce(settings, '{}')) AS s LOOP
            PERFORM set_config(setting.key, setting.value, true);
        END LOOP;
        IF contract ->> 'role' IS NOT NULL THEN
            EXECUTE format('SET LOCAL ROLE %I', contract ->> 'role');
        END IF;
        EXECUTE format('PREPARE bench_query%s AS %s', types, contract ->> 'sql');
        EXECUTE 'EXPLAIN (FORMAT JSON) ' || call INTO plan;
        result.access := bench.access(plan);
        IF run AND known.access = result.access THEN
            result := known;
        ELSIF run THEN
            before := bench.scanned();
            EXECUTE 'EXPLAIN ' || call;
            planned := bench.scanned() - before;
            before := bench.scanned();
            EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF, FORMAT JSON) ' || call INTO plan;
            result.examined := bench.examined(plan);
            IF current_setting('bench.dead_rows', true) IS DISTINCT FROM 'yes' THEN
                result.examined := result.examined + bench.scanned() - before - planned;
            END IF;
            result.examined := result.examined + bench.read_behind(plan, args);
            plan := plan -> 0 -> 'Plan';
            result.returned := (plan ->> 'Actual Rows')::numeric;
            result.blocks := (plan ->> 'Shared Hit Blocks')::bigint + (plan ->> 'Shared Read Blocks')::bigint;
            result.spilled := (plan ->> 'Temp Written Blocks')::bigint;
        END IF;
        RESET ROLE;
    EXCEPTION
        WHEN query_canceled THEN
            result.error := 'timeout';
        WHEN OTHERS THEN
            result.error := sqlerrm;
    END;
    RETURN result;
END $$;

-- Whether a prepared statement would go over to its generic plan: PostgreSQL
-- compares after five executions, here with the usual values.
CREATE FUNCTION bench.switches(name text, args text[], settings jsonb) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    usual bench.measurement;
BEGIN
    IF cardinality(args) = 0 THEN
        RETURN false;
    END IF;
    usual := bench.measure(name, args, settings, 'custom', false);
    IF usual.error IS NOT NULL THEN
        RETURN false;
    END IF;
    FOR i IN 2 .. 6 LOOP
        EXECUTE 'EXPLAIN EXECUTE bench_query' || (SELECT '(' || string_agg(quote_nullable(a), ', ' ORDER BY n) || ')'
            FROM unnest(args) WITH ORDINALITY AS u(a, n));
        IF i = 2 THEN
            SET LOCAL plan_cache_mode = auto;
        END IF;
    END LOOP;
    RETURN (SELECT p.generic_plans > 0 FROM pg_prepared_statements AS p WHERE p.name = 'bench_query');
END $$;

-- The budgets of a query, and how much of them its work takes.
CREATE FUNCTION bench.share_of_budget(name text, m bench.measurement) RETURNS float8
LANGUAGE sql STABLE AS $$
SELECT CASE WHEN m.error IS NOT NULL THEN 'Infinity'::float8 ELSE greatest(
    m.examined / greatest(coalesce(q.max_rows, 50000), 2 * m.returned)::float8,
    m.blocks / coalesce(q.max_blocks, 10000)::float8,
    m.returned / CASE q.max_rows_returned WHEN -1 THEN 10000 ELSE q.max_rows_returned END::float8) END
FROM perfcheck_query AS q WHERE q.name = $1
$$;
