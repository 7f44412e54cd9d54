/*-------------------------------------------------------------------------
 *
 * rewrite_structure_keys.c
 *		The first rows of each group, one look into an index for each.
 *
 * If a foreign key says that the group is a row of another table, each row of that
 * table is looked up. In any case a recursive query can take the least group, and
 * then the least that is greater, until there is none. Neither finds the rows whose
 * group is NULL: where there can be any, they are an arm of their own.
 *
 * All of it is put together as SQL, which is then parsed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "advice/index_facts.h"
#include "advice/rewrite_structure_keys.h"
#include "advice/rewrite_structure_tree.h"
#include "base/relation.h"

/* ---- what is read of a query ---- */

/* Adds the columns that are compared with one value by =. */
static void
structure_keys_read_fixed(GroupShape *shape)
{
	ListCell *cell;

	foreach(cell, structure_tree_conditions(shape->query))
	{
		OpExpr *expr = lfirst(cell);
		Node *left;
		Node *right;

		if (!IsA(expr, OpExpr) || list_length(expr->args) != 2 ||
			strcmp(structure_tree_operator(expr), "=") != 0)
			continue;
		left = strip_implicit_coercions(linitial(expr->args));
		right = strip_implicit_coercions(lsecond(expr->args));
		if (IsA(right, Var))
		{
			Node *swap = left;

			left = right;
			right = swap;
		}
		if (IsA(left, Var) && !contain_var_clause(right) &&
			!checkExprHasSubLink(right))
			shape->fixed = list_append_unique(shape->fixed, left);
	}
}

bool
structure_keys_read(const Query *query, GroupShape *shape)
{
	const RangeTblEntry *rte;

	memset(shape, 0, sizeof(*shape));
	shape->varno = structure_tree_only_table(query);
	if (shape->varno == 0 || query->setOperations != NULL ||
		query->cteList != NIL || query->hasTargetSRFs ||
		query->rowMarks != NIL || query->groupingSets != NIL ||
		query->limitOption == LIMIT_OPTION_WITH_TIES ||
		contain_volatile_functions((Node *) query) ||
		!structure_tree_is_closed(unconstify(Query *, query)))
		return false;
	rte = rt_fetch(shape->varno, query->rtable);
	shape->query = query;
	shape->relid = rte->relid;
	shape->alias = quote_identifier(rte->eref->aliasname);
	shape->tail = "";
	structure_keys_read_fixed(shape);
	return true;
}

bool
structure_keys_set_group(GroupShape *shape, Var *group)
{
	TypeCacheEntry *type =
		lookup_type_cache(group->vartype, TYPECACHE_LT_OPR | TYPECACHE_GT_OPR);

	shape->group = group;
	shape->group_null =
		!structure_tree_never_null(shape->query, (Node *) group);
	return group->varattno > 0 && OidIsValid(type->lt_opr) &&
		   OidIsValid(type->gt_opr);
}

char *
structure_keys_sql(const GroupShape *shape, const Node *expr)
{
	return structure_text_expression(
		expr, shape->varno, shape->relid,
		rt_fetch(shape->varno, shape->query->rtable)->eref->aliasname);
}

bool
structure_keys_add_order(GroupShape *shape, Node *expr, Oid sortop,
						 bool nulls_first)
{
	TypeCacheEntry *type =
		lookup_type_cache(exprType(expr), TYPECACHE_LT_OPR | TYPECACHE_GT_OPR);
	GroupOrder *order = palloc(sizeof(*order));

	if (sortop != type->lt_opr && sortop != type->gt_opr)
		return false;
	order->expr = expr;
	order->descending = sortop == type->gt_opr;
	order->nulls_first = nulls_first;
	shape->orders = lappend(shape->orders, order);
	return true;
}

/* ---- SQL ---- */

char *
structure_keys_table_sql(Oid relid, const char *alias)
{
	return psprintf(
		"%s%s%s", relation_sql_name(relid),
		strcmp(alias, quote_identifier(get_rel_name(relid))) == 0 ? "" : " AS ",
		strcmp(alias, quote_identifier(get_rel_name(relid))) == 0 ? "" : alias);
}

/* The rows of a group: key is its value, or NULL for the rows without one. */
static char *
structure_keys_group_sql(const GroupShape *shape, const char *columns,
						 const char *key)
{
	StringInfoData sql;
	const char *word = " WHERE ";
	ListCell *cell;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s FROM %s", columns,
					 structure_keys_table_sql(shape->relid, shape->alias));
	if (shape->group != NULL)
	{
		appendStringInfo(&sql, " WHERE %s %s%s",
						 structure_keys_sql(shape, (Node *) shape->group),
						 key == NULL ? "IS NULL" : "= ",
						 key == NULL ? "" : key);
		word = " AND ";
	}
	foreach(cell, structure_tree_conditions(shape->query))
	{
		appendStringInfo(&sql, "%s(%s)", word,
						 structure_keys_sql(shape, lfirst(cell)));
		word = " AND ";
	}
	foreach(cell, shape->orders)
	{
		const GroupOrder *order = lfirst(cell);

		appendStringInfo(&sql, "%s%s%s%s",
						 cell == list_head(shape->orders) ? " ORDER BY " : ", ",
						 structure_keys_sql(shape, order->expr),
						 order->descending ? " DESC" : "",
						 order->nulls_first == order->descending ? ""
						 : order->nulls_first ? " NULLS FIRST"
											  : " NULLS LAST");
	}
	if (shape->limit != NULL)
		appendStringInfo(&sql, " LIMIT %s", shape->limit);
	return sql.data;
}

