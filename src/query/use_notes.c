/*-------------------------------------------------------------------------
 *
 * use_notes.c
 *		Notes, for each parameter, the condition that it is found in.
 *
 * Comparisons with $n and its casts are read by comparison.c, which tries each
 * arm of a set operation; all others by search.c. What belongs together, such as
 * the parameters of one point, is given a group. Of a condition with several
 * parameters, column >= $1 - $2, the one that is of the column's own kind is
 * compared, and the others are widths.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/nbtree.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "query/cursor.h"
#include "query/free_params.h"
#include "query/operand.h"
#include "query/result_source.h"
#include "query/use_notes.h"

/* How deep a recursion goes: level < $n. */
#define USE_NOTES_DEPTH "10"

/* Rows of VALUES ($1), ($2) that are read. */
#define USE_NOTES_MOST_ROWS 100

/* ---- comparisons ---- */

/* Fills in the place that the values of a use come from. */
static void
use_notes_put_place(UseNotes *notes, int number, const Origin *origin)
{
	ParamUse *use = &notes->uses[number - 1];

	use->relid = origin->relid;
	use->rte = origin->rte;
	use->attnum = origin->attnum;
	use->expr = origin->expr;
	notes->origins[number - 1] = origin;
}

/*
 * Notes the first comparison of a parameter; NULL if there was one already. Further
 * columns that it is to be equal to are kept, for a value that is in none of them.
 */
static ParamUse *
use_notes_add(UseNotes *notes, const Origin *origin, const ParamOperand *param,
			  UseKind kind, Node *condition)
{
	ParamUse *use = &notes->uses[param->number - 1];

	if (use->kind == USE_EQUAL && kind == USE_EQUAL && !use->computed &&
		!param->computed && OidIsValid(origin->relid))
	{
		ParamUse *other = palloc0(sizeof(*other));

		other->kind = kind;
		other->relid = origin->relid;
		other->attnum = origin->attnum;
		other->expr = origin->expr;
		use->others = lappend(use->others, other);
	}
	if (use->kind != USE_NONE || kind == USE_NONE)
		return NULL;
	use->kind = kind;
	use_notes_put_place(notes, param->number, origin);
	use->optional = param->optional;
	use->computed = param->computed;
	if (condition != NULL)
		use->conditions = list_make1(condition);
	return use;
}

/* condition is the comparison over the table of its origin, or NULL. */
static ParamUse *
use_notes_compared(UseNotes *notes, const Comparison *found, UseKind kind,
				   Node *condition)
{
	ParamUse *use = &notes->uses[found->param.number - 1];

	/*
	 * The other end of a window: column >= $n, then column < $n + constant.
	 * BETWEEN SYMMETRIC compares both of its ends both ways, as they are.
	 */
	if ((use->computed || found->param.computed) &&
		((use->kind == USE_LOWER && kind == USE_UPPER) ||
		 (use->kind == USE_UPPER && kind == USE_LOWER)) &&
		origin_equal(notes->origins[found->param.number - 1], found->origin))
	{
		use->kind = USE_WINDOW;
		if (condition != NULL)
			use->conditions = lappend(use->conditions, condition);
		return NULL;
	}
	return use_notes_add(notes, found->origin, &found->param, kind, condition);
}

/* NOT (column IS DISTINCT FROM $n) is an equality. */
bool
use_notes_comparison(UseNotes *notes, Node *node)
{
	bool negated = IsA(node, BoolExpr);
	Node *compared = negated ? linitial(castNode(BoolExpr, node)->args) : node;
	Comparison found;
	ParamUse *use;

	if (!comparison_read(notes->queries, compared, notes->nparams, &found))
		return false;
	use = use_notes_compared(
		notes, &found,
		negated ? USE_EQUAL : param_use_of_strategy(found.strategy),
		origin_condition(notes->queries, node, found.origin));
	if (use == NULL)
		return true;
	use->takes_null = IsA(compared, DistinctExpr);
	if (found.param.computed && use->kind == USE_EQUAL)
		use->operand = found.operand;
	return true;
}

/*
 * column = ANY ($n), column <> ALL ($n), column IN ($n, $m). A long list counts
 * as several ones, since all of them get their values in the same way.
 */
