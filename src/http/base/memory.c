/*-------------------------------------------------------------------------
 *
 * memory.c
 *		Memory allocation that cannot fail; see memory.h.
 *
 * Each function wraps one of the C library, and exits where that returns NULL.
 * A size of 0 is raised to 1, because malloc(0) may return NULL.
 *
 *-------------------------------------------------------------------------
 */
#include "http/base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/error.h"

void
memory_exhausted(void)
{
	fputs("perfcheck-http: out of memory\n", stderr);
	exit(EXIT_CANNOT_RUN);
}

static void *
checked(void *memory)
{
	if (memory == NULL)
		memory_exhausted();
	return memory;
}

void *
memory_zeroed(size_t count, size_t size)
{
	return checked(calloc(count > 0 ? count : 1, size));
}

void *
memory_resize(void *old, size_t count, size_t size)
{
	return checked(reallocarray(old, count > 0 ? count : 1, size));
}

void *
memory_grow(void *old, size_t needed, size_t *room, size_t size)
{
	size_t wanted = *room + *room / 2;

	if (needed <= *room)
		return old;
	if (wanted < needed)
		wanted = needed;
	if (wanted < 16)
		wanted = 16;
	old = memory_resize(old, wanted, size);
	*room = wanted;
	return old;
}

char *
memory_text(const char *text)
{
	return checked(strdup(text));
}

char *
memory_text_n(const char *text, size_t n)
{
	return checked(strndup(text, n));
}

char *
memory_format(const char *format, ...)
{
	va_list args;
	char *text = NULL;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	return checked(length < 0 ? NULL : text);
}
