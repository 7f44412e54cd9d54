/*-------------------------------------------------------------------------
 *
 * access_log.h
 *		Reads the access log of a web server.
 *
 * Owns the combined format, and the common one, as nginx and Apache write them.
 * What a log does not have is a body, so that only GET and HEAD can be sent. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REQUESTS_ACCESS_LOG_H
#define PERFCHECK_HTTP_REQUESTS_ACCESS_LOG_H

#include "http/requests/traffic.h"

/* Returns whether a line is of an access log. */
extern bool access_log_is_line(const char *line, size_t size);

/* Adds the requests of a log to the traffic. The text is changed meanwhile. */
extern void access_log_read(Traffic *traffic, char *text);

#endif /* PERFCHECK_HTTP_REQUESTS_ACCESS_LOG_H */
