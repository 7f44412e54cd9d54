/*-------------------------------------------------------------------------
 *
 * value_code.c
 *		Texts of a fixed form, such as AB-00123, as numbers.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "populate/value_code.h"

#define MOST_PLACES 24

/* A form is believed from so many texts on. */
#define TEXTS_FOR_FORM 20

#define MOST_NUMBERS ((double) ((int64) 1 << 61))

typedef struct CodePlace
{
	int n;
	char symbols[96];
	int8 number[128];
} CodePlace;

typedef struct ValueCode
{
	Oid type;
	int length;
	int padded; /* length of bpchar, with its blanks */
	CodePlace places[MOST_PLACES];
} ValueCode;

static bool
read_code(const ValueAxis *axis, Datum value, int64 *number)
{
	const ValueCode *code = axis->code;
	const struct varlena *text = PG_DETOAST_DATUM_PACKED(value);
	const char *data = VARDATA_ANY(text);
	int length = (int) VARSIZE_ANY_EXHDR(text);

	if (code->type == BPCHAROID)
		length = bpchartruelen(unconstify(char *, data), length);
	if (length != code->length)
		return false;
	*number = 0;
	for (int i = 0; i < length; i++)
	{
		const CodePlace *place = &code->places[i];

		if (IS_HIGHBIT_SET(data[i]) || place->number[(int) data[i]] < 0)
			return false;
		*number = *number * place->n + place->number[(int) data[i]];
	}
	return true;
}

static Datum
write_code(const ValueAxis *axis, int64 number, uint64 id)
{
	const ValueCode *code = axis->code;
	int length = Max(code->length, code->padded);
	struct varlena *text = palloc(VARHDRSZ + length);
	char *data = VARDATA(text);

	SET_VARSIZE(text, VARHDRSZ + length);
	memset(data + code->length, ' ', length - code->length);
	for (int i = code->length - 1; i >= 0; i--)
	{
		const CodePlace *place = &code->places[i];

		data[i] = place->symbols[number % place->n];
		number /= place->n;
	}
	return PointerGetDatum(text);
}

static bool
learn_texts(bool seen[][128], int *length, char **texts, int n)
{
	for (int i = 0; texts != NULL && i < n; i++)
	{
		int this = (int) strlen(texts[i]);

		while (this > 0 && texts[i][this - 1] == ' ')
			this --;
		if (*length == 0)
			*length = this;
		if (this != *length || this > MOST_PLACES || this == 0)
			return false;
		for (int k = 0; k < this; k++)
		{
			if (IS_HIGHBIT_SET(texts[i][k]) || !isprint(texts[i][k]))
				return false;
			seen[k][(int) texts[i][k]] = true;
		}
	}
	return true;
}

/* Adds the characters between the first and the last that is seen. */
static void
fill_between(bool *seen, int from, int to)
{
	while (from < to && !seen[from])
		from++;
	while (to > from && !seen[to])
		to--;
	for (int c = from; c < to; c++)
		seen[c] = true;
}

/*
 * A digit may be any; letters are from the first to the last that is seen. A
 * place with a mark other than these is left as it is.
 */
static void
set_place(CodePlace *place, bool *seen)
{
	bool digits = false;
	bool lower = false;
	bool upper = false;

	for (int c = 0; c < 128; c++)
	{
		digits |= seen[c] && isdigit(c);
		lower |= seen[c] && islower(c);
		upper |= seen[c] && isupper(c);
	}
	for (int c = '0'; digits && c <= '9'; c++)
		seen[c] = true;
	if (lower)
		fill_between(seen, 'a', 'z');
	if (upper)
		fill_between(seen, 'A', 'Z');
	for (int c = 0; c < 128; c++)
	{
		place->number[c] = seen[c] ? (int8) place->n : -1;
		if (seen[c])
			place->symbols[place->n++] = (char) c;
	}
}

bool
value_code_find(ValueAxis *axis, const ValueMaker *maker)
{
	const ColumnStatistics *stats = maker->spec.stats;
	bool seen[MOST_PLACES][128] = {{false}};
	int length = 0;
	double numbers = 1;
	ValueCode *code;

	if (maker->base_type == NAMEOID ||
		(stats->bounds == NULL ? 0 : stats->nbounds) < TEXTS_FOR_FORM ||
		!learn_texts(seen, &length, stats->bounds, stats->nbounds) ||
		!learn_texts(seen, &length, stats->common, stats->ncommon) ||
		!learn_texts(seen, &length, stats->sample, stats->nsample))
		return false;
	code = palloc0(sizeof(*code));
	code->type = maker->base_type;
	code->length = length;
	if (code->type == BPCHAROID && maker->base_typmod > (int32) VARHDRSZ)
		code->padded = maker->base_typmod - VARHDRSZ;
	for (int i = 0; i < length; i++)
	{
		set_place(&code->places[i], seen[i]);
		numbers *= code->places[i].n;
	}
	if (numbers > MOST_NUMBERS)
		return false;
	memset(axis, 0, sizeof(*axis));
	axis->type = code->type;
	axis->read = read_code;
	axis->write = write_code;
	axis->largest = (int64) numbers - 1;
	axis->step = 1;
	axis->power = 1;
	axis->rises = true;
	axis->code = code;
	return true;
}
