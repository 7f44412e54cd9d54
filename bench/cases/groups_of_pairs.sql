-- Unread mail of a user in groups, joined to two lists of what was read. Rows of
-- one user meet one row of his own each, whatever a product of tables would be.
-- Forty users, with more rooms each as the tables grow; the first two tables are
-- small, the others are not.
CREATE TABLE seen (usr int NOT NULL, room int NOT NULL, branch text, upto int NOT NULL);
CREATE TABLE notice (usr int NOT NULL, room int NOT NULL, branch text NOT NULL, at int NOT NULL);
CREATE TABLE seen_large (LIKE seen);
CREATE TABLE notice_large (LIKE notice);
INSERT INTO seen SELECT 1 + i % 40, i / 40, NULL, i % 100 FROM generate_series(1, 2400 * :s) AS i;
INSERT INTO notice SELECT 1 + i % 40, i / 40, 'main', i FROM generate_series(1, 2400 * :s) AS i;
INSERT INTO seen_large SELECT 1 + i % 40, i / 40, NULL, i % 100 FROM generate_series(1, 10000 * :s) AS i;
INSERT INTO notice_large SELECT 1 + i % 40, i / 40, 'main', i FROM generate_series(1, 10000 * :s) AS i;
CREATE INDEX ON seen (usr);
CREATE INDEX ON notice (usr, at);
CREATE INDEX ON seen_large (usr);
CREATE INDEX ON notice_large (usr, at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('unread', 'WITH r AS (SELECT room, branch, max(upto) AS upto FROM seen WHERE usr = $1 GROUP BY room, branch)
    SELECT n.room, n.branch, count(*) FROM notice n
    LEFT JOIN (SELECT room, branch, upto AS u1 FROM r WHERE branch IS NOT NULL) AS a USING (room, branch)
    LEFT JOIN (SELECT room, upto AS u2 FROM r WHERE branch IS NULL) AS b USING (room)
    WHERE n.usr = $1 AND (u1 IS NULL OR n.at > u1) AND (u2 IS NULL OR n.at > u2) GROUP BY n.room, n.branch');
SELECT perfcheck_add_query('unread_large', 'WITH r AS (SELECT room, branch, max(upto) AS upto FROM seen_large WHERE usr = $1 GROUP BY room, branch)
    SELECT n.room, n.branch, count(*) FROM notice_large n
    LEFT JOIN (SELECT room, branch, upto AS u1 FROM r WHERE branch IS NOT NULL) AS a USING (room, branch)
    LEFT JOIN (SELECT room, upto AS u2 FROM r WHERE branch IS NULL) AS b USING (room)
    WHERE n.usr = $1 AND (u1 IS NULL OR n.at > u1) AND (u2 IS NULL OR n.at > u2) GROUP BY n.room, n.branch');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['unread', 'unread_large']) AS q, (VALUES ('a user', '7'), ('absent', '0')) AS v(l, v);
