/*-------------------------------------------------------------------------
 *
 * text.h
 *		Conversion of text: numbers with units, and what a terminal may show.
 *
 * Owns how users write a duration, how reports show a latency, which content
 * types are JSON, and the rule that no byte of an answer reaches the terminal
 * unfiltered. Durations and latencies are int64 microseconds everywhere in
 * perfcheck-http; a name says the unit where it is another.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_BASE_TEXT_H
#define PERFCHECK_HTTP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A buffer of this size is large enough for each text_from_ function. */
#define TEXT_NUMBER_SIZE 48

/*
 * Reads "500ms", "5s", "2m" or "1.5" (seconds). Returns false if text is not
 * a duration from 1 ms to 24 hours.
 */
extern bool text_to_duration(const char *text, int64_t *us);

/*
 * Read a plain number without a sign, an exponent or "inf". Return false if
 * text is not such a number, or is not from min to max.
 */
extern bool text_to_decimal(const char *text, double *value);
extern bool text_to_integer(const char *text, int64_t min, int64_t max,
							int64_t *value);

/* Write to buffer, of TEXT_NUMBER_SIZE bytes, and return it. */
extern const char *text_from_count(char *buffer, int64_t count); /* 12,345 */
extern const char *text_from_duration(char *buffer, int64_t us); /* 30.0 s */
extern const char *text_from_ms(char *buffer, double ms);        /* 8.21 */

/*
 * Replaces in place what a terminal might act upon: control characters by a
 * space; bytes that are not UTF-8, marks that turn text round, and what is not seen,
 * by '?'.
 */
extern void text_make_printable(char *text);

/*
 * Returns the length of the first character of a text in UTF-8 that ends with a zero
 * if it is DEL, a C1 control, one that turns text round or ends a line, or one that is
 * not seen, and its code; otherwise 0. They are those of the extension's
 * perfcheck_visible().
 */
extern size_t text_hidden(const char *text, unsigned long *code);

/*
 * Copies n bytes in printable form, as far as they fit into size - 1 bytes
 * without cutting a character in two.
 */
extern void text_copy_printable(char *to, size_t size, const char *from,
								size_t n);

/* Returns whether a Content-Type is application/json or ends in +json. */
extern bool text_is_json_type(const char *type);

/* Returns the number of characters, each taken to be one column wide. */
extern int text_columns(const char *text);

#endif /* PERFCHECK_HTTP_BASE_TEXT_H */
