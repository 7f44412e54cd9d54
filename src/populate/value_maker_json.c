/*-------------------------------------------------------------------------
 *
 * value_maker_json.c
 *		Makes json and jsonb like the documents that are known.
 *
 * The known documents are laid on top of each other: at each place it is counted
 * which types stand there, which keys an object has and how often, how many
 * elements an array has, and which strings and numbers there are. These become
 * columns of their own, which are made as any other. Keys of one object are
 * drawn independently of each other.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"

#include "populate/value_families.h"
#include "populate/value_maker.h"
#include "synth/permute.h"

/* Below so many levels nothing is learned. */
#define DEEPEST 8

#define MOST_KEYS 200
#define MOST_LENGTHS 1000

typedef struct JsonTexts
{
	int n;
	int size;
	char **texts;
	ValueMaker *maker;
} JsonTexts;

/* What stands at one place of the documents. */
typedef struct JsonPlace
{
	char *key; /* in the object that holds it */
	int count; /* documents, or elements, that have it */
	int nulls;
	int trues;
	int falses;
	int arrays;
	int objects;
	JsonTexts strings;
	JsonTexts numbers;
	struct JsonPlace *element;
	int nlengths;
	int *lengths;
	int nkeys;
	struct JsonPlace **keys;
} JsonPlace;

typedef struct JsonState
{
	JsonPlace *top;
	StringInfoData text;
} JsonState;

static const char *const some_documents[] = {
	"{\"kind\": \"standard\", \"count\": 1, \"active\": true}",
	"{\"kind\": \"standard\", \"count\": 3, \"active\": true}",
	"{\"kind\": \"special\", \"count\": 12, \"note\": \"late order\"}",
	"{\"kind\": \"basic\", \"count\": 2, \"active\": false}",
	"{\"kind\": \"standard\", \"count\": 7, \"tags\": [\"new\", \"blue\"]}",
	"{\"kind\": \"basic\", \"count\": 25, \"note\": \"rain jacket\"}"};

/* ---- learning ---- */

static void
add_text(JsonTexts *texts, const char *text, int length)
{
	if (texts->n == texts->size)
	{
		texts->size = texts->size == 0 ? 16 : texts->size * 2;
		texts->texts =
			texts->texts == NULL
				? palloc(sizeof(char *) * texts->size)
				: repalloc(texts->texts, sizeof(char *) * texts->size);
	}
	texts->texts[texts->n++] = pnstrdup(text, length);
}

static JsonPlace *
find_key(JsonPlace *place, const char *key, int length)
{
	JsonPlace *found;

	for (int i = 0; i < place->nkeys; i++)
		if (strncmp(place->keys[i]->key, key, length) == 0 &&
			place->keys[i]->key[length] == '\0')
			return place->keys[i];
	if (place->nkeys == MOST_KEYS)
		return NULL;
	if (place->keys == NULL)
		place->keys = palloc(sizeof(JsonPlace *) * MOST_KEYS);
	found = palloc0(sizeof(*found));
	found->key = pnstrdup(key, length);
	place->keys[place->nkeys++] = found;
	return found;
}

static void
learn_scalar(JsonPlace *place, const JsonbValue *value)
{
	char *number;

	switch (value->type)
	{
		case jbvNull:
			place->nulls++;
			break;
		case jbvBool:
			place->trues += value->val.boolean;
			place->falses += !value->val.boolean;
			break;
		case jbvString:
			add_text(&place->strings, value->val.string.val,
					 value->val.string.len);
			break;
		case jbvNumeric:
			number = DatumGetCString(DirectFunctionCall1(
				numeric_out, NumericGetDatum(value->val.numeric)));
			add_text(&place->numbers, number, (int) strlen(number));
			break;
		default:
			break;
	}
}

static void learn_container(JsonPlace *place, JsonbContainer *container,
							int depth);

static void
learn_value(JsonPlace *place, const JsonbValue *value, int depth)
{
	if (place == NULL)
		return;
	place->count++;
	if (value->type == jbvBinary)
		learn_container(place, value->val.binary.data, depth + 1);
	else
		learn_scalar(place, value);
}

