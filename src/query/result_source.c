/*-------------------------------------------------------------------------
 *
 * result_source.c
 *		The values of an expression over a query's result, as a query.
 *
 * The expression becomes one more column of a copy of the query; ruleutils.c
 * writes it as text. The other columns stay, because GROUP BY refers to them. A
 * condition with a parameter of unknown value is left out, so that there are more
 * values rather than none; a parameter elsewhere gets a value of its type.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteManip.h"
#include "utils/ruleutils.h"

#include "base/compat.h"
#include "query/free_params.h"
#include "query/operand.h"
#include "query/result_source.h"

/* The most bytes of an expression that are shown. */
#define RESULT_SOURCE_TITLE 60

/* ---- conditions ---- */

/* A condition without those of its ANDs that have parameters; or NULL. */
static Node *
result_source_condition(Node *node)
{
	List *kept = NIL;
	ListCell *cell;

	if (node == NULL || operand_params(node) == NULL)
		return node;
	if (!IsA(node, BoolExpr) || castNode(BoolExpr, node)->boolop != AND_EXPR)
		return NULL;
	foreach(cell, castNode(BoolExpr, node)->args)
	{
		Node *arm = result_source_condition(lfirst(cell));

		if (arm != NULL)
			kept = lappend(kept, arm);
	}
	return kept == NIL              ? NULL
		   : list_length(kept) == 1 ? linitial(kept)
									: (Node *) makeBoolExpr(AND_EXPR, kept, -1);
}

/* Does this to a copy of a query, and to all queries within it. */
static bool
result_source_strip(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, JoinExpr))
	{
		JoinExpr *join = castNode(JoinExpr, node);

		join->quals = result_source_condition(join->quals);
		/* A join without a condition is written as ON TRUE. */
		if (join->quals == NULL && join->jointype != JOIN_INNER)
			join->quals = makeBoolConst(true, false);
	}
	if (IsA(node, FromExpr))
		castNode(FromExpr, node)->quals =
			result_source_condition(castNode(FromExpr, node)->quals);
	if (IsA(node, Query))
	{
		Query *query = castNode(Query, node);

		query->havingQual = result_source_condition(query->havingQual);
		if (operand_params(query->limitCount) != NULL)
			query->limitCount = NULL;
		if (operand_params(query->limitOffset) != NULL)
			query->limitOffset = NULL;
		return query_tree_walker(query, result_source_strip, context, 0);
	}
	return expression_tree_walker(node, result_source_strip, context);
}

/* ---- the query ---- */

/* Puts values of their types in place of the parameters that are left. */
static Query *
result_source_put_params(Query *query)
{
	Bitmapset *params = operand_params((Node *) query);
	int number = -1;

	while ((number = bms_next_member(params, number)) >= 0)
	{
		char *text =
			free_params_default(operand_param_type((Node *) query, number));
		OperandValues values = {1, &number, &text};
		bool unknown = false;

		query = (Query *) operand_put((Node *) query, &values, &unknown);
	}
	return query;
}

/*
 * A condition on rows holds before they are grouped: the rows themselves are read,
 * and not their groups.
 */
static void
result_source_ungroup(Query *query)
{
	TargetEntry *entry;

	compat_flatten_groups(query);
	entry = llast_node(TargetEntry, query->targetList);
	entry->resno = 1;
	query->targetList = list_make1(entry);
	query->groupClause = NIL;
	query->groupDistinct = false;
	query->groupingSets = NIL;
	query->havingQual = NULL;
	query->windowClause = NIL;
	query->hasAggs = false;
	query->hasWindowFuncs = false;
	query->hasTargetSRFs = false;
}

Query *
result_source_make(List *queries, Node *expr)
{
	Query *query = copyObject(linitial_node(Query, queries));
	TargetEntry *entry;

	if (query->setOperations != NULL || expression_returns_set(expr) ||
		operand_refers_out((Node *) query))
		return NULL;
	query->sortClause = NIL;
	query->distinctClause = NIL;
	query->hasDistinctOn = false;
	query->limitOffset = NULL;
	entry = makeTargetEntry(copyObject((Expr *) expr),
							list_length(query->targetList) + 1,
							pstrdup(RESULT_SOURCE_COLUMN), false);
	query->targetList = lappend(query->targetList, entry);
	if ((query->groupClause != NIL || query->groupingSets != NIL ||
		 query->hasAggs) &&
		!contain_aggs_of_level(expr, 0) && !contain_windowfuncs(expr))
		result_source_ungroup(query);
	query->limitCount =
		query->groupClause != NIL || query->hasAggs
			? NULL
			: (Node *) makeConst(INT8OID, -1, InvalidOid, sizeof(int64),
								 Int64GetDatum(RESULT_SOURCE_ROWS), false,
								 FLOAT8PASSBYVAL);
	return query;
}

char *
result_source_sql(const Query *source, const OperandValues *known)
{
	Query *query = copyObject(unconstify(Query *, source));
	bool unknown = false;

	if (known != NULL)
		query = (Query *) operand_put((Node *) query, known, &unknown);
	(void) result_source_strip((Node *) query, NULL);
	return pg_get_querydef(result_source_put_params(query), false);
}

char *
result_source_title(const Query *source)
{
	Query *query = copyObject(unconstify(Query *, source));
	StringInfoData title;
	char *text;
	char *end;

	/* A query of the expression alone: SELECT expression AS name FROM ... */
	query->targetList = list_make1(llast(query->targetList));
	query->cteList = NIL;
	query->groupClause = NIL;
	query->groupingSets = NIL;
	text = pg_get_querydef(query, false);
	text += strspn(text, " ");
	text += strncmp(text, "SELECT ", 7) == 0 ? 7 : 0;
	end = strstr(text, " AS " RESULT_SOURCE_COLUMN);
	if (end != NULL)
		*end = '\0';
	/* Of a subquery there are several lines. */
	initStringInfo(&title);
	for (const char *word = strtok(text, " \n"); word != NULL;
		 word = strtok(NULL, " \n"))
		appendStringInfo(&title, "%s%s", title.len > 0 ? " " : "", word);
	if (title.len > RESULT_SOURCE_TITLE)
	{
		title.data[pg_mbcliplen(title.data, title.len, RESULT_SOURCE_TITLE)] =
			'\0';
		return psprintf("%s...", title.data);
	}
	return title.data;
}
