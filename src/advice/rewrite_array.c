/*-------------------------------------------------------------------------
 *
 * rewrite_array.c
 *		Whether an array column has a value, by an operator that GIN serves.
 *
 * An array has its elements one by one in a GIN index, and the operators @> and &&
 * look them up there; no index serves what takes the array apart for each row.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_type_d.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"

#include "advice/rewrite_array.h"
#include "advice/rewrite_bound.h"
#include "base/compat.h"

/* An array of rows, and the value or values that one of its elements must be. */
typedef struct Membership
{
	Node *array; /* over the query's columns */
	Node *value;
	bool several; /* the value is an array, of which one is enough */
	const char *how;
} Membership;

static bool
rewrite_array_is_equality(Oid opno)
{
	const char *name = get_opname(opno);

	return name != NULL && strcmp(name, "=") == 0;
}

/* Reads "element = value" or "element = ANY (values)". */
static bool
rewrite_array_reads_element(Node *clause, Membership *found, Node **element)
{
	List *args;

	if (clause == NULL)
		return false;
	if (IsA(clause, OpExpr) &&
		rewrite_array_is_equality(castNode(OpExpr, clause)->opno))
		args = castNode(OpExpr, clause)->args;
	else if (IsA(clause, ScalarArrayOpExpr) &&
			 castNode(ScalarArrayOpExpr, clause)->useOr &&
			 rewrite_array_is_equality(
				 castNode(ScalarArrayOpExpr, clause)->opno))
	{
		args = castNode(ScalarArrayOpExpr, clause)->args;
		found->several = true;
	}
	else
		return false;
	if (list_length(args) != 2)
		return false;
	*element = linitial(args);
	found->value = lsecond(args);
	if (!found->several && rewrite_site_has_columns(found->value))
	{
		*element = lsecond(args);
		found->value = linitial(args);
	}
	while (IsA(*element, RelabelType))
		*element = (Node *) castNode(RelabelType, *element)->arg;
	return !rewrite_site_has_columns(found->value);
}

/* Returns what a function takes apart, moved from the subquery to the query. */
static Node *
rewrite_array_taken_apart(Node *call)
{
	static const char *const names[] = {"unnest", "jsonb_array_elements_text"};
	const char *name = rewrite_site_function(call);

	for (int i = 0; i < lengthof(names); i++)
		if (strcmp(name, names[i]) == 0 &&
			list_length(castNode(FuncExpr, call)->args) == 1)
		{
			Node *array = copyObject(linitial(castNode(FuncExpr, call)->args));

			if (!contain_vars_of_level(array, 1) ||
				contain_vars_of_level(array, 0))
				return NULL;
			IncrementVarSublevelsUp(array, -1, 1);
			return array;
		}
	return NULL;
}

/* EXISTS (SELECT FROM unnest(column) AS e WHERE e = value), and value IN the like. */
static bool
rewrite_array_reads_sublink(SubLink *sublink, Membership *found)
{
	Query *query = castNode(Query, sublink->subselect);
	RangeTblEntry *rte;
	RangeTblFunction *function;
	Node *element;

	if (query->hasAggs || query->groupClause != NIL ||
		query->havingQual != NULL || query->setOperations != NULL ||
		query->limitCount != NULL || query->limitOffset != NULL ||
		query->cteList != NIL)
		return false;
	if (sublink->subLinkType == ANY_SUBLINK)
	{
		/* SELECT unnest(column), or SELECT e FROM unnest(column) AS e. */
		OpExpr *test = (OpExpr *) sublink->testexpr;

		if (test == NULL || !IsA(test, OpExpr) ||
			!rewrite_array_is_equality(test->opno) ||
			query->jointree->quals != NULL)
			return false;
		found->value = linitial(test->args);
		if (rewrite_site_has_columns(found->value))
			return false;
		if (query->jointree->fromlist == NIL)
		{
			found->array = rewrite_array_taken_apart(
				(Node *) linitial_node(TargetEntry, query->targetList)->expr);
			return found->array != NULL;
		}
	}
	else if (sublink->subLinkType != EXISTS_SUBLINK)
		return false;
	if (list_length(query->jointree->fromlist) != 1 ||
		!IsA(linitial(query->jointree->fromlist), RangeTblRef))
		return false;
	rte = rt_fetch(
		castNode(RangeTblRef, linitial(query->jointree->fromlist))->rtindex,
		query->rtable);
	if (rte->rtekind != RTE_FUNCTION || list_length(rte->functions) != 1)
		return false;
	function = linitial_node(RangeTblFunction, rte->functions);
	found->array = rewrite_array_taken_apart(function->funcexpr);
	if (found->array == NULL)
		return false;
	if (sublink->subLinkType == ANY_SUBLINK)
		return IsA(linitial_node(TargetEntry, query->targetList)->expr, Var);
	element = query->jointree->quals;
	if (element != NULL && IsA(element, List) &&
		list_length((List *) element) == 1)
		element = linitial((List *) element);
	return rewrite_array_reads_element(element, found, &element) &&
		   IsA(element, Var);
}

