/*-------------------------------------------------------------------------
 *
 * key_plan.c
 *		Which rows of its parent the rows of a table refer to.
 *
 * The items of the spread are parents that have children, in the order of the
 * parents' rows. They are cut into groups of neighbors. In each group the pieces
 * of the fan-out come again, from few children to many, and a shuffle deals them to
 * the group's parents. So parents of many children stand anywhere, and still the
 * items are in the order of the parents, which the correlation needs.
 *
 * Items are fewer than the parents' rows if some have no children: item k of n is
 * one of the rows from k / n to (k + 1) / n of the parents.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "shared/splitmix64.h"

#include "populate/key_plan.h"
#include "populate/own_parents.h"
#include "populate/parent_exchange.h"

#define KEY_PLAN_GROUPS 50

/* Below this correlation the order of the parents is of no concern. */
#define KEY_PLAN_ORDERED 0.08

/* Where nothing is known, of fewer parents none is without children. */
#define KEY_PLAN_FEW 100

/* After so many attempts, parents are tried that may have no children. */
#define KEY_PLAN_WEIGHTED 30

/*
 * A common value of so many times the most children that a parent has is none. Of a
 * sample of parents that holds only if there were few of its rows in ANALYZE's.
 */
#define KEY_PLAN_CHANCE 1.3
#define KEY_PLAN_SAMPLE 30000
#define KEY_PLAN_FEW_ROWS 20

/* What rounding may add to shares that make up the whole. */
#define KEY_PLAN_ROUNDED 0.0001

/* Sizes that differ by less are the same. */
#define KEY_PLAN_SAME 0.05

/* How many pieces stand for the parents with the most children. */
#define KEY_PLAN_TAIL 8

/* Parents of about the same number of children. */
typedef struct Level
{
	double parents;
	double children; /* of all of them */
} Level;

typedef struct Levels
{
	int n;
	Level *levels;
	int room;
} Levels;

static void
add_level(Levels *levels, double parents, double children)
{
	if (parents <= 0 || children <= 0)
		return;
	if (levels->n == levels->room)
	{
		levels->room = Max(16, levels->room * 2);
		levels->levels =
			levels->levels == NULL
				? palloc(levels->room * sizeof(Level))
				: repalloc(levels->levels, levels->room * sizeof(Level));
	}
	levels->levels[levels->n++] = (Level){parents, children};
}

/* ---- the levels ---- */

/* Returns the quantile at a share from 0 to 1, between those that are known. */
static double
quantile(const KeyStatistics *statistics, double share)
{
	double place = share * (statistics->nfan_out - 1);
	int below = Min((int) place, statistics->nfan_out - 2);
	double part = place - below;

	return statistics->fan_out[below] * (1 - part) +
		   statistics->fan_out[below + 1] * part;
}

/*
 * The parents but the most common ones, by the quantiles of the fan-out. In the
 * uppermost bucket the number of children grows by a factor from one parent to the
 * next, as it does where a few have very many.
 */
static void
add_quantiles(Levels *levels, const KeyStatistics *statistics, double parents,
			  double leave_out)
{
	double end = Max(0, 1 - leave_out / parents);
	int buckets = statistics->nfan_out - 1;
	double last = (double) (buckets - 1) / buckets;

	for (int i = 0; i < buckets - 1; i++)
	{
		double from = (double) i / buckets;
		double until = Min(end, (double) (i + 1) / buckets);

		if (until > from)
			add_level(
				levels, (until - from) * parents,
				(until - from) * parents *
					(quantile(statistics, from) + quantile(statistics, until)) /
					2);
	}
	if (end > last)
	{
		double low = Max(1, statistics->fan_out[buckets - 1]);
		double high = Max(low, statistics->fan_out[buckets]);
		double each = (end - last) * parents / KEY_PLAN_TAIL;

		/* The common parents, which are the largest, are told of elsewhere. */
		for (int i = 0; i < KEY_PLAN_TAIL; i++)
			add_level(levels, each,
					  each * low *
						  pow(high / low, (i + 0.5) / KEY_PLAN_TAIL *
											  (end - last) / (1 - last)));
	}
}

/* Skewed, as most keys are: a tenth of the parents has two thirds of the rows. */
static void
add_skewed(Levels *levels, double parents, double children)
{
	static const double shares[][2] = {
		{0.60, 0.13}, {0.30, 0.22}, {0.09, 0.35}, {0.01, 0.30}};

	double counts[lengthof(shares)];
	double left = parents;

	/* Not one more than there are, or two of them would be the same parent. */
	for (int i = lengthof(shares) - 1; i > 0; i--)
	{
		counts[i] = Min(left, Max(1, rint(parents * shares[i][0])));
		left -= counts[i];
	}
	counts[0] = left;
	for (int i = 0; i < lengthof(shares); i++)
		add_level(levels, counts[i], children * shares[i][1]);
}

