-- A function that looks a value up: called for each row if it is volatile, once if
-- it is stable. What its own statements examine is work of the query.
-- fixed: salt
CREATE TABLE salt (name text PRIMARY KEY, value int NOT NULL);
INSERT INTO salt SELECT 'k' || i, i FROM generate_series(1, 100) AS i;
CREATE TABLE voter (id bigint PRIMARY KEY, ward int NOT NULL, name text NOT NULL);
INSERT INTO voter SELECT i, i % 20, md5(i::text) FROM generate_series(1, 20000 * :s) AS i;
CREATE INDEX ON voter (ward, id);
CREATE FUNCTION salt_of(n text) RETURNS bigint LANGUAGE plpgsql AS $$BEGIN RETURN (SELECT value FROM public.salt WHERE name = n); END$$;
CREATE FUNCTION salt_stable(n text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$BEGIN RETURN (SELECT value FROM public.salt WHERE name = n); END$$;
CREATE FUNCTION voters_named(n text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$BEGIN RETURN (SELECT count(*) FROM public.voter WHERE name = n); END$$;
CREATE FUNCTION voters_of(w int) RETURNS SETOF voter LANGUAGE plpgsql STABLE AS $$BEGIN RETURN QUERY SELECT * FROM public.voter WHERE ward = w ORDER BY id LIMIT 20; END$$;
CREATE FUNCTION voters_by_name(n text) RETURNS SETOF voter LANGUAGE plpgsql STABLE AS $$BEGIN RETURN QUERY SELECT * FROM public.voter WHERE name = n; END$$;
VACUUM ANALYZE;

SELECT perfcheck_add_query('by_volatile', 'SELECT * FROM voter WHERE id = salt_of($1)');
SELECT perfcheck_add_query('by_stable', 'SELECT * FROM voter WHERE id = salt_stable($1)');
SELECT perfcheck_add_query('by_subquery', 'SELECT * FROM voter WHERE id = (SELECT salt_of($1))');
SELECT perfcheck_add_query('for_each_row', 'SELECT id, salt_stable(''k'' || ward) FROM voter WHERE ward = $1 LIMIT 2000');
SELECT perfcheck_add_query('scan_in_list', 'SELECT id, voters_named(name) FROM voter WHERE ward = $1 ORDER BY id LIMIT 20');
SELECT perfcheck_add_query('page_function', 'SELECT * FROM voters_of($1)');
SELECT perfcheck_add_query('scan_function', 'SELECT * FROM voters_by_name($1)');
SELECT perfcheck_add_case(q, 'a key', ARRAY['k77']) FROM unnest(ARRAY['by_volatile', 'by_stable', 'by_subquery']) AS q;
SELECT perfcheck_add_case('page_function', 'a ward', ARRAY['3']);
SELECT perfcheck_add_case('scan_function', 'a name', ARRAY[md5('77')]);
SELECT hurts(q, 'a key', ARRAY['k77']) FROM unnest(ARRAY['by_volatile', 'by_stable', 'by_subquery']) AS q;
SELECT hurts(q, 'a ward', ARRAY['3']) FROM unnest(ARRAY['for_each_row', 'scan_in_list', 'page_function']) AS q;
SELECT hurts('scan_function', 'a name', ARRAY[md5('77')]);
