/*-------------------------------------------------------------------------
 *
 * comparison.c
 *		Tells which of two measurements is slower; see comparison.h.
 *
 * The interval needs the percentile of many samples, hundreds of times. So it is
 * looked up in a grid of values: for each block of slices it is counted once how
 * many of its samples are at most each value of the grid, and the percentile of
 * any set of blocks is found by bisection over the sums of these counts. The grid
 * has the samples' own values where there are few of them, and else a value for
 * each 2,048th part of them.
 *
 * Slices that follow each other may resemble each other. As long as they do, two
 * at a time are joined, while enough blocks remain; what resemblance is left
 * widens the interval, and lets more deals count as equally large, by the factor
 * by which it widens the spread of a mean.
 *
 *-------------------------------------------------------------------------
 */
#include "shared/comparison.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/percentile.h"
#include "shared/splitmix64.h"

/* Blocks are not joined if fewer than that would remain. */
#define MIN_BLOCKS 10

/* A correlation of neighbours up to that is taken for chance. */
#define ALIKE_ABOVE 0.1
#define MOST_ALIKE 0.95

/* Deals, and drawings for the interval. */
#define DEALS 4000
#define MAX_DEALS 200000
#define DRAWINGS 600

/* A p value that is surely not small needs no further deals. */
#define DEALS_ENOUGH 60

typedef struct Random
{
	uint64_t key;
	uint64_t number;
} Random;

/* The modulo's bias is below 2^-40. */
static size_t
random_below(Random *random, size_t n)
{
	return (size_t) (splitmix64_number(random->key, random->number++) % n);
}

/* Adds how neighbours among n values go together, and how all spread. */
static void
add_moments(const double *values, size_t n, double *together, double *spread)
{
	double mean = 0;

	for (size_t i = 0; i < n; i++)
		mean += values[i] / (double) n;
	for (size_t i = 0; i < n; i++)
	{
		*spread += (values[i] - mean) * (values[i] - mean);
		if (i > 0)
			*together += (values[i] - mean) * (values[i - 1] - mean);
	}
}

/* How blocks of one size spread. */
typedef struct Spread
{
	double correlation; /* of neighbours, 0 if it may be chance */
	double of_mean;     /* the standard error of a side's mean */
} Spread;

/*
 * Returns by which factor a mean of n values spreads further than that of
 * independent ones, if neighbours correlate like that.
 */
static double
spread_factor(double correlation, size_t n)
{
	double sum = 1;
	double power = 1;

	for (size_t k = 1; k < n; k++)
	{
		power *= correlation;
		sum += 2 * (1 - (double) k / (double) n) * power;
	}
	return sqrt(sum);
}

/*
 * Looks at the blocks as they are. To the correlation that is found is added
 * what it lacks on average, because the mean is an estimate as well. logs is
 * scratch.
 */
static Spread
look_at_spread(const Blocks *blocks, bool paired, double *logs)
{
	size_t n = blocks->count[0];
	size_t all = n + blocks->count[1];
	size_t series = paired ? n : all / 2;
	double length = (double) series;
	double together = 0;
	double spread = 0;
	Spread found = {0};

	for (size_t i = 0; i < all; i++)
		logs[i] = blocks_log(blocks, i);
	if (paired)
		for (size_t i = 0; i < n; i++)
			logs[i] = logs[n + i] - logs[i];
	add_moments(logs, n, &together, &spread);
	if (!paired)
		add_moments(&logs[n], all - n, &together, &spread);
	/* Rounding alone is no spread. */
	if (spread < 1e-20)
		return found;
	found.correlation = (together / spread * length + 1) / (length - 3);
	if (found.correlation <= ALIKE_ABOVE)
		found.correlation = 0;
	else if (found.correlation > MOST_ALIKE)
		found.correlation = MOST_ALIKE;
	found.of_mean =
		sqrt(spread) / length * spread_factor(found.correlation, series);
	return found;
}

/*
 * Joins blocks while neighbours are alike, and returns the factor by which the
 * spread is wider than that of the blocks if they were independent. Each size of
 * blocks gives an estimate of the spread, and the largest one counts. logs is
 * scratch.
 */
