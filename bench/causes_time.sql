-- The seconds of perfcheck_verify() with its advice on one query at a time, and of
-- perfcheck_plan(), which takes the same way without advice: the median of three.
-- Variables: case, scale, names.
\set QUIET on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = error;
SET timezone = 'UTC';
SELECT set_config('bench.scale', :'scale', false), set_config('bench.names', :'names', false) \g /dev/null
DROP TABLE IF EXISTS bench.seconds;
CREATE TABLE bench.seconds (query text, verdict text, verify float8, plan float8);
DO $$ DECLARE
    contract text;
    said text;
    began timestamptz;
    verified timestamptz;
BEGIN
    FOREACH contract IN ARRAY string_to_array(current_setting('bench.names'), ',') LOOP
        UPDATE perfcheck_query SET enabled = name = contract;
        FOR i IN 1 .. 3 LOOP
            began := clock_timestamp();
            BEGIN
                SELECT string_agg(v, ' ') INTO said FROM perfcheck_verify(current_setting('bench.scale')::float8) AS v WHERE v ~ '^(not )?ok \d';
            EXCEPTION WHEN OTHERS THEN
                said := sqlerrm;
            END;
            verified := clock_timestamp();
            BEGIN
                PERFORM perfcheck_plan(contract, current_setting('bench.scale')::float8);
            EXCEPTION WHEN OTHERS THEN
                NULL;
            END;
            INSERT INTO bench.seconds VALUES (contract, CASE WHEN said ~ '^not ok' THEN 'not ok' ELSE 'ok' END,
                extract(epoch FROM verified - began), extract(epoch FROM clock_timestamp() - verified));
        END LOOP;
    END LOOP;
END $$;
COPY (
    SELECT :'case', query, min(verdict), (SELECT sum(reltuples)::bigint FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY verify), percentile_cont(0.5) WITHIN GROUP (ORDER BY plan)
    FROM bench.seconds GROUP BY query ORDER BY query COLLATE "C"
) TO STDOUT;
