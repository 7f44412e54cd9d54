/*-------------------------------------------------------------------------
 *
 * value_maker_text.c
 *		Makes texts, from a model of those that are known.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "populate/text_model.h"
#include "populate/text_words.h"
#include "populate/value_families.h"
#include "synth/permute.h"

/* With so many bounds, common values are not learned from as well. */
#define BOUNDS_TO_LEARN 8

/* Known texts may be so much longer or shorter than the width says. */
#define WIDTH_TOLERANCE 1.3

/* How many words a text has is counted in so many of them. */
#define TEXTS_TO_COUNT 200

/* Texts of so few characters are made of any. */
#define SHORT_LIMIT 8

/* Beyond the items, values are taken from so many places. */
#define PLACES_BEYOND ((int64) 1 << 30)

typedef struct TextState
{
	TextModel *model;
	TextRange all;    /* the order of all texts */
	double target;    /* mean length, if not that of the known texts */
	int limit;        /* in characters; 0 if there is none */
	TextWords *words; /* of the tsvector that is made of it; or NULL */
	StringInfoData text;
} TextState;

static double mean_words(ValueMaker *maker);

static void
text_start(ValueMaker *maker)
{
	const ColumnStatistics *stats = maker->spec.stats;
	TextState *state = palloc0(sizeof(*state));
	char **texts = palloc(sizeof(char *) * (stats->ncommon + stats->nbounds +
											stats->nsample + 1));
	int n = 0;
	double width = stats->width;

	for (int i = 0; stats->bounds != NULL && i < stats->nbounds; i++)
		texts[n++] = stats->bounds[i];
	for (int i = 0; stats->sample != NULL && i < stats->nsample; i++)
		texts[n++] = stats->sample[i];
	for (int i = 0;
		 n < BOUNDS_TO_LEARN && stats->common != NULL && i < stats->ncommon;
		 i++)
		texts[n++] = stats->common[i];
	state->model = text_model_learn(texts, n, maker->spec.collation);
	state->all.high = 1;
	if (state->model->n == 0 && stats->ncommon == 0)
		maker->problem = "of texts of which none is known";

	/* what is stored has a header of one byte, or of four */
	width -= width < 127 ? 1 : VARHDRSZ;
	if (maker->base_type == NAMEOID)
		state->limit = NAMEDATALEN - 1;
	else if (maker->base_typmod > (int32) VARHDRSZ)
		state->limit = maker->base_typmod - VARHDRSZ;
	if (width > 0 && maker->base_type != NAMEOID &&
		maker->base_type != BPCHAROID &&
		(width > state->model->mean_length * WIDTH_TOLERANCE ||
		 width * WIDTH_TOLERANCE < state->model->mean_length))
		state->target = width;
	initStringInfo(&state->text);
	maker->state = state;
	if (maker->spec.document != NULL && state->model->n > 0)
		state->words = text_words_create(
			maker->spec.document->nelements, maker->spec.document->elements,
			maker->spec.document->element_freqs, mean_words(maker), maker->key);
}

/* Returns the text of a value, which need not end with a zero. */
static const char *
text_of(const ValueMaker *maker, Datum value, int *length)
{
	const struct varlena *text;

	if (maker->base_type == NAMEOID)
	{
		*length = (int) strlen(NameStr(*DatumGetName(value)));
		return NameStr(*DatumGetName(value));
	}
	text = PG_DETOAST_DATUM_PACKED(value);
	*length = (int) VARSIZE_ANY_EXHDR(text);
	if (maker->base_type == BPCHAROID)
		*length = bpchartruelen(VARDATA_ANY(text), *length);
	return VARDATA_ANY(text);
}

static bool
text_position(ValueMaker *maker, Datum value, double *position)
{
	const TextState *state = maker->state;
	int length;
	const char *text = text_of(maker, value, &length);

	*position = text_model_place(state->model, text, length);
	return true;
}

static double
text_capacity(ValueMaker *maker, ValueInterval *interval)
{
	const TextState *state = maker->state;
	int low_length;
	int high_length;
	const char *low = text_of(maker, interval->low, &low_length);
	const char *high = text_of(maker, interval->high, &high_length);
	TextRange *range =
		text_model_range(state->model, low, low_length, high, high_length);
	int room = state->limit - range->length;

	interval->state = range;
	if (state->limit == 0 || room > 10)
		return (double) ROWS_SPREAD_MAX_ROWS;
	return Max(pow(Max(state->model->n / 2, 2), Max(room, 0)) *
				   Max(range->high - range->low, 0),
			   interval->low_in + interval->high_in);
}

