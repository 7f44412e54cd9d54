/*-------------------------------------------------------------------------
 *
 * parent_exchange.c
 *		Parents that take each other's places in the plan of a foreign key.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "populate/parent_exchange.h"

struct ParentExchange
{
	int64 from;
	int64 to;
};

static int
compare_exchanges(const void *a, const void *b)
{
	int64 left = ((const ParentExchange *) a)->from;
	int64 right = ((const ParentExchange *) b)->from;

	return left < right ? -1 : left > right;
}

static bool
is_in(const int64 *rows, int n, int64 row)
{
	for (int i = 0; i < n; i++)
		if (rows[i] == row)
			return true;
	return false;
}

/*
 * Each place of a common value goes to the parent that is wanted there. The places of
 * these parents go to those that lost their own.
 */
void
parent_exchange_plan(KeyPlan *plan, const int64 *own, const int64 *wanted,
					 int n)
{
	int64 *places = palloc(Max(n, 1) * sizeof(int64));
	int64 *parents = palloc(Max(n, 1) * sizeof(int64));
	int m = 0;
	int lost = 0;

	for (int i = 0; i < n; i++)
		if (own[i] >= 0 && wanted[i] >= 0 && !is_in(parents, m, wanted[i]))
		{
			places[m] = own[i];
			parents[m++] = wanted[i];
		}
	plan->exchanges = palloc(Max(2 * m, 1) * sizeof(ParentExchange));
	plan->nexchanges = 0;
	for (int i = 0; i < m; i++)
		plan->exchanges[plan->nexchanges++] =
			(ParentExchange){places[i], parents[i]};
	for (int i = 0; i < m; i++)
	{
		if (is_in(places, m, parents[i]))
			continue;
		while (is_in(parents, m, places[lost]))
			lost++;
		plan->exchanges[plan->nexchanges++] =
			(ParentExchange){parents[i], places[lost++]};
	}
	qsort(plan->exchanges, plan->nexchanges, sizeof(ParentExchange),
		  compare_exchanges);
}

int64
parent_exchange_find(const KeyPlan *plan, int64 parent)
{
	ParentExchange sought = {parent, 0};
	const ParentExchange *found;

	if (plan->nexchanges == 0)
		return parent;
	found = bsearch(&sought, plan->exchanges, plan->nexchanges,
					sizeof(ParentExchange), compare_exchanges);
	return found == NULL ? parent : found->to;
}
