/*-------------------------------------------------------------------------
 *
 * redact.c
 *		Which values of a statement are left out of what is recorded.
 *
 * A rule is the name of a column or of a table, or column names qualified by those
 * of tables; capitals are not told from small letters, and * stands for any
 * characters. A value is left out if it is compared with such a column, all values
 * are if such a table is read. Most statements name nothing of that: looking for
 * the longest piece of each rule in their text tells, and spares reading them.
 *
 * In a statement that does, a value of which it is not known what it is compared
 * with may be the one that was meant, as in crypt('secret', password): it is left
 * out too unless it is a small number, which a LIMIT has.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "utils/memutils.h"
#include "utils/varlena.h"

#include "base/record_settings.h"
#include "record/redact.h"

/* The digits of a number that stays in the text where no values are kept. */
#define REDACT_TEXT_DIGITS 3

/* The digits of a number that is kept though nobody knows what it is for. */
#define REDACT_DIGITS 6

typedef struct RedactRule
{
	const char *table; /* pattern; NULL: none is named */
	const char *name;  /* pattern, of a column or a table */
	const char *piece; /* the longest one of name that has no * */
	Size piece_length;
} RedactRule;

static MemoryContext redact_context = NULL;
static RedactRule *redact_rules = NULL;
static int redact_count = 0;
static uint64 redact_read_at =
	0; /* perfcheck_record_rules when they were read */

/* ---- rules ---- */

static void
redact_read_rule(char *text, RedactRule *rule)
{
	char *dot = strrchr(text, '.');
	Size longest = 0;

	rule->table = NULL;
	rule->name = text;
	if (dot != NULL)
	{
		char *schema;

		*dot = '\0';
		schema = strrchr(text, '.');
		rule->table = schema == NULL ? text : schema + 1;
		rule->name = dot + 1;
	}
	rule->piece = rule->name;
	for (const char *c = rule->name; *c != '\0';)
	{
		Size length = strcspn(c, "*");

		if (length > longest)
		{
			longest = length;
			rule->piece = c;
		}
		c += length + (c[length] == '*' ? 1 : 0);
	}
	rule->piece_length = longest;
}

/* Reads the setting if it has changed. */
static void
redact_read_rules(void)
{
	MemoryContext old;
	List *names = NIL;
	ListCell *cell;

	if (redact_context != NULL && redact_read_at == perfcheck_record_rules)
		return;
	if (redact_context == NULL)
		redact_context = AllocSetContextCreate(
			TopMemoryContext, "perfcheck rules", ALLOCSET_SMALL_SIZES);
	MemoryContextReset(redact_context);
	redact_count = 0;
	old = MemoryContextSwitchTo(redact_context);
	(void) SplitGUCList(pstrdup(perfcheck_record_redact), ',', &names);
	redact_rules = palloc(Max(list_length(names), 1) * sizeof(RedactRule));
	foreach(cell, names)
		redact_read_rule(lfirst(cell), &redact_rules[redact_count++]);
	MemoryContextSwitchTo(old);
	redact_read_at = perfcheck_record_rules;
}

/* Does the name, which is as long as that, match the pattern? */
static bool
redact_matches(const char *pattern, const char *name, Size length)
{
	while (*pattern != '\0')
	{
		if (*pattern == '*')
		{
			for (Size i = 0; i <= length; i++)
				if (redact_matches(pattern + 1, name + i, length - i))
					return true;
			return false;
		}
		if (length == 0 || pg_tolower((unsigned char) *pattern) !=
							   pg_tolower((unsigned char) *name))
			return false;
		pattern++;
		name++;
		length--;
	}
	return length == 0;
}

/* The same for a name as it is written, of which the last part counts. */
static bool
redact_matches_written(const char *pattern, const char *written)
{
	const char *dot = strrchr(written, '.');
	const char *name = dot == NULL ? written : dot + 1;
	Size length = strlen(name);

	if (length >= 2 && name[0] == '"' && name[length - 1] == '"')
	{
		name++;
		length -= 2;
	}
	return redact_matches(pattern, name, length);
}

/* ---- statements ---- */

