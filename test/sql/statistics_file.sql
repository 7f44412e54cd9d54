-- The statistics of a database as a file: what is read, what is refused and with which
-- words, what is judged at the sizes, and how near a database is to it. The script that
-- writes the file is tested by test/t/078_statistics.pl.
\set VERBOSITY terse
\pset null -
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA filed;
SET search_path = filed, public;
SELECT perfcheck_reset_contract();
DELETE FROM perfcheck_statistics;

-- A file, with what it may say more, and lines that end as on Windows.
\set file '-- perfcheck statistics of shop\n-- values: plain\n{"what":"statistics","version":1,"values":"plain","taken_at":"2027-01-01T00:00:00+00:00","server_version":140009,"database":"shop","schemas":["filed"],"settings":{"work_mem":"8MB"},"of later":1}\r\n\n{"what":"table","schema":"filed","name":"buyer","kind":"r","rows":1000,"pages":20}\n{"what":"table","schema":"filed","name":"sale","kind":"p","rows":30000}\n{"what":"table","schema":"filed","name":"sale_1","kind":"r","rows":10000,"pages":100,"partition_of":"filed.sale"}\n{"what":"table","schema":"filed","name":"sale_2","kind":"r","rows":20000,"pages":200,"partition_of":"filed.sale"}\n{"what":"table","schema":"filed","name":"gone","kind":"r","rows":5,"pages":1}\n{"what":"column","schema":"filed","name":"buyer","attribute":"id","type":"integer","position":1,"null_frac":0,"width":4,"n_distinct":-1,"bounds":["1","250","500","750","1000"],"correlation":1}\n{"what":"column","schema":"filed","name":"buyer","attribute":"city","type":"text","position":2,"null_frac":0.1,"width":5,"n_distinct":3,"common_values":["Oslo","Rome","a \\"b\\", {c}"],"common_freqs":[0.45,0.27,0.18],"correlation":0.3}\n{"what":"column","schema":"filed","name":"buyer","attribute":"doc","type":"json","position":3,"null_frac":0,"width":9,"n_distinct":0}\n{"what":"sample","schema":"filed","name":"buyer","attribute":"doc","sample":["{}","[1]"]}\n{"what":"extended","schema":"filed","name":"buyer","object":"x","attributes":["id","city"],"common_values":["{1,NULL}"],"common_freqs":[0.5]}\n{"what":"index","schema":"filed","name":"buyer","index":"buyer_pkey","method":"btree","pages":4,"rows":1000}\n{"what":"key","schema":"filed","name":"sale","key":"sale_buyer_fkey","attributes":["buyer"],"parent_schema":"filed","parent":"buyer","parent_attributes":["id"],"parents":1000,"with_children":800,"fan_out":[1,2,3],"fan_out_from":"statistics"}\n{"what":"fan_out","schema":"filed","name":"sale","key":"sale_buyer_fkey","with_children":900,"fan_out":[1,2,4],"fan_out_from":"rows"}\n{"what":"end"}\n'
SELECT * FROM perfcheck_load_statistics('shop', :'file');
SELECT name, source, taken_at AT TIME ZONE 'UTC' AS taken_at, server_version, database, schemas, values, block_size, settings FROM perfcheck_statistics;
SELECT name, kind, rows, pages, partition_of FROM perfcheck_statistics_table ORDER BY name;
SELECT attribute, type, null_frac, n_distinct, common_values, common_freqs, bounds, sample FROM perfcheck_statistics_column ORDER BY position;
SELECT object, attributes, common_values, common_freqs FROM perfcheck_statistics_extended;
SELECT key, parent, parents, with_children, fan_out, fan_out_from FROM perfcheck_statistics_key;

-- Loading again replaces, and other names stay.
SELECT * FROM perfcheck_load_statistics('other', :'file');
SELECT * FROM perfcheck_load_statistics('shop', '{"what":"statistics","version":1,"values":"none"}' || E'\n{"what":"end"}');
SELECT name, values, (SELECT count(*) FROM perfcheck_statistics_table t WHERE t.statistics = s.name) AS tables FROM perfcheck_statistics s ORDER BY name;
SELECT * FROM perfcheck_load_statistics('shop', :'file');

