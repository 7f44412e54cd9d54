/*-------------------------------------------------------------------------
 *
 * datum_hash.c
 *		A hash of values, such that equal ones have the same.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "fmgr.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "base/texts.h"
#include "shared/splitmix64.h"

#include "populate/datum_hash.h"

static uint64
hash_text(Oid type, Datum value)
{
	uint64 hash = 0;

	for (const char *c = texts_of_value(type, value); *c != '\0'; c++)
		hash = splitmix64_number(hash, (unsigned char) *c);
	return hash;
}

uint64
datum_hash(uint64 others, Oid type, Oid collation, Datum value)
{
	TypeCacheEntry *entry = lookup_type_cache(
		getBaseType(type),
		TYPECACHE_HASH_EXTENDED_PROC | TYPECACHE_HASH_EXTENDED_PROC_FINFO);
	uint64 hash;

	if (OidIsValid(entry->hash_extended_proc))
		hash = DatumGetUInt64(FunctionCall2Coll(
			&entry->hash_extended_proc_finfo,
			OidIsValid(collation) ? collation : DEFAULT_COLLATION_OID, value,
			Int64GetDatum(0)));
	else
		hash = hash_text(type, value);
	return splitmix64_number(others, hash);
}
