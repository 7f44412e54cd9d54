-- perfcheck_populate: CHECKs, partitions and sequences of all kinds, tables that grow, and
-- perfcheck_unpopulate of what was made
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE SCHEMA grow;
SET search_path = grow, public;
CREATE TEMP TABLE known AS SELECT name FROM perfcheck_statistics;

-- Fills tables, makes them grow, and takes away what was made; returns the rows of each
-- after each step. Constraints tell whether the rows are right.
CREATE FUNCTION grown(tables regclass[], rows bigint DEFAULT 60)
RETURNS TABLE (relation regclass, filled bigint, tripled bigint, left_over bigint)
LANGUAGE plpgsql AS $$
DECLARE
    one regclass;
BEGIN
    PERFORM public.perfcheck_populate(tables, rows => rows);
    CREATE TEMP TABLE steps ON COMMIT DROP AS SELECT t AS relation, 0::bigint AS filled, 0::bigint AS tripled FROM unnest(tables) t;
    FOREACH one IN ARRAY tables LOOP
        EXECUTE format('UPDATE steps SET filled = (SELECT count(*) FROM %s) WHERE relation = $1', one) USING one;
        EXECUTE format('ANALYZE %s', one);
    END LOOP;
    PERFORM public.perfcheck_populate(tables, factor => 3);
    FOREACH one IN ARRAY tables LOOP
        EXECUTE format('UPDATE steps SET tripled = (SELECT count(*) FROM %s) WHERE relation = $1', one) USING one;
    END LOOP;
    PERFORM public.perfcheck_unpopulate(tables);
    FOR relation, filled, tripled IN SELECT * FROM steps LOOP
        EXECUTE format('SELECT count(*) FROM %s', relation) INTO left_over;
        RETURN NEXT;
    END LOOP;
    DROP TABLE steps;
END $$;

-- CHECKs that neither the name of a column nor its type suggests
CREATE DOMAIN mark AS numeric(2,1) CHECK (VALUE BETWEEN 1.0 AND 6.0);
CREATE DOMAIN whole AS int CHECK (VALUE > 0);
CREATE TABLE sums (a int NOT NULL, b int NOT NULL, c int NOT NULL, mark mark NOT NULL, w whole NOT NULL,
    CHECK (a + b + c = 100), CHECK (a > b), CHECK (b > c), CHECK (c >= 0));
CREATE TABLE shapes (kind text NOT NULL, radius numeric, width numeric, height numeric,
    CHECK (CASE kind WHEN 'circle' THEN radius > 0 AND width IS NULL AND height IS NULL
        WHEN 'rect' THEN radius IS NULL AND width > 0 AND height > 0 ELSE false END));
