-- Of the users with many rows one has none that are recent: the index on the time
-- is walked past everybody else's. One index on the user, one on the time.
-- fixed: account
-- denser: visit.at
CREATE TABLE account (id int PRIMARY KEY);
INSERT INTO account SELECT i FROM generate_series(0, 25) AS i;
CREATE TABLE visit (id bigint PRIMARY KEY, account_id int NOT NULL, at timestamptz NOT NULL, page text NOT NULL);
-- Account 7 has 4 % of the rows, all in the first tenth of the time.
INSERT INTO visit
SELECT i, CASE WHEN i < 2000 * :s AND dice(i, 1) < 0.4 THEN 7 WHEN a = 7 THEN 8 ELSE a END,
    '2024-01-01'::timestamptz + i * (interval '500 days' / (20000 * :s)), md5(i::text)
FROM (SELECT i, (dice(i, 2) ^ 2 * 25)::int AS a FROM generate_series(1, 20000 * :s) AS i) AS x;
CREATE INDEX ON visit (account_id);
CREATE INDEX ON visit (at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('feed', 'SELECT id, at, page FROM visit WHERE account_id = $1 ORDER BY at DESC LIMIT 20');
SELECT perfcheck_add_query('newest', 'SELECT id, at, page FROM visit ORDER BY at DESC LIMIT 20');
SELECT hurts('feed', l, ARRAY[v]) FROM (VALUES ('usual', '4'), ('gone quiet', '7'), ('rare', '25'), ('absent', '99')) AS v(l, v);

-- The planner may still prefer the index on the time, so it goes.
-- phase: mended
DROP INDEX visit_at_idx;
SELECT perfcheck_drop_query('newest');
CREATE INDEX ON visit (account_id, at);
ANALYZE visit;
SELECT hurts('feed', l, ARRAY[v]) FROM (VALUES ('usual', '4'), ('gone quiet', '7'), ('rare', '25'), ('absent', '99')) AS v(l, v);
