/*-------------------------------------------------------------------------
 *
 * value_maker_palette.c
 *		Makes values of types of which only known values can be used.
 *
 * These are the labels of an enum, and else the values that the statistics
 * hold. Nothing can be made of a type that has neither.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_enum.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "populate/value_families.h"
#include "synth/permute.h"

typedef struct PaletteState
{
	int n;
	Datum *values;
} PaletteState;

static void
add_texts(ValueMaker *maker, PaletteState *state, char **texts, int n)
{
	for (int i = 0; texts != NULL && i < n; i++)
		state->values[state->n++] = value_plan_read(maker, texts[i]);
}

/* All labels, in their order; a type that is no enum has none. */
static void
add_labels(PaletteState *state, Oid type)
{
	CatCList *list =
		SearchSysCacheList1(ENUMTYPOIDNAME, ObjectIdGetDatum(type));

	state->values = palloc(sizeof(Datum) * (list->n_members + 1));
	for (int i = 0; i < list->n_members; i++)
	{
		Form_pg_enum label =
			(Form_pg_enum) GETSTRUCT(&list->members[i]->tuple);

		state->values[state->n++] = ObjectIdGetDatum(label->oid);
	}
	ReleaseCatCacheList(list);
}

static void
palette_start(ValueMaker *maker)
{
	const ColumnStatistics *stats = maker->spec.stats;
	PaletteState *state = palloc0(sizeof(*state));

	maker->state = state;
	state->values = palloc(sizeof(Datum) * (stats->ncommon + stats->nbounds +
											stats->nsample + 1));
	add_texts(maker, state, stats->common, stats->ncommon);
	add_texts(maker, state, stats->bounds, stats->nbounds);
	add_texts(maker, state, stats->sample, stats->nsample);
	if (state->n == 0 && type_is_enum(maker->base_type))
		add_labels(state, maker->base_type);
	if (state->n == 0)
		maker->problem = "of a type whose values are not known";
}

static Datum
palette_between(ValueMaker *maker, ValueInterval *interval, int64 k, int64 id)
{
	const PaletteState *state = maker->state;

	/* an even share of the first ones, and the others by chance */
	if (k < state->n)
		return state->values[k];
	return state->values[permute_upto(
		permute_number(maker->key, (uint64) id), (uint32_t) state->n)];
}

const ValueFamily value_family_palette = {
	.start = palette_start,
	.between = palette_between,
};
