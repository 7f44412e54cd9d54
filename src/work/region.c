/*-------------------------------------------------------------------------
 *
 * region.c
 *		What one Limit stops, and how counts grow in it.
 *
 * projection.c tells the rules and what their letters stand for.
 *
 *-------------------------------------------------------------------------
 */
#include "work/region.h"

#include <math.h>
#include <stddef.h>

/* What exceeds the even spread this many times has a prefix before it. */
#define REGION_PREFIX 5.0

/* A first match so late that it is less likely than this is no even spread. */
#define REGION_CHANCE 0.01

/*
 * No match for so many of their distances, before the first one, is no even spread
 * either: the probability is exp(-9.2), or 0.0001.
 */
#define REGION_LATE 9.2

/*
 * Of loops so many times as many as chance makes have their first match so late, and
 * so many loops at the least.
 */
#define REGION_EXCESS 5.0
#define REGION_LATE_LOOPS 3.0

/* The part of the loops without a match so far that find one as they go on. */
#define REGION_GO_ON 0.15

/* Fewer matches tell neither how they are spread, nor whether they grow. */
#define REGION_FEW 3.0

/*
 * Ran out: M matches came from a rows, fewer than the k that the Limit asks for.
 * A larger table has more matches, so the Limit is reached before its end if
 * they are spread evenly, which the first match tells: it came after first rows.
 */
static double
region_ran_out(const Region *region, double a, double M, double first,
			   double growth, double apart)
{
	double all = a * growth;
	double until = M > 0 ? region->wanted_then * a / M * apart : all;

	if (M <= 0 || until >= all)
		return all;
	/* Nothing was removed: each row is one that the Limit asks for. */
	if (a <= M)
		return until;
	if (M * region->loops < REGION_FEW)
		return all;
	/*
	 * If each of M matches is at any of a rows with the same probability, none
	 * is among the first x rows with a probability of (1 - x / a)^M.
	 */
	if (pow(1 - fmin(first / a, 1), M) >= REGION_CHANCE)
		return until;
	return all;
}

/*
 * Stopped early: a rows were examined for k matches, and b rows for m. The
 * matches after the first k are r rows apart. If a is far more than k of these
 * distances, the rest of it is a prefix without matches, which grows with the
 * table.
 */
static double
region_stopped(const Region *region, double a, double b, double first,
			   double growth, double apart)
{
	double k = region->wanted;
	double m = region->more_matches;
	double further = apart * region->wanted_then / k;
	double needed;
	double r;

	/* The limit of a subquery is not raised, so that only a is known. */
	if (region->more_loops <= 0)
		return a > REGION_PREFIX * k ? a * growth : a * further;
	/* k matches are all there are, as on the last page. */
	if (m <= k)
		return region_ran_out(region, fmax(a, b), k, first, growth, apart);
	/* What ran out read on behind its last match. */
	b = fmax(b * region->more_part, a);
	r = b > a ? (b - a) / (m - k) : 0;
	needed = k * r + region->batch;
	if (a - region->batch > REGION_PREFIX * k * r &&
		a - region->batch > REGION_PREFIX * k)
	{
		/* A group may have more rows than others, and these match. */
		if (region->batch > 0)
			needed = fmax(needed, a * (1 - region->longest));
		return (a - needed) * growth + needed * further;
	}
	if (region->prefix > 0)
		return a * (region->prefix * growth + (1 - region->prefix) * further);
	return a * further;
}

/*
 * Returns the part of what a scan examined in a run with raised limits that it read up to
 * its last match, if it ran out, and if its rows are those of the Limit.
 */
double
region_more_part(const WorkRuns *at, const Region *region, bool ran_out)
{
	const WorkNode *more = at->more;

	if (!ran_out || more == NULL || more->kind != WORK_SCAN ||
		more->loops != 1 || more->examined <= 0 || region->more_loops != 1 ||
		fabs(more->rows - region->more_matches) > 0.5)
		return 1;
	return fmin(more->last / more->examined, 1);
}

/*
 * Many matches may lie behind a prefix that is short beside them, but long beside what
 * is between them, before and behind the last that the Limit asks for; but not if it is
 * no longer than the longest gap between two of them, as where they come in bursts. An
 * Incremental Sort takes in more rows of the scan than the Limit asks for.
 */
