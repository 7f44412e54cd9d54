/*-------------------------------------------------------------------------
 *
 * log.h
 *		Messages on stderr.
 *
 * Owns their shape: one line a message, "events-api: " before it. A message
 * of several lines, such as libpq's, is folded into one. Thread-safe.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EVENTS_API_LOG_H
#define EVENTS_API_LOG_H

#include <stdarg.h>

extern void log_line(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* The same, in the form of a libmicrohttpd logger; unused is ignored. */
extern void log_vline(void *unused, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

#endif /* EVENTS_API_LOG_H */
