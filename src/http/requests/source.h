/*-------------------------------------------------------------------------
 *
 * source.h
 *		Reads the file of --requests or --replay, whatever its format is.
 *
 * Owns how formats are told apart, by what is in the file: a HAR file, an access
 * log, or lines of requests (request.h).
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REQUESTS_SOURCE_H
#define PERFCHECK_HTTP_REQUESTS_SOURCE_H

#include "http/requests/request.h"

/*
 * Adds the requests of settings->requests_file; "-" is standard input. An empty
 * file is an error, and so is one without times for --replay. Returns false, and
 * sets the error.
 */
extern bool source_read(RequestList *list, const Settings *settings,
						RunError *error);

#endif /* PERFCHECK_HTTP_REQUESTS_SOURCE_H */
