/*-------------------------------------------------------------------------
 *
 * jar.c
 *		The cookies of one connection; see jar.h.
 *
 * A jar has a few cookies, so they are searched for one by one. One that is set
 * again, with the same name and path, takes the place of the old one.
 *
 *-------------------------------------------------------------------------
 */
#include "http/client/jar.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/base/memory.h"

/* More cookies than these, a server sets by mistake. */
#define MAX_COOKIES 200

/* Seconds of ten years: no run is as long, and the time of their end has room. */
#define MOST_AGE 315360000L

#define BLANKS " \t"

/* The attributes of a cookie that matter. */
typedef struct Attributes
{
	const char *path;
	size_t path_size;
	bool secure;
	bool has_age;
	time_t ends;
} Attributes;

static void
free_cookie(Cookie *cookie)
{
	free(cookie->name);
	free(cookie->value);
	free(cookie->path);
}

void
jar_free(Jar *jar)
{
	for (size_t i = 0; i < jar->count; i++)
		free_cookie(&jar->cookies[i]);
	free(jar->cookies);
	free(jar->line);
	*jar = (Jar){0};
}

/* Puts a cookie into the jar, which owns it from now on. */
static void
put(Jar *jar, const Cookie *cookie)
{
	for (size_t i = 0; i < jar->count; i++)
		if (strcmp(jar->cookies[i].name, cookie->name) == 0 &&
			strcmp(jar->cookies[i].path, cookie->path) == 0)
		{
			free_cookie(&jar->cookies[i]);
			jar->cookies[i] = *cookie;
			return;
		}
	if (jar->count == MAX_COOKIES)
	{
		free_cookie(&jar->cookies[0]);
		jar->cookies[0] = *cookie;
		return;
	}
	jar->cookies =
		memory_grow(jar->cookies, jar->count + 1, &jar->room, sizeof(Cookie));
	jar->cookies[jar->count++] = *cookie;
}

static void
drop(Jar *jar, const char *name, const char *path)
{
	for (size_t i = 0; i < jar->count; i++)
		if (strcmp(jar->cookies[i].name, name) == 0 &&
			strcmp(jar->cookies[i].path, path) == 0)
		{
			free_cookie(&jar->cookies[i]);
			jar->cookies[i] = jar->cookies[--jar->count];
			return;
		}
}

/* Returns the part of a text without the blanks around it. */
static const char *
trim(const char *text, size_t *size)
{
	while (*size > 0 && strchr(BLANKS, *text) != NULL)
	{
		text++;
		--*size;
	}
	while (*size > 0 && strchr(BLANKS, text[*size - 1]) != NULL)
		--*size;
	return text;
}

/* Splits "name=value"; returns false if there is no name. */
static bool
split(const char *text, size_t size, Cookie *cookie)
{
	const char *equals = memchr(text, '=', size);
	size_t name_size = equals != NULL ? (size_t) (equals - text) : 0;
	size_t value_size = equals != NULL ? size - name_size - 1 : 0;
	const char *name = trim(text, &name_size);
	const char *value = equals != NULL ? trim(equals + 1, &value_size) : NULL;

	if (name_size == 0)
		return false;
	*cookie = (Cookie){.name = memory_text_n(name, name_size),
					   .value = memory_text_n(value, value_size)};
	return true;
}

void
jar_add(Jar *jar, const char *text)
{
	while (*text != '\0')
	{
		size_t size = strcspn(text, ";");
		Cookie cookie;

		if (split(text, size, &cookie))
		{
			cookie.path = memory_text("/");
			put(jar, &cookie);
		}
		text += size + (text[size] == ';');
	}
}

static bool
is_attribute(const char *text, size_t size, const char *name)
{
	return strlen(name) == size && strncasecmp(text, name, size) == 0;
}

