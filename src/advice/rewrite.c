/*-------------------------------------------------------------------------
 *
 * rewrite.c
 *		The same conditions, written so that an index can serve them.
 *
 * Each condition of WHERE and ON, and each arm of an OR in them, is shown to the
 * modules that know of rewrites; the first that has one is taken. The rewrites of
 * one table are one candidate, since each of them alone leaves the others in the
 * way.
 *
 * An index that the new conditions lack is looked for in the tree of the new
 * query, as for any query.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "advice/index_candidates.h"
#include "advice/rewrite.h"
#include "advice/rewrite_apply.h"
#include "advice/rewrite_array.h"
#include "advice/rewrite_column.h"
#include "advice/rewrite_cursor.h"
#include "advice/rewrite_function.h"
#include "advice/rewrite_overlap.h"
#include "advice/rewrite_policy.h"
#include "advice/rewrite_row.h"
#include "advice/rewrite_site.h"
#include "advice/rewrite_words.h"
#include "base/guc_scope.h"
#include "base/relation.h"
#include "cases/absent.h"
#include "query/operand.h"

/* So many indexes are tried with a rewrite. */
#define REWRITE_MOST_INDEXES 3

/* What a text begins with that no row has; a number follows. */
#define REWRITE_ABSENT_TEXT "perfcheck absent "

/* The modules, each with what it makes of a condition, or NULL. */
typedef Rewrite *(*RewriteFunction)(const RewriteSite *site);

static const RewriteFunction rewrite_functions[] = {
	rewrite_cursor_find,      rewrite_array_find,           rewrite_words_find,
	rewrite_function_find,    rewrite_column_find_distinct, rewrite_column_find,
	rewrite_column_find_join, rewrite_overlap_find,
};

typedef struct RewriteContext
{
	const ContractStatement *statement;
	const Case *one;
	const Query *query;
	bool on;        /* the condition is one of ON */
	List *rewrites; /* Rewrite * */
} RewriteContext;

/* ---- conditions ---- */

static bool
rewrite_is_taken(const RewriteContext *context, Node *clause)
{
	ListCell *cell;

	foreach(cell, context->rewrites)
		if (list_member_ptr(((Rewrite *) lfirst(cell))->clauses, clause))
			return true;
	return false;
}

static void
rewrite_try(RewriteContext *context, List *siblings, Node *clause,
			const BoolExpr *arm_of)
{
	RewriteSite site = {
		.statement = context->statement,
		.one = context->one,
		.query = context->query,
		.siblings = siblings,
		.clause = clause,
		.arm_of = arm_of,
		.on = context->on,
	};

	for (int i = 0; i < lengthof(rewrite_functions); i++)
	{
		Rewrite *rewrite;

		if (rewrite_is_taken(context, clause))
			return;
		rewrite = rewrite_functions[i](&site);
		if (rewrite != NULL)
			context->rewrites = lappend(context->rewrites, rewrite);
	}
}

static List *
rewrite_flatten(List *conditions, Node *node)
{
	ListCell *cell;

	if (node != NULL && IsA(node, BoolExpr) &&
		castNode(BoolExpr, node)->boolop == AND_EXPR)
		foreach(cell, castNode(BoolExpr, node)->args)
			conditions = rewrite_flatten(conditions, lfirst(cell));
	else if (node != NULL)
		conditions = lappend(conditions, node);
	return conditions;
}

/*
 * A condition, and the arms of an OR that it is. arm_of is the OR whose arm the
 * condition is itself.
 */
static void
rewrite_read(RewriteContext *context, Node *node, const BoolExpr *arm_of)
{
	List *conditions = rewrite_flatten(NIL, node);
	ListCell *cell;
	ListCell *arm;

	check_stack_depth();
	foreach(cell, conditions)
	{
		Node *clause = lfirst(cell);

		rewrite_try(context, conditions, clause, arm_of);
		if (IsA(clause, BoolExpr) &&
			castNode(BoolExpr, clause)->boolop == OR_EXPR &&
			!rewrite_is_taken(context, clause))
			foreach(arm, castNode(BoolExpr, clause)->args)
				rewrite_read(context, lfirst(arm), castNode(BoolExpr, clause));
	}
}

