/*-------------------------------------------------------------------------
 *
 * memory.h
 *		Memory allocation that cannot fail.
 *
 * Owns what happens when memory runs out: perfcheck-http prints one line on
 * standard error and exits with status 3. A load test that cannot store its
 * samples has no result worth saving. So no function below returns NULL, and
 * the caller frees what they return with free().
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_BASE_MEMORY_H
#define PERFCHECK_HTTP_BASE_MEMORY_H

#include <stddef.h>

/* Reports that memory has run out and exits; for what libraries allocate. */
extern void memory_exhausted(void) __attribute__((noreturn));

/* Returns count elements of size bytes each, all zero. */
extern void *memory_zeroed(size_t count, size_t size);

/* Works as realloc(), for count elements of size bytes each. */
extern void *memory_resize(void *old, size_t count, size_t size);

/*
 * Makes room for `needed` elements, and updates *room. Returns old if it has
 * the room already; else it grows by half at least, so that appending element
 * by element takes linear time.
 */
extern void *memory_grow(void *old, size_t needed, size_t *room, size_t size);

/* Return a copy of a string, or of its first n bytes. */
extern char *memory_text(const char *text);
extern char *memory_text_n(const char *text, size_t n);

/* Returns what printf() would print. */
extern char *memory_format(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

#endif /* PERFCHECK_HTTP_BASE_MEMORY_H */
