/*-------------------------------------------------------------------------
 *
 * rows_spread.h
 *		How the rows of a table spread over the distinct values of a column.
 *
 * Owns the mapping from a row to the item, that is the distinct value, which it
 * holds, and back. Both are pure functions of a key: what another row holds is
 * known without looking at it, so rows can be made in any order. Counts are
 * exact: of NULLs, of each piece, and of each item to within one row.
 *
 * A row that is not NULL has a slot. Slots are in the order of the items, and
 * items in the order of their values. How far slots follow the rows is chosen
 * such that ANALYZE measures the correlation asked for.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SYNTH_ROWS_SPREAD_H
#define PERFCHECK_SYNTH_ROWS_SPREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most rows, and the most items in a piece. */
#define ROWS_SPREAD_MAX_ROWS INT64_C(0xFFFFFFFF)

/* As the items of a piece: each of its rows is an item of its own. */
#define ROWS_SPREAD_DISTINCT (-1)

/*
 * Neighboring items that share a number of rows evenly: a common value is a
 * piece of one item, a bucket of a histogram is a piece of many.
 */
typedef struct RowsSpreadPiece
{
	int64_t items; /* at least 1, or ROWS_SPREAD_DISTINCT */
	double weight; /* its share of the rows; these need not add up to 1 */
} RowsSpreadPiece;

typedef struct RowsSpreadSpec
{
	uint64_t key;       /* other keys, other rows */
	int64_t rows;       /* 0 to ROWS_SPREAD_MAX_ROWS */
	double null_share;  /* 0 to 1 */
	double correlation; /* -1 to 1, as in pg_stats */
	int32_t npieces;    /* if 0, all rows are NULL */
	const RowsSpreadPiece *pieces;
} RowsSpreadSpec;

typedef struct RowsSpread RowsSpread;

/* Returns the size of a RowsSpread for this many pieces. */
extern size_t rows_spread_size(int32_t npieces);

/*
 * Makes a RowsSpread in memory of rows_spread_size() bytes, aligned for any
 * type, and returns it. Nothing of the spec is kept.
 */
extern RowsSpread *rows_spread_init(void *memory, const RowsSpreadSpec *spec);

/* Return the rows, those that are NULL, and the items of all pieces. */
extern int64_t rows_spread_rows(const RowsSpread *spread);
extern int64_t rows_spread_nulls(const RowsSpread *spread);
extern int64_t rows_spread_items(const RowsSpread *spread);

/*
 * Sets the item that a row holds, and which of the item's rows it is, counted
 * from 0. Returns false if the row is NULL, or there is none of this number. The occurrence may be NULL.
 */
extern bool rows_spread_item(const RowsSpread *spread, int64_t row,
							 int64_t *item, int64_t *occurrence);

/* Returns how many rows hold an item, which may be none. */
extern int64_t rows_spread_count(const RowsSpread *spread, int64_t item);

/* Returns the row that is this occurrence, below the item's count, of an item. */
extern int64_t rows_spread_row(const RowsSpread *spread, int64_t item,
							   int64_t occurrence);

/* Returns the row that is this one, counted from 0, of the rows that are NULL. */
extern int64_t rows_spread_null_row(const RowsSpread *spread, int64_t n);

/* Return the piece that an item belongs to, and the first item of a piece. */
extern int32_t rows_spread_piece(const RowsSpread *spread, int64_t item);
extern int64_t rows_spread_first_item(const RowsSpread *spread, int32_t piece);

/*
 * The two steps of rows_spread_item(), for columns that share slots: a row's
 * slot, unless it is NULL, and the item of a slot. rows_spread_slot_row() and
 * rows_spread_item_slot() are the ways back.
 */
extern bool rows_spread_slot(const RowsSpread *spread, int64_t row,
							 int64_t *slot);
extern int64_t rows_spread_slot_item(const RowsSpread *spread, int64_t slot,
									 int64_t *occurrence);
extern int64_t rows_spread_slot_row(const RowsSpread *spread, int64_t slot);
extern int64_t rows_spread_item_slot(const RowsSpread *spread, int64_t item,
									 int64_t occurrence);

#endif /* PERFCHECK_SYNTH_ROWS_SPREAD_H */
