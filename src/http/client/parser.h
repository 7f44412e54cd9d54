/*-------------------------------------------------------------------------
 *
 * parser.h
 *		Parses the bytes of a connection into one answer of HTTP/1.
 *
 * Owns what is kept of an answer: its status, some headers, its body, and whether
 * the connection can be used again. Bytes may arrive cut anywhere.
 * Interim answers (1xx) are skipped; a switch to another protocol, which no
 * request asks for, makes the answer a broken one. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_PARSER_H
#define PERFCHECK_HTTP_CLIENT_PARSER_H

#include <http_parser.h>
#include <stdbool.h>
#include <stddef.h>

/* What both clients say of these. */
#define PARSER_EXCESS "bytes follow the end of the answer"
#define PARSER_LENGTHS "the answer has more than one Content-Length"

#include "http/client/heads.h"

typedef enum ParserState
{
	PARSER_MORE, /* the answer has not ended */
	PARSER_DONE,
	PARSER_BROKEN, /* not HTTP, or cut off */
	PARSER_TOO_LARGE
} ParserState;

typedef struct Parser
{
	http_parser http;
	size_t max_body;  /* in bytes */
	bool head;        /* the answer is one to HEAD, and has no body */
	bool wants_heads; /* headers are looked at */
	Heads heads;      /* those of the answer that are kept */
	bool begun;       /* a line of the answer has arrived */
	bool excess;      /* bytes have followed the end of the answer */
	ParserState state;
	int status;
	bool keep_alive; /* of PARSER_DONE: another request may follow */
	char *body;
	size_t body_size;
	size_t body_room;
} Parser;

/* Prepares for the next answer. A new parser is zeroed memory. */
extern void parser_start(Parser *parser, bool head, bool wants_heads,
						 size_t max_body);
/* Frees the body and the headers; the parser can be started again. */
extern void parser_free(Parser *parser);

/*
 * Parses the next bytes and returns the state. Bytes that follow the end of the
 * answer make it a broken one: nobody can say to which request they belong.
 */
extern ParserState parser_feed(Parser *parser, const char *data, size_t size);

/*
 * Says that the connection was closed, and returns the state: this ends an
 * answer without a length, and cuts off any other.
 */
extern ParserState parser_end(Parser *parser);

/* Returns whether the Content-Type is JSON; false if headers were not wanted. */
extern bool parser_is_json(const Parser *parser);

/* Returns what is wrong with an answer that is PARSER_BROKEN. */
extern const char *parser_problem(const Parser *parser);

#endif /* PERFCHECK_HTTP_CLIENT_PARSER_H */
