-- As whom a query runs, and with what settings: roles, row security, strict.
-- 2,000 rows; at scale 100 a walk of the whole table is over the budget.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfcheck CASCADE;
CREATE SCHEMA rls_test;
SET search_path = rls_test, public;
\set SHOW_CONTEXT never
\set VERBOSITY terse
SET jit = off;
SET max_parallel_workers_per_gather = 0;
UPDATE perfcheck_query SET enabled = false;
CREATE ROLE perfcheck_app;
CREATE ROLE perfcheck_owner;
CREATE ROLE perfcheck_ci;
CREATE ROLE perfcheck_sees_all BYPASSRLS;
GRANT perfcheck_app, perfcheck_sees_all TO perfcheck_owner;
GRANT USAGE ON SCHEMA rls_test TO perfcheck_app, perfcheck_owner, perfcheck_ci, perfcheck_sees_all;

-- tenant 1 has half of the rows, 77 has rows among the oldest only
CREATE TABLE parcel (id int PRIMARY KEY, tenant int NOT NULL, state text NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO parcel SELECT i, CASE WHEN i <= 120 THEN 77 WHEN i % 2 = 0 THEN 1 ELSE 2 + i % 40 END, 's' || i % 3 FROM generate_series(1, 2000) AS i;
CREATE INDEX parcel_tenant ON parcel (tenant, id);
CREATE TABLE parcel_or (LIKE parcel INCLUDING ALL) WITH (autovacuum_enabled = off);
INSERT INTO parcel_or TABLE parcel;
VACUUM ANALYZE parcel, parcel_or;
ALTER TABLE parcel ENABLE ROW LEVEL SECURITY;
ALTER TABLE parcel_or ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON parcel USING (tenant = nullif(current_setting('app.tenant', true), '')::int);
CREATE POLICY p ON parcel_or USING (current_setting('app.super', true) = 'on' OR tenant = nullif(current_setting('app.tenant', true), '')::int);
GRANT SELECT ON parcel, parcel_or TO perfcheck_app, perfcheck_sees_all, perfcheck_ci;
ALTER TABLE parcel OWNER TO perfcheck_owner;

CREATE VIEW points AS
SELECT n, regexp_replace(l, '^((not )?ok \d+ - [^:#]*).*?(\([a-z][^)]*\))?$', '\1 \3') AS point
FROM perfcheck_verify() WITH ORDINALITY AS v (l, n) WHERE l ~ '^((not )?ok|# row)';

--
-- Roles
--

SELECT perfcheck_add_query('or_policy', 'SELECT * FROM parcel_or ORDER BY id DESC LIMIT 10');
SELECT perfcheck_add_query('policy', 'SELECT * FROM parcel ORDER BY id DESC LIMIT 10');
-- a superuser sees all rows, which is said once
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^((not )?ok|#)';
SELECT count(*) AS cases, count(settings) AS with_settings FROM perfcheck_cases();
-- so do roles with BYPASSRLS, and owners
SET perfcheck.role = 'perfcheck_sees_all';
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^#';
SET perfcheck.role = 'perfcheck_owner';
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^# row';
-- as the application: each tenant, also one without rows and one with old rows
SET perfcheck.role = 'perfcheck_app';
SELECT query, label, args, required, share, settings FROM perfcheck_cases();
SELECT point FROM points;
SELECT query, label, rows_returned, rows_examined, ok FROM perfcheck_plan(scale => 100);
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^  values';
-- the query names the role; NULL means perfcheck.role
RESET perfcheck.role;
UPDATE perfcheck_query SET role = 'perfcheck_app' WHERE name IN ('policy', 'or_policy');
SELECT point FROM points;
SET perfcheck.role = 'perfcheck_no_such_role';
SELECT count(*) FROM points;
UPDATE perfcheck_query SET role = NULL WHERE name = 'policy';
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ 'no_such';
SELECT reason FROM perfcheck_cases('policy');
SELECT perfcheck_add_query('x', 'SELECT 1');
RESET perfcheck.role;
UPDATE perfcheck_query SET role = 'perfcheck_app' WHERE name = 'policy';
\set VERBOSITY default
SELECT perfcheck_add_query('x', 'SELECT 1', role => 'perfcheck_no_such_role');
-- who may not SET ROLE to it may not run as it
SET ROLE perfcheck_ci;
SELECT reason FROM perfcheck_cases('policy');
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ 'not ok 1';
SET perfcheck.role = 'perfcheck_owner';
RESET ROLE;
SET perfcheck.role = '';
\set VERBOSITY terse
-- the role's rights, and its search_path, hold when a query is added
SELECT perfcheck_add_query('current', 'SELECT current_user, count(*) FROM parcel WHERE tenant = $1', role => 'perfcheck_app');
CREATE SCHEMA rls_hidden;
CREATE TABLE rls_hidden.t (a int);
SELECT perfcheck_add_query('x', 'SELECT * FROM rls_hidden.t', role => 'perfcheck_app');
SET search_path = rls_hidden, rls_test, public;
SELECT public.perfcheck_add_query('y', 'SELECT * FROM parcel', role => 'perfcheck_app');
SET search_path = rls_test, public;
SELECT search_path FROM perfcheck_query WHERE name = 'y';
SELECT perfcheck_drop_query('y');
REVOKE SELECT ON parcel FROM perfcheck_app;
SELECT label, reason FROM perfcheck_plan('policy');
GRANT SELECT ON parcel TO perfcheck_app;
-- the contract is the caller's: the role need not see it
REVOKE SELECT ON perfcheck_case, perfcheck_query FROM PUBLIC;
SELECT perfcheck_add_case('current', 'of mine', '{77}');
SELECT label FROM perfcheck_cases('current') WHERE share IS NULL;
GRANT SELECT ON perfcheck_case, perfcheck_query TO PUBLIC;
SELECT perfcheck_drop_query('current');
-- what runs as the role cannot leave it
CREATE FUNCTION escapes() RETURNS text LANGUAGE plpgsql STABLE AS $$BEGIN PERFORM set_config('role', 'none', true); RETURN current_user; END$$;
CREATE FUNCTION whoami() RETURNS text LANGUAGE sql STABLE AS 'SELECT current_user::text';
SELECT perfcheck_add_query('escapes', 'SELECT escapes()', role => 'perfcheck_app');
SELECT perfcheck_add_query('whoami', $$SELECT WHERE whoami() = 'perfcheck_app'$$, role => 'perfcheck_app');
SELECT query, rows_returned, reason FROM perfcheck_plan() WHERE query ~ 'escapes|whoami';
SELECT perfcheck_drop_query('escapes');
SELECT perfcheck_drop_query('whoami');
-- who was the user stays the user
SELECT current_user = session_user AS same_user, current_setting('perfcheck.role') = '' AS unset;

GRANT CREATE ON SCHEMA rls_test TO perfcheck_owner;
-- fixes: the caller builds the index, and the role gets the plan
SELECT perfcheck_add_query('by_state', 'SELECT * FROM parcel WHERE state = $1 ORDER BY id DESC LIMIT 10', role => 'perfcheck_app');
UPDATE perfcheck_query SET enabled = false;
UPDATE perfcheck_query SET enabled = true WHERE name = 'by_state';
DROP INDEX parcel_tenant;
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^  "?(case|values|cause|fix|no proof)';
SET ROLE perfcheck_owner;
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^  "?(fix|no proof)';
SET perfcheck.role = 'perfcheck_app';
RESET ROLE;
RESET perfcheck.role;
GRANT perfcheck_app TO perfcheck_ci;
SET ROLE perfcheck_ci;
-- one who sees no row of any tenant must be told of a tenant
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^not ok';
RESET ROLE;
UPDATE perfcheck_query SET settings = '{"app.tenant": {"column": "parcel.tenant"}}' WHERE name = 'by_state';
SET ROLE perfcheck_ci;
SELECT * FROM perfcheck_cases('by_state');
-- also where the query has no parameter
SELECT * FROM perfcheck_cases('policy');
RESET ROLE;
UPDATE perfcheck_query SET settings = NULL WHERE name = 'by_state';
SET ROLE perfcheck_ci;
SET app.tenant = '77';
SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^  "?(fix|no proof)';
RESET app.tenant;
RESET ROLE;
REVOKE perfcheck_app FROM perfcheck_ci;
-- the values are those of each tenant
SELECT label, args, settings FROM perfcheck_cases('by_state') WHERE label ~ 'tenant|typical';
CREATE INDEX parcel_tenant ON parcel (tenant, id);

--
-- Settings
--

UPDATE perfcheck_query SET settings = '{"app.tenant": 5}' WHERE name = 'policy';
SELECT label, settings FROM perfcheck_cases('policy');
UPDATE perfcheck_query SET settings = '{"app.tenant": [5]}' WHERE name = 'policy';
SELECT label, settings FROM perfcheck_cases('policy');
UPDATE perfcheck_query SET settings = '{"app.tenant": [5, "77"], "work_mem": "8MB", "app.super": false}' WHERE name = 'policy';
SELECT label, settings FROM perfcheck_cases('policy');
UPDATE perfcheck_query SET settings = '{"app.tenant": {"column": "parcel_or.tenant"}}' WHERE name = 'policy';
SELECT label, settings FROM perfcheck_cases('policy');
-- that of the session is the typical one, too
UPDATE perfcheck_query SET settings = NULL WHERE name = 'policy';
SET app.tenant = '9';
SELECT label, settings FROM perfcheck_cases('policy') LIMIT 2;
RESET app.tenant;
-- they are gone afterwards
SHOW work_mem;
SELECT current_setting('app.tenant', true) AS tenant;
-- settings that are no setting
SELECT perfcheck_add_query('x', 'SELECT 1', settings => '[1]');
SELECT perfcheck_add_query('x', 'SELECT 1', settings => '{"app.x": null}');
SELECT perfcheck_add_query('x', 'SELECT 1', settings => '{"app.x": []}');
SELECT perfcheck_add_query('x', 'SELECT 1', settings => '{"app.x": [[1]]}');
SELECT perfcheck_add_query('x', 'SELECT 1', settings => '{"app.x": {"sub": "1"}}');
SELECT perfcheck_add_query('x', 'SELECT 1', settings => '{"app.x": {"column": "tenant"}}');
SELECT perfcheck_add_query('x', 'SELECT 1', settings => '{"app.x": {"column": "no_such_table.tenant"}}');
SELECT perfcheck_add_query('x', 'SELECT 1', settings => '{"app.x": {"column": "rls_test.parcel.nothing"}}');
SELECT perfcheck_add_query('x', 'SELECT 1', settings => '{"app.x": {"column": "points.n"}}');
SELECT perfcheck_add_query('x', 'SELECT 1', settings => '{"role": "postgres"}');
SELECT perfcheck_add_query('x', 'SELECT 1', settings => '{"search_path": "rls_test"}');
SELECT perfcheck_add_query('x', 'SELECT 1', settings => '{"no_such_setting": "1"}');
SELECT perfcheck_add_query('x', 'SELECT 1', settings => '{"work_mem": "a lot"}');
-- what a superuser may set, the role may not
SELECT perfcheck_add_query('x', 'SELECT 1', role => 'perfcheck_app', settings => '{"session_replication_role": "replica"}');
-- the settings hold when the query is analyzed, too
SELECT perfcheck_add_query('zone', $$SELECT WHERE '2027-01-01'::timestamptz = '2026-12-31 15:00Z'$$, settings => '{"TimeZone": "Asia/Tokyo"}');
SELECT label, rows_returned, rows_examined FROM perfcheck_plan('zone');
SELECT perfcheck_drop_query('zone');

-- time, requests, rows and forecast
UPDATE perfcheck_query SET path = '/parcels?state=$1' WHERE name = 'by_state';
SELECT label, count(*) FROM perfcheck_requests('by_state', 5) GROUP BY label ORDER BY label COLLATE "C";
SELECT bool_and(rows = perfcheck_rows(query, path)) AS same FROM perfcheck_requests('by_state', 5);
SELECT label FROM perfcheck_time('by_state', 1, 0);
SELECT label, bool_and(ok) AS ok FROM perfcheck_forecast('or_policy', 200000) GROUP BY label ORDER BY label COLLATE "C";

--
-- Policies of other forms
--

UPDATE perfcheck_query SET enabled = false;
CREATE FUNCTION uid() RETURNS int LANGUAGE plpgsql STABLE AS $$BEGIN RETURN nullif(current_setting('jwt.uid', true), '')::int; END$$;
CREATE TABLE staff (uid int PRIMARY KEY, tenant int NOT NULL);
CREATE FUNCTION tenant_of_uid() RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rls_test AS $$SELECT tenant FROM staff WHERE staff.uid = uid()$$;
INSERT INTO staff SELECT i, 1 + i % 41 FROM generate_series(1, 200) AS i;
ANALYZE staff;
GRANT SELECT ON staff TO perfcheck_app;
SELECT perfcheck_add_query('form', 'SELECT * FROM parcel ORDER BY id DESC LIMIT 10', role => 'perfcheck_app');
CREATE FUNCTION forms(policy text, given jsonb DEFAULT NULL) RETURNS TABLE (label text, required boolean, settings jsonb) LANGUAGE plpgsql AS
$$BEGIN
	EXECUTE 'DROP POLICY p ON parcel';
	EXECUTE format('CREATE POLICY p ON parcel USING (%s)', policy);
	UPDATE perfcheck_query AS q SET settings = given WHERE name = 'form';
	RETURN QUERY SELECT c.label, c.required, c.settings FROM perfcheck_cases('form') AS c;
END$$;
SELECT * FROM forms('tenant = uid()');
SELECT * FROM forms('(SELECT uid()) = tenant');
SELECT * FROM forms($$tenant::text = current_setting('app.tenant')$$);
SELECT * FROM forms($$tenant = ANY (string_to_array(current_setting('app.tenants'), ',')::int[])$$);
SELECT * FROM forms($$tenant = ANY (current_setting('app.tenants')::int[])$$);
SELECT * FROM forms($$tenant = (current_setting('request.jwt.claims', true)::json ->> 'tenant')::int$$);
SELECT * FROM forms($$tenant = (current_setting('request.jwt.claims', true)::json -> 'app' ->> 'tenant')::int$$);
SELECT * FROM forms($$tenant = (current_setting('request.jwt.claims', true)::json ->> 'tenant')::int$$, '{"request.jwt.claims": "{\"role\": \"web\", \"tenant\": 9}"}');
SELECT * FROM forms($$coalesce(nullif(current_setting('jwt.tenant', true), ''), nullif(current_setting('jwt', true), '')::jsonb ->> 'tenant')::int = tenant$$);
SELECT * FROM forms($$tenant IN (SELECT s.tenant FROM staff AS s WHERE s.uid = uid())$$);
SELECT * FROM forms('tenant IN (SELECT tenant_of_uid())');
CREATE FUNCTION is_mine(t int) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rls_test AS
$$DECLARE
	found_one boolean; -- SELECT nothing from a comment; nor from 'SELECT'
BEGIN
	SELECT true INTO found_one FROM staff AS s WHERE s.tenant = t AND s.uid = uid();
	RETURN found_one;
END$$;
SELECT * FROM forms('is_mine(tenant)');
-- two settings of one row; what is the same for all rows does not vary
SELECT * FROM forms($$tenant = current_setting('app.tenant')::int AND state = current_setting('app.state')$$);
SELECT * FROM forms($$tenant = current_setting('app.tenant')::int AND state = current_setting('app.state')$$, '{"app.tenant": 77}') LIMIT 2;
SELECT * FROM forms($$current_setting('app.super', true) = 'on'$$, '{"app.super": "on"}');
SELECT * FROM forms('tenant = 5');
-- forced upon the owner, who cannot see all tenants then; a superuser can
ALTER TABLE parcel FORCE ROW LEVEL SECURITY;
SELECT count(*) FROM forms($$tenant = current_setting('app.tenant')::int$$);
ALTER TABLE parcel NO FORCE ROW LEVEL SECURITY;
-- without row security
CREATE VIEW my_parcel AS SELECT * FROM parcel WHERE state = current_setting('my.state');
GRANT SELECT ON my_parcel TO perfcheck_app;
SELECT perfcheck_add_query('view', 'SELECT count(*) FROM my_parcel', role => 'perfcheck_app');
SELECT label, settings FROM perfcheck_cases('view');
UPDATE perfcheck_query SET settings = '{"my.state": "s1"}' WHERE name = 'view';
SELECT label, settings FROM perfcheck_cases('view');
UPDATE perfcheck_query SET settings = NULL WHERE name = 'view';
SET my.state = 's1';
SELECT label, settings FROM perfcheck_cases('view');
RESET my.state;
SELECT perfcheck_drop_query('view');
-- a plan that is kept is used for the next tenant, too
DROP INDEX parcel_tenant;
CREATE INDEX parcel_tenant ON parcel (tenant);
SELECT count(*) FROM forms($$tenant = current_setting('app.tenant')::int$$);
SELECT label, access ~ 'parcel_pkey' AS walks, fragile ~ 'for app.tenant common' AS fragile FROM perfcheck_plan('form', 100);
UPDATE perfcheck_query SET enabled = true WHERE name = 'form';

-- values are looked up with the query's search_path, in which its functions find their tables
CREATE FUNCTION is_staff(int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$BEGIN RETURN EXISTS (SELECT FROM staff WHERE tenant = $1); END$$;
SELECT * FROM forms('is_staff(tenant)');
SELECT perfcheck_add_query('found', 'SELECT * FROM parcel WHERE state = $1 ORDER BY id DESC LIMIT 10', role => 'perfcheck_app');
SELECT label, args FROM perfcheck_cases('found') WHERE label ~ 'common|absent';
-- a decoy in it is not called by perfcheck's own SQL
CREATE SCHEMA rls_decoy;
GRANT USAGE ON SCHEMA rls_decoy TO perfcheck_app;
CREATE FUNCTION rls_decoy.min(text) RETURNS text LANGUAGE sql AS 'SELECT (1 / 0)::text';
CREATE FUNCTION rls_decoy.lead(integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT 1 / 0';
CREATE FUNCTION rls_decoy.times(numeric, integer) RETURNS numeric LANGUAGE sql AS 'SELECT 1 / 0::numeric';
CREATE OPERATOR rls_decoy.* (LEFTARG = numeric, RIGHTARG = integer, FUNCTION = rls_decoy.times);
UPDATE perfcheck_query SET search_path = 'rls_decoy, rls_test, public, pg_catalog' WHERE name = 'found';
SELECT label, args FROM perfcheck_cases('found') WHERE label ~ 'common|absent';
SELECT perfcheck_drop_query('found');

-- rows that no one sees are there nevertheless: no SKIP
SELECT * FROM forms('false');
SELECT perfcheck_add_query('hidden', 'SELECT * FROM parcel WHERE state = $1 LIMIT 10', role => 'perfcheck_app');
SELECT regexp_replace(l, '\(hint.*', '') AS line FROM perfcheck_verify() AS v (l) WHERE l ~ 'hidden';
SELECT query, ok, reason FROM perfcheck_time('hidden', 1, 0);
SELECT perfcheck_drop_query('hidden');
SELECT perfcheck_drop_query('form');

--
-- Strict
--

-- a contract without an enabled query
SELECT * FROM perfcheck_verify();
SELECT * FROM perfcheck_verify(strict => true);
SELECT perfcheck_assert();
SELECT perfcheck_assert(strict => true);
SELECT perfcheck_assert(strict => NULL);
-- an empty table
CREATE TABLE nothing (a int);
SELECT perfcheck_add_query('skipped', 'SELECT * FROM nothing WHERE a = $1');
SELECT * FROM perfcheck_verify();
SELECT * FROM perfcheck_verify(strict => true);
SELECT perfcheck_assert();
SELECT perfcheck_assert(strict => true);
UPDATE perfcheck_query SET todo = 'not filled yet' WHERE name = 'skipped';
SELECT * FROM perfcheck_verify(1, true);
SELECT perfcheck_assert(1, true);
SELECT perfcheck_drop_query('skipped');
-- cases of which none is required
CREATE TABLE something AS SELECT 1 AS a;
SELECT perfcheck_add_query('loose', 'SELECT 1 FROM something WHERE repeat($1, 2) IS NULL');
SELECT perfcheck_add_case('loose', 'one', '{x}', required => false);
SELECT * FROM perfcheck_verify();
SELECT * FROM perfcheck_verify(strict => true);
SELECT perfcheck_assert(strict => true);
SELECT perfcheck_drop_query('loose');

SELECT perfcheck_drop_query('or_policy');
SELECT perfcheck_drop_query('policy');
SELECT perfcheck_drop_query('by_state');
UPDATE perfcheck_query SET enabled = true;
DROP SCHEMA rls_test, rls_hidden, rls_decoy CASCADE;
DROP ROLE perfcheck_app, perfcheck_owner, perfcheck_ci, perfcheck_sees_all;
