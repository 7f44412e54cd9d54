/*-------------------------------------------------------------------------
 *
 * value_maker_record.c
 *		Makes values of composite types: known ones, or of their parts.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/typcache.h"

#include "populate/value_families.h"
#include "populate/value_maker.h"

typedef struct RecordState
{
	int nknown;
	Datum *known;
	TupleDesc parts;
	ValueMaker **makers;
} RecordState;

static void
add_known(ValueMaker *maker, RecordState *state, char **texts, int n)
{
	for (int i = 0; texts != NULL && i < n; i++)
		state->known[state->nknown++] = value_plan_read(maker, texts[i]);
}

static void
start_parts(ValueMaker *maker, RecordState *state)
{
	TupleDesc parts = lookup_rowtype_tupdesc_copy(maker->base_type, -1);

	state->parts = parts;
	state->makers = palloc0(sizeof(ValueMaker *) * parts->natts);
	for (int i = 0; i < parts->natts; i++)
	{
		Form_pg_attribute part = TupleDescAttr(parts, i);
		ColumnSpec spec = {0};

		if (part->attisdropped)
			continue;
		spec.table = maker->spec.name;
		spec.name = pstrdup(NameStr(part->attname));
		spec.type = part->atttypid;
		spec.typmod = part->atttypmod;
		spec.collation = part->attcollation;
		spec.not_null = part->attnotnull;
		spec.rows = maker->spec.rows;
		spec.seed = maker->key;
		state->makers[i] = value_maker_create(&spec);
		/* What cannot be made stays NULL. */
		if (state->makers[i]->problem != NULL)
			state->makers[i] = NULL;
	}
}

static void
record_start(ValueMaker *maker)
{
	const ColumnStatistics *stats = maker->spec.stats;
	RecordState *state = palloc0(sizeof(*state));

	maker->state = state;
	state->known = palloc(
		sizeof(Datum) * (stats->ncommon + stats->nbounds + stats->nsample + 1));
	add_known(maker, state, stats->bounds, stats->nbounds);
	add_known(maker, state, stats->sample, stats->nsample);
	if (state->nknown == 0)
		add_known(maker, state, stats->common, stats->ncommon);
	if (state->nknown == 0)
		start_parts(maker, state);
}

static Datum
record_between(ValueMaker *maker, ValueInterval *interval, int64 k, int64 id)
{
	const RecordState *state = maker->state;
	Datum *values;
	bool *nulls;

	if (state->nknown > 0)
		return state->known[id % state->nknown];
	values = palloc0(sizeof(Datum) * state->parts->natts);
	nulls = palloc(sizeof(bool) * state->parts->natts);
	for (int i = 0; i < state->parts->natts; i++)
		nulls[i] =
			state->makers[i] == NULL ||
			!value_maker_value(state->makers[i], id % Max(maker->spec.rows, 1),
							   0, &values[i]);
	return HeapTupleGetDatum(heap_form_tuple(state->parts, values, nulls));
}

const ValueFamily value_family_record = {
	.start = record_start,
	.between = record_between,
};
