-- perfcheck_populate: schemas that others have, and that it once failed on
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE SCHEMA attack;
SET search_path = attack, public;

-- A unique key that counts rows of a parent, and another one with the same first
-- column that is kept by trying other parents
CREATE TABLE tenant (id int PRIMARY KEY);
CREATE TABLE member (tenant_id int NOT NULL REFERENCES tenant, id bigint NOT NULL,
    email text NOT NULL CHECK (position('@' in email) > 1),
    PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, email));
SELECT relation, made FROM perfcheck_populate(ARRAY['tenant', 'member']::regclass[], rows => 300);

-- A number that counts from above the bound of its CHECK
CREATE TABLE invoice (id int PRIMARY KEY);
CREATE TABLE line (invoice_id int NOT NULL REFERENCES invoice, pos smallint NOT NULL CHECK (pos > 0),
    gross numeric(14,2) NOT NULL, net numeric(14,2) NOT NULL, tax numeric(14,2) NOT NULL,
    CHECK (gross = net + tax), PRIMARY KEY (invoice_id, pos));
SELECT relation, made FROM perfcheck_populate(ARRAY['invoice', 'line']::regclass[], rows => 500);
SELECT min(pos) FROM line;

-- CHECKs that say what a column has to be: made of another one, or of itself
CREATE TABLE task (id int PRIMARY KEY, done boolean NOT NULL, done_at timestamptz,
    country char(2) NOT NULL CHECK (country = upper(country)), CHECK ((done_at IS NOT NULL) = done));
SELECT relation, made FROM perfcheck_populate(ARRAY['task']::regclass[], rows => 300);

-- A number that its name does not suggest
CREATE TABLE dim_date (date_key int PRIMARY KEY CHECK (date_key BETWEEN 20200101 AND 20291231));
SELECT relation, made FROM perfcheck_populate(ARRAY['dim_date']::regclass[], rows => 300);

-- Short unique texts
CREATE TABLE zip (code char(3) PRIMARY KEY, zip char(5) UNIQUE NOT NULL, email varchar(12) UNIQUE);
SELECT relation, made FROM perfcheck_populate(ARRAY['zip']::regclass[], rows => 1000);
SELECT count(DISTINCT code), count(DISTINCT zip) FROM zip;

-- JSON of a type
CREATE TABLE doc (id int PRIMARY KEY, tags jsonb NOT NULL CHECK (jsonb_typeof(tags) = 'array'),
    val jsonb CHECK (val IS NULL OR jsonb_typeof(val) = 'number'),
    name jsonb NOT NULL CHECK (jsonb_typeof(name) = 'string'));
SELECT relation, made FROM perfcheck_populate(ARRAY['doc']::regclass[], rows => 300);
SELECT DISTINCT jsonb_typeof(tags), jsonb_typeof(name) FROM doc;

-- An exclusion constraint with a condition, and a table of one row
CREATE TABLE room (id smallint PRIMARY KEY);
CREATE TABLE booking (room_id smallint NOT NULL REFERENCES room, during tstzrange NOT NULL,
    cancelled boolean NOT NULL, EXCLUDE USING gist (room_id WITH =, during WITH &&) WHERE (NOT cancelled));
CREATE TABLE singleton (flag boolean PRIMARY KEY CHECK (flag), note text);
SELECT relation, made FROM perfcheck_populate(ARRAY['room', 'booking', 'singleton']::regclass[], rows => 300);
SELECT flag FROM singleton;

-- A unique foreign key that may be NULL, of more rows than there are parents
CREATE TABLE payment (id int PRIMARY KEY, invoice_id int UNIQUE REFERENCES invoice);
SELECT relation, made FROM perfcheck_populate(ARRAY['payment']::regclass[], rows => 200);
SELECT count(invoice_id), count(DISTINCT invoice_id) FROM payment;

-- What was made goes, but for the row that was updated since
UPDATE task SET done_at = done_at WHERE id = 1;
SELECT relation, removed, kept FROM perfcheck_unpopulate(ARRAY['task']::regclass[]);
SELECT count(*) FROM task;

-- Rows of a table that inherits from another one stay, if only the latter's are to go
CREATE TABLE base (id int, name text);
CREATE TABLE derived (extra int) INHERITS (base);
SELECT relation, made FROM perfcheck_populate(ARRAY['base', 'derived']::regclass[], rows => 100);
SELECT relation, removed, kept FROM perfcheck_unpopulate(ARRAY['base']::regclass[]);
SELECT count(*) FROM derived;
-- Texts in which each letter follows as good as surely on the last are told apart all the same.
CREATE TABLE sure (id int PRIMARY KEY, code text NOT NULL UNIQUE);
INSERT INTO sure SELECT i, chr(97 + i % 20) || '.' || repeat('k', 200) || i FROM generate_series(1, 2000) AS i;
ANALYZE sure;
SELECT count(*) FROM perfcheck_take_statistics('sure', '{attack}');
TRUNCATE sure;
SELECT made FROM perfcheck_populate('{sure}', statistics => 'sure', rows => 2000);
SELECT count(DISTINCT code) FROM sure;
DELETE FROM perfcheck_statistics WHERE name = 'sure';
DROP SCHEMA attack CASCADE;
