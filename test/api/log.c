/*-------------------------------------------------------------------------
 *
 * log.c
 *		Messages on stderr; see log.h.
 *
 *-------------------------------------------------------------------------
 */
#include "log.h"

#include <stdio.h>
#include <string.h>

#define LOG_SIZE 2048

/* Runs of spaces and control characters become one space, none at the end. */
static void
log_fold(char *text)
{
	char *to = text;

	for (const char *from = text; *from != '\0'; from++)
	{
		unsigned char c = (unsigned char) *from;

		if (c > ' ' && c != 0x7F)
			*to++ = *from;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	}
	while (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
}

void
log_vline(void *unused, const char *format, va_list args)
{
	char text[LOG_SIZE];

	(void) unused;
	if (vsnprintf(text, sizeof(text), format, args) < 0)
		return;
	log_fold(text);
	/* One call: stdio's lock keeps lines of several threads apart. */
	(void) fprintf(stderr, "events-api: %s\n", text);
}

void
log_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_vline(NULL, format, args);
	va_end(args);
}
