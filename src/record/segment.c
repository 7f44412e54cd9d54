/*-------------------------------------------------------------------------
 *
 * segment.c
 *		The entries of this backend's file, and how they are laid out.
 *
 * The file is mapped to memory, which other processes see at once and which the
 * kernel keeps when the backend is killed. There is no call of the system for an
 * entry. The first file of a backend is small, since most backends of a large pool
 * have little to record, and each one after it larger.
 *
 * What fails here must not fail the statement of a user: it is logged, without a
 * value, and nothing is recorded for a while.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "miscadmin.h"
#include "port/atomics.h"
#include "port/pg_crc32c.h"
#include "storage/ipc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/record_settings.h"
#include "record/segment.h"
#include "record/segment_files.h"

/* Files have up to this share of the limit, within these bounds. */
#define SEGMENT_SHARE 64
#define SEGMENT_SMALLEST (16 * 1024)
#define SEGMENT_FIRST (64 * 1024)
#define SEGMENT_LARGEST (4 * 1024 * 1024)
#define SEGMENT_GROWTH 4

/* How much of a file is met at a time: pages of which a backend may need none. */
#define SEGMENT_MEET (64 * 1024)

/* One entry may need this part of the limit. */
#define SEGMENT_ENTRY_SHARE 8

/* How long nothing is recorded after a failure. */
#define SEGMENT_PAUSE_MS 60000

static SegmentHeader *segment_header = NULL; /* NULL: there is no file */
static char segment_path[MAXPGPATH];
static Size segment_size = 0; /* of the last file; 0 before the first one */
static Size segment_used = 0;
static Size segment_met = 0; /* may be written to without a fault of the page */
static uint32 segment_number = 0; /* of the file */
static uint32 segment_counts[SEGMENT_EXECUTION + 1];
static TimestampTz segment_paused_at = 0;

/* ---- files ---- */

/* What was reserved and is not needed goes back to the disk. */
static void
segment_close(void)
{
	if (segment_header == NULL)
		return;
	if (segment_header->dropped == 0 &&
		truncate(segment_path, (off_t) segment_used) != 0)
	{
		/* The file is larger than it need be, which does no harm. */
	}
	(void) munmap((void *) segment_header, segment_size);
	segment_header = NULL;
}

static void
segment_at_exit(int code, Datum arg)
{
	segment_close();
}

static void
segment_pause(void)
{
	segment_paused_at = GetCurrentTimestamp();
	ereport(
		LOG, errcode_for_file_access(), errhidestmt(true), errhidecontext(true),
		errmsg("perfcheck records nothing in this session for %d seconds: %m",
			   SEGMENT_PAUSE_MS / 1000));
}

static bool
segment_is_paused(void)
{
	return segment_paused_at != 0 &&
		   !TimestampDifferenceExceeds(segment_paused_at, GetCurrentTimestamp(),
									   SEGMENT_PAUSE_MS);
}

/* Returns the size of the next file, in which so many bytes have room. */
static Size
segment_next_size(Size bytes)
{
	Size limit = (Size) perfcheck_record_limit * 1024;
	Size largest =
		Min(Max(limit / SEGMENT_SHARE, SEGMENT_SMALLEST), SEGMENT_LARGEST);
	Size size =
		segment_size == 0 ? SEGMENT_FIRST : segment_size * SEGMENT_GROWTH;

	return Max(Min(size, largest), TYPEALIGN(SEGMENT_SMALLEST, bytes));
}

static bool
segment_open(Size bytes)
{
	static int exit_registered_in = 0;
	MemoryContext old;
	Size size = segment_next_size(bytes);

	segment_close();
	if (exit_registered_in != MyProcPid)
	{
		on_proc_exit(segment_at_exit, 0);
		exit_registered_in = MyProcPid;
	}
	old = MemoryContextSwitchTo(TopMemoryContext);
	segment_header = segment_files_create(size, segment_path);
	MemoryContextSwitchTo(old);
	if (segment_header == NULL)
	{
		segment_pause();
		return false;
	}
	segment_paused_at = 0;
	segment_size = size;
	segment_met = Min(size, SEGMENT_FILES_MET);
	segment_used = TYPEALIGN(SEGMENT_ALIGN, sizeof(SegmentHeader));
	segment_number++;
	memset(segment_counts, 0, sizeof(segment_counts));
	return true;
}

static bool
segment_is_dropped(void)
{
	return ((volatile SegmentHeader *) segment_header)->dropped != 0;
}

/* Somebody may have removed the file by hand, and what is written be lost. */
static bool
segment_is_gone(void)
{
	struct stat status;

	return stat(segment_path, &status) != 0 && errno == ENOENT;
}

/* Meets pages until so many bytes have room in those that were met. */
static bool
segment_meet(Size bytes)
{
	Size end = Min(segment_used + bytes + SEGMENT_MEET, segment_size);

	if (!segment_files_meet(segment_header, segment_met, end))
	{
		segment_pause();
		segment_close();
		return false;
	}
	segment_met = end;
	return true;
}

/* Finds room where there is none in the pages that were met. */
static bool
segment_go_on(Size bytes)
{
	Size limit = (Size) perfcheck_record_limit * 1024;

	if (segment_is_paused())
		return false;
	if (segment_header == NULL || segment_is_dropped() ||
		segment_used + bytes > segment_size || segment_is_gone())
	{
		Size all = bytes + TYPEALIGN(SEGMENT_ALIGN, sizeof(SegmentHeader));

		if (all > limit / SEGMENT_ENTRY_SHARE || !segment_open(all))
			return false;
	}
	return segment_used + bytes <= segment_met || segment_meet(bytes);
}

bool
segment_make_room(Size bytes)
{
	if (segment_header != NULL && !segment_is_dropped() &&
		segment_used + bytes <= segment_met)
		return true;
	return segment_go_on(bytes);
}

uint32
segment_serial(void)
{
	return segment_number;
}

/* ---- entries ---- */

char *
segment_next(void)
{
	return (char *) segment_header + segment_used + sizeof(SegmentHead) + 1;
}

uint32
segment_add(SegmentKind kind, Size size)
{
	SegmentHead *head =
		(SegmentHead *) ((char *) segment_header + segment_used);
	char *body = (char *) (head + 1);
	pg_crc32c checksum;

	Assert(segment_used + SEGMENT_ENTRY_SIZE(size) <= segment_size);
	*body = (char) kind;
	INIT_CRC32C(checksum);
	COMP_CRC32C(checksum, body, size + 1);
	FIN_CRC32C(checksum);
	head->checksum = checksum;
	pg_write_barrier();
	((volatile SegmentHead *) head)->length = (uint32) size + 1;
	segment_used += SEGMENT_ENTRY_SIZE(size);
	return segment_counts[kind]++;
}