static bool
rewrite_walk(Node *node, void *arg)
{
	RewriteContext *context = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		const Query *around = context->query;

		context->query = castNode(Query, node);
		(void) query_tree_walker(castNode(Query, node), rewrite_walk, context,
								 0);
		context->query = around;
		return false;
	}
	context->on = IsA(node, JoinExpr);
	if (IsA(node, FromExpr))
		rewrite_read(context, castNode(FromExpr, node)->quals, NULL);
	else if (IsA(node, JoinExpr))
		rewrite_read(context, castNode(JoinExpr, node)->quals, NULL);
	return expression_tree_walker(node, rewrite_walk, arg);
}

/* ---- candidates ---- */

/* Returns the rewrite of a condition, or NULL. */
static const Rewrite *
rewrite_of(const List *rewrites, const Node *clause)
{
	ListCell *cell;

	foreach(cell, rewrites)
	{
		const Rewrite *rewrite = lfirst(cell);

		if (linitial(rewrite->clauses) == clause)
			return rewrite;
	}
	return NULL;
}

/*
 * Returns the text of a rewrite as it is to be read: with the other arms of the OR
 * that it stands in. NULL if that was printed with the rewrite of another arm.
 */
static char *
rewrite_shown(const List *rewrites, const Rewrite *rewrite)
{
	StringInfoData text;
	bool first = true;
	ListCell *cell;

	if (rewrite->arm_of == NULL)
		return rewrite->text;
	initStringInfo(&text);
	foreach(cell, rewrite->arm_of->args)
	{
		const Rewrite *other = rewrite_of(rewrites, lfirst(cell));
		const char *arm = other != NULL
							  ? other->text
							  : rewrite_site_text(rewrite->query, lfirst(cell));

		if (first && other != NULL && other != rewrite)
			return NULL;
		first = first && other == NULL;
		appendStringInfo(&text, "%s%s", text.len > 0 ? " OR " : "",
						 arm == NULL ? "..." : arm);
	}
	/* The condition is a part of its arm alone. */
	return first ? rewrite->text : psprintf("(%s)", text.data);
}

/* Does a rewrite drop the condition, since the text of another one says it? */
static bool
rewrite_drops(const List *rewrites, Node *clause)
{
	ListCell *cell;

	foreach(cell, rewrites)
		if (list_member_ptr(((Rewrite *) lfirst(cell))->clauses, clause))
			return rewrite_of(rewrites, clause) == NULL;
	return false;
}

/* Returns what a condition of WHERE is with the rewrites; NULL if not known. */
static const char *
rewrite_condition_text(const List *rewrites, const Query *query, Node *clause,
					   int *used)
{
	const Rewrite *rewrite = rewrite_of(rewrites, clause);
	const char *shown = NULL;
	ListCell *cell;

	if (rewrite != NULL)
	{
		(*used)++;
		return rewrite->text;
	}
	foreach(cell, rewrites)
	{
		rewrite = lfirst(cell);
		if ((const Node *) rewrite->arm_of != clause)
			continue;
		(*used)++;
		if (shown == NULL)
			shown = rewrite_shown(rewrites, rewrite);
		if (shown == rewrite->text)
			return NULL;
	}
	return shown != NULL ? shown : rewrite_site_text(query, clause);
}

/*
 * Returns WHERE with all of its conditions, for the rewrites of a query; NULL if one
 * of the rewrites is of no condition of WHERE, or a condition cannot be printed.
 */
static char *
rewrite_where(const List *rewrites)
{
	const Query *query = ((Rewrite *) linitial(rewrites))->query;
	List *conditions = rewrite_flatten(NIL, query->jointree->quals);
	StringInfoData where;
	int used = 0;
	ListCell *cell;

	initStringInfo(&where);
	foreach(cell, conditions)
	{
		const char *text;

		if (rewrite_drops(rewrites, lfirst(cell)))
			continue;
		text = rewrite_condition_text(rewrites, query, lfirst(cell), &used);
		if (text == NULL)
			return NULL;
		appendStringInfo(&where, "%s %s", where.len > 0 ? " AND" : "WHERE",
						 text);
	}
	return used == list_length(rewrites) ? where.data : NULL;
}