/* The least group, or the least that is greater than the one before. */
static char *
structure_keys_next_sql(const GroupShape *shape, const char *before)
{
	const char *group = structure_keys_sql(shape, (Node *) shape->group);
	StringInfoData sql;
	ListCell *cell;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s FROM %s WHERE %s %s", group,
					 structure_keys_table_sql(shape->relid, shape->alias),
					 group,
					 before == NULL ? "IS NOT NULL" : psprintf("> %s", before));
	foreach(cell, structure_tree_conditions(shape->query))
		appendStringInfo(&sql, " AND (%s)",
						 structure_keys_sql(shape, lfirst(cell)));
	appendStringInfo(&sql, " ORDER BY %s LIMIT 1", group);
	return sql.data;
}

/* Returns a name that the table does not have. */
static const char *
structure_keys_name(const GroupShape *shape, const char *name)
{
	return strcmp(shape->alias, quote_identifier(name)) == 0
			   ? quote_identifier(psprintf("%s_1", name))
			   : quote_identifier(name);
}

/*
 * The result: the rows of each group of a source, which has its value as key. where
 * is empty, or a condition on the rows of the source.
 */
static char *
structure_keys_rows_sql(const GroupShape *shape, const char *source,
						const char *key, const char *where)
{
	char *rows = structure_keys_group_sql(shape, shape->columns, key);

	if (!shape->group_null)
		return psprintf("SELECT %s.* FROM %s CROSS JOIN LATERAL (%s) AS %s%s%s",
						STRUCTURE_KEYS_RESULT, source, rows,
						STRUCTURE_KEYS_RESULT, where, shape->tail);
	return psprintf(
		"SELECT %s.* FROM (SELECT each.* FROM %s CROSS JOIN LATERAL "
		"(%s) AS each%s UNION ALL (%s)) AS %s%s",
		STRUCTURE_KEYS_RESULT, source, rows, where,
		structure_keys_group_sql(shape, shape->columns, NULL),
		STRUCTURE_KEYS_RESULT, shape->tail);
}

/*
 * The search for the next group ends with NULL, for which a scan that has no
 * condition on the group in its index would read all of it, to find nothing.
 */
static char *
structure_keys_loose_sql(const GroupShape *shape)
{
	const char *keys = structure_keys_name(shape, "keys");
	const char *key = psprintf("%s.key", keys);

	return psprintf(
		"WITH RECURSIVE %s(key) AS ((%s) UNION ALL SELECT (%s) FROM "
		"%s WHERE %s IS NOT NULL) %s",
		keys, structure_keys_next_sql(shape, NULL),
		structure_keys_next_sql(shape, key), keys, key,
		structure_keys_rows_sql(shape, keys, key,
								psprintf(" WHERE %s IS NOT NULL", key)));
}

/* ---- the table of the groups ---- */

/* Is a foreign key one that all rows meet? */
static bool
structure_keys_is_validated(Oid constraint)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	bool validated;

	if (!HeapTupleIsValid(tuple))
		return false;
	validated = ((Form_pg_constraint) GETSTRUCT(tuple))->convalidated;
	ReleaseSysCache(tuple);
	return validated;
}

/* Finds the table that has a row for each group, and its key. */
static bool
structure_keys_find_parent(const GroupShape *shape, Oid *parent,
						   AttrNumber *attnum)
{
	Relation relation = relation_open(shape->relid, AccessShareLock);
	bool found = false;
	ListCell *cell;

	foreach(cell, RelationGetFKeyList(relation))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);
		Relation other;

		if (found || key->nkeys != 1 ||
			key->conkey[0] != shape->group->varattno ||
			!structure_keys_is_validated(key->conoid))
			continue;
		*parent = key->confrelid;
		*attnum = key->confkey[0];
		/* Row security may hide some of its rows. */
		other = relation_open(*parent, AccessShareLock);
		found = !other->rd_rel->relrowsecurity &&
				!structure_tree_is_inherited(*parent);
		relation_close(other, AccessShareLock);
	}
	relation_close(relation, AccessShareLock);
	return found;
}

static char *
structure_keys_parent_sql(const GroupShape *shape)
{
	Oid parent = InvalidOid;
	AttrNumber attnum = InvalidAttrNumber;
	const char *name;
	const char *key;

	if (structure_tree_is_inherited(shape->relid) ||
		!structure_keys_find_parent(shape, &parent, &attnum))
		return NULL;
	name = structure_keys_name(shape, get_rel_name(parent));
	key = psprintf("%s.%s", name,
				   quote_identifier(get_attname(parent, attnum, false)));
	return structure_keys_rows_sql(
		shape, structure_keys_table_sql(parent, name), key, "");
}

