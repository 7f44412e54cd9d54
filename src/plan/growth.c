/*-------------------------------------------------------------------------
 *
 * growth.c
 *		How tables grow, and the values of their columns.
 *
 * The values of a column are judged by what is declared, and by pg_statistic,
 * never by names:
 *
 *	- A column that is a unique key alone has a new value for each new row.
 *	- A foreign key has the values of the column that it refers to, which of a
 *	  key of one column are as many as the parent's rows. A column of a key of
 *	  several columns grows as the one that it refers to; of several keys the
 *	  one that grows least counts.
 *	- A column of time, and a serial key, has new values beyond today's, as many
 *	  as the table has new rows. Serial is an integer column that is unique, or
 *	  filled from a sequence. A foreign key to such a column is like it.
 *	- ANALYZE makes stadistinct negative, a fraction of the rows, where it found
 *	  the distinct values to be many.
 *	- If all but one column of a unique key of several columns are told of by the
 *	  above, the last one grows by what is left: there must be as many keys as
 *	  rows. So the numbers do that count the members of each club, where the
 *	  clubs are fixed.
 *	- All others are taken to have always the same values.
 *
 * Where statistics tell how many values a column has in the larger table, it has
 * these, but for keys, foreign keys and values that go on: of few rows ANALYZE
 * takes most values for a fraction of them, as each occurs once or twice.
 *
 * The time of synthetic events grows denser unless told otherwise, since
 * perfcheck_seed() puts any number of them into the same months. Such a table is
 * known by the ids in its statistics, all of which bear the checksum. So nothing
 * has to be kept of it, and a table of other rows that was seeded once is not
 * taken for it. So does the time of rows that perfcheck_populate() made, which are
 * few of the rows that the statistics stand for and span the same time as all of
 * them: tables most of whose rows are made.
 *
 * A plan asks for many columns. All that is read here is in the system caches
 * and the relation caches, which also know when it changes; nothing else is kept
 * but the rows of the tables that perfcheck_size() told of.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/relation.h"
#include "catalog/index.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/uuid.h"

#include "base/compat.h"
#include "base/relation.h"
#include "base/settings.h"
#include "base/table_size.h"
#include "plan/column_times.h"
#include "plan/fixed_tables.h"
#include "plan/growth.h"
#include "shared/synthetic_id.h"

/* The base of the exponent of a size that was told, if perfcheck.scale is 1. */
#define GROWTH_SCALE 100.0

/* No exponent is larger: the rows must stay a number at any scale. */
#define GROWTH_MOST 50.0

/* Made rows make up at least this share of a table of made rows. */
#define GROWTH_MADE 0.5

/* How many foreign keys are followed, one behind the other. */
#define GROWTH_MOST_KEYS 8

/* ---- tables ---- */

/* What was told of the table that relid is, or is a part of; or NULL. */
static TableSize *
growth_told(Oid relid)
{
	return table_size_any() ? table_size_find(relation_root(relid)) : NULL;
}

bool
growth_is_told(Oid relid)
{
	const TableSize *told =
		fixed_tables_contains(relid) ? NULL : growth_told(relid);

	return told != NULL && told->rows >= 0;
}

double
growth_rows_today(Oid relid)
{
	double rows = 0;
	List *parts;
	ListCell *cell;

	if (get_rel_relkind(relid) == RELKIND_INDEX)
		relid = IndexGetRelation(relid, true);
	if (get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE)
		return relation_rows(relid);
	parts = find_all_inheritors(relid, NoLock, NULL);
	foreach(cell, parts)
		if (get_rel_relkind(lfirst_oid(cell)) != RELKIND_PARTITIONED_TABLE)
			rows += relation_rows(lfirst_oid(cell));
	return rows;
}

/* Returns the exponent of what will be so many times as much at the told size. */
static double
growth_exponent(double times)
{
	double exponent =
		log(times) / log(perfcheck_scale == 1 ? GROWTH_SCALE : perfcheck_scale);

	return Max(-GROWTH_MOST, Min(exponent, GROWTH_MOST));
}

double
growth_of_relation(Oid relid)
{
	TableSize *told;

	if (fixed_tables_contains(relid))
		return 0;
	told = growth_told(relid);
	if (told == NULL || told->rows < 0)
		return 1;
	/* An empty table counts as one row, as an exponent has to. */
	if (told->today < 0)
		told->today = Max(growth_rows_today(told->relid), 1);
	return growth_exponent(Max(told->rows, 1) / told->today);
}

