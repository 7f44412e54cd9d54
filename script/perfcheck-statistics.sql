-- Writes the statistics of a database as a file (docs/statistics.md). It needs no extension,
-- writes nothing, and takes no lock but ACCESS SHARE; any role may run it, and sees what
-- pg_stats shows it.
--   psql -X -f perfcheck-statistics.sql -v schemas=shop,public production > shop.statistics
-- schemas   names, without quotes, between commas; without it all but the system's
-- values    hashed (the default): text becomes made-up words of equal length and order, and
--           other types that may tell of a person are left out; numbers, times and enums stand
--           plain: values stand as they are; none: no value at all
-- keep      columns, as table.column between commas, whose values stand under hashed
-- salt      a text that makes the words those of another run; without it they are of this one
-- seconds   for how long rows may be read, for the children of parents; 0: none are (30)
-- pages     tables of more pages are sampled, by an index of the foreign key (16384)
\set QUIET on
\set ON_ERROR_STOP on
\set ON_ERROR_ROLLBACK off
\set AUTOCOMMIT on
\set ECHO none
\set FETCH_COUNT 0
\timing off
\encoding UTF8
\pset format unaligned
\pset tuples_only on
\pset expanded off
\pset pager off
\pset null ''
\pset recordsep '\n'
\if :{?schemas}
\else
\set schemas ''
\endif
\if :{?values}
\else
\set values hashed
\endif
\if :{?keep}
\else
\set keep ''
\endif
\if :{?salt}
\else
\set salt ''
\endif
\if :{?seconds}
\else
\set seconds 30
\endif
\if :{?pages}
\else
\set pages 16384
\endif

-- Settings are those of a transaction, since a pooler may give the connection to others.
SELECT $q$
SET LOCAL standard_conforming_strings = on;
SET LOCAL search_path = pg_catalog;
SET LOCAL statement_timeout = '60s';
SET LOCAL lock_timeout = '2s';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL TimeZone = 'UTC';
SET LOCAL bytea_output = 'hex';
SET LOCAL extra_float_digits = 1;
SET LOCAL quote_all_identifiers = off;
SET LOCAL lc_monetary = 'C';
SET LOCAL row_security = on;
SET LOCAL work_mem = '32MB';
SET LOCAL jit = off
$q$ AS begin_sql \gset
BEGIN TRANSACTION READ ONLY;
:begin_sql;

SELECT :'values' IN ('plain', 'hashed', 'none') AS values_known,
	current_setting('server_version_num')::int < 140000 AS too_old,
	current_setting('server_version_num')::int >= 170000 AS has_ranges,
	current_setting('server_version_num')::int >= 150000 AS has_inherited,
	:'values' = 'hashed' AS is_hashed,
	CASE WHEN :'salt' = '' THEN gen_random_uuid()::text ELSE :'salt' END AS salt,
	-- What prints an index or a CHECK would wait for these.
	(SELECT coalesce(array_agg(DISTINCT l.relation), '{}') FROM pg_locks l
	 WHERE l.mode = 'AccessExclusiveLock' AND l.relation IS NOT NULL
		AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())) AS locked,
	clock_timestamp() + :'seconds'::float8 * interval '1 second' AS deadline \gset
