/*-------------------------------------------------------------------------
 *
 * same_rows.c
 *		Compares what two queries return.
 *
 * No row is kept. Each one is turned into a hash of its values' text, as a client
 * would get them, since not every type has an operator for equality. The rows of
 * the first query are put into groups of neighbours that its ORDER BY does not
 * tell apart; of each group the number of rows is kept and the sum of their
 * hashes, which is the same in any order. The second query must return the same
 * groups at the same places. Without an ORDER BY all rows are one group.
 *
 * ORDER BY may name what is not in the result. So both queries are executed with
 * what they order by as further columns.
 *
 * A LIMIT may cut a group in two, and then either half is right. If nothing but
 * such a group differs, what the ORDER BY tells of the rows must be the same, and
 * the queries are executed once more without their LIMITs, unless that returns
 * too many rows.
 *
 * A search for a fix compares many queries with one, and the same ones together with
 * other indexes. The digests of the one query are kept for that, a million groups of
 * them altogether, and what has come of each comparison.
 *
 * Sums of floating-point numbers depend on the order of the rows in the last
 * digits, and what array_agg() and its like collect depends on it altogether. So
 * numbers are compared by fewer digits, and such results by the letters in them.
 * Where a query takes one of several rows that tie, any of them is right, and only
 * the columns in which they do not differ are compared.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_aggregate.h"
#include "catalog/pg_type_d.h"
#include "common/hashfn.h"
#include "executor/tuptable.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "tcop/dest.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "advice/same_rows.h"
#include "advice/tied_columns.h"
#include "base/guc_scope.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "plan/forecast.h"
#include "work/measure.h"

/* So many groups are kept; the rows after them are one more, in any order. */
#define SAME_ROWS_MOST_GROUPS 1000000

/* So many rows are compared without the LIMIT. */
#define SAME_ROWS_MOST_UNLIMITED 200000

/* So many groups of the first query are kept until the search ends. */
#define SAME_ROWS_MOST_KEPT 1000000

/* Rows that follow each other, and that the ORDER BY does not tell apart. */
typedef struct RowGroup
{
	uint64 rows;
	uint64 strict;  /* sums over the rows: of hashes of all values ... */
	uint64 loose;   /* ... of the same with letters in any order ... */
	uint64 decided; /* ... of the values that no tie leaves open ... */
	uint64 keys;    /* ... and of what the ORDER BY tells of a row */
} RowGroup;

/* Which of these sums is compared. */
typedef enum RowsBy
{
	ROWS_BY_VALUES,
	ROWS_BY_LETTERS,
	ROWS_BY_DECIDED
} RowsBy;

/* A column of the result, and how it becomes a hash. */
typedef struct RowColumn
{
	Oid type;
	Oid collation;
	FmgrInfo output;
	FmgrInfo *hash; /* of the type; NULL if it has none */
	int key;   /* its place in the ORDER BY, from 1; 0 if it is not there */
	bool open; /* rows that tie in the first query may differ in it */
} RowColumn;

/* What one of the queries returns. */
typedef struct RowDigest
{
	DestReceiver receiver; /* first: it is cast to this */
	const ContractStatement *statement;
	const Case *one;
	int nvisible; /* columns that a client gets, which stand first */
	int ncolumns;
	RowColumn *columns;
	int nkeys;
	MemoryContext context; /* of the digest, which outlives the execution */
	MemoryContext row;
	uint64 most; /* rows, after which the execution ends; 0 for no limit */
	bool stopped;
	/* The groups of the first query, by whose places those of b are made. */
	const struct RowDigest *like;
	RowGroup *groups;
	int ngroups;
	int allocated;
	uint64 last_key; /* of the row before */
	uint64 rows;
	ErrorData *error; /* that ended the execution, or NULL */
} RowDigest;

/* What came of a comparison. */
typedef struct Compared
{
	const Query *query;
	const Case *one;
	char *difference; /* or NULL */
} Compared;

struct SameRows
{
	const ContractStatement *statement;
	MemoryContext context; /* of all that is kept */
	List *digests;         /* RowDigest *, of statement */
	int kept;              /* groups in them */
	List *compared;        /* Compared * */
};

/* ---- hashes ---- */

