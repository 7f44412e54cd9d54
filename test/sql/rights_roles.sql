-- Each function, called by the extension's owner, by one who may change the contract, by
-- one who may read the table, and by a stranger: whoever lacks a right is told so by the
-- server. A function without an entry here fails the test.
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET jit = off;
SET perfcheck.prove_rows = 0;
CREATE SCHEMA rights_of;
SET search_path = rights_of, public;
CREATE TABLE item (id int PRIMARY KEY, kind int NOT NULL, note text);
INSERT INTO item SELECT i, i % 20, 'note ' || i FROM generate_series(1, 1000) AS i;
ANALYZE item;
UPDATE perfcheck_query SET enabled = false;
SELECT perfcheck_add_query('item', 'SELECT id FROM item WHERE id = $1', '/item/$1');
SELECT perfcheck_add_query('slow', 'SELECT note FROM item WHERE note = $1', enabled => false);
CREATE ROLE perfcheck_editor;
CREATE ROLE perfcheck_reader;
CREATE ROLE perfcheck_stranger;
GRANT SELECT, INSERT, UPDATE, DELETE ON perfcheck_query, perfcheck_case, perfcheck_values, perfcheck_size, perfcheck_size_values,
    perfcheck_dropped, perfcheck_copies TO perfcheck_editor;
GRANT USAGE ON SCHEMA rights_of TO perfcheck_editor, perfcheck_reader;
GRANT SELECT ON item TO perfcheck_reader;

