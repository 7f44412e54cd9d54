/*-------------------------------------------------------------------------
 *
 * agree_index.h
 *		Finds the rows of a table by a hash of some of their values.
 *
 * Where two foreign keys of a table share a column, such as a tenant's, the first
 * one decides its value, and the second one may only refer to rows that have it.
 * The parent's rows are put in the order of the hash once, which takes 24 bytes a
 * row.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_AGREE_INDEX_H
#define PERFCHECK_POPULATE_AGREE_INDEX_H

typedef struct AgreeIndex AgreeIndex;

/* Returns an index with room for this many rows. */
extern AgreeIndex *agree_index_create(int64 rows);

/* Adds a row; then all are put in order, before any is looked for. */
extern void agree_index_add(AgreeIndex *index, uint64 hash, int64 row,
							double weight);
extern void agree_index_sort(AgreeIndex *index);

/*
 * Deals the weights anew, so that their sums are as often sought as these hashes are: a
 * tenant of many children has the parents with many. Before the rows are put in order no
 * hash is known.
 */
extern void agree_index_balance(AgreeIndex *index, const uint64 *sought, int n);

/*
 * Returns a row, picked by a random number, of those with this hash; -1: none. If
 * weighted, one is as likely as its weight has it.
 */
extern int64 agree_index_find(const AgreeIndex *index, uint64 hash,
							  uint64 random, bool weighted);

#endif /* PERFCHECK_POPULATE_AGREE_INDEX_H */