\if :values_known
\else
SELECT format('values is %s, and not plain, hashed or none', :'values')::int;
\endif
\if :too_old
SELECT 'the server is older than PostgreSQL 14'::int;
\endif
SELECT CASE WHEN btrim(:'schemas') <> '' THEN
		(SELECT array_agg(btrim(s) ORDER BY s) FROM unnest(string_to_array(:'schemas', ',')) s
		 WHERE quote_ident(btrim(s))::regnamespace IS NOT NULL)
	ELSE (SELECT array_agg(nspname::text ORDER BY nspname) FROM pg_namespace
		  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
	END AS schemas \gset

\if :has_ranges
\set ranges 's.range_bounds_histogram::text::text[] AS range_bounds, s.range_length_histogram::text::text[] AS range_lengths, s.range_empty_frac'
\else
\set ranges 'NULL::text[] AS range_bounds, NULL::text[] AS range_lengths, NULL::float4 AS range_empty_frac'
\endif
\if :has_inherited
\set inherited 'AND e.inherited = (r.kind = \'p\')'
\set expression_inherited 'AND s.inherited = e.inherited'
\else
\set inherited ''
\set expression_inherited ''
\endif

-- The tables, without those of extensions and temporary ones.
SELECT $q$
	SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind,
		CASE WHEN c.relispartition THEN
			(SELECT format('%I.%I', pn.nspname, p.relname) FROM pg_inherits i
			 JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
			 WHERE i.inhrelid = c.oid) END AS partition_of
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = ANY (@schemas@::text[]) AND c.relkind IN ('r', 'p', 'm', 'f') AND c.relpersistence <> 't'
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
$q$ AS relations \gset
-- A name may hold what is replaced below: no @ stands in the text of a value.
SELECT format('translate(%L, chr(1), chr(64))', translate(:'schemas', '@', chr(1))) AS schemas_text,
	format('translate(%L, chr(1), chr(64))', translate(:'keep', '@', chr(1))) AS keep_text,
	format('translate(%L, chr(1), chr(64))', translate(:'salt', '@', chr(1))) AS salt_text \gset
SELECT replace(:'relations', '@schemas@', :'schemas_text') AS relations \gset

-- A partitioned table has the rows and pages of its partitions.
SELECT $q$
	WITH RECURSIVE part(oid) AS (SELECT t.oid FROM pg_class t WHERE t.oid = $q$ AS size_head, $q$
		UNION ALL SELECT i.inhrelid FROM part p JOIN pg_class c ON c.oid = p.oid AND c.relkind = 'p'
		JOIN pg_inherits i ON i.inhparent = p.oid)
	SELECT sum(coalesce(nullif(c.reltuples, -1), nullif(pg_stat_get_live_tuples(c.oid), 0)))::float8 AS rows, sum(c.relpages::bigint) AS pages
	FROM part p JOIN pg_class c ON c.oid = p.oid WHERE c.relkind <> 'p'
$q$ AS size_tail \gset

-- The columns, each with what may be told of its values: keep, all; text, as words; elements,
-- of an array of text or a tsvector; json, with other strings; none.
SELECT replace(replace($q$
	WITH RECURSIVE relation AS MATERIALIZED (@relations@),
	basetype(oid, base) AS (
		SELECT t.oid, t.oid FROM pg_type t WHERE t.typtype <> 'd'
		UNION ALL SELECT t.oid, b.base FROM pg_type t JOIN basetype b ON b.oid = t.typbasetype WHERE t.typtype = 'd'),
	harmless(oid) AS (
		SELECT t.oid FROM pg_type t
		WHERE t.typtype = 'e' OR t.oid IN ('bool'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'float4'::regtype,
			'float8'::regtype, 'numeric'::regtype, 'money'::regtype, 'oid'::regtype, 'date'::regtype, 'time'::regtype,
			'timetz'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype, 'interval'::regtype, 'uuid'::regtype)),
	harmless_more(oid) AS (
		SELECT oid FROM harmless
		UNION SELECT t.typarray FROM pg_type t JOIN harmless h ON h.oid = t.oid WHERE t.typarray <> 0
		UNION SELECT r.rngtypid FROM pg_range r JOIN harmless h ON h.oid = r.rngsubtype
		UNION SELECT r.rngmultitypid FROM pg_range r JOIN harmless h ON h.oid = r.rngsubtype),
	told AS (
		SELECT r.oid, r.schema, r.name, r.kind, a.attname AS attribute, a.attnum, a.attcollation, b.base,
			format_type(a.atttypid, a.atttypmod) AS type,
			row_number() OVER (PARTITION BY r.oid ORDER BY a.attnum) AS position,
			s.null_frac, s.avg_width AS width, s.n_distinct, s.most_common_vals::text::text[] AS common_values,
			s.most_common_freqs AS common_freqs, CASE WHEN b.base = 'uuid'::regtype AND s.most_common_vals IS NULL THEN
				-- They are random, and bounds say nothing but of which version they are.
				ARRAY(SELECT v FROM unnest(s.histogram_bounds::text::text[]) WITH ORDINALITY u(v, n) WHERE n % 10 = 1 ORDER BY n)
				ELSE s.histogram_bounds::text::text[] END AS bounds, s.correlation,
			s.most_common_elems::text::text[] AS common_elements, s.most_common_elem_freqs AS element_freqs,
			s.elem_count_histogram AS element_counts, @ranges@
		FROM relation r
		JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
		JOIN basetype b ON b.oid = a.atttypid
		LEFT JOIN pg_stats s ON s.schemaname = r.schema AND s.tablename = r.name AND s.attname = a.attname
			AND s.inherited = (r.kind = 'p'))
	SELECT t.*, CASE
		WHEN p.mode IN ('plain', 'none') THEN CASE p.mode WHEN 'plain' THEN 'keep' ELSE 'none' END
		WHEN t.base IN (SELECT oid FROM harmless_more) OR t.name || '.' || t.attribute = ANY (p.keep)
			OR t.schema || '.' || t.name || '.' || t.attribute = ANY (p.keep) THEN 'keep'
		WHEN t.base IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'name'::regtype)
			OR (SELECT y.typname = 'citext' FROM pg_type y WHERE y.oid = t.base) THEN
			-- A CHECK that lists the values tells them anyway.
			CASE WHEN t.common_values IS NOT NULL AND t.bounds IS NULL AND t.oid <> ALL (@locked@::oid[]) AND EXISTS (
				SELECT FROM pg_constraint c WHERE c.conrelid = t.oid AND c.contype = 'c' AND c.conkey = ARRAY[t.attnum]
					AND NOT EXISTS (SELECT FROM unnest(t.common_values) v
						WHERE position(quote_literal(v) IN pg_get_constraintdef(c.oid)) = 0))
				THEN 'keep' ELSE 'text' END
		WHEN t.base IN ('text[]'::regtype, 'varchar[]'::regtype, 'bpchar[]'::regtype, 'name[]'::regtype, 'tsvector'::regtype) THEN 'elements'
		WHEN t.base IN ('json'::regtype, 'jsonb'::regtype) THEN 'json'
		ELSE 'none' END AS telling
	FROM told t CROSS JOIN (VALUES (@mode@, string_to_array(replace(@keep@, ' ', ''), ','))) p(mode, keep)
$q$, '@relations@', :'relations'), '@ranges@', :'ranges') AS columns \gset
SELECT replace(replace(replace(:'columns', '@mode@', quote_literal(:'values')), '@keep@', :'keep_text'),
	'@locked@', quote_literal(:'locked')) AS columns \gset

