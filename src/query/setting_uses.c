/*-------------------------------------------------------------------------
 *
 * setting_uses.c
 *		Which settings of the server a query compares with its tables.
 *
 * The tree is walked with the queries around each node, as origin.c needs them;
 * the policies of row security hang on the entries of the range table. Of each
 * comparison by equality, one side must come from a table and the other must
 * depend on no row. That other side is searched for calls of current_setting().
 * Functions of SQL that the planner would inline are looked into as it does;
 * of others the text is searched, or the tree where SQL keeps one. The queries of
 * a function, such as one that lists the teams of a user, are part of the walk.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "access/nbtree.h"
#include "access/transam.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/texts.h"
#include "query/function_body.h"
#include "query/origin.h"
#include "query/setting_uses.h"

/* ---- what an expression reads ---- */

typedef struct SettingNames
{
	List *names;     /* char * */
	List *keys;      /* char * */
	List *functions; /* OIDs of those that were looked into */
} SettingNames;

static bool setting_uses_read(Node *node, void *arg);

/* The string in quotes at text, behind spaces; NULL if there is none. */
static char *
setting_uses_quoted(const char *text)
{
	const char *end;

	while (isspace((unsigned char) *text))
		text++;
	if (*text != '\'')
		return NULL;
	end = strchr(text + 1, '\'');
	return end == NULL ? NULL : pnstrdup(text + 1, end - text - 1);
}

/* Searches the source text of a function. */
static void
setting_uses_read_text(const char *text, SettingNames *found)
{
	static const char call[] = "current_setting";

	for (; *text != '\0'; text++)
	{
		char *quoted = NULL;

		if (pg_strncasecmp(text, call, strlen(call)) == 0)
		{
			const char *after = text + strlen(call);

			while (isspace((unsigned char) *after))
				after++;
			quoted = *after == '(' ? setting_uses_quoted(after + 1) : NULL;
			if (quoted != NULL)
				found->names = texts_add(found->names, quoted);
		}
		else if (strncmp(text, "->", 2) == 0)
		{
			quoted = setting_uses_quoted(text + (text[2] == '>' ? 3 : 2));
			if (quoted != NULL)
				found->keys = texts_add(found->keys, quoted);
		}
	}
}

static void
setting_uses_read_function(Oid function, SettingNames *found)
{
	HeapTuple tuple;
	Form_pg_proc form;
	Datum body;
	bool isnull;

	if (list_member_oid(found->functions, function))
		return;
	found->functions = lappend_oid(found->functions, function);
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_proc) GETSTRUCT(tuple);
	body = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosqlbody, &isnull);
	if (!isnull)
		(void) setting_uses_read(stringToNode(TextDatumGetCString(body)),
								 found);
	else if (form->prolang != INTERNALlanguageId &&
			 form->prolang != ClanguageId)
	{
		body = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &isnull);
		if (!isnull)
			setting_uses_read_text(TextDatumGetCString(body), found);
	}
	ReleaseSysCache(tuple);
}

/* The text of a constant; NULL for another expression. */
static char *
setting_uses_constant(Node *node)
{
	Const *constant;

	node = eval_const_expressions(NULL, copyObject(node));
	if (!IsA(node, Const))
		return NULL;
	constant = castNode(Const, node);
	return constant->constisnull || constant->consttype != TEXTOID
			   ? NULL
			   : TextDatumGetCString(constant->constvalue);
}

static void
setting_uses_read_call(FuncExpr *call, SettingNames *found)
{
	char *name;

	if (call->funcid == F_CURRENT_SETTING_TEXT ||
		call->funcid == F_CURRENT_SETTING_TEXT_BOOL)
	{
		name = setting_uses_constant(linitial(call->args));
		if (name != NULL)
			found->names = texts_add(found->names, name);
	}
	else if (call->funcid >= FirstNormalObjectId)
	{
		Node *inlined = eval_const_expressions(NULL, (Node *) copyObject(call));

		if (IsA(inlined, FuncExpr) &&
			castNode(FuncExpr, inlined)->funcid == call->funcid)
			setting_uses_read_function(call->funcid, found);
		else
			(void) setting_uses_read(inlined, found);
	}
}

static bool
setting_uses_read(Node *node, void *arg)
{
	SettingNames *found = arg;
	OpExpr *op;
	const char *name;
	char *key;

	if (node == NULL)
		return false;
	check_stack_depth();
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node), setting_uses_read, arg,
								 0);
	if (IsA(node, FuncExpr))
		setting_uses_read_call(castNode(FuncExpr, node), found);
	if (!IsA(node, OpExpr))
		return expression_tree_walker(node, setting_uses_read, arg);
	/* The keys of what is within come first. */
	(void) expression_tree_walker(node, setting_uses_read, arg);
	op = castNode(OpExpr, node);
	name = get_opname(op->opno);
	if (name != NULL && list_length(op->args) == 2 &&
		(strcmp(name, "->") == 0 || strcmp(name, "->>") == 0))
	{
		key = setting_uses_constant(lsecond(op->args));
		if (key != NULL)
			found->keys = texts_add(found->keys, key);
	}
	return false;
}

/* ---- comparisons ---- */

