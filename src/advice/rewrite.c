/*-------------------------------------------------------------------------
 *
 * rewrite.c
 *		The same condition, written so that an index can serve it.
 *
 * A rewrite is made twice, as a tree for the trial and as text for the reader.
 * In the tree the nodes of the old condition are found by their address and
 * replaced by new ones; the rest of the query is copied. The text is put
 * together by hand, since ruleutils.c would print the whole query, and only its
 * columns and values are deparsed.
 *
 * a < $1 OR (a = $1 AND b < $2) becomes (a, b) < ($1, $2). param_uses.c has
 * recognized the cursor and numbered its parameters; here the OR that holds just
 * these is looked for, and in it a comparison by < or > for each. The operator
 * of the row comparison is that of the last column, which says whether the row
 * of the cursor itself is in the page.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_type_d.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_node.h"
#include "parser/parse_oper.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"

#include "advice/rewrite.h"
#include "advice/tree_replace.h"
#include "base/compat.h"
#include "cases/probe.h"
#include "contract/statement.h"
#include "query/param_uses.h"

/*
 * Returns the name of a column as the query has it, with its table's name if
 * there are several tables in FROM.
 */
static char *
rewrite_name(const Query *query, const Var *var)
{
	const RangeTblEntry *rte = rt_fetch(var->varno, query->rtable);
	const char *name = quote_identifier(
		strVal(list_nth(rte->eref->colnames, var->varattno - 1)));
	int tables = 0;
	ListCell *cell;

	foreach(cell, query->rtable)
		if (lfirst_node(RangeTblEntry, cell)->inFromCl &&
			lfirst_node(RangeTblEntry, cell)->rtekind != RTE_JOIN)
			tables++;
	if (tables <= 1 || rte->rtekind == RTE_JOIN)
		return pstrdup(name);
	return psprintf("%s.%s", quote_identifier(rte->eref->aliasname), name);
}

/* ---- the OR form of a cursor ---- */

static bool
rewrite_collect_params(Node *node, void *arg)
{
	Bitmapset **params = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Param) && castNode(Param, node)->paramkind == PARAM_EXTERN)
		*params = bms_add_member(*params, castNode(Param, node)->paramid);
	return expression_tree_walker(node, rewrite_collect_params, arg);
}

typedef struct CursorSearch
{
	const Bitmapset *params;
	BoolExpr *found;
	const Query *query; /* that found stands in */
} CursorSearch;

/* Finds the OR that holds just the parameters of a cursor. */
static bool
rewrite_find_or(Node *node, void *arg)
{
	CursorSearch *search = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		const Query *around = search->query;
		bool found;

		search->query = castNode(Query, node);
		found = query_tree_walker((Query *) node, rewrite_find_or, arg, 0);
		if (!found)
			search->query = around;
		return found;
	}
	if (IsA(node, BoolExpr) && castNode(BoolExpr, node)->boolop == OR_EXPR)
	{
		Bitmapset *params = NULL;

		rewrite_collect_params(node, &params);
		if (bms_equal(params, search->params))
		{
			search->found = castNode(BoolExpr, node);
			return true;
		}
	}
	return expression_tree_walker(node, rewrite_find_or, arg);
}

/* One column of the row comparison: column < $n and its like. */
typedef struct RowColumn
{
	Node *column;
	Node *value;
	Oid opno;
	Oid collation;
	Oid family;
	int strategy;
} RowColumn;

typedef struct RowSearch
{
	int param;
	RowColumn found;
} RowSearch;

static bool
rewrite_holds_param(Node *node, int param)
{
	Bitmapset *params = NULL;

	rewrite_collect_params(node, &params);
	return bms_is_member(param, params);
}

