/*-------------------------------------------------------------------------
 *
 * value_axis.c
 *		Types whose values are numbers of 64 bits: numbers, times, addresses.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>
#include <sys/socket.h>

#include "base/compat.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/cash.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/inet.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"
#include "utils/varbit.h"

#include "populate/value_axis.h"
#include "synth/permute.h"

/* Digits after the point of which so large numbers still have room for 10^3 */
#define MAX_SCALE 15
#define MAX_DIGITS 17

/* How an interval is written. */
#define INTERVAL_TIME 0
#define INTERVAL_DAYS 1
#define INTERVAL_MONTHS 2

/* ---- integers, and what is stored as one ---- */

static bool
read_int2(const ValueAxis *axis, Datum value, int64 *number)
{
	*number = DatumGetInt16(value);
	return true;
}

static Datum
write_int2(const ValueAxis *axis, int64 number, uint64 id)
{
	return Int16GetDatum((int16) number);
}

static bool
read_int4(const ValueAxis *axis, Datum value, int64 *number)
{
	*number = DatumGetInt32(value);
	return true;
}

static Datum
write_int4(const ValueAxis *axis, int64 number, uint64 id)
{
	return Int32GetDatum((int32) number);
}

static bool
read_int8(const ValueAxis *axis, Datum value, int64 *number)
{
	*number = DatumGetInt64(value);
	return true;
}

static Datum
write_int8(const ValueAxis *axis, int64 number, uint64 id)
{
	return Int64GetDatum(number);
}

static bool
read_oid(const ValueAxis *axis, Datum value, int64 *number)
{
	*number = DatumGetObjectId(value);
	return true;
}

static Datum
write_oid(const ValueAxis *axis, int64 number, uint64 id)
{
	return ObjectIdGetDatum((Oid) number);
}

static bool
read_bool(const ValueAxis *axis, Datum value, int64 *number)
{
	*number = DatumGetBool(value);
	return true;
}

static Datum
write_bool(const ValueAxis *axis, int64 number, uint64 id)
{
	return BoolGetDatum(number != 0);
}

/* ---- decimals ---- */

/* Reads a decimal number as a multiple of 10^-scale; false if it is not one. */
static bool
read_decimal(const char *text, int scale, int64 *number)
{
	bool negative = *text == '-';
	int after = -1; /* digits after the point */
	uint64 sum = 0;

	for (text += negative; *text != '\0'; text++)
	{
		if (*text == '.' && after < 0)
		{
			after = 0;
			continue;
		}
		if (*text < '0' || *text > '9' || sum > PG_INT64_MAX / 10 - 1)
			return false;
		if (after >= scale)
		{
			if (*text != '0')
				return false;
			continue;
		}
		sum = sum * 10 + (uint64) (*text - '0');
		after += after >= 0;
	}
	for (after = Max(after, 0); after < scale; after++)
	{
		if (sum > PG_INT64_MAX / 10 - 1)
			return false;
		sum *= 10;
	}
	*number = negative ? -(int64) sum : (int64) sum;
	return true;
}

static bool
read_numeric(const ValueAxis *axis, Datum value, int64 *number)
{
	return read_decimal(
		DatumGetCString(DirectFunctionCall1(numeric_out, value)), axis->scale,
		number);
}

static Datum
write_numeric(const ValueAxis *axis, int64 number, uint64 id)
{
	Datum value =
		NumericGetDatum(int64_div_fast_to_numeric(number, axis->scale));

	/* with all the digits that the column shows */
	if (axis->scale < axis->shown)
		return DirectFunctionCall2(numeric, value, Int32GetDatum(axis->style));
	return value;
}

static double
float_of(const ValueAxis *axis, Datum value)
{
	return axis->type == FLOAT4OID ? DatumGetFloat4(value)
								   : DatumGetFloat8(value);
}

static bool
read_float(const ValueAxis *axis, Datum value, int64 *number)
{
	double scaled = rint(float_of(axis, value) * axis->power);

	if (!(fabs(scaled) < 9e18))
		return false;
	*number = (int64) scaled;
	return true;
}

