/*-------------------------------------------------------------------------
 *
 * options_answers.c
 *		Options that say how answers are read and who asks; see options.h.
 *
 * A user's password and cookies are not repeated in a message.
 *
 *-------------------------------------------------------------------------
 */
#include "http/cli/options.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/answer/view.h"
#include "http/base/memory.h"
#include "http/base/unpack.h"

/* A shorter password is not searched for by itself: it is in any text. */
#define MIN_SECRET 4

/* Bytes of a parameter's name: RFC 3986, 2.3, "unreserved", and what APIs add. */
#define PARAMETER_BYTES                                                        \
	"-._~$[]0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

bool
options_parse_path(const char *option, const char *text, const char **path,
				   RunError *error)
{
	const char *problem = answer_path_problem(text);

	if (problem != NULL)
		return error_set(
			error, EXIT_BAD_USAGE,
			"invalid %s \"%s\": %s; give a path such as data.items", option,
			text, problem);
	*path = text;
	return true;
}

bool
options_parse_next(const char *text, Settings *settings, RunError *error)
{
	static const struct
	{
		const char *prefix;
		NextHow how;
	} ways[] = {
		{"page:", NEXT_PAGE}, {"offset:", NEXT_OFFSET}, {"after:", NEXT_AFTER}};

	settings->next_given = true;
	settings->next_name = NULL;
	settings->next = NEXT_FOUND;
	if (strcmp(text, "auto") == 0)
		return true;
	settings->next = NEXT_HEADER;
	if (strcmp(text, "link") == 0)
		return true;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
	{
		size_t length = strlen(ways[i].prefix);
		const char *name = text + length;

		if (strncmp(text, ways[i].prefix, length) != 0)
			continue;
		if (*name == '\0' || name[strspn(name, PARAMETER_BYTES)] != '\0')
			return error_set(error, EXIT_BAD_USAGE,
							 "invalid --next \"%s\": give %sNAME, the name of "
							 "a parameter",
							 text, ways[i].prefix);
		settings->next = ways[i].how;
		settings->next_name = name;
		return true;
	}
	settings->next = NEXT_MEMBER;
	return options_parse_path("--next", text, &settings->next_name, error);
}

bool
options_parse_file(const char *file, bool replay, Settings *settings,
				   RunError *error)
{
	if (settings->requests_file != NULL && settings->replay != replay)
		return error_set(error, EXIT_BAD_USAGE,
						 "--requests and --replay conflict: give one of them");
	settings->requests_file = file;
	settings->replay = replay;
	return true;
}

bool
options_check_replay(Settings *settings, RunError *error)
{
	if (!settings->replay)
		return settings->replay_speed == 0 ||
			   error_set(error, EXIT_BAD_USAGE,
						 "--replay-speed requires --replay");
	if (settings->replay_speed == 0)
		settings->replay_speed = 1;
	if (settings->rate > 0)
		return error_set(error, EXIT_BAD_USAGE,
						 "--rate and --replay conflict: the log has its own "
						 "timing; --replay-speed changes it");
	if (settings->weight_count > 0)
		return error_set(error, EXIT_BAD_USAGE,
						 "--weight and --replay conflict: the log has its own "
						 "mix");
	if (settings->warmup_us > 0)
		return error_set(error, EXIT_BAD_USAGE,
						 "--warmup and --replay conflict: the log is sent from "
						 "its beginning");
	if (settings->cursor != NULL || settings->next_given)
		return error_set(error, EXIT_BAD_USAGE,
						 "--%s and --replay conflict: the log has its own next "
						 "pages",
						 settings->cursor != NULL ? "cursor" : "next");
	return true;
}

static bool
has_control(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char) *text < ' ' || *text == 0x7f)
			return true;
	return false;
}

bool
options_parse_cookie(const char *text, Settings *settings, RunError *error)
{
	char *longer;

	if (strcmp(text, "jar") != 0 &&
		(strchr(text, '=') == NULL || text[0] == '=' || has_control(text)))
		return error_set(error, EXIT_BAD_USAGE,
						 "invalid --cookie: give NAME=VALUE, or jar for those "
						 "alone that the server sets");
	longer = memory_format("%s%s%s",
						   settings->cookies != NULL ? settings->cookies : "",
						   settings->cookies != NULL ? ";" : "",
						   strcmp(text, "jar") != 0 ? text : "");
	free(settings->cookies);
	settings->cookies = longer;
	return true;
}

