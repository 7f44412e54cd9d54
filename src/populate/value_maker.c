/*-------------------------------------------------------------------------
 *
 * value_maker.c
 *		Makes the values of a column from its statistics, or from its name.
 *
 * This module picks the family of the column's type, and leads from a row to
 * its item, and from an item to its piece; the family makes the value.
 * Statistics from which the values were left out tell how the rows spread, and
 * another maker, which knows type and name alone, gives the values.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "base/compat.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "populate/value_code.h"
#include "populate/value_families.h"
#include "populate/value_guess.h"
#include "populate/value_maker.h"
#include "synth/permute.h"

/* After so many draws by frequency, the items are drawn evenly. */
#define DRAWS_BY_FREQUENCY 20

/* One of so many draws is NULL, in a column that may be but never was. */
#define DRAWS_FOR_NULL 8

/* So many composed values are looked at, unless the rows are few. */
#define COMPOSED 2000
#define COMPOSED_ROWS 100

/* What comes out as a common value is composed again, under another id. */
#define COMPOSED_AGAIN (INT64CONST(1) << 40)
#define COMPOSED_TRIES 16

/* Items that get a value are looked for among so many neighbors. */
#define GIVEN_NEAR 8
#define GIVEN_AT_FIRST 16

/* A value that an item has in place of its own */
typedef struct GivenValue
{
	int64 item;
	Datum value;
} GivenValue;

static int
compare_hashes(const void *one, const void *other)
{
	uint64 a = *(const uint64 *) one;
	uint64 b = *(const uint64 *) other;

	return a < b ? -1 : a > b;
}

static uint64
hash_text(uint64 key, const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		key = permute_mix(key ^ (unsigned char) *text);
	return permute_mix(key + 1);
}

static uint64
hash_value(Datum value)
{
	struct varlena *bytes = PG_DETOAST_DATUM(value);

	return hash_bytes_extended((unsigned char *) bytes, VARSIZE(bytes), 0);
}

/* ---- creation ---- */

static const ValueFamily *
family_of_type(Oid type)
{
	switch (type)
	{
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case NAMEOID:
			return &value_family_text;
		case BYTEAOID:
			return &value_family_bytea;
		case JSONOID:
		case JSONBOID:
			return &value_family_json;
		case TSVECTOROID:
			return &value_family_words;
		case BOOLOID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case OIDOID:
		case CASHOID:
		case NUMERICOID:
		case FLOAT4OID:
		case FLOAT8OID:
		case DATEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case TIMEOID:
		case TIMETZOID:
		case INTERVALOID:
		case UUIDOID:
		case INETOID:
		case MACADDROID:
		case BITOID:
			return &value_family_axis;
		default:
			break;
	}
	if (type_is_range(type) || type_is_multirange(type))
		return &value_family_range;
	if (OidIsValid(get_base_element_type(type)) && type_is_array(type))
		return &value_family_array;
	if (get_typtype(type) == TYPTYPE_COMPOSITE)
		return &value_family_record;
	/* A type like citext has text's input and stores what text does. */
	if (get_typtype(type) == TYPTYPE_BASE && value_guess_is_text(type))
		return &value_family_text;
	return &value_family_palette;
}

/* Whether statistics say how the rows spread, but not over which values. */
static bool
is_blank(const ColumnStatistics *stats)
{
	return stats->common == NULL && stats->bounds == NULL &&
		   stats->sample == NULL && stats->elements == NULL &&
		   stats->range_bounds == NULL;
}

/* Texts of a fixed form are made as numbers are. */
static void
set_family(ValueMaker *maker)
{
	ValueAxis axis;

	maker->family = family_of_type(maker->base_type);
	if (maker->family == &value_family_text && value_code_find(&axis, maker))
		maker->family = &value_family_axis;
}

/* Sets the statistics to work with, which agree with the column. */
static void
set_statistics(ValueMaker *maker)
{
	ColumnStatistics *stats = palloc(sizeof(*stats));

	if (maker->spec.stats == NULL)
		*stats = *value_guess(maker);
	else
		*stats = *maker->spec.stats;
	if (maker->spec.not_null)
		stats->null_frac = 0;
	stats->null_frac = Min(Max(stats->null_frac, 0), 1);
	maker->spec.stats = stats;
	set_family(maker);
}

static ValueMaker *
new_maker(const ColumnSpec *spec)
{
	ValueMaker *maker = palloc0(sizeof(*maker));

	maker->spec = *spec;
	maker->base_typmod = spec->typmod;
	maker->base_type = getBaseTypeAndTypmod(spec->type, &maker->base_typmod);
	if (!OidIsValid(spec->collation))
		maker->spec.collation = get_typcollation(maker->base_type);
	maker->key = hash_text(hash_text(spec->seed, spec->table), spec->name);
	if (spec->existing > 0)
		maker->key = permute_number(maker->key, (uint64) spec->existing);
	return maker;
}

