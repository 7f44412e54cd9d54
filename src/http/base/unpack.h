/*-------------------------------------------------------------------------
 *
 * unpack.h
 *		Unpacks the bodies of compressed answers.
 *
 * Owns which encodings there are: gzip and br, and deflate, which nobody asks for.
 * Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_BASE_UNPACK_H
#define PERFCHECK_HTTP_BASE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Returns what is asked for, "gzip, br"; or less, where this program was built
 * without zlib or brotli, or NULL.
 */
extern const char *unpack_accepted(void);

typedef struct Unpacked
{
	char *data;
	size_t size;
	size_t room;
} Unpacked;

/* Returns whether a Content-Encoding says that the body is as it is. */
extern bool unpack_is_plain(const char *encoding);

/*
 * Unpacks a body of up to `most` bytes, and replaces what `into` had before.
 * Returns NULL, or what is wrong.
 */
extern const char *unpack_body(const char *encoding, const char *body,
							   size_t size, size_t most, Unpacked *into);

#endif /* PERFCHECK_HTTP_BASE_UNPACK_H */
