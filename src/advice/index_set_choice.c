/*-------------------------------------------------------------------------
 *
 * index_set_choice.c
 *		Chooses the fewest indexes that mend the queries together.
 *
 * All indexes of the pool are there, and judging a query with some of them means
 * to hide the others from the planner. First each query that is not ok is judged
 * with each index alone; those with which it is ok are its ways. Where none is
 * enough, as with a join that lacks an index on both sides, all are shown to the
 * planner, and taken away again one by one as long as the query stays ok: what is
 * left is its one way, of several indexes. Then ways are taken, the one that mends
 * the most queries for each index first (greedy set cover), until every query has
 * one. The set is judged as a whole, since one index may draw the planner away
 * from another, and mended: by an index more, or without the one that is at fault.
 * Last, each index is taken out in turn, and stays out if nothing misses it.
 *
 * A query is ok with an index that only gives its order as long as matching rows
 * come soon. Such an index is no way for a query that has another one, whose first
 * column it narrows down. Nor is one with which it barely is within its budget, if
 * with another one it examines a tenth of the rows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "advice/index_set_choice.h"
#include "advice/index_set_trial.h"

/* A way that takes more of the budget is left out if another takes a tenth. */
#define INDEX_SET_MARGIN 0.5
#define INDEX_SET_MUCH_BETTER 0.1

/* The most indexes that are put together, one by one, for one query. */
#define INDEX_SET_MOST_OF_QUERY 4

/* Indexes with which a query is ok. */
typedef struct SetWay
{
	Bitmapset *members;
	double most; /* rows that a case examines with them */
	int fit;     /* of the one index; see index_set_pool_fit() */
} SetWay;

/* A verdict with some indexes of the query's tables. */
typedef struct SetKnown
{
	Bitmapset *visible;
	SetVerdict *verdict;
} SetKnown;

typedef struct SetMember
{
	SetQuery *query;
	Bitmapset *relevant; /* indexes of the pool that are on its tables */
	List *known;         /* SetKnown * */
	List *ways;          /* SetWay *; NIL: no index mends it, or it is ok */
	bool narrowed;       /* every way narrows the query down */
	bool given_up;       /* it is worse with none of the indexes as well */
} SetMember;

typedef struct SetSearch
{
	List *pool;
	List *members;     /* SetMember *, of the queries that were judged */
	Bitmapset *banned; /* indexes that make another query worse */
} SetSearch;

/* ---- judging ---- */

static SetVerdict *
index_set_choice_judge(const SetSearch *search, SetMember *member,
					   const Bitmapset *visible)
{
	Bitmapset *masked = bms_intersect(visible, member->relevant);
	SetKnown *known;
	ListCell *cell;

	foreach(cell, member->known)
		if (bms_equal(((SetKnown *) lfirst(cell))->visible, masked))
			return ((SetKnown *) lfirst(cell))->verdict;
	known = palloc(sizeof(*known));
	known->visible = masked;
	known->verdict = index_set_query_judge(
		member->query, index_set_trial_hidden(search->pool, masked));
	member->known = lappend(member->known, known);
	return known->verdict;
}

/* Is the query ok, and no case of it worse than today? */
static bool
index_set_choice_mends(const SetSearch *search, SetMember *member,
					   const Bitmapset *visible)
{
	const SetVerdict *verdict = index_set_choice_judge(search, member, visible);

	return verdict->status != VERDICT_NOT_OK &&
		   !index_set_query_is_worse(verdict, &member->query->now);
}

static bool
index_set_choice_harms(const SetSearch *search, SetMember *member,
					   const Bitmapset *visible)
{
	return index_set_query_is_worse(
		index_set_choice_judge(search, member, visible), &member->query->now);
}

static SetIndex *
index_set_choice_index(const SetSearch *search, int number)
{
	return list_nth(search->pool, number);
}

/* ---- the ways of a query ---- */

static void
index_set_choice_add_way(const SetSearch *search, SetMember *member,
						 Bitmapset *members, int fit)
{
	SetWay *way = palloc(sizeof(*way));

	way->members = members;
	way->most = index_set_choice_judge(search, member, members)->most;
	way->fit = fit;
	member->ways = lappend(member->ways, way);
}

