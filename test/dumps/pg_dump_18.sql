--
-- PostgreSQL database dump
--

-- Dumped from database version 18beta1
-- Dumped by pg_dump version 18beta1

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Statistics for Name: Item's "x"; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'Item''s "x"',
	'relpages', '1'::integer,
	'reltuples', '100'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'Item''s "x"',
	'attname', 'id',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{1,10,20,30,40,50,60,70,80,90,100}'::text,
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'Item''s "x"',
	'attname', 'word',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '3'::integer,
	'n_distinct', '3'::real,
	'most_common_vals', '{w1,w0,w2}'::text,
	'most_common_freqs', '{0.34,0.33,0.33}'::real[],
	'correlation', '0.32'::real
);


--
-- Statistics for Name: animal; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'animal',
	'relpages', '1'::integer,
	'reltuples', '100'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'animal',
	'attname', 'id',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{1,10,20,30,40,50,60,70,80,90,100}'::text,
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'animal',
	'attname', 'id',
	'inherited', 't'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '-0.6666667'::real,
	'most_common_vals', '{1,2,3,4,5,6,7,8,9,10}'::text,
	'most_common_freqs', '{0.006666667,0.006666667,0.006666667,0.006666667,0.006666667,0.006666667,0.006666667,0.006666667,0.006666667,0.006666667}'::real[],
	'histogram_bounds', '{11,24,38,52,66,80,94,116,144,172,200}'::text,
	'correlation', '0.85406506'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'animal',
	'attname', 'kind',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '9'::integer,
	'n_distinct', '2'::real,
	'most_common_vals', '{"animal 0","animal 1"}'::text,
	'most_common_freqs', '{0.5,0.5}'::real[],
	'correlation', '0.4848485'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'animal',
	'attname', 'kind',
	'inherited', 't'::boolean,
	'null_frac', '0'::real,
	'avg_width', '7'::integer,
	'n_distinct', '5'::real,
	'most_common_vals', '{"bird 1","bird 2","bird 0","animal 0","animal 1"}'::text,
	'most_common_freqs', '{0.22333333,0.22333333,0.22,0.16666667,0.16666667}'::real[],
	'correlation', '0.7843865'::real
);


--
-- Statistics for Name: bird; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'bird',
	'relpages', '2'::integer,
	'reltuples', '200'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'bird',
	'attname', 'id',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{1,20,40,60,80,100,120,140,160,180,200}'::text,
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'bird',
	'attname', 'kind',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '7'::integer,
	'n_distinct', '3'::real,
	'most_common_vals', '{"bird 1","bird 2","bird 0"}'::text,
	'most_common_freqs', '{0.335,0.335,0.33}'::real[],
	'correlation', '0.33668342'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'bird',
	'attname', 'wings',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '1'::real,
	'most_common_vals', '{2}'::text,
	'most_common_freqs', '{1}'::real[],
	'correlation', '1'::real
);


--
-- Statistics for Name: busy; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'busy',
	'relpages', '1'::integer,
	'reltuples', '30'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'busy',
	'attname', 'customer_id',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{1,5,26,65,122,197,290,401,530,677,842}'::text,
	'correlation', '-0.09766407'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'busy',
	'attname', 'n',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '2'::real,
	'most_common_vals', '{67,66}'::text,
	'most_common_freqs', '{0.6666667,0.33333334}'::real[],
	'correlation', '0.43537265'::real
);


--
-- Statistics for Name: customer; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'relpages', '67'::integer,
	'reltuples', '1000'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'a "b", \c',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '10'::real,
	'most_common_vals', '{""," blank ","\"quoted\"","NULL","\\''); -- no end","back\\slash",it''s,"two