/* ---- what is declared of a column ---- */

static bool
growth_is_time(Oid type)
{
	type = getBaseType(type);
	return type == DATEOID || type == TIMESTAMPOID || type == TIMESTAMPTZOID;
}

static bool
growth_is_integer(Oid type)
{
	type = getBaseType(type);
	return type == INT2OID || type == INT4OID || type == INT8OID;
}

/* Returns whether an index has one column only, which attnum is, and is unique. */
static bool
growth_index_is_key(Oid index, AttrNumber attnum)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;
	bool is_key;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_index) GETSTRUCT(tuple);
	is_key = form->indisunique && form->indisvalid && form->indnkeyatts == 1 &&
			 form->indkey.values[0] == attnum &&
			 heap_attisnull(tuple, Anum_pg_index_indpred, NULL);
	ReleaseSysCache(tuple);
	return is_key;
}

static bool
growth_is_unique(Relation relation, AttrNumber attnum)
{
	List *indexes = RelationGetIndexList(relation);
	bool unique = false;
	ListCell *cell;

	foreach(cell, indexes)
		unique = unique || growth_index_is_key(lfirst_oid(cell), attnum);
	list_free(indexes);
	return unique;
}

static bool
growth_calls_nextval(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr) && castNode(FuncExpr, node)->funcid == F_NEXTVAL)
		return true;
	return expression_tree_walker(node, growth_calls_nextval, arg);
}

static bool
growth_has_sequence(Relation relation, AttrNumber attnum)
{
	Form_pg_attribute attribute =
		TupleDescAttr(RelationGetDescr(relation), attnum - 1);

	if (attribute->attidentity != '\0')
		return true;
	return attribute->atthasdef && attribute->attgenerated == '\0' &&
		   growth_calls_nextval(build_column_default(relation, attnum), NULL);
}

/* ---- what statistics tell of a column ---- */

/* Returns stadistinct of a column; 0 if there are no statistics. */
static double
growth_stadistinct(Oid relid, AttrNumber attnum)
{
	bool inherit = get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE;
	HeapTuple tuple =
		SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relid),
						Int16GetDatum(attnum), BoolGetDatum(inherit));
	double distinct;

	if (!HeapTupleIsValid(tuple))
		return 0;
	distinct = ((Form_pg_statistic) GETSTRUCT(tuple))->stadistinct;
	ReleaseSysCache(tuple);
	return distinct;
}

/* Returns whether ANALYZE found that a column's values grow with the rows. */
static bool
growth_is_fraction(Oid relid, AttrNumber attnum)
{
	return growth_stadistinct(relid, attnum) < 0;
}

/*
 * Sets the exponent of a column's values if it was told how many there are at the
 * told size; else returns false. A partition is like the table that it is a part of.
 */
static bool
growth_read_told(Oid relid, AttrNumber attnum, double table, double *exponent)
{
	const TableSize *told = growth_told(relid);
	char *name = get_attname(relid, attnum, true);
	double values;
	double most;
	double today;

	if (told == NULL || told->rows < 0 || name == NULL || table <= 0 ||
		!table_size_values(told->relid, name, &values, &most))
		return false;
	today = growth_stadistinct(told->relid, get_attnum(told->relid, name));
	if (today == 0)
		return false;
	if (today < 0)
		today *= -growth_rows_today(told->relid);
	*exponent = growth_exponent(values / Max(today, 1));
	*exponent = Max(0, Min(*exponent, table));
	return true;
}

/* Returns the share of a column's most common value; 0 if none is common. */
static double
growth_most_today(Oid relid, AttrNumber attnum)
{
	bool inherit = get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE;
	HeapTuple tuple =
		SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relid),
						Int16GetDatum(attnum), BoolGetDatum(inherit));
	AttStatsSlot common;
	double most = 0;

	if (!HeapTupleIsValid(tuple))
		return 0;
	if (get_attstatsslot(&common, tuple, STATISTIC_KIND_MCV, InvalidOid,
						 ATTSTATSSLOT_NUMBERS))
	{
		if (common.nnumbers > 0)
			most = common.numbers[0];
		free_attstatsslot(&common);
	}
	ReleaseSysCache(tuple);
	return most;
}

