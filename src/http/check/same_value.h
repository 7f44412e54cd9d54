/*-------------------------------------------------------------------------
 *
 * same_value.h
 *		Decides whether an API's value says what the database's does.
 *
 * Owns the forms that one value has in JSON: a moment in any zone, with as many
 * digits as the API gives or as an epoch, a number as a string, a truth value as 0
 * or 1. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CHECK_SAME_VALUE_H
#define PERFCHECK_HTTP_CHECK_SAME_VALUE_H

#include "http/answer/answer.h"

/*
 * Returns true also where the two cannot be compared: bytes, and what is a string
 * in the database and an object in the answer.
 */
extern bool same_value(const AnswerValue *answered, const AnswerValue *stored);

#endif /* PERFCHECK_HTTP_CHECK_SAME_VALUE_H */