-- --- what the file says first -------------------------------------------------
SELECT '-- perfcheck statistics of ' || regexp_replace(current_database(), '[^[:print:]]', ' ', 'g') || E'\n-- values: ' || CASE :'values'
	WHEN 'plain' THEN 'plain. It holds values of rows, as they are: treat it like the data'
	WHEN 'hashed' THEN 'hashed. Text is made-up words; numbers, times, identifiers and enums stand as they are'
	ELSE 'none. It holds no value of any row' END;
SELECT json_strip_nulls(to_json(x)) FROM (
	SELECT 'statistics' AS what, 1 AS version, :'values' AS values, now() AS taken_at,
		current_setting('server_version_num')::int AS server_version, current_database() AS database,
		:'schemas'::text[] AS schemas, current_setting('block_size')::int AS block_size,
		(SELECT json_object_agg(s.name, current_setting(s.name) ORDER BY s.name) FROM pg_settings s
		 WHERE s.setting IS DISTINCT FROM s.boot_val AND s.source NOT IN ('session') AND (s.category LIKE 'Query Tuning%'
			OR s.name IN ('work_mem', 'hash_mem_multiplier', 'effective_io_concurrency', 'max_parallel_workers_per_gather',
				'max_parallel_workers', 'shared_buffers', 'jit', 'default_statistics_target'))) AS settings) x;

-- --- sizes, indexes, columns ----------------------------------------------------
SELECT json_strip_nulls(to_json(x)) FROM (
	SELECT 'table' AS what, r.schema, r.name, r.kind, z.rows, CASE WHEN r.kind <> 'p' THEN z.pages END AS pages, r.partition_of
	FROM (:relations) r CROSS JOIN LATERAL (:size_head r.oid :size_tail) z
	ORDER BY r.schema, r.name) x;
SELECT json_strip_nulls(to_json(x)) FROM (
	SELECT 'index' AS what, r.schema, r.name, c.relname AS index, m.amname AS method,
		CASE WHEN c.relkind = 'i' THEN c.relpages END AS pages,
		CASE WHEN c.relkind = 'i' AND c.reltuples >= 0 THEN c.reltuples END AS rows,
		CASE WHEN i.indrelid = ANY (:'locked'::oid[]) THEN NULL WHEN i.indpred IS NULL OR :'values' = 'plain' THEN pg_get_indexdef(c.oid)
			ELSE regexp_replace(pg_get_indexdef(c.oid), '''([^'']|'''')*''', '''...''', 'g') END AS definition
	FROM (:relations) r JOIN pg_index i ON i.indrelid = r.oid JOIN pg_class c ON c.oid = i.indexrelid
	JOIN pg_am m ON m.oid = c.relam
	ORDER BY r.schema, r.name, c.relname) x;

-- The lines of columns stand by type and name, since columns that are alike compress well
-- side by side. What is long is put behind the rest as it is: to strip NULLs from it takes
-- as long as all else.
SELECT $q$
	left(json_strip_nulls(json_build_object('what', 'column', 'schema', schema, 'name', name, 'attribute', attribute, 'type', type,
		'position', position, 'null_frac', null_frac, 'width', width, 'n_distinct', n_distinct))::text, -1)
	|| coalesce(',"common_values":' || to_json(common_values)::text, '') || coalesce(',"common_freqs":' || to_json(common_freqs)::text, '')
	|| coalesce(',"bounds":' || to_json(bounds)::text, '') || coalesce(',"correlation":' || correlation, '') || coalesce(',"common_elements":' || to_json(common_elements)::text, '')
	|| coalesce(',"element_freqs":' || to_json(element_freqs)::text, '') || coalesce(',"element_counts":' || to_json(element_counts)::text, '')
$q$ AS column_line, 'type, attribute, schema, name' AS column_order \gset

-- JSON in which strings are made-up words; keys that look like names of code stand.
SELECT replace($q$
	(SELECT string_agg(CASE WHEN m[1] IS NULL THEN m[3]
			WHEN m[2] IS NOT NULL AND m[1] ~ '^"[A-Za-z_][A-Za-z0-9_]{0,40}"$' THEN m[1] || m[2]
			ELSE '"' || substr(translate(repeat(left(md5(m[1] || @salt@), 8), char_length(m[1]) / 8 + 1),
				'0123456789abcdef', 'bdefghikmnoprstu'), 1, char_length(m[1]) - 2) || '"' || coalesce(m[2], '') END, '' ORDER BY n)
		FROM regexp_matches(v, '("(?:[^"\\]|\\.)*")(\s*:)?|([^"]+)', 'g') WITH ORDINALITY t(m, n))
$q$, '@salt@', :'salt_text') AS json_words \gset
SELECT :column_line
	|| coalesce(',"range_bounds":' || to_json(range_bounds)::text, '') || coalesce(',"range_lengths":' || to_json(range_lengths)::text, '')
	|| coalesce(',"range_empty_frac":' || range_empty_frac, '') || coalesce(',"sample":' || sample::text, '') || '}'
