/*-------------------------------------------------------------------------
 *
 * pattern.c
 *		Chooses patterns to search text with: common, rare and absent words.
 *
 * A regular expression splits the text of the sample into words, and a query
 * ranks them by how often they occur: the typical word is that of the middle
 * occurrence. How many rows a pattern matches is counted separately, because a
 * word may also be a part of other words; so three rare words are tried, in
 * the whole table, and the one that matches the fewest rows is taken. Words
 * that no language has stand for a search without result. Patterns of two
 * characters are added because a trigram index cannot help them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "utils/builtins.h"

#include "cases/pattern.h"

/* A word for a search: at least three letters or digits, which is a trigram. */
#define PATTERN_WORD "[^\\W_]{3,}"

/* What is searched for where no row has such a word, as in a column of codes. */
#define PATTERN_CODE "[^\\W_]+"

/* What has been typed when a search for a beginning is first sent. */
#define PATTERN_BEGINNING "[^\\W_]{3}"

/* A beginning with so many times the rows of a common word is another case. */
#define PATTERN_MORE 2

/* The number of rare words to try. */
#define PATTERN_RARE 3

/* A pattern with a word of the sample, and the share of the rows it matches. */
typedef struct Word
{
	char *pattern;
	double share;
} Word;

char *
pattern_for_word(const ParamUse *use, const char *word)
{
	const char *pattern = use->wrapped || use->syntax != PATTERN_LIKE
							  ? pstrdup(word)
							  : psprintf("%%%s%%", word);

	return use->in_array ? probe_array(list_make1(unconstify(char *, pattern)))
						 : unconstify(char *, pattern);
}

/* word is a regular expression for one. */
static const char *
pattern_first(const ParamUse *use, const char *expression, const char *word)
{
	return psprintf("substring(%s::text FROM '%s%s%s')", expression,
					use->anchored ? "^" : "", word, use->at_end ? "$" : "");
}

const char *
pattern_word_of(const ParamUse *use, const char *expression)
{
	return pattern_first(use, expression, PATTERN_WORD);
}

const char *
pattern_word(const ParamUse *use)
{
	return pattern_word_of(use, probe_expression(use));
}

/*
 * Texts that occur equally often are ordered by their reverse: in their own order,
 * the first, middle and last word would often be bounds of the column's histogram,
 * for which the planner estimates more rows than for other values.
 */
const char *
pattern_rank(const char *texts, int common, int rare)
{
	return psprintf(
		"WITH f AS (SELECT v COLLATE \"C\" AS v, count(*) AS n FROM (%s) AS s "
		"WHERE v IS NOT NULL GROUP BY 1), "
		"r AS (SELECT v, n, sum(n) OVER w AS upto, sum(n) OVER () AS total, "
		"row_number() OVER w AS place, count(*) OVER () AS places "
		"FROM f WINDOW w AS (ORDER BY n DESC, reverse(v) ROWS UNBOUNDED "
		"PRECEDING)), "
		"k AS (SELECT v, place, CASE WHEN upto * 2 >= total "
		"AND (upto - n) * 2 < total THEN 0 END AS typical, "
		"CASE WHEN place <= %d THEN 1 END AS common, "
		"CASE WHEN place > places - %d THEN 2 END AS rare FROM r) "
		"SELECT v FROM k, unnest(ARRAY[typical, common, rare]) AS u (what) "
		"WHERE what IS NOT NULL ORDER BY what, place",
		texts, common, rare);
}

/* Returns SQL for the typical word, the most frequent one, and rare ones. */
static const char *
pattern_words_sql(const Lookup *lookup, const char *word)
{
	const ParamUse *use = &lookup->variable->uses[0];
	const char *words =
		use->anchored || use->at_end
			? psprintf("SELECT %s AS v FROM %s",
					   pattern_first(use, probe_expression(use), word),
					   lookup->sample)
			: psprintf("SELECT w.m[1] AS v FROM %s, "
					   "regexp_matches(%s::text, '%s', 'g') AS w (m)",
					   lookup->sample, probe_expression(use), word);

	return pattern_rank(words, 1, PATTERN_RARE);
}

/* Reads the typical word, the common one, then rare ones; returns how many. */
static int
pattern_read_words(const Lookup *lookup, const char *word, Word *words)
{
	const ParamUse *use = &lookup->variable->uses[0];
	const char *conditions[2 + PATTERN_RARE];
	double shares[2 + PATTERN_RARE];
	int n;

	probe_select(pattern_words_sql(lookup, word));
	n = Min(SPI_processed, lengthof(conditions));
	for (int i = 0; i < n; i++)
		words[i].pattern = pattern_for_word(use, probe_get(i, 1));
	for (int i = 0; i < n; i++)
		conditions[i] = probe_condition(lookup, &words[i].pattern);
	if (n > 0)
		probe_shares(lookup, conditions, n, shares);
	for (int i = 0; i < n; i++)
	{
		/* The sample has too few rows with a rare word to tell its share. */
		if (i >= 2 && lookup->sampled && conditions[i] != NULL)
			shares[i] =
				probe_count(lookup, conditions[i]) / Max(lookup->rows, 1);
		words[i].share = shares[i];
	}
	return n;
}

