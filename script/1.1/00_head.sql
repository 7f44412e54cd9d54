/* sql/perfcheck--1.0--1.1.sql */

\echo Use "CREATE EXTENSION perfcheck" or "ALTER EXTENSION perfcheck UPDATE TO '1.1'" to load this file. \quit

