/*-------------------------------------------------------------------------
 *
 * candidate.c
 *		One possible cause of too much work, with the fix for it.
 *
 * The fix is kept twice: joined with semicolons, as the report prints it, and
 * as a list of statements, as a trial executes it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "advice/candidate.h"
#include "base/relation.h"

Candidate *
candidate_make(char *cause)
{
	Candidate *candidate = palloc0(sizeof(*candidate));

	candidate->cause = cause;
	candidate->examined = -1;
	return candidate;
}

void
candidate_add_statement(Candidate *candidate, Oid relid, const char *sql)
{
	candidate->statements = lappend(candidate->statements, pstrdup(sql));
	candidate->tables = list_append_unique_oid(candidate->tables, relid);
	candidate->fix = candidate->fix == NULL
						 ? pstrdup(sql)
						 : psprintf("%s; %s", candidate->fix, sql);
}

void
candidate_add_index(Candidate *candidate, Oid relid, const char *method,
					const char *columns, bool expression)
{
	const char *table = relation_sql_name(relid);

	candidate_add_statement(
		candidate, relid,
		psprintf("CREATE INDEX ON %s USING %s (%s)", table, method, columns));
	candidate->kind = CANDIDATE_INDEX;
	candidate->nindexes++;
	if (expression)
		candidate_add_statement(candidate, relid,
								psprintf("ANALYZE %s", table));
}

void
candidate_take_fix(Candidate *candidate, const Candidate *index)
{
	candidate->fix = index->fix;
	candidate->statements = index->statements;
	candidate->tables = index->tables;
	candidate->nindexes = index->nindexes;
}
