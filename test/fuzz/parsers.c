/*-------------------------------------------------------------------------
 *
 * parsers.c
 *		libFuzzer's entry to each pure parser; FUZZ_TARGET names one.
 *
 * Beside what the sanitizers find, each target checks what its parser promises,
 * and aborts where that does not hold. make fuzz-parsers runs all of them.
 *
 *-------------------------------------------------------------------------
 */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/sql_token.h"
#include "exchange/named_params.h"
#include "exchange/query_file.h"
#include "http/answer/answer.h"
#include "http/base/expect.h"
#include "http/base/text.h"
#include "http/base/unpack.h"
#include "http/check/redact.h"
#include "http/cli/options.h"
#include "http/client/jar.h"
#include "http/client/parser.h"
#include "http/client/redirect.h"
#include "http/requests/expected.h"
#include "http/requests/request.h"
#include "http/requests/source.h"
#include "record/comment_split.h"
#include "record/comment_tags.h"
#include "record/mend.h"
#include "record/mend_params.h"
#include "record/segment_code.h"
#include "report/sql_lines.h"
#include "shared/url_template.h"

extern int LLVMFuzzerInitialize(int *argc, char ***argv);
extern int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a parser promises. */
static void
promise(bool holds, const char *what)
{
	if (!holds)
	{
		fprintf(stderr, "broken promise: %s\n", what);
		abort();
	}
}

/* A copy that is no larger than it says, with a zero behind it or without. */
static char *
copy(const char *data, size_t size, bool zero)
{
	char *text = malloc(size + (zero ? 1 : 0));

	if (size > 0)
		memcpy(text, data, size);
	if (zero)
		text[size] = '\0';
	return text;
}

/* Takes the text up to a line's end; the rest follows in *data. */
static char *
take_line(const char **data, size_t *size)
{
	const char *end = *size == 0 ? NULL : memchr(*data, '\n', *size);
	size_t length = end == NULL ? *size : (size_t) (end - *data);
	char *line = copy(*data, length, true);

	*data += end == NULL ? length : length + 1;
	*size -= end == NULL ? length : length + 1;
	return line;
}

/* ---- texts of SQL ---- */

static void
fuzz_sql_token(const char *data, size_t size)
{
	char *text = copy(data, size, false);
	const char *at = text;

	while (true)
	{
		SqlToken token = sql_token_read(at, text + size);

		if (token.kind == SQL_TOKEN_END)
			break;
		promise(token.start == at && token.length > 0 &&
					token.length <= (size_t) (text + size - at),
				"a token is a part of the text, and none is empty");
		(void) sql_token_is(&token, "select");
		at += token.length;
	}
	promise(at == text + size, "tokens are all of the text");
	free(text);
}

static bool
is_space(char c)
{
	return c != '\0' && strchr(" \t\n\r\f\v", c) != NULL;
}

static void
fuzz_sql_lines(const char *data, size_t size)
{
	char *text = copy(data, size, true);
	char *lines = malloc(sql_lines_room(strlen(text)));
	const char *a = text;
	const char *b = lines;

	sql_lines_break(text, lines);
	promise(strlen(lines) < sql_lines_room(strlen(text)), "there is room");
	while (*a != '\0' || *b != '\0')
	{
		while (is_space(*a))
			a++;
		while (is_space(*b))
			b++;
		promise(*a == *b, "lines differ from the text by space alone");
		if (*a == '\0')
			break;
		a++;
		b++;
	}
	free(lines);
	free(text);
}