static Datum
write_float(const ValueAxis *axis, int64 number, uint64 id)
{
	double value = (double) number / axis->power;

	return axis->type == FLOAT4OID ? Float4GetDatum((float4) value)
								   : Float8GetDatum(value);
}

/* ---- times ---- */

static bool
read_date(const ValueAxis *axis, Datum value, int64 *number)
{
	*number = DatumGetDateADT(value);
	return !DATE_NOT_FINITE(*number);
}

static bool
read_timestamp(const ValueAxis *axis, Datum value, int64 *number)
{
	*number = DatumGetTimestamp(value);
	return !TIMESTAMP_NOT_FINITE(*number);
}

static bool
read_timetz(const ValueAxis *axis, Datum value, int64 *number)
{
	TimeTzADT *time = DatumGetTimeTzADTP(value);

	*number = time->time + (int64) time->zone * USECS_PER_SEC;
	return true;
}

static Datum
write_timetz(const ValueAxis *axis, int64 number, uint64 id)
{
	TimeTzADT *time = palloc(sizeof(*time));

	time->zone = axis->style;
	time->time = number - (int64) axis->style * USECS_PER_SEC;
	time->time = ((time->time % USECS_PER_DAY) + USECS_PER_DAY) % USECS_PER_DAY;
	return TimeTzADTPGetDatum(time);
}

static bool
read_interval(const ValueAxis *axis, Datum value, int64 *number)
{
	const Interval *interval = DatumGetIntervalP(value);

	if (axis->style == INTERVAL_MONTHS)
	{
		*number = interval->month;
		return interval->day == 0 && interval->time == 0;
	}
	*number =
		interval->time +
		(interval->month * INT64CONST(30) + interval->day) * USECS_PER_DAY;
	/* Far from what would overflow, and from infinity of 17 on. */
	return abs(interval->month) < 1000000 && abs(interval->day) < 30000000 &&
		   interval->time < PG_INT64_MAX / 2 &&
		   interval->time > PG_INT64_MIN / 2;
}

static Datum
write_interval(const ValueAxis *axis, int64 number, uint64 id)
{
	Interval *interval = palloc0(sizeof(*interval));

	if (axis->style == INTERVAL_MONTHS)
		interval->month = (int32) number;
	else if (axis->style == INTERVAL_DAYS)
	{
		interval->day = (int32) (number / USECS_PER_DAY);
		interval->time = number % USECS_PER_DAY;
	}
	else
		interval->time = number;
	return IntervalPGetDatum(interval);
}

/* ---- UUIDs ---- */

static bool
read_uuid(const ValueAxis *axis, Datum value, int64 *number)
{
	const pg_uuid_t *uuid = DatumGetUUIDP(value);
	uint64 high = 0;

	for (int i = 0; i < 8; i++)
		high = (high << 8) | uuid->data[i];
	*number = (int64) (high >> 1);
	return true;
}

/* The first half is the number, but for the version; the other is the id. */
static Datum
write_uuid(const ValueAxis *axis, int64 number, uint64 id)
{
	pg_uuid_t *uuid = palloc(sizeof(*uuid));
	uint64 mixed = permute_60_bits(UINT64CONST(0x70657266), id);
	uint64 high = ((uint64) number << 1) | (mixed & 1);
	uint64 low = (UINT64CONST(2) << 62) | mixed << 2 | (number & 3);

	high = (high & ~UINT64CONST(0xF000)) | (uint64) axis->style << 12;
	for (int i = 0; i < 8; i++)
	{
		uuid->data[i] = (uint8) (high >> (56 - 8 * i));
		uuid->data[8 + i] = (uint8) (low >> (56 - 8 * i));
	}
	return UUIDPGetDatum(uuid);
}

/* ---- addresses and bits ---- */

/* Networks are values of their own, unless there is nothing else. */
static int
inet_bits(const ValueAxis *axis)
{
	return axis->style > 0 ? axis->style : 32;
}