/* The same for all texts with the same letters. */
static uint64
same_rows_letters(const char *text)
{
	uint64 sum = 0;

	for (; *text != '\0'; text++)
		sum += hash_bytes_extended((const unsigned char *) text, 1, 0);
	return sum;
}

/* Returns a value as text; -0 is 0, and a float has fewer digits. */
static char *
same_rows_text(RowColumn *column, Datum value)
{
	double number;

	if (column->type != FLOAT4OID && column->type != FLOAT8OID)
		return OutputFunctionCall(&column->output, value);
	number = column->type == FLOAT4OID ? DatumGetFloat4(value)
									   : DatumGetFloat8(value);
	return psprintf("%.*g", column->type == FLOAT4OID ? 5 : 12,
					number == 0 ? 0.0 : number);
}

/* By the type's own equality, under which the rows were ordered. */
static uint64
same_rows_key(RowColumn *column, Datum value, const char *text)
{
	if (column->hash != NULL)
		return DatumGetUInt64(
			FunctionCall2Coll(column->hash, column->collation, value, 0));
	return hash_bytes_extended((const unsigned char *) text, strlen(text), 0);
}

/* ---- the receiver ---- */

static void
same_rows_startup(DestReceiver *receiver, int operation, TupleDesc desc)
{
	RowDigest *digest = (RowDigest *) receiver;

	for (int i = 0; i < digest->ncolumns; i++)
	{
		RowColumn *column = &digest->columns[i];
		TypeCacheEntry *type;
		Oid output;
		bool varlena;

		getTypeOutputInfo(column->type, &output, &varlena);
		fmgr_info(output, &column->output);
		type = lookup_type_cache(column->type,
								 TYPECACHE_HASH_EXTENDED_PROC |
									 TYPECACHE_HASH_EXTENDED_PROC_FINFO);
		column->hash = OidIsValid(type->hash_extended_proc)
						   ? &type->hash_extended_proc_finfo
						   : NULL;
	}
}

/* Returns the group that the next row belongs to. */
static RowGroup *
same_rows_group(RowDigest *digest, uint64 key)
{
	bool begins;

	if (digest->like != NULL)
	{
		const RowDigest *like = digest->like;

		/* A row that is too much belongs to the last group. */
		begins = digest->ngroups == 0 ||
				 (digest->ngroups < like->ngroups &&
				  digest->groups[digest->ngroups - 1].rows ==
					  like->groups[digest->ngroups - 1].rows);
	}
	else
		begins =
			digest->ngroups == 0 || (key != digest->last_key &&
									 digest->ngroups <= SAME_ROWS_MOST_GROUPS);
	digest->last_key = key;
	if (begins)
	{
		if (digest->ngroups == digest->allocated)
		{
			MemoryContext old = MemoryContextSwitchTo(digest->context);

			digest->allocated = Max(digest->allocated * 2, 64);
			digest->groups =
				digest->groups == NULL
					? palloc(digest->allocated * sizeof(RowGroup))
					: repalloc(digest->groups,
							   digest->allocated * sizeof(RowGroup));
			MemoryContextSwitchTo(old);
		}
		digest->groups[digest->ngroups++] = (RowGroup){0};
	}
	return &digest->groups[digest->ngroups - 1];
}

static bool
same_rows_receive(TupleTableSlot *slot, DestReceiver *receiver)
{
	RowDigest *digest = (RowDigest *) receiver;
	MemoryContext old;
	RowGroup *group;
	uint64 strict = 0;
	uint64 loose = 0;
	uint64 decided = 0;
	uint64 keys = 0;

	if (digest->most > 0 && digest->rows == digest->most)
	{
		digest->stopped = true;
		return false;
	}
	slot_getallattrs(slot);
	old = MemoryContextSwitchTo(digest->row);
	for (int i = 0; i < digest->ncolumns; i++)
	{
		RowColumn *column = &digest->columns[i];
		bool isnull = slot->tts_isnull[i];
		const char *text =
			isnull ? "" : same_rows_text(column, slot->tts_values[i]);

		if (column->key > 0)
			keys += hash_combine64(
				column->key,
				isnull ? 1 : same_rows_key(column, slot->tts_values[i], text));
		if (i >= digest->nvisible)
			continue;
		strict = hash_bytes_extended((const unsigned char *) text, strlen(text),
									 strict + isnull);
		if (!column->open)
			decided = hash_bytes_extended((const unsigned char *) text,
										  strlen(text), decided + isnull);
		loose = hash_combine64(loose, isnull ? 1 : same_rows_letters(text));
	}
	MemoryContextSwitchTo(old);
	MemoryContextReset(digest->row);
	group = same_rows_group(digest, keys);
	group->rows++;
	group->strict += strict;
	group->loose += loose;
	group->decided += decided;
	group->keys += keys;
	digest->rows++;
	return true;
}

