/*-------------------------------------------------------------------------
 *
 * vacuum.h
 *		Tables whose pages are not known to be visible to all.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_VACUUM_H
#define PERFCHECK_ADVICE_VACUUM_H

#include "advice/candidate.h"

/*
 * Returns a Candidate to vacuum each of the tables (QueryTables) of which many
 * pages changed since the last VACUUM, so that an index-only scan would read them
 * all the same. Errors: those of the catalogs.
 */
extern List *vacuum_candidates(List *tables);

#endif /* PERFCHECK_ADVICE_VACUUM_H */
