/*-------------------------------------------------------------------------
 *
 * mended.c
 *		A text of pg_stat_statements as a query that the contract can have.
 *
 * mend.c makes it one that the grammar reads. The parser finds the types of most
 * parameters as it did for strings, which have none either. A number had one, though:
 * where the parser finds no operator or function now, the parameters nearby are given
 * types in turn until it does.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "parser/parser.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "base/sandbox.h"
#include "contract/writers.h"
#include "record/comment_split.h"
#include "record/mend.h"
#include "record/mend_params.h"
#include "record/mended.h"
#include "record/param_types.h"
#include "record/shape.h"
#include "record/shape_statement.h"

/* Analyses of a statement, parameters that are looked at, and what a step takes up. */
#define MOST_TRIALS 300
#define MOST_PARAMS 10000
#define NEARBY 4
#define MOST_DEPTH 100
#define MOST_STEPS 4

/* A longer one was not written by hand or by a program that asks it twice. */
#define MOST_TEXT (16 * 1024 * 1024)

/* What a constant without quotes is, then what a bound value may be. */
static const char *const trial_types[] = {
	"integer", "numeric", "boolean", "text",      "interval",  "timestamptz",
	"date",    "bigint",  "text[]",  "integer[]", "numeric[]", "uuid[]",
};

/* ---- the statement in the text ---- */

typedef struct Finding
{
	char *sql;
	const char *problem;
} Finding;

/* Finds the SELECT that the text is, or that a cursor is declared for. */
static void
find_statement(void *arg)
{
	Finding *finding = arg;
	SqlTokens *tokens = sql_tokens_read(finding->sql);
	List *parsed = raw_parser(finding->sql, RAW_PARSE_DEFAULT);
	ShapeStatement statement = shape_statement_find(parsed, tokens);

	finding->problem = statement.problem;
	if (statement.select == NULL)
		return;
	switch (nodeTag(linitial_node(RawStmt, parsed)->stmt))
	{
		case T_SelectStmt:
		case T_DeclareCursorStmt:
			finding->sql =
				sql_tokens_text(tokens, statement.first, statement.end - 1);
			break;
		default:
			finding->problem = "it is a command, and no query";
	}
}

/* Returns what is wrong with the text by its error. */
static const char *
error_problem(const ErrorData *error, const char *search_path)
{
	if (search_path == NULL)
		search_path = GetConfigOption("search_path", false, false);
	switch (error->sqlerrcode)
	{
		case ERRCODE_SYNTAX_ERROR:
			return psprintf("it has a syntax error that is not known: %s",
							error->message);
		case ERRCODE_UNDEFINED_TABLE:
			return psprintf("%s under search_path %s: it was temporary or "
							"dropped, or is in another schema",
							error->message, search_path);
		case ERRCODE_UNDEFINED_FUNCTION:
		case ERRCODE_UNDEFINED_OBJECT:
		case ERRCODE_UNDEFINED_SCHEMA:
		case ERRCODE_UNDEFINED_COLUMN:
			return psprintf("the parser refuses it under search_path %s: %s",
							search_path, error->message);
		case ERRCODE_INDETERMINATE_DATATYPE:
			return psprintf("a type is unknown: %s", error->message);
		case ERRCODE_INSUFFICIENT_PRIVILEGE:
			return error->message;
		default:
			return psprintf("the parser refuses it: %s", error->message);
	}
}

/* ---- types ---- */

typedef struct Search
{
	ContractQuery query; /* the text that is analyzed */
	int trials;
	ParamTypes found;
} Search;

/* Can another type of a parameter mend the error? */
static bool
is_of_types(const ErrorData *error)
{
	switch (error->sqlerrcode)
	{
		case ERRCODE_UNDEFINED_FUNCTION:
		case ERRCODE_AMBIGUOUS_FUNCTION:
		case ERRCODE_AMBIGUOUS_PARAMETER:
		case ERRCODE_INDETERMINATE_DATATYPE:
		case ERRCODE_DATATYPE_MISMATCH:
		case ERRCODE_CANNOT_COERCE:
		case ERRCODE_COLLATION_MISMATCH:
			return true;
		default:
			return false;
	}
}