bool
use_notes_array(UseNotes *notes, ScalarArrayOpExpr *expr)
{
	UseKind kind = param_use_of_strategy(compat_btree_strategy(expr->opno));
	Node *right = lsecond(expr->args);
	List *elements = IsA(right, ArrayExpr)
						 ? castNode(ArrayExpr, right)->elements
						 : list_make1(right);
	bool is_list = IsA(right, ArrayExpr);
	const Origin *origin;
	bool recognized = false;
	ListCell *cell;
	int position = 0;

	if (kind != (expr->useOr ? USE_EQUAL : USE_DIFFERENT))
		return false;
	origin = origin_find_first(notes->queries, linitial(expr->args));
	if (origin == NULL || expression_returns_set(origin->expr))
		return false;
	notes->groups++;
	foreach(cell, elements)
	{
		ParamOperand param;
		ParamUse *use;

		if (!comparison_read_param(lfirst(cell), notes->nparams, &param))
			continue;
		recognized = true;
		use = use_notes_add(
			notes, origin, &param, is_list ? USE_LIST : USE_ANY,
			origin_condition(notes->queries, (Node *) expr, origin));
		if (use == NULL)
			continue;
		if (position == INDEX_MAX_KEYS)
		{
			notes->groups++;
			position = 0;
		}
		use->negated = !expr->useOr;
		use->group = notes->groups;
		use->position = position++;
	}
	return recognized;
}

/* ---- patterns ---- */

static ParamUse *
use_notes_add_pattern(UseNotes *notes, const Origin *origin,
					  const LikePattern *pattern, Node *condition)
{
	ParamOperand param = {.number = pattern->number};
	ParamUse *use =
		use_notes_add(notes, origin, &param, USE_PATTERN, condition);

	if (use == NULL)
		return NULL;
	use->negated = pattern->negated;
	use->syntax = pattern->syntax;
	use->wrapped = pattern->wrapped;
	use->anchored = pattern->anchored;
	use->at_end = pattern->at_end;
	use->takes_null = pattern->takes_null;
	return use;
}

/*
 * LIKE and ILIKE of text or another string type; also LIKE COALESCE($n, column),
 * which is no pattern without the row.
 */
bool
use_notes_pattern(UseNotes *notes, OpExpr *op)
{
	const char *name = get_opname(op->opno);
	LikePattern pattern = {0};
	ParamOperand param = {0};
	const Origin *origin;
	ParamUse *use;

	if (list_length(op->args) != 2 || name == NULL ||
		strncmp(name + (name[0] == '!' ? 1 : 0), "~~", 2) != 0 ||
		TypeCategory(exprType(linitial(op->args))) != TYPCATEGORY_STRING)
		return false;
	if (!like_pattern_read(name, lsecond(op->args), &pattern))
	{
		if (!comparison_read_param(lsecond(op->args), notes->nparams, &param))
			return false;
		pattern =
			(LikePattern){.number = param.number, .negated = name[0] == '!'};
	}
	origin = origin_find_first(notes->queries, linitial(op->args));
	if (origin == NULL || expression_returns_set(origin->expr))
		return false;
	use = use_notes_add_pattern(
		notes, origin, &pattern,
		origin_condition(notes->queries, (Node *) op, origin));
	if (use != NULL)
		use->optional = param.optional;
	return true;
}

/* ---- cursors ---- */

/* False if node is no cursor, or a parameter of it is in one already. */
bool
use_notes_cursor(UseNotes *notes, Node *node)
{
	CursorMatch match;

	if (!cursor_match(notes->queries, node, notes->nparams, &match))
		return false;
	for (int i = 0; i < match.ncolumns; i++)
		if (notes->uses[match.columns[i].param - 1].kind == USE_CURSOR)
			return false;
	notes->groups++;
	for (int i = 0; i < match.ncolumns; i++)
	{
		int number = match.columns[i].param;
		ParamUse *use = &notes->uses[number - 1];

		memset(use, 0, sizeof(*use));
		use->kind = USE_CURSOR;
		use_notes_put_place(notes, number, match.columns[i].origin);
		if (match.condition != NULL)
			use->conditions = list_make1(match.condition);
		use->operand = match.columns[i].operand;
		use->group = notes->groups;
		use->position = i;
		use->descending = match.descending;
		use->or_form = match.or_form;
	}
	return true;
}

/* ---- searches ---- */

/*
 * The parameter of an operand that stands for what the column holds, and not for
 * a width: of several, the first one of the column's own kind; 0 if there is none.
 */
