/*-------------------------------------------------------------------------
 *
 * owner.h
 *		Who owns an object of the database.
 *
 * Each function returns InvalidOid if the object is gone, and raises no error.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_OWNER_H
#define PERFCHECK_BASE_OWNER_H

extern Oid owner_of_relation(Oid relid);
extern Oid owner_of_function(Oid function);
extern Oid owner_of_operator(Oid operator);
extern Oid owner_of_type(Oid type);

#endif /* PERFCHECK_BASE_OWNER_H */
