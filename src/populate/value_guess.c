/*-------------------------------------------------------------------------
 *
 * value_guess.c
 *		What a column likely holds, by its type and its name.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>
#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "populate/value_guess.h"
#include "populate/value_guess_rules.h"

/* A key that refers to something which is not known has so many rows each. */
#define ROWS_PER_KEY 10

bool
value_guess_is_text(Oid type)
{
	char category;
	bool preferred;

	get_type_category_preferred(type, &category, &preferred);
	return category == TYPCATEGORY_STRING && get_typlen(type) == -1;
}

static ValueGuessKind
guess_kind(Oid type)
{
	switch (type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case OIDOID:
			return GUESS_INTEGER;
		case NUMERICOID:
		case FLOAT4OID:
		case FLOAT8OID:
		case CASHOID:
			return GUESS_DECIMAL;
		case BOOLOID:
			return GUESS_BOOL;
		case DATEOID:
			return GUESS_DATE;
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return GUESS_TIMESTAMP;
		case TIMEOID:
		case TIMETZOID:
			return GUESS_TIME;
		case INTERVALOID:
			return GUESS_INTERVAL;
		case UUIDOID:
			return GUESS_UUID;
		case INETOID:
			return GUESS_ADDRESS;
		case CHAROID:
			return GUESS_CHAR;
		case POINTOID:
			return GUESS_POINT;
		case NAMEOID:
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			return GUESS_TEXT;
		default:
			return get_typtype(type) == TYPTYPE_BASE &&
						   value_guess_is_text(type)
					   ? GUESS_TEXT
					   : GUESS_OTHER;
	}
}

/* Returns the name in lower case with underscores around and between words. */
static char *
split_name(const char *name)
{
	char *split = palloc(2 * strlen(name) + 3);
	char *at = split;

	*at++ = '_';
	for (const char *c = name; *c != '\0'; c++)
	{
		bool letter = isalnum((unsigned char) *c) || IS_HIGHBIT_SET(*c);

		if (isupper((unsigned char) *c) && c > name &&
			islower((unsigned char) c[-1]))
			*at++ = '_';
		*at++ = letter ? pg_ascii_tolower((unsigned char) *c) : '_';
	}
	*at++ = '_';
	*at = '\0';
	return split;
}

/* Whether one of the rule's names is in a split name, as whole words. */
static bool
name_fits(const char *names, const char *split)
{
	while (*++names != '\0')
	{
		size_t length = strcspn(names, "|");
		const char *at = split;

		while ((at = strchr(at, '_')) != NULL)
		{
			at++;
			if (strncmp(at, names, length) == 0 && at[length] == '_')
				return true;
		}
		names += length;
	}
	return false;
}

static const ValueGuessRule *
find_rule(ValueGuessKind kind, const char *name)
{
	const ValueGuessRule *rule = value_guess_rules;
	char *split = split_name(name);

	while (rule->kind != GUESS_OTHER &&
		   (rule->kind != kind ||
			(rule->names != NULL && !name_fits(rule->names, split))))
		rule++;
	pfree(split);
	return rule;
}

static char **
split_values(const char *values, int *n)
{
	char **list;

	*n = 0;
	if (values == NULL)
		return NULL;
	list = palloc(sizeof(char *) * strlen(values));
	for (;; values++)
	{
		size_t length = strcspn(values, "|");

		list[(*n)++] = pnstrdup(values, length);
		values += length;
		if (*values == '\0')
			return list;
	}
}

static int
compare_labels(const void *one, const void *other)
{
	float4 a =
		((Form_pg_enum) GETSTRUCT(*(HeapTuple const *) one))->enumsortorder;
	float4 b =
		((Form_pg_enum) GETSTRUCT(*(HeapTuple const *) other))->enumsortorder;

	return a < b ? -1 : a > b;
}

