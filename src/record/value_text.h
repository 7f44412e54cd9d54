/*-------------------------------------------------------------------------
 *
 * value_text.h
 *		Values of statements as text.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_VALUE_TEXT_H
#define PERFCHECK_RECORD_VALUE_TEXT_H

#include "lib/stringinfo.h"

/*
 * Appends a value, which is not NULL, as the text of its type, which means the same
 * whatever the session's settings are. Returns false, and appends nothing, if the
 * text would have more than most bytes, or if its type raises an error. It must be
 * called in a transaction that is not aborted. Errors: a cancel alone.
 */
extern bool value_text_append(StringInfo text, Oid type, Datum value,
							  Size most);

#endif /* PERFCHECK_RECORD_VALUE_TEXT_H */
