/*-------------------------------------------------------------------------
 *
 * unpack.h
 *		Unpacks the bodies of compressed answers.
 *
 * Owns which encodings there are: gzip and br, and deflate, which nobody asks for.
 * An answer is unpacked after its last byte was time-stamped, so that this is not
 * a part of its latency. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_UNPACK_H
#define PERFCHECK_HTTP_CLIENT_UNPACK_H

#include "http/client/client.h"

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

/*
 * Unpacks the body of an answer if it is compressed and unpacks is true; then
 * the answer has no encoding any more, or is a broken one. It refers to `into`.
 */
extern void unpack_answer(Answer *answer, bool unpacks, Unpacked *into);

#endif /* PERFCHECK_HTTP_CLIENT_UNPACK_H */