typedef struct SettingWalk
{
	List *queries;   /* the nearest one first */
	List *seen;      /* nodes of comparisons that were read */
	List *functions; /* OIDs of those whose statements were read */
	bool policy;
	bool indirect;
	List *uses;
} SettingWalk;

/* Whether a value depends on what is not known outside of its query. */
static bool
setting_uses_has_params(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param) && castNode(Param, node)->paramkind == PARAM_EXTERN)
		return true;
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node), setting_uses_has_params,
								 context, 0);
	return expression_tree_walker(node, setting_uses_has_params, context);
}

static bool
setting_uses_depends_on_rows(const SettingWalk *walk, Node *node)
{
	for (int level = 0; level < list_length(walk->queries); level++)
		if (contain_vars_of_level(node, level))
			return true;
	return false;
}

/* Notes that key, the argument at a place, is compared with a setting. */
static bool
setting_uses_note(SettingWalk *walk, Node *comparison, List *args, int place)
{
	Node *key = list_nth(args, place);
	Node *other = list_nth(args, 1 - place);
	SettingNames found = {NIL, NIL, NIL};
	const Origin *origin;
	SettingUse *use;
	Param *param;

	if (setting_uses_depends_on_rows(walk, other) ||
		setting_uses_has_params(other, NULL))
		return false;
	(void) setting_uses_read(other, &found);
	if (found.names == NIL)
		return false;
	origin = origin_find_first(walk->queries, key);
	if (origin == NULL)
		return false;
	use = palloc0(sizeof(*use));
	use->column.kind = USE_EQUAL;
	use->column.relid = origin->relid;
	use->column.attnum = origin->attnum;
	use->column.expr = origin->expr;
	use->names = found.names;
	use->keys = found.keys;
	use->policy = walk->policy;
	use->indirect = walk->indirect;
	param = makeNode(Param);
	param->paramkind = PARAM_EXTERN;
	param->paramid = 1;
	param->paramtype = exprType(key);
	param->paramtypmod = -1;
	param->paramcollid = exprCollation(key);
	param->location = -1;
	use->comparison = copyObject(comparison);
	args = IsA(comparison, OpExpr)
			   ? castNode(OpExpr, use->comparison)->args
			   : castNode(ScalarArrayOpExpr, use->comparison)->args;
	lfirst(list_nth_cell(args, place)) = param;
	walk->uses = lappend(walk->uses, use);
	return true;
}

static void
setting_uses_compare(SettingWalk *walk, Node *node)
{
	if (list_member_ptr(walk->seen, node))
		return;
	walk->seen = lappend(walk->seen, node);
	if (IsA(node, OpExpr))
	{
		OpExpr *op = castNode(OpExpr, node);

		if (list_length(op->args) == 2 &&
			compat_btree_strategy(op->opno) == BTEqualStrategyNumber &&
			!setting_uses_note(walk, node, op->args, 0))
			(void) setting_uses_note(walk, node, op->args, 1);
	}
	else
	{
		ScalarArrayOpExpr *any = castNode(ScalarArrayOpExpr, node);

		if (any->useOr &&
			compat_btree_strategy(any->opno) == BTEqualStrategyNumber)
			(void) setting_uses_note(walk, node, any->args, 0);
	}
}

/* ---- the walk ---- */

static bool setting_uses_walk(Node *node, void *arg);

/* Goes on in the queries of a function, which stand in no other query. */
static void
setting_uses_walk_function(SettingWalk *walk, const FuncExpr *call)
{
	List *queries = walk->queries;
	bool indirect = walk->indirect;

	if (call->funcid < FirstNormalObjectId ||
		list_member_oid(walk->functions, call->funcid))
		return;
	walk->functions = lappend_oid(walk->functions, call->funcid);
	walk->queries = NIL;
	walk->indirect = true;
	(void) setting_uses_walk((Node *) function_body_queries(call), walk);
	walk->queries = queries;
	walk->indirect = indirect;
}

static bool
setting_uses_walk(Node *node, void *arg)
{
	SettingWalk *walk = arg;
	bool policy = walk->policy;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		walk->queries = lcons(node, walk->queries);
		(void) query_tree_walker(castNode(Query, node), setting_uses_walk, arg,
								 QTW_EXAMINE_RTES_BEFORE);
		walk->queries = list_delete_first(walk->queries);
		return false;
	}
	/* The walker visits the policies again afterwards; they are seen then. */
	if (IsA(node, RangeTblEntry))
	{
		walk->policy = true;
		(void) setting_uses_walk(
			(Node *) castNode(RangeTblEntry, node)->securityQuals, arg);
		walk->policy = policy;
		return false;
	}
	if (IsA(node, OpExpr) || IsA(node, ScalarArrayOpExpr))
		setting_uses_compare(walk, node);
	if (IsA(node, FuncExpr))
		setting_uses_walk_function(walk, castNode(FuncExpr, node));
	return expression_tree_walker(node, setting_uses_walk, arg);
}

List *
setting_uses_find(Query *query)
{
	SettingWalk walk = {.uses = NIL};

	(void) setting_uses_walk((Node *) query, &walk);
	return walk.uses;
}
