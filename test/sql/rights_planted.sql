-- Whatever others put into the schemas of the search_path is called by nothing of
-- perfcheck's: neither when it is installed or updated, nor by a function.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET jit = off;
SET perfcheck.prove_rows = 1000;
CREATE ROLE perfcheck_planter;
CREATE SCHEMA planted AUTHORIZATION perfcheck_planter;
CREATE TABLE public.perfcheck_item (id int PRIMARY KEY, kind text NOT NULL, note text, at timestamptz);
INSERT INTO public.perfcheck_item SELECT i, 'kind ' || i % 20, 'note ' || i, '2027-01-01 00:00Z'::timestamptz + i * interval '1 hour' FROM generate_series(1, 500) AS i;
ANALYZE public.perfcheck_item;

-- Everything in here raises an error that names it. plant() puts it all into a schema.
CREATE FUNCTION pg_temp.plant(home text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $plant$
DECLARE
    o record;
    body text;
BEGIN
    -- functions of the server's names, for the types that perfcheck calls them with
    FOR o IN
        SELECT p.proname, pg_get_function_identity_arguments(p.oid) AS args, format_type(p.prorettype, NULL) AS result, p.proretset AS many, p.oid
        FROM pg_proc AS p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND p.provariadic = 0
            AND NOT p.prorettype = ANY ('{internal,trigger,event_trigger,fdw_handler,index_am_handler,table_am_handler,tsm_handler,language_handler,cstring,record}'::regtype[])
            AND NOT p.proargtypes::oid[] && '{internal,cstring}'::regtype[]::oid[]
            AND p.proname = ANY ('{format,lower,upper,length,left,right,md5,array_to_string,string_agg,quote_literal,quote_ident,concat,concat_ws,coalesce,
                round,floor,ceil,abs,sqrt,ln,to_json,to_jsonb,json_build_object,jsonb_build_object,jsonb_typeof,jsonb_array_elements,json_array_elements,jsonb_each,jsonb_each_text,
                jsonb_array_elements_text,regexp_replace,regexp_matches,regexp_match,regexp_split_to_table,regexp_split_to_array,string_to_array,string_to_table,
                unnest,generate_series,generate_subscripts,array_position,array_append,array_length,cardinality,num_nulls,now,date_trunc,make_interval,justify_hours,to_timestamp,
                current_setting,set_config,pg_has_role,has_table_privilege,pg_relation_size,obj_description,starts_with,strpos,substr,substring,replace,translate,lpad,repeat,reverse,trim,btrim,
                to_char,to_hex,hashtext,hashtextextended,isfinite,json_array_length,jsonb_array_length,json_object_keys,jsonb_object_keys,nullif,greatest,version,current_schemas,pg_extension_config_dump,
                pg_get_indexdef,pg_get_expr,format_type,chr,ascii,overlay,split_part,random,width_bucket}'::text[])
    LOOP
        BEGIN
            EXECUTE format('CREATE FUNCTION %I.%I(%s) RETURNS %s %s LANGUAGE plpgsql AS $f$BEGIN RAISE WARNING ''something planted is called''; RAISE EXCEPTION %L; END$f$',
                home, o.proname, regexp_replace(o.args, ' DEFAULT [^,]*', '', 'g'), CASE WHEN o.many THEN 'SETOF' ELSE '' END, o.result,
                'planted function ' || o.proname);
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
    EXECUTE format('CREATE FUNCTION %I.raises(anyelement) RETURNS anyelement LANGUAGE plpgsql AS $f$BEGIN RAISE WARNING ''something planted is called''; RAISE EXCEPTION %L; END$f$', home, 'planted');
    -- aggregates
    EXECUTE format('CREATE FUNCTION %I.transit(bigint, anyelement) RETURNS bigint LANGUAGE plpgsql AS $f$BEGIN RAISE WARNING ''something planted is called''; RAISE EXCEPTION %L; END$f$', home, 'planted aggregate');
    FOR o IN SELECT unnest('{count,max,min,array_agg,string_agg,sum,bool_or,bool_and,json_agg,jsonb_agg,avg}'::text[]) AS name LOOP
        EXECUTE format('CREATE AGGREGATE %I.%I(anyelement) (SFUNC = %I.transit, STYPE = bigint, INITCOND = 0)', home, o.name, home);
    END LOOP;
    -- operators of the server's names for the types that are about
    EXECUTE format('CREATE FUNCTION %I.operates(anyelement, anyelement) RETURNS boolean LANGUAGE plpgsql AS $f$BEGIN RAISE WARNING ''something planted is called''; RAISE EXCEPTION %L; END$f$', home, 'planted operator');
    FOR o IN
        SELECT n.name, t.type::regtype AS type
        FROM unnest('{=,<>,<,>,<=,>=,||,~,!~,~~,!~~,~~*,+,-,*,/,%,^,->,->>,#>>,@>,<@,&&,?,-}'::text[]) AS n (name)
        CROSS JOIN unnest('{text,integer,bigint,oid,name,boolean,"char",jsonb,json,numeric,regclass,regtype,double precision,real,"text[]","oid[]","name[]",interval,timestamptz,date,uuid,xid8}'::text[]) AS t (type)
    LOOP
        BEGIN
            EXECUTE format('CREATE FUNCTION %I.operates(%s, %s) RETURNS boolean LANGUAGE plpgsql AS $f$BEGIN RAISE WARNING ''something planted is called''; RAISE EXCEPTION %L; END$f$',
                home, o.type, o.type, 'planted operator of ' || o.type);
        EXCEPTION WHEN duplicate_function THEN NULL;
        END;
        BEGIN
            EXECUTE format('CREATE OPERATOR %I.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = %I.operates)', home, o.name, o.type, o.type, home);
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
    FOR o IN SELECT l.type AS l, r.type AS r, n.name
        FROM (VALUES ('text', 'integer'), ('integer', 'text'), ('name', 'text'), ('text', 'name'), ('bigint', 'integer'), ('integer', 'bigint'), ('jsonb', 'text'), ('jsonb', 'text[]'),
            ('json', 'text'), ('json', 'integer'), ('oid', 'integer'), ('oid', 'regclass'), ('regclass', 'oid'), ('double precision', 'integer'), ('anyelement', 'anyarray'), ('interval', 'double precision')) AS v (l, r),
            LATERAL (SELECT v.l AS type) AS l, LATERAL (SELECT v.r AS type) AS r, unnest('{=,<>,<,>,||,->,->>,-,+,*,/,#>>,@>}'::text[]) AS n (name)
    LOOP
        BEGIN
            EXECUTE format('CREATE FUNCTION %I.operates(%s, %s) RETURNS boolean LANGUAGE plpgsql AS $f$BEGIN RAISE WARNING ''something planted is called''; RAISE EXCEPTION %L; END$f$',
                home, o.l, o.r, format('planted operator of %s and %s', o.l, o.r));
        EXCEPTION WHEN duplicate_function THEN NULL;
        END;
        BEGIN
            EXECUTE format('CREATE OPERATOR %I.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = %I.operates)', home, o.name, o.l, o.r, home);
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
    -- types, domains, relations of the catalogs' names
    EXECUTE format('CREATE FUNCTION %I.checks(text) RETURNS boolean LANGUAGE plpgsql AS $f$BEGIN RAISE WARNING ''something planted is called''; RAISE EXCEPTION %L; END$f$', home, 'planted domain');
    FOR o IN SELECT unnest('{text,name,jsonb,regclass,oid,regtype,int4,int8,float8,bool,timestamptz,interval,date,uuid,json,xid8}'::text[]) AS name LOOP
        EXECUTE format('CREATE DOMAIN %I.%I AS pg_catalog.text CHECK (%I.checks(VALUE))', home, o.name, home);
    END LOOP;
    FOR o IN SELECT unnest('{pg_class,pg_proc,pg_attribute,pg_namespace,pg_roles,pg_type,pg_index,pg_constraint,pg_stats,pg_settings,pg_extension,pg_database,pg_statistic_ext,pg_enum,pg_depend,pg_locks}'::text[]) AS name LOOP
        EXECUTE format('CREATE VIEW %I.%I AS SELECT %I.raises(1) AS oid', home, o.name, home);
    END LOOP;
END $plant$;
-- perfcheck's own functions and tables, in a schema that is not the extension's
CREATE FUNCTION pg_temp.plant_own(home text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $plant$
DECLARE
    o record;
BEGIN
    FOR o IN SELECT c.relname FROM pg_class AS c JOIN pg_depend AS d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e'
        JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'perfcheck' WHERE c.relkind = 'r'
    LOOP
        EXECUTE format('CREATE VIEW %I.%I AS SELECT %I.raises(1) AS name', home, o.relname, home);
    END LOOP;
    FOR o IN SELECT p.proname, pg_get_function_identity_arguments(p.oid) AS args FROM pg_proc AS p JOIN pg_depend AS d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
        JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'perfcheck' WHERE p.prorettype <> 'trigger'::regtype AND p.prokind = 'f'
    LOOP
        BEGIN
            EXECUTE format('CREATE FUNCTION %I.%I(%s) RETURNS text LANGUAGE plpgsql AS $f$BEGIN RAISE WARNING ''something planted is called''; RAISE EXCEPTION %L; END$f$',
                home, o.proname, regexp_replace(o.args, ', OUT .*', ''), 'planted ' || o.proname);
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
END $plant$;
SELECT extnamespace::regnamespace AS home FROM pg_extension WHERE extname = 'perfcheck' \gset
SET search_path = public;
SELECT perfcheck_add_query('planted_item', 'SELECT id, note FROM perfcheck_item WHERE kind = $1 AND at > $2 ORDER BY at LIMIT 5', '/item?kind=$1&at=$2');
SELECT perfcheck_add_query('planted_search', 'SELECT id FROM perfcheck_item WHERE note ILIKE ''%'' || $1 || ''%''');
SELECT perfcheck_add_case('planted_item', 'one', '{kind 1,2027-01-02 00:00Z}');
CREATE TABLE pg_temp.calls (number int, call text);
INSERT INTO pg_temp.calls SELECT row_number() OVER (), replace(call, 'perfcheck_', :'home' || '.perfcheck_') FROM unnest(ARRAY[
    $$SELECT * FROM perfcheck_verify(1000)$$, $$SELECT * FROM perfcheck_plan(NULL, 10)$$, $$SELECT * FROM perfcheck_cases()$$,
    $$SELECT * FROM perfcheck_forecast('planted_item', 5000)$$, $$SELECT * FROM perfcheck_time('planted_item', 2)$$,
    $$SELECT * FROM perfcheck_requests('planted_item', 2)$$, $$SELECT perfcheck_rows('planted_item', '/item?kind=a&at=2027-01-01')$$,
    $$SELECT perfcheck_answer('planted_item', '/item?kind=a&at=2027-01-01')$$, $$SELECT * FROM perfcheck_indexes(1000)$$,
    $$SELECT * FROM perfcheck_reports('{tap,tap14,json,junit,sarif,github,markdown,html}', 1)$$,
    $$SELECT * FROM perfcheck_report('tap', 1)$$, $$SELECT * FROM perfcheck_fixes(1000)$$, $$SELECT * FROM perfcheck_snapshot(1)$$,
    $$SELECT * FROM perfcheck_diff('', 1)$$, $$SELECT perfcheck_assert(1)$$, $$SELECT * FROM perfcheck_judge(1)$$, $$SELECT * FROM perfcheck_used(1)$$,
    $$SELECT * FROM perfcheck_coverage(1)$$, $$SELECT * FROM perfcheck_propose('recorded')$$, $$SELECT * FROM perfcheck_import('recorded')$$,
    $$SELECT * FROM perfcheck_recorded()$$, $$SELECT * FROM perfcheck_repeats()$$,
    $$SELECT * FROM perfcheck_export()$$, $$SELECT * FROM perfcheck_export('sql')$$, $$SELECT * FROM perfcheck_load(E'-- name: loaded\nSELECT 1;\n')$$,
    $$SELECT perfcheck_add_query('another', 'SELECT 1')$$, $$SELECT perfcheck_add_case('planted_item', 'two', '{a,2027-01-01}')$$,
    $$SELECT perfcheck_set_values('planted_item', 1, '{a}')$$, $$SELECT perfcheck_accept('planted_search', 'later', 100000)$$, $$SELECT perfcheck_drop_query('page')$$,
    $$SELECT perfcheck_reset_contract()$$, $$SELECT perfcheck_size('public.perfcheck_item', 5000)$$,
    $$SELECT * FROM perfcheck_take_statistics('planted', '{public}')$$, $$SELECT * FROM perfcheck_use_statistics('planted_before')$$,
    $$SELECT * FROM perfcheck_fidelity('planted_before')$$, $$SELECT * FROM perfcheck_populate('{public.perfcheck_item}', rows => 510)$$,
    $$SELECT * FROM perfcheck_unpopulate('{public.perfcheck_item}')$$, $$SELECT perfcheck_seed(20, 'public.perfcheck_seeded')$$,
    $$SELECT perfcheck_create_events('public.perfcheck_seeded')$$, $$SELECT * FROM perfcheck_ab('SELECT 1', 'SELECT 2', executions => 5)$$,
    $$SELECT perfcheck_record_run('planted', executions => 2)$$, $$SELECT * FROM perfcheck_explain('planted_item')$$,
    $$SELECT * FROM perfcheck_findings('SELECT id FROM public.perfcheck_item WHERE id = $1')$$, $$SELECT * FROM perfcheck_mended('SELECT id FROM public.perfcheck_item WHERE id = $1')$$,
    $$SELECT * FROM perfcheck_shape('SELECT 1')$$, $$SELECT perfcheck_in_one('SELECT id FROM public.perfcheck_item WHERE id = $1', '{1}')$$,
    $$SELECT * FROM perfcheck_row_values('SELECT id FROM public.perfcheck_item WHERE id = $1', '{7}')$$,
    $$SELECT * FROM perfcheck_load_statistics('planted', 'nothing')$$, $$SELECT * FROM perfcheck_compare('planted', 'planted')$$,
    $$SELECT * FROM perfcheck_events(0, 3)$$, $$SELECT * FROM perfcheck_compare_samples('{1,2,3}', '{1,2,3}')$$]) AS c (call);
SELECT tables > 0 AS taken FROM perfcheck_take_statistics('planted_before', '{public}');

-- Functions of perfcheck's names that fit other types of arguments, where a role is a name, and an OID one of a table.
CREATE FUNCTION pg_temp.plant_overloads(home text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $plant$
DECLARE
    o record;
    args text;
BEGIN
    FOR o IN
        SELECT p.proname, (SELECT array_agg(format_type(t.oid, NULL) ORDER BY t.n) FROM unnest(p.proargtypes) WITH ORDINALITY AS t (oid, n)) AS types,
            format_type(p.prorettype, NULL) AS result, p.proretset AS many
        FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
        JOIN pg_extension AS e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass AND e.extname = 'perfcheck'
        WHERE p.pronargs > 0 AND p.prorettype NOT IN ('trigger'::regtype, 'record'::regtype)
        UNION ALL
        SELECT * FROM (VALUES ('perfcheck_findings', '{text,regtype[],text,text}'::text[], 'record', true), ('perfcheck_mended', '{text,text,text}', 'record', true),
            ('perfcheck_row_values', '{text,text[],text,text,integer}', 'text[]', true), ('perfcheck_statistics_size', '{oid}', 'record', true)) AS v (proname, types, result, many)
    LOOP
        FOR n IN 1 .. cardinality(o.types) LOOP
            CONTINUE WHEN o.types[n] NOT IN ('text', 'oid');
            args := array_to_string(o.types[:n - 1] || (CASE o.types[n] WHEN 'text' THEN 'name' ELSE 'regclass' END) || o.types[n + 1:], ', ');
            BEGIN
                EXECUTE format('CREATE FUNCTION %I.%I(%s) RETURNS %s %s LANGUAGE plpgsql AS $f$BEGIN RAISE WARNING ''something planted is called''; RAISE EXCEPTION %L; END$f$',
                    home, o.proname, args, CASE WHEN o.many THEN 'SETOF' ELSE '' END, o.result, 'planted perfcheck ' || o.proname);
            EXCEPTION WHEN duplicate_function THEN NULL;
            END;
        END LOOP;
    END LOOP;
END $plant$;

-- makes each call, and tells which came upon something planted, and how many came to an end
CREATE FUNCTION pg_temp.call_all(OUT planted text, OUT done int, OUT failed int) RETURNS record LANGUAGE plpgsql AS $$
DECLARE
    c record;
BEGIN
    done := 0;
    failed := 0;
    FOR c IN SELECT call FROM pg_temp.calls ORDER BY number LOOP
        BEGIN
            EXECUTE c.call;
            RAISE EXCEPTION USING ERRCODE = 'PC000';
        EXCEPTION
            WHEN SQLSTATE 'PC000' THEN
                done := pg_catalog.int4pl(done, 1);
            WHEN OTHERS THEN
                failed := pg_catalog.int4pl(failed, 1);
                IF SQLERRM OPERATOR(pg_catalog.~) 'planted (op|f|agg|dom)|planted$|planted perfcheck' THEN
                    planted := pg_catalog.concat_ws(E'\n', planted, pg_catalog.concat(c.call, ': ', SQLERRM));
                END IF;
        END;
    END LOOP;
END $$;
SELECT planted, done AS expected FROM pg_temp.call_all() \gset
SELECT :expected > 35 AS most_are_done;

-- in front of pg_catalog
SET ROLE perfcheck_planter;
SELECT pg_temp.plant('planted');
SELECT pg_temp.plant_own('planted');
RESET ROLE;
SELECT count(*) > 200 AS planted FROM pg_proc WHERE pronamespace = 'planted'::regnamespace;
SELECT count(*) > 100 AS planted FROM pg_operator WHERE oprnamespace = 'planted'::regnamespace;
SET search_path = planted, public, pg_catalog;
-- it is found, in front of the server's
SELECT lower('A'::pg_catalog.text);
SELECT 'a'::pg_catalog.text = 'b'::pg_catalog.text;
SELECT planted, done OPERATOR(pg_catalog.=) :expected AS all_done FROM pg_temp.call_all();
-- what a user has in the schema of his name, and behind pg_catalog
SET search_path = "$user", planted, public;
SELECT planted, done OPERATOR(pg_catalog.=) :expected AS all_done FROM pg_temp.call_all();
-- in the extension's own schema
SET search_path = public;
BEGIN;
SELECT pg_temp.plant('public');
SELECT pg_temp.plant_overloads('public');
SET search_path = public, pg_catalog;
SELECT planted, done OPERATOR(pg_catalog.=) :expected AS all_done FROM pg_temp.call_all();
ROLLBACK;
-- types and tables of the session, which the server looks for first
BEGIN;
CREATE FUNCTION pg_temp.checks(pg_catalog.text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE WARNING 'something planted is called'; RAISE EXCEPTION 'planted domain'; END$$;
CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (pg_temp.checks(VALUE));
CREATE DOMAIN pg_temp.jsonb AS pg_catalog.text CHECK (pg_temp.checks(VALUE));
CREATE DOMAIN pg_temp.regclass AS pg_catalog.text CHECK (pg_temp.checks(VALUE));
CREATE DOMAIN pg_temp.int4 AS pg_catalog.text CHECK (pg_temp.checks(VALUE));
CREATE DOMAIN pg_temp.float8 AS pg_catalog.text CHECK (pg_temp.checks(VALUE));
CREATE DOMAIN pg_temp.oid AS pg_catalog.text CHECK (pg_temp.checks(VALUE));
CREATE VIEW pg_temp.perfcheck_query AS SELECT pg_temp.checks('') AS name;
CREATE VIEW pg_temp.perfcheck_case AS SELECT pg_temp.checks('') AS query;
CREATE VIEW pg_temp.perfcheck_writer AS SELECT pg_temp.checks('') AS query;
CREATE VIEW pg_temp.perfcheck_built_in AS SELECT pg_temp.checks('') AS name;
CREATE VIEW pg_temp.pg_class AS SELECT pg_temp.checks('') AS oid;
CREATE VIEW pg_temp.pg_proc AS SELECT pg_temp.checks('') AS oid;
CREATE VIEW pg_temp.pg_roles AS SELECT pg_temp.checks('') AS oid;
CREATE VIEW pg_temp.pg_attribute AS SELECT pg_temp.checks('') AS oid;
CREATE VIEW pg_temp.pg_stats AS SELECT pg_temp.checks('') AS oid;
SELECT planted, done OPERATOR(pg_catalog.=) :expected AS all_done FROM pg_temp.call_all();
ROLLBACK;

-- while it is installed and updated: in the schema that it goes to, and in those of the path
BEGIN;
DROP EXTENSION perfcheck CASCADE;
SELECT pg_temp.plant('public');
SET LOCAL search_path = planted, public, pg_catalog;
CREATE EXTENSION perfcheck SCHEMA public VERSION '1.0';
ALTER EXTENSION perfcheck UPDATE;
SELECT extversion FROM pg_catalog.pg_extension WHERE extname OPERATOR(pg_catalog.=) 'perfcheck';
ROLLBACK;
BEGIN;
DROP EXTENSION perfcheck CASCADE;
CREATE SCHEMA perfcheck_home;
GRANT CREATE, USAGE ON SCHEMA perfcheck_home TO perfcheck_planter;
SET LOCAL ROLE perfcheck_planter;
SELECT pg_temp.plant('perfcheck_home');
RESET ROLE;
CREATE EXTENSION perfcheck SCHEMA perfcheck_home;
SELECT extversion FROM pg_extension WHERE extname = 'perfcheck';
ROLLBACK;
-- what is there already is taken over by neither
BEGIN;
DROP EXTENSION perfcheck CASCADE;
CREATE SCHEMA perfcheck_home;
GRANT CREATE, USAGE ON SCHEMA perfcheck_home TO perfcheck_planter;
SET LOCAL ROLE perfcheck_planter;
CREATE TABLE perfcheck_home.perfcheck_query (name text);
RESET ROLE;
CREATE EXTENSION perfcheck SCHEMA perfcheck_home;
ROLLBACK;
BEGIN;
DROP EXTENSION perfcheck CASCADE;
CREATE SCHEMA perfcheck_home;
GRANT CREATE, USAGE ON SCHEMA perfcheck_home TO perfcheck_planter;
CREATE EXTENSION perfcheck SCHEMA perfcheck_home VERSION '1.0';
SET LOCAL ROLE perfcheck_planter;
CREATE FUNCTION perfcheck_home.perfcheck_find_writer() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
RESET ROLE;
ALTER EXTENSION perfcheck UPDATE;
ROLLBACK;
SELECT extversion FROM pg_extension WHERE extname = 'perfcheck';

SET search_path = public;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE name ~ '^planted';
DELETE FROM perfcheck_statistics WHERE name ~ '^planted';
DROP TABLE public.perfcheck_item;
DROP SCHEMA planted CASCADE;
DROP ROLE perfcheck_planter;
