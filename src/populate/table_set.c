/*-------------------------------------------------------------------------
 *
 * table_set.c
 *		Which tables rows are made for, and in which order.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/relation.h"
#include "populate/table_set.h"

/* ---- which ---- */

static int
compare_oids(const ListCell *a, const ListCell *b)
{
	Oid left = lfirst_oid(a);
	Oid right = lfirst_oid(b);

	return left < right ? -1 : left > right;
}

/* The tables of a schema that are no partitions and no extension's. */
static List *
tables_of_schema(Oid schema, AclMode right, List *tables)
{
	Relation catalog = table_open(RelationRelationId, AccessShareLock);
	ScanKeyData wanted;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&wanted, Anum_pg_class_relnamespace, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(schema));
	scan = systable_beginscan(catalog, InvalidOid, false, NULL, 1, &wanted);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);

		if ((form->relkind == RELKIND_RELATION ||
			 form->relkind == RELKIND_PARTITIONED_TABLE) &&
			!form->relispartition &&
			!OidIsValid(getExtensionOfObject(RelationRelationId, form->oid)) &&
			pg_class_aclcheck(form->oid, GetUserId(), right) == ACLCHECK_OK)
			tables = lappend_oid(tables, form->oid);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return tables;
}

List *
table_set_all(uint64 right)
{
	List *schemas = fetch_search_path(false);
	List *tables = NIL;
	ListCell *cell;

	foreach(cell, schemas)
		if (!IsCatalogNamespace(lfirst_oid(cell)))
			tables = tables_of_schema(lfirst_oid(cell), right, tables);
	return tables;
}

/* A partition whose whole table is named as well gets its rows by that one. */
static List *
without_partitions(List *relids)
{
	List *kept = NIL;
	ListCell *cell;

	foreach(cell, relids)
	{
		Oid root = relation_root(lfirst_oid(cell));

		if (root == lfirst_oid(cell) || !list_member_oid(relids, root))
			kept = list_append_unique_oid(kept, lfirst_oid(cell));
	}
	return kept;
}

static void
lock_table(Oid relid)
{
	AclResult result;

	if (get_rel_name(relid) == NULL)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("there is no table with OID %u", relid),
				errhint("Name the tables by their names."));
	/* Before the lock is waited for: others would have to wait as well. */
	result = pg_class_aclcheck(relid, GetUserId(), ACL_INSERT);
	if (result != ACLCHECK_OK)
		aclcheck_error(result, get_relkind_objtype(get_rel_relkind(relid)),
					   get_rel_name(relid));
	LockRelationOid(relid, ShareRowExclusiveLock);
}

/* ---- how each is written ---- */

static bool
may_read(Oid relid)
{
	return pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
		   check_enable_rls(relid, InvalidOid, true) != RLS_ENABLED;
}

static bool
is_fast(const TableModel *model)
{
	ListCell *cell;

	if (model->triggers || model->deferrable || !may_read(model->relid))
		return false;
	foreach(cell, model->keys)
		if (!may_read(((ModelKey *) lfirst(cell))->parent))
			return false;
	return true;
}

/* ---- order ---- */

static TableMaker *
make_table(Population *population, Oid relid, bool wanted)
{
	TableMaker *table = palloc0(sizeof(TableMaker));

	table->model = table_model_read(relid);
	table->wanted = wanted;
	table->random = population_random(population->seed, table->model->table);
	table->fast = wanted && is_fast(table->model);
	return table;
}

/* Adds a table after those it refers to. open are those that wait for that. */
static void
add_table(Population *population, Oid relid, List *wanted, List *open)
{
	bool is_wanted = list_member_oid(wanted, relid);
	TableMaker *table;
	ListCell *cell;

	if (population_find(population, relid) != NULL ||
		list_member_oid(open, relid))
		return;
	if (!is_wanted)
		LockRelationOid(relid, AccessShareLock);
	table = make_table(population, relid, is_wanted);
	open = lappend_oid(list_copy(open), relid);
	foreach(cell, is_wanted ? table->model->keys : NIL)
	{
		Oid parent = ((ModelKey *) lfirst(cell))->parent;

		/* Rows that nobody looks up one by one need parents that stay. */
		if (table->fast && !list_member_oid(wanted, parent))
			LockRelationOid(parent, ShareRowExclusiveLock);
		if (parent != relid && list_member_oid(open, parent))
			table->waits = !table->fast;
		else if (parent == relid && !table->fast)
			table->waits = true;
		add_table(population, parent, wanted, open);
	}
	population->tables = lappend(population->tables, table);
}

void
table_set_open(Population *population, List *relids)
{
	ListCell *cell;

	if (relids == NIL)
		relids = table_set_all(ACL_INSERT);
	if (relids == NIL)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("there is no table to populate"),
				errdetail("No schema of the search_path holds a table that you "
						  "may insert into."),
				errhint("Name the tables, or set search_path."));
	relids = without_partitions(relids);
	/* In an order of their own, so that two sessions do not lock each other. */
	list_sort(relids, compare_oids);
	foreach(cell, relids)
		lock_table(lfirst_oid(cell));
	foreach(cell, relids)
		add_table(population, lfirst_oid(cell), relids, NIL);
}