/* Finds the comparison of a column with a parameter by < or > and their like. */
static bool
rewrite_find_comparison(Node *node, void *arg)
{
	RowSearch *search = arg;

	if (node == NULL)
		return false;
	if (IsA(node, OpExpr) && list_length(((OpExpr *) node)->args) == 2 &&
		rewrite_holds_param(node, search->param))
	{
		OpExpr *op = castNode(OpExpr, node);
		bool swapped = rewrite_holds_param(linitial(op->args), search->param);
		RowColumn *found = &search->found;

		found->opno = swapped ? get_commutator(op->opno) : op->opno;
		found->strategy = compat_btree_strategy(found->opno);
		if (found->strategy == 0 || found->strategy == BTEqualStrategyNumber)
			return false;
		found->column = swapped ? lsecond(op->args) : linitial(op->args);
		found->value = swapped ? linitial(op->args) : lsecond(op->args);
		found->collation = op->inputcollid;
		found->family = compat_btree_family(found->opno);
		return true;
	}
	return expression_tree_walker(node, rewrite_find_comparison, arg);
}

/*
 * Finds the columns of a cursor, the leading one first. Returns false if there
 * are fewer than two or one is not found.
 */
static bool
rewrite_row_columns(BoolExpr *expr, const ParamUse *uses, int nparams,
					int cursor, RowColumn *columns, int *ncolumns)
{
	for (*ncolumns = 0;; (*ncolumns)++)
	{
		RowSearch search = {0};

		for (int i = 0; i < nparams && search.param == 0; i++)
			if (uses[i].kind == USE_CURSOR && uses[i].group == cursor &&
				uses[i].position == *ncolumns)
				search.param = i + 1;
		if (search.param == 0)
			return *ncolumns > 1;
		if (!rewrite_find_comparison((Node *) expr, &search))
			return false;
		columns[*ncolumns] = search.found;
	}
}

static RowCompareExpr *
rewrite_row_comparison(const RowColumn *columns, int ncolumns)
{
	RowCompareExpr *row = makeNode(RowCompareExpr);
	/* The last column says whether an equal row is in: < or <=. */
	int strategy = columns[ncolumns - 1].strategy;

	compat_set_row_compare(row, strategy);
	for (int i = 0; i < ncolumns; i++)
	{
		Oid opno =
			get_opfamily_member(columns[i].family, exprType(columns[i].column),
								exprType(columns[i].value), strategy);

		if (!OidIsValid(opno))
			opno = columns[i].opno;
		row->opnos = lappend_oid(row->opnos, opno);
		row->opfamilies = lappend_oid(row->opfamilies, columns[i].family);
		row->inputcollids =
			lappend_oid(row->inputcollids, columns[i].collation);
		row->largs = lappend(row->largs, copyObject(columns[i].column));
		row->rargs = lappend(row->rargs, copyObject(columns[i].value));
	}
	return row;
}

static char *
rewrite_row_text(const Query *query, const RowColumn *columns, int ncolumns)
{
	static const char *const operators[] = {"", "<", "<=", "=", ">=", ">"};
	StringInfoData names;
	StringInfoData values;

	initStringInfo(&names);
	initStringInfo(&values);
	for (int i = 0; i < ncolumns; i++)
	{
		Node *column = columns[i].column;

		while (IsA(column, RelabelType))
			column = (Node *) castNode(RelabelType, column)->arg;
		appendStringInfo(&names, "%s%s", i > 0 ? ", " : "",
						 rewrite_name(query, castNode(Var, column)));
		appendStringInfo(
			&values, "%s%s", i > 0 ? ", " : "",
			deparse_expression(columns[i].value, NIL, false, false));
	}
	return psprintf("(%s) %s (%s)", names.data,
					operators[columns[ncolumns - 1].strategy], values.data);
}

/*
 * Returns the row comparison with the arms of the OR that are about no column:
 * $1 IS NULL, by which the first page has no cursor. Adds them to *text.
 */
static Node *
rewrite_optional(const BoolExpr *expr, Node *row, char **text)
{
	List *arms = NIL;
	ListCell *cell;

	foreach(cell, expr->args)
		if (!contain_var_clause(lfirst(cell)))
			arms = lappend(arms, copyObject(lfirst(cell)));
	if (arms == NIL)
		return row;
	foreach(cell, arms)
		*text = psprintf("%s OR %s",
						 deparse_expression(lfirst(cell), NIL, false, false),
						 *text);
	*text = psprintf("(%s)", *text);
	return (Node *) makeBoolExpr(OR_EXPR, lappend(arms, row), -1);
}

