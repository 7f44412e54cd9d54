-- Documents with labels, attributes and text; matched by elements.
CREATE TABLE doc (id bigint PRIMARY KEY, labels text[] NOT NULL, attrs jsonb NOT NULL, body text NOT NULL, words tsvector NOT NULL, at timestamptz NOT NULL);
INSERT INTO doc SELECT i, ARRAY[CASE WHEN dice(i,1) < 0.4 THEN 'news' ELSE 'l' || (dice(i,2)*200)::int END, 'y' || i % 5],
  jsonb_build_object('color', (ARRAY['red','green','blue'])[1 + i % 3], 'lot', i / 10), 'text ' || md5(i::text) || CASE WHEN i % 2 = 0 THEN ' update' ELSE ' draft' END,
  to_tsvector('simple', 'text ' || md5(i::text) || CASE WHEN i % 2 = 0 THEN ' update' ELSE ' draft' END), '2024-01-01'::timestamptz + i * interval '1 minute'
FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON doc USING gin (labels); CREATE INDEX ON doc USING gin (attrs jsonb_path_ops); CREATE INDEX ON doc USING gin (words); CREATE INDEX ON doc (at);
VACUUM ANALYZE;
SELECT perfcheck_add_query('by_label', 'SELECT id FROM doc WHERE labels @> ARRAY[$1] ORDER BY at DESC LIMIT 20', types => '{text}');
SELECT perfcheck_add_query('by_labels', 'SELECT count(*) FROM doc WHERE labels && $1', types => '{text[]}');
SELECT perfcheck_add_query('by_attr', 'SELECT id FROM doc WHERE attrs @> $1 LIMIT 20', types => '{jsonb}');
SELECT perfcheck_add_query('by_lot', 'SELECT id FROM doc WHERE attrs @> jsonb_build_object(''lot'', $1::int)');
SELECT perfcheck_add_query('by_word', 'SELECT id FROM doc WHERE words @@ plainto_tsquery(''simple'', $1) ORDER BY at DESC LIMIT 20');
SELECT perfcheck_add_query('by_any', 'SELECT id FROM doc WHERE $1 = ANY (labels) ORDER BY at DESC LIMIT 20', types => '{text}');
SELECT perfcheck_add_query('by_regex', 'SELECT id FROM doc WHERE body ~* $1 LIMIT 20');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['by_label','by_any']) q, (VALUES ('common','news'),('rare','l100'),('absent','none')) v(l,v);
SELECT hurts('by_labels', l, ARRAY[v]) FROM (VALUES ('common','{news}'),('rare','{l100}'),('absent','{none}')) v(l,v);
SELECT hurts('by_attr', l, ARRAY[v]) FROM (VALUES ('common','{"color":"red"}'),('absent','{"color":"none"}')) v(l,v);
SELECT hurts('by_lot', l, ARRAY[v]) FROM (VALUES ('one','50'),('absent','-1')) v(l,v);
SELECT hurts('by_word', l, ARRAY[v]) FROM (VALUES ('common','update'),('absent','none'),('one',md5('77'))) v(l,v);
SELECT hurts('by_regex', l, ARRAY[v]) FROM (VALUES ('common','upd'),('absent','zzzzz')) v(l,v);
