-- What causes.sh collects, and cases/causes.tsv beside it.
\set QUIET on
CREATE TABLE said (
    "case" text, query text, verdict text, seconds float8, cause text, fix text, rewrite text, advice text,
    proven boolean, proof text);
CREATE TABLE expert (
    "case" text, query text, cause text, fix text, best text, wrong text, PRIMARY KEY ("case", query));
CREATE TABLE hurt (
    "case" text, query text, label text, args text, blocks bigint, examined bigint, error text,
    blocks_with bigint, examined_with bigint, error_with text, access text, access_with text, fix text,
    share float8, share_with float8, returned bigint, returned_with bigint);
CREATE TABLE time ("case" text, query text, verdict text, tables bigint, verify float8, plan float8);

-- An index as "index table(column,column desc)", or "index table gin(column)".
CREATE FUNCTION plain(said text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT string_agg(CASE WHEN part ~* '^\s*create (unique )?index' THEN
        regexp_replace(regexp_replace(regexp_replace(regexp_replace(part,
            'create (unique )?index (concurrently )?(if not exists )?("?\w+"? )?on (only )?("?\w+"?\.)?"?(\w+)"?( using btree)? \(', 'index \7(', 'i'),
            'create (unique )?index (concurrently )?(if not exists )?("?\w+"? )?on (only )?("?\w+"?\.)?"?(\w+)"? using (\w+) \(', 'index \7 \8(', 'i'),
            ' asc(?=[,) ])', '', 'gi'), '["]|(?<=,) |\mpublic\.', '', 'g')
    ELSE part END, '; ' ORDER BY n)
FROM regexp_split_to_table(said, ';\s*') WITH ORDINALITY AS s(part, n)
$$;

-- Whether one of the expert's words is said; ~ stands for a direction.
CREATE FUNCTION says(said text, pattern text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
SELECT coalesce(pattern, '') <> '' AND regexp_like(coalesce(said, ''), replace(pattern, '~', '( desc)?( nulls (first|last))?'), 'iw')
$$;
