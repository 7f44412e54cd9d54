/*-------------------------------------------------------------------------
 *
 * plan_text.c
 *		A plan in a few words, for a line of a report.
 *
 * The way is cut at its top where it is too long: what stands next to the busiest
 * node says most about it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "work/busiest.h"
#include "work/plan_text.h"

/* An access of so many bytes is shown as it is. */
#define PLAN_TEXT_SHORT 120

#define PLAN_TEXT_CUT "... > "

/* How many scans are in and below a node, bitmaps counted with their heap scan. */
static int
plan_text_scans(const WorkNode *node)
{
	int sum = node->kind == WORK_SCAN && node->name != NULL;

	for (int i = 0; i < node->nchildren; i++)
		sum += plan_text_scans(node->children[i]);
	return sum;
}

/* How many scans does the node put one behind the other? */
static int
plan_text_side_by_side(const WorkNode *node)
{
	int sum = 0;

	for (int i = 0; node->kind == WORK_STREAM && i < node->nchildren; i++)
		sum += node->children[i]->role == WORK_OUTER &&
			   node->children[i]->kind == WORK_SCAN;
	return sum;
}

static List *
plan_text_add_step(List *steps, const char *name, int times)
{
	return times == 0 || name == NULL ? steps
		   : times == 1               ? lappend(steps, pstrdup(name))
						: lappend(steps, psprintf("%d x %s", times, name));
}

/* Returns the names of the nodes from root to busiest, equal neighbours as one. */
static List *
plan_text_steps(const WorkNode *root, const WorkNode *busiest)
{
	List *steps = NIL;
	const char *last = NULL;
	int times = 0;
	int members = 1;

	for (const WorkNode *node = root; node != NULL && node != busiest;
		 node = busiest_toward(node, busiest))
	{
		members = plan_text_side_by_side(node);
		if (node->name == NULL)
			continue;
		if (last != NULL && strcmp(last, node->name) != 0)
		{
			steps = plan_text_add_step(steps, last, times);
			times = 0;
		}
		last = node->name;
		times++;
	}
	if (last == NULL || strcmp(last, busiest->name) != 0)
		steps = plan_text_add_step(steps, last, times);
	else
		members = times + 1;
	return plan_text_add_step(
		steps,
		psprintf("%s%s", busiest->name, busiest->removed > 0 ? ", Filter" : ""),
		Max(members, 1));
}

static char *
plan_text_join(List *steps, int first)
{
	StringInfoData text;

	initStringInfo(&text);
	if (first > 0)
		appendStringInfoString(&text, PLAN_TEXT_CUT);
	for (int i = first; i < list_length(steps); i++)
		appendStringInfo(&text, "%s%s", i > first ? " > " : "",
						 (const char *) list_nth(steps, i));
	return text.data;
}

char *
plan_text_short(const Work *work, double scale)
{
	Work at = *work;
	const char *access = work->facts->access;
	const WorkNode *busiest;
	List *steps;
	char *of;
	int first = 0;
	char *text;

	if (strlen(access) <= PLAN_TEXT_SHORT)
		return pstrdup(access);
	measure_project(&at, scale);
	busiest = busiest_find(work->runs.run);
	if (busiest->name == NULL)
		return pnstrdup(
			access, pg_mbcliplen(access, strlen(access), PLAN_TEXT_LONGEST));
	steps = plan_text_steps(work->runs.run, busiest);
	of = psprintf(" (1 of %d scans)", plan_text_scans(work->runs.run));
	if (busiest->kind != WORK_SCAN)
		of = psprintf(" (of %d scans)", plan_text_scans(work->runs.run));
	text = plan_text_join(steps, first);
	while (strlen(text) + strlen(of) > PLAN_TEXT_LONGEST &&
		   first < list_length(steps) - 1)
		text = plan_text_join(steps, ++first);
	return psprintf("%s%s", text, of);
}