/* array_position(column, value) IS NOT NULL */
static bool
rewrite_array_reads_position(NullTest *test, Membership *found)
{
	List *args;

	if (test->nulltesttype != IS_NOT_NULL ||
		strcmp(rewrite_site_function((Node *) test->arg), "array_position") !=
			0)
		return false;
	args = castNode(FuncExpr, test->arg)->args;
	if (list_length(args) != 2 || rewrite_site_has_columns(lsecond(args)))
		return false;
	found->array = linitial(args);
	found->value = lsecond(args);
	return true;
}

static bool
rewrite_array_reads(Node *clause, Membership *found)
{
	ScalarArrayOpExpr *any;

	switch (nodeTag(clause))
	{
		case T_ScalarArrayOpExpr:
			any = castNode(ScalarArrayOpExpr, clause);
			if (!any->useOr || !rewrite_array_is_equality(any->opno) ||
				rewrite_site_has_columns(linitial(any->args)))
				return false;
			found->value = linitial(any->args);
			found->array = lsecond(any->args);
			found->how = "= ANY ()";
			return true;
		case T_SubLink:
			found->how = "a subquery";
			return rewrite_array_reads_sublink(castNode(SubLink, clause),
											   found);
		case T_NullTest:
			found->how = "array_position()";
			return rewrite_array_reads_position(castNode(NullTest, clause),
												found);
		default:
			return false;
	}
}

Rewrite *
rewrite_array_find(const RewriteSite *site)
{
	Membership found = {0};
	Bound value;
	Node *array;
	Var *column;
	Oid type;
	Oid element;
	const char *name;
	char *text;

	if (!rewrite_array_reads(site->clause, &found))
		return NULL;
	array = found.array;
	while (IsA(array, RelabelType) || IsA(array, ArrayCoerceExpr))
		array = IsA(array, RelabelType)
					? (Node *) castNode(RelabelType, array)->arg
					: (Node *) castNode(ArrayCoerceExpr, array)->arg;
	column = rewrite_site_column(array);
	type = getBaseType(exprType(array));
	element = get_element_type(type);
	if (column == NULL || (!OidIsValid(element) && type != JSONBOID))
		return NULL;
	name = rewrite_site_text(site->query, array);
	if (name == NULL)
		return NULL;
	value = rewrite_bound_of(found.value);
	if (type == JSONBOID)
		text = found.several
				   ? psprintf("%s ?| %s", name, rewrite_bound_typed(&value))
				   : psprintf("%s ? %s", name, rewrite_bound_typed(&value));
	else if (found.several)
		text =
			psprintf("%s && %s", name, rewrite_bound_cast_text(&value, type));
	else
		text = psprintf("%s @> ARRAY[%s]", name,
						value.type == element && !value.bare
							? value.text
							: rewrite_bound_cast_text(&value, element));
	return rewrite_site_make(
		site, column->varno, text,
		psprintf(
			"%s is searched by %s, which takes the array of each row apart, "
			"so that no index on it can serve",
			name, found.how));
}
