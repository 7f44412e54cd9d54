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
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "executor/spi.h"
#include "nodes/makefuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/extension.h"
#include "base/guc_scope.h"
#include "base/sandbox.h"
#include "contract/contract.h"
#include "contract/contract_query.h"
#include "contract/statement.h"
#include "contract/url_template.h"

/* ---- SPI over the contract's tables ---- */

/* The parameters of one statement. */
typedef struct ContractArgs
{
	int count;
	Oid types[16];
	Datum values[16];
	char nulls[16];
} ContractArgs;

static void
contract_bind(ContractArgs *args, Oid type, Datum value, bool isnull)
{
	Assert(args->count < lengthof(args->types));
	args->types[args->count] = type;
	args->values[args->count] = value;
	args->nulls[args->count++] = isnull ? 'n' : ' ';
}

static void
contract_bind_text(ContractArgs *args, const char *text)
{
	contract_bind(args, TEXTOID,
				  text == NULL ? (Datum) 0 : CStringGetTextDatum(text),
				  text == NULL);
}

/*
 * Hides the text of perfcheck's own statement from who has no rights on its tables:
 * the name of the table is what there is to know.
 */
static void
contract_rethrow(MemoryContext context)
{
	ErrorData *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	if (error->sqlerrcode != ERRCODE_INSUFFICIENT_PRIVILEGE)
		PG_RE_THROW();
	FlushErrorState();
	error->context = NULL;
	if (error->hint == NULL)
		error->hint = pstrdup("Ask the owner of the contract for the privilege "
							  "on that table.");
	ReThrowError(error);
}

/*
 * Executes one statement of perfcheck's own over its tables, under its own
 * settings, and as the caller: the role of a query need not see the contract.
 * The caller has connected SPI.
 */
static void
contract_execute(const char *sql, int expected, ContractArgs *args)
{
	MemoryContext context = CurrentMemoryContext;
	SandboxUser before;
	int level;
	volatile int code = 0;

	/* The library may be newer than the contract: ALTER EXTENSION is a step. */
	if (!OidIsValid(extension_table("perfcheck_built_in")))
		extension_refuse_older();
	before = sandbox_enter_user(sandbox_caller());
	level = guc_scope_enter();
	PG_TRY();
	{
		code =
			SPI_execute_with_args(sql, args->count, args->types, args->values,
								  args->nulls, expected == SPI_OK_SELECT, 0);
	}
	PG_CATCH();
	{
		contract_rethrow(context);
	}
	PG_END_TRY();
	guc_scope_leave(level);
	sandbox_leave_user(before);
	if (code != expected)
		elog(ERROR, "SPI_execute_with_args failed: %s",
			 SPI_result_code_string(code));
}

static char *
contract_text(MemoryContext context, HeapTuple row, int column)
{
	char *value = SPI_getvalue(row, SPI_tuptable->tupdesc, column);

	return value == NULL ? NULL : MemoryContextStrdup(context, value);
}

static void
contract_oids(MemoryContext context, HeapTuple row, int column, Oid **oids,
			  int *count)
{
	bool isnull;
	Datum array = SPI_getbinval(row, SPI_tuptable->tupdesc, column, &isnull);
	Datum *elements;
	bool *nulls;

	*oids = NULL;
	*count = 0;
	if (isnull)
		return;
	deconstruct_array(DatumGetArrayTypeP(array), REGTYPEOID, sizeof(Oid), true,
					  TYPALIGN_INT, &elements, &nulls, count);
	*oids = MemoryContextAllocZero(context, Max(*count, 1) * sizeof(Oid));
	for (int i = 0; i < *count; i++)
		(*oids)[i] = nulls[i] ? InvalidOid : DatumGetObjectId(elements[i]);
}

static ContractQuery *
contract_query_from_row(MemoryContext context, HeapTuple row)
{
	TupleDesc desc = SPI_tuptable->tupdesc;
	ContractQuery *query = MemoryContextAllocZero(context, sizeof(*query));
	bool isnull;
	Datum number;

	query->name = contract_text(context, row, 1);
	query->sql = contract_text(context, row, 2);
	query->path = contract_text(context, row, 3);
	query->expected = contract_text(context, row, 4);
	query->avg_ms = DatumGetFloat8(SPI_getbinval(row, desc, 5, &isnull));
	query->p95_ms = DatumGetFloat8(SPI_getbinval(row, desc, 6, &isnull));
	query->p99_ms = DatumGetFloat8(SPI_getbinval(row, desc, 7, &isnull));
	number = SPI_getbinval(row, desc, 8, &isnull);
	query->max_rows = isnull ? 0 : DatumGetInt64(number);
	query->todo = contract_text(context, row, 9);
	contract_oids(context, row, 10, &query->types, &query->ntypes);
	query->search_path = contract_text(context, row, 11);
	query->role = contract_text(context, row, 12);
	query->settings = contract_text(context, row, 13);
	number = SPI_getbinval(row, desc, 14, &isnull);
	query->max_blocks = isnull ? 0 : DatumGetInt64(number);
	number = SPI_getbinval(row, desc, 15, &isnull);
	query->max_rows_returned = isnull ? 0 : DatumGetInt64(number);
	query->todo_cause = contract_text(context, row, 16);
	return query;
}

