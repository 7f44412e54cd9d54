/*-------------------------------------------------------------------------
 *
 * contract.c
 *		Reads and changes the contract.
 *
 * Each statement over these tables is executed through SPI, with typed
 * parameters and under perfcheck's own settings (guc_scope.h), so that it means
 * the same in every session. Rows are copied into the caller's memory context
 * before SPI_finish(). A query that is added is analyzed first, as its role and
 * under the caller's search_path, which is stored with it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/extension.h"
#include "base/guc_scope.h"
#include "base/sandbox.h"
#include "contract/built_in.h"
#include "contract/contract.h"
#include "contract/contract_query.h"
#include "contract/contract_table.h"
#include "contract/statement.h"
#include "contract/writers.h"
#include "shared/url_template.h"

static ContractQuery *
contract_query_from_row(MemoryContext context, HeapTuple row)
{
	TupleDesc desc = SPI_tuptable->tupdesc;
	ContractQuery *query = MemoryContextAllocZero(context, sizeof(*query));
	bool isnull;
	Datum number;

	query->name = contract_table_text(context, row, 1);
	query->sql = contract_table_text(context, row, 2);
	query->path = contract_table_text(context, row, 3);
	query->expected = contract_table_text(context, row, 4);
	query->avg_ms = DatumGetFloat8(SPI_getbinval(row, desc, 5, &isnull));
	query->p95_ms = DatumGetFloat8(SPI_getbinval(row, desc, 6, &isnull));
	query->p99_ms = DatumGetFloat8(SPI_getbinval(row, desc, 7, &isnull));
	number = SPI_getbinval(row, desc, 8, &isnull);
	query->max_rows = isnull ? 0 : DatumGetInt64(number);
	query->todo = contract_table_text(context, row, 9);
	contract_table_oids(context, row, 10, &query->types, &query->ntypes);
	query->search_path = contract_table_text(context, row, 11);
	query->role = contract_table_text(context, row, 12);
	query->settings = contract_table_text(context, row, 13);
	number = SPI_getbinval(row, desc, 14, &isnull);
	query->max_blocks = isnull ? 0 : DatumGetInt64(number);
	number = SPI_getbinval(row, desc, 15, &isnull);
	query->max_rows_returned = isnull ? 0 : DatumGetInt64(number);
	query->todo_cause = contract_table_text(context, row, 16);
	query->todo_until = contract_table_text(context, row, 17);
	number = SPI_getbinval(row, desc, 18, &isnull);
	query->todo_days = isnull ? 0 : DatumGetInt32(number);
	query->owner = contract_table_text(context, row, 19);
	query->source = contract_table_text(context, row, 20);
	query->enabled = DatumGetBool(SPI_getbinval(row, desc, 21, &isnull));
	query->answer = contract_table_text(context, row, 22);
	contract_table_oids(context, row, 23, &query->writers, &query->nwriters);
	query->built_in = DatumGetBool(SPI_getbinval(row, desc, 24, &isnull));
	return query;
}

/* Whether a row of perfcheck_query is as the extension brought it. */
#define CONTRACT_IS_BUILT_IN                                                   \
	"perfcheck_query::text IN (SELECT b::text FROM %s.perfcheck_built_in b)"

/* The built-in queries in their own order, then the others by name. */
#define CONTRACT_ORDER                                                         \
	"array_position(ARRAY['page', 'next_page', 'genre', 'date_range', "        \
	"'venue', 'artist_search', 'event_search', 'combined', 'genre_next', "     \
	"'date_range_next', 'venue_next', 'artist_search_next', "                  \
	"'event_search_next', 'combined_next'], name), "                           \
	"name COLLATE \"C\""

static void
contract_no_such_query(const char *name)
{
	ContractArgs args = {0};
	char *known = NULL;

	contract_table_execute(psprintf("SELECT string_agg(name, ', ' ORDER BY %s) "
									"FROM %s.perfcheck_query",
									CONTRACT_ORDER, extension_schema()),
						   SPI_OK_SELECT, &args);
	if (SPI_processed == 1)
		known = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT),
			errmsg("query \"%s\" does not exist", name),
			known != NULL ? errhint("The contract holds: %s.", known)
						  : errhint("Add it with perfcheck_add_query()."));
}

