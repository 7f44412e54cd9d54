/*-------------------------------------------------------------------------
 *
 * objects.c
 *		Lists what a query names: relations and functions.
 *
 * Operators count as their functions. What the optimizer would take in later, such
 * as the body of a function in SQL, is not looked into.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "nodes/nodeFuncs.h"

#include "query/objects.h"

typedef struct ObjectsFound
{
	List *relations; /* OIDs */
	List *functions; /* OIDs */
} ObjectsFound;

static bool
objects_note_function(Oid function, void *arg)
{
	ObjectsFound *found = arg;

	if (function >= FirstNormalObjectId)
		found->functions = list_append_unique_oid(found->functions, function);
	return false;
}

static bool
objects_walk(Node *node, void *arg)
{
	ObjectsFound *found = arg;

	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *rte = castNode(RangeTblEntry, node);

		if (OidIsValid(rte->relid))
			found->relations =
				list_append_unique_oid(found->relations, rte->relid);
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node), objects_walk, arg,
								 QTW_EXAMINE_RTES_BEFORE);
	(void) check_functions_in_node(node, objects_note_function, arg);
	return expression_tree_walker(node, objects_walk, arg);
}

static List *
objects_add(List *objects, const List *oids, Oid catalog)
{
	ListCell *cell;

	foreach(cell, oids)
	{
		ObjectAddress address;
		QueryObject *object = palloc(sizeof(*object));

		ObjectAddressSet(address, catalog, lfirst_oid(cell));
		object->type = getObjectTypeDescription(&address, true);
		object->identity = getObjectIdentity(&address, true);
		if (object->identity != NULL)
			objects = lappend(objects, object);
	}
	return objects;
}

List *
objects_list(const Query *written, const Query *rewritten)
{
	ObjectsFound found = {NIL, NIL};

	(void) objects_walk((Node *) unconstify(Query *, written), &found);
	(void) objects_walk((Node *) unconstify(Query *, rewritten), &found);
	return objects_add(objects_add(NIL, found.relations, RelationRelationId),
					   found.functions, ProcedureRelationId);
}
