-- Prints what was said beside what an expert would say, and the figures.
\set QUIET on
\pset footer off
\pset null ''
CREATE TABLE answers AS
SELECT e."case", e.query, s.verdict, s.cause, concat_ws(E'\n', plain(s.fix), s.rewrite, s.advice) AS all_fixes, s.fix, s.rewrite,
    s.advice, coalesce(s.proven, false) AS proven, s.proof, e.cause AS cause_wanted, e.fix AS fix_wanted, e.best AS best_wanted, e.wrong,
    s.seconds
FROM expert AS e JOIN said AS s USING ("case", query);
CREATE TABLE judged AS
SELECT *, verdict = 'not ok' AS told, verdict = 'not ok' AND says(cause, cause_wanted) AND cause !~* 'the planner prefers' AS cause_right,
    coalesce(fix_wanted, '') <> '' AS fixable, says(all_fixes, wrong) AND NOT says(all_fixes, best_wanted) AS is_wrong,
    says(all_fixes, best_wanted) AS is_best,
    says(all_fixes, best_wanted) OR says(all_fixes, fix_wanted) AND NOT says(all_fixes, wrong) AS fix_right,
    cause ~* 'the planner prefers' AS prefers
FROM answers;

\echo
SELECT "case", count(*) AS queries, count(*) FILTER (WHERE told) AS "not ok", count(*) FILTER (WHERE cause_right) AS cause,
    count(*) FILTER (WHERE fix_right) AS fix, count(*) FILTER (WHERE is_best) AS best, count(*) FILTER (WHERE proven) AS proven,
    count(*) FILTER (WHERE proven AND fixable AND NOT fix_right) AS "proven, not right", count(*) FILTER (WHERE is_wrong) AS traps,
    count(*) FILTER (WHERE prefers) AS prefers, max(seconds) AS seconds
FROM judged GROUP BY 1 ORDER BY "case" COLLATE "C";

\pset tuples_only on
\pset format unaligned
\echo 'misses: what was said, and what an expert would say'
SELECT format(E'\n%s %s%s%s', "case", query,
        CASE WHEN NOT told THEN ', not called not ok' ELSE '' END,
        CASE WHEN is_wrong AND proven THEN ', A TRAP THAT IS CALLED PROVEN' WHEN is_wrong THEN ', a trap'
            WHEN proven AND fixable AND NOT fix_right THEN ', proven and not right' ELSE '' END)
    || CASE WHEN cause_right THEN '' ELSE E'\n  cause:  ' || coalesce(cause, 'none') || E'\n  wanted: ' || cause_wanted END
    || CASE WHEN is_best OR NOT fixable THEN '' ELSE E'\n  ' || CASE WHEN proven THEN 'proven: ' ELSE 'fix:    ' END
        || replace(coalesce(nullif(all_fixes, ''), 'none'), E'\n', E'\n          ')
        || CASE WHEN fix_right THEN E'\n  better: ' ELSE E'\n  wanted: ' END || CASE WHEN fix_right THEN best_wanted ELSE fix_wanted END END
FROM judged WHERE NOT (cause_right AND (is_best OR NOT fixable))
ORDER BY is_wrong AND proven DESC, proven AND NOT fix_right DESC, is_wrong DESC, "case" COLLATE "C", query COLLATE "C";

\echo
CREATE FUNCTION of(part bigint, whole bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT CASE WHEN $2 = 0 THEN 'none' ELSE format('%s of %s (%s %%)', $1, $2, round(100.0 * $1 / $2, 1)) END$$;
SELECT 'called not ok:                 ' || of(count(*) FILTER (WHERE told), count(*)) FROM judged
UNION ALL
SELECT 'causes right:                  ' || of(count(*) FILTER (WHERE cause_right), count(*)) || '; target: 90 %' FROM judged
UNION ALL
SELECT '"the planner prefers":         ' || of(count(*) FILTER (WHERE prefers), count(*)) || '; target: under 10 %' FROM judged
UNION ALL
SELECT 'fixes right:                   ' || of(count(*) FILTER (WHERE fix_right), count(*)) || '; target: 80 %' FROM judged WHERE fixable
UNION ALL
SELECT 'fixes that are the best:       ' || of(count(*) FILTER (WHERE is_best), count(*)) FROM judged WHERE fixable
UNION ALL
SELECT 'fixes proven:                  ' || of(count(*) FILTER (WHERE proven), count(*)) FROM judged WHERE fixable
UNION ALL
SELECT '   of these right:             ' || of(count(*) FILTER (WHERE fix_right), count(*)) FROM judged WHERE fixable AND proven
UNION ALL
SELECT 'traps named:                   ' || count(*) FILTER (WHERE is_wrong) || '; called proven: ' || count(*) FILTER (WHERE is_wrong AND proven)
    || '; target: none' FROM judged
UNION ALL
SELECT 'perfcheck_verify() took        ' || round(sum(seconds)::numeric, 1) || ' s' FROM (SELECT max(seconds) AS seconds FROM judged GROUP BY "case") AS s;
