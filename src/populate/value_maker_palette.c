/*-------------------------------------------------------------------------
 *
 * value_maker_palette.c
 *		Makes values of types of which only known values can be used.
 *
 * These are the values that the statistics hold; those of an enum whose labels
 * are not known are guessed. Nothing can be made of a type without either.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

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

static void
palette_start(ValueMaker *maker)
{
	const ColumnStatistics *stats = maker->spec.stats;
	PaletteState *state = palloc0(sizeof(*state));

	maker->state = state;
	state->values = palloc(
		sizeof(Datum) * (stats->ncommon + stats->nbounds + stats->nsample + 1));
	add_texts(maker, state, stats->common, stats->ncommon);
	add_texts(maker, state, stats->bounds, stats->nbounds);
	add_texts(maker, state, stats->sample, stats->nsample);
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
	return state->values[permute_upto(permute_number(maker->key, (uint64) id),
									  (uint32_t) state->n)];
}

const ValueFamily value_family_palette = {
	.start = palette_start,
	.between = palette_between,
};