static bool
read_inet(const ValueAxis *axis, Datum value, int64 *number)
{
	inet *address = DatumGetInetPP(value);
	const unsigned char *bytes = ip_addr(address);

	if (ip_family(address) != PGSQL_AF_INET ||
		ip_bits(address) != inet_bits(axis))
		return false;
	*number =
		(int64) bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
	return true;
}

static Datum
write_inet(const ValueAxis *axis, int64 number, uint64 id)
{
	inet *address = palloc0(sizeof(*address));
	unsigned char *bytes = ip_addr(address);

	ip_family(address) = PGSQL_AF_INET;
	ip_bits(address) = (unsigned char) inet_bits(axis);
	for (int i = 0; i < 4; i++)
		bytes[i] = (unsigned char) (number >> (24 - 8 * i));
	SET_INET_VARSIZE(address);
	return InetPGetDatum(address);
}

static bool
read_macaddr(const ValueAxis *axis, Datum value, int64 *number)
{
	const macaddr *mac = DatumGetMacaddrP(value);

	*number = (int64) mac->a << 40 | (int64) mac->b << 32 |
			  (int64) mac->c << 24 | mac->d << 16 | mac->e << 8 | mac->f;
	return true;
}

static Datum
write_macaddr(const ValueAxis *axis, int64 number, uint64 id)
{
	macaddr *mac = palloc(sizeof(*mac));

	mac->a = (unsigned char) (number >> 40);
	mac->b = (unsigned char) (number >> 32);
	mac->c = (unsigned char) (number >> 24);
	mac->d = (unsigned char) (number >> 16);
	mac->e = (unsigned char) (number >> 8);
	mac->f = (unsigned char) number;
	return MacaddrPGetDatum(mac);
}

/* Bits stand at the left of their bytes. */
static bool
read_bit(const ValueAxis *axis, Datum value, int64 *number)
{
	VarBit *bits = DatumGetVarBitP(value);
	int64 sum = 0;

	if (VARBITLEN(bits) != axis->style)
		return false;
	for (int i = 0; i < VARBITBYTES(bits); i++)
		sum = sum << 8 | VARBITS(bits)[i];
	*number = sum >> VARBITPAD(bits);
	return true;
}

static Datum
write_bit(const ValueAxis *axis, int64 number, uint64 id)
{
	int size = VARBITTOTALLEN(axis->style);
	VarBit *bits = palloc0(size);

	SET_VARSIZE(bits, size);
	VARBITLEN(bits) = axis->style;
	number <<= VARBITPAD(bits);
	for (int i = VARBITBYTES(bits) - 1; i >= 0; i--)
	{
		VARBITS(bits)[i] = (uint8) number;
		number >>= 8;
	}
	return VarBitPGetDatum(bits);
}

/* ---- which type has which ---- */

typedef struct AxisOfType
{
	Oid type;
	bool (*read)(const ValueAxis *axis, Datum value, int64 *number);
	Datum (*write)(const ValueAxis *axis, int64 number, uint64 id);
	int64 least;
	int64 largest;
	bool rises;
} AxisOfType;

#define LAST (PG_INT64_MAX / 4)