/* Leaves out ways that do not hold as well as others. */
static void
index_set_choice_keep_sound(SetMember *member)
{
	double least = -1;
	ListCell *cell;

	foreach(cell, member->ways)
	{
		const SetWay *way = lfirst(cell);

		member->narrowed = member->narrowed || way->fit > 0;
	}
	foreach(cell, member->ways)
	{
		const SetWay *way = lfirst(cell);

		if (member->narrowed && way->fit == 0)
			member->ways = foreach_delete_current(member->ways, cell);
		else if (least < 0 || way->most < least)
			least = way->most;
	}
	foreach(cell, member->ways)
	{
		const SetWay *way = lfirst(cell);

		if (way->most > member->query->budget * INDEX_SET_MARGIN &&
			least < way->most * INDEX_SET_MUCH_BETTER)
			member->ways = foreach_delete_current(member->ways, cell);
	}
}

/* How many queries is the index one way of by itself? */
static int
index_set_choice_popularity(const SetSearch *search, int number)
{
	int popularity = 0;
	ListCell *cell;
	ListCell *inner;

	foreach(cell, search->members)
		foreach(inner, ((SetMember *) lfirst(cell))->ways)
			if (bms_membership(((SetWay *) lfirst(inner))->members) ==
					BMS_SINGLETON &&
				bms_is_member(number, ((SetWay *) lfirst(inner))->members))
				popularity++;
	return popularity;
}

/* Takes indexes out as long as the query is ok, what others use least first. */
static Bitmapset *
index_set_choice_reduce(const SetSearch *search, SetMember *member,
						Bitmapset *members)
{
	members = bms_copy(members);
	for (int rounds = 0; rounds <= list_length(search->members); rounds++)
	{
		int number = -1;

		while ((number = bms_next_member(members, number)) >= 0)
		{
			Bitmapset *fewer;

			if (index_set_choice_popularity(search, number) != rounds &&
				rounds < list_length(search->members))
				continue;
			fewer = bms_del_member(bms_copy(members), number);
			if (index_set_choice_mends(search, member, fewer))
				members = fewer;
		}
	}
	return members;
}

/* Rows of all cases, to tell whether a query comes nearer to being ok. */
static double
index_set_choice_rows(const SetVerdict *verdict)
{
	double rows = 0;

	for (int i = 0; i < verdict->ncases; i++)
		rows += Max(verdict->examined[i], 0);
	return rows;
}

/* Puts indexes together, each time the one that helps most. */
static Bitmapset *
index_set_choice_gather(const SetSearch *search, SetMember *member,
						const Bitmapset *usable)
{
	Bitmapset *members = NULL;

	for (int i = 0; i < INDEX_SET_MOST_OF_QUERY; i++)
	{
		double least = index_set_choice_rows(
			index_set_choice_judge(search, member, members));
		Bitmapset *best = NULL;
		int number = -1;

		while ((number = bms_next_member(usable, number)) >= 0)
		{
			Bitmapset *more = bms_add_member(bms_copy(members), number);
			double rows;

			if (index_set_choice_mends(search, member, more))
				return more;
			rows = index_set_choice_rows(
				index_set_choice_judge(search, member, more));
			if (rows < least)
			{
				least = rows;
				best = more;
			}
		}
		if (best == NULL)
			return NULL;
		members = best;
	}
	return NULL;
}

static void
index_set_choice_find_ways(const SetSearch *search, SetMember *member)
{
	Bitmapset *usable = bms_difference(member->relevant, search->banned);
	Bitmapset *own = NULL;
	Bitmapset *members = NULL;
	int number = -1;

	member->ways = NIL;
	member->narrowed = false;
	while ((number = bms_next_member(usable, number)) >= 0)
	{
		Bitmapset *alone = bms_make_singleton(number);
		SetIndex *index = index_set_choice_index(search, number);

		if (list_member_ptr(index->queries, member->query))
			own = bms_add_member(own, number);
		if (index_set_choice_mends(search, member, alone))
			index_set_choice_add_way(search, member, alone,
									 index_set_pool_fit(index, member->query));
	}
	index_set_choice_keep_sound(member);
	if (member->ways != NIL)
		return;
	if (index_set_choice_mends(search, member, own))
		members = own;
	else if (index_set_choice_mends(search, member, usable))
		members = usable;
	else
		members = index_set_choice_gather(search, member, own);
	if (members != NULL)
		index_set_choice_add_way(
			search, member, index_set_choice_reduce(search, member, members),
			0);
}

/* ---- the set ---- */

static bool
index_set_choice_has_way(const SetMember *member, const Bitmapset *set)
{
	ListCell *cell;

	foreach(cell, member->ways)
		if (bms_is_subset(((SetWay *) lfirst(cell))->members, set))
			return true;
	return false;
}

/* What is gained by adding a way to the set. */
typedef struct SetGain
{
	Bitmapset *with; /* the set with it */
	double mended;   /* queries for each index that it adds */
	double rows;     /* that these examine with it */
	double bytes;    /* of the indexes */
} SetGain;

