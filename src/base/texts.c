/*-------------------------------------------------------------------------
 *
 * texts.c
 *		Values as text, and lists of texts.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/lsyscache.h"

#include "base/texts.h"

char *
texts_of_value(Oid type, Datum value)
{
	Oid output;
	bool varlena;

	getTypeOutputInfo(type, &output, &varlena);
	return OidOutputFunctionCall(output, value);
}

bool
texts_member(const List *texts, const char *text)
{
	ListCell *cell;

	foreach(cell, texts)
		if (strcmp(lfirst(cell), text) == 0)
			return true;
	return false;
}

List *
texts_add(List *texts, char *text)
{
	return texts_member(texts, text) ? texts : lappend(texts, text);
}