/*
 * The other maker gives as many values as the column has items, in its order;
 * each is one row of it.
 */
static void
set_blank(ValueMaker *maker)
{
	ColumnSpec spec = maker->spec;
	ColumnStatistics *stats;
	ValueMaker *values;

	value_plan_make_blank(maker);
	spec.not_null = true;
	spec.serial = maker->spec.serial;
	spec.stats = NULL;
	spec.rows = rows_spread_items(maker->spread);
	values = new_maker(&spec);
	stats = palloc(sizeof(*stats));
	*stats = *value_guess(values);
	stats->width = maker->spec.stats->width;
	stats->null_frac = 0;
	stats->ndistinct = -1;
	stats->correlation = 1;
	values->spec.stats = stats;
	values->spec.unique = true;
	set_family(values);
	/* a few words, such as those of a status, if they are enough */
	if (values->family == &value_family_text && stats->common != NULL &&
		stats->ncommon >= spec.rows)
		values->family = &value_family_palette;
	values->family->start(values);
	if (values->problem == NULL)
		value_plan_make(values);
	maker->problem = values->problem;
	maker->values = values;
}

/*
 * Values that are composed of parts, as arrays, come out the same now and then.
 * Makes some, and from how many of them differ concludes how many there are.
 */
static void
set_composable(ValueMaker *maker)
{
	ValueInterval nowhere = {.items = COMPOSED};
	uint64 *hashes = palloc(sizeof(uint64) * COMPOSED);
	MemoryContext context = AllocSetContextCreate(
		CurrentMemoryContext, "composed values", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	int differ = 1;
	double low = 1;
	double high = 1e9;

	for (int64 i = 0; i < COMPOSED; i++)
	{
		hashes[i] = hash_value(maker->family->between(maker, &nowhere, i, i));
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	qsort(hashes, COMPOSED, sizeof(uint64), compare_hashes);
	for (int i = 1; i < COMPOSED; i++)
		differ += hashes[i] != hashes[i - 1];
	pfree(hashes);
	if (differ > COMPOSED * 0.998)
		return;
	for (int k = 0; k < 60; k++)
	{
		double middle = (low + high) / 2;

		if (-middle * expm1(-(double) COMPOSED / middle) < differ)
			low = middle;
		else
			high = middle;
	}
	maker->composable = high;
}

/* Notes the common values, which are not to be composed once more. */
static void
set_common_hashes(ValueMaker *maker)
{
	maker->common_hashes = palloc(sizeof(uint64) * (maker->plan->npieces + 1));
	for (int i = 0; i < maker->plan->npieces; i++)
		if (maker->plan->pieces[i].common)
			maker->common_hashes[maker->ncommon_hashes++] =
				hash_value(maker->plan->pieces[i].value);
	qsort(maker->common_hashes, maker->ncommon_hashes, sizeof(uint64),
		  compare_hashes);
}

ValueMaker *
value_maker_create(const ColumnSpec *spec)
{
	ValueMaker *maker = new_maker(spec);

	if (spec->stats != NULL && is_blank(spec->stats))
	{
		set_statistics(maker);
		set_blank(maker);
		return maker;
	}
	set_statistics(maker);
	maker->family->start(maker);
	if (maker->problem == NULL && maker->family->composes &&
		maker->spec.rows > COMPOSED_ROWS)
		set_composable(maker);
	if (maker->problem == NULL)
		value_plan_make(maker);
	else
		value_plan_make_blank(maker);
	if (maker->problem == NULL && maker->family->composes)
		set_common_hashes(maker);
	return maker;
}

const char *
value_maker_problem(const ValueMaker *maker)
{
	return maker->problem;
}

/* ---- an item's own value ---- */

/* Returns the value of an item to which none was given. */
static Datum
own_value(ValueMaker *maker, int64 item)
{
	int64 items = rows_spread_items(maker->spread);
	ValueInterval nowhere = {0};
	ValuePiece *piece;
	int32 k;

	if (maker->values != NULL)
		return value_maker_item(maker->values, item);
	if (item >= items || items == 0)
	{
		if (maker->family->beyond != NULL)
			return maker->family->beyond(maker, item - items, item);
		if (items == 0)
			return maker->family->between(maker, &nowhere, item, item);
		item %= items;
	}
	k = rows_spread_piece(maker->spread, item);
	piece = &maker->plan->pieces[k];
	if (piece->common)
		return piece->value;
	for (int64 id = item;; id += COMPOSED_AGAIN)
	{
		Datum value = maker->family->between(
			maker, &piece->interval,
			item - rows_spread_first_item(maker->spread, k), id);
		uint64 hash;

		if (maker->ncommon_hashes == 0 || id > COMPOSED_AGAIN * COMPOSED_TRIES)
			return value;
		hash = hash_value(value);
		if (bsearch(&hash, maker->common_hashes, maker->ncommon_hashes,
					sizeof(uint64), compare_hashes) == NULL)
			return value;
	}
}

/* ---- values that were given to items ---- */

static int
compare_given(const void *one, const void *other)
{
	int64 a = ((const GivenValue *) one)->item;
	int64 b = ((const GivenValue *) other)->item;

	return a < b ? -1 : a > b;
}

static const GivenValue *
find_given(const ValueMaker *maker, int64 item)
{
	GivenValue sought = {item, (Datum) 0};

	if (maker->ngiven == 0)
		return NULL;
	return bsearch(&sought, maker->given, maker->ngiven, sizeof(GivenValue),
				   compare_given);
}

static void
give(ValueMaker *maker, int64 item, Datum value)
{
	MemoryContext old =
		MemoryContextSwitchTo(GetMemoryChunkContext(maker->plan));

	if (maker->given == NULL)
		maker->given = palloc(GIVEN_AT_FIRST * sizeof(GivenValue));
	else if (maker->ngiven >= GIVEN_AT_FIRST &&
			 (maker->ngiven & (maker->ngiven - 1)) == 0)
		maker->given =
			repalloc(maker->given, 2 * maker->ngiven * sizeof(GivenValue));
	maker->given[maker->ngiven].item = item;
	maker->given[maker->ngiven++].value = datumCopy(
		value, get_typbyval(maker->base_type), get_typlen(maker->base_type));
	qsort(maker->given, maker->ngiven, sizeof(GivenValue), compare_given);
	MemoryContextSwitchTo(old);
}

static bool
same_value(const ValueMaker *maker, FmgrInfo *compare, Datum one, Datum other)
{
	return DatumGetInt32(FunctionCall2Coll(compare, maker->spec.collation, one,
										   other)) == 0;
}

int64
value_maker_place(ValueMaker *maker, Datum value)
{
	int64 low = 0;
	int64 high;
	FmgrInfo *compare =
		&lookup_type_cache(maker->base_type, TYPECACHE_CMP_PROC_FINFO)
			 ->cmp_proc_finfo;

	if (!maker->spec.unique || maker->values != NULL ||
		maker->problem != NULL || maker->family != &value_family_axis ||
		!OidIsValid(compare->fn_oid))
		return -1;
	high = rows_spread_items(maker->spread);
	if (high == 0 || high != rows_spread_rows(maker->spread))
		return -1;
	/* Another foreign key may have asked for it, and given it to an item nearby. */
	for (int i = 0; i < maker->ngiven; i++)
		if (same_value(maker, compare, maker->given[i].value, value))
			return rows_spread_row(maker->spread, maker->given[i].item, 0);
	/* The first item whose own value is not below: these are in order */
	while (low < high)
	{
		int64 middle = low + (high - low) / 2;

		if (DatumGetInt32(FunctionCall2Coll(compare, maker->spec.collation,
											own_value(maker, middle), value)) <
			0)
			low = middle + 1;
		else
			high = middle;
	}
	high = rows_spread_items(maker->spread);
	if (low < high && find_given(maker, low) == NULL &&
		same_value(maker, compare, own_value(maker, low), value))
		return rows_spread_row(maker->spread, low, 0);
	/* One that has no value of its own yet: that above, or one of those below */
	for (int64 item = Min(low, high - 1); item >= Max(0, low - GIVEN_NEAR);
		 item--)
		if (find_given(maker, item) == NULL)
		{
			give(maker, item, value);
			return rows_spread_row(maker->spread, item, 0);
		}
	return -1;
}

/* ---- values ---- */

Datum
value_maker_item(ValueMaker *maker, int64 item)
{
	const GivenValue *given = find_given(maker, item);

	return given == NULL ? own_value(maker, item) : given->value;
}

/*
 * Sets the value of another draw. In a unique column it is one that no row has,
 * nor another row's draws.
 */
static bool
draw(ValueMaker *maker, int64 row, int attempt, Datum *value)
{
	int64 items = rows_spread_items(maker->spread);
	int64 rows = rows_spread_rows(maker->spread);
	uint64 random =
		permute_number(permute_number(~maker->key, (uint64) row), attempt);
	int64 item;

	if (!maker->spec.not_null && attempt % DRAWS_FOR_NULL == 0)
		return false;
	if (maker->spec.unique)
	{
		*value = value_maker_item(maker, items + (attempt - 1) * rows + row);
		return true;
	}
	if (attempt > DRAWS_BY_FREQUENCY ||
		!rows_spread_item(maker->spread, (int64) (random % (uint64) rows),
						  &item, NULL))
		item = (int64) (random % (uint64) Max(items, 1));
	*value = value_maker_item(maker, item);
	return true;
}

bool
value_maker_value(ValueMaker *maker, int64 row, int attempt, Datum *value)
{
	int64 item;

	if (attempt > 0)
		return draw(maker, row, attempt, value);
	if (!rows_spread_item(maker->spread, row, &item, NULL))
		return false;
	*value = value_maker_item(maker, item);
	return true;
}