/*
 * Makes the levels add up to this many children. What the quantiles do not tell is how
 * many the parents of the uppermost bucket have, so these give or take, unless that
 * would leave them with fewer than those below.
 */
static void
fit(Levels *levels, int tail, double children, double most)
{
	double body = 0;
	double top = 0;
	double parents = 0;
	int first = levels->n - tail;

	for (int i = 0; i < levels->n; i++)
	{
		if (i < first)
			body += levels->levels[i].children;
		else
			top += levels->levels[i].children;
		parents += i < first ? 0 : levels->levels[i].parents;
	}
	/* Of quantiles of all parents the last is the most that any has. */
	if (first > 0 && tail > 0 &&
		(most == 0 ||
		 (children - body) / top * levels->levels[levels->n - 1].children <=
			 most * levels->levels[levels->n - 1].parents) &&
		children - body >= parents * levels->levels[first - 1].children /
							   levels->levels[first - 1].parents)
		for (int i = first; i < levels->n; i++)
			levels->levels[i].children *= (children - body) / top;
	else
		for (int i = 0; i < levels->n; i++)
			levels->levels[i].children *= children / (body + top);
}

/*
 * How many of the common values are those of parents with many children, and not
 * what chance put into a sample of rows: no parent can have more than the most. Of
 * another number of parents, the share of a parent is another one, unless it has so
 * many children that it stands out.
 */
static int
count_common(const KeyStatistics *statistics, const ColumnStatistics *column,
			 double parents, double children)
{
	double most;
	double usual;
	int n = 0;

	if (column == NULL || column->freqs == NULL || column->ncommon == 0)
		return 0;
	if (statistics == NULL || statistics->nfan_out < 2 || column->rows <= 0)
		return column->ncommon;
	most = statistics->fan_out[statistics->nfan_out - 1];
	usual = statistics->fan_out[statistics->nfan_out - 2];
	if (column->freqs[0] * column->rows > KEY_PLAN_CHANCE * most &&
		(statistics->counted ||
		 column->freqs[0] * KEY_PLAN_SAMPLE < KEY_PLAN_FEW_ROWS))
		return 0;
	if (fabs(parents / statistics->parents - 1) < KEY_PLAN_SAME)
		return column->ncommon;
	while (n < column->ncommon &&
		   column->freqs[n] * column->rows >= 2 * usual &&
		   column->freqs[n] * children >= usual)
		n++;
	return n;
}

/*
 * The share of the rows that a common value has. Of few parents that were all counted
 * it is known better than by ANALYZE's sample: each of them is one of the quantiles.
 */
static double
share_of_common(const KeyStatistics *statistics, const ColumnStatistics *column,
				int i, double parents)
{
	double rows = column->rows * (1 - column->null_frac);

	if (statistics != NULL && statistics->counted && rows > 0 && parents > 1 &&
		parents == statistics->with_children && parents <= statistics->nfan_out)
		return statistics->fan_out[(int) floor((statistics->nfan_out - 1) *
												   (parents - i) / parents +
											   1e-9)] /
			   rows;
	return column->freqs[i] / (1 - column->null_frac);
}

/*
 * Returns the levels for a number of parents, of all, and children, the most common parents
 * last, one each. Sets how many of these there are.
 */
static Levels
find_levels(const KeyStatistics *statistics, const ColumnStatistics *column,
			double all, double parents, double children, int *common)
{
	Levels levels = {0};
	double told = 0;
	double rest;
	int tail = 0;
	double *shares;
	int known = count_common(statistics, column, all, children);

	*common = 0;
	shares = palloc(Max(known, 1) * sizeof(double));
	for (; *common < known && *common < parents; told += shares[(*common)++])
	{
		shares[*common] = share_of_common(statistics, column, *common, parents);
		if (told + shares[*common] > 1 + KEY_PLAN_ROUNDED)
			break;
	}
	told = Min(told, 1);
	rest = parents - *common;
	if (statistics != NULL && statistics->nfan_out > 1)
	{
		add_quantiles(&levels, statistics, parents, *common);
		if (rest / parents > 1 - 1.0 / (statistics->nfan_out - 1))
			tail = Min(KEY_PLAN_TAIL, levels.n);
	}
	else if (column != NULL && column->ndistinct != 0)
		add_level(&levels, rest, rest);
	else
		add_skewed(&levels, parents, children);
	fit(&levels, tail, children * (1 - told),
		statistics != NULL && statistics->counted && statistics->nfan_out > 1
			? statistics->fan_out[statistics->nfan_out - 1]
			: 0);
	for (int i = *common - 1; i >= 0; i--)
		add_level(&levels, 1, children * shares[i]);
	return levels;
}