double
region_prefix(const WorkRuns *at, const Region *region, bool batched)
{
	const WorkNode *node = at->run;
	double a = node->examined;
	double k = node->rows;
	double m;
	double usual;

	if (at->more == NULL || node->kind != WORK_SCAN || region->loops != 1 ||
		node->loops != 1 || region->matches < region->wanted ||
		node->first >= a ||
		(!batched && (fabs(node->rows - region->matches) > 0.5 ||
					  fabs(at->more->rows - region->more_matches) > 0.5)))
		return 0;
	m = at->more->rows;
	if (k <= 1 || m <= k)
		return 0;
	usual = fmax(
		fmax((at->more->last - a) / (m - k), (a - node->first) / (k - 1)), 1);
	if (node->first <= fmax(REGION_LATE * usual, at->more->gap))
		return 0;
	return (node->first - usual) / a;
}

double
region_count(const Region *region, double today, double more, double first,
			 double growth)
{
	double a;
	double b;
	double apart;
	double then;

	if (!region->limited || region->loops <= 0 || today <= 0)
		return today * growth * region->calls;
	growth = fmax(growth, 1);
	apart = fmax(growth / region->rows, 1);
	a = today / region->loops;
	b = region->more_loops > 0 ? more / region->more_loops : a;
	if (first <= 0)
		first = region->first * a;
	if (region->matches < region->wanted)
		then = region_ran_out(region, a, region->matches, first, growth, apart);
	else
		then = region_stopped(region, a, b, first, growth, apart);
	return then * region->loops * region->calls;
}

/* ---- loops one by one ---- */

/* Returns the part of what a loop examined that its first match came after. */
static double
region_first_part(const WorkNode *node, const Region *region)
{
	double a = node->examined / region->loops;

	return node->first > 0 && a > 0 ? fmin(node->first / a, 1) : region->first;
}

/*
 * The rows that a usual loop examines for a match, where no loop tells it of itself:
 * the median of those that got their k matches, for exponential distances.
 */
static double
region_usual_distance(const WorkNode *node, double k)
{
	double low = 0;
	double high = 0;
	double all = 0;

	for (int i = 0; i < node->nkept_loops; i++)
		if (node->kept_loops[i].rows >= k)
		{
			high = fmax(high, node->kept_loops[i].examined);
			all++;
		}
	while (high - low > 1)
	{
		double middle = floor((low + high) / 2);
		double below = 0;

		for (int i = 0; i < node->nkept_loops; i++)
			below += node->kept_loops[i].rows >= k &&
					 node->kept_loops[i].examined <= middle;
		if (below * 2 >= all)
			high = middle;
		else
			low = middle;
	}
	return fmax(high / k / log(2), 1);
}

/* What one loop tells. */
typedef struct RegionLoop
{
	double a;        /* rows examined */
	double b;        /* the same in the run with raised limits, or a */
	double matches;  /* in the first run */
	double more;     /* in the other one, or 0 */
	double distance; /* r */
	double late;     /* distances before the first match; 0 if it has not k */
} RegionLoop;

/*
 * Returns whether the loops of another run are those of the first one, at its beginning:
 * a raised limit further up has more of them.
 */
static bool
region_has_pairs(const WorkNode *run, const WorkNode *more)
{
	if (more == NULL || more->nkept_loops < run->nkept_loops)
		return false;
	return more->loops == run->loops ||
		   (more->nkept_loops == more->loops && run->nkept_loops == run->loops);
}

static RegionLoop
region_loop(const WorkRuns *at, const Region *region, bool raised, double usual,
			int i)
{
	double k = region->wanted;
	RegionLoop loop = {.a = at->run->kept_loops[i].examined,
					   .matches = at->run->kept_loops[i].rows,
					   .distance = usual};

	loop.b = loop.a;
	if (raised)
	{
		loop.b = fmax(at->more->kept_loops[i].examined, loop.a);
		loop.more = at->more->kept_loops[i].rows;
		if (loop.more > k)
			loop.distance = fmax((loop.b - loop.a) / (loop.more - k), 1);
	}
	if (loop.matches >= k && (!raised || loop.more > k))
		loop.late = loop.a / loop.distance - (k - 1);
	return loop;
}

/*
 * Returns how many distances before the first match are no chance: of all loops far
 * more have their first match so late than would if the matches were spread evenly.
 * The distance is itself a mean of few, d, so that the part of loops with a first
 * match later than t of them is (1 + t / d)^-d, and exp(-t) where it is known.
 * HUGE_VAL if there are no such loops.
 */
static double
region_late(const WorkRuns *at, const Region *region, bool raised, double usual)
{
	for (double t = REGION_PREFIX; t < 1e6; t *= 2)
	{
		double late = 0;
		double chance = 0;

		for (int i = 0; i < at->run->nkept_loops; i++)
		{
			RegionLoop loop = region_loop(at, region, raised, usual, i);
			double d = loop.more - region->wanted;

			if (loop.late <= 0)
				continue;
			late += loop.late > t;
			chance += d > 0 ? pow(1 + t / d, -d) : exp(-t);
		}
		if (late == 0)
			break;
		if (late >= REGION_EXCESS * chance &&
			(late >= REGION_LATE_LOOPS || chance < REGION_CHANCE))
			return t;
	}
	return HUGE_VAL;
}