bool
options_parse_user(const char *option, const char *text, Settings *settings,
				   RunError *error)
{
	if (strchr(text, ':') == NULL || text[0] == ':' || has_control(text))
		return error_set(error, EXIT_BAD_USAGE,
						 "invalid %s: give USER:PASSWORD", option);
	if (settings->user != NULL)
		return error_set(error, EXIT_BAD_USAGE,
						 "a user is given twice: by --user, or in the URL");
	settings->user = memory_text(text);
	return true;
}

static void
add_secret(Settings *settings, const char *text)
{
	char *longer = memory_format(
		"%s%s%s", settings->secret != NULL ? settings->secret : "",
		settings->secret != NULL ? "\n" : "", text);

	free(settings->secret);
	settings->secret = longer;
}

void
options_add_secret(Settings *settings, const char *text)
{
	if (strlen(text) >= MIN_SECRET)
		add_secret(settings, text);
}

/* What the headers of a user and the cookies say who he is by. */
static void
add_secrets(Settings *settings)
{
	static const char *const names[] = {
		"Authorization:", "Proxy-Authorization:", "Cookie:", "X-Api-Key:",
		"X-Auth-Token:"};

	for (size_t i = 0; i < settings->header_count; i++)
		for (size_t j = 0; j < sizeof(names) / sizeof(names[0]); j++)
		{
			const char *value = settings->headers[i] + strlen(names[j]);

			if (strncasecmp(settings->headers[i], names[j], strlen(names[j])) !=
				0)
				continue;
			value += strspn(value, " ");
			/* Behind the scheme, as in "Bearer ...". */
			if (strchr(value, ' ') != NULL && j < 2)
				value = strchr(value, ' ') + 1;
			options_add_secret(settings, value);
		}
	if (settings->cookies != NULL)
	{
		char *copy = memory_text(settings->cookies);

		for (char *one = strtok(copy, ";"); one != NULL;
			 one = strtok(NULL, ";"))
			if (strchr(one, '=') != NULL)
				options_add_secret(settings, strchr(one, '=') + 1);
		free(copy);
	}
}

/* Returns bytes in base64. */
static char *
to_base64(const char *text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t size = strlen(text);
	char *result = memory_zeroed((size + 2) / 3 * 4 + 1, 1);
	char *to = result;

	for (size_t i = 0; i < size; i += 3)
	{
		unsigned bits = 0;

		for (size_t j = i; j < i + 3; j++)
			bits = bits << 8 | (j < size ? (unsigned char) text[j] : 0);
		for (int j = 0; j < 4; j++)
			*to++ =
				i + (size_t) j > size ? '=' : digits[bits >> (18 - 6 * j) & 63];
	}
	return result;
}

static bool
has_header(const Settings *settings, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < settings->header_count; i++)
		if (strncasecmp(settings->headers[i], name, length) == 0 &&
			settings->headers[i][length] == ':')
			return true;
	return false;
}

/* Adds the headers that these options stand for. */
bool
options_settle_answers(Settings *settings, RunError *error)
{
	const char *accepted = unpack_accepted();

	if (settings->compressed && accepted == NULL)
		return error_set(error, EXIT_BAD_USAGE,
						 "--compressed: this perfcheck-http was built without "
						 "zlib and brotli");
	if (settings->compressed && has_header(settings, "Accept-Encoding"))
		return error_set(error, EXIT_BAD_USAGE,
						 "--compressed and -H \"Accept-Encoding: ...\" "
						 "conflict");
	if (settings->cookies != NULL && has_header(settings, "Cookie"))
		return error_set(error, EXIT_BAD_USAGE,
						 "--cookie and -H \"Cookie: ...\" conflict");
	if (settings->user != NULL && has_header(settings, "Authorization"))
		return error_set(error, EXIT_BAD_USAGE,
						 "a user and -H \"Authorization: ...\" conflict");
	if (settings->user != NULL &&
		(settings->bearer_file != NULL || settings->bearer_env != NULL))
		return error_set(error, EXIT_BAD_USAGE,
						 "a user and --bearer-%s conflict",
						 settings->bearer_file != NULL ? "file" : "env");
	add_secrets(settings);
	if (settings->compressed)
		options_add_header(settings,
						   memory_format("Accept-Encoding: %s", accepted));
	if (settings->user != NULL)
	{
		const char *password = strchr(settings->user, ':') + 1;
		char *encoded = to_base64(settings->user);

		options_add_header(settings,
						   memory_format("Authorization: Basic %s", encoded));
		add_secret(settings, encoded);
		add_secret(settings, settings->user);
		options_add_secret(settings, password);
		free(encoded);
	}
	return true;
}
