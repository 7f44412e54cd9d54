-- A word in two columns, or in the rows of another table: an arm that is a
-- subquery loses the trigram indexes of the others.
-- fixed: firm
CREATE TABLE firm (id int PRIMARY KEY);
INSERT INTO firm SELECT i FROM generate_series(1, 5) AS i;
CREATE TABLE ticket (id bigint PRIMARY KEY, firm_id int NOT NULL REFERENCES firm, title text NOT NULL, story text NOT NULL);
CREATE TABLE reply (id bigint PRIMARY KEY, ticket_id bigint NOT NULL REFERENCES ticket, body text NOT NULL);
INSERT INTO ticket
SELECT i, 1 + (dice(i, 1) * 4)::int, 'ticket ' || md5(i::text) || ' ' || (ARRAY['login', 'export', 'crash', 'slow'])[1 + (dice(i, 2) * 3)::int], md5((i * 3)::text) || md5((i * 5)::text)
FROM generate_series(1, 6000 * :s) AS i;
INSERT INTO reply SELECT i, 1 + (dice(i, 3) * (6000 * :s - 1))::int, 'reply ' || md5((i * 7)::text) FROM generate_series(1, 10000 * :s) AS i;
CREATE INDEX ON ticket USING gin (title gin_trgm_ops);
CREATE INDEX ON ticket USING gin (story gin_trgm_ops);
CREATE INDEX ON reply USING gin (body gin_trgm_ops);
CREATE INDEX ON reply (ticket_id);
CREATE INDEX ON ticket (firm_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('search_or', 'SELECT t.* FROM ticket t WHERE t.firm_id = $1 AND (t.title ILIKE ''%'' || $2 || ''%'' OR t.story ILIKE ''%'' || $2 || ''%''
    OR EXISTS (SELECT 1 FROM reply r WHERE r.ticket_id = t.id AND r.body ILIKE ''%'' || $2 || ''%'')) ORDER BY t.id DESC LIMIT 20');
SELECT perfcheck_add_query('search_join', 'SELECT r.id, t.title FROM reply r JOIN ticket t ON t.id = r.ticket_id WHERE t.title ILIKE ''%'' || $1 || ''%'' OR r.body ILIKE ''%'' || $1 || ''%'' ORDER BY r.id DESC LIMIT 20');
SELECT hurts('search_or', 'one hit', ARRAY['1', substr(md5('77'), 1, 10)]);
SELECT hurts('search_join', 'one hit', ARRAY[substr(md5('77'), 1, 10)]);
