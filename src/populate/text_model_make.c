/*-------------------------------------------------------------------------
 *
 * text_model_make.c
 *		Makes texts that look like those of a column.
 *
 * A text has a head, which puts it at its place in the order and tells it from
 * all others, and goes on as some known text does: its word is finished in the
 * shape of that text's word, and other words follow. After each word that is
 * known more than once, another text that has it is followed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#include "populate/text_model.h"
#include "synth/permute.h"

/* The most symbols of a head after the common prefix */
#define HEAD_SYMBOLS 40

/* Nearer places cannot be told apart. */
#define NEAREST_PLACES 1e-14

/* A head has fewer symbols one after the other that follow in so large a share. */
#define SURE_SYMBOLS 12
#define SURE_SHARE 0.99

/* How often a symbol of the right class is drawn for */
#define SYMBOL_DRAWS 4

/* The text that is being made. */
typedef struct TextDraft
{
	const TextModel *model;
	const TextWish *wish;
	StringInfo text;
	int length; /* in symbols */
	int before; /* the symbol before the last; n at the start */
	int last;
	int tokens;   /* begun so far */
	int in_token; /* symbols of the one that is not ended */
	uint64 random;
	uint64 draws;
} TextDraft;

static uint32
draw(TextDraft *draft, uint32 n)
{
	return permute_upto(permute_number(draft->random, draft->draws++), n);
}

static bool
is_full(const TextDraft *draft)
{
	return draft->wish->limit > 0 && draft->length >= draft->wish->limit;
}

static void
put(TextDraft *draft, uint8 symbol)
{
	const TextSymbol *known = &draft->model->symbols[symbol];

	if (is_full(draft))
		return;
	if (known->length == 1)
		appendStringInfoCharMacro(draft->text, known->bytes[0]);
	else
		appendBinaryStringInfo(draft->text, known->bytes, known->length);
	draft->length++;
	draft->before = draft->last;
	draft->last = symbol;
	if (known->class == TEXT_SEPARATOR)
		draft->in_token = 0;
	else if (draft->in_token++ == 0)
		draft->tokens++;
}

/* ---- the head ---- */

