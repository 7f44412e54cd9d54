-- Healthy shapes: subqueries above a sort, merge joins under a limit, loose scans, trees.
CREATE TABLE crew (id int PRIMARY KEY, rank int NOT NULL, name text NOT NULL);
CREATE TABLE shift (id bigint PRIMARY KEY, crew_id int NOT NULL REFERENCES crew, day date NOT NULL, hours int NOT NULL);
CREATE TABLE node (id bigint PRIMARY KEY, parent_id bigint REFERENCES node, label text NOT NULL);
INSERT INTO crew SELECT i, (dice(i, 1) * 100000)::int, 'c' || i FROM generate_series(1, 500 * :s) i;
INSERT INTO shift SELECT i, 1 + i % (500 * :s), '2024-01-01'::date + (i / 500 / :s)::int, i % 9 FROM generate_series(1, 20000 * :s) i;
INSERT INTO node SELECT i, CASE WHEN i % 20 = 1 THEN NULL ELSE i - 1 - (i - 2) % 20 / 4 END, 'n' || i FROM generate_series(1, 10000 * :s) i;
CREATE INDEX ON crew (rank); CREATE INDEX ON shift (crew_id, day); CREATE INDEX ON node (parent_id);
VACUUM ANALYZE;
SELECT perfcheck_add_query('top_crews', 'SELECT c.*, (SELECT sum(hours) FROM shift s WHERE s.crew_id = c.id) AS hours FROM crew c ORDER BY c.name LIMIT 20');
SELECT perfcheck_add_query('ranked', 'SELECT c.*, s.n FROM crew c CROSS JOIN LATERAL (SELECT count(*) AS n FROM shift s WHERE s.crew_id = c.id) s ORDER BY c.rank LIMIT 20');
SELECT perfcheck_add_query('first_pairs', 'SELECT c.name, s.day FROM crew c JOIN shift s ON s.crew_id = c.id ORDER BY c.id, s.day LIMIT 30');
SELECT perfcheck_add_query('below', 'WITH RECURSIVE t AS (SELECT id, parent_id FROM node WHERE id = $1 UNION ALL SELECT n.id, n.parent_id FROM node n JOIN t ON n.parent_id = t.id) SELECT * FROM t');
SELECT perfcheck_add_query('above', 'WITH RECURSIVE t AS (SELECT id, parent_id FROM node WHERE id = $1 UNION ALL SELECT n.id, n.parent_id FROM node n JOIN t ON n.id = t.parent_id) SELECT * FROM t');
SELECT perfcheck_add_query('crew_days', 'SELECT * FROM shift WHERE crew_id = $1 ORDER BY day DESC');
SELECT perfcheck_add_query('names', 'SELECT * FROM crew WHERE id = ANY ($1)');
SELECT perfcheck_add_query('upper_name', 'SELECT * FROM crew WHERE upper(name) = upper($1)');
SELECT hurts('top_crews','a'), hurts('ranked','a'), hurts('first_pairs','a');
SELECT hurts('below','root',ARRAY['41']), hurts('above','leaf',ARRAY['60']), hurts('crew_days','a',ARRAY['77']), hurts('names','three',ARRAY['{1,2,3}']), hurts('upper_name','a',ARRAY['c77']);
