/*-------------------------------------------------------------------------
 *
 * parser.h
 *		The bytes of a connection -> one HTTP/1 answer.
 *
 * Owns what of an answer is kept, around http_parser: status, body, whether
 * that is JSON, whether the connection can be used again. Bytes may arrive cut anywhere. Interim
 * answers (1xx) are read over; a switch to another protocol, for which no
 * request asks, is no answer. Pure: bytes in, an answer out.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_PARSER_H
#define PERFCHECK_HTTP_CLIENT_PARSER_H

#include <http_parser.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum ParserState
{
	PARSER_MORE, /* the answer is not at its end */
	PARSER_DONE,
	PARSER_BROKEN, /* not HTTP, or cut off */
	PARSER_TOO_LARGE
} ParserState;

typedef struct Parser
{
	http_parser http;
	size_t max_body; /* in bytes */
	bool head;       /* the answer to HEAD, which has no body */
	bool wants_type; /* is_json is to be found out */
	bool in_type;    /* the header's name so far is that of Content-Type */
	bool in_value;
	size_t name_size; /* of the header */
	char type[64];    /* of the answer, or the beginning of it */
	size_t type_size;
	bool begun; /* a line of it has arrived */
	ParserState state;
	int status;
	bool keep_alive; /* of PARSER_DONE: nothing forbids another request */
	char *body;
	size_t body_size;
	size_t body_room;
} Parser;

/* Zeroed memory is a parser that was not started. */
extern void parser_start(Parser *parser, bool head, bool wants_type,
						 size_t max_body);
extern void parser_free(Parser *parser);

/* The next bytes. What follows the answer's end forbids to keep alive. */
extern ParserState parser_feed(Parser *parser, const char *data, size_t size);

/* The connection was closed: the end of some answers, and else cut off. */
extern ParserState parser_end(Parser *parser);

/* Whether it says that its body is JSON; false where that was not wanted. */
extern bool parser_is_json(const Parser *parser);

/* What is wrong with a broken one, in words. */
extern const char *parser_problem(const Parser *parser);

#endif /* PERFCHECK_HTTP_CLIENT_PARSER_H */
