/*-------------------------------------------------------------------------
 *
 * shape_functions.c
 *		Which arguments of functions are values.
 *
 * Shapes are read without the catalog, so functions are known by their names. The
 * unit of date_trunc(), the language of to_tsvector() and the like are part of the
 * statement: an index on the expression has them too. Functions that take any
 * type cannot tell the type of a parameter; nor can a type that is called as one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "record/shape_functions.h"

/* Arguments as bits, the first in the lowest one. */
#define ARGUMENT(n) (1U << ((n) -1))
#define EVERY_ARGUMENT (~0U)
#define ODD_ARGUMENTS 0x55555555U

typedef struct KnownFunction
{
	const char *name;
	int arguments;     /* that it has in this form, or 0 for any number */
	unsigned keep;     /* the arguments that are part of the statement */
	unsigned any_type; /* those that may be of any type */
} KnownFunction;

/* In the order of their names. */
static const KnownFunction functions[] = {
	{"any_value", 0, 0, EVERY_ARGUMENT},
	{"array_agg", 0, 0, EVERY_ARGUMENT},
	{"cidr", 1, 0, EVERY_ARGUMENT},
	{"concat", 0, 0, EVERY_ARGUMENT},
	{"concat_ws", 0, ARGUMENT(1), EVERY_ARGUMENT},
	{"count", 0, EVERY_ARGUMENT, 0},
	{"current_setting", 0, EVERY_ARGUMENT, 0},
	{"date_part", 0, ARGUMENT(1), 0},
	{"date_trunc", 0, ARGUMENT(1), 0},
	{"daterange", 1, 0, EVERY_ARGUMENT},
	{"decode", 0, ARGUMENT(2), 0},
	{"encode", 0, ARGUMENT(2), 0},
	{"extract", 0, ARGUMENT(1), 0},
	{"first_value", 0, 0, EVERY_ARGUMENT},
	{"format", 0, ARGUMENT(1), EVERY_ARGUMENT},
	{"inet", 1, 0, EVERY_ARGUMENT},
	{"int4range", 1, 0, EVERY_ARGUMENT},
	{"int8range", 1, 0, EVERY_ARGUMENT},
	{"is_normalized", 0, ARGUMENT(2), 0},
	{"json", 1, 0, EVERY_ARGUMENT},
	{"json_agg", 0, 0, EVERY_ARGUMENT},
	{"json_build_array", 0, 0, EVERY_ARGUMENT},
	{"json_build_object", 0, ODD_ARGUMENTS, EVERY_ARGUMENT},
	{"json_object_agg", 0, 0, EVERY_ARGUMENT},
	{"jsonb", 1, 0, EVERY_ARGUMENT},
	{"jsonb_agg", 0, 0, EVERY_ARGUMENT},
	{"jsonb_build_array", 0, 0, EVERY_ARGUMENT},
	{"jsonb_build_object", 0, ODD_ARGUMENTS, EVERY_ARGUMENT},
	{"jsonb_object_agg", 0, 0, EVERY_ARGUMENT},
	{"lag", 0, ARGUMENT(2), ARGUMENT(1)},
	{"last_value", 0, 0, EVERY_ARGUMENT},
	{"lead", 0, ARGUMENT(2), ARGUMENT(1)},
	{"like_escape", 0, ARGUMENT(2), 0},
	{"normalize", 0, ARGUMENT(2), 0},
	{"nth_value", 0, ARGUMENT(2), ARGUMENT(1)},
	{"ntile", 0, ARGUMENT(1), 0},
	{"num_nonnulls", 0, 0, EVERY_ARGUMENT},
	{"num_nulls", 0, 0, EVERY_ARGUMENT},
	{"numrange", 1, 0, EVERY_ARGUMENT},
	{"pg_column_size", 0, 0, EVERY_ARGUMENT},
	{"pg_typeof", 0, 0, EVERY_ARGUMENT},
	{"phraseto_tsquery", 2, ARGUMENT(1), 0},
	{"plainto_tsquery", 2, ARGUMENT(1), 0},
	{"quote_literal", 0, 0, EVERY_ARGUMENT},
	{"quote_nullable", 0, 0, EVERY_ARGUMENT},
	{"row_to_json", 0, 0, EVERY_ARGUMENT},
	{"similar_to_escape", 0, ARGUMENT(2), 0},
	{"string_agg", 0, ARGUMENT(2), 0},
	{"to_char", 0, ARGUMENT(2), 0},
	{"to_date", 0, ARGUMENT(2), 0},
	{"to_json", 0, 0, EVERY_ARGUMENT},
	{"to_jsonb", 0, 0, EVERY_ARGUMENT},
	{"to_number", 0, ARGUMENT(2), 0},
	{"to_timestamp", 0, ARGUMENT(2), 0},
	{"to_tsquery", 2, ARGUMENT(1), 0},
	{"to_tsvector", 2, ARGUMENT(1), 0},
	{"ts_headline", 0, ARGUMENT(1), 0},
	{"tsquery", 1, 0, EVERY_ARGUMENT},
	{"tsrange", 1, 0, EVERY_ARGUMENT},
	{"tstzrange", 1, 0, EVERY_ARGUMENT},
	{"tsvector", 1, 0, EVERY_ARGUMENT},
	{"uuid", 1, 0, EVERY_ARGUMENT},
	{"websearch_to_tsquery", 2, ARGUMENT(1), 0},
};

/* What arguments that are kept have as a rule, in the order of the alphabet. */
static const char *const words[] = {" ",
									"\n",
									",",
									", ",
									"-",
									"/",
									":",
									";",
									"base64",
									"century",
									"day",
									"decade",
									"dow",
									"doy",
									"english",
									"epoch",
									"escape",
									"hex",
									"hour",
									"isodow",
									"isoyear",
									"julian",
									"microseconds",
									"milliseconds",
									"millennium",
									"minute",
									"month",
									"quarter",
									"second",
									"simple",
									"week",
									"year",
									"|"};

bool
shape_function_word(const char *text)
{
	for (int i = 0; i < lengthof(words); i++)
		if (pg_strcasecmp(text, words[i]) == 0)
			return true;
	return false;
}

ShapePlace
shape_function_place(const char *name, int i, int n)
{
	int low = 0;
	int high = lengthof(functions) - 1;
	unsigned argument = i < 32 ? 1U << i : 0;

	while (low <= high)
	{
		int middle = (low + high) / 2;
		const KnownFunction *function = &functions[middle];
		int order = strcmp(name, function->name);

		if (order < 0)
			high = middle - 1;
		else if (order > 0)
			low = middle + 1;
		else if (function->arguments != 0 && function->arguments != n)
			break;
		else if (function->keep & argument)
			return SHAPE_PLACE_KEEP;
		else if (function->any_type & argument)
			return SHAPE_PLACE_ANY_TYPE;
		else
			break;
	}
	return SHAPE_PLACE_OPERAND;
}
