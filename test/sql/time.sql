-- perfcheck_time and perfcheck_requests: facts, never a time.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA time_test;
SET search_path = time_test, public;
\set SHOW_CONTEXT never
SET jit = off;
SELECT perfcheck_seed(1000, starts => '2027-01-01 00:00Z');

-- one row for each required case, and percentiles in order
CREATE TABLE timed AS SELECT * FROM perfcheck_time(executions => 20, warmup => 1);
SELECT (SELECT count(*) FROM timed) = (SELECT count(*) FROM perfcheck_cases() WHERE required) AS all_cases,
       bool_and(executions = 20) AS executions,
       bool_and(0 < p50_ms AND p50_ms <= p95_ms AND p95_ms <= p99_ms AND p99_ms <= max_ms) AS ordered,
       bool_and(mean_ms > 0 AND mean_ms <= max_ms AND plan_ms >= 0) AS means,
       bool_and(shared_hit + shared_read > 0) AS blocks
FROM timed;
-- one execution: all percentiles are that one
SELECT p50_ms = max_ms AND p95_ms = max_ms AND p99_ms = max_ms AND mean_ms = max_ms AS one
FROM perfcheck_time('page', executions => 1, warmup => 0);
-- the verdict: a target that cannot be met, and one that cannot be missed
UPDATE perfcheck_query SET avg_ms = 1e-9 WHERE name = 'page';
UPDATE perfcheck_query SET avg_ms = 1e9, p95_ms = 1e9, p99_ms = 1e9 WHERE name = 'venue';
SELECT query, bool_or(ok) AS ok FROM perfcheck_time(executions => 5) WHERE query IN ('page', 'venue')
GROUP BY query ORDER BY query;
UPDATE perfcheck_query SET avg_ms = 1e9, p95_ms = 1e9, p99_ms = 1e-9 WHERE name = 'page';
SELECT ok FROM perfcheck_time('page', executions => 5);
UPDATE perfcheck_query SET p99_ms = 1e9, p95_ms = 1e-9 WHERE name = 'page';
SELECT ok FROM perfcheck_time('page', executions => 5);
UPDATE perfcheck_query SET avg_ms = 200, p95_ms = 300, p99_ms = 500;
-- kept when asked
SELECT count(*) FROM perfcheck_result;
SELECT count(*) AS timed FROM perfcheck_time('genre', executions => 3, keep => true);
SELECT source, query, label, executions, errors, ok, p50_ms IS NOT NULL AS measured FROM perfcheck_result ORDER BY label;
DELETE FROM perfcheck_result;
-- refused
SELECT * FROM perfcheck_time(executions => 0);
SELECT * FROM perfcheck_time(executions => NULL);
SELECT * FROM perfcheck_time(warmup => -1);
SELECT * FROM perfcheck_time(clients => 0);
SELECT * FROM perfcheck_requests(samples => -1);
SELECT * FROM perfcheck_requests(samples => 100001);

-- requests: paths with the values of each case, and draws from the rows
SELECT query, count(*) AS requests, count(*) FILTER (WHERE label = 'drawn') AS drawn,
       count(*) FILTER (WHERE label = 'drawn' AND rows = 0) AS drawn_empty,
       bool_and(path ~ '^/api/events\?[A-Za-z]+=[A-Za-z0-9%._~&=-]*$') AS encoded
FROM perfcheck_requests(samples => 30) GROUP BY query ORDER BY query COLLATE "C";
SELECT label, path, rows FROM perfcheck_requests('genre', 0);
SELECT count(*) AS utf8 FROM perfcheck_requests('venue', 100) WHERE path ~ 'venue=F%C3%A5llan&';
-- drawn in proportion: the most common genre most often
SELECT (SELECT path FROM perfcheck_requests('genre', 1000) WHERE label = 'drawn' GROUP BY path ORDER BY count(*) DESC LIMIT 1)
     = '/api/events?genre=' || (SELECT genre FROM events GROUP BY genre ORDER BY count(*) DESC LIMIT 1) || '&limit=20' AS most_common;
-- a cursor in the form that the API gives out
SELECT count(*) AS cursors FROM perfcheck_requests('next_page')
WHERE path ~ 'cursor=2027-\d\d-\d\dT\d\d%3A00%3A00Z_[0-9a-f-]{36}&limit=20$';
-- the same requests each time
SELECT count(*) AS differ FROM (SELECT * FROM perfcheck_requests() EXCEPT SELECT * FROM perfcheck_requests()) AS d;
-- the way back: each path of a query has as many rows as it was made with
SELECT query, bool_and(perfcheck_rows(query, path) = rows) AS same
FROM perfcheck_requests(samples => 30) GROUP BY query ORDER BY query COLLATE "C";
SELECT perfcheck_rows('genre', '/api/events?limit=20&genre=rock') =
  perfcheck_rows('genre', '/api/events?genre=rock&limit=20') AS any_order,
  perfcheck_rows('genre', '/api/events?genre=no%20such&limit=20') AS none;
SELECT perfcheck_rows('genre', '/api/events?genre=rock') AS lacks_one,
  perfcheck_rows('genre', '/api/events?genre=rock&limit=20&venue=x') AS one_too_many,
  perfcheck_rows('genre', '/api/events?genre=rock&limit=50') AS another_limit,
  perfcheck_rows('genre', '/api/others?genre=rock&limit=20') AS another_path;
SELECT perfcheck_rows('next_page', '/api/events?cursor=yesterday_1&limit=20');
SELECT perfcheck_rows('no_such', '/x');
SELECT perfcheck_rows('genre', NULL);
SELECT perfcheck_rows(NULL, '/x');
-- a query without a path makes none
UPDATE perfcheck_query SET path = NULL WHERE name = 'page';
SELECT count(*) FROM perfcheck_requests('page');
SELECT perfcheck_rows('page', '/api/events?limit=20') AS no_path;
-- nor one whose path names a parameter that is not there
UPDATE perfcheck_query SET path = '/api/events?limit=$1&offset=$2' WHERE name = 'page';
SELECT * FROM perfcheck_requests('page');
SELECT perfcheck_rows('page', '/api/events?limit=20&offset=0') AS no_parameter;
UPDATE perfcheck_query SET path = '/api/events?limit=$1' WHERE name = 'page';
-- empty tables
TRUNCATE events;
SELECT query, label, ok, reason FROM perfcheck_time('genre');
SELECT * FROM perfcheck_cases('genre');
SELECT * FROM perfcheck_requests('genre');
DROP TABLE events;
SELECT query, label, ok, reason FROM perfcheck_time('page');
SELECT * FROM perfcheck_requests('page');
SELECT * FROM perfcheck_cases('genre');
DROP SCHEMA time_test CASCADE;