static int
use_notes_main_param(const Search *search)
{
	Bitmapset *params = operand_params(search->operand);
	TYPCATEGORY category =
		TypeCategory(getBaseType(exprType(search->place.expr)));
	int number = -1;

	while ((number = bms_next_member(params, number)) >= 0)
		if (TypeCategory(getBaseType(
				operand_param_type(search->operand, number))) == category)
			return number;
	return bms_num_members(params) == 1 ? bms_singleton_member(params) : 0;
}

/*
 * make_date($1, $2, 1), ($1 || ' ' || $2)::timestamp: the parameters behind the
 * first one get a value, so that the first can be looked up.
 */
static void
use_notes_fix_others(UseNotes *notes, const Search *search)
{
	Bitmapset *params = operand_params(search->operand);
	int number = bms_next_member(params, -1);

	while ((number = bms_next_member(params, number)) >= 0)
	{
		Oid type = operand_param_type(search->operand, number);

		if (notes->uses[number - 1].kind == USE_NONE)
			notes->fixed[number - 1] =
				TypeCategory(getBaseType(type)) == TYPCATEGORY_STRING
					? pstrdup("00:00")
					: free_params_default(type);
	}
}

/* The parameters of an operand beside the main one. */
static void
use_notes_add_widths(UseNotes *notes, const Search *search, int main)
{
	Bitmapset *params = operand_params(search->operand);
	int number = -1;

	while ((number = bms_next_member(params, number)) >= 0)
	{
		TYPCATEGORY category = TypeCategory(
			getBaseType(operand_param_type(search->operand, number)));
		ParamOperand param = {.number = number};

		if (number != main && (category == TYPCATEGORY_TIMESPAN ||
							   category == TYPCATEGORY_NUMERIC))
			(void) use_notes_add(notes, &search->place, &param, USE_WIDTH,
								 search->condition);
	}
}

/* A comparison with an expression of parameters. */
static bool
use_notes_add_compared(UseNotes *notes, const Search *search)
{
	int number = use_notes_main_param(search);
	bool single = operand_count_params(search->operand) == 1;
	Comparison found = {.origin = &search->place};
	ParamUse *use;

	if (number == 0)
	{
		use_notes_fix_others(notes, search);
		return false;
	}
	found.param.number = number;
	if (!comparison_read_param(search->operand, notes->nparams, &found.param))
		found.param.computed = true;
	found.param.number = number;
	use = use_notes_compared(notes, &found,
							 param_use_of_strategy(search->strategy),
							 search->condition);
	if (use != NULL && single && found.param.computed)
		use->operand = search->operand;
	if (!single)
		use_notes_add_widths(notes, search, number);
	return true;
}

/* column = ANY (string_to_array($1, ',')), column = unnest($1) */
static bool
use_notes_add_any(UseNotes *notes, const Search *search)
{
	ParamOperand param = {0};
	ParamUse *use;
	bool is_set = expression_returns_set(search->operand);

	if (operand_count_params(search->operand) != 1)
		return false;
	param.number = bms_singleton_member(operand_params(search->operand));
	use = use_notes_add(notes, &search->place, &param, USE_ANY,
						is_set ? NULL : search->condition);
	if (use == NULL)
		return true;
	use->operand = search->operand;
	use->search = search;
	use->negated = search->strategy == COMPAT_STRATEGY_NE;
	return true;
}

/* Whether the whole condition is true where its search finds nothing. */
static bool
use_notes_is_negated(const Search *search)
{
	Node *condition = search->condition;

	if (condition == NULL || search->is_whole)
		return false;
	if (IsA(condition, NullTest))
		return castNode(NullTest, condition)->nulltesttype == IS_NULL;
	return IsA(condition, OpExpr) &&
		   compat_btree_strategy(castNode(OpExpr, condition)->opno) ==
			   BTEqualStrategyNumber;
}

/* condition is NULL if it has more parameters than the one of operand. */
static bool
use_notes_add_searched_pattern(UseNotes *notes, const Search *search,
							   Node *operand, Node *condition)
{
	LikePattern pattern;
	ParamUse *use;

	if (!like_pattern_read(search->name, operand, &pattern))
		return false;
	use = use_notes_add_pattern(notes, &search->place, &pattern, condition);
	if (use == NULL)
		return true;
	use->negated = use->negated || use_notes_is_negated(search);
	use->in_array = OidIsValid(get_element_type(exprType(operand)));
	return true;
}

