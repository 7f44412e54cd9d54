/*-------------------------------------------------------------------------
 *
 * check.c
 *		Decides whether one answer is right; see check.h.
 *
 * How the transfer ended comes first, then the status, then the body, which is
 * read for rows if it is an answer to a GET, or to what the contract sends: what
 * another request should answer is unknown, unless the request file says it.
 * Last, a finding that would show the bearer token loses its text.
 *
 *-------------------------------------------------------------------------
 */
#include "http/check/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"
#include "http/check/redact.h"

/* So much of the body of a wrong answer is shown, in bytes. */
#define SNIPPET_SIZE 120

#define NOT_SHOWN                                                              \
	"(not shown: the text from the server contains the bearer token)"

#define NO_NEXT "there is no next page, but the database has more rows"

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
	[ERROR_ROWS] = {"wrong rows", "rows"},
	[ERROR_CHANGED] = {"changed body", "changed"},
	[ERROR_EXPECTED] = {"expectation", "expected"},
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
find_status(const Request *request, const Answer *answer, Finding *finding)
{
	char snippet[SNIPPET_SIZE];
	char expected[16] = "";

	if (request->expect_status != 0)
		(void) snprintf(expected, sizeof(expected), ", not %d",
						request->expect_status);

	/* The reason why a redirect was not followed says more than its body. */
	if (answer->error != NULL)
		text_copy_printable(snippet, sizeof(snippet), answer->error,
							strlen(answer->error));
	else
		text_copy_printable(snippet, sizeof(snippet), answer->body,
							answer->body_size);
	finding->status = answer->status;
	find(finding, ERROR_STATUS, "%d%s%s%s", answer->status, expected,
		 snippet[0] != '\0' ? ": " : "", snippet);
}

/* Compares the rows with those of the database; text is empty if they fit. */
static Difference
find_difference(const CheckRules *rules, const Request *request,
				const AnswerView *view, char *text)
{
	CompareHow how = rules->compare;

	text[0] = '\0';
	if (rules->how < CHECK_ROWS || request->expected == NULL ||
		request->expected->key_count == 0)
		return DIFFERENCE_NONE;
	how.columns = rules->how == CHECK_COLUMNS;
	return compare_rows(&how, request->expected, view, text);
}

/* Finds a row that is null or has no members, where the database has rows. */
static bool
has_hollow_row(const CheckRules *rules, const Request *request,
			   const AnswerView *view, Finding *finding)
{
	if (rules->how < CHECK_COUNT || request->rows < 0)
		return false;
	for (size_t i = 0; i < view->count; i++)
	{
		const JsonNode *row = &view->tree.nodes[view->rows[i]];

		if (row->type != TREE_NULL &&
			(row->type != TREE_OBJECT || row->count > 0))
			continue;
		find(finding, ERROR_ROWS, "row %zu is %s", i + 1,
			 row->type == TREE_NULL ? "null" : "an object without members");
		return true;
	}
	return false;
}

void
check_events(const CheckRules *rules, const Request *request, size_t events,
			 Finding *finding)
{
	int64_t rows = (int64_t) events;
	int64_t least;
	int64_t most;
	bool known = request_expected(request, &least, &most);

	/* The last page may have been full; what a next page has is compared later. */
	bool later = request->next_page && rules->how >= CHECK_COUNT;

	if (rows == 0 && !known && !rules->allow_empty && !later &&
		request->rows != ROWS_NOT_COUNTED)
		find(finding, ERROR_EMPTY, "no rows");
	else if (rows == 0 && known && least > 0 && !rules->allow_empty)
		find(finding, ERROR_EMPTY, "no rows, but the database has %lld",
			 (long long) most);
	else if (known && rules->how >= CHECK_COUNT &&
			 (rows < least || rows > most))
		find(finding, ERROR_COUNT, "%zu row%s, but the database has %lld",
			 events, rows == 1 ? "" : "s", (long long) most);
}

/* Compares how many rows there are, and which: the first that differs is told. */
static void
check_view(const CheckRules *rules, const Request *request,
		   const AnswerView *view, Finding *finding)
{
	char text[COMPARE_TEXT_SIZE];
	size_t used;

	check_events(rules, request, view->count, finding);
	if (finding->class == ERROR_EMPTY ||
		has_hollow_row(rules, request, view, finding) ||
		find_difference(rules, request, view, text) == DIFFERENCE_NONE)
		return;
	if (finding->class == ERROR_NONE)
	{
		find(finding, ERROR_ROWS, "%s", text);
		return;
	}
	used = strlen(finding->text);
	(void) snprintf(finding->text + used, sizeof(finding->text) - used, ": %s",
					text);
	text_make_printable(finding->text);
}