/* Returns the symbol in which a place from 0 to 1 lies. */
static int
symbol_at(const float *sums, int n, double at)
{
	int low = 0;
	int high = n - 1;

	while (low < high)
	{
		int middle = (low + high + 1) / 2;

		if (sums[middle] <= at)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

/* Puts a number in digits of symbols that are known, which tells texts apart. */
static void
put_number(TextDraft *draft, int64 number)
{
	for (uint64 rest = (uint64) number + 1; rest > 0; rest /= draft->model->n)
		put(draft, (uint8) (rest % draft->model->n));
}

/*
 * Puts symbols until all texts that begin so are in stratum k of n. Where each symbol
 * follows on the last as good as surely, texts of several strata begin alike, and the
 * number of the stratum tells them apart.
 */
static void
put_head(TextDraft *draft, const TextRange *range, int64 k, int64 n)
{
	const TextModel *model = draft->model;
	double size = (range->high - range->low) / (double) n;
	double start = range->low + size * (double) k;
	double chance = (draw(draft, 1 << 20) + 0.5) / (1 << 20);
	double at = start + size * (0.25 + chance / 2);
	double low = 0;
	double width = 1;

	for (int i = 0; i < range->length; i++)
		put(draft, range->prefix[i]);
	if (size < NEAREST_PLACES)
	{
		put_number(draft, k);
		return;
	}
	for (int i = 0, sure = 0; i < HEAD_SYMBOLS && sure < SURE_SYMBOLS; i++)
	{
		const float *sums = text_model_sums(model, draft->tokens, draft->last);
		int symbol = symbol_at(sums, model->n, (at - low) / width);

		low += width * sums[symbol];
		width *= (double) sums[symbol + 1] - sums[symbol];
		sure = sums[symbol + 1] - sums[symbol] > SURE_SHARE ? sure + 1 : 0;
		put(draft, (uint8) symbol);
		if (is_full(draft) || (low >= start && low + width <= start + size))
			return;
	}
	put_number(draft, k);
}

/* ---- how it goes on ---- */

/*
 * Puts a symbol as it follows on the last two: of the class of a known one, or
 * in a word of letters and digits, either.
 */
static void
put_like(TextDraft *draft, const TextToken *token, int i)
{
	uint8 like = draft->model->texts[token->text].symbols[i];
	const TextModel *model = draft->model;
	const int *at =
		model->followers_at + draft->before * (model->n + 1) + draft->last;
	int class = model->symbols[like].class;

	for (int k = 0; k < SYMBOL_DRAWS && at[1] > at[0]; k++)
	{
		uint8 symbol;

		if (class == TEXT_DIGIT && !token->mixed)
			break;
		symbol = model->followers[at[0] + (int) draw(draft, at[1] - at[0])];

		if (token->mixed ? model->symbols[symbol].class != TEXT_SEPARATOR
						 : model->symbols[symbol].class == class)
		{
			put(draft, symbol);
			return;
		}
	}
	if (class == TEXT_DIGIT)
	{
		int digit = '0' + (int) draw(draft, 10);

		/* a digit that the model knows, or the one that is there */
		if (model->symbols[model->single[digit]].bytes[0] == digit)
			like = model->single[digit];
	}
	put(draft, like);
}

static int
word_count(const TextModel *model, const TextToken *token)
{
	return model->word_at[token->word + 1] - model->word_at[token->word];
}

/* Returns a token to go on from, at the same place in its text if there is. */
static const TextToken *
other_token(TextDraft *draft, int index)
{
	const TextModel *model = draft->model;

	for (int i = 0; i < SYMBOL_DRAWS; i++)
	{
		const TextKnown *text = &model->texts[draw(draft, model->ntexts)];

		if (index < text->ntokens)
			return &model->tokens[text->first_token + index];
	}
	return &model->tokens[draw(draft, model->ntokens)];
}

/* Puts what is between the token and the next one; false if it is the last. */
static bool
put_separators(TextDraft *draft, const TextToken *token)
{
	const TextModel *model = draft->model;
	const TextKnown *text = &model->texts[token->text];
	uint8 space = model->single[' '];

	if (token - model->tokens + 1 >= text->first_token + text->ntokens)
	{
		if (model->symbols[space].bytes[0] == ' ')
			put(draft, space);
		return false;
	}
	for (int i = token->end; i < token[1].start; i++)
		put(draft, text->symbols[i]);
	return true;
}

/* Puts a word: the token's, or one of its shape if that is rarely seen. */
static void
put_token(TextDraft *draft, const TextToken *token)
{
	const TextModel *model = draft->model;
	const uint8 *symbols = model->texts[token->text].symbols;
	bool rare = word_count(model, token) == 1 && model->ntexts > 1;
	bool digits = model->symbols[symbols[token->end - 1]].class == TEXT_DIGIT;

	if (rare && !digits)
		rare = draw(draft, 2) == 0;
	for (int i = token->start; i < token->end && !is_full(draft); i++)
	{
		if (rare)
			put_like(draft, token, i);
		else
			put(draft, symbols[i]);
	}
}

/*
 * Returns another token of the same word, in a text that goes on, and if there
 * is one, at the same place of it; else this one.
 */
static const TextToken *
same_word(TextDraft *draft, const TextToken *token)
{
	const TextModel *model = draft->model;
	int n = word_count(model, token);
	int index = draft->tokens - 1;
	const TextToken *best = token;

	for (int i = 0; i < SYMBOL_DRAWS && n > 1; i++)
	{
		const TextToken *other =
			&model->tokens[model->word_tokens[model->word_at[token->word] +
											  (int) draw(draft, n)]];
		const TextKnown *text = &model->texts[other->text];
		int at = (int) (other - model->tokens) - text->first_token;

		if (at + 1 < text->ntokens)
			best = other;
		if (at == index)
			return other;
	}
	return best;
}

/* Whether the text is to go on after so many words, and so many symbols. */
static bool
goes_on(const TextDraft *draft, int words)
{
	if (is_full(draft))
		return false;
	if (draft->wish->longest > 0)
		return draft->length < draft->wish->least;
	return draft->tokens < words;
}

/* Goes on after the head, or from nothing, as long as the wish is. */
static void
go_on(TextDraft *draft)
{
	const TextModel *model = draft->model;
	const TextKnown *length = &model->texts[draw(draft, model->ntexts)];
	int index = draft->in_token > 0 ? draft->tokens - 1 : draft->tokens;
	const TextToken *token = other_token(draft, index);

	if (draft->in_token > 0)
	{
		for (int i = token->start + draft->in_token;
			 i < token->end && !is_full(draft); i++)
			put_like(draft, token, i);
	}
	else
		put_token(draft, token);
	/*
	 * A text is as many words long, also where they follow each other without a
	 * separator and so count as one.
	 */
	for (int added = draft->tokens;
		 goes_on(draft, length->ntokens) &&
		 (draft->wish->longest > 0 || added < length->ntokens);
		 added++)
	{
		int tokens = draft->tokens;

		token = same_word(draft, token);
		if (put_separators(draft, token))
			token++;
		else
			token = other_token(draft, draft->tokens);
		put_token(draft, token);
		/* No separator is known here, so that no further word begins. */
		if (draft->wish->longest == 0 && draft->tokens == tokens)
			break;
	}
	/* as that text ends */
	if (length->ntokens > 0 && draft->wish->longest == 0)
		for (int i =
				 model->tokens[length->first_token + length->ntokens - 1].end;
			 i < length->length; i++)
			put(draft, length->symbols[i]);
}

int
text_model_make(const TextModel *model, const TextRange *range, int64 k,
				int64 n, const TextWish *wish, StringInfo text)
{
	TextDraft draft = {.model = model,
					   .wish = wish,
					   .text = text,
					   .before = model->n,
					   .last = model->n,
					   .random = wish->random};
	int head;
	int bytes;

	if (model->n == 0)
		return 0;
	if (range != NULL)
		put_head(&draft, range, k, n);
	head = text->len;
	if (model->ntokens > 0)
		go_on(&draft);
	/* A word that reached the wish's end is cut, but not what tells it apart. */
	bytes = text->len;
	if (bytes > 0 && text->data[bytes - 1] == ' ')
		text->data[--text->len] = '\0';
	return Min(head, text->len);
}
