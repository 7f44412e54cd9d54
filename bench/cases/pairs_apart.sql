-- Two values that belong together: a user and a thread of his. Chosen apart they
-- select nothing, and the subquery never runs.
-- fixed: person
CREATE TABLE person (id int PRIMARY KEY);
INSERT INTO person SELECT i FROM generate_series(1, 40) AS i;
CREATE TABLE letter (id bigint PRIMARY KEY, person_id int NOT NULL REFERENCES person, thread_id int NOT NULL, at timestamptz NOT NULL);
CREATE TABLE mark (letter_id bigint NOT NULL, person_id int NOT NULL REFERENCES person, kind text NOT NULL);
-- Each person has two threads of his own, of some 250 letters each.
INSERT INTO letter SELECT i, 1 + i % 40, i % 40 * 2 + i / 40 % 2, '2025-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO mark SELECT i, 1 + i % 40, CASE WHEN i % 3 = 0 THEN 'read' ELSE 'seen' END FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON letter (person_id, thread_id);
CREATE INDEX ON mark (person_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('read_of_thread', 'SELECT l.id FROM letter l WHERE l.person_id = $1 AND l.thread_id = $2
    AND l.id IN (SELECT m.letter_id FROM mark m WHERE m.person_id = $1 AND m.kind = $3) ORDER BY l.at DESC LIMIT 20');
SELECT perfcheck_add_query('seen_of_letters', 'SELECT l.id, (SELECT count(*) FROM mark m WHERE m.person_id = l.person_id) FROM letter l WHERE l.person_id = $1 AND l.thread_id = $2 LIMIT 5');
SELECT hurts('read_of_thread', l, v) FROM (VALUES ('together', ARRAY['5', '8', 'read']), ('apart', ARRAY['5', '11', 'read'])) AS x(l, v);
SELECT hurts('seen_of_letters', l, v) FROM (VALUES ('together', ARRAY['5', '8']), ('apart', ARRAY['5', '11'])) AS x(l, v);
