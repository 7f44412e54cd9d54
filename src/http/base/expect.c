/*-------------------------------------------------------------------------
 *
 * expect.c
 *		What the user expects of every answer; see expect.h.
 *
 * A path is parsed into steps once. To check a body they are walked from its
 * root; [*] branches, and what must hold is asked at the end of each branch,
 * also where the path leads to nothing.
 *
 *-------------------------------------------------------------------------
 */
#include "http/base/expect.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"

/* So many bytes of a value are shown. */
#define SNIPPET_SIZE 80

/* Numbers are compared as such, whether they have decimals or not. */
#define JSON_FLAGS (JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL | JSON_DECODE_ANY)

typedef enum Operator
{
	IS_ABSENT,
	IS_PRESENT,
	EQUALS,
	DIFFERS,
	AT_MOST,
	AT_LEAST,
	LESS,
	MORE
} Operator;

/* The longer ones come first, as they begin like the shorter ones. */
static const struct
{
	const char *name;
	Operator operator;
	bool has_value;
} operators[] = {
	{"absent", IS_ABSENT, false},
	{"present", IS_PRESENT, false},
	{"==", EQUALS, true},
	{"!=", DIFFERS, true},
	{"<=", AT_MOST, true},
	{">=", AT_LEAST, true},
	{"=", EQUALS, true},
	{"<", LESS, true},
	{">", MORE, true},
};

#define OPERATORS (sizeof(operators) / sizeof(operators[0]))

typedef enum StepKind
{
	STEP_NAME,
	STEP_INDEX,
	STEP_EACH
} StepKind;

typedef struct Step
{
	StepKind kind;
	char *name;
	long index; /* a negative one counts from the end */
} Step;

struct JsonExpectation
{
	char *words; /* as they were given */
	Step *steps;
	size_t step_count;
	Operator operator;
	json_t *value; /* or NULL */
};