FROM (
	SELECT schema, name, attribute, type, position, null_frac, width, n_distinct,
		CASE WHEN telling = 'keep' THEN common_values
			-- Two documents that have become the same would be one value.
			WHEN telling = 'json' AND base = 'jsonb'::regtype THEN (
				SELECT CASE WHEN count(DISTINCT w) = count(*) AND sum(octet_length(w)) < 50000 THEN array_agg(w ORDER BY at) END
				FROM (SELECT (:json_words)::jsonb::text AS w, at FROM unnest(common_values) WITH ORDINALITY u(v, at)) u)
			END AS common_values, common_freqs,
		CASE WHEN telling = 'keep' THEN bounds END AS bounds, correlation,
		CASE WHEN telling = 'keep' THEN common_elements END AS common_elements, element_freqs, element_counts,
		CASE WHEN telling = 'keep' THEN range_bounds END AS range_bounds, range_lengths, range_empty_frac,
		-- From all over the bounds: short documents come first in their order.
		CASE WHEN telling = 'json' AND (common_values IS NOT NULL OR bounds IS NOT NULL) THEN (
			SELECT to_json(array_agg(:json_words)) FROM (
				SELECT v FROM unnest(coalesce(nullif(bounds, '{}'), common_values)) WITH ORDINALITY u(v, at)
				WHERE at * 50 / greatest(cardinality(coalesce(nullif(bounds, '{}'), common_values)), 50)
					> (at - 1) * 50 / greatest(cardinality(coalesce(nullif(bounds, '{}'), common_values)), 50)) u) END AS sample
	FROM (:columns) c
	WHERE telling NOT IN ('text', 'elements')
	ORDER BY :column_order) x;