-- What is refused, with the line; what was there stays.
CREATE FUNCTION said(content text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE words text; hint text; state text;
BEGIN
	PERFORM perfcheck_load_statistics('shop', content);
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS words = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT, state = RETURNED_SQLSTATE;
	RETURN state || ' ' || words || '. ' || hint;
END $$;
\set head '{"what":"statistics","version":1,"values":"plain"}\n'
SELECT said(NULL);
SELECT said('');
SELECT said('id,name\n1,x');
SELECT said('SELECT 1;');
SELECT said('{"what":"statistics","version":2,"values":"plain"}');
SELECT said('{"what":"statistics","values":"plain"}');
SELECT said('{"what":"statistics","version":1,"values":"some"}');
SELECT said('{"what":"table","schema":"a","name":"b"}');
SELECT said(:'head');
SELECT said(:'head' || E'-- a comment\n{"what":"table","schema":"a","name":');
SELECT said(:'head' || E'\n\n[1]\n');
SELECT said(:'head' || E'{"schema":"a"}\n');
SELECT said(:'head' || E'{"what":"nothing"}\n');
SELECT said(:'head' || E'{"what":"table","schema":"a"}\n');
SELECT said(:'head' || E'{"what":"table","schema":"a","name":"b","rows":"many"}\n');
SELECT said(:'head' || E'{"what":"table","schema":"a","name":"b"}\n{"what":"table","schema":"a","name":"b"}\n');
SELECT said(:'head' || E'{"what":"column","schema":"a","name":"b","attribute":"c","common_values":["1"],"common_freqs":[0.5,0.5]}\n');
SELECT said(:'head' || E'{"what":"end"}\n{"what":"table","schema":"a","name":"b"}\n');
SELECT said(:'head' || :'head');
SELECT perfcheck_load_statistics('', :'file');
SELECT perfcheck_load_statistics(NULL, :'file');
SELECT count(*) FROM perfcheck_statistics_table WHERE statistics = 'shop';

-- The output of pg_dump --statistics-only, as 18 writes it.
SELECT $dump$--
-- PostgreSQL database dump
--

\restrict It's0word

-- Dumped from database version 15.12
-- Dumped by pg_dump version 18.3

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Statistics for Name: buyer; Type: STATISTICS DATA; Schema: filed; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '150012'::integer,
	'schemaname', 'filed',
	'relname', 'buyer',
	'relpages', '20'::integer,
	'reltuples', '1000'::real,
	'relallvisible', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '150012'::integer,
	'schemaname', 'filed',
	'relname', 'buyer',
	'attname', 'city',
	'inherited', 'f'::boolean,
	'null_frac', '0.1'::real,
	'avg_width', '5'::integer,
	'n_distinct', '3'::real,
	'most_common_vals', '{Oslo,"it''s \"here\");
","c\\d"}'::text,
	'most_common_freqs', '{0.45,0.27,0.18}'::real[],
	'correlation', '0.3'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '150012'::integer,
	'schemaname', 'filed',
	'relname', 'buyer',
	'attname', 'tags',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '20'::integer,
	'n_distinct', '-0.5'::real,
	'histogram_bounds', '{"{a,b}","{c}"}'::text,
	'most_common_elems', '{a,b}'::text,
	'most_common_elem_freqs', '{0.5,0.25,0.25,0.5,0}'::real[],
	'elem_count_histogram', '{1,2,1.5}'::real[]
);


--
-- Statistics for Name: buyer_pkey; Type: STATISTICS DATA; Schema: filed; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '150012'::integer,
	'schemaname', 'filed',
	'relname', 'buyer_pkey',
	'relpages', '5'::integer,
	'reltuples', '1000'::real,
	'relallvisible', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '150012'::integer,
	'schemaname', 'filed',
	'relname', 'sale_1',
	'relpages', '0'::integer,
	'reltuples', '-1'::real,
	'relallvisible', '0'::integer
);
$dump$ AS dump \gset
SELECT * FROM perfcheck_load_statistics('dumped', :'dump');
SELECT source, server_version, values FROM perfcheck_statistics WHERE name = 'dumped';
SELECT name, kind, rows, pages FROM perfcheck_statistics_table WHERE statistics = 'dumped' ORDER BY name;
SELECT attribute, null_frac, width, n_distinct, cardinality(common_values) AS common, common_values[2] AS second, common_values[3] AS third,
	common_freqs, bounds, common_elements, element_freqs, element_counts