/* Sets what was told of a column's most common value. */
static void
growth_read_most(Oid relid, AttrNumber attnum, GrowthColumn *growth)
{
	const TableSize *told = growth_told(relid);
	char *name = get_attname(relid, attnum, true);
	double values;
	double most;
	double distinct;
	double today;

	if (told == NULL || told->rows < 0 || name == NULL || growth->table <= 0 ||
		!table_size_values(told->relid, name, &values, &most) || most <= 0)
		return;
	attnum = get_attnum(told->relid, name);
	today = growth_most_today(told->relid, attnum);
	distinct = growth_stadistinct(told->relid, attnum);
	if (distinct < 0)
		distinct *= -growth_rows_today(told->relid);
	if (today * distinct <= 1)
		return;
	growth->most_known = true;
	growth->most_excess = log(today * distinct);
	growth->most = Max(0, Min(growth_exponent(today / most), growth->table));
}

/* Returns whether all ids of a table that are in its statistics are synthetic. */
static bool
growth_is_synthetic(Oid relid)
{
	bool inherit = get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE;
	AttrNumber id = get_attnum(relid, "id");
	HeapTuple tuple;
	AttStatsSlot ids;
	bool synthetic = false;

	if (id == InvalidAttrNumber ||
		getBaseType(get_atttype(relid, id)) != UUIDOID)
		return false;
	tuple = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relid),
							Int16GetDatum(id), BoolGetDatum(inherit));
	if (!HeapTupleIsValid(tuple))
		return false;
	if (get_attstatsslot(&ids, tuple, STATISTIC_KIND_HISTOGRAM, InvalidOid,
						 ATTSTATSSLOT_VALUES))
	{
		synthetic = ids.nvalues > 0;
		for (int i = 0; i < ids.nvalues && synthetic; i++)
			synthetic = synthetic_id_is_one(DatumGetUUIDP(ids.values[i])->data);
		free_attstatsslot(&ids);
	}
	ReleaseSysCache(tuple);
	return synthetic;
}

/* Returns whether most rows of a table, or of the one that it is a part of, are made. */
static bool
growth_is_made(Oid relid)
{
	Oid root = relation_root(relid);
	double made = table_size_made(root);

	return made > 0 && made >= GROWTH_MADE * growth_rows_today(root);
}

/* ---- the values of a column ---- */

/* Every column grows denser; see growth_take_denser(). */
static bool growth_all_denser = false;

void
growth_take_denser(bool denser)
{
	growth_all_denser = denser;
}

/* Returns whether the new values of a column of time, or serial, are denser. */
static bool
growth_is_denser(Oid relid, AttrNumber attnum, bool time)
{
	const TableSize *told = growth_told(relid);
	char *name;
	ListCell *cell;

	if (growth_all_denser)
		return true;
	if (told == NULL || !told->told)
		return time && (growth_is_synthetic(relid) || growth_is_made(relid) ||
						column_times_grow_denser(relid, attnum));
	name = get_attname(relid, attnum, true);
	foreach(cell, told->denser)
		if (name != NULL && strcmp(lfirst(cell), name) == 0)
			return true;
	return false;
}

static GrowthColumn growth_read_column(Relation relation, AttrNumber attnum,
									   int keys);

/*
 * Returns the growth of the column of the parent table that column i of a foreign
 * key refers to. The parent is not opened, and so not locked, where its column is
 * a key by itself.
 */
static GrowthColumn
growth_of_parent(const ForeignKeyCacheInfo *key, int i, Oid type, int keys)
{
	GrowthColumn growth = {.table = growth_of_relation(key->confrelid)};
	Relation parent;

	growth.distinct = growth.table;
	if (key->nkeys == 1)
	{
		growth.beyond = (growth_is_integer(type) || growth_is_time(type)) &&
						!growth_is_denser(key->confrelid, key->confkey[i],
										  growth_is_time(type));
		return growth;
	}
	parent = keys < GROWTH_MOST_KEYS
				 ? try_relation_open(key->confrelid, AccessShareLock)
				 : NULL;
	if (parent == NULL)
		return growth;
	growth = growth_read_column(parent, key->confkey[i], keys + 1);
	relation_close(parent, AccessShareLock);
	return growth;
}

/*
 * Returns whether a column is a foreign key, and sets the growth of what it
 * refers to.
 */
