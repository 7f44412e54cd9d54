-- The order is an expression: all rows are sorted, until an index has it.
CREATE TABLE memo (id bigint PRIMARY KEY, name text NOT NULL, made_at timestamptz NOT NULL, edited_at timestamptz, meta jsonb NOT NULL);
INSERT INTO memo
SELECT i, initcap(md5(i::text)), '2024-01-01'::timestamptz + i * interval '36 minutes', CASE WHEN dice(i, 1) < 0.5 THEN '2024-01-01'::timestamptz + i * interval '36 minutes' + interval '1 hour' END,
    jsonb_build_object('rank', (dice(i, 2) * 1000)::int) FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON memo (name);
CREATE INDEX ON memo (edited_at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('lower_name', 'SELECT id, name FROM memo ORDER BY lower(name) LIMIT 20');
SELECT perfcheck_add_query('last_touched', 'SELECT id, name FROM memo ORDER BY coalesce(edited_at, made_at) DESC, id DESC LIMIT 20');
SELECT perfcheck_add_query('json_rank', 'SELECT id, name FROM memo ORDER BY (meta ->> ''rank'')::int DESC LIMIT 20');
SELECT perfcheck_add_query('null_apart', 'SELECT id, name FROM memo ORDER BY edited_at IS NULL, edited_at DESC LIMIT 20');
SELECT perfcheck_add_query('touched_after', 'SELECT id, name FROM memo WHERE coalesce(edited_at, made_at) > $1 ORDER BY coalesce(edited_at, made_at) LIMIT 20');
SELECT perfcheck_add_query('c_name', 'SELECT id, name FROM memo ORDER BY name COLLATE "en-x-icu" LIMIT 20');
SELECT perfcheck_add_query('nulls_last', 'SELECT id, name FROM memo ORDER BY edited_at DESC NULLS LAST LIMIT 20');
SELECT perfcheck_add_query('by_name', 'SELECT id, name FROM memo ORDER BY name LIMIT 20');
SELECT hurts('touched_after', 'the middle', ARRAY[made_at::text]) FROM memo WHERE id = 10000 * :s;

-- phase: mended
CREATE INDEX ON memo (lower(name));
CREATE INDEX ON memo (coalesce(edited_at, made_at), id);
CREATE INDEX ON memo (((meta ->> 'rank')::int));
CREATE INDEX ON memo ((edited_at IS NULL), edited_at DESC);
CREATE INDEX ON memo (name COLLATE "en-x-icu");
CREATE INDEX ON memo (edited_at DESC NULLS LAST);
ANALYZE memo;
SELECT hurts('touched_after', 'the middle', ARRAY[made_at::text]) FROM memo WHERE id = 10000 * :s;
