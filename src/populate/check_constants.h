/*-------------------------------------------------------------------------
 *
 * check_constants.h
 *		The constants that the CHECKs of a column name.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_CHECK_CONSTANTS_H
#define PERFCHECK_POPULATE_CHECK_CONSTANTS_H

#include "populate/table_model.h"

/* Returns the constants, and the elements of arrays, as texts. */
extern List *check_constants_find(const TableModel *model, AttrNumber attnum);

/*
 * Returns JSON documents that have the keys that the CHECKs look for, with values of
 * several kinds; at most so many.
 */
extern List *check_constants_json(const TableModel *model, AttrNumber attnum,
								  int most);

#endif /* PERFCHECK_POPULATE_CHECK_CONSTANTS_H */
