/*-------------------------------------------------------------------------
 *
 * plain_cause.c
 *		What a query does too much, where no statement mends it.
 *
 * Rules are asked in turn, and the first that applies names the cause. Those come
 * first that explain the number of rows whatever else is true: an OFFSET, or what
 * is executed for each row. Then comes what drops rows after they were read, and
 * then what wants all of them. That a condition is not for any index explains
 * nothing unless it is what drops the rows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "advice/plain_cause.h"
#include "advice/plain_cause_facts.h"
#include "advice/plain_cause_filter.h"
#include "advice/plain_cause_rows.h"

typedef Candidate *(*PlainRule)(const PlainFacts *facts);

Candidate *
plain_cause_find(const ContractStatement *statement, const Case *one,
				 const Work *work, List *tables, double scale,
				 Candidate *hopeless)
{
	static const PlainRule rules[] = {
		plain_cause_offset, plain_cause_repeated,  plain_cause_walk,
		plain_cause_whole,  plain_cause_bitmap,    plain_cause_dropped,
		plain_cause_pairs,  plain_cause_aggregate, plain_cause_sorted,
		plain_cause_many,
	};
	PlainFacts *facts =
		plain_cause_facts_read(statement, one, work, tables, scale);

	facts->hopeless = hopeless;
	for (int i = 0; i < lengthof(rules); i++)
	{
		Candidate *answer = rules[i](facts);

		if (answer != NULL)
			return answer;
	}
	return hopeless;
}

Candidate *
plain_cause_of_aggregate(const ContractStatement *statement, const Case *one,
						 const Work *work, List *tables, double scale)
{
	PlainFacts *facts =
		plain_cause_facts_read(statement, one, work, tables, scale);

	/* As if nothing were read that does not match. */
	facts->examined = facts->rows;
	return plain_cause_aggregate(facts);
}