CREATE TABLE config (doc jsonb NOT NULL CHECK (doc ->> 'mode' IN ('fast', 'slow')),
    CHECK ((doc ->> 'size')::int BETWEEN 1 AND 9), CHECK (jsonb_typeof(doc #> '{a,b}') = 'array'), CHECK (doc ? 'owner'));
CREATE TABLE hashes (sha bytea UNIQUE NOT NULL CHECK (octet_length(sha) = 32), photo bytea CHECK (octet_length(photo) = 16),
    dims int[] NOT NULL CHECK (cardinality(dims) = 3), rights text[] NOT NULL CHECK (rights <@ ARRAY['read', 'write'] AND cardinality(rights) > 0),
    code text NOT NULL UNIQUE CHECK (code LIKE 'AB-%' AND length(code) = 9));
CREATE TABLE posting (debit numeric(12,2) NOT NULL CHECK (debit >= 0), credit numeric(12,2) NOT NULL CHECK (credit >= 0),
    CHECK ((debit = 0) <> (credit = 0)));
CREATE TABLE hired (born date NOT NULL, hired date NOT NULL, CHECK (hired > born + 7300),
    lo int NOT NULL, hi int NOT NULL, CHECK (lo < hi), CHECK (hi - lo < 5));
CREATE TABLE years (start_year int PRIMARY KEY, end_year int NOT NULL CHECK (end_year = start_year + 1));
CREATE TABLE dim_date (date_key int PRIMARY KEY CHECK (date_key BETWEEN 20200101 AND 20291231), day date NOT NULL UNIQUE,
    dow smallint NOT NULL CHECK (dow = extract(isodow FROM day)), weekend boolean NOT NULL CHECK (weekend = (dow IN (6, 7))),
    CHECK (date_key = to_char(day::timestamp, 'YYYYMMDD')::int));
CREATE TABLE fact (date_key int NOT NULL REFERENCES dim_date);
CREATE TABLE listed (post int NOT NULL, kind text CHECK (kind = ANY (ARRAY['like', 'love', 'sad'])), PRIMARY KEY (post, kind));
CREATE TABLE stretch (lo int, hi int, CHECK (lo <= hi), during int4range GENERATED ALWAYS AS (int4range(lo, hi)) STORED);
SELECT * FROM grown('{sums,shapes,config,hashes,posting,hired,years,dim_date,fact,listed,stretch}');
-- What no rule tells: the error names table, constraint and an example, and nothing is written
CREATE FUNCTION luhn(n text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT length(n) = 4 AND n::int % 7 = 3$$;
CREATE TABLE plain (id int PRIMARY KEY);
CREATE TABLE card (id serial PRIMARY KEY, number text NOT NULL CONSTRAINT card_luhn CHECK (luhn(number)));
SELECT perfcheck_populate('{plain,card}', rows => 20);
SELECT count(*) FROM plain;

-- Partitions by expressions, by several columns, within partitions, and by default
CREATE TABLE by_month (at timestamp NOT NULL) PARTITION BY RANGE (date_trunc('month', at));
CREATE TABLE by_month_1 PARTITION OF by_month FOR VALUES FROM ('2025-01-01 UTC') TO ('2025-02-01 UTC');
CREATE TABLE by_month_2 PARTITION OF by_month FOR VALUES FROM ('2025-02-01 UTC') TO ('2025-03-01 UTC');
CREATE TABLE by_year (at timestamp NOT NULL) PARTITION BY LIST (extract(year FROM at));
CREATE TABLE by_year_1 PARTITION OF by_year FOR VALUES IN (1993);
CREATE TABLE by_lower (name text NOT NULL) PARTITION BY LIST (lower(name));
CREATE TABLE by_lower_1 PARTITION OF by_lower FOR VALUES IN ('alpha', 'beta');
CREATE TABLE by_sum (a int NOT NULL, b int NOT NULL) PARTITION BY RANGE ((a + b));
CREATE TABLE by_sum_1 PARTITION OF by_sum FOR VALUES FROM (0) TO (100);
CREATE TABLE by_sum_2 PARTITION OF by_sum FOR VALUES FROM (100) TO (1000);
CREATE TABLE by_left (code text NOT NULL) PARTITION BY LIST (left(code, 2));
CREATE TABLE by_left_1 PARTITION OF by_left FOR VALUES IN ('de', 'fr');
CREATE TABLE by_two (region text NOT NULL, at date NOT NULL) PARTITION BY RANGE (region, at);
CREATE TABLE by_two_1 PARTITION OF by_two FOR VALUES FROM ('a', '2025-01-01') TO ('a', '2025-07-01');
CREATE TABLE by_two_2 PARTITION OF by_two FOR VALUES FROM ('b', '2025-01-01') TO ('b', '2026-01-01');
CREATE TABLE by_hash (tenant int NOT NULL, id uuid NOT NULL, PRIMARY KEY (tenant, id)) PARTITION BY HASH (tenant, id);
CREATE TABLE by_hash_0 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_hash_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE by_default (k int) PARTITION BY LIST (k);
CREATE TABLE by_default_x PARTITION OF by_default DEFAULT;
-- one whose columns stand in another order
CREATE TABLE below (kind text, at date) PARTITION BY LIST (kind);
CREATE TABLE below_x (at date, gone int, kind text) PARTITION BY RANGE (((at + 1)));
ALTER TABLE below_x DROP COLUMN gone;
ALTER TABLE below ATTACH PARTITION below_x FOR VALUES IN ('x');
CREATE TABLE below_x_1 PARTITION OF below_x FOR VALUES FROM ('2025-01-01') TO ('2025-06-01');
SELECT * FROM grown('{by_month,by_year,by_lower,by_sum,by_left,by_two,by_hash,by_default,below}');

-- Exclusion constraints that share their ranges, and one whose column has a CHECK
CREATE TABLE stay (patient int NOT NULL, ward int NOT NULL, bed int NOT NULL CHECK (bed > 3), during tstzrange NOT NULL,
    EXCLUDE USING gist (ward WITH =, bed WITH =, during WITH &&), EXCLUDE USING gist (patient WITH =, during WITH &&));
-- A unique key of an expression
CREATE TABLE guest (email text NOT NULL);
CREATE UNIQUE INDEX ON guest (lower(email));
SELECT * FROM grown('{stay,guest}');

-- A document that names its current version, which is the document's
CREATE TABLE doc (id uuid PRIMARY KEY, current int NOT NULL);
CREATE TABLE version (doc uuid REFERENCES doc, number int CHECK (number > 0), PRIMARY KEY (doc, number));
ALTER TABLE doc ADD FOREIGN KEY (id, current) REFERENCES version (doc, number) DEFERRABLE INITIALLY DEFERRED;
SELECT * FROM grown('{doc,version}');
-- Columns that are to be equal to each other
CREATE TABLE one (id int PRIMARY KEY);
CREATE TABLE other (id int PRIMARY KEY REFERENCES one);
ALTER TABLE one ADD FOREIGN KEY (id) REFERENCES other DEFERRABLE INITIALLY DEFERRED;
SELECT perfcheck_populate('{one,other}', rows => 10);

-- Sequences: after the rows comes the next INSERT, be the sequence shared, its number made
-- a text, or that text referred to
CREATE SEQUENCE numbers;
CREATE TABLE invoice (no bigint PRIMARY KEY DEFAULT nextval('numbers'), name text);
CREATE TABLE credit (no bigint PRIMARY KEY DEFAULT nextval('numbers'), name text);
CREATE TABLE receipt (ref text PRIMARY KEY DEFAULT 'R' || lpad(nextval('numbers')::text, 6, '0'), name text);
CREATE TABLE scan (ref text NOT NULL REFERENCES receipt);
CREATE TABLE by_default_id (id int GENERATED BY DEFAULT AS IDENTITY (START 10 INCREMENT 10) PRIMARY KEY, name text);
CREATE TABLE always_id (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
CREATE TABLE down (id int PRIMARY KEY, name text);
CREATE SEQUENCE down_id INCREMENT -1;
ALTER TABLE down ALTER id SET DEFAULT nextval('down_id');
CREATE FUNCTION next_rows() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY '{invoice,credit,receipt,by_default_id,always_id,down}'::text[] LOOP
        EXECUTE format('INSERT INTO %I (name) SELECT ''mine'' FROM generate_series(1, 3)', one);
    END LOOP;
    RETURN (SELECT count(DISTINCT n) FROM (SELECT no AS n FROM invoice UNION ALL SELECT no FROM credit
        UNION ALL SELECT substr(ref, 2)::bigint FROM receipt) x);
END $$;
SELECT sum(made) FROM perfcheck_populate('{invoice,credit,receipt,scan,by_default_id,always_id,down}', rows => 50);
SELECT next_rows();
ANALYZE;
SELECT sum(made) FROM perfcheck_populate('{invoice,credit,receipt,scan,by_default_id,always_id,down}', factor => 2);
SELECT next_rows();
SELECT count(*) FILTER (WHERE ref !~ '^R\d{6}$') AS other_refs FROM receipt;

-- Growing goes on where the rows of today end, not those that were analyzed, nor a CHECK
CREATE TABLE log (id int PRIMARY KEY CHECK (id < 1000000), at timestamptz NOT NULL CHECK (at < '2099-01-01'));
INSERT INTO log SELECT i, timestamptz '2025-01-01 UTC' + i * interval '1 minute' FROM generate_series(1, 500) i;
ANALYZE log;
INSERT INTO log SELECT i, timestamptz '2025-01-01 UTC' + i * interval '1 minute' FROM generate_series(501, 1000) i;
SELECT made FROM perfcheck_populate('{log}', rows => 1500);
SELECT count(*) FILTER (WHERE id > 1000) AS later_ids, max(id) < 3000 AS near,
    count(*) FILTER (WHERE at > timestamptz '2025-01-01 UTC' + 1000 * interval '1 minute') AS later_times FROM log;

-- An ordinary role grows its own tables by their own statistics
CREATE ROLE perfcheck_populate_owner;
GRANT ALL ON SCHEMA grow TO perfcheck_populate_owner;
SET ROLE perfcheck_populate_owner;
CREATE TABLE mine (id serial PRIMARY KEY, kind text NOT NULL);
INSERT INTO mine (kind) SELECT CASE WHEN i % 10 = 0 THEN 'rare' ELSE 'usual' END FROM generate_series(1, 500) i;
ANALYZE mine;
SELECT made, note FROM perfcheck_populate('{mine}', factor => 3, statistics => NULL);
SELECT kind, count(*) FROM mine GROUP BY kind ORDER BY kind;
SELECT removed, kept FROM perfcheck_unpopulate('{mine}');
RESET ROLE;

-- A table that the statistics know as empty: named with rows it is filled, by a factor it is not
CREATE TABLE history (n int NOT NULL);
CREATE TABLE branch (id int PRIMARY KEY);
INSERT INTO branch SELECT generate_series(1, 10);
VACUUM ANALYZE history, branch;
SELECT tables > 0 AS taken FROM perfcheck_take_statistics('grow', '{grow}');
SELECT relation, made FROM perfcheck_populate('{history,branch}', factor => 2, statistics => 'grow');
SELECT relation, made FROM perfcheck_populate('{history}', rows => 100, statistics => 'grow');

-- A circle of tables, watched by a trigger, is gone in one call, but for what has to stay
CREATE TABLE p (id serial PRIMARY KEY, q_id int, name text);
CREATE TABLE q (id serial PRIMARY KEY, p_id int REFERENCES p ON DELETE CASCADE, name text);
ALTER TABLE p ADD FOREIGN KEY (q_id) REFERENCES q;
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN coalesce(NEW, OLD); END$$;
CREATE TRIGGER watch BEFORE DELETE ON p FOR EACH ROW EXECUTE FUNCTION watch();
SELECT sum(made) FROM perfcheck_populate('{p,q}', rows => 100);
SELECT sum(removed) FROM perfcheck_unpopulate('{p,q}');
SELECT (SELECT count(*) FROM p) AS p, (SELECT count(*) FROM q) AS q;
SELECT sum(made) FROM perfcheck_populate('{p,q}', rows => 100);
-- what a row of mine refers to stays, and what that refers to
UPDATE q SET p_id = NULL WHERE id = (SELECT max(id) FROM q);
UPDATE p SET q_id = (SELECT max(id) FROM q) WHERE id = (SELECT max(id) FROM p);
UPDATE p SET q_id = NULL WHERE id = (SELECT min(id) FROM p);
INSERT INTO q (p_id, name) VALUES ((SELECT max(id) FROM p), 'mine');
SELECT sum(removed) > 190 AS removed FROM perfcheck_unpopulate('{p,q}');
SELECT (SELECT count(*) FROM p) AS p, (SELECT count(*) FROM q) AS q;

SELECT count(*) FROM perfcheck_statistics WHERE name <> 'grow' AND name NOT IN (SELECT name FROM known);
DELETE FROM perfcheck_statistics WHERE name = 'grow';
DROP SCHEMA grow CASCADE;
DROP ROLE perfcheck_populate_owner;
RESET search_path;
