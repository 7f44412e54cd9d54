/*-------------------------------------------------------------------------
 *
 * load_value.c
 *		The values of a file of queries, as the contract has them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"

#include "base/guc_scope.h"
#include "exchange/load_value.h"
#include "exchange/query_file.h"

char *
load_text(const LoadValue *value)
{
	char *text = palloc(value->length + 1);

	if (!query_file_text(value->value, value->length, text))
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("%s has a string that does not end with its value",
					   value->key),
				errhint("Write it as E'...', with quotes doubled and \\n for "
						"the end of a line."));
	return text;
}

/* Returns the values that commas separate; an element may be NULL. */
char **
load_elements(const LoadValue *value, int *count)
{
	const char *at = value->length == 0 ? NULL : value->value;
	const char *end = value->value + value->length;
	char **texts = palloc0((value->length + 1) * sizeof(char *));
	char *buffer = palloc(value->length + 1);

	*count = 0;
	for (;;)
	{
		switch (query_file_element(&at, end, buffer))
		{
			case QUERY_FILE_NO_ELEMENT:
				return texts;
			case QUERY_FILE_NULL:
				texts[(*count)++] = NULL;
				break;
			case QUERY_FILE_ELEMENT:
				texts[(*count)++] = pstrdup(buffer);
				break;
			case QUERY_FILE_MALFORMED:
				ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("item %d of %s cannot be read", *count + 1,
							   value->key),
						errdetail("It is empty, or its quotes or brackets do "
								  "not fit."),
						errhint("Write it in single quotes, which are doubled "
								"in it; '' is an empty text."));
		}
	}
}

int64
load_number(const LoadValue *value, int64 none, int64 refused)
{
	const char *text = load_text(value);
	int64 number;

	if (pg_strcasecmp(text, "null") == 0)
		return none;
	number = DatumGetInt64(DirectFunctionCall1(int8in, CStringGetDatum(text)));
	return number > 0 ? number : refused;
}

double
load_ms(const LoadValue *value)
{
	return DatumGetFloat8(
		DirectFunctionCall1(float8in, CStringGetDatum(load_text(value))));
}

char *
load_day(const LoadValue *value)
{
	int level = guc_scope_enter_values();
	Datum day =
		DirectFunctionCall3(date_in, CStringGetDatum(load_text(value)),
							ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	char *text;

	if (DATE_NOT_FINITE(DatumGetDateADT(day)))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%s must be a day", value->key),
				errhint("Leave it out for no end."));
	text = DatumGetCString(DirectFunctionCall1(date_out, day));
	guc_scope_leave(level);
	return text;
}

bool
load_bool(const LoadValue *value)
{
	bool result;

	if (!parse_bool(load_text(value), &result))
		ereport(ERROR, errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				errmsg("%s must be true or false", value->key),
				errhint("Leave it out for true."));
	return result;
}

char *
load_path(const LoadValue *value)
{
	char *path = load_text(value);

	return pg_strcasecmp(path, "null") == 0 ? NULL : path;
}

/* Types are those that the query itself would find. */
void
load_types(const LoadValue *value, ContractQuery *query)
{
	char **names = load_elements(value, &query->ntypes);
	bool set = query->search_path != NULL && query->search_path[0] != '\0';
	int level = guc_scope_enter_search_path(set ? query->search_path : NULL);

	query->types = palloc0(Max(query->ntypes, 1) * sizeof(Oid));
	for (int i = 0; i < query->ntypes; i++)
		if (names[i] != NULL)
			query->types[i] = DatumGetObjectId(
				DirectFunctionCall1(regtypein, CStringGetDatum(names[i])));
	guc_scope_leave(level);
}

double
load_weight(const LoadValue *value)
{
	double weight = load_ms(value);

	if (!(weight > 0) || isinf(weight))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("weight must be a number above 0"),
				errhint("Leave it out for a case that is of no recording."));
	return weight;
}
