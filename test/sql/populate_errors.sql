-- What perfcheck_populate() refuses, and that it then writes nothing
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA populate_errors;
SET search_path = populate_errors, public;

-- arguments
CREATE TABLE plain (id serial PRIMARY KEY, name text NOT NULL);
SELECT perfcheck_populate(rows => 10, factor => 2);
SELECT perfcheck_populate(rows => 0);
SELECT perfcheck_populate(factor => -1);
SELECT perfcheck_populate(ARRAY[]::regclass[], rows => 10);
SELECT perfcheck_populate(ARRAY['plain', NULL]::regclass[], rows => 10);
SELECT perfcheck_populate(rows => 10, seed => NULL);
SELECT perfcheck_populate(ARRAY['plain']::regclass[], rows => 10, statistics => 'nowhere');
SELECT perfcheck_populate(ARRAY['plain']::regclass[]);
SELECT perfcheck_populate(ARRAY['plain']::regclass[], factor => 2);
SELECT perfcheck_populate(ARRAY['plain']::regclass[], rows => 100000000000);
SELECT perfcheck_copy('plain', 'name', NULL, 'name');
SELECT perfcheck_copy('plain', 'nothing', 'plain', 'name');
SELECT perfcheck_copy('plain', 'name', 'plain', 'name');

-- what is no table of the user's
CREATE VIEW view AS SELECT 1 AS one;
CREATE SEQUENCE sequence;
SELECT perfcheck_populate(ARRAY['view']::regclass[], rows => 10);
SELECT perfcheck_populate(ARRAY['sequence']::regclass[], rows => 10);
SELECT perfcheck_populate(ARRAY['pg_class']::regclass[], rows => 10);
SELECT perfcheck_populate(ARRAY['0']::regclass[], rows => 10);
SET search_path = pg_catalog;
SELECT public.perfcheck_populate(rows => 10);
SET search_path = populate_errors, public;

-- a parent without rows
CREATE TABLE parent (id integer PRIMARY KEY);
CREATE TABLE child (id serial PRIMARY KEY, parent_id integer NOT NULL REFERENCES parent);
SELECT perfcheck_populate(ARRAY['child']::regclass[], rows => 10);
DROP TABLE child, parent;

-- a CHECK that no value passes: the table, the constraint and an example are named
CREATE TABLE never (id serial PRIMARY KEY, n integer NOT NULL, CONSTRAINT never_both CHECK (n > 10 AND n < 5));
\set VERBOSITY terse
SELECT perfcheck_populate(ARRAY['plain', 'never']::regclass[], rows => 10);
\set VERBOSITY default
SELECT count(*) FROM plain;
SELECT count(*) FROM perfcheck_populated WHERE relation = 'plain'::regclass;
DROP TABLE never;

-- a unique key with too few values
CREATE TABLE few (a boolean NOT NULL, b boolean NOT NULL, UNIQUE (a, b));
\set VERBOSITY terse
SELECT perfcheck_populate(ARRAY['few']::regclass[], rows => 10);
\set VERBOSITY default
SELECT count(*) FROM few;
DROP TABLE few;

-- a trigger that keeps rows out
CREATE FUNCTION discard() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;
CREATE TRIGGER discard BEFORE INSERT ON plain FOR EACH ROW EXECUTE FUNCTION discard();
SELECT perfcheck_populate(ARRAY['plain']::regclass[], rows => 10);
DROP TRIGGER discard ON plain;
CREATE RULE instead AS ON INSERT TO plain DO INSTEAD NOTHING;
\set VERBOSITY terse
SELECT perfcheck_populate(ARRAY['plain']::regclass[], rows => 10);
\set VERBOSITY default
DROP RULE instead ON plain;

-- nothing was written so far
SELECT count(*) FROM plain;

-- rights: none, INSERT alone, row security
DROP TABLE plain;
CREATE TABLE plain (id serial PRIMARY KEY, name text NOT NULL);
CREATE ROLE perfcheck_populate_none;
CREATE ROLE perfcheck_populate_insert;
GRANT USAGE ON SCHEMA populate_errors TO perfcheck_populate_none, perfcheck_populate_insert;
GRANT INSERT ON plain TO perfcheck_populate_insert;
GRANT USAGE ON SEQUENCE plain_id_seq TO perfcheck_populate_insert;
SET ROLE perfcheck_populate_none;
SELECT perfcheck_populate(ARRAY['plain']::regclass[], rows => 10);
SELECT perfcheck_populate(rows => 10);
INSERT INTO perfcheck_populated VALUES ('plain', '1', 1);
SET ROLE perfcheck_populate_insert;
SELECT relation, made FROM perfcheck_populate(rows => 10);
SELECT perfcheck_populate(rows => 100);
SELECT perfcheck_unpopulate(ARRAY['plain']::regclass[]);
SELECT count(*) FROM perfcheck_unpopulate();
RESET ROLE;
SELECT relation, removed, kept FROM perfcheck_unpopulate();
SELECT nextval('plain_id_seq') AS next;
TRUNCATE plain;
ALTER TABLE plain ENABLE ROW LEVEL SECURITY;
CREATE POLICY short ON plain FOR INSERT WITH CHECK (name = 'never');
SET ROLE perfcheck_populate_insert;
SELECT perfcheck_populate(rows => 10);
RESET ROLE;
SELECT count(*) FROM plain;

-- statistics that a role may not read
GRANT SELECT ON plain TO perfcheck_populate_insert;
ALTER TABLE plain DISABLE ROW LEVEL SECURITY;
SET ROLE perfcheck_populate_insert;
SELECT relation, made, note FROM perfcheck_populate(rows => 10);
RESET ROLE;

DROP SCHEMA populate_errors CASCADE;
DROP ROLE perfcheck_populate_none, perfcheck_populate_insert;
RESET search_path;
