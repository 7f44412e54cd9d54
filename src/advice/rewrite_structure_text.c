/*-------------------------------------------------------------------------
 *
 * rewrite_structure_text.c
 *		From a changed tree of a query to SQL, and to a candidate that is tried.
 *
 * The server prints a tree as it prints a view. It has an opinion of its own on
 * where a line ends, so that all white space between words becomes one blank. In
 * an analyzed tree a column knows by which name it was written, which may be that
 * of a join; a change can take the join away, so that columns are named by their
 * tables throughout.
 *
 * A tree that was put together wrongly would make the printing or the parsing
 * raise an error, an internal one perhaps. That ends the attempt, and no more.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/scansup.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/ruleutils.h"

#include "advice/param_casts.h"
#include "advice/rewrite_structure_text.h"
#include "advice/tree_replace.h"
#include "base/compat.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "base/subtransaction.h"

/* ---- trees ---- */

static bool
structure_text_name_by_table(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		Var *var = castNode(Var, node);

		var->varnosyn = var->varno;
		var->varattnosyn = var->varattno;
		return false;
	}
	if (IsA(node, Query))
	{
		Query *query = castNode(Query, node);

		compat_flatten_groups(query);
		return query_tree_walker(query, structure_text_name_by_table, context,
								 0);
	}
	return expression_tree_walker(node, structure_text_name_by_table, context);
}

void
structure_text_name_columns(Query *tree)
{
	(void) structure_text_name_by_table((Node *) tree, NULL);
}

Query *
structure_text_tree(const ContractStatement *statement)
{
	Query *tree = contract_tree_as_written(statement);

	structure_text_name_columns(tree);
	return tree;
}

/*
 * Does a tree have a column of a table that is not there? It cannot be printed, and
 * the server does not look before it reads beyond the end of a list.
 */
static bool
structure_text_lacks_table(Node *node, void *arg)
{
	List *queries = arg; /* the nearest first */

	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		const Var *var = castNode(Var, node);
		const RangeTblEntry *rte;

		if (var->varlevelsup >= list_length(queries))
			return true;
		queries = castNode(Query, list_nth(queries, var->varlevelsup))->rtable;
		if (var->varno < 1 || var->varno > list_length(queries))
			return true;
		rte = list_nth(queries, var->varno - 1);
		return rte->rtekind == RTE_RESULT ||
			   (rte->rtekind == RTE_SUBQUERY &&
				var->varattno > list_length(rte->eref->colnames));
	}
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node),
								 structure_text_lacks_table,
								 lcons(node, list_copy(queries)), 0);
	return expression_tree_walker(node, structure_text_lacks_table, arg);
}

/* ---- text ---- */

/* Makes each stretch of white space one blank, but for those within quotes. */
static char *
structure_text_one_line(const char *text)
{
	StringInfoData line;
	char quote = '\0';

	initStringInfo(&line);
	for (; *text != '\0'; text++)
	{
		if (quote != '\0')
			quote = *text == quote ? '\0' : quote;
		else if (*text == '\'' || *text == '"')
			quote = *text;
		if (quote != '\0' || !scanner_isspace(*text))
			appendStringInfoChar(&line, *text);
		else if (line.len > 0 && strchr(" (", line.data[line.len - 1]) == NULL)
			appendStringInfoChar(&line, ' ');
	}
	return line.data;
}

/* Writes LIKE as people do, where the server prints its operator. */
static char *
structure_text_like(const char *text)
{
	static const char *const operators[][2] = {{" ~~ ", " LIKE "},
											   {" ~~* ", " ILIKE "},
											   {" !~~ ", " NOT LIKE "},
											   {" !~~* ", " NOT ILIKE "}};
	StringInfoData result;
	char quote = '\0';

	initStringInfo(&result);
	while (*text != '\0')
	{
		int found = 0;

		while (quote == '\0' && found < lengthof(operators) &&
			   strncmp(text, operators[found][0],
					   strlen(operators[found][0])) != 0)
			found++;
		if (quote == '\0' && found < lengthof(operators))
		{
			appendStringInfoString(&result, operators[found][1]);
			text += strlen(operators[found][0]);
			continue;
		}
		if (quote != '\0')
			quote = *text == quote ? '\0' : quote;
		else if (*text == '\'' || *text == '"')
			quote = *text;
		appendStringInfoChar(&result, *text++);
	}
	return result.data;
}

