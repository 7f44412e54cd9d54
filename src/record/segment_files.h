/*-------------------------------------------------------------------------
 *
 * segment_files.h
 *		The files in which statements are recorded.
 *
 * Owns their folder, their names, what stands at their beginning, that all of them
 * together keep to perfcheck.record_limit, and that they go with their database.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_SEGMENT_FILES_H
#define PERFCHECK_RECORD_SEGMENT_FILES_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

#define SEGMENT_MAGIC "PERFREC2"

/* What a file begins with. */
typedef struct SegmentHeader
{
	char magic[8];
	uint32 size; /* of the file, when it was made */
	Oid database;
	TimestampTz backend_start;
	int32 pid;
	/* Is set before the file is removed; who writes looks at it each time. */
	uint32 dropped;
} SegmentHeader;

/* The names are in the order of their times, which stand in them. */
typedef struct SegmentFile
{
	char *path;
	Oid database;
	uint64 created;
	Size size;
} SegmentFile;

/*
 * Returns a list of SegmentFile of a database, the oldest first; of all of them
 * if that is InvalidOid. It is empty if there is no folder, or if it cannot be
 * read. Raises no error but out_of_memory.
 */
extern List *segment_files_list(Oid database);

/*
 * Removes a file, after telling its backend, which then begins another one. A
 * file that is gone already is none. Returns false, with errno, if it cannot.
 */
extern bool segment_files_drop(const SegmentFile *file);

/*
 * Removes the files of databases that are not there any more. Returns false, with
 * errno, if one cannot be removed. Raises no error but out_of_memory.
 */
extern bool segment_files_drop_orphans(void);

/*
 * Makes a file of this backend of that size, and removes the oldest ones until
 * all have room. Returns it mapped to memory, with its header, and its path in
 * path; or NULL, with errno. It may be called while a transaction is aborted. Its
 * first SEGMENT_FILES_MET bytes are met.
 */
extern SegmentHeader *segment_files_create(Size size, char path[MAXPGPATH]);

#define SEGMENT_FILES_MET ((Size) (16 * 1024))

/*
 * Has the kernel get pages of a file ready to be written to. Returns false, with
 * errno, if that would end in a signal, because the disk has no room for them after
 * all. Raises no error.
 */
extern bool segment_files_meet(SegmentHeader *header, Size start, Size end);

#endif /* PERFCHECK_RECORD_SEGMENT_FILES_H */
