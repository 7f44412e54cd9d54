/*-------------------------------------------------------------------------
 *
 * json_text.c
 *		Writes a JSON document as text, member by member, in their order.
 *
 * jsonb does not keep the order of members, in which people read a document.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "utils/json.h"

#include "base/json_text.h"

void
json_text_init(JsonText *json)
{
	initStringInfo(&json->text);
	json->follows = false;
}

static void
json_text_begin(JsonText *json, const char *key)
{
	if (json->follows)
		appendStringInfoString(&json->text, ", ");
	if (key != NULL)
	{
		escape_json(&json->text, key);
		appendStringInfoString(&json->text, ": ");
	}
	json->follows = true;
}

static void
json_text_open(JsonText *json, const char *key, char bracket)
{
	json_text_begin(json, key);
	appendStringInfoChar(&json->text, bracket);
	json->follows = false;
}

static void
json_text_close(JsonText *json, char bracket)
{
	appendStringInfoChar(&json->text, bracket);
	json->follows = true;
}

void
json_text_open_object(JsonText *json, const char *key)
{
	json_text_open(json, key, '{');
}

void
json_text_close_object(JsonText *json)
{
	json_text_close(json, '}');
}

void
json_text_open_array(JsonText *json, const char *key)
{
	json_text_open(json, key, '[');
}

void
json_text_close_array(JsonText *json)
{
	json_text_close(json, ']');
}

void
json_text_document(JsonText *json, const char *key, const char *document)
{
	json_text_begin(json, key);
	appendStringInfoString(&json->text, document == NULL ? "null" : document);
}

void
json_text_string(JsonText *json, const char *key, const char *value)
{
	if (value == NULL)
	{
		json_text_document(json, key, NULL);
		return;
	}
	json_text_begin(json, key);
	escape_json(&json->text, value);
}

void
json_text_bool(JsonText *json, const char *key, bool value)
{
	json_text_document(json, key, value ? "true" : "false");
}

void
json_text_number(JsonText *json, const char *key, double value)
{
	json_text_document(json, key,
					   isfinite(value) ? psprintf("%.15g", value) : NULL);
}

void
json_text_count(JsonText *json, const char *key, double value)
{
	json_text_document(json, key,
					   isfinite(value) ? psprintf("%.0f", value) : NULL);
}
