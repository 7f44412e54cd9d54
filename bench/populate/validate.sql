-- Each constraint is checked anew, by PostgreSQL's own means: an error is a row
-- that breaks one.
SET client_min_messages = warning;
UPDATE pg_constraint SET convalidated = false
WHERE contype IN ('f', 'c') AND conrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r');
SELECT format('ALTER TABLE %s VALIDATE CONSTRAINT %I', conrelid::regclass, conname)
FROM pg_constraint WHERE contype IN ('f', 'c') AND NOT convalidated AND conrelid <> 0 \gexec
SELECT format('REINDEX TABLE %s', oid::regclass) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' \gexec