lines","{brace}, comma",ä€😀}'::text,
	'most_common_freqs', '{0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1}'::real[],
	'correlation', '0.1007701'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'area',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '32'::integer,
	'n_distinct', '0'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'at_night',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '60'::real,
	'most_common_vals', '{08:01:00,08:02:00,08:03:00,08:04:00,08:05:00,08:06:00,08:07:00,08:08:00,08:09:00,08:10:00}'::text,
	'most_common_freqs', '{0.017,0.017,0.017,0.017,0.017,0.017,0.017,0.017,0.017,0.017}'::real[],
	'histogram_bounds', '{08:00:00,08:14:00,08:19:00,08:24:00,08:29:00,08:34:00,08:39:00,08:44:00,08:49:00,08:54:00,08:59:00}'::text,
	'correlation', '0.035349756'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'bits',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '6'::integer,
	'n_distinct', '8'::real,
	'most_common_vals', '{000,001,010,011,100,101,110,111}'::text,
	'most_common_freqs', '{0.125,0.125,0.125,0.125,0.125,0.125,0.125,0.125}'::real[],
	'correlation', '0.12761712'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'born',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '-0.9'::real,
	'most_common_vals', '{1970-01-02,1970-01-03,1970-01-04,1970-01-05,1970-01-06,1970-01-07,1970-01-08,1970-01-09,1970-01-10,1970-01-11}'::text,
	'most_common_freqs', '{0.002,0.002,0.002,0.002,0.002,0.002,0.002,0.002,0.002,0.002}'::real[],
	'histogram_bounds', '{1970-01-01,1970-03-01,1970-04-26,1970-08-02,1970-11-08,1971-02-14,1971-05-23,1971-08-29,1971-12-05,1972-03-12,1972-06-18}'::text,
	'correlation', '0.51174533'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'cash',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '12'::real,
	'most_common_vals', '{$1.00,$2.00,$3.00,$4.00,$0.00,$5.00,$6.00,$7.00,$8.00,$9.00}'::text,
	'most_common_freqs', '{0.084,0.084,0.084,0.084,0.083,0.083,0.083,0.083,0.083,0.083}'::real[],
	'histogram_bounds', '{$10.00,$11.00}'::text,
	'correlation', '0.08373884'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'doc',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '48'::integer,
	'n_distinct', '20'::real,
	'most_common_vals', '{"{\"level\": 0, \"owner\": \"O''Neil 0\"}","{\"level\": 0, \"owner\": \"O''Neil 1\"}","{\"level\": 0, \"owner\": \"O''Neil 2\"}","{\"level\": 0, \"owner\": \"O''Neil 3\"}","{\"level\": 1, \"owner\": \"O''Neil 0\"}","{\"level\": 1, \"owner\": \"O''Neil 1\"}","{\"level\": 1, \"owner\": \"O''Neil 2\"}","{\"level\": 1, \"owner\": \"O''Neil 3\"}","{\"level\": 2, \"owner\": \"O''Neil 0\"}","{\"level\": 2, \"owner\": \"O''Neil 1\"}"}'::text,
	'most_common_freqs', '{0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05}'::real[],
	'histogram_bounds', '{"{\"level\": 2, \"owner\": \"O''Neil 2\"}","{\"level\": 2, \"owner\": \"O''Neil 3\"}","{\"level\": 3, \"owner\": \"O''Neil 0\"}","{\"level\": 3, \"owner\": \"O''Neil 1\"}","{\"level\": 3, \"owner\": \"O''Neil 2\"}","{\"level\": 3, \"owner\": \"O''Neil 3\"}","{\"level\": 4, \"owner\": \"O''Neil 0\"}","{\"level\": 4, \"owner\": \"O''Neil 1\"}","{\"level\": 4, \"owner\": \"O''Neil 2\"}","{\"level\": 4, \"owner\": \"O''Neil 3\"}"}'::text,
	'correlation', '0.04983005'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'email',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '22'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{user1000@secret.example,user18@secret.example,user27@secret.example,user36@secret.example,user45@secret.example,user54@secret.example,user63@secret.example,user72@secret.example,user81@secret.example,user90@secret.example,user9@secret.example}'::text,
	'correlation', '0.8086238'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'flag',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '1'::integer,
	'n_distinct', '2'::real,
	'most_common_vals', '{f,t}'::text,
	'most_common_freqs', '{0.9,0.1}'::real[],
	'correlation', '0.82269084'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'id',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{1,100,200,300,400,500,600,700,800,900,1000}'::text,
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'initial',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '3'::real,
	'most_common_vals', '{"bc ","a  ",def}'::text,
	'most_common_freqs', '{0.334,0.333,0.333}'::real[],
	'correlation', '0.332'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'ip',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '7'::integer,
	'n_distinct', '100'::real,
	'most_common_vals', '{10.1.2.3,10.1.2.4,10.1.2.5,10.1.2.6,10.1.2.7,10.1.2.8,10.1.2.9,10.1.2.10,10.1.2.11,10.1.2.12}'::text,
	'most_common_freqs', '{0.01,0.01,0.01,0.01,0.01,0.01,0.01,0.01,0.01,0.01}'::real[],
	'histogram_bounds', '{10.1.2.13,10.1.2.21,10.1.2.30,10.1.2.39,10.1.2.48,10.1.2.57,10.1.2.66,10.1.2.75,10.1.2.84,10.1.2.93,10.1.2.102}'::text,
	'correlation', '0.103950106'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'lower_name',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '14'::integer,
	'n_distinct', '40'::real,
	'most_common_vals', '{"anna-0 o''berg","anna-1 o''berg","anna-10 o''berg","anna-11 o''berg","anna-12 o''berg","anna-13 o''berg","anna-14 o''berg","anna-15 o''berg","anna-16 o''berg","anna-17 o''berg"}'::text,
	'most_common_freqs', '{0.025,0.025,0.025,0.025,0.025,0.025,0.025,0.025,0.025,0.025}'::real[],
	'histogram_bounds', '{"anna-18 o''berg","anna-2 o''berg","anna-22 o''berg","anna-25 o''berg","anna-28 o''berg","anna-30 o''berg","anna-33 o''berg","anna-36 o''berg","anna-39 o''berg","anna-6 o''berg","anna-9 o''berg"}'::text,
	'correlation', '0.031372532'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'mac',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '6'::integer,
	'n_distinct', '-0.256'::real,
	'most_common_vals', '{08:00:2b:01:02:01,08:00:2b:01:02:02,08:00:2b:01:02:03,08:00:2b:01:02:04,08:00:2b:01:02:05,08:00:2b:01:02:06,08:00:2b:01:02:07,08:00:2b:01:02:08,08:00:2b:01:02:09,08:00:2b:01:02:0a}'::text,
	'most_common_freqs', '{0.004,0.004,0.004,0.004,0.004,0.004,0.004,0.004,0.004,0.004}'::real[],
	'histogram_bounds', '{08:00:2b:01:02:00,08:00:2b:01:02:22,08:00:2b:01:02:3a,08:00:2b:01:02:52,08:00:2b:01:02:6a,08:00:2b:01:02:82,08:00:2b:01:02:9a,08:00:2b:01:02:b2,08:00:2b:01:02:ca,08:00:2b:01:02:e2,08:00:2b:01:02:ff}'::text,
	'correlation', '0.20321235'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'name',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '14'::integer,
	'n_distinct', '40'::real,
	'most_common_vals', '{"Anna-0 O''Berg","Anna-1 O''Berg","Anna-10 O''Berg","Anna-11 O''Berg","Anna-12 O''Berg","Anna-13 O''Berg","Anna-14 O''Berg","Anna-15 O''Berg","Anna-16 O''Berg","Anna-17 O''Berg"}'::text,
	'most_common_freqs', '{0.025,0.025,0.025,0.025,0.025,0.025,0.025,0.025,0.025,0.025}'::real[],
	'histogram_bounds', '{"Anna-18 O''Berg","Anna-2 O''Berg","Anna-22 O''Berg","Anna-25 O''Berg","Anna-28 O''Berg","Anna-30 O''Berg","Anna-33 O''Berg","Anna-36 O''Berg","Anna-39 O''Berg","Anna-6 O''Berg","Anna-9 O''Berg"}'::text,
	'correlation', '0.031372532'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'net',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '7'::integer,
	'n_distinct', '1'::real,
	'most_common_vals', '{10.0.0.0/8}'::text,
	'most_common_freqs', '{1}'::real[],
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'none',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '1'::real,
	'most_common_vals', '{3}'::text,
	'most_common_freqs', '{1}'::real[],
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'nothing',
	'inherited', 'f'::boolean,
	'null_frac', '1'::real,
	'avg_width', '0'::integer,
	'n_distinct', '0'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'numbers',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '29'::integer,
	'n_distinct', '55'::real,
	'most_common_vals', '{"{0,5}","{0,10}","{1,1}","{1,6}","{2,2}","{2,7}","{3,3}","{3,8}","{4,4}","{4,9}"}'::text,
	'most_common_freqs', '{0.019,0.019,0.019,0.019,0.019,0.019,0.019,0.019,0.019,0.019}'::real[],
	'histogram_bounds', '{"{0,0}","{0,4}","{0,9}","{1,5}","{1,10}","{2,5}","{2,10}","{3,5}","{3,10}","{4,5}","{4,10}"}'::text,
	'correlation', '0.01981502'::real,
	'most_common_elems', '{0,1,2,3,4,5,6,7,8,9,10}'::text,
	'most_common_elem_freqs', '{0.272,0.272,0.272,0.272,0.272,0.091,0.091,0.091,0.091,0.091,0.091,0.091,0.272,0}'::real[],
	'elem_count_histogram', '{1,2,2,2,2,2,2,2,2,2,1.906}'::real[]
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'pause',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '16'::integer,
	'n_distinct', '30'::real,
	'most_common_vals', '{"1 day 02:00:00","2 days 04:00:00","3 days 06:00:00","4 days 08:00:00","5 days 10:00:00","6 days 12:00:00","7 days 14:00:00","8 days 16:00:00","9 days 18:00:00","10 days 20:00:00"}'::text,
	'most_common_freqs', '{0.034,0.034,0.034,0.034,0.034,0.034,0.034,0.034,0.034,0.034}'::real[],
	'histogram_bounds', '{00:00:00,"11 days 22:00:00","13 days 26:00:00","15 days 30:00:00","17 days 34:00:00","19 days 38:00:00","21 days 42:00:00","23 days 46:00:00","25 days 50:00:00","27 days 54:00:00","29 days 58:00:00"}'::text,
	'correlation', '0.0393961'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'place',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '16'::integer,
	'n_distinct', '0'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'plain',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '11'::integer,
	'n_distinct', '0'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'price',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '6'::integer,
	'n_distinct', '71'::real,
	'most_common_vals', '{NaN,1.25,2.50,3.75,5.00,6.25,7.50,8.75,10.00,11.25}'::text,
	'most_common_freqs', '{0.02,0.015,0.015,0.015,0.015,0.015,0.015,0.015,0.015,0.015}'::real[],
	'histogram_bounds', '{0.00,18.75,25.00,32.50,41.25,48.75,56.25,63.75,71.25,78.75,86.25}'::text,
	'correlation', '0.03986068'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'ratio',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{0.14285715,14.285714,28.571428,42.857143,57.142857,71.42857,85.71429,100,114.28571,128.57143,142.85715}'::text,
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'raw',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '17'::integer,
	'n_distinct', '25'::real,
	'most_common_vals', '{"\\x1679091c5a880faf6fb5e6087eb1b2dc","\\x1f0e3dad99908345f7439f8ffabdffc4","\\x1ff1de774005f8da13f42943881c655f","\\x37693cfc748049e45d87b8c7d8b9aacd","\\x3c59dc048e8850243be8079a5c74d079","\\x45c48cce2e2d7fbdea1afc51c7c6ad26","\\x6512bd43d9caa6e02c990b0a82652dca","\\x6f4922f45568161a8cdf4ad2299f6d23","\\x70efdf2ec9b086079795c442636b55fb","\\x8f14e45fceea167a5a36dedd4bea2543"}'::text,
	'most_common_freqs', '{0.04,0.04,0.04,0.04,0.04,0.04,0.04,0.04,0.04,0.04}'::real[],
	'histogram_bounds', '{"\\x98f13708210194c475687be6106a3b84","\\x9bf31c7ff062936a96d3c8bd1f8f2ff3","\\xa87ff679a2f3e71d9181a67b7542122c","\\xb6d767d2f8ed5d21a44b0e5886680cb9","\\xc20ad4d76fe97759aa27a0c99bff6710","\\xc51ce410c124a10e0db5e4b97fc2af39","\\xc74d97b01eae257e44aa9d5bade97baf","\\xc9f0f895fb98ab9159f51fd0297e236d","\\xcfcd208495d565ef66e7dff9f98764da","\\xe4da3b7fbbce2345d7772b0674a318d5","\\xeccbc87e4b5ce2fe28308fd9f2a7baf3"}'::text,
	'correlation', '0.03025983'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'seen',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{"2027-01-01 01:00:00+00","2027-01-05 04:00:00+00","2027-01-09 08:00:00+00","2027-01-13 12:00:00+00","2027-01-17 16:00:00+00","2027-01-21 20:00:00+00","2027-01-26 00:00:00+00","2027-01-30 04:00:00+00","2027-02-03 08:00:00+00","2027-02-07 12:00:00+00","2027-02-11 16:00:00+00"}'::text,
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'share',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '-0.976'::real,
	'most_common_vals', '{Infinity}'::text,
	'most_common_freqs', '{0.025}'::real[],
	'histogram_bounds', '{1,10,14.106735979665885,17.320508075688775,19.974984355438178,22.360679774997898,24.474476501040833,26.43860813280457,28.26658805020514,29.9833287011299,31.606961258558215}'::text,
	'correlation', '0.95413595'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'small',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '2'::integer,
	'n_distinct', '6'::real,
	'most_common_vals', '{1,2,3,4,0,5}'::text,
	'most_common_freqs', '{0.167,0.167,0.167,0.167,0.166,0.166}'::real[],
	'correlation', '0.16750751'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'span',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '13'::integer,
	'n_distinct', '-1'::real,
	'range_length_histogram', '{1,1,1,2,2,3,3,3,4,4,4}'::text,
	'range_empty_frac', '0.05'::real,
	'range_bounds_histogram', '{"[0,3)","[5,7)","[9,13)","[15,17)","[19,23)","[25,27)","[29,33)","[35,37)","[39,43)","[45,47)","[49,53)"}'::text
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'spans',
	'inherited', 'f'::boolean,
	'null_frac', '0.25'::real,
	'avg_width', '21'::integer,
	'n_distinct', '-0.75'::real,
	'range_length_histogram', '{31,31,31,31,31,31,31,31,31,31,31}'::text,
	'range_empty_frac', '0'::real,
	'range_bounds_histogram', '{"[2027-01-01,2027-02-01)","[2027-01-04,2027-02-04)","[2027-01-06,2027-02-06)","[2027-01-10,2027-02-10)","[2027-01-12,2027-02-12)","[2027-01-16,2027-02-16)","[2027-01-18,2027-02-18)","[2027-01-22,2027-02-22)","[2027-01-24,2027-02-24)","[2027-01-28,2027-02-28)","[2027-01-30,2027-03-02)"}'::text
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'state',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '3'::real,
	'most_common_vals', '{new,paid,"it''s \"sent\""}'::text,
	'most_common_freqs', '{0.357,0.357,0.286}'::real[],
	'correlation', '0.334414'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'tags',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '61'::integer,
	'n_distinct', '9'::real,
	'most_common_vals', '{"{vip1,it''s,\"a \\\"b\\\", {c}\",NULL}","{vip0,it''s,\"a \\\"b\\\", {c}\",NULL}","{vip2,it''s,\"a \\\"b\\\", {c}\",NULL}","{vip3,it''s,\"a \\\"b\\\", {c}\",NULL}","{vip4,it''s,\"a \\\"b\\\", {c}\",NULL}","{vip5,it''s,\"a \\\"b\\\", {c}\",NULL}","{vip6,it''s,\"a \\\"b\\\", {c}\",NULL}","{vip7,it''s,\"a \\\"b\\\", {c}\",NULL}","{vip8,it''s,\"a \\\"b\\\", {c}\",NULL}"}'::text,
	'most_common_freqs', '{0.112,0.111,0.111,0.111,0.111,0.111,0.111,0.111,0.111}'::real[],
	'correlation', '0.11265268'::real,
	'most_common_elems', '{"a \"b\", {c}",it''s,vip0,vip1,vip2,vip3,vip4,vip5,vip6,vip7,vip8}'::text,
	'most_common_elem_freqs', '{1,1,0.111,0.112,0.111,0.111,0.111,0.111,0.111,0.111,0.111,0.111,1,1}'::real[],
	'elem_count_histogram', '{3,3,3,3,3,3,3,3,3,3,3}'::real[]
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'uid',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '16'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{00411460-f7c9-2d21-24a6-7ea0f4cb5f85,15d4e891-d784-977c-acbf-cbb00c48f133,2f2b2656-25d7-6a67-04b0-8093c652fd79,496e05e1-aea0-a9c4-6558-00e8a7b9ea28,670e8a43-b246-801c-a1ea-ca97b3e19189,819f46e5-2c25-763a-55cc-642422644317,9a115815-4dfa-42ca-ddbd-0694a4e9bdc8,b3967a0e-938d-c2a6-340e-258630febd5a,cf004fdc-76fa-1a4f-25f6-2e0eb5261ca3,e820a45f-1dfc-7b95-282d-10b6087e11c0,ffeabd22-3de0-d4ea-cb9a-3e6e53e5448d}'::text,
	'correlation', '0.022839347'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer',
	'attname', 'words',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '31'::integer,
	'n_distinct', '-1'::real,
	'most_common_elems', '{both,word0,word1,word2,word3,word4,word5,word6,word7,word8,word9,word10,word11,word12,word13,word14,word15,word16,word17,word18,word19}'::text,
	'most_common_elem_freqs', '{1,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,0.05,1}'::real[]
);