/* column LIKE ANY (ARRAY[$1, $2]) */
static bool
use_notes_add_patterns(UseNotes *notes, const Search *search)
{
	Node *operand = search->operand;
	bool single = operand_count_params(operand) == 1;
	bool noted = false;
	ListCell *cell;

	if (!IsA(operand, ArrayExpr))
		return use_notes_add_searched_pattern(notes, search, operand,
											  search->condition);
	foreach(cell, castNode(ArrayExpr, operand)->elements)
		noted |= use_notes_add_searched_pattern(
			notes, search, lfirst(cell), single ? search->condition : NULL);
	return noted;
}

/*
 * value <@ range($1, $2), (value, value) OVERLAPS ($1, $2), value =
 * generate_series($1, $2): the bounds that value is compared with. False for a
 * range that is one parameter.
 */
static bool
use_notes_add_within(UseNotes *notes, const Search *search)
{
	List *bounds = search->operands;
	FuncExpr *series = search_series(search->operand);
	ListCell *cell;

	if (series != NULL)
		bounds = series->args;
	else if (list_length(bounds) < 2)
	{
		if (!IsA(search->operand, FuncExpr) ||
			list_length(castNode(FuncExpr, search->operand)->args) < 2)
			return false;
		bounds = castNode(FuncExpr, search->operand)->args;
	}
	foreach(cell, bounds)
	{
		int place = foreach_current_index(cell);
		Node *bound = lfirst(cell);
		ParamOperand param = {0};
		ParamUse *use;

		if (place > 1 || operand_count_params(bound) != 1)
			continue;
		if (!comparison_read_param(bound, notes->nparams, &param))
			param.computed = true;
		param.number = bms_singleton_member(operand_params(bound));
		use = use_notes_add(notes, &search->place, &param,
							place == 0 ? USE_LOWER : USE_UPPER,
							series != NULL ? NULL : search->condition);
		if (use != NULL && param.computed)
			use->operand = bound;
	}
	return true;
}

/* The least similarity, or the largest distance, that a search may ask for. */
static const char *
use_notes_threshold(const Search *search)
{
	if (search->form == SEARCH_SIMILAR)
		return strncmp(search->name, "levenshtein", 11) == 0 ? "2"
			   : strstr(search->name, "->") != NULL          ? "0.7"
															 : "0.3";
	return "0.01";
}

/* Parameters that are looked for together, as one group. */
static void
use_notes_add_group(UseNotes *notes, const Search *search)
{
	/* The distance to a point is a part of the place that is searched. */
	bool with_asides =
		search->form == SEARCH_SHAPE || search->form == SEARCH_PAIR;
	Bitmapset *params = operand_params((Node *) search->operands);
	int position = 0;
	int number = -1;

	notes->groups++;
	if (with_asides)
		params = bms_union(params, search->asides);
	while ((number = bms_next_member(params, number)) >= 0)
	{
		ParamOperand param = {.number = number};
		ParamUse *use =
			number > notes->nparams || position == INDEX_MAX_KEYS
				? NULL
				: use_notes_add(
					  notes, &search->place, &param, USE_SEARCH,
					  search->form == SEARCH_MEMBER ? NULL : search->condition);

		if (use == NULL)
			continue;
		use->search = search;
		use->operand = search->operand;
		use->group = notes->groups;
		use->position = position++;
	}
	number = -1;
	while (!with_asides &&
		   (number = bms_next_member(search->asides, number)) >= 0)
		if (notes->uses[number - 1].kind == USE_NONE)
			notes->fixed[number - 1] = pstrdup(use_notes_threshold(search));
}

/* document ->> $1 = $2, hstore -> $1 = $2: a key and its value. */
static bool
use_notes_is_pair(const Search *search)
{
	Node *condition = search->condition;
	Oid type = getBaseType(exprType(search->place.expr));
	bool is_text =
		strcmp(search->name, "->>") == 0
			? type == JSONBOID || type == JSONOID
			: strcmp(search->name, "->") == 0 && search_is_type(type, "hstore");

	return is_text && search->left && bms_num_members(search->asides) == 1 &&
		   condition != NULL && IsA(condition, OpExpr) &&
		   compat_btree_strategy(castNode(OpExpr, condition)->opno) ==
			   BTEqualStrategyNumber;
}