/* --- statuses ------------------------------------------------------------------ */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads three digits, or one and "xx". */
static bool
read_status(const char **at, StatusRange *range)
{
	const char *s = *at;

	if (s[0] < '1' || s[0] > '5')
		return false;
	if ((s[1] == 'x' && s[2] == 'x') || (s[1] == 'X' && s[2] == 'X'))
	{
		range->from = (s[0] - '0') * 100;
		range->to = range->from + 99;
	}
	else if (is_digit(s[1]) && is_digit(s[2]))
		range->from = range->to =
			(s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
	else
		return false;
	*at = s + 3;
	return true;
}

bool
expect_add_statuses(Expect *expect, const char *list)
{
	for (;;)
	{
		StatusRange range;
		StatusRange last;

		list += strspn(list, " ");
		if (!read_status(&list, &range))
			return false;
		if (*list == '-')
		{
			list++;
			if (!read_status(&list, &last) || last.to < range.from)
				return false;
			range.to = last.to;
		}
		expect->statuses = memory_resize(
			expect->statuses, expect->status_count + 1, sizeof(StatusRange));
		expect->statuses[expect->status_count++] = range;
		list += strspn(list, " ");
		if (*list == '\0')
			return true;
		if (*list++ != ',')
			return false;
	}
}

bool
expect_status(const Expect *expect, int status)
{
	if (expect == NULL || expect->status_count == 0)
		return status >= 200 && status <= 299;
	for (size_t i = 0; i < expect->status_count; i++)
		if (status >= expect->statuses[i].from &&
			status <= expect->statuses[i].to)
			return true;
	return false;
}

/* --- what must hold of JSON ------------------------------------------------------ */

static Step *
add_step(JsonExpectation *one, StepKind kind)
{
	one->steps = memory_resize(one->steps, one->step_count + 1, sizeof(Step));
	one->steps[one->step_count] = (Step){.kind = kind};
	return &one->steps[one->step_count++];
}

/* Reads ".name" or ".*" from behind the dot. */
static bool
read_member(JsonExpectation *one, const char **at)
{
	size_t length = strcspn(*at, ".[ \t=!<>");

	if (length == 0)
		return false;
	if (length == 1 && **at == '*')
		add_step(one, STEP_EACH);
	else
		add_step(one, STEP_NAME)->name = memory_text_n(*at, length);
	*at += length;
	return true;
}

/* Reads "[0]", "[*]", "['name']" or "[\"name\"]" from behind the bracket. */
static bool
read_element(JsonExpectation *one, const char **at)
{
	const char *s = *at;
	char *end;

	if (*s == '\'' || *s == '"')
	{
		const char *close = strchr(s + 1, *s);

		if (close == NULL)
			return false;
		add_step(one, STEP_NAME)->name =
			memory_text_n(s + 1, (size_t) (close - s - 1));
		s = close + 1;
	}
	else if (*s == '*')
	{
		add_step(one, STEP_EACH);
		s++;
	}
	else if (is_digit(*s) || (*s == '-' && is_digit(s[1])))
	{
		add_step(one, STEP_INDEX)->index = strtol(s, &end, 10);
		s = end;
	}
	if (*s != ']' || s == *at)
		return false;
	*at = s + 1;
	return true;
}

static const char *
read_path(JsonExpectation *one, const char **at)
{
	const char *s = *at + strspn(*at, " \t");

	if (*s++ != '$')
		return "the path must start with $, as in $.errors";
	for (;;)
	{
		char c = *s;

		if (c != '.' && c != '[')
			break;
		s++;
		if (!(c == '.' ? read_member(one, &s) : read_element(one, &s)))
			return "a step of the path must be .name, ['name'], [0] or [*]";
	}
	*at = s;
	return NULL;
}

static void
strip(char *text)
{
	size_t length = strlen(text);

	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		text[--length] = '\0';
}

/* The value is JSON, or else a string without its quotes. */
static json_t *
read_value(const char *text)
{
	char *stripped = memory_text(text);
	json_t *value;

	strip(stripped);
	value = json_loads(stripped, JSON_FLAGS, NULL);
	if (value == NULL)
		value = json_string(stripped);
	free(stripped);
	return value;
}

static const char *
read_rest(JsonExpectation *one, const char *rest)
{
	rest += strspn(rest, " \t");
	for (size_t i = 0; i < OPERATORS; i++)
	{
		size_t length = strlen(operators[i].name);
		const char *value = rest + length;

		if (strncmp(rest, operators[i].name, length) != 0)
			continue;
		value += strspn(value, " \t");
		if (operators[i].has_value != (*value != '\0'))
			continue;
		one->operator= operators[i].operator;
		one->value = operators[i].has_value ? read_value(value) : NULL;
		if (operators[i].has_value && one->value == NULL)
			return "the value is not UTF-8";
		if (one->operator>= AT_MOST && !json_is_number(one->value))
			return "<, <=, > and >= compare with a number";
		return NULL;
	}
	return "say absent, present, = VALUE, != VALUE, < N, <= N, > N or >= N";
}

bool
expect_is_operator(const char *word)
{
	for (size_t i = 0; i < OPERATORS; i++)
	{
		size_t length = strlen(operators[i].name);

		if (strncmp(word, operators[i].name, length) == 0 &&
			(operators[i].has_value || word[length] == '\0'))
			return true;
	}
	return false;
}

static void
free_one(JsonExpectation *one)
{
	for (size_t i = 0; i < one->step_count; i++)
		free(one->steps[i].name);
	free(one->steps);
	free(one->words);
	json_decref(one->value);
	free(one);
}

const char *
expect_add_json(Expect *expect, const char *words)
{
	JsonExpectation *one = memory_zeroed(1, sizeof(JsonExpectation));
	const char *at = words;
	const char *problem = read_path(one, &at);

	if (problem == NULL)
		problem = read_rest(one, at);
	if (problem != NULL)
	{
		free_one(one);
		return problem;
	}
	one->words = memory_text(words);
	expect->json = memory_resize(expect->json, expect->json_count + 1,
								 sizeof(JsonExpectation *));
	expect->json[expect->json_count++] = one;
	return NULL;
}

void
expect_free(Expect *expect)
{
	for (size_t i = 0; i < expect->json_count; i++)
		free_one(expect->json[i]);
	free(expect->json);
	free(expect->statuses);
	*expect = (Expect){0};
}

/* Returns whether it holds for what a branch leads to; NULL is nothing. */
static bool
holds(const JsonExpectation *one, const json_t *found)
{
	double number;
	double limit;

	switch (one->operator)
	{
		case IS_ABSENT:
			return found == NULL || json_is_null(found);
		case IS_PRESENT:
			return found != NULL && !json_is_null(found);
		case EQUALS:
			return found != NULL && json_equal(found, one->value);
		case DIFFERS:
			return found == NULL || !json_equal(found, one->value);
		default:
			break;
	}
	if (!json_is_number(found))
		return false;
	number = json_number_value(found);
	limit = json_number_value(one->value);
	return one->operator== AT_MOST    ? number <= limit
		   : one->operator== AT_LEAST ? number >= limit
		   : one->operator== LESS     ? number < limit
									  : number> limit;
}

/* Returns the element or member that a step leads to, or NULL. */
static json_t *
follow_step(const Step *step, const json_t *from)
{
	size_t size = json_array_size(from);
	size_t from_end;

	if (step->kind == STEP_NAME)
		return json_object_get(from, step->name);
	if (step->index >= 0)
		return json_array_get(from, (size_t) step->index);
	/* The least number, which strtol() makes of lower ones, has no opposite. */
	from_end = 0 - (size_t) step->index;
	return from_end <= size ? json_array_get(from, size - from_end) : NULL;
}

/*
 * Walks the steps from number `at` on. Returns false, and *wrong, for the first
 * branch for which it does not hold.
 */
static bool
walk(const JsonExpectation *one, size_t at, json_t *from, const json_t **wrong)
{
	if (from != NULL && at < one->step_count &&
		one->steps[at].kind == STEP_EACH)
	{
		const char *key;
		json_t *value;
		size_t i;

		/* The macros assign to what they iterate with. */
		json_array_foreach(from, i, value)
		{
			if (!walk(one, at + 1, value, wrong))
				return false;
		}
		json_object_foreach(from, key, value)
		{
			if (!walk(one, at + 1, value, wrong))
				return false;
		}
		if (json_is_array(from) || json_is_object(from))
			return true;
		from = NULL;
	}
	if (from != NULL && at < one->step_count)
		return walk(one, at + 1, follow_step(&one->steps[at], from), wrong);
	*wrong = from;
	return holds(one, from);
}

static void
tell(const JsonExpectation *one, const json_t *wrong, char *problem,
	 size_t room)
{
	char *found = json_dumps(wrong, JSON_ENCODE_ANY | JSON_COMPACT);
	char snippet[SNIPPET_SIZE];

	if (found == NULL)
		(void) snprintf(problem, room, "expected %s: it is not there",
						one->words);
	else
	{
		text_copy_printable(snippet, sizeof(snippet), found, strlen(found));
		(void) snprintf(problem, room, "expected %s: it is %s", one->words,
						snippet);
	}
	free(found);
}

bool
expect_json(const Expect *expect, const char *body, size_t size, char *problem,
			size_t room)
{
	json_error_t error;
	json_t *root;
	bool ok = true;

	if (expect == NULL || expect->json_count == 0)
		return true;
	root = json_loadb(body != NULL ? body : "", size, JSON_FLAGS, &error);
	if (root == NULL)
	{
		(void) snprintf(problem, room, "expected %s: the body is not JSON",
						expect->json[0]->words);
		return false;
	}
	for (size_t i = 0; ok && i < expect->json_count; i++)
	{
		const json_t *wrong = NULL;

		ok = walk(expect->json[i], 0, root, &wrong);
		if (!ok)
			tell(expect->json[i], wrong, problem, room);
	}
	json_decref(root);
	return ok;
}
