/*-------------------------------------------------------------------------
 *
 * statement.c
 *		From a query's text to an analyzed tree, in a sandbox.
 *
 * The server's own parser reads the text and tells how many statements it holds.
 * A walk over the analyzed tree then rejects what writes or locks rows at any
 * depth. Positions in the parser's errors are shown in the contract's query and
 * not in the caller's. A sandbox is opened around all of it, in which the locks
 * that the analysis took stay until the function returns. In it the query's role
 * is taken before anything else is done, so that its settings, the rewriting by
 * row security, the look-up of values and the executions are all as that role.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "rewrite/rewriteHandler.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "base/guc_scope.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "contract/built_in.h"
#include "contract/contract_query.h"
#include "contract/query_settings.h"
#include "contract/role_settings.h"
#include "contract/statement.h"
#include "contract/writers.h"

/* Shows the contract's query, not the caller's, beside a parser's error. */
static void
contract_error_context(void *arg)
{
	const ContractQuery *query = arg;
	int position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery(query->sql);
	}
	errcontext("perfcheck query \"%s\"", query->name);
}

static void
contract_reject(const char *reason)
{
	ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			errmsg("a query of the contract must be one SELECT that writes "
				   "nothing"),
			errdetail("%s", reason),
			errhint("Add the SELECT that the API sends, with $1 to $n for "
					"its values."));
}

static bool
contract_find_write(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		Query *query = castNode(Query, node);

		if (query->commandType != CMD_SELECT || query->utilityStmt != NULL)
			contract_reject("It holds a statement that is not a SELECT.");
		if (query->rowMarks != NIL)
			contract_reject("It locks rows (FOR UPDATE or FOR SHARE).");
		return query_tree_walker(query, contract_find_write, context, 0);
	}
	return expression_tree_walker(node, contract_find_write, context);
}

static RawStmt *
contract_parse(const char *sql)
{
	List *statements = raw_parser(sql, RAW_PARSE_DEFAULT);
	RawStmt *raw;

	if (statements == NIL)
		contract_reject("It is empty.");
	if (list_length(statements) > 1)
		contract_reject("It holds more than one statement.");
	raw = linitial_node(RawStmt, statements);
	if (!IsA(raw->stmt, SelectStmt))
		contract_reject("It is not a SELECT.");
	if (castNode(SelectStmt, raw->stmt)->intoClause != NULL)
		contract_reject("It is a SELECT INTO.");
	return raw;
}

/*
 * A type may have been dropped since the query was added. The parser would raise
 * an internal error for it.
 */
static void
contract_check_types(const ContractQuery *query)
{
	for (int i = 0; i < query->ntypes; i++)
		if (OidIsValid(query->types[i]) &&
			!SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(query->types[i])))
			ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT),
					errmsg("the type of parameter $%d does not exist", i + 1),
					errhint("Drop the query with perfcheck_drop_query(), and "
							"add it again."));
}

/* Returns the role that a query is to run as, or NULL if none is named. */
static const char *
contract_role_name(const ContractQuery *query)
{
	if (query->role != NULL || query->sent)
		return query->role;
	return perfcheck_role != NULL && perfcheck_role[0] != '\0' ? perfcheck_role
															   : NULL;
}

/* As pg_analyze_and_rewrite_varparams() checks it. */
static void
contract_check_param_types(const ContractStatement *statement)
{
	for (int i = 0; i < statement->nparams; i++)
		if (!OidIsValid(statement->param_types[i]) ||
			statement->param_types[i] == UNKNOWNOID)
			ereport(ERROR, errcode(ERRCODE_INDETERMINATE_DATATYPE),
					errmsg("could not determine data type of parameter $%d",
						   i + 1));
}

/*
 * Analyzes what the grammar made of a text. known is the statement as far as it is
 * known, with the types of parameters. Of a built-in query the tree that is checked is
 * the one that is returned: names may be found to be something else the next time.
 */
static ContractStatement *
contract_analyze_raw(RawStmt *raw, const ContractStatement *known)
{
	ContractStatement *statement = palloc(sizeof(*statement));
	Query *written;
	List *rewritten;

	*statement = *known;
	statement->param_types = palloc0(Max(known->nparams, 1) * sizeof(Oid));
	if (known->nparams > 0)
		memcpy(statement->param_types, known->param_types,
			   known->nparams * sizeof(Oid));
	written = parse_analyze_varparams(raw, known->sql, &statement->param_types,
									  &statement->nparams, NULL);
	contract_check_param_types(statement);
	if (known->built_in)
		built_in_check(written, statement->param_types, statement->nparams,
					   known->vouched);
	rewritten = QueryRewrite(written);
	if (list_length(rewritten) != 1)
		contract_reject("A rule turns it into more than one query.");
	statement->query = linitial_node(Query, rewritten);
	contract_find_write((Node *) statement->query, NULL);
	if (known->built_in)
		built_in_check_rewritten(statement->query);
	return statement;
}

ContractStatement *
contract_analyze(const ContractQuery *query)
{
	ErrorContextCallback callback = {
		.previous = error_context_stack,
		.callback = contract_error_context,
		.arg = unconstify(ContractQuery *, query),
	};
	ContractStatement known = {
		.sql = query->sql,
		.nparams = query->ntypes,
		.param_types = query->types,
		.built_in = query->built_in,
		.vouched = contract_role_name(query) != NULL,
	};
	ContractStatement *statement;

	error_context_stack = &callback;
	contract_check_types(query);
	statement = contract_analyze_raw(contract_parse(query->sql), &known);
	error_context_stack = callback.previous;
	return statement;
}

