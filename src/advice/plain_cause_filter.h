/*-------------------------------------------------------------------------
 *
 * plain_cause_filter.h
 *		Rows that are read and dropped, and why no index keeps them away.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_PLAIN_CAUSE_FILTER_H
#define PERFCHECK_ADVICE_PLAIN_CAUSE_FILTER_H

#include "advice/plain_cause_facts.h"

/*
 * Each returns a Candidate with a cause, or NULL if that is not what happens.
 * Errors: those of reading the catalogs.
 */

/* A LIMIT walks an index in the order of the ORDER BY, past what does not match. */
extern Candidate *plain_cause_walk(const PlainFacts *facts);

/* A bitmap holds far more rows than are wanted. */
extern Candidate *plain_cause_bitmap(const PlainFacts *facts);

/* A scan, or a join, drops most of what it reads. */
extern Candidate *plain_cause_dropped(const PlainFacts *facts);

#endif /* PERFCHECK_ADVICE_PLAIN_CAUSE_FILTER_H */
