/*-------------------------------------------------------------------------
 *
 * busiest.c
 *		Which node of a plan examines most, and the way to it.
 *
 * Each node is weighed by itself, and not by what is below it: a Sort does no
 * work of its own, and the scan that feeds it does.
 *
 *-------------------------------------------------------------------------
 */
#include "work/busiest.h"

#include <math.h>
#include <stddef.h>

/* A join makes more than its inputs if it makes so many times as many pairs. */
#define BUSIEST_PAIRS 2.0

typedef struct Busiest
{
	const WorkNode *node;
	double weight;
} Busiest;

static double
busiest_sum(const WorkNode *node)
{
	double sum = node->examined_then;

	for (int i = 0; i < node->nchildren; i++)
		sum += busiest_sum(node->children[i]);
	for (int i = 0; i < node->nnested; i++)
		sum += busiest_sum(node->nested[i]);
	return sum;
}

double
busiest_in_functions(const WorkNode *node)
{
	double sum = 0;

	for (int i = 0; i < node->nnested; i++)
		sum += busiest_sum(node->nested[i]);
	return sum;
}

static bool
busiest_joins(const WorkNode *node)
{
	return node->kind == WORK_NESTED_LOOP || node->kind == WORK_HASH_JOIN ||
		   node->kind == WORK_MERGE_JOIN;
}

static bool
busiest_is_bitmap(const WorkNode *node)
{
	return node->kind == WORK_BITMAP_INDEX || node->kind == WORK_BITMAP_AND ||
		   node->kind == WORK_BITMAP_OR;
}

/* Returns what the bitmap index scans in and below a node examine. */
static double
busiest_pointers(const WorkNode *node)
{
	double sum = node->kind == WORK_BITMAP_INDEX ? node->examined_then : 0;

	for (int i = 0; i < node->nchildren; i++)
		if (busiest_is_bitmap(node->children[i]))
			sum += busiest_pointers(node->children[i]);
	return sum;
}

double
busiest_own(const WorkNode *node)
{
	double pointers = node->kind == WORK_SCAN ? busiest_pointers(node) : 0;

	return fmax(node->examined_then, pointers) + busiest_in_functions(node);
}

/* Returns the node that examines most in and below a node, with its weight. */
static Busiest
busiest_below(const WorkNode *node)
{
	Busiest best = {node, busiest_own(node)};
	Busiest below_most = {NULL, 0};
	Busiest side_by_side = {NULL, 0};
	double largest = -1;
	int inputs = 0;

	for (int i = 0; i < node->nchildren; i++)
	{
		const WorkNode *child = node->children[i];
		Busiest below;

		if (busiest_is_bitmap(child))
			continue;
		below = busiest_below(child);
		if (below.weight > best.weight)
			best = below;
		if (below_most.node == NULL || below.weight > below_most.weight)
			below_most = below;
		if (child->role != WORK_OUTER || below.node->kind != WORK_SCAN)
			continue;
		inputs++;
		side_by_side.weight += below.weight;
		if (below.weight > largest)
		{
			largest = below.weight;
			side_by_side.node = below.node;
		}
	}
	/* Each pair is one row of a side that was looked up for it. */
	if (busiest_joins(node) && best.node == node && below_most.node != NULL &&
		best.weight < BUSIEST_PAIRS * below_most.weight)
		return below_most;
	/* The inputs of an Append; a join has one outer side. */
	if (node->kind == WORK_STREAM && inputs > 1 &&
		side_by_side.weight > best.weight)
		return side_by_side;
	return best;
}

const WorkNode *
busiest_find(const WorkNode *root)
{
	return busiest_below(root).node;
}

static bool
busiest_is_below(const WorkNode *node, const WorkNode *busiest)
{
	if (node == busiest)
		return true;
	for (int i = 0; i < node->nchildren; i++)
		if (busiest_is_below(node->children[i], busiest))
			return true;
	return false;
}

const WorkNode *
busiest_toward(const WorkNode *node, const WorkNode *busiest)
{
	for (int i = 0; i < node->nchildren; i++)
		if (busiest_is_below(node->children[i], busiest))
			return node->children[i];
	return NULL;
}