/* Whether a row of perfcheck_query is as the extension brought it. */
#define CONTRACT_IS_BUILT_IN                                                   \
	"perfcheck_query::text IN (SELECT b::text FROM %s.perfcheck_built_in b)"

/* The built-in queries in their own order, then the others by name. */
#define CONTRACT_ORDER                                                         \
	"array_position(ARRAY['page', 'next_page', 'genre', 'date_range', "        \
	"'venue', 'artist_search', 'event_search', 'combined'], name), "           \
	"name COLLATE \"C\""

static void
contract_no_such_query(const char *name)
{
	ContractArgs args = {0};
	char *known = NULL;

	contract_execute(psprintf("SELECT string_agg(name, ', ' ORDER BY %s) "
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

/* Is there a table that the built-in queries can read? */
static bool
contract_has_events(void)
{
	return OidIsValid(RangeVarGetRelid(
		makeRangeVar(NULL, pstrdup("events"), -1), NoLock, true));
}

int
contract_left_out(void)
{
	ContractArgs args = {0};
	int count;

	if (contract_has_events())
		return 0;
	SPI_connect();
	contract_execute(psprintf("SELECT FROM %s.perfcheck_query "
							  "WHERE enabled AND " CONTRACT_IS_BUILT_IN,
							  extension_schema(), extension_schema()),
					 SPI_OK_SELECT, &args);
	count = (int) SPI_processed;
	SPI_finish();
	return count;
}

List *
contract_read(const char *name)
{
	MemoryContext context = CurrentMemoryContext;
	ContractArgs args = {0};
	List *queries = NIL;
	const char *which = "enabled";

	if (name != NULL)
	{
		contract_bind_text(&args, name);
		which = "name = $1";
	}
	else if (!contract_has_events())
		which = psprintf("enabled AND NOT " CONTRACT_IS_BUILT_IN,
						 extension_schema());
	SPI_connect();
	contract_execute(
		psprintf("SELECT name, sql, path, expected, avg_ms, p95_ms, p99_ms, "
				 "max_rows, todo, types, search_path, role, settings, "
				 "max_blocks, max_rows_returned, todo_cause "
				 "FROM %s.perfcheck_query WHERE %s ORDER BY %s",
				 extension_schema(), which, CONTRACT_ORDER),
		SPI_OK_SELECT, &args);
	if (name != NULL && SPI_processed == 0)
		contract_no_such_query(name);
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

/* Returns the elements of a text[] in the current memory context. */
static char **
contract_texts(Datum array, int *count)
{
	Datum *elements;
	bool *nulls;
	char **texts;

	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &nulls, count);
	texts = palloc0(Max(*count, 1) * sizeof(char *));
	for (int i = 0; i < *count; i++)
		if (!nulls[i])
			texts[i] = TextDatumGetCString(elements[i]);
	return texts;
}

List *
contract_read_cases(const char *query)
{
	MemoryContext context = CurrentMemoryContext;
	ContractArgs args = {0};
	List *cases = NIL;

	SPI_connect();
	contract_bind_text(&args, query);
	contract_execute(psprintf("SELECT label, args, required "
							  "FROM %s.perfcheck_case WHERE query = $1 "
							  "ORDER BY label COLLATE \"C\"",
							  extension_schema()),
					 SPI_OK_SELECT, &args);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc desc = SPI_tuptable->tupdesc;
		MemoryContext old = MemoryContextSwitchTo(context);
		AddedCase *added = palloc0(sizeof(*added));
		bool isnull;

		added->label = contract_text(context, row, 1);
		added->args =
			contract_texts(SPI_getbinval(row, desc, 2, &isnull), &added->nargs);
		added->required = DatumGetBool(SPI_getbinval(row, desc, 3, &isnull));
		cases = lappend(cases, added);
		MemoryContextSwitchTo(old);
	}
	SPI_finish();
	return cases;
}

List *
contract_read_values(const char *query)
{
	MemoryContext context = CurrentMemoryContext;
	ContractArgs args = {0};
	List *found = NIL;

	SPI_connect();
	contract_bind_text(&args, query);
	contract_execute(psprintf("SELECT param, vals FROM %s.perfcheck_values "
							  "WHERE query = $1 ORDER BY param",
							  extension_schema()),
					 SPI_OK_SELECT, &args);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc desc = SPI_tuptable->tupdesc;
		MemoryContext old = MemoryContextSwitchTo(context);
		ParamValues *values = palloc0(sizeof(*values));
		bool isnull;

		values->param = DatumGetInt32(SPI_getbinval(row, desc, 1, &isnull));
		values->values = contract_texts(SPI_getbinval(row, desc, 2, &isnull),
										&values->nvalues);
		found = lappend(found, values);
		MemoryContextSwitchTo(old);
	}
	SPI_finish();
	return found;
}

/* ---- changes of the contract ---- */

/*
 * Returns the schemas that search_path stands for now, quoted: those that the
 * current user may use.
 */
static char *
contract_current_search_path(void)
{
	StringInfoData path;
	List *schemas = fetch_search_path(false);
	ListCell *cell;

	initStringInfo(&path);
	foreach(cell, schemas)
	{
		char *name = get_namespace_name(lfirst_oid(cell));

		/* A temporary schema has another name in every session. */
		if (name == NULL || isTempNamespace(lfirst_oid(cell)))
			continue;
		appendStringInfo(&path, "%s%s", path.len > 0 ? ", " : "",
						 quote_identifier(name));
	}
	if (path.len == 0)
		appendStringInfoString(&path, "pg_catalog");
	return path.data;
}

static void
contract_check_path(const ContractQuery *query, int nparams)
{
	int highest;

	if (query->path == NULL)
		return;
	if (query->path[0] != '/')
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("path must start with a slash: \"%s\"", query->path),
				errhint("Give the path and query string alone, such as "
						"/api/events?genre=$1."));
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
	if (query->todo_cause != NULL && query->todo == NULL)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("todo_cause needs a todo"),
				errhint("Say in todo why the cause is accepted."));
	/* Raises undefined_object if there is no such access method. */
	if (query->expected != NULL)
		(void) get_index_am_oid(query->expected, false);
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
	addition->search_path = contract_current_search_path();
}

