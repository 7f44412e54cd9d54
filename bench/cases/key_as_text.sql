-- Keys that are compared as another type.
CREATE TABLE sheet (id uuid PRIMARY KEY, number bigint NOT NULL UNIQUE, title text NOT NULL);
INSERT INTO sheet SELECT md5(i::text)::uuid, i, 'sheet ' || i FROM generate_series(1, 20000 * :s) AS i;
VACUUM ANALYZE;

SELECT perfcheck_add_query('uuid_as_text', 'SELECT id, title FROM sheet WHERE id::text = $1');
SELECT perfcheck_add_query('uuid_in_texts', 'SELECT id, title FROM sheet WHERE id::text IN ($1, $2, $3)');
SELECT perfcheck_add_query('number_as_text', 'SELECT id, title FROM sheet WHERE number::text = $1');
SELECT perfcheck_add_query('number_as_numeric', 'SELECT id, title FROM sheet WHERE number = $1::numeric');
SELECT perfcheck_add_query('uuid_begins', 'SELECT id, title FROM sheet WHERE id::text LIKE $1 || ''%''');
SELECT perfcheck_add_query('uuid_as_uuid', 'SELECT id, title FROM sheet WHERE id = $1::uuid');
SELECT perfcheck_add_query('uuid_of_text', 'SELECT id, title FROM sheet WHERE id = $1::text::uuid');
SELECT perfcheck_add_query('number_as_bigint', 'SELECT id, title FROM sheet WHERE number = $1::bigint');
SELECT perfcheck_add_query('number_of_int', 'SELECT id, title FROM sheet WHERE number = $1::int');
SELECT hurts(q, 'a sheet', ARRAY[md5('77')::uuid::text]) FROM unnest(ARRAY['uuid_as_text', 'uuid_as_uuid', 'uuid_of_text']) AS q;
SELECT hurts('uuid_in_texts', 'three', ARRAY[md5('77')::uuid::text, md5('78')::uuid::text, 'none']);
SELECT hurts(q, 'a number', ARRAY['77']) FROM unnest(ARRAY['number_as_text', 'number_as_numeric', 'number_as_bigint', 'number_of_int']) AS q;
SELECT hurts('uuid_begins', 'a beginning', ARRAY[left(md5('77')::uuid::text, 8)]);