static void
fuzz_comments(const char *data, size_t size)
{
	char *text = copy(data, size, false);

	for (int escapes = 0; escapes < 2; escapes++)
	{
		CommentSplit split = comment_split(text, size, escapes != 0);
		char *comment = malloc(size + 1);
		char *kept;
		char *tags;
		size_t length;

		promise(split.start <= split.end && split.end <= size,
				"a statement is a part of the text");
		(void) comment_is_all(text, size);
		(void) comment_is_there(text, size, split);
		length = comment_copy(text, size, split, comment);
		promise(length <= size, "comments are no longer than the text");
		kept = malloc(length + 5);
		promise(comment_keep_request(comment, length, kept) <= length + 5,
				"what is kept has room");
		free(kept);
		free(comment);

		comment = copy(data, size, true);
		tags = malloc(COMMENT_TAGS_ROOM(strlen(comment)));
		(void) comment_tags_write(comment, escapes != 0, tags);
		promise(strlen(tags) < COMMENT_TAGS_ROOM(strlen(comment)),
				"tags have room");
		promise(*tags == '{' && tags[strlen(tags) - 1] == '}',
				"tags are an object");
		free(tags);
		free(comment);
	}
	free(text);
}

static void
fuzz_mend(const char *data, size_t size)
{
	char *text = copy(data, size, false);
	MendToken *tokens = malloc(MEND_TOKENS(size) * sizeof(MendToken));
	char *mended = malloc(MEND_ROOM(size));
	MendParam params[8];

	if (mend_text(text, size, tokens, mended) == NULL)
	{
		size_t length = strlen(mended);
		char *again = copy(mended, length, true);
		char *cast = malloc(length + 64);

		promise(length < MEND_ROOM(size), "what is mended has room");
		promise(mend_params(mended, length, params, 8) >= 0, "a number");
		(void) mend_cast(mended, length, 1, "integer", cast, length + 64);
		mend_params_renumber(again);
		promise(strlen(again) <= length, "numbers do not become longer");
		free(cast);
		free(again);
	}
	free(mended);
	free(tokens);
	free(text);
}

static void
fuzz_query_file(const char *data, size_t size)
{
	static const char *const keys[] = {"name",  "path", "case",
									   "types", "role", NULL};
	char *text = copy(data, size, false);
	QueryFile file;
	QueryFileItem item;
	size_t n = 0;

	query_file_start(&file, text, size, keys);
	do
	{
		char *buffer;
		const char *at;
		bool writes;
		QueryFileForm form;

		item = query_file_next(&file);
		promise(n++ <= size + 2, "a file comes to its end");
		if (item.kind == QUERY_FILE_FAULT || item.kind == QUERY_FILE_END)
			break;
		promise(item.value >= text &&
					item.value + item.value_length <= text + size,
				"a value is a part of the file");
		buffer = malloc(2 * item.value_length + 1);
		(void) query_file_text(item.value, item.value_length, buffer);
		at = item.value;
		while (at != NULL &&
			   query_file_element(&at, item.value + item.value_length,
								  buffer) != QUERY_FILE_MALFORMED &&
			   at != NULL)
			promise(at <= item.value + item.value_length, "a list ends");
		promise(query_file_name(item.value, item.value_length, &form,
								&writes) <= item.value_length,
				"a name is a part of the value");
		for (int i = 0; i < 2; i++)
			promise(named_params_number(item.value, item.value_length,
										i == 0 ? NAMED_PARAMS_COLON
											   : NAMED_PARAMS_SQLC,
										buffer) <= 2 * item.value_length,
					"numbers have room");
		free(buffer);
	} while (true);
	free(text);
}

static void
fuzz_named_params(const char *data, size_t size)
{
	char *text = copy(data, size, false);
	char *buffer = malloc(2 * size + 1);

	for (int i = 0; i < 2; i++)
		promise(named_params_number(
					text, size, i == 0 ? NAMED_PARAMS_COLON : NAMED_PARAMS_SQLC,
					buffer) <= 2 * size,
				"numbers have room");
	free(buffer);
	buffer = malloc(size + 1);
	(void) query_file_text(text, size, buffer);
	free(buffer);
	free(text);
}

