-- Rows from statistics: who refers to whom, and which columns are copies
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA fidelity;
SET search_path = fidelity, public;

-- A number from 0 to 1, and one of n by Zipf's law.
CREATE FUNCTION throw(i bigint, k int) RETURNS double precision LANGUAGE sql IMMUTABLE AS
$$ SELECT ('x' || substr(md5(i || ':' || k), 1, 8))::bit(32)::bigint / 4294967296.0 $$;
CREATE FUNCTION zipf(u double precision, n bigint, skew double precision) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT least(n, 1 + floor(n * power(u, 1 / (1 - skew)))::bigint) $$;
-- Takes the statistics of the tables, makes them anew, and returns what is not as asked.
CREATE FUNCTION remade(tables text) RETURNS TABLE (relation text, what text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'ANALYZE ' || tables;
    PERFORM perfcheck_take_statistics('real', '{fidelity}');
    EXECUTE 'TRUNCATE ' || tables;
    PERFORM perfcheck_populate(string_to_array(tables, ', ')::regclass[], statistics => 'real');
    EXECUTE 'ANALYZE ' || tables;
    RETURN QUERY SELECT f.relation, f.what FROM perfcheck_fidelity('real') f
        WHERE NOT f.ok AND f.relation = ANY (SELECT 'fidelity.' || t FROM unnest(string_to_array(tables, ', ')) t)
        -- Of so few parents as offices and tenants, a child more is another distribution.
        AND f.what NOT IN ('foreign key move_office_id_fkey', 'foreign key item_tenant_id_fkey')
        AND (f.relation, f.what) <> ('fidelity.item', 'tenant_id') AND (f.relation, f.what) <> ('fidelity.item', 'product_id');
END $$;

-- The office of a move is that of its clerk, though its pot has an office as well.
CREATE TABLE office (office_id int PRIMARY KEY);
CREATE TABLE clerk (clerk_id int PRIMARY KEY, office_id int NOT NULL REFERENCES office);
CREATE TABLE pot (pot_id int PRIMARY KEY, office_id int NOT NULL REFERENCES office);
CREATE TABLE move (pot_id int NOT NULL REFERENCES pot, office_id int NOT NULL REFERENCES office, clerk_id int NOT NULL REFERENCES clerk);
INSERT INTO office SELECT generate_series(1, 10);
INSERT INTO clerk SELECT i, 1 + (i - 1) / 10 FROM generate_series(1, 100) i;
INSERT INTO pot SELECT i, 1 + (i - 1) / 400 FROM generate_series(1, 4000) i;
INSERT INTO move SELECT zipf(throw(i, 1), 4000, 0.5) * 1601 % 4000 + 1, 1 + (c - 1) / 10, c
FROM generate_series(1, 20000) i, LATERAL (SELECT zipf(throw(i, 2), 100, 0.6)::int AS c) x;
SELECT * FROM remade('office, clerk, pot, move');
SELECT count(*) FILTER (WHERE m.office_id = c.office_id) = count(*) AS the_clerks, count(*) FILTER (WHERE m.office_id = p.office_id) < 0.5 * count(*) AS not_the_pots
FROM move m JOIN clerk c USING (clerk_id) JOIN pot p USING (pot_id);
-- Where neither fits, it is no copy.
TRUNCATE move;
INSERT INTO move SELECT zipf(throw(i, 1), 4000, 0.5) * 1601 % 4000 + 1, 11 - zipf(throw(i, 3), 10, 0.8), zipf(throw(i, 2), 100, 0.6)::int
FROM generate_series(1, 20000) i;
SELECT * FROM remade('office, clerk, pot, move');

-- A tenant by way of a composite key, and a second key that has to agree on it. The lines of
-- a purchase are six at most.
CREATE TABLE tenant (id int PRIMARY KEY);
CREATE TABLE customer (id bigint PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenant, UNIQUE (tenant_id, id));
CREATE TABLE product (id uuid PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenant);
CREATE TABLE purchase (id bigint PRIMARY KEY, tenant_id int NOT NULL, customer_id bigint NOT NULL,
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id));
CREATE TABLE item (purchase_id bigint REFERENCES purchase, line int, tenant_id int NOT NULL REFERENCES tenant,
    product_id uuid NOT NULL REFERENCES product, PRIMARY KEY (purchase_id, line));
