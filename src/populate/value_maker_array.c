/*-------------------------------------------------------------------------
 *
 * value_maker_array.c
 *		Makes arrays, by how many elements they have and which are common.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "populate/element_picker.h"
#include "populate/value_families.h"
#include "populate/value_maker.h"
#include "synth/permute.h"

/* The longest array, and the most elements that rare ones are made for */
#define MOST_ELEMENTS 1000
#define MOST_RARE 1000000

/* From one rare element of an array to its next one; a prime number */
#define RARE_STRIDE 7919

/* If the known elements are all but so few, there are no others. */
#define RARE_SHARE 0.02

typedef struct ElementOrder
{
	FmgrInfo *compare;
	Oid collation;
} ElementOrder;

typedef struct ArrayState
{
	Oid type;
	int16 length;
	bool by_value;
	char align;
	ElementOrder order;
	bool sorted;     /* all known arrays are in order */
	Datum *elements; /* the common ones */
	ElementPicker *picker;
	double null_share;
	int ncounts;
	double *counts; /* quantiles */
	double mean;
	int64 nrare;
	ValueMaker *rare; /* or NULL */
} ArrayState;

/* An element, while those of known arrays are counted */
typedef struct ArrayElement
{
	Datum value;
	int array;
} ArrayElement;

static int
compare_elements(const void *one, const void *other, void *arg)
{
	const ElementOrder *order = arg;

	return DatumGetInt32(FunctionCall2Coll(
		order->compare, order->collation, ((const ArrayElement *) one)->value,
		((const ArrayElement *) other)->value));
}

static int
compare_values(const void *one, const void *other, void *arg)
{
	const ElementOrder *order = arg;

	return DatumGetInt32(FunctionCall2Coll(order->compare, order->collation,
										   *(const Datum *) one,
										   *(const Datum *) other));
}

static int
compare_counts(const void *one, const void *other)
{
	double a = *(const double *) one;
	double b = *(const double *) other;

	return a < b ? -1 : a > b;
}

/* ---- what is known ---- */

static void
set_picker(ArrayState *state, int n, Datum *elements, const double *freqs,
		   uint64 key)
{
	state->elements = elements;
	state->picker = element_picker_create(n, freqs, key);
}

static void
read_elements(ValueMaker *maker, ArrayState *state)
{
	const ColumnStatistics *stats = maker->spec.stats;
	Datum *elements = palloc(sizeof(Datum) * (stats->nelements + 1));
	Oid input;
	Oid argument;

	getTypeInputInfo(state->type, &input, &argument);
	for (int i = 0; i < stats->nelements; i++)
		elements[i] = OidInputFunctionCall(input, stats->elements[i], argument,
										   maker->base_typmod);
	set_picker(state, stats->nelements, elements, stats->element_freqs,
			   maker->key);
	if (stats->nelement_freqs == stats->nelements + 3)
		state->null_share = stats->element_freqs[stats->nelements + 2];
	if (stats->nelement_counts > 1)
	{
		state->ncounts = stats->nelement_counts - 1;
		state->counts = stats->element_counts;
		state->mean = stats->element_counts[state->ncounts];
	}
}

/* Counts the elements of the arrays that the statistics show. */
static void
count_elements(ValueMaker *maker, ArrayState *state, char **texts, int n,
			   ArrayElement **found, int *nfound, int *arrays)
{
	for (int i = 0; texts != NULL && i < n; i++)
	{
		ArrayType *array = DatumGetArrayTypeP(value_plan_read(maker, texts[i]));
		Datum *values;
		bool *nulls;
		int count;

		deconstruct_array(array, state->type, state->length, state->by_value,
						  state->align, &values, &nulls, &count);
		*found = *found == NULL ? palloc(sizeof(ArrayElement) * (count + 1))
								: repalloc(*found, sizeof(ArrayElement) *
													   (*nfound + count + 1));
		for (int k = 0; k < count; k++)
		{
			if (nulls[k])
				continue;
			(*found)[*nfound].value = values[k];
			(*found)[(*nfound)++].array = *arrays;
		}
		state->counts[state->ncounts++] = count;
		state->mean += count;
		(*arrays)++;
	}
}