static SetGain
index_set_choice_gain(const SetSearch *search, const Bitmapset *set,
					  const SetWay *way)
{
	SetGain gain = {.with = bms_union(set, way->members)};
	Bitmapset *added = bms_difference(way->members, set);
	int number = -1;
	ListCell *cell;
	ListCell *inner;

	foreach(cell, search->members)
	{
		const SetMember *member = lfirst(cell);
		double least = -1;

		if (member->ways == NIL || index_set_choice_has_way(member, set))
			continue;
		foreach(inner, member->ways)
		{
			const SetWay *one = lfirst(inner);

			if (bms_is_subset(one->members, gain.with) &&
				(least < 0 || one->most < least))
				least = one->most;
		}
		if (least < 0)
			continue;
		gain.mended++;
		gain.rows += least;
	}
	gain.mended /= Max(bms_num_members(added), 1);
	while ((number = bms_next_member(added, number)) >= 0)
		gain.bytes += index_set_choice_index(search, number)->bytes;
	return gain;
}

static bool
index_set_choice_is_better(const SetGain *a, const SetGain *b)
{
	if (a->mended != b->mended)
		return a->mended > b->mended;
	if (a->rows != b->rows)
		return a->rows < b->rows;
	return a->bytes < b->bytes;
}

static Bitmapset *
index_set_choice_cover(const SetSearch *search)
{
	Bitmapset *set = NULL;

	for (;;)
	{
		SetGain best = {.mended = 0};
		ListCell *cell;
		ListCell *inner;

		foreach(cell, search->members)
		{
			const SetMember *member = lfirst(cell);

			if (index_set_choice_has_way(member, set))
				continue;
			foreach(inner, member->ways)
			{
				SetGain gain =
					index_set_choice_gain(search, set, lfirst(inner));

				if (index_set_choice_is_better(&gain, &best))
					best = gain;
			}
		}
		if (best.mended == 0)
			return set;
		set = best.with;
	}
}

/* Does the query do with the set what it must? */
static bool
index_set_choice_suits(const SetSearch *search, SetMember *member,
					   const Bitmapset *set)
{
	if (member->given_up)
		return true;
	if (member->ways == NIL)
		return !index_set_choice_harms(search, member, set);
	return index_set_choice_mends(search, member, set) &&
		   (!member->narrowed || index_set_choice_has_way(member, set));
}

/* Returns a query that the set does not suit, or NULL. */
static SetMember *
index_set_choice_unsuited(const SetSearch *search, const Bitmapset *set)
{
	ListCell *cell;

	foreach(cell, search->members)
		if (!index_set_choice_suits(search, lfirst(cell), set))
			return lfirst(cell);
	return NULL;
}

/* Adds the index with which the set suits a query best; NULL if none does. */
static Bitmapset *
index_set_choice_add_for(const SetSearch *search, SetMember *member,
						 const Bitmapset *set)
{
	Bitmapset *best = NULL;
	double least = 0;
	Bitmapset *usable = bms_difference(member->relevant, search->banned);
	int number = -1;

	while ((number = bms_next_member(usable, number)) >= 0)
	{
		Bitmapset *more;
		double most;

		if (bms_is_member(number, set))
			continue;
		more = bms_add_member(bms_copy(set), number);
		if (!index_set_choice_suits(search, member, more))
			continue;
		most = index_set_choice_judge(search, member, more)->most;
		if (best == NULL || most < least)
		{
			best = more;
			least = most;
		}
	}
	return best;
}

/*
 * Returns the index of the set that makes a query worse: the one without which it
 * is not, or if there is no such one, the first on its tables; -1 if there is none
 * at all.
 */
static int
index_set_choice_culprit(const SetSearch *search, SetMember *member,
						 const Bitmapset *set)
{
	Bitmapset *suspects = bms_intersect(set, member->relevant);
	int number = -1;

	while ((number = bms_next_member(suspects, number)) >= 0)
		if (!index_set_choice_harms(search, member,
									bms_del_member(bms_copy(set), number)))
			return number;
	return Max(bms_next_member(suspects, -1), -1);
}

/* Does every query have a way without the index that has one with it? */
static bool
index_set_choice_is_dispensable(const SetSearch *search, int number)
{
	Bitmapset *others = bms_make_singleton(number);
	ListCell *cell;
	ListCell *inner;

	foreach(cell, search->members)
	{
		const SetMember *member = lfirst(cell);
		bool has_other = member->ways == NIL;

		foreach(inner, member->ways)
			has_other =
				has_other ||
				!bms_overlap(others, ((SetWay *) lfirst(inner))->members);
		if (!has_other)
			return false;
	}
	return true;
}