-- Words for values. In each collation the values of all columns are put into order, and
-- each gets a place between 0 and 29^6, its word being the digits of the place: words are
-- then ordered as the values are. The word of a short value has only its first digits, so
-- the places before it are left free. Four digits do unless there are very many values.
-- What follows them is made of the salt and the word, eight letters that repeat. Should the words be too many for all columns together, each column
-- has an order of its own; and if they still do not fit, or another order comes out, as
-- it may in languages with letters of their own, the column's values are left out.
\if :is_hashed
SELECT $q$
	WITH columns AS MATERIALIZED (
		SELECT c.schema, c.name, c.attribute, c.type, c.position, c.null_frac, c.width, c.n_distinct, c.common_freqs,
			c.correlation, c.element_freqs, c.element_counts, c.telling, row_number() OVER () AS id, c.common_elements,
			CASE WHEN c.base IN (SELECT oid FROM pg_type WHERE typname = 'citext') THEN lower(c.common_values::text)::text[]
				ELSE c.common_values END AS common_values,
			CASE WHEN c.base IN (SELECT oid FROM pg_type WHERE typname = 'citext') THEN lower(c.bounds::text)::text[]
				ELSE c.bounds END AS bounds
		FROM (@columns@) c
		WHERE telling IN ('text', 'elements') AND CASE WHEN attcollation = 0 THEN 'pg_catalog."C"' ELSE attcollation::regcollation::text END = @collation@),
	value AS MATERIALIZED (
		SELECT c.id, u.part, u.n, u.v
		FROM columns c CROSS JOIN LATERAL (
			SELECT 1 AS part, v, n FROM unnest(common_values) WITH ORDINALITY t(v, n) WHERE telling = 'text'
			UNION ALL SELECT 2, v, n FROM unnest(bounds) WITH ORDINALITY t(v, n) WHERE telling = 'text'
			UNION ALL SELECT 3, v, n FROM unnest(common_elements) WITH ORDINALITY t(v, n) WHERE telling = 'elements') u
		WHERE u.v IS NOT NULL),
	one AS MATERIALIZED (
		SELECT v, char_length(rtrim(v)) AS length, @order@ AS ordered FROM (SELECT DISTINCT v FROM value WHERE rtrim(v) <> '') d),
	-- Read if the words are too many together, or another order comes out.
	pair AS MATERIALIZED (SELECT id, v, char_length(rtrim(v)) AS length FROM (SELECT DISTINCT id, v FROM value) d),
	letters(places, steps) AS (VALUES (594823321::float8, '{20511149,707281,24389,841,841}'::float8[])),
	room AS (
		SELECT coalesce(sum(steps[length]) FILTER (WHERE length < 6), 0) + count(*) FILTER (WHERE length >= 6) < places AS together,
			floor((places - 1 - coalesce(sum(steps[length]) FILTER (WHERE length < 6), 0)) /
				greatest(count(*) FILTER (WHERE length >= 6), 1)) AS step
		FROM one, letters GROUP BY places),
	stepped AS (
		SELECT NULL::bigint AS id, v, length, ordered,
			CASE WHEN length < 6 THEN steps[length] ELSE step END AS step FROM one, room, letters WHERE together
		UNION ALL
		SELECT id, v, length, @order@,
			CASE WHEN length < 6 THEN steps[length]
			ELSE floor((places - 1 - coalesce(sum(steps[length]) FILTER (WHERE length < 6) OVER (PARTITION BY id), 0)) /
				greatest(count(*) FILTER (WHERE length >= 6) OVER (PARTITION BY id), 1)) END
		FROM pair, room, letters WHERE NOT together AND length > 0),
	rounded AS (
		SELECT id, v, length, ordered, CASE WHEN length >= 6 AND step >= 841 THEN floor(step / 841) * 841 ELSE step END AS step
		FROM stepped),
	placed AS (
		SELECT id, v, length, CASE WHEN bool_and(floor(step / 841) * 841 = step) OVER (PARTITION BY id) THEN 4 ELSE 6 END AS digits,
			(floor(sum(step) OVER (PARTITION BY id ORDER BY ordered, v ROWS UNBOUNDED PRECEDING) / step) * step)::bigint AS place,
			bool_and(step > 0) OVER (PARTITION BY id) AND sum(step) OVER (PARTITION BY id) < places AS fits
		FROM rounded CROSS JOIN letters),
	-- What follows the digits, and how many marks it has: what is no mark is made into letters.
	rest AS (
		SELECT p.*, '0123456789bdefghikmnopqrstuvx' AS a, m.marks, substr(rtrim(v), digits + 1) AS rest,
			translate(substr(rtrim(v), digits + 1), m.marks, repeat(' ', length(m.marks))) AS spaced
		FROM placed p, (VALUES (@marks@)) m(marks) WHERE place BETWEEN 0 AND 594823320),
	word AS MATERIALIZED (
		SELECT id, v, fits, substr(substr(a, (place / 20511149)::int + 1, 1) || substr(a, (place / 707281 % 29)::int + 1, 1) ||
				substr(a, (place / 24389 % 29)::int + 1, 1) || substr(a, (place / 841 % 29)::int + 1, 1) ||
				substr(a, (place / 29 % 29)::int + 1, 1) || substr(a, (place % 29)::int + 1, 1), 1, least(length, digits)) ||
			CASE WHEN rest = '' THEN ''
			WHEN position(' ' IN spaced) = 0 THEN @letters@ rest @end@
			ELSE array_to_string(ARRAY(
				SELECT CASE WHEN piece = '' THEN '' ELSE @letters@ piece @end@ END || coalesce(mark, '')
				FROM unnest(string_to_array(spaced, ' '),
					string_to_array(regexp_replace(rest, '[^\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+', '', 'g'), NULL)) t(piece, mark)), '')
			END || substr(v, length + 1) AS w
		FROM rest),
	-- Where all words are in order, they are so in each column.
	in_order AS MATERIALIZED (
		SELECT coalesce(bool_and(coalesce(before < w COLLATE @collation_sql@, true)), true) AND bool_and(together) AS whole
		FROM room LEFT JOIN (SELECT w, lag(w) OVER (ORDER BY @order@, v) AS before FROM word) x ON together),
	replaced AS MATERIALIZED (
		SELECT u.id, u.part, u.n, u.v, CASE WHEN rtrim(u.v) = '' THEN u.v ELSE w.w END AS w, rtrim(u.v) = '' OR coalesce(w.fits, false) AS fits
		FROM value u LEFT JOIN word w ON w.v = u.v AND (w.id IS NULL OR w.id = u.id)),
	disordered AS MATERIALIZED (
		SELECT DISTINCT id FROM (SELECT id, w, lag(w) OVER (PARTITION BY id ORDER BY @order@, v) AS before FROM (
			SELECT DISTINCT id, v, w FROM replaced) r) x
		WHERE (SELECT NOT whole FROM in_order) AND NOT coalesce(before < w COLLATE @collation_sql@, true)),
	words AS MATERIALIZED (
		SELECT r.id, array_agg(w ORDER BY part, n) FILTER (WHERE part = 1) AS common_values,
			array_agg(w ORDER BY part, n) FILTER (WHERE part = 2) AS bounds, array_agg(w ORDER BY part, n) FILTER (WHERE part = 3) AS elements
		FROM replaced r GROUP BY r.id HAVING bool_and(fits) AND r.id NOT IN (SELECT id FROM disordered))
	SELECT @line@ || '}'
	FROM (
		SELECT schema, name, attribute, type, position, null_frac, width, n_distinct, w.common_values, common_freqs, w.bounds,
			correlation, w.elements AS common_elements, element_freqs, element_counts
		FROM columns c LEFT JOIN words w USING (id)
		ORDER BY @line_order@) x
$q$ AS hashed \gset
SELECT string_agg(chr(i), '' ORDER BY i) AS marks FROM generate_series(1, 127) i
WHERE i NOT BETWEEN 48 AND 57 AND i NOT BETWEEN 65 AND 90 AND i NOT BETWEEN 97 AND 122 \gset
SELECT regexp_replace(:'hashed', '@letters@ (\w+) @end@', $q$substr(translate(repeat(left(md5(\1 || @salt@), 8),
				char_length(\1) / 8 + 1), '0123456789abcdef', 'bdefghikmnoprstu'), 1, char_length(\1))$q$, 'g') AS hashed \gset