ContractStatement *
contract_analyze_text(const ContractStatement *statement, const char *sql)
{
	ContractStatement known = *statement;

	known.sql = sql;
	return contract_analyze_raw(contract_parse(sql), &known);
}

RawStmt *
contract_parse_again(const ContractStatement *statement)
{
	return contract_parse(statement->sql);
}

ContractStatement *
contract_analyze_parsed(const ContractStatement *statement, RawStmt *raw)
{
	return contract_analyze_raw(raw, statement);
}

Query *
contract_tree_as_written(const ContractStatement *statement)
{
	Oid *types = statement->param_types;
	int ntypes = statement->nparams;

	return parse_analyze_varparams(contract_parse(statement->sql),
								   statement->sql, &types, &ntypes, NULL);
}

/* ---- in the sandbox ---- */

/*
 * Returns whom a query runs as that names no role: the owner of what a built-in one
 * reads, if all who wrote its values may take his role, too; or writers_user().
 */
static Oid
contract_author(const ContractQuery *query)
{
	Oid owner = query->built_in ? built_in_user() : InvalidOid;

	return OidIsValid(owner) && writers_may_take(query, owner)
			   ? owner
			   : writers_user(query);
}

/*
 * Takes the role of a query, which the current user must be allowed to do by SET
 * ROLE, and so must those who wrote it: what a query runs as is never more than
 * that. Its sessions have the settings of ALTER ROLE.
 */
static void
contract_take_role(const ContractQuery *query)
{
	const char *name = contract_role_name(query);
	Oid author = contract_author(query);
	Oid role;

	if (name == NULL)
	{
		if (!OidIsValid(author))
			writers_check(query, GetUserId());
		sandbox_set_author(author);
		(void) sandbox_enter_user(author);
		return;
	}
	role = get_role_oid(name, true);
	if (!OidIsValid(role))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("role \"%s\" does not exist", name),
				errdetail("The query is to run as this role."),
				errhint("Create it, or name another one with the column role "
						"of perfcheck_query or with perfcheck.role."));
	if (!compat_may_set_role(GetUserId(), role))
		ereport(
			ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			errmsg("permission denied to set role \"%s\"", name),
			errdetail("The query is to run as this role."),
			errhint("GRANT %s TO %s.", quote_identifier(name),
					quote_identifier(GetUserNameFromId(GetUserId(), false))));
	writers_check(query, role);
	sandbox_set_author(OidIsValid(author) ? author : role);
	(void) sandbox_enter_user(role);
	role_settings_enter(role);
}

void
contract_enter(const ContractQuery *query)
{
	const char *path = query->search_path;

	/* "$user" is whoever judges, unless a role is named. */
	if (path == NULL && contract_role_name(query) == NULL &&
		contract_author(query) != GetUserId())
		path = guc_scope_search_path();
	contract_take_role(query);
	(void) guc_scope_enter_search_path(path);
	/* A text is of no session, so that none gives a backslash its meaning. */
	guc_scope_set("standard_conforming_strings", "on");
	query_settings_enter(query);
}

typedef struct ContractOpening
{
	const ContractQuery *query;
	StatementFunction function;
	void *arg;
} ContractOpening;

static void
contract_name_context(void *arg)
{
	errcontext("perfcheck query \"%s\"", ((const ContractQuery *) arg)->name);
}

static void
contract_open_inside(void *arg)
{
	const ContractOpening *opening = arg;
	const ContractStatement *statement;
	ErrorContextCallback callback = {
		.previous = error_context_stack,
		.callback = contract_name_context,
		.arg = unconstify(ContractQuery *, opening->query),
	};

	contract_enter(opening->query);
	statement = contract_analyze(opening->query);
	error_context_stack = &callback;
	opening->function(statement, opening->arg);
	error_context_stack = callback.previous;
}

ErrorData *
contract_open(const ContractQuery *query, StatementFunction function, void *arg,
			  int timeout_ms)
{
	ContractOpening opening = {
		.query = query, .function = function, .arg = arg};

	return sandbox_run(contract_open_inside, &opening, timeout_ms);
}

/* ---- errors of queries ---- */

const char *
contract_error_hint(const ErrorData *error)
{
	if (error->hint != NULL)
		return error->hint;
	if (error->sqlerrcode == ERRCODE_UNDEFINED_TABLE)
		return "Check search_path, or call perfcheck_seed() for the canonical "
			   "table.";
	return NULL;
}

char *
contract_error_text(const ErrorData *error)
{
	const char *hint = contract_error_hint(error);

	if (hint == NULL)
		return pstrdup(error->message);
	return psprintf("%s (hint: %s)", error->message, hint);
}

void
contract_raise(const ContractQuery *query, const char *what,
			   const ErrorData *error)
{
	const char *hint = contract_error_hint(error);

	if (hint == NULL)
		hint = "Fix the query, or set enabled to false in perfcheck_query.";
	ereport(ERROR, errcode(error->sqlerrcode),
			errmsg("query \"%s\" cannot be %s: %s", query->name, what,
				   error->message),
			error->detail != NULL ? errdetail_internal("%s", error->detail) : 0,
			errhint("%s", hint));
}
