/*-------------------------------------------------------------------------
 *
 * pattern.c
 *		Makes text that a regular expression matches.
 *
 * The expression is gone through from left to right, and what matches it is put down.
 * What a quantifier repeats is gone through as often.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

#include "shared/splitmix64.h"

#include "populate/pattern.h"

/* Where a quantifier has no end, it repeats up to this many times more. */
#define PATTERN_MORE 3

/* A text of more bytes is cut. */
#define PATTERN_LONGEST 1000

typedef struct PatternState
{
	const char *at;
	uint64 random;
	uint64 drawn;
	StringInfo out;
} PatternState;

static void put_alternatives(PatternState *state);

static uint64
draw(PatternState *state, uint64 n)
{
	return splitmix64_number(state->random, state->drawn++) % Max(n, 1);
}

/* The characters that a class of one letter stands for; NULL: the letter. */
static const char *
class_of(char letter)
{
	switch (letter)
	{
		case 'd':
			return "0123456789";
		case 'w':
			return "abcdefghijklmnopqrstuvwxyz0123456789_";
		case 's':
			return " ";
		case 'D':
		case 'W':
		case 'S':
			return letter == 'W' ? "-" : "abcdefghijklmnopqrstuvwxyz";
	}
	return NULL;
}

static void
put_one_of(PatternState *state, const char *characters)
{
	appendStringInfoChar(state->out,
						 characters[draw(state, strlen(characters))]);
}

/* A class in brackets, whose first bracket was read. */
static void
put_bracket(PatternState *state)
{
	bool member[128] = {false};
	bool negated = *state->at == '^';
	char characters[129];
	int n = 0;
	const char *first;

	if (negated)
		state->at++;
	first = state->at;
	while (*state->at != '\0' && (*state->at != ']' || state->at == first))
	{
		unsigned char low = *state->at++;
		unsigned char high;

		if (low == '[' && *state->at == ':')
		{
			const char *name = state->at + 1;
			const char *end = strstr(name, ":]");

			for (int c = 33; c < 127; c++)
				if ((strncmp(name, "digit", 5) == 0 && c >= '0' && c <= '9') ||
					(strncmp(name, "upper", 5) == 0 && c >= 'A' && c <= 'Z') ||
					((strncmp(name, "lower", 5) == 0 ||
					  strncmp(name, "al", 2) == 0) &&
					 c >= 'a' && c <= 'z'))
					member[c] = true;
			state->at = end == NULL ? strchr(name, '\0') : end + 2;
			continue;
		}
		if (low == '\\' && *state->at != '\0')
		{
			const char *named = class_of(*state->at);

			low = *state->at++;
			for (; named != NULL && *named != '\0'; named++)
				member[(unsigned char) *named] = true;
			if (class_of(low) != NULL)
				continue;
		}
		high = low;
		if (state->at[0] == '-' && state->at[1] != ']' && state->at[1] != '\0')
		{
			high = state->at[1];
			state->at += 2;
		}
		for (int c = low; c <= high && c < 128; c++)
			member[c] = true;
	}
	if (*state->at == ']')
		state->at++;
	for (int c = negated ? '0' : 1; c < (negated ? 'z' + 1 : 128); c++)
		if (member[c] != negated &&
			(!negated || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')))
			characters[n++] = (char) c;
	characters[n] = '\0';
	if (n > 0)
		put_one_of(state, characters);
}

/* One character, class or group. */
static void
put_atom(PatternState *state)
{
	char c = *state->at++;

	if (c == '(')
	{
		if (state->at[0] == '?' && state->at[1] == ':')
			state->at += 2;
		put_alternatives(state);
		if (*state->at == ')')
			state->at++;
	}
	else if (c == '[')
		put_bracket(state);
	else if (c == '.')
		put_one_of(state, "abcdefghijklmnopqrstuvwxyz");
	else if (c == '\\' && *state->at != '\0')
	{
		const char *named = class_of(*state->at);

		if (named != NULL)
			put_one_of(state, named);
		else
			appendStringInfoChar(state->out, *state->at);
		state->at++;
	}
	else if (c != '^' && c != '$')
		appendStringInfoChar(state->out, c);
}

/* How often the atom before is repeated. */
static uint64
read_quantifier(PatternState *state)
{
	uint64 least = 1;
	uint64 most = 1;
	char *end;

	switch (*state->at)
	{
		case '?':
			least = 0;
			break;
		case '*':
			least = 0;
			most = PATTERN_MORE;
			break;
		case '+':
			most = 1 + PATTERN_MORE;
			break;
		case '{':
			least = most = strtoul(state->at + 1, &end, 10);
			if (*end == ',')
			{
				most = strtoul(end + 1, &end, 10);
				if (most < least)
					most = least + PATTERN_MORE;
			}
			state->at = *end == '}' ? end : strchr(end, '\0') - 1;
			break;
		default:
			return 1;
	}
	state->at++;
	if (*state->at == '?')
		state->at++;
	return least + draw(state, most - least + 1);
}

static void
put_sequence(PatternState *state)
{
	while (*state->at != '\0' && *state->at != '|' && *state->at != ')')
	{
		const char *atom = state->at;
		int before = state->out->len;
		const char *after;
		uint64 times;

		put_atom(state);
		times = read_quantifier(state);
		after = state->at;
		if (times == 0)
		{
			state->out->len = before;
			state->out->data[before] = '\0';
		}
		for (uint64 i = 1; i < times && state->out->len < PATTERN_LONGEST; i++)
		{
			state->at = atom;
			put_atom(state);
		}
		state->at = after;
	}
}

/* One of the alternatives, each as likely. */
static void
put_alternatives(PatternState *state)
{
	StringInfo out = state->out;
	StringInfoData chosen;
	uint64 n = 0;

	check_stack_depth();
	initStringInfo(&chosen);
	for (;;)
	{
		StringInfoData one;

		initStringInfo(&one);
		state->out = &one;
		put_sequence(state);
		n++;
		if (draw(state, n) == 0)
			chosen = one;
		if (*state->at != '|')
			break;
		state->at++;
	}
	state->out = out;
	appendBinaryStringInfo(out, chosen.data, chosen.len);
}

char *
pattern_make(const char *pattern, uint64 random)
{
	StringInfoData out;
	PatternState state = {pattern, random, 0, &out};

	initStringInfo(&out);
	put_alternatives(&state);
	return out.data;
}