SELECT replace(replace(replace(replace(replace(replace(replace(replace(:'hashed', '@line@', :'column_line'),
	'@line_order@', :'column_order'), '@columns@', :'columns'), '@salt@', :'salt_text'),
	'@marks@', quote_literal(:'marks')),
	'@order@', 'v COLLATE ' || coll), '@collation_sql@', coll), '@collation@', quote_literal(coll))
FROM (SELECT DISTINCT CASE WHEN a.attcollation = 0 THEN 'pg_catalog."C"' ELSE a.attcollation::regcollation::text END AS coll
	FROM (:relations) r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0
	WHERE a.attcollation <> 0 OR a.atttypid = 'tsvector'::regtype) x ORDER BY coll \gexec
\endif

-- --- extended statistics ----------------------------------------------------------
-- They are shown to the owner of the table alone. Up to 18 what they say of groups of columns
-- has numbers of columns as keys: "1, 2" and "1 => 2".
SELECT EXISTS (SELECT FROM pg_stats_ext) AS has_extended \gset
\if :has_extended
WITH columns AS MATERIALIZED (SELECT schema, name, attribute, telling FROM (:columns) c)
SELECT json_strip_nulls(to_json(x)) FROM (
	SELECT 'extended' AS what, e.schemaname AS schema, e.tablename AS name, e.statistics_name AS object,
		coalesce(e.attnames::text[], '{}') || coalesce(e.exprs, '{}') AS attributes,
		(SELECT json_agg(json_build_object('attributes', (SELECT json_agg((CASE WHEN u.number < 0 THEN e.exprs[-u.number] ELSE (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum = u.number) END) ORDER BY o) FROM unnest(g.numbers) WITH ORDINALITY u(number, o)),
				'ndistinct', g.value))
		 FROM (SELECT regexp_split_to_array(d.key, ', ')::int[] AS numbers, d.value::float8 AS value
			FROM jsonb_each_text(CASE WHEN e.n_distinct::text LIKE '{%' THEN e.n_distinct::text::jsonb END) d
			UNION ALL SELECT ARRAY(SELECT jsonb_array_elements_text(d -> 'attributes')::int), (d ->> 'ndistinct')::float8
			FROM jsonb_array_elements(CASE WHEN e.n_distinct::text LIKE '[%' THEN e.n_distinct::text::jsonb END) d) g) AS ndistinct,
		(SELECT json_agg(json_build_object('attributes', (SELECT json_agg((CASE WHEN u.number < 0 THEN e.exprs[-u.number] ELSE (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum = u.number) END) ORDER BY o) FROM unnest(g.numbers) WITH ORDINALITY u(number, o)),
				'dependency', (SELECT (CASE WHEN u.number < 0 THEN e.exprs[-u.number] ELSE (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum = u.number) END) FROM (VALUES (g.last)) u(number)), 'degree', g.value))
		 FROM (SELECT regexp_split_to_array(split_part(d.key, ' => ', 1), ', ')::int[] AS numbers, split_part(d.key, ' => ', 2)::int AS last,
				d.value::float8 AS value
			FROM jsonb_each_text(CASE WHEN e.dependencies::text LIKE '{%' THEN e.dependencies::text::jsonb END) d
			UNION ALL SELECT ARRAY(SELECT jsonb_array_elements_text(d -> 'attributes')::int), (d ->> 'dependency')::int, (d ->> 'degree')::float8
			FROM jsonb_array_elements(CASE WHEN e.dependencies::text LIKE '[%' THEN e.dependencies::text::jsonb END) d) g) AS dependencies,
		CASE WHEN told.told THEN (SELECT json_agg(ARRAY(SELECT CASE WHEN e.most_common_val_nulls[i][j] THEN NULL ELSE e.most_common_vals[i][j] END
				FROM generate_series(1, array_length(e.most_common_vals, 2)) j ORDER BY j)::text ORDER BY i)
			FROM generate_series(1, array_length(e.most_common_vals, 1)) i) END AS common_values,
		e.most_common_freqs AS common_freqs, expressions.expressions
	FROM (:relations) r
	JOIN pg_stats_ext e ON e.schemaname = r.schema AND e.tablename = r.name :inherited
	CROSS JOIN LATERAL (
		SELECT :'values' = 'plain' OR :'values' = 'hashed' AND e.exprs IS NULL AND NOT EXISTS (
			SELECT FROM columns c WHERE c.schema = e.schemaname AND c.name = e.tablename
				AND c.attribute = ANY (e.attnames) AND c.telling <> 'keep') AS told) told
	CROSS JOIN LATERAL (
		SELECT json_agg(json_build_object('expression', s.expr, 'null_frac', s.null_frac, 'width', s.avg_width, 'n_distinct', s.n_distinct,
			'common_values', CASE WHEN :'values' = 'plain' THEN s.most_common_vals::text::text[] END, 'common_freqs', s.most_common_freqs,
			'bounds', CASE WHEN :'values' = 'plain' THEN s.histogram_bounds::text::text[] END, 'correlation', s.correlation) ORDER BY s.expr) AS expressions
		FROM pg_stats_ext_exprs s
		WHERE s.statistics_schemaname = e.statistics_schemaname AND s.statistics_name = e.statistics_name :expression_inherited) expressions
	ORDER BY e.schemaname, e.tablename, e.statistics_name) x;
