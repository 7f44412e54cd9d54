/*-------------------------------------------------------------------------
 *
 * har.h
 *		Reads a HAR file, which browsers and proxies save.
 *
 * Owns what is taken of an entry: method, path, body, Content-Type, Accept, and
 * the time. Cookies, tokens and other headers of whoever recorded it are not sent
 * again. A browser also asks other servers: if the file has requests to the
 * server under test, only those are taken, else those to the server that it has
 * most requests to. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REQUESTS_HAR_H
#define PERFCHECK_HTTP_REQUESTS_HAR_H

#include "http/answer/json_tree.h"
#include "http/requests/traffic.h"

/* Returns whether a JSON value is a HAR file. */
extern bool har_is_one(const JsonTree *tree);

/* Adds the requests of a file to the traffic. base is the URL under test. */
extern void har_read(Traffic *traffic, const JsonTree *tree, const char *base);

#endif /* PERFCHECK_HTTP_REQUESTS_HAR_H */
