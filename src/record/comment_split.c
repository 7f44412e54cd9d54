/*-------------------------------------------------------------------------
 *
 * comment_split.c
 *		Where a statement begins and ends between the comments around it.
 *
 * What stands before a statement is read forwards. A comment behind it is one only
 * if what looks like its beginning does not stand within a constant or a name, so
 * the text is read from its beginning; but only where its end looks like that of a
 * comment, since this is done for each statement that is executed.
 *
 *-------------------------------------------------------------------------
 */
#include "record/comment_split.h"

#include <string.h>

/* A text of many statements is not read from its beginning for each of them. */
#define COMMENT_SOUGHT_MOST 16384

static bool
comment_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' ||
		   c == '\v';
}

static bool
comment_is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		   (c >= '0' && c <= '9') || c == '_' || c == '$' || (c & 0x80) != 0;
}

/* Does a comment begin at i? */
static bool
comment_begins(const char *text, size_t length, size_t i)
{
	return i + 1 < length && ((text[i] == '-' && text[i + 1] == '-') ||
							  (text[i] == '/' && text[i + 1] == '*'));
}

/* Returns the position behind the comment that begins at i. */
static size_t
comment_end(const char *text, size_t length, size_t i)
{
	int depth = 0;

	if (text[i] == '-')
	{
		while (i < length && text[i] != '\n' && text[i] != '\r')
			i++;
		return i;
	}
	while (i < length)
	{
		if (i + 1 < length && text[i] == '/' && text[i + 1] == '*')
		{
			depth++;
			i += 2;
		}
		else if (i + 1 < length && text[i] == '*' && text[i + 1] == '/')
		{
			i += 2;
			if (--depth == 0)
				return i;
		}
		else
			i++;
	}
	return length;
}

/* Returns the position behind the comments, space and semicolons at i. */
static size_t
comment_skip(const char *text, size_t length, size_t i)
{
	while (i < length)
	{
		if (comment_is_space(text[i]) || text[i] == ';')
			i++;
		else if (comment_begins(text, length, i))
			i = comment_end(text, length, i);
		else
			break;
	}
	return i;
}

/* Returns the position behind what is quoted from i on; E'' has escapes. */
static size_t
comment_quoted_end(const char *text, size_t length, size_t i, bool escapes)
{
	char quote = text[i++];

	while (i < length && text[i] != quote)
		i += escapes && text[i] == '\\' ? 2 : 1;
	return i < length ? i + 1 : length;
}

/*
 * Returns the position behind a constant with escapes, which goes on in the quotes
 * on another line.
 */
static size_t
comment_escaped_end(const char *text, size_t length, size_t i)
{
	for (;;)
	{
		bool line = false;
		size_t next;

		i = comment_quoted_end(text, length, i, true);
		for (next = i; next < length; next++)
		{
			if (comment_begins(text, length, next) && text[next] == '-')
				next = comment_end(text, length, next);
			if (next >= length || !comment_is_space(text[next]))
				break;
			line |= text[next] == '\n' || text[next] == '\r';
		}
		if (!line || next >= length || text[next] != '\'')
			return i;
		i = next;
	}
}

/* Returns the position behind the $tag$ constant at i, or i + 1 if it is none. */
static size_t
comment_dollar_end(const char *text, size_t length, size_t i)
{
	size_t tag = i + 1;
	size_t size;

	while (tag < length && comment_is_name(text[tag]) && text[tag] != '$')
		tag++;
	if (tag >= length || text[tag] != '$' ||
		(text[i + 1] >= '0' && text[i + 1] <= '9'))
		return i + 1;
	size = tag - i + 1;
	for (size_t j = tag + 1; j + size <= length; j++)
		if (memcmp(text + j, text + i, size) == 0)
			return j + size;
	return length;
}

/* Returns the position behind the token, which is no comment, at i. */
static size_t
comment_token_end(const char *text, size_t length, size_t i, bool escapes)
{
	size_t start = i;

	if (text[i] == '\'' && escapes)
		return comment_escaped_end(text, length, i);
	if (text[i] == '\'' || text[i] == '"')
		return comment_quoted_end(text, length, i, false);
	if (text[i] == '$')
		return comment_dollar_end(text, length, i);
	if (!comment_is_name(text[i]))
		return i + 1;
	while (i < length && comment_is_name(text[i]))
		i++;
	if (i < length && text[i] == '\'' && i == start + 1 &&
		(text[start] == 'e' || text[start] == 'E'))
		return comment_escaped_end(text, length, i);
	return i;
}

/* Does the end of the text look like that of a comment? */
static bool
comment_may_end(const char *text, size_t start, size_t end)
{
	if (end - start >= 4 && text[end - 1] == '/' && text[end - 2] == '*')
		return true;
	for (size_t i = end; i > start + 1; i--)
	{
		if (text[i - 1] == '\n' || text[i - 1] == '\r')
			return false;
		if (text[i - 1] == '-' && text[i - 2] == '-')
			return true;
	}
	return false;
}

