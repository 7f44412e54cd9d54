/*-------------------------------------------------------------------------
 *
 * text.h
 *		Text in and out: numbers with units, and what a terminal may be shown.
 *
 * Owns how a duration is written by the user, how a latency is written for
 * people, what is called JSON, and the rule that no byte of an answer reaches the terminal
 * unfiltered. Durations and latencies are int64 microseconds inside of
 * perfcheck-http; units are named wherever they are anything else.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_BASE_TEXT_H
#define PERFCHECK_HTTP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for any of the text_* writers below. */
#define TEXT_NUMBER_SIZE 48

/* "500ms", "5s", "2m", "1.5" (seconds); from 1 ms to 24 hours. */
extern bool text_to_duration(const char *text, int64_t *us);

/* Plain decimals only: no sign, no exponent, no "inf". */
extern bool text_to_decimal(const char *text, double *value);
extern bool text_to_integer(const char *text, int64_t min, int64_t max,
							int64_t *value);

/* Each writes to buffer (TEXT_NUMBER_SIZE bytes) and returns it. */
extern const char *text_from_count(char *buffer, int64_t count); /* 12,345 */
extern const char *text_from_duration(char *buffer, int64_t us); /* 30.0 s */
extern const char *text_from_ms(char *buffer, double ms);        /* 8.21 */

/*
 * Replaces what a terminal might act upon: control characters by a space,
 * bytes that are not UTF-8 by '?'.
 */
extern void text_make_printable(char *text);

/* Copies at most size - 1 bytes of n, printable, no character cut in two. */
extern void text_copy_printable(char *to, size_t size, const char *from,
								size_t n);

/* Whether this is a Content-Type of JSON: application/json, or any +json. */
extern bool text_is_json_type(const char *type);

/* How many columns a UTF-8 text takes, wide characters left aside. */
extern int text_columns(const char *text);

#endif /* PERFCHECK_HTTP_BASE_TEXT_H */
