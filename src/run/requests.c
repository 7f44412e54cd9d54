/*-------------------------------------------------------------------------
 *
 * requests.c
 *		HTTP requests with values from the data, and what they should return.
 *
 * A query is opened once, its cases are derived, and sample.c draws more from the
 * rows. Each of them fills the path of the query (url_template.c) and is executed
 * as an API would send it, in a sandbox of its own, to count the rows that are
 * returned. The way back matches a path that was requested with that of the
 * query, and executes the query with the values that it finds there.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/guc_scope.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "cases/derive.h"
#include "cases/sample.h"
#include "cases/settings_cases.h"
#include "contract/contract.h"
#include "contract/contract_query.h"
#include "contract/statement.h"
#include "plan/forecast.h"
#include "run/answers.h"
#include "run/requests.h"
#include "shared/url_template.h"
#include "work/measure.h"

#define REQUESTS_MAX_SAMPLES 100000

typedef struct RequestContext
{
	const ContractQuery *query;
	int samples;      /* for requests_read() */
	const char *path; /* for requests_rows() and requests_answer() */
	const AnswerOptions *options; /* NULL: the rows are counted alone */
	MemoryContext results;        /* of the answer */
	char *answer;
	const ContractStatement *statement;
	const Case *one;
	int64 rows;
	TimestampTz until; /* of counting, or 0; see perfcheck.requests_time */
	List *requests;
} RequestContext;

/*
 * Returns the form of a timestamp that HTTP APIs take: "2027-01-01 18:00:00+00",
 * as it is under guc_scope_enter(), becomes "2027-01-01T18:00:00Z".
 */
static char *
requests_iso_date(const char *value)
{
	char *iso = pstrdup(value);
	char *space = strchr(iso, ' ');
	int length = strlen(iso);

	if (space != NULL)
		*space = 'T';
	if (length > 3 && strcmp(iso + length - 3, "+00") == 0)
		strcpy(iso + length - 3, "Z");
	return iso;
}

/* Values in HTTP are UTF-8, whatever the encoding of the database is. */
static const char *
requests_value(const RequestContext *context, int i)
{
	const char *value = context->one->args[i];

	if (value == NULL)
		return NULL;
	if (context->statement->param_types[i] == TIMESTAMPTZOID)
		value = requests_iso_date(value);
	return pg_server_to_any(value, strlen(value), PG_UTF8);
}

static char *
requests_path(const RequestContext *context)
{
	int nargs = context->one->nargs;
	const char **args = palloc(Max(nargs, 1) * sizeof(char *));
	const char *template = context->query->path;
	size_t length;
	char *path;

	for (int i = 0; i < nargs; i++)
		args[i] = requests_value(context, i);
	length = url_template_expand(NULL, 0, template, nargs, args);
	path = palloc(length + 1);
	url_template_expand(path, length + 1, template, nargs, args);
	return path;
}

static void
requests_count(void *arg)
{
	RequestContext *context = arg;
	MemoryContext scratch = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck request", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(scratch);
	int level = case_enter_settings(context->one);

	if (context->options != NULL)
		context->answer =
			answers_read(context->statement, context->one, context->options,
						 context->results, &context->rows);
	else
	{
		ParamListInfo params = case_params(context->statement, context->one);
		PlannedStmt *plan = forecast_plan(context->statement, params, 1);

		context->rows =
			measure_as_sent(plan, context->statement, params, None_Receiver);
	}
	guc_scope_leave(level);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
}

/*
 * Counts, unless the time for that is over: then the rows are -1, and there is no
 * error. Returns the error of the query.
 */
static ErrorData *
requests_count_in_time(RequestContext *context)
{
	int timeout = perfcheck_statement_timeout;
	bool shortened = false;
	ErrorData *error;

	context->answer = NULL;
	if (context->until != 0)
	{
		long left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(),
													context->until);

		context->rows = -1;
		if (left <= 0)
			return NULL;
		shortened = timeout == 0 || left < timeout;
		if (shortened)
			timeout = (int) left;
	}
	error = sandbox_run(requests_count, context, timeout);
	if (error == NULL || !shortened ||
		error->sqlerrcode != ERRCODE_QUERY_CANCELED)
		return error;
	context->rows = -1;
	context->answer = NULL;
	return NULL;
}

static void
requests_add(RequestContext *context, const Case *one)
{
	Request *request = palloc0(sizeof(*request));
	ErrorData *error;

	CHECK_FOR_INTERRUPTS();
	context->one = one;
	error = requests_count_in_time(context);
	request->query = context->query->name;
	request->label = one->label;
	if (error != NULL)
		request->reason = contract_error_text(error);
	else
	{
		request->path = requests_path(context);
		request->rows = context->rows;
		request->answer = context->answer;
	}
	context->requests = lappend(context->requests, request);
}

