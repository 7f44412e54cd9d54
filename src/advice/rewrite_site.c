/*-------------------------------------------------------------------------
 *
 * rewrite_site.c
 *		A condition of a query, and what is to stand in its place.
 *
 * Columns are named as the query names them. An expression is deparsed as one over
 * its table alone, since ruleutils.c knows no other names without the whole query.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_namespace_d.h"
#include "catalog/pg_type_d.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "advice/param_casts.h"
#include "advice/rewrite_site.h"
#include "base/compat.h"
#include "query/operand.h"

Rewrite *
rewrite_site_make(const RewriteSite *site, int varno, char *text, char *cause)
{
	Rewrite *rewrite = palloc0(sizeof(*rewrite));

	rewrite->clauses = list_make1(site->clause);
	rewrite->query = site->query;
	rewrite->arm_of = site->arm_of;
	rewrite->on = site->on;
	rewrite->varno = varno;
	rewrite->text = text;
	rewrite->cause = cause;
	return rewrite;
}

/* ---- columns ---- */

typedef struct ColumnSearch
{
	Var *found;
	bool other; /* another column, or a subquery */
} ColumnSearch;

static bool
rewrite_site_find_column(Node *node, void *arg)
{
	ColumnSearch *search = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		Var *var = castNode(Var, node);

		if (var->varlevelsup > 0 || var->varattno <= 0 ||
			(search->found != NULL &&
			 (var->varno != search->found->varno ||
			  var->varattno != search->found->varattno)))
			search->other = true;
		search->found = var;
		return search->other;
	}
	if (IsA(node, SubLink) || IsA(node, Query))
		return search->other = true;
	return expression_tree_walker(node, rewrite_site_find_column, arg);
}

Var *
rewrite_site_column(Node *node)
{
	ColumnSearch search = {0};

	(void) rewrite_site_find_column(node, &search);
	return search.other ? NULL : search.found;
}

bool
rewrite_site_has_columns(Node *node)
{
	ColumnSearch search = {0};

	(void) rewrite_site_find_column(node, &search);
	return search.other || search.found != NULL;
}

/* Of one table, of this query, and without subqueries? */
static bool
rewrite_site_one_table(Node *node)
{
	return bms_membership(pull_varnos(NULL, node)) == BMS_SINGLETON &&
		   !operand_refers_out(node) && !checkExprHasSubLink(node);
}

bool
rewrite_site_compares(const RewriteSite *site, RewriteComparison *found)
{
	List *args;
	Oid opno;

	memset(found, 0, sizeof(*found));
	if (IsA(site->clause, OpExpr))
	{
		args = castNode(OpExpr, site->clause)->args;
		opno = castNode(OpExpr, site->clause)->opno;
	}
	else if (IsA(site->clause, ScalarArrayOpExpr) &&
			 castNode(ScalarArrayOpExpr, site->clause)->useOr)
	{
		args = castNode(ScalarArrayOpExpr, site->clause)->args;
		opno = castNode(ScalarArrayOpExpr, site->clause)->opno;
		found->any = true;
	}
	else
		return false;
	if (list_length(args) != 2)
		return false;
	if (rewrite_site_one_table(linitial(args)) &&
		!rewrite_site_has_columns(lsecond(args)))
	{
		found->key = linitial(args);
		found->value = lsecond(args);
		found->opno = opno;
	}
	else if (!found->any && rewrite_site_one_table(lsecond(args)) &&
			 !rewrite_site_has_columns(linitial(args)))
	{
		found->key = lsecond(args);
		found->value = linitial(args);
		found->opno = get_commutator(opno);
	}
	else
		return false;
	found->strategy =
		OidIsValid(found->opno) ? compat_btree_strategy(found->opno) : 0;
	if (found->strategy > BTMaxStrategyNumber)
		found->strategy = 0;
	return OidIsValid(found->opno);
}

Oid
rewrite_site_table(const RewriteSite *site, const Var *var)
{
	const RangeTblEntry *rte = rt_fetch(var->varno, site->query->rtable);

	return rte->rtekind == RTE_RELATION ? rte->relid : InvalidOid;
}