/* Whether the elements of all known arrays are in order, as of sets. */
static bool
are_sorted(ValueMaker *maker, ArrayState *state, char **texts, int n)
{
	for (int i = 0; texts != NULL && i < n; i++)
	{
		Datum *values;
		bool *nulls;
		int count;

		deconstruct_array(DatumGetArrayTypeP(value_plan_read(maker, texts[i])),
						  state->type, state->length, state->by_value,
						  state->align, &values, &nulls, &count);
		for (int k = 1; k < count; k++)
			if (nulls[k - 1] || nulls[k] ||
				compare_values(&values[k - 1], &values[k], &state->order) > 0)
				return false;
	}
	return true;
}

static void
learn_elements(ValueMaker *maker, ArrayState *state)
{
	const ColumnStatistics *stats = maker->spec.stats;
	bool ordered = state->order.compare != NULL;
	ArrayElement *found = NULL;
	Datum *elements;
	double *freqs;
	int nfound = 0;
	int arrays = 0;
	int n = 0;

	state->counts = palloc(sizeof(double) * (stats->nbounds + stats->nsample +
											 stats->ncommon + 1));
	count_elements(maker, state, stats->bounds, stats->nbounds, &found, &nfound,
				   &arrays);
	count_elements(maker, state, stats->sample, stats->nsample, &found, &nfound,
				   &arrays);
	if (arrays == 0)
		count_elements(maker, state, stats->common, stats->ncommon, &found,
					   &nfound, &arrays);
	qsort(state->counts, state->ncounts, sizeof(double), compare_counts);
	state->mean /= Max(arrays, 1);
	elements = palloc(sizeof(Datum) * (nfound + 1));
	freqs = palloc(sizeof(double) * (nfound + 1));
	if (ordered && nfound > 0)
		qsort_arg(found, nfound, sizeof(ArrayElement), compare_elements,
				  &state->order);
	for (int i = 0; i < nfound; i++)
	{
		if (i == 0 || !ordered ||
			compare_elements(&found[i - 1], &found[i], &state->order) != 0)
		{
			elements[n] = found[i].value;
			freqs[n++] = 0;
		}
		freqs[n - 1] += 1.0 / arrays;
	}
	set_picker(state, n, elements, freqs, maker->key);
}

/* Sets the maker of elements that are none of the common ones. */
static void
set_rare(ValueMaker *maker, ArrayState *state)
{
	const ColumnStatistics *stats = maker->spec.stats;
	ColumnSpec spec = maker->spec;
	ColumnStatistics *rare = palloc0(sizeof(*rare));
	double missing = state->mean - state->picker->sum;
	double least = 1;

	for (int i = 0; stats->elements != NULL && i < stats->nelements; i++)
		least = Min(least, stats->element_freqs[i]);
	if (state->picker->sum > 0 && missing < state->mean * RARE_SHARE)
		return;
	/* Each is less frequent than the least of the common ones. */
	state->nrare =
		(int64) Min(Max(ceil(missing * 2 / Max(least, 1e-6)), 20), MOST_RARE);
	rare->rows = (double) state->nrare;
	rare->ndistinct = -1;
	rare->correlation = 1;
	rare->nbounds = stats->elements != NULL ? stats->nelements : 0;
	rare->bounds = stats->elements;
	spec.type = state->type;
	spec.typmod = maker->base_typmod;
	spec.not_null = true;
	spec.unique = true;
	spec.serial = false;
	spec.existing = 0;
	spec.rows = state->nrare;
	spec.stats = rare->nbounds > 0 ? rare : NULL;
	state->rare = value_maker_create(&spec);
	if (state->rare->problem != NULL)
	{
		if (state->picker->sum == 0)
			maker->problem = state->rare->problem;
		state->rare = NULL;
	}
}

