/*-------------------------------------------------------------------------
 *
 * statement.c
 *		Statements in plain words; see statement.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/rate/statement.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"

typedef struct Plain
{
	char
		*text; /* words with one space between; as long as the source at most */
	size_t size;
} Plain;

static bool
is_word(char c)
{
	return isalnum((unsigned char) c) || c == '_' || (unsigned char) c >= 0x80;
}

/* Adds a word; one before a dot is a schema or an alias, and goes again. */
static void
add(Plain *plain, const char *word, size_t size)
{
	if (plain->size > 0)
		plain->text[plain->size++] = ' ';
	for (size_t i = 0; i < size; i++)
		plain->text[plain->size++] = (char) tolower((unsigned char) word[i]);
}

static void
drop_word(Plain *plain)
{
	while (plain->size > 0 && plain->text[plain->size - 1] != ' ')
		plain->size--;
	if (plain->size > 0)
		plain->size--;
}

/* Skips a quoted text, in which a quote is written twice. */
static const char *
skip_quoted(const char *at)
{
	char quote = *at++;

	while (*at != '\0' && (*at != quote || at[1] == quote))
		at += *at == quote ? 2 : 1;
	return *at == '\0' ? at : at + 1;
}

static const char *
skip_comment(const char *at)
{
	const char *end = at[0] == '-' ? strchr(at, '\n') : strstr(at + 2, "*/");

	if (end == NULL)
		return at + strlen(at);
	return at[0] == '-' ? end + 1 : end + 2;
}

/* Skips the name of a type: "pg_catalog.int4[]", "numeric(10,2)". */
static const char *
skip_type(const char *at)
{
	while (*at == ' ')
		at++;
	while (is_word(*at) || *at == '.' || *at == '"')
		at++;
	if (*at == '(')
		at += strcspn(at, ")") + (strchr(at, ')') != NULL);
	while (at[0] == '[' && at[1] == ']')
		at += 2;
	return at;
}

static const char *
add_operator(Plain *plain, const char *at)
{
	size_t size = strspn(at, "+-*/<>=~!@#%^&|`?");

	if (size == 0)
		size = 1;
	add(plain, at, size);
	return at + size;
}

static const char *
add_word(Plain *plain, const char *at)
{
	const char *start = at;

	while (is_word(*at))
		at++;
	if (isdigit((unsigned char) *start))
	{
		/* 1.5e3 */
		while (is_word(*at) || *at == '.')
			at++;
		add(plain, "?", 1);
	}
	else
		add(plain, start, (size_t) (at - start));
	return at;
}

char *
statement_plain(const char *sql)
{
	/* Each word is at least as long in the source, but for its space. */
	Plain plain = {.text = memory_zeroed(2 * strlen(sql) + 2, 1)};
	const char *at = sql;

	while (*at != '\0')
	{
		if (isspace((unsigned char) *at) || strchr("();", *at) != NULL)
			at++;
		else if (strncmp(at, "--", 2) == 0 || strncmp(at, "/*", 2) == 0)
			at = skip_comment(at);
		else if (*at == '\'')
		{
			at = skip_quoted(at);
			add(&plain, "?", 1);
		}
		else if (*at == '"')
		{
			const char *end = skip_quoted(at);

			add(&plain, at + 1, (size_t) (end - at) - (end[-1] == '"' ? 2 : 1));
			at = end;
		}
		else if (*at == '$' && isdigit((unsigned char) at[1]))
		{
			at += 1 + strspn(at + 1, "0123456789");
			add(&plain, "?", 1);
		}
		else if (strncmp(at, "::", 2) == 0)
			at = skip_type(at + 2);
		else if (*at == '.')
		{
			drop_word(&plain);
			at++;
		}
		else if (is_word(*at))
			at = add_word(&plain, at);
		else
			at = add_operator(&plain, at);
	}
	return plain.text;
}

/* Finds a word with spaces, or an end of the text, around it. */
static const char *
find_words(const char *text, const char *words)
{
	size_t size = strlen(words);

	for (const char *at = text; (at = strstr(at, words)) != NULL; at++)
		if ((at == text || at[-1] == ' ') &&
			(at[size] == ' ' || at[size] == '\0'))
			return at;
	return NULL;
}

char *
statement_core(const char *plain)
{
	const char *from = find_words(plain, "from");
	const char *end = NULL;

	if (from == NULL || (find_words(from, "where") == NULL &&
						 find_words(from, "order by") == NULL))
		return NULL;
	for (const char *at = from; (at = find_words(at, "limit")) != NULL; at++)
		end = at;
	return memory_text_n(from, end != NULL ? (size_t) (end - from) - 1
										   : strlen(from));
}

/* Whether what follows goes on with a condition or an order. */
static bool
goes_on(const char *rest)
{
	static const char *const words[] = {
		"and", "or", "order", "group", "having", "asc", "desc", ",", NULL};

	while (*rest == ' ')
		rest++;
	if (*rest != '\0' && strchr("+-*/<>=~!|", *rest) != NULL)
		return true;
	for (int i = 0; words[i] != NULL; i++)
		if (find_words(rest, words[i]) == rest)
			return true;
	return false;
}

bool
statement_has(const char *plain, const char *core)
{
	for (const char *at = plain; (at = find_words(at, core)) != NULL; at++)
		if (!goes_on(at + strlen(core)))
			return true;
	return false;
}