static Datum
to_datum(const ValueMaker *maker, const TextState *state)
{
	const StringInfoData *text = &state->text;
	int size = VARHDRSZ + text->len;
	int blanks = 0;
	char *value;

	if (maker->base_type == NAMEOID)
	{
		value = palloc0(NAMEDATALEN);
		memcpy(value, text->data, Min(text->len, NAMEDATALEN - 1));
		return NameGetDatum((Name) value);
	}
	if (maker->base_type == BPCHAROID && state->limit > 0)
		blanks =
			Max(state->limit - pg_mbstrlen_with_len(text->data, text->len), 0);
	size += blanks;
	value = palloc(size);
	SET_VARSIZE(value, size);
	memcpy(VARDATA(value), text->data, text->len);
	memset(VARDATA(value) + text->len, ' ', blanks);
	return PointerGetDatum(value);
}

/* Gives the text the words of the tsvector, and no more characters than fit. */
static void
put_words(TextState *state, uint64 random, int kept)
{
	StringInfo text = &state->text;

	text_words_put(state->words, random, kept, text);
	if (state->limit > 0)
		text->len = pg_mbcharcliplen(text->data, text->len, state->limit);
	text->data[text->len] = '\0';
}

/* Makes a text, and returns the bytes at its beginning that put it into order. */
static int
make_text(ValueMaker *maker, const TextRange *range, int64 k, int64 n,
		  uint64 random)
{
	TextState *state = maker->state;
	TextWish wish = {.random = random, .limit = state->limit};

	if (state->target > 0)
	{
		/* from half to one and a half of the mean */
		wish.least =
			(int) (state->target *
				   (0.5 + (double) permute_upto(wish.random, 1000) / 1000));
		wish.longest = Max(wish.least, 1);
	}
	resetStringInfo(&state->text);
	return text_model_make(state->model, range, k, n, &wish, &state->text);
}

/* Returns how many words the texts have that are made. */
static double
mean_words(ValueMaker *maker)
{
	TextState *state = maker->state;
	double words = 0;

	for (int i = 0; i < TEXTS_TO_COUNT; i++)
	{
		(void) make_text(maker, &state->all, i, TEXTS_TO_COUNT,
						 permute_number(maker->key, i));
		words += text_words_count(&state->text);
	}
	return words / TEXTS_TO_COUNT;
}

static Datum
make(ValueMaker *maker, const TextRange *range, int64 k, int64 n, int64 id)
{
	TextState *state = maker->state;
	uint64 random = permute_number(maker->key, (uint64) id);
	int kept = make_text(maker, range, k, n, random);

	if (state->words != NULL)
		put_words(state, random, kept);
	return to_datum(maker, state);
}

static Datum
text_between(ValueMaker *maker, ValueInterval *interval, int64 k, int64 id)
{
	const TextState *state = maker->state;

	if (interval->bounded && k == 0 && interval->low_in)
		return interval->low;
	if (interval->bounded && k == interval->items - 1 && interval->high_in)
		return interval->high;
	return make(maker, interval->bounded ? interval->state : &state->all, k,
				Max(interval->items, 1), id);
}

/*
 * A text of so few characters that the places in the order of all texts, which follow
 * what is likely, are soon taken: any characters that are known.
 */
static Datum
short_text(ValueMaker *maker, int64 n)
{
	TextState *state = maker->state;
	const TextModel *model = state->model;
	uint64 random = permute_number(maker->key, (uint64) n);

	resetStringInfo(&state->text);
	for (int i = 0; i < state->limit; i++)
	{
		const TextSymbol *symbol =
			&model->symbols[permute_upto(permute_number(random, i), model->n)];

		/* Blanks at the end do not count. */
		if (symbol->length == 1 && symbol->bytes[0] == ' ')
			continue;
		appendBinaryStringInfo(&state->text, symbol->bytes, symbol->length);
	}
	return to_datum(maker, state);
}

static Datum
text_beyond(ValueMaker *maker, int64 n, int64 id)
{
	const TextState *state = maker->state;
	PermuteDomain domain = permute_domain((uint32) PLACES_BEYOND);

	if (state->limit > 0 && state->limit <= SHORT_LIMIT && state->model->n > 0)
		return short_text(maker, n);
	return make(
		maker, &state->all,
		permute_in_domain(&domain, maker->key, (uint32) (n % PLACES_BEYOND)),
		PLACES_BEYOND, id);
}

const ValueFamily value_family_text = {
	.start = text_start,
	.position = text_position,
	.capacity = text_capacity,
	.between = text_between,
	.beyond = text_beyond,
};