--
-- Statistics for Name: empty; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'empty',
	'relpages', '0'::integer,
	'reltuples', '0'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);


--
-- Statistics for Name: orders; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders',
	'relpages', '-1'::integer,
	'reltuples', '2000'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders',
	'attname', 'at',
	'inherited', 't'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{"2027-01-01 00:01:00+00","2027-01-01 03:20:00+00","2027-01-01 06:40:00+00","2027-01-01 10:00:00+00","2027-01-01 13:20:00+00","2027-01-01 16:40:00+00","2027-01-01 20:00:00+00","2027-01-01 23:20:00+00","2027-01-02 02:40:00+00","2027-01-02 06:00:00+00","2027-01-02 09:20:00+00"}'::text,
	'correlation', '0.8281323'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders',
	'attname', 'customer_id',
	'inherited', 't'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '30'::real,
	'most_common_vals', '{2,5,10,17,26,37,50,65,82,101}'::text,
	'most_common_freqs', '{0.0335,0.0335,0.0335,0.0335,0.0335,0.0335,0.0335,0.0335,0.0335,0.0335}'::real[],
	'histogram_bounds', '{1,122,170,226,290,362,442,530,626,730,842}'::text,
	'correlation', '0.0054388815'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders',
	'attname', 'id',
	'inherited', 't'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{1,200,400,600,800,1000,1200,1400,1600,1800,2000}'::text,
	'correlation', '0.8281323'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders',
	'attname', 'note',
	'inherited', 't'::boolean,
	'null_frac', '0.5'::real,
	'avg_width', '6'::integer,
	'n_distinct', '5'::real,
	'most_common_vals', '{"for 0","for 1","for 2","for 3","for 4"}'::text,
	'most_common_freqs', '{0.1,0.1,0.1,0.1,0.1}'::real[],
	'correlation', '0.1975952'::real
);