static bool
growth_read_foreign_key(Relation relation, AttrNumber attnum, int keys,
						GrowthColumn *parent)
{
	List *list = copyObject(RelationGetFKeyList(relation));
	Oid type = TupleDescAttr(RelationGetDescr(relation), attnum - 1)->atttypid;
	bool found = false;
	ListCell *cell;

	foreach(cell, list)
	{
		const ForeignKeyCacheInfo *key = lfirst(cell);

		for (int i = 0; i < key->nkeys; i++)
		{
			GrowthColumn one;

			if (key->conkey[i] != attnum)
				continue;
			one = growth_of_parent(key, i, type, keys);
			if (!found || one.distinct < parent->distinct)
				*parent = one;
			found = true;
		}
	}
	list_free_deep(list);
	return found;
}

/*
 * Returns whether a column's values go on beyond today's, if they do not grow
 * denser. parent tells whether those do that the column refers to.
 */
static bool
growth_goes_on(Relation relation, AttrNumber attnum, bool unique, bool parent)
{
	Oid type = TupleDescAttr(RelationGetDescr(relation), attnum - 1)->atttypid;

	return growth_is_time(type) || parent ||
		   (growth_is_integer(type) &&
			(unique || growth_has_sequence(relation, attnum)));
}

/*
 * Reads a column by itself. Returns whether something tells of its values; if
 * not, they are taken to stay the same. keys is how many foreign keys led here.
 */
static bool
growth_read_alone(Relation relation, AttrNumber attnum, int keys,
				  GrowthColumn *growth)
{
	Oid relid = RelationGetRelid(relation);
	Oid type = TupleDescAttr(RelationGetDescr(relation), attnum - 1)->atttypid;
	GrowthColumn parent = {0};
	bool unique = growth_is_unique(relation, attnum);
	bool child = growth_read_foreign_key(relation, attnum, keys, &parent);

	*growth = (GrowthColumn){.table = growth_of_relation(relid)};
	growth->key = unique || child;
	growth->beyond = growth_goes_on(relation, attnum, unique, parent.beyond) &&
					 !growth_is_denser(relid, attnum, growth_is_time(type));
	if (child && !unique)
		growth->distinct = Min(parent.distinct, growth->table);
	else if (unique || growth->beyond)
		growth->distinct = growth->table;
	else if (growth_read_told(relid, attnum, growth->table, &growth->distinct))
		return true;
	else if (growth_is_fraction(relid, attnum))
		growth->distinct = growth->table;
	else
		return false;
	return true;
}

/*
 * Returns what the other columns of a unique index leave for this one to grow
 * by; 0 if the index does not have it, or if nothing tells of another column.
 */
static double
growth_left_by_index(Relation relation, Oid index, AttrNumber attnum, int keys)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	double left = growth_of_relation(RelationGetRelid(relation));
	bool holds = false;
	Form_pg_index form;

	if (!HeapTupleIsValid(tuple))
		return 0;
	form = (Form_pg_index) GETSTRUCT(tuple);
	if (!form->indisunique || !form->indisvalid ||
		!heap_attisnull(tuple, Anum_pg_index_indpred, NULL))
		left = 0;
	for (int i = 0; i < form->indnkeyatts && left > 0; i++)
	{
		AttrNumber other = form->indkey.values[i];
		GrowthColumn growth;

		if (other == attnum)
			holds = true;
		else if (other <= 0 ||
				 !growth_read_alone(relation, other, keys, &growth))
			left = 0;
		else
			left -= growth.distinct;
	}
	ReleaseSysCache(tuple);
	return holds ? Max(left, 0) : 0;
}

static GrowthColumn
growth_read_column(Relation relation, AttrNumber attnum, int keys)
{
	GrowthColumn growth;
	List *indexes;
	ListCell *cell;

	if (growth_read_alone(relation, attnum, keys, &growth))
		return growth;
	indexes = RelationGetIndexList(relation);
	foreach(cell, indexes)
		growth.distinct =
			Max(growth.distinct,
				growth_left_by_index(relation, lfirst_oid(cell), attnum, keys));
	list_free(indexes);
	growth.key = growth.distinct > 0;
	return growth;
}

bool
growth_can_extend(Oid relid, AttrNumber attnum)
{
	Relation relation = try_relation_open(relid, AccessShareLock);
	GrowthColumn parent = {0};
	bool can;

	if (relation == NULL)
		return false;
	(void) growth_read_foreign_key(relation, attnum, 0, &parent);
	can = growth_goes_on(relation, attnum, growth_is_unique(relation, attnum),
						 parent.beyond);
	relation_close(relation, AccessShareLock);
	return can;
}