static void
learn_container(JsonPlace *place, JsonbContainer *container, int depth)
{
	JsonbIterator *iterator = JsonbIteratorInit(container);
	JsonPlace *at = NULL;
	JsonbIteratorToken token;
	JsonbValue value;
	int elements = 0;

	if (depth > DEEPEST)
	{
		place->nulls++;
		return;
	}
	if (JsonContainerIsObject(container))
		place->objects++;
	else if (!JsonContainerIsScalar(container))
		place->arrays++;
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			at = find_key(place, value.val.string.val, value.val.string.len);
		else if (token == WJB_VALUE)
			learn_value(at, &value, depth);
		else if (token == WJB_ELEM && JsonContainerIsScalar(container))
			learn_scalar(place, &value);
		else if (token == WJB_ELEM)
		{
			if (place->element == NULL)
				place->element = palloc0(sizeof(JsonPlace));
			learn_value(place->element, &value, depth);
			elements++;
		}
	}
	if (!JsonContainerIsArray(container) || JsonContainerIsScalar(container))
		return;
	if (place->lengths == NULL)
		place->lengths = palloc(sizeof(int) * MOST_LENGTHS);
	if (place->nlengths < MOST_LENGTHS)
		place->lengths[place->nlengths++] = elements;
}

static void
learn_documents(JsonPlace *top, char *const *texts, int n)
{
	for (int i = 0; texts != NULL && i < n; i++)
	{
		Jsonb *document = DatumGetJsonbP(
			DirectFunctionCall1(jsonb_in, CStringGetDatum(texts[i])));

		top->count++;
		learn_container(top, &document->root, 0);
	}
}

/* ---- the columns of the places ---- */

static int
compare_texts(const void *one, const void *other)
{
	return strcmp(*(char *const *) one, *(char *const *) other);
}

/* Values seen more than once are common; the others are bounds of the rest. */
static void
make_column(ValueMaker *maker, JsonTexts *texts, Oid type, const char *name)
{
	ColumnStatistics *stats = palloc0(sizeof(*stats));
	ColumnSpec spec = {0};
	int start = 0;

	if (texts->n == 0)
		return;
	qsort(texts->texts, texts->n, sizeof(char *), compare_texts);
	stats->common = palloc(sizeof(char *) * texts->n);
	stats->freqs = palloc(sizeof(double) * texts->n);
	stats->bounds = palloc(sizeof(char *) * texts->n);
	for (int i = 1; i <= texts->n; i++)
	{
		if (i < texts->n && strcmp(texts->texts[i], texts->texts[start]) == 0)
			continue;
		if (i - start > 1 || texts->n <= 2)
		{
			stats->common[stats->ncommon] = texts->texts[start];
			stats->freqs[stats->ncommon++] = (double) (i - start) / texts->n;
		}
		else
			stats->bounds[stats->nbounds++] = texts->texts[start];
		start = i;
	}
	stats->rows = (double) maker->spec.rows;
	stats->ndistinct = stats->nbounds > 0
						   ? -Min((double) stats->nbounds / texts->n, 1)
						   : stats->ncommon;
	spec.table = maker->spec.name;
	spec.name = name != NULL ? name : "element";
	spec.type = type;
	spec.typmod = -1;
	spec.collation = maker->spec.collation;
	spec.not_null = true;
	spec.rows = Max(maker->spec.rows, 1);
	spec.seed = maker->key + (uint64) texts->n;
	spec.stats = stats;
	texts->maker = value_maker_create(&spec);
	if (texts->maker->problem != NULL)
		texts->maker = NULL;
}

static void
make_columns(ValueMaker *maker, JsonPlace *place)
{
	make_column(maker, &place->strings, TEXTOID, place->key);
	make_column(maker, &place->numbers, NUMERICOID, place->key);
	for (int i = 0; i < place->nkeys; i++)
		make_columns(maker, place->keys[i]);
	if (place->element != NULL)
		make_columns(maker, place->element);
}