--
-- Statistics for Name: orders_1; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_1',
	'relpages', '5'::integer,
	'reltuples', '599'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_1',
	'attname', 'at',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{"2027-01-01 00:01:00+00","2027-01-01 01:00:00+00","2027-01-01 02:00:00+00","2027-01-01 03:00:00+00","2027-01-01 04:00:00+00","2027-01-01 05:00:00+00","2027-01-01 05:59:00+00","2027-01-01 06:59:00+00","2027-01-01 07:59:00+00","2027-01-01 08:59:00+00","2027-01-01 09:59:00+00"}'::text,
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_1',
	'attname', 'customer_id',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '30'::real,
	'most_common_vals', '{2,5,10,17,26,37,50,65,82,101}'::text,
	'most_common_freqs', '{0.033388983,0.033388983,0.033388983,0.033388983,0.033388983,0.033388983,0.033388983,0.033388983,0.033388983,0.033388983}'::real[],
	'histogram_bounds', '{1,145,197,257,325,401,442,530,626,730,842}'::text,
	'correlation', '0.07859532'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_1',
	'attname', 'id',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{1,60,120,180,240,300,359,419,479,539,599}'::text,
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_1',
	'attname', 'note',
	'inherited', 'f'::boolean,
	'null_frac', '0.5008347'::real,
	'avg_width', '6'::integer,
	'n_distinct', '5'::real,
	'most_common_vals', '{"for 1","for 2","for 3","for 4","for 0"}'::text,
	'most_common_freqs', '{0.10016695,0.10016695,0.10016695,0.10016695,0.098497495}'::real[],
	'correlation', '0.19997306'::real
);