int
contract_left_out(void)
{
	ContractArgs args = {0};
	int count;

	if (OidIsValid(built_in_relation()))
		return 0;
	SPI_connect();
	contract_table_execute(psprintf("SELECT FROM %s.perfcheck_query "
									"WHERE enabled AND " CONTRACT_IS_BUILT_IN,
									extension_schema(), extension_schema()),
						   SPI_OK_SELECT, &args);
	count = (int) SPI_processed;
	SPI_finish();
	return count;
}

/*
 * Returns the queries for which a condition is true. A day ends for all sessions at
 * once, in UTC.
 */
static List *
contract_read_where(const char *condition, ContractArgs *args,
					const char *order)
{
	MemoryContext context = CurrentMemoryContext;
	List *queries = NIL;

	SPI_connect();
	contract_table_execute(
		psprintf(
			"SELECT name, sql, path, expected, avg_ms, p95_ms, p99_ms, "
			"max_rows, todo, types, search_path, role, settings, "
			"max_blocks, max_rows_returned, todo_cause, todo_until::text, "
			"todo_until - current_date, owner, source, enabled, answer, %s, %s "
			"FROM %s.perfcheck_query WHERE %s ORDER BY %s",
			writers_sql("perfcheck_query.name"),
			built_in_sql("perfcheck_query"), extension_schema(), condition,
			order),
		SPI_OK_SELECT, args);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		ContractQuery *query =
			contract_query_from_row(context, SPI_tuptable->vals[i]);
		MemoryContext old = MemoryContextSwitchTo(context);

		queries = lappend(queries, query);
		MemoryContextSwitchTo(old);
	}
	SPI_finish();
	return queries;
}

List *
contract_read(const char *name)
{
	ContractArgs args = {0};
	const char *which = "enabled";
	List *queries;

	if (name != NULL)
	{
		contract_table_bind_text(&args, name);
		which = "name = $1";
	}
	else if (!OidIsValid(built_in_relation()))
		which = psprintf("enabled AND NOT " CONTRACT_IS_BUILT_IN,
						 extension_schema());
	queries = contract_read_where(which, &args, CONTRACT_ORDER);
	if (name != NULL && queries == NIL)
	{
		SPI_connect();
		contract_no_such_query(name);
	}
	return queries;
}

List *
contract_read_own(void)
{
	ContractArgs args = {0};

	return contract_read_where(
		psprintf("NOT %s.perfcheck_is_replaceable(perfcheck_query)",
				 extension_schema()),
		&args, "name COLLATE \"C\"");
}

List *
contract_read_dropped(void)
{
	MemoryContext context = CurrentMemoryContext;
	ContractArgs args = {0};
	List *names = NIL;

	SPI_connect();
	contract_table_execute(psprintf("SELECT name FROM %s.perfcheck_dropped "
									"ORDER BY name COLLATE \"C\"",
									extension_schema()),
						   SPI_OK_SELECT, &args);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		char *name = contract_table_text(context, SPI_tuptable->vals[i], 1);
		MemoryContext old = MemoryContextSwitchTo(context);

		names = lappend(names, name);
		MemoryContextSwitchTo(old);
	}
	SPI_finish();
	return names;
}

/* ---- changes of the contract ---- */

void
contract_check_path(const ContractQuery *query, int nparams)
{
	int highest;

	if (query->path == NULL)
		return;
	if (query->path[0] != '/' &&
		(url_template_body(query->path) == NULL ||
		 query->path[strlen(URL_TEMPLATE_POST)] != '/'))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("path must start with a slash: \"%s\"", query->path),
				errhint("Give the path and query string alone, such as "
						"/api/events?genre=$1, or POST /graphql {...} with "
						"the values in the body."));
	highest = url_template_highest_parameter(query->path);
	if (highest > nparams)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("path uses $%d, but the parameters of the query end at "
					   "$%d",
					   highest, nparams),
				errhint("Use the $1 to $n of the query in the path."));
}