static const AxisOfType axes[] = {
	{BOOLOID, read_bool, write_bool, 0, 1, false},
	{INT2OID, read_int2, write_int2, PG_INT16_MIN, PG_INT16_MAX, true},
	{INT4OID, read_int4, write_int4, PG_INT32_MIN, PG_INT32_MAX, true},
	{INT8OID, read_int8, write_int8, PG_INT64_MIN, PG_INT64_MAX, true},
	{OIDOID, read_oid, write_oid, 0, PG_UINT32_MAX, true},
	{CASHOID, read_int8, write_int8, PG_INT64_MIN, PG_INT64_MAX, false},
	{NUMERICOID, read_numeric, write_numeric, -LAST, LAST, true},
	{FLOAT4OID, read_float, write_float, -LAST, LAST, false},
	{FLOAT8OID, read_float, write_float, -LAST, LAST, false},
	{DATEOID, read_date, write_int4, -2000000, 20000000, true},
	{TIMESTAMPOID, read_timestamp, write_int8, MIN_TIMESTAMP, LAST, true},
	{TIMESTAMPTZOID, read_timestamp, write_int8, MIN_TIMESTAMP, LAST, true},
	{TIMEOID, read_int8, write_int8, 0, USECS_PER_DAY, false},
	{TIMETZOID, read_timetz, write_timetz, 0, USECS_PER_DAY, false},
	{INTERVALOID, read_interval, write_interval, -LAST, LAST, false},
	{UUIDOID, read_uuid, write_uuid, 0, PG_INT64_MAX, true},
	{INETOID, read_inet, write_inet, 0, PG_UINT32_MAX, false},
	{MACADDROID, read_macaddr, write_macaddr, 0, (INT64CONST(1) << 48) - 1,
	 false},
	{BITOID, read_bit, write_bit, 0, PG_INT64_MAX, false},
};

bool
value_axis_find(ValueAxis *axis, Oid type, int32 typmod)
{
	memset(axis, 0, sizeof(*axis));
	for (int i = 0; i < lengthof(axes); i++)
	{
		if (axes[i].type != type)
			continue;
		axis->type = type;
		axis->read = axes[i].read;
		axis->write = axes[i].write;
		axis->least = axes[i].least;
		axis->largest = axes[i].largest;
		axis->rises = axes[i].rises;
	}
	axis->step = 1;
	axis->power = 1;
	axis->ids_differ = type == UUIDOID;
	if (type == NUMERICOID && typmod >= (int32) VARHDRSZ)
	{
		axis->shown = Max((((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024, 0);
		axis->scale = Min(axis->shown, MAX_SCALE);
		axis->style = typmod;
	}
	if (type == UUIDOID)
		axis->style = 4;
	if (type == BITOID)
	{
		axis->style = typmod > 0 ? typmod : 1;
		if (axis->style > 62)
			return false;
		axis->largest = (INT64CONST(1) << axis->style) - 1;
	}
	return axis->read != NULL;
}

/*
 * Learns from a decimal how many digits there are after the point, but for zeros
 * at the end, and before it: a number has room for so many in all.
 */
static void
learn_decimal(ValueAxis *axis, const char *text)
{
	const char *point = strchr(text, '.');
	int before = (int) strspn(text, "-0123456789");
	int after = point == NULL ? 0 : (int) strspn(point + 1, "0123456789");

	while (after > 0 && point[after] == '0')
		after--;
	if (strstr(text, "e-") != NULL)
		after = MAX_SCALE;
	/* What has no room at all is left out, and not what it takes it from. */
	if (before <= MAX_DIGITS)
		axis->digits = Max(axis->digits, before);
	axis->scale = Min(Max(axis->scale, after), MAX_SCALE);
	axis->scale = Min(axis->scale, MAX_DIGITS - axis->digits);
	axis->power = pow(10, axis->scale);
}

static void
learn_interval(ValueAxis *axis, const Interval *interval)
{
	if (interval->day != 0)
		axis->style = INTERVAL_DAYS;
	else if (interval->month != 0 && interval->time == 0 && axis->style == 0)
		axis->style = INTERVAL_MONTHS;
}

void
value_axis_learn(ValueAxis *axis, const char *text, Datum value)
{
	switch (axis->type)
	{
		case NUMERICOID:
		case FLOAT4OID:
		case FLOAT8OID:
			learn_decimal(axis, text);
			break;
		case UUIDOID:
			axis->style = DatumGetUUIDP(value)->data[6] >> 4;
			break;
		case INETOID:
			if (ip_family(DatumGetInetPP(value)) == PGSQL_AF_INET)
				axis->style = Max(axis->style, ip_bits(DatumGetInetPP(value)));
			break;
		case INTERVALOID:
			learn_interval(axis, DatumGetIntervalP(value));
			break;
		case TIMETZOID:
			axis->style = DatumGetTimeTzADTP(value)->zone;
			break;
		default:
			break;
	}
}
