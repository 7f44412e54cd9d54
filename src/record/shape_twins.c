/*-------------------------------------------------------------------------
 *
 * shape_twins.c
 *		Expressions that must stay equal in a shape.
 *
 * Two parameters are not the same expression to the server, whatever their values
 * are, though two equal constants are.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"

#include "record/shape_twins.h"

/* The values that a walk of the node meets, by their places in the text. */
typedef struct Places
{
	int n;
	int room;
	int *places;
} Places;

static bool
places_walker(Node *node, void *arg)
{
	Places *found = arg;

	if (node == NULL)
		return false;
	if (IsA(node, A_Const))
	{
		if (found->n == found->room)
			found->places =
				found->places
					? repalloc(found->places, (found->room *= 2) * sizeof(int))
					: palloc((found->room = 8) * sizeof(int));
		found->places[found->n++] = ((A_Const *) node)->location;
	}
	return raw_expression_tree_walker(node, places_walker, arg);
}

/* Returns the use that stands at the place in the text, or NULL. */
static ShapeUse *
use_at(ShapeValues *values, int place)
{
	for (int i = 0; i < values->nuses; i++)
		if (values->uses[i].place == place)
			return &values->uses[i];
	return NULL;
}

/* Expressions of a statement that must stay equal, such as those it groups by. */
typedef struct Twins
{
	ShapeValues *values;
	Node *original;
	Places places;
} Twins;

/* Makes the constants of what equals the original one with those of it. */
static bool
twins_walker(Node *node, void *arg)
{
	Twins *twins = arg;
	Places places = {0};

	if (node == NULL || node == twins->original || IsA(node, TypeName))
		return false;
	if (nodeTag(node) != nodeTag(twins->original) ||
		!equal(node, twins->original))
		return raw_expression_tree_walker(node, twins_walker, arg);
	(void) places_walker(node, &places);
	for (int i = 0; i < Min(places.n, twins->places.n); i++)
	{
		ShapeUse *use = use_at(twins->values, places.places[i]);
		ShapeUse *original = use_at(twins->values, twins->places.places[i]);

		if (use && original)
			twins->values->same_as[use->value] =
				twins->values->same_as[original->value];
	}
	return false;
}

void
shape_twins_unify(SelectStmt *select, List *originals, ShapeValues *values)
{
	ListCell *cell;

	foreach(cell, originals)
	{
		Node *node = lfirst(cell);
		Twins twins = {.values = values};

		if (IsA(node, SortBy))
			node = ((SortBy *) node)->node;
		if (IsA(node, GroupingSet))
			shape_twins_unify(select, ((GroupingSet *) node)->content, values);
		if (IsA(node, ColumnRef) || IsA(node, A_Const) ||
			IsA(node, GroupingSet))
			continue;
		twins.original = node;
		(void) places_walker(node, &twins.places);
		if (twins.places.n == 0)
			continue;
		(void) raw_expression_tree_walker((Node *) select->targetList,
										  twins_walker, &twins);
		(void) twins_walker(select->havingClause, &twins);
		if (originals != select->sortClause)
			(void) raw_expression_tree_walker((Node *) select->sortClause,
											  twins_walker, &twins);
	}
}
