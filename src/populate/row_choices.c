/*-------------------------------------------------------------------------
 *
 * row_choices.c
 *		Values that a CHECK may accept, where those that fit the statistics are refused.
 *
 * Choices are written as texts and read by the input function of the type, so that the
 * constants of any type serve any other: a number that tells a day, a year, or a length.
 * A text that is no value of the type is left out.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/formatting.h"
#include "utils/lsyscache.h"

#include "base/texts.h"
#include "shared/splitmix64.h"

#include "base/subtransaction.h"
#include "populate/check_constants.h"
#include "populate/ordinal.h"
#include "populate/row_choices.h"

/* Rows of the table that are looked at. */
#define CHOICES_ROWS 24

/* Documents that are made of the keys of JSON. */
#define CHOICES_DOCUMENTS 80

/* The longest text, or array, that is made for a CHECK of a length. */
#define LONGEST_TEXT 2000
#define LONGEST_ARRAY 100

typedef enum ChoiceKind
{
	CHOICE_VALUE,
	CHOICE_NULL,
	CHOICE_NUMBER, /* any from low to high, in the steps of the type */
	CHOICE_TEXT,   /* so many letters, or digits, behind a beginning */
	CHOICE_BYTES
} ChoiceKind;

typedef struct RowChoice
{
	ChoiceKind kind;
	Datum value;
	int64 low;
	int64 high;
	const char *begin;
	bool digits;
} RowChoice;

typedef struct ChoiceList
{
	const TableModel *model;
	ColumnPlan *plan;
	const ModelColumn *column;
	Oid type; /* below domains */
	int32 typmod;
	List *seen; /* texts */
} ChoiceList;

/* ---- reading texts ---- */

typedef struct InputCall
{
	Oid type;
	int32 typmod;
	char *text;
	Datum value;
} InputCall;

static void
call_input(void *arg)
{
	InputCall *call = arg;
	Oid input;
	Oid parameter;

	getTypeInputInfo(call->type, &input, &parameter);
	call->value =
		OidInputFunctionCall(input, call->text, parameter, call->typmod);
}

/* Is it the value that is wrong, not the server? */
static bool
is_of_value(const ErrorData *error)
{
	int category = ERRCODE_TO_CATEGORY(error->sqlerrcode);

	return category == ERRCODE_DATA_EXCEPTION ||
		   category == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION ||
		   category == ERRCODE_FEATURE_NOT_SUPPORTED ||
		   error->sqlerrcode == ERRCODE_UNDEFINED_OBJECT;
}

static bool
read_text(const ChoiceList *list, const char *text, Datum *value)
{
	InputCall call = {list->type, list->typmod, pstrdup(text), (Datum) 0};
	ErrorData *error = subtransaction_run_and_roll_back(call_input, &call);

	if (error != NULL && !is_of_value(error))
		ReThrowError(error);
	*value = call.value;
	return error == NULL;
}

/* ---- adding ---- */

static RowChoice *
add_choice(ChoiceList *list, ChoiceKind kind)
{
	RowChoice *choice;

	if (list->plan->nchoices == ROW_CHOICES_MOST)
		return NULL;
	choice = &list->plan->choices[list->plan->nchoices++];
	memset(choice, 0, sizeof(RowChoice));
	choice->kind = kind;
	return choice;
}

static void
add_value(ChoiceList *list, const char *text)
{
	Datum value;
	RowChoice *choice;

	if (texts_member(list->seen, text))
		return;
	list->seen = lappend(list->seen, pstrdup(text));
	if (list->plan->nchoices == ROW_CHOICES_MOST ||
		!read_text(list, text, &value))
		return;
	choice = add_choice(list, CHOICE_VALUE);
	choice->value = value;
}

static void
add_numbers(ChoiceList *list, int64 low, int64 high)
{
	RowChoice *choice;

	if (list->type == INT2OID)
	{
		low = Max(low, PG_INT16_MIN);
		high = Min(high, PG_INT16_MAX);
	}
	else if (list->type == INT4OID || list->type == DATEOID)
	{
		low = Max(low, PG_INT32_MIN);
		high = Min(high, PG_INT32_MAX);
	}
	if (high <= low || (choice = add_choice(list, CHOICE_NUMBER)) == NULL)
		return;
	choice->low = low;
	choice->high = high;
}

static void
add_length(ChoiceList *list, ChoiceKind kind, const char *begin, int64 length,
		   bool digits)
{
	RowChoice *choice;

	if (length < 0 || length > LONGEST_TEXT ||
		(choice = add_choice(list, kind)) == NULL)
		return;
	choice->begin = begin;
	choice->low = length;
	choice->digits = digits;
}

