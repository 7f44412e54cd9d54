-- An export that is sorted: the sort and the hash tables no longer fit in work_mem.
CREATE TABLE cave (id int PRIMARY KEY, depth float8 NOT NULL, name text NOT NULL);
CREATE TABLE mouth (id int PRIMARY KEY, cave_id int NOT NULL REFERENCES cave, name text NOT NULL);
INSERT INTO cave SELECT i, dice(i, 1), 'cave ' || md5(i::text) FROM generate_series(1, 15000 * :s) AS i;
INSERT INTO mouth SELECT i, 1 + (dice(i, 2) * (15000 * :s - 1))::int, 'mouth ' || md5(i::text) || repeat('z', 60) FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON mouth (cave_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('deepest', 'SELECT m.*, c.* FROM mouth m JOIN cave c ON c.id = m.cave_id ORDER BY c.depth DESC LIMIT 100000');
SELECT perfcheck_add_query('all_by_name', 'SELECT m.*, c.name AS cave FROM mouth m JOIN cave c ON c.id = m.cave_id ORDER BY m.name');
SELECT perfcheck_add_query('deepest_page', 'SELECT m.*, c.* FROM mouth m JOIN cave c ON c.id = m.cave_id ORDER BY c.depth DESC LIMIT 50');

-- phase: mended
CREATE INDEX ON cave (depth);
ANALYZE cave;
SELECT perfcheck_drop_query('all_by_name');
