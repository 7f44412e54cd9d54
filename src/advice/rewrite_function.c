/*-------------------------------------------------------------------------
 *
 * rewrite_function.c
 *		A volatile function as the value of a comparison.
 *
 * A volatile function may return another value for each row, so that no index can
 * be entered with it. Within a subquery it is called once.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_namespace_d.h"
#include "catalog/pg_proc.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"

#include "advice/rewrite_function.h"

/* Finds the first call of a volatile function. */
static bool
rewrite_function_search(Node *node, void *arg)
{
	FuncExpr **found = arg;

	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr) &&
		func_volatile(castNode(FuncExpr, node)->funcid) == PROVOLATILE_VOLATILE)
	{
		*found = castNode(FuncExpr, node);
		return true;
	}
	return expression_tree_walker(node, rewrite_function_search, arg);
}

Rewrite *
rewrite_function_find(const RewriteSite *site)
{
	RewriteComparison compared;
	FuncExpr *call = NULL;
	const char *key;
	const char *name;
	Rewrite *rewrite;

	if (!rewrite_site_compares(site, &compared) ||
		contain_volatile_functions(compared.key) ||
		!rewrite_function_search(compared.value, &call))
		return NULL;
	key = rewrite_site_text(site->query, compared.key);
	name = get_func_name(call->funcid);
	if (key == NULL || name == NULL)
		return NULL;
	rewrite = rewrite_site_make(
		site, bms_singleton_member(pull_varnos(NULL, compared.key)),
		psprintf(compared.any ? "%s %s ANY (ARRAY(SELECT unnest(%s)))"
							  : "%s %s (SELECT %s)",
				 key, get_opname(compared.opno),
				 rewrite_site_text(NULL, compared.value)),
		psprintf("%s() is VOLATILE, so that it is called for each row and no "
				 "index on %s can be searched for its value",
				 name, key));
	if (get_func_namespace(call->funcid) != PG_CATALOG_NAMESPACE)
		rewrite->suggestion = psprintf(
			"or, if it changes nothing and returns the same within a query, "
			"ALTER FUNCTION %s STABLE",
			format_procedure_qualified(call->funcid));
	return rewrite;
}
