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
 * out too, unless it is a LIMIT of a usual size. No constant stays in its text.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "utils/memutils.h"
#include "utils/varlena.h"

#include "base/compat.h"
#include "base/record_settings.h"
#include "record/redact.h"

/* The digits of a LIMIT that is kept in a statement that a rule is about. */
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

/* Does the text have something of the names of a rule in it? */
static bool
redact_rule_concerns(const RedactRule *rule, const char *sql)
{
	return redact_finds(sql, rule->piece, rule->piece_length) ||
		   (rule->table != NULL &&
			redact_finds(sql, rule->table, strcspn(rule->table, "*")));
}

bool
redact_concerns(const char *sql)
{
	if (!perfcheck_record_values)
		return true;
	/* Another session may not read it as this one does. */
	if (compat_backslashes_escape() && strchr(sql, '\\') != NULL)
		return true;
	redact_read_rules();
	if (redact_count == 0)
		return false;
	/* A name with escapes looks like none. */
	if (redact_finds(sql, "U&\"", 3))
		return true;
	for (int i = 0; i < redact_count; i++)
		if (redact_rule_concerns(&redact_rules[i], sql))
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

/* Does the rule mean columns of no table that the statement reads? */
static bool
redact_is_elsewhere(const RedactRule *rule, const Shape *shape)
{
	return rule->table != NULL && !redact_names_table(shape, rule->table);
}

/*
 * Does the statement name what the rule is about? What its values are does not
 * matter, so that statements of one shape are written alike.
 */
static bool
redact_names(const RedactRule *rule, const Shape *shape)
{
	if (redact_is_elsewhere(rule, shape))
		return false;
	return redact_finds(shape->sql, rule->piece, rule->piece_length) ||
		   redact_finds(shape->sql, "U&\"", 3) ||
		   (rule->table != NULL && shape->renamed);
}

/* Is the value a LIMIT or an OFFSET that is known to be a small number? */
static bool
redact_is_small_page(const ShapeParam *param)
{
	for (int i = 0; i < param->nitems; i++)
	{
		const char *text = param->items[i].text;

		if (param->items[i].param > 0 || text == NULL ||
			strlen(text) > REDACT_DIGITS ||
			strspn(text, "0123456789") != strlen(text))
			return false;
	}
	return param->page;
}

/* Does a constant of the value have a name in it, as a path in JSON may? */
static bool
redact_has_piece(const RedactRule *rule, const ShapeParam *param)
{
	for (int i = 0; i < param->nitems; i++)
		if (param->items[i].text != NULL &&
			redact_finds(param->items[i].text, rule->piece, rule->piece_length))
			return true;
	return false;
}

/* Does the rule leave the value out? */
static bool
redact_rule_leaves_out(const RedactRule *rule, const Shape *shape,
					   const ShapeParam *param)
{
	if (redact_is_elsewhere(rule, shape))
		return false;
	for (int i = 0; i < param->ncolumns; i++)
		if (strcmp(param->columns[i], "*") == 0 ||
			redact_matches_written(rule->name, param->columns[i]))
			return true;
	return redact_has_piece(rule, param);
}

/* named: the statement names what a rule is about. */
static bool
redact_leaves_out(const Shape *shape, const ShapeParam *param, bool named)
{
	if (redact_is_small_page(param))
		return false;
	if (named && (param->ncolumns == 0 || shape->renamed))
		return true;
	for (int i = 0; i < redact_count; i++)
		if (redact_rule_leaves_out(&redact_rules[i], shape, param))
			return true;
	return false;
}

Redacted *
redact_statement(const char *sql)
{
	bool all = !perfcheck_record_values;
	bool named = all;
	Shape *shape = all ? shape_read_bare(sql) : shape_read(sql, false);
	Redacted *redacted;

	redact_read_rules();
	for (int i = 0; !all && shape->sql != NULL && i < redact_count; i++)
	{
		all = redact_rules[i].table == NULL &&
			  redact_names_table(shape, redact_rules[i].name);
		named |= all || redact_names(&redact_rules[i], shape);
	}
	if (named && perfcheck_record_values)
		shape = shape_read_bare(sql);
	if (shape->sql == NULL)
		return NULL;
	redacted = palloc(sizeof(*redacted));
	redacted->shape = shape;
	redacted->bare = named;
	redacted->left_out = palloc(Max(shape->nparams, 1) * sizeof(bool));
	for (int i = 0; i < shape->nparams; i++)
		redacted->left_out[i] =
			all || redact_leaves_out(shape, &shape->params[i], named);
	return redacted;
}
