/*-------------------------------------------------------------------------
 *
 * case_weight.c
 *		How often the values of a case are sent, beside the others.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "cases/case_weight.h"

bool
case_weight_is_recorded(List *cases)
{
	ListCell *cell;

	foreach(cell, cases)
	{
		const Case *one = lfirst(cell);

		if (one->required && one->weight > 0)
			return true;
	}
	return false;
}

double
case_weight(const Case *one, bool recorded)
{
	if (!one->required)
		return 0;
	if (recorded)
		return one->weight;
	return one->weighs && one->share > 0 ? one->share : 0;
}