static void
pattern_add_absent(ValueList *list)
{
	static const char *const words[] = {"qzxqzx", "xqvzjk", "zqxwvj"};
	const ParamUse *use = &list->lookup->variable->uses[0];

	for (int i = 0; i < lengthof(words); i++)
	{
		char *pattern = pattern_for_word(use, words[i]);
		const char *condition;

		/* NOT LIKE selects almost all rows, even if one has the word. */
		if (use->negated)
		{
			choices_add(list, "absent", &pattern, 1);
			return;
		}
		condition = probe_condition(list->lookup, &pattern);
		if (condition != NULL && !probe_exists(list->lookup, condition))
		{
			choices_add(list, "absent", &pattern, 0)->weighs = false;
			return;
		}
	}
}

/*
 * Adds two characters, which have a trigram only at the beginning or the end
 * of a word. The sample tells well enough whether a row matches, since the
 * case is about the index, not about the rows.
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
		share = probe_share(list->lookup, &pattern);
	}
	choice = choices_add(list, "short", &pattern, share);
	choice->weighs = false;
	if (use->anchored || use->at_end)
		return;
	choice->required = false;
	choice->known_limit = "patterns under 3 characters";
	choice->known_limit_reason = "no trigram to look up";
}

/*
 * Adds the beginning that most rows have, as it is typed before a word is complete,
 * if it leads to far more rows than a common word does: SN of serial numbers.
 */
static void
pattern_add_beginning(ValueList *list, const Word *common)
{
	const Lookup *lookup = list->lookup;
	const ParamUse *use = &lookup->variable->uses[0];
	char *pattern;
	double share;

	probe_select(psprintf(
		"SELECT v FROM (SELECT %s AS v FROM %s) AS s WHERE v IS NOT NULL "
		"GROUP BY v ORDER BY count(*) DESC, v COLLATE \"C\" LIMIT 1",
		pattern_first(use, probe_expression(use), PATTERN_BEGINNING),
		lookup->sample));
	if (SPI_processed == 0)
		return;
	pattern = pattern_for_word(use, probe_get(0, 1));
	share = probe_share(lookup, &pattern);
	if (share > PATTERN_MORE * common->share)
		choices_add(list, "beginning", &pattern, share);
}

void
pattern_add(ValueList *list)
{
	const Lookup *lookup = list->lookup;
	const ParamUse *use = &lookup->variable->uses[0];
	Word words[2 + PATTERN_RARE];
	const char *word = PATTERN_WORD;
	int n = pattern_read_words(lookup, word, words);
	Word *rare = &words[2];

	if (n < 3)
	{
		word = PATTERN_CODE;
		n = pattern_read_words(lookup, word, words);
	}
	if (n < 3)
		return;
	for (int i = 3; i < n; i++)
		if (use->negated ? words[i].share > rare->share
						 : words[i].share < rare->share)
			rare = &words[i];
	choices_add(list, "typical", &words[0].pattern, words[0].share);
	choices_add(list, "common", &words[1].pattern, words[1].share);
	choices_add(list, "rare", &rare->pattern, rare->share);
	/* A parameter that is the whole pattern may also ask for a prefix. */
	if (!use->wrapped && !use->in_array)
	{
		ParamUse prefix = *use;

		prefix.anchored = true;
		probe_select(psprintf(
			"SELECT v FROM (SELECT %s AS v FROM %s) AS s WHERE v IS NOT NULL "
			"GROUP BY v ORDER BY count(*) DESC, v COLLATE \"C\" LIMIT 1",
			pattern_first(&prefix, probe_expression(&prefix), word),
			lookup->sample));
		if (SPI_processed > 0)
		{
			/* A word has no character that means something in a pattern. */
			char *pattern = psprintf(
				use->syntax == PATTERN_REGEX ? "^%s" : "%s%%", probe_get(0, 1));

			choices_add(list, "prefix", &pattern,
						probe_share(lookup, &pattern));
		}
	}
	if (use->anchored && !use->at_end && !use->negated)
		pattern_add_beginning(list, &words[1]);
	pattern_add_absent(list);
	if (!use->negated)
		pattern_add_short(list);
}
