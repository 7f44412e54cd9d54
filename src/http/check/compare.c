/*-------------------------------------------------------------------------
 *
 * compare.c
 *		Compares the rows of an answer with those of the database; see compare.h.
 *
 * Row by row, the key is looked for at its own place, or, where ORDER BY leaves
 * rows equal, among the equal ones that were not answered yet. The search is linear
 * there: ties of more than a few rows are rare, and no more than a page has them.
 *
 *-------------------------------------------------------------------------
 */
#include "http/check/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"
#include "http/check/same_value.h"

/* So much of a value is shown, in bytes. */
#define SHOWN 48

#define NOWHERE ((size_t) -1)

static void
show(char *to, const AnswerValue *value)
{
	bool quoted = value->type == TREE_STRING;
	char text[SHOWN];

	text_copy_printable(text, sizeof(text), value->text, value->size);
	(void) snprintf(to, SHOWN + 8, "%s%s%s%s", quoted ? "\"" : "", text,
					value->size >= sizeof(text) ? "..." : "",
					quoted ? "\"" : "");
}

/* --- keys ------------------------------------------------------------------- */

/* Finds column k of the key in row i of the answer. */
static bool
key_of(const CompareHow *how, const Expected *expected, const AnswerView *view,
	   size_t i, size_t k, AnswerValue *value)
{
	if (how->key != NULL && expected->key_count == 1)
		return answer_row_member(view, i, how->key, value) ||
			   answer_row_column(view, i, how->key, value);
	return answer_row_column(view, i, expected->key[k], value);
}

/* Is row i of the answer row j of the database? */
static bool
is_row(const CompareHow *how, const Expected *expected, const AnswerView *view,
	   size_t i, size_t j)
{
	for (size_t k = 0; k < expected->key_count; k++)
	{
		AnswerValue answered;
		AnswerValue stored;

		if (!key_of(how, expected, view, i, k, &answered) ||
			!expected_value(expected, j, expected->key[k], &stored) ||
			!same_value(&answered, &stored))
			return false;
	}
	return true;
}

/* Finds a row of the answer that has the same key as row i, before it. */
static size_t
find_again(const CompareHow *how, const Expected *expected,
		   const AnswerView *view, size_t i)
{
	for (size_t j = 0; j < i; j++)
	{
		bool same = true;

		for (size_t k = 0; same && k < expected->key_count; k++)
		{
			AnswerValue a;
			AnswerValue b;

			same = key_of(how, expected, view, i, k, &a) &&
				   key_of(how, expected, view, j, k, &b) && same_value(&a, &b);
		}
		if (same)
			return j;
	}
	return NOWHERE;
}

/* Finds row i of the answer anywhere in the database's, from `from` on. */
static size_t
find_row(const CompareHow *how, const Expected *expected,
		 const AnswerView *view, size_t i, size_t from)
{
	for (size_t j = from; j < expected->row_count; j++)
		if (is_row(how, expected, view, i, j))
			return j;
	return NOWHERE;
}

static void
show_key(const Expected *expected, size_t j, char *to)
{
	AnswerValue value;

	to[0] = '\0';
	if (expected_value(expected, j, expected->key[0], &value))
		show(to, &value);
}

/* --- rows ------------------------------------------------------------------- */

/* Tells what is wrong with a row whose key cannot be read; false if it can. */
static bool
lacks_key(const CompareHow *how, const Expected *expected,
		  const AnswerView *view, size_t i, char *text)
{
	AnswerValue value;

	if (!answer_row_is_object(view, i))
	{
		(void) snprintf(text, COMPARE_TEXT_SIZE,
						"row %zu is not an object with members", i + 1);
		return true;
	}
	for (size_t k = 0; k < expected->key_count; k++)
	{
		if (key_of(how, expected, view, i, k, &value))
			continue;
		(void) snprintf(text, COMPARE_TEXT_SIZE,
						"row %zu has no member \"%.40s\", the query's key "
						"(--key names another)",
						i + 1, how->key != NULL ? how->key : expected->key[k]);
		return true;
	}
	return false;
}