GrowthColumn
growth_of_column(Oid relid, AttrNumber attnum)
{
	GrowthColumn growth = {.table = growth_of_relation(relid)};
	Relation relation = try_relation_open(relid, AccessShareLock);

	if (relation == NULL)
		return growth;
	if (attnum > 0 && attnum <= RelationGetNumberOfAttributes(relation) &&
		!TupleDescAttr(RelationGetDescr(relation), attnum - 1)->attisdropped)
	{
		growth = growth_read_column(relation, attnum, 0);
		growth_read_most(relid, attnum, &growth);
	}
	relation_close(relation, AccessShareLock);
	return growth;
}

double
growth_of_distinct(Oid relid, AttrNumber attnum)
{
	return growth_of_column(relid, attnum).distinct;
}

bool
growth_extends(Oid relid, AttrNumber attnum)
{
	GrowthColumn growth = growth_of_column(relid, attnum);

	/* A range of a key keeps its rows if each key does. */
	return growth.beyond && growth.distinct >= growth.table;
}

/* ---- indexes ---- */

/* Returns expression number n, from 0, of an index; NULL if it is gone. */
static Node *
growth_index_expression(Oid index, int n)
{
	Relation relation = try_relation_open(index, AccessShareLock);
	List *expressions;

	if (relation == NULL)
		return NULL;
	expressions = relation_index_expressions(relation);
	relation_close(relation, AccessShareLock);
	return n < list_length(expressions) ? list_nth(expressions, n) : NULL;
}

/* Returns the column that an expression casts, or NULL. */
static const Var *
growth_cast_column(Node *node)
{
	for (;;)
	{
		if (IsA(node, RelabelType))
			node = (Node *) castNode(RelabelType, node)->arg;
		else if (IsA(node, CoerceViaIO))
			node = (Node *) castNode(CoerceViaIO, node)->arg;
		else if (IsA(node, FuncExpr) &&
				 castNode(FuncExpr, node)->funcformat != COERCE_EXPLICIT_CALL &&
				 castNode(FuncExpr, node)->funcformat != COERCE_SQL_SYNTAX)
			node = linitial(castNode(FuncExpr, node)->args);
		else
			break;
	}
	return IsA(node, Var) ? castNode(Var, node) : NULL;
}

/*
 * An expression that casts a column grows as the column does. One of time, over a
 * column of time that goes on, as the date of a timestamp, goes on as well.
 * All others are told by their statistics.
 */
static GrowthColumn
growth_of_expression(Oid index, Oid relid, int column, Node *expression)
{
	GrowthColumn growth = {.table = growth_of_relation(relid)};
	const Var *cast =
		expression == NULL ? NULL : growth_cast_column(expression);
	Bitmapset *columns = NULL;
	int attnum;

	if (cast != NULL)
	{
		growth = growth_of_column(relid, cast->varattno);
		growth.beyond =
			growth.beyond && (growth_is_time(exprType(expression)) ||
							  growth_is_integer(exprType(expression)));
		return growth;
	}
	growth.key = growth_index_is_key(index, 0);
	pull_varattnos(expression, 1, &columns);
	if (expression != NULL && growth_is_time(exprType(expression)) &&
		bms_get_singleton_member(columns, &attnum))
		growth.beyond =
			growth_of_column(relid, attnum + FirstLowInvalidHeapAttributeNumber)
				.beyond;
	if (growth.key || growth.beyond || growth_is_fraction(index, column))
		growth.distinct = growth.table;
	return growth;
}

GrowthColumn
growth_of_index_key(Oid index, int column)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	GrowthColumn growth = {0};
	Form_pg_index form;
	AttrNumber attnum = InvalidAttrNumber;
	Oid relid;
	int before = 0;

	if (!HeapTupleIsValid(tuple))
		return growth;
	form = (Form_pg_index) GETSTRUCT(tuple);
	relid = form->indrelid;
	if (column >= 1 && column <= form->indnatts)
		attnum = form->indkey.values[column - 1];
	for (int i = 0; i < column - 1 && i < form->indnatts; i++)
		before += form->indkey.values[i] == 0;
	ReleaseSysCache(tuple);
	return attnum != InvalidAttrNumber
			   ? growth_of_column(relid, attnum)
			   : growth_of_expression(index, relid, column,
									  growth_index_expression(index, before));
}

double
growth_of_index_column(Oid index, int column)
{
	return growth_of_index_key(index, column).distinct;
}
