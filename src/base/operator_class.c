/*-------------------------------------------------------------------------
 *
 * operator_class.c
 *		Which operator classes of indexes have an operator.
 *
 * pg_amop has the operators of each family, and for which purpose: 'o' is that
 * of ordering. pg_opclass is read whole for the classes of a family.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"

#include "catalog/pg_am_d.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_namespace_d.h"
#include "catalog/pg_opclass.h"
#include "commands/defrem.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/operator_class.h"

/* The operator families in which an operator orders the rows. */
static List *
operator_class_order_families(Oid opno)
{
	CatCList *entries = SearchSysCacheList1(AMOPOPID, ObjectIdGetDatum(opno));
	List *families = NIL;

	for (int i = 0; i < entries->n_members; i++)
	{
		Form_pg_amop entry =
			(Form_pg_amop) GETSTRUCT(&entries->members[i]->tuple);

		if (entry->amoppurpose == AMOP_ORDER)
			families = lappend_oid(families, entry->amopfamily);
	}
	ReleaseSysCacheList(entries);
	return families;
}

bool
operator_class_orders(Oid opno)
{
	return operator_class_order_families(opno) != NIL;
}

Oid
operator_class_for_order(Oid opno, Oid type, Oid *method)
{
	List *families = operator_class_order_families(opno);
	Relation pg_opclass;
	TableScanDesc scan;
	HeapTuple tuple;
	Oid best = InvalidOid;
	int best_rank = 0;

	if (families == NIL)
		return InvalidOid;
	pg_opclass = table_open(OperatorClassRelationId, AccessShareLock);
	scan = table_beginscan_catalog(pg_opclass, 0, NULL);
	while ((tuple = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		Form_pg_opclass class = (Form_pg_opclass) GETSTRUCT(tuple);
		int rank = 1 + (class->opcdefault ? 2 : 0) +
				   (class->opcmethod == GIST_AM_OID ? 1 : 0);

		if (rank <= best_rank || !list_member_oid(families, class->opcfamily) ||
			!IsBinaryCoercible(type, class->opcintype))
			continue;
		best = class->oid;
		best_rank = rank;
		*method = class->opcmethod;
	}
	table_endscan(scan);
	table_close(pg_opclass, AccessShareLock);
	return best;
}

char *
operator_class_sql(Oid class, Oid type)
{
	HeapTuple tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(class));
	Form_pg_opclass form;
	char *sql;

	if (!HeapTupleIsValid(tuple))
		return pstrdup("");
	form = (Form_pg_opclass) GETSTRUCT(tuple);
	if (GetDefaultOpClass(type, form->opcmethod) == class)
		sql = pstrdup("");
	else if (form->opcnamespace == PG_CATALOG_NAMESPACE)
		sql = psprintf(" %s", quote_identifier(NameStr(form->opcname)));
	else
		sql = psprintf(" %s", quote_qualified_identifier(
								  get_namespace_name(form->opcnamespace),
								  NameStr(form->opcname)));
	ReleaseSysCache(tuple);
	return sql;
}