/* Returns a candidate of rewrites that are made together. */
static Candidate *
rewrite_candidate(const List *rewrites, const ContractStatement *rewritten)
{
	const Rewrite *first = linitial(rewrites);
	Candidate *candidate = candidate_make(first->cause);
	bool whole;
	ListCell *cell;

	candidate->kind = CANDIDATE_REWRITE;
	candidate->query = rewritten->query;
	candidate->suggestion = first->suggestion;
	candidate->rewrite = rewrite_where(rewrites);
	whole = candidate->rewrite != NULL;
	foreach(cell, rewrites)
	{
		const Rewrite *rewrite = lfirst(cell);
		const char *text = whole ? NULL : rewrite_shown(rewrites, rewrite);

		if (text != NULL)
			candidate->rewrite =
				candidate->rewrite == NULL
					? psprintf("%s %s", first->on ? "ON" : "WHERE", text)
					: psprintf("%s AND %s", candidate->rewrite, text);
		candidate->values =
			list_concat_copy(candidate->values, rewrite->values);
	}
	return candidate;
}

/* Adds the indexes that a table lacks to fixes, a List of Candidate. */
static List *
rewrite_lacking(List *fixes, List *tables, Oid relid)
{
	ListCell *cell;

	foreach(cell, tables)
		if (((QueryTable *) lfirst(cell))->relid == relid)
			fixes = list_concat(fixes, index_candidates_missing(lfirst(cell)));
	return fixes;
}

static bool
rewrite_has_fix(List *candidates, const char *fix)
{
	ListCell *cell;

	foreach(cell, candidates)
	{
		const Candidate *candidate = lfirst(cell);

		if (candidate->fix != NULL && strcmp(candidate->fix, fix) == 0)
			return true;
	}
	return false;
}

static List *
rewrite_add_candidates(List *candidates, List *rewrites,
					   const RewriteContext *context, List *tables)
{
	const Rewrite *first = linitial(rewrites);
	ContractStatement *rewritten = rewrite_apply(context->statement, rewrites);
	List *with = NIL;
	List *lacking;
	List *before;
	const RangeTblEntry *rte;
	ListCell *cell;

	if (rewritten == NULL)
		return candidates;
	candidates = lappend(candidates, rewrite_candidate(rewrites, rewritten));
	foreach(cell, first->indexes)
	{
		Candidate *candidate = rewrite_candidate(rewrites, rewritten);

		candidate_take_fix(candidate, lfirst(cell));
		candidates = lappend(candidates, candidate);
	}
	if (first->indexes != NIL)
		return candidates;
	if (first->varno == 0)
		return candidates;
	rte = list_nth(first->query->rtable, first->varno - 1);
	if (rte->rtekind != RTE_RELATION)
		return candidates;
	before = rewrite_lacking(NIL, tables, rte->relid);
	lacking = rewrite_lacking(
		NIL,
		table_conditions_read(rewritten->query,
							  case_params(context->statement, context->one)),
		rte->relid);
	/* First what the new conditions lack and the old ones do not. */
	for (int known = 0; known < 2; known++)
		foreach(cell, lacking)
		{
			const Candidate *index = lfirst(cell);
			Candidate *candidate;

			if (index->fix == NULL || index->query != NULL ||
				list_length(with) == REWRITE_MOST_INDEXES ||
				rewrite_has_fix(before, index->fix) != (known == 1) ||
				rewrite_has_fix(with, index->fix))
				continue;
			candidate = rewrite_candidate(rewrites, rewritten);
			candidate_take_fix(candidate, index);
			with = lappend(with, candidate);
		}
	return list_concat(candidates, with);
}

List *
rewrite_candidates(const ContractStatement *statement, const Case *one,
				   List *tables)
{
	RewriteContext context = {.statement = statement, .one = one};
	List *candidates = NIL;

	Candidate *row = rewrite_row_candidate(statement);
	int level;

	if (row != NULL)
		candidates = lappend(candidates, row);
	candidates = list_concat(candidates, rewrite_policy_candidates(statement));
	/* Constants are printed as every session reads them. */
	level = guc_scope_enter_values();
	(void) rewrite_walk((Node *) statement->query, &context);
	guc_scope_leave(level);
	while (context.rewrites != NIL)
	{
		Rewrite *first = linitial(context.rewrites);
		List *group = list_make1(first);
		ListCell *cell;

		context.rewrites = list_delete_first(context.rewrites);
		foreach(cell, context.rewrites)
		{
			Rewrite *rewrite = lfirst(cell);

			if (first->alone || rewrite->alone ||
				rewrite->query != first->query ||
				rewrite->varno != first->varno)
				continue;
			group = lappend(group, rewrite);
			context.rewrites = foreach_delete_current(context.rewrites, cell);
		}
		candidates =
			rewrite_add_candidates(candidates, group, &context, tables);
	}
	return candidates;
}

