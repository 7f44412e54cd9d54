/*-------------------------------------------------------------------------
 *
 * vocabulary.h
 *		The words that synthetic events are made of.
 *
 * Owns the venues, the genres and the artists: what they are called, how busy
 * a venue is, which genre an artist plays. Artists and venues are numbered
 * from 0 and have the same name in every spec. Text is UTF-8 of Latin-1
 * characters only. No artist's name contains "live".
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SYNTH_VOCABULARY_H
#define PERFCHECK_SYNTH_VOCABULARY_H

#include <stdint.h>

#define VOCABULARY_GENRES 11

/* A venue's weight, by which it gets its share of the events. */
#define VOCABULARY_MAX_VENUE_WEIGHT 3

/* Longest name of a venue or an artist, in bytes, without the final zero. */
#define VOCABULARY_MAX_LENGTH 60

/* Copies text without its final zero; returns the end of the copy. */
extern char *vocabulary_put(char *at, const char *text);

/* Writes n in decimal, without a final zero; returns the end. */
extern char *vocabulary_put_number(char *at, int64_t n);

/* The k-th name, with a final zero; returns the end, where the zero is. */
extern char *vocabulary_venue(int32_t k, char *at);
extern char *vocabulary_artist(int32_t k, char *at);

/* 1..VOCABULARY_MAX_VENUE_WEIGHT */
extern int32_t vocabulary_venue_weight(int32_t k);

/* An index for vocabulary_genre(). */
extern int32_t vocabulary_artist_genre(int32_t k);

extern const char *vocabulary_genre(int32_t genre);

#endif /* PERFCHECK_SYNTH_VOCABULARY_H */
