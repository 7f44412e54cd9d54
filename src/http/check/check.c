/*-------------------------------------------------------------------------
 *
 * check.c
 *		Decides whether one answer is right; see check.h.
 *
 * How the transfer ended comes first, then the status, then the body, which is
 * parsed as JSON only for a GET: what another method should answer is unknown.
 * Last, a finding that would show the bearer token loses its text.
 *
 *-------------------------------------------------------------------------
 */
#include "http/check/check.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"
#include "http/check/redact.h"

/* So much of the body of a wrong answer is shown, in bytes. */
#define SNIPPET_SIZE 120

/*
 * Numbers are not looked at, so none may be too large. \u0000 is valid JSON.
 */
#define JSON_FLAGS (JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL)

static const struct
{
	const char *name;
	const char *key;
} classes[ERROR_CLASSES] = {
	[ERROR_NONE] = {"none", "none"},
	[ERROR_CONNECT] = {"connection", "connect"},
	[ERROR_TIMEOUT] = {"timeout", "timeout"},
	[ERROR_STATUS] = {"status", "status"},
	[ERROR_INVALID] = {"bad answer", "invalid"},
	/* The JSON's members are fixed, and this is a kind of bad answer. */
	[ERROR_TOO_LARGE] = {"too large", "invalid"},
	[ERROR_EMPTY] = {"empty", "empty"},
	[ERROR_COUNT] = {"wrong count", "count"},
	[ERROR_CHANGED] = {"changed body", "changed"},
};

const char *
check_class_name(ErrorClass class)
{
	return classes[class].name;
}

const char *
check_class_key(ErrorClass class)
{
	return classes[class].key;
}

static void find(Finding *finding, ErrorClass class, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void
find(Finding *finding, ErrorClass class, const char *format, ...)
{
	va_list args;

	finding->class = class;
	va_start(args, format);
	(void) vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
	text_make_printable(finding->text);
}

static void
find_status(const Answer *answer, Finding *finding)
{
	char snippet[SNIPPET_SIZE];

	/* The reason why a redirect was not followed says more than its body. */
	if (answer->error != NULL)
		text_copy_printable(snippet, sizeof(snippet), answer->error,
							strlen(answer->error));
	else
		text_copy_printable(snippet, sizeof(snippet), answer->body,
							answer->body_size);
	finding->status = answer->status;
	find(finding, ERROR_STATUS, "%d%s%s", answer->status,
		 snippet[0] != '\0' ? ": " : "", snippet);
}

void
check_events(const CheckRules *rules, const Request *request, size_t events,
			 Finding *finding)
{
	int64_t expected = request_expected_events(request);

	if (events == 0 && expected != 0 && !rules->allow_empty)
	{
		if (expected == ROWS_UNKNOWN)
			find(finding, ERROR_EMPTY, "no events");
		else
			find(finding, ERROR_EMPTY, "no events, but the database has %lld",
				 (long long) expected);
	}
	else if (rules->how == CHECK_COUNT && expected != ROWS_UNKNOWN &&
			 (int64_t) events != expected)
		find(finding, ERROR_COUNT, "%zu events, but the database has %lld",
			 events, (long long) expected);
}

/* On the last page, the cursor is empty or null. */
static char *
copy_cursor(const json_t *root)
{
	const char *text = json_string_value(json_object_get(root, "nextCursor"));

	return text != NULL && text[0] != '\0' ? memory_text(text) : NULL;
}

/* Returns NULL, and sets the finding, if the body is not JSON. */
static json_t *
parse_json(const Answer *answer, Finding *finding)
{
	json_error_t problem;
	json_t *root =
		json_loadb(answer->body, answer->body_size, JSON_FLAGS, &problem);

	if (root == NULL)
		find(finding, ERROR_INVALID, "not JSON: %s", problem.text);
	return root;
}

static void
check_body(const CheckRules *rules, const Request *request,
		   const Answer *answer, Finding *finding, Content *content)
{
	json_t *root;
	const json_t *events;

	if (answer->body_size == 0)
	{
		find(finding, ERROR_INVALID, "the body is empty");
		return;
	}
	root = parse_json(answer, finding);
	if (root == NULL)
		return;
	events = json_object_get(root, "events");
	if (!json_is_object(root))
		find(finding, ERROR_INVALID, "the JSON is not an object");
	else if (events == NULL)
		find(finding, ERROR_INVALID, "the JSON has no member \"events\"");
	else if (!json_is_array(events))
		find(finding, ERROR_INVALID, "\"events\" is not an array");
	else
		check_events(rules, request, json_array_size(events), finding);
	if (content != NULL && finding->class == ERROR_NONE)
		*content = (Content){json_array_size(events), copy_cursor(root)};
	json_decref(root);
}

bool
check_has_events(const Request *request, const Answer *answer)
{
	return answer->kind == ANSWER_COMPLETE && answer->status >= 200 &&
		   answer->status <= 299 && request->method == METHOD_GET;
}

void
check_same_page(Finding *finding)
{
	find(finding, ERROR_INVALID,
		 "the next page is the same as the page before it");
}

void
check_changed(const Answer *answer, Finding *finding)
{
	find(finding, ERROR_CHANGED,
		 "the body of %zu bytes differs from the first answer to this request",
		 answer->body_size);
}

static void
check(const CheckRules *rules, const Request *request, const Answer *answer,
	  Finding *finding, Content *content)
{
	*finding = (Finding){.class = ERROR_NONE};
	switch (answer->kind)
	{
		case ANSWER_NO_CONNECTION:
			find(finding, ERROR_CONNECT, "%s", answer->error);
			return;
		case ANSWER_TIMEOUT:
			find(finding, ERROR_TIMEOUT, "%s", answer->error);
			return;
		case ANSWER_BROKEN:
			find(finding, ERROR_INVALID, "%s", answer->error);
			return;
		case ANSWER_TOO_LARGE:
			find(finding, ERROR_TOO_LARGE, "the body is larger than %d MB",
				 CLIENT_MAX_BODY / (1024 * 1024));
			return;
		case ANSWER_COMPLETE:
			break;
	}
	if (answer->status < 200 || answer->status > 299)
		find_status(answer, finding);
	else if (check_has_events(request, answer))
		check_body(rules, request, answer, finding, content);
	/* What another method should answer is unknown. */
	else if (answer->is_json && answer->body_size > 0)
		json_decref(parse_json(answer, finding));
}

/* A server may send back what was sent to it, even the token. */
void
check_answer(const CheckRules *rules, const Request *request,
			 const Answer *answer, Finding *finding, Content *content)
{
	if (content != NULL)
		*content = (Content){0};
	check(rules, request, answer, finding, content);
	if (redact_is_needed(rules->secret, finding->text))
		find(finding, finding->class,
			 "(not shown: the text from the server contains the bearer token)");
}
