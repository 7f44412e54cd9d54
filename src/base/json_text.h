/*-------------------------------------------------------------------------
 *
 * json_text.h
 *		Writes a JSON document as text, member by member, in their order.
 *
 * Owns the commas and the quoting, so that a document cannot come out malformed.
 * A key is NULL for an element of an array and for the document itself. No
 * function raises an error of its own.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_JSON_TEXT_H
#define PERFCHECK_BASE_JSON_TEXT_H

#include "lib/stringinfo.h"

typedef struct JsonText
{
	StringInfoData text;
	bool follows; /* something stands before, in the same object or array */
} JsonText;

/* Begins an empty document, in the current memory context. */
extern void json_text_init(JsonText *json);

/* Begin and end an object and an array. */
extern void json_text_open_object(JsonText *json, const char *key);
extern void json_text_close_object(JsonText *json);
extern void json_text_open_array(JsonText *json, const char *key);
extern void json_text_close_array(JsonText *json);

/* Write a member or an element. A text that is NULL is null. */
extern void json_text_string(JsonText *json, const char *key,
							 const char *value);
extern void json_text_bool(JsonText *json, const char *key, bool value);

/* Writes a number; one that is no finite number is null. */
extern void json_text_number(JsonText *json, const char *key, double value);

/* Writes a number of rows or blocks, rounded; one that is not finite is null. */
extern void json_text_count(JsonText *json, const char *key, double value);

/* Writes a document that is JSON already; NULL is null. */
extern void json_text_document(JsonText *json, const char *key,
							   const char *document);

#endif /* PERFCHECK_BASE_JSON_TEXT_H */