/* Returns the labels of an enum, in their order. */
static char **
enum_labels(Oid type, int *n)
{
	CatCList *list =
		SearchSysCacheList1(ENUMTYPOIDNAME, ObjectIdGetDatum(type));
	HeapTuple *tuples = palloc(sizeof(HeapTuple) * (list->n_members + 1));
	char **labels = palloc(sizeof(char *) * (list->n_members + 1));

	*n = list->n_members;
	for (int i = 0; i < *n; i++)
		tuples[i] = &list->members[i]->tuple;
	qsort(tuples, *n, sizeof(HeapTuple), compare_labels);
	for (int i = 0; i < *n; i++)
		labels[i] =
			pstrdup(NameStr(((Form_pg_enum) GETSTRUCT(tuples[i]))->enumlabel));
	ReleaseCatCacheList(list);
	return labels;
}

/* The first value is twice as common as the second, and so on. */
static void
set_common(ColumnStatistics *stats, const ValueGuessRule *rule, Oid type)
{
	double held = 1 - stats->null_frac;
	double sum = 0;

	if (type_is_enum(type))
		stats->common = enum_labels(type, &stats->ncommon);
	else
		stats->common = split_values(rule->common, &stats->ncommon);
	stats->freqs = palloc(sizeof(double) * (stats->ncommon + 1));
	for (int i = 0; i < stats->ncommon; i++)
		sum += 1.0 / (i + 1);
	if (stats->ncommon == 2)
		sum = 1;
	if (rule->bounds != NULL)
		sum *= 2;
	for (int i = 0; i < stats->ncommon; i++)
		stats->freqs[i] = held / (i + 1) / sum;
	/* of two values, as of flags, nine in ten */
	if (stats->ncommon == 2 && rule->bounds == NULL)
	{
		stats->freqs[0] = held * 0.9;
		stats->freqs[1] = held * 0.1;
	}
}

/* A number from 1 on: of a key, or of something that a key refers to. */
static void
set_numbers(ColumnStatistics *stats, const ColumnSpec *spec, bool counts)
{
	int64 last = counts ? spec->rows : spec->rows / ROWS_PER_KEY;

	if (last > PG_INT16_MAX && spec->type == INT2OID)
		last = PG_INT16_MAX;
	stats->nbounds = 2;
	stats->bounds = palloc(sizeof(char *) * 2);
	stats->bounds[0] = pstrdup("1");
	stats->bounds[1] = psprintf(INT64_FORMAT, Max(last, 2));
	stats->ndistinct = counts ? -1 : (double) Max(last, 2);
	stats->correlation = counts ? 1 : 0;
	stats->ncommon = 0;
	stats->common = NULL;
}