/* ---- the index ---- */

static bool
structure_keys_index_has(const IndexFacts *index, int column, Var *var)
{
	return column < index->nkeys && IsA(index->keys[column], Var) &&
		   ((Var *) index->keys[column])->varattno == var->varattno;
}

/* Do the columns of an index from first on have the order, or all its opposite? */
static bool
structure_keys_index_is_ordered(const GroupShape *shape, Oid oid, int first)
{
	Relation index = index_open(oid, AccessShareLock);
	bool forward = true;
	bool backward = true;
	ListCell *cell;

	foreach(cell, shape->orders)
	{
		const GroupOrder *order = lfirst(cell);
		int16 option = index->rd_indoption[first++];
		bool same = ((option & INDOPTION_DESC) != 0) == order->descending;
		bool same_nulls =
			((option & INDOPTION_NULLS_FIRST) != 0) == order->nulls_first;

		forward = forward && same && same_nulls;
		backward = backward && !same && !same_nulls;
	}
	index_close(index, AccessShareLock);
	return forward || backward;
}

/* Is there an index on the group and what is fixed, in any order, and the order? */
static bool
structure_keys_is_indexed(const GroupShape *shape, List *equal)
{
	ListCell *cell;

	foreach(cell, index_facts_read(shape->relid))
	{
		const IndexFacts *index = lfirst(cell);
		bool serves = index->method == BTREE_AM_OID && index->valid &&
					  index->predicate == NIL;
		int column = list_length(equal);
		ListCell *var;

		foreach(var, equal)
		{
			bool found = false;

			for (int i = 0; i < list_length(equal); i++)
				found =
					found || structure_keys_index_has(index, i, lfirst(var));
			serves = serves && found;
		}
		foreach(var, shape->orders)
			serves = serves && structure_keys_index_has(
								   index, column++,
								   (Var *) ((GroupOrder *) lfirst(var))->expr);
		if (serves && structure_keys_index_is_ordered(shape, index->oid,
													  list_length(equal)))
			return true;
	}
	return false;
}

/* Adds the index that a candidate needs, if it is not there. */
static void
structure_keys_add_index(const GroupShape *shape, Candidate *candidate)
{
	List *equal = list_copy(shape->fixed);
	bool forward = true;
	bool backward = true;
	StringInfoData columns;
	ListCell *cell;

	if (shape->group != NULL)
		equal = list_append_unique(equal, shape->group);
	foreach(cell, shape->orders)
	{
		const GroupOrder *order = lfirst(cell);

		if (!IsA(order->expr, Var))
			return;
		forward = forward && !order->descending && !order->nulls_first;
		backward = backward && order->descending && order->nulls_first;
	}
	if (structure_keys_is_indexed(shape, equal))
		return;
	initStringInfo(&columns);
	foreach(cell, equal)
		appendStringInfo(
			&columns, "%s%s", columns.len > 0 ? ", " : "",
			quote_identifier(get_attname(
				shape->relid, ((Var *) lfirst(cell))->varattno, false)));
	foreach(cell, shape->orders)
	{
		const GroupOrder *order = lfirst(cell);

		appendStringInfo(
			&columns, "%s%s%s%s", columns.len > 0 ? ", " : "",
			quote_identifier(get_attname(
				shape->relid, ((Var *) order->expr)->varattno, false)),
			forward || backward || !order->descending ? "" : " DESC",
			forward || backward || order->nulls_first == order->descending ? ""
			: order->nulls_first ? " NULLS FIRST"
								 : " NULLS LAST");
	}
	if (columns.len == 0)
		return;
	candidate_add_index(candidate, shape->relid, "btree", columns.data, false);
	candidate->kind = CANDIDATE_REWRITE;
	candidate->structural = true;
}

/* ---- all of it ---- */

static void
structure_keys_add_sql(StructureContext *context, const GroupShape *shape,
					   Query *part, const char *cause, const char *sql)
{
	Candidate *candidate =
		sql == NULL
			? NULL
			: structure_text_add_part(context, pstrdup(cause), part, sql);

	if (candidate == NULL)
		return;
	context->complete = lappend(context->complete, candidate);
	structure_keys_add_index(shape, candidate);
}

void
structure_keys_add(StructureContext *context, const GroupShape *shape,
				   Query *part, const char *cause)
{
	if (shape->group == NULL)
	{
		structure_keys_add_sql(
			context, shape, part, cause,
			structure_keys_group_sql(shape, shape->columns, NULL));
		return;
	}
	structure_keys_add_sql(context, shape, part, cause,
						   structure_keys_parent_sql(shape));
	structure_keys_add_sql(context, shape, part, cause,
						   structure_keys_loose_sql(shape));
}
