/*-------------------------------------------------------------------------
 *
 * conceal.c
 *		Keeps what is secret out of the list of processes; see conceal.h.
 *
 * Between its start and the end of this, a moment, the arguments can be read; a
 * service file, .pgpass, --bearer-file and PGPASSWORD have no such moment.
 *
 *-------------------------------------------------------------------------
 */
#include "http/base/conceal.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"

static void
overwrite(char *from, const char *to)
{
	while (from < to)
		*from++ = 'x';
}

static void
overwrite_all(char *text)
{
	overwrite(text, text + strlen(text));
}

char **
conceal_copy(int argc, char **argv)
{
	/* Static, as what is kept until the end is no leak. */
	static char **copy;

	copy = memory_zeroed((size_t) argc + 1, sizeof(char *));
	for (int i = 0; i < argc; i++)
		copy[i] = memory_text(argv[i]);
	return copy;
}

bool
conceal_is_secret(const char *conninfo)
{
	char *problem = NULL;
	PQconninfoOption *options = PQconninfoParse(conninfo, &problem);
	bool secret = options == NULL && (strstr(conninfo, "pass") != NULL ||
									  strchr(conninfo, '@') != NULL);

	for (PQconninfoOption *one = options;
		 one != NULL && one->keyword != NULL && !secret; one++)
		secret = one->val != NULL && strstr(one->keyword, "pass") != NULL &&
				 strcmp(one->keyword, "passfile") != 0;
	PQconninfoFree(options);
	PQfreemem(problem);
	return secret;
}

/* Does a word end with this value of an option, or is it? */
static char *
value_in(char *word, const char *value)
{
	size_t length = strlen(word);
	size_t wanted = strlen(value);

	return wanted > 0 && wanted <= length &&
				   strcmp(word + length - wanted, value) == 0
			   ? word + length - wanted
			   : NULL;
}

/* A user and a password before the @ of a URL, which may lack its scheme. */
static void
conceal_user(char *url)
{
	char *start = strstr(url, "://");
	char *end;
	char *at = NULL;

	start = start != NULL ? start + 3 : url;
	end = start + strcspn(start, "/?#");
	for (char *c = start; c < end; c++)
		if (*c == '@')
			at = c;
	if (at != NULL)
		overwrite(start, at);
}

static void
conceal_word(char *word, const Settings *settings)
{
	char *value;
	char *url = strstr(word, "://");

	if (settings->conninfo != NULL && conceal_is_secret(settings->conninfo) &&
		(value = value_in(word, settings->conninfo)) != NULL)
	{
		overwrite_all(value);
		return;
	}
	for (size_t i = 0; i < settings->header_count; i++)
		if ((value = value_in(word, settings->headers[i])) != NULL)
			overwrite_all(value + strcspn(value, ":"));
	if (settings->user != NULL &&
		(value = value_in(word, settings->user)) != NULL)
		overwrite_all(value + strcspn(value, ":"));
	value = strncmp(word, "--", 2) == 0 && strchr(word, '=') != NULL
				? strchr(word, '=') + 1
				: word;
	if (settings->cookies != NULL && strchr(value, '=') != NULL &&
		strstr(settings->cookies, value) != NULL)
		overwrite_all(value);
	if (settings->proxy != NULL &&
		(value = value_in(word, settings->proxy)) != NULL)
		conceal_user(value);
	else if (url != NULL && strncmp(word, "--", 2) != 0)
		conceal_user(word);
}

void
conceal_arguments(int argc, char **argv, const Settings *settings)
{
	for (int i = 1; i < argc; i++)
		conceal_word(argv[i], settings);
}
