/*-------------------------------------------------------------------------
 *
 * value_spec.h
 *		A column whose values are made, and what makes them.
 *
 * Owns nothing but these structures; value_maker.h tells how they are used.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_VALUE_SPEC_H
#define PERFCHECK_POPULATE_VALUE_SPEC_H

#include "populate/column_statistics.h"
#include "synth/rows_spread.h"

typedef struct ColumnSpec
{
	const char *table;
	const char *name;
	Oid type; /* may be a domain */
	int32 typmod;
	Oid collation;
	bool not_null;
	bool unique; /* alone, not with other columns */
	bool serial; /* an identity, or its default takes numbers of a sequence */
	const ColumnStatistics *stats; /* NULL: only type and name are known */
	/* of a tsvector that is made of this text, or NULL */
	const ColumnStatistics *document;
	int64 rows; /* rows to make */
	uint64 seed;
	int64 existing; /* rows that stand in the table already */
	/* the least and the largest value of these, in text, or NULL */
	const char *least;
	const char *largest;
} ColumnSpec;

typedef struct ValueFamily ValueFamily;

typedef struct ValueMaker
{
	/* how the rows spread over the items; the caller may use another one */
	const RowsSpread *spread;
	/* of the maker alone */
	ColumnSpec spec;
	Oid base_type; /* below domains */
	int32 base_typmod;
	uint64 key;
	const char *problem;
	const ValueFamily *family;
	double composable; /* how many values come of parts; 0: no limit */
	int ncommon_hashes;
	uint64 *common_hashes; /* of common values, if values come of parts */
	struct ValuePlan *plan;
	void *state;               /* of the family */
	struct ValueMaker *values; /* if the statistics have none: gives them */
	int ngiven;                /* items that were given a value, in order */
	struct GivenValue *given;
} ValueMaker;

#endif /* PERFCHECK_POPULATE_VALUE_SPEC_H */