/* How many parents have children. */
static double
parents_with_children(const KeyPlan *plan, const KeyStatistics *statistics,
					  const ColumnStatistics *column, double parents,
					  double children)
{
	/* Of few parents, such as tenants, all have children. */
	double with = parents < KEY_PLAN_FEW ? parents : parents * 0.8;

	if (column != NULL && column->ndistinct < 0)
		with = -column->ndistinct * plan->child->rows;
	else if (column != NULL && column->ndistinct > 0)
		with =
			column->ndistinct *
			(column->rows > 0 ? Max(1, plan->child->rows / column->rows) : 1);
	if (statistics != NULL && statistics->parents > 0 &&
		statistics->with_children > 0)
		with = statistics->with_children / statistics->parents * parents;
	with = rint(Min(Min(with, parents), children));
	return Max(with, 1);
}

/* ---- groups ---- */

/*
 * Rounds the parents of the levels to whole ones, no more than this many. Sums are
 * rounded, so that none is lost or comes to be between levels.
 */
static void
round_levels(Levels *levels, int n, double parents)
{
	double sum = 0;
	double before = 0;

	for (int i = 0; i < n; i++)
		sum += levels->levels[i].parents;
	for (int i = 0; i < n; i++)
	{
		Level *level = &levels->levels[i];
		double after =
			before + level->parents * (sum > parents ? parents / sum : 1);
		double whole = rint(after) - rint(before);

		/* Its children are more if its parents are fewer than they should be. */
		if (whole == 0)
			level->children = 0;
		else if (sum <= parents)
			level->children *= whole / level->parents;
		level->parents = whole;
		before = after;
	}
}

/* How many of a level's parents the groups before this one have. */
static int64
dealt_before(const KeyPlan *plan, const Level *level, int number, int group)
{
	/* The levels do not give their odd parents to the same groups. */
	double phase = fmod(number * 0.618034, 1);

	return (int64) floor(level->parents * group / plan->ngroups + phase);
}

/* Where the parent is that is wanted, or anywhere. */
static int
group_of_common(const KeyPlan *plan, int level, int64 wanted)
{
	double parents = plan->parent->nheld + plan->parent->rows;

	return wanted < 0
			   ? (int) (splitmix64_number(plan->random, level) % plan->ngroups)
			   : (int) (wanted / parents * plan->ngroups);
}

/*
 * Deals the levels to the groups, in equal parts, and the common parents one by
 * one to groups at random. Returns the pieces.
 */
static RowsSpreadPiece *
deal(KeyPlan *plan, Levels *levels, int common, double parents,
	 const int64 *wanted, int64 *common_items, int *npieces)
{
	int ordinary = levels->n - common;
	RowsSpreadPiece *pieces =
		palloc((levels->n * plan->ngroups + 1) * sizeof(RowsSpreadPiece));
	int64 items = 0;

	*npieces = 0;
	round_levels(levels, ordinary, parents - common);
	plan->group_starts = palloc0((plan->ngroups + 1) * sizeof(int64));
	for (int group = 0; group < plan->ngroups; group++)
	{
		plan->group_starts[group] = items;
		for (int i = 0; i < ordinary; i++)
		{
			const Level *level = &levels->levels[i];
			int64 n = dealt_before(plan, level, i, group + 1) -
					  dealt_before(plan, level, i, group);

			if (n <= 0)
				continue;
			pieces[*npieces].items = n;
			pieces[(*npieces)++].weight = level->children / level->parents * n;
			items += n;
		}
		for (int i = ordinary; i < levels->n; i++)
			if (group_of_common(plan, i, wanted[levels->n - 1 - i]) == group)
			{
				common_items[levels->n - 1 - i] = items;
				pieces[*npieces].items = 1;
				pieces[(*npieces)++].weight = levels->levels[i].children;
				items++;
			}
	}
	plan->group_starts[plan->ngroups] = items;
	/* Two items of one parent would have its children twice. */
	if (items > plan->parent->nheld + plan->parent->rows)
		elog(ERROR,
			 INT64_FORMAT
			 " parents of foreign key \"%s\" have children, of " INT64_FORMAT,
			 items, plan->key->name, plan->parent->nheld + plan->parent->rows);
	return pieces;
}