static double
settle_blocks(Blocks *blocks, bool paired, double *logs)
{
	double widest = 0;
	Spread spread;
	size_t n;

	for (;;)
	{
		spread = look_at_spread(blocks, paired, logs);
		widest = fmax(widest, spread.of_mean);
		if (spread.correlation <= 0 || blocks->count[0] / 2 < MIN_BLOCKS ||
			blocks->count[1] / 2 < MIN_BLOCKS)
			break;
		blocks_join(blocks);
	}
	if (spread.of_mean <= 0)
		return 1;
	n = paired ? blocks->count[0] : (blocks->count[0] + blocks->count[1]) / 2;
	return fmax(1,
				widest / spread.of_mean * spread_factor(spread.correlation, n));
}

static double
pick_change(const Blocks *blocks, const Pick picks[2])
{
	return blocks_pick_log(blocks, &picks[1]) -
		   blocks_pick_log(blocks, &picks[0]);
}

/* Returns how far the sides' means are apart after pairs were swapped at random. */
static double
deal_pairs(const Blocks *blocks, const double *logs, Random *random)
{
	size_t n = blocks->count[0];
	double sum = 0;

	for (size_t i = 0; i < n; i++)
	{
		double change = logs[n + i] - logs[i];

		sum += random_below(random, 2) == 0 ? change : -change;
	}
	return sum / (double) n;
}

/* The same, with blocks dealt to the sides at random; logs stay shuffled. */
static double
deal_all(const Blocks *blocks, double *logs, double total, Random *random)
{
	size_t n = blocks->count[0];
	size_t all = n + blocks->count[1];
	double sum = 0;

	for (size_t i = 0; i < n; i++)
	{
		size_t j = i + random_below(random, all - i);
		double taken = logs[j];

		logs[j] = logs[i];
		logs[i] = taken;
		sum += taken;
	}
	return (total - sum) / (double) (all - n) - sum / (double) n;
}

/*
 * Returns a change relative to what is left of the blocks' spread without it.
 * Deals have equal squares, so without a factor this makes no difference; with
 * one, a large change would else be taken for spread.
 */
static double
relative(double change, double squares, double weight)
{
	return fabs(change) / sqrt(fmax(squares - weight * change * change, 1e-24));
}

/* What all deals of the same blocks have in common. */
typedef struct Deals
{
	double total;   /* of all percentiles */
	double change;  /* the measured one */
	double squares; /* around the mean; of pairs, those of their changes */
	double weight;  /* by which the change's square is part of them */
} Deals;

static Deals
start_deals(const Blocks *blocks, bool paired, double *logs)
{
	size_t n = blocks->count[0];
	size_t all = n + blocks->count[1];
	double before = 0;
	Deals deals = {.weight =
					   paired ? (double) n
							  : (double) n * (double) (all - n) / (double) all};

	for (size_t i = 0; i < all; i++)
	{
		logs[i] = blocks_log(blocks, i);
		deals.total += logs[i];
		before += i < n ? logs[i] : 0;
	}
	deals.change =
		(deals.total - before) / (double) (all - n) - before / (double) n;
	for (size_t i = 0; i < (paired ? n : all); i++)
	{
		double away = paired ? logs[n + i] - logs[i]
							 : logs[i] - deals.total / (double) all;

		deals.squares += away * away;
	}
	return deals;
}

/*
 * Returns the share of deals whose change is as large as the measured one. What
 * is dealt are the percentiles of the blocks: those of all samples of a deal
 * would lie between the two sides wherever these hardly overlap, and so be as far
 * apart as the sides are.
 */
