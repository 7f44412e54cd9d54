/*-------------------------------------------------------------------------
 *
 * options_check.c
 *		Options that say how closely answers are checked; see options.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/cli/options.h"

#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"

/* The names of CheckHow. */
static const char *const ways[] = {[CHECK_STATUS] = "status",
								   [CHECK_SAME] = "same",
								   [CHECK_COUNT] = "count",
								   [CHECK_ROWS] = "rows",
								   [CHECK_COLUMNS] = "columns"};

#define WAYS (sizeof(ways) / sizeof(ways[0]))

#define MAX_PAGE_SIZE 1000000

bool
options_parse_check(const char *text, CheckHow *check, RunError *error)
{
	for (size_t i = 0; i < WAYS; i++)
		if (strcmp(text, ways[i]) == 0)
		{
			*check = (CheckHow) i;
			return true;
		}
	return error_set(error, EXIT_BAD_USAGE,
					 "invalid --check \"%s\": give status, same, count, rows "
					 "or columns",
					 text);
}

bool
options_parse_page_size(const char *text, Settings *settings, RunError *error)
{
	if (text_to_integer(text, 1, MAX_PAGE_SIZE, &settings->page_size))
		return true;
	return error_set(error, EXIT_BAD_USAGE,
					 "invalid --page-size \"%s\": give a number from 1 to %d",
					 text, MAX_PAGE_SIZE);
}

bool
options_parse_ignore(const char *text, Settings *settings, RunError *error)
{
	if (text[0] == '\0')
		return error_set(error, EXIT_BAD_USAGE,
						 "invalid --ignore: give the name of a column");
	settings->ignore = memory_resize(
		settings->ignore, settings->ignore_count + 1, sizeof(char *));
	settings->ignore[settings->ignore_count++] = memory_text(text);
	return true;
}

bool
options_settle_check(Settings *settings, bool given, RunError *error)
{
	bool from_db = settings->conninfo != NULL;

	if (!given)
		settings->check = from_db ? CHECK_ROWS : CHECK_SAME;
	if (settings->check >= CHECK_COUNT && !from_db)
		return error_set(error, EXIT_BAD_USAGE,
						 "--check %s requires --db, which provides the %s",
						 ways[settings->check],
						 settings->check == CHECK_COUNT ? "counts" : "rows");
	if (settings->check >= CHECK_COUNT && settings->allow_empty)
	{
		error_set(error, EXIT_BAD_USAGE,
				  "--allow-empty and --check %s conflict",
				  ways[settings->check]);
		return error_hint(error, "With --db, add --check status: an empty "
								 "answer is right there if no row matches.");
	}
	if (settings->page_size > 0 && settings->check < CHECK_COUNT)
		return error_set(error, EXIT_BAD_USAGE,
						 "--page-size requires --db and --check count, rows or "
						 "columns");
	if (settings->ignore_count > 0 && settings->check != CHECK_COLUMNS)
		return error_set(error, EXIT_BAD_USAGE,
						 "--ignore requires --check columns");
	return true;
}

void
options_free_check(Settings *settings)
{
	for (size_t i = 0; i < settings->ignore_count; i++)
		free(settings->ignore[i]);
	free(settings->ignore);
	settings->ignore = NULL;
	settings->ignore_count = 0;
}
