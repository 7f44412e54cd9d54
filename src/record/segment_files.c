/*-------------------------------------------------------------------------
 *
 * segment_files.c
 *		The files in which statements are recorded.
 *
 * They stand in the data directory, since no table can be written on a standby or
 * in a read-only transaction. The names of the folder and of the files begin as
 * those of temporary files do: pg_basebackup and pg_rewind leave these out, so that
 * what people sent does not get into backups. They stand in base/ since pg_rewind
 * leaves out no folder beside it, and in a folder of their own since the server
 * clears its own when it starts.
 *
 * A lock on the folder, which ends with the backend that has it, keeps the sum of
 * their sizes below the limit while several backends make files. Space is reserved
 * when a file is made: writing to mapped memory without would end in a signal
 * when the disk is full.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog/pg_tablespace.h"
#include "common/relpath.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "storage/fd.h"
#include "utils/timestamp.h"

#include "base/record_settings.h"
#include "record/segment_files.h"

#define SEGMENT_FOLDER "base/pgsql_tmp_perfcheck"
#define SEGMENT_NAME "pgsql_tmp.%08x.%016llx.%d.%u"

/*
 * How often the lock on the folder is tried, and how long it waits in between: a
 * second in all. Who has it needs it for a moment, unless the machine is busy, or
 * that process was stopped.
 */
#define SEGMENT_LOCK_TRIES 1000
#define SEGMENT_LOCK_WAIT_US 1000

/* ---- what is there ---- */

static int
segment_files_compare(const ListCell *a, const ListCell *b)
{
	const SegmentFile *one = lfirst(a);
	const SegmentFile *other = lfirst(b);

	if (one->created != other->created)
		return one->created < other->created ? -1 : 1;
	return strcmp(one->path, other->path);
}

/* Returns the file of that name, or NULL if it is none of ours, or gone. */
static SegmentFile *
segment_files_read_name(const char *name)
{
	SegmentFile *file;
	unsigned int database;
	unsigned int serial;
	unsigned long long created;
	int pid;
	int length = 0;
	char path[MAXPGPATH];
	struct stat status;

	if (sscanf(name, "pgsql_tmp.%8x.%16llx.%d.%u%n", &database, &created, &pid,
			   &serial, &length) != 4 ||
		name[length] != '\0')
		return NULL;
	snprintf(path, sizeof(path), "%s/%s", SEGMENT_FOLDER, name);
	if (stat(path, &status) != 0)
		return NULL;
	file = palloc(sizeof(*file));
	file->path = pstrdup(path);
	file->database = database;
	file->created = created;
	file->size = (Size) status.st_size;
	return file;
}

List *
segment_files_list(Oid database)
{
	List *files = NIL;
	DIR *folder = AllocateDir(SEGMENT_FOLDER);
	struct dirent *entry;

	if (folder == NULL)
		return NIL;
	while ((entry = ReadDirExtended(folder, SEGMENT_FOLDER, LOG)) != NULL)
	{
		SegmentFile *file = segment_files_read_name(entry->d_name);

		if (file != NULL &&
			(!OidIsValid(database) || file->database == database))
			files = lappend(files, file);
	}
	FreeDir(folder);
	list_sort(files, segment_files_compare);
	return files;
}

/* ---- removing ---- */

bool
segment_files_drop(const SegmentFile *file)
{
	uint32 dropped = 1;
	int fd = BasicOpenFile(file->path, O_WRONLY | PG_BINARY);

	if (fd < 0)
		return errno == ENOENT;
	if (pwrite(fd, &dropped, sizeof(dropped),
			   offsetof(SegmentHeader, dropped)) != sizeof(dropped))
	{
		int failure = errno == 0 ? ENOSPC : errno;

		close(fd);
		errno = failure;
		return false;
	}
	close(fd);
	return unlink(file->path) == 0 || errno == ENOENT;
}

