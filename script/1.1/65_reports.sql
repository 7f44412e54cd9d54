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
-- The first pattern that matches decides; it is matched against the words of advice/, in
-- which n stands for a number. What a statement mends stands before what none does, since
-- a sentence may name two causes.
CREATE FUNCTION perfcheck_causes()
RETURNS TABLE (id text, name text, title text, pattern text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
VALUES
    ('PC002', 'timeout', 'The query ran longer than it may', '^it ran longer than|^the plan for [0-9]+ rows ran longer than|^it had examined'),
    ('PC003', 'nothing-judged', 'There are no values to judge it with', '^no value can be derived|^nothing was judged'),
    ('PC004', 'stale-todo', 'The query is ok, and its todo is stale', '^it is ok, and its todo is stale'),
    ('PC005', 'unseen-work', 'The work cannot be seen', '^the work cannot be judged|^the work of a .* cannot be seen'),
    ('PC006', 'expected-method', 'The expected index method serves it at no size', '^no .* index serves it at any size'),
    ('PC501', 'dead-rows', 'The index leads to dead rows', '[0-9]+ of [0-9]+ entries that .* reads are of dead rows'),
    ('PC502', 'heap-fetches', 'An index-only scan visits the table', 'fetches [0-9]+ of [0-9]+ rows from the table, on pages|[0-9]+ of [0-9]+ pages of .* are known to be visible to all'),
    ('PC503', 'bloat', 'The index or the table is mostly empty', '^(index|table) .* holds [0-9]+ rows on [0-9]+ pages'),
    ('PC504', 'scattered-index', 'The search visits much of its index', 'visits [0-9]+ of the [0-9]+ pages of its index'),
    ('PC505', 'toast', 'Values are stored out of line', '^[0-9]+ of [0-9]+ blocks hold values that are stored out of line'),
    ('PC506', 'spill', 'The work does not fit into work_mem', '^[0-9]+ of [0-9]+ blocks are of temporary files'),
    ('PC401', 'stale-statistics', 'The statistics do not fit the rows', '^the statistics of .* do not fit|was not analyzed'),
    ('PC402', 'few-common-values', 'The statistics list too few values', '^the statistics list the [0-9]+ most common values'),
    ('PC403', 'wrong-distinct', 'The planner counts distinct values wrongly', '^the planner takes .* to have [0-9]+ values'),
    ('PC404', 'dependent-columns', 'Columns depend on each other', 'depend on each other|^the planner knows nothing of the values'),
    ('PC405', 'generic-plan', 'Prepared statements turn to a plan without values', '^the generic plan is made without|^prepared statements would then'),
    ('PC202', 'cursor-or', 'The cursor is written with OR', '^the OR form of the cursor'),
    ('PC208', 'cursor-join', 'The row of the cursor is joined', '^the row of the cursor is joined'),
    ('PC204', 'array-any', 'The array of each row is taken apart', 'takes the array of each row apart'),
    ('PC205', 'range-ends', 'Two columns are the ends of a range', 'are the ends of a range'),
    ('PC206', 'volatile-function', 'A function is called for each row', 'is VOLATILE, so that it is called for each row'),
    ('PC207', 'policy-function', 'A policy calls a function for each row', '^a policy on .* calls .* for each row'),
    ('PC209', 'similarity', 'A similarity is computed for each row', 'is computed for each row; an index serves the operator'),
    ('PC203', 'wrapped-column', 'The column is wrapped or computed', 'is wrapped in .*, so that|is computed with \(.*\), so that|is moved to another time zone|IS NOT DISTINCT FROM is no index condition|is searched by .*\(\), which no index can serve'),
    ('PC201', 'cast-column', 'The column is cast', 'is cast to .*, so that|so that it is cast'),
    ('PC301', 'not-in', 'NOT IN keeps a list of all rows', '^NOT IN keeps'),
    ('PC302', 'or-of-tables', 'The arms of an OR need a query each', '^the OR is over columns of several tables|^the OR has a subquery for an arm|^no index gives the order of the LIMIT for both arms'),
    ('PC303', 'distinct-of-join', 'A join whose rows are taken away again', 'that match are joined, and .* takes them away again'),
    ('PC304', 'count-for-exists', 'count() is compared with 0', '^count\(\) reads all rows that match, and is compared with 0'),
    ('PC305', 'max-of-join', 'max() or min() over all rows', '^max\(\) and min\(\) are taken from an index of one table'),
    ('PC306', 'first-of-each', 'All rows are read for the few of each', ' for the few of each |that match for one of them; the first row of an index'),
    ('PC307', 'outside-window', 'A condition after the window', 'applied after (the|its) window functions'),
    ('PC308', 'fence', 'A CTE or OFFSET 0 is a fence', '^the CTE .* is (MATERIALIZED|used)|^OFFSET 0 makes'),
    ('PC309', 'offset', 'OFFSET reads the pages before', '^OFFSET reads'),
    ('PC114', 'invalid-index', 'The index is not valid', 'is not valid, its build failed'),
    ('PC110', 'index-of-other-method', 'An index of another method is needed', 'has an? .* index .*, and this search needs'),
    ('PC111', 'wrong-method', 'The index finds much else', '^the .* index .* on .* finds much else with'),
    ('PC112', 'language-order', 'The index has the order of a language', 'in the order of a language, in which'),
    ('PC113', 'operator-class', 'The index has another operator class or collation', 'with another operator class or collation than'),
    ('PC115', 'index-of-partitions', 'Partitions lack the index', '^[0-9]+ of [0-9]+ partitions have no'),
    ('PC116', 'short-pattern', 'The pattern is too short for a trigram', '^a pattern of under 3 characters'),
    ('PC117', 'not-indexable', 'No index can hold the expression', 'is not immutable, so that no index|^no index method has the operator'),
    ('PC109', 'distance-order', 'No index returns rows by distance', '^the distance of all rows is computed'),
    ('PC108', 'or-arms', 'Each arm needs an index', '^each arm of the OR needs|in each of [0-9]+ arms of the UNION ALL'),
    ('PC106', 'partial-index', 'A partial index is missing, or does not fit', 'holds the rows with .* alone|of the rows with .* alone'),
    ('PC105', 'covering-index', 'Each row that matches is visited', '^each row of the table that matches is visited'),
    ('PC102', 'column-behind', 'The column is not first in the index', '^index .* has .* behind .*, which has no equality condition'),
    ('PC103', 'filter-and-order', 'No index has the conditions and the order', 'all rows of .* are read (and sorted|for min\(\) or max\(\)).*, no index has \(|^the LIMIT walks .* past the rows of any other .*, no index has \('),
    ('PC104', 'order-index', 'No index has the order', '^no .* index has the order|at the other end than the ORDER BY|but not ascending and descending as|in the ORDER BY keeps index'),
    ('PC107', 'columns-together', 'No index holds the columns together', '^no index holds .* together'),
    ('PC101', 'missing-index', 'An index is missing', '(^|; and )no .*index is led by|^no index holds the expression'),
    ('PC612', 'not-in-list', 'NOT IN looks rows up in a list', '^NOT IN looks each row'),
    ('PC605', 'subquery', 'A subquery is executed for each row', '^a subquery (decides|reads)|^the result of a subquery on|^the subquery that reads'),
    ('PC613', 'look-ups', 'A table is looked up for very many rows', 'is looked up for each of [0-9]+ rows'),
    ('PC602', 'aggregate', 'All rows are counted or aggregated', '^.*\(.*\) (counts|aggregates) |^GROUP BY reads|so that all groups are made|\(\*\) OVER \(\) (counts|aggregates)|\(\) OVER \(.*\) is computed over|^DISTINCT( ON)? reads .* to find|^UNION compares all rows|^(INTERSECT|EXCEPT) compares all rows'),
    ('PC603', 'order-of-tables', 'The order is that of no index', '^the ORDER BY is by'),
    ('PC604', 'walk-past', 'Rows are walked past, or sorted, for a LIMIT', '^(the LIMIT|min\(\) or max\(\)) walks|^all rows that match are sorted .*before the LIMIT|has all conditions, and the planner walks'),
    ('PC606', 'recursion', 'The recursion walks all that it can reach', '^the recursive query walks'),
    ('PC607', 'function', 'A function in FROM, or one that executes statements', '^a function in FROM|calls a function that executes statements'),
    ('PC614', 'cte', 'A CTE is computed whole', '^a CTE is .*computed whole|computed whole, and its rows have no index'),
    ('PC608', 'join', 'A join tries or makes many pairs', '^a join (tries|makes)|are read to be joined'),
    ('PC610', 'lossy-index', 'The index leads to rows that may match', '^the BRIN index .* leads to|finds rows that may match, and|finds all rows that match before the LIMIT'),
    ('PC609', 'condition', 'The condition cannot be searched for', 'tells what a row is not|compares columns of one row|searches within the text|is not leakproof|calls a volatile function|^(policy .*|the policies of .*|the row security of .*) decides on each row|^an OR has arms on several tables|and its filter.* drops most of them'),
    ('PC601', 'no-limit', 'It returns too many rows', '(^|; )it has no LIMIT, and|(^|; )its LIMIT lets'),
    ('PC611', 'many-match', 'Much of the table matches', ' % of the rows of .* match, and all of them are read|^all rows of .* are read'),
    ('PC406', 'preference', 'The planner prefers another plan', 'the planner prefers'),
    ('PC001', 'error', 'The query raised an error', NULL),
    ('PC999', 'other', 'Another cause', '')
$$;

COMMENT ON FUNCTION perfcheck_causes() IS
'The causes of faults: the number and name of each, and the words that it is known by';

CREATE FUNCTION perfcheck_cause_id(cause text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
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
-- ascii() knows no character of EUC_JP and the like, and SQL_ASCII has bytes alone.
CREATE FUNCTION perfcheck_visible(text text, lines boolean DEFAULT false)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT CASE WHEN $1 !~ '[^\x20-\x7e]' THEN $1 ELSE (
        SELECT coalesce(string_agg(CASE
            WHEN $2 AND s.c IN (E'\n', E'\t') THEN s.c
            WHEN s.c ~ '[\x01-\x1f\x7f]' THEN '\u' || lpad(to_hex(ascii(s.c)), 4, '0')
            WHEN s.c !~ '[^\x20-\x7e]' THEN s.c
            WHEN getdatabaseencoding() = 'SQL_ASCII' THEN '\x' || encode(convert_to(s.c, 'SQL_ASCII'), 'hex')
            WHEN getdatabaseencoding() ~ '^(LATIN|ISO_8859)' AND ascii(s.c) < 160
                OR getdatabaseencoding() = 'UTF8' AND (ascii(s.c) < 160
                    OR ascii(s.c) BETWEEN 8203 AND 8207 OR ascii(s.c) BETWEEN 8232 AND 8238 OR ascii(s.c) BETWEEN 8288 AND 8303
                    OR ascii(s.c) IN (173, 1564, 6158, 65279, 65534, 65535) OR ascii(s.c) BETWEEN 917504 AND 917631)
            THEN '\u' || lpad(to_hex(ascii(s.c)), 4, '0') ELSE s.c END, '' ORDER BY s.place), '')
        FROM regexp_split_to_table($1, '') WITH ORDINALITY AS s (c, place)) END
$$;

COMMENT ON FUNCTION perfcheck_visible(text, boolean) IS
$$A text without control characters, which stand as \uXXXX$$;

-- XML says that it is UTF-8, and JSON is: where the client has another encoding, each
-- character outside ASCII becomes a reference to it, which means the same in all.
CREATE FUNCTION perfcheck_for_client(text text, is_json boolean)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT CASE WHEN $1 !~ '[^\x01-\x7f]' OR (getdatabaseencoding() <> 'SQL_ASCII' AND pg_client_encoding() = 'UTF8')
            OR (getdatabaseencoding() = 'UTF8' AND pg_client_encoding() = 'SQL_ASCII') THEN $1 ELSE (
        SELECT coalesce(string_agg(CASE
            WHEN s.c !~ '[^\x01-\x7f]' THEN s.c
            WHEN getdatabaseencoding() = 'SQL_ASCII' THEN CASE WHEN $2 THEN '\\x' ELSE '\x' END || encode(convert_to(s.c, 'SQL_ASCII'), 'hex')
            WHEN NOT $2 THEN '&#' || u.code || ';'
            WHEN u.code < 65536 THEN '\u' || lpad(to_hex(u.code), 4, '0')
            ELSE '\u' || to_hex(55296 + ((u.code - 65536) >> 10)) || '\u' || to_hex(56320 + ((u.code - 65536) & 1023)) END, '' ORDER BY s.place), '')
        FROM regexp_split_to_table($1, '') WITH ORDINALITY AS s (c, place)
        -- The bytes of UTF-8, but for the SQL_ASCII that has no characters.
        LEFT JOIN LATERAL (SELECT CASE WHEN s.c ~ '[^\x01-\x7f]' AND getdatabaseencoding() <> 'SQL_ASCII' THEN convert_to(s.c, 'UTF8') END AS bytes) AS b ON true
        LEFT JOIN LATERAL (SELECT CASE octet_length(b.bytes)
            WHEN 2 THEN ((get_byte(b.bytes, 0) & 31) << 6) | (get_byte(b.bytes, 1) & 63)
            WHEN 3 THEN ((get_byte(b.bytes, 0) & 15) << 12) | ((get_byte(b.bytes, 1) & 63) << 6) | (get_byte(b.bytes, 2) & 63)
            WHEN 4 THEN ((get_byte(b.bytes, 0) & 7) << 18) | ((get_byte(b.bytes, 1) & 63) << 12) | ((get_byte(b.bytes, 2) & 63) << 6) | (get_byte(b.bytes, 3) & 63)
            END AS code) AS u ON true) END
$$;

COMMENT ON FUNCTION perfcheck_for_client(text, boolean) IS
'XML, or JSON, as a client may read it whatever its encoding is';

-- JSON lets characters stand that a terminal acts upon, or that turn the direction of a
-- line of code. Within JSON they stand in strings alone, where \uXXXX means the same.
CREATE FUNCTION perfcheck_as_json(text text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    hidden text;
    code integer;
BEGIN
    IF getdatabaseencoding() = 'UTF8' AND $1 ~ '[^\x20-\x7e\n]' THEN
        FOR hidden IN SELECT DISTINCT m[1] FROM regexp_matches($1,
            '([\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\U000e0000-\U000e007f])', 'g') AS m
        LOOP
            code := ascii(hidden);
            $1 := replace($1, hidden, CASE WHEN code < 65536 THEN '\u' || lpad(to_hex(code), 4, '0')
                ELSE '\u' || to_hex(55296 + ((code - 65536) >> 10)) || '\u' || to_hex(56320 + ((code - 65536) & 1023)) END);
        END LOOP;
    ELSIF getdatabaseencoding() ~ '^(LATIN|ISO_8859)' THEN
        FOR code IN 127 .. 159 LOOP
            $1 := replace($1, chr(code), '\u' || lpad(to_hex(code), 4, '0'));
        END LOOP;
    ELSE
        $1 := replace($1, chr(127), '\u007f');
    END IF;
    RETURN $1;
END
$$;

COMMENT ON FUNCTION perfcheck_as_json(text) IS
$$JSON with \uXXXX in the place of characters that a reader does not see$$;

CREATE FUNCTION perfcheck_as_xml(text text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT replace(replace(replace(replace(replace(@extschema@.perfcheck_visible($1, true),
        '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;')
$$;

COMMENT ON FUNCTION perfcheck_as_xml(text) IS
'A text as it may stand in XML and HTML, as content and as the value of an attribute';

-- A comment after @, # and :// keeps a name from calling somebody, or being a link.
CREATE FUNCTION perfcheck_as_markdown(text text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT regexp_replace(regexp_replace(replace(replace(@extschema@.perfcheck_visible($1), '&', '&amp;'), '<', '&lt;'),
        '([\\`*_{}\[\]()!+|~$>-])', '\\\1', 'g'), '(@|#|:(?=//)|www(?=[.]))', '\1<!-- -->', 'g')
$$;

COMMENT ON FUNCTION perfcheck_as_markdown(text) IS
'A text as it may stand in Markdown, in a cell of a table as well';

-- In a cell a | of code is escaped too.
CREATE FUNCTION perfcheck_as_code_span(text text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT f.fence || f.space || replace(@extschema@.perfcheck_visible($1), '|', '\|') || f.space || f.fence
    FROM (SELECT repeat('`', 1 + coalesce((SELECT max(length(m[1])) FROM regexp_matches($1, '(`+)', 'g') AS m), 0)) AS fence,
        CASE WHEN $1 ~ '^[` ]|[` ]$' OR $1 = '' THEN ' ' ELSE '' END AS space) AS f
$$;

COMMENT ON FUNCTION perfcheck_as_code_span(text) IS
'A text as code within a line of Markdown, in a cell of a table as well';

-- Between fences that are longer than any in it.
CREATE FUNCTION perfcheck_as_code(text text, language text DEFAULT 'sql')
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT f.fence || $2 || E'\n' || @extschema@.perfcheck_visible($1, true) || E'\n' || f.fence
    FROM (SELECT repeat('`', 1 + greatest(2, (SELECT max(length(m[1])) FROM regexp_matches($1, '(`+)', 'g') AS m))) AS fence) AS f
$$;

COMMENT ON FUNCTION perfcheck_as_code(text, text) IS
'A text as a block of code in Markdown';

CREATE FUNCTION perfcheck_as_annotation(text text, is_property boolean DEFAULT false)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT CASE WHEN $2 THEN replace(replace(e.text, ':', '%3A'), ',', '%2C') ELSE e.text END
    FROM (SELECT replace(replace(@extschema@.perfcheck_visible($1, NOT $2), '%', '%25'), E'\n', '%0A') AS text) AS e
$$;

COMMENT ON FUNCTION perfcheck_as_annotation(text, boolean) IS
'A text as it may stand in a workflow command of GitHub';

-- ---- what all of them say ----

-- A row a query, with the words that every format needs. The error of a query is one
-- whatever its words are, unless perfcheck itself raised it.
CREATE FUNCTION perfcheck_told(document json)
RETURNS TABLE (
    name text, status text, is_error boolean, cause_id text, cause text, message text, fix text, proven boolean, details text,
    file text, line integer, owner text, todo text, note text, place bigint)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT q.one ->> 'name', q.one ->> 'status', (q.one ->> 'error')::boolean,
        CASE WHEN c.cause IS NULL THEN NULL
            WHEN (q.one ->> 'error')::boolean AND n.id !~ '^PC00' THEN 'PC001' ELSE n.id END, c.cause,
        coalesce(q.one ->> 'reason', q.one ->> 'summary', 'ok'),
        coalesce(a.advice ->> 'fix', a.advice ->> 'rewrite', a.advice ->> 'suggestion'),
        (a.advice ->> 'proven')::boolean,
        (SELECT string_agg(d.key || ': ' || d.value, E'\n' ORDER BY d.place)
         FROM (
            SELECT l.place, l.one ->> 'key', l.one ->> 'text' FROM json_array_elements(CASE json_typeof(a.advice) WHEN 'object' THEN a.advice -> 'lines' ELSE '[]' END) WITH ORDINALITY AS l (one, place)
            UNION ALL VALUES
            (0, 'error', CASE WHEN (q.one ->> 'error')::boolean THEN q.one ->> 'reason' END),
            (101, 'case', (w.worst ->> 'label') || ', ' || (w.worst ->> 'plan_mode') || ' plan'),
            (102, 'values', (SELECT string_agg(v.key || ' = ' || CASE WHEN v.value IS NULL THEN 'NULL'
                    WHEN length(v.value) > 200 THEN left(v.value, 200) || '...' ELSE v.value END, ', ' ORDER BY v.part, v.place)
                FROM (SELECT 1 AS part, p.place, '$' || p.place AS key, p.value
                      FROM json_array_elements_text(w.worst -> 'values') WITH ORDINALITY AS p (value, place)
                      UNION ALL
                      SELECT 2, s.place, s.key, s.value FROM json_each_text(w.worst -> 'settings') WITH ORDINALITY AS s (key, value, place)) AS v)),
            (103, 'plan', w.worst ->> 'access'),
            (104, 'today', w.worst ->> 'today'),
            (105, 'forecast', w.worst ->> 'forecast'),
            (106, 'blocks', w.worst ->> 'blocks_where'),
            (107, 'depends on', format('%s; if it keeps its %s rows, about %s rows are examined', h.held ->> 'table', h.held ->> 'rows', nullif(h.held ->> 'rows_examined', ''))),
            (108, 'owner', q.one ->> 'owner'),
            (109, 'source', q.one ->> 'source'),
            (110, 'todo', t.note)) AS d (place, key, value)
         WHERE d.value IS NOT NULL AND q.one ->> 'status' IN ('not ok', 'todo')
            AND (d.place <> 107 OR json_typeof(h.held) = 'object')),
        s.parts[1], CASE WHEN s.parts IS NOT NULL THEN greatest(s.parts[2]::integer, 1) END, q.one ->> 'owner', q.one -> 'todo' ->> 'reason', t.note, q.place
    FROM json_array_elements($1 -> 'queries') WITH ORDINALITY AS q (one, place)
    CROSS JOIN LATERAL (SELECT q.one -> 'advice' AS advice) AS a
    CROSS JOIN LATERAL (SELECT q.one -> 'depends_on' AS held) AS h
    CROSS JOIN LATERAL (SELECT nullif(concat_ws('; ', q.one -> 'todo' ->> 'note', q.one -> 'todo' ->> 'ends'), '') AS note) AS t
    CROSS JOIN LATERAL (SELECT CASE WHEN q.one ->> 'status' IN ('not ok', 'todo')
        THEN coalesce(a.advice ->> 'cause', q.one ->> 'reason') END AS cause) AS c
    CROSS JOIN LATERAL (SELECT @extschema@.perfcheck_cause_id(c.cause) AS id) AS n
    LEFT JOIN LATERAL (SELECT e.one AS worst FROM json_array_elements(q.one -> 'cases') AS e (one)
        WHERE (e.one ->> 'decides')::boolean LIMIT 1) AS w ON true
    LEFT JOIN LATERAL (SELECT regexp_match(q.one ->> 'source', '^(.+):([0-9]{1,9})$') AS parts) AS s ON true
    ORDER BY q.place
$$;

COMMENT ON FUNCTION perfcheck_told(json) IS
'A row a query of a document of perfcheck_judge: its status, cause, fix and details as text';

CREATE FUNCTION perfcheck_headline(document json)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT CASE
        WHEN n.queries = 0 THEN 'nothing was judged: the contract has no enabled query'
        WHEN n.bad > 0 THEN format('%s of %s %s not ok', n.bad, CASE n.queries WHEN 1 THEN '1 query' ELSE n.queries || ' queries' END, CASE n.bad WHEN 1 THEN 'is' ELSE 'are' END)
        WHEN n.good = n.queries THEN format('%s ok', CASE n.queries WHEN 1 THEN 'the query is' ELSE format('all %s queries are', n.queries) END)
        ELSE format('%s of %s %s ok', n.good, CASE n.queries WHEN 1 THEN '1 query' ELSE n.queries || ' queries' END, CASE n.good WHEN 1 THEN 'is' ELSE 'are' END)
        END
        || CASE WHEN n.todo > 0 THEN format(', %s accepted for now', n.todo) ELSE '' END
        || CASE WHEN n.skip > 0 THEN format(', %s skipped', n.skip) ELSE '' END
        || CASE WHEN n.queries > 0 THEN format(', judged at %s times today''s size', ($1 ->> 'scale')::float8::numeric) ELSE '' END
    FROM (SELECT ($1 -> 'counts' ->> 'queries')::int AS queries, ($1 -> 'counts' ->> 'not ok')::int AS bad,
        ($1 -> 'counts' ->> 'ok')::int AS good, ($1 -> 'counts' ->> 'todo')::int AS todo, ($1 -> 'counts' ->> 'skip')::int AS skip) AS n
$$;

COMMENT ON FUNCTION perfcheck_headline(json) IS
'One sentence on a document of perfcheck_judge';

-- ---- the formats ----

-- JUnit has no place for how long judging took, and times would differ from run to run.
-- Without a query nothing was judged, which under strict is a test that fails.
CREATE FUNCTION perfcheck_as_junit(document json)
RETURNS SETOF text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    WITH told AS (SELECT t.*, @extschema@.perfcheck_as_xml(t.message) AS said FROM @extschema@.perfcheck_told($1) AS t),
    counts AS (
        SELECT n.one = 1 AS is_refused, count(t.name) FILTER (WHERE t.status IN ('skip', 'todo')) AS skipped,
            format('tests="%s" failures="%s" errors="%s"', count(t.name) + n.one, count(t.name) FILTER (WHERE t.status = 'not ok' AND NOT t.is_error) + n.one,
                count(t.name) FILTER (WHERE t.status = 'not ok' AND t.is_error)) AS of_all
        FROM (SELECT CASE WHEN ($1 ->> 'ok')::boolean OR ($1 -> 'counts' ->> 'queries')::int > 0 THEN 0 ELSE 1 END AS one) AS n
        LEFT JOIN told AS t ON true
        GROUP BY n.one),
    suite AS (SELECT @extschema@.perfcheck_as_xml(@extschema@.perfcheck_visible($1 ->> 'database')) AS name)
    SELECT @extschema@.perfcheck_for_client(lines.line, false) FROM (
        SELECT 0 AS part, 0::bigint AS place, '<?xml version="1.0" encoding="UTF-8"?>' AS line
        UNION ALL SELECT 1, 0, format('<testsuites name="perfcheck" %s>', c.of_all) FROM counts AS c
        UNION ALL SELECT 2, 0, format('  <testsuite name="%s" %s skipped="%s">', s.name, c.of_all, c.skipped) FROM counts AS c, suite AS s
        UNION ALL SELECT 3, t.place, format('    <testcase classname="perfcheck.%s" name="%s" time="0"', s.name, @extschema@.perfcheck_as_xml(@extschema@.perfcheck_visible(t.name)))
            || CASE
                WHEN t.status = 'ok' AND t.note IS NULL THEN '/>'
                WHEN t.status = 'ok' THEN format('><system-out>%s</system-out></testcase>', @extschema@.perfcheck_as_xml(t.note))
                WHEN t.status IN ('skip', 'todo') THEN format('><skipped message="%s"/>%s</testcase>',
                    CASE t.status WHEN 'todo' THEN 'accepted: ' || coalesce(@extschema@.perfcheck_as_xml(@extschema@.perfcheck_visible(t.todo)) || '; ', '') ELSE '' END || t.said,
                    '<system-out>' || nullif(@extschema@.perfcheck_as_xml(coalesce(t.details, t.note)), '') || '</system-out>')
                ELSE format('><%1$s message="%2$s" type="%3$s">%4$s</%1$s></testcase>',
                    CASE WHEN t.is_error THEN 'error' ELSE 'failure' END, replace(t.said, E'\n', '&#10;'),
                    t.cause_id, coalesce(@extschema@.perfcheck_as_xml(t.details), t.said)) END
            FROM told AS t, suite AS s
        UNION ALL SELECT 3, 0, format('    <testcase classname="perfcheck.%s" name="the contract" time="0"><failure message="the contract has no enabled query" type="PC003"/></testcase>', s.name)
            FROM counts AS c, suite AS s WHERE c.is_refused
        UNION ALL SELECT 4, 0, '  </testsuite>'
        UNION ALL SELECT 5, 0, '</testsuites>') AS lines
    ORDER BY lines.part, lines.place
$$;

COMMENT ON FUNCTION perfcheck_as_junit(json) IS
'A document of perfcheck_judge as JUnit XML';

-- A stale todo is a note of a query that is ok.
CREATE FUNCTION perfcheck_as_sarif(document json)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    WITH told AS (
        SELECT t.name, t.status, coalesce(t.cause_id, 'PC004') AS cause_id, t.file, t.line, t.todo, t.place,
            concat_ws(E'\n', t.name || ': ' || CASE t.status WHEN 'ok' THEN t.note ELSE t.message END, t.details) AS message
        FROM @extschema@.perfcheck_told($1) AS t WHERE t.status IN ('not ok', 'todo') OR (t.status = 'ok' AND t.note IS NOT NULL)),
    rules AS (
        SELECT c.id, c.name, c.title, row_number() OVER (ORDER BY c.id COLLATE "C") - 1 AS place
        FROM @extschema@.perfcheck_causes() AS c WHERE c.id IN (SELECT cause_id FROM told))
    SELECT @extschema@.perfcheck_for_client(jsonb_pretty(jsonb_strip_nulls(jsonb_build_object(
        '$schema', 'https://json.schemastore.org/sarif-2.1.0.json', 'version', '2.1.0',
        'runs', jsonb_build_array(jsonb_build_object(
            'tool', jsonb_build_object('driver', jsonb_build_object('name', 'perfcheck',
                'version', (SELECT e.extversion FROM pg_extension AS e WHERE e.extname = 'perfcheck'),
                'rules', coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name,
                    'shortDescription', jsonb_build_object('text', r.title)) ORDER BY r.id COLLATE "C") FROM rules AS r), '[]'))),
            'invocations', jsonb_build_array(CASE WHEN ($1 ->> 'ok')::boolean OR ($1 -> 'counts' ->> 'queries')::int > 0
                THEN jsonb_build_object('executionSuccessful', true)
                ELSE jsonb_build_object('executionSuccessful', false, 'toolConfigurationNotifications', jsonb_build_array(
                    jsonb_build_object('level', 'error', 'message', jsonb_build_object('text', 'The contract has no enabled query.')))) END),
            'results', coalesce((SELECT jsonb_agg(jsonb_build_object(
                'ruleId', t.cause_id, 'ruleIndex', r.place, 'level', CASE t.status WHEN 'not ok' THEN 'error' ELSE 'note' END,
                'message', jsonb_build_object('text', @extschema@.perfcheck_visible(t.message, true)),
                'locations', jsonb_build_array(jsonb_build_object(
                    'physicalLocation', CASE WHEN t.file IS NOT NULL THEN jsonb_build_object(
                        'artifactLocation', jsonb_build_object('uri', @extschema@.perfcheck_as_uri(t.file)),
                        'region', jsonb_build_object('startLine', t.line)) END,
                    'logicalLocations', jsonb_build_array(jsonb_build_object('name', @extschema@.perfcheck_visible(t.name),
                        'fullyQualifiedName', @extschema@.perfcheck_visible(($1 ->> 'database') || '.' || t.name), 'kind', 'member')))),
                'partialFingerprints', jsonb_build_object('perfcheck/v1', md5(t.name || ' ' || t.cause_id)),
                'suppressions', CASE t.status WHEN 'todo' THEN jsonb_build_array(jsonb_build_object('kind', 'external',
                    'justification', @extschema@.perfcheck_visible(coalesce(t.todo, '')))) END)
                ORDER BY t.place) FROM told AS t JOIN rules AS r ON r.id = t.cause_id), '[]')))))), true)
$$;

COMMENT ON FUNCTION perfcheck_as_sarif(json) IS
'A document of perfcheck_judge as SARIF 2.1.0';

CREATE FUNCTION perfcheck_as_github(document json)
RETURNS SETOF text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT lines.line FROM (
        SELECT t.place, format('::%s title=%s%s::%s', CASE WHEN t.status = 'not ok' THEN 'error' WHEN t.note IS NOT NULL THEN 'warning' ELSE 'notice' END,
            @extschema@.perfcheck_as_annotation('perfcheck: ' || t.name, true),
            CASE WHEN t.file IS NULL THEN '' ELSE format(',file=%s,line=%s', @extschema@.perfcheck_as_annotation(t.file, true), t.line) END,
            @extschema@.perfcheck_as_annotation(CASE t.status WHEN 'todo' THEN 'accepted: ' || coalesce(t.todo || '; ', '') WHEN 'skip' THEN 'skipped: ' ELSE '' END
                || concat_ws(E'\n', CASE t.status WHEN 'ok' THEN NULL ELSE t.message END, coalesce(t.details, t.note)))) AS line
        FROM @extschema@.perfcheck_told($1) AS t
        WHERE t.status <> 'ok' OR t.note IS NOT NULL
        UNION ALL
        SELECT 9223372036854775807, format('::%s title=perfcheck::%s', CASE WHEN ($1 ->> 'ok')::boolean THEN 'notice' ELSE 'error' END,
            @extschema@.perfcheck_as_annotation(@extschema@.perfcheck_headline($1)))) AS lines
    ORDER BY lines.place
$$;

COMMENT ON FUNCTION perfcheck_as_github(json) IS
'A document of perfcheck_judge as annotations of a GitHub workflow';

CREATE FUNCTION perfcheck_as_comment(document json)
RETURNS SETOF text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    WITH told AS (SELECT * FROM @extschema@.perfcheck_told($1)),
    bad AS (SELECT * FROM told WHERE status = 'not ok')
    SELECT lines.line FROM (
        SELECT 0 AS part, 0::bigint AS place, '### perfcheck: ' || @extschema@.perfcheck_headline($1) AS line
        UNION ALL SELECT 1, n, l FROM (VALUES (1, ''), (2, '| query | cause | fix |'), (3, '| --- | --- | --- |')) AS head (n, l) WHERE EXISTS (SELECT FROM bad)
        UNION ALL SELECT 2, b.place, format('| %s | %s: %s | %s |', @extschema@.perfcheck_as_code_span(b.name), b.cause_id,
            @extschema@.perfcheck_as_markdown(b.cause), coalesce(@extschema@.perfcheck_as_code_span(b.fix) || CASE WHEN b.proven THEN '' ELSE ' (not proven)' END, ''))
            FROM bad AS b
        UNION ALL SELECT 3, b.place, E'\n<details><summary><code>' || @extschema@.perfcheck_as_xml(@extschema@.perfcheck_visible(b.name || ': ' || b.message)) || E'</code></summary>\n\n'
            || @extschema@.perfcheck_as_code(coalesce(b.details, b.message), 'text') || E'\n\n</details>'
            FROM bad AS b
        UNION ALL SELECT 4, t.place, E'\n' || CASE WHEN t.status = 'todo' THEN 'Accepted for now: ' WHEN t.status = 'skip' THEN 'Skipped: ' ELSE 'Todo: ' END
            || @extschema@.perfcheck_as_markdown(concat_ws('; ', CASE WHEN t.status = 'ok' THEN NULL ELSE t.name || ': ' || coalesce(t.todo || '; ', '') || t.message END, t.note))
            FROM told AS t WHERE t.status IN ('todo', 'skip') OR (t.status = 'ok' AND t.note IS NOT NULL)) AS lines
    ORDER BY lines.part, lines.place
$$;

COMMENT ON FUNCTION perfcheck_as_comment(json) IS
'A document of perfcheck_judge as a comment in Markdown';

CREATE FUNCTION perfcheck_as_uri(file text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    SELECT CASE WHEN $1 LIKE '/%' THEN 'file://' ELSE '' END || coalesce(string_agg(CASE WHEN c.byte IN (45, 46, 47, 95, 126) OR c.byte BETWEEN 48 AND 57
            OR c.byte BETWEEN 65 AND 90 OR c.byte BETWEEN 97 AND 122
        THEN chr(c.byte) ELSE '%' || upper(lpad(to_hex(c.byte), 2, '0')) END, '' ORDER BY c.place), '')
    FROM (SELECT convert_to($1, CASE getdatabaseencoding() WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END) AS bytes) AS f
    CROSS JOIN LATERAL (SELECT get_byte(f.bytes, n) AS byte, n AS place
        FROM generate_series(0, octet_length(f.bytes) - 1) AS n) AS c
$$;

COMMENT ON FUNCTION perfcheck_as_uri(text) IS
'The name of a file as a URI, which is relative unless the name begins with /';

CREATE FUNCTION perfcheck_check_formats(formats text[])
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
DECLARE
    wanted text;
BEGIN
    IF formats IS NULL OR EXISTS (SELECT FROM unnest(formats) AS f (one) WHERE f.one IS NULL) THEN
        RAISE null_value_not_allowed USING MESSAGE = 'format must not be null',
            HINT = 'Formats are tap, tap14, junit, sarif, json, markdown, github and html.';
    END IF;
    FOREACH wanted IN ARRAY formats LOOP
        IF wanted <> ALL ('{tap,tap14,junit,sarif,json,markdown,github,html}') THEN
            RAISE invalid_parameter_value USING MESSAGE = format('format "%s" is unknown', wanted),
                HINT = 'Formats are tap, tap14, junit, sarif, json, markdown, github and html.';
        END IF;
    END LOOP;
    RETURN true;
END
$$;

COMMENT ON FUNCTION perfcheck_check_formats(text[]) IS
'True, or an error that names the format that perfcheck_report does not know';

-- ---- fixes to run ----

-- A statement stands once, even where it mends several queries. A query that is written
-- otherwise is no statement to execute: it has no row here.
CREATE FUNCTION perfcheck_fixes_of(document json)
RETURNS TABLE (
    queries text[], cause text, statement text, concurrently text, proven boolean,
    rows_before bigint, rows_after bigint, index_bytes bigint, build_ms double precision)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $$
    WITH fixes AS (
        SELECT t.name, t.cause_id, t.place, s.place AS nth, s.statement,
            (q.one -> 'advice' ->> 'proven')::boolean AS proven,
            (q.one -> 'advice' ->> 'rows_before')::float8 AS rows_before, (q.one -> 'advice' ->> 'rows_after')::float8 AS rows_after,
            CASE WHEN s.statement ~ '^CREATE (UNIQUE )?INDEX ' THEN (q.one -> 'advice' ->> 'index_bytes')::float8 END AS index_bytes,
            CASE WHEN s.statement ~ '^CREATE (UNIQUE )?INDEX ' THEN (q.one -> 'advice' ->> 'build_ms')::float8 END AS build_ms
        FROM @extschema@.perfcheck_told($1) AS t
        JOIN json_array_elements($1 -> 'queries') WITH ORDINALITY AS q (one, place) ON q.place = t.place
        CROSS JOIN LATERAL json_array_elements_text(CASE json_typeof(q.one -> 'advice') WHEN 'object' THEN q.one -> 'advice' -> 'statements' ELSE '[]' END) WITH ORDINALITY AS s (statement, place)
        WHERE t.status IN ('not ok', 'todo') AND s.statement !~ '<the application''s role>')
    SELECT array_agg(f.name ORDER BY f.place), (array_agg(f.cause_id ORDER BY f.place))[1], f.statement,
        CASE WHEN f.statement ~ '^CREATE (UNIQUE )?INDEX ' AND f.statement !~ '^CREATE (UNIQUE )?INDEX CONCURRENTLY '
                THEN regexp_replace(f.statement, '^CREATE (UNIQUE )?INDEX ', 'CREATE \1INDEX CONCURRENTLY ')
            WHEN f.statement ~ '^REINDEX (INDEX|TABLE) ' AND f.statement !~ '^REINDEX (INDEX|TABLE) CONCURRENTLY '
                THEN regexp_replace(f.statement, '^REINDEX (INDEX|TABLE) ', 'REINDEX \1 CONCURRENTLY ')
            ELSE f.statement END,
        bool_or(f.proven), max(f.rows_before)::bigint, max(f.rows_after)::bigint, max(f.index_bytes)::bigint, max(f.build_ms)
    FROM fixes AS f
    GROUP BY f.statement
    -- What needs all indexes to be there comes last.
    ORDER BY f.statement ~ '^(ANALYZE|VACUUM) ', min(f.place), min(f.nth), f.statement COLLATE "C"
$$;

COMMENT ON FUNCTION perfcheck_fixes_of(json) IS
'The statements among the fixes of a document of perfcheck_judge';

CREATE FUNCTION perfcheck_fixes(
    scale double precision DEFAULT coalesce(pg_catalog.current_setting('perfcheck.scale', true)::double precision, 100))
RETURNS TABLE (
    queries text[], cause text, statement text, concurrently text, proven boolean,
    rows_before bigint, rows_after bigint, index_bytes bigint, build_ms double precision)
LANGUAGE sql VOLATILE
AS $$
    SELECT f.* FROM @extschema@.perfcheck_judge($1) AS j CROSS JOIN LATERAL @extschema@.perfcheck_fixes_of(j.document) AS f
$$;

COMMENT ON FUNCTION perfcheck_fixes(double precision) IS
$$Judges the contract and returns the statements that mend what is not ok, for \gexec$$;
