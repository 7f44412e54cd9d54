-- A parameter that is compared with a table that is empty today, LEFT JOINed to a
-- table that is read from end to end.
CREATE TABLE plot (id int PRIMARY KEY, owner_id int NOT NULL, code text NOT NULL);
CREATE TABLE star (plot_id int NOT NULL, owner_id int NOT NULL, PRIMARY KEY (plot_id, owner_id));
INSERT INTO plot SELECT i, i % 50, 'plot ' || i FROM generate_series(1, 20000 * :s) AS i;
VACUUM ANALYZE;

SELECT perfcheck_add_query('plot_by_code', 'SELECT p.*, s.owner_id AS starred_by FROM plot p LEFT JOIN star s ON s.plot_id = p.id AND s.owner_id = $2 WHERE p.code = $1');
SELECT perfcheck_add_query('stars_of', 'SELECT * FROM star WHERE owner_id = $1');
SELECT hurts('plot_by_code', 'a plot', ARRAY['plot 700', '3']);
SELECT hurts('stars_of', 'an owner', ARRAY['3']);

-- phase: mended
SELECT perfcheck_drop_query('stars_of');
CREATE INDEX ON plot (code);
ANALYZE plot;
SELECT hurts('plot_by_code', 'a plot', ARRAY['plot 700', '3']);
