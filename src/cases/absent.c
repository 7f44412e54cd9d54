/*-------------------------------------------------------------------------
 *
 * absent.c
 *		Finds values that a column does not hold.
 *
 * A value just above the largest one looks like those of the rows (an id, a
 * date), so that the planner and an index treat it as a request for a row that
 * is gone. The table absent_beyonds says how to compute it, in SQL, for a
 * type, and how near to the end of the type's range that still works. Fixed
 * values, by type and else by type category, follow as further candidates. An
 * enum proposes its labels, one of which may be unused. Where a column is compared
 * as text, values of its own type come first. The first candidate
 * that a query does not find is the absent value.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "utils/lsyscache.h"

#include "cases/absent.h"
#include "cases/frequency.h"

/* ---- beyond an extreme ---- */

/* SQL, by type, for a value beyond x, and for the limits of x. */
typedef struct Beyond
{
	Oid type;
	const char *upper;   /* if x is below this ... */
	const char *above;   /* ... this is above x */
	const char *lower;   /* if x is above this ... */
	const char *beneath; /* ... this is below x */
} Beyond;

/*
 * Adding 1 to a number over 1e15 (1e6 for float4), or to NaN, may not change
 * it. The limits of dates leave room for the interval, and keep infinity out.
 */
static const Beyond absent_beyonds[] = {
	{INT2OID, "32767", "x::int + 1", "-32768", "x::int - 1"},
	{INT4OID, "2147483647", "x + 1", "-2147483648", "x - 1"},
	{INT8OID, "9223372036854775807", "x + 1", "-9223372036854775808", "x - 1"},
	{OIDOID, "4294967295", "(x::int8 + 1)::oid", "0", "(x::int8 - 1)::oid"},
	{NUMERICOID, "1e15", "x + 1", "-1e15", "x - 1"},
	{FLOAT4OID, "1e6", "x + 1", "-1e6", "x - 1"},
	{FLOAT8OID, "1e15", "x + 1", "-1e15", "x - 1"},
	{DATEOID, "'200000-01-01'", "x + 1", "'4000-01-01 BC'", "x - 1"},
	{TIMESTAMPOID, "'200000-01-01'", "x + interval '1 day'", "'4000-01-01 BC'",
	 "x - interval '1 day'"},
	{TIMESTAMPTZOID, "'200000-01-01'", "x + interval '1 day'",
	 "'4000-01-01 BC'", "x - interval '1 day'"},
	{TIMEOID, "'23:59:59'", "x + interval '1 second'", "'00:00:01'",
	 "x - interval '1 second'"},
	{INTERVALOID, "'100000 days'", "x + interval '1 day'", "'-100000 days'",
	 "x - interval '1 day'"},
	{UUIDOID, "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
	 "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
	 "'00000000-0000-0000-0000-000000000000'",
	 "'00000000-0000-0000-0000-000000000000'"},
	{BYTEAOID, "x || E'\\\\xff'", "x || E'\\\\xff'", "''", "''"},
};

static const Beyond *
absent_find_beyond(Oid type)
{
	static const Beyond text = {TEXTOID, "x || '~'", "x || '~'", "''", "''"};

	type = getBaseType(type);
	for (int i = 0; i < lengthof(absent_beyonds); i++)
		if (absent_beyonds[i].type == type)
			return &absent_beyonds[i];
	return TypeCategory(type) == TYPCATEGORY_STRING ? &text : NULL;
}

char *
absent_beyond(Oid type, const char *extreme, int direction)
{
	const Beyond *beyond = absent_find_beyond(type);

	if (beyond == NULL || extreme == NULL)
		return NULL;
	probe_select(psprintf("SELECT CASE WHEN x %s %s THEN (%s)::text END "
						  "FROM (SELECT %s AS x) AS s",
						  direction > 0 ? "<" : ">",
						  direction > 0 ? beyond->upper : beyond->lower,
						  direction > 0 ? beyond->above : beyond->beneath,
						  probe_literal(extreme, beyond->type)));
	return probe_get(0, 1);
}

/* ---- candidates ---- */

typedef struct AbsentValues
{
	Oid type;
	const char *values[3];
} AbsentValues;

static const AbsentValues absent_values[] = {
	{BOOLOID, {"true", "false"}},
	{INT2OID, {"-32001", "-32002", "-32003"}},
	{OIDOID, {"4000000001", "4000000002", "4000000003"}},
	{UUIDOID,
	 {"00000000-0000-0000-0000-000000000000",
	  "00000000-0000-4000-8000-000000000000",
	  "ffffffff-ffff-ffff-ffff-ffffffffffff"}},
	{TIMEOID, {"03:03:03.000001", "03:03:03.000002", "03:03:03.000003"}},
	{TIMETZOID, {"03:03:03.000001+00", "03:03:03.000002+00"}},
	{INTERVALOID, {"-987 days", "-988 days", "-989 days"}},
	{DATEOID, {"0987-01-01", "0987-01-02", "0987-01-03"}},
	{BYTEAOID, {"\\x7065726663686563", "\\x70657266636865636b"}},
	{JSONBOID, {"\"perfcheck absent 1\"", "\"perfcheck absent 2\""}},
	/* Addresses that RFC 5737 reserves for documentation. */
	{INETOID, {"192.0.2.1", "198.51.100.7", "203.0.113.9"}},
	{CIDROID, {"192.0.2.1/32", "198.51.100.7/32", "203.0.113.9/32"}},
	{MACADDROID, {"02:00:5e:10:00:01", "02:00:5e:10:00:02"}},
	{MACADDR8OID, {"02:00:5e:10:00:00:00:01", "02:00:5e:10:00:00:00:02"}},
};

