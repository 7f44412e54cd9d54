-- A page of albums with what is on their pictures: a set-returning function makes
-- the planner expect far more rows than there are, and with them JIT.
CREATE TABLE album (id int PRIMARY KEY, owner_id int NOT NULL, pictures jsonb NOT NULL);
CREATE TABLE picture (id bigint PRIMARY KEY, owner_id int NOT NULL, name text NOT NULL, kind int NOT NULL);
CREATE TABLE face (id bigint PRIMARY KEY, picture_id bigint NOT NULL REFERENCES picture, person int NOT NULL);
INSERT INTO album
SELECT i, 1 + i % (200 * :s), jsonb_build_array(1 + (dice(i, 1) * (10000 * :s - 1))::int, 1 + (dice(i, 2) * (10000 * :s - 1))::int) FROM generate_series(1, 2000 * :s) AS i;
INSERT INTO picture SELECT i, 1 + i % (200 * :s), md5(i::text), i % 3 FROM generate_series(1, 10000 * :s) AS i;
INSERT INTO face SELECT i, 1 + (dice(i, 3) * (10000 * :s - 1))::int, i % 500 FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON album (owner_id, id);
CREATE INDEX ON face (picture_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('albums', 'SELECT a.id, p.id AS picture, p.name, f.n FROM (SELECT * FROM album WHERE owner_id = $1 ORDER BY id LIMIT 200) a
    CROSS JOIN LATERAL jsonb_array_elements_text(a.pictures) e(v) JOIN picture p ON p.id = e.v::bigint
    LEFT JOIN LATERAL (SELECT count(DISTINCT person) AS n FROM face WHERE face.picture_id = p.id) f ON true ORDER BY a.id, p.id');
SELECT hurts('albums', l, ARRAY[v]) FROM (VALUES ('an owner', '7'), ('absent', '0')) AS v(l, v);
