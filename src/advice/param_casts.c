/*-------------------------------------------------------------------------
 *
 * param_casts.c
 *		Casts of parameters whose types a text would not tell.
 *
 * The server prints a parameter as $1, whatever its type. Where the query had a cast,
 * the analyzed tree has none: the parameter is of that type. In another place of a
 * rewritten query the parser may then infer another type, or fail, as for
 * date_trunc('month', $1).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"

#include "advice/param_casts.h"
#include "base/subtransaction.h"
#include "query/operand.h"

typedef struct ParamInference
{
	const char *sql;
	Oid *types;
	int ntypes;
} ParamInference;

static void
param_casts_infer(void *arg)
{
	ParamInference *inference = arg;

	(void) parse_analyze_varparams(
		linitial_node(RawStmt, raw_parser(inference->sql, RAW_PARSE_DEFAULT)),
		inference->sql, &inference->types, &inference->ntypes, NULL);
}

/* Is a parameter of another type than was inferred? */
static bool
param_casts_differs(Node *node, void *arg)
{
	const ParamInference *inference = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Param) && castNode(Param, node)->paramkind == PARAM_EXTERN)
		return castNode(Param, node)->paramid > inference->ntypes ||
			   castNode(Param, node)->paramtype !=
				   inference->types[castNode(Param, node)->paramid - 1];
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node), param_casts_differs,
								 arg, 0);
	return expression_tree_walker(node, param_casts_differs, arg);
}

bool
param_casts_are_needed(const char *sql, Node *node)
{
	ParamInference inference = {.sql = sql};
	ErrorData *error = subtransaction_run(param_casts_infer, &inference);

	if (error != NULL && (ERRCODE_TO_CATEGORY(error->sqlerrcode) ==
							  ERRCODE_OPERATOR_INTERVENTION ||
						  ERRCODE_TO_CATEGORY(error->sqlerrcode) ==
							  ERRCODE_INSUFFICIENT_RESOURCES))
		ReThrowError(error);
	return error != NULL || param_casts_differs(node, &inference);
}

static Node *
param_casts_mutate(Node *node, void *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Param) && castNode(Param, node)->paramkind == PARAM_EXTERN)
		return (Node *) makeRelabelType(
			copyObject((Expr *) node), castNode(Param, node)->paramtype, -1,
			castNode(Param, node)->paramcollid, COERCE_EXPLICIT_CAST);
	if (IsA(node, Query))
		return (Node *) query_tree_mutator(castNode(Query, node),
										   param_casts_mutate, context, 0);
	return expression_tree_mutator(node, param_casts_mutate, context);
}

Node *
param_casts_put(Node *node)
{
	return param_casts_mutate(node, NULL);
}

char *
param_casts_text(Node *expression)
{
	char *text = deparse_expression(expression, NIL, false, false);

	if (IsA(expression, Param) || operand_params(expression) == NULL ||
		!param_casts_are_needed(psprintf("SELECT %s", text), expression))
		return text;
	return deparse_expression(param_casts_put(expression), NIL, false, false);
}
