/*-------------------------------------------------------------------------
 *
 * table_growth.c
 *		Takes down how a table grows: perfcheck_size().
 *
 * What is told is checked against the table and the model of growth.h, and
 * written by base/table_size.h.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "utils/lsyscache.h"

#include "base/relation.h"
#include "base/table_size.h"
#include "plan/growth.h"
#include "plan/table_growth.h"

static void
table_growth_check(Oid relid)
{
	const char *name = get_rel_name(relid);
	char kind = get_rel_relkind(relid);

	if (name == NULL)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("relation with OID %u does not exist", relid),
				errhint("Give the name of a table."));
	if (kind != RELKIND_RELATION && kind != RELKIND_MATVIEW &&
		kind != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("\"%s\" is not a table", name),
				errhint("Give the name of a table that holds the rows."));
	if (IsCatalogRelationOid(relid))
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("\"%s\" is a system catalog", name),
				errhint("Catalogs are taken not to grow."));
	if (get_rel_relispartition(relid))
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("\"%s\" is a partition", name),
				errdetail("A partition grows as the table that it is a part "
						  "of."),
				errhint("Give the table %s.",
						relation_sql_name(relation_root(relid))));
}

static void
table_growth_check_denser(Oid relid, const char *name)
{
	AttrNumber attnum = get_attnum(relid, name);

	if (attnum == InvalidAttrNumber)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
				errmsg("table \"%s\" has no column \"%s\"", get_rel_name(relid),
					   name),
				errhint("Give the names of columns of time."));
	if (attnum <= 0 || !growth_can_extend(relid, attnum))
		ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
				errmsg("column \"%s\" of table \"%s\" is neither a time nor a "
					   "serial key",
					   name, get_rel_name(relid)),
				errdetail("Its new values are taken to lie between those of "
						  "today anyway."),
				errhint("Leave it out of denser."));
}

/* Returns the names (char *) of the columns, each of which may grow denser. */
static List *
table_growth_read_denser(Oid relid, ArrayType *denser)
{
	List *names = NIL;
	Datum *values;
	bool *nulls;
	int count;

	deconstruct_array(denser, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR,
					  &values, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					errmsg("denser must not contain nulls"),
					errhint("Give the names of columns of time."));
		table_growth_check_denser(relid, NameStr(*DatumGetName(values[i])));
		names = lappend(names, NameStr(*DatumGetName(values[i])));
	}
	return names;
}

void
table_growth_tell(Oid relid, const double *rows, ArrayType *denser)
{
	TableSize size = {.relid = relid, .rows = -1, .told = denser != NULL};

	table_growth_check(relid);
	if (rows != NULL && *rows < 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("rows must not be negative"),
				errhint("Give the rows that the table is judged at, or NULL "
						"to let it grow by the scale."));
	if (rows != NULL)
		size.rows = *rows;
	if (denser != NULL)
		size.denser = table_growth_read_denser(relid, denser);
	table_size_tell(&size);
}
