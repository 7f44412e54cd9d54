/*-------------------------------------------------------------------------
 *
 * rows_spread.c
 *		How the rows of a table spread over the distinct values of a column.
 *
 * Three steps lead from a row to its item, and each has an inverse. Marks tell
 * whether the row is NULL, and its rank among those that are not. Of the ranks,
 * marks choose a share that take each other's slots by a shuffle; the others
 * keep their own, so that slots follow the rows as closely as was asked for.
 * For a negative correlation slots are counted from the end. The piece of a slot
 * is looked up, and within a piece the slots are dealt out evenly to its items.
 *
 *-------------------------------------------------------------------------
 */
#include "synth/rows_spread.h"

#include <math.h>

#include "synth/fraction.h"
#include "synth/marks.h"
#include "synth/shuffle.h"

/* Slots are looked up by their upper 8 bits first. */
#define GUIDE_SIZE 256

/* Of a piece with more items, this many stand for all in the correlation. */
#define SAMPLED_ITEMS 64

/*
 * What chance leaves of a correlation matters in few rows. Up to so many, this
 * many shuffles are tried until one is as near as that.
 */
#define TRIED_ROWS 5000
#define TRIED_KEYS 64
#define NEAR_ENOUGH 0.005

/* The keys of the parts are numbers of the spread's key; more keys are tried. */
enum
{
	KEY_NULLS,
	KEY_SHUFFLE
};

typedef struct SpreadPiece
{
	uint64_t first_slot;
	uint64_t first_item;
	uint64_t rows;
	uint64_t items;
	Fraction to_item;
	Fraction to_slot;
} SpreadPiece;

struct RowsSpread
{
	uint64_t rows;
	uint64_t held; /* the rows that are not NULL */
	Marks nulls;
	Marks shuffled;
	Shuffle shuffle;
	bool mirrored;
	uint32_t guide_shift;
	int32_t guide[GUIDE_SIZE];
	int32_t npieces;
	SpreadPiece pieces[]; /* and one more, where the others end */
};

size_t
rows_spread_size(int32_t npieces)
{
	return sizeof(RowsSpread) + ((size_t) npieces + 1) * sizeof(SpreadPiece);
}

/* ---- correlation ---- */

/*
 * Returns what one item adds to the mean product of a row's position and its
 * place in the order of the values, both from 0 to 1, if it takes the places
 * from start to start + size, and this share of all rows is shuffled.
 *
 * ANALYZE orders rows of equal value by their position. So the item's places
 * follow on its rows by their distribution G: of those that are shuffled, over
 * the whole table; of the others, from the position "from" on.
 */
static double
item_product(double start, double size, double from, double shuffled)
{
	double kept = 1 - shuffled;
	double end = from + size;
	double mean = kept * (from + size / 2) + shuffled / 2;
	/* integrals from 0 to 1: of t times the kept part of G, and its square */
	double with_t = from * size / 2 + size * size / 3 + (1 - end * end) / 2;
	double square = size / 3 + 1 - end;
	double g_square = shuffled * shuffled / 3 + 2 * shuffled * kept * with_t +
					  kept * kept * square;

	return size * (start * mean + size * (0.5 - g_square / 2));
}

/* Returns the correlation that ANALYZE measures at this share of shuffled rows. */
static double
expected_correlation(const RowsSpread *spread, bool mirrored, double shuffled)
{
	double product = 0;

	for (int32_t k = 0; k < spread->npieces; k++)
	{
		const SpreadPiece *piece = &spread->pieces[k];
		uint64_t sampled =
			piece->items < SAMPLED_ITEMS ? piece->items : SAMPLED_ITEMS;
		double width = (double) piece->rows / (double) spread->held;
		double start = (double) piece->first_slot / (double) spread->held;
		double size = width / (double) piece->items;

		for (uint64_t item = 0; item < sampled; item++)
		{
			double middle = start + ((double) item + 0.5) * width / sampled;
			double from = middle - size / 2;

			product +=
				item_product(from, size, mirrored ? 1 - (from + size) : from,
							 shuffled) *
				((double) piece->items / (double) sampled);
		}
	}
	return 12 * (product - 0.25);
}

