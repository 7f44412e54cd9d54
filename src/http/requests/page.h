/*-------------------------------------------------------------------------
 *
 * page.h
 *		Makes the request for the next page from a cursor of the API.
 *
 * Owns how such a request is made: it is the request of the page before with
 * the cursor in its path. checker.h decides which of them are sent. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REQUESTS_PAGE_H
#define PERFCHECK_HTTP_REQUESTS_PAGE_H

#include "http/requests/request.h"

/*
 * Returns the parameter that takes a cursor in the path of a query of the
 * contract: the one named "cursor", or in the query "next_page" the one whose
 * value consists of several, as in "?after=$1_$2". Returns NULL if there is
 * none; the caller frees the result.
 */
extern char *page_parameter(const char *query, const char *path);

/*
 * Returns a path in which a parameter has a value, which is percent-encoded
 * here. It replaces the parameter's value or is appended. The caller frees it.
 */
extern char *page_path(const char *path, const char *parameter,
					   const char *value);

/*
 * Returns the path that a URL of a next page has on the server under test: what
 * is absolute loses its host, and what is relative is based on the page's own
 * path. base is the URL of the API, whose path the result leaves out. Returns
 * NULL if that cannot be requested; the caller frees the result.
 */
extern char *page_link(const char *base, const char *path, const char *url);

/*
 * Returns a body in which a cursor is the value of a member: of "variables" if
 * the body has such an object, as those of GraphQL have, or of the body itself.
 * Returns NULL if the body is no JSON object; the caller frees the result.
 */
extern char *page_body(const char *body, size_t size, const char *member,
					   const char *value);

/*
 * Makes the path or the body of a copied request that of the next page; both are new
 * then, and the caller frees them. base is the URL of the API. Returns false if the
 * answer has no next page that can be asked for.
 */
extern bool page_turn(const RequestList *list, const char *base,
					  Request *request, const AnswerNext *next);

/*
 * Returns the group of a next page: that of the query whose path the request's path
 * may be made of, which with a filter and a cursor is another one than that of the
 * cursor alone; or the list's cursor_group; or that of the page before.
 */
extern size_t page_group(const RequestList *list, const Request *request);

/* Returns whether a body has this member where page_body() would put it. */
extern bool page_body_has(const char *body, size_t size, const char *member);

#endif /* PERFCHECK_HTTP_REQUESTS_PAGE_H */
