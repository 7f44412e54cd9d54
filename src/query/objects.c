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

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_language_d.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "query/objects.h"

static void
objects_note(List **oids, Oid oid)
{
	if (oid >= FirstNormalObjectId)
		*oids = list_append_unique_oid(*oids, oid);
}

static bool
objects_note_function(Oid function, void *arg)
{
	objects_note(&((ObjectOids *) arg)->functions, function);
	return false;
}

/* Whoever owns an operator has chosen its function, which may be the server's. */
static void
objects_note_operators(const Node *node, ObjectOids *found)
{
	ListCell *cell;

	switch (nodeTag(node))
	{
		case T_OpExpr:
		case T_DistinctExpr: /* struct-equivalent to OpExpr */
		case T_NullIfExpr:   /* likewise */
			objects_note(&found->operators, ((const OpExpr *) node)->opno);
			break;
		case T_ScalarArrayOpExpr:
			objects_note(&found->operators,
						 ((const ScalarArrayOpExpr *) node)->opno);
			break;
		case T_RowCompareExpr:
			foreach(cell, ((const RowCompareExpr *) node)->opnos)
				objects_note(&found->operators, lfirst_oid(cell));
			break;
		default:
			break;
	}
}

static bool
objects_walk(Node *node, void *arg)
{
	ObjectOids *found = arg;

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
	objects_note_operators(node, found);
	if (IsA(node, Const) || IsA(node, CoerceToDomain) ||
		IsA(node, CoerceViaIO) || IsA(node, ArrayCoerceExpr) ||
		IsA(node, FuncExpr) || compat_is_json_expression(node))
		objects_note(&found->types, exprType(node));
	if (IsA(node, RangeTblFunction))
		found->types = list_concat_unique_oid(
			found->types, castNode(RangeTblFunction, node)->funccoltypes);
	if (IsA(node, TableFunc))
		found->types = list_concat_unique_oid(
			found->types, castNode(TableFunc, node)->coltypes);
	return expression_tree_walker(node, objects_walk, arg);
}

/*
 * An array counts as its elements. An enum has no code, and that of a type of its own is
 * a superuser's.
 */
static bool
objects_is_strange_type(Oid type)
{
	Oid element = get_element_type(type);

	if (OidIsValid(element))
		type = element;
	return type >= FirstNormalObjectId && get_typtype(type) != TYPTYPE_ENUM &&
		   get_typtype(type) != TYPTYPE_BASE;
}

static bool
objects_has_strange_type(const List *types)
{
	ListCell *cell;

	foreach(cell, types)
		if (objects_is_strange_type(lfirst_oid(cell)))
			return true;
	return false;
}

static bool
objects_function_may_execute(Oid function, void *arg)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	bool executes;

	if (!HeapTupleIsValid(tuple))
		return true;
	form = (Form_pg_proc) GETSTRUCT(tuple);
	if (function >= FirstNormalObjectId)
		executes = form->prolang != ClanguageId ||
				   form->provolatile != PROVOLATILE_IMMUTABLE;
	else
		/* These read the table that a value names, or one of a type that it names. */
		executes = form->provolatile == PROVOLATILE_VOLATILE ||
				   strstr(NameStr(form->proname), "_to_xml") != NULL ||
				   strncmp(NameStr(form->proname), "pg_input_", 9) == 0;
	for (int i = 0; i < form->pronargs; i++)
		executes |= form->proargtypes.values[i] == CSTRINGOID;
	ReleaseSysCache(tuple);
	return executes;
}

static bool
objects_node_may_execute(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node),
								 objects_node_may_execute, arg, 0);
	/* The functions of a CoerceViaIO are those of its types. */
	if (!IsA(node, CoerceViaIO) &&
		check_functions_in_node(node, objects_function_may_execute, arg))
		return true;
	/* A column has been checked; what is made of a value has not. */
	if (IsA(node, FuncExpr) || IsA(node, CoerceToDomain) ||
		IsA(node, CoerceViaIO) || IsA(node, ArrayCoerceExpr) ||
		compat_is_json_expression(node))
		return objects_is_strange_type(exprType(node)) ||
			   expression_tree_walker(node, objects_node_may_execute, arg);
	if (IsA(node, RangeTblFunction) &&
		objects_has_strange_type(
			castNode(RangeTblFunction, node)->funccoltypes))
		return true;
	if (IsA(node, TableFunc) &&
		objects_has_strange_type(castNode(TableFunc, node)->coltypes))
		return true;
	return expression_tree_walker(node, objects_node_may_execute, arg);
}

bool
objects_may_execute(const Query *query, const Oid *param_types, int nparams)
{
	for (int i = 0; i < nparams; i++)
		if (objects_is_strange_type(param_types[i]))
			return true;
	return objects_node_may_execute((Node *) unconstify(Query *, query), NULL);
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

ObjectOids
objects_oids(const Query *query)
{
	ObjectOids found = {0};

	(void) objects_walk((Node *) unconstify(Query *, query), &found);
	return found;
}

List *
objects_list(const Query *written, const Query *rewritten)
{
	ObjectOids found = {0};

	(void) objects_walk((Node *) unconstify(Query *, written), &found);
	(void) objects_walk((Node *) unconstify(Query *, rewritten), &found);
	return objects_add(objects_add(NIL, found.relations, RelationRelationId),
					   found.functions, ProcedureRelationId);
}