/* Whether a number of the list is one of the type. */
static bool
number_fits(const ValueMaker *maker, const char *text)
{
	double number = fabs(strtod(text, NULL));
	int32 typmod = maker->base_typmod;

	if (maker->base_type == INT2OID)
		return number <= PG_INT16_MAX;
	if (maker->base_type == NUMERICOID && typmod >= (int32) VARHDRSZ)
	{
		int precision = ((typmod - VARHDRSZ) >> 16) & 0xffff;
		int scale = (((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024;

		return number < pow(10, precision - scale) - 1;
	}
	return true;
}

/* Takes out what the type does not hold, and shortens texts to its length. */
static int
fit_values(const ValueMaker *maker, ValueGuessKind kind, char **values, int n)
{
	int limit = maker->base_typmod - VARHDRSZ;
	int fitting = 0;

	for (int i = 0; values != NULL && i < n; i++)
	{
		if (kind == GUESS_TEXT && limit > 0 && maker->base_type != NAMEOID)
			values[i][pg_mbcharcliplen(values[i], (int) strlen(values[i]),
									   limit)] = '\0';
		if ((kind != GUESS_INTEGER && kind != GUESS_DECIMAL) ||
			number_fits(maker, values[i]))
			values[fitting++] = values[i];
	}
	return fitting;
}

/* How many of the numbers does a CHECK allow? */
static int
count_allowed(const ColumnSpec *spec, char **values, int n)
{
	int allowed = 0;

	for (int i = 0; values != NULL && i < n; i++)
		if ((spec->least == NULL ||
			 strtod(values[i], NULL) >= strtod(spec->least, NULL)) &&
			(spec->largest == NULL ||
			 strtod(values[i], NULL) <= strtod(spec->largest, NULL)))
			allowed++;
	return allowed;
}

/*
 * Where a CHECK allows nothing of what the column likely holds, as a day that is
 * written as a number of eight digits: numbers from the least on, or up to the
 * largest.
 */
static void
set_allowed(const ValueMaker *maker, ColumnStatistics *stats)
{
	const ColumnSpec *spec = &maker->spec;
	double span = Max((double) spec->rows, 10);
	double low;
	double high;

	if (spec->least == NULL && spec->largest == NULL)
		return;
	/* Between one bound and the next one there may be nothing that is allowed. */
	if (count_allowed(spec, stats->common, stats->ncommon) > 0 ||
		count_allowed(spec, stats->bounds, stats->nbounds) > 1)
		return;
	low = spec->least != NULL ? strtod(spec->least, NULL)
							  : strtod(spec->largest, NULL) - span;
	high = low + span;
	if (spec->largest != NULL)
		high = Min(high, strtod(spec->largest, NULL));
	if (!(high >= low) || fabs(low) > 1e15 || fabs(high) > 1e15)
		return;
	stats->ncommon = 0;
	stats->common = NULL;
	stats->nbounds = 2;
	stats->bounds = palloc(sizeof(char *) * 2);
	if (maker->base_type == NUMERICOID || maker->base_type == FLOAT4OID ||
		maker->base_type == FLOAT8OID || maker->base_type == CASHOID)
	{
		stats->bounds[0] = psprintf("%.15g", low);
		stats->bounds[1] = psprintf("%.15g", high);
		stats->ndistinct = -0.5;
	}
	else
	{
		stats->bounds[0] = psprintf(INT64_FORMAT, (int64) ceil(low));
		stats->bounds[1] = psprintf(INT64_FORMAT, (int64) floor(high));
		stats->ndistinct = Max(floor(high) - ceil(low) + 1, 1);
	}
	if (spec->unique)
		stats->ndistinct = -1;
}

const ColumnStatistics *
value_guess(const ValueMaker *maker)
{
	ColumnStatistics *stats = palloc0(sizeof(*stats));
	const ColumnSpec *spec = &maker->spec;
	ValueGuessKind kind = guess_kind(maker->base_type);
	const ValueGuessRule *rule = find_rule(kind, spec->name);
	bool number = kind == GUESS_INTEGER ||
				  (kind == GUESS_DECIMAL && maker->base_type == NUMERICOID);

	stats->rows = (double) spec->rows;
	stats->null_frac = spec->not_null || spec->unique ? 0 : rule->null_frac;
	stats->width = rule->width;
	stats->correlation = rule->correlation;
	set_common(stats, rule, maker->base_type);
	stats->bounds = split_values(rule->bounds, &stats->nbounds);
	if (!type_is_enum(maker->base_type))
		stats->ncommon = fit_values(maker, kind, stats->common, stats->ncommon);
	stats->nbounds = fit_values(maker, kind, stats->bounds, stats->nbounds);
	stats->ndistinct = rule->bounds == NULL ? stats->ncommon : rule->ndistinct;
	if (number && (spec->serial || spec->unique))
		set_numbers(stats, spec, true);
	else if (kind == GUESS_INTEGER && rule->common == NULL &&
			 rule->bounds == NULL)
		set_numbers(stats, spec, false);
	if (kind == GUESS_INTEGER || kind == GUESS_DECIMAL)
		set_allowed(maker, stats);
	if (spec->unique)
	{
		/* its common values are those that it is like */
		if (stats->nbounds == 0)
		{
			stats->nbounds = stats->ncommon;
			stats->bounds = stats->common;
		}
		stats->ncommon = 0;
		stats->common = NULL;
		stats->ndistinct = -1;
	}
	return stats;
}