static double
permute(const Blocks *blocks, const ComparisonRules *rules, double *logs,
		double factor)
{
	Random random = {.key = rules->seed};
	size_t tests = rules->tests > 1 ? rules->tests : 1;
	size_t most = tests > MAX_DEALS / DEALS ? MAX_DEALS : DEALS * tests;
	Deals deals = start_deals(blocks, rules->paired, logs);
	double measured = relative(deals.change, deals.squares, deals.weight);
	size_t as_large = 0;
	size_t done = 0;

	while (done < most && as_large < DEALS_ENOUGH)
	{
		double change = rules->paired
							? deal_pairs(blocks, logs, &random)
							: deal_all(blocks, logs, deals.total, &random);

		done++;
		/* What is equal but for rounding counts as well. */
		as_large += relative(change, deals.squares, deals.weight) * factor >=
					measured * (1 - 1e-9) - 1e-9;
	}
	return (double) (as_large + 1) / (double) (done + 1);
}

/* Draws blocks with replacement; pairs stay together. */
static void
draw(const Blocks *blocks, bool paired, Pick picks[2], Random *random)
{
	size_t n = blocks->count[0];

	for (size_t i = 0; i < n; i++)
	{
		picks[0].blocks[i] = random_below(random, n);
		if (paired)
			picks[1].blocks[i] = n + picks[0].blocks[i];
	}
	for (size_t i = 0; !paired && i < blocks->count[1]; i++)
		picks[1].blocks[i] = n + random_below(random, blocks->count[1]);
}

/* Returns the standard error of the change. */
static double
standard_error(const Blocks *blocks, const ComparisonRules *rules,
			   Pick picks[2])
{
	Random random = {.key = splitmix64_mix(rules->seed + 1)};
	size_t least = blocks->count[0] < blocks->count[1] ? blocks->count[0]
													   : blocks->count[1];
	double mean = 0;
	double squares = 0;

	for (int i = 1; i <= DRAWINGS; i++)
	{
		double change;
		double step;

		draw(blocks, rules->paired, picks, &random);
		change = pick_change(blocks, picks);
		step = change - mean;
		mean += step / i;
		squares += step * (change - mean);
	}
	return sqrt(squares / (DRAWINGS - 1) * (double) least /
				((double) least - 1));
}

/* The two-sided 95 % point of Student's t, within 0.5 % from 4 on. */
static double
student(double freedom)
{
	double z = 1.959964;

	return z + (z * z * z + z) / (4 * freedom) +
		   (5 * pow(z, 5) + 16 * z * z * z + 3 * z) / (96 * freedom * freedom);
}

/* Returns the largest change within a side, which may as well be between them. */
static double
find_drift(const Blocks *blocks, size_t *numbers)
{
	size_t first = 0;
	double drift = 0;

	for (int side = 0; side < 2; side++)
	{
		size_t half = blocks->count[side] / 2;
		Pick halves[] = {{numbers, half},
						 {numbers + half, blocks->count[side] - half}};

		for (size_t i = 0; i < blocks->count[side]; i++)
			numbers[i] = first + i;
		drift = fmax(drift, fabs(pick_change(blocks, halves)));
		first += blocks->count[side];
	}
	return drift;
}

static ComparisonVerdict
decide(const Comparison *comparison, const ComparisonRules *rules, double drift)
{
	double tests = rules->tests > 1 ? (double) rules->tests : 1;
	bool sure = comparison->p < rules->p_below / tests &&
				fabs(log(comparison->ratio)) > drift;

	if (sure && comparison->low > 1 && comparison->ratio > 1 + rules->smallest)
		return COMPARISON_SLOWER;
	if (sure && comparison->high < 1 && comparison->ratio < 1 - rules->smallest)
		return COMPARISON_FASTER;
	if (comparison->low >= 1 - rules->same_within &&
		comparison->high <= 1 + rules->same_within)
		return COMPARISON_SAME;
	return COMPARISON_UNCLEAR;
}

