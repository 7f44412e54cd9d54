-- Row security: people see their own notes, and the files of their teams. The
-- people grow in number, and each has as many notes as before.
-- role: reader
-- settings: {"app.person": "77"}
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reader') THEN CREATE ROLE reader; END IF;
END $$;
CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE team (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE membership (
    person_id int NOT NULL REFERENCES person, team_id int NOT NULL REFERENCES team, PRIMARY KEY (person_id, team_id));
CREATE TABLE memo (id bigint PRIMARY KEY, person_id int NOT NULL REFERENCES person, title text NOT NULL);
CREATE TABLE memo_indexed (id bigint PRIMARY KEY, person_id int NOT NULL REFERENCES person, title text NOT NULL);
CREATE TABLE file (id bigint PRIMARY KEY, team_id int NOT NULL REFERENCES team, title text NOT NULL);
CREATE TABLE file_by_list (id bigint PRIMARY KEY, team_id int NOT NULL REFERENCES team, title text NOT NULL);
INSERT INTO person SELECT i, 'person ' || i FROM generate_series(1, 500 * :s) AS i;
INSERT INTO team SELECT i, 'team ' || i FROM generate_series(1, 100 * :s) AS i;
INSERT INTO membership
SELECT DISTINCT p, 1 + (dice(p, k) * (100 * :s - 1))::int FROM generate_series(1, 500 * :s) AS p, generate_series(1, 3) AS k;
INSERT INTO memo SELECT i, 1 + (dice(i, 5) * (500 * :s - 1))::int, 'memo ' || i FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO memo_indexed SELECT * FROM memo;
INSERT INTO file SELECT i, 1 + (dice(i, 6) * (100 * :s - 1))::int, 'file ' || i FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO file_by_list SELECT * FROM file;
CREATE INDEX ON memo_indexed (person_id, id);
CREATE INDEX ON file (team_id, id);
CREATE INDEX ON file_by_list (team_id, id);
CREATE FUNCTION me() RETURNS int LANGUAGE sql STABLE AS $$SELECT nullif(current_setting('app.person', true), '')::int$$;
CREATE FUNCTION is_mine(t int) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER AS
    $$BEGIN RETURN EXISTS (SELECT FROM membership AS m WHERE m.team_id = t AND m.person_id = me()); END$$;
CREATE FUNCTION my_teams() RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER AS
    $$SELECT team_id FROM membership WHERE person_id = me()$$;
ALTER TABLE memo ENABLE ROW LEVEL SECURITY;
ALTER TABLE memo_indexed ENABLE ROW LEVEL SECURITY;
ALTER TABLE file ENABLE ROW LEVEL SECURITY;
ALTER TABLE file_by_list ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON memo USING (person_id = me());
CREATE POLICY own ON memo_indexed USING (person_id = (SELECT me()));
CREATE POLICY own ON file USING (is_mine(team_id));
CREATE POLICY own ON file_by_list USING (team_id IN (SELECT my_teams()));
GRANT SELECT ON memo, memo_indexed, file, file_by_list TO reader;
VACUUM ANALYZE;

SELECT perfcheck_add_query('my_memos', 'SELECT * FROM memo ORDER BY id DESC LIMIT 20');
SELECT perfcheck_add_query('my_memos_indexed', 'SELECT * FROM memo_indexed ORDER BY id DESC LIMIT 20');
SELECT perfcheck_add_query('my_files', 'SELECT * FROM file ORDER BY id DESC LIMIT 20');
SELECT perfcheck_add_query('my_files_by_list', 'SELECT * FROM file_by_list ORDER BY id DESC LIMIT 20');
SELECT perfcheck_add_query('files_of_team', 'SELECT * FROM file WHERE team_id = $1 ORDER BY id DESC LIMIT 20');
SELECT hurts(q, l, settings => jsonb_build_object('app.person', v))
FROM unnest(ARRAY['my_memos', 'my_memos_indexed', 'my_files', 'my_files_by_list']) AS q,
    (VALUES ('a person', '77'), ('absent', '0')) AS v(l, v);
SELECT hurts('files_of_team', 'a team', ARRAY[team_id::text]) FROM membership WHERE person_id = 77 LIMIT 1;
SELECT hurts('files_of_team', 'another team', ARRAY['50']);
