/*-------------------------------------------------------------------------
 *
 * text_model.c
 *		What texts of a column look like, learned from some of them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/pg_collation.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/hsearch.h"
#include "utils/varlena.h"

#include "populate/text_model.h"

/* Of a long text, so much is learned from. */
#define LEARNED_BYTES 2000

/* Of all that follows on a symbol, this share goes to what never did. */
#define UNSEEN_SHARE 0.001

/* A place has so many binary digits. */
#define PLACE_LIMIT 1e-15

/* ---- symbols ---- */

static TextSymbolClass
symbol_class(const char *bytes)
{
	if (isdigit((unsigned char) *bytes))
		return TEXT_DIGIT;
	if (isalpha((unsigned char) *bytes) || IS_HIGHBIT_SET(*bytes))
		return TEXT_LETTER;
	return TEXT_SEPARATOR;
}

static int
compare_seen(const void *one, const void *other)
{
	return ((const TextSymbol *) other)->seen -
		   ((const TextSymbol *) one)->seen;
}

static int
compare_order(const void *one, const void *other, void *arg)
{
	const TextSymbol *a = one;
	const TextSymbol *b = other;

	return varstr_cmp(a->bytes, a->length, b->bytes, b->length,
					  *(const Oid *) arg);
}

/* Returns the symbol of a character, or of another one that stands for it. */
static uint8
find_symbol(const TextModel *model, const char *at, int length)
{
	uint32 hash = 0;

	if (length == 1)
		return model->single[(unsigned char) *at];
	for (int i = 0; i < model->n; i++)
		if (model->symbols[i].length == length &&
			memcmp(model->symbols[i].bytes, at, length) == 0)
			return (uint8) i;
	for (int i = 0; i < length; i++)
		hash = hash * 31 + (unsigned char) at[i];
	return (uint8) (hash % (uint32) model->n);
}

static int
character_length(const char *at, const char *end)
{
	int length = pg_mblen(at);

	return Min(length, (int) (end - at));
}

static int
learned_length(const char *text)
{
	int length = (int) strlen(text);

	return length > LEARNED_BYTES ? pg_mbcliplen(text, length, LEARNED_BYTES)
								  : length;
}

/* Counts the characters of all texts, and keeps the most frequent ones. */
static void
learn_symbols(TextModel *model, char **texts, int n)
{
	HASHCTL control = {.keysize = 8, .entrysize = sizeof(TextSymbol)};
	HTAB *table =
		hash_create("characters", 256, &control, HASH_ELEM | HASH_BLOBS);
	HASH_SEQ_STATUS scan;
	TextSymbol *symbol;
	TextSymbol *all;
	int count = 0;

	for (int i = 0; i < n; i++)
	{
		const char *end = texts[i] + learned_length(texts[i]);
		int length;

		for (const char *at = texts[i]; at < end; at += length)
		{
			char key[8] = {0};
			bool found;

			length = character_length(at, end);
			memcpy(key, at, length);
			symbol = hash_search(table, key, HASH_ENTER, &found);
			if (!found)
			{
				symbol->length = (uint8) length;
				symbol->class = symbol_class(key);
				symbol->seen = 0;
			}
			symbol->seen++;
		}
	}
	all = palloc(sizeof(TextSymbol) * (hash_get_num_entries(table) + 1));
	hash_seq_init(&scan, table);
	while ((symbol = hash_seq_search(&scan)) != NULL)
		all[count++] = *symbol;
	hash_destroy(table);
	/* By order first, so that those seen as often stay in one. */
	qsort_arg(all, count, sizeof(TextSymbol), compare_order, &model->collation);
	qsort(all, count, sizeof(TextSymbol), compare_seen);
	model->n = Min(count, TEXT_MODEL_SYMBOLS);
	qsort_arg(all, model->n, sizeof(TextSymbol), compare_order,
			  &model->collation);
	memcpy(model->symbols, all, sizeof(TextSymbol) * model->n);
	pfree(all);
	for (int i = 0; i < model->n; i++)
		if (model->symbols[i].length == 1)
			model->single[(unsigned char) model->symbols[i].bytes[0]] =
				(uint8) i;
}

