-- Recipes by the name of a label. Each name stands once in the table of labels;
-- one label is on half of the recipes, one on none, the others on a few each.
-- fixed: label
CREATE TABLE label (id int PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE recipe (
    id bigint PRIMARY KEY, posted_at timestamptz NOT NULL, visible boolean NOT NULL, title text NOT NULL);
CREATE TABLE recipe_label (
    recipe_id bigint NOT NULL REFERENCES recipe, label_id int NOT NULL REFERENCES label,
    PRIMARY KEY (recipe_id, label_id));
INSERT INTO label SELECT i, 'label-' || i FROM generate_series(1, 500) AS i;
INSERT INTO recipe
SELECT i, '2024-03-01'::timestamptz + dice(i, 1) * interval '500 days', dice(i, 2) < 0.95, repeat('soup ', 12)
FROM generate_series(1, 20000 * :s) AS i;
INSERT INTO recipe_label SELECT i, 250 FROM generate_series(1, 20000 * :s) AS i WHERE dice(i, 3) < 0.5;
INSERT INTO recipe_label
SELECT i, 1 + (dice(i, 4) * 480)::int FROM generate_series(1, 20000 * :s) AS i ON CONFLICT DO NOTHING;
CREATE INDEX ON recipe_label (label_id, recipe_id);
CREATE INDEX ON recipe (posted_at);
VACUUM ANALYZE;

SELECT perfcheck_add_query('by_label_name', 'SELECT r.id, r.title, r.posted_at FROM recipe r
    JOIN recipe_label rl ON rl.recipe_id = r.id JOIN label l ON l.id = rl.label_id
    WHERE l.name = $1 AND r.visible ORDER BY r.posted_at DESC LIMIT 20');
SELECT perfcheck_add_query('by_label_exists', 'SELECT r.id, r.title FROM recipe r WHERE r.visible AND EXISTS (
    SELECT 1 FROM recipe_label rl JOIN label l ON l.id = rl.label_id
    WHERE rl.recipe_id = r.id AND l.name = $1) ORDER BY r.posted_at DESC LIMIT 20');
SELECT perfcheck_add_query('label_by_name', 'SELECT id FROM label WHERE name = $1');
SELECT hurts(q, l, ARRAY[v]) FROM unnest(ARRAY['by_label_name', 'by_label_exists', 'label_by_name']) AS q,
    (VALUES ('a label', 'label-17'), ('popular', 'label-250'), ('on no recipe', 'label-499'), ('absent', 'none')) AS v(l, v);

-- The date beside the label, newest first: the page is read from the index.
-- phase: mended
SELECT perfcheck_drop_query(name) FROM perfcheck_query;
ALTER TABLE recipe_label ADD COLUMN posted_at timestamptz;
UPDATE recipe_label SET posted_at = r.posted_at FROM recipe AS r WHERE r.id = recipe_id;
CREATE INDEX ON recipe_label (label_id, posted_at);
VACUUM (FULL, ANALYZE) recipe_label;
SELECT perfcheck_add_query('by_label_mended', 'SELECT r.id, r.title, rl.posted_at FROM recipe_label rl
    JOIN recipe r ON r.id = rl.recipe_id WHERE rl.label_id = (SELECT l.id FROM label l WHERE l.name = $1)
    AND r.visible ORDER BY rl.posted_at DESC LIMIT 20');
SELECT hurts('by_label_mended', l, ARRAY[v]) FROM
    (VALUES ('a label', 'label-17'), ('popular', 'label-250'), ('on no recipe', 'label-499'), ('absent', 'none')) AS v(l, v);
