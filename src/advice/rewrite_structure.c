/*-------------------------------------------------------------------------
 *
 * rewrite_structure.c
 *		The same query with another structure.
 *
 * None is known yet.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "advice/rewrite_structure.h"

List *
rewrite_structure_candidates(const ContractStatement *statement,
							 const Case *one, List *tables)
{
	return NIL;
}
