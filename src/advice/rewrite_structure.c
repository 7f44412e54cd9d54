/*-------------------------------------------------------------------------
 *
 * rewrite_structure.c
 *		The same query with another structure.
 *
 * Each kind of change has a file of its own, which looks for it in the tree as it
 * was written and adds the changed query. A change is often worth little without
 * an index that only the changed query can use, so that each is followed by itself
 * with the indexes that it lacks then, one for each place of a table in it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "utils/lsyscache.h"

#include "advice/index_candidates.h"
#include "advice/multicolumn.h"
#include "advice/rewrite_structure.h"
#include "advice/rewrite_structure_aggregate.h"
#include "advice/rewrite_structure_exists.h"
#include "advice/rewrite_structure_fence.h"
#include "advice/rewrite_structure_group.h"
#include "advice/rewrite_structure_not_in.h"
#include "advice/rewrite_structure_page.h"
#include "advice/rewrite_structure_text.h"
#include "advice/rewrite_structure_union.h"
#include "advice/rewrite_structure_window.h"
#include "base/relation.h"

/* An index is worth a trial on a table of so many rows. */
#define STRUCTURE_SMALL_TABLE 1000

/* Returns the index that a place of a table lacks most, or NULL. */
static const Candidate *
structure_index_for(const QueryTable *table)
{
	static const PlanFacts no_plan = {0};
	char kind = get_rel_relkind(table->relid);
	List *candidates = NIL;
	ListCell *cell;

	if (IsCatalogRelationOid(table->relid) ||
		(kind != RELKIND_RELATION && kind != RELKIND_MATVIEW &&
		 kind != RELKIND_PARTITIONED_TABLE) ||
		relation_rows(table->relid) < STRUCTURE_SMALL_TABLE)
		return NULL;
	if (table->order != NIL)
		candidates = multicolumn_candidates(table, &no_plan);
	candidates = list_concat(candidates, index_candidates_missing(table));
	foreach(cell, candidates)
		if (((Candidate *) lfirst(cell))->statements != NIL)
			return lfirst(cell);
	return NULL;
}

/* Returns the candidate with the indexes that its query lacks, or NULL. */
static Candidate *
structure_with_indexes(const Candidate *rewrite, ParamListInfo params)
{
	Candidate *both = palloc(sizeof(*both));
	int nstatements = list_length(rewrite->statements);
	ListCell *cell;

	*both = *rewrite;
	both->statements = list_copy(rewrite->statements);
	both->tables = list_copy(rewrite->tables);
	foreach(cell, table_conditions_read(rewrite->query, params))
	{
		const Candidate *index = structure_index_for(lfirst(cell));
		ListCell *statement;
		bool known = false;

		if (index == NULL)
			continue;
		foreach(statement, both->statements)
			known = known ||
					strcmp(lfirst(statement), linitial(index->statements)) == 0;
		if (known)
			continue;
		foreach(statement, index->statements)
			candidate_add_statement(both, linitial_oid(index->tables),
									lfirst(statement));
		both->nindexes += index->nindexes;
	}
	return list_length(both->statements) > nstatements ? both : NULL;
}

List *
rewrite_structure_candidates(const ContractStatement *statement,
							 const Case *one, List *tables)
{
	StructureContext context = {.statement = statement,
								.tree = structure_text_tree(statement)};
	ParamListInfo params = case_params(statement, one);
	List *candidates = NIL;
	ListCell *cell;

	structure_not_in_add(&context);
	structure_fence_add(&context);
	structure_aggregate_add(&context);
	structure_exists_add(&context);
	structure_group_add(&context);
	structure_union_add(&context);
	structure_window_add(&context);
	structure_page_add(&context);
	foreach(cell, context.candidates)
	{
		Candidate *rewrite = lfirst(cell);
		Candidate *both = list_member_ptr(context.complete, rewrite)
							  ? NULL
							  : structure_with_indexes(rewrite, params);

		candidates = lappend(candidates, rewrite);
		if (both != NULL)
			candidates = lappend(candidates, both);
	}
	return candidates;
}