/*
 * Rounds the weights to rows that add up to the children, such that no parent has
 * more than the most children, if there are parents enough: one row more would be a
 * line of an order beyond the last one.
 */
static void
limit_pieces(RowsSpreadPiece *pieces, int n, double children, double most)
{
	double sum = 0;
	double items = 0;
	double rest = children;

	for (int i = 0; i < n; i++)
	{
		sum += pieces[i].weight;
		items += pieces[i].items;
	}
	if (most < 1 || sum <= 0 || items * most < children || children < items)
		return;
	for (int i = 0; i < n; i++)
	{
		pieces[i].weight = rint(pieces[i].weight * children / sum);
		pieces[i].weight =
			Min(Max(pieces[i].weight, pieces[i].items), pieces[i].items * most);
		rest -= pieces[i].weight;
	}
	for (int round = 0; round < 2 && rest != 0; round++)
	{
		double room = 0;

		for (int i = 0; i < n; i++)
			room += rest > 0 ? pieces[i].items * most - pieces[i].weight
							 : pieces[i].weight - pieces[i].items;
		sum = rest;
		for (int i = 0; i < n && rest != 0 && room > 0; i++)
		{
			double own = rest > 0 ? pieces[i].items * most - pieces[i].weight
								  : pieces[i].weight - pieces[i].items;
			/* All in equal parts, and then one after the other what is left */
			double part = round == 0 ? floor(fabs(sum) * own / room)
									 : Min(own, fabs(rest));

			pieces[i].weight += rest > 0 ? part : -part;
			rest -= rest > 0 ? part : -part;
		}
	}
}

static void
check_parents(const KeyPlan *plan)
{
	if (plan->parent->nheld + plan->parent->rows == 0)
		ereport(
			ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("table %s holds no rows, but table %s must refer to it",
				   plan->parent->model->name, plan->child->model->name),
			errdetail("Foreign key \"%s\" of columns (%s) does not allow NULL.",
					  plan->key->name,
					  table_model_names(plan->child->model, plan->key->n,
										plan->key->child_columns)),
			errhint("Name table %s as well, or fill it before.",
					plan->parent->model->name));
}

static int64
parent_of_item(const KeyPlan *plan, int64 item)
{
	int64 items = plan->group_starts[plan->ngroups];
	int64 parents = plan->parent->nheld + plan->parent->rows;
	int low = 0;
	int high = plan->ngroups - 1;
	int64 from;
	int64 until;

	while (low < high)
	{
		int middle = (low + high + 1) / 2;

		if (plan->group_starts[middle] <= item)
			low = middle;
		else
			high = middle - 1;
	}
	item = plan->group_starts[low] +
		   (int64) shuffle_forward(&plan->groups[low],
								   item - plan->group_starts[low]);
	/* Below 2^32 each, so that the product fits in 64 bits. */
	from = (int64) ((uint64) item * parents / items);
	until = (int64) ((uint64) (item + 1) * parents / items);
	if (until - from > 1)
		from += splitmix64_number(plan->random, item) % (until - from);
	return parent_exchange_find(plan, from);
}

/* Puts the parents of the common values into the places of their numbers. */
static void
exchange_common(KeyPlan *plan, const int64 *items, const int64 *wanted,
				int common)
{
	int64 *own = palloc(Max(common, 1) * sizeof(int64));

	for (int i = 0; i < common; i++)
		own[i] = parent_of_item(plan, items[i]);
	parent_exchange_plan(plan, own, wanted, common);
}