static int
to_symbols(const TextModel *model, const char *text, int bytes, uint8 *symbols)
{
	const char *end = text + bytes;
	int n = 0;
	int length;

	for (const char *at = text; at < end; at += length)
	{
		length = character_length(at, end);
		symbols[n++] = find_symbol(model, at, length);
	}
	return n;
}

/* ---- what follows on what ---- */

static void
learn_sums(TextModel *model)
{
	int n = model->n;
	int contexts = TEXT_MODEL_WORDS * (n + 1);
	float *sums = palloc0(sizeof(float) * contexts * (n + 1));
	double total = 0;

	for (int i = 0; i < n; i++)
		total += model->symbols[i].seen;
	for (int t = 0; t < model->ntexts; t++)
	{
		int context = n;
		int words = 0;

		for (int i = 0; i < model->texts[t].length; i++)
		{
			int symbol = model->texts[t].symbols[i];

			sums[(Min(words, TEXT_MODEL_WORDS - 1) * (n + 1) + context) *
					 (n + 1) +
				 symbol]++;
			words += text_model_begins(model, context, symbol);
			context = symbol;
		}
	}
	for (int context = 0; context < contexts; context++)
	{
		float *counts = sums + context * (n + 1);
		double seen = 0;
		double sum = 0;

		for (int i = 0; i < n; i++)
			seen += counts[i];
		for (int i = 0; i <= n; i++)
		{
			double count = i < n ? counts[i] : 0;
			double unseen = i < n ? model->symbols[i].seen / total : 0;

			counts[i] = (float) sum;
			sum += seen > 0 ? (1 - UNSEEN_SHARE) * count / seen +
								  UNSEEN_SHARE * unseen
							: unseen;
		}
		counts[n] = 1;
	}
	model->sums = sums;
}

static void
learn_followers(TextModel *model)
{
	int contexts = model->n + 1;
	int *at = palloc0(sizeof(int) * (contexts * contexts + 1));
	int total = 0;

	/* Counts first, then where each begins, then where each ends. */
	for (int pass = 0; pass < 2; pass++)
	{
		for (int t = 0; t < model->ntexts; t++)
		{
			int before = model->n;
			int last = model->n;

			for (int i = 0; i < model->texts[t].length; i++)
			{
				int symbol = model->texts[t].symbols[i];

				if (pass == 0)
					at[before * contexts + last + 1]++;
				else
					model->followers[at[before * contexts + last]++] =
						(uint8) symbol;
				before = last;
				last = symbol;
			}
		}
		if (pass == 1)
			break;
		for (int i = 0; i < contexts * contexts; i++)
		{
			total += at[i + 1];
			at[i + 1] = total;
		}
		model->followers = palloc(total + 1);
	}
	/* Each start has moved to the next one's. */
	memmove(at + 1, at, sizeof(int) * contexts * contexts);
	at[0] = 0;
	model->followers_at = at;
}

/* ---- words ---- */

static int
compare_tokens(const void *one, const void *other, void *arg)
{
	const TextModel *model = arg;
	const TextToken *a = &model->tokens[*(const int *) one];
	const TextToken *b = &model->tokens[*(const int *) other];
	int length = a->end - a->start;
	int result = length - (b->end - b->start);

	if (result == 0)
		result = memcmp(model->texts[a->text].symbols + a->start,
						model->texts[b->text].symbols + b->start, length);
	return result;
}

static bool
is_separator(const TextModel *model, uint8 symbol)
{
	return model->symbols[symbol].class == TEXT_SEPARATOR;
}

