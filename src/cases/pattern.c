/*-------------------------------------------------------------------------
 *
 * pattern.c
 *		Patterns to search text with: common, rare and absent words.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "utils/builtins.h"

#include "cases/pattern.h"

/* Rare words to count: a word may be part of another one, and so be common. */
#define PATTERN_RARE 3

/* A word of the sample, and the share of rows that it matches. */
typedef struct Word
{
	char *pattern;
	double share;
} Word;

char *
pattern_for_word(const ParamUse *use, const char *word)
{
	return use->wrapped ? pstrdup(word) : psprintf("%%%s%%", word);
}

const char *
pattern_word(const ParamUse *use)
{
	return psprintf("substring(%s::text FROM '%s" PATTERN_WORD "%s')",
					probe_expression(use), use->anchored ? "^" : "",
					use->at_end ? "$" : "");
}

/*
 * The words of the sample by how often they occur: the typical one (that of
 * the middle occurrence), the most frequent one, the least frequent ones. Those
 * that occur equally often are not taken in their order: the first, the middle
 * and the last value of a column are bounds of its histogram, which the planner
 * takes to match more rows than its neighbours.
 */
static const char *
pattern_words_sql(const Lookup *lookup)
{
	const ParamUse *use = &lookup->variable->uses[0];
	const char *words = use->anchored || use->at_end
							? psprintf("SELECT %s AS v FROM %s",
									   pattern_word(use), lookup->sample)
							: psprintf("SELECT w.m[1] AS v FROM %s, "
									   "regexp_matches(%s::text, '" PATTERN_WORD
									   "', 'g') AS w (m)",
									   lookup->sample, probe_expression(use));

	return psprintf(
		"WITH f AS (SELECT v COLLATE \"C\" AS v, count(*) AS n FROM (%s) AS s "
		"WHERE v IS NOT NULL GROUP BY 1), "
		"r AS (SELECT v, n, sum(n) OVER w AS upto, sum(n) OVER () AS total, "
		"row_number() OVER w AS place, count(*) OVER () AS places "
		"FROM f WINDOW w AS (ORDER BY n DESC, reverse(v) ROWS UNBOUNDED "
		"PRECEDING)), "
		"k AS (SELECT v, place, CASE WHEN upto * 2 >= total "
		"AND (upto - n) * 2 < total THEN 0 END AS typical, "
		"CASE WHEN place = 1 THEN 1 END AS common, "
		"CASE WHEN place > places - %d THEN 2 END AS rare FROM r) "
		"SELECT v FROM k, unnest(ARRAY[typical, common, rare]) AS u (what) "
		"WHERE what IS NOT NULL ORDER BY what, place",
		words, PATTERN_RARE);
}

/* Whether any row matches; unknown counts as yes. */
static bool
pattern_match(const Lookup *lookup, char *pattern)
{
	const char *condition = probe_condition(lookup, &pattern);

	return condition == NULL || probe_exists(lookup, condition);
}

static double
pattern_share_of(const Lookup *lookup, char *pattern)
{
	const char *condition = probe_condition(lookup, &pattern);
	double share;

	probe_shares(lookup, &condition, 1, &share);
	return share;
}

/* The typical word, the common one, then rare ones; false if there is none. */
static int
pattern_read_words(const Lookup *lookup, Word *words)
{
	const ParamUse *use = &lookup->variable->uses[0];
	const char *conditions[2 + PATTERN_RARE];
	double shares[2 + PATTERN_RARE];
	int n;

	probe_select(pattern_words_sql(lookup));
	n = Min(SPI_processed, lengthof(conditions));
	for (int i = 0; i < n; i++)
		words[i].pattern = pattern_for_word(use, probe_get(i, 1));
	for (int i = 0; i < n; i++)
		conditions[i] = probe_condition(lookup, &words[i].pattern);
	if (n > 0)
		probe_shares(lookup, conditions, n, shares);
	for (int i = 0; i < n; i++)
	{
		/* What is rare in the sample is counted in the table. */
		if (i >= 2 && lookup->sampled && conditions[i] != NULL)
			shares[i] =
				probe_count(lookup, conditions[i]) / Max(lookup->rows, 1);
		words[i].share = shares[i];
	}
	return n;
}