/* The test and the interval, once the blocks are made. */
static bool
judge(Blocks *blocks, const ComparisonRules *rules, Comparison *comparison)
{
	size_t all = blocks->count[0] + blocks->count[1];
	size_t *numbers = malloc(all * sizeof(size_t));
	double *logs = malloc(all * sizeof(double));
	bool ok = numbers != NULL && logs != NULL;

	if (ok)
	{
		double factor = settle_blocks(blocks, rules->paired, logs);
		Pick picks[] = {{numbers, blocks->count[0]},
						{numbers + blocks->count[0], blocks->count[1]}};
		double reach;

		all = blocks->count[0] + blocks->count[1];
		reach =
			student((double) (rules->paired ? blocks->count[0] - 1 : all - 2)) *
			standard_error(blocks, rules, picks) * factor;
		comparison->p = permute(blocks, rules, logs, factor);
		comparison->ratio = fmax(comparison->after, blocks->floor) /
							fmax(comparison->before, blocks->floor);
		comparison->low = comparison->ratio * exp(-reach);
		comparison->high = comparison->ratio * exp(reach);
		comparison->block = blocks->slices;
		/* Where the sides take turns, what drifts cancels out. */
		comparison->verdict = decide(
			comparison, rules, rules->paired ? 0 : find_drift(blocks, numbers));
	}
	free(numbers);
	free(logs);
	return ok;
}

/* Copies the slices that count to `kept`, one side after the other. */
static void
keep_slices(Blocks *blocks, const ComparisonSide *sides[2], bool paired,
			ComparisonSlice *kept)
{
	size_t n = 0;

	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < sides[side]->count; i++)
		{
			if (sides[side]->slices[i].count == 0 ||
				(paired && sides[1 - side]->slices[i].count == 0))
				continue;
			kept[n++] = sides[side]->slices[i];
			blocks->count[side]++;
		}
}

/* Sets the percentiles, and makes the blocks if there are enough slices. */
static bool
measure(Blocks *blocks, const ComparisonSlice *kept,
		const ComparisonRules *rules, Comparison *comparison)
{
	size_t least = rules->paired ? COMPARISON_MIN_PAIRS : COMPARISON_MIN_SLICES;
	double *values[] = {&comparison->before, &comparison->after};
	size_t all = blocks->count[0] + blocks->count[1];
	size_t count;
	int64_t *bits;
	bool ok;

	for (int side = 0; side < 2; side++)
	{
		bits = blocks_sorted_bits(&kept[side == 0 ? 0 : blocks->count[0]],
								  blocks->count[side], &count);
		if (bits == NULL)
			return false;
		*values[side] = blocks_from_bits(
			percentile_percentile(bits, count, blocks->percent));
		free(bits);
	}
	comparison->enough = blocks->count[0] >= least && blocks->count[1] >= least;
	if (!comparison->enough)
		return true;
	bits = blocks_sorted_bits(kept, all, &count);
	ok = bits != NULL && blocks_make_grid(blocks, bits, count);
	free(bits);
	return ok && blocks_count_slices(blocks, kept);
}

bool
comparison_make(const ComparisonSide *before, const ComparisonSide *after,
				double percent, const ComparisonRules *rules,
				Comparison *comparison)
{
	const ComparisonSide *sides[] = {before, after};
	Blocks blocks = {.slices = 1, .percent = percent};
	ComparisonSlice *kept;
	bool ok;

	*comparison = (Comparison){
		.ratio = 1, .low = 0, .high = INFINITY, .p = 1, .block = 1};
	if (rules->paired && before->count != after->count)
		return false;
	kept = malloc((before->count + after->count + 1) * sizeof(*kept));
	if (kept == NULL)
		return false;
	keep_slices(&blocks, sides, rules->paired, kept);
	ok = measure(&blocks, kept, rules, comparison) &&
		 (!comparison->enough || judge(&blocks, rules, comparison));
	free(kept);
	free(blocks.grid);
	free(blocks.up_to);
	return ok;
}

ComparisonVerdict
comparison_both(ComparisonVerdict one, ComparisonVerdict other)
{
	if (one == COMPARISON_SLOWER || other == COMPARISON_SLOWER)
		return COMPARISON_SLOWER;
	if (one == COMPARISON_FASTER || other == COMPARISON_FASTER)
		return COMPARISON_FASTER;
	return one == other ? one : COMPARISON_UNCLEAR;
}

const char *
comparison_word(ComparisonVerdict verdict)
{
	static const char *const words[] = {"unclear", "same", "faster", "slower"};

	return words[verdict];
}
