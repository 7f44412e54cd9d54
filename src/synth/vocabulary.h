/*-------------------------------------------------------------------------
 *
 * vocabulary.h
 *		The words that synthetic events are made of.
 *
 * Owns the names of venues, genres and artists, how busy a venue is, and which
 * genre an artist plays. Venues and artists are numbered from 0, and a number
 * has the same name in every spec. Text is in UTF-8, and has characters of
 * Latin-1 only. No name of an artist contains "live". No function here fails.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SYNTH_VOCABULARY_H
#define PERFCHECK_SYNTH_VOCABULARY_H

#include <stdint.h>

#define VOCABULARY_GENRES 11

/* A venue's share of the events is proportional to its weight. */
#define VOCABULARY_MAX_VENUE_WEIGHT 3

/* The longest name of a venue or an artist, in bytes, without the final zero. */
#define VOCABULARY_MAX_LENGTH 60

/* Copies text to at without its final zero. Returns the end of the copy. */
extern char *vocabulary_put(char *at, const char *text);

/* Writes n to at in decimal, without a final zero. Returns the end of it. */
extern char *vocabulary_put_number(char *at, int64_t n);

/* Write name k to at, with a final zero. Return where that zero is. */
extern char *vocabulary_venue(int32_t k, char *at);
extern char *vocabulary_artist(int32_t k, char *at);

/* Returns the weight of venue k, 1 to VOCABULARY_MAX_VENUE_WEIGHT. */
extern int32_t vocabulary_venue_weight(int32_t k);

/* Returns the genre of artist k, 0 to VOCABULARY_GENRES - 1. */
extern int32_t vocabulary_artist_genre(int32_t k);

/* Returns the name of a genre, which is static. */
extern const char *vocabulary_genre(int32_t genre);

#endif /* PERFCHECK_SYNTH_VOCABULARY_H */
