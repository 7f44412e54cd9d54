/*-------------------------------------------------------------------------
 *
 * access_log.c
 *		Reads the access log of a web server; see access_log.h.
 *
 * A line is: host user user [time] "request" status and whatever follows. What is
 * before the time differs from log to log and is not looked at.
 *
 *-------------------------------------------------------------------------
 */
#include "http/requests/access_log.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http/base/memory.h"

typedef struct Line
{
	int64_t at_us;
	const char *request; /* between its quotes, escaped */
	size_t request_size;
	int status;
} Line;

/* Returns where the quote is that ends a text, or NULL. */
static const char *
closing_quote(const char *text)
{
	for (; *text != '\0' && *text != '"'; text++)
		if (*text == '\\' && text[1] != '\0')
			text++;
	return *text == '"' ? text : NULL;
}

static bool
parse_line(const char *text, Line *line)
{
	for (const char *at = strchr(text, '['); at != NULL;
		 at = strchr(at + 1, '['))
	{
		struct tm parts = {0};
		const char *rest = strptime(at + 1, "%d/%b/%Y:%H:%M:%S %z", &parts);
		long zone = parts.tm_gmtoff;
		const char *end;
		char *number_end;

		if (rest == NULL || strncmp(rest, "] \"", 3) != 0)
			continue;
		line->request = rest + 3;
		end = closing_quote(line->request);
		if (end == NULL)
			return false;
		line->request_size = (size_t) (end - line->request);
		line->status = (int) strtol(end + 1, &number_end, 10);
		line->at_us = ((int64_t) timegm(&parts) - zone) * 1000000;
		return end[1] == ' ' && number_end == end + 5 && line->status >= 100 &&
			   line->status <= 599;
	}
	return false;
}

bool
access_log_is_line(const char *line, size_t size)
{
	char *text = memory_text_n(line, size);
	Line parsed;
	bool is_one = parse_line(text, &parsed);

	free(text);
	return is_one;
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
		   : c >= 'a' && c <= 'f' ? c - 'a' + 10
		   : c >= 'A' && c <= 'F' ? c - 'A' + 10
								  : -1;
}

/* Resolves \" and \x22, as the servers escape; returns the length. */
static size_t
unescape(char *text, size_t size)
{
	char *to = text;

	for (size_t i = 0; i < size; i++)
		if (text[i] != '\\' || i + 1 == size)
			*to++ = text[i];
		else if (text[i + 1] == 'x' && i + 3 < size &&
				 hex_digit(text[i + 2]) >= 0 && hex_digit(text[i + 3]) >= 0)
		{
			*to++ =
				(char) (hex_digit(text[i + 2]) * 16 + hex_digit(text[i + 3]));
			i += 3;
		}
		else
			*to++ = text[++i];
	*to = '\0';
	return (size_t) (to - text);
}

/* Returns the path of a request's target, which may be a whole URL. */
static char *
path_of(char *target)
{
	char *host = strstr(target, "://");

	if (target[0] == '/' || host == NULL)
		return target;
	host = strchr(host + 3, '/');
	return host != NULL ? host : target;
}

/* Percent-encodes what a path must not have, as browsers do. */
static char *
encode(const char *path)
{
	char *result = memory_zeroed(3 * strlen(path) + 1, 1);
	char *to = result;

	for (; *path != '\0'; path++)
		if ((unsigned char) *path > ' ' && (unsigned char) *path < 0x7f &&
			strchr("\"<>`#", *path) == NULL)
			*to++ = *path;
		else
			to += sprintf(to, "%%%02X", (unsigned char) *path);
	return result;
}

static void
take_line(Traffic *traffic, const char *text)
{
	Line line;
	Recording recording = {0};
	char *request;
	char *target;
	char *version;
	char *path;
	size_t size;

	if (!parse_line(text, &line))
	{
		traffic->left_out[LEFT_FORM]++;
		return;
	}
	request = memory_text_n(line.request, line.request_size);
	size = unescape(request, line.request_size);
	target = strchr(request, ' ');
	version = strrchr(request, ' ');
	if (target == NULL || strlen(request) != size || version <= target ||
		strncmp(version + 1, "HTTP/", 5) != 0)
		traffic->left_out[LEFT_FORM]++;
	else if (!request_find_method(request, (size_t) (target - request),
								  &recording.method) ||
			 !request_method_is_safe(recording.method))
		traffic->left_out[LEFT_METHOD]++;
	else
	{
		*version = '\0';
		path = encode(path_of(target + 1));
		recording.path = path;
		recording.status = line.status;
		recording.at_us = line.at_us;
		traffic_add(traffic, &recording);
		free(path);
	}
	free(request);
}

void
access_log_read(Traffic *traffic, char *text)
{
	while (*text != '\0')
	{
		size_t size = strcspn(text, "\n");
		bool last = text[size] == '\0';

		text[size] = '\0';
		if (text[strspn(text, " \t\r")] != '\0')
			take_line(traffic, text);
		text += size + !last;
	}
}