--
-- Statistics for Name: orders_2; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2',
	'relpages', '-1'::integer,
	'reltuples', '1401'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2',
	'attname', 'at',
	'inherited', 't'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{"2027-01-01 10:00:00+00","2027-01-01 12:20:00+00","2027-01-01 14:40:00+00","2027-01-01 17:00:00+00","2027-01-01 19:20:00+00","2027-01-01 21:40:00+00","2027-01-02 00:00:00+00","2027-01-02 02:20:00+00","2027-01-02 04:40:00+00","2027-01-02 07:00:00+00","2027-01-02 09:20:00+00"}'::text,
	'correlation', '0.5'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2',
	'attname', 'customer_id',
	'inherited', 't'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '30'::real,
	'most_common_vals', '{1,2,5,10,17,26,37,50,65,82}'::text,
	'most_common_freqs', '{0.033547465,0.033547465,0.033547465,0.033547465,0.033547465,0.033547465,0.033547465,0.033547465,0.033547465,0.033547465}'::real[],
	'histogram_bounds', '{101,122,170,226,290,362,442,530,626,730,842}'::text,
	'correlation', '-0.028914819'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2',
	'attname', 'id',
	'inherited', 't'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{600,740,880,1020,1160,1300,1440,1580,1720,1860,2000}'::text,
	'correlation', '0.5'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2',
	'attname', 'note',
	'inherited', 't'::boolean,
	'null_frac', '0.49964312'::real,
	'avg_width', '6'::integer,
	'n_distinct', '5'::real,
	'most_common_vals', '{"for 0","for 1","for 2","for 3","for 4"}'::text,
	'most_common_freqs', '{0.1006424,0.099928625,0.099928625,0.099928625,0.099928625}'::real[],
	'correlation', '0.19999513'::real
);


