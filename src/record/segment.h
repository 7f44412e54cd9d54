/*-------------------------------------------------------------------------
 *
 * segment.h
 *		The entries of this backend's file, and how they are laid out.
 *
 * A file has a header (segment_files.h) and then entries, each with a head. What
 * several executions share, a statement and the settings of the session, is an
 * entry of its own, which they name by its number: how many of its kind stood
 * before it in the file.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_SEGMENT_H
#define PERFCHECK_RECORD_SEGMENT_H

#include "datatype/timestamp.h"

typedef enum SegmentKind
{
	SEGMENT_STATEMENT = 1, /* SegmentStatement, types, text */
	SEGMENT_SESSION,       /* SegmentSession, two texts */
	SEGMENT_COMMENT,       /* the text */
	SEGMENT_EXECUTION      /* SegmentExecution, values */
} SegmentKind;

/* The length is written last: as long as it is 0 there is no entry. */
typedef struct SegmentHead
{
	uint32 length;   /* of the entry with its head */
	uint32 checksum; /* of all that follows this field */
	uint32 kind;
	uint32 body; /* length of what follows the head */
} SegmentHead;

/* Entries begin at multiples of this. */
#define SEGMENT_ALIGN 8

/* The bytes that an entry with that much behind its head takes. */
#define SEGMENT_ENTRY_SIZE(body)                                               \
	(sizeof(SegmentHead) + TYPEALIGN(SEGMENT_ALIGN, (body)))

typedef struct SegmentStatement
{
	uint32 nparams;
	uint32 sql_length;
	/* Oid types[nparams], and then the text without an end */
} SegmentStatement;

typedef struct SegmentSession
{
	Oid role;
	uint32 application_length;
	uint32 search_path_length;
	/* the two texts without an end */
} SegmentSession;

typedef struct SegmentExecution
{
	TimestampTz started;
	double ms;
	double rows;
	uint64 queryid;
	uint32 statement;
	uint32 session;
	uint32 comment; /* 1 more than its number; 0: none */
	uint32 transaction;
	uint8 plan; /* RecordedPlan */
	bool nested;
	bool failed;
	uint8 unused;
	uint32 values_length;
	/* for each parameter an int32, its length or one of those below, and text */
} SegmentExecution;

#define SEGMENT_VALUE_NULL (-1)
#define SEGMENT_VALUE_LEFT_OUT (-2)

/*
 * Makes sure that so many bytes have room in this backend's file, which may become
 * another one. Returns false if there can be none now; it is in the log why. May
 * be called while a transaction is aborted, and raises no error.
 */
extern bool segment_make_room(Size bytes);

/* Returns a number that no other file of this backend had. */
extern uint32 segment_serial(void);

/*
 * Returns where the body of the next entry is to be written, for which room was
 * made, and then makes it an entry. Returns its number.
 */
extern char *segment_next(void);
extern uint32 segment_add(SegmentKind kind, Size body);

#endif /* PERFCHECK_RECORD_SEGMENT_H */
