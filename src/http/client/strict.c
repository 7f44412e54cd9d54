/*-------------------------------------------------------------------------
 *
 * strict.c
 *		What libcurl takes for an answer, and is none; see strict.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/client/strict.h"

#include <string.h>
#include <strings.h>

#include "http/client/parser.h"

/* Returns whether a line begins with the lower-case words. */
static bool
begins(const char *line, size_t size, const char *words)
{
	return size >= strlen(words) &&
		   strncasecmp(line, words, strlen(words)) == 0;
}

/* A length of digits alone, as many as fit. */
static bool
is_length(const char *value, size_t size)
{
	size_t digits = 0;

	while (size > 0 && (*value == ' ' || *value == '\t'))
		value++, size--;
	while (digits < size && value[digits] >= '0' && value[digits] <= '9')
		digits++;
	return digits > 0 && digits <= 19 &&
		   strspn(value + digits, " \t\r\n") >= size - digits;
}

/*
 * libcurl takes the last of several lengths, and leaves bytes behind an answer
 * unread. The former is refused here. Of the latter it speaks when it is asked
 * to be verbose, which is not worth its time before the headers have ended.
 */
static size_t
on_header(char *data, size_t size, size_t count, void *context)
{
	static const char length[] = "content-length:";
	Strict *strict = context;
	size_t bytes = size * count;

	heads_line(strict->heads, data, bytes);
	if (begins(data, bytes, "http/"))
		strict->lengths = 0;
	else if (bytes <= 2)
		(void) curl_easy_setopt(strict->easy, CURLOPT_VERBOSE, 1L);
	else if (begins(data, bytes, length))
	{
		if (strict->lengths++ > 0)
			strict->fault = PARSER_LENGTHS;
		else if (!is_length(data + strlen(length), bytes - strlen(length)))
			strict->fault = "invalid character in content-length header";
	}
	return strict->fault == NULL ? bytes : 0;
}

static int
on_debug(CURL *easy, curl_infotype type, char *data, size_t size, void *context)
{
	Strict *strict = context;

	(void) easy;
	if (type == CURLINFO_TEXT && (begins(data, size, "excess found") ||
								  begins(data, size, "leftovers after")))
		strict->fault = PARSER_EXCESS;
	return 0;
}

bool
strict_set_up(Strict *strict, CURL *easy, Heads *heads)
{
	strict->easy = easy;
	strict->heads = heads;
	return curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header) ==
			   CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_HEADERDATA, strict) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_debug) ==
			   CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_DEBUGDATA, strict) == CURLE_OK;
}

bool
strict_start(Strict *strict)
{
	strict->lengths = 0;
	strict->fault = NULL;
	return curl_easy_setopt(strict->easy, CURLOPT_VERBOSE, 0L) == CURLE_OK;
}

bool
strict_is_stray(const char *bytes, size_t size)
{
	static const char notice[] = "HTTP/1.1 408";
	size_t compared = size < strlen(notice) ? size : strlen(notice);

	return size > 0 && memcmp(bytes, notice, compared) != 0;
}
