/*-------------------------------------------------------------------------
 *
 * rewrite_apply.c
 *		Puts the text of rewritten conditions into a query.
 *
 * So what is tried is what is printed. The query's text is parsed again, and the
 * grammar's node of a condition is known by the place in the text that it has in
 * common with the analyzed one. There the text is parsed and put in, and the whole
 * is analyzed anew.
 *
 * The server has no mutator for the trees of its grammar. So a node is overwritten
 * with an AND of the new condition alone, which is no longer than any node that is
 * a condition. BETWEEN is one node of the grammar and two conditions when analyzed;
 * both must be rewritten, or neither.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parser.h"

#include "advice/rewrite_apply.h"
#include "advice/rewrite_site.h"
#include "base/sandbox.h"
#include "base/settings.h"

/* A place in the query's text, and what is to stand there. */
typedef struct Place
{
	int location;
	NodeTag tag; /* of the grammar's node */
	char *text;
	int conditions; /* that the text replaces */
	bool done;
} Place;

typedef struct ApplyContext
{
	const ContractStatement *statement;
	List *places; /* Place * */
	ContractStatement *result;
} ApplyContext;

/* Returns where a condition stands; -1 if that is not in the query's text. */
static int
rewrite_apply_location(Node *clause, NodeTag *tag)
{
	*tag = T_A_Expr;
	switch (nodeTag(clause))
	{
		case T_OpExpr:
			return castNode(OpExpr, clause)->location;
		case T_ScalarArrayOpExpr:
			return castNode(ScalarArrayOpExpr, clause)->location;
		case T_FuncExpr:
			*tag = T_FuncCall;
			return castNode(FuncExpr, clause)->location;
		case T_NullTest:
			*tag = T_NullTest;
			return castNode(NullTest, clause)->location;
		case T_SubLink:
			*tag = T_SubLink;
			return castNode(SubLink, clause)->location;
		case T_BoolExpr:
			/* IS NOT DISTINCT FROM, when analyzed, is a NOT. */
			if (castNode(BoolExpr, clause)->boolop == NOT_EXPR)
				return castNode(DistinctExpr,
								linitial(castNode(BoolExpr, clause)->args))
					->location;
			*tag = T_BoolExpr;
			return castNode(BoolExpr, clause)->location;
		default:
			return -1;
	}
}

static bool
rewrite_apply_note(ApplyContext *context, Node *clause, const char *text)
{
	NodeTag tag;
	int location = rewrite_apply_location(clause, &tag);
	Place *place;
	ListCell *cell;

	if (location < 0)
		return false;
	foreach(cell, context->places)
	{
		place = lfirst(cell);
		if (place->location != location || place->tag != tag)
			continue;
		place->text = psprintf("%s AND %s", place->text, text);
		place->conditions++;
		return true;
	}
	place = palloc0(sizeof(*place));
	place->location = location;
	place->tag = tag;
	place->text = pstrdup(text);
	place->conditions = 1;
	context->places = lappend(context->places, place);
	return true;
}

static Node *
rewrite_apply_parse(const char *condition)
{
	List *statements =
		raw_parser(psprintf("SELECT WHERE %s", condition), RAW_PARSE_DEFAULT);

	return castNode(SelectStmt, linitial_node(RawStmt, statements)->stmt)
		->whereClause;
}

static int
rewrite_apply_raw_location(Node *node)
{
	switch (nodeTag(node))
	{
		case T_A_Expr:
			return castNode(A_Expr, node)->location;
		case T_FuncCall:
			return castNode(FuncCall, node)->location;
		case T_NullTest:
			return castNode(NullTest, node)->location;
		case T_SubLink:
			return castNode(SubLink, node)->location;
		case T_BoolExpr:
			return castNode(BoolExpr, node)->location;
		default:
			return -1;
	}
}

static bool
rewrite_apply_walk(Node *node, void *arg)
{
	ApplyContext *context = arg;
	ListCell *cell;

	if (node == NULL)
		return false;
	foreach(cell, context->places)
	{
		Place *place = lfirst(cell);
		BoolExpr *and;
		int conditions = 1;

		if (nodeTag(node) != place->tag || place->done ||
			rewrite_apply_raw_location(node) != place->location)
			continue;
		if (IsA(node, A_Expr) && castNode(A_Expr, node)->kind == AEXPR_BETWEEN)
			conditions = 2;
		if (conditions != place->conditions)
			return false;
		and = (BoolExpr *) makeBoolExpr(
			AND_EXPR, list_make1(rewrite_apply_parse(place->text)),
			place->location);
		memcpy(node, and, sizeof(BoolExpr));
		place->done = true;
		return false;
	}
	return raw_expression_tree_walker(node, rewrite_apply_walk, arg);
}

static void
rewrite_apply_inside(void *arg)
{
	ApplyContext *context = arg;
	RawStmt *raw = contract_parse_again(context->statement);
	ListCell *cell;

	(void) rewrite_apply_walk(raw->stmt, context);
	foreach(cell, context->places)
		if (!((Place *) lfirst(cell))->done)
			return;
	context->result = contract_analyze_parsed(context->statement, raw);
}

ContractStatement *
rewrite_apply(const ContractStatement *statement, List *rewrites)
{
	ApplyContext context = {.statement = statement};
	ListCell *cell;
	ListCell *clause;

	foreach(cell, rewrites)
	{
		const Rewrite *rewrite = lfirst(cell);

		foreach(clause, rewrite->clauses)
			if (!rewrite_apply_note(&context, lfirst(clause),
									foreach_current_index(clause) == 0
										? rewrite->text
										: "true"))
				return NULL;
	}
	if (sandbox_run(rewrite_apply_inside, &context,
					perfcheck_statement_timeout) != NULL)
		return NULL;
	return context.result;
}
