-- A citext column compared with text: the column is cast, and its unique index
-- cannot serve.
CREATE EXTENSION citext;
CREATE TABLE wallet (id uuid PRIMARY KEY, address citext NOT NULL UNIQUE, made_at timestamptz NOT NULL);
INSERT INTO wallet SELECT md5(i::text)::uuid, '0x' || md5((i * 3)::text), '2025-01-01'::timestamptz - i * interval '1 minute' FROM generate_series(1, 20000 * :s) AS i;
VACUUM ANALYZE;

SELECT perfcheck_add_query('equal', 'SELECT id, address FROM wallet WHERE address = $1::text');
SELECT perfcheck_add_query('in_list', 'SELECT id, address FROM wallet WHERE address IN ($1::text, $2::text, $3::text)');
SELECT perfcheck_add_query('in_array', 'SELECT id, address FROM wallet WHERE address = ANY ($1::text[])');
SELECT perfcheck_add_query('equal_citext', 'SELECT id, address FROM wallet WHERE address = $1::citext');
SELECT perfcheck_add_query('equal_typed', 'SELECT id, address FROM wallet WHERE address = $1', types => '{citext}');
SELECT perfcheck_add_query('in_list_citext', 'SELECT id, address FROM wallet WHERE address IN ($1, $2, $3)');
SELECT perfcheck_add_query('in_array_citext', 'SELECT id, address FROM wallet WHERE address = ANY ($1::citext[])');
SELECT hurts(q, 'a wallet', ARRAY['0x' || md5('30')]) FROM unnest(ARRAY['equal', 'equal_citext', 'equal_typed']) AS q;
SELECT hurts(q, 'three', ARRAY['0x' || md5('30'), '0x' || md5('33'), 'none']) FROM unnest(ARRAY['in_list', 'in_list_citext']) AS q;
SELECT hurts(q, 'two', ARRAY[ARRAY['0x' || md5('30'), '0x' || md5('33')]::text]) FROM unnest(ARRAY['in_array', 'in_array_citext']) AS q;
