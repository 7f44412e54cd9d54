/*-------------------------------------------------------------------------
 *
 * text.c
 *		Conversion of text; see text.h.
 *
 * Numbers are scanned by hand before strtod() and strtoll() see them, because
 * those take more than is wanted: signs, "inf", hexadecimal, leading blanks.
 * Printable text is made character by character of UTF-8, and only ever gets
 * shorter, so that it can be made in place.
 *
 *-------------------------------------------------------------------------
 */
#include "http/base/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DIGITS "0123456789"
#define US_PER_MS 1000.0
#define US_PER_S 1000000.0
#define MAX_DURATION_US (24 * 3600 * US_PER_S)

/*
 * Reads "12" or "1.5" from the start of text. Returns what follows it, or NULL
 * if text does not start with a number.
 */
static const char *
read_decimal(const char *text, double *value)
{
	size_t whole = strspn(text, DIGITS);
	const char *rest = text + whole;

	if (whole == 0)
		return NULL;
	if (*rest == '.')
	{
		size_t fraction = strspn(rest + 1, DIGITS);

		if (fraction == 0)
			return NULL;
		rest += 1 + fraction;
	}
	if (*rest == 'e' || *rest == 'E' || *rest == 'x' || *rest == 'X')
		return NULL;
	*value = strtod(text, NULL);
	return isfinite(*value) ? rest : NULL;
}

bool
text_to_duration(const char *text, int64_t *us)
{
	double value;
	const char *unit = read_decimal(text, &value);

	if (unit == NULL)
		return false;
	if (strcmp(unit, "ms") == 0)
		value *= US_PER_MS;
	else if (strcmp(unit, "s") == 0 || *unit == '\0')
		value *= US_PER_S;
	else if (strcmp(unit, "m") == 0)
		value *= 60 * US_PER_S;
	else
		return false;
	if (value < US_PER_MS || value > MAX_DURATION_US)
		return false;
	*us = (int64_t) (value + 0.5);
	return true;
}

bool
text_to_decimal(const char *text, double *value)
{
	const char *rest = read_decimal(text, value);

	return rest != NULL && *rest == '\0';
}

bool
text_to_integer(const char *text, int64_t min, int64_t max, int64_t *value)
{
	long long number;
	size_t digits = strspn(text, DIGITS);

	if (digits == 0 || text[digits] != '\0')
		return false;
	errno = 0;
	number = strtoll(text, NULL, 10);
	if (errno != 0 || number < min || number > max)
		return false;
	*value = number;
	return true;
}

const char *
text_from_count(char *buffer, int64_t count)
{
	char digits[24];
	size_t length =
		(size_t) snprintf(digits, sizeof(digits), "%lld", (long long) count);
	size_t used = 0;

	for (size_t i = 0; i < length; i++)
	{
		if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
			buffer[used++] = ',';
		buffer[used++] = digits[i];
	}
	buffer[used] = '\0';
	return buffer;
}

const char *
text_from_duration(char *buffer, int64_t us)
{
	if (us < US_PER_S)
		snprintf(buffer, TEXT_NUMBER_SIZE, "%.0f ms", (double) us / US_PER_MS);
	else
		snprintf(buffer, TEXT_NUMBER_SIZE, "%.1f s", (double) us / US_PER_S);
	return buffer;
}

/* Shows three significant digits, so that columns stay narrow. */
const char *
text_from_ms(char *buffer, double ms)
{
	int decimals = ms < 9.995 ? 2 : ms < 99.95 ? 1 : 0;

	snprintf(buffer, TEXT_NUMBER_SIZE, "%.*f", decimals, ms);
	return buffer;
}

/*
 * Returns the length of the UTF-8 character at text, or 0 if there is none.
 * The C1 control characters (U+0080 to U+009F) count as invalid, because
 * terminals act upon them.
 */
static size_t
utf8_length(const unsigned char *text, size_t n)
{
	size_t length;

	if (text[0] < 0x80)
		return 1;
	if (text[0] >= 0xc2 && text[0] <= 0xdf)
		length = 2;
	else if (text[0] >= 0xe0 && text[0] <= 0xef)
		length = 3;
	else if (text[0] >= 0xf0 && text[0] <= 0xf4)
		length = 4;
	else
		return 0;
	if (n < length)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if ((text[0] == 0xc2 && text[1] < 0xa0) ||
		(text[0] == 0xe0 && text[1] < 0xa0) ||
		(text[0] == 0xed && text[1] > 0x9f) ||
		(text[0] == 0xf0 && text[1] < 0x90) ||
		(text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	return length;
}

size_t
text_hidden(const char *text, unsigned long *code)
{
	const unsigned char *c = (const unsigned char *) text;
	size_t length = *c < 0x80 ? 1 : *c < 0xe0 ? 2 : *c < 0xf0 ? 3 : 4;

	*code = length == 1   ? *c
			: length == 2 ? (*c & 0x1fUL)
			: length == 3 ? (*c & 0x0fUL)
						  : (*c & 0x07UL);
	for (size_t i = 1; i < length; i++)
	{
		if ((c[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (c[i] & 0x3fUL);
	}
	return (*code >= 0x7f && *code <= 0x9f) || *code == 0xad ||
				   *code == 0x061c || *code == 0x180e ||
				   (*code >= 0x200b && *code <= 0x200f) ||
				   (*code >= 0x2028 && *code <= 0x202e) ||
				   (*code >= 0x2060 && *code <= 0x206f) || *code == 0xfeff ||
				   *code == 0xfffe || *code == 0xffff ||
				   (*code >= 0xe0000 && *code <= 0xe007f)
			   ? length
			   : 0;
}

void
text_copy_printable(char *to, size_t size, const char *from, size_t n)
{
	size_t used = 0;
	size_t i = 0;

	while (i < n)
	{
		const unsigned char *c = (const unsigned char *) from + i;
		size_t length = utf8_length(c, n - i);
		unsigned long code;

		if (used + (length > 0 ? length : 1) >= size)
			break;
		if (length > 1 && text_hidden(from + i, &code) > 0)
			to[used++] = '?';
		else if (length <= 1)
			to[used++] = length == 0               ? '?'
						 : *c < 0x20 || *c == 0x7f ? ' '
												   : (char) *c;
		else
		{
			memmove(to + used, c, length);
			used += length;
		}
		i += length > 0 ? length : 1;
	}
	to[used] = '\0';
}

/* Works in place, because the copy never overtakes the original. */
void
text_make_printable(char *text)
{
	size_t n = strlen(text);

	text_copy_printable(text, n + 1, text, n);
}

/* See RFC 8259, 11, and RFC 6839, 3.1. A parameter may follow the type. */
bool
text_is_json_type(const char *type)
{
	static const char plain[] = "application/json";
	static const char suffix[] = "+json";
	size_t length = strcspn(type, "; \t");

	return (length == strlen(plain) && strncasecmp(type, plain, length) == 0) ||
		   (length > strlen(suffix) &&
			strncasecmp(type + length - strlen(suffix), suffix,
						strlen(suffix)) == 0);
}

int
text_columns(const char *text)
{
	int columns = 0;

	for (; *text != '\0'; text++)
		if (((unsigned char) *text & 0xc0) != 0x80)
			columns++;
	return columns;
}
