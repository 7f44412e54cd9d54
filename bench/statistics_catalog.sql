-- A catalog of 500 tables for statistics.sh: 200 of up to 100 rows, as those of kinds and
-- settings, 150 of up to 1,000, 100 of 5,000, 40 of 10,000 and 10 of 50,000. Each has a key, a reference to a table before it, and one to
-- sixteen columns more of the kinds that applications have.
CREATE FUNCTION pg_temp.word(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT (ARRAY['ka','lo','mi','ne','ru','sta','ver','don','ti','bel'])[1 + (n % 10)::int] ||
		(ARRAY['ren','sel','tor','mar','lin','ges','pol','dan','vik','ost'])[1 + (n / 10 % 10)::int] ||
		(ARRAY['a','burg','ino','er','sen','holm','wick','ova','ton','y'])[1 + (n / 100 % 10)::int] $$;
DO $do$
DECLARE
	kinds text[] := ARRAY[
		'name text|initcap(pg_temp.word(floor(1000 * random() ^ 2)::bigint)) || '' '' || initcap(pg_temp.word(floor(1000 * random())::bigint))',
		'status text|(ARRAY[''new'', ''open'', ''closed'', ''lost''])[1 + floor(4 * random() ^ 3)::int]',
		'created_at timestamptz|timestamptz ''2026-01-01 00:00Z'' + g * interval ''7 minutes''',
		'amount numeric(12,2)|round((random() ^ 3 * 10000)::numeric, 2)',
		'active boolean|random() < 0.9',
		'email text|pg_temp.word(g) || g || ''@'' || pg_temp.word(g % 40) || ''.example''',
		'quantity int|floor(50 * random() ^ 2)::int',
		'updated_at timestamptz|CASE WHEN random() < 0.7 THEN timestamptz ''2026-01-01 00:00Z'' + floor(random() * 1e7) * interval ''1 second'' END',
		'city text|initcap(pg_temp.word(floor(300 * random() ^ 3)::bigint))',
		'country char(2)|chr(65 + floor(20 * random() ^ 2)::int) || chr(65 + g % 3)',
		'note text|CASE WHEN random() < 0.2 THEN pg_temp.word(g) || '' '' || pg_temp.word(g / 7) || '' '' || pg_temp.word(g / 3) END',
		'day date|date ''2026-01-01'' + floor(random() * 700)::int',
		'code varchar(8)|lpad(g::text, 8, ''0'')',
		'uid uuid|gen_random_uuid()',
		'doc jsonb|jsonb_build_object(''kind'', g % 5, ''label'', pg_temp.word(g % 200))',
		'kind smallint|floor(7 * random())::smallint'];
	columns int;
	rows bigint;
BEGIN
	PERFORM setseed(0.5);
	FOR t IN 1 .. 500 LOOP
		columns := 1 + t * 7 % 16;
		rows := CASE WHEN t > 490 THEN 50000 WHEN t > 450 THEN 10000 WHEN t > 350 THEN 5000
			WHEN t > 200 THEN 100 + (t - 200) * 6 ELSE 2 + t / 2 END;
		EXECUTE format('CREATE TABLE t%s (id bigint PRIMARY KEY, parent_id bigint %s, %s)', t,
			CASE WHEN t > 1 THEN 'REFERENCES t' || greatest(t / 2, 1) END,
			(SELECT string_agg(split_part(k, '|', 1), ', ' ORDER BY n) FROM unnest(kinds) WITH ORDINALITY u(k, n) WHERE n <= columns));
		EXECUTE format('INSERT INTO t%s SELECT g, %s, %s FROM generate_series(1, %s) g', t,
			CASE WHEN t = 1 THEN 'NULL' ELSE format('1 + floor((SELECT count(*) FROM t%s) * random() ^ 2)::bigint', greatest(t / 2, 1)) END,
			(SELECT string_agg(regexp_replace(k, '^[^|]*\|', ''), ', ' ORDER BY n) FROM unnest(kinds) WITH ORDINALITY u(k, n) WHERE n <= columns),
			rows);
		EXECUTE format('CREATE INDEX ON t%s (parent_id)', t);
	END LOOP;
END
$do$;
ANALYZE;
