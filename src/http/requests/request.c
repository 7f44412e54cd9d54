/*-------------------------------------------------------------------------
 *
 * request.c
 *		The requests to send; see request.h.
 *
 * The list owns everything that its requests refer to, also the headers: all
 * requests with a body share one set of them, and all others another one. A
 * request file is read line by line, and each line is cut up in place.
 *
 *-------------------------------------------------------------------------
 */
#include "http/requests/request.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/base/memory.h"
#include "http/base/text.h"
#include "shared/url_template.h"

/* The largest body of a request, in bytes. */
#define MAX_BODY (16 * 1024 * 1024)

#define BLANKS " \t\r\n"

/* More groups than these would make the report unreadable. */
#define MAX_FILE_GROUPS 50
#define OTHER_PATHS "other paths"

static const char *const method_names[] = {
	[METHOD_GET] = "GET", [METHOD_HEAD] = "HEAD",   [METHOD_POST] = "POST",
	[METHOD_PUT] = "PUT", [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE"};

#define METHOD_COUNT (sizeof(method_names) / sizeof(method_names[0]))

const char *
request_method_name(Method method)
{
	return method_names[method];
}

bool
request_find_method(const char *name, size_t length, Method *method)
{
	for (size_t i = 0; i < METHOD_COUNT; i++)
		if (strlen(method_names[i]) == length &&
			strncmp(name, method_names[i], length) == 0)
		{
			*method = (Method) i;
			return true;
		}
	return false;
}

bool
request_method_is_safe(Method method)
{
	return method == METHOD_GET || method == METHOD_HEAD;
}

const char *
request_path_problem(const char *path)
{
	if (path[0] != '/')
		return "a path must start with /";
	for (const char *c = path; *c != '\0'; c++)
	{
		if (*c == '#')
			return "# in a path must be written %23";
		if (*c == ' ')
			return "a space in a path must be written %20";
		if (*c < ' ' || *c == 0x7f)
			return "bytes other than printable ASCII must be percent-encoded";
	}
	return NULL;
}

/* The bytes of a header's name: RFC 9110, 5.6.2, "token". */
#define NAME_BYTES                                                             \
	"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"                      \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Returns whether a header has this name, in any case. */
static bool
is_header(const char *header, const char *name)
{
	size_t length = strlen(name);

	return strncasecmp(header, name, length) == 0 && header[length] == ':';
}

const char *
request_header_problem(const char *header)
{
	static const char *const clients[] = {"Host", "Content-Length",
										  "Connection", "Transfer-Encoding"};
	size_t length = strspn(header, NAME_BYTES);

	if (length == 0 || header[length] != ':')
		return "give \"Name: value\"";
	for (const char *c = header; *c != '\0'; c++)
		if ((*c > 0 && *c < ' ' && *c != '\t') || *c == 0x7f)
			return "a header must have no control characters";
	for (size_t i = 0; i < sizeof(clients) / sizeof(clients[0]); i++)
		if (is_header(header, clients[i]))
			return "Host, Content-Length, Connection and Transfer-Encoding "
				   "cannot be set";
	return NULL;
}

static bool
has_header(char *const *headers, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (is_header(headers[i], name))
			return true;
	return false;
}

/* Returns a set of headers, terminated by NULL, which the list owns. */
static const char *const *
make_headers(RequestList *list, char *const *headers, size_t count,
			 const Request *request)
{
	char **set = memory_zeroed(count + 3, sizeof(char *));
	size_t used = 0;

	for (size_t i = 0; i < count; i++)
		set[used++] = memory_text(headers[i]);
	if (!has_header(headers, count, "Accept"))
		set[used++] = memory_format("Accept: %s", request->accept != NULL
													  ? request->accept
													  : "application/json");
	if (request->body != NULL && !has_header(headers, count, "Content-Type"))
		set[used++] = memory_format("Content-Type: %s",
									request->type != NULL ? request->type
														  : "application/json");
	list->headers = memory_grow(list->headers, list->header_count + 1,
								&list->header_room, sizeof(char **));
	list->headers[list->header_count++] = set;
	return (const char *const *) set;
}

static bool
is_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool
has_same_headers(const Request *a, const Request *b)
{
	return (a->body != NULL) == (b->body != NULL) &&
		   is_same(a->type, b->type) && is_same(a->accept, b->accept);
}

void
request_set_headers(RequestList *list, char *const *headers, size_t count)
{
	/* One request of each kind of headers; there are few kinds. */
	size_t *firsts = memory_zeroed(list->count + 1, sizeof(size_t));
	size_t kinds = 0;

	for (size_t i = 0; i < list->count; i++)
	{
		Request *request = &list->items[i];
		size_t kind = 0;

		while (kind < kinds &&
			   !has_same_headers(request, &list->items[firsts[kind]]))
			kind++;
		if (kind < kinds)
			request->headers = list->items[firsts[kind]].headers;
		else
		{
			firsts[kinds++] = i;
			request->headers = make_headers(list, headers, count, request);
		}
	}
	free(firsts);
}

void
request_set_how(RequestList *list, const Settings *settings)
{
	for (size_t i = 0; i < list->group_count; i++)
	{
		Group *group = &list->groups[i];
		const char *key = settings->key != NULL ? settings->key : group->key;

		group->how = (AnswerHow){.rows = settings->rows != NULL ? settings->rows
																: group->rows,
								 .key = key,
								 .by_key = group->by_key,
								 .or_object = settings->key != NULL,
								 .next = settings->next,
								 .next_path = settings->next_name,
								 .next_parameter = settings->next_name};
	}
	for (size_t i = 0; i < list->count; i++)
	{
		Request *request = &list->items[i];
		int64_t size = request_page_size(request);

		request->how = &list->groups[request->group].how;
		request->page_size = size > 0 ? size : settings->page_size;
	}
}

/* Returns the limit parameter of a path if it is a number, else 0. */
static int64_t
limit_in_path(const char *path)
{
	const char *parameter = strchr(path, '?');
	int64_t size = 0;

	while (parameter != NULL)
	{
		char value[24];
		size_t length;

		parameter++;
		length = strcspn(parameter, "&");
		if (strncmp(parameter, "limit=", 6) == 0 && length - 6 < sizeof(value))
		{
			memcpy(value, parameter + 6, length - 6);
			value[length - 6] = '\0';
			(void) text_to_integer(value, 1, INT64_MAX, &size);
		}
		parameter = strchr(parameter, '&');
	}
	return size;
}

int64_t
request_page_size(const Request *request)
{
	const Expected *expected = request->expected;

	if (expected != NULL && expected->page != EXPECTED_NONE)
		return expected->page;
	return limit_in_path(request->path);
}

bool
request_expected(const Request *request, int64_t *least, int64_t *most)
{
	const Expected *expected = request->expected;
	int64_t rows = expected != NULL ? expected->count : request->rows;

	*least = *most = rows;
	if (rows < 0)
		return false;
	if (request->page_size > 0)
		*least = *most = rows < request->page_size ? rows : request->page_size;
	else if (expected != NULL && expected->limit > 1 && rows == expected->limit)
		*least = rows - 1;
	return true;
}

static bool
find_group(const RequestList *list, const char *name, size_t *found)
{
	for (size_t i = 0; i < list->group_count; i++)
		if (strcmp(list->groups[i].name, name) == 0)
		{
			*found = i;
			return true;
		}
	return false;
}

size_t
request_group(RequestList *list, const char *name)
{
	Group *group;
	size_t found;

	if (find_group(list, name, &found))
		return found;
	list->groups = memory_grow(list->groups, list->group_count + 1,
							   &list->group_room, sizeof(Group));
	group = &list->groups[list->group_count];
	group->name = memory_text(name);
	group->weight = NAN;
	group->database_ms = NAN;
	group->rows = NULL;
	group->key = NULL;
	group->by_key = false;
	group->path = NULL;
	group->how = (AnswerHow){0};
	group->targets =
		(Targets){.avg_ms = INFINITY, .p95_ms = INFINITY, .p99_ms = INFINITY};
	return list->group_count++;
}

Request *
request_add(RequestList *list, Method method, const char *path, size_t group,
			int64_t rows)
{
	Request *request;

	list->items =
		memory_grow(list->items, list->count + 1, &list->room, sizeof(Request));
	request = &list->items[list->count];
	*request = (Request){.method = method,
						 .path = memory_text(path),
						 .number = list->count,
						 .group = group,
						 .rows = rows};
	list->count++;
	return request;
}

size_t
request_path_group(RequestList *list, const char *path)
{
	char *name = memory_text_n(path, strcspn(path, "?"));
	size_t group;

	if (!find_group(list, name, &group))
		group = request_group(
			list, list->group_count < MAX_FILE_GROUPS - 1 ? name : OTHER_PATHS);
	free(name);
	return group;
}

/* Reads "METHOD rest"; returns the rest, or NULL if the method is unknown. */
static char *
split_method(char *line, Method *method)
{
	size_t length = strcspn(line, BLANKS);

	*method = METHOD_GET;
	if (line[0] == '/' || line[length] == '\0')
		return line;
	if (!request_find_method(line, length, method))
		return NULL;
	line += length;
	return line + strspn(line, BLANKS);
}

/* Reads a whole file, but not much more than MAX_BODY. */
static bool
read_whole(Request *request, FILE *file)
{
	size_t room = 0;
	size_t got;

	do
	{
		request->body =
			memory_grow(request->body, request->body_size + 65536, &room, 1);
		got = fread(request->body + request->body_size, 1, 65536, file);
		request->body_size += got;
	} while (got > 0 && request->body_size <= MAX_BODY);
	return !ferror(file);
}

/* Reads the file of a body, relative to the request file called base. */
static bool
read_body_file(Request *request, const char *base, const char *name,
			   RunError *error)
{
	const char *slash = strrchr(base, '/');
	char *path =
		name[0] == '/' || slash == NULL
			? memory_text(name)
			: memory_format("%.*s/%s", (int) (slash - base), base, name);
	FILE *file = fopen(path, "rb");
	bool ok = file != NULL && read_whole(request, file);

	if (!ok)
		error_set(error, EXIT_CANNOT_RUN, "could not read \"%s\": %s", path,
				  strerror(errno));
	else if (request->body_size > MAX_BODY)
		ok = error_set(error, EXIT_CANNOT_RUN, "\"%s\" is larger than %d MB",
					   path, MAX_BODY / (1024 * 1024));
	if (file != NULL)
		(void) fclose(file);
	free(path);
	return ok;
}

static bool
read_body(Request *request, const char *base, const char *body, RunError *error)
{
	if (body[0] == '@')
		return read_body_file(request, base, body + 1, error);
	request->body = memory_text(body);
	request->body_size = strlen(body);
	return true;
}

/* Returns whether a body is one of a form: a=b&c=d, percent-encoded. */
static bool
is_form(const char *body)
{
	static const char bytes[] =
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"%+-._~*=&[]:,;@/$!'()";
	size_t name = strcspn(body, "=&");

	return name > 0 && body[name] == '=' && body[0] != '[' &&
		   body[strspn(body, bytes)] == '\0';
}

/* --- queries of the contract --------------------------------------------------- */

/* Returns whether a body is JSON, or not meant to be. */
static bool
is_json_or_form(const char *body)
{
	JsonTree tree = {0};
	bool ok =
		is_form(body) || json_tree_parse(&tree, body, strlen(body), false);

	json_tree_free(&tree);
	return ok;
}

Request *
request_add_query(RequestList *list, const char *text, size_t group,
				  int64_t rows, const char **problem)
{
	const char *body = url_template_body(text);
	const char *start = text + (body != NULL ? strlen(URL_TEMPLATE_POST) : 0);
	char *path = body != NULL ? memory_text_n(start, strcspn(start, " "))
							  : memory_text(text);
	Request *request = NULL;

	*problem = request_path_problem(path);
	if (*problem == NULL && body != NULL && !is_json_or_form(body))
		*problem = "the body is neither JSON nor a form";
	if (*problem == NULL)
	{
		request = request_add(list, body != NULL ? METHOD_POST : METHOD_GET,
							  path, group, rows);
		request->reads = true;
		if (body != NULL)
		{
			request->body = memory_text(body);
			request->body_size = strlen(body);
			if (is_form(body))
				request->type =
					memory_text("application/x-www-form-urlencoded");
		}
	}
	free(path);
	return request;
}

void
request_find_keys(RequestList *list)
{
	bool *several = memory_zeroed(list->group_count + 1, sizeof(bool));

	for (size_t i = 0; i < list->count; i++)
		several[list->items[i].group] |= list->items[i].rows < 0 ||
										 list->items[i].rows > 1 ||
										 (list->items[i].expected != NULL &&
										  list->items[i].expected->limit > 1);
	for (size_t i = 0; i < list->group_count; i++)
		list->groups[i].by_key = !several[i];
	for (size_t i = 0; i < list->count; i++)
		if (!several[list->items[i].group] && list->items[i].rows == 0)
			list->items[i].or_status = 404;
	free(several);
}

/* --- what a line expects ------------------------------------------------------ */

static const struct
{
	const char *word;
	ExpectBody body;
} expectations[] = {{"rows", EXPECT_ROWS},
					{"json", EXPECT_JSON},
					{"text", EXPECT_TEXT},
					{"empty", EXPECT_EMPTY},
					{"any", EXPECT_ANY}};

typedef struct Wanted
{
	bool given;
	int status;
	bool body_given;
	ExpectBody body;
} Wanted;

/* Takes a status or a word; returns whether it is one. */
static bool
take_expectation(const char *word, size_t length, Wanted *wanted)
{
	char number[4];
	int64_t status;

	for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++)
		if (strlen(expectations[i].word) == length &&
			strncmp(word, expectations[i].word, length) == 0)
		{
			wanted->body = expectations[i].body;
			wanted->body_given = true;
			return true;
		}
	if (length != 3)
		return false;
	memcpy(number, word, 3);
	number[3] = '\0';
	if (!text_to_integer(number, 200, 599, &status))
		return false;
	wanted->status = (int) status;
	return true;
}

/*
 * Takes "expect WHAT..." from the beginning of a text. Returns what follows it;
 * the text itself if it does not begin so, or NULL if nothing is expected.
 */
static char *
take_expect(char *text, Wanted *wanted)
{
	char *rest = text + strlen("expect");
	bool any = false;

	if (strncmp(text, "expect", strlen("expect")) != 0 ||
		(*rest != '\0' && strchr(BLANKS, *rest) == NULL))
		return text;
	for (;;)
	{
		size_t length;

		rest += strspn(rest, BLANKS);
		length = strcspn(rest, BLANKS);
		if (length == 0 || !take_expectation(rest, length, wanted))
			break;
		rest += length;
		any = true;
	}
	wanted->given = any;
	return any ? rest : NULL;
}

/* Cuts "expect WHAT..." off the end of a body. */
static void
cut_expect(char *body, Wanted *wanted)
{
	char *last = NULL;

	for (char *at = body; (at = strstr(at, "expect")) != NULL; at++)
		if (at > body && strchr(BLANKS, at[-1]) != NULL)
			last = at;
	if (last != NULL)
	{
		Wanted found = {0};
		char *rest = take_expect(last, &found);

		if (rest == NULL || rest == last || *rest != '\0')
			return;
		*wanted = found;
		while (last > body && strchr(BLANKS, last[-1]) != NULL)
			last--;
		*last = '\0';
	}
}

static void
set_expected(Request *request, const Wanted *wanted)
{
	int status = wanted->status;

	if (!wanted->given)
		return;
	request->expect_status = status;
	request->expect_body = wanted->body_given               ? wanted->body
						   : status == 204 || status == 304 ? EXPECT_EMPTY
						   : status > 299                   ? EXPECT_ANY
															: EXPECT_ROWS;
	request->reads = wanted->body_given && wanted->body == EXPECT_ROWS;
	/* An answer to HEAD has no body, whatever the page would have. */
	if (request->method == METHOD_HEAD)
		request->expect_body = EXPECT_ANY;
}

/* Reads one line, which has no line feed at its end. */
static bool
read_line(RequestList *list, char *line, const char *name, const char *where,
		  RunError *error)
{
	Method method;
	Request *request;
	char *path;
	char *body;
	const char *problem;
	Wanted wanted = {0};

	line += strspn(line, BLANKS);
	if (*line == '\0' || *line == '#')
		return true;
	path = split_method(line, &method);
	if (path == NULL)
		return error_set(error, EXIT_BAD_USAGE,
						 "%s: unknown method \"%.*s\": use GET, HEAD, POST, "
						 "PUT, PATCH or DELETE",
						 where, (int) strcspn(line, BLANKS), line);
	body = path + strcspn(path, BLANKS);
	if (*body != '\0')
	{
		*body++ = '\0';
		body += strspn(body, BLANKS);
	}
	body = take_expect(body, &wanted);
	if (body == NULL)
		return error_set(error, EXIT_BAD_USAGE,
						 "%s: expect needs a status from 200 to 599, or rows, "
						 "json, text, empty or any",
						 where);
	if (!wanted.given)
		cut_expect(body, &wanted);
	problem = request_path_problem(path);
	if (problem == NULL && *body != '\0' && request_method_is_safe(method))
		problem = "GET and HEAD have no body, and a space in a path must be "
				  "written %20";
	if (problem != NULL)
		return error_set(error, EXIT_BAD_USAGE, "%s: %s: \"%.200s\"", where,
						 problem, path);
	request = request_add(list, method, path, request_path_group(list, path),
						  ROWS_UNKNOWN);
	set_expected(request, &wanted);
	if (*body == '\0')
		return true;
	if (is_form(body))
		request->type = memory_text("application/x-www-form-urlencoded");
	return read_body(request, name, body, error);
}

bool
request_read(RequestList *list, FILE *file, const char *name, RunError *error)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	bool ok = true;

	for (long number = 1; ok && (length = getline(&line, &room, file)) >= 0;
		 number++)
	{
		char *where = memory_format("%s:%ld", name, number);

		if (strlen(line) != (size_t) length)
			ok = error_set(error, EXIT_BAD_USAGE,
						   "%s: the line contains a zero byte", where);
		while (length > 0 && strchr(BLANKS, line[length - 1]) != NULL)
			line[--length] = '\0';
		ok = ok && read_line(list, line, name, where, error);
		free(where);
	}
	if (ok && ferror(file))
		ok = error_set(error, EXIT_CANNOT_RUN, "could not read \"%s\": %s",
					   name, strerror(errno));
	free(line);
	return ok;
}

void
request_free(RequestList *list)
{
	for (size_t i = 0; i < list->count; i++)
	{
		free(list->items[i].path);
		free(list->items[i].body);
		free(list->items[i].type);
		free(list->items[i].accept);
		expected_free(list->items[i].expected);
	}
	for (size_t i = 0; i < list->group_count; i++)
	{
		free(list->groups[i].name);
		free(list->groups[i].rows);
		free(list->groups[i].key);
		free(list->groups[i].path);
	}
	for (size_t i = 0; i < list->header_count; i++)
	{
		for (char **header = list->headers[i]; *header != NULL; header++)
			free(*header);
		free(list->headers[i]);
	}
	free(list->headers);
	free(list->sequence);
	free(list->times_us);
	free(list->cursor);
	free(list->items);
	free(list->groups);
	*list = (RequestList){0};
}