static void
contract_check_absent(const char *name)
{
	ContractArgs args = {0};

	contract_bind_text(&args, name);
	/* A team's own query takes the name of a built-in one; see the trigger. */
	contract_execute(
		psprintf("SELECT FROM %s.perfcheck_query WHERE name = $1 AND NOT "
				 "%s.perfcheck_is_replaceable(perfcheck_query)",
				 extension_schema(), extension_schema()),
		SPI_OK_SELECT, &args);
	if (SPI_processed > 0)
		ereport(ERROR, errcode(ERRCODE_DUPLICATE_OBJECT),
				errmsg("query \"%s\" already exists", name),
				errhint("Drop it first with perfcheck_drop_query()."));
}

void
contract_add_query(const ContractQuery *query)
{
	ContractArgs args = {0};
	Datum *types = palloc(Max(query->ntypes, 1) * sizeof(Datum));
	ContractAddition addition = {0};
	ErrorData *error;

	if (query->name[0] == '\0')
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("name must not be empty"),
				errhint("It names the query in the reports."));
	contract_check_targets(query);
	error = contract_open(query, contract_look_at, &addition, 0);
	if (error != NULL)
		ReThrowError(error);
	contract_check_path(query, addition.nparams);

	for (int i = 0; i < query->ntypes; i++)
		types[i] = ObjectIdGetDatum(query->types[i]);
	contract_bind_text(&args, query->name);
	contract_bind_text(&args, query->sql);
	contract_bind_text(&args, query->path);
	contract_bind_text(&args, query->expected);
	contract_bind(&args, FLOAT8OID, Float8GetDatum(query->avg_ms), false);
	contract_bind(&args, FLOAT8OID, Float8GetDatum(query->p95_ms), false);
	contract_bind(&args, FLOAT8OID, Float8GetDatum(query->p99_ms), false);
	contract_bind(&args, INT8OID, Int64GetDatum(query->max_rows),
				  query->max_rows == 0);
	contract_bind_text(&args, query->todo);
	contract_bind(
		&args, REGTYPEARRAYOID,
		PointerGetDatum(construct_array(types, query->ntypes, REGTYPEOID,
										sizeof(Oid), true, TYPALIGN_INT)),
		query->ntypes == 0);
	contract_bind_text(&args, addition.search_path);
	contract_bind_text(&args, query->role);
	contract_bind_text(&args, query->settings);
	contract_bind(&args, INT8OID, Int64GetDatum(query->max_blocks),
				  query->max_blocks == 0);
	contract_bind(&args, INT8OID, Int64GetDatum(query->max_rows_returned),
				  query->max_rows_returned == 0);
	contract_bind_text(&args, query->todo_cause);
	SPI_connect();
	contract_check_absent(query->name);
	contract_execute(
		psprintf("INSERT INTO %s.perfcheck_query (name, sql, path, expected, "
				 "avg_ms, p95_ms, p99_ms, max_rows, todo, types, search_path, "
				 "role, settings, max_blocks, max_rows_returned, todo_cause) "
				 "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
				 "$13::jsonb, $14, $15, $16)",
				 extension_schema()),
		SPI_OK_INSERT, &args);
	SPI_finish();
}

