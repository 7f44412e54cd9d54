/*-------------------------------------------------------------------------
 *
 * bearer.c
 *		Reads the bearer token; see bearer.h.
 *
 * White space around the token is removed, as a file ends in a line feed. What
 * remains must be printable ASCII without spaces, or it could break the header.
 *
 *-------------------------------------------------------------------------
 */
#include "http/cli/bearer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"
#include "http/cli/options.h"

#define MAX_TOKEN 16384

static bool
read_file(const char *name, char *token, RunError *error)
{
	FILE *file = fopen(name, "r");
	size_t length = 0;

	if (file != NULL)
		length = fread(token, 1, MAX_TOKEN, file);
	if (file == NULL || ferror(file))
	{
		(void) error_set(error, EXIT_CANNOT_RUN,
						 "could not read the bearer token's file \"%s\": %s",
						 name, strerror(errno));
		if (file != NULL)
			(void) fclose(file);
		return false;
	}
	(void) fclose(file);
	token[length] = '\0';
	if (strlen(token) != length || length == MAX_TOKEN)
		return error_set(error, EXIT_CANNOT_RUN,
						 "\"%s\" does not contain a bearer token", name);
	return true;
}

static bool
read_variable(const char *name, char *token, RunError *error)
{
	const char *value = getenv(name);

	if (value == NULL)
		return error_set(
			error, EXIT_CANNOT_RUN,
			"environment variable \"%s\" of --bearer-env is not set", name);
	if (strlen(value) >= MAX_TOKEN)
		return error_set(error, EXIT_CANNOT_RUN,
						 "\"%s\" does not contain a bearer token", name);
	strcpy(token, value);
	return true;
}

/* Removes white space around a token; returns whether it is valid. */
static bool
trim_token(char *token)
{
	size_t start = strspn(token, " \t\r\n");
	size_t length = strlen(token);

	while (length > start && strchr(" \t\r\n", token[length - 1]) != NULL)
		length--;
	memmove(token, token + start, length - start);
	token[length - start] = '\0';
	for (const char *c = token; *c != '\0'; c++)
		if (*c <= ' ' || *c == 0x7f)
			return false;
	return token[0] != '\0';
}

bool
bearer_read(Settings *settings, RunError *error)
{
	bool from_file = settings->bearer_file != NULL;
	const char *source =
		from_file ? settings->bearer_file : settings->bearer_env;
	char token[MAX_TOKEN + 1];

	if (source == NULL)
		return true;
	if (!(from_file ? read_file(source, token, error)
					: read_variable(source, token, error)))
		return false;
	if (!trim_token(token))
		return error_set(error, EXIT_CANNOT_RUN,
						 "\"%s\" does not contain a bearer token", source);
	options_add_header(settings,
					   memory_format("Authorization: Bearer %s", token));
	options_add_secret(settings, token);
	return true;
}
