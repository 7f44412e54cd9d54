/*-------------------------------------------------------------------------
 *
 * plain_cause.h
 *		What a query does too much, where no statement mends it.
 *
 * Owns the causes that are told without a trial: a count of all rows that match, a
 * join that returns all pairs, and their like, each with what to do instead.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_PLAIN_CAUSE_H
#define PERFCHECK_ADVICE_PLAIN_CAUSE_H

#include "advice/candidate.h"
#include "cases/case.h"
#include "contract/statement.h"
#include "work/measure.h"

/*
 * Returns a Candidate with a cause, and with a suggestion where there is one, for
 * work of the case at scale; NULL if nothing is known but what the planner chose.
 * tables are the QueryTables of the statement. hopeless tells of a condition that
 * no index can have, or is NULL; it is returned where its table is what drops the
 * rows, and where no other cause is known. Raises no error.
 */
extern Candidate *plain_cause_find(const ContractStatement *statement,
								   const Case *one, const Work *work,
								   List *tables, double scale,
								   Candidate *hopeless);

/*
 * Returns the cause of a query that counts or sums up all rows that match, which
 * stays whatever finds these rows; NULL for any other query. Raises no error.
 */
extern Candidate *plain_cause_of_aggregate(const ContractStatement *statement,
										   const Case *one, const Work *work,
										   List *tables, double scale);

#endif /* PERFCHECK_ADVICE_PLAIN_CAUSE_H */
