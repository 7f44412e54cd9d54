/*-------------------------------------------------------------------------
 *
 * json_tree.c
 *		Parses JSON into an array of nodes; see json_tree.h.
 *
 * One loop goes over the text, with a stack of the arrays and objects that are
 * open, so that no depth can overflow the stack of the thread. Most bytes of
 * a body are in strings, which are therefore skipped eight at a time.
 *
 *-------------------------------------------------------------------------
 */
#include "http/answer/json_tree.h"

#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"

typedef struct Scan
{
	JsonTree *tree;
	const unsigned char *at;
	const unsigned char *end;
	uint32_t open[JSON_MAX_DEPTH]; /* the arrays and objects around `at` */
	int depth;
} Scan;

static bool
fail(Scan *scan, const char *problem)
{
	if (scan->tree->problem == NULL)
	{
		scan->tree->problem = problem;
		scan->tree->problem_at =
			(size_t) (scan->at - (const unsigned char *) scan->tree->text);
	}
	return false;
}

static uint32_t
offset(const Scan *scan)
{
	return (uint32_t) (scan->at - (const unsigned char *) scan->tree->text);
}

/* Adds a node that begins here; returns its number. */
static uint32_t
add(Scan *scan, JsonType type)
{
	JsonTree *tree = scan->tree;

	if (tree->count >= tree->room)
		tree->nodes = memory_grow(tree->nodes, (size_t) tree->count + 1,
								  &tree->room, sizeof(JsonNode));
	tree->nodes[tree->count] = (JsonNode){.start = offset(scan),
										  .after = tree->count + 1,
										  .type = (unsigned) type & 7};
	return tree->count++;
}

static void
skip_blanks(Scan *scan)
{
	while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\n' ||
									*scan->at == '\r' || *scan->at == '\t'))
		scan->at++;
}

/* --- strings ---------------------------------------------------------------- */