static void
contract_check_targets(const ContractQuery *query)
{
	if (!(query->avg_ms > 0) || !(query->p95_ms > 0) || !(query->p99_ms > 0))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("avg_ms, p95_ms and p99_ms must be greater than 0"),
				errhint("Leave an argument out to get its default."));
	if (query->max_rows < 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("max_rows must be greater than 0"),
				errhint("Leave the argument out to use "
						"perfcheck.max_rows_examined."));
	if (query->max_blocks < 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("max_blocks must be greater than 0"),
				errhint("Leave the argument out to use "
						"perfcheck.max_blocks."));
	if (query->max_rows_returned < -1)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("max_rows_returned must be greater than 0"),
				errhint("Leave the argument out to use "
						"perfcheck.max_rows_returned, or give NULL for no "
						"ceiling."));
	if (query->todo_until != NULL && query->todo == NULL)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("todo_until needs a todo"),
				errhint("Say in todo why a fault is accepted until then."));
	if (query->todo_cause != NULL && query->todo == NULL)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("todo_cause needs a todo"),
				errhint("Say in todo why the cause is accepted."));
	/* Raises undefined_object if there is no such access method. */
	if (query->expected != NULL)
		(void) get_index_am_oid(query->expected, false);
}

/* An empty text is no name; NULL is to be given for none. */
static void
contract_check_texts(const ContractQuery *query)
{
	const char *const texts[][2] = {
		{"role", query->role},     {"todo_cause", query->todo_cause},
		{"owner", query->owner},   {"source", query->source},
		{"answer", query->answer},
	};

	if (query->name[0] == '\0')
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("name must not be empty"),
				errhint("It names the query in the reports."));
	for (int i = 0; i < lengthof(texts); i++)
		if (texts[i][1] != NULL && texts[i][1][0] == '\0')
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s must not be empty", texts[i][0]),
					errhint("Leave the argument out."));
}

/* What the analysis of a query that is added tells about it. */
typedef struct ContractAddition
{
	int nparams;
	char *search_path;
} ContractAddition;

static void
contract_look_at(const ContractStatement *statement, void *arg)
{
	ContractAddition *addition = arg;

	addition->nparams = statement->nparams;
	addition->search_path = guc_scope_search_path();
}

static void
contract_check_absent(const char *name)
{
	ContractArgs args = {0};

	contract_table_bind_text(&args, name);
	/* A team's own query takes the name of a built-in one; see the trigger. */
	contract_table_execute(
		psprintf("SELECT FROM %s.perfcheck_query WHERE name = $1 AND NOT "
				 "%s.perfcheck_is_replaceable(perfcheck_query)",
				 extension_schema(), extension_schema()),
		SPI_OK_SELECT, &args);
	if (SPI_processed > 0)
		ereport(
			ERROR, errcode(ERRCODE_DUPLICATE_OBJECT),
			errmsg("query \"%s\" already exists", name),
			errhint("Drop it first with perfcheck_drop_query(), or add this "
					"one with replace => true."));
}

/* Puts aside the query that is replaced, with its cases and values. */
static void
contract_make_room(const char *name, bool replace)
{
	ContractArgs args = {0};

	if (!replace)
	{
		contract_check_absent(name);
		return;
	}
	contract_table_bind_text(&args, name);
	contract_table_execute(
		psprintf("DELETE FROM %s.perfcheck_query WHERE name = $1",
				 extension_schema()),
		SPI_OK_DELETE, &args);
}

/*
 * Checks a query, and returns the search_path that is kept with it. One that takes
 * no part is taken as it is, since its tables may be those of another database.
 */
static char *
contract_check_query(const ContractQuery *query)
{
	ContractQuery opened = *query;
	ContractAddition addition = {0};
	bool of_call = query->search_path != NULL && query->search_path[0] == '\0';
	ErrorData *error;

	contract_check_texts(query);
	contract_check_targets(query);
	if (of_call)
		opened.search_path = NULL;
	if (!query->enabled)
		return of_call ? guc_scope_search_path() : query->search_path;
	error = contract_open(&opened, contract_look_at, &addition, 0);
	if (error != NULL)
		ReThrowError(error);
	contract_check_path(query, addition.nparams);
	return of_call ? addition.search_path : query->search_path;
}