--
-- Statistics for Name: orders_2_null; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2_null',
	'relpages', '5'::integer,
	'reltuples', '700'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2_null',
	'attname', 'at',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{"2027-01-01 10:01:00+00","2027-01-01 12:19:00+00","2027-01-01 14:39:00+00","2027-01-01 16:59:00+00","2027-01-01 19:19:00+00","2027-01-01 21:39:00+00","2027-01-01 23:59:00+00","2027-01-02 02:19:00+00","2027-01-02 04:39:00+00","2027-01-02 06:59:00+00","2027-01-02 09:19:00+00"}'::text,
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2_null',
	'attname', 'customer_id',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '15'::real,
	'most_common_vals', '{2,10,26,50,82,122,170,226,290,362}'::text,
	'most_common_freqs', '{0.06714286,0.06714286,0.06714286,0.06714286,0.06714286,0.06714286,0.06714286,0.06714286,0.06714286,0.06714286}'::real[],
	'histogram_bounds', '{442,530,626,730,842}'::text,
	'correlation', '0.073772684'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2_null',
	'attname', 'id',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{601,739,879,1019,1159,1299,1439,1579,1719,1859,1999}'::text,
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2_null',
	'attname', 'note',
	'inherited', 'f'::boolean,
	'null_frac', '1'::real,
	'avg_width', '0'::integer,
	'n_distinct', '0'::real
);