/* Is a next page missing that has rows? */
static bool
lacks_next(const CheckRules *rules, const Request *request)
{
	const Expected *expected = request->expected;

	return rules->pages && rules->how >= CHECK_COUNT && expected != NULL &&
		   request->page_size > 0 && expected->count > request->page_size;
}

/* Sets the finding if the body, which must not be empty, is not JSON. */
static void
check_json(const Answer *answer, Finding *finding)
{
	JsonTree tree = {0};

	if (answer->body_size == 0)
		find(finding, ERROR_INVALID, "the body is empty");
	else if (!json_tree_parse(&tree, answer->body, answer->body_size, false))
		find(finding, ERROR_INVALID, "not JSON: %s at byte %zu", tree.problem,
			 tree.problem_at + 1);
	json_tree_free(&tree);
}

/* Checks rows, and reads them and the next page. */
static void
check_rows(const CheckRules *rules, const Request *request,
		   const Answer *answer, Finding *finding, Content *content)
{
	static const AnswerHow usual = {0};
	const AnswerHow *how = request->how != NULL ? request->how : &usual;
	AnswerBody body = {answer->body, answer->body_size, answer->type,
					   answer->link, request->path};
	AnswerView view = {0};

	if (answer_open(&view, &body, how) != ANSWER_ROWS)
		find(finding, ERROR_INVALID, "%s", view.problem);
	else
		check_view(rules, request, &view, finding);
	if (content != NULL && finding->class == ERROR_NONE)
	{
		content->events = view.count;
		answer_next(&view, &body, how, &content->next);
		if (content->next.kind == NEXT_NONE && !content->next.more &&
			lacks_next(rules, request))
			find(finding, ERROR_ROWS, NO_NEXT);
	}
	answer_free(&view);
}

static void
check_body(const CheckRules *rules, const Request *request,
		   const Answer *answer, Finding *finding, Content *content)
{
	/* What is right beside 2xx tells that there is nothing. */
	if (request->expect_body == EXPECT_ROWS && answer->status > 299 &&
		answer->status == request->or_status)
		return;
	if (answer->encoding != NULL && request->expect_body <= EXPECT_JSON)
	{
		find(finding, ERROR_INVALID,
			 "the body is compressed (%s), which was not asked for: give "
			 "--compressed",
			 answer->encoding);
		return;
	}
	switch (request->expect_body)
	{
		case EXPECT_ROWS:
			check_rows(rules, request, answer, finding, content);
			break;
		case EXPECT_JSON:
			check_json(answer, finding);
			break;
		case EXPECT_TEXT:
			if (answer->body_size == 0)
				find(finding, ERROR_EMPTY, "the body is empty");
			break;
		case EXPECT_EMPTY:
			if (answer->body_size > 0)
				find(finding, ERROR_INVALID,
					 "a body of %zu bytes, where none is expected",
					 answer->body_size);
			break;
		case EXPECT_ANY:
			break;
		case EXPECT_TYPED:
			if (answer->type != NULL && text_is_json_type(answer->type) &&
				answer->status <= 299 && request->method != METHOD_HEAD &&
				answer->body_size > 0)
			{
				if (request->reads)
					check_rows(rules, request, answer, finding, content);
				else
					check_json(answer, finding);
			}
			break;
	}
}

/* What a request itself expects goes before --expect-status, and that before 2xx. */
static bool
is_right_status(const CheckRules *rules, const Request *request, int status)
{
	if (request->or_status != 0 && status == request->or_status)
		return true;
	if (request->expect_status != 0)
		return status == request->expect_status;
	return expect_status(rules->expect, status);
}

/* 204 No Content and 205 Reset Content have no body at all. */
static bool
has_no_body(int status)
{
	return status == 204 || status == 205 || status == 304;
}

/*
 * Returns whether a right answer needs no body, because its status has none and was
 * asked for, or because --expect-status takes it beside 2xx: what such an answer
 * tells is unknown.
 */
static bool
is_bodiless(const CheckRules *rules, const Request *request, int status)
{
	bool by_request =
		(request->expect_status != 0 && status == request->expect_status) ||
		(request->or_status != 0 && status == request->or_status);
	bool by_option = rules->expect != NULL && rules->expect->status_count > 0 &&
					 request->expect_status == 0;

	if (request->expect_body > EXPECT_TEXT)
		return false;
	if (has_no_body(status))
		return by_request || by_option;
	return by_option && !by_request && (status < 200 || status > 299);
}

bool
check_has_events(const CheckRules *rules, const Request *request,
				 const Answer *answer)
{
	return answer->kind == ANSWER_COMPLETE &&
		   is_right_status(rules, request, answer->status) &&
		   (request->method == METHOD_GET || request->reads ||
			request->expect_body != EXPECT_ROWS) &&
		   !is_bodiless(rules, request, answer->status);
}

