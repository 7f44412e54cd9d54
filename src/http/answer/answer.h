/*-------------------------------------------------------------------------
 *
 * answer.h
 *		All of what is read of a body: rows, their members, the next page.
 *
 * Whoever reads bodies includes this header. A body is parsed once, by
 * json_tree.h. A view belongs to one thread and can be opened again and again; it
 * refers to the body, which must stay as it is.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_ANSWER_ANSWER_H
#define PERFCHECK_HTTP_ANSWER_ANSWER_H

#include "http/answer/next.h"
#include "http/answer/rows.h"
#include "http/answer/view.h"

#endif /* PERFCHECK_HTTP_ANSWER_ANSWER_H */
