/*-------------------------------------------------------------------------
 *
 * expect.h
 *		What the user expects of every answer: --expect-status, --expect-json.
 *
 * Owns the two small languages. A list of statuses is "200,204,4xx,500-503". An
 * expectation of JSON is a path, and what must hold for each place that it leads
 * to:
 *
 *	$.errors absent          there is no such member, or it is null
 *	$.data.user present      it is there, and not null
 *	$.items[*].price >= 0    also = != < <= >; the value is JSON or a word
 *
 * A path is $ and then .name, ['any name'], [0], [-1] for the last element, and
 * [*] for each element or member. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_BASE_EXPECT_H
#define PERFCHECK_HTTP_BASE_EXPECT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct StatusRange
{
	int from;
	int to;
} StatusRange;

typedef struct JsonExpectation JsonExpectation;

typedef struct Expect
{
	StatusRange *statuses; /* none: 2xx */
	size_t status_count;
	JsonExpectation **json;
	size_t json_count;
} Expect;

/* Returns false if that is no list of statuses. */
extern bool expect_add_statuses(Expect *expect, const char *list);

/* Returns NULL, or what is wrong with the words. */
extern const char *expect_add_json(Expect *expect, const char *words);

/* Returns whether a word says what must hold, as "absent" does. */
extern bool expect_is_operator(const char *word);

extern void expect_free(Expect *expect);

/* Returns whether a status is right. expect may be NULL: 2xx is. */
extern bool expect_status(const Expect *expect, int status);

/*
 * Returns whether a body fulfils all expectations; else writes which one it
 * breaks, and how. expect may be NULL.
 */
extern bool expect_json(const Expect *expect, const char *body, size_t size,
						char *problem, size_t room);

#endif /* PERFCHECK_HTTP_BASE_EXPECT_H */