void
contract_add_query(const ContractQuery *query, bool replace)
{
	ContractArgs args = {0};
	Datum *types = palloc(Max(query->ntypes, 1) * sizeof(Datum));
	char *search_path = contract_check_query(query);

	for (int i = 0; i < query->ntypes; i++)
		types[i] = ObjectIdGetDatum(query->types[i]);
	contract_table_bind_text(&args, query->name);
	contract_table_bind_text(&args, query->sql);
	contract_table_bind_text(&args, query->path);
	contract_table_bind_text(&args, query->expected);
	contract_table_bind(&args, FLOAT8OID, Float8GetDatum(query->avg_ms), false);
	contract_table_bind(&args, FLOAT8OID, Float8GetDatum(query->p95_ms), false);
	contract_table_bind(&args, FLOAT8OID, Float8GetDatum(query->p99_ms), false);
	contract_table_bind(&args, INT8OID, Int64GetDatum(query->max_rows),
						query->max_rows == 0);
	contract_table_bind_text(&args, query->todo);
	contract_table_bind(
		&args, REGTYPEARRAYOID,
		PointerGetDatum(construct_array(types, query->ntypes, REGTYPEOID,
										sizeof(Oid), true, TYPALIGN_INT)),
		query->ntypes == 0);
	contract_table_bind_text(&args, search_path);
	contract_table_bind_text(&args, query->role);
	contract_table_bind_text(&args, query->settings);
	contract_table_bind(&args, INT8OID, Int64GetDatum(query->max_blocks),
						query->max_blocks == 0);
	contract_table_bind(&args, INT8OID, Int64GetDatum(query->max_rows_returned),
						query->max_rows_returned == 0);
	contract_table_bind_text(&args, query->todo_cause);
	contract_table_bind_text(&args, query->todo_until);
	contract_table_bind_text(&args, query->owner);
	contract_table_bind_text(&args, query->source);
	contract_table_bind(&args, BOOLOID, BoolGetDatum(query->enabled), false);
	contract_table_bind_text(&args, query->answer);
	SPI_connect();
	contract_make_room(query->name, replace);
	contract_table_execute(
		psprintf("INSERT INTO %s.perfcheck_query (name, sql, path, expected, "
				 "avg_ms, p95_ms, p99_ms, max_rows, todo, types, search_path, "
				 "role, settings, max_blocks, max_rows_returned, todo_cause, "
				 "todo_until, owner, source, enabled, answer) "
				 "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
				 "$13::jsonb, $14, $15, $16, $17::date, $18, $19, $20, $21)",
				 extension_schema()),
		SPI_OK_INSERT, &args);
	SPI_finish();
}

void
contract_set_todo(const char *name, const char *todo, const char *cause,
				  const char *until)
{
	ContractArgs args = {0};

	SPI_connect();
	contract_table_bind_text(&args, name);
	contract_table_bind_text(&args, todo);
	contract_table_bind_text(&args, cause);
	contract_table_bind_text(&args, until);
	contract_table_execute(
		psprintf(
			"UPDATE %s.perfcheck_query "
			"SET todo = $2, todo_cause = $3, todo_until = $4::date WHERE name = $1",
			extension_schema()),
		SPI_OK_UPDATE, &args);
	if (SPI_processed == 0)
		contract_no_such_query(name);
	SPI_finish();
}

void
contract_drop_query(const char *name)
{
	ContractArgs args = {0};

	SPI_connect();
	contract_table_bind_text(&args, name);
	contract_table_execute(
		psprintf("DELETE FROM %s.perfcheck_query WHERE name = $1",
				 extension_schema()),
		SPI_OK_DELETE, &args);
	if (SPI_processed == 0)
		contract_no_such_query(name);
	SPI_finish();
}

void
contract_drop_built_in(const char *name)
{
	ContractArgs args = {0};

	SPI_connect();
	contract_table_bind_text(&args, name);
	contract_table_execute(
		psprintf("INSERT INTO %s.perfcheck_dropped VALUES ($1)",
				 extension_schema()),
		SPI_OK_INSERT, &args);
	SPI_finish();
}

void
contract_reset(void)
{
	ContractArgs args = {0};

	SPI_connect();
	contract_table_execute(
		psprintf("SELECT %s.perfcheck_reset_contract()", extension_schema()),
		SPI_OK_SELECT, &args);
	SPI_finish();
}