/* Tells why a query has no request at all. */
static List *
requests_without(const ContractQuery *query, const char *reason)
{
	Request *request = palloc0(sizeof(*request));

	request->query = query->name;
	request->reason = reason;
	return list_make1(request);
}

/*
 * Is this a derived case with a value left out, which the query does not provide
 * for? An API that gets no value sends another query then.
 */
static bool
requests_is_left_out(const Case *one)
{
	if (one->required || one->share < 0)
		return false;
	for (int i = 0; i < one->nargs; i++)
		if (one->args[i] == NULL)
			return true;
	return false;
}

static void
requests_of_query(const ContractStatement *statement, void *arg)
{
	RequestContext *context = arg;
	List *cases;
	ListCell *cell;

	/* A value that is not there would be left empty in the path. */
	contract_check_path(context->query, statement->nparams);
	context->statement = statement;
	cases = derive_read(context->query, context->statement);
	if (perfcheck_requests_time > 0)
		context->until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
													 perfcheck_requests_time);
	if (cases != NIL)
	{
		List *drawn;

		/* Who asks is the same for all: it is not in a path. */
		(void) case_enter_settings(linitial(cases));
		drawn =
			sample_draw(context->query, context->statement, context->samples);
		cases = list_concat(cases, drawn);
	}
	foreach(cell, cases)
	{
		const Case *one = lfirst(cell);

		if (!one->another_user && !requests_is_left_out(one))
			requests_add(context, one);
	}
}

List *
requests_read(const char *name, int samples, const char *answers)
{
	AnswerOptions options;
	List *queries;
	List *requests = NIL;
	ListCell *cell;

	if (samples < 0 || samples > REQUESTS_MAX_SAMPLES)
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("samples must be between 0 and %d", REQUESTS_MAX_SAMPLES),
			errdetail("It is %d.", samples),
			errhint("0 gives the cases alone, 50 is the default."));
	if (answers != NULL)
		options = (AnswerOptions){.how = answers_how(answers)};
	queries = contract_read(name);
	foreach(cell, queries)
	{
		RequestContext context = {.query = lfirst(cell),
								  .samples = samples,
								  .results = CurrentMemoryContext};
		ErrorData *error;

		if (context.query->path == NULL)
			continue;
		options.path = context.query->path;
		context.options = answers != NULL ? &options : NULL;
		error = contract_open(context.query, requests_of_query, &context, 0);
		if (error != NULL)
			context.requests =
				requests_without(context.query, contract_error_text(error));
		else if (context.requests == NIL)
			context.requests = requests_without(
				context.query, "no row has values for the parameters");
		requests = list_concat(requests, context.requests);
	}
	return requests;
}

static void
requests_rows_of_query(const ContractStatement *statement, void *arg)
{
	RequestContext *context = arg;
	const char *template = context->query->path;
	Case one = {0};
	AnswerOptions options;

	contract_check_path(context->query, statement->nparams);
	context->statement = statement;
	one.nargs = context->statement->nparams;
	one.args = palloc0(Max(one.nargs, 1) * sizeof(char *));
	if (!url_template_match(
			template, context->path, one.nargs, one.args,
			palloc(strlen(template) + strlen(context->path) + 2)))
		return;
	for (int i = 0; i < one.nargs; i++)
		if (one.args[i] != NULL)
			one.args[i] =
				pg_any_to_server(one.args[i], strlen(one.args[i]), PG_UTF8);
	one.settings = settings_cases_typical(context->query, statement);
	if (context->options != NULL)
	{
		options = *context->options;
		options.path = template;
		context->options = &options;
	}
	context->one = &one;
	requests_count(context);
}

/* Executes the query of that name with the values in a path. */
static void
requests_ask(RequestContext *context, const char *name, const char *path)
{
	ErrorData *error;

	context->query = linitial(contract_read(name));
	context->path = path;
	context->rows = -1;
	if (context->query->path == NULL)
		return;
	error = contract_open(context->query, requests_rows_of_query, context,
						  perfcheck_statement_timeout);
	if (error != NULL)
	{
		if (error->hint == NULL &&
			ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_DATA_EXCEPTION)
			error->hint = psprintf("The path is \"%s\", and that of the query "
								   "\"%s\".",
								   path, context->query->path);
		contract_raise(context->query, "executed for a path", error);
	}
}

int64
requests_rows(const char *name, const char *path)
{
	RequestContext context = {0};

	requests_ask(&context, name, path);
	return context.rows;
}

char *
requests_answer(const char *name, const char *path, const char *answers,
				bool whole)
{
	AnswerOptions options = {.how = answers_how(answers), .whole = whole};
	RequestContext context = {.options = &options,
							  .results = CurrentMemoryContext};

	requests_ask(&context, name, path);
	return context.answer;
}