static void
fuzz_segment_code(const char *data, size_t size)
{
	char *text = copy(data, size, false);
	const char *at = text;
	size_t left = size;
	uint64_t number;
	int64_t from = 0;

	while (left > 0 && segment_code_take(&at, &left, &number))
	{
		char bytes[SEGMENT_CODE_MOST];
		const char *back = bytes;
		char *end = segment_code_put(bytes, number);
		size_t length = (size_t) (end - bytes);
		uint64_t again;
		int64_t signed_again;

		promise(segment_code_take(&back, &length, &again) && again == number &&
					length == 0,
				"a number is read as it was written");
		end = segment_code_put_from(bytes, from, (int64_t) number);
		back = bytes;
		length = (size_t) (end - bytes);
		promise(segment_code_take_from(&back, &length, from, &signed_again) &&
					signed_again == (int64_t) number,
				"a difference is read as it was written");
		from = (int64_t) number;
	}
	free(text);
}

/* ---- paths ---- */

static void
fuzz_url_template(const char *data, size_t size)
{
	char *template = take_line(&data, &size);
	char *args[4];
	char *values[4];
	size_t length;
	char *path;
	char *buffer;

	for (int i = 0; i < 4; i++)
		args[i] = take_line(&data, &size);
	(void) url_template_highest_parameter(template);
	length =
		url_template_expand(NULL, 0, template, 4, (const char *const *) args);
	path = malloc(length + 1);
	promise(url_template_expand(path, length + 1, template, 4,
								(const char *const *) args) == length &&
				strlen(path) == length,
			"a path is as long as was said");
	buffer = malloc(strlen(template) + length + 2);
	if (url_template_match(template, path, 4, values, buffer) &&
		url_template_body(template) == NULL)
	{
		char *again = malloc(3 * length + 1);

		(void) url_template_expand(again, 3 * length + 1, template, 4,
								   (const char *const *) values);
		promise(strcmp(again, path) == 0,
				"values that match make the same path");
		free(again);
	}
	free(buffer);
	buffer = malloc(strlen(template) + strlen(args[0]) + 2);
	(void) url_template_match(template, args[0], 4, values, buffer);
	free(buffer);
	(void) request_path_problem(path);
	(void) redirect_stays(args[1], args[2]);
	free(path);
	free(template);
	for (int i = 0; i < 4; i++)
		free(args[i]);
}

/* ---- answers ---- */

static void
fuzz_json(const char *data, size_t size)
{
	char *text = copy(data, size, false);
	JsonTree tree = {0};
	json_t *other = json_loadb(text, size, JSON_DECODE_ANY, NULL);
	bool ok = json_tree_parse(&tree, text, size, false);

	/* The other one takes a zero for the end. */
	promise(other == NULL || ok || memchr(text, 0, size) != NULL,
			"what another parser takes for JSON, is");
	if (ok)
	{
		(void) json_tree_path(&tree, 0, "$.a[0].b");
		(void) json_tree_path(&tree, 0, "a[-1]");
		for (uint32_t i = 0; i < tree.count; i++)
		{
			const JsonNode *node = &tree.nodes[i];
			char *to;

			promise(node->start <= node->end && node->end <= size &&
						node->after > i && node->after <= tree.count,
					"a node is a part of the text");
			if (node->type != TREE_STRING)
				continue;
			to = malloc(node->end - node->start);
			promise(json_tree_unescape(text + node->start,
									   node->end - node->start,
									   to) <= node->end - node->start,
					"a text without escapes is no longer");
			free(to);
		}
	}
	(void) json_tree_parse(&tree, text, size, true);
	json_tree_free(&tree);
	json_decref(other);
	free(text);
}

