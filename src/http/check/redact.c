/*-------------------------------------------------------------------------
 *
 * redact.c
 *		Decides which texts of a server must not be shown; see redact.h.
 *
 * The text is compared without its backslashes, because JSON may escape the
 * slashes of a token. Every run of PART bytes of the secret is searched for,
 * so that a token that is cut off is found as well.
 *
 *-------------------------------------------------------------------------
 */
#include "http/check/redact.h"

#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"

/* The shortest part of a token, in bytes, that must not be shown. */
#define PART 8

static bool
contains_part(const char *plain, const char *secret, size_t length)
{
	size_t part = length < PART ? length : PART;

	for (size_t i = 0; length > 0 && i + part <= length; i++)
		if (memmem(plain, strlen(plain), secret + i, part) != NULL)
			return true;
	return false;
}

bool
redact_is_needed(const char *secret, const char *text)
{
	char *plain;
	bool found = false;

	if (secret == NULL || secret[0] == '\0')
		return false;
	plain = memory_text(text);
	for (char *to = plain; *text != '\0'; text++)
	{
		*to = *text;
		to += *text != '\\';
		*to = '\0';
	}
	while (!found && *secret != '\0')
	{
		size_t length = strcspn(secret, "\n");

		found = contains_part(plain, secret, length);
		secret += length + (secret[length] == '\n');
	}
	free(plain);
	return found;
}
