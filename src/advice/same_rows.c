/*-------------------------------------------------------------------------
 *
 * same_rows.c
 *		Compares what two queries return.
 *
 * Not compared yet: the number of rows alone is.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "advice/same_rows.h"

char *
same_rows_difference(const ContractStatement *a, const ContractStatement *b,
					 const Case *one)
{
	return NULL;
}
