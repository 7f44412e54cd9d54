/*-------------------------------------------------------------------------
 *
 * value_maker_bytea.c
 *		Makes bytea, whose bytes are taken for random.
 *
 * After the bytes that both bounds of an interval begin with, the next ones are
 * read as a number, of which each item has its own stratum. The rest is random,
 * and as long as a value that is known, or as the width says.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "base/compat.h"
#include "populate/value_families.h"
#include "synth/permute.h"

/* Bytes of a number, which a double holds exactly */
#define NUMBER_BYTES 6

#define DEFAULT_LENGTH 16

static const unsigned char *
bytes_of(Datum value, int *length)
{
	struct varlena *bytes = PG_DETOAST_DATUM_PACKED(value);

	*length = (int) VARSIZE_ANY_EXHDR(bytes);
	return (const unsigned char *) VARDATA_ANY(bytes);
}

static double
number_at(const unsigned char *bytes, int length, int at)
{
	double number = 0;

	for (int i = at; i < at + NUMBER_BYTES; i++)
		number = number * 256 + (i < length ? bytes[i] : 0);
	return number;
}

static void
bytea_start(ValueMaker *maker)
{
}

static bool
bytea_position(ValueMaker *maker, Datum value, double *position)
{
	int length;
	const unsigned char *bytes = bytes_of(value, &length);

	*position = number_at(bytes, length, 0);
	return true;
}

static Datum
bytea_make(ValueMaker *maker, const unsigned char *prefix, int prefix_length,
		   double number, int length, int64 id)
{
	unsigned char *bytes;
	struct varlena *value;

	length = Max(length, prefix_length + NUMBER_BYTES);
	value = palloc(VARHDRSZ + length);
	SET_VARSIZE(value, VARHDRSZ + length);
	bytes = (unsigned char *) VARDATA(value);
	if (prefix_length > 0)
		memcpy(bytes, prefix, prefix_length);
	for (int i = NUMBER_BYTES - 1; i >= 0; i--)
	{
		bytes[prefix_length + i] = (unsigned char) fmod(number, 256);
		number = floor(number / 256);
	}
	for (int i = prefix_length + NUMBER_BYTES; i < length; i++)
		bytes[i] = (unsigned char) (permute_number(
										maker->key ^ (uint64) id * 256, i) >>
									56);
	return PointerGetDatum(value);
}

static Datum
bytea_between(ValueMaker *maker, ValueInterval *interval, int64 k, int64 id)
{
	const unsigned char *low;
	const unsigned char *high;
	int length = maker->spec.stats->width;
	int high_length;
	int prefix = 0;
	double from;
	double size;

	if (!interval->bounded)
	{
		length = length > 1 ? length - 1 : DEFAULT_LENGTH;
		size = pow(256, NUMBER_BYTES) / (double) Max(interval->items, k + 1);
		return bytea_make(maker, NULL, 0, floor(size * ((double) k + 0.5)),
						  length, id);
	}
	if (k == 0 && interval->low_in)
		return interval->low;
	if (k == interval->items - 1 && interval->high_in)
		return interval->high;
	low = bytes_of(interval->low, &length);
	high = bytes_of(interval->high, &high_length);
	while (prefix < length && prefix < high_length &&
		   low[prefix] == high[prefix])
		prefix++;
	from = number_at(low, length, prefix);
	size = (number_at(high, high_length, prefix) - from) /
		   (double) Max(interval->items, 1);
	return bytea_make(maker, low, prefix,
					  floor(from + size * ((double) k + 0.5)), length, id);
}

const ValueFamily value_family_bytea = {
	.start = bytea_start,
	.position = bytea_position,
	.between = bytea_between,
};
