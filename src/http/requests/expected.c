/*-------------------------------------------------------------------------
 *
 * expected.c
 *		What the answer to a request should hold; see expected.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/requests/expected.h"

#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"

static uint32_t
member(const Expected *expected, const char *name)
{
	return json_tree_member(&expected->tree, 0, name, strlen(name));
}

static char *
text_of(const Expected *expected, uint32_t number)
{
	const JsonNode *node = &expected->tree.nodes[number];
	char *text = memory_zeroed(node->end - node->start + 1, 1);

	text[json_tree_unescape(expected->tree.text + node->start,
							node->end - node->start, text)] = '\0';
	return text;
}

/* Sets *number from a number, or a string that is one; null leaves it alone. */
static bool
read_number(const Expected *expected, uint32_t at, int64_t *number)
{
	char *text;
	bool ok;

	if (at == JSON_NONE)
		return false;
	if (expected->tree.nodes[at].type == TREE_NULL)
		return true;
	text = text_of(expected, at);
	ok = text_to_integer(text, 0, INT64_MAX, number);
	free(text);
	return ok;
}

static bool
is_array(const Expected *expected, uint32_t at)
{
	return at != JSON_NONE && expected->tree.nodes[at].type == TREE_ARRAY;
}

static bool
read_key(Expected *expected)
{
	uint32_t array = member(expected, "key");
	const JsonNode *nodes = expected->tree.nodes;

	if (!is_array(expected, array))
		return false;
	expected->key = memory_zeroed(nodes[array].count + 1, sizeof(char *));
	for (uint32_t i = array + 1; i < nodes[array].after; i = nodes[i].after)
		expected->key[expected->key_count++] = text_of(expected, i);
	return true;
}

static bool
read_rows(Expected *expected)
{
	uint32_t array = member(expected, "rows");
	const JsonNode *nodes = expected->tree.nodes;

	if (!is_array(expected, array))
		return false;
	expected->rows = memory_zeroed(nodes[array].count + 1, sizeof(uint32_t));
	for (uint32_t i = array + 1; i < nodes[array].after; i = nodes[i].after)
		expected->rows[expected->row_count++] = i;
	return true;
}

static bool
read_ties(Expected *expected)
{
	uint32_t array = member(expected, "ties");
	const JsonNode *nodes = expected->tree.nodes;
	size_t count = 0;

	if (!is_array(expected, array))
		return array != JSON_NONE;
	if (nodes[array].count != expected->row_count)
		return false;
	expected->ties = memory_zeroed(expected->row_count + 1, sizeof(int64_t));
	for (uint32_t i = array + 1; i < nodes[array].after; i = nodes[i].after)
		if (!read_number(expected, i, &expected->ties[count++]))
			return false;
	return true;
}

Expected *
expected_read(const char *json)
{
	Expected *expected = memory_zeroed(1, sizeof(Expected));
	uint32_t whole;

	expected->text = memory_text(json);
	expected->limit = expected->page = expected->count = EXPECTED_NONE;
	if (json_tree_parse(&expected->tree, expected->text, strlen(expected->text),
						false) &&
		expected->tree.nodes[0].type == TREE_OBJECT && read_key(expected) &&
		read_rows(expected) && read_ties(expected) &&
		read_number(expected, member(expected, "limit"), &expected->limit) &&
		read_number(expected, member(expected, "page"), &expected->page) &&
		read_number(expected, member(expected, "count"), &expected->count) &&
		expected->count != EXPECTED_NONE &&
		(whole = member(expected, "whole")) != JSON_NONE)
	{
		expected->whole = expected->tree.nodes[whole].type == TREE_TRUE;
		return expected;
	}
	expected_free(expected);
	return NULL;
}

void
expected_free(Expected *expected)
{
	if (expected == NULL)
		return;
	for (size_t i = 0; i < expected->key_count; i++)
		free(expected->key[i]);
	free(expected->key);
	free(expected->rows);
	free(expected->ties);
	json_tree_free(&expected->tree);
	free(expected->text);
	free(expected);
}

bool
expected_value(const Expected *expected, size_t i, const char *column,
			   AnswerValue *value)
{
	uint32_t at = json_tree_member(&expected->tree, expected->rows[i], column,
								   strlen(column));
	const JsonNode *node;

	if (at == JSON_NONE)
		return false;
	node = &expected->tree.nodes[at];
	*value = (AnswerValue){.type = (JsonType) node->type,
						   .text = expected->tree.text + node->start,
						   .size = node->end - node->start,
						   .escaped = node->escaped};
	return true;
}