static void
fuzz_rows(const char *data, size_t size)
{
	char *type = take_line(&data, &size);
	char *link = take_line(&data, &size);
	char *path = take_line(&data, &size);
	char *rows = take_line(&data, &size);
	char *text = copy(data, size, false);
	AnswerBody body = {text, size, type, link, path};

	for (int next = NEXT_FOUND; next <= NEXT_AFTER; next++)
	{
		AnswerHow how = {
			.rows = *rows == '\0' || answer_path_problem(rows) != NULL ? NULL
																	   : rows,
			.by_key = next == NEXT_PAGE,
			.or_object = next == NEXT_OFFSET,
			.next = (NextHow) next,
			.next_path = "next",
			.next_parameter = "page"};
		AnswerView view = {0};
		AnswerNext found = {0};

		if (answer_open(&view, &body, &how) == ANSWER_ROWS)
		{
			for (size_t i = 0; i < view.count && i < 20; i++)
			{
				AnswerValue value;

				if (answer_row_key(&view, i, &how, &value) ||
					answer_row_column(&view, i, "start_date", &value))
				{
					char *as_text = answer_value_text(&value);

					promise(
						answer_value_equals(&value, as_text, strlen(as_text)) ||
							memchr(as_text, 0, 1) != NULL || value.escaped,
						"a value equals its own text");
					free(as_text);
				}
			}
			answer_next(&view, &body, &how, &found);
			free(found.text);
			free(found.parameter);
		}
		answer_free(&view);
	}
	expected_free(expected_read(link));
	free(text);
	free(type);
	free(link);
	free(path);
	free(rows);
}

static void
fuzz_answer(const char *data, size_t size)
{
	Parser whole = {0};
	Parser pieces = {0};
	bool head = size > 0 && data[0] == 'h';
	bool heads = size > 1 && data[1] != 'n';
	size_t step = size > 2 ? (unsigned char) data[2] % 7 + 1 : 1;

	if (size < 3)
		return;
	data += 3;
	size -= 3;
	parser_start(&whole, head, heads, 4096);
	parser_start(&pieces, head, heads, 4096);
	if (size > 0 && parser_feed(&whole, data, size) == PARSER_MORE)
		(void) parser_end(&whole);
	for (size_t at = 0; at < size && pieces.state == PARSER_MORE; at += step)
	{
		char *piece =
			copy(data + at, size - at < step ? size - at : step, false);

		(void) parser_feed(&pieces, piece, size - at < step ? size - at : step);
		free(piece);
	}
	if (pieces.state == PARSER_MORE)
		(void) parser_end(&pieces);
	if (whole.state == PARSER_DONE)
	{
		promise(pieces.state == PARSER_DONE && pieces.status == whole.status &&
					pieces.body_size == whole.body_size &&
					(whole.body_size == 0 ||
					 memcmp(pieces.body, whole.body, whole.body_size) == 0),
				"an answer is the same in pieces");
		(void) parser_is_json(&whole);
	}
	else if (whole.state == PARSER_BROKEN)
		promise(parser_problem(&whole) != NULL, "what is broken says why");
	parser_free(&whole);
	parser_free(&pieces);
}

static void
fuzz_unpack(const char *data, size_t size)
{
	static const char *const encodings[] = {"gzip", "br", "deflate",
											"gzip, br"};
	Unpacked into = {0};
	char *text = copy(data, size, false);

	for (int i = 0; i < 4; i++)
		(void) unpack_body(encodings[i], text, size, 100000, &into);
	free(into.data);
	free(text);
}

static void
fuzz_jar(const char *data, size_t size)
{
	char *path = take_line(&data, &size);
	char *given = take_line(&data, &size);
	char *lines = copy(data, size, true);
	Jar jar = {0};
	char shown[50];

	jar_add(&jar, given);
	jar_take(&jar, lines, "/a", path, 1000000000);
	(void) jar_line(&jar, "/a", path, false, 1000000001);
	jar_take(&jar, lines, "", "/", 1000000000);
	(void) jar_line(&jar, "", path, true, 1900000001);
	jar_free(&jar);
	(void) redact_is_needed(given, lines);
	text_copy_printable(shown, sizeof(shown), lines, strlen(lines));
	for (const char *at = shown; *at != '\0'; at++)
		promise((unsigned char) *at >= 0x20 && *at != 0x7f,
				"what is shown has no control character");
	free(path);
	free(given);
	free(lines);
}

