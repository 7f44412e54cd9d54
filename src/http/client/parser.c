/*-------------------------------------------------------------------------
 *
 * parser.c
 *		Parses the bytes of a connection into one answer; see parser.h.
 *
 * http_parser does the parsing and calls back for each part. The body is copied
 * into a buffer that is used again for the next answer. Headers are looked at
 * only if that is wanted: a second table of callbacks saves the calls otherwise.
 * At the end of an answer the parser is paused, so that bytes that follow it
 * remain unparsed and can be noticed.
 *
 *-------------------------------------------------------------------------
 */
#include "http/client/parser.h"

#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"

/* A larger body, in bytes, is freed before the next answer. */
#define KEPT_BODY_ROOM (1024 * 1024)

/* The results of on_headers_complete(). */
#define BODY_AS_DECLARED 0
#define NO_BODY 1

#define SWITCHING 101

static bool
is_interim(int status)
{
	return status >= 100 && status <= 199 && status != SWITCHING;
}

static int
on_headers_complete(http_parser *http)
{
	const Parser *parser = http->data;
	int status = (int) http->status_code;

	/* These have no body, whatever length the headers declare. */
	return parser->head || status < 200 || status == 204 || status == 304
			   ? NO_BODY
			   : BODY_AS_DECLARED;
}

static int
on_header_field(http_parser *http, const char *data, size_t size)
{
	Parser *parser = http->data;

	heads_name(&parser->heads, data, size);
	return 0;
}

static int
on_header_value(http_parser *http, const char *data, size_t size)
{
	Parser *parser = http->data;

	heads_value(&parser->heads, data, size);
	return 0;
}

static int
on_body(http_parser *http, const char *data, size_t size)
{
	Parser *parser = http->data;

	if (size > parser->max_body - parser->body_size)
	{
		parser->state = PARSER_TOO_LARGE;
		return 1; /* ends http_parser_execute() */
	}
	parser->body = memory_grow(parser->body, parser->body_size + size,
							   &parser->body_room, 1);
	memcpy(parser->body + parser->body_size, data, size);
	parser->body_size += size;
	return 0;
}

static int
on_message_complete(http_parser *http)
{
	Parser *parser = http->data;

	if (is_interim((int) http->status_code))
	{
		heads_start(&parser->heads);
		return 0;
	}
	parser->status = (int) http->status_code;
	parser->state = parser->status == SWITCHING ? PARSER_BROKEN : PARSER_DONE;
	parser->keep_alive = http_should_keep_alive(http) != 0;
	http_parser_pause(http, 1);
	return 0;
}

static const http_parser_settings callbacks = {
	.on_headers_complete = on_headers_complete,
	.on_body = on_body,
	.on_message_complete = on_message_complete};

/* Looking at each header costs time, so this is used only if necessary. */
static const http_parser_settings callbacks_for_heads = {
	.on_header_field = on_header_field,
	.on_header_value = on_header_value,
	.on_headers_complete = on_headers_complete,
	.on_body = on_body,
	.on_message_complete = on_message_complete};

static size_t
execute(Parser *parser, const char *data, size_t size)
{
	return http_parser_execute(
		&parser->http, parser->wants_heads ? &callbacks_for_heads : &callbacks,
		data, size);
}

static void
free_body(Parser *parser)
{
	free(parser->body);
	parser->body = NULL;
	parser->body_size = 0;
	parser->body_room = 0;
}

void
parser_start(Parser *parser, bool head, bool wants_heads, size_t max_body)
{
	http_parser_init(&parser->http, HTTP_RESPONSE);
	parser->http.data = parser;
	/* A server may send both; chunked takes precedence (RFC 9112, 6.3). */
	parser->http.allow_chunked_length = 1;
	/* libcurl does not look at headers that it does not need, either. */
	parser->http.lenient_http_headers = 1;
	parser->max_body = max_body;
	parser->head = head;
	parser->wants_heads = wants_heads;
	heads_start(&parser->heads);
	parser->begun = false;
	parser->excess = false;
	parser->state = PARSER_MORE;
	parser->status = 0;
	parser->keep_alive = false;
	parser->body_size = 0;
	if (parser->body_room > KEPT_BODY_ROOM)
		free_body(parser);
}

void
parser_free(Parser *parser)
{
	free_body(parser);
	heads_free(&parser->heads);
}

ParserState
parser_feed(Parser *parser, const char *data, size_t size)
{
	size_t parsed;

	if (size == 0 || parser->state != PARSER_MORE)
		return parser->state;
	parser->begun = parser->begun || memchr(data, '\n', size) != NULL;
	parsed = execute(parser, data, size);
	/* A body that follows an answer to HEAD is less than its status says. */
	if (parser->state == PARSER_DONE && parsed < size && parser->head &&
		(parser->status < 200 || parser->status > 299))
		parser->keep_alive = false;
	else if (parser->state == PARSER_DONE && parsed < size)
	{
		parser->excess = true;
		parser->state = PARSER_BROKEN;
	}
	if (parser->state == PARSER_MORE && parsed < size)
		parser->state = PARSER_BROKEN;
	return parser->state;
}

ParserState
parser_end(Parser *parser)
{
	if (parser->state != PARSER_MORE)
		return parser->state;
	/* A size of 0 tells http_parser that the connection has ended. */
	(void) execute(parser, NULL, 0);
	if (parser->state == PARSER_MORE)
		parser->state = PARSER_BROKEN;
	return parser->state;
}

bool
parser_is_json(const Parser *parser)
{
	return parser->wants_heads && text_is_json_type(parser->heads.type);
}

const char *
parser_problem(const Parser *parser)
{
	enum http_errno code = HTTP_PARSER_ERRNO(&parser->http);

	if (parser->status == SWITCHING)
		return "the server switched to a protocol that was not requested";
	if (parser->excess)
		return PARSER_EXCESS;
	if (code == HPE_UNEXPECTED_CONTENT_LENGTH)
		return PARSER_LENGTHS;
	if (code == HPE_OK || code == HPE_INVALID_EOF_STATE)
		return "transfer closed before the end of the answer";
	return http_errno_description(code);
}