-- one call of each function, which tells in a text what came of it
CREATE TABLE calls (function text PRIMARY KEY, call text NOT NULL);
INSERT INTO calls VALUES
('perfcheck_ab', $$SELECT DISTINCT left(note, 0) || 'compared' FROM perfcheck_ab('SELECT id FROM item WHERE id = 1', 'SELECT id FROM item WHERE id = 2', executions => 5)$$),
('perfcheck_accept', $$SELECT left(perfcheck_accept('slow', 'later', 100000), 0) || 'accepted'$$),
('perfcheck_add_case', $$SELECT perfcheck_add_case('item', 'seven', '{7}')::text$$),
('perfcheck_add_query', $$SELECT perfcheck_add_query('more', 'SELECT id FROM item WHERE kind = $1')::text$$),
('perfcheck_answer', $$SELECT left(perfcheck_answer('item', '/item/7')::text, 0) || 'answered'$$),
('perfcheck_as_annotation', $$SELECT perfcheck_as_annotation('a')$$),
('perfcheck_as_code', $$SELECT left(perfcheck_as_code('a'), 0)$$),
('perfcheck_as_code_span', $$SELECT left(perfcheck_as_code_span('a'), 0)$$),
('perfcheck_as_comment', $$SELECT perfcheck_as_comment(NULL)$$),
('perfcheck_as_github', $$SELECT perfcheck_as_github(NULL)$$),
('perfcheck_as_html', $$SELECT left(perfcheck_as_html('{}'), 0)$$),
('perfcheck_as_html_text', $$SELECT left(perfcheck_as_html_text('a'), 0)$$),
('perfcheck_as_junit', $$SELECT perfcheck_as_junit(NULL)$$),
('perfcheck_as_json', $$SELECT left(perfcheck_as_json('a'), 0)$$),
('perfcheck_as_markdown', $$SELECT left(perfcheck_as_markdown('a'), 0)$$),
('perfcheck_as_sarif', $$SELECT perfcheck_as_sarif(NULL)$$),
('perfcheck_as_uri', $$SELECT left(perfcheck_as_uri('a'), 0)$$),
('perfcheck_as_xml', $$SELECT left(perfcheck_as_xml('a'), 0)$$),
('perfcheck_assert', $$SELECT perfcheck_assert(1)::text$$),
('perfcheck_case_table', $$SELECT perfcheck_case_table(NULL)$$),
('perfcheck_cases', $$SELECT DISTINCT coalesce(reason, 'derived') FROM perfcheck_cases()$$),
('perfcheck_cause_id', $$SELECT left(perfcheck_cause_id('a'), 0)$$),
('perfcheck_causes', $$SELECT left(count(*)::text, 0) FROM perfcheck_causes()$$),
('perfcheck_check_formats', $$SELECT perfcheck_check_formats('{tap}')::text$$),
('perfcheck_compare', $$SELECT count(*)::text FROM perfcheck_compare('a', 'b')$$),
('perfcheck_compare_samples', $$SELECT left(verdict, 0) FROM perfcheck_compare_samples('{1,2}', '{1,2}')$$),
('perfcheck_compare_snapshots', $$SELECT count(*)::text FROM perfcheck_compare_snapshots(NULL, NULL)$$),
('perfcheck_copy', $$SELECT perfcheck_copy('rights_of.item', 'kind', 'rights_of.item', 'kind')::text$$),
('perfcheck_coverage', $$SELECT count(*)::text FROM perfcheck_coverage()$$),
('perfcheck_create_events', $$SELECT perfcheck_create_events('rights_of.made')::text$$),
('perfcheck_diff', $$SELECT left(count(*)::text, 0) FROM perfcheck_diff((SELECT string_agg(l, E'\n') FROM perfcheck_snapshot(1) AS l), 1)$$),
('perfcheck_drop_built_in', $$SELECT count(*)::text FROM perfcheck_drop_built_in()$$),
('perfcheck_drop_query', $$SELECT perfcheck_drop_query('item')::text$$),
('perfcheck_events', $$SELECT count(*)::text FROM perfcheck_events(0, 2)$$),
('perfcheck_executions', $$SELECT count(*)::text FROM perfcheck_executions()$$),
('perfcheck_explain', $$SELECT left(string_agg(e, ''), 0) || 'explained' FROM perfcheck_explain('item') AS e$$),
('perfcheck_export', $$SELECT left(string_agg(e, ''), 0) || 'exported' FROM perfcheck_export() AS e$$),
('perfcheck_fidelity', $$SELECT count(*)::text FROM perfcheck_fidelity('none')$$),
('perfcheck_fidelity_column', $$SELECT left(count(*)::text, 0) FROM perfcheck_fidelity_column('{"relation": "rights_of.item", "attribute": "kind", "type": "integer"}')$$),
('perfcheck_fidelity_measures', $$SELECT count(*)::text FROM perfcheck_fidelity_measures('none')$$),
('perfcheck_find_writer', $$SELECT count(*)::text FROM perfcheck_find_writer()$$),
('perfcheck_findings', $$SELECT coalesce(problem, 'found') FROM perfcheck_findings('SELECT id FROM item WHERE id = $1')$$),
('perfcheck_first_schema', $$SELECT perfcheck_first_schema('public', current_user)$$),
('perfcheck_fixes', $$SELECT count(*)::text FROM perfcheck_fixes(1)$$),
('perfcheck_fixes_of', $$SELECT count(*)::text FROM perfcheck_fixes_of('{"queries": []}')$$),
('perfcheck_for_client', $$SELECT perfcheck_for_client('a', false)$$),
('perfcheck_forget_writers', $$SELECT count(*)::text FROM perfcheck_forget_writers()$$),
('perfcheck_forecast', $$SELECT DISTINCT coalesce(reason, 'forecast') FROM perfcheck_forecast('item', 2000)$$),
('perfcheck_growth', $$SELECT left(perfcheck_growth('{"queries": []}')::text, 0)$$),
('perfcheck_headline', $$SELECT perfcheck_headline(NULL)$$),
('perfcheck_histogram', $$SELECT left(count(*)::text, 0) FROM perfcheck_histogram('item')$$),
('perfcheck_html_style', $$SELECT left(perfcheck_html_style(), 0)$$),
('perfcheck_import', $$SELECT count(*)::text FROM perfcheck_import('recorded')$$),
('perfcheck_in_one', $$SELECT left(perfcheck_in_one('SELECT id FROM item WHERE id = $1', '{1}'), 0) || 'rewritten'$$),
('perfcheck_indexes', $$SELECT string_agg(DISTINCT coalesce(reason, 'set'), '; ') FROM perfcheck_indexes(1)$$),
('perfcheck_is_replaceable', $$SELECT perfcheck_is_replaceable(q)::text FROM perfcheck_query AS q WHERE name = 'item'$$),
('perfcheck_is_synthetic', $$SELECT perfcheck_is_synthetic(gen_random_uuid())::text$$),
('perfcheck_judge', $$SELECT left(count(*)::text, 0) || 'judged' FROM perfcheck_judge(1)$$),
('perfcheck_kept_latency', $$SELECT left(perfcheck_kept_latency()::text, 0)$$),
('perfcheck_latency_picture', $$SELECT left(perfcheck_latency_picture(NULL), 0)$$),
('perfcheck_load', $$SELECT action || coalesce(': ' || reason, '') FROM perfcheck_load(E'-- name: loaded\nSELECT id FROM item WHERE kind = $1;\n')$$),
('perfcheck_load_statistics', $$SELECT count(*)::text FROM perfcheck_load_statistics('none', '')$$),
('perfcheck_mended', $$SELECT coalesce(problem, 'mended') FROM perfcheck_mended('SELECT id FROM item WHERE id = $1')$$),
('perfcheck_note_dropped', $$SELECT count(*)::text FROM perfcheck_note_dropped()$$),
('perfcheck_note_sender', $$SELECT perfcheck_note_sender('slow', 'pg_monitor')::text$$),
('perfcheck_note_writer', $$SELECT count(*)::text FROM perfcheck_note_writer()$$),
('perfcheck_parameter_types', $$SELECT coalesce(perfcheck_parameter_types('SELECT id FROM item WHERE id = $1')::text, 'none')$$),
('perfcheck_load_http', $$SELECT perfcheck_load_http('{"queries": [], "latency_ms": {}, "errors": {}, "requests": 0, "ok": true}')::text$$),
('perfcheck_picture', $$SELECT perfcheck_picture('{}', NULL)$$),
('perfcheck_plan', $$SELECT DISTINCT coalesce(reason, 'planned') FROM perfcheck_plan('item')$$),
('perfcheck_plan_tree', $$SELECT perfcheck_plan_tree(NULL)$$),
('perfcheck_populate', $$SELECT left(count(*)::text, 0) || 'populated' FROM perfcheck_populate('{rights_of.item}', rows => 1010)$$),
('perfcheck_problem', $$SELECT coalesce(perfcheck_problem('SELECT id FROM item WHERE id = $1', '{int}', NULL, 'rights_of', current_user), 'none')$$),
('perfcheck_proposals', $$SELECT count(*)::text FROM perfcheck_proposals('recorded', 1, '')$$),
('perfcheck_propose', $$SELECT count(*)::text FROM perfcheck_propose('recorded')$$),
('perfcheck_record_reset', $$SELECT perfcheck_record_reset()::text$$),
('perfcheck_record_run', $$SELECT perfcheck_record_run('rights', executions => 2)::text$$),
('perfcheck_recorded', $$SELECT count(*)::text FROM perfcheck_recorded()$$),
('perfcheck_rendered', $$SELECT left(perfcheck_rendered('tap', '{}', '{a}'), 0)$$),
('perfcheck_refuse_triggers', $$SELECT perfcheck_refuse_triggers()::text$$),
('perfcheck_repeats', $$SELECT count(*)::text FROM perfcheck_repeats()$$),
('perfcheck_replace_built_in', $$SELECT count(*)::text FROM perfcheck_replace_built_in()$$),
('perfcheck_report', $$SELECT regexp_replace(string_agg(l, ' '), '^.*?((not )?ok \d+ - item).*?((permission denied)[^(]*)?( \(.*)?$', '\1 \3') FROM perfcheck_report('tap', 1) AS l$$),
('perfcheck_reports', $$SELECT left(count(*)::text, 0) || 'reported' FROM perfcheck_reports('{json}', 1)$$),
('perfcheck_requests', $$SELECT DISTINCT coalesce(reason, 'requests') FROM perfcheck_requests('item', 2)$$),
('perfcheck_reset_contract', $$SELECT perfcheck_reset_contract()::text$$),
('perfcheck_route_path', $$SELECT left(perfcheck_route_path('GET /a', '{}', '{}'), 0)$$),
('perfcheck_row_values', $$SELECT count(*)::text || ' rows' FROM perfcheck_row_values('SELECT id FROM item WHERE id = $1', '{7}')$$),
('perfcheck_rows', $$SELECT perfcheck_rows('item', '/item/7')::text || ' row'$$),
('perfcheck_samples', $$SELECT left(count(*)::text, 0) FROM perfcheck_samples()$$),
('perfcheck_schemas', $$SELECT perfcheck_schemas('public', current_user)$$),
('perfcheck_seed', $$SELECT perfcheck_seed(10, 'rights_of.made')::text$$),
('perfcheck_sent', $$SELECT count(*)::text FROM perfcheck_sent('recorded', '')$$),
('perfcheck_set_values', $$SELECT perfcheck_set_values('item', 1, '{7}')::text$$),
('perfcheck_shape', $$SELECT coalesce(problem, 'shaped') FROM perfcheck_shape('SELECT id FROM item WHERE id = 1')$$),
('perfcheck_shapes', $$SELECT count(*)::text FROM perfcheck_shapes()$$),
('perfcheck_short_ms', $$SELECT left(perfcheck_short_ms(1), 0)$$),
('perfcheck_short_number', $$SELECT perfcheck_short_number(1)$$),
('perfcheck_size', $$SELECT perfcheck_size('rights_of.item', 5000)::text$$),
('perfcheck_snapshot', $$SELECT left(string_agg(l, ''), 0) || 'taken' FROM perfcheck_snapshot(1) AS l$$),
('perfcheck_snapshot_lines', $$SELECT count(*)::text FROM perfcheck_snapshot_lines(NULL)$$),
('perfcheck_snapshot_of', $$SELECT count(*)::text FROM perfcheck_snapshot_of(NULL)$$),
('perfcheck_snapshot_objects', $$SELECT count(*)::text FROM perfcheck_snapshot_objects(NULL)$$),
('perfcheck_statistics_complete_dump', $$SELECT perfcheck_statistics_complete_dump('none')::text$$),
('perfcheck_statistics_dump_call', $$SELECT perfcheck_statistics_dump_call('none', 'relation', '{"schemaname": "a", "relname": "b"}')::text$$),
('perfcheck_statistics_fan_out', $$SELECT count(*)::text FROM perfcheck_statistics_fan_out(0)$$),
('perfcheck_statistics_line', $$SELECT perfcheck_statistics_line('none', '{"kind": "table", "schema": "a", "name": "b"}')::text$$),
('perfcheck_statistics_read_dump', $$SELECT perfcheck_statistics_read_dump('none', '')::text$$),
('perfcheck_statistics_read_file', $$SELECT perfcheck_statistics_read_file('none', '')::text$$),
('perfcheck_statistics_size', $$SELECT left(rows::text, 0) FROM perfcheck_statistics_size('rights_of.item'::regclass)$$),
('perfcheck_statistics_take_columns', $$SELECT perfcheck_statistics_take_columns('none')::text$$),
('perfcheck_statistics_take_extended', $$SELECT perfcheck_statistics_take_extended('none')::text$$),
('perfcheck_stay_here', $$SELECT count(*)::text FROM perfcheck_stay_here()$$),
('perfcheck_take_statistics', $$SELECT left(count(*)::text, 0) || 'taken' FROM perfcheck_take_statistics('of rights', '{rights_of}')$$),
('perfcheck_time', $$SELECT DISTINCT coalesce(reason, 'timed') FROM perfcheck_time('item', 2)$$),
('perfcheck_told', $$SELECT count(*)::text FROM perfcheck_told('{"queries": []}')$$),
('perfcheck_two_digits', $$SELECT perfcheck_two_digits(123)::text$$),
('perfcheck_unpopulate', $$SELECT left(count(*)::text, 0) || 'unpopulated' FROM perfcheck_unpopulate('{rights_of.item}')$$),
('perfcheck_unseed', $$SELECT perfcheck_unseed('rights_of.item')::text$$),
('perfcheck_use_statistics', $$SELECT count(*)::text FROM perfcheck_use_statistics('none')$$),
('perfcheck_used', $$SELECT coalesce(string_agg(DISTINCT u.problem, '; '), 'used') FROM perfcheck_used(1) AS u$$),
('perfcheck_view_text', $$SELECT coalesce(perfcheck_view_text(0), 'no view')$$),
('perfcheck_verify', $$SELECT regexp_replace(v, '^(not ok|ok) \d+ - (\w+)(: permission denied[^(]*)?.*$', '\1 \2\3') FROM perfcheck_verify(1) AS v WHERE v ~ 'ok '$$),
('perfcheck_visible', $$SELECT perfcheck_visible('a')$$),
('perfcheck_with_constants', $$SELECT left(sql, 0) FROM perfcheck_with_constants('SELECT $1', '{1}')$$);
-- each function has an entry, and no entry is of one that is gone
SELECT p.proname AS without_entry FROM pg_depend AS d
JOIN pg_extension AS e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'perfcheck'
JOIN pg_proc AS p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
WHERE p.proname NOT IN (SELECT function FROM calls) ORDER BY 1;
SELECT function AS gone FROM calls WHERE to_regproc(function) IS NULL ORDER BY 1;