/* Row i of the page is row g of all pages. */
static void
tell_row(const CompareHow *how, const Expected *expected,
		 const AnswerView *view, size_t i, const CompareState *state,
		 char *text)
{
	size_t g = state->next + i;
	AnswerValue value;
	char answered[SHOWN + 8] = "";
	char stored[SHOWN + 8] = "";
	size_t again = find_again(how, expected, view, i);
	size_t found = find_row(how, expected, view, i, 0);

	if (key_of(how, expected, view, i, 0, &value))
		show(answered, &value);
	if (again != NOWHERE)
		again += state->next;
	else if (found < g && state->taken[found] != 0 && expected->ties == NULL)
		again = found;
	if (again != NOWHERE)
		(void) snprintf(text, COMPARE_TEXT_SIZE,
						"row %zu is row %zu again: %.30s %s", g + 1, again + 1,
						expected->key[0], answered);
	else if (g >= expected->row_count)
		(void) snprintf(text, COMPARE_TEXT_SIZE,
						"row %zu has %.30s %s, the database has no more rows",
						g + 1, expected->key[0], answered);
	else
	{
		show_key(expected, g, stored);
		(void) snprintf(text, COMPARE_TEXT_SIZE,
						"row %zu has %.30s %s, the database has %s there%s",
						g + 1, expected->key[0], answered, stored,
						found == NOWHERE ? ", and no such row" : "");
	}
}

static bool
is_ignored(const CompareHow *how, const char *column, size_t size)
{
	for (size_t i = 0; i < how->ignore_count; i++)
		if (strlen(how->ignore[i]) == size &&
			memcmp(how->ignore[i], column, size) == 0)
			return true;
	return false;
}

/*
 * Compares the columns of a row. A column without a member is missing if most of
 * the others have one: an API that gives its members names of its own is compared
 * by those that it does not.
 */
static bool
differs(const CompareHow *how, const Expected *expected, const AnswerView *view,
		size_t i, size_t j, char *text)
{
	const JsonTree *tree = &expected->tree;
	uint32_t row = expected->rows[j];
	char missing[COMPARE_TEXT_SIZE] = "";
	int found = 0;
	int lacking = 0;

	for (uint32_t at = row + 1; at < tree->nodes[row].after;
		 at = tree->nodes[at + 1].after)
	{
		const JsonNode *name = &tree->nodes[at];
		char *column =
			memory_text_n(tree->text + name->start, name->end - name->start);
		AnswerValue stored;
		AnswerValue answered;
		bool same = true;

		if (is_ignored(how, column, strlen(column)) ||
			!expected_value(expected, j, column, &stored))
			;
		else if (answer_row_column(view, i, column, &answered))
		{
			found++;
			same = same_value(&answered, &stored);
		}
		/* An API may leave out what is null. */
		else if (stored.type != TREE_NULL && lacking++ == 0)
			(void) snprintf(missing, sizeof(missing),
							"row %zu has no member for the column %.60s "
							"(--ignore leaves it out)",
							i + 1, column);
		if (!same)
		{
			char before[SHOWN + 8];
			char after[SHOWN + 8];

			show(after, &answered);
			show(before, &stored);
			(void) snprintf(text, COMPARE_TEXT_SIZE,
							"row %zu: %.30s is %s, the database has %s", i + 1,
							column, after, before);
			free(column);
			return true;
		}
		free(column);
	}
	if (lacking == 0 || found <= lacking)
		return false;
	memcpy(text, missing, COMPARE_TEXT_SIZE);
	return true;
}

/*
 * Returns the row of the database that row i is: that of its place g, or one that
 * ORDER BY leaves equal to it and that is not taken yet.
 */
