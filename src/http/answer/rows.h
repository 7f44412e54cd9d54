/*-------------------------------------------------------------------------
 *
 * rows.h
 *		Finds the rows of a body.
 *
 * Owns where APIs put rows: at the top, in a member such as "events", "data" or
 * "items", in an envelope (hits.hits, _embedded, GraphQL's edges, JSON:API), or
 * one on each line (NDJSON). What is not one of these is found by itself if it
 * is the only array of objects; else --rows has to name it. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_ANSWER_ROWS_H
#define PERFCHECK_HTTP_ANSWER_ROWS_H

#include "http/answer/view.h"

/* A view that is all zero can be opened. answer_free() leaves it like that. */
extern AnswerState answer_open(AnswerView *view, const AnswerBody *body,
							   const AnswerHow *how);
extern void answer_free(AnswerView *view);

#endif /* PERFCHECK_HTTP_ANSWER_ROWS_H */
