/*-------------------------------------------------------------------------
 *
 * condition_pattern.c
 *		What the pattern of a LIKE tells about an index for it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_operator_d.h"
#include "catalog/pg_type_d.h"
#include "mb/pg_wchar.h"
#include "nodes/pathnodes.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"

#include "query/condition_pattern.h"

/* Trigrams are of 3 characters. */
#define CONDITION_PATTERN_TRIGRAM 3

bool
condition_pattern_read(Oid operator, const Node * value, ParamListInfo params,
					   bool *is_short)
{
	PlannerGlobal global = {.type = T_PlannerGlobal, .boundParams = params};
	PlannerInfo root = {.type = T_PlannerInfo, .glob = &global};
	bool ignore_case = false;
	bool prefix;
	Node *known;
	const char *pattern;
	int literal = 0;

	switch (operator)
	{
		case OID_TEXT_ICLIKE_OP:
		case OID_BPCHAR_ICLIKE_OP:
		case OID_NAME_ICLIKE_OP:
			ignore_case = true;
			break;
		case OID_TEXT_LIKE_OP:
		case OID_BPCHAR_LIKE_OP:
		case OID_NAME_LIKE_OP:
			break;
		default:
			return false;
	}
	/* From 19 on, it would look into the parse tree for a Var. */
	known =
		eval_const_expressions(&root, copyObject(unconstify(Node *, value)));
	if (known == NULL || !IsA(known, Const) ||
		castNode(Const, known)->constisnull ||
		castNode(Const, known)->consttype != TEXTOID)
		return false;
	pattern = TextDatumGetCString(castNode(Const, known)->constvalue);
	prefix =
		!ignore_case && *pattern != '\0' && *pattern != '%' && *pattern != '_';
	while (*pattern != '\0')
	{
		if (*pattern != '%' && *pattern != '_')
			literal++;
		pattern += pg_mblen(pattern);
	}
	*is_short = literal < CONDITION_PATTERN_TRIGRAM;
	return prefix;
}