static size_t
match(const CompareHow *how, const Expected *expected, const AnswerView *view,
	  size_t i, size_t g, const char *taken)
{
	size_t j = g;

	if (expected->ties == NULL)
		return is_row(how, expected, view, i, g) ? g : NOWHERE;
	while (j > 0 && expected->ties[j - 1] == expected->ties[g])
		j--;
	for (; j < expected->row_count && expected->ties[j] == expected->ties[g];
		 j++)
		if (taken[j] == 0 && is_row(how, expected, view, i, j))
			return j;
	return NOWHERE;
}

/* Are rows equal to row g among those that the database did not list? */
static bool
is_open(const Expected *expected, size_t g)
{
	return !expected->whole && expected->ties != NULL &&
		   expected->ties[g] == expected->ties[expected->row_count - 1];
}

/* Compares row i of a page. */
static Difference
compare_row(const CompareHow *how, const Expected *expected,
			CompareState *state, const AnswerView *view, size_t i, char *text)
{
	size_t g = state->next + i;
	size_t j = NOWHERE;

	if (lacks_key(how, expected, view, i, text))
		return DIFFERENCE_ROW;
	if (g >= expected->row_count && !expected->whole)
		return DIFFERENCE_NONE;
	if (g < expected->row_count)
		j = match(how, expected, view, i, g, state->taken);
	if (j != NOWHERE)
	{
		state->taken[j] = 1;
		return how->columns && differs(how, expected, view, i, j, text)
				   ? DIFFERENCE_COLUMN
				   : DIFFERENCE_NONE;
	}
	if (g < expected->row_count && is_open(expected, g) &&
		find_again(how, expected, view, i) == NOWHERE)
		return DIFFERENCE_NONE;
	tell_row(how, expected, view, i, state, text);
	return DIFFERENCE_ROW;
}

Difference
compare_page(const CompareHow *how, const Expected *expected,
			 CompareState *state, const AnswerView *view, char *text)
{
	Difference difference = DIFFERENCE_NONE;

	text[0] = '\0';
	if (state->taken == NULL)
		state->taken = memory_zeroed(expected->row_count + 1, 1);
	for (size_t i = 0; difference == DIFFERENCE_NONE && i < view->count; i++)
		difference = compare_row(how, expected, state, view, i, text);
	state->next += view->count;
	return difference;
}

Difference
compare_pages_end(const Expected *expected, CompareState *state, bool complete,
				  char *text)
{
	size_t rows = state->next;
	char stored[SHOWN + 8];

	free(state->taken);
	*state = (CompareState){0};
	if (!complete || !expected->whole || rows >= expected->row_count)
		return DIFFERENCE_NONE;
	show_key(expected, rows, stored);
	(void) snprintf(text, COMPARE_TEXT_SIZE,
					"the pages end after %zu of %zu rows: %.30s %s is missing",
					rows, expected->row_count, expected->key[0], stored);
	return DIFFERENCE_ROW;
}

Difference
compare_rows(const CompareHow *how, const Expected *expected,
			 const AnswerView *view, char *text)
{
	CompareState state = {0};
	Difference difference = compare_page(how, expected, &state, view, text);

	free(state.taken);
	return difference;
}

/* --- two bodies --------------------------------------------------------------- */

static bool
same_bytes(const JsonTree *a, uint32_t i, const JsonTree *b, uint32_t j)
{
	const JsonNode *x = &a->nodes[i];
	const JsonNode *y = &b->nodes[j];

	return x->type == y->type && x->end - x->start == y->end - y->start &&
		   memcmp(a->text + x->start, b->text + y->start, x->end - x->start) ==
			   0;
}

static void
show_node(const JsonTree *tree, uint32_t number, char *to)
{
	const JsonNode *node = &tree->nodes[number];
	AnswerValue value = {.type = (JsonType) node->type,
						 .text = tree->text + node->start,
						 .size = node->end - node->start};

	show(to, &value);
}

