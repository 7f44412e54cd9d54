-- Who may see what, as rows of (kind, object, relation, subject): looked up from
-- either end, with keys of text.
-- fixed: object_kind
CREATE TABLE object_kind (name text PRIMARY KEY);
INSERT INTO object_kind VALUES ('doc'), ('folder'), ('group'), ('org');
CREATE TABLE grant_tuple (kind text NOT NULL REFERENCES object_kind, object_id text NOT NULL, relation text NOT NULL, subject_id text NOT NULL, removed_at bigint NOT NULL);
INSERT INTO grant_tuple
SELECT (ARRAY['doc', 'folder', 'group', 'org'])[1 + floor(dice(i, 1) ^ 2 * 4)::int], 'o' || (i / 4), (ARRAY['viewer', 'editor', 'owner'])[1 + floor(dice(i, 2) * 3)::int], 'u' || floor(dice(i, 3) * 2000 * :s)::int, 9223372036854775807
FROM generate_series(1, 20000 * :s) AS i;
-- One user is in many folders, whatever the size of the rest.
INSERT INTO grant_tuple SELECT 'folder', 'x' || i, 'viewer', 'admin', 9223372036854775807 FROM generate_series(1, 1000 * :s) AS i;
CREATE INDEX ON grant_tuple (kind, object_id, relation, subject_id, removed_at);
CREATE INDEX ON grant_tuple (subject_id, kind);
VACUUM ANALYZE;

SELECT perfcheck_add_query('subjects_of', 'SELECT subject_id FROM grant_tuple WHERE kind = $1 AND object_id = $2 AND relation = $3');
SELECT perfcheck_add_query('objects_of', 'SELECT object_id FROM grant_tuple WHERE subject_id = $1 AND kind = $2');
SELECT perfcheck_add_query('objects_of_page', 'SELECT object_id FROM grant_tuple WHERE subject_id = $1 AND kind = $2 LIMIT 100');
SELECT perfcheck_add_query('objects_like', 'SELECT object_id FROM grant_tuple WHERE object_id LIKE $1 || ''%'' AND kind = ''doc'' LIMIT 50');
SELECT perfcheck_add_query('any_relation', 'SELECT relation FROM grant_tuple WHERE object_id = $1 AND subject_id = $2');
SELECT perfcheck_add_query('kinds', 'SELECT DISTINCT kind FROM grant_tuple');
SELECT hurts('subjects_of', l, v) FROM (VALUES ('usual', ARRAY['doc', 'o77', 'viewer']), ('absent', ARRAY['doc', 'none', 'viewer'])) AS x(l, v);
SELECT hurts(q, l, v) FROM unnest(ARRAY['objects_of', 'objects_of_page']) AS q, (VALUES ('usual', ARRAY['u77', 'doc']), ('in many', ARRAY['admin', 'folder']), ('absent', ARRAY['none', 'doc'])) AS x(l, v);
SELECT hurts('objects_like', l, ARRAY[v]) FROM (VALUES ('hit', 'o77'), ('none', 'zzz')) AS x(l, v);
SELECT hurts('any_relation', l, v) FROM (VALUES ('usual', ARRAY['o77', 'u77']), ('in many', ARRAY['x77', 'admin']), ('absent', ARRAY['o77', 'none'])) AS x(l, v);
