/*-------------------------------------------------------------------------
 *
 * view.c
 *		The members of rows; see view.h.
 *
 * A row is an object of the tree. What is not among its own members is looked
 * for in those objects that formats wrap a row's members in.
 *
 *-------------------------------------------------------------------------
 */
#include "http/answer/view.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"

/* The longest path of --rows, --next and --key, in bytes. */
#define MAX_PATH 256

/* Objects in a row that hold its members. */
static const char *const envelopes[] = {"attributes", "_source", "node",
										"properties", "fields"};

#define ENVELOPES (sizeof(envelopes) / sizeof(envelopes[0]))

/* What a key is called where nothing says so. */
static const char *const key_names[] = {"id", "_id", "uuid", "ID", "Id"};

#define KEY_NAMES (sizeof(key_names) / sizeof(key_names[0]))

const char *
answer_path_problem(const char *path)
{
	if (path[0] == '\0')
		return "it is empty";
	if (strlen(path) > MAX_PATH)
		return "it is too long";
	for (const char *c = path; *c != '\0'; c++)
	{
		char *end;

		if ((unsigned char) *c < ' ' || *c == 0x7f)
			return "it has a control character";
		if (*c != '[')
			continue;
		(void) strtol(c + 1, &end, 10);
		if (end == c + 1 || *end != ']' || isspace((unsigned char) c[1]))
			return "in [ ] there must be a number, counted from 0, or from the "
				   "end with -1";
		c = end;
	}
	return NULL;
}

bool
answer_row_is_object(const AnswerView *view, size_t i)
{
	const JsonNode *node = &view->tree.nodes[view->rows[i]];

	return node->type == TREE_OBJECT && node->count > 0;
}

static bool
set_value(const AnswerView *view, uint32_t number, AnswerValue *value)
{
	const JsonNode *node;

	if (number == JSON_NONE)
		return false;
	node = &view->tree.nodes[number];
	*value = (AnswerValue){.type = (JsonType) node->type,
						   .text = view->tree.text + node->start,
						   .size = node->end - node->start,
						   .escaped = node->escaped};
	return true;
}

/* Calls `find` for a row, and for the objects that wrap its members. */
static uint32_t
find_in_row(const AnswerView *view, size_t i, const char *name,
			uint32_t (*find)(const JsonTree *tree, uint32_t node,
							 const char *name))
{
	const JsonTree *tree = &view->tree;
	uint32_t row = view->rows[i];
	uint32_t found = find(tree, row, name);

	for (size_t e = 0; e < ENVELOPES && found == JSON_NONE; e++)
	{
		uint32_t inner =
			json_tree_member(tree, row, envelopes[e], strlen(envelopes[e]));

		if (inner != JSON_NONE)
			found = find(tree, inner, name);
	}
	return found;
}

bool
answer_row_member(const AnswerView *view, size_t i, const char *path,
				  AnswerValue *value)
{
	return set_value(view, find_in_row(view, i, path, json_tree_path), value);
}

/* Returns whether two names differ in case, "_" and "-" at most. */
static bool
is_alike(const char *a, size_t n, const char *b)
{
	for (size_t i = 0;; i++, b++)
	{
		while (i < n && (a[i] == '_' || a[i] == '-'))
			i++;
		while (*b == '_' || *b == '-')
			b++;
		if (i == n || *b == '\0')
			return i == n && *b == '\0';
		if (tolower((unsigned char) a[i]) != tolower((unsigned char) *b))
			return false;
	}
}

static uint32_t
find_alike(const JsonTree *tree, uint32_t object, const char *name)
{
	const JsonNode *nodes = tree->nodes;

	if (nodes[object].type != TREE_OBJECT)
		return JSON_NONE;
	for (uint32_t i = object + 1; i < nodes[object].after;
		 i = nodes[i + 1].after)
		if (is_alike(tree->text + nodes[i].start, nodes[i].end - nodes[i].start,
					 name))
			return i + 1;
	return JSON_NONE;
}

static uint32_t
find_exact(const JsonTree *tree, uint32_t object, const char *name)
{
	return json_tree_member(tree, object, name, strlen(name));
}

bool
answer_row_column(const AnswerView *view, size_t i, const char *column,
				  AnswerValue *value)
{
	return set_value(view, find_in_row(view, i, column, find_exact), value) ||
		   set_value(view, find_in_row(view, i, column, find_alike), value);
}

bool
answer_row_key(const AnswerView *view, size_t i, const AnswerHow *how,
			   AnswerValue *value)
{
	if (how->key != NULL)
		return answer_row_member(view, i, how->key, value) ||
			   answer_row_column(view, i, how->key, value);
	for (size_t k = 0; k < KEY_NAMES; k++)
		if (answer_row_member(view, i, key_names[k], value))
			return true;
	return false;
}

char *
answer_value_text(const AnswerValue *value)
{
	char *text;

	if (!value->escaped)
		return memory_text_n(value->text, value->size);
	text = memory_zeroed(value->size + 1, 1);
	text[json_tree_unescape(value->text, value->size, text)] = '\0';
	return text;
}

bool
answer_value_equals(const AnswerValue *value, const char *text, size_t size)
{
	char *resolved;
	bool equal;

	if (!value->escaped)
		return value->size == size && memcmp(value->text, text, size) == 0;
	resolved = memory_zeroed(value->size + 1, 1);
	equal = json_tree_unescape(value->text, value->size, resolved) == size &&
			memcmp(resolved, text, size) == 0;
	free(resolved);
	return equal;
}
