/*-------------------------------------------------------------------------
 *
 * request.h
 *		The parameters of GET /api/events, validated.
 *
 * Owns which parameters there are, what each may hold, and the words that
 * refuse one. What comes out can be bound to a query as it is: UTF-8 without
 * NUL, within its bounds. Pure: knows neither HTTP nor PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EVENTS_API_REQUEST_H
#define EVENTS_API_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "isotime.h"

#define REQUEST_DEFAULT_LIMIT 20
#define REQUEST_MAX_LIMIT 100
#define REQUEST_MAX_CHARACTERS 200

/* A character is up to four bytes of UTF-8. */
#define REQUEST_TEXT_SIZE (4 * REQUEST_MAX_CHARACTERS + 1)
#define REQUEST_UUID_SIZE sizeof("00000000-0000-0000-0000-000000000000")
#define REQUEST_ERROR_SIZE 200

/* An empty string stands for a parameter that was not given. */
typedef struct EventRequest
{
	char genre[REQUEST_TEXT_SIZE];
	char venue[REQUEST_TEXT_SIZE];
	char artist_search[REQUEST_TEXT_SIZE];
	char event_search[REQUEST_TEXT_SIZE];
	char date_from[ISOTIME_SIZE];
	char date_to[ISOTIME_SIZE];
	char cursor_date[ISOTIME_SIZE];
	char cursor_id[REQUEST_UUID_SIZE];
	int limit;
	/* date_from and date_to, in microseconds since 1970 */
	int64_t from;
	int64_t to;
	/* a bit for each parameter seen */
	unsigned seen;
} EventRequest;

/*
 * request_init(), then request_add() for each parameter of the URL, decoded,
 * then request_finish(). False: the request is bad, and error says which
 * parameter and why, in plain ASCII without quotes or backslashes. name and
 * value end with a NUL that their lengths leave out; value may be NULL.
 */
extern void request_init(EventRequest *request);
extern bool request_add(EventRequest *request, const char *name,
						size_t name_length, const char *value,
						size_t value_length, char error[REQUEST_ERROR_SIZE]);
extern bool request_finish(const EventRequest *request,
						   char error[REQUEST_ERROR_SIZE]);

#endif /* EVENTS_API_REQUEST_H */