static void
array_start(ValueMaker *maker)
{
	const ColumnStatistics *stats = maker->spec.stats;
	ArrayState *state = palloc0(sizeof(*state));
	static double few[] = {1, 1, 2, 2, 3, 4, 6};
	TypeCacheEntry *type;

	maker->state = state;
	state->type = get_element_type(maker->base_type);
	get_typlenbyvalalign(state->type, &state->length, &state->by_value,
						 &state->align);
	type = lookup_type_cache(state->type, TYPECACHE_CMP_PROC_FINFO);
	state->order.collation = OidIsValid(maker->spec.collation)
								 ? maker->spec.collation
								 : get_typcollation(state->type);
	if (OidIsValid(type->cmp_proc_finfo.fn_oid))
		state->order.compare = &type->cmp_proc_finfo;
	state->sorted = state->order.compare != NULL && stats->common != NULL &&
					are_sorted(maker, state, stats->common, stats->ncommon) &&
					are_sorted(maker, state, stats->bounds, stats->nbounds);
	if (stats->elements != NULL && stats->nelements > 0)
		read_elements(maker, state);
	else
		learn_elements(maker, state);
	if (state->ncounts == 0)
	{
		state->counts = few;
		state->ncounts = lengthof(few);
		state->mean = Max(2.5, state->picker->sum);
	}
	set_rare(maker, state);
}

/* ---- arrays ---- */

static int
draw_count(const ArrayState *state, uint64 random)
{
	double at =
		(double) (random >> 11) / 9007199254740992.0 * (state->ncounts - 1);
	int low = (int) at;
	int high = Min(low + 1, state->ncounts - 1);
	double count = state->counts[low] +
				   (state->counts[high] - state->counts[low]) * (at - low);

	return (int) Min(count + 0.5, MOST_ELEMENTS);
}

static Datum
array_between(ValueMaker *maker, ValueInterval *interval, int64 k, int64 id)
{
	const ArrayState *state = maker->state;
	uint64 random = permute_number(maker->key, (uint64) id);
	int count = draw_count(state, permute_mix(random + 1));
	Datum *values = palloc(sizeof(Datum) * (count + 1));
	bool *nulls = palloc0(sizeof(bool) * (count + 1));
	int *chosen = palloc(sizeof(int) * (count + 1));
	int dims[1];
	int lower[1] = {1};
	int n = 0;

	if (state->picker->sum > 0 && count > 0)
		n = element_picker_pick(state->picker, random,
								count / Max(state->mean, 0.01), count, chosen);
	if (state->picker->sum > 0 && state->rare == NULL)
		n = element_picker_fill(state->picker, random, n, count, chosen);
	for (int i = 0; i < n; i++)
		values[i] = state->elements[chosen[i]];
	/* Neighbors in a random stretch of the rare ones, so that they differ */
	while (state->rare != NULL && n < count)
	{
		uint64 start = permute_mix(random + 2);

		values[n] = value_maker_item(
			state->rare, (int64) ((start + (uint64) n * RARE_STRIDE) %
								  (uint64) state->nrare));
		n++;
	}
	if (state->sorted)
		qsort_arg(values, n, sizeof(Datum), compare_values,
				  unconstify(ElementOrder *, &state->order));
	if (n > 0 && state->null_share > 0 &&
		(double) (random & 0xFFFF) < state->null_share * 65536)
		nulls[n - 1] = true;
	if (n == 0)
		return PointerGetDatum(construct_empty_array(state->type));
	dims[0] = n;
	return PointerGetDatum(construct_md_array(values, nulls, 1, dims, lower,
											  state->type, state->length,
											  state->by_value, state->align));
}

const ValueFamily value_family_array = {
	.composes = true,
	.start = array_start,
	.between = array_between,
};