/* ---- by type ---- */

static bool
is_text(Oid type)
{
	return type == TEXTOID || type == VARCHAROID || type == BPCHAROID;
}

static bool
is_day(Oid type)
{
	return type == DATEOID || type == TIMESTAMPOID || type == TIMESTAMPTZOID;
}

/* How far from a bound the numbers of a type are looked for. */
static int64
far(Oid type)
{
	if (type == TIMESTAMPOID || type == TIMESTAMPTZOID)
		return INT64CONST(30) * 24 * 3600 * 1000000;
	return 100;
}

static int
compare_numbers(const void *a, const void *b)
{
	int64 left = *(const int64 *) a;
	int64 right = *(const int64 *) b;

	return left < right ? -1 : left > right;
}

/* What lies between the values that are choices so far, and beside them. */
static void
add_between(ChoiceList *list)
{
	int64 *numbers;
	int n = 0;
	int from = list->plan->nrow_choices;

	if (!ordinal_known(list->type))
		return;
	numbers = palloc(ROW_CHOICES_MOST * sizeof(int64));
	for (int i = from; i < list->plan->nchoices; i++)
	{
		const RowChoice *choice = &list->plan->choices[i];

		if (choice->kind == CHOICE_VALUE &&
			ordinal_of(list->type, choice->value, &numbers[n]) &&
			numbers[n] > PG_INT64_MIN / 2 && numbers[n] < PG_INT64_MAX / 2)
			n++;
	}
	qsort(numbers, n, sizeof(int64), compare_numbers);
	for (int i = 0; i + 1 < n; i++)
		add_numbers(list, numbers[i], numbers[i + 1]);
	if (n == 0)
		return;
	add_numbers(list, numbers[n - 1], numbers[n - 1] + far(list->type));
	add_numbers(list, numbers[0] - far(list->type), numbers[0]);
}

/* An array of so many elements, of one that is known or of any. */
static void
add_array(ChoiceList *list, const char *element, int64 length)
{
	StringInfoData text;

	if (length < 0 || length > LONGEST_ARRAY)
		return;
	initStringInfo(&text);
	appendStringInfoChar(&text, '{');
	for (int64 i = 0; i < length; i++)
		appendStringInfo(&text, "%s\"%s\"", i > 0 ? "," : "", element);
	appendStringInfoChar(&text, '}');
	add_value(list, text.data);
}

static void
add_of_number(ChoiceList *list, double number, const List *constants)
{
	ListCell *cell;

	if (is_day(list->type) && number >= 1900 && number <= 2100)
	{
		add_value(list, psprintf("%04d-01-01", (int) number));
		add_value(list, psprintf("%04d-01-01", (int) number + 1));
	}
	for (int more = -1; more <= 1; more++)
	{
		int64 length = (int64) number + more;

		if (number < -1 || number > LONGEST_TEXT)
			break;
		if (is_text(list->type))
		{
			add_length(list, CHOICE_TEXT, "", length, false);
			add_length(list, CHOICE_TEXT, "", length, true);
		}
		else if (list->type == BYTEAOID)
			add_length(list, CHOICE_BYTES, "", length, false);
		else if (OidIsValid(get_base_element_type(list->type)))
		{
			add_array(list, "1", length);
			add_array(list, "a", length);
			foreach(cell, constants)
				if (strpbrk(lfirst(cell), "{}\"\\") == NULL)
					add_array(list, lfirst(cell), length);
		}
	}
	if (number != (double) (int64) number || number < -1e15 || number > 1e15)
	{
		add_value(list, psprintf("%.15g", number / 2));
		add_value(list, psprintf("%.15g", number * 1.5));
		return;
	}
	add_value(list, psprintf(INT64_FORMAT, (int64) number + 1));
	add_value(list, psprintf(INT64_FORMAT, (int64) number - 1));
	add_value(list, psprintf("%.15g", number + 0.5));
	add_value(list, psprintf("%.15g", number - 0.5));
}

/* A text behind which there is anything, of a length that a CHECK names. */
static void
add_prefixed(ChoiceList *list, const List *constants)
{
	ListCell *cell;

	foreach(cell, is_text(list->type) ? constants : NIL)
	{
		char *text = pstrdup(lfirst(cell));
		size_t length = strcspn(text, "%_");
		ListCell *other;

		if (length == 0 || (text[length] == '\0' && length > 20) ||
			strspn(text, "0123456789") == strlen(text))
			continue;
		text[length] = '\0';
		add_length(list, CHOICE_TEXT, text, 4, true);
		foreach(other, constants)
		{
			char *end;
			long number = strtol(lfirst(other), &end, 10);

			if (*end == '\0' && end != lfirst(other) &&
				number > (long) length && number <= LONGEST_TEXT)
				add_length(list, CHOICE_TEXT, text, number - (long) length,
						   true);
		}
	}
}