static Rewrite *
rewrite_cursor(const ContractStatement *statement, const ParamUse *uses,
			   int cursor)
{
	Bitmapset *params = NULL;
	CursorSearch search = {0};
	RowColumn columns[INDEX_MAX_KEYS];
	int ncolumns;
	Rewrite *rewrite;

	for (int i = 0; i < statement->nparams; i++)
		if (uses[i].kind == USE_CURSOR && uses[i].group == cursor)
			params = bms_add_member(params, i + 1);
	search.params = params;
	if (!rewrite_find_or((Node *) statement->query, &search) ||
		!rewrite_row_columns(search.found, uses, statement->nparams, cursor,
							 columns, &ncolumns))
		return NULL;
	rewrite = palloc0(sizeof(*rewrite));
	rewrite->cause =
		pstrdup("the OR form of the cursor cannot be an index condition");
	rewrite->condition = rewrite_row_text(search.query, columns, ncolumns);
	rewrite->query = (Query *) tree_replace(
		(Node *) statement->query, list_make1(search.found),
		list_make1(rewrite_optional(
			search.found, (Node *) rewrite_row_comparison(columns, ncolumns),
			&rewrite->condition)));
	return rewrite;
}

List *
rewrite_cursors(const ContractStatement *statement)
{
	ParamUse *uses = param_uses_find(statement->query, statement->nparams);
	List *rewrites = NIL;

	for (int i = 0; i < statement->nparams; i++)
		if (uses[i].kind == USE_CURSOR && uses[i].or_form &&
			uses[i].position == 0)
		{
			Rewrite *rewrite = rewrite_cursor(statement, uses, uses[i].group);

			if (rewrite != NULL)
				rewrites = lappend(rewrites, rewrite);
		}
	return rewrites;
}

/* ---- casts of a column ---- */

/* Returns the column under casts that change its representation, or NULL. */
static Node *
rewrite_cast_column(Node *key)
{
	bool changed = false;

	while (key != NULL && !IsA(key, Var))
	{
		changed = changed || !IsA(key, RelabelType);
		switch (nodeTag(key))
		{
			case T_RelabelType:
				key = (Node *) castNode(RelabelType, key)->arg;
				break;
			case T_CoerceViaIO:
				key = (Node *) castNode(CoerceViaIO, key)->arg;
				break;
			case T_FuncExpr:
				if (castNode(FuncExpr, key)->funcformat !=
						COERCE_EXPLICIT_CAST &&
					castNode(FuncExpr, key)->funcformat != COERCE_IMPLICIT_CAST)
					return NULL;
				if (castNode(FuncExpr, key)->args == NIL)
					return NULL;
				key = linitial(castNode(FuncExpr, key)->args);
				break;
			default:
				return NULL;
		}
	}
	return changed ? key : NULL;
}

static List *
rewrite_op_name(const char *name)
{
	return list_make2(makeString("pg_catalog"), makeString(pstrdup(name)));
}

static Node *
rewrite_op(const char *name, Node *left, Node *right)
{
	return (Node *) make_op(make_parsestate(NULL), rewrite_op_name(name),
							copyObject(left), copyObject(right), NULL, -1);
}

static Node *
rewrite_next_day(Node *day)
{
	return rewrite_op("+", day,
					  (Node *) makeConst(INT4OID, -1, InvalidOid, sizeof(int32),
										 Int32GetDatum(1), false, true));
}

/* Compares a timestamp with the bounds of a day, instead of its date with it. */
static Node *
rewrite_day(int strategy, Node *column, Node *day, const char *name,
			const char *value, char **text)
{
	const char *next = psprintf("%s + 1", value);

	switch (strategy)
	{
		case BTEqualStrategyNumber:
			*text = psprintf("%s >= %s AND %s < %s", name, value, name, next);
			return (Node *) makeBoolExpr(
				AND_EXPR,
				list_make2(rewrite_op(">=", column, day),
						   rewrite_op("<", column, rewrite_next_day(day))),
				-1);
		case BTGreaterEqualStrategyNumber:
			*text = psprintf("%s >= %s", name, value);
			return rewrite_op(">=", column, day);
		case BTGreaterStrategyNumber:
			*text = psprintf("%s >= %s", name, next);
			return rewrite_op(">=", column, rewrite_next_day(day));
		case BTLessStrategyNumber:
			*text = psprintf("%s < %s", name, value);
			return rewrite_op("<", column, day);
		case BTLessEqualStrategyNumber:
			*text = psprintf("%s < %s", name, next);
			return rewrite_op("<", column, rewrite_next_day(day));
		default:
			return NULL;
	}
}

