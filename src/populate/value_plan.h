/*-------------------------------------------------------------------------
 *
 * value_plan.h
 *		The pieces of a column's values: common values and what lies between.
 *
 * Owns how statistics become pieces. Each common value is a piece of one item.
 * Between two values of the histogram, and between these and common values that
 * stand inside a bucket, is an interval with a number of items, such that there
 * are as many rows as the histogram says, and as many distinct values in all as
 * ANALYZE has to see. Used by the makers alone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_VALUE_PLAN_H
#define PERFCHECK_POPULATE_VALUE_PLAN_H

#include "populate/value_spec.h"

typedef struct ValueInterval
{
	bool bounded; /* low and high are set */
	bool low_in;  /* the bound itself is one of the items */
	bool high_in;
	Datum low;
	Datum high;
	int64 items;
	void *state; /* of the family */
} ValueInterval;

typedef struct ValuePiece
{
	bool common;
	Datum value; /* if common */
	ValueInterval interval;
	double weight;
	double capacity; /* the most items */
	double items;    /* of the interval, before they are rounded */
} ValuePiece;

typedef struct ValuePlan
{
	int npieces;
	ValuePiece *pieces;
	double weight; /* of all pieces */
	double tail;   /* of those that are not common */
	int common;    /* how many are */
	bool unique;
	bool distinct; /* each row that is not common has a value of its own */
} ValuePlan;

/* What makers of a family of types do. */
struct ValueFamily
{
	/* Its values are varlenas made of parts, which may come out the same. */
	bool composes;

	/* Reads what the maker's statistics say, before its pieces are made. */
	void (*start)(ValueMaker *maker);

	/*
	 * Sets where a value stands on the axis of its type. Returns false if it
	 * does not, as infinity. NULL for families that keep no order.
	 */
	bool (*position)(ValueMaker *maker, Datum value, double *position);

	/*
	 * Changes the bounds of the histogram, of which there is room for two at
	 * least, and returns how many there are. May be NULL.
	 */
	int (*adjust)(ValueMaker *maker, Datum *bounds, int nbounds);

	/* Returns how many values an interval has; NULL: as many as needed. */
	double (*capacity)(ValueMaker *maker, ValueInterval *interval);

	/* Returns item k of an interval. The id is that of the item in the column. */
	Datum (*between)(ValueMaker *maker, ValueInterval *interval, int64 k,
					 int64 id);

	/*
	 * Returns number n of the values that are no item, and differ from those.
	 * NULL: items of other columns are as good.
	 */
	Datum (*beyond)(ValueMaker *maker, int64 n, int64 id);
};

/* Returns the value of a text by the type's input function. */
extern Datum value_plan_read(const ValueMaker *maker, const char *text);

/* Sets the maker's plan and spread. */
extern void value_plan_make(ValueMaker *maker);

/*
 * Sets the spread alone, of a maker whose statistics have no values: where the
 * common items stand among the others is drawn.
 */
extern void value_plan_make_blank(ValueMaker *maker);

#endif /* PERFCHECK_POPULATE_VALUE_PLAN_H */
