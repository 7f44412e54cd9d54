-- EXISTS and NOT EXISTS, which 16 and 18 may hash from the other side (Right Anti,
-- Right Semi), NOT IN, which 19 makes a join of, and a LEFT JOIN of what has no
-- partner.
-- scale: 100
CREATE TABLE person (id int PRIMARY KEY, town int NOT NULL, name text NOT NULL);
CREATE TABLE ticket (id int PRIMARY KEY, person_id int NOT NULL, town int NOT NULL, price int NOT NULL, gift_of int);
INSERT INTO person SELECT i, i % 400, 'p' || i FROM generate_series(1, 2000 * :s) AS i;
INSERT INTO ticket SELECT i, 1 + (i * 7919::bigint) % (1800 * :s), i % 500, i % 9, CASE WHEN i % 50 = 0 THEN i / 50 END
FROM generate_series(1, 10000 * :s) AS i;
CREATE INDEX ticket_person ON ticket (person_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('semi', 'SELECT count(*) FROM person p WHERE EXISTS (SELECT FROM ticket t WHERE t.person_id = p.id AND t.price >= $1)');
SELECT perfcheck_add_query('anti', 'SELECT count(*) FROM person p WHERE NOT EXISTS (SELECT FROM ticket t WHERE t.person_id = p.id AND t.price >= $1)');
SELECT perfcheck_add_query('semi_town', 'SELECT count(*) FROM person p WHERE EXISTS (SELECT FROM ticket t WHERE t.town = p.town AND t.price >= $1)');
SELECT perfcheck_add_query('anti_town', 'SELECT count(*) FROM person p WHERE NOT EXISTS (SELECT FROM ticket t WHERE t.town = p.town AND t.price >= $1)');
SELECT perfcheck_add_query('anti_large', 'SELECT count(*) FROM ticket t WHERE NOT EXISTS (SELECT FROM person p WHERE p.id = t.person_id AND p.town < $1)');
SELECT perfcheck_add_query('semi_page', 'SELECT p.id FROM person p WHERE EXISTS (SELECT FROM ticket t WHERE t.person_id = p.id AND t.price >= $1) ORDER BY p.id LIMIT 21');
SELECT perfcheck_add_query('anti_page', 'SELECT p.id FROM person p WHERE NOT EXISTS (SELECT FROM ticket t WHERE t.person_id = p.id) ORDER BY p.id LIMIT 21');
SELECT perfcheck_add_query('semi_one', 'SELECT p.id FROM person p WHERE p.id = $1 AND EXISTS (SELECT FROM ticket t WHERE t.person_id = p.id)');
SELECT perfcheck_add_query('not_in', 'SELECT count(*) FROM person WHERE id NOT IN (SELECT person_id FROM ticket WHERE price >= $1)');
SELECT perfcheck_add_query('not_in_page', 'SELECT id FROM person WHERE id NOT IN (SELECT person_id FROM ticket WHERE price = $1) ORDER BY id LIMIT 21');
SELECT perfcheck_add_query('not_in_nullable', 'SELECT count(*) FROM person WHERE id NOT IN (SELECT gift_of FROM ticket WHERE gift_of IS NOT NULL)');
SELECT perfcheck_add_query('left_null', 'SELECT count(*) FROM person p LEFT JOIN ticket t ON t.person_id = p.id WHERE t.id IS NULL');
SELECT perfcheck_add_query('left_null_other', 'SELECT p.id FROM person p LEFT JOIN ticket t ON t.person_id = p.id WHERE t.price IS NULL ORDER BY p.id LIMIT 21');
SELECT perfcheck_add_query('correlated_in', 'SELECT count(*) FROM person p WHERE p.town IN (SELECT t.town FROM ticket t WHERE t.person_id = p.id)');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['semi', 'anti', 'semi_town', 'anti_town', 'semi_page', 'not_in', 'not_in_page']) AS q, (VALUES ('middle', '4'), ('rare', '8'), ('absent', '9')) AS v(l, v);
SELECT hurts('anti_large', l, ARRAY[v]) FROM (VALUES ('half', '200'), ('none', '0'), ('all', '900')) AS v(l, v);
SELECT hurts('semi_one', l, ARRAY[v]) FROM (VALUES ('one', '77'), ('absent', '-1')) AS v(l, v);
