/*-------------------------------------------------------------------------
 *
 * after.h
 *		Compares with the database what cannot be compared during the run.
 *
 * Owns which answers these are: a sample of the next pages, answers that were wrong
 * by what the database had before the run, and chains of pages.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_AFTER_H
#define PERFCHECK_HTTP_AFTER_H

#include "http/database.h"

/*
 * Changes the findings of a run whose requests are those of the contract. Takes a few
 * seconds at most. Returns false, and sets the error, if the database fails; what
 * was compared until then counts.
 */
extern bool after_compare(Result *result, const RequestList *requests,
						  const Settings *settings, RunError *error);

#endif /* PERFCHECK_HTTP_AFTER_H */
