/*-------------------------------------------------------------------------
 *
 * flat_sql.c
 *		SQL that reads the rows of a flat join.
 *
 * A query tree over the tables is made and deparsed by ruleutils.c. So the
 * planner and the rights, row security and rules of the current user see a query
 * like any other, and not a tree that was rewritten for somebody else.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_relation.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"

#include "query/flat_sql.h"

static TableSampleClause *
flat_sql_sample(double percent)
{
	TableSampleClause *sample = makeNode(TableSampleClause);

	sample->tsmhandler = F_SYSTEM;
	sample->args =
		list_make1(makeConst(FLOAT4OID, -1, InvalidOid, sizeof(float4),
							 Float4GetDatum(percent), false, true));
	sample->repeatable =
		(Expr *) makeConst(FLOAT8OID, -1, InvalidOid, sizeof(float8),
						   Float8GetDatum(0), false, FLOAT8PASSBYVAL);
	return sample;
}

/* Numbers of tables in the join, as those of the query's own range table. */
static Node *
flat_sql_renumber(Node *node, void *arg)
{
	const int *numbers = arg;

	if (node == NULL)
		return NULL;
	if (IsA(node, Var))
	{
		Var *var = copyObject(castNode(Var, node));

		var->varno = numbers[var->varno];
		var->varnosyn = 0;
		var->varattnosyn = 0;
		return (Node *) var;
	}
	return expression_tree_mutator(node, flat_sql_renumber, arg);
}

char *
flat_sql(const FlatJoin *join, const Bitmapset *tables, List *conditions,
		 List *columns, int sampled, double percent)
{
	Query *query = makeNode(Query);
	ParseState *state = make_parsestate(NULL);
	int *numbers = palloc0((list_length(join->tables) + 1) * sizeof(int));
	List *from = NIL;
	int table = -1;
	ListCell *cell;

	while ((table = bms_next_member(tables, table)) >= 0)
	{
		const FlatTable *found = list_nth(join->tables, table - 1);
		Relation relation = table_open(found->rte->relid, AccessShareLock);
		ParseNamespaceItem *item = addRangeTableEntryForRelation(
			state, relation, AccessShareLock,
			makeAlias(psprintf("t%d", table), NIL), found->rte->inh, true);
		RangeTblRef *reference = makeNode(RangeTblRef);

		table_close(relation, NoLock);
		if (table == sampled)
			item->p_rte->tablesample = flat_sql_sample(percent);
		numbers[table] = item->p_rtindex;
		reference->rtindex = item->p_rtindex;
		from = lappend(from, reference);
	}
	query->commandType = CMD_SELECT;
	query->querySource = QSRC_ORIGINAL;
	query->canSetTag = true;
	query->rtable = state->p_rtable;
	query->jointree = makeFromExpr(
		from, (Node *) make_ands_explicit(
				  (List *) flat_sql_renumber((Node *) conditions, numbers)));
	if (conditions == NIL)
		query->jointree->quals = NULL;
	foreach(cell, columns)
	{
		const FlatColumn *column = lfirst(cell);

		query->targetList = lappend(
			query->targetList,
			makeTargetEntry((Expr *) flat_sql_renumber(column->expr, numbers),
							foreach_current_index(cell) + 1,
							pstrdup(column->name), false));
	}
	free_parsestate(state);
	return pg_get_querydef(query, false);
}