static bool
segment_files_is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Has a tablespace, other than the default one, a folder of the database? */
static bool
segment_files_in_tablespace(Oid database)
{
	DIR *folder = AllocateDir("pg_tblspc");
	struct dirent *entry;
	/* What cannot be read may have it. */
	bool found = folder == NULL;

	while (folder != NULL && !found &&
		   (entry = ReadDirExtended(folder, "pg_tblspc", LOG)) != NULL)
	{
		char path[MAXPGPATH];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "pg_tblspc/%s/%s/%u", entry->d_name,
				 TABLESPACE_VERSION_DIRECTORY, database);
		found = segment_files_is_folder(path);
	}
	if (folder != NULL)
		FreeDir(folder);
	return found;
}

/*
 * Is the database there? Its folder tells, since no catalog is read here: it may be
 * asked while a transaction is aborted. A database that is moved to another
 * tablespace, which can be the default one, is in both for a while.
 */
static bool
segment_files_has_database(Oid database)
{
	char path[MAXPGPATH];

	snprintf(path, sizeof(path), "base/%u", database);
	return segment_files_is_folder(path) ||
		   segment_files_in_tablespace(database) ||
		   segment_files_is_folder(path);
}

/* Removes those of the files whose databases are gone, and takes them off the list. */
static bool
segment_files_drop_orphans_of(List **files)
{
	Oid asked = MyDatabaseId;
	bool there = true;
	bool dropped = true;
	ListCell *cell;

	foreach(cell, *files)
	{
		SegmentFile *file = lfirst(cell);

		if (file->database != asked)
		{
			asked = file->database;
			there = asked == MyDatabaseId || segment_files_has_database(asked);
		}
		if (there)
			continue;
		if (!segment_files_drop(file))
		{
			dropped = false;
			continue;
		}
		*files = foreach_delete_current(*files, cell);
		pfree(file->path);
		pfree(file);
	}
	return dropped;
}

bool
segment_files_drop_orphans(void)
{
	List *files = segment_files_list(InvalidOid);

	return segment_files_drop_orphans_of(&files);
}

/* Removes the oldest files until all of them have room beside size bytes. */
static bool
segment_files_make_room(Size size)
{
	Size limit = (Size) perfcheck_record_limit * 1024;
	Size sum = size;
	List *files = segment_files_list(InvalidOid);
	bool made = true;
	ListCell *cell;

	/* What cannot be removed counts. */
	(void) segment_files_drop_orphans_of(&files);
	foreach(cell, files)
		sum += ((SegmentFile *) lfirst(cell))->size;
	foreach(cell, files)
	{
		SegmentFile *file = lfirst(cell);

		if (sum > limit && made)
		{
			made = segment_files_drop(file);
			sum -= file->size;
		}
		pfree(file->path);
		pfree(file);
	}
	list_free(files);
	if (made && sum > limit)
	{
		errno = ENOSPC;
		made = false;
	}
	return made;
}

/* ---- making ---- */

static bool
segment_files_make_folder(void)
{
	return mkdir(SEGMENT_FOLDER, S_IRWXU) == 0 || errno == EEXIST;
}

/* Returns the folder, which it makes if need be, locked; or -1, with errno. */
static int
segment_files_lock(void)
{
	int fd;

	if (!segment_files_make_folder())
		return -1;
	fd = BasicOpenFile(SEGMENT_FOLDER, O_RDONLY);
	if (fd < 0)
		return -1;
	for (int i = 0; i < SEGMENT_LOCK_TRIES; i++)
	{
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		if (errno != EWOULDBLOCK && errno != EINTR)
			break;
		pg_usleep(SEGMENT_LOCK_WAIT_US);
	}
	{
		int failure = errno;

		close(fd);
		errno = failure;
	}
	return -1;
}

/* Gives the file its size, all zeros, on the disk. */
static bool
segment_files_reserve(int fd, Size size)
{
#ifdef HAVE_POSIX_FALLOCATE
	int failure;

	do
		failure = posix_fallocate(fd, 0, (off_t) size);
	while (failure == EINTR);
	errno = failure;
	return failure == 0;
#else
	static const char zeros[8192];

	for (Size done = 0; done < size; done += sizeof(zeros))
	{
		Size part = Min(sizeof(zeros), size - done);

		errno = 0;
		if (pwrite(fd, zeros, part, (off_t) done) != (ssize_t) part)
		{
			if (errno == 0)
				errno = ENOSPC;
			return false;
		}
	}
	return true;
#endif
}