bool
rewrite_site_not_null(const RewriteSite *site, const Var *var)
{
	Oid relid = rewrite_site_table(site, var);
	HeapTuple tuple;
	bool result;

	if (!OidIsValid(relid))
		return false;
	tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid),
							Int16GetDatum(var->varattno));
	if (!HeapTupleIsValid(tuple))
		return false;
	result = ((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull;
	ReleaseSysCache(tuple);
	return result;
}

/* ---- text ---- */

/* Are there several tables in FROM, so that a column needs its table's name? */
static bool
rewrite_site_qualifies(const Query *query)
{
	int tables = 0;
	ListCell *cell;

	foreach(cell, query->rtable)
		if (lfirst_node(RangeTblEntry, cell)->inFromCl &&
			lfirst_node(RangeTblEntry, cell)->rtekind != RTE_JOIN)
			tables++;
	return tables > 1;
}

char *
rewrite_site_name(const Query *query, const Var *var)
{
	const RangeTblEntry *rte = rt_fetch(var->varno, query->rtable);
	const char *name = quote_identifier(
		strVal(list_nth(rte->eref->colnames, var->varattno - 1)));

	if (!rewrite_site_qualifies(query) || rte->rtekind == RTE_JOIN)
		return pstrdup(name);
	return psprintf("%s.%s", quote_identifier(rte->eref->aliasname), name);
}

char *
rewrite_site_text(const Query *query, Node *node)
{
	const RangeTblEntry *rte;
	List *context;
	int varno;

	if (IsA(node, Var) && castNode(Var, node)->varlevelsup == 0 &&
		castNode(Var, node)->varattno > 0)
		return rewrite_site_name(query, castNode(Var, node));
	/* A subquery may name columns of the queries around it. */
	if (checkExprHasSubLink(node) || operand_refers_out(node))
		return NULL;
	if (!contain_var_clause(node))
		return param_casts_text(node);
	if (!rewrite_site_one_table(node))
		return NULL;
	varno = bms_singleton_member(pull_varnos(NULL, node));
	rte = rt_fetch(varno, query->rtable);
	if (rte->rtekind != RTE_RELATION)
		return NULL;
	context = deparse_context_for(rte->eref->aliasname, rte->relid);
	node = copyObject(node);
	ChangeVarNodes(node, varno, 1, 0);
	return deparse_expression(node, context, rewrite_site_qualifies(query),
							  false);
}

char *
rewrite_site_type(Oid type)
{
	switch (type)
	{
		case TIMESTAMPTZOID:
			return pstrdup("timestamptz");
		case TIMESTAMPOID:
			return pstrdup("timestamp");
		case TIMESTAMPTZARRAYOID:
			return pstrdup("timestamptz[]");
		case TIMESTAMPARRAYOID:
			return pstrdup("timestamp[]");
		default:
			return format_type_with_typemod(type, -1);
	}
}

const char *
rewrite_site_operator(int strategy)
{
	static const char *const operators[] = {"", "<", "<=", "=", ">=", ">"};

	return operators[strategy];
}

int
rewrite_site_flip(int strategy)
{
	return BTMaxStrategyNumber + 1 - strategy;
}

/* ---- nodes ---- */

const char *
rewrite_site_function(Node *node)
{
	const char *name;

	if (node == NULL || !IsA(node, FuncExpr) ||
		get_func_namespace(castNode(FuncExpr, node)->funcid) !=
			PG_CATALOG_NAMESPACE)
		return "";
	name = get_func_name(castNode(FuncExpr, node)->funcid);
	return name == NULL ? "" : name;
}

char *
rewrite_site_string(Node *node)
{
	while (node != NULL && IsA(node, RelabelType))
		node = (Node *) castNode(RelabelType, node)->arg;
	if (node == NULL || !IsA(node, Const) ||
		castNode(Const, node)->constisnull ||
		(castNode(Const, node)->consttype != TEXTOID &&
		 castNode(Const, node)->consttype != VARCHAROID))
		return NULL;
	return TextDatumGetCString(castNode(Const, node)->constvalue);
}