/* Does the text have the piece in it? */
static bool
redact_finds(const char *text, const char *piece, Size length)
{
	unsigned char first = pg_tolower((unsigned char) piece[0]);

	if (length == 0)
		return true;
	for (; *text != '\0'; text++)
		if (pg_tolower((unsigned char) *text) == first &&
			pg_strncasecmp(text, piece, length) == 0)
			return true;
	return false;
}

bool
redact_concerns(const char *sql)
{
	if (!perfcheck_record_values)
		return true;
	redact_read_rules();
	if (redact_count == 0)
		return false;
	/* A name with escapes looks like none. */
	if (redact_finds(sql, "U&\"", 3))
		return true;
	for (int i = 0; i < redact_count; i++)
		if (redact_finds(sql, redact_rules[i].piece,
						 redact_rules[i].piece_length))
			return true;
	return false;
}

static bool
redact_names_table(const Shape *shape, const char *pattern)
{
	for (int i = 0; i < shape->ntables; i++)
		if (redact_matches_written(pattern, shape->tables[i]))
			return true;
	return false;
}

/* Is the value a constant that is known to be a small number? */
static bool
redact_is_small_number(const ShapeParam *param)
{
	for (int i = 0; i < param->nitems; i++)
	{
		const char *text = param->items[i].text;

		if (param->items[i].param > 0 || text == NULL ||
			strlen(text) > REDACT_DIGITS ||
			strspn(text, "0123456789") != strlen(text))
			return false;
	}
	return true;
}

static bool
redact_leaves_out(const Shape *shape, const ShapeParam *param)
{
	if (param->ncolumns == 0)
		return !redact_is_small_number(param);
	for (int i = 0; i < redact_count; i++)
		for (int j = 0; j < param->ncolumns; j++)
			if (redact_matches_written(redact_rules[i].name,
									   param->columns[j]) &&
				(redact_rules[i].table == NULL ||
				 redact_names_table(shape, redact_rules[i].table)))
				return true;
	return false;
}

/* Returns the position behind the name, the quoted text or the parameter at i. */
static Size
redact_skip(const char *sql, Size i)
{
	char quote = sql[i];

	if (quote == '\'' || quote == '"')
	{
		for (i++; sql[i] != '\0' && sql[i] != quote; i++)
			;
		return sql[i] == '\0' ? i : i + 1;
	}
	do
		i++;
	while (isalnum((unsigned char) sql[i]) || sql[i] == '_' || sql[i] == '$' ||
		   IS_HIGHBIT_SET(sql[i]));
	return i;
}

/*
 * Returns the text of a shape in which larger numbers are nines. A shape keeps the
 * numbers that a statement returns, as well as those that mean a column's position
 * or a type's length, which are smaller.
 */
static const char *
redact_numbers(const char *sql)
{
	char *text = pstrdup(sql);
	Size i = 0;

	while (text[i] != '\0')
	{
		Size end = i;
		int digits = 0;

		if (!isdigit((unsigned char) text[i]))
		{
			bool whole = text[i] == '\'' || text[i] == '"' || text[i] == '_' ||
						 text[i] == '$' || isalpha((unsigned char) text[i]) ||
						 IS_HIGHBIT_SET(text[i]);

			i = whole ? redact_skip(text, i) : i + 1;
			continue;
		}
		for (; isdigit((unsigned char) text[end]) || text[end] == '.'; end++)
			digits += text[end] != '.';
		for (; i < end; i++)
			if (digits > REDACT_TEXT_DIGITS && text[i] != '.')
				text[i] = '9';
	}
	return text;
}

Redacted *
redact_statement(const char *sql)
{
	Redacted *redacted;
	Shape *shape = shape_read(sql, false);
	bool all = !perfcheck_record_values;

	if (shape->sql == NULL)
		return NULL;
	redact_read_rules();
	for (int i = 0; !all && i < redact_count; i++)
		all = redact_rules[i].table == NULL &&
			  redact_names_table(shape, redact_rules[i].name);
	redacted = palloc(sizeof(*redacted));
	redacted->shape = shape;
	if (all)
		shape->sql = redact_numbers(shape->sql);
	redacted->left_out = palloc(Max(shape->nparams, 1) * sizeof(bool));
	for (int i = 0; i < shape->nparams; i++)
		redacted->left_out[i] =
			all || redact_leaves_out(shape, &shape->params[i]);
	return redacted;
}
