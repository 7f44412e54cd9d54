/*-------------------------------------------------------------------------
 *
 * rewrite_words.c
 *		What a text begins with, holds or resembles, by operators with indexes.
 *
 * The operators ^@ and % find more than some of the functions do, so that the
 * condition stays beside them where it asks for more.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/namespace.h"
#include "catalog/pg_type_d.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "advice/rewrite_bound.h"
#include "advice/rewrite_words.h"
#include "base/compat.h"

/* Returns the value of a constant number, or -1. */
static double
rewrite_words_number(Node *node)
{
	Bound bound = rewrite_bound_of(node);
	const char *text = bound.text;

	while (IsA(node, FuncExpr) &&
		   list_length(castNode(FuncExpr, node)->args) == 1)
		node = linitial(castNode(FuncExpr, node)->args);
	if (!IsA(node, Const) || castNode(Const, node)->constisnull)
		return -1;
	if (text[0] == '\'' || text[0] == '(')
		text++;
	return strtod(text, NULL);
}

/* Returns a B-tree index that serves the beginnings of a column, if it has none. */
static Candidate *
rewrite_words_index(const RewriteSite *site, Node *column)
{
	Oid relid;
	const char *name;
	Candidate *index;

	while (IsA(column, RelabelType))
		column = (Node *) castNode(RelabelType, column)->arg;
	if (!IsA(column, Var))
		return NULL;
	relid = rewrite_site_table(site, castNode(Var, column));
	if (!OidIsValid(relid))
		return NULL;
	name = get_attname(relid, castNode(Var, column)->varattno, false);
	index = candidate_make(NULL);
	candidate_add_index(
		index, relid, "btree",
		compat_collation_is_c(exprCollation(column))
			? quote_identifier(name)
			: psprintf("%s text_pattern_ops", quote_identifier(name)),
		false);
	return index;
}

/* "column ^@ value", and the condition as it is where that asks for more. */
static Rewrite *
rewrite_words_begin(const RewriteSite *site, Node *column, const Bound *value,
					bool besides, const char *what)
{
	const char *name = rewrite_site_text(site->query, column);
	const char *whole =
		besides ? rewrite_site_text(site->query, site->clause) : "";
	Var *var = rewrite_site_column(column);
	Candidate *index;
	Rewrite *rewrite;

	if (name == NULL || whole == NULL || var == NULL)
		return NULL;
	rewrite = rewrite_site_make(
		site, var->varno,
		psprintf("%s ^@ %s%s%s", name, rewrite_bound_typed(value),
				 besides ? " AND " : "", whole),
		psprintf("%s is wrapped in %s, so that no index on it can serve", name,
				 what));
	index = rewrite_words_index(site, column);
	if (index != NULL)
		rewrite->indexes = list_make1(index);
	return rewrite;
}

/* left(column, n) = value and substr(column, 1, n) = value */
static Rewrite *
rewrite_words_left(const RewriteSite *site, const RewriteComparison *compared)
{
	const char *name = rewrite_site_function(compared->key);
	Bound value = rewrite_bound_of(compared->value);
	List *args;

	if (compared->strategy != BTEqualStrategyNumber || compared->any)
		return NULL;
	if (strcmp(name, "left") == 0)
	{
		args = castNode(FuncExpr, compared->key)->args;
		return rewrite_words_begin(site, linitial(args), &value, true,
								   "left()");
	}
	if (strcmp(name, "substr") != 0 && strcmp(name, "substring") != 0)
		return NULL;
	args = castNode(FuncExpr, compared->key)->args;
	if (list_length(args) != 3 || rewrite_words_number(lsecond(args)) != 1)
		return NULL;
	return rewrite_words_begin(site, linitial(args), &value, true,
							   psprintf("%s()", name));
}