\endif

-- --- foreign keys -------------------------------------------------------------------
-- Of a key of one column the children of parents follow from the statistics: the most common
-- parents have so many children each, and the others share the rest.
SELECT $q$
	SELECT r.schema, r.name, k.conname AS key, p.schema AS parent_schema, p.name AS parent,
		child.attributes, parent.attributes AS parent_attributes, parent_rows.rows AS parents, parent_rows.pages AS parent_pages,
		child_rows.rows AS children, child_rows.pages AS child_pages,
		child.columns AS child_columns, parent.columns AS parent_columns, child.joins,
		k.conrelid AS child_oid, k.confrelid AS parent_oid,
		EXISTS (SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL
			AND i.indkey[0] = ANY (k.conkey)) AS indexed,
		r.kind <> 'f' AND p.kind <> 'f' AND NOT row_security_active(k.conrelid) AND NOT row_security_active(k.confrelid)
			AND has_schema_privilege(r.schema, 'USAGE') AND has_schema_privilege(p.schema, 'USAGE')
			AND child.readable AND parent.readable AS readable,
		CASE WHEN cardinality(k.conkey) = 1 THEN k.conkey[1] END AS column, r.kind
	FROM (@relations@) r
	JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype = 'f' AND k.conparentid = 0
	JOIN (SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace) p
		ON p.oid = k.confrelid
	CROSS JOIN LATERAL (
		SELECT array_agg(a.attname::text ORDER BY u.o) AS attributes, string_agg(format('c.%I', a.attname), ', ' ORDER BY u.o) AS columns,
			string_agg(format('p.%I OPERATOR(%I.%s) c.%I', f.attname, n.nspname, o.oprname, a.attname), ' AND ' ORDER BY u.o) AS joins,
			bool_and(has_column_privilege(k.conrelid, a.attnum, 'SELECT')) AS readable
		FROM unnest(k.conkey, k.confkey, k.conpfeqop) WITH ORDINALITY u(child, parent, operator, o)
		JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.child
		JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = u.parent
		JOIN pg_operator o ON o.oid = u.operator JOIN pg_namespace n ON n.oid = o.oprnamespace) child
	CROSS JOIN LATERAL (
		SELECT array_agg(a.attname::text ORDER BY u.o) AS attributes, string_agg(format('p.%I', a.attname), ', ' ORDER BY u.o) AS columns,
			bool_and(has_column_privilege(k.confrelid, a.attnum, 'SELECT')) AS readable
		FROM unnest(k.confkey) WITH ORDINALITY u(number, o)
		JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number) parent
	CROSS JOIN LATERAL (@size@ k.confrelid) parent_rows
	CROSS JOIN LATERAL (@size@ k.conrelid) child_rows
$q$ AS keys \gset
SELECT replace(replace(replace(:'keys', '@relations@', :'relations'), '@size@ k.confrelid', :'size_head' || 'k.confrelid' || :'size_tail'),
	'@size@ k.conrelid', :'size_head' || 'k.conrelid' || :'size_tail') AS keys \gset
WITH k AS MATERIALIZED (
		SELECT k.*, a.attname AS column_name FROM (:keys) k LEFT JOIN pg_attribute a ON a.attrelid = k.child_oid AND a.attnum = k.column),
	stats AS MATERIALIZED (
		SELECT s.schemaname, s.tablename, s.attname, s.inherited, s.n_distinct, s.null_frac, s.most_common_freqs
		FROM pg_stats s WHERE s.schemaname = ANY (:'schemas'::text[]))
SELECT json_strip_nulls(to_json(x)) FROM (
	SELECT 'key' AS what, k.schema, k.name, k.key, k.attributes, k.parent_schema, k.parent, k.parent_attributes, k.parents,
		d.with_children, d.fan_out, CASE WHEN d.fan_out IS NOT NULL THEN 'statistics' END AS fan_out_from
	FROM k
	LEFT JOIN stats s ON s.schemaname = k.schema AND s.tablename = k.name AND s.attname = k.column_name AND s.inherited = (k.kind = 'p')
	LEFT JOIN LATERAL (
		SELECT n AS with_children,
			(SELECT array_agg(CASE WHEN n > m AND i * n / 100 <= n - m THEN round(greatest(1, rest / greatest(n - m, 1)))
				ELSE round(greatest(1, freqs[m + 1 - least(greatest(1, ceil(i * n / 100 - (n - m))), m)::int] * k.children)) END ORDER BY i)
			 FROM generate_series(0, 100) i) AS fan_out
		FROM (
			SELECT greatest(1, round(CASE WHEN s.n_distinct < 0 THEN -s.n_distinct * k.children ELSE s.n_distinct END)) AS n,
				coalesce(cardinality(s.most_common_freqs), 0) AS m, s.most_common_freqs AS freqs,
				greatest(0, 1 - s.null_frac - coalesce((SELECT sum(f) FROM unnest(s.most_common_freqs) f), 0)) * k.children AS rest
			WHERE s.n_distinct <> 0 AND k.children > 0) z) d ON true
	ORDER BY k.schema, k.name, k.key) x;

