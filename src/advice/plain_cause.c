/*-------------------------------------------------------------------------
 *
 * plain_cause.c
 *		What a query does too much, where no statement mends it.
 *
 * None is known yet.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "advice/plain_cause.h"

Candidate *
plain_cause_find(const ContractStatement *statement, const Case *one,
				 const Work *work, List *tables, double scale)
{
	return NULL;
}