typedef struct StructureText
{
	const ContractStatement *statement;
	const Query *tree; /* to be printed, or NULL */
	const char *sql;   /* that was printed, or is given */
	ContractStatement *analyzed;
	Query *as_written;
} StructureText;

static char *
structure_text_of_tree(const Query *tree)
{
	Query *copy = copyObject(unconstify(Query *, tree));

	return structure_text_like(
		structure_text_one_line(pg_get_querydef(copy, true)));
}

static void
structure_text_do(void *arg)
{
	StructureText *text = arg;
	ContractStatement statement = *text->statement;
	Query *tree = unconstify(Query *, text->tree);

	if (tree != NULL)
	{
		if (structure_text_lacks_table((Node *) tree, NIL))
			elog(ERROR, "a column of a rewritten query has no table");
		text->sql = structure_text_of_tree(tree);
		/* Whoever prepares it tells of no types. */
		if (text->statement->nparams > 0 &&
			param_casts_are_needed(text->sql, (Node *) tree))
			text->sql = structure_text_of_tree(
				(Query *) param_casts_put((Node *) tree));
		text->analyzed = contract_analyze_text(text->statement, text->sql);
	}
	else
	{
		statement.sql = text->sql;
		text->as_written = structure_text_tree(&statement);
	}
}

/* Returns whether it could be done. */
static bool
structure_text_try(StructureText *text)
{
	/* What the analysis locks stays locked for the trial. */
	ErrorData *error = subtransaction_run(structure_text_do, text);

	if (error == NULL)
		return true;
	switch (ERRCODE_TO_CATEGORY(error->sqlerrcode))
	{
		case ERRCODE_OPERATOR_INTERVENTION:
		case ERRCODE_INSUFFICIENT_RESOURCES:
			ReThrowError(error);
		default:
			return false;
	}
}

char *
structure_text_print(const StructureContext *context, const Query *query)
{
	StructureText text = {.statement = context->statement, .tree = query};

	return structure_text_try(&text) ? unconstify(char *, text.sql) : NULL;
}

char *
structure_text_expression(const Node *expr, int varno, Oid relid,
						  const char *alias)
{
	Node *copy = copyObject(unconstify(Node *, expr));

	ChangeVarNodes(copy, varno, 1, 0);
	return deparse_expression(copy, deparse_context_for(alias, relid), true,
							  false);
}

/* ---- candidates ---- */

Candidate *
structure_text_add(StructureContext *context, char *cause, const Query *tree)
{
	StructureText text = {.statement = context->statement, .tree = tree};
	Candidate *candidate;

	if (!structure_text_try(&text))
		return NULL;
	candidate = candidate_make(cause);
	candidate->kind = CANDIDATE_REWRITE;
	candidate->structural = true;
	candidate->rewrite = unconstify(char *, text.sql);
	candidate->query = text.analyzed->query;
	context->candidates = lappend(context->candidates, candidate);
	return candidate;
}

Candidate *
structure_text_add_part(StructureContext *context, char *cause, Query *part,
						const char *sql)
{
	StructureText text = {.statement = context->statement, .sql = sql};

	if (!structure_text_try(&text))
		return NULL;
	return structure_text_add(
		context, cause,
		part == context->tree
			? text.as_written
			: (Query *) tree_replace((Node *) context->tree, list_make1(part),
									 list_make1(text.as_written)));
}

/* ---- what holds for the rows of today ---- */

typedef struct StructureQuestion
{
	const char *sql;
	bool none;
} StructureQuestion;

static void
structure_text_ask(void *arg)
{
	StructureQuestion *question = arg;

	SPI_connect();
	question->none = SPI_execute(question->sql, true, 1) == SPI_OK_SELECT &&
					 SPI_processed == 0;
	SPI_finish();
}

bool
structure_text_finds_none(const char *sql)
{
	StructureQuestion question = {.sql = sql};

	return sandbox_run(structure_text_ask, &question,
					   perfcheck_statement_timeout) == NULL &&
		   question.none;
}
