/*-------------------------------------------------------------------------
 *
 * unpacked.c
 *		Unpacks the body of an answer; see unpacked.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/client/unpacked.h"

void
unpacked_answer(Answer *answer, bool unpacks, Unpacked *into)
{
	const char *problem;

	if (answer->kind != ANSWER_COMPLETE || unpack_is_plain(answer->encoding) ||
		answer->body_size == 0)
	{
		answer->encoding = NULL;
		return;
	}
	if (!unpacks)
		return;
	problem = unpack_body(answer->encoding, answer->body, answer->body_size,
						  CLIENT_MAX_BODY, into);
	answer->encoding = NULL;
	if (problem == NULL)
	{
		answer->body = into->data;
		answer->body_size = into->size;
	}
	else if (into->size > CLIENT_MAX_BODY)
		answer->kind = ANSWER_TOO_LARGE;
	else
	{
		answer->kind = ANSWER_BROKEN;
		answer->error = problem;
	}
}