static void
same_rows_nothing(DestReceiver *receiver)
{
}

/* ---- executing a query ---- */

/*
 * Returns a copy of the query that also returns what it orders by, and without its
 * LIMIT if that is asked for. Fills in the columns of digest.
 */
static Query *
same_rows_query(RowDigest *digest, bool unlimited)
{
	Query *query = copyObject(digest->statement->query);
	ListCell *cell;
	ListCell *sort;

	if (unlimited)
	{
		query->limitCount = NULL;
		query->limitOffset = NULL;
		query->limitOption = LIMIT_OPTION_COUNT;
	}
	digest->columns =
		palloc0(list_length(query->targetList) * sizeof(RowColumn));
	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);
		RowColumn *column = &digest->columns[digest->ncolumns];
		int key = 0;

		foreach(sort, query->sortClause)
			if (lfirst_node(SortGroupClause, sort)->tleSortGroupRef ==
					entry->ressortgroupref &&
				(digest->like == NULL ||
				 foreach_current_index(sort) < digest->like->nkeys))
				key = foreach_current_index(sort) + 1;
		if (entry->resjunk && key == 0)
			continue;
		if (digest->like == NULL)
			column->open = tied_columns_has(digest->statement->query, entry);
		else if (digest->ncolumns < digest->like->ncolumns)
			column->open = digest->like->columns[digest->ncolumns].open;
		if (!entry->resjunk)
			digest->nvisible++;
		else if (entry->resname == NULL)
			entry->resname = pstrdup("order");
		entry->resjunk = false;
		column->type = exprType((Node *) entry->expr);
		column->collation = exprCollation((Node *) entry->expr);
		column->key = key;
		digest->nkeys += key > 0;
		digest->ncolumns++;
	}
	return query;
}

static void
same_rows_execute(void *arg)
{
	RowDigest *digest = arg;
	ContractStatement statement = *digest->statement;
	ParamListInfo params;

	statement.query = same_rows_query(digest, digest->most > 0);
	guc_scope_set("jit", "off");
	(void) case_enter_settings(digest->one);
	params = case_params(&statement, digest->one);
	(void) measure_as_sent(forecast_plan(&statement, params, 1), &statement,
						   params, &digest->receiver);
}

/*
 * Executes a statement, and returns its digest, with the error if it fails. most is how many rows are read
 * without the LIMIT; 0 if the query is executed as it is.
 */
static RowDigest *
same_rows_digest(const ContractStatement *statement, const Case *one,
				 const RowDigest *like, uint64 most)
{
	RowDigest *digest = palloc0(sizeof(*digest));

	digest->receiver = (DestReceiver){.receiveSlot = same_rows_receive,
									  .rStartup = same_rows_startup,
									  .rShutdown = same_rows_nothing,
									  .rDestroy = same_rows_nothing,
									  .mydest = DestNone};
	digest->statement = statement;
	digest->one = one;
	digest->like = like;
	digest->most = most;
	digest->context = CurrentMemoryContext;
	digest->row = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck compared row", ALLOCSET_DEFAULT_SIZES);
	digest->error =
		sandbox_run(same_rows_execute, digest, perfcheck_statement_timeout);
	return digest;
}

