/*-------------------------------------------------------------------------
 *
 * easy_body.h
 *		The body of an answer that a handle of libcurl receives.
 *
 * Memory is kept for the next answer, unless it is a lot.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_EASY_BODY_H
#define PERFCHECK_HTTP_CLIENT_EASY_BODY_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/* All zero is an empty one. Its data is to be freed. */
typedef struct EasyBody
{
	char *data; /* or NULL */
	size_t size;
	size_t room;
	bool too_large; /* above CLIENT_MAX_BODY, which has ended the transfer */
} EasyBody;

/*
 * Has the bodies of a handle received here. body must outlive the handle. Returns
 * false if libcurl refuses an option.
 */
extern bool easy_body_set_up(EasyBody *body, CURL *easy);

/* Prepares for the next answer. */
extern void easy_body_start(EasyBody *body);

#endif /* PERFCHECK_HTTP_CLIENT_EASY_BODY_H */
