/*-------------------------------------------------------------------------
 *
 * comment_tags.c
 *		The tags that a program puts into a comment of its statements.
 *
 * Programs write them in several ways, and prose stands between them; so what looks
 * like a tag is one: a word, with = or : behind it. A value without quotes ends at
 * a comma, or where the next tag begins, because it may hold spaces.
 *
 *-------------------------------------------------------------------------
 */
#include <ctype.h>
#include <string.h>

#include "record/comment_tags.h"

/* A stretch of the comment. */
typedef struct Stretch
{
	const char *start;
	const char *end;
} Stretch;

typedef struct TagWriter
{
	char *json;
	size_t length;
	int n;
	bool utf8;
} TagWriter;

static void
append(TagWriter *writer, char c)
{
	writer->json[writer->length++] = c;
}

/* Appends a byte of a JSON string. */
static void
append_escaped(TagWriter *writer, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";

	if (c == '"' || c == '\\')
		append(writer, '\\');
	if (c >= ' ')
	{
		append(writer, (char) c);
		return;
	}
	memcpy(writer->json + writer->length, "\\u00", 4);
	writer->length += 4;
	append(writer, digits[c >> 4]);
	append(writer, digits[c & 15]);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char) (c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Returns the byte that is escaped at the place, or -1 if none is. */
static int
escaped_byte(const char *at, const char *end)
{
	if (end - at < 3 || *at != '%' || hex_digit(at[1]) < 0 ||
		hex_digit(at[2]) < 0)
		return -1;
	return hex_digit(at[1]) * 16 + hex_digit(at[2]);
}

/*
 * Returns the number of escapes at the place that are one character, or 0 if they
 * are none that the text may have.
 */
static int
escaped_character(const char *at, const char *end, bool utf8)
{
	int byte = escaped_byte(at, end);
	int second = escaped_byte(at + (end - at > 3 ? 3 : 0), end);
	int length;

	if (byte <= 0)
		return 0;
	if (byte < 0x80)
		return 1;
	length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
	/* Neither what is written longer than need be, nor halves of a pair. */
	if (!utf8 || byte < 0xc2 || byte > 0xf4 ||
		(byte == 0xe0 && second < 0xa0) || (byte == 0xed && second > 0x9f) ||
		(byte == 0xf0 && second < 0x90) || (byte == 0xf4 && second > 0x8f))
		return 0;
	for (int i = 1; i < length; i++)
	{
		int next = end - at > 3 * i ? escaped_byte(at + 3 * i, end) : -1;

		if (next < 0x80 || next > 0xbf)
			return 0;
	}
	return length;
}

/* Appends text in the quotes of JSON, without escapes of the comment. */
static void
append_text(TagWriter *writer, Stretch text, bool url)
{
	append(writer, '"');
	for (const char *at = text.start; at < text.end; at++)
	{
		int escapes = url ? escaped_character(at, text.end, writer->utf8) : 0;

		for (int i = 0; i < escapes; i++)
			append_escaped(writer,
						   (unsigned char) escaped_byte(at + 3 * i, text.end));
		if (escapes > 0)
		{
			at += 3 * escapes - 1;
			continue;
		}
		if (*at == '\\' && at + 1 < text.end &&
			(at[1] == '\'' || at[1] == '"' || at[1] == '\\'))
			at++;
		append_escaped(writer, (unsigned char) *at);
	}
	append(writer, '"');
}

static void
append_tag(TagWriter *writer, Stretch key, Stretch value, bool url)
{
	if (writer->n++ > 0)
	{
		append(writer, ',');
		append(writer, ' ');
	}
	append_text(writer, key, true);
	append(writer, ':');
	append(writer, ' ');
	append_text(writer, value, url);
}

/* Appends the trace of a traceparent: version-trace-parent-flags. */
static void
append_trace(TagWriter *writer, Stretch key, Stretch value)
{
	static const char name[] = "traceparent";
	static const char tag[] = "trace_id";
	Stretch trace = {value.start + 3, value.start + 35};

	if ((size_t) (key.end - key.start) != sizeof(name) - 1 ||
		memcmp(key.start, name, sizeof(name) - 1) != 0 ||
		value.end - value.start < 36 || value.start[2] != '-' ||
		*trace.end != '-')
		return;
	for (const char *at = trace.start; at < trace.end; at++)
		if (hex_digit(*at) < 0)
			return;
	append_tag(writer, (Stretch){tag, tag + sizeof(tag) - 1}, trace, false);
}

static bool
is_key(char c)
{
	return isalnum((unsigned char) c) || strchr("_.-%", c) != NULL;
}

static const char *
skip_space(const char *at, const char *end)
{
	while (at < end && isspace((unsigned char) *at))
		at++;
	return at;
}

/*
 * Is there a tag at the place? If so, key is its key, and value begins where its
 * value does.
 */
static bool
tag_begins(const char *at, const char *end, Stretch *key, Stretch *value)
{
	const char *sign;

	if (at >= end || !(isalpha((unsigned char) *at) || *at == '_'))
		return false;
	key->start = at;
	while (at < end && *at != '\0' && is_key(*at))
		at++;
	key->end = at;
	sign = skip_space(at, end);
	if (sign >= end || (*sign != '=' && *sign != ':'))
		return false;
	/* The name of a file may have a line behind it. */
	if (*sign == ':' &&
		(sign > at || memchr(key->start, '.', key->end - key->start)))
		return false;
	/* Neither an address nor an operator. */
	if (end - sign > 2 &&
		(memcmp(sign, "://", 3) == 0 || memcmp(sign, "::", 2) == 0 ||
		 memcmp(sign, "==", 2) == 0))
		return false;
	value->start = skip_space(sign + 1, end);
	value->end = end;
	return value->start < end && *value->start != ',';
}

/* Sets the end of a value in quotes. Returns what follows it; NULL: no quotes. */
static const char *
quoted_end(Stretch *value)
{
	char quote = *value->start;

	if (quote != '\'' && quote != '"')
		return NULL;
	for (const char *at = value->start + 1; at < value->end; at++)
	{
		if (*at == '\\')
			at++;
		else if (*at == quote)
		{
			value->start++;
			value->end = at;
			return at + 1;
		}
	}
	return NULL;
}

/* Sets the end of a value without quotes. Returns what follows it. */
static const char *
plain_end(Stretch *value)
{
	const char *at = value->start;
	const char *next;
	Stretch other_key;
	Stretch other_value;

	while (at < value->end && *at != ',' && *at != ';')
	{
		next = skip_space(at, value->end);
		if (next > at && tag_begins(next, value->end, &other_key, &other_value))
			break;
		at = next > at ? next : at + 1;
	}
	next = at;
	while (at > value->start && isspace((unsigned char) at[-1]))
		at--;
	value->end = at;
	return next;
}

/* Appends the tags of one comment, without its own marks. */
static void
append_tags(TagWriter *writer, const char *at, const char *end)
{
	while (at < end)
	{
		Stretch key;
		Stretch value;
		const char *next;

		if (!tag_begins(at, end, &key, &value))
		{
			/* The rest of a word that begins no tag begins none either. */
			if (!is_key(*at++))
				continue;
			while (at < end && *at != '\0' && is_key(*at))
				at++;
			continue;
		}
		next = quoted_end(&value);
		if (next == NULL)
			next = plain_end(&value);
		append_tag(writer, key, value, key.end[0] == '=');
		append_trace(writer, key, value);
		at = next;
	}
}

/* Returns the end of a comment of several lines, which may have others in it. */
static const char *
block_end(const char *at, const char *end)
{
	int depth = 1;

	for (; at + 1 < end; at++)
	{
		if (at[0] == '/' && at[1] == '*')
			depth++;
		else if (at[0] == '*' && at[1] == '/')
			depth--;
		else
			continue;
		if (depth == 0)
			return at;
		at++;
	}
	return end;
}

int
comment_tags_write(const char *comment, bool utf8, char *json)
{
	TagWriter writer = {.json = json, .utf8 = utf8};
	const char *end = comment + strlen(comment);
	const char *at = comment;

	append(&writer, '{');
	while (end - at > 1)
	{
		const char *stop;

		if (at[0] == '/' && at[1] == '*')
		{
			stop = block_end(at + 2, end);
			if (at[2] != '+')
				append_tags(&writer, at + 2, stop);
			at = end - stop > 2 ? stop + 2 : end;
		}
		else if (at[0] == '-' && at[1] == '-')
		{
			stop = at + strcspn(at, "\r\n");
			append_tags(&writer, at + 2, stop);
			at = stop;
		}
		else
			at++;
	}
	append(&writer, '}');
	append(&writer, '\0');
	return writer.n;
}
