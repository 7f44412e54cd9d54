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

bool
redact_is_needed(const char *secret, const char *text)
{
	size_t length = secret != NULL ? strlen(secret) : 0;
	size_t part = length < PART ? length : PART;
	char *plain;
	bool found = false;

	if (length == 0)
		return false;
	plain = memory_text(text);
	for (char *to = plain; *text != '\0'; text++)
	{
		*to = *text;
		to += *text != '\\';
		*to = '\0';
	}
	for (size_t i = 0; !found && i + part <= length; i++)
		found = memmem(plain, strlen(plain), secret + i, part) != NULL;
	free(plain);
	return found;
}
