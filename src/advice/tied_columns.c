/*-------------------------------------------------------------------------
 *
 * tied_columns.c
 *		Columns of a result that ties leave open.
 *
 * What a group is made by and what orders its rows is the same in all rows that
 * tie, so that only other columns are open. A column of a subquery or a CTE is
 * looked up there. What an aggregate makes of open columns is not taken for open:
 * that would let any sum pass.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parse_relation.h"
#include "parser/parsetree.h"
#include "utils/fmgroids.h"

#include "advice/tied_columns.h"

static bool
tied_columns_refers(List *clauses, const TargetEntry *entry)
{
	ListCell *cell;

	if (entry->ressortgroupref == 0)
		return false;
	foreach(cell, clauses)
		if (lfirst_node(SortGroupClause, cell)->tleSortGroupRef ==
			entry->ressortgroupref)
			return true;
	return false;
}

/* Does the query number the rows of groups, but not by the entry? */
static bool
tied_columns_numbers(const Query *query, const TargetEntry *entry)
{
	bool numbers = false;
	ListCell *cell;

	foreach(cell, query->targetList)
	{
		const WindowFunc *function =
			(WindowFunc *) lfirst_node(TargetEntry, cell)->expr;
		const WindowClause *window;

		if (!IsA(function, WindowFunc) || function->winfnoid != F_ROW_NUMBER)
			continue;
		window = list_nth(query->windowClause, function->winref - 1);
		if (tied_columns_refers(window->partitionClause, entry) ||
			tied_columns_refers(window->orderClause, entry))
			return false;
		numbers = true;
	}
	return numbers;
}

/* Returns the subquery or CTE in FROM that a column is of, or NULL. */
static const Query *
tied_columns_source(const Query *query, const Var *column)
{
	const RangeTblEntry *rte = rt_fetch(column->varno, query->rtable);
	ListCell *cell;

	if (rte->rtekind == RTE_SUBQUERY)
		return rte->subquery;
	if (rte->rtekind == RTE_CTE && rte->ctelevelsup == 0)
		foreach(cell, query->cteList)
			if (strcmp(lfirst_node(CommonTableExpr, cell)->ctename,
					   rte->ctename) == 0)
				return (Query *) lfirst_node(CommonTableExpr, cell)->ctequery;
	return NULL;
}

bool
tied_columns_has(const Query *query, const TargetEntry *entry)
{
	ListCell *cell;

	check_stack_depth();
	if (query->hasDistinctOn)
		return !tied_columns_refers(query->distinctClause, entry) &&
			   !tied_columns_refers(query->sortClause, entry);
	if (query->hasAggs || query->setOperations != NULL)
		return false;
	if (query->hasWindowFuncs)
		return !contain_window_function((Node *) entry->expr) &&
			   tied_columns_numbers(query, entry);
	foreach(cell, pull_var_clause((Node *) entry->expr, 0))
	{
		const Var *column = lfirst_node(Var, cell);
		const Query *source;

		if (column->varlevelsup > 0 || column->varattno <= 0)
			continue;
		source = tied_columns_source(query, column);
		if (source != NULL &&
			tied_columns_has(
				source, get_tle_by_resno(source->targetList, column->varattno)))
			return true;
	}
	return false;
}