/* Tells the first member that differs; returns false if none does. */
static bool
tell_member(const JsonTree *a, uint32_t i, const JsonTree *b, uint32_t j,
			const char *of, uint32_t but, char *text)
{
	if (a->nodes[i].type != TREE_OBJECT || b->nodes[j].type != TREE_OBJECT)
		return false;
	for (uint32_t at = i + 1; at < a->nodes[i].after;
		 at = a->nodes[at + 1].after)
	{
		const JsonNode *name = &a->nodes[at];
		const char *column = a->text + name->start;
		int size = (int) (name->end - name->start);
		uint32_t other = json_tree_member(b, j, column, (size_t) size);
		char before[SHOWN + 8];
		char after[SHOWN + 8] = "";

		if (at + 1 == but ||
			(other != JSON_NONE && same_bytes(a, at + 1, b, other)))
			continue;
		size = size < 40 ? size : 40;
		show_node(a, at + 1, before);
		if (other != JSON_NONE)
			show_node(b, other, after);
		if (other == JSON_NONE)
			(void) snprintf(text, COMPARE_TEXT_SIZE, "%s%.*s was %s, is gone",
							of, size, column, before);
		else
			(void) snprintf(text, COMPARE_TEXT_SIZE, "%s%.*s was %s, is %s", of,
							size, column, before, after);
		return true;
	}
	return false;
}

/* Tells the first row that differs; returns false if none does. */
static bool
tell_changed_row(const AnswerView *before, const AnswerView *after,
				 const AnswerHow *how, char *text)
{
	for (size_t i = 0; i < before->count && i < after->count; i++)
	{
		uint32_t x = before->rows[i];
		uint32_t y = after->rows[i];
		AnswerValue old;
		AnswerValue new;
		char of[40];
		char shown[2][SHOWN + 8];

		if (same_bytes(&before->tree, x, &after->tree, y))
			continue;
		(void) snprintf(of, sizeof(of), "row %zu: ", i + 1);
		if (answer_row_key(before, i, how, &old) &&
			answer_row_key(after, i, how, &new) && !same_value(&new, &old))
		{
			show(shown[0], &old);
			show(shown[1], &new);
			(void) snprintf(text, COMPARE_TEXT_SIZE, "%swas %s, is %s", of,
							shown[0], shown[1]);
		}
		else if (!tell_member(&before->tree, x, &after->tree, y, of, JSON_NONE,
							  text))
			(void) snprintf(text, COMPARE_TEXT_SIZE,
							"row %zu has other members or another order of "
							"them",
							i + 1);
		return true;
	}
	return false;
}

void
compare_bodies(const AnswerView *before, const AnswerView *after,
			   const AnswerHow *how, char *text)
{
	text[0] = '\0';
	if (before->state != ANSWER_ROWS || after->state != ANSWER_ROWS ||
		tell_changed_row(before, after, how, text))
		return;
	if (before->count != after->count)
		(void) snprintf(text, COMPARE_TEXT_SIZE, "had %zu rows, has %zu",
						before->count, after->count);
	else
		(void) tell_member(&before->tree, 0, &after->tree, 0, "",
						   before->count > 0 && before->rows[0] > 0
							   ? before->rows[0] - 1
							   : JSON_NONE,
						   text);
}

/* Are the rows of the answer that the database has in the database's order? */
static bool
is_in_order(const CompareHow *how, const Expected *expected,
			const AnswerView *view)
{
	size_t next = 0;

	if (expected->ties != NULL)
		return true;
	for (size_t i = 0; i < view->count; i++)
	{
		size_t found = find_row(how, expected, view, i, 0);

		if (found == NOWHERE)
			continue;
		if (found < next)
			return false;
		next = found + 1;
	}
	return true;
}

bool
compare_between(const CompareHow *how, const Expected *before,
				const Expected *after, const AnswerView *view)
{
	char text[COMPARE_TEXT_SIZE];

	for (size_t i = 0; i < view->count; i++)
		if (lacks_key(how, before, view, i, text) ||
			find_again(how, before, view, i) != NOWHERE ||
			(find_row(how, before, view, i, 0) == NOWHERE &&
			 find_row(how, after, view, i, 0) == NOWHERE))
			return false;
	return is_in_order(how, before, view) && is_in_order(how, after, view);
}