FROM perfcheck_statistics_column WHERE statistics = 'dumped' ORDER BY attribute;
SELECT said(replace(:'dump', '''0.1''::real', '''much''::real'));
SELECT said(replace(:'dump', '''version'', ''150012''::integer,', '''version'', '));
SELECT said(left(:'dump', strpos(:'dump', 'most_common_vals') - 2));
SELECT said(replace(:'dump', '{Oslo', '{''Oslo'));
SELECT said('SELECT * FROM pg_catalog.pg_restore_attribute_stats(''version'', ''180000'', ''schemaname'', ''a'', ''relname'', ''b'', ''attname'', ''c'');');
-- What stands around the calls may be anything, as the rows of a dump that has them; a call
-- looks like none where it stands in a row.
SELECT said(replace(:'dump', E'\n\nSELECT', E'\n\nCOPY filed.note (text) FROM stdin;\nit''s \\''; E''\nof pg_restore_relation_stats(\n\\.\n\nSELECT'));
SELECT name, rows FROM perfcheck_statistics_table WHERE statistics = 'shop' ORDER BY name;
SELECT attribute, cardinality(common_values) FROM perfcheck_statistics_column WHERE statistics = 'shop' ORDER BY 1;
SELECT perfcheck_load_statistics('shop', :'file');

-- Sizes: a table has the rows of its partitions; what is not on both sides is told.
CREATE TABLE buyer (id int PRIMARY KEY, city text, doc json);
INSERT INTO buyer SELECT g, CASE WHEN g % 10 > 0 THEN (ARRAY['Oslo', 'Oslo', 'Oslo', 'Oslo', 'Oslo', 'Rome', 'Rome', 'Rome', 'a "b", {c}'])[g % 10] END, '{}'
FROM generate_series(1, 1000) g;
CREATE TABLE sale (id int, buyer int CONSTRAINT sale_buyer_fkey REFERENCES buyer) PARTITION BY RANGE (id);
CREATE TABLE sale_1 PARTITION OF sale FOR VALUES FROM (0) TO (100);
CREATE TABLE sale_2 PARTITION OF sale FOR VALUES FROM (100) TO (10000);
CREATE TABLE unknown_table (id int);
INSERT INTO sale SELECT g, 1 + g % 500 FROM generate_series(0, 2999) g;
ANALYZE buyer, sale;
SELECT perfcheck_size('sale', 7, '{}');
SELECT * FROM perfcheck_use_statistics('shop');
SELECT relation, rows, denser FROM perfcheck_size ORDER BY relation::text COLLATE "C";
SELECT * FROM perfcheck_use_statistics('dumped');
SELECT * FROM perfcheck_use_statistics('nothing');
SELECT * FROM perfcheck_use_statistics('shop') WHERE action <> 'used';
SELECT perfcheck_add_query('buyer', 'SELECT * FROM buyer WHERE id = $1');
SELECT perfcheck_add_query('sales', 'SELECT * FROM sale WHERE id = $1 LIMIT 1');
SELECT l FROM perfcheck_verify() l WHERE l ~ '^# size';
SELECT perfcheck_size('sale');
SELECT l FROM perfcheck_verify() l WHERE l ~ '^# size';

-- How near: of the same rows all is as asked, and each fault is found by its measure.
SELECT * FROM perfcheck_take_statistics('here');
SELECT what, ok FROM perfcheck_fidelity('here') WHERE NOT ok OR what = 'summary';
SELECT asked, got FROM perfcheck_fidelity('here') WHERE what = 'summary';
SELECT relation, what, measure FROM perfcheck_fidelity_measures('here') WHERE distance <> 0;
UPDATE buyer SET city = 'Rome' WHERE city IS NULL;
ANALYZE buyer;
SELECT relation, what, asked, got, ok FROM perfcheck_fidelity('here') WHERE NOT ok AND what = 'city';
SELECT what, measure, round(distance::numeric, 2) AS distance, bound FROM perfcheck_fidelity_measures('here') WHERE distance > bound AND what = 'city' ORDER BY what, measure;
-- Ids that lie elsewhere; a key with other children; fewer values; a wider column.
UPDATE sale SET buyer = CASE WHEN id < 2500 THEN 1 ELSE 1 + id % 500 END;
ALTER TABLE buyer DROP COLUMN city;
ALTER TABLE sale DROP CONSTRAINT sale_buyer_fkey;
UPDATE buyer SET id = id + 5000;
ANALYZE buyer, sale;
SELECT relation, what, asked FROM perfcheck_fidelity('here') WHERE NOT ok AND asked ~ '^no such' ORDER BY what;
SELECT relation, what, measure FROM perfcheck_fidelity_measures('here') WHERE distance > bound AND measure <> 'correlation' ORDER BY relation, what, measure;
UPDATE sale SET buyer = 5001 + id % 500;
ALTER TABLE sale ADD CONSTRAINT sale_buyer_fkey FOREIGN KEY (buyer) REFERENCES buyer;
UPDATE sale SET buyer = 5001 WHERE id < 2500;
SELECT measure, round(asked::numeric, 3) AS asked, round(got::numeric, 3) AS got, distance > bound AS far FROM perfcheck_fidelity_measures('here') WHERE what ~ '^foreign';
-- A table without statistics here, and one that is not here.
DROP TABLE sale;
CREATE TABLE sale (id int, buyer int);
SET client_min_messages = notice;
SELECT relation, what, asked, ok FROM perfcheck_fidelity('here') WHERE relation ~ 'sale' AND asked ~ 'analyzed|such' ORDER BY relation, what;
SELECT * FROM perfcheck_fidelity('nothing');

-- Values are read by the owner, and by whom he lets.
SET client_min_messages = warning;
CREATE ROLE perfcheck_filed;
GRANT USAGE ON SCHEMA filed TO perfcheck_filed;
SET ROLE perfcheck_filed;
SELECT count(*) > 0 AS sizes FROM perfcheck_statistics_table;
SELECT common_values FROM perfcheck_statistics_column;
SELECT common_values FROM perfcheck_statistics_extended;
SELECT perfcheck_load_statistics('mine', :'file');
SELECT perfcheck_take_statistics('mine');
SELECT perfcheck_take_statistics('mine', '{}');
SELECT perfcheck_take_statistics('mine', NULL);
SELECT perfcheck_take_statistics('mine', '{public,"no such"}');
RESET ROLE;
DELETE FROM perfcheck_statistics WHERE name = 'shop';
SELECT count(*) FROM perfcheck_statistics_column WHERE statistics = 'shop';

DELETE FROM perfcheck_statistics;
SELECT perfcheck_reset_contract();
DROP SCHEMA filed CASCADE;
DROP ROLE perfcheck_filed;
