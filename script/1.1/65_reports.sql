--
-- Reports for people and for CI
--

CREATE FUNCTION perfcheck_judge(
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100),
    strict boolean DEFAULT false)
RETURNS TABLE (document json, tap text[])
AS 'MODULE_PATHNAME', 'perfcheck_judge'
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1;

COMMENT ON FUNCTION perfcheck_judge(double precision, boolean) IS
'Judges the contract once: all that the formats of perfcheck_report are made from';

-- Which cause has which number. A number once given is never given to another cause.
-- The first pattern that matches decides; it is matched against the words of advice/.
CREATE FUNCTION perfcheck_causes()
RETURNS TABLE (id text, name text, title text, pattern text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
VALUES
    ('PC001', 'error', 'The query cannot be judged', '^nothing was judged|^no value can be derived|^the work cannot be judged'),
    ('PC002', 'timeout', 'The query ran longer than it may', '^it ran longer than|^it had examined'),
    ('PC501', 'dead-rows', 'The index leads to dead rows', 'entries that .* reads are of dead rows'),
    ('PC502', 'heap-fetches', 'An index-only scan visits the table', 'rows from the table, on pages that are not known to be visible|pages of .* are known to be visible to all'),
    ('PC503', 'bloat', 'The index or the table is mostly empty', 'holds [0-9]+ rows on [0-9]+ pages'),
    ('PC504', 'scattered-index', 'The search visits much of its index', 'visits [0-9]+ of the [0-9]+ pages of its index'),
    ('PC505', 'toast', 'Values are stored out of line', 'stored out of line'),
    ('PC506', 'spill', 'The work does not fit into work_mem', 'are of temporary files'),
    ('PC401', 'stale-statistics', 'The statistics do not fit the rows', '^the statistics of .* do not fit|was not analyzed'),
    ('PC402', 'few-common-values', 'The statistics list too few values', '^the statistics list the'),
    ('PC403', 'wrong-distinct', 'The planner counts distinct values wrongly', '^the planner takes .* to have'),
    ('PC404', 'dependent-columns', 'Columns depend on each other', 'depend on each other|^the planner knows nothing of the values'),
    ('PC405', 'generic-plan', 'Prepared statements turn to a plan without values', '^the generic plan is made|^prepared statements'),
    ('PC201', 'cast-column', 'The column is cast', 'is cast to|so that it is cast'),
    ('PC202', 'cursor-or', 'The cursor is written with OR', '^the OR form of the cursor|^the row of the cursor is joined'),
    ('PC203', 'wrapped-column', 'The column is wrapped or computed', 'is wrapped in|is computed with|is no index condition for|is searched by position|^similarity\(\) is computed'),
    ('PC204', 'array-any', 'The array of each row is taken apart', 'is searched by = ANY'),
    ('PC205', 'range-ends', 'Two columns are the ends of a range', 'are the ends of a range'),
    ('PC206', 'volatile-function', 'A function is called for each row', 'is VOLATILE, so that|^the condition calls a volatile function'),
    ('PC207', 'policy-function', 'A policy calls a function for each row', '^a policy on .* calls'),
    ('PC110', 'index-of-other-method', 'An index of another method is needed', 'has a .* index .*, and this search needs'),
    ('PC111', 'wrong-method', 'The index finds much else', '^the .* index .* finds much else'),
    ('PC112', 'language-order', 'The index has the order of a language', 'in the order of a language'),
    ('PC113', 'operator-class', 'The index has another operator class or collation', 'with another operator class or collation'),
    ('PC114', 'invalid-index', 'The index is not valid', 'is not valid, its build failed'),
    ('PC115', 'index-of-partitions', 'Partitions lack the index', 'partitions have no'),
    ('PC116', 'short-pattern', 'The pattern is too short for a trigram', 'has no trigram to look up'),
    ('PC117', 'not-indexable', 'No index can hold the expression', 'is not immutable, so that no index|^no index method has the operator'),
    ('PC109', 'distance-order', 'No index returns rows by distance', '^the distance of all rows'),
    ('PC108', 'or-arms', 'Each arm of the OR needs an index', '^each arm of the OR|^each of the'),
    ('PC106', 'partial-index', 'A partial index is missing, or does not fit', 'rows with .* alone'),
    ('PC105', 'covering-index', 'Each row that matches is visited', '^each row of the table that matches is visited'),
    ('PC103', 'filter-and-order', 'No index has the conditions and the order', 'before the LIMIT, no .*index has|before the .*, no .*index has|^the LIMIT walks .*no .*index has|read and sorted'),
    ('PC104', 'order-index', 'No index has the order', '^no .* index has the order|at the other end than the ORDER BY|ascending and descending as it has'),
    ('PC107', 'columns-together', 'No index holds the columns together', '^no .*index holds .* together|no .*index has \('),
    ('PC102', 'column-behind', 'The column is not first in the index', 'behind .*, which has no'),
    ('PC101', 'missing-index', 'An index is missing', '^no .*index is led by|^no .*index holds'),
    ('PC301', 'not-in', 'NOT IN', '^NOT IN'),
    ('PC302', 'or-of-tables', 'An OR over several tables', '^the OR is over|^the OR has a subquery|both arms of the OR|^an OR has arms'),
    ('PC303', 'distinct-of-join', 'A join whose rows are taken away again', 'are joined, and (DISTINCT|GROUP BY|count)'),
    ('PC304', 'count-for-exists', 'count() is compared with 0', 'is compared with 0'),
    ('PC305', 'max-of-join', 'max() or min() over all rows', 'are taken from an index of one table'),
    ('PC306', 'first-of-each', 'All rows are read for the few of each', 'for the few of each'),
    ('PC307', 'outside-window', 'A condition after the window', 'after the window functions'),
    ('PC308', 'fence', 'A CTE or OFFSET 0 is a fence', '^the CTE .* is|^OFFSET 0|^a CTE is computed whole'),
    ('PC309', 'offset', 'OFFSET reads the pages before', '^OFFSET'),
    ('PC601', 'no-limit', 'There is no LIMIT', '^it has no LIMIT|^its LIMIT lets|returns too many rows|^it returns'),
    ('PC602', 'aggregate', 'All rows are aggregated', 'counts all rows|aggregates all rows|^GROUP BY reads|all groups are made|is computed over all rows|^DISTINCT reads|^UNION compares'),
    ('PC603', 'order-of-tables', 'The order is by several tables or a volatile function', '^the ORDER BY is by'),
    ('PC604', 'walk-past', 'The LIMIT walks past rows that do not match', '^the LIMIT walks|sorted before the LIMIT'),
    ('PC605', 'subquery', 'A subquery is executed for each row', 'subquery .*(decides|reads|rejects)|is looked up for each|^the subquery'),
    ('PC606', 'recursion', 'The recursion walks all that it can reach', '^the recursive query'),
    ('PC607', 'function', 'A function in FROM, or one that executes statements', '^a function in FROM|calls a function that executes'),
    ('PC608', 'join', 'A join tries or makes many pairs', '^a join'),
    ('PC609', 'condition', 'The condition cannot be searched for', 'tells what a row is not|compares columns of one row|searches within the text|leakproof|^policy .* decides'),
    ('PC610', 'lossy-index', 'The index leads to rows that may match', '^the BRIN index|finds rows that may match|finds all rows that match before'),
    ('PC611', 'many-match', 'Much of the table matches', ' % of the rows of .* match|^all rows of'),
    ('PC406', 'preference', 'The planner prefers another plan', '^the planner prefers'),
    ('PC999', 'other', 'Another cause', '')
$$;

COMMENT ON FUNCTION perfcheck_causes() IS
'The causes of faults: the number and name of each, and the words that it is known by';

CREATE FUNCTION perfcheck_cause_id(cause text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT c.id
    FROM @extschema@.perfcheck_causes() WITH ORDINALITY AS c (id, name, title, pattern, place)
    WHERE $1 ~ c.pattern
    ORDER BY c.place
    LIMIT 1
$$;

COMMENT ON FUNCTION perfcheck_cause_id(text) IS
'The number of a cause, which stays when its words change';

-- ---- quoting ----

-- Control characters and those that turn the direction of text become \uXXXX, so that
-- nobody reads another name than the one that stands there. Lines stay lines if asked.
CREATE FUNCTION perfcheck_visible(text text, lines boolean DEFAULT false)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN $1 !~ '[\x01-\x1f\x7f]' AND octet_length($1) = char_length($1) THEN $1 ELSE (
        SELECT coalesce(string_agg(CASE
            WHEN $2 AND c IN (E'\n', E'\t') THEN c
            WHEN ascii(c) < 32 OR ascii(c) BETWEEN 127 AND 159
                OR ascii(c) BETWEEN 8206 AND 8207 OR ascii(c) BETWEEN 8232 AND 8238 OR ascii(c) BETWEEN 8294 AND 8297
                OR ascii(c) IN (1564, 65279, 65534, 65535)
            THEN '\u' || lpad(to_hex(ascii(c)), 4, '0') ELSE c END, '' ORDER BY place), '')
        FROM regexp_split_to_table($1, '') WITH ORDINALITY AS s (c, place)) END
$$;

COMMENT ON FUNCTION perfcheck_visible(text, boolean) IS
'A text without control characters, which stand as \uXXXX';

CREATE FUNCTION perfcheck_as_xml(text text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT replace(replace(replace(replace(replace(@extschema@.perfcheck_visible($1, true),
        '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;')
$$;

COMMENT ON FUNCTION perfcheck_as_xml(text) IS
'A text as it may stand in XML and HTML, as content and as the value of an attribute';

CREATE FUNCTION perfcheck_as_markdown(text text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT regexp_replace(replace(replace(@extschema@.perfcheck_visible($1), '&', '&amp;'), '<', '&lt;'),
        '([\\`*_{}\[\]()#+!|~@>-])', '\\\1', 'g')
$$;

COMMENT ON FUNCTION perfcheck_as_markdown(text) IS
'A text as it may stand in Markdown, in a cell of a table as well';

-- SQL between fences that are longer than any in it, or in a cell.
CREATE FUNCTION perfcheck_as_code(sql text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT f.fence || E'sql\n' || @extschema@.perfcheck_visible($1, true) || E'\n' || f.fence
    FROM (SELECT repeat('`', 1 + greatest(2, (SELECT max(length(m[1])) FROM regexp_matches($1, '(`+)', 'g') AS m))) AS fence) AS f
$$;

COMMENT ON FUNCTION perfcheck_as_code(text) IS
'SQL as a block of code in Markdown';

CREATE FUNCTION perfcheck_as_annotation(text text, is_property boolean DEFAULT false)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN $2 THEN replace(replace(e.text, ':', '%3A'), ',', '%2C') ELSE e.text END
    FROM (SELECT replace(replace(@extschema@.perfcheck_visible($1, true), '%', '%25'), E'\n', '%0A') AS text) AS e
$$;

COMMENT ON FUNCTION perfcheck_as_annotation(text, boolean) IS
'A text as it may stand in a workflow command of GitHub';

-- ---- what all of them say ----

-- A row a query, with the words that every format needs.
CREATE FUNCTION perfcheck_told(document json)
RETURNS TABLE (
    name text, status text, is_error boolean, cause_id text, cause text, message text, fix text, details text,
    file text, line integer, owner text, todo text, place bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT q.one ->> 'name', q.one ->> 'status', (q.one ->> 'error')::boolean,
        @extschema@.perfcheck_cause_id(c.cause), c.cause,
        coalesce(q.one ->> 'reason', q.one ->> 'summary', 'ok'),
        coalesce(a.advice ->> 'fix', a.advice ->> 'rewrite', a.advice ->> 'suggestion'),
        (SELECT string_agg(d.key || ': ' || d.value, E'\n' ORDER BY d.place)
         FROM (
            SELECT l.place, l.one ->> 'key', l.one ->> 'text' FROM json_array_elements(CASE json_typeof(a.advice) WHEN 'object' THEN a.advice -> 'lines' ELSE '[]' END) WITH ORDINALITY AS l (one, place)
            UNION ALL VALUES
            (101, 'case', (w.worst ->> 'label') || ', ' || (w.worst ->> 'plan_mode') || ' plan'),
            (102, 'values', (SELECT string_agg('$' || v.n || ' = ' || coalesce(v.value, 'NULL'), ', ' ORDER BY v.n)
                FROM json_array_elements_text(w.worst -> 'values') WITH ORDINALITY AS v (value, n))),
            (103, 'plan', w.worst ->> 'access'),
            (104, 'today', w.worst ->> 'today'),
            (105, 'forecast', w.worst ->> 'forecast'),
            (106, 'owner', q.one ->> 'owner')) AS d (place, key, value)
         WHERE d.value IS NOT NULL AND q.one ->> 'status' <> 'ok'),
        s.parts[1], s.parts[2]::integer, q.one ->> 'owner', q.one -> 'todo' ->> 'reason', q.place
    FROM json_array_elements($1 -> 'queries') WITH ORDINALITY AS q (one, place)
    CROSS JOIN LATERAL (SELECT q.one -> 'advice' AS advice) AS a
    CROSS JOIN LATERAL (SELECT CASE WHEN q.one ->> 'status' IN ('not ok', 'todo')
        THEN coalesce(a.advice ->> 'cause', q.one ->> 'reason') END AS cause) AS c
    LEFT JOIN LATERAL (SELECT e.one AS worst FROM json_array_elements(q.one -> 'cases') AS e (one)
        WHERE (e.one ->> 'decides')::boolean LIMIT 1) AS w ON true
    LEFT JOIN LATERAL (SELECT regexp_match(q.one ->> 'source', '^(.+):([0-9]{1,9})$') AS parts) AS s ON true
    ORDER BY q.place
$$;

COMMENT ON FUNCTION perfcheck_told(json) IS
'A row a query of a document of perfcheck_judge: its status, cause, fix and details as text';

CREATE FUNCTION perfcheck_headline(document json)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE
        WHEN n.queries = 0 THEN 'nothing was judged: the contract has no enabled query'
        WHEN n.bad = 0 THEN format('%s ok', CASE n.queries WHEN 1 THEN 'the query is' ELSE format('all %s queries are', n.queries) END)
        ELSE format('%s of %s %s not ok', n.bad, n.queries, CASE n.bad WHEN 1 THEN CASE n.queries WHEN 1 THEN 'query is' ELSE 'queries is' END ELSE 'queries are' END)
        END
        || CASE WHEN n.todo > 0 THEN format(', %s accepted for now', n.todo) ELSE '' END
        || CASE WHEN n.skip > 0 THEN format(', %s skipped', n.skip) ELSE '' END
        || CASE WHEN n.queries > 0 THEN format(', judged at %s times today''s size', ($1 ->> 'scale')::numeric) ELSE '' END
    FROM (SELECT ($1 -> 'counts' ->> 'queries')::int AS queries, ($1 -> 'counts' ->> 'not ok')::int AS bad,
        ($1 -> 'counts' ->> 'todo')::int AS todo, ($1 -> 'counts' ->> 'skip')::int AS skip) AS n
$$;

COMMENT ON FUNCTION perfcheck_headline(json) IS
'One sentence on a document of perfcheck_judge';

-- ---- the formats ----

-- JUnit has no place for how long judging took, and times would differ from run to run.
CREATE FUNCTION perfcheck_as_junit(document json)
RETURNS SETOF text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    WITH told AS (SELECT * FROM @extschema@.perfcheck_told($1)),
    counts AS (
        SELECT format('tests="%s" failures="%s" errors="%s"', greatest(count(*), CASE WHEN ($1 ->> 'ok')::boolean THEN 0 ELSE 1 END),
            count(*) FILTER (WHERE status = 'not ok' AND NOT is_error) + CASE WHEN count(*) = 0 AND NOT ($1 ->> 'ok')::boolean THEN 1 ELSE 0 END,
            count(*) FILTER (WHERE status = 'not ok' AND is_error)) AS of_all,
            count(*) FILTER (WHERE status IN ('skip', 'todo')) AS skipped, count(*) AS tests
        FROM told)
    SELECT lines.line FROM (
        SELECT 0 AS part, 0::bigint AS place, '<?xml version="1.0" encoding="UTF-8"?>' AS line
        UNION ALL SELECT 1, 0, format('<testsuites name="perfcheck" %s>', of_all) FROM counts
        UNION ALL SELECT 2, 0, format('  <testsuite name="%s" %s skipped="%s">', @extschema@.perfcheck_as_xml($1 ->> 'database'), of_all, skipped) FROM counts
        UNION ALL SELECT 3, t.place, format('    <testcase classname="%s" name="%s" time="0"', 'perfcheck.' || @extschema@.perfcheck_as_xml($1 ->> 'database'), @extschema@.perfcheck_as_xml(@extschema@.perfcheck_visible(t.name)))
            || CASE
                WHEN t.status = 'ok' THEN '/>'
                WHEN t.status IN ('skip', 'todo') THEN format('><skipped message="%s"/></testcase>', @extschema@.perfcheck_as_xml(
                    CASE t.status WHEN 'todo' THEN 'accepted: ' || coalesce(t.todo, '') || '; ' ELSE '' END || t.message))
                ELSE format('><%1$s message="%2$s" type="%3$s">%4$s</%1$s></testcase>',
                    CASE WHEN t.is_error THEN 'error' ELSE 'failure' END, @extschema@.perfcheck_as_xml(t.message),
                    t.cause_id, @extschema@.perfcheck_as_xml(coalesce(t.details, t.message))) END
            FROM told AS t
        UNION ALL SELECT 3, 0, '    <testcase classname="perfcheck" name="the contract" time="0"><failure message="the contract has no enabled query" type="PC001"/></testcase>'
            FROM counts WHERE tests = 0 AND NOT ($1 ->> 'ok')::boolean
        UNION ALL SELECT 4, 0, '  </testsuite>'
        UNION ALL SELECT 5, 0, '</testsuites>') AS lines
    ORDER BY lines.part, lines.place
$$;

COMMENT ON FUNCTION perfcheck_as_junit(json) IS
'A document of perfcheck_judge as JUnit XML';

CREATE FUNCTION perfcheck_as_sarif(document json)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    WITH told AS (SELECT * FROM @extschema@.perfcheck_told($1) WHERE status IN ('not ok', 'todo')),
    rules AS (
        SELECT c.id, c.name, c.title, row_number() OVER (ORDER BY c.id) - 1 AS place
        FROM @extschema@.perfcheck_causes() AS c WHERE c.id IN (SELECT cause_id FROM told))
    SELECT jsonb_pretty(jsonb_strip_nulls(jsonb_build_object(
        '$schema', 'https://json.schemastore.org/sarif-2.1.0.json', 'version', '2.1.0',
        'runs', jsonb_build_array(jsonb_build_object(
            'tool', jsonb_build_object('driver', jsonb_build_object('name', 'perfcheck',
                'version', (SELECT e.extversion FROM pg_extension AS e WHERE e.extname = 'perfcheck'),
                'rules', coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name,
                    'shortDescription', jsonb_build_object('text', r.title)) ORDER BY r.id) FROM rules AS r), '[]'))),
            'invocations', jsonb_build_array(jsonb_build_object('executionSuccessful', true)),
            'results', coalesce((SELECT jsonb_agg(jsonb_build_object(
                'ruleId', t.cause_id, 'ruleIndex', r.place, 'level', CASE t.status WHEN 'todo' THEN 'note' ELSE 'error' END,
                'message', jsonb_build_object('text', @extschema@.perfcheck_visible(t.name || ': ' || t.message || E'\n' || coalesce(t.details, ''), true)),
                'locations', jsonb_build_array(jsonb_build_object(
                    'physicalLocation', CASE WHEN t.file IS NOT NULL THEN jsonb_build_object(
                        'artifactLocation', jsonb_build_object('uri', @extschema@.perfcheck_as_uri(t.file)),
                        'region', jsonb_build_object('startLine', greatest(t.line, 1))) END,
                    'logicalLocations', jsonb_build_array(jsonb_build_object('name', @extschema@.perfcheck_visible(t.name),
                        'fullyQualifiedName', @extschema@.perfcheck_visible(($1 ->> 'database') || '.' || t.name), 'kind', 'member')))),
                'partialFingerprints', jsonb_build_object('perfcheck/v1', md5(t.name || ' ' || t.cause_id)),
                'suppressions', CASE t.status WHEN 'todo' THEN jsonb_build_array(jsonb_build_object('kind', 'external',
                    'justification', @extschema@.perfcheck_visible(coalesce(t.todo, '')))) END)
                ORDER BY t.place) FROM told AS t JOIN rules AS r ON r.id = t.cause_id), '[]'))))))
$$;

COMMENT ON FUNCTION perfcheck_as_sarif(json) IS
'A document of perfcheck_judge as SARIF 2.1.0';

CREATE FUNCTION perfcheck_as_github(document json)
RETURNS SETOF text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT lines.line FROM (
        SELECT t.place, format('::%s title=%s%s::%s', CASE t.status WHEN 'not ok' THEN 'error' ELSE 'notice' END,
            @extschema@.perfcheck_as_annotation('perfcheck: ' || @extschema@.perfcheck_visible(t.name), true),
            CASE WHEN t.file IS NULL THEN '' ELSE format(',file=%s,line=%s', @extschema@.perfcheck_as_annotation(t.file, true), t.line) END,
            @extschema@.perfcheck_as_annotation(CASE t.status WHEN 'todo' THEN 'accepted: ' || coalesce(t.todo, '') || '; ' WHEN 'skip' THEN 'skipped: ' ELSE '' END
                || t.message || CASE WHEN t.details IS NULL THEN '' ELSE E'\n' || t.details END)) AS line
        FROM @extschema@.perfcheck_told($1) AS t
        WHERE t.status <> 'ok'
        UNION ALL
        SELECT 9223372036854775807, format('::%s title=perfcheck::%s', CASE WHEN ($1 ->> 'ok')::boolean THEN 'notice' ELSE 'error' END,
            @extschema@.perfcheck_as_annotation(@extschema@.perfcheck_headline($1)))) AS lines
    ORDER BY lines.place
$$;

COMMENT ON FUNCTION perfcheck_as_github(json) IS
'A document of perfcheck_judge as annotations of a GitHub workflow';

CREATE FUNCTION perfcheck_as_comment(document json)
RETURNS SETOF text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    WITH told AS (SELECT * FROM @extschema@.perfcheck_told($1)),
    bad AS (SELECT * FROM told WHERE status = 'not ok')
    SELECT lines.line FROM (
        SELECT 0 AS part, 0::bigint AS place, '### perfcheck: ' || @extschema@.perfcheck_as_markdown(@extschema@.perfcheck_headline($1)) AS line
        UNION ALL SELECT 1, n, l FROM (VALUES (1, ''), (2, '| query | cause | fix |'), (3, '| --- | --- | --- |')) AS head (n, l) WHERE EXISTS (SELECT FROM bad)
        UNION ALL SELECT 2, b.place, format('| %s | %s: %s | %s |', @extschema@.perfcheck_as_markdown(b.name), b.cause_id,
            @extschema@.perfcheck_as_markdown(b.cause), coalesce(@extschema@.perfcheck_as_markdown(b.fix), ''))
            FROM bad AS b
        UNION ALL SELECT 3, b.place, E'\n<details><summary>' || @extschema@.perfcheck_as_xml(@extschema@.perfcheck_visible(b.name)) || ': ' || @extschema@.perfcheck_as_xml(b.message) || E'</summary>\n\n'
            || replace(@extschema@.perfcheck_as_code(coalesce(b.details, b.message)), '`sql', '`text') || E'\n\n</details>'
            FROM bad AS b
        UNION ALL SELECT 4, t.place, E'\n' || CASE t.status WHEN 'todo' THEN 'Accepted for now: ' ELSE 'Skipped: ' END
            || @extschema@.perfcheck_as_markdown(t.name || ': ' || coalesce(t.todo || '; ', '') || t.message)
            FROM told AS t WHERE t.status IN ('todo', 'skip')) AS lines
    ORDER BY lines.part, lines.place
$$;

COMMENT ON FUNCTION perfcheck_as_comment(json) IS
'A document of perfcheck_judge as a comment in Markdown';

CREATE FUNCTION perfcheck_as_uri(file text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(string_agg(CASE WHEN c.byte IN (45, 46, 47, 95, 126) OR c.byte BETWEEN 48 AND 57
            OR c.byte BETWEEN 65 AND 90 OR c.byte BETWEEN 97 AND 122
        THEN chr(c.byte) ELSE '%' || upper(lpad(to_hex(c.byte), 2, '0')) END, '' ORDER BY c.place), '')
    FROM (SELECT get_byte(convert_to($1, 'UTF8'), n) AS byte, n AS place
        FROM generate_series(0, octet_length(convert_to($1, 'UTF8')) - 1) AS n) AS c
$$;

COMMENT ON FUNCTION perfcheck_as_uri(text) IS
'The name of a file as a relative URI';

CREATE FUNCTION perfcheck_check_formats(formats text[])
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted text;
BEGIN
    IF formats IS NULL OR array_position(formats, NULL) IS NOT NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'format must not be null';
    END IF;
    FOREACH wanted IN ARRAY formats LOOP
        IF wanted <> ALL ('{tap,tap14,junit,sarif,json,markdown,github}') THEN
            RAISE invalid_parameter_value USING MESSAGE = format('format "%s" is unknown', wanted),
                HINT = 'Formats are tap, tap14, junit, sarif, json, markdown and github.';
        END IF;
    END LOOP;
    RETURN true;
END
$$;

COMMENT ON FUNCTION perfcheck_check_formats(text[]) IS
'True, or an error that names the format that perfcheck_report does not know';

CREATE FUNCTION perfcheck_rendered(format text, document json, tap text[])
RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT l.line FROM unnest($3) WITH ORDINALITY AS l (line, place) WHERE $1 = 'tap'
    UNION ALL
    SELECT regexp_replace(l.line, '^TAP version 13$', 'TAP version 14') FROM unnest($3) AS l (line) WHERE $1 = 'tap14'
    UNION ALL
    SELECT l.line FROM @extschema@.perfcheck_as_junit($2) AS l (line) WHERE $1 = 'junit'
    UNION ALL
    SELECT @extschema@.perfcheck_as_sarif($2) WHERE $1 = 'sarif'
    UNION ALL
    SELECT $2::text WHERE $1 = 'json'
    UNION ALL
    SELECT l.line FROM @extschema@.perfcheck_as_comment($2) AS l (line) WHERE $1 = 'markdown'
    UNION ALL
    SELECT l.line FROM @extschema@.perfcheck_as_github($2) AS l (line) WHERE $1 = 'github'
$$;

COMMENT ON FUNCTION perfcheck_rendered(text, json, text[]) IS
'The lines of a format, from what perfcheck_judge returns';

-- One judging pass feeds any number of formats. The caller's search_path holds, since
-- a query of the contract may be meant to run under it.
CREATE FUNCTION perfcheck_reports(
    formats text[],
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100),
    strict boolean DEFAULT false)
RETURNS TABLE (format text, line text)
LANGUAGE sql VOLATILE
AS $$
    SELECT f.name, r.line
    FROM @extschema@.perfcheck_judge(CASE WHEN @extschema@.perfcheck_check_formats($1) THEN $2 END, $3) AS j
    CROSS JOIN LATERAL pg_catalog.unnest($1) WITH ORDINALITY AS f (name, place)
    CROSS JOIN LATERAL @extschema@.perfcheck_rendered(f.name, j.document, j.tap) WITH ORDINALITY AS r (line, place)
    ORDER BY f.place, r.place
$$;

COMMENT ON FUNCTION perfcheck_reports(text[], double precision, boolean) IS
'Judges the contract once and returns the report in several formats, line by line';

CREATE FUNCTION perfcheck_report(
    format text,
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100),
    strict boolean DEFAULT false)
RETURNS SETOF text
LANGUAGE sql VOLATILE
AS $$
    SELECT r.line FROM @extschema@.perfcheck_reports(ARRAY[$1], $2, $3) AS r
$$;

COMMENT ON FUNCTION perfcheck_report(text, double precision, boolean) IS
'Judges the contract and returns the report as tap, tap14, junit, sarif, json, markdown or github';
