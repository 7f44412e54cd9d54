-- The feed of the topics that somebody follows, by rank, and the next page of a
-- list of all. The topics and who follows them stay as many.
-- fixed: topic, follow
-- denser: story_rank.at
CREATE TABLE topic (id int PRIMARY KEY, gone boolean NOT NULL, hidden boolean NOT NULL);
CREATE TABLE story (
    id int PRIMARY KEY, topic_id int NOT NULL REFERENCES topic, gone boolean NOT NULL, hidden boolean NOT NULL, title text NOT NULL);
CREATE TABLE story_rank (
    story_id int PRIMARY KEY REFERENCES story, topic_id int NOT NULL, pinned boolean NOT NULL, heat float8 NOT NULL, at timestamptz NOT NULL);
CREATE TABLE follow (topic_id int NOT NULL, reader_id int NOT NULL, PRIMARY KEY (topic_id, reader_id));
INSERT INTO topic SELECT i, i % 50 = 0, i % 20 = 0 FROM generate_series(1, 400) AS i;
INSERT INTO story
SELECT i, 1 + (dice(i, 1) ^ 3 * 399)::int, dice(i, 2) < 0.02, dice(i, 3) < 0.1, 'story ' || i FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO story_rank
SELECT id, topic_id, id % 2000 = 0, dice(id, 4) * 1000 * id / (20000 * :s), '2024-01-01'::timestamptz + id * (interval '300 days' / (20000 * :s)) FROM story;
INSERT INTO follow SELECT DISTINCT 1 + (dice(i, 5) * 399)::int, 1 + (dice(i, 6) ^ 2 * 199)::int FROM generate_series(1, 4000) AS i;
-- Reader 300 follows one quiet topic.
INSERT INTO follow VALUES (400, 300);
CREATE INDEX ON follow (reader_id);
CREATE INDEX ON story (topic_id);
CREATE INDEX ON story_rank (pinned DESC, heat DESC, at DESC);
CREATE INDEX ON story_rank (pinned DESC, at DESC, story_id DESC);
VACUUM ANALYZE;

SELECT perfcheck_add_query('followed', 'SELECT s.id, s.title, r.heat FROM story_rank r JOIN story s ON s.id = r.story_id JOIN topic t ON t.id = s.topic_id
    WHERE EXISTS (SELECT 1 FROM follow f WHERE f.topic_id = r.topic_id AND f.reader_id = $1) AND NOT t.gone AND NOT s.gone
    ORDER BY r.pinned DESC, r.heat DESC, r.at DESC LIMIT 20');
SELECT perfcheck_add_query('topic_hot', 'SELECT s.id, s.title FROM story_rank r JOIN story s ON s.id = r.story_id
    WHERE s.topic_id = $1 AND NOT s.gone ORDER BY r.pinned DESC, r.heat DESC LIMIT 20');
SELECT perfcheck_add_query('next_new', 'SELECT s.id, s.title FROM story_rank r JOIN story s ON s.id = r.story_id JOIN topic t ON t.id = r.topic_id
    WHERE NOT t.gone AND NOT t.hidden AND NOT s.gone AND NOT s.hidden AND ($1, $2, $3) > (r.pinned, r.at, r.story_id)
    ORDER BY r.pinned DESC, r.at DESC, r.story_id DESC LIMIT 25');
SELECT hurts('followed', l, ARRAY[v]) FROM (VALUES ('a reader', '20'), ('quiet topic', '300'), ('absent', '5000')) AS v(l, v);
SELECT hurts('topic_hot', l, ARRAY[v]) FROM (VALUES ('a topic', '30'), ('largest', '1'), ('absent', '5000')) AS v(l, v);
SELECT hurts('next_new', 'middle page', ARRAY[pinned::text, at::text, story_id::text]) FROM story_rank WHERE story_id = 10000 * :s + 1;

-- phase: mended
SELECT perfcheck_drop_query(name) FROM perfcheck_query;
CREATE INDEX ON story_rank (topic_id, pinned DESC, heat DESC);
ANALYZE story_rank;
SELECT perfcheck_add_query('topic_hot', 'SELECT s.id, s.title FROM story_rank r JOIN story s ON s.id = r.story_id
    WHERE r.topic_id = $1 AND NOT s.gone ORDER BY r.pinned DESC, r.heat DESC LIMIT 20');
SELECT hurts('topic_hot', l, ARRAY[v]) FROM (VALUES ('a topic', '30'), ('largest', '1'), ('absent', '5000')) AS v(l, v);