INSERT INTO tenant SELECT generate_series(1, 12);
INSERT INTO customer SELECT i, zipf(throw(i, 4), 12, 0.7) FROM generate_series(1, 3000) i;
INSERT INTO product SELECT md5('product' || i)::uuid, 1 + i % 12 FROM generate_series(1, 600) i;
INSERT INTO purchase SELECT i, c.tenant_id, c.id FROM generate_series(1, 8000) i
JOIN customer c ON c.id = zipf(throw(i, 5), 3000, 0.4) * 1601 % 3000 + 1 ORDER BY i;
INSERT INTO item SELECT p.id, l, p.tenant_id, md5('product' || (p.tenant_id + 12 * zipf(throw(p.id * 7 + l, 6), 49, 0.6)))::uuid
FROM purchase p, generate_series(1, 1 + (throw(p.id, 7) * 6)::int % 6) l ORDER BY p.id, l;
SELECT * FROM remade('tenant, customer, product, purchase, item');
SELECT count(*) FILTER (WHERE i.tenant_id = p.tenant_id) = count(*) AS the_purchases, count(*) FILTER (WHERE i.tenant_id = o.tenant_id) = count(*) AS the_products,
    max(line) AS lines
FROM item i JOIN purchase p ON p.id = purchase_id JOIN product o ON o.id = product_id;
SELECT max(n) > 4 * avg(n) AS skewed FROM (SELECT count(*) AS n FROM item GROUP BY product_id) x;

-- Answers are to what was said before, mostly of late; a tree has its roots first.
CREATE TABLE said (id bigint PRIMARY KEY, topic int NOT NULL, answers bigint REFERENCES said);
INSERT INTO said SELECT i, zipf(throw(i, 8), 300, 0.5), CASE WHEN i > 1 AND throw(i, 9) < 0.6 THEN 1 + floor((i - 1) * sqrt(throw(i, 10)))::bigint END
FROM generate_series(1, 20000) i;
SELECT * FROM remade('said');
SELECT count(*) FILTER (WHERE answers >= id) AS later FROM said;
CREATE TABLE shelf (id int PRIMARY KEY, within int REFERENCES shelf);
INSERT INTO shelf SELECT i, CASE WHEN i > 5 THEN 1 + (i - 6) % 5 END FROM generate_series(1, 45) i;
SELECT * FROM remade('shelf') WHERE what <> 'within';
SELECT count(DISTINCT within) AS parents FROM shelf;
SELECT max(id) AS roots FROM shelf WHERE within IS NULL;

-- Common documents, and common keys that are random
CREATE TABLE member (id uuid PRIMARY KEY, settings jsonb NOT NULL, sources jsonb NOT NULL);
CREATE TABLE entry (member_id uuid NOT NULL REFERENCES member, n int NOT NULL);
INSERT INTO member SELECT md5('member' || i)::uuid, jsonb_build_object('theme', (ARRAY['light', 'dark'])[1 + (throw(i, 11) < 0.3)::int]),
    (SELECT jsonb_agg(jsonb_build_object('at', 'https://example.org/' || md5(i || ':' || n), 'kind', (ARRAY['page', 'feed'])[1 + n % 2]))
     FROM generate_series(1, 1 + (throw(i, 12) * 3)::int) n)
