/*-------------------------------------------------------------------------
 *
 * output.c
 *		Writes reports to files; see output.h.
 *
 * The temporary file lies in the same directory, because rename() works within
 * one file system only. output_check() creates and removes it, which tells
 * whether output_write() will be able to create it.
 *
 *-------------------------------------------------------------------------
 */
#include "http/report/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/base/memory.h"

/* A pipe or a device is written to directly; a rename would replace it. */
static bool
is_special(const char *file)
{
	struct stat status;

	return lstat(file, &status) == 0 && !S_ISREG(status.st_mode);
}

static bool
cannot_write(const char *file, RunError *error)
{
	return error_set(error, EXIT_CANNOT_RUN, "could not write \"%s\": %s", file,
					 strerror(errno));
}

static char *
beside(const char *file)
{
	return memory_format("%s.%ld.tmp", file, (long) getpid());
}

bool
output_check(const char *file, RunError *error)
{
	struct stat status;
	char *name;
	int fd;

	if (strcmp(file, "-") == 0)
		return true;
	if (stat(file, &status) == 0 && S_ISDIR(status.st_mode))
	{
		errno = EISDIR;
		return cannot_write(file, error);
	}
	if (is_special(file))
		return access(file, W_OK) == 0 || cannot_write(file, error);
	name = beside(file);
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0666);
	if (fd < 0)
		(void) cannot_write(file, error);
	else
	{
		(void) close(fd);
		(void) unlink(name);
	}
	free(name);
	return fd >= 0;
}

/* Writes a report and closes the file, even after an error. */
static bool
write_all(FILE *out, OutputWriter writer, const Run *run)
{
	bool ok;

	writer(out, run);
	ok = fflush(out) == 0 && !ferror(out);
	if (out != stdout && fclose(out) != 0)
		ok = false;
	return ok;
}

static bool
write_beside(const char *file, OutputWriter writer, const Run *run)
{
	char *name = beside(file);
	FILE *out = fopen(name, "wx");
	bool ok =
		out != NULL && write_all(out, writer, run) && rename(name, file) == 0;

	if (!ok && out != NULL)
	{
		int cause = errno;

		(void) unlink(name);
		errno = cause;
	}
	free(name);
	return ok;
}

bool
output_check_append(const char *file, RunError *error)
{
	FILE *out = fopen(file, "a");

	if (out == NULL)
		return cannot_write(file, error);
	(void) fclose(out);
	return true;
}

bool
output_append(const char *file, OutputWriter writer, const Run *run,
			  RunError *error)
{
	FILE *out = fopen(file, "a");

	return (out != NULL && write_all(out, writer, run)) ||
		   cannot_write(file, error);
}

bool
output_write(const char *file, OutputWriter writer, const Run *run,
			 RunError *error)
{
	FILE *out;

	if (strcmp(file, "-") == 0)
		return write_all(stdout, writer, run) || cannot_write(file, error);
	if (!is_special(file))
		return write_beside(file, writer, run) || cannot_write(file, error);
	out = fopen(file, "w");
	return (out != NULL && write_all(out, writer, run)) ||
		   cannot_write(file, error);
}
