/*-------------------------------------------------------------------------
 *
 * value_text.c
 *		Values of statements as text.
 *
 * This is done for each statement that is executed. The types of most keys need no
 * output function; those of the others are looked up once a session. What dates,
 * intervals and floats look like depends on settings, whose variables are exchanged
 * for that moment: a nest level of settings would take longer than many a
 * statement.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/detoast.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/bytea.h"
#include "utils/float.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "record/value_text.h"

/* The digits of an int8, its sign and its end. */
#define VALUE_TEXT_DIGITS 24

typedef struct ValueTextType
{
	Oid type; /* the key */
	bool is_varlena;
	FmgrInfo output;
} ValueTextType;

/* What the text of values depends on. */
typedef struct ValueTextSettings
{
	int date_style;
	int date_order;
	int interval_style;
	int float_digits;
	int bytea;
	pg_tz *zone;
} ValueTextSettings;

static HTAB *value_text_types = NULL;

static ValueTextType *
value_text_type(Oid type)
{
	ValueTextType *found;
	bool was_there;
	Oid output;
	bool is_varlena;

	if (value_text_types == NULL)
	{
		HASHCTL control = {.keysize = sizeof(Oid),
						   .entrysize = sizeof(ValueTextType),
						   .hcxt = TopMemoryContext};

		value_text_types =
			hash_create("perfcheck types of values", 32, &control,
						HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	found = hash_search(value_text_types, &type, HASH_FIND, NULL);
	if (found != NULL)
		return found;
	getTypeOutputInfo(type, &output, &is_varlena);
	found = hash_search(value_text_types, &type, HASH_ENTER, &was_there);
	found->is_varlena = is_varlena;
	found->output.fn_oid = InvalidOid;
	fmgr_info_cxt(output, &found->output, TopMemoryContext);
	return found;
}

static ValueTextSettings
value_text_enter(ValueTextSettings now)
{
	ValueTextSettings before = {DateStyle,     DateOrder,
								IntervalStyle, extra_float_digits,
								bytea_output,  session_timezone};

	DateStyle = now.date_style;
	DateOrder = now.date_order;
	IntervalStyle = now.interval_style;
	extra_float_digits = now.float_digits;
	bytea_output = now.bytea;
	session_timezone = now.zone;
	return before;
}

static bool
value_text_is_cancel(int sqlstate)
{
	return sqlstate == ERRCODE_QUERY_CANCELED ||
		   ERRCODE_TO_CATEGORY(sqlstate) == ERRCODE_OPERATOR_INTERVENTION;
}

/* Returns the text by the type's function; NULL if that raises an error. */
static char *
value_text_output(Oid type, Datum value)
{
	MemoryContext context = CurrentMemoryContext;
	ValueTextSettings settings = {USE_ISO_DATES,     DATEORDER_YMD,
								  INTSTYLE_POSTGRES, 1,
								  BYTEA_OUTPUT_HEX,  pg_tzset("UTC")};
	ValueTextSettings before;
	char *volatile text = NULL;

	if (settings.zone == NULL)
		settings.zone = session_timezone;
	before = value_text_enter(settings);
	PG_TRY();
	{
		ValueTextType *known = value_text_type(type);

		text = OutputFunctionCall(&known->output,
								  known->is_varlena
									  ? PointerGetDatum(PG_DETOAST_DATUM(value))
									  : value);
	}
	PG_CATCH();
	{
		int sqlstate = geterrcode();

		(void) value_text_enter(before);
		MemoryContextSwitchTo(context);
		if (value_text_is_cancel(sqlstate))
			PG_RE_THROW();
		FlushErrorState();
		return NULL;
	}
	PG_END_TRY();
	(void) value_text_enter(before);
	return text;
}

static bool
value_text_add(StringInfo text, const char *data, Size length, Size most)
{
	if (length > most)
		return false;
	appendBinaryStringInfo(text, data, (int) length);
	return true;
}

bool
value_text_append(StringInfo text, Oid type, Datum value, Size most)
{
	char digits[VALUE_TEXT_DIGITS];
	char *data;

	switch (type)
	{
		case INT4OID:
			pg_ltoa(DatumGetInt32(value), digits);
			return value_text_add(text, digits, strlen(digits), most);
		case INT8OID:
			pg_lltoa(DatumGetInt64(value), digits);
			return value_text_add(text, digits, strlen(digits), most);
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			if (toast_raw_datum_size(value) - VARHDRSZ > most)
				return false;
			data = (char *) PG_DETOAST_DATUM_PACKED(value);
			return value_text_add(text, VARDATA_ANY(data),
								  VARSIZE_ANY_EXHDR(data), most);
		default:
			data = value_text_output(type, value);
			return data != NULL &&
				   value_text_add(text, data, strlen(data), most);
	}
}
