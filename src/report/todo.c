/*-------------------------------------------------------------------------
 *
 * todo.c
 *		Whether the todo of a query accepts what is wrong with it.
 *
 * A cause names tables, columns and plans, and may hold counts, which change with
 * each row that is added. So causes are compared with every number as 0; digits
 * within a name stay, since event_1 and event_2 are two tables. A todo may as well
 * name the number or the name that a cause has whatever its words are: PC101,
 * missing-index.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#include "base/extension.h"
#include "contract/contract_query.h"
#include "report/fault_lines.h"
#include "report/todo.h"

/* So many days before it ends a todo is told of. */
#define TODO_NOTICE_DAYS 14

/* A text of the user's in a note is cut to this length, in bytes. */
#define TODO_TEXT 300

static bool
todo_is_of_name(char c)
{
	return isalnum((unsigned char) c) || c == '_' || c == '$' ||
		   IS_HIGHBIT_SET(c);
}

/* Returns a cause in which all numbers are 0. */
static char *
todo_without_numbers(const char *cause)
{
	char *text = palloc(strlen(cause) + 1);
	char *end = text;

	while (*cause != '\0')
	{
		size_t length = strspn(cause, "0123456789");

		if (length > 0 && !todo_is_of_name(cause[length]))
		{
			*end++ = '0';
			cause += length;
			continue;
		}
		/* A name is taken over whole, its digits included. */
		do
			*end++ = *cause++;
		while (todo_is_of_name(cause[-1]) && todo_is_of_name(*cause));
	}
	*end = '\0';
	return text;
}

const char *
todo_cause(const QueryVerdict *verdict, const Advice *advice)
{
	return advice != NULL && advice->cause != NULL ? advice->cause
												   : verdict->reason;
}

/* The error of a query is one, whatever its words are. */
static bool
todo_is_error(const QueryVerdict *verdict)
{
	return verdict->worst == NULL || (!verdict->worst->decides->ok &&
									  verdict->worst->decides->work == NULL);
}

/*
 * Is it the number or the name of the cause? Which cause has which is said once, in
 * SQL, as perfcheck_told() tells it.
 */
static bool
todo_is_of_kind(const char *named, const char *cause, bool error)
{
	const char *schema = extension_schema();
	char *sql = psprintf(
		"SELECT pg_catalog.bool_or(c.id OPERATOR(pg_catalog.=) CASE WHEN $3 AND "
		"n.id OPERATOR(pg_catalog.!~) '^PC00' THEN 'PC001' ELSE n.id END) FROM "
		"%s.perfcheck_causes() AS c, %s.perfcheck_cause_id($2) AS n (id) WHERE "
		"$1 OPERATOR(pg_catalog.=) ANY (ARRAY[c.id, c.name])",
		schema, schema);
	Datum values[3] = {CStringGetTextDatum(named), CStringGetTextDatum(cause),
					   BoolGetDatum(error)};
	bool isnull;
	bool same;

	SPI_connect();
	if (SPI_execute_with_args(sql, 3, (Oid[]){TEXTOID, TEXTOID, BOOLOID},
							  values, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "the number of a cause could not be read");
	same = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0],
									  SPI_tuptable->tupdesc, 1, &isnull));
	same = !isnull && same;
	SPI_finish();
	return same;
}

/* A number or a name has no spaces; the message of an error may have none either. */
static bool
todo_names(const char *named, const QueryVerdict *verdict, const Advice *advice)
{
	const char *cause = todo_cause(verdict, advice);

	return strcmp(todo_without_numbers(named), todo_without_numbers(cause)) ==
			   0 ||
		   (strchr(named, ' ') == NULL &&
			todo_is_of_kind(named, cause, todo_is_error(verdict)));
}

const char *
todo_cause_to_keep(const QueryVerdict *verdict, const Advice *advice)
{
	const char *cause = todo_cause(verdict, advice);

	return cause == verdict->reason && verdict->worst != NULL &&
				   verdict->worst->decides->holds_value &&
				   todo_is_of_kind("PC001", cause, true)
			   ? "PC001"
			   : cause;
}

TodoState
todo_state(const ContractQuery *query, const QueryVerdict *verdict,
		   const Advice *advice)
{
	if (query->todo == NULL || verdict->status == VERDICT_SKIP)
		return TODO_NONE;
	if (verdict->status == VERDICT_OK)
		return TODO_STALE;
	if (query->todo_until != NULL && query->todo_days < 0)
		return TODO_EXPIRED;
	if (query->todo_cause == NULL)
		return TODO_ANY;
	return todo_names(query->todo_cause, verdict, advice) ? TODO_ACCEPTED
														  : TODO_OTHER;
}

bool
todo_ends_soon(const ContractQuery *query, TodoState state)
{
	return (state == TODO_ANY || state == TODO_ACCEPTED) &&
		   query->todo_until != NULL && query->todo_days <= TODO_NOTICE_DAYS;
}

char *
todo_end(const ContractQuery *query)
{
	if (query->todo_days == 0)
		return psprintf("ends today, %s", query->todo_until);
	return psprintf("ends in %d day%s, on %s", query->todo_days,
					query->todo_days == 1 ? "" : "s", query->todo_until);
}

char *
todo_note(const ContractQuery *query, TodoState state)
{
	char *name = quote_literal_cstr(query->name);

	switch (state)
	{
		case TODO_NONE:
		case TODO_ACCEPTED:
			break;
		case TODO_ANY:
			return psprintf(
				"todo of %s accepts any fault: SELECT "
				"perfcheck_accept(name, todo%s) FROM "
				"perfcheck_query WHERE name = %s makes it accept "
				"this cause alone",
				query->name,
				query->todo_until == NULL ? "" : ", until => todo_until", name);
		case TODO_OTHER:
			return psprintf("todo of %s accepts another cause: %s", query->name,
							fault_lines_shorten(query->todo_cause, TODO_TEXT));
		case TODO_EXPIRED:
			return psprintf("todo of %s expired: it accepted the fault until "
							"%s (%s)",
							query->name, query->todo_until,
							fault_lines_shorten(query->todo, TODO_TEXT));
		case TODO_STALE:
			return psprintf("stale todo of %s: it is ok; SELECT "
							"perfcheck_accept(%s, NULL) drops the todo",
							query->name, name);
	}
	return NULL;
}
