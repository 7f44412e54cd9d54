/*-------------------------------------------------------------------------
 *
 * like_pattern.c
 *		Recognizes where in a pattern the parameter stands.
 *
 * There are many ways to put wildcards around a text: ||, concat(), format(),
 * within or outside of lower() or unaccent(). So the pattern is not taken apart.
 * It is computed for a word that no language has, and what stands before and
 * behind that word in the result tells.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "query/like_pattern.h"
#include "query/operand.h"

/* What SIMILAR TO gives to the regular expression that replaces it, or NULL. */
static Node *
like_pattern_of_similar_to(Node *operand)
{
	FuncExpr *function = (FuncExpr *) operand;

	return IsA(operand, FuncExpr) &&
				   (function->funcid == F_SIMILAR_TO_ESCAPE_TEXT ||
					function->funcid == F_SIMILAR_TO_ESCAPE_TEXT_TEXT ||
					function->funcid == F_SIMILAR_ESCAPE)
			   ? linitial(function->args)
			   : NULL;
}

/* Where a word stands in a text, in any case; NULL if it is not there. */
static const char *
like_pattern_find(const char *text, const char *word)
{
	for (; *text != '\0'; text++)
		if (pg_strncasecmp(text, word, strlen(word)) == 0)
			return text;
	return NULL;
}

static void
like_pattern_read_name(const char *name, LikePattern *found)
{
	found->negated = name[0] == '!';
	name += found->negated ? 1 : 0;
	found->syntax = strncmp(name, "~~", 2) == 0 ? PATTERN_LIKE
					: name[0] == '~' || strncmp(name, "regexp", 6) == 0
						? PATTERN_REGEX
						: PATTERN_PLAIN;
}

/* The pattern that operand makes of a word, or NULL if the word is not in it. */
static const char *
like_pattern_compute(Node *operand, int number, const char *word)
{
	bool in_array = OidIsValid(get_element_type(exprType(operand)));
	char *text = in_array ? psprintf("{%s}", word) : pstrdup(word);
	OperandValues values = {1, &number, &text};
	char *pattern = operand_evaluate(operand, &values);

	if (in_array && pattern != NULL)
		pattern = pnstrdup(pattern + 1, strlen(pattern) - 2);
	return pattern == NULL || like_pattern_find(pattern, word) == NULL
			   ? NULL
			   : pattern;
}

/* Reads what stands before and behind a word. */
static void
like_pattern_read_sides(const char *name, const char *pattern, const char *word,
						LikePattern *found)
{
	const char *at = like_pattern_find(pattern, word);
	const char *behind = at + strlen(word);

	found->wrapped = at != pattern || *behind != '\0';
	found->anchored = found->wrapped && at == pattern;
	found->at_end = found->wrapped && *behind == '\0';
	if (found->syntax == PATTERN_REGEX)
	{
		found->anchored = pattern[0] == '^';
		found->at_end = *behind != '\0' && behind[strlen(behind) - 1] == '$';
	}
	else if (found->syntax == PATTERN_PLAIN)
	{
		found->anchored =
			strcmp(name, "^@") == 0 || strcmp(name, "starts_with") == 0;
		found->at_end = false;
		found->wrapped = true;
	}
}

bool
like_pattern_read(const char *name, Node *operand, LikePattern *found)
{
	/* A function may leave letters, or digits, alone in a text. */
	static const char *const words[] = {"qzxqj", "7340291"};
	Bitmapset *params = operand_params(operand);
	Node *similar_to = like_pattern_of_similar_to(operand);
	char *null = NULL;
	OperandValues nulls = {1, &found->number, &null};
	const char *pattern = NULL;

	memset(found, 0, sizeof(*found));
	if (bms_num_members(params) != 1)
		return false;
	found->number = bms_singleton_member(params);
	like_pattern_read_name(name, found);
	if (similar_to != NULL)
	{
		operand = similar_to;
		found->syntax = PATTERN_LIKE;
	}
	for (int i = 0; i < lengthof(words) && pattern == NULL; i++)
	{
		pattern = like_pattern_compute(operand, found->number, words[i]);
		if (pattern != NULL)
			like_pattern_read_sides(name, pattern, words[i], found);
	}
	if (pattern == NULL)
		return false;
	found->takes_null = operand_evaluate(operand, &nulls) != NULL;
	return true;
}
