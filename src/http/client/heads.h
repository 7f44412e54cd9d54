/*-------------------------------------------------------------------------
 *
 * heads.h
 *		The headers of an answer that are kept.
 *
 * Owns which they are: Content-Type, Content-Encoding, Link and Set-Cookie. Names
 * and values may arrive in pieces. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_HEADS_H
#define PERFCHECK_HTTP_CLIENT_HEADS_H

#include <stdbool.h>
#include <stddef.h>

/* Of several lines of one name, values are joined by what HTTP joins them by. */
typedef struct Heads
{
	char type[64];     /* Content-Type, or its beginning */
	char encoding[32]; /* Content-Encoding, or its beginning */
	char *link;        /* Link, or NULL; owned */
	char *cookies;     /* Set-Cookie, a line each, or NULL; owned */
	size_t link_room;
	size_t cookies_room;
	size_t type_size;
	size_t encoding_size;
	size_t link_size;
	size_t cookies_size;
	char name[16]; /* of the current header, or its beginning */
	size_t name_size;
	int current;   /* the header whose value arrives */
	bool in_value; /* the next name follows a value */
} Heads;

/* Forgets all headers; heads that are all zero have none. */
extern void heads_start(Heads *heads);
extern void heads_free(Heads *heads);

/* Take a piece of a name or of a value. */
extern void heads_name(Heads *heads, const char *data, size_t size);
extern void heads_value(Heads *heads, const char *data, size_t size);

/* Takes a whole line of an answer's head; one that begins an answer forgets all. */
extern void heads_line(Heads *heads, const char *data, size_t size);

#endif /* PERFCHECK_HTTP_CLIENT_HEADS_H */