static void
read_attribute(const char *text, size_t size, Attributes *found, time_t now)
{
	const char *equals = memchr(text, '=', size);
	size_t name_size = equals != NULL ? (size_t) (equals - text) : size;
	size_t value_size = equals != NULL ? size - name_size - 1 : 0;
	const char *name = trim(text, &name_size);
	const char *value =
		equals != NULL ? trim(equals + 1, &value_size) : text + size;

	if (is_attribute(name, name_size, "secure"))
		found->secure = true;
	else if (is_attribute(name, name_size, "path") && value_size > 0 &&
			 value[0] == '/')
	{
		found->path = value;
		found->path_size = value_size;
	}
	else if (is_attribute(name, name_size, "max-age") && value_size > 0)
	{
		long age = strtol(value, NULL, 10);

		found->has_age = true;
		if (age > MOST_AGE)
			age = MOST_AGE;
		found->ends = age > 0 ? now + age : 1;
	}
	else if (is_attribute(name, name_size, "expires") && !found->has_age)
	{
		char *date = memory_text_n(value, value_size);
		time_t ends = curl_getdate(date, NULL);

		if (ends != -1)
			found->ends = ends > 0 ? ends : 1;
		free(date);
	}
}

/* A cookie without a path belongs to the folder of what was requested. */
static char *
cookie_path(const Attributes *found, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (found->path != NULL)
		return memory_text_n(found->path, found->path_size);
	return slash == NULL || slash == path
			   ? memory_text("/")
			   : memory_text_n(path, (size_t) (slash - path));
}

static void
take_line(Jar *jar, const char *line, size_t size, const char *path, time_t now)
{
	const char *end = line + size;
	const char *part = memchr(line, ';', size);
	Attributes found = {0};
	Cookie cookie;

	if (!split(line, part != NULL ? (size_t) (part - line) : size, &cookie))
		return;
	while (part != NULL)
	{
		const char *next = memchr(part + 1, ';', (size_t) (end - part - 1));

		read_attribute(part + 1,
					   (size_t) ((next != NULL ? next : end) - part - 1),
					   &found, now);
		part = next;
	}
	cookie.path = cookie_path(&found, path);
	cookie.secure = found.secure;
	cookie.ends = found.ends;
	if (cookie.ends == 0 || cookie.ends > now)
		put(jar, &cookie);
	else
	{
		drop(jar, cookie.name, cookie.path);
		free_cookie(&cookie);
	}
}

/* Returns the whole path of a request, without its query; to be freed. */
static char *
whole_path(const char *prefix, const char *path)
{
	return memory_format("%s%.*s", prefix, (int) strcspn(path, "?"), path);
}

void
jar_take(Jar *jar, const char *lines, const char *prefix, const char *path,
		 time_t now)
{
	char *whole;

	if (lines == NULL || lines[0] == '\0')
		return;
	whole = whole_path(prefix, path);
	while (*lines != '\0')
	{
		size_t size = strcspn(lines, "\n");

		take_line(jar, lines, size, whole, now);
		lines += size + (lines[size] == '\n');
	}
	free(whole);
}

/* RFC 6265, 5.1.4 */
static bool
is_below(const char *path, const char *folder)
{
	size_t size = strlen(folder);

	return strncmp(path, folder, size) == 0 &&
		   (folder[size - 1] == '/' || path[size] == '/' || path[size] == '\0');
}

const char *
jar_line(Jar *jar, const char *prefix, const char *path, bool is_tls,
		 time_t now)
{
	char *whole = whole_path(prefix, path);
	char *line = NULL;

	for (size_t i = 0; i < jar->count; i++)
	{
		const Cookie *cookie = &jar->cookies[i];
		char *longer;

		if ((cookie->secure && !is_tls) ||
			(cookie->ends != 0 && cookie->ends <= now) ||
			!is_below(whole, cookie->path))
			continue;
		longer = memory_format("%s%s%s=%s", line != NULL ? line : "",
							   line != NULL ? "; " : "", cookie->name,
							   cookie->value);
		free(line);
		line = longer;
	}
	free(whole);
	free(jar->line);
	jar->line = line;
	return line;
}