/* Returns the number of the parameter that the message names, or 0. */
static int
named_param(const ErrorData *error)
{
	const char *dollar = strchr(error->message, '$');

	if (dollar == NULL ||
		(error->sqlerrcode != ERRCODE_INDETERMINATE_DATATYPE &&
		 error->sqlerrcode != ERRCODE_AMBIGUOUS_PARAMETER))
		return 0;
	return atoi(dollar + 1);
}

typedef struct Near
{
	int number;
	int distance;
} Near;

static int
near_compare(const void *a, const void *b)
{
	return ((const Near *) a)->distance - ((const Near *) b)->distance;
}

/*
 * Writes the parameters without a type that are nearest to the error to nearby, and
 * returns how many there are. Those behind it come first.
 */
static int
find_nearby(const char *sql, const ErrorData *error, int *nearby)
{
	MendParam *params = palloc(MOST_PARAMS * sizeof(MendParam));
	Near *all = palloc(MOST_PARAMS * sizeof(Near));
	int n =
		Min(mend_params(sql, strlen(sql), params, MOST_PARAMS), MOST_PARAMS);
	int nall = 0;
	int named = named_param(error);
	int found = 0;

	for (int i = 0; i < n; i++)
	{
		int place = pg_mbstrlen_with_len(sql, params[i].place) + 1;
		int distance = place - error->cursorpos;

		if (params[i].typed || params[i].number <= 0 ||
			(named > 0 && params[i].number != named) ||
			(named == 0 && error->cursorpos <= 0))
			continue;
		all[nall].number = params[i].number;
		all[nall++].distance = distance < 0 ? -2 * distance : distance;
	}
	qsort(all, nall, sizeof(Near), near_compare);
	for (int i = 0; i < nall && found < NEARBY; i++)
	{
		bool known = false;

		for (int j = 0; j < found; j++)
			known |= nearby[j] == all[i].number;
		if (!known)
			nearby[found++] = all[i].number;
	}
	pfree(params);
	pfree(all);
	return found;
}

/* Returns the text with a type for the parameter. */
static char *
cast_param(const char *sql, int param, const char *type)
{
	size_t length = strlen(sql);
	size_t room = mend_cast(sql, length, param, type, NULL, 0) + 1;
	char *cast = palloc(room);

	(void) mend_cast(sql, length, param, type, cast, room);
	return cast;
}

/*
 * Returns whether the error is where it was before a text of that many more
 * characters was written.
 */
static bool
is_same_error(const ErrorData *before, const ErrorData *after, int longer)
{
	return (before->cursorpos > 0 || before->sqlerrcode == after->sqlerrcode) &&
		   after->cursorpos >= before->cursorpos &&
		   after->cursorpos <= before->cursorpos + longer &&
		   (named_param(before) == named_param(after));
}

/* A text whose error is another one than before. */
typedef struct Step
{
	char *sql;
	ErrorData *error;
} Step;

/*
 * Tries one type for one parameter. Returns the text if the parser accepts it, and
 * NULL otherwise; step is filled in if the error is another one.
 */
static char *
try_type(Search *search, const char *sql, const ErrorData *error, int param,
		 const char *type, Step *step)
{
	char *trial = cast_param(sql, param, type);
	ParamTypes found;

	search->query.sql = trial;
	found = param_types_find(&search->query);
	step->sql = NULL;
	if (found.error == NULL)
	{
		search->found = found;
		return trial;
	}
	if (!is_same_error(error, found.error, strlen(trial) - strlen(sql)) &&
		is_of_types(found.error))
	{
		step->sql = trial;
		step->error = found.error;
		return NULL;
	}
	FreeErrorData(found.error);
	pfree(trial);
	return NULL;
}