-- what came of a call, of which nothing stays
CREATE FUNCTION outcome(role text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    told text;
BEGIN
    BEGIN
        EXECUTE format('SET LOCAL ROLE %I', role);
        EXECUTE call INTO told;
        RAISE EXCEPTION USING ERRCODE = 'PC000';
    EXCEPTION
        WHEN SQLSTATE 'PC000' THEN RETURN coalesce(nullif(told, ''), 'ok');
        WHEN insufficient_privilege THEN RETURN SQLERRM;
        WHEN OTHERS THEN RETURN SQLSTATE || coalesce(' ' || substring(SQLERRM FROM 'permission denied for [a-z]+ "?\w+"?'), '');
    END;
END $$;
CREATE TABLE matrix AS
SELECT function, outcome(session_user::text, call) AS owner, outcome('perfcheck_editor', call) AS editor,
    outcome('perfcheck_reader', call) AS reader, outcome('perfcheck_stranger', call) AS stranger FROM calls;
-- the same for everybody
SELECT owner, string_agg(replace(function, 'perfcheck_', ''), ' ' ORDER BY function COLLATE "C") AS functions
FROM matrix WHERE editor = owner AND reader = owner AND stranger = owner GROUP BY owner ORDER BY owner COLLATE "C";
-- one role after the other
\pset format unaligned
SELECT replace(function, 'perfcheck_', '') AS function, owner, editor, reader, stranger
FROM matrix WHERE NOT (editor = owner AND reader = owner AND stranger = owner) ORDER BY function COLLATE "C";
\pset format aligned
UPDATE perfcheck_query SET enabled = true;
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE name IN ('item', 'slow');
REVOKE ALL ON perfcheck_query, perfcheck_case, perfcheck_values, perfcheck_size, perfcheck_size_values,
    perfcheck_dropped, perfcheck_copies FROM perfcheck_editor;
DROP SCHEMA rights_of CASCADE;
DROP ROLE perfcheck_editor, perfcheck_reader, perfcheck_stranger;