void
key_plan_spread(KeyPlan *plan, const KeyStatistics *statistics,
				const ColumnStatistics *column, const int64 *wanted,
				bool unique, double null_share, double correlation, double most)
{
	double parents = plan->parent->nheld + plan->parent->rows;
	RowsSpreadSpec spec = {.key = plan->random,
						   .rows = plan->child->rows - plan->roots,
						   .null_share = parents > 0 ? null_share : 1,
						   .correlation = correlation};
	double children;
	Levels levels = {0};
	int64 *items;
	int common = 0;
	double with;

	if (plan->key->not_null && spec.rows > 0)
		check_parents(plan);
	/* The roots take from what is NULL. */
	if (plan->roots > 0 && spec.rows > 0)
		spec.null_share =
			Max(0, (null_share * plan->child->rows - plan->roots) / spec.rows);
	/* The rows that are too many for parents of their own have none. */
	if (unique && spec.rows > 0)
		spec.null_share = Max(spec.null_share, 1 - parents / spec.rows);
	children = spec.rows - floor(spec.rows * spec.null_share + 0.5);
	with = parents_with_children(plan, statistics, column, parents, children);
	/* The tree of a table that refers to itself is dense near its root. */
	if (plan->itself)
		with = Min(with, Max(1, floor(parents / 2)));
	plan->ngroups = (int) Max(
		1, Min(KEY_PLAN_GROUPS,
			   fabs(correlation) < KEY_PLAN_ORDERED ? 1 : floor(with)));
	if (unique)
		add_level(&levels, children, children);
	else
		levels =
			find_levels(statistics, column, parents, with, children, &common);
	items = palloc(Max(common, 1) * sizeof(int64));
	if (children > 0 && parents > 0)
	{
		RowsSpreadPiece *pieces =
			deal(plan, &levels, common, with, wanted, items, &spec.npieces);

		if (!unique)
			limit_pieces(pieces, spec.npieces, children, most);
		spec.pieces = pieces;
	}
	else
		plan->group_starts = palloc0(2 * sizeof(int64));
	plan->spread =
		rows_spread_init(palloc(rows_spread_size(spec.npieces)), &spec);
	plan->groups = palloc0(plan->ngroups * sizeof(Shuffle));
	for (int i = 0; i < plan->ngroups; i++)
	{
		int64 n = plan->group_starts[i + 1] - plan->group_starts[i];

		if (n > 0)
			plan->groups[i] =
				shuffle_make(splitmix64_number(plan->random, i), n);
	}
	if (spec.npieces > 0)
		exchange_common(plan, items, wanted, common);
}

/* ---- rows ---- */

static int64
parent_before(const KeyPlan *plan, int64 row, int64 parent)
{
	int64 own = plan->parent->nheld + row;

	if (parent < own)
		return parent;
	if (own == 0)
		return plan->key->not_null ? 0 : -1;
	return (int64) (splitmix64_number(plan->random, row) % own);
}

/* As what the statistics say of a table that refers to itself has it. */
static int64
parent_by_own(const KeyPlan *plan, int64 row, int attempt)
{
	int64 parent = -1;
	int64 item;

	if (attempt == 0 && own_parents_are_common(plan->own) &&
		rows_spread_item(plan->spread, row - plan->roots, &item, NULL))
		parent = parent_of_item(plan, item);
	if (parent < 0 || parent >= plan->parent->nheld + row)
		parent = own_parents_find(plan, row, attempt);
	return parent < 0 && plan->key->not_null
			   ? parent_before(plan, row, plan->parent->nheld + row)
			   : parent;
}

/*
 * The parent of another row: each is as likely as it is common. Where that was of
 * no use for long, any parent.
 */
static int64
parent_of_another(const KeyPlan *plan, int64 row, int attempt)
{
	uint64 random = splitmix64_number(plan->random + attempt, row);
	int64 item;

	if (attempt < KEY_PLAN_WEIGHTED &&
		rows_spread_item(plan->spread, random % plan->child->rows, &item, NULL))
		return parent_of_item(plan, item);
	return splitmix64_mix(random) % (plan->parent->nheld + plan->parent->rows);
}

bool
key_plan_has_parent(const KeyPlan *plan, int64 row, int attempt)
{
	int64 item;
	bool has = row >= plan->roots &&
			   rows_spread_item(plan->spread, row - plan->roots, &item, NULL);

	if (attempt == 0)
		return has;
	/* What is NULL may have to have a value, and the other way round. */
	return plan->parent->nheld + plan->parent->rows > 0 &&
		   (attempt % 2 == 0 || plan->key->not_null);
}

int64
key_plan_parent(KeyPlan *plan, int64 row, int attempt)
{
	int64 item;
	int64 parent;

	if (!key_plan_has_parent(plan, row, attempt))
		return -1;
	if (plan->within != NULL)
		return own_parents_within(plan, row, attempt);
	if (plan->own != NULL)
		return parent_by_own(plan, row, attempt);
	if (attempt == 0)
	{
		rows_spread_item(plan->spread, row, &item, NULL);
		parent = parent_of_item(plan, item);
	}
	else
		parent = parent_of_another(plan, row, attempt);
	return plan->itself ? parent_before(plan, row, parent) : parent;
}

bool
key_plan_occurrence(KeyPlan *plan, int64 row, int64 *item, int64 *occurrence)
{
	return rows_spread_item(plan->spread, row, item, occurrence);
}

void
key_plan_children(const KeyPlan *plan, float *children)
{
	int64 items = plan->group_starts[plan->ngroups];

	for (int64 item = 0; item < items; item++)
	{
		children[parent_of_item(plan, item)] =
			(float) rows_spread_count(plan->spread, item);
		if (item % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
	}
}
