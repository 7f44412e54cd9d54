/*-------------------------------------------------------------------------
 *
 * same_value.c
 *		Decides whether an API's value says what the database's does.
 *
 * Texts are compared byte by byte first, which settles nearly all. Arrays and
 * objects are parsed once more, and compared from the outside to the inside.
 *
 *-------------------------------------------------------------------------
 */
#include "http/check/same_value.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The longest text that may be a number or a moment. */
#define SHORT_TEXT 64

/* Copies a short text as it is; returns false if it is long or has escapes. */
static bool
copy_short(const AnswerValue *value, char text[SHORT_TEXT])
{
	if (value->size >= SHORT_TEXT || value->escaped)
		return false;
	memcpy(text, value->text, value->size);
	text[value->size] = '\0';
	return true;
}

/* Reads n digits. */
static bool
read_digits(const char **at, int n, int *number)
{
	*number = 0;
	for (; n > 0; n--, (*at)++)
	{
		if (**at < '0' || **at > '9')
			return false;
		*number = *number * 10 + (**at - '0');
	}
	return true;
}

static bool
skip(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* Days since 1970-01-01; years begin on March 1 here. */
static int64_t
day_number(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = month > 2 ? month - 3 : month + 9;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 -
		   719468;
}

/* Reads the fraction of a second; returns how many digits it has. */
static int
read_fraction(const char **at, int64_t *us)
{
	int digits = 0;
	int64_t unit = 100000;

	if (**at != '.' && **at != ',')
		return 0;
	for ((*at)++; **at >= '0' && **at <= '9'; (*at)++, digits++, unit /= 10)
		*us += (**at - '0') * unit;
	return digits;
}

/* Reads Z, +01, +0100 or +01:00; nothing is UTC. */
static bool
read_zone(const char *at, int64_t *us)
{
	int sign = *at == '-' ? 1 : -1;
	int hours;
	int minutes = 0;

	if (*at == '\0' || strcmp(at, "Z") == 0 || strcmp(at, "z") == 0)
		return true;
	if (*at != '+' && *at != '-')
		return false;
	at++;
	if (!read_digits(&at, 2, &hours))
		return false;
	(void) skip(&at, ':');
	if (*at != '\0' && !read_digits(&at, 2, &minutes))
		return false;
	*us += sign * (hours * INT64_C(3600) + minutes * INT64_C(60)) * 1000000;
	return *at == '\0';
}

/*
 * Reads a moment in ISO 8601, in microseconds since 1970; *digits is how many
 * digits its fraction has.
 */
static bool
read_moment(const char *at, int64_t *us, int *digits)
{
	int year;
	int month;
	int day;
	int hour = 0;
	int minute = 0;
	int second = 0;

	*digits = 0;
	if (!read_digits(&at, 4, &year) || !skip(&at, '-') ||
		!read_digits(&at, 2, &month) || !skip(&at, '-') ||
		!read_digits(&at, 2, &day))
		return false;
	*us = day_number(year, month, day) * INT64_C(86400000000);
	if (*at == '\0')
		return true;
	if ((!skip(&at, 'T') && !skip(&at, ' ')) || !read_digits(&at, 2, &hour) ||
		!skip(&at, ':') || !read_digits(&at, 2, &minute))
		return false;
	if (skip(&at, ':') && !read_digits(&at, 2, &second))
		return false;
	*us += (hour * INT64_C(3600) + minute * INT64_C(60) + second) * 1000000;
	*digits = read_fraction(&at, us);
	return read_zone(at, us);
}

/* The same moment, as exactly as the answer tells it. */
static bool
same_moment(const char *answered, const char *stored)
{
	int64_t a;
	int64_t b;
	int64_t unit = 1000000;
	int digits;
	int unused;

	if (!read_moment(answered, &a, &digits) ||
		!read_moment(stored, &b, &unused))
		return false;
	for (; digits > 0 && unit > 1; digits--)
		unit /= 10;
	return a - b < unit && b - a < unit;
}

static bool
read_number(const char *text, long double *number)
{
	char *end;

	if (strspn(text, "+-.0123456789eE") != strlen(text) || text[0] == '\0')
		return false;
	*number = strtold(text, &end);
	return *end == '\0';
}

/* A moment as seconds or milliseconds since 1970. */
static bool
same_epoch(const char *answered, const char *stored)
{
	long double number;
	int64_t us;
	int unused;

	if (!read_number(answered, &number) || !read_moment(stored, &us, &unused))
		return false;
	return (int64_t) number == us / 1000000 || (int64_t) number == us / 1000;
}

static bool
same_number(const char *answered, const char *stored)
{
	long double a;
	long double b;

	return read_number(answered, &a) && read_number(stored, &b) && a == b;
}

static bool
is_truth(const AnswerValue *stored, const char *answered)
{
	return (stored->type == TREE_TRUE && strcmp(answered, "1") == 0) ||
		   (stored->type == TREE_FALSE && strcmp(answered, "0") == 0);
}

static bool
same_text(const AnswerValue *answered, const AnswerValue *stored)
{
	char *text;
	bool same;

	if (!answered->escaped && !stored->escaped)
		return answered->size == stored->size &&
			   memcmp(answered->text, stored->text, stored->size) == 0;
	text = answer_value_text(stored);
	same = answer_value_equals(answered, text, strlen(text));
	free(text);
	return same;
}

static bool
same_scalar(const AnswerValue *answered, const AnswerValue *stored)
{
	char a[SHORT_TEXT];
	char b[SHORT_TEXT];

	if (answered->type == stored->type && same_text(answered, stored))
		return true;
	/* "\\x": bytes, which APIs write in forms of their own. */
	if (stored->type == TREE_STRING && stored->size >= 3 &&
		strncmp(stored->text, "\\\\x", 3) == 0)
		return true;
	if (!copy_short(answered, a) || !copy_short(stored, b))
		return false;
	if (answered->type == TREE_STRING && stored->type == TREE_STRING)
		return same_moment(a, b);
	if (answered->type == TREE_NUMBER && stored->type == TREE_STRING)
		return same_epoch(a, b);
	if (stored->type == TREE_NUMBER &&
		(answered->type == TREE_NUMBER || answered->type == TREE_STRING))
		return same_number(a, b);
	return answered->type == TREE_NUMBER && is_truth(stored, a);
}

/* --- arrays and objects --------------------------------------------------- */

static AnswerValue
value_of(const JsonTree *tree, uint32_t number)
{
	const JsonNode *node = &tree->nodes[number];

	return (AnswerValue){.type = (JsonType) node->type,
						 .text = tree->text + node->start,
						 .size = node->end - node->start,
						 .escaped = node->escaped};
}

static bool same_node(const JsonTree *a, uint32_t i, const JsonTree *b,
					  uint32_t j);

static bool
same_elements(const JsonTree *a, uint32_t i, const JsonTree *b, uint32_t j)
{
	uint32_t end = a->nodes[i].after;

	for (i++, j++; i < end; i = a->nodes[i].after, j = b->nodes[j].after)
		if (!same_node(a, i, b, j))
			return false;
	return true;
}

static bool
same_members(const JsonTree *a, uint32_t i, const JsonTree *b, uint32_t j)
{
	uint32_t end = a->nodes[i].after;

	for (i++; i < end; i = a->nodes[i + 1].after)
	{
		uint32_t other = json_tree_member(b, j, a->text + a->nodes[i].start,
										  a->nodes[i].end - a->nodes[i].start);

		if (other == JSON_NONE || !same_node(a, i + 1, b, other))
			return false;
	}
	return true;
}

static bool
same_node(const JsonTree *a, uint32_t i, const JsonTree *b, uint32_t j)
{
	const JsonNode *x = &a->nodes[i];
	const JsonNode *y = &b->nodes[j];
	AnswerValue answered = value_of(a, i);
	AnswerValue stored = value_of(b, j);

	if (x->type < TREE_ARRAY || y->type < TREE_ARRAY)
		return x->type < TREE_ARRAY && y->type < TREE_ARRAY &&
			   same_scalar(&answered, &stored);
	if (x->type != y->type || x->count != y->count)
		return false;
	return x->type == TREE_ARRAY ? same_elements(a, i, b, j)
								 : same_members(a, i, b, j);
}

static bool
same_container(const AnswerValue *answered, const AnswerValue *stored)
{
	JsonTree a = {0};
	JsonTree b = {0};
	bool same;

	if (answered->size == stored->size &&
		memcmp(answered->text, stored->text, stored->size) == 0)
		return true;
	same = json_tree_parse(&a, answered->text, answered->size, false) &&
		   json_tree_parse(&b, stored->text, stored->size, false) &&
		   same_node(&a, 0, &b, 0);
	json_tree_free(&a);
	json_tree_free(&b);
	return same;
}

bool
same_value(const AnswerValue *answered, const AnswerValue *stored)
{
	bool object = answered->type >= TREE_ARRAY;

	if (object && stored->type >= TREE_ARRAY)
		return same_container(answered, stored);
	if (object)
		return stored->type == TREE_STRING;
	return stored->type < TREE_ARRAY && same_scalar(answered, stored);
}
