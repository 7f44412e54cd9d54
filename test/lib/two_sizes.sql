-- For tests that hold the projections of small tables against what the same query
-- examines on large ones: schemas small and large have the same tables, the second 50
-- times as large.
CREATE PROCEDURE add_both(name text, sql text) LANGUAGE plpgsql AS $$
DECLARE
	before text := current_setting('search_path');
BEGIN
	SET search_path = small, public;
	PERFORM perfcheck_add_query(name || ' small', sql);
	SET search_path = large, public;
	PERFORM perfcheck_add_query(name || ' large', sql);
	PERFORM set_config('search_path', before, false);
END $$;
-- Whether the projection is right within a factor of 2, of counts above 100, and
-- whether what is true grows with the table.
CREATE FUNCTION compare(OUT query text, OUT label text, OUT within_2x bool, OUT grows bool)
RETURNS SETOF record LANGUAGE sql AS $$
	WITH small AS MATERIALIZED (
		SELECT left(p.query, -6) AS query, p.label, p.rows_examined, p.rows_projected
		FROM perfcheck_query AS q CROSS JOIN LATERAL perfcheck_plan(q.name, 50) AS p
		WHERE q.name ~ ' small$' AND p.plan_mode = 'custom'
	), large AS MATERIALIZED (
		SELECT left(p.query, -6) AS query, p.label, p.rows_examined
		FROM perfcheck_query AS q CROSS JOIN LATERAL perfcheck_plan(q.name, 1) AS p
		WHERE q.name ~ ' large$' AND p.plan_mode = 'custom'
	)
	SELECT query, label,
		greatest(s.rows_projected, 100) <= 2 * greatest(l.rows_examined, 100) AND
		greatest(l.rows_examined, 100) <= 2 * greatest(s.rows_projected, 100),
		l.rows_examined > 5 * greatest(s.rows_examined, 100)
	FROM small AS s JOIN large AS l USING (query, label)
	ORDER BY query COLLATE "C", label COLLATE "C";
$$;
CREATE PROCEDURE drop_both() LANGUAGE sql AS $$
	SELECT perfcheck_drop_query(name) FROM perfcheck_query WHERE enabled;
$$;
