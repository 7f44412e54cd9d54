/*-------------------------------------------------------------------------
 *
 * rewrite_structure_page.c
 *		Pages by OFFSET.
 *
 * A page by a cursor takes other parameters, so that no trial can compare it with
 * the query; it is told in words, with the comparison to write.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/typcache.h"

#include "advice/rewrite_structure_page.h"
#include "advice/rewrite_structure_tree.h"
#include "advice/rewrite_structure_wrap.h"

/* Rows that are read for no use, and not yet worth a word. */
#define STRUCTURE_SMALL_OFFSET 1000

typedef struct PageOrder
{
	StringInfoData columns;
	StringInfoData values;
	List *vars;
	int varno; /* of the first column's table */
	bool descending;
	bool usual; /* columns that are never NULL, in one direction */
} PageOrder;

static bool
structure_page_is_deep(const Query *query)
{
	Const *offset;

	if (query->limitOffset == NULL || query->limitCount == NULL ||
		query->setOperations != NULL || query->sortClause == NIL)
		return false;
	offset = (Const *) strip_implicit_coercions(query->limitOffset);
	if (!IsA(offset, Const))
		return true;
	return !offset->constisnull && offset->consttype == INT4OID &&
		   DatumGetInt32(offset->constvalue) >= STRUCTURE_SMALL_OFFSET;
}

static void
structure_page_add_column(PageOrder *order, const Query *query, Var *var)
{
	const char *name = get_rte_attribute_name(
		rt_fetch(var->varno, query->rtable), var->varattno);

	appendStringInfo(&order->columns, "%s%s",
					 order->columns.len > 0 ? ", " : "",
					 quote_identifier(name));
	appendStringInfo(&order->values, "%slast %s",
					 order->values.len > 0 ? ", " : "", name);
	order->vars = lappend(order->vars, var);
}

static void
structure_page_read(const Query *query, PageOrder *order)
{
	ListCell *cell;

	initStringInfo(&order->columns);
	initStringInfo(&order->values);
	order->usual = true;
	foreach(cell, query->sortClause)
	{
		const SortGroupClause *clause = lfirst(cell);
		Var *var = (Var *) get_sortgroupref_tle(clause->tleSortGroupRef,
												query->targetList)
					   ->expr;
		bool descending;

		if (!IsA(var, Var) || !structure_tree_never_null(query, (Node *) var))
		{
			order->usual = false;
			return;
		}
		descending =
			lookup_type_cache(var->vartype, TYPECACHE_GT_OPR)->gt_opr ==
			clause->sortop;
		if (order->vars == NIL)
		{
			order->varno = var->varno;
			order->descending = descending;
		}
		order->usual = order->usual && order->descending == descending;
		structure_page_add_column(order, query, var);
	}
}

void
structure_page_add(StructureContext *context)
{
	const Query *query = context->tree;
	PageOrder order = {.varno = 0};
	List *key = NIL;
	Candidate *candidate;
	bool added = false;
	ListCell *cell;

	if (!structure_page_is_deep(query))
		return;
	structure_page_read(query, &order);
	candidate = candidate_make(pstrdup(
		"OFFSET reads all rows of the pages before, and leaves them out"));
	/* With the key as its last column, the order tells any two rows apart. */
	if (order.usual && structure_wrap_add_key(query, order.varno, &key))
		foreach(cell, key)
		{
			bool there = false;
			ListCell *var;

			foreach(var, order.vars)
				there = there || (((Var *) lfirst(var))->varno == order.varno &&
								  ((Var *) lfirst(var))->varattno ==
									  ((Var *) lfirst(cell))->varattno);
			if (there)
				continue;
			added = true;
			structure_page_add_column(&order, query, lfirst(cell));
		}
	candidate->suggestion =
		!order.usual || key == NIL
			? pstrdup(
				  "write a condition on the last row of the page before in place "
				  "of OFFSET, over an order that tells any two rows apart")
			: psprintf(
				  "in place of OFFSET write WHERE %s%s%s %s %s%s%s, with the "
				  "values of the last row of the page before%s",
				  list_length(order.vars) > 1 ? "(" : "", order.columns.data,
				  list_length(order.vars) > 1 ? ")" : "",
				  order.descending ? "<" : ">",
				  list_length(order.vars) > 1 ? "(" : "", order.values.data,
				  list_length(order.vars) > 1 ? ")" : "",
				  added ? ", and ORDER BY all of these columns" : "");
	context->candidates = lappend(context->candidates, candidate);
	context->complete = lappend(context->complete, candidate);
}
