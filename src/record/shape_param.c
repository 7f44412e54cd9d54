/*-------------------------------------------------------------------------
 *
 * shape_param.c
 *		A parameter of a shape, and the values that it had.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "lib/stringinfo.h"

#include "record/shape_param.h"

/* Does the element of an array need no quotes? */
static bool
is_plain_element(const char *text)
{
	if (*text == '\0' || pg_strcasecmp(text, "NULL") == 0)
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char) *text) && !strchr("_-.:@/+", *text))
			return false;
	return true;
}

/* Appends an element of an array, in quotes unless it needs none. */
static void
append_element(StringInfo array, const char *text)
{
	if (text == NULL)
	{
		appendStringInfoString(array, "NULL");
		return;
	}
	if (is_plain_element(text))
	{
		appendStringInfoString(array, text);
		return;
	}
	appendStringInfoChar(array, '"');
	for (; *text; text++)
	{
		if (*text == '"' || *text == '\\')
			appendStringInfoChar(array, '\\');
		appendStringInfoChar(array, *text);
	}
	appendStringInfoChar(array, '"');
}

char *
shape_value(const ShapeParam *param, char *const *values, int n)
{
	StringInfoData array;

	initStringInfo(&array);
	appendStringInfoChar(&array, '{');
	for (int i = 0; i < param->nitems; i++)
	{
		const ShapeItem *item = &param->items[i];
		const char *text = item->text;

		if (item->param > 0)
			text = item->param <= n ? values[item->param - 1] : NULL;
		if (!param->list)
			return text ? pstrdup(text) : NULL;
		if (i > 0)
			appendStringInfoChar(&array, ',');
		append_element(&array, text);
	}
	appendStringInfoChar(&array, '}');
	return array.data;
}