/* Returns the digest of the first query, executed unless it was before. */
static const RowDigest *
same_rows_original(SameRows *same, const Case *one, uint64 most)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext own;
	RowDigest *digest;
	ListCell *cell;

	foreach(cell, same->digests)
	{
		digest = lfirst(cell);
		if (digest->one == one && digest->most == most)
			return digest;
	}
	own = AllocSetContextCreate(caller, "perfcheck rows of a query",
								ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(own);
	digest = same_rows_digest(same->statement, one, NULL, most);
	if (digest->ngroups <= SAME_ROWS_MOST_KEPT - same->kept)
	{
		MemoryContextSetParent(own, same->context);
		MemoryContextSwitchTo(same->context);
		same->digests = lappend(same->digests, digest);
		same->kept += digest->ngroups;
	}
	MemoryContextSwitchTo(caller);
	return digest;
}

/* ---- what the order of the rows decides ---- */

/* Is a query's input ordered, so that its aggregates see it in that order? */
static bool
same_rows_input_ordered(const Query *query)
{
	ListCell *cell;

	foreach(cell, query->rtable)
	{
		const RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);

		if (rte->rtekind == RTE_SUBQUERY && rte->subquery->sortClause != NIL)
			return true;
	}
	return false;
}

/* Finds an aggregate that collects what no ORDER BY puts in order. */
static bool
same_rows_collects(Node *node, void *arg)
{
	static const char *const names[] = {
		"array_agg",       "string_agg",       "json_agg",
		"jsonb_agg",       "json_object_agg",  "jsonb_object_agg",
		"json_agg_strict", "jsonb_agg_strict", "xmlagg",
	};
	const Query **query = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		const Query *around = *query;
		bool found;

		*query = castNode(Query, node);
		found = query_tree_walker(castNode(Query, node), same_rows_collects,
								  arg, 0);
		*query = around;
		return found;
	}
	if (IsA(node, Aggref) && castNode(Aggref, node)->aggorder == NIL &&
		castNode(Aggref, node)->aggkind == AGGKIND_NORMAL &&
		!same_rows_input_ordered(*query))
	{
		const char *name = get_func_name(castNode(Aggref, node)->aggfnoid);

		for (int i = 0; name != NULL && i < lengthof(names); i++)
			if (strcmp(name, names[i]) == 0)
				return true;
	}
	return expression_tree_walker(node, same_rows_collects, arg);
}

/* ---- comparison ---- */

/* How the columns of two results differ, or NULL. */
static char *
same_rows_compare_columns(const RowDigest *a, const RowDigest *b)
{
	if (a->nvisible != b->nvisible)
		return psprintf("it returns %d columns instead of %d", b->nvisible,
						a->nvisible);
	for (int i = 0; i < a->nvisible; i++)
		if (a->columns[i].type != b->columns[i].type)
			return psprintf("its column %d is %s instead of %s", i + 1,
							format_type_be(b->columns[i].type),
							format_type_be(a->columns[i].type));
	return NULL;
}

typedef enum RowsResult
{
	ROWS_SAME,
	ROWS_CUT, /* all but those that tie where the LIMIT cuts */
	ROWS_OTHER,
	ROWS_OTHER_ORDER
} RowsResult;

static uint64
same_rows_sum(const RowGroup *group, RowsBy by)
{
	return by == ROWS_BY_VALUES    ? group->strict
		   : by == ROWS_BY_LETTERS ? group->loose
								   : group->decided;
}

static bool
same_rows_has_open(const RowDigest *digest)
{
	for (int i = 0; i < digest->nvisible; i++)
		if (digest->columns[i].open)
			return true;
	return false;
}

/* Compares group by group; b has as many rows as a. */
static RowsResult
same_rows_compare_groups(const RowDigest *a, const RowDigest *b, RowsBy by)
{
	const Query *query = a->statement->query;
	bool cut = query->limitCount != NULL || query->limitOffset != NULL;
	RowsResult result = ROWS_SAME;
	uint64 of_a = 0;
	uint64 of_b = 0;

	if (a->most > 0)
		cut = false;
	for (int i = 0; i < a->ngroups; i++)
	{
		const RowGroup *group = &a->groups[i];
		const RowGroup *other = &b->groups[i];

		of_a += same_rows_sum(group, by);
		of_b += same_rows_sum(other, by);
		if (same_rows_sum(group, by) == same_rows_sum(other, by))
			continue;
		if (cut && (i == 0 || i == a->ngroups - 1) && a->nkeys == b->nkeys &&
			group->keys == other->keys)
			result = Max(result, ROWS_CUT);
		else
			result = ROWS_OTHER;
	}
	return result == ROWS_OTHER && of_a == of_b ? ROWS_OTHER_ORDER : result;
}

