-- Runs each case of :query under the plans that PostgreSQL would take, and keeps
-- the one that does the most work. Variables: query, attempt (0 is without the
-- fix), custom, timeout_ms.
\if :attempt
\else
    DROP TABLE IF EXISTS bench.run, bench.tried;
    CREATE TABLE bench.run (attempt int, n int, plan_mode text, m bench.measurement);
    CREATE TABLE bench.tried (attempt int, n int, access text, examined bigint, blocks bigint, error text, share float8, returned bigint);
\endif
SET statement_timeout = :timeout_ms;
SELECT format('INSERT INTO bench.run SELECT %s, n, %L, bench.measure(query, args, settings, %2$L, true) FROM bench.value WHERE n = %s', :attempt, 'custom', n)
FROM bench.value WHERE query = :'query' ORDER BY n \gexec
SELECT coalesce(bench.switches(query, args, settings) AND NOT (:attempt = 1 AND :'custom'), false) AS switches
FROM bench.value WHERE query = :'query' ORDER BY n LIMIT 1 \gset
\if :switches
    SELECT format('INSERT INTO bench.run SELECT %s, n, %L, bench.measure(query, args, settings, %2$L, true, m) FROM bench.value JOIN bench.run USING (n) WHERE n = %s AND attempt = %1$s', :attempt, 'generic', n)
    FROM bench.value WHERE query = :'query' ORDER BY n \gexec
\endif
SET statement_timeout = 0;
INSERT INTO bench.tried
SELECT DISTINCT ON (n) attempt, n, plan_mode || ': ' || (m).access, (m).examined, (m).blocks, (m).error, bench.share_of_budget(:'query', m), (m).returned
FROM bench.run WHERE attempt = :attempt ORDER BY n, (m).error NULLS LAST, (m).blocks DESC;
