/*-------------------------------------------------------------------------
 *
 * error.c
 *		The error that ends perfcheck-http; see error.h.
 *
 * Every message is made printable as it is set, because it may quote a file,
 * an option or a server.
 *
 *-------------------------------------------------------------------------
 */
#include "http/base/error.h"

#include <stdarg.h>

#include "http/base/text.h"

bool
error_set(RunError *error, ExitStatus status, const char *format, ...)
{
	va_list args;

	error->status = status;
	error->hint[0] = '\0';
	va_start(args, format);
	(void) vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
	text_make_printable(error->message);
	return false;
}

bool
error_hint(RunError *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void) vsnprintf(error->hint, sizeof(error->hint), format, args);
	va_end(args);
	text_make_printable(error->hint);
	return false;
}

void
error_print(FILE *out, const RunError *error)
{
	fprintf(out, "perfcheck-http: %s\n", error->message);
	if (error->hint[0] != '\0')
		fprintf(out, "hint: %s\n", error->hint);
}