-- --- rows: the children of parents, and values that pg_stats does not show --------------
-- All children are counted if their table is small. Otherwise some parents are drawn, and
-- their children counted by an index, up to 100000 each.
SELECT coalesce(json_agg(format($q$SELECT json_strip_nulls(to_json(x)) FROM (
		SELECT 'fan_out' AS what, %1$L AS schema, %2$L AS name, %3$L AS key, %4$s AS with_children,
			percentile_disc((SELECT array_agg(i / 100.0::float8 ORDER BY i) FROM generate_series(0, 100) i)) WITHIN GROUP (ORDER BY n)
				FILTER (WHERE n > 0) AS fan_out, %5$L AS fan_out_from
		FROM (%6$s) k) x WHERE now() < %7$L AND fan_out IS NOT NULL$q$,
		schema, name, key,
		CASE WHEN child_pages <= :'pages'::bigint THEN 'count(*)'
			ELSE format('round(%s * count(*) FILTER (WHERE n > 0) / count(*)::numeric)', greatest(parents, 0)) END,
		CASE WHEN child_pages <= :'pages'::bigint THEN 'rows' ELSE 'sample' END,
		CASE WHEN child_pages <= :'pages'::bigint THEN
			format('SELECT count(*) AS n FROM %I.%I c WHERE (%s) IS NOT NULL GROUP BY %s', schema, name,
				CASE WHEN cardinality(attributes) = 1 THEN child_columns ELSE 'ROW(' || child_columns || ')' END, child_columns)
		ELSE format('SELECT (SELECT count(*) FROM (SELECT FROM %I.%I c WHERE %s LIMIT 100000) l) AS n
				FROM (SELECT %s FROM %I.%I p TABLESAMPLE SYSTEM (%s) REPEATABLE (1) WHERE random() < %s LIMIT 5000) p',
			schema, name, joins, parent_columns, parent_schema, parent,
			least(100, 100 * 1000.0 / greatest(parent_pages, 1)),
			least(1, 3000 / greatest(parents * least(1, 1000.0 / greatest(parent_pages, 1)), 1)))
		END, :'deadline') ORDER BY child_pages, schema, name, key), '[]') AS fan_out_sql
FROM (:keys) k
WHERE readable AND :'seconds'::float8 > 0 AND child_pages IS NOT NULL
	AND (child_pages <= :'pages'::bigint OR indexed AND parents > 0) \gset
-- Of a column of which nothing is known but that it has values, up to 50 are drawn, and no
-- more than 20000 bytes of them.
SELECT coalesce(json_agg(format($q$SELECT json_strip_nulls(to_json(x)) FROM (
		SELECT 'sample' AS what, %1$L AS schema, %2$L AS name, %3$L AS attribute, json_agg(%4$s ORDER BY n) AS sample
		FROM (SELECT v, n, sum(octet_length(v)) OVER (ORDER BY n) AS bytes
			FROM (SELECT v, row_number() OVER () AS n FROM (SELECT format('%%s', %3$I) AS v FROM %1$I.%2$I %5$s
				WHERE %3$I IS NOT NULL AND now() < %6$L LIMIT 50) l) m
			WHERE octet_length(v) <= 20000) s WHERE bytes <= 20000) x
		WHERE sample IS NOT NULL$q$, schema, name, attribute, CASE WHEN telling = 'json' THEN :'json_words' ELSE 'v' END,
		CASE WHEN pages > 200 THEN format('TABLESAMPLE SYSTEM (%s) REPEATABLE (1)', 100 * 200.0 / pages) ELSE '' END, :'deadline')
		ORDER BY schema, name, position), '[]') AS sample_sql
FROM (SELECT c.*, greatest(r.relpages, 0) AS pages FROM (:columns) c JOIN pg_class r ON r.oid = c.oid) c
WHERE (telling = 'keep' AND :'values' <> 'none' OR telling = 'json') AND common_values IS NULL AND bounds IS NULL
	AND coalesce(null_frac, 0) < 1 AND kind IN ('r', 'm') AND pages > 0 AND :'seconds'::float8 > 0
	AND has_schema_privilege(schema, 'USAGE') AND has_column_privilege(oid, attnum, 'SELECT') AND NOT row_security_active(oid) \gset
COMMIT;

-- Each statement has a transaction of its own, so that no lock is kept, and five seconds.
-- None reads after the deadline. One that fails is told on stderr, and the file lacks it.
\set ON_ERROR_STOP off
SELECT 'BEGIN TRANSACTION READ ONLY', :'begin_sql', 'SET LOCAL statement_timeout = ''5s''',
	'SET LOCAL max_parallel_workers_per_gather = 0', statement, 'COMMIT'
FROM (SELECT * FROM pg_catalog.json_array_elements_text(:'fan_out_sql') WITH ORDINALITY f(statement, n)
	UNION ALL SELECT s, 1e9 OPERATOR(pg_catalog.+) n FROM pg_catalog.json_array_elements_text(:'sample_sql') WITH ORDINALITY f(s, n)) x
ORDER BY n \gexec
\set ON_ERROR_STOP on
SELECT '{"what":"end"}';
