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

Candidate *
candidate_with_statements(const Candidate *candidate, List *statements)
{
	Candidate *copy = candidate_make(candidate->cause);
	ListCell *cell;

	copy->kind = candidate->kind;
	copy->rewrite = candidate->rewrite;
	copy->suggestion = candidate->suggestion;
	copy->query = candidate->query;
	copy->structural = candidate->structural;
	copy->values = candidate->values;
	copy->custom = candidate->custom;
	copy->expected = candidate->expected;
	copy->columns = candidate->columns;
	copy->partial = candidate->partial;
	copy->paged = candidate->paged;
	copy->walks = candidate->walks;
	copy->order_alone = candidate->order_alone;
	copy->tables = candidate->tables;
	copy->statements = statements;
	copy->definition = candidate->definition;
	copy->fix = candidate->definition;
	foreach(cell, statements)
	{
		char *sql = lfirst(cell);

		copy->fix =
			copy->fix == NULL ? sql : psprintf("%s; %s", copy->fix, sql);
		if (pg_strncasecmp(sql, "CREATE INDEX", strlen("CREATE INDEX")) == 0)
			copy->nindexes++;
	}
	return copy;
}

Candidate *
candidate_set(List *members)
{
	Candidate *set = candidate_make(NULL);
	ListCell *cell;

	set->members = members;
	foreach(cell, members)
	{
		const Candidate *member = lfirst(cell);

		/* The same cause is told once, though it holds of two tables. */
		if (set->cause == NULL)
			set->cause = member->cause;
		else if (strstr(set->cause, member->cause) == NULL)
			set->cause = psprintf("%s; and %s", set->cause, member->cause);
		if (member->fix != NULL)
			set->fix = set->fix == NULL
						   ? member->fix
						   : psprintf("%s; %s", set->fix, member->fix);
		if (member->query != NULL)
		{
			set->rewrite = member->rewrite;
			set->query = member->query;
			set->structural = member->structural;
			set->values = member->values;
		}
		if (member->nindexes > 0 || set->kind == CANDIDATE_OTHER)
			set->kind = member->kind;
		set->walks = set->walks || member->walks;
		set->partial = set->partial || member->partial;
		set->custom = set->custom || member->custom;
		set->statements = list_concat(set->statements, member->statements);
		set->tables = list_concat_unique_oid(set->tables, member->tables);
		set->nindexes += member->nindexes;
	}
	return set;
}

void
candidate_take_fix(Candidate *candidate, const Candidate *index)
{
	candidate->fix = index->fix;
	candidate->statements = index->statements;
	candidate->tables = index->tables;
	candidate->nindexes = index->nindexes;
}