static const AbsentValues *
absent_find(Oid type)
{
	static const AbsentValues text = {
		TEXTOID,
		{"perfcheck absent 1", "perfcheck absent 2", "perfcheck absent 3"}};
	static const AbsentValues number = {
		NUMERICOID, {"-987654321", "-987654322", "-987654323"}};
	static const AbsentValues date = {
		TIMESTAMPOID,
		{"0987-01-01 03:03:03", "0987-01-02 03:03:03", "0987-01-03 03:03:03"}};

	for (int i = 0; i < lengthof(absent_values); i++)
		if (absent_values[i].type == type)
			return &absent_values[i];
	switch (TypeCategory(type))
	{
		case TYPCATEGORY_STRING:
			return &text;
		case TYPCATEGORY_NUMERIC:
			return &number;
		case TYPCATEGORY_DATETIME:
			return &date;
		default:
			return NULL;
	}
}

List *
absent_fixed_values(Oid type)
{
	Oid base = getBaseType(type);
	Oid element = get_element_type(base);
	const AbsentValues *found =
		absent_find(OidIsValid(element) ? element : base);
	List *candidates = NIL;

	if (type_is_enum(base))
	{
		probe_select(psprintf("SELECT enumlabel FROM pg_enum "
							  "WHERE enumtypid = %u ORDER BY enumsortorder",
							  base));
		for (uint64 i = 0; i < SPI_processed; i++)
			candidates = lappend(candidates, probe_get(i, 1));
		return candidates;
	}
	if (found == NULL)
		return NIL;
	for (int i = 0; i < lengthof(found->values); i++)
	{
		const char *value = found->values[i];

		if (value != NULL)
			candidates = lappend(candidates, OidIsValid(element)
												 ? psprintf("{\"%s\"}", value)
												 : pstrdup(value));
	}
	return candidates;
}

/*
 * Returns the type of the column that is cast to a text before it is compared, or
 * InvalidOid. A value of that type is one that the user may have meant, and one
 * that the query can be given without the cast.
 */
static Oid
absent_type_under_cast(const Lookup *lookup)
{
	Node *key = lookup->variable->uses->expr;

	while (key != NULL && !IsA(key, Var))
		if (IsA(key, RelabelType))
			key = (Node *) castNode(RelabelType, key)->arg;
		else if (IsA(key, CoerceViaIO))
			key = (Node *) castNode(CoerceViaIO, key)->arg;
		else if (IsA(key, FuncExpr) &&
				 castNode(FuncExpr, key)->funcformat == COERCE_EXPLICIT_CAST &&
				 castNode(FuncExpr, key)->args != NIL)
			key = linitial(castNode(FuncExpr, key)->args);
		else
			return InvalidOid;
	return key == NULL || TypeCategory(exprType(key)) == TYPCATEGORY_STRING ||
				   TypeCategory(getBaseType(lookup->type)) != TYPCATEGORY_STRING
			   ? InvalidOid
			   : exprType(key);
}

/* Candidates as text, the best one first: one just beyond those of the rows. */
static List *
absent_candidates(const Lookup *lookup)
{
	Oid base = getBaseType(lookup->type);
	TYPCATEGORY category = TypeCategory(base);
	List *candidates = absent_fixed_values(base);
	Oid own = absent_type_under_cast(lookup);
	char *beyond = NULL;

	if (OidIsValid(own))
		candidates = list_concat(absent_fixed_values(own), candidates);
	if ((category == TYPCATEGORY_NUMERIC || category == TYPCATEGORY_DATETIME) &&
		absent_find_beyond(base) != NULL)
		beyond = absent_beyond(base, probe_extreme(lookup, 1), 1);
	return beyond == NULL ? candidates : lcons(beyond, candidates);
}

/*
 * Does another column that the parameter is compared with hold the value? A value
 * of one arm of an OR or a UNION alone is no value that no row has.
 */
static bool
absent_is_elsewhere(const Lookup *lookup, const char *value)
{
	const ValueVariable *variable = lookup->variable;
	ListCell *cell;

	foreach(cell, variable->uses->others)
	{
		ValueVariable other = {.nparams = 1,
							   .params = {variable->params[0]},
							   .types = {variable->types[0]},
							   .uses = {*(const ParamUse *) lfirst(cell)}};
		Lookup own;

		probe_start(&own, &other);
		if (probe_try(psprintf(
				"SELECT 1 FROM %s WHERE %s %s %s LIMIT 1", own.table,
				probe_expression(other.uses), probe_equality(lookup->type),
				probe_literal(value, getBaseType(lookup->type)))) != NULL)
			return true;
	}
	return false;
}

char *
absent_value(const Lookup *lookup)
{
	List *candidates = absent_candidates(lookup);
	ListCell *cell;

	foreach(cell, candidates)
		if (!probe_exists(lookup, frequency_equal(lookup, lfirst(cell))) &&
			!absent_is_elsewhere(lookup, lfirst(cell)))
			return lfirst(cell);
	return NULL;
}
