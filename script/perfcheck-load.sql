-- Reads a file of queries into the contract of perfcheck (docs/git.md):
--   psql -X -v file=queries.sql -f "$(pg_config --sharedir)/extension/perfcheck-load.sql" DATABASE
-- With -v prune=yes it drops what the file lacks. An error loads nothing; the status is 3.
\set ON_ERROR_STOP on
\if :{?prune}
\else
\set prune off
\endif
\encoding UTF8
\set content `cat :'file'`
SELECT n.nspname AS perfcheck_schema
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace
WHERE e.extname OPERATOR(pg_catalog.=) 'perfcheck' \gset
SELECT * FROM :"perfcheck_schema".perfcheck_load(:'content', :'file', :'prune');
