/*-------------------------------------------------------------------------
 *
 * next.c
 *		Finds out how the next page is asked for; see next.h.
 *
 * The usual names are looked for in the object that holds the rows, in the root,
 * and in the objects that APIs keep such things in. Names that hold a cursor
 * alone come first; then the header Link, page numbers and offsets.
 *
 *-------------------------------------------------------------------------
 */
#include "http/answer/next.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/base/memory.h"

#define MAX_WRAPS 3

/* No page has a higher number, and what is added to it stays a number. */
#define MAX_NUMBER (INT64_MAX / 2)

/* Members that hold a cursor or a URL, and the parameter that takes a cursor. */
static const struct
{
	const char *name;
	const char *parameter;
} cursor_names[] = {{"nextCursor", "cursor"},
					{"next_cursor", "cursor"},
					{"nextPageToken", "pageToken"},
					{"next_page_token", "page_token"},
					{"nextToken", "nextToken"},
					{"next_token", "next_token"},
					{"continuationToken", "continuationToken"},
					{"continuation_token", "continuation_token"},
					{"nextPageUrl", NULL},
					{"next_page_url", NULL},
					{"nextLink", NULL},
					{"next_link", NULL},
					{"nextUrl", NULL},
					{"next_url", NULL},
					{"nextUri", NULL},
					{"next_uri", NULL},
					{"next_href", NULL},
					{"@odata.nextLink", NULL},
					{"odata.nextLink", NULL},
					{"hydra:next", NULL},
					{"next", "next"},
					{"nextPage", "page"},
					{"next_page", "page"},
					{"next_offset", "offset"},
					{"nextOffset", "offset"},
					{"endCursor", "after"},
					{"end_cursor", "after"},
					{"after", "after"}}; /* only if more is said to come */

#define CURSOR_NAMES (sizeof(cursor_names) / sizeof(cursor_names[0]))

/* Objects that hold them. */
static const char *const wraps[] = {
	"links",     "_links",  "paging", "pagination", "pageInfo",
	"page_info", "page",    "meta",   "_meta",      "metadata",
	"cursor",    "cursors", "info",   "hydra:view", "response_metadata",
	"pages"};

#define WRAPS (sizeof(wraps) / sizeof(wraps[0]))

/* Whether there is a next page; those of the second list say the contrary. */
static const char *const more_names[] = {
	"hasNextPage", "has_next_page", "hasMore", "has_more",
	"hasNext",     "has_next",      NULL};
static const char *const last_names[] = {"last", "isLast", "is_last",
										 "lastPage", NULL};

static const char *const page_names[] = {
	"page",   "currentPage", "current_page", "pageNumber", "page_number",
	"number", NULL};
static const char *const pages_names[] = {
	"totalPages", "total_pages", "pageCount", "page_count", "lastPage",
	"last_page",  "pages",       "num_pages", NULL};
static const char *const offset_names[] = {"offset",   "skip",  "startAt",
										   "start_at", "start", NULL};
static const char *const total_names[] = {"total", "totalCount", "total_count",
										  "totalResults", NULL};

static uint32_t
member(const JsonTree *tree, uint32_t object, const char *name)
{
	return json_tree_member(tree, object, name, strlen(name));
}

static AnswerValue
value_of(const JsonTree *tree, uint32_t node)
{
	return (AnswerValue){.type = (JsonType) tree->nodes[node].type,
						 .text = tree->text + tree->nodes[node].start,
						 .size =
							 tree->nodes[node].end - tree->nodes[node].start,
						 .escaped = tree->nodes[node].escaped};
}

/* Returns whether a text is the reference of another page, not a cursor. */
static bool
is_reference(const char *text)
{
	const char *query = strchr(text, '?');

	return strncmp(text, "http://", 7) == 0 ||
		   strncmp(text, "https://", 8) == 0 ||
		   (query != NULL && strchr(query, '=') != NULL) ||
		   (text[0] == '/' && strpbrk(text, "+=") == NULL);
}

