-- Writers, their essays and comments: a fixed number of writers, whom the tables
-- outgrow. The newest writers have no essay, one has old ones alone, and the
-- newest essays have no comment.
-- fixed: writer
-- denser: essay.posted_at, note.at
CREATE TABLE writer (id int PRIMARY KEY, team int NOT NULL, joined_at timestamptz NOT NULL);
CREATE TABLE essay (
    id int PRIMARY KEY, writer_id int NOT NULL REFERENCES writer, kind text NOT NULL, posted_at timestamptz NOT NULL, score int NOT NULL, gone_at timestamptz);
CREATE TABLE note (
    id bigint PRIMARY KEY, essay_id int NOT NULL REFERENCES essay, writer_id int NOT NULL REFERENCES writer, kind text NOT NULL, at timestamptz NOT NULL, score int NOT NULL,
    gone_at timestamptz);
-- Team 1 has most writers, team 7 those without essays, team 8 the writer of old ones.
INSERT INTO writer
SELECT i, CASE WHEN i > 270 THEN 7 WHEN i = 5 THEN 8 WHEN dice(i, 1) < 0.5 THEN 1 ELSE 2 + (dice(i, 2) * 4)::int END, '2024-01-01'::timestamptz + i * interval '1 day' FROM generate_series(1, 300) AS i;
INSERT INTO essay
SELECT i, CASE WHEN i < 300 * :s AND dice(i, 1) < 0.5 THEN 5 WHEN w = 5 THEN 6 ELSE w END, CASE WHEN dice(i, 3) < 0.9 THEN 'long' WHEN dice(i, 4) < 0.95 THEN 'short' ELSE 'odd' END,
    '2025-01-01'::timestamptz + i * (interval '365 days' / (6000 * :s)), (dice(i, 5) * 1000)::int, CASE WHEN dice(i, 6) < 0.1 THEN '2026-01-01'::timestamptz END
FROM (SELECT i, 1 + (dice(i, 2) ^ 3 * 269)::int AS w FROM generate_series(1, 6000 * :s) AS i) AS x;
INSERT INTO note
SELECT i, 1 + (dice(i, 1) ^ 2 * 5800 * :s)::int, 1 + (dice(i, 2) ^ 3 * 299)::int, CASE WHEN dice(i, 3) < 0.8 THEN 'praise' WHEN dice(i, 4) < 0.98 THEN 'doubt' ELSE 'insult' END,
    '2025-01-01'::timestamptz + dice(i, 5) * interval '365 days', (dice(i, 6) * 100)::int, CASE WHEN dice(i, 7) < 0.9 THEN '2026-01-01'::timestamptz END
FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON essay (writer_id);
CREATE INDEX ON essay (posted_at);
CREATE INDEX ON note (essay_id);
CREATE INDEX ON note (at);
CREATE INDEX ON note (writer_id);
VACUUM ANALYZE;

\i bench/fixes/queries.psql
INSERT INTO link VALUES
    ('essays_of_writer', 'writer', 'joined_at', 'team', 'essay', 'writer_id', 'kind', 'posted_at', 'score', 'gone_at'),
    ('notes_of_writer', 'writer', 'joined_at', 'team', 'note', 'writer_id', 'kind', 'at', 'score', 'gone_at'),
    ('notes_of_essay', 'essay', 'posted_at', 'writer_id', 'note', 'essay_id', 'kind', 'at', 'score', 'gone_at');
INSERT INTO pair VALUES ('essays_and_notes', 'essays_of_writer', 'notes_of_writer');
INSERT INTO nasty VALUES
    ('essays_of_writer', 'grp', '{1,3,7,8,99}'), ('essays_of_writer', 'fk', '{1,150,5,290,9999}'), ('essays_of_writer', 'kind', '{long,short,odd,none}'),
    ('notes_of_writer', 'grp', '{1,3,7,8,99}'), ('notes_of_writer', 'fk', '{1,150,5,290,9999}'), ('notes_of_writer', 'kind', '{praise,doubt,insult,none}'),
    ('notes_of_essay', 'grp', '{1,150,5,290}'), ('notes_of_essay', 'kind', '{praise,insult,none}');
INSERT INTO nasty SELECT 'notes_of_essay', 'fk', ARRAY['1', (3000 * :s)::text, (5990 * :s)::text, '-1'];
SELECT make_queries(1);