static void
find_tokens(TextModel *model)
{
	int most = 1;

	for (int t = 0; t < model->ntexts; t++)
		most += model->texts[t].length / 2 + 1;
	model->tokens = palloc(sizeof(TextToken) * most);
	for (int t = 0; t < model->ntexts; t++)
	{
		TextKnown *text = &model->texts[t];

		text->first_token = model->ntokens;
		for (int i = 0; i < text->length; i++)
		{
			TextToken *token = &model->tokens[model->ntokens];
			int digits = 0;

			if (is_separator(model, text->symbols[i]))
				continue;
			token->text = t;
			token->start = i;
			for (; i < text->length && !is_separator(model, text->symbols[i]);
				 i++)
				digits += model->symbols[text->symbols[i]].class == TEXT_DIGIT;
			token->end = i;
			token->mixed = digits > 0 && digits < i - token->start;
			model->ntokens++;
		}
		text->ntokens = model->ntokens - text->first_token;
	}
}

static void
learn_words(TextModel *model)
{
	int n = 0;

	find_tokens(model);
	model->word_tokens = palloc(sizeof(int) * (model->ntokens + 1));
	model->word_at = palloc(sizeof(int) * (model->ntokens + 2));
	for (int i = 0; i < model->ntokens; i++)
		model->word_tokens[i] = i;
	qsort_arg(model->word_tokens, model->ntokens, sizeof(int), compare_tokens,
			  model);
	for (int i = 0; i < model->ntokens; i++)
	{
		if (i == 0 || compare_tokens(&model->word_tokens[i - 1],
									 &model->word_tokens[i], model) != 0)
			model->word_at[n++] = i;
		model->tokens[model->word_tokens[i]].word = n - 1;
	}
	model->word_at[n] = model->ntokens;
}

TextModel *
text_model_learn(char **texts, int n, Oid collation)
{
	TextModel *model = palloc0(sizeof(*model));

	model->collation = OidIsValid(collation) ? collation : C_COLLATION_OID;
	learn_symbols(model, texts, n);
	model->ntexts = n;
	model->texts = palloc0(sizeof(TextKnown) * (n + 1));
	for (int i = 0; i < n; i++)
	{
		int bytes = learned_length(texts[i]);

		model->texts[i].symbols = palloc(bytes + 1);
		model->texts[i].length =
			to_symbols(model, texts[i], bytes, model->texts[i].symbols);
		model->mean_length += (double) model->texts[i].length / n;
	}
	if (model->n == 0)
		return model;
	learn_sums(model);
	learn_followers(model);
	learn_words(model);
	return model;
}

/* ---- places ---- */

/* Returns the place of symbols that follow on a context. */
static double
place(const TextModel *model, int words, int context, const uint8 *symbols,
	  int n)
{
	double low = 0;
	double width = 1;

	for (int i = 0; i < n && width > PLACE_LIMIT; i++)
	{
		const float *sums = text_model_sums(model, words, context);

		low += width * sums[symbols[i]];
		width *= (double) sums[symbols[i] + 1] - sums[symbols[i]];
		words += text_model_begins(model, context, symbols[i]);
		context = symbols[i];
	}
	return low;
}

double
text_model_place(const TextModel *model, const char *text, int length)
{
	uint8 *symbols = palloc(length + 1);
	double result = 0;

	if (model->n > 0)
		result = place(model, 0, model->n, symbols,
					   to_symbols(model, text, Min(length, 64), symbols));
	pfree(symbols);
	return result;
}

TextRange *
text_model_range(const TextModel *model, const char *low, int low_length,
				 const char *high, int high_length)
{
	TextRange *range = palloc0(sizeof(*range));
	uint8 *lows = palloc(low_length + 1);
	uint8 *highs = palloc(high_length + 1);
	int low_n = to_symbols(model, low, low_length, lows);
	int high_n = to_symbols(model, high, high_length, highs);
	int n = 0;
	int context;

	for (context = model->n; n < low_n && n < high_n && lows[n] == highs[n];
		 n++)
	{
		range->words += text_model_begins(model, context, lows[n]);
		context = lows[n];
	}
	range->length = n;
	range->prefix = lows;
	range->low = place(model, range->words, context, lows + n, low_n - n);
	range->high = place(model, range->words, context, highs + n, high_n - n);
	return range;
}
