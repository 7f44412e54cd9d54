-- Nearest neighbours: of a point, and of a word by its trigrams.
CREATE TABLE stop (id bigint PRIMARY KEY, name text NOT NULL, spot point NOT NULL);
INSERT INTO stop SELECT i, 'stop ' || md5(i::text), point(dice(i, 1) * 100, dice(i, 2) * 100) FROM generate_series(1, 14000 * :s) AS i;
VACUUM ANALYZE;

SELECT perfcheck_add_query('near', 'SELECT * FROM stop ORDER BY spot <-> point($1, $2) LIMIT 10', types => ARRAY['float8', 'float8']::regtype[]);
SELECT perfcheck_add_query('near_center', 'SELECT * FROM stop ORDER BY spot <-> ''(50, 50)''::point LIMIT 10');
SELECT perfcheck_add_query('in_box', 'SELECT * FROM stop WHERE spot <@ box(point($1, $2), point($1 + 1, $2 + 1)) LIMIT 500', types => ARRAY['float8', 'float8']::regtype[]);
SELECT perfcheck_add_query('like_name', 'SELECT * FROM stop ORDER BY name <-> $1 LIMIT 10');
SELECT perfcheck_add_case('near', 'center', ARRAY['50', '50']);
SELECT perfcheck_add_case('in_box', 'center', ARRAY['50', '50']);
SELECT perfcheck_add_case('like_name', 'a name', ARRAY['stop ' || md5('1')]);
SELECT hurts(q, 'center', ARRAY['50', '50']) FROM unnest(ARRAY['near', 'in_box']) AS q;
SELECT hurts('like_name', 'a name', ARRAY['stop ' || md5('1')]);

-- GiST orders points well, and reads most of its index for a word.
-- phase: gist
CREATE INDEX ON stop USING gist (spot);
CREATE INDEX ON stop USING gist (name gist_trgm_ops);
VACUUM ANALYZE stop;
SELECT hurts(q, 'center', ARRAY['50', '50']) FROM unnest(ARRAY['near', 'in_box']) AS q;
SELECT hurts('like_name', 'a name', ARRAY['stop ' || md5('1')]);