/*
 * Gives parameters types until the parser accepts the text, which has this error:
 * one of them, and if that is not enough, others after it. Returns the text, or NULL.
 */
static char *
search_types(Search *search, const char *sql, const ErrorData *error, int depth)
{
	Step steps[MOST_STEPS];
	int nsteps = 0;
	int nearby[NEARBY];
	int n;
	/* A string that has no type is text. */
	bool is_text = error->sqlerrcode == ERRCODE_INDETERMINATE_DATATYPE;

	if (depth > MOST_DEPTH)
		return NULL;
	n = find_nearby(sql, error, nearby);
	for (int t = is_text ? -1 : 0; t < (int) lengthof(trial_types); t++)
		for (int i = 0; i < n; i++)
		{
			Step *step = &steps[nsteps];
			char *found;

			CHECK_FOR_INTERRUPTS();
			if (nsteps == (is_text ? 1 : MOST_STEPS) || search->trials-- <= 0)
				break;
			found = try_type(search, sql, error, nearby[i],
							 t < 0 ? "text" : trial_types[t], step);
			if (found != NULL)
				return found;
			if (step->sql != NULL)
				nsteps++;
		}
	for (int i = 0; i < nsteps; i++)
	{
		char *found =
			search_types(search, steps[i].sql, steps[i].error, depth + 1);

		if (found != NULL)
			return found;
	}
	return NULL;
}

/* Fills in the types, or the problem. */
static void
find_types(Mended *mended, const char *search_path, const char *role)
{
	Search search = {
		.query = {.name = "a statement",
				  .sql = unconstify(char *, mended->sql),
				  .search_path = unconstify(char *, search_path)},
		.trials = MOST_TRIALS,
	};
	char *sql;

	writers_set_sender(&search.query, role);
	search.found = param_types_find(&search.query);
	if (search.found.error != NULL)
	{
		ErrorData *error = search.found.error;

		sql = is_of_types(error) ? search_types(&search, mended->sql, error, 0)
								 : NULL;
		if (sql == NULL)
		{
			mended->problem = error_problem(error, search_path);
			return;
		}
		mended->sql = sql;
	}
	mended->ntypes = search.found.n;
	mended->types = search.found.types;
}

Mended
mended_read(const char *text, const char *search_path, const char *role)
{
	Mended mended = {0};
	Finding finding;
	ErrorData *error;
	CommentSplit split;
	Shape *shape;
	MendToken *tokens;
	size_t length;

	if (text == NULL)
	{
		mended.problem = "there is no text";
		return mended;
	}
	length = strlen(text);
	mended.sql = text;
	if (strcmp(text, "<insufficient privilege>") == 0)
		mended.problem = "its text is hidden from who is no member of "
						 "pg_read_all_stats";
	else if (length > MOST_TEXT)
		mended.problem = "its text is too long";
	if (mended.problem != NULL)
		return mended;
	split = comment_split(text, length, compat_backslashes_escape());
	text += split.start;
	length = split.end - split.start;
	finding.sql = palloc(MEND_ROOM(length));
	tokens = palloc_extended(MEND_TOKENS(length) * sizeof(MendToken),
							 MCXT_ALLOC_HUGE);
	mended.problem = mend_text(text, length, tokens, finding.sql);
	pfree(tokens);
	if (mended.problem != NULL)
		return mended;
	finding.problem = NULL;
	error = sandbox_run(find_statement, &finding, 0);
	mended.sql = finding.sql;
	mended.problem =
		error ? error_problem(error, search_path) : finding.problem;
	if (mended.problem != NULL)
		return mended;
	shape = shape_read(mended.sql, false);
	mended.problem = shape->problem;
	if (mended.problem == NULL)
		find_types(&mended, search_path, role);
	return mended;
}
