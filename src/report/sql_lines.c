/*-------------------------------------------------------------------------
 *
 * sql_lines.c
 *		A long query on several lines, for a reader.
 *
 * The text is read from left to right, past strings and quoted names. A line ends
 * before the keyword of a clause, but not within the parentheses of a function,
 * which has keywords as well: extract(year FROM at).
 *
 *-------------------------------------------------------------------------
 */
#include "report/sql_lines.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Deeper within parentheses no line is ended. */
#define SQL_LINES_DEPTH 32

typedef struct SqlLines
{
	const char *at;
	char *out;
	size_t length;                 /* of out */
	size_t line;                   /* where the last line of out begins */
	bool queries[SQL_LINES_DEPTH]; /* a parenthesis that a query stands in */
	int depth;
	bool joins; /* the last word was LEFT or another that JOIN belongs to */
} SqlLines;

static bool
sql_lines_is_of_word(char c)
{
	return isalnum((unsigned char) c) || c == '_' || c == '$' ||
		   ((unsigned char) c & 0x80) != 0;
}

/* Returns whether text begins with a word, in capitals or not. */
static bool
sql_lines_begins(const char *text, const char *word)
{
	size_t length = strlen(word);

	return strncasecmp(text, word, length) == 0 &&
		   !sql_lines_is_of_word(text[length]);
}

static bool
sql_lines_is_one_of(const char *text, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
		if (sql_lines_begins(text, words[i]))
			return true;
	return false;
}

/* Returns the length of a string or a quoted name that text begins with, or 0. */
static size_t
sql_lines_quoted(const char *text, bool escapes)
{
	const char *end;
	size_t tag;

	if (*text == '\'' || *text == '"')
	{
		for (end = text + 1; *end != '\0' && *end != *text; end++)
			if (escapes && *text == '\'' && *end == '\\' && end[1] != '\0')
				end++;
		return (size_t) (end - text) + (*end != '\0');
	}
	if (*text != '$' || isdigit((unsigned char) text[1]))
		return 0;
	for (tag = 1; sql_lines_is_of_word(text[tag]) && text[tag] != '$';)
		tag++;
	if (text[tag] != '$')
		return 0;
	tag++;
	for (end = text + tag; *end != '\0'; end++)
		if (strncmp(end, text, tag) == 0)
			return (size_t) (end - text) + tag;
	return (size_t) (end - text);
}

static void
sql_lines_put(SqlLines *lines, const char *text, size_t length)
{
	memcpy(lines->out + lines->length, text, length);
	lines->length += length;
}

static void
sql_lines_end_line(SqlLines *lines)
{
	while (lines->length > lines->line && lines->out[lines->length - 1] == ' ')
		lines->length--;
	if (lines->length > lines->line)
		lines->out[lines->length++] = '\n';
	lines->line = lines->length;
	for (int i = 0; i < lines->depth && i < SQL_LINES_DEPTH; i++)
		if (lines->queries[i])
			sql_lines_put(lines, "  ", 2);
}

static bool
sql_lines_in_query(const SqlLines *lines)
{
	return lines->depth == 0 || (lines->depth <= SQL_LINES_DEPTH &&
								 lines->queries[lines->depth - 1]);
}

/* Takes in a word that is not within quotes. */
static void
sql_lines_take_word(SqlLines *lines)
{
	static const char *const clauses[] = {"FROM",
										  "WHERE",
										  "GROUP BY",
										  "HAVING",
										  "WINDOW",
										  "ORDER BY",
										  "LIMIT",
										  "OFFSET",
										  "FETCH",
										  "UNION",
										  "EXCEPT",
										  "INTERSECT",
										  "JOIN",
										  "LEFT JOIN",
										  "RIGHT JOIN",
										  "FULL JOIN",
										  "INNER JOIN",
										  "CROSS JOIN",
										  "LEFT OUTER JOIN",
										  "RIGHT OUTER JOIN",
										  "FULL OUTER JOIN",
										  "NATURAL"};
	static const char *const joins[] = {"LEFT",  "RIGHT", "FULL",   "INNER",
										"CROSS", "OUTER", "NATURAL"};
	bool ends = sql_lines_in_query(lines) &&
				!(lines->joins && sql_lines_begins(lines->at, "JOIN")) &&
				sql_lines_is_one_of(lines->at, clauses,
									sizeof(clauses) / sizeof(clauses[0]));

	/* DISTINCT FROM is an operator. */
	if (ends && sql_lines_begins(lines->at, "FROM") && lines->length >= 9 &&
		strncasecmp(lines->out + lines->length - 9, "DISTINCT ", 9) == 0)
		ends = false;
	lines->joins =
		sql_lines_is_one_of(lines->at, joins, sizeof(joins) / sizeof(joins[0]));
	if (ends)
		sql_lines_end_line(lines);
	while (sql_lines_is_of_word(*lines->at))
		sql_lines_put(lines, lines->at++, 1);
}

static void
sql_lines_take_parenthesis(SqlLines *lines)
{
	bool opens = *lines->at == '(';

	sql_lines_put(lines, lines->at++, 1);
	if (!opens)
	{
		lines->depth -= lines->depth > 0;
		return;
	}
	if (lines->depth < SQL_LINES_DEPTH)
		lines->queries[lines->depth] = sql_lines_begins(lines->at, "SELECT") ||
									   sql_lines_begins(lines->at, "WITH") ||
									   sql_lines_begins(lines->at, "VALUES");
	lines->depth++;
}

size_t
sql_lines_room(size_t length)
{
	/* A keyword has four letters, and begins one line at the most. */
	return length + (length / 4 + 1) * (2 * SQL_LINES_DEPTH + 1) + 1;
}

void
sql_lines_break(const char *sql, char *out)
{
	SqlLines lines = {.at = sql, .out = out};

	if (strstr(sql, "--") != NULL || strstr(sql, "/*") != NULL)
	{
		strcpy(out, sql);
		return;
	}
	while (*lines.at != '\0')
	{
		char before = lines.length == 0 ? ' ' : out[lines.length - 1];
		size_t quoted =
			sql_lines_quoted(lines.at, before == 'E' || before == 'e');

		if (quoted > 0)
		{
			sql_lines_put(&lines, lines.at, quoted);
			lines.at += quoted;
		}
		else if (sql_lines_is_of_word(*lines.at))
			sql_lines_take_word(&lines);
		else if (*lines.at == '(' || *lines.at == ')')
			sql_lines_take_parenthesis(&lines);
		else
			sql_lines_put(&lines, lines.at++, 1);
	}
	out[lines.length] = '\0';
}
