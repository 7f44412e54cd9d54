/*-------------------------------------------------------------------------
 *
 * request.c
 *		The parameters of GET /api/events, validated; see request.h.
 *
 *-------------------------------------------------------------------------
 */
#include "request.h"

#include <stdio.h>
#include <string.h>

/* How much of an unknown parameter's name is repeated to the client. */
#define SHOWN_NAME_LENGTH 40

#define UUID_LENGTH (REQUEST_UUID_SIZE - 1)

/* Takes a value that is valid UTF-8; a reason for refusing it, or NULL. */
typedef const char *(*Setter)(EventRequest *request, const char *value);

static const char *
set_text(char target[REQUEST_TEXT_SIZE], const char *value)
{
	if (value[0] == '\0')
		return "empty";
	memcpy(target, value, strlen(value) + 1);
	return NULL;
}

static const char *
set_genre(EventRequest *request, const char *value)
{
	return set_text(request->genre, value);
}

static const char *
set_venue(EventRequest *request, const char *value)
{
	return set_text(request->venue, value);
}

static const char *
set_artist_search(EventRequest *request, const char *value)
{
	return set_text(request->artist_search, value);
}

static const char *
set_event_search(EventRequest *request, const char *value)
{
	return set_text(request->event_search, value);
}

static const char *
set_date(char target[ISOTIME_SIZE], int64_t *microseconds, const char *value)
{
	if (!isotime_parse(value, microseconds))
	{
		/* 2027-03-01T18:00:00+01:00, with + for a space, is easily sent. */
		if (strchr(value, ' ') != NULL)
			return "not an ISO 8601 date or timestamp; it holds a space "
				   "(in a URL, + is written %2B)";
		return "not an ISO 8601 date or timestamp, such as 2027-03-01 or "
			   "2027-03-01T18:00:00Z";
	}
	memcpy(target, value, strlen(value) + 1);
	return NULL;
}

static const char *
set_date_from(EventRequest *request, const char *value)
{
	return set_date(request->date_from, &request->from, value);
}

static const char *
set_date_to(EventRequest *request, const char *value)
{
	return set_date(request->date_to, &request->to, value);
}

static bool
is_uuid(const char *text)
{
	for (size_t i = 0; i < UUID_LENGTH; i++)
	{
		bool hyphen = (i == 8 || i == 13 || i == 18 || i == 23);

		if (text[i] == '\0' ||
			strchr(hyphen ? "-" : "0123456789abcdefABCDEF", text[i]) == NULL)
			return false;
	}
	return text[UUID_LENGTH] == '\0';
}

static const char *
set_cursor(EventRequest *request, const char *value)
{
	static const char *const reason =
		"not <ISO date>_<uuid>, as nextCursor gives it";
	const char *separator = strrchr(value, '_');
	size_t date_length;
	int64_t unused;

	if (separator == NULL || !is_uuid(separator + 1))
		return reason;
	date_length = (size_t) (separator - value);
	if (date_length >= ISOTIME_SIZE)
		return reason;
	memcpy(request->cursor_date, value, date_length);
	request->cursor_date[date_length] = '\0';
	if (!isotime_parse(request->cursor_date, &unused))
		return reason;
	memcpy(request->cursor_id, separator + 1, REQUEST_UUID_SIZE);
	return NULL;
}

static const char *
set_limit(EventRequest *request, const char *value)
{
	static const char *const reason = "not an integer from 1 to 100";
	int limit = 0;

	if (value[0] == '\0')
		return reason;
	for (; *value != '\0'; value++)
	{
		if (*value < '0' || *value > '9')
			return reason;
		limit = limit * 10 + (*value - '0');
		if (limit > REQUEST_MAX_LIMIT)
			return reason;
	}
	if (limit < 1)
		return reason;
	request->limit = limit;
	return NULL;
}

static const struct
{
	const char *name;
	Setter set;
} parameters[] = {
	{"genre", set_genre},
	{"dateFrom", set_date_from},
	{"dateTo", set_date_to},
	{"venue", set_venue},
	{"artistSearch", set_artist_search},
	{"eventSearch", set_event_search},
	{"cursor", set_cursor},
	{"limit", set_limit},
};

