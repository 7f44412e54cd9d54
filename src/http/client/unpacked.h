/*-------------------------------------------------------------------------
 *
 * unpacked.h
 *		Unpacks the body of an answer.
 *
 * Owns what becomes of an answer that cannot be unpacked: it is a broken one, or
 * too large. This is done after its last byte was time-stamped, so that it is not
 * a part of its latency. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_UNPACKED_H
#define PERFCHECK_HTTP_CLIENT_UNPACKED_H

#include "http/base/unpack.h"
#include "http/client/client.h"

/*
 * Unpacks the body of an answer if it is compressed and unpacks is true; then
 * the answer has no encoding any more. It refers to `into`.
 */
extern void unpacked_answer(Answer *answer, bool unpacks, Unpacked *into);

#endif /* PERFCHECK_HTTP_CLIENT_UNPACKED_H */
