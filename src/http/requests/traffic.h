/*-------------------------------------------------------------------------
 *
 * traffic.h
 *		Requests that were recorded: their order, their times, what was left out.
 *
 * Owns the list while an access log or a HAR file is read. A request that occurs
 * again is in the list once, and in the sequence as often as it occurs, so that
 * its answers can be compared. What a file has and cannot be sent is counted, to
 * be told in one line. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REQUESTS_TRAFFIC_H
#define PERFCHECK_HTTP_REQUESTS_TRAFFIC_H

#include "http/requests/request.h"

/* Why something was left out. */
typedef enum LeftOut
{
	LEFT_FORM,   /* it is not of the file's format */
	LEFT_METHOD, /* its method, or a body that is not known */
	LEFT_PLACE,  /* another server, or a path that the base does not have */
	LEFT_PATH,   /* it cannot be sent as it is */
	LEFT_OUTS
} LeftOut;

typedef struct Recorded
{
	size_t request; /* its place in the list */
	int64_t at_us;  /* since 1970 */
	size_t order;   /* in the file */
} Recorded;

typedef struct Traffic
{
	RequestList *list;
	const char *prefix; /* the path of the base URL, or "" */
	bool rows;          /* what is JSON must have rows */
	Recorded *recorded;
	size_t count;
	size_t room;
	size_t *slots; /* of a hash table of the list's items; place + 1 */
	size_t slot_count;
	int64_t left_out[LEFT_OUTS];
} Traffic;

/* One request of a file. Texts are copied; those that are unknown are NULL. */
typedef struct Recording
{
	Method method;
	const char *path; /* on the server, with its query */
	const char *body;
	size_t body_size;
	const char *type;   /* of the body */
	const char *accept; /* the header */
	int status;         /* that was answered, or 0 */
	int64_t at_us;
} Recording;

/* Adds a request, or counts it as left out. */
extern void traffic_add(Traffic *traffic, const Recording *recording);

/*
 * Makes the sequence, in the order of the times, and frees what is not in the
 * list. With `timed`, list->times_us is made as well. Returns false, and sets the
 * error, if there is nothing to send; name is the file's.
 */
extern bool traffic_finish(Traffic *traffic, bool timed, const char *name,
						   RunError *error);

#endif /* PERFCHECK_HTTP_REQUESTS_TRAFFIC_H */