static void
pattern_add_words(ValueList *list, Word *words, int n)
{
	const Word *rare = &words[2];

	for (int i = 3; i < n; i++)
		if (list->lookup->variable->uses[0].negated
				? words[i].share > rare->share
				: words[i].share < rare->share)
			rare = &words[i];
	choices_add(list, "typical", &words[0].pattern, words[0].share);
	choices_add(list, "common", &words[1].pattern, words[1].share);
	choices_add(list, "rare", (char *const *) &rare->pattern, rare->share);
}

/* The pattern of the first of candidates that no row matches; NULL if all do.
 */
static char *
pattern_unmatched(const Lookup *lookup, const char *const *candidates, int n)
{
	for (int i = 0; i < n; i++)
	{
		char *pattern =
			pattern_for_word(&lookup->variable->uses[0], candidates[i]);

		if (pattern_match(lookup, pattern) == lookup->variable->uses[0].negated)
			return pattern;
	}
	return NULL;
}

static void
pattern_add_absent(ValueList *list)
{
	static const char *const words[] = {"qzxqzx", "xqvzjk", "zqxwvj"};
	bool negated = list->lookup->variable->uses[0].negated;
	char *pattern;

	/* NOT LIKE leaves nothing out then; that all rows match is not asked. */
	pattern = negated
				  ? pattern_for_word(&list->lookup->variable->uses[0], words[0])
				  : pattern_unmatched(list->lookup, words, lengthof(words));
	if (pattern != NULL)
		choices_add(list, "absent", &pattern, negated ? 1 : 0)->weighs =
			negated;
}

/*
 * Two characters have no trigram, but at the end or the beginning of a word.
 * Whether a row matches is asked of the sample: it is about the index.
 */
static void
pattern_add_short(ValueList *list)
{
	static const char *const two[] = {"zz", "qx", "xq", "jq", "vx"};
	const ParamUse *use = &list->lookup->variable->uses[0];
	char *pattern = NULL;
	double share = -1;
	ValueChoice *choice;

	for (int i = 0; i < lengthof(two) && share != 0; i++)
	{
		pattern = pattern_for_word(use, two[i]);
		share = pattern_share_of(list->lookup, pattern);
	}
	choice = choices_add(list, "short", &pattern, share);
	choice->weighs = false;
	if (use->anchored || use->at_end)
		return;
	choice->required = false;
	choice->known_limit = "patterns under 3 characters";
	choice->known_limit_reason = "no trigram to look up";
}

/* The parameter holds the whole pattern: it may ask for a prefix, too. */
static void
pattern_add_prefix(ValueList *list)
{
	const Lookup *lookup = list->lookup;
	ParamUse prefix = lookup->variable->uses[0];
	char *pattern;

	prefix.anchored = true;
	probe_select(psprintf(
		"SELECT v FROM (SELECT %s AS v FROM %s) AS s WHERE v IS NOT NULL "
		"GROUP BY v ORDER BY count(*) DESC, v COLLATE \"C\" LIMIT 1",
		pattern_word(&prefix), lookup->sample));
	if (SPI_processed == 0)
		return;
	pattern = psprintf("%s%%", probe_get(0, 1));
	choices_add(list, "prefix", &pattern, pattern_share_of(lookup, pattern));
}

void
pattern_add(ValueList *list)
{
	const ParamUse *use = &list->lookup->variable->uses[0];
	Word words[2 + PATTERN_RARE];
	int n = pattern_read_words(list->lookup, words);

	if (n < 3)
		return;
	pattern_add_words(list, words, n);
	if (!use->wrapped)
		pattern_add_prefix(list);
	pattern_add_absent(list);
	if (!use->negated)
		pattern_add_short(list);
}