/* Casts the value to the column's type, instead of the column to the value's. */
static Node *
rewrite_value(Node *column, Node *value, const char *name, const char *text,
			  char **condition)
{
	Oid type = exprType(column);
	Node *cast = coerce_to_target_type(
		make_parsestate(NULL), copyObject(value), exprType(value), type, -1,
		COERCION_EXPLICIT, COERCE_EXPLICIT_CAST, -1);

	/* json, for one, has no such operator. */
	if (cast == NULL || !OidIsValid(compatible_oper_opid(rewrite_op_name("="),
														 type, type, true)))
		return NULL;
	*condition =
		psprintf("%s = %s::%s", name, text, format_type_with_typemod(type, -1));
	return rewrite_op("=", column, cast);
}

/*
 * Returns a condition without the cast of its column, and adds it to rewrite;
 * NULL where it has no cast or cannot be written without it.
 */
static Node *
rewrite_cast(const Condition *condition, Rewrite *rewrite)
{
	Node *key = condition->key;
	Node *column = rewrite_cast_column(key);
	int strategy = compat_btree_strategy(condition->opno);
	Node *value = condition->value;
	List *args;
	Node *original = NULL;
	Node *clause = NULL;
	char *written;
	const char *name;
	char *text;

	if (column == NULL || value == NULL || condition->join || strategy == 0 ||
		!IsA(condition->clause, OpExpr))
		return NULL;
	/* As it stands in the query: the varno of the key's column is 1. */
	args = castNode(OpExpr, condition->clause)->args;
	if (lsecond(args) == value)
		original = rewrite_cast_column(linitial(args));
	if (original == NULL)
		original = rewrite_cast_column(lsecond(args));
	if (original == NULL || castNode(Var, original)->varlevelsup > 0)
		return NULL;
	name = rewrite_name(condition->query, castNode(Var, original));
	text = deparse_expression(value, NIL, false, false);
	if ((exprType(column) == TIMESTAMPTZOID ||
		 exprType(column) == TIMESTAMPOID) &&
		exprType(key) == DATEOID && exprType(value) == DATEOID)
		clause = rewrite_day(
			strategy, original, value, name,
			IsA(value, Param) ? psprintf("%s::date", text) : text, &written);
	else if (strategy == BTEqualStrategyNumber)
		clause = rewrite_value(original, value, name, text, &written);
	if (clause == NULL)
		return NULL;
	rewrite->condition =
		rewrite->condition == NULL
			? written
			: psprintf("%s AND %s", rewrite->condition, written);
	if (rewrite->cause == NULL)
		rewrite->cause =
			IsA(key, FuncExpr) &&
					castNode(FuncExpr, key)->funcformat == COERCE_IMPLICIT_CAST
				? psprintf("%s is %s, but is compared with a %s, so that it is "
						   "cast and no index on it can serve",
						   name, format_type_be(exprType(column)),
						   format_type_be(exprType(key)))
				: psprintf("%s is cast to %s, so that no index on it can serve",
						   name, format_type_be(exprType(key)));
	rewrite->attnum = castNode(Var, column)->varattno;
	return clause;
}

Rewrite *
rewrite_casts(const ContractStatement *statement, const QueryTable *table)
{
	Rewrite *rewrite = palloc0(sizeof(*rewrite));
	List *from = NIL;
	List *to = NIL;
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);
		Node *clause = rewrite_cast(condition, rewrite);

		if (clause == NULL)
			continue;
		from = lappend(from, condition->clause);
		to = lappend(to, clause);
	}
	if (from == NIL)
		return NULL;
	rewrite->query =
		(Query *) tree_replace((Node *) statement->query, from, to);
	return rewrite;
}