--
-- Statistics for Name: orders_2_rest; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2_rest',
	'relpages', '6'::integer,
	'reltuples', '701'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2_rest',
	'attname', 'at',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{"2027-01-01 10:00:00+00","2027-01-01 12:20:00+00","2027-01-01 14:40:00+00","2027-01-01 17:00:00+00","2027-01-01 19:20:00+00","2027-01-01 21:40:00+00","2027-01-02 00:00:00+00","2027-01-02 02:20:00+00","2027-01-02 04:40:00+00","2027-01-02 07:00:00+00","2027-01-02 09:20:00+00"}'::text,
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2_rest',
	'attname', 'customer_id',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '15'::real,
	'most_common_vals', '{1,5,17,37,65,101,145,197,257,325}'::text,
	'most_common_freqs', '{0.067047074,0.067047074,0.067047074,0.067047074,0.067047074,0.067047074,0.067047074,0.067047074,0.067047074,0.067047074}'::real[],
	'histogram_bounds', '{401,485,577,677,785}'::text,
	'correlation', '0.07548749'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2_rest',
	'attname', 'id',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{600,740,880,1020,1160,1300,1440,1580,1720,1860,2000}'::text,
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2_rest',
	'attname', 'note',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '6'::integer,
	'n_distinct', '5'::real,
	'most_common_vals', '{"for 0","for 1","for 2","for 3","for 4"}'::text,
	'most_common_freqs', '{0.20114122,0.19971469,0.19971469,0.19971469,0.19971469}'::real[],
	'correlation', '0.19999513'::real
);


