/*
 * options_fixture.h
 *		Parses command lines of perfcheck-http for tests. To be included after
 *		cmocka.h.
 */
#ifndef PERFCHECK_OPTIONS_FIXTURE_H
#define PERFCHECK_OPTIONS_FIXTURE_H

#include <string.h>

#include "http/cli/options.h"

#define MAX_WORDS 32
#define URL "http://localhost:3001"

/* Splits at spaces; "_" stands for an empty word. */
static bool
parse(const char *line, Settings *settings, RunError *error)
{
	static char copy[512];
	char *words[MAX_WORDS + 1] = {"perfcheck-http"};
	int count = 1;

	assert_true(strlen(line) < sizeof(copy));
	strcpy(copy, line);
	for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
	{
		assert_true(count < MAX_WORDS);
		words[count++] = strcmp(word, "_") == 0 ? "" : word;
	}
	memset(error, 0, sizeof(*error));
	return options_parse(count, words, settings, error);
}

static void
parse_good(const char *line, Settings *settings)
{
	RunError error;

	if (!parse(line, settings, &error))
		fail_msg("\"%s\" is refused: %s", line, error.message);
}

static void
assert_refused(const char *line, const char *message)
{
	Settings settings;
	RunError error;

	if (parse(line, &settings, &error))
		fail_msg("\"%s\" is accepted", line);
	assert_int_equal(error.status, EXIT_BAD_USAGE);
	if (strstr(error.message, message) == NULL)
		fail_msg("\"%s\": \"%s\" does not say \"%s\"", line, error.message,
				 message);
}

#endif /* PERFCHECK_OPTIONS_FIXTURE_H */