/* Takes an index out of the choice, since it makes a query worse. */
static void
index_set_choice_ban(SetSearch *search, const SetMember *harmed, int number)
{
	ListCell *cell;
	ListCell *inner;

	search->banned = bms_add_member(search->banned, number);
	foreach(cell, search->members)
	{
		SetMember *member = lfirst(cell);
		bool lost = false;

		foreach(inner, member->ways)
			lost = lost ||
				   bms_is_member(number, ((SetWay *) lfirst(inner))->members);
		if (!lost)
			continue;
		index_set_choice_find_ways(search, member);
		if (member->ways == NIL)
			member->query->forgone =
				psprintf("%s would mend it, and make %s worse",
						 index_set_choice_index(search, number)->sql,
						 harmed->query->query->name);
	}
}

/*
 * Gives a query up that has a way, but is not ok with the set: the planner is
 * drawn to an index that another query needs.
 */
static void
index_set_choice_give_up(const SetSearch *search, SetMember *member,
						 const Bitmapset *set)
{
	const SetWay *way = linitial(member->ways);
	int own = bms_next_member(way->members, -1);
	Bitmapset *others = bms_difference(set, way->members);
	const char *beside = "the other new ones";
	int number = -1;

	while ((number = bms_next_member(others, number)) >= 0)
		if (index_set_choice_mends(search, member,
								   bms_del_member(bms_copy(set), number)))
			beside = index_set_choice_index(search, number)->sql;
	member->query->forgone =
		psprintf("%s would mend it, but not beside %s",
				 index_set_choice_index(search, own)->sql, beside);
	member->ways = NIL;
}

/*
 * Changes the set until it suits all queries. Each step adds an index, bans one,
 * or gives a query up, so there is an end. An index that makes a query worse is
 * banned if the others can do without it; else one more may put that right.
 */
static Bitmapset *
index_set_choice_settle(SetSearch *search, Bitmapset *set)
{
	SetMember *member;

	while ((member = index_set_choice_unsuited(search, set)) != NULL)
	{
		bool harms = index_set_choice_harms(search, member, set);
		int culprit =
			harms ? index_set_choice_culprit(search, member, set) : -1;
		Bitmapset *more = NULL;

		CHECK_FOR_INTERRUPTS();
		if (culprit < 0 || !index_set_choice_is_dispensable(search, culprit))
			more = index_set_choice_add_for(search, member, set);
		if (more != NULL)
		{
			set = more;
			continue;
		}
		if (culprit >= 0)
			index_set_choice_ban(search, member, culprit);
		else if (harms)
			member->given_up = true;
		else
			index_set_choice_give_up(search, member, set);
		set = index_set_choice_cover(search);
	}
	return set;
}

/* Takes out what nothing misses, the largest index first. */
static Bitmapset *
index_set_choice_shrink(const SetSearch *search, Bitmapset *set)
{
	Bitmapset *tried = NULL;

	for (;;)
	{
		int largest = -1;
		int number = -1;
		Bitmapset *fewer;

		while ((number = bms_next_member(set, number)) >= 0)
			if (!bms_is_member(number, tried) &&
				(largest < 0 ||
				 index_set_choice_index(search, number)->bytes >
					 index_set_choice_index(search, largest)->bytes))
				largest = number;
		if (largest < 0)
			return set;
		tried = bms_add_member(tried, largest);
		fewer = bms_del_member(bms_copy(set), largest);
		if (index_set_choice_unsuited(search, fewer) == NULL)
			set = fewer;
	}
}

/* ---- all of it ---- */

static SetMember *
index_set_choice_member(const SetSearch *search, SetQuery *query)
{
	SetMember *member = palloc0(sizeof(*member));
	ListCell *cell;

	member->query = query;
	foreach(cell, search->pool)
	{
		const SetIndex *index = lfirst(cell);

		if (OidIsValid(index->oid) &&
			index_set_query_reads(query, index->relid))
			member->relevant = bms_add_member(member->relevant, index->number);
	}
	return member;
}

Bitmapset *
index_set_choice_make(List *queries, List *pool)
{
	SetSearch search = {.pool = pool};
	ListCell *cell;

	foreach(cell, queries)
		if (((SetQuery *) lfirst(cell))->error == NULL)
			search.members = lappend(
				search.members, index_set_choice_member(&search, lfirst(cell)));
	foreach(cell, search.members)
	{
		SetMember *member = lfirst(cell);

		if (index_set_query_fails(member->query))
			index_set_choice_find_ways(&search, member);
	}
	return index_set_choice_shrink(
		&search,
		index_set_choice_settle(&search, index_set_choice_cover(&search)));
}