void
contract_set_todo(const char *name, const char *todo, const char *cause)
{
	ContractArgs args = {0};

	SPI_connect();
	contract_bind_text(&args, name);
	contract_bind_text(&args, todo);
	contract_bind_text(&args, cause);
	contract_execute(psprintf("UPDATE %s.perfcheck_query "
							  "SET todo = $2, todo_cause = $3 WHERE name = $1",
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
	contract_bind_text(&args, name);
	contract_execute(psprintf("DELETE FROM %s.perfcheck_query WHERE name = $1",
							  extension_schema()),
					 SPI_OK_DELETE, &args);
	if (SPI_processed == 0)
		contract_no_such_query(name);
	SPI_finish();
}

/* Returns values as text[]. */
static Datum
contract_texts_array(char *const *texts, int count)
{
	Datum *values = palloc(Max(count, 1) * sizeof(Datum));
	bool *nulls = palloc(Max(count, 1) * sizeof(bool));
	int lower = 1;

	if (count == 0)
		return PointerGetDatum(construct_empty_array(TEXTOID));
	for (int i = 0; i < count; i++)
	{
		nulls[i] = texts[i] == NULL;
		values[i] = nulls[i] ? (Datum) 0 : CStringGetTextDatum(texts[i]);
	}
	return PointerGetDatum(construct_md_array(
		values, nulls, 1, &count, &lower, TEXTOID, -1, false, TYPALIGN_INT));
}

void
contract_add_case(const char *query, const AddedCase *added)
{
	ContractArgs args = {0};

	contract_bind_text(&args, query);
	contract_bind_text(&args, added->label);
	SPI_connect();
	contract_execute(psprintf("SELECT FROM %s.perfcheck_case "
							  "WHERE query = $1 AND label = $2",
							  extension_schema()),
					 SPI_OK_SELECT, &args);
	if (SPI_processed > 0)
		ereport(ERROR, errcode(ERRCODE_DUPLICATE_OBJECT),
				errmsg("query \"%s\" already has a case \"%s\"", query,
					   added->label),
				errhint("Choose another label."));
	contract_bind(&args, TEXTARRAYOID,
				  contract_texts_array(added->args, added->nargs), false);
	contract_bind(&args, BOOLOID, BoolGetDatum(added->required), false);
	contract_execute(psprintf("INSERT INTO %s.perfcheck_case "
							  "(query, label, args, required) "
							  "VALUES ($1, $2, $3, $4)",
							  extension_schema()),
					 SPI_OK_INSERT, &args);
	SPI_finish();
}

void
contract_set_values(const char *query, const ParamValues *values)
{
	ContractArgs args = {0};

	contract_bind_text(&args, query);
	contract_bind(&args, INT4OID, Int32GetDatum(values->param), false);
	SPI_connect();
	contract_execute(psprintf("DELETE FROM %s.perfcheck_values "
							  "WHERE query = $1 AND param = $2",
							  extension_schema()),
					 SPI_OK_DELETE, &args);
	contract_bind(&args, TEXTARRAYOID,
				  contract_texts_array(values->values, values->nvalues), false);
	if (values->nvalues > 0)
		contract_execute(psprintf("INSERT INTO %s.perfcheck_values "
								  "(query, param, vals) VALUES ($1, $2, $3)",
								  extension_schema()),
						 SPI_OK_INSERT, &args);
	SPI_finish();
}
