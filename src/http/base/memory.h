/*-------------------------------------------------------------------------
 *
 * memory.h
 *		Allocation that does not fail.
 *
 * Owns what happens when memory runs out: one line on standard error and exit
 * status 3. A load test that cannot keep its samples has no result to save.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_BASE_MEMORY_H
#define PERFCHECK_HTTP_BASE_MEMORY_H

#include <stddef.h>

/* Says so, and exits: for what others allocate. */
extern void memory_exhausted(void) __attribute__((noreturn));

/* count elements of size bytes, zeroed. */
extern void *memory_zeroed(size_t count, size_t size);

/* As realloc(), for count elements of size bytes. */
extern void *memory_resize(void *old, size_t count, size_t size);

/*
 * As memory_resize() where needed > *room, growing by half at least, so that
 * appending one by one stays cheap.
 */
extern void *memory_grow(void *old, size_t needed, size_t *room, size_t size);

extern char *memory_text(const char *text);
extern char *memory_text_n(const char *text, size_t n);

/* printf() into memory of its own. */
extern char *memory_format(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

#endif /* PERFCHECK_HTTP_BASE_MEMORY_H */
