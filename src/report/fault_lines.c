/*-------------------------------------------------------------------------
 *
 * fault_lines.c
 *		What is told of a fault: its cause, the fix, and what a trial showed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "report/fault_lines.h"

static void
fault_lines_add(List **lines, const char *key, const char *text, bool sql)
{
	FaultLine *line;

	if (text == NULL)
		return;
	line = palloc(sizeof(*line));
	line->key = key;
	line->text = text;
	line->sql = sql;
	*lines = lappend(*lines, line);
}

List *
fault_lines(const Advice *advice)
{
	List *lines = NIL;
	const char *fix;

	if (advice == NULL)
		return NIL;
	fix = advice->proven ? "fix" : "fix, not proven";
	fault_lines_add(&lines, "cause", advice->cause, false);
	fault_lines_add(&lines, fix, advice->fix, true);
	fault_lines_add(&lines, advice->fix == NULL ? fix : "and write",
					advice->rewrite, true);
	fault_lines_add(&lines, "advice", advice->suggestion, false);
	fault_lines_add(&lines,
					advice->proven        ? "proof"
					: advice->improvement ? "improvement"
										  : "no proof",
					advice->proof, false);
	return lines;
}

char *
fault_lines_shorten(const char *text, int length)
{
	int whole = (int) strlen(text);

	if (whole <= length)
		return pstrdup(text);
	return psprintf("%.*s...", pg_mbcliplen(text, whole, length - 3), text);
}