void
check_same_page(Finding *finding)
{
	find(finding, ERROR_INVALID,
		 "the next page is the same as the page before it");
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
	if (!is_right_status(rules, request, answer->status))
		find_status(request, answer, finding);
	else if (check_has_events(rules, request, answer))
		check_body(rules, request, answer, finding, content);
	/* What another method should answer is unknown. */
	else if (answer->is_json && answer->body_size > 0)
		check_json(answer, finding);
}

/* HEAD and some statuses have nothing of which anything could be expected. */
static void
check_expectations(const CheckRules *rules, const Request *request,
				   const Answer *answer, Finding *finding)
{
	char problem[sizeof(finding->text)];

	if (finding->class == ERROR_NONE && request->method != METHOD_HEAD &&
		!has_no_body(answer->status) &&
		!expect_json(rules->expect, answer->body, answer->body_size, problem,
					 sizeof(problem)))
		find(finding, ERROR_EXPECTED, "%s", problem);
}

/* A server may send back what was sent to it, even the token. */
void
check_answer(const CheckRules *rules, const Request *request,
			 const Answer *answer, Finding *finding, Content *content)
{
	const char *what;

	if (content != NULL)
		*content = (Content){0};
	check(rules, request, answer, finding, content);
	check_expectations(rules, request, answer, finding);
	if (content != NULL && finding->class == ERROR_EXPECTED)
	{
		free(content->next.text);
		free(content->next.parameter);
		*content = (Content){0};
	}
	what = rules->secret_name != NULL ? rules->secret_name : "bearer token";
	if (redact_is_needed(rules->secret, finding->text))
		find(finding, finding->class,
			 "(not shown: the text from the server contains the %s)", what);
}

/* --- bodies that were kept --------------------------------------------------- */

static AnswerState
open_kept(AnswerView *view, const Request *request, const char *data,
		  size_t size)
{
	static const AnswerHow usual = {0};
	AnswerBody body = {.data = data, .size = size, .path = request->path};

	return answer_open(view, &body,
					   request->how != NULL ? request->how : &usual);
}

void
check_kept(const CheckRules *rules, const Request *request,
		   const BodyCopy *body, Finding *finding)
{
	AnswerView view = {0};

	*finding = (Finding){.class = ERROR_NONE};
	if (open_kept(&view, request, body->data, body->size) == ANSWER_ROWS)
		check_view(rules, request, &view, finding);
	if (finding->class == ERROR_NONE && !body->has_next &&
		lacks_next(rules, request))
		find(finding, ERROR_ROWS, NO_NEXT);
	answer_free(&view);
	if (redact_is_needed(rules->secret, finding->text))
		find(finding, finding->class, NOT_SHOWN);
}

bool
check_between(const CheckRules *rules, const Request *request,
			  const Expected *before, const Expected *after,
			  const BodyCopy *body)
{
	AnswerView view = {0};
	bool between =
		before->key_count > 0 && after->key_count > 0 &&
		open_kept(&view, request, body->data, body->size) == ANSWER_ROWS &&
		compare_between(&rules->compare, before, after, &view);

	answer_free(&view);
	return between;
}

void
check_changed(const CheckRules *rules, const Request *request,
			  const BodyCopy *first, const Answer *answer, Finding *finding)
{
	static const AnswerHow usual = {0};
	const AnswerHow *how = request->how != NULL ? request->how : &usual;
	AnswerView before = {0};
	AnswerView after = {0};
	char text[COMPARE_TEXT_SIZE] = "";

	if (first->data != NULL && request->expect_body == EXPECT_ROWS &&
		open_kept(&before, request, first->data, first->size) == ANSWER_ROWS &&
		open_kept(&after, request, answer->body, answer->body_size) ==
			ANSWER_ROWS)
		compare_bodies(&before, &after, how, text);
	answer_free(&before);
	answer_free(&after);
	find(finding, ERROR_CHANGED,
		 "the body differs from the first answer to this request%s%s",
		 text[0] != '\0' ? ": " : "", text);
	if (redact_is_needed(rules->secret, finding->text))
		find(finding, ERROR_CHANGED, NOT_SHOWN);
}

void
check_chain(const CheckRules *rules, const char *text, Finding *finding)
{
	find(finding, ERROR_ROWS, "%s, over all pages", text);
	if (redact_is_needed(rules->secret, finding->text))
		find(finding, ERROR_ROWS, NOT_SHOWN);
}

void
check_moved(Finding *finding)
{
	find(finding, ERROR_CHANGED,
		 "the rows of this request changed in the database while the load ran");
}