bool
segment_files_meet(SegmentHeader *header, Size start, Size end)
{
	/* Pages that are met together cost less than a fault of each one. */
#ifdef MADV_POPULATE_WRITE
	Size page = (Size) sysconf(_SC_PAGESIZE);
	Size from = start / page * page;
	int result;

	do
		result =
			madvise((char *) header + from, end - from, MADV_POPULATE_WRITE);
	while (result != 0 && errno == EINTR);
	/* EINVAL is all that a kernel before 5.14 knows of it. */
	if (result == 0 || errno == EINVAL)
		return true;
	if (errno == EFAULT)
		errno = ENOSPC;
	return false;
#else
	return true;
#endif
}

/*
 * Makes the file with its size, which counts, and without its room on the disk, which
 * takes longer. Returns its descriptor, or -1.
 */
static int
segment_files_create_file(Size size, char path[MAXPGPATH])
{
	static uint32 serial = 0;
	int fd;

	snprintf(path, MAXPGPATH, "%s/" SEGMENT_NAME, SEGMENT_FOLDER, MyDatabaseId,
			 (unsigned long long) GetCurrentTimestamp(), MyProcPid, serial++);
	fd = BasicOpenFilePerm(path, O_RDWR | O_CREAT | O_EXCL | PG_BINARY,
						   S_IRUSR | S_IWUSR);
	if (fd >= 0 && ftruncate(fd, (off_t) size) != 0)
	{
		int failure = errno;

		close(fd);
		(void) unlink(path);
		errno = failure;
		return -1;
	}
	return fd;
}

/*
 * Is there room for such a file of every backend at once? Then none needs the lock:
 * each makes one file at a time, and all together stay below the limit. Hundreds of
 * sessions that begin in one moment would wait for one another longer than a second.
 */
static bool
segment_files_has_room_for_all(Size size)
{
	Size sum = size * MaxBackends;
	List *files = segment_files_list(InvalidOid);
	ListCell *cell;

	/* What cannot be removed counts. */
	(void) segment_files_drop_orphans_of(&files);
	foreach(cell, files)
	{
		SegmentFile *file = lfirst(cell);

		sum += file->size;
		pfree(file->path);
		pfree(file);
	}
	list_free(files);
	return sum <= (Size) perfcheck_record_limit * 1024;
}

/* Returns the new file mapped to memory, and closes it; or NULL, with errno. */
static SegmentHeader *
segment_files_map(int fd, Size size, const char *path)
{
	SegmentHeader *header = MAP_FAILED;
	int failure;

	if (segment_files_reserve(fd, size))
		header = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	failure = errno;
	close(fd);
	if (header != MAP_FAILED &&
		!segment_files_meet(header, 0, Min(size, SEGMENT_FILES_MET)))
	{
		failure = errno;
		(void) munmap((void *) header, size);
		header = MAP_FAILED;
	}
	if (header == MAP_FAILED)
	{
		(void) unlink(path);
		errno = failure;
		return NULL;
	}
	header->size = (uint32) size;
	header->database = MyDatabaseId;
	header->backend_start = MyStartTimestamp;
	header->pid = MyProcPid;
	/* Another backend may have dropped it by now, and this is not to be undone. */
	pg_write_barrier();
	memcpy(header->magic, SEGMENT_MAGIC, sizeof(header->magic));
	return header;
}

SegmentHeader *
segment_files_create(Size size, char path[MAXPGPATH])
{
	int lock;
	int failure;
	int fd = -1;

	if (segment_files_make_folder() && segment_files_has_room_for_all(size))
		fd = segment_files_create_file(size, path);
	else
	{
		lock = segment_files_lock();
		if (lock < 0)
			return NULL;
		if (segment_files_make_room(size))
			fd = segment_files_create_file(size, path);
		failure = errno;
		close(lock);
		errno = failure;
	}
	return fd < 0 ? NULL : segment_files_map(fd, size, path);
}