static void
json_start(ValueMaker *maker)
{
	const ColumnStatistics *stats = maker->spec.stats;
	JsonState *state = palloc0(sizeof(*state));

	state->top = palloc0(sizeof(JsonPlace));
	learn_documents(state->top, stats->bounds, stats->nbounds);
	learn_documents(state->top, stats->sample, stats->nsample);
	if (state->top->count == 0)
		learn_documents(state->top, stats->common, stats->ncommon);
	if (state->top->count == 0)
		learn_documents(state->top, (char **) some_documents,
						lengthof(some_documents));
	make_columns(maker, state->top);
	initStringInfo(&state->text);
	maker->state = state;
}

/* ---- documents ---- */

static void
put_from_column(StringInfo out, const JsonTexts *texts, uint64 random,
				bool number)
{
	Datum value;

	if (texts->maker == NULL ||
		!value_maker_value(texts->maker,
						   (int64) (random % (uint64) texts->maker->spec.rows),
						   0, &value))
		appendStringInfoString(out, "null");
	else if (number)
		appendStringInfoString(
			out, DatumGetCString(DirectFunctionCall1(numeric_out, value)));
	else
		escape_json(out, TextDatumGetCString(value));
}

static void put_value(StringInfo out, const JsonPlace *place, uint64 random);

static void
put_object(StringInfo out, const JsonPlace *place, uint64 random)
{
	bool first = true;

	appendStringInfoCharMacro(out, '{');
	for (int i = 0; i < place->nkeys; i++)
	{
		const JsonPlace *key = place->keys[i];
		uint64 other = permute_number(random, (uint64) i);

		if (permute_upto(other, (uint32_t) place->objects) >=
			(uint32_t) key->count)
			continue;
		if (!first)
			appendStringInfoString(out, ", ");
		first = false;
		escape_json(out, key->key);
		appendStringInfoString(out, ": ");
		put_value(out, key, permute_mix(other));
	}
	appendStringInfoCharMacro(out, '}');
}

static void
put_array(StringInfo out, const JsonPlace *place, uint64 random)
{
	int n = 0;

	if (place->nlengths > 0 && place->element != NULL)
		n = place->lengths[permute_upto(random, (uint32_t) place->nlengths)];
	appendStringInfoCharMacro(out, '[');
	for (int i = 0; i < n; i++)
	{
		if (i > 0)
			appendStringInfoString(out, ", ");
		put_value(out, place->element, permute_number(random, (uint64) i));
	}
	appendStringInfoCharMacro(out, ']');
}

/* Puts a value of a type that stands at the place, as often as it does. */
static void
put_value(StringInfo out, const JsonPlace *place, uint64 random)
{
	int strings = place->strings.n;
	int numbers = place->numbers.n;
	int total = place->nulls + place->trues + place->falses + place->arrays +
				place->objects + strings + numbers;
	int at = (int) permute_upto(random, (uint32_t) Max(total, 1));
	uint64 other = permute_mix(random + 1);

	if ((at -= strings) < 0)
		put_from_column(out, &place->strings, other, false);
	else if ((at -= numbers) < 0)
		put_from_column(out, &place->numbers, other, true);
	else if ((at -= place->objects) < 0)
		put_object(out, place, other);
	else if ((at -= place->arrays) < 0)
		put_array(out, place, other);
	else if ((at -= place->trues) < 0)
		appendStringInfoString(out, "true");
	else if ((at -= place->falses) < 0)
		appendStringInfoString(out, "false");
	else
		appendStringInfoString(out, "null");
}

static Datum
json_between(ValueMaker *maker, ValueInterval *interval, int64 k, int64 id)
{
	JsonState *state = maker->state;

	resetStringInfo(&state->text);
	put_value(&state->text, state->top,
			  permute_number(maker->key, (uint64) id));
	if (maker->base_type == JSONOID)
		return CStringGetTextDatum(state->text.data);
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(state->text.data));
}

const ValueFamily value_family_json = {
	.composes = true,
	.start = json_start,
	.between = json_between,
};
