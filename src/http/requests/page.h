/*-------------------------------------------------------------------------
 *
 * page.h
 *		The request for the page after one, by the cursor that the API gave.
 *
 * Owns how such a request is made: it is the one before, with the cursor in
 * its path. Which of them are sent, checker.h says. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REQUESTS_PAGE_H
#define PERFCHECK_HTTP_REQUESTS_PAGE_H

#include "http/requests/request.h"

/*
 * The parameter that takes a cursor in the path of a query of the contract:
 * the one called "cursor", or in the query "next_page" the one whose value is
 * made of several, as in "?after=$1_$2". NULL when there is none; allocated.
 */
extern char *page_parameter(const char *query, const char *path);

/*
 * A path with a parameter set to a value, which is percent-encoded; in place
 * of the one that it has, or added. Allocated.
 */
extern char *page_path(const char *path, const char *parameter,
					   const char *value);

#endif /* PERFCHECK_HTTP_REQUESTS_PAGE_H */
