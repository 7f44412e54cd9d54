-- One value in either of two columns: each arm wants an index of its own.
CREATE TABLE fan (id bigint PRIMARY KEY, name text NOT NULL, nick text NOT NULL);
INSERT INTO fan SELECT i, initcap(substr(md5((i * 7)::text), 1, 12)), substr(md5(i::text), 5, 12) FROM generate_series(1, 20000 * :s) AS i;
VACUUM ANALYZE;

SELECT perfcheck_add_query('either', 'SELECT id, name FROM fan WHERE name = $1 OR nick = $1');
SELECT perfcheck_add_query('either_like', 'SELECT id, name FROM fan WHERE name ILIKE ''%'' || $1 || ''%'' OR nick ILIKE ''%'' || $1 || ''%''');
SELECT hurts('either', 'a nick', ARRAY[substr(md5('77'), 5, 12)]);
SELECT hurts('either_like', 'a part', ARRAY[substr(md5('77'), 5, 8)]);

-- phase: mended
CREATE INDEX ON fan USING gin (name gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX ON fan USING gin (nick gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX ON fan (name);
CREATE INDEX ON fan (nick);
VACUUM ANALYZE fan;
SELECT hurts('either', 'a nick', ARRAY[substr(md5('77'), 5, 12)]);
SELECT hurts('either_like', 'a part', ARRAY[substr(md5('77'), 5, 8)]);