static void
add_constants(ChoiceList *list, const List *constants)
{
	ListCell *cell;

	foreach(cell, constants)
		add_value(list, lfirst(cell));
	foreach(cell, constants)
	{
		char *end;
		double number = strtod(lfirst(cell), &end);

		if (*end == '\0' && end != lfirst(cell))
			add_of_number(list, number, constants);
	}
	add_prefixed(list, constants);
	foreach(cell, constants)
	{
		const char *text = lfirst(cell);

		if (OidIsValid(get_base_element_type(list->type)) &&
			strpbrk(text, "{}\"\\") == NULL)
			add_array(list, text, 1);
		if (!is_text(list->type) || strpbrk(text, "^$[](){}*+\\") != NULL)
			continue;
		add_length(list, CHOICE_TEXT, text, 4, true);
		add_value(list, asc_toupper(text, strlen(text)));
		add_value(list, asc_tolower(text, strlen(text)));
	}
}

static void
add_labels(ChoiceList *list)
{
	Oid types[] = {OIDOID};
	Datum values[] = {ObjectIdGetDatum(list->type)};
	int code = SPI_execute_with_args(
		"SELECT enumlabel::pg_catalog.text FROM pg_catalog.pg_enum WHERE "
		"enumtypid OPERATOR(pg_catalog.=) $1 ORDER BY enumsortorder",
		lengthof(types), types, values, NULL, true, 50);

	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args returned %s",
			 SPI_result_code_string(code));
	for (uint64 i = 0; i < SPI_processed; i++)
		add_value(list, SPI_getvalue(SPI_tuptable->vals[i],
									 SPI_tuptable->tupdesc, 1));
}

/* A few values of any type; those that it cannot read are left out. */
static void
add_plain(ChoiceList *list)
{
	static const char *const plain[] = {
		"0",   "1",     "-1",    "10",         "100",        "1000",
		"0.5", "t",     "f",     "a",          "A",          "",
		"{}",  "[]",    "\"a\"", "2020-01-01", "2024-06-15", "empty",
		"[,)", "00:00", "12:00", "1 day",      "1 hour"};

	if (type_is_enum(list->type))
		add_labels(list);
	for (int i = 0; i < lengthof(plain); i++)
		add_value(list, plain[i]);
}

/* ---- the rows that the table holds ---- */

static char *
row_query(const TableMaker *table, const Bitmapset *columns)
{
	StringInfoData names;
	int attnum = -1;

	initStringInfo(&names);
	while ((attnum = bms_next_member(columns, attnum)) >= 0)
		appendStringInfo(
			&names, "%s%s", names.len > 0 ? ", " : "",
			quote_identifier(table_model_column(table->model, attnum)->name));
	return psprintf("SELECT %s FROM %s LIMIT %d", names.data,
					table->model->name, CHOICES_ROWS);
}

static void
add_rows(TableMaker *table, const Bitmapset *columns)
{
	MemoryContext context = CurrentMemoryContext;
	int code;

	if (table->existing == 0 ||
		pg_class_aclcheck(table->model->relid, GetUserId(), ACL_SELECT) !=
			ACLCHECK_OK)
		return;
	code = SPI_execute(row_query(table, columns), true, CHOICES_ROWS);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute returned %s", SPI_result_code_string(code));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		int attnum = -1;
		int number = 1;

		while ((attnum = bms_next_member(columns, attnum)) >= 0)
		{
			ColumnPlan *plan = &table->columns[attnum - 1];
			RowChoice *choice = &plan->choices[plan->nchoices++];
			Form_pg_attribute attribute =
				TupleDescAttr(SPI_tuptable->tupdesc, number - 1);
			MemoryContext old;
			bool isnull;
			Datum value =
				SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc,
							  number++, &isnull);

			plan->nrow_choices = plan->nchoices;
			choice->kind = isnull ? CHOICE_NULL : CHOICE_VALUE;
			if (isnull)
				continue;
			old = MemoryContextSwitchTo(context);
			choice->value =
				datumCopy(value, attribute->attbyval, attribute->attlen);
			MemoryContextSwitchTo(old);
		}
	}
	SPI_freetuptable(SPI_tuptable);
}

/* ---- the whole ---- */