--
-- Statistics for Name: unseen; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'unseen',
	'relpages', '0'::integer,
	'reltuples', '-1'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);


--
-- Statistics for Name: wide; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'wide',
	'relpages', '2'::integer,
	'reltuples', '300'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'wide',
	'attname', 'one',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '1'::real,
	'most_common_vals', '{1}'::text,
	'most_common_freqs', '{1}'::real[],
	'correlation', '1'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'wide',
	'attname', 'two',
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '4'::integer,
	'n_distinct', '1'::real,
	'most_common_vals', '{2}'::text,
	'most_common_freqs', '{1}'::real[],
	'correlation', '1'::real
);


--
-- Statistics for Name: customer_lower; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer_lower',
	'relpages', '2'::integer,
	'reltuples', '100'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer_lower',
	'attnum', '2'::smallint,
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '8'::integer,
	'n_distinct', '7'::real,
	'most_common_vals', '{3,6,0,1,2,4,5}'::text,
	'most_common_freqs', '{0.15,0.15,0.14,0.14,0.14,0.14,0.14}'::real[],
	'correlation', '0.13471347'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer_lower',
	'attnum', '1'::smallint,
	'inherited', 'f'::boolean,
	'null_frac', '0'::real,
	'avg_width', '25'::integer,
	'n_distinct', '-1'::real,
	'histogram_bounds', '{user1000@secret.example,user170@secret.example,user260@secret.example,user350@secret.example,user440@secret.example,user530@secret.example,user620@secret.example,user710@secret.example,user80@secret.example,user900@secret.example,user990@secret.example}'::text,
	'correlation', '0.8010801'::real
);


--
-- Statistics for Name: customer_pkey; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'customer_pkey',
	'relpages', '5'::integer,
	'reltuples', '1000'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);


--
-- Statistics for Name: orders_1_customer_id_idx; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_1_customer_id_idx',
	'relpages', '2'::integer,
	'reltuples', '599'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);


--
-- Statistics for Name: orders_2_customer_id_idx; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2_customer_id_idx',
	'relpages', '0'::integer,
	'reltuples', '0'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);


--
-- Statistics for Name: orders_2_null_customer_id_idx; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2_null_customer_id_idx',
	'relpages', '2'::integer,
	'reltuples', '700'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);


--
-- Statistics for Name: orders_2_rest_customer_id_idx; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_2_rest_customer_id_idx',
	'relpages', '2'::integer,
	'reltuples', '701'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);


--
-- Statistics for Name: orders_customer_id_idx; Type: STATISTICS DATA; Schema: dumped; Owner: -
--

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180000'::integer,
	'schemaname', 'dumped',
	'relname', 'orders_customer_id_idx',
	'relpages', '0'::integer,
	'reltuples', '0'::real,
	'relallvisible', '0'::integer,
	'relallfrozen', '0'::integer
);


--
-- PostgreSQL database dump complete
--

