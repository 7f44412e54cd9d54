-- Transfers from or to an account, newest first, by arrays with GIN indexes: for a
-- rare account the primary key is walked instead.
CREATE TABLE transfer (id bigint PRIMARY KEY, book text NOT NULL, givers text[] NOT NULL, takers text[] NOT NULL);
-- 'bank' gives 60 % of them; 'closed:1' took some of the oldest alone.
INSERT INTO transfer
SELECT i, 'main', ARRAY[CASE WHEN dice(i, 1) < 0.6 THEN 'bank' ELSE 'acc:' || (2000 * dice(i, 2) ^ 3)::int END],
    ARRAY[CASE WHEN i <= 400 * :s AND i % 10 = 0 THEN 'closed:1' ELSE 'acc:' || (2000 * dice(i, 3) ^ 2)::int END]
FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON transfer USING gin (givers) WITH (fastupdate = off);
CREATE INDEX ON transfer USING gin (takers) WITH (fastupdate = off);
VACUUM ANALYZE;

SELECT perfcheck_add_query('history', 'SELECT * FROM transfer WHERE book = ''main'' AND (givers @> ARRAY[$1] OR takers @> ARRAY[$1]) ORDER BY id DESC LIMIT 16', types => ARRAY['text']::regtype[]);
SELECT perfcheck_add_query('history_fenced', 'WITH t AS MATERIALIZED (SELECT * FROM transfer WHERE book = ''main'' AND (givers @> ARRAY[$1] OR takers @> ARRAY[$1])) SELECT * FROM t ORDER BY id DESC LIMIT 16', types => ARRAY['text']::regtype[]);
SELECT perfcheck_add_query('history_any', 'SELECT * FROM transfer WHERE $1 = ANY (takers) ORDER BY id DESC LIMIT 16', types => ARRAY['text']::regtype[]);
SELECT perfcheck_add_query('takers_overlap', 'SELECT count(*) FROM transfer WHERE takers && ARRAY[''closed:1'', ''acc:1999'']');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['history', 'history_fenced', 'history_any']) AS q,
    (VALUES ('usual', 'acc:300'), ('popular', 'bank'), ('old', 'closed:1'), ('absent', 'nobody')) AS v(l, v);
