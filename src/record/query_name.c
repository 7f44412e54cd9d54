/*-------------------------------------------------------------------------
 *
 * query_name.c
 *		The name that a query gets from its tables, conditions and order.
 *
 * The words are those that a reader would use: the tables, what is counted, the
 * columns of the conditions without their _id, and the order. Conditions stand in
 * the order of the tables' columns, equalities before ranges.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "access/stratnum.h"
#include "access/sysattr.h"
#include "access/transam.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/relation.h"
#include "base/texts.h"
#include "query/origin.h"
#include "query/search.h"
#include "query/table_conditions.h"
#include "record/query_name.h"

/* A condition's place in the name, and its words. */
typedef struct NamedCondition
{
	int table; /* its place in the list of tables */
	int rank;  /* equalities, then nulls, then ranges */
	AttrNumber attnum;
	const char *word;
	const char *detail; /* what a longer name adds to it, or NULL */
} NamedCondition;

typedef struct Naming
{
	const ContractStatement *statement;
	int level;
	const char *const *columns;
	List *tables;           /* QueryTable * */
	const QueryTable *main; /* or NULL if there is no table */
	int nconditions;
	NamedCondition *conditions;
	List *searched; /* char *: columns that are searched for a text */
	bool next;
	List *words; /* char * */
} Naming;

/* ---- words ---- */

/* Returns a name with a line in the place of what no plain name has. */
static char *
plain_word(const char *name)
{
	char *word = pstrdup(name);

	for (char *c = word; *c != '\0'; c++)
		if (!isalnum((unsigned char) *c) && !IS_HIGHBIT_SET(*c))
			*c = '_';
	return word;
}

/* Returns the name of a column without an end that says what it holds. */
static char *
column_word(const char *name)
{
	static const char *const ends[] = {"_id", "_at", "_on", "_uuid"};
	char *word = plain_word(name);
	size_t length = strlen(word);

	for (int i = 0; i < lengthof(ends); i++)
	{
		size_t end = strlen(ends[i]);

		if (length > end && strcmp(word + length - end, ends[i]) == 0)
		{
			word[length - end] = '\0';
			break;
		}
	}
	return word;
}

static int
compare_words(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/* Adds a word unless it is there since the one numbered from. */
static void
add_word(Naming *naming, const char *word, int from)
{
	for (int i = from; i < list_length(naming->words); i++)
		if (strcmp(list_nth(naming->words, i), word) == 0)
			return;
	naming->words = lappend(naming->words, unconstify(char *, word));
}

static char *
joined_words(const Naming *naming)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach(cell, naming->words)
	{
		if (text.len > 0)
			appendStringInfoChar(&text, '_');
		appendStringInfoString(&text, lfirst(cell));
	}
	return text.data;
}

/* ---- conditions ---- */

/* Returns the word of a key of a document: data ->> 'kind'; or NULL. */
static const char *
document_key(Node *key)
{
	const OpExpr *op = (const OpExpr *) key;
	const Const *name;

	if (!IsA(key, OpExpr) || list_length(op->args) != 2 ||
		strncmp(get_opname(op->opno), "->", 2) != 0 ||
		!IsA(lsecond(op->args), Const))
		return NULL;
	name = lsecond(op->args);
	if (name->constisnull || name->consttype != TEXTOID)
		return NULL;
	return TextDatumGetCString(name->constvalue);
}

/* Returns the column of a key, or the first one of its expression. */
static AttrNumber
key_column(Node *key)
{
	List *vars =
		pull_var_clause(key, PVC_RECURSE_AGGREGATES | PVC_RECURSE_WINDOWFUNCS |
								 PVC_RECURSE_PLACEHOLDERS);

	return vars == NIL ? 0 : linitial_node(Var, vars)->varattno;
}

static const char *
key_word(Oid relid, Node *key, AttrNumber attnum)
{
	const char *name =
		attnum == 0 ? document_key(strip_implicit_coercions(key)) : NULL;

	if (name == NULL && attnum == 0)
		attnum = key_column(key);
	if (name == NULL && attnum != 0)
		name = get_attname(relid, attnum, true);
	return name == NULL ? NULL : column_word(name);
}

static bool
is_upper(const Condition *condition)
{
	int strategy = compat_btree_strategy(condition->opno);

	return strategy == BTLessStrategyNumber ||
		   strategy == BTLessEqualStrategyNumber;
}

