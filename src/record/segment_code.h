/*-------------------------------------------------------------------------
 *
 * segment_code.h
 *		Numbers of a file, most of which are small and take a byte.
 *
 * Seven bits stand in each byte, the lowest first; the highest bit says that more
 * follow. A difference may be negative, and its sign stands in the lowest bit. It is
 * pure: the unit tests build it without the server.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_SEGMENT_CODE_H
#define PERFCHECK_RECORD_SEGMENT_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The bytes that a number takes at most. */
#define SEGMENT_CODE_MOST 10

/* Writes a number, and returns where the next one goes. */
static inline char *
segment_code_put(char *at, uint64_t number)
{
	while (number >= 0x80)
	{
		*at++ = (char) (number | 0x80);
		number >>= 7;
	}
	*at++ = (char) number;
	return at;
}

/* Likewise a number as the difference to another one, whatever they are. */
static inline char *
segment_code_put_from(char *at, int64_t from, int64_t number)
{
	uint64_t difference = (uint64_t) number - (uint64_t) from;

	return segment_code_put(at, (difference >> 63) != 0 ? ~(difference << 1)
														: difference << 1);
}

/*
 * Reads a number of the *left bytes at *at, and goes behind it. Returns false if
 * none stands there.
 */
static inline bool
segment_code_take(const char **at, size_t *left, uint64_t *number)
{
	*number = 0;
	for (int shift = 0; shift < 64 && *left > 0; shift += 7)
	{
		unsigned char byte = (unsigned char) *(*at)++;

		(*left)--;
		*number |= (uint64_t) (byte & 0x7f) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

/* Likewise one that was written by segment_code_put_from(). */
static inline bool
segment_code_take_from(const char **at, size_t *left, int64_t from,
					   int64_t *number)
{
	uint64_t coded;
	bool there = segment_code_take(at, left, &coded);
	uint64_t difference = (coded & 1) != 0 ? ~(coded >> 1) : coded >> 1;

	*number = (int64_t) ((uint64_t) from + difference);
	return there;
}

#endif /* PERFCHECK_RECORD_SEGMENT_CODE_H */