FROM generate_series(1, 2000) i;
INSERT INTO entry SELECT md5('member' || zipf(throw(i, 13), 2000, 0.8))::uuid, i FROM generate_series(1, 10000) i;
CREATE TABLE busy AS SELECT member_id FROM entry GROUP BY member_id ORDER BY count(*) DESC LIMIT 3;
SELECT * FROM remade('member, entry');
SELECT count(*) AS still_busy FROM busy JOIN (SELECT member_id FROM entry GROUP BY member_id ORDER BY count(*) DESC LIMIT 3) x USING (member_id);
-- Foreign keys that ask one parent for the same keys, made of so few rows that several of
-- these lie between the same two: each is given to one row.
DROP TABLE entry, member;
CREATE TABLE member (id uuid PRIMARY KEY);
CREATE TABLE entry (member_id uuid NOT NULL REFERENCES member);
CREATE TABLE vote (member_id uuid NOT NULL REFERENCES member, other_id uuid NOT NULL REFERENCES member);
INSERT INTO member SELECT md5('member' || i)::uuid FROM generate_series(1, 1000) i;
INSERT INTO entry SELECT md5('member' || zipf(throw(i, 13), 1000, 0.7))::uuid FROM generate_series(1, 4000) i;
INSERT INTO vote SELECT md5('member' || zipf(throw(i, 14), 1000, 0.6))::uuid, md5('member' || zipf(throw(i, 15), 1000, 0.5))::uuid
FROM generate_series(1, 4000) i;
ANALYZE member, entry, vote;
SELECT count(*) > 0 AS taken FROM perfcheck_take_statistics('few', '{fidelity}');
TRUNCATE member, entry, vote;
SELECT relation, made FROM perfcheck_populate('{member, entry, vote}', statistics => 'few', rows => 800) ORDER BY 1;
SELECT count(DISTINCT member_id) > 1 AS several FROM vote JOIN entry USING (member_id);
-- The words of a text are as frequent as its tsvector says, also those whose letters a file replaced.
CREATE TABLE page (id int PRIMARY KEY, title text NOT NULL, body text NOT NULL,
    search tsvector GENERATED ALWAYS AS (setweight(to_tsvector('simple', title), 'A') || to_tsvector('simple', body)) STORED);
INSERT INTO page SELECT i, 'a' || md5(i::text),
    (SELECT string_agg('word' || chr(97 + (zipf(throw(i * 16 + n, 16), 600, 0.6) / 26)::int) || chr(97 + (zipf(throw(i * 16 + n, 16), 600, 0.6) % 26)::int), ' ' ORDER BY n)
     FROM generate_series(1, 4 + i % 9) n) FROM generate_series(1, 4000) i;
ANALYZE page;
CREATE VIEW words AS SELECT u.word, u.share FROM pg_stats s, unnest(most_common_elems::text::text[], most_common_elem_freqs) u (word, share)
WHERE s.schemaname = 'fidelity' AND s.tablename = 'page' AND s.attname = 'search' AND u.word IS NOT NULL;
CREATE TABLE asked AS SELECT * FROM words;
SELECT count(*) > 0 AS taken FROM perfcheck_take_statistics('words', '{fidelity}');
CREATE PROCEDURE fill_page() LANGUAGE plpgsql AS $$BEGIN
    TRUNCATE page;
    PERFORM perfcheck_populate('{page}', statistics => 'words', rows => 2000);
    ANALYZE page;
END$$;
CALL fill_page();
SELECT max(abs(a.share - coalesce(w.share, 0))) < 0.04 AS as_frequent, max(a.share) > 0.1 AS any_common
FROM asked a LEFT JOIN words w USING (word) WHERE a.share > 0.05;
SELECT count(DISTINCT body) AS bodies FROM page;
UPDATE perfcheck_statistics_column SET common_elements = ARRAY(SELECT replace(e, 'word', 'sigh') FROM unnest(common_elements) WITH ORDINALITY u (e, n) ORDER BY n)
WHERE statistics = 'words' AND name = 'page' AND attribute = 'search';
CALL fill_page();
SELECT max(abs(a.share - coalesce(w.share, 0))) < 0.04 AS as_frequent FROM asked a LEFT JOIN words w ON w.word = replace(a.word, 'word', 'sigh') WHERE a.share > 0.05;
DROP SCHEMA fidelity CASCADE;