/*
 * Does the range go on in the order of its table, as the next page does? One that
 * ends on both sides does not.
 */
static bool
is_cursor(const QueryTable *table, const Condition *condition)
{
	const OrderColumn *first;
	ListCell *cell;

	if (table->order == NIL || condition->kind != CONDITION_RANGE ||
		condition->attnum == 0)
		return false;
	first = linitial(table->order);
	foreach(cell, table->conditions)
	{
		const Condition *other = lfirst(cell);

		if (other->kind == CONDITION_RANGE &&
			other->attnum == condition->attnum &&
			is_upper(other) != is_upper(condition))
			return false;
	}
	return first->attnum == condition->attnum &&
		   is_upper(condition) == first->descending;
}

/* Does the operator search a text? */
static bool
is_text_search(const Condition *condition)
{
	const char *name;

	if (condition->kind == CONDITION_PREFIX)
		return true;
	if (condition->kind != CONDITION_SEARCH || !OidIsValid(condition->opno))
		return false;
	name = get_opname(condition->opno);
	return name != NULL &&
		   (search_is_pattern(name) || strcmp(name, "@@") == 0 ||
			strcmp(name, "%") == 0 || strcmp(name, "<%") == 0);
}

/* What a longer name says of a condition. */
static const char *
condition_detail(const Condition *condition)
{
	switch (condition->kind)
	{
		case CONDITION_ANY:
			return "in";
		case CONDITION_RANGE:
			return is_upper(condition) ? "below" : "above";
		default:
			/* lower(email) is not email. */
			return IsA(condition->key, FuncExpr)
					   ? get_func_name(((FuncExpr *) condition->key)->funcid)
					   : NULL;
	}
}

static void
name_condition(Naming *naming, const QueryTable *table,
			   const Condition *condition, int place)
{
	NamedCondition *named = &naming->conditions[naming->nconditions];

	if (condition->join || condition->kind == CONDITION_NULL)
		return;
	if (is_cursor(table, condition))
	{
		naming->next = true;
		return;
	}
	named->word = key_word(table->relid, condition->key, condition->attnum);
	if (named->word == NULL)
		return;
	if (is_text_search(condition))
	{
		if (naming->level > 1)
			named->word =
				psprintf("%s_%s", named->word,
						 OidIsValid(condition->opno) &&
								 strcmp(get_opname(condition->opno), "@@") == 0
							 ? "words"
							 : "like");
		if (!texts_member(naming->searched, named->word))
			naming->searched =
				lappend(naming->searched, unconstify(char *, named->word));
		return;
	}
	named->table = place;
	named->rank = condition->kind == CONDITION_RANGE;
	named->attnum =
		condition->attnum ? condition->attnum : key_column(condition->key);
	named->detail = naming->level < 2 ? NULL : condition_detail(condition);
	naming->nconditions++;
}

/* IS NULL is no condition with a value, and stands behind those that have one. */
static void
name_null(Naming *naming, const QueryTable *table, const Condition *condition,
		  int place)
{
	NamedCondition *named = &naming->conditions[naming->nconditions];
	const char *word;

	if (condition->join || condition->kind != CONDITION_NULL)
		return;
	word = key_word(table->relid, condition->key, condition->attnum);
	if (word == NULL)
		return;
	named->table = place;
	named->rank = 2;
	named->attnum = condition->attnum;
	named->word = psprintf("no_%s", word);
	named->detail = NULL;
	naming->nconditions++;
}

static int
compare_conditions(const void *a, const void *b)
{
	const NamedCondition *left = a;
	const NamedCondition *right = b;

	if ((left->rank == 2) != (right->rank == 2))
		return left->rank == 2 ? 1 : -1;
	if (left->table != right->table)
		return left->table - right->table;
	if (left->rank != right->rank)
		return left->rank - right->rank;
	if (left->attnum != right->attnum)
		return left->attnum - right->attnum;
	if (strcmp(left->word, right->word) != 0)
		return strcmp(left->word, right->word);
	return strcmp(left->detail ? left->detail : "",
				  right->detail ? right->detail : "");
}