static bool
is_number(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/*
 * "next" and "nextPage" may be a number or a cursor. A number of a page or an
 * offset goes nowhere else.
 */
static void
set_parameter(AnswerNext *next, const char *name)
{
	bool number = is_number(next->text);
	const char *parameter = name;

	if (strcmp(name, "next") == 0)
		parameter = number ? "page" : "cursor";
	else if (strcmp(name, "page") == 0 && !number)
		parameter = "cursor";
	next->fixed =
		strcmp(parameter, "page") == 0 || strcmp(parameter, "offset") == 0;
	next->parameter = memory_text(parameter);
}

/*
 * Takes a cursor or a URL from a node. An object is one with a member href.
 * Returns false for null, an empty string and what can be neither.
 */
static bool
take(const JsonTree *tree, uint32_t node, const char *parameter, bool is_link,
	 AnswerNext *next)
{
	AnswerValue value;

	if (node != JSON_NONE && tree->nodes[node].type == TREE_OBJECT)
	{
		uint32_t href = member(tree, node, "href");

		node = href != JSON_NONE ? href : member(tree, node, "url");
		is_link = true;
	}
	if (node == JSON_NONE)
		return false;
	value = value_of(tree, node);
	if (value.type == TREE_NULL || value.type == TREE_FALSE ||
		value.type == TREE_TRUE || value.type == TREE_OBJECT ||
		value.size == 0 || (value.type == TREE_ARRAY && value.size <= 2))
		return false;
	next->text = answer_value_text(&value);
	next->kind =
		value.type == TREE_STRING && (is_link || is_reference(next->text))
			? NEXT_LINK
			: NEXT_VALUE;
	if (next->kind == NEXT_VALUE && parameter != NULL)
		set_parameter(next, parameter);
	return true;
}

/* --- flags ---------------------------------------------------------------------- */

static bool
find_flag(const JsonTree *tree, uint32_t object, const char *const *names,
		  bool *flag)
{
	for (; *names != NULL; names++)
	{
		uint32_t node = member(tree, object, *names);

		if (node == JSON_NONE || (tree->nodes[node].type != TREE_FALSE &&
								  tree->nodes[node].type != TREE_TRUE))
			continue;
		*flag = tree->nodes[node].type == TREE_TRUE;
		return true;
	}
	return false;
}

/* Finds out whether an object, or one that it wraps, tells of a next page. */
static void
read_flag(const JsonTree *tree, uint32_t object, int depth, AnswerNext *next)
{
	bool flag;

	if (find_flag(tree, object, more_names, &flag))
	{
		next->has_flag = true;
		next->more = flag;
		return;
	}
	if (find_flag(tree, object, last_names, &flag))
	{
		next->has_flag = true;
		next->more = !flag;
		return;
	}
	for (size_t i = 0; i < WRAPS && depth < MAX_WRAPS && !next->has_flag; i++)
	{
		uint32_t inner = member(tree, object, wraps[i]);

		if (inner != JSON_NONE)
			read_flag(tree, inner, depth + 1, next);
	}
}

/* --- cursors and links -------------------------------------------------------------- */

/* {"links": [{"rel": "next", "href": "..."}]} */
static bool
find_in_list(const JsonTree *tree, uint32_t array, AnswerNext *next)
{
	const JsonNode *nodes = tree->nodes;

	for (uint32_t i = array + 1; i < nodes[array].after; i = nodes[i].after)
	{
		uint32_t rel = member(tree, i, "rel");
		AnswerValue value;

		if (rel == JSON_NONE)
			continue;
		value = value_of(tree, rel);
		if (answer_value_equals(&value, "next", 4))
			return take(tree, i, NULL, true, next);
	}
	return false;
}

static bool
find_cursor(const JsonTree *tree, uint32_t object, int depth, AnswerNext *next)
{
	if (tree->nodes[object].type == TREE_ARRAY)
		return find_in_list(tree, object, next);
	for (size_t i = 0; i < CURSOR_NAMES; i++)
	{
		const char *name = cursor_names[i].name;

		if (strcmp(name, "after") == 0 && !next->more)
			continue;
		if (take(tree, member(tree, object, name), cursor_names[i].parameter,
				 cursor_names[i].parameter == NULL, next))
			return true;
	}
	for (size_t i = 0; i < WRAPS && depth < MAX_WRAPS; i++)
	{
		uint32_t inner = member(tree, object, wraps[i]);

		if (inner != JSON_NONE && find_cursor(tree, inner, depth + 1, next))
			return true;
	}
	return false;
}

/* Returns whether the parameters of a link have rel=next, quoted or not. */
static bool
is_rel_next(const char *text, size_t n)
{
	for (size_t i = 0; i + 4 < n; i++)
	{
		size_t end;

		if (strncasecmp(text + i, "rel", 3) != 0 ||
			(i > 0 && strchr("; \t", text[i - 1]) == NULL))
			continue;
		i += 3;
		while (i < n && strchr("= \t\"'", text[i]) != NULL)
			i++;
		/* rel="next last" has two of them. */
		for (; i < n && strchr(";,\"'", text[i]) == NULL; i = end + (end < n))
		{
			end = i;
			while (end < n && strchr(" ;,\"'", text[end]) == NULL)
				end++;
			if (end - i == 4 && strncasecmp(text + i, "next", 4) == 0)
				return true;
			if (end < n && text[end] != ' ')
				return false;
		}
	}
	return false;
}

/* RFC 8288: <url>; rel="next", <url>; rel="last" */
static bool
find_in_header(const char *header, AnswerNext *next)
{
	const char *at = header;

	while (at != NULL && (at = strchr(at, '<')) != NULL)
	{
		const char *end = strchr(at, '>');
		const char *rest;

		if (end == NULL)
			return false;
		rest = strchr(end, '<');
		if (is_rel_next(end + 1, rest != NULL ? (size_t) (rest - end - 1)
											  : strlen(end + 1)))
		{
			next->kind = NEXT_LINK;
			next->text = memory_text_n(at + 1, (size_t) (end - at - 1));
			return true;
		}
		at = rest;
	}
	return false;
}

/* --- numbers ------------------------------------------------------------------------ */

/* Reads a whole number, or one in a string. */
static bool
read_number(const JsonTree *tree, uint32_t node, int64_t *number)
{
	AnswerValue value;
	char digits[20];
	char *end;

	if (node == JSON_NONE)
		return false;
	value = value_of(tree, node);
	if ((value.type != TREE_NUMBER && value.type != TREE_STRING) ||
		value.size == 0 || value.size >= sizeof(digits))
		return false;
	memcpy(digits, value.text, value.size);
	digits[value.size] = '\0';
	errno = 0;
	*number = strtoll(digits, &end, 10);
	return *end == '\0' && errno == 0 && *number >= 0 && *number <= MAX_NUMBER;
}

/*
 * Finds a number of one of these names in an object, or in one that it wraps;
 * returns the name, or NULL.
 */
static const char *
find_number(const JsonTree *tree, uint32_t object, const char *const *names,
			int depth, int64_t *number)
{
	for (const char *const *name = names; *name != NULL; name++)
		if (read_number(tree, member(tree, object, *name), number))
			return *name;
	for (size_t i = 0; i < WRAPS && depth < MAX_WRAPS; i++)
	{
		uint32_t inner = member(tree, object, wraps[i]);
		const char *name = NULL;

		if (inner != JSON_NONE && tree->nodes[inner].type == TREE_OBJECT)
			name = find_number(tree, inner, names, depth + 1, number);
		if (name != NULL)
			return name;
	}
	return NULL;
}

/* Reads a parameter of the path that is a number. */
static bool
path_number(const char *path, const char *name, int64_t *number)
{
	const char *at = path != NULL ? strchr(path, '?') : NULL;
	size_t length = strlen(name);

	while (at != NULL)
	{
		char *end;

		at++;
		if (strncmp(at, name, length) == 0 && at[length] == '=')
		{
			*number = strtoll(at + length + 1, &end, 10);
			if (*number > MAX_NUMBER)
				*number = MAX_NUMBER;
			return end > at + length + 1 && (*end == '\0' || *end == '&') &&
				   *number >= 0;
		}
		at = strchr(at, '&');
	}
	return false;
}

static void
set_number(AnswerNext *next, const char *parameter, int64_t number)
{
	next->kind = NEXT_VALUE;
	next->fixed = true;
	next->text = memory_format("%lld", (long long) number);
	next->parameter = memory_text(parameter);
}

/*
 * Page numbers begin with 1, but with 0 where the answer says that this page,
 * of which the path has no number, is page 0.
 */
static void
next_page(const AnswerView *view, const AnswerBody *body, const char *parameter,
		  AnswerNext *next)
{
	int64_t page;
	int64_t pages;
	bool known = find_number(&view->tree, 0, page_names, 0, &page) != NULL;

	if (view->count == 0)
		return;
	if (!path_number(body->path, parameter, &page) && !known)
		page = 1;
	if (find_number(&view->tree, 0, pages_names, 0, &pages))
	{
		int64_t said;
		/* Spring's last page has the number totalPages - 1. */
		bool from_0 =
			find_number(&view->tree, 0, (const char *const[]){"number", NULL},
						0, &said) &&
			said == page;

		if (page >= pages - (from_0 ? 1 : 0))
			return;
	}
	set_number(next, parameter, page + 1);
}

static void
next_offset(const AnswerView *view, const AnswerBody *body,
			const char *parameter, AnswerNext *next)
{
	int64_t offset = 0;
	int64_t total;

	if (!path_number(body->path, parameter, &offset) &&
		!find_number(&view->tree, 0, offset_names, 0, &offset))
		offset = 0;
	offset += (int64_t) view->count;
	if (view->count == 0 ||
		(find_number(&view->tree, 0, total_names, 0, &total) &&
		 offset >= total))
		return;
	set_number(next, parameter, offset);
}

static void
next_after(const AnswerView *view, const AnswerHow *how, const char *parameter,
		   AnswerNext *next)
{
	AnswerValue key;

	if (view->count == 0 || !answer_row_key(view, view->count - 1, how, &key) ||
		key.type == TREE_NULL)
		return;
	next->kind = NEXT_VALUE;
	next->fixed = true;
	next->text = answer_value_text(&key);
	next->parameter = memory_text(parameter);
}

/* Returns the name of a page number in the path, or the one that is usual. */
static const char *
page_parameter_of(const AnswerBody *body)
{
	int64_t number;

	for (const char *const *name = page_names; *name != NULL; name++)
		if (path_number(body->path, *name, &number))
			return *name;
	return "page";
}

/* Page numbers and offsets, where the answer itself has such numbers. */
static void
find_by_number(const AnswerView *view, const AnswerBody *body,
			   const AnswerHow *how, AnswerNext *next)
{
	const JsonTree *tree = &view->tree;
	bool more = next->has_flag && next->more;
	const char *name;
	int64_t number;

	if (find_number(tree, 0, page_names, 0, &number) != NULL &&
		(more || find_number(tree, 0, pages_names, 0, &number) != NULL))
		next_page(view, body, page_parameter_of(body), next);
	else if ((name = find_number(tree, 0, offset_names, 0, &number)) != NULL &&
			 (more || find_number(tree, 0, total_names, 0, &number) != NULL))
		next_offset(view, body, name, next);
	else if (more && member(tree, 0, "has_more") != JSON_NONE)
		next_after(view, how, "starting_after", next);
}

static void
find_usual(const AnswerView *view, const AnswerBody *body, const AnswerHow *how,
		   AnswerNext *next)
{
	const JsonTree *tree = &view->tree;
	bool object = tree->nodes[0].type == TREE_OBJECT && tree->roots == 1;

	if (object && view->parent != 0 && find_cursor(tree, view->parent, 0, next))
		return;
	if (object && find_cursor(tree, 0, 0, next))
		return;
	if (find_in_header(body->link, next) || !object)
		return;
	find_by_number(view, body, how, next);
}

void
answer_next(const AnswerView *view, const AnswerBody *body,
			const AnswerHow *how, AnswerNext *next)
{
	const JsonTree *tree = &view->tree;

	*next = (AnswerNext){.kind = NEXT_NONE};
	if (view->state != ANSWER_ROWS || view->single || tree->count == 0)
		return;
	if (tree->nodes[0].type == TREE_OBJECT && tree->roots == 1)
	{
		read_flag(tree, view->parent, 0, next);
		if (!next->has_flag)
			read_flag(tree, 0, 0, next);
		if (next->has_flag && !next->more)
			return;
	}
	switch (how->next)
	{
		case NEXT_FOUND:
			find_usual(view, body, how, next);
			break;
		case NEXT_MEMBER:
			(void) take(tree, json_tree_path(tree, 0, how->next_path), NULL,
						false, next);
			break;
		case NEXT_HEADER:
			(void) find_in_header(body->link, next);
			break;
		case NEXT_PAGE:
			next_page(view, body, how->next_parameter, next);
			break;
		case NEXT_OFFSET:
			next_offset(view, body, how->next_parameter, next);
			break;
		case NEXT_AFTER:
			next_after(view, how, how->next_parameter, next);
			break;
	}
}