/* ---- values of cases ---- */

/* Can the rewritten query read the value that a case has? */
static bool
rewrite_reads(const RewriteValue *value, const ContractStatement *statement,
			  const Case *one)
{
	ContractStatement *read =
		contract_analyze_text(statement, psprintf("SELECT %s", value->reads));
	TargetEntry *entry = linitial_node(TargetEntry, read->query->targetList);
	int *params = palloc(statement->nparams * sizeof(int));
	OperandValues values = {statement->nparams, params, one->args};

	for (int i = 0; i < statement->nparams; i++)
		params[i] = i + 1;
	return operand_evaluate((Node *) entry->expr, &values) != NULL;
}

/* Returns a value of the column's type that no row has, or NULL. */
static const char *
rewrite_absent(const RewriteValue *value)
{
	MemoryContext context = CurrentMemoryContext;
	Oid type;
	const char *absent = NULL;
	int level;
	ListCell *cell;

	if (!OidIsValid(value->relid))
		return NULL;
	type = getBaseType(get_atttype(value->relid, value->attnum));
	level = probe_open();
	foreach(cell, absent_fixed_values(type))
		if (absent == NULL &&
			probe_try(psprintf("SELECT 1 FROM %s WHERE %s %s %s LIMIT 1",
							   relation_sql_name(value->relid),
							   quote_identifier(get_attname(
								   value->relid, value->attnum, false)),
							   probe_equality(type),
							   probe_literal(lfirst(cell), type))) == NULL)
			absent = lfirst(cell);
	if (absent != NULL)
		absent = MemoryContextStrdup(context, absent);
	probe_close(level);
	return absent;
}

/*
 * Returns a value of the case that the rewritten query can read in the place of one
 * that it cannot, or NULL. In an array the values that no row has are replaced.
 */
static char *
rewrite_readable(const RewriteValue *value, const ContractStatement *statement,
				 const char *text)
{
	Oid type = statement->param_types[value->param - 1];
	const char *absent =
		value->absent != NULL ? value->absent : rewrite_absent(value);
	StringInfoData changed;

	if (absent == NULL || absent[0] == '\0')
		return NULL;
	if (!OidIsValid(get_element_type(type)))
		return pstrdup(absent);
	initStringInfo(&changed);
	while (*text != '\0')
	{
		if (strncmp(text, REWRITE_ABSENT_TEXT, strlen(REWRITE_ABSENT_TEXT)) ==
			0)
		{
			appendStringInfoString(&changed, absent);
			/* The number that follows tells several apart. */
			text += strlen(REWRITE_ABSENT_TEXT);
			while (*text >= '0' && *text <= '9')
				text++;
		}
		else
			appendStringInfoChar(&changed, *text++);
	}
	return changed.data;
}

const Case *
rewrite_case_values(const Candidate *candidate,
					const ContractStatement *statement, const Case *one)
{
	Case *changed = NULL;
	ListCell *cell;

	/* An added case is what the application asks. */
	if (one->share < 0)
		return one;
	foreach(cell, candidate->values)
	{
		const RewriteValue *value = lfirst(cell);
		int at = value->param - 1;
		char *text = one->args[at];
		char *readable;

		if (text == NULL || rewrite_reads(value, statement, one))
			continue;
		readable = value->swapped > 0
					   ? one->args[value->swapped - 1]
					   : rewrite_readable(value, statement, text);
		if (readable == NULL)
			return NULL;
		if (changed == NULL)
		{
			changed = palloc(sizeof(*changed));
			*changed = *one;
			changed->args = palloc(one->nargs * sizeof(char *));
			memcpy(changed->args, one->args, one->nargs * sizeof(char *));
		}
		changed->args[at] = readable;
		if (value->swapped > 0)
			changed->args[value->swapped - 1] = text;
	}
	return changed != NULL ? changed : one;
}