/* Returns the share of rows to shuffle, and whether slots count from the end. */
static double
shuffled_share(const RowsSpread *spread, double correlation, bool *mirrored)
{
	double low = 0;
	double high = 1;

	*mirrored = correlation < expected_correlation(spread, false, 1);
	for (int32_t k = 0; k < 40; k++)
	{
		double middle = (low + high) / 2;
		double got = expected_correlation(spread, *mirrored, middle);

		if (*mirrored ? got < correlation : got > correlation)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

/* ---- creation ---- */

static uint64_t
rounded_share(uint64_t n, double share)
{
	double rounded = (double) n * share + 0.5;

	if (!(rounded >= 1))
		return 0;
	return rounded >= (double) n ? n : (uint64_t) rounded;
}

static void
set_pieces(RowsSpread *spread, const RowsSpreadSpec *spec)
{
	double total = 0;
	double sum = 0;
	uint64_t slot = 0;
	uint64_t item = 0;

	for (int32_t k = 0; k < spec->npieces; k++)
		total += spec->pieces[k].weight;
	for (int32_t k = 0; k <= spec->npieces; k++)
	{
		SpreadPiece *piece = &spread->pieces[k];

		piece->first_slot = slot;
		piece->first_item = item;
		piece->rows = 0;
		piece->items = 0;
		if (k == spec->npieces)
			break;
		sum += spec->pieces[k].weight;
		slot = k == spec->npieces - 1
				   ? spread->held
				   : rounded_share(spread->held, total > 0 ? sum / total : 0);
		piece->rows = slot - piece->first_slot;
		piece->items = spec->pieces[k].items == ROWS_SPREAD_DISTINCT
						   ? piece->rows
						   : (uint64_t) spec->pieces[k].items;
		item += piece->items;
		piece->to_item = fraction_make(piece->items, piece->rows);
		piece->to_slot = fraction_make(piece->rows, piece->items);
	}
}

static void
set_guide(RowsSpread *spread)
{
	int32_t k = 0;

	spread->guide_shift = 0;
	while (spread->held >> spread->guide_shift >= GUIDE_SIZE)
		spread->guide_shift++;
	for (uint64_t cell = 0; cell < GUIDE_SIZE; cell++)
	{
		uint64_t slot = cell << spread->guide_shift;

		while (k + 1 < spread->npieces &&
			   slot >= spread->pieces[k + 1].first_slot)
			k++;
		spread->guide[cell] = k;
	}
}

static void
set_shuffle(RowsSpread *spread, uint64_t key, uint64_t shuffled)
{
	spread->shuffled = marks_make(key, spread->held, shuffled);
	spread->shuffle =
		shuffle_make(splitmix64_mix(~key), shuffled > 0 ? shuffled : 1);
}

/* Returns the slot, or its mirror image, of a rank among the rows with values. */
static uint64_t
rank_place(const RowsSpread *spread, uint64_t rank)
{
	uint64_t among;

	if (marks_test(&spread->shuffled, rank, &among))
		return marks_find(&spread->shuffled, true,
						  shuffle_forward(&spread->shuffle, among));
	return rank;
}

/* Returns the correlation between ranks and places; there are few. */
static double
place_correlation(const RowsSpread *spread)
{
	double middle = (double) (spread->held - 1) / 2;
	double products = 0;
	double squares = 0;

	for (uint64_t rank = 0; rank < spread->held; rank++)
	{
		double at = (double) rank - middle;

		products += at * ((double) rank_place(spread, rank) - middle);
		squares += at * at;
	}
	return products / squares;
}

/*
 * Returns the correlation that ANALYZE measures, which orders rows of one value by
 * their position; there are few.
 */
static double
measured_correlation(const RowsSpread *spread)
{
	double middle = (double) (spread->held - 1) / 2;
	double products = 0;
	double squares = 0;
	uint32_t seen[TRIED_ROWS] = {0};

	for (uint64_t rank = 0; rank < spread->held; rank++)
	{
		double at = (double) rank - middle;
		int64_t slot = (int64_t) rank_place(spread, rank);
		int64_t occurrence;
		int64_t item;

		if (spread->mirrored)
			slot = (int64_t) spread->held - 1 - slot;
		item = rows_spread_slot_item(spread, slot, &occurrence);
		slot += seen[item]++ - occurrence;
		products += at * ((double) slot - middle);
		squares += at * at;
	}
	return products / squares;
}

/*
 * Sets which rows are shuffled, and how, of which this is the share, for the correlation.
 */
static void
choose_shuffle(RowsSpread *spread, uint64_t key, double share,
			   double correlation)
{
	uint64_t shuffled = rounded_share(spread->held, share);
	uint64_t best_key = splitmix64_number(key, KEY_SHUFFLE);
	bool measured = spread->pieces[spread->npieces].first_item <= TRIED_ROWS;
	double best = 4;

	set_shuffle(spread, best_key, shuffled);
	if (spread->held > TRIED_ROWS || shuffled < 2)
		return;
	for (uint64_t k = 0; k < TRIED_KEYS && best > NEAR_ENOUGH; k++)
	{
		uint64_t tried_key = splitmix64_number(key, KEY_SHUFFLE + k);
		double distance;

		set_shuffle(spread, tried_key, shuffled);
		distance = fabs(measured ? measured_correlation(spread) - correlation
								 : place_correlation(spread) - (1 - share));
		if (distance < best)
		{
			best = distance;
			best_key = tried_key;
		}
	}
	set_shuffle(spread, best_key, shuffled);
}

RowsSpread *
rows_spread_init(void *memory, const RowsSpreadSpec *spec)
{
	RowsSpread *spread = memory;
	uint64_t nulls;
	double share = 0;

	spread->rows = (uint64_t) spec->rows;
	spread->npieces = spec->npieces;
	nulls = spec->npieces == 0 ? spread->rows
							   : rounded_share(spread->rows, spec->null_share);
	spread->held = spread->rows - nulls;
	spread->nulls = marks_make(splitmix64_number(spec->key, KEY_NULLS),
							   spread->rows, nulls);
	set_pieces(spread, spec);
	set_guide(spread);
	spread->mirrored = false;
	if (spread->held > 0 && spec->correlation < 1)
		share = shuffled_share(spread, spec->correlation, &spread->mirrored);
	choose_shuffle(spread, spec->key, share, spec->correlation);
	return spread;
}

/* ---- from a row to its item ---- */

bool
rows_spread_slot(const RowsSpread *spread, int64_t row, int64_t *slot)
{
	uint64_t at;

	/* There is no such row, and so no value. */
	if ((uint64_t) row >= spread->rows)
		return false;
	if (marks_test(&spread->nulls, (uint64_t) row, &at))
		return false;
	at = rank_place(spread, at);
	*slot = (int64_t) (spread->mirrored ? spread->held - 1 - at : at);
	return true;
}

int64_t
rows_spread_slot_item(const RowsSpread *spread, int64_t slot,
					  int64_t *occurrence)
{
	const SpreadPiece *piece;
	uint64_t at;
	uint64_t item;

	if ((uint64_t) slot >= spread->held)
		slot = (int64_t) spread->held - 1;
	piece =
		&spread->pieces[spread->guide[(uint64_t) slot >> spread->guide_shift]];
	while ((uint64_t) slot >= piece[1].first_slot)
		piece++;
	at = (uint64_t) slot - piece->first_slot;
	if (piece->items == 1)
		item = 0;
	else if (piece->items == piece->rows)
		item = at;
	else
		item = fraction_floor_below(&piece->to_item, at + 1);
	if (occurrence != NULL)
		*occurrence = (int64_t) (at - fraction_floor(&piece->to_slot, item));
	return (int64_t) (piece->first_item + item);
}

bool
rows_spread_item(const RowsSpread *spread, int64_t row, int64_t *item,
				 int64_t *occurrence)
{
	int64_t slot;

	if (!rows_spread_slot(spread, row, &slot))
		return false;
	*item = rows_spread_slot_item(spread, slot, occurrence);
	return true;
}

/* ---- and back ---- */

int32_t
rows_spread_piece(const RowsSpread *spread, int64_t item)
{
	int32_t low = 0;
	int32_t high = spread->npieces - 1;

	while (low < high)
	{
		int32_t middle = low + (high - low + 1) / 2;

		if ((uint64_t) item < spread->pieces[middle].first_item)
			high = middle - 1;
		else
			low = middle;
	}
	return low;
}

int64_t
rows_spread_first_item(const RowsSpread *spread, int32_t piece)
{
	return (int64_t) spread->pieces[piece].first_item;
}

int64_t
rows_spread_item_slot(const RowsSpread *spread, int64_t item,
					  int64_t occurrence)
{
	const SpreadPiece *piece = &spread->pieces[rows_spread_piece(spread, item)];

	return (int64_t) (piece->first_slot +
					  fraction_floor(&piece->to_slot,
									 (uint64_t) item - piece->first_item)) +
		   occurrence;
}

int64_t
rows_spread_slot_row(const RowsSpread *spread, int64_t slot)
{
	uint64_t at = (uint64_t) slot;
	uint64_t rank;

	if (spread->mirrored)
		at = spread->held - 1 - at;
	if (marks_test(&spread->shuffled, at, &rank))
		at = marks_find(&spread->shuffled, true,
						shuffle_backward(&spread->shuffle, rank));
	return (int64_t) marks_find(&spread->nulls, false, at);
}

int64_t
rows_spread_row(const RowsSpread *spread, int64_t item, int64_t occurrence)
{
	return rows_spread_slot_row(
		spread, rows_spread_item_slot(spread, item, occurrence));
}

int64_t
rows_spread_null_row(const RowsSpread *spread, int64_t n)
{
	return (int64_t) marks_find(&spread->nulls, true, (uint64_t) n);
}

/* ---- counts ---- */

int64_t
rows_spread_rows(const RowsSpread *spread)
{
	return (int64_t) spread->rows;
}

int64_t
rows_spread_nulls(const RowsSpread *spread)
{
	return (int64_t) (spread->rows - spread->held);
}

int64_t
rows_spread_items(const RowsSpread *spread)
{
	return (int64_t) spread->pieces[spread->npieces].first_item;
}

int64_t
rows_spread_count(const RowsSpread *spread, int64_t item)
{
	const SpreadPiece *piece = &spread->pieces[rows_spread_piece(spread, item)];
	uint64_t at = (uint64_t) item - piece->first_item;

	return (int64_t) (fraction_floor(&piece->to_slot, at + 1) -
					  fraction_floor(&piece->to_slot, at));
}