/*
 * Returns whether loops without a match have none at any size. By chance exp(-a / r) of
 * those that examine a rows have none. Where keys differ in how often they match, more
 * have none, but then a part of those that had none in three quarters of the rows has one
 * in the last quarter.
 */
static bool
region_none_grow(const WorkNode *node, double usual)
{
	double none = 0;
	double chance = 0;
	double read = 0;
	double late = 0;

	for (int i = 0; i < node->nkept_loops; i++)
		if (node->kept_loops[i].rows == 0 && node->kept_loops[i].examined > 0)
		{
			chance += exp(-node->kept_loops[i].examined / usual);
			read += node->kept_loops[i].examined;
			none++;
		}
	if (none == 0)
		return false;
	/* Others would have read on, about as far as those do. */
	chance *= node->nkept_loops / none;
	read /= none;
	for (int i = 0; i < node->nkept_loops; i++)
		late += node->kept_loops[i].rows > 0 &&
				node->kept_loops[i].examined > read * 3 / 4;
	return none >= REGION_EXCESS * chance &&
		   (none >= REGION_LATE_LOOPS || chance < REGION_CHANCE) &&
		   late < REGION_GO_ON * (late + none);
}

/*
 * What a scan examines in all loops of a Limit, each of which stops one of its own: that
 * a part of them runs out, or has a prefix before its matches, does not show in the
 * mean. Returns -1 if the loops are not known. growth is that of one loop if nothing
 * stops it.
 */
static double
region_each_loop(const WorkRuns *at, const Region *region, double growth)
{
	const WorkNode *node = at->run;
	double k = region->wanted;
	double apart;
	double first;
	double usual;
	double late;
	double today = 0;
	double then = 0;
	bool raised = region->more_loops > 0;
	bool none_grow;

	if (!region->limited || region->batch > 0 || node->nkept_loops < 2 ||
		node->loops != region->loops || node->examined <= 0 ||
		fabs(node->rows - region->matches * region->loops) > 0.5 ||
		(raised && !region_has_pairs(node, at->more)))
		return -1;
	growth = fmax(growth, 1);
	apart = fmax(growth / region->rows, 1);
	first = region_first_part(node, region);
	usual = region_usual_distance(node, k);
	late = region_late(at, region, raised, usual);
	none_grow = region_none_grow(node, usual);
	for (int i = 0; i < node->nkept_loops; i++)
	{
		RegionLoop loop = region_loop(at, region, raised, usual, i);
		double further = apart * region->wanted_then / k;

		today += loop.a;
		if (loop.a <= 0)
			continue;
		if (loop.matches == 0 && !none_grow)
			then += fmin(loop.a * further, loop.a * growth);
		else if (loop.matches < k || loop.late <= 0)
			then += region_ran_out(region, fmax(loop.a, loop.b),
								   fmin(loop.matches, k), first * loop.a,
								   growth, apart);
		else if (loop.late > late && loop.a > REGION_PREFIX * k)
			then += (loop.a - k * loop.distance) * growth +
					k * loop.distance * further;
		else
			then += loop.a * further;
	}
	if (today <= 0)
		return -1;
	return node->examined * then / today * region->calls;
}

double
region_examined(const WorkRuns *at, const Region *region, double loops,
				double scale)
{
	const WorkNode *node = at->run;
	double more = at->more == NULL ? 0 : at->more->examined;
	double growth = loops * node->growth.read;
	double each = region_each_loop(at, region, growth);
	double all = each >= 0 ? each
						   : region_count(region, node->examined, more,
										  node->first, growth);
	double hot = node->examined * node->hot;
	double hot_growth = pow(scale, node->hot_read);
	double rest;

	if (hot <= 0)
		return all;
	if (region->limited && node->hot_rows > 0)
		hot_growth =
			fmin(hot_growth,
				 fmax(region->wanted_then *
						  fmin(region->loops, node->hot_loops) / node->hot_rows,
					  1));
	if (at->more != NULL)
		more -= more * at->more->hot;
	rest = region_count(region, node->examined - hot, more, 0, growth);
	return fmax(all, rest + hot * hot_growth);
}

double
region_loops(const WorkRuns *at, const Region *region, double loops)
{
	double more = at->more == NULL ? 0 : at->more->loops;

	if (at->run->loops <= 0)
		return loops * region->calls;
	return region_count(region, at->run->loops, more, 0, loops) /
		   at->run->loops;
}