static void
name_conditions(Naming *naming)
{
	int room = 1;
	int from;
	bool by = false;
	ListCell *outer;
	ListCell *inner;

	foreach(outer, naming->tables)
		room += list_length(((QueryTable *) lfirst(outer))->conditions);
	naming->conditions = palloc(room * sizeof(NamedCondition));
	foreach(outer, naming->tables)
	{
		const QueryTable *table = lfirst(outer);
		int place =
			table == naming->main ? 0 : foreach_current_index(outer) + 1;

		foreach(inner, table->conditions)
		{
			name_condition(naming, table, lfirst(inner), place);
			name_null(naming, table, lfirst(inner), place);
		}
	}
	qsort(naming->conditions, naming->nconditions, sizeof(NamedCondition),
		  compare_conditions);
	from = list_length(naming->words);
	for (int i = 0; i < naming->nconditions; i++)
	{
		const NamedCondition *named = &naming->conditions[i];

		if (!by && named->rank < 2)
			naming->words = lappend(naming->words, pstrdup("by"));
		by = by || named->rank < 2;
		add_word(naming,
				 named->detail ? psprintf("%s_%s", named->word, named->detail)
							   : named->word,
				 from + by);
	}
}

/* Where no condition was understood, the columns of the parameters are named. */
static void
name_params(Naming *naming)
{
	int from = list_length(naming->words) + 1;

	if (naming->nconditions > 0 || naming->searched != NIL || naming->next)
		return;
	for (int i = 0; i < naming->statement->nparams; i++)
	{
		if (naming->columns[i] == NULL)
			continue;
		if (list_length(naming->words) < from)
			naming->words = lappend(naming->words, pstrdup("by"));
		add_word(naming, column_word(naming->columns[i]), from);
	}
}

/* ---- results and order ---- */

static bool
first_aggregate(Node *node, void *arg)
{
	const char **name = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Aggref))
	{
		*name = get_func_name(castNode(Aggref, node)->aggfnoid);
		return true;
	}
	return expression_tree_walker(node, first_aggregate, arg);
}

static bool
has_exists(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, SubLink))
		return castNode(SubLink, node)->subLinkType == EXISTS_SUBLINK;
	return expression_tree_walker(node, has_exists, arg);
}

/* The word of an expression of the query: the column that it comes from. */
static const char *
expression_word(const Query *query, Node *node, const Origin **origin)
{
	*origin = origin_find_first(list_make1(unconstify(Query *, query)), node);
	if (*origin == NULL)
		return NULL;
	return key_word((*origin)->relid, (*origin)->expr, (*origin)->attnum);
}

/* What is counted, and for each of what. */
static void
name_results(Naming *naming)
{
	const Query *query = naming->statement->query;
	const char *aggregate = NULL;
	const Origin *origin;
	int from;
	ListCell *cell;

	if (query->rtable == NIL && has_exists((Node *) query->targetList, NULL))
		naming->words = lappend(naming->words, pstrdup("exists"));
	if (query->hasAggs &&
		first_aggregate((Node *) query->targetList, &aggregate) && aggregate)
		naming->words = lappend(naming->words, plain_word(aggregate));
	if (query->distinctClause != NIL && naming->level > 1)
		naming->words = lappend(naming->words, pstrdup("distinct"));
	from = list_length(naming->words);
	foreach(cell, query->groupClause)
	{
		const char *word = expression_word(
			query, get_sortgroupclause_expr(lfirst(cell), query->targetList),
			&origin);

		if (word == NULL)
			continue;
		if (list_length(naming->words) == from)
			naming->words = lappend(naming->words, pstrdup("per"));
		add_word(naming, word, from + 1);
	}
}

static bool
is_time(Oid type)
{
	char category;
	bool preferred;

	get_type_category_preferred(getBaseType(type), &category, &preferred);
	return category == TYPCATEGORY_DATETIME;
}

static void
name_order(Naming *naming, const OrderColumn *first, Oid relid)
{
	const char *word = key_word(relid, first->key, first->attnum);
	bool is_key =
		first->attnum > 0 &&
		relation_has_unique_key(relid, bms_make_singleton(first->attnum));

	if (OidIsValid(first->distance))
		naming->words = lappend(naming->words, pstrdup("nearest"));
	else if (is_time(exprType(first->key)))
		naming->words = lappend(
			naming->words, pstrdup(first->descending ? "latest" : "oldest"));
	else if (is_key)
		naming->words = lappend(
			naming->words, pstrdup(first->descending ? "latest" : "first"));
	else if (word != NULL)
		naming->words = lappend(
			naming->words,
			psprintf("%s_%s", first->descending ? "top" : "sorted", word));
}

