-- What cases.sh collects, one table for each file.
\set QUIET on
CREATE TABLE said (
    "case" text, query text, verdict text, seconds float8, reason text, sql text);
CREATE TABLE predicted (
    "case" text, query text, n bigint, label text, plan_mode text, args text[], settings jsonb,
    access text, rows_projected bigint, blocks_projected bigint, ok boolean);
CREATE TABLE real (
    "case" text, query text, n bigint, access text, returned bigint, examined bigint,
    blocks bigint, error text, share float8);
CREATE TABLE measured (
    "case" text, query text, size float8, label text, args text, plan_mode text, returned bigint,
    examined bigint, blocks bigint, spilled bigint, error text, share float8, access text, sql text);
-- truth.tsv: verdict and why are written by hand, the rest is measured.
CREATE TABLE truth (
    "case" text, query text, verdict text, why text, worst text, args text, plan_mode text,
    returned bigint, rows text, blocks bigint, rows_today bigint, blocks_today bigint, over text);
