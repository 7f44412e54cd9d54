-- The contract: perfcheck_query, add_query, drop_query, add_case, cases.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA contract_test;
SET search_path = contract_test, public;
\set SHOW_CONTEXT never
SET jit = off;

-- the canonical queries
SELECT name, expected, avg_ms, p95_ms, p99_ms, max_rows, todo, enabled, path FROM perfcheck_query
ORDER BY name COLLATE "C";

SELECT perfcheck_seed(2000, starts => '2027-01-01 00:00Z');
-- which cases they get
SELECT query, array_agg(label ORDER BY label COLLATE "C") AS labels,
       array_agg(label ORDER BY label COLLATE "C") FILTER (WHERE NOT required) AS optional
FROM perfcheck_cases() GROUP BY query ORDER BY query COLLATE "C";
-- absent values are absent, rare ones the rarest, common ones the most common
SELECT label, (SELECT count(*) FROM events WHERE genre = args[1]) AS rows,
       (SELECT min(n) FROM (SELECT count(*) AS n FROM events GROUP BY genre) AS g) AS fewest,
       (SELECT max(n) FROM (SELECT count(*) AS n FROM events GROUP BY genre) AS g) AS most
FROM perfcheck_cases('genre') ORDER BY label COLLATE "C";
SELECT label, (SELECT count(*) > 0 FROM events WHERE artist ILIKE '%' || args[1] || '%') AS found,
       length(args[1]) < 3 AS short FROM perfcheck_cases('artist_search') ORDER BY label COLLATE "C";
SELECT label, (SELECT count(*) FROM events WHERE date >= args[1]::timestamptz AND date <= args[2]::timestamptz) AS rows
FROM perfcheck_cases('date_range') ORDER BY label COLLATE "C";
-- all values of a cursor come from one row
SELECT label, (SELECT count(*) FROM events WHERE date = args[1]::timestamptz AND id = args[2]::uuid) AS row,
       (SELECT count(*) FROM events WHERE (date, id) > (args[1]::timestamptz, args[2]::uuid)) AS rows_after
FROM perfcheck_cases('next_page') ORDER BY label COLLATE "C";

-- a query of one's own: joins, schema of the call, types, targets
CREATE TABLE venues (name text PRIMARY KEY, city text NOT NULL, capacity int);
INSERT INTO venues SELECT DISTINCT venue, 'Stockholm', 500 FROM events;
ANALYZE venues;
SELECT perfcheck_add_query('by_city',
    'SELECT e.* FROM events e JOIN venues v ON v.name = e.venue WHERE v.city = $1 AND e.date > $2 ORDER BY e.date LIMIT $3',
    '/api/by-city?city=$1&after=$2&n=$3', 'btree', 100, 150, 250, 4000);
SELECT name, expected, avg_ms, p95_ms, p99_ms, max_rows, search_path FROM perfcheck_query WHERE name = 'by_city';
SELECT label, args[3] AS n FROM perfcheck_cases('by_city');
-- the kept search_path makes it mean the same from elsewhere
SET search_path = public;
SELECT count(*) > 3 AS cases FROM perfcheck_cases('by_city');
SET search_path = contract_test, public;
-- a parameter that says nothing of its values: cases must be given
SELECT perfcheck_add_query('by_word', 'SELECT e.* FROM events AS e JOIN events AS o USING (id) WHERE e.artist = o.artist || $1');
SELECT * FROM perfcheck_cases('by_word');
SELECT perfcheck_add_case('by_word', 'every band', ARRAY['']);
SELECT perfcheck_add_case('by_word', 'none', ARRAY[NULL], false);
SELECT * FROM perfcheck_cases('by_word');
UPDATE perfcheck_query SET path = '/by-word?w=$1' WHERE name = 'by_word';
SELECT label, path, rows > 0 AS found FROM perfcheck_requests('by_word');
-- odd values come back as they were given
SELECT perfcheck_add_case('genre', 'odd', ARRAY[E'a "quoted" \\ {brace}, NULL', '20']);
SELECT args FROM perfcheck_cases('genre') WHERE label = 'odd';
-- types where they cannot be told
SELECT perfcheck_add_query('typed', 'SELECT $1', types => '{integer}');
SELECT perfcheck_add_query('untyped', 'SELECT * FROM events WHERE $1 IS NULL');
SELECT perfcheck_drop_query('by_word');
SELECT count(*) AS cases_left FROM perfcheck_case WHERE query = 'by_word';

