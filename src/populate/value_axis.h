/*-------------------------------------------------------------------------
 *
 * value_axis.h
 *		Types whose values are numbers of 64 bits: numbers, times, addresses.
 *
 * Owns the way from such a value to its number and back. Numbers are in the
 * order of the values. Used by value_maker_axis.c alone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_VALUE_AXIS_H
#define PERFCHECK_POPULATE_VALUE_AXIS_H

typedef struct ValueAxis ValueAxis;

struct ValueAxis
{
	/* Sets the number of a value; false if it has none, as infinity. */
	bool (*read)(const ValueAxis *axis, Datum value, int64 *number);
	/* Returns the value of a number. The id tells apart what it does not. */
	Datum (*write)(const ValueAxis *axis, int64 number, uint64 id);
	int64 least;
	int64 largest;
	int64 step;      /* all values differ by multiples of it */
	bool rises;      /* its values are counted up or go with the clock */
	bool ids_differ; /* values of one number differ by their ids */
	int digits;      /* of decimals: the most before the point, */
	int shown;       /* those after it that the type shows, */
	int scale;       /* and those that numbers tell apart */
	double power;    /* ten to the power of the scale */
	int style;       /* version of UUIDs, bits of addresses, and so on */
	Oid type;
	const struct ValueCode *code; /* of texts of a fixed form */
};

/* Sets the axis of a type. Returns false if it has none. */
extern bool value_axis_find(ValueAxis *axis, Oid type, int32 typmod);

/*
 * Lets the axis know the text of one of its values, before any is read: how
 * many digits it has after the point, for instance.
 */
extern void value_axis_learn(ValueAxis *axis, const char *text, Datum value);

#endif /* PERFCHECK_POPULATE_VALUE_AXIS_H */
