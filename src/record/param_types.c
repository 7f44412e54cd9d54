/*-------------------------------------------------------------------------
 *
 * param_types.c
 *		The types that the parser finds for the parameters of a text.
 *
 * PREPARE does the same, but needs a name in the session, and its statement would
 * have to be made of text.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "parser/analyze.h"
#include "parser/parser.h"
#include "tcop/tcopprot.h"

#include "base/sandbox.h"
#include "contract/statement.h"
#include "record/param_types.h"

typedef struct Analysis
{
	const ContractQuery *query;
	ParamTypes *found;
} Analysis;

/*
 * Analyzes what the grammar read. Where the server never meets a parameter, it may
 * raise an internal error for one, which is then an error of the text.
 */
static void
analyze_raw(RawStmt *raw, const Analysis *analysis)
{
	MemoryContext context = CurrentMemoryContext;

	PG_TRY();
	{
		(void) pg_analyze_and_rewrite_varparams(raw, analysis->query->sql,
												&analysis->found->types,
												&analysis->found->n, NULL);
	}
	PG_CATCH();
	{
		ErrorData *error;

		if (geterrcode() != ERRCODE_INTERNAL_ERROR)
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("%s", error->message));
	}
	PG_END_TRY();
}

static void
analyze(void *arg)
{
	const Analysis *analysis = arg;
	ErrorContextCallback *around = error_context_stack;
	List *statements;

	/* A function around this would take the place of an error for its own text. */
	error_context_stack = NULL;
	contract_enter(analysis->query);
	statements = raw_parser(analysis->query->sql, RAW_PARSE_DEFAULT);
	if (list_length(statements) != 1)
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("it is not one statement"));
	switch (nodeTag(linitial_node(RawStmt, statements)->stmt))
	{
		case T_SelectStmt:
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
		case T_MergeStmt:
			break;
		default:
			ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("it is a command, and no query"));
	}
	analyze_raw(linitial_node(RawStmt, statements), analysis);
	error_context_stack = around;
}

ParamTypes
param_types_find(const ContractQuery *query)
{
	ParamTypes found = {0, NULL, NULL};
	Analysis analysis = {query, &found};

	found.error = sandbox_run(analyze, &analysis, 0);
	if (found.error != NULL)
		found.n = 0;
	return found;
}
