-- A query that fails for one of its values does not take the others with it.
CREATE TABLE share (id int PRIMARY KEY, parts int NOT NULL);
INSERT INTO share SELECT i, i % 10 FROM generate_series(1, 20000 * :s) AS i;
VACUUM ANALYZE;

SELECT perfcheck_add_query('fine', 'SELECT * FROM share WHERE id = $1');
SELECT perfcheck_add_query('divides', 'SELECT 100 / parts FROM share WHERE id = $1');
SELECT perfcheck_add_case('divides', 'no parts', ARRAY['10']);
SELECT perfcheck_add_query('no_values', 'SELECT * FROM share WHERE id = $1 * 2 + 1');
SELECT hurts('fine', 'a share', ARRAY['77']);
SELECT hurts('divides', 'no parts', ARRAY['10']);
SELECT hurts('no_values', 'a number', ARRAY['7']);