/* Do both return the same rows without their LIMITs, as far as it can be told? */
static bool
same_rows_unlimited(SameRows *same, const ContractStatement *b, const Case *one,
					RowsBy by)
{
	const RowDigest *of_a;
	const RowDigest *of_b;

	if (b->query->limitCount == NULL && b->query->limitOffset == NULL)
		return true;
	of_a = same_rows_original(same, one, SAME_ROWS_MOST_UNLIMITED);
	if (of_a->error != NULL || of_a->stopped)
		return true;
	of_b = same_rows_digest(b, one, of_a, SAME_ROWS_MOST_UNLIMITED);
	if (of_b->error != NULL)
		return true;
	return !of_b->stopped && of_a->rows == of_b->rows &&
		   same_rows_compare_groups(of_a, of_b, by) == ROWS_SAME;
}

static char *
same_rows_compare(SameRows *same, const ContractStatement *b, const Case *one)
{
	const Query *within = NULL;
	const RowDigest *of_a = same_rows_original(same, one, 0);
	const RowDigest *of_b;
	RowsResult result;
	RowsBy by = ROWS_BY_VALUES;
	char *difference;

	if (of_a->error != NULL)
		return psprintf("it cannot be compared, since the query fails: %s",
						of_a->error->message);
	of_b = same_rows_digest(b, one, of_a, 0);
	if (of_b->error != NULL)
		return psprintf("it fails: %s", of_b->error->message);
	difference = same_rows_compare_columns(of_a, of_b);
	if (difference != NULL)
		return difference;
	if (of_a->rows != of_b->rows)
		return psprintf("it returns " UINT64_FORMAT
						" rows instead of " UINT64_FORMAT,
						of_b->rows, of_a->rows);
	result = same_rows_compare_groups(of_a, of_b, by);
	if (result > ROWS_CUT && same_rows_has_open(of_a))
		by = ROWS_BY_DECIDED;
	else if (result > ROWS_CUT &&
			 same_rows_collects((Node *) same->statement->query, &within))
		by = ROWS_BY_LETTERS;
	if (by != ROWS_BY_VALUES)
		result = same_rows_compare_groups(of_a, of_b, by);
	if (result == ROWS_CUT && !same_rows_unlimited(same, b, one, by))
		result = ROWS_OTHER;
	switch (result)
	{
		case ROWS_OTHER:
			return pstrdup("it returns other rows");
		case ROWS_OTHER_ORDER:
			return pstrdup("it returns the rows in another order");
		default:
			return NULL;
	}
}

SameRows *
same_rows_begin(const ContractStatement *a)
{
	SameRows *same = palloc0(sizeof(*same));

	same->statement = a;
	same->context = CurrentMemoryContext;
	return same;
}

/* Keeps what came of a comparison, and returns it. */
static char *
same_rows_note(SameRows *same, const Query *query, const Case *one,
			   const char *difference)
{
	MemoryContext caller = MemoryContextSwitchTo(same->context);
	Compared *compared = palloc(sizeof(*compared));

	compared->query = query;
	compared->one = one;
	compared->difference = difference == NULL ? NULL : pstrdup(difference);
	same->compared = lappend(same->compared, compared);
	MemoryContextSwitchTo(caller);
	return compared->difference;
}

char *
same_rows_difference(SameRows *same, const ContractStatement *b,
					 const Case *one)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	char *difference;
	ListCell *cell;

	foreach(cell, same->compared)
	{
		const Compared *before = lfirst(cell);

		if (before->query == b->query && before->one == one)
			return before->difference;
	}
	scratch = AllocSetContextCreate(caller, "perfcheck compared rows",
									ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	difference = same_rows_compare(same, b, one);
	if (difference != NULL &&
		(contain_volatile_functions((Node *) same->statement->query) ||
		 contain_volatile_functions((Node *) b->query)))
		difference = psprintf("%s, and cannot be compared, since it calls a "
							  "volatile function",
							  difference);
	MemoryContextSwitchTo(caller);
	difference = same_rows_note(same, b->query, one, difference);
	MemoryContextDelete(scratch);
	return difference;
}