static bool
use_notes_add_search(UseNotes *notes, Search *search)
{
	bool noted = false;

	switch (search->form)
	{
		case SEARCH_COMPARED:
			return use_notes_add_compared(notes, search);
		case SEARCH_ANY:
			return !search->negated && use_notes_add_any(notes, search);
		case SEARCH_PATTERN:
			noted = !search->negated && use_notes_add_patterns(notes, search);
			break;
		case SEARCH_WITHIN:
			noted = use_notes_add_within(notes, search);
			break;
		case SEARCH_VALUE:
			if (use_notes_is_pair(search))
				search->form = SEARCH_PAIR;
			break;
		default:
			break;
	}
	if (noted)
		return true;
	if (search->form == SEARCH_PATTERN || search->form == SEARCH_VALUE)
	{
		search->form = SEARCH_VALUE;
		if (!notes->guessing)
			return false;
		if (!bms_is_empty(search->asides))
		{
			notes->arguments = bms_union(
				notes->arguments, operand_params((Node *) search->operands));
			return false;
		}
	}
	use_notes_add_group(notes, search);
	return true;
}

bool
use_notes_search(UseNotes *notes, Node *node)
{
	bool noted = false;
	int nrows = 1;

	for (int row = 0; row < nrows; row++)
	{
		Search *search = palloc(sizeof(*search));

		CHECK_FOR_INTERRUPTS();
		if (search_read(notes->queries, node, row, search))
			noted |= use_notes_add_search(notes, search);
		nrows = Min(search->place.nrows, USE_NOTES_MOST_ROWS);
	}
	return noted;
}

/* ---- results ---- */

/* Notes how a result is compared with operand; false if it is not. */
static bool
use_notes_add_result(UseNotes *notes, const OpExpr *op, Node *operand,
					 bool left, const Origin *result)
{
	int strategy = compat_btree_strategy(op->opno);
	ParamOperand param = {0};
	LikePattern pattern;

	if (strategy == 0)
		return left && get_opname(op->opno) != NULL &&
			   search_is_pattern(get_opname(op->opno)) &&
			   like_pattern_read(get_opname(op->opno), operand, &pattern) &&
			   use_notes_add_pattern(notes, result, &pattern, NULL) != NULL;
	if (!left && strategy != COMPAT_STRATEGY_NE)
		strategy = BTCommuteStrategyNumber(strategy);
	param.number = bms_singleton_member(operand_params(operand));
	return use_notes_add(notes, result, &param, param_use_of_strategy(strategy),
						 NULL) != NULL;
}

/* Whether node has a column of the recursive CTE that the query is a term of. */
static bool
use_notes_walk_recursive(Node *node, void *arg)
{
	const UseNotes *notes = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		const Query *query = linitial_node(Query, notes->queries);
		const Var *var = castNode(Var, node);
		const RangeTblEntry *rte =
			var->varlevelsup > 0 ? NULL : rt_fetch(var->varno, query->rtable);

		return rte != NULL && rte->rtekind == RTE_CTE && rte->self_reference;
	}
	return expression_tree_walker(node, use_notes_walk_recursive, arg);
}

static bool
use_notes_is_recursive(UseNotes *notes, Node *node)
{
	return use_notes_walk_recursive(node, notes);
}

bool
use_notes_result(UseNotes *notes, Node *node)
{
	OpExpr *op = (OpExpr *) node;
	Origin *result = palloc0(sizeof(*result));
	bool left;
	Node *expr;
	Node *operand;
	Query *source;
	ParamUse *use;
	int number;

	if (!IsA(node, OpExpr) || list_length(op->args) != 2)
		return false;
	left = operand_count_params(lsecond(op->args)) == 1 &&
		   operand_is_computable(lsecond(op->args));
	operand = left ? lsecond(op->args) : linitial(op->args);
	expr = left ? linitial(op->args) : lsecond(op->args);
	if (operand_count_params(operand) != 1 || !operand_is_computable(operand) ||
		bms_overlap(operand_params(operand), operand_params(expr)) ||
		IsA(expr, Const))
		return false;
	number = bms_singleton_member(operand_params(operand));
	if (number > notes->nparams)
		return false;
	use = &notes->uses[number - 1];
	if (use->kind != USE_NONE)
		return true;
	if (use_notes_is_recursive(notes, expr) &&
		TypeCategory(exprType(operand)) == TYPCATEGORY_NUMERIC)
	{
		notes->fixed[number - 1] = pstrdup(USE_NOTES_DEPTH);
		return false;
	}
	source = result_source_make(notes->queries, expr);
	if (source == NULL)
		return false;
	result->expr = (Node *) makeVar(1, 1, exprType(expr), exprTypmod(expr),
									exprCollation(expr), 0);
	if (!use_notes_add_result(notes, op, operand, left, result))
		return false;
	use->source = source;
	use->opno = op->opno;
	use->left = left;
	use->operand = operand;
	return true;
}
