/*-------------------------------------------------------------------------
 *
 * datum_hash.h
 *		A hash of values, such that equal ones have the same.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_DATUM_HASH_H
#define PERFCHECK_POPULATE_DATUM_HASH_H

#include "postgres.h"

/*
 * Returns the hash of a value of a type, into which that of others is mixed. Of a
 * type without a hash, the text is taken.
 */
extern uint64 datum_hash(uint64 others, Oid type, Oid collation, Datum value);

#endif /* PERFCHECK_POPULATE_DATUM_HASH_H */