static void
find_of_column(TableMaker *table, AttrNumber attnum, const List *texts)
{
	ChoiceList list = {.model = table->model,
					   .plan = &table->columns[attnum - 1],
					   .column = table_model_column(table->model, attnum)};
	List *constants = check_constants_find(table->model, attnum);
	ListCell *cell;

	list.typmod = list.column->typmod;
	list.type = getBaseTypeAndTypmod(list.column->type, &list.typmod);
	if (list.plan->nullable)
		(void) add_choice(&list, CHOICE_NULL);
	if (list.type == JSONBOID || list.type == JSONOID)
		foreach(cell,
				check_constants_json(table->model, attnum, CHOICES_DOCUMENTS))
			add_value(&list, lfirst(cell));
	add_constants(&list, texts);
	add_constants(&list, constants);
	add_between(&list);
	add_plain(&list);
}

void
row_choices_find(TableMaker *table, const List *texts, const Bitmapset *routing)
{
	Bitmapset *columns = bms_copy(routing);
	Bitmapset *chosen = NULL;
	int attnum = -1;
	ListCell *cell;

	foreach(cell, table->model->checks)
		columns =
			bms_add_members(columns, ((ModelCheck *) lfirst(cell))->columns);
	while ((attnum = bms_next_member(columns, attnum)) >= 0)
	{
		ColumnPlan *plan = &table->columns[attnum - 1];

		if (!plan->mends || plan->source == COLUMN_KEY ||
			plan->source == COLUMN_COUNT)
			continue;
		plan->choices = palloc0(ROW_CHOICES_MOST * sizeof(RowChoice));
		plan->random = population_random(
			table->random, table_model_column(table->model, attnum)->name);
		chosen = bms_add_member(chosen, attnum);
	}
	if (chosen == NULL)
		return;
	add_rows(table, chosen);
	attnum = -1;
	while ((attnum = bms_next_member(chosen, attnum)) >= 0)
		find_of_column(table, attnum,
					   bms_is_member(attnum, routing) ? texts : NIL);
}

/* ---- values ---- */

static Datum
text_value(const TableMaker *table, AttrNumber attnum, const RowChoice *choice,
		   uint64 random)
{
	const ModelColumn *column = table_model_column(table->model, attnum);
	int32 typmod = column->typmod;
	Oid type = getBaseTypeAndTypmod(column->type, &typmod);
	StringInfoData text;
	Oid input;
	Oid parameter;

	initStringInfo(&text);
	appendStringInfoString(&text, choice->begin);
	for (int64 i = 0; i < choice->low; i++)
		appendStringInfoChar(
			&text, choice->digits ? '0' + splitmix64_number(random, i) % 10
								  : 'a' + splitmix64_number(random, i) % 26);
	/* What is longer than the column is cut. */
	if (typmod > (int32) VARHDRSZ && text.len > typmod - VARHDRSZ)
		text.data[typmod - VARHDRSZ] = '\0';
	getTypeInputInfo(type, &input, &parameter);
	return OidInputFunctionCall(input, text.data, parameter, typmod);
}

int
row_choices_fresh(const ColumnPlan *plan, int nth)
{
	int found[ROW_CHOICES_MOST];
	int n = 0;

	for (int i = plan->nrow_choices; i < plan->nchoices; i++)
		if (plan->choices[i].kind != CHOICE_VALUE &&
			plan->choices[i].kind != CHOICE_NULL)
			found[n++] = i;
	return n == 0 ? -1 : found[nth % n];
}

bool
row_choices_value(const TableMaker *table, AttrNumber attnum, int number,
				  int64 row, Datum *value)
{
	const ColumnPlan *plan = &table->columns[attnum - 1];
	const RowChoice *choice = &plan->choices[number % plan->nchoices];
	uint64 random = splitmix64_number(plan->random + number, row);

	switch (choice->kind)
	{
		case CHOICE_VALUE:
			*value = choice->value;
			return true;
		case CHOICE_NULL:
			return false;
		case CHOICE_NUMBER:
			*value = ordinal_value(
				getBaseType(table_model_column(table->model, attnum)->type),
				choice->low +
					(int64) (random % (uint64) (choice->high - choice->low)));
			return true;
		case CHOICE_TEXT:
			*value = text_value(table, attnum, choice, random);
			return true;
		case CHOICE_BYTES:
		{
			bytea *bytes = palloc(VARHDRSZ + choice->low);

			SET_VARSIZE(bytes, VARHDRSZ + choice->low);
			for (int64 i = 0; i < choice->low; i++)
				VARDATA(bytes)[i] = (char) splitmix64_number(random, i);
			*value = PointerGetDatum(bytes);
			return true;
		}
	}
	return false;
}
