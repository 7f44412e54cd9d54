/*-------------------------------------------------------------------------
 *
 * memory_watch.c
 *		How much memory this process has for itself.
 *
 * Linux tells by a file, which is read with what a signal handler may call. Shared
 * buffers are left out, which a process comes to have by reading tables.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/memory_watch.h"

/* Reads a number and goes on behind the space that follows it. */
static int64
memory_watch_number(const char **text)
{
	int64 n = 0;

	while (**text >= '0' && **text <= '9')
		n = n * 10 + (*(*text)++ - '0');
	if (**text == ' ')
		(*text)++;
	return n;
}

int64
memory_watch_read(void)
{
	int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	const char *place;
	char text[256];
	ssize_t length;
	int64 resident;
	int64 shared;

	if (file < 0)
		return 0;
	length = read(file, text, sizeof(text) - 1);
	(void) close(file);
	if (length <= 0)
		return 0;
	text[length] = '\0';
	place = text;
	(void) memory_watch_number(&place); /* what is mapped */
	resident = memory_watch_number(&place);
	shared = memory_watch_number(&place);
	return (resident - shared) * sysconf(_SC_PAGESIZE);
}