CommentSplit
comment_split(const char *text, size_t length, bool escapes)
{
	CommentSplit split = {.start = comment_skip(text, length, 0)};
	size_t end = length;
	size_t i = split.start;

	while (end > i && (comment_is_space(text[end - 1]) || text[end - 1] == ';'))
		end--;
	split.end = end;
	if (!comment_may_end(text, i, end))
		return split;
	while (i < end)
	{
		if (comment_is_space(text[i]) || text[i] == ';' ||
			comment_begins(text, end, i))
		{
			i = comment_skip(text, end, i);
			continue;
		}
		i = comment_token_end(text, end, i, escapes);
		split.end = i < end ? i : end;
	}
	return split;
}

/* Does a line comment begin in the line that ends at end? */
static bool
comment_in_line(const char *text, size_t end)
{
	for (size_t i = end; i > 1 && text[i - 1] != '\n' && text[i - 1] != '\r';
		 i--)
		if (text[i - 1] == '-' && text[i - 2] == '-')
			return true;
	return false;
}

/* Returns the position behind the comment or token at i. */
static size_t
comment_or_token_end(const char *text, size_t length, size_t i, bool escapes)
{
	return comment_begins(text, length, i)
			   ? comment_end(text, length, i)
			   : comment_token_end(text, length, i, escapes);
}

void
comment_widen(const char *text, size_t *location, size_t *length, bool escapes)
{
	size_t before = *location;
	size_t begin = 0;

	/* Most often there is nothing, or the semicolon of another statement. */
	while (before > 0 && comment_is_space(text[before - 1]))
		before--;
	if (before > 0 && text[before - 1] == ';' && !comment_in_line(text, before))
		begin = before;
	else if (*location > COMMENT_SOUGHT_MOST)
		begin = *location;
	else
	{
		for (size_t i = 0; i < before;)
			if (text[i] == ';')
				begin = ++i;
			else
				i = comment_or_token_end(text, *location, i, escapes);
	}
	if (*length > 0)
	{
		size_t end = *location + *length;
		size_t all = end + strlen(text + end);

		while (end < all && text[end] != ';')
			end = comment_or_token_end(text, all, end, escapes);
		*length = end < all ? end - begin : 0;
	}
	*location = begin;
}

bool
comment_is_all(const char *text, size_t length)
{
	return comment_skip(text, length, 0) == length;
}

bool
comment_is_there(const char *text, size_t length, CommentSplit split)
{
	for (size_t i = 0; i < length; i++)
	{
		if (i == split.start)
			i = split.end;
		if (i < length && !comment_is_space(text[i]) && text[i] != ';')
			return true;
	}
	return false;
}

size_t
comment_copy(const char *text, size_t length, CommentSplit split, char *buffer)
{
	size_t begins[2] = {0, split.end};
	size_t ends[2] = {split.start, length};
	size_t copied = 0;

	for (int part = 0; part < 2; part++)
	{
		size_t begin = begins[part];
		size_t end = ends[part];

		while (begin < end &&
			   (comment_is_space(text[begin]) || text[begin] == ';'))
			begin++;
		while (end > begin &&
			   (comment_is_space(text[end - 1]) || text[end - 1] == ';'))
			end--;
		if (begin == end)
			continue;
		/* A comment that runs to the end of its line must keep to it. */
		if (copied > 0)
			buffer[copied++] = '\n';
		memcpy(buffer + copied, text + begin, end - begin);
		copied += end - begin;
	}
	buffer[copied] = '\0';
	return copied;
}

/* ---- tags ---- */

/* Returns the length of a tag's name and what follows it, or 0. */
static size_t
comment_tag_name(const char *text, size_t length)
{
	static const char *const names[] = {
		"traceparent", "request_id", "route", "controller", "action",
		"framework",   "db_driver",  "job",   "application"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		size_t size = strlen(names[i]);

		if (length > size && memcmp(text, names[i], size) == 0 &&
			(text[size] == '=' || text[size] == ':'))
			return size + 1;
	}
	return 0;
}

/* Returns the length of a tag's value. */
static size_t
comment_tag_value(const char *text, size_t length)
{
	size_t i = 0;

	if (length > 0 && text[0] == '\'')
		return comment_quoted_end(text, length, 0, true);
	while (i < length && text[i] != ',' && text[i] != '*' &&
		   !comment_is_space(text[i]))
		i++;
	return i;
}

size_t
comment_keep_request(const char *comment, size_t length, char *buffer)
{
	size_t kept = 0;
	size_t i = 0;

	while (i < length)
	{
		size_t name = i > 0 && comment_is_name(comment[i - 1])
						  ? 0
						  : comment_tag_name(comment + i, length - i);
		size_t size;

		if (name == 0)
		{
			i++;
			continue;
		}
		size = name + comment_tag_value(comment + i + name, length - i - name);
		if (size > length - i)
			size = length - i;
		memcpy(buffer + kept, kept == 0 ? "/*" : ",", kept == 0 ? 2 : 1);
		kept += kept == 0 ? 2 : 1;
		memcpy(buffer + kept, comment + i, size);
		kept += size;
		i += size;
	}
	if (kept > 0)
	{
		memcpy(buffer + kept, "*/", 2);
		kept += 2;
	}
	buffer[kept] = '\0';
	return kept;
}