/* position(value IN column) = 1 or > 0 */
static Rewrite *
rewrite_words_position(const RewriteSite *site,
					   const RewriteComparison *compared)
{
	const char *name = rewrite_site_function(compared->key);
	double number;
	Bound value;
	List *args;
	const char *text;
	Var *column;
	Rewrite *rewrite;

	if (compared->any ||
		(strcmp(name, "position") != 0 && strcmp(name, "strpos") != 0))
		return NULL;
	args = castNode(FuncExpr, compared->key)->args;
	column = rewrite_site_column(linitial(args));
	if (column == NULL || rewrite_site_has_columns(lsecond(args)))
		return NULL;
	value = rewrite_bound_of(lsecond(args));
	number = rewrite_words_number(compared->value);
	if (compared->strategy == BTEqualStrategyNumber && number == 1)
		return rewrite_words_begin(site, linitial(args), &value, false,
								   psprintf("%s()", name));
	if (!((compared->strategy == BTGreaterStrategyNumber && number == 0) ||
		  (compared->strategy == BTGreaterEqualStrategyNumber && number == 1)))
		return NULL;
	text = rewrite_site_text(site->query, linitial(args));
	if (text == NULL)
		return NULL;
	rewrite = rewrite_site_make(
		site, column->varno,
		psprintf("%s LIKE '%%' || %s || '%%'", text,
				 rewrite_bound_typed(&value)),
		psprintf("%s is searched by %s(), which no index can serve", text,
				 name));
	rewrite->suggestion =
		pstrdup("put a backslash before %, _ and backslashes in the value");
	return rewrite;
}

/* A function of pg_trgm, the operator that an index serves, and its setting. */
typedef struct Similarity
{
	const char *function;
	const char *operator;
	const char *setting;
	double usual; /* what the setting is unless it is set */
} Similarity;

static Rewrite *
rewrite_words_similarity(const RewriteSite *site,
						 const RewriteComparison *compared)
{
	static const Similarity known[] = {
		{"similarity", "%", "pg_trgm.similarity_threshold", 0.3},
		{"word_similarity", "<%", "pg_trgm.word_similarity_threshold", 0.6},
		{"strict_word_similarity", "<<%",
		 "pg_trgm.strict_word_similarity_threshold", 0.5},
	};
	FuncExpr *call;
	const char *name;
	const char *set;
	const char *schema;
	Var *column;
	double asked = rewrite_words_number(compared->value);

	if (!IsA(compared->key, FuncExpr) || compared->any ||
		(compared->strategy != BTGreaterStrategyNumber &&
		 compared->strategy != BTGreaterEqualStrategyNumber))
		return NULL;
	call = castNode(FuncExpr, compared->key);
	name = get_func_name(call->funcid);
	for (int i = 0; name != NULL && i < lengthof(known); i++)
	{
		const char *left;
		const char *right;
		const char *whole = rewrite_site_text(site->query, site->clause);
		double threshold;
		Rewrite *rewrite;

		if (strcmp(name, known[i].function) != 0 ||
			list_length(call->args) != 2)
			continue;
		left = rewrite_site_text(site->query, linitial(call->args));
		right = rewrite_site_text(site->query, lsecond(call->args));
		column = rewrite_site_column(compared->key);
		if (left == NULL || right == NULL || whole == NULL || column == NULL)
			return NULL;
		schema = get_namespace_name(get_func_namespace(call->funcid));
		set = GetConfigOption(known[i].setting, true, false);
		threshold = set != NULL ? strtod(set, NULL) : known[i].usual;
		rewrite = rewrite_site_make(
			site, column->varno,
			psprintf("%s %s %s AND %s", left,
					 OidIsValid(OpernameGetOprid(
						 list_make1(makeString(
							 unconstify(char *, known[i].operator))),
						 TEXTOID, TEXTOID))
						 ? known[i].operator
						 : psprintf("OPERATOR(%s.%s)",
									quote_identifier(schema),
									known[i].operator),
					 right, whole),
			psprintf("%s() is computed for each row; an index serves the "
					 "operator %s",
					 name, known[i].operator));
		if (asked < 0)
			rewrite->suggestion = psprintf(
				"set %s to the similarity that is asked for", known[i].setting);
		else if (asked != threshold)
			rewrite->suggestion =
				psprintf("SET %s = %g", known[i].setting, asked);
		return rewrite;
	}
	return NULL;
}

Rewrite *
rewrite_words_find(const RewriteSite *site)
{
	RewriteComparison compared;
	Rewrite *rewrite;

	if (!rewrite_site_compares(site, &compared) || compared.strategy == 0)
		return NULL;
	rewrite = rewrite_words_left(site, &compared);
	if (rewrite == NULL)
		rewrite = rewrite_words_position(site, &compared);
	if (rewrite == NULL)
		rewrite = rewrite_words_similarity(site, &compared);
	return rewrite;
}
