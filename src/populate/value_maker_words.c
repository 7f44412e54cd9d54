/*-------------------------------------------------------------------------
 *
 * value_maker_words.c
 *		Makes tsvectors, by which words are common in them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "base/compat.h"
#include "populate/element_picker.h"
#include "populate/value_families.h"
#include "populate/value_maker.h"
#include "synth/permute.h"

/* What a word takes in a tsvector beside its letters: entry and positions */
#define WORD_OVERHEAD 9

#define MOST_WORDS 2000

/* So many words stand for those that are not common. */
#define RARE_WORDS 20000

typedef struct WordsState
{
	ElementPicker *picker;
	char **words;
	double rare; /* how many of a value's words are not common */
	ValueMaker *maker;
	StringInfoData text;
} WordsState;

static const char *const some_words[] = {
	"account", "answer",  "begin",   "blue",    "change", "citi",   "color",
	"day",     "deliv",   "door",    "english", "find",   "garden", "good",
	"hous",    "languag", "late",    "morn",    "new",    "offic",  "open",
	"order",   "page",    "problem", "rain",    "report", "search", "small",
	"team",    "time",    "updat",   "work"};

static void
words_start(ValueMaker *maker)
{
	const ColumnStatistics *stats = maker->spec.stats;
	WordsState *state = palloc0(sizeof(*state));
	ColumnSpec spec = maker->spec;
	ColumnStatistics *rare = palloc0(sizeof(*rare));
	int n = stats->elements != NULL ? stats->nelements : 0;
	double letters = 0;

	if (n == 0)
	{
		double *freqs = palloc(sizeof(some_words));

		n = lengthof(some_words);
		state->words = (char **) some_words;
		for (int i = 0; i < n; i++)
			freqs[i] = 1.0 / (2 + (i * 7) % n);
		state->picker = element_picker_create(n, freqs, maker->key);
	}
	else
	{
		state->words = stats->elements;
		state->picker =
			element_picker_create(n, stats->element_freqs, maker->key);
	}
	for (int i = 0; i < n; i++)
		letters += (double) strlen(state->words[i]) / n;
	state->rare =
		Max(stats->width / (letters + WORD_OVERHEAD) - state->picker->sum, 0);

	rare->rows = RARE_WORDS;
	rare->ndistinct = -1;
	rare->correlation = 1;
	rare->nbounds = n;
	rare->bounds = state->words;
	rare->width = (int) letters + 1;
	spec.type = TEXTOID;
	spec.typmod = -1;
	spec.not_null = true;
	spec.unique = true;
	spec.serial = false;
	spec.existing = 0;
	spec.rows = RARE_WORDS;
	spec.stats = rare;
	state->maker = value_maker_create(&spec);
	initStringInfo(&state->text);
	maker->state = state;
}

static void
put_word(StringInfo text, const char *word, int length, int position)
{
	appendStringInfoCharMacro(text, '\'');
	for (int i = 0; i < length; i++)
	{
		if (word[i] == '\'' || word[i] == '\\')
			appendStringInfoCharMacro(text, word[i]);
		appendStringInfoCharMacro(text, word[i]);
	}
	appendStringInfo(text, "':%d ", position);
}

static Datum
words_between(ValueMaker *maker, ValueInterval *interval, int64 k, int64 id)
{
	WordsState *state = maker->state;
	uint64 random = permute_number(maker->key, (uint64) id);
	/* from half to one and a half of the mean */
	double size = 0.5 + (double) permute_upto(permute_mix(random), 1024) / 1024;
	int *chosen = palloc(sizeof(int) * MOST_WORDS);
	int n =
		element_picker_pick(state->picker, random, size, MOST_WORDS, chosen);
	int rare = (int) (state->rare * size + 0.5);

	resetStringInfo(&state->text);
	for (int i = 0; i < n; i++)
		put_word(&state->text, state->words[chosen[i]],
				 (int) strlen(state->words[chosen[i]]),
				 1 + i + (int) (permute_number(random, i) % 5));
	for (int i = 0; i < rare && i < MOST_WORDS; i++)
	{
		Datum word = value_maker_item(
			state->maker, (int64) (permute_number(~random, i) % RARE_WORDS));

		put_word(&state->text, VARDATA_ANY(DatumGetPointer(word)),
				 (int) VARSIZE_ANY_EXHDR(DatumGetPointer(word)), n + i + 1);
	}
	return DirectFunctionCall1(tsvectorin, CStringGetDatum(state->text.data));
}

const ValueFamily value_family_words = {
	.composes = true,
	.start = words_start,
	.between = words_between,
};
