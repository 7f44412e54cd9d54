/*-------------------------------------------------------------------------
 *
 * heads.c
 *		The headers of an answer that are kept; see heads.h.
 *
 * Most headers are none of these, which their length tells at once. Memory is
 * kept for the next answer.
 *
 *-------------------------------------------------------------------------
 */
#include "http/client/heads.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/base/memory.h"

/* What is longer than this, in bytes, is cut off. */
#define MAX_KEPT 16384

enum Header
{
	HEADER_OTHER,
	HEADER_LINK,
	HEADER_COOKIE,
	HEADER_TYPE,
	HEADER_ENCODING
};

void
heads_start(Heads *heads)
{
	heads->type[0] = '\0';
	heads->encoding[0] = '\0';
	heads->type_size = 0;
	heads->encoding_size = 0;
	heads->link_size = 0;
	heads->cookies_size = 0;
	if (heads->link != NULL)
		heads->link[0] = '\0';
	if (heads->cookies != NULL)
		heads->cookies[0] = '\0';
	heads->name_size = 0;
	heads->current = HEADER_OTHER;
	heads->in_value = false;
}

void
heads_free(Heads *heads)
{
	free(heads->link);
	free(heads->cookies);
	*heads = (Heads){0};
}

void
heads_name(Heads *heads, const char *data, size_t size)
{
	if (heads->in_value)
		heads->name_size = 0;
	heads->in_value = false;
	/* A name that is too long is none of these, and stays too long. */
	if (size <= sizeof(heads->name) - heads->name_size &&
		heads->name_size <= sizeof(heads->name))
		memcpy(heads->name + heads->name_size, data, size);
	else
		size = sizeof(heads->name) + 1 - heads->name_size;
	heads->name_size += size;
}

static bool
is_name(const Heads *heads, const char *name)
{
	return strncasecmp(heads->name, name, heads->name_size) == 0;
}

static int
look_up(const Heads *heads)
{
	switch (heads->name_size)
	{
		case 4:
			return is_name(heads, "link") ? HEADER_LINK : HEADER_OTHER;
		case 10:
			return is_name(heads, "set-cookie") ? HEADER_COOKIE : HEADER_OTHER;
		case 12:
			return is_name(heads, "content-type") ? HEADER_TYPE : HEADER_OTHER;
		case 16:
			return is_name(heads, "content-encoding") ? HEADER_ENCODING
													  : HEADER_OTHER;
		default:
			return HEADER_OTHER;
	}
}

/* Appends to a buffer of a fixed size, as far as there is room. */
static void
append_fixed(char *buffer, size_t room, size_t *used, const char *data,
			 size_t size)
{
	if (size > room - 1 - *used)
		size = room - 1 - *used;
	memcpy(buffer + *used, data, size);
	*used += size;
	buffer[*used] = '\0';
}

static void
append(char **buffer, size_t *room, size_t *used, const char *data, size_t size)
{
	if (size > MAX_KEPT - *used)
		size = MAX_KEPT - *used;
	*buffer = memory_grow(*buffer, *used + size + 1, room, 1);
	memcpy(*buffer + *used, data, size);
	*used += size;
	(*buffer)[*used] = '\0';
}

/* Separates the value that begins from the one before it. */
static void
begin_value(Heads *heads)
{
	heads->in_value = true;
	heads->current = look_up(heads);
	switch (heads->current)
	{
		case HEADER_TYPE:
			heads->type_size = 0;
			break;
		case HEADER_ENCODING:
			if (heads->encoding_size > 0)
				append_fixed(heads->encoding, sizeof(heads->encoding),
							 &heads->encoding_size, ",", 1);
			break;
		case HEADER_LINK:
			if (heads->link_size > 0)
				append(&heads->link, &heads->link_room, &heads->link_size, ", ",
					   2);
			break;
		case HEADER_COOKIE:
			if (heads->cookies_size > 0)
				append(&heads->cookies, &heads->cookies_room,
					   &heads->cookies_size, "\n", 1);
			break;
		default:
			break;
	}
}

void
heads_value(Heads *heads, const char *data, size_t size)
{
	if (!heads->in_value)
		begin_value(heads);
	switch (heads->current)
	{
		case HEADER_TYPE:
			append_fixed(heads->type, sizeof(heads->type), &heads->type_size,
						 data, size);
			break;
		case HEADER_ENCODING:
			append_fixed(heads->encoding, sizeof(heads->encoding),
						 &heads->encoding_size, data, size);
			break;
		case HEADER_LINK:
			append(&heads->link, &heads->link_room, &heads->link_size, data,
				   size);
			break;
		case HEADER_COOKIE:
			append(&heads->cookies, &heads->cookies_room, &heads->cookies_size,
				   data, size);
			break;
		default:
			break;
	}
}

void
heads_line(Heads *heads, const char *data, size_t size)
{
	const char *colon = memchr(data, ':', size);
	const char *end = data + size;
	const char *value;

	if (size > 5 && memcmp(data, "HTTP/", 5) == 0)
		heads_start(heads);
	else if (colon != NULL)
	{
		while (end > data && strchr(" \t\r\n", end[-1]) != NULL)
			end--;
		for (value = colon + 1;
			 value < end && (*value == ' ' || *value == '\t');)
			value++;
		heads_name(heads, data, (size_t) (colon - data));
		heads_value(heads, value, value < end ? (size_t) (end - value) : 0);
	}
}