#define PARAMETER_COUNT (sizeof(parameters) / sizeof(parameters[0]))

/* Bytes of the UTF-8 character at text, 0 if it is not a valid one. */
static size_t
utf8_character(const unsigned char *text, size_t available)
{
	/* The second byte's range tells overlong forms and surrogates. */
	unsigned char low = 0x80;
	unsigned char high = 0xBF;
	size_t length;

	if (text[0] < 0x80)
		return 1;
	if (text[0] >= 0xC2 && text[0] <= 0xDF)
		length = 2;
	else if (text[0] >= 0xE0 && text[0] <= 0xEF)
		length = 3;
	else if (text[0] >= 0xF0 && text[0] <= 0xF4)
		length = 4;
	else
		return 0;
	if (text[0] == 0xE0)
		low = 0xA0;
	else if (text[0] == 0xED)
		high = 0x9F;
	else if (text[0] == 0xF0)
		low = 0x90;
	else if (text[0] == 0xF4)
		high = 0x8F;

	if (length > available || text[1] < low || text[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
	{
		if ((text[i] & 0xC0) != 0x80)
			return 0;
	}
	return length;
}

/* What no parameter may hold; the reason, or NULL. */
static const char *
check_text(const char *value, size_t length)
{
	size_t characters = 0;

	if (memchr(value, '\0', length) != NULL)
		return "holds a NUL byte";
	for (size_t i = 0; i < length; characters++)
	{
		size_t bytes =
			utf8_character((const unsigned char *) value + i, length - i);

		if (bytes == 0)
			return "not valid UTF-8";
		i += bytes;
	}
	if (characters > REQUEST_MAX_CHARACTERS)
		return "longer than 200 characters";
	return NULL;
}

/* Only what may stand in an error message; ? for the rest. */
static void
refuse_name(const char *name, size_t length, char error[REQUEST_ERROR_SIZE])
{
	char shown[SHOWN_NAME_LENGTH + 1] = "(no name)";
	size_t i;

	for (i = 0; i < length && i < SHOWN_NAME_LENGTH; i++)
	{
		char c = name[i];

		if (c > ' ' && c <= '~' && c != '"' && c != '\\')
			shown[i] = c;
		else
			shown[i] = '?';
	}
	if (i > 0)
		shown[i] = '\0';
	snprintf(error, REQUEST_ERROR_SIZE,
			 "%s: unknown parameter; known are genre, dateFrom, dateTo, "
			 "venue, artistSearch, eventSearch, cursor, limit",
			 shown);
}

void
request_init(EventRequest *request)
{
	memset(request, 0, sizeof(*request));
	request->limit = REQUEST_DEFAULT_LIMIT;
}

bool
request_add(EventRequest *request, const char *name, size_t name_length,
			const char *value, size_t value_length,
			char error[REQUEST_ERROR_SIZE])
{
	const char *reason;
	size_t i;

	for (i = 0; i < PARAMETER_COUNT; i++)
	{
		if (strlen(parameters[i].name) == name_length &&
			memcmp(parameters[i].name, name, name_length) == 0)
			break;
	}
	if (i == PARAMETER_COUNT)
	{
		refuse_name(name, name_length, error);
		return false;
	}

	if (value == NULL)
	{
		value = "";
		value_length = 0;
	}
	reason = (request->seen & (1u << i)) ? "given more than once"
										 : check_text(value, value_length);
	request->seen |= 1u << i;
	if (reason == NULL)
		reason = parameters[i].set(request, value);
	if (reason != NULL)
	{
		snprintf(error, REQUEST_ERROR_SIZE, "%s: %s", parameters[i].name,
				 reason);
		return false;
	}
	return true;
}

bool
request_finish(const EventRequest *request, char error[REQUEST_ERROR_SIZE])
{
	if (request->date_from[0] != '\0' && request->date_to[0] != '\0' &&
		request->from > request->to)
	{
		snprintf(error, REQUEST_ERROR_SIZE, "dateFrom: later than dateTo");
		return false;
	}
	return true;
}