/* Returns whether one of eight bytes ends a run of plain ones. */
static bool
has_special(uint64_t bytes)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t tops = UINT64_C(0x8080808080808080);
	uint64_t quote = bytes ^ ones * '"';
	uint64_t slash = bytes ^ ones * '\\';

	return (((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
			(bytes - ones * 0x20) | bytes) &
		   tops;
}

static const unsigned char *
skip_plain(const unsigned char *at, const unsigned char *end)
{
	uint64_t bytes;

	while (end - at >= (ptrdiff_t) sizeof(bytes))
	{
		memcpy(&bytes, at, sizeof(bytes));
		if (has_special(bytes))
			break;
		at += sizeof(bytes);
	}
	while (at < end && *at >= 0x20 && *at < 0x80 && *at != '"' && *at != '\\')
		at++;
	return at;
}

/* Returns the length of the character of UTF-8 at `at`, or 0 if it is none. */
static int
utf8_length(const unsigned char *at, const unsigned char *end)
{
	int length = *at >= 0xf0 ? 4 : *at >= 0xe0 ? 3 : 2;

	if (*at < 0xc2 || *at > 0xf4 || end - at < length)
		return 0;
	for (int i = 1; i < length; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	/* Longer than need be, a surrogate, or above U+10FFFF */
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
		(at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return length;
}

/* Reads four hexadecimal digits; returns -1 if they are none. */
static int
hex4(const unsigned char *at, const unsigned char *end)
{
	int value = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++)
	{
		int c = at[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
					: c >= 'a' && c <= 'f' ? c - 'a' + 10
					: c >= 'A' && c <= 'F' ? c - 'A' + 10
										   : -1;

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* Returns how long the escape at a backslash is, or 0 if it is none. */
static int
escape_length(const unsigned char *at, const unsigned char *end)
{
	int code;

	if (end - at < 2)
		return 0;
	if (at[1] != 'u')
		return memchr("\"\\/bfnrt", at[1], 8) != NULL ? 2 : 0;
	code = hex4(at + 2, end);
	if (code < 0 || (code >= 0xdc00 && code <= 0xdfff))
		return 0;
	if (code < 0xd800 || code > 0xdbff)
		return 6;
	if (end - at < 12 || at[6] != '\\' || at[7] != 'u')
		return 0;
	code = hex4(at + 8, end);
	return code >= 0xdc00 && code <= 0xdfff ? 12 : 0;
}

/* Reads a string, of which the quote is next. */
static bool
read_string(Scan *scan)
{
	uint32_t number;
	int length;

	scan->at++;
	number = add(scan, TREE_STRING);
	for (;;)
	{
		scan->at = skip_plain(scan->at, scan->end);
		if (scan->at == scan->end)
			return fail(scan, "a string does not end");
		if (*scan->at == '"')
			break;
		if (*scan->at < 0x20)
			return fail(scan, "a control character in a string");
		length = *scan->at == '\\' ? escape_length(scan->at, scan->end)
								   : utf8_length(scan->at, scan->end);
		if (length == 0)
			return fail(scan, *scan->at == '\\' ? "an invalid escape"
												: "bytes that are not UTF-8");
		if (*scan->at == '\\')
			scan->tree->nodes[number].escaped = 1;
		scan->at += length;
	}
	scan->tree->nodes[number].end = offset(scan);
	scan->at++;
	return true;
}

/* --- the other values --------------------------------------------------------- */

static const unsigned char *
skip_digits(const unsigned char *at, const unsigned char *end)
{
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at;
}

static bool
read_number(Scan *scan)
{
	const unsigned char *end = scan->end;
	uint32_t number = add(scan, TREE_NUMBER);
	const unsigned char *at = scan->at + (*scan->at == '-');
	const unsigned char *digits = at;

	at = skip_digits(at, end);
	if (at == digits || (*digits == '0' && at - digits > 1))
		return fail(scan, "an invalid number");
	if (at < end && *at == '.')
	{
		digits = ++at;
		at = skip_digits(at, end);
		if (at == digits)
			return fail(scan, "an invalid number");
	}
	if (at < end && (*at == 'e' || *at == 'E'))
	{
		at++;
		if (at < end && (*at == '+' || *at == '-'))
			at++;
		digits = at;
		at = skip_digits(at, end);
		if (at == digits)
			return fail(scan, "an invalid number");
	}
	scan->at = at;
	scan->tree->nodes[number].end = offset(scan);
	return true;
}

static bool
read_word(Scan *scan, const char *word, JsonType type)
{
	size_t length = strlen(word);
	uint32_t number;

	if ((size_t) (scan->end - scan->at) < length ||
		memcmp(scan->at, word, length) != 0)
		return fail(scan, "a word that is no value");
	number = add(scan, type);
	scan->at += length;
	scan->tree->nodes[number].end = offset(scan);
	return true;
}

static bool
open_container(Scan *scan)
{
	if (scan->depth == JSON_MAX_DEPTH)
		return fail(scan, "nested too deeply");
	scan->open[scan->depth++] =
		add(scan, *scan->at == '{' ? TREE_OBJECT : TREE_ARRAY);
	scan->at++;
	return true;
}

static bool
read_value(Scan *scan)
{
	if (scan->at == scan->end)
		return fail(scan, "the text ends too early");
	switch (*scan->at)
	{
		case '{':
		case '[':
			return open_container(scan);
		case '"':
			return read_string(scan);
		case 't':
			return read_word(scan, "true", TREE_TRUE);
		case 'f':
			return read_word(scan, "false", TREE_FALSE);
		case 'n':
			return read_word(scan, "null", TREE_NULL);
		default:
			if (*scan->at == '-' || (*scan->at >= '0' && *scan->at <= '9'))
				return read_number(scan);
			return fail(scan, "what stands here begins no value");
	}
}

/* Reads "name": of a member. */
static bool
read_name(Scan *scan)
{
	skip_blanks(scan);
	if (scan->at == scan->end || *scan->at != '"')
		return fail(scan, "a member has no name");
	if (!read_string(scan))
		return false;
	skip_blanks(scan);
	if (scan->at == scan->end || *scan->at != ':')
		return fail(scan, "a name has no colon after it");
	scan->at++;
	skip_blanks(scan);
	return true;
}

/*
 * Goes on in the innermost array or object: reads what is before its next
 * value, or its end. *value says which.
 */
static bool
go_on(Scan *scan, bool *value)
{
	uint32_t number = scan->open[scan->depth - 1];
	JsonNode *node = &scan->tree->nodes[number];
	unsigned char closing = node->type == TREE_OBJECT ? '}' : ']';

	skip_blanks(scan);
	*value = false;
	if (scan->at == scan->end)
		return fail(scan, "the text ends too early");
	if (*scan->at == closing)
	{
		scan->at++;
		node->end = offset(scan);
		node->after = scan->tree->count;
		scan->depth--;
		return true;
	}
	if (node->count > 0)
	{
		if (*scan->at != ',')
			return fail(scan, "a comma or an end is missing");
		scan->at++;
		skip_blanks(scan);
	}
	node->count++;
	*value = true;
	return node->type != TREE_OBJECT || read_name(scan);
}

/* Reads a whole value. */
static bool
read_root(Scan *scan)
{
	bool value = true;

	do
	{
		if (value && !read_value(scan))
			return false;
		value = false;
		if (scan->depth > 0 && !go_on(scan, &value))
			return false;
	} while (scan->depth > 0 || value);
	scan->tree->roots++;
	return true;
}

/* Returns whether the text has ended, or a line feed is before what follows. */
static bool
next_line(Scan *scan, bool *ended)
{
	const unsigned char *from = scan->at;

	skip_blanks(scan);
	*ended = scan->at == scan->end;
	return *ended || memchr(from, '\n', (size_t) (scan->at - from)) != NULL;
}

bool
json_tree_parse(JsonTree *tree, const char *text, size_t n, bool lines)
{
	Scan scan = {.tree = tree,
				 .at = (const unsigned char *) text,
				 .end = (const unsigned char *) text + n};
	bool ended = false;

	tree->text = text;
	tree->count = 0;
	tree->roots = 0;
	tree->problem = NULL;
	tree->problem_at = 0;
	if (n >= UINT32_MAX)
		return fail(&scan, "too large");
	/* Some frameworks begin with a byte order mark. */
	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		scan.at += 3;
	skip_blanks(&scan);
	if (lines && scan.at == scan.end)
		return true;
	do
	{
		if (!read_root(&scan))
			return false;
		if (!next_line(&scan, &ended) || (!lines && !ended))
			return fail(&scan, "more text follows the value");
	} while (!ended);
	return true;
}

void
json_tree_free(JsonTree *tree)
{
	free(tree->nodes);
	*tree = (JsonTree){0};
}

/* --- what is where -------------------------------------------------------------- */

static bool
is_named(const JsonTree *tree, const JsonNode *name, const char *wanted,
		 size_t size)
{
	size_t length = name->end - name->start;
	char buffer[256];

	if (!name->escaped)
		return length == size &&
			   memcmp(tree->text + name->start, wanted, size) == 0;
	return length <= sizeof(buffer) &&
		   json_tree_unescape(tree->text + name->start, length, buffer) ==
			   size &&
		   memcmp(buffer, wanted, size) == 0;
}

/* As with most parsers, the last member of a name counts. */
uint32_t
json_tree_member(const JsonTree *tree, uint32_t object, const char *name,
				 size_t size)
{
	const JsonNode *nodes = tree->nodes;
	uint32_t found = JSON_NONE;

	if (object == JSON_NONE || nodes[object].type != TREE_OBJECT)
		return JSON_NONE;
	for (uint32_t i = object + 1; i < nodes[object].after;
		 i = nodes[i + 1].after)
		if (is_named(tree, &nodes[i], name, size))
			found = i + 1;
	return found;
}

uint32_t
json_tree_element(const JsonTree *tree, uint32_t array, int64_t i)
{
	const JsonNode *nodes = tree->nodes;
	uint32_t element = array + 1;

	if (array == JSON_NONE || nodes[array].type != TREE_ARRAY)
		return JSON_NONE;
	if (i < 0)
		i += nodes[array].count;
	if (i < 0 || i >= nodes[array].count)
		return JSON_NONE;
	while (i-- > 0)
		element = nodes[element].after;
	return element;
}

/* Follows "[i]" as often as it is there; sets *path to what comes after. */
static uint32_t
follow_indexes(const JsonTree *tree, uint32_t node, const char **path)
{
	while (**path == '[')
	{
		char *end;
		long i = strtol(*path + 1, &end, 10);

		node = json_tree_element(tree, node, i);
		*path = *end == ']' ? end + 1 : end;
	}
	return node;
}

static uint32_t
follow_path(const JsonTree *tree, uint32_t node, const char *path)
{
	size_t length = strlen(path);
	uint32_t found = JSON_NONE;

	if (node == JSON_NONE || length == 0)
		return node;
	/* The longest name first: "@odata.nextLink" is one. */
	for (size_t i = length; i > 0 && found == JSON_NONE; i--)
	{
		const char *rest = path + i;
		uint32_t member;

		if (*rest != '\0' && *rest != '.' && *rest != '[')
			continue;
		member = json_tree_member(tree, node, path, i);
		if (member == JSON_NONE)
			continue;
		member = follow_indexes(tree, member, &rest);
		found = follow_path(tree, member, rest + (*rest == '.'));
	}
	return found;
}

uint32_t
json_tree_path(const JsonTree *tree, uint32_t node, const char *path)
{
	if (tree->count == 0)
		return JSON_NONE;
	if (path[0] == '$' && (path[1] == '.' || path[1] == '[' || path[1] == '\0'))
		path += path[1] == '.' ? 2 : 1;
	if (*path == '[')
	{
		node = follow_indexes(tree, node, &path);
		path += *path == '.';
	}
	return follow_path(tree, node, path);
}

/* --- escapes -------------------------------------------------------------------- */

static size_t
put_utf8(unsigned long code, char *to)
{
	if (code < 0x80)
	{
		to[0] = (char) code;
		return 1;
	}
	if (code < 0x800)
	{
		to[0] = (char) (0xc0 | code >> 6);
		to[1] = (char) (0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000)
	{
		to[0] = (char) (0xe0 | code >> 12);
		to[1] = (char) (0x80 | (code >> 6 & 0x3f));
		to[2] = (char) (0x80 | (code & 0x3f));
		return 3;
	}
	to[0] = (char) (0xf0 | code >> 18);
	to[1] = (char) (0x80 | (code >> 12 & 0x3f));
	to[2] = (char) (0x80 | (code >> 6 & 0x3f));
	to[3] = (char) (0x80 | (code & 0x3f));
	return 4;
}

size_t
json_tree_unescape(const char *text, size_t n, char *to)
{
	static const char letters[] = "bfnrt";
	static const char meant[] = "\b\f\n\r\t";
	const unsigned char *at = (const unsigned char *) text;
	const unsigned char *end = at + n;
	size_t size = 0;

	while (at < end)
	{
		int length = *at == '\\' ? escape_length(at, end) : 0;
		const char *letter;

		if (length == 0)
		{
			to[size++] = (char) *at++;
			continue;
		}
		if (length == 2)
		{
			letter = strchr(letters, at[1]);
			to[size++] =
				letter != NULL ? meant[letter - letters] : (char) at[1];
		}
		else
		{
			unsigned long code = (unsigned long) hex4(at + 2, end);

			if (length == 12)
				code = 0x10000 + ((code - 0xd800) << 10) +
					   (unsigned long) (hex4(at + 8, end) - 0xdc00);
			size += put_utf8(code, to + size);
		}
		at += length;
	}
	return size;
}
