-- Three devices a user by a unique key of two columns, and a look-up of a unique
-- key through a LEFT JOIN.
CREATE TABLE device (usr int NOT NULL, slot int NOT NULL, token text NOT NULL);
INSERT INTO device SELECT i / 3, i % 3, md5(i::text) FROM generate_series(0, 20000 * :s - 1) AS i;
CREATE UNIQUE INDEX ON device (usr, slot);
CREATE UNIQUE INDEX ON device (token);
VACUUM ANALYZE;

SELECT perfcheck_add_query('devices', 'SELECT * FROM device WHERE usr = $1');
SELECT perfcheck_add_query('by_token', 'SELECT d.*, o.slot FROM device d LEFT JOIN device o ON o.usr = d.usr AND o.slot = 0 WHERE d.token = $1');
SELECT hurts('devices', l, ARRAY[v]) FROM (VALUES ('a user', '77'), ('absent', '-1')) AS v(l, v);
SELECT hurts('by_token', l, ARRAY[v]) FROM (VALUES ('a token', md5('77')), ('absent', 'none')) AS v(l, v);