-- refused: no single SELECT that only reads
\set VERBOSITY default
SELECT perfcheck_add_query('bad', '');
SELECT perfcheck_add_query('bad', '-- nothing');
SELECT perfcheck_add_query('bad', 'SELECT 1; SELECT 2');
SELECT perfcheck_add_query('bad', 'SELECT '';''; DELETE FROM events');
SELECT perfcheck_add_query('bad', 'DELETE FROM events');
SELECT perfcheck_add_query('bad', 'TRUNCATE events');
SELECT perfcheck_add_query('bad', 'EXPLAIN ANALYZE DELETE FROM events');
SELECT perfcheck_add_query('bad', 'WITH d AS (DELETE FROM events RETURNING *) SELECT * FROM d');
SELECT perfcheck_add_query('bad', 'SELECT * INTO other FROM events');
SELECT perfcheck_add_query('bad', 'SELECT * FROM events FOR UPDATE');
SELECT perfcheck_add_query('bad', 'SELECT * FROM (SELECT * FROM events FOR SHARE) AS e');
SELECT perfcheck_add_query('bad', 'SELEC 1');
SELECT perfcheck_add_query('bad', 'SELECT no_such_column FROM events');
SELECT perfcheck_add_query('bad', 'SELECT * FROM no_such_table');
-- a semicolon is no second statement
SELECT perfcheck_add_query('semicolon', 'SELECT '';'' AS a /* ; */ ;');
-- refused: other arguments
BEGIN;
SELECT perfcheck_add_query('page', 'SELECT 1');
SELECT perfcheck_add_query('page', 'SELECT 1');
ROLLBACK;
SELECT perfcheck_add_query('', 'SELECT 1');
SELECT perfcheck_add_query(NULL, 'SELECT 1');
SELECT perfcheck_add_query('bad', NULL);
SELECT perfcheck_add_query('bad', 'SELECT 1', 'api/events');
SELECT perfcheck_add_query('bad', 'SELECT * FROM events WHERE genre = $1', '/e?a=$1&b=$2');
SELECT perfcheck_add_query('bad', 'SELECT 1', expected => 'bitmap');
SELECT perfcheck_add_query('bad', 'SELECT 1', avg_ms => 0);
SELECT perfcheck_add_query('bad', 'SELECT 1', p99_ms => 'NaN');
SELECT perfcheck_add_query('bad', 'SELECT 1', max_rows => 0);
SELECT perfcheck_drop_query('no_such_query');
SELECT perfcheck_drop_query(NULL);
SELECT * FROM perfcheck_cases('no_such_query');
SELECT * FROM perfcheck_plan('no_such_query');
SELECT * FROM perfcheck_time('no_such_query');
SELECT * FROM perfcheck_requests('no_such_query');
SELECT perfcheck_add_case('no_such_query', 'x', '{}');
SELECT perfcheck_add_case('genre', 'x', '{}');
SELECT perfcheck_add_case('genre', 'x', '{rock,20,pop}');
-- the first page where none is named
SELECT perfcheck_add_case('genre', 'first page', '{rock}');
SELECT perfcheck_add_case('next_page', 'cursor alone', '{2027-01-01,00000000-0000-4000-8000-000000000000}');
SELECT query, label, args FROM perfcheck_cases() WHERE label IN ('first page', 'cursor alone') ORDER BY 1;
DELETE FROM perfcheck_case WHERE label IN ('first page', 'cursor alone');
SELECT perfcheck_add_case('genre', '', '{rock,20}');
SELECT perfcheck_add_case('genre', 'odd', '{rock,20}');
SELECT perfcheck_add_case('next_page', 'x', '{yesterdayish,00000000-0000-0000-0000-000000000000,20}');
SELECT perfcheck_add_case('genre', 'x', NULL);
SELECT count(*) AS bad FROM perfcheck_query WHERE name = 'bad';

-- the contract is as it was
SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE name IN ('by_city', 'typed', 'semicolon');
DELETE FROM perfcheck_case;
SELECT count(*) FROM perfcheck_query;
DROP SCHEMA contract_test CASCADE;