/* Names the first column of an order; a longer name has the others as well. */
static void
name_orders(Naming *naming, const QueryTable *table)
{
	name_order(naming, linitial(table->order), table->relid);
	for (int i = 1; naming->level > 1 && i < list_length(table->order); i++)
	{
		const OrderColumn *column = list_nth(table->order, i);
		const char *word = key_word(table->relid, column->key, column->attnum);

		if (word != NULL)
			naming->words = lappend(naming->words, unconstify(char *, word));
	}
}

/* An order without a LIMIT is told by a longer name alone. */
static void
name_whole_order(Naming *naming)
{
	const Query *query = naming->statement->query;
	const Origin *origin;
	ListCell *cell;

	foreach(cell, query->sortClause)
	{
		const char *word = expression_word(
			query, get_sortgroupclause_expr(lfirst(cell), query->targetList),
			&origin);

		if (word != NULL)
			naming->words = lappend(naming->words, psprintf("sorted_%s", word));
	}
}

static void
name_end(Naming *naming)
{
	const QueryTable *ordered = naming->main;
	ListCell *cell;

	if (naming->searched != NIL)
	{
		list_sort(naming->searched, compare_words);
		naming->words = list_concat(lappend(naming->words, pstrdup("search")),
									naming->searched);
	}
	foreach(cell, naming->tables)
		if (ordered == NULL || ordered->order == NIL)
			ordered = lfirst(cell);
	if (ordered != NULL && ordered->order != NIL &&
		(!naming->next || naming->level > 1))
		name_orders(naming, ordered);
	else if (naming->level > 1)
		name_whole_order(naming);
	if (naming->next)
		naming->words = lappend(naming->words, pstrdup("next"));
}

/* The columns that are returned, if they are few. */
static void
name_columns(Naming *naming)
{
	const Query *query = naming->statement->query;
	int from = list_length(naming->words) + 1;
	ListCell *cell;

	if (list_length(query->targetList) > 3)
		return;
	foreach(cell, query->targetList)
	{
		const TargetEntry *target = lfirst(cell);

		/* An expression without a name is called ?column?. */
		if (target->resjunk || target->resname == NULL ||
			target->resname[0] == '?')
			continue;
		if (list_length(naming->words) < from)
			naming->words = lappend(naming->words, pstrdup("with"));
		add_word(naming, plain_word(target->resname), from);
	}
}

/* ---- tables ---- */

static bool
first_function(Node *node, void *arg)
{
	const char **name = arg;

	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr) &&
		castNode(FuncExpr, node)->funcid >= FirstNormalObjectId)
	{
		*name = get_func_name(castNode(FuncExpr, node)->funcid);
		return true;
	}
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node), first_function, arg, 0);
	return expression_tree_walker(node, first_function, arg);
}

/* Returns the first table of the outermost query that has one. */
static const QueryTable *
main_table(const Naming *naming)
{
	const QueryTable *found = NULL;
	ListCell *cell;

	foreach(cell, naming->tables)
	{
		const QueryTable *table = lfirst(cell);

		if (found == NULL ||
			(table->query == naming->statement->query &&
			 (found->query != table->query || table->varno < found->varno)))
			found = table;
	}
	return found;
}

static void
name_tables(Naming *naming)
{
	const char *function = NULL;
	ListCell *cell;

	naming->main = main_table(naming);
	if (naming->main != NULL)
		add_word(naming, plain_word(get_rel_name(naming->main->relid)), 0);
	else if (first_function((Node *) naming->statement->query, &function) &&
			 function != NULL)
		add_word(naming, plain_word(function), 0);
	else
		add_word(naming, "query", 0);
	if (naming->level > 0)
		foreach(cell, naming->tables)
			add_word(
				naming,
				plain_word(get_rel_name(((QueryTable *) lfirst(cell))->relid)),
				0);
}

char *
query_name_make(const ContractStatement *statement, const char *const *columns,
				int level)
{
	Naming naming = {
		.statement = statement, .level = level, .columns = columns};
	int ntables;

	naming.tables = table_conditions_read(statement->query, NULL);
	name_tables(&naming);
	ntables = list_length(naming.words);
	name_results(&naming);
	name_conditions(&naming);
	name_params(&naming);
	name_end(&naming);
	if (level > 2)
		name_columns(&naming);
	if (list_length(naming.words) == ntables && naming.main != NULL)
		naming.words = lappend(naming.words, pstrdup("all"));
	return joined_words(&naming);
}