static void
fuzz_expect(const char *data, size_t size)
{
	char *statuses = take_line(&data, &size);
	char *words = take_line(&data, &size);
	char *body = copy(data, size, false);
	char problem[200];
	Expect expect = {0};
	int64_t us;
	double number;

	if (expect_add_statuses(&expect, statuses))
		(void) expect_status(&expect, 204);
	if (expect_add_json(&expect, words) == NULL)
		(void) expect_json(&expect, body, size, problem, sizeof(problem));
	expect_free(&expect);
	(void) text_to_duration(statuses, &us);
	(void) text_to_decimal(words, &number);
	(void) text_to_integer(words, 0, 1000, &us);
	free(statuses);
	free(words);
	free(body);
}

/* ---- requests ---- */

static void
fuzz_requests(const char *data, size_t size)
{
	char *text = copy(data, size, true);
	FILE *file;
	RequestList list = {0};
	RunError error = {0};

	/* No file of the machine is read. */
	for (size_t i = 0; i < size; i++)
		if (text[i] == '@')
			text[i] = 'a';
	file = size > 0 ? fmemopen(text, size, "r") : NULL;
	if (file != NULL)
	{
		(void) request_read(&list, file, "fuzz", &error);
		fclose(file);
	}
	request_free(&list);
	free(text);
}

/* HAR and access logs, as a file. */
static void
fuzz_traffic(const char *data, size_t size)
{
	static char name[] = "/tmp/perfcheck-fuzz-XXXXXX";
	static int fd = -1;
	Settings settings = {.url = (char *) "http://localhost:3001/api"};
	RequestList list = {0};
	RunError error = {0};

	if (size == 0 || memchr(data, '@', size) != NULL)
		return;
	if (fd < 0 && (fd = mkstemp(name)) < 0)
		abort();
	if (ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t) size)
		abort();
	settings.requests_file = name;
	settings.replay = data[size - 1] == 'r';
	(void) source_read(&list, &settings, &error);
	request_free(&list);
}

static void
fuzz_options(const char *data, size_t size)
{
	char *text = copy(data, size, true);
	char *words[34] = {(char *) "perfcheck-http"};
	int count = 1;
	Settings settings = {0};
	RunError error = {0};

	for (char *word = text; word != NULL && count < 32;)
	{
		char *end = strchr(word, '\n');

		if (end != NULL)
			*end++ = '\0';
		words[count++] = word;
		word = end;
	}
	if (options_parse(count, words, &settings, &error))
		options_free(&settings);
	else
		promise(error.message[0] != '\0', "what is refused says why");
	free(text);
}

/* ---- which one ---- */

static const struct
{
	const char *name;
	void (*run)(const char *data, size_t size);
} targets[] = {{"answer", fuzz_answer},
			   {"comments", fuzz_comments},
			   {"expect", fuzz_expect},
			   {"jar", fuzz_jar},
			   {"json", fuzz_json},
			   {"mend", fuzz_mend},
			   {"named_params", fuzz_named_params},
			   {"options", fuzz_options},
			   {"query_file", fuzz_query_file},
			   {"requests", fuzz_requests},
			   {"rows", fuzz_rows},
			   {"segment_code", fuzz_segment_code},
			   {"sql_lines", fuzz_sql_lines},
			   {"sql_token", fuzz_sql_token},
			   {"traffic", fuzz_traffic},
			   {"unpack", fuzz_unpack},
			   {"url_template", fuzz_url_template}};

static void (*target)(const char *data, size_t size);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("FUZZ_TARGET");

	(void) argc;
	(void) argv;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		if (name != NULL && strcmp(name, targets[i].name) == 0)
			target = targets[i].run;
		else if (name == NULL)
			printf("%s\n", targets[i].name);
	if (target == NULL)
		exit(name == NULL ? 0 : 2);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	target((const char *) data, size);
	return 0;
}
