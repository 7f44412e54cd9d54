/*-------------------------------------------------------------------------
 *
 * segment.h
 *		The entries of this backend's file, and how they are laid out.
 *
 * A file has a header (segment_files.h) and then entries, each with a head. What
 * several executions share, a statement and the settings of the session, is an
 * entry of its own, which they name by its number: how many of its kind stood
 * before it in the file. An execution takes some thirty bytes: a page of memory
 * that is met for the first time costs more than all that is done for one.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_SEGMENT_H
#define PERFCHECK_RECORD_SEGMENT_H

#include "record/segment_code.h"

/* The first byte of a body. */
typedef enum SegmentKind
{
	SEGMENT_STATEMENT = 1, /* SegmentStatement, types, text */
	SEGMENT_SESSION,       /* SegmentSession, two texts */
	SEGMENT_COMMENT,       /* the text */
	SEGMENT_EXECUTION      /* see below */
} SegmentKind;

/* The length is written last: as long as it is 0 there is no entry. */
typedef struct SegmentHead
{
	uint32 length;   /* of the body, which follows */
	uint32 checksum; /* of the body */
} SegmentHead;

/* Entries begin at multiples of this. */
#define SEGMENT_ALIGN 4

/* The bytes that an entry takes with that much behind its kind. */
#define SEGMENT_ENTRY_SIZE(size)                                               \
	(sizeof(SegmentHead) + TYPEALIGN(SEGMENT_ALIGN, (size) + 1))

typedef struct SegmentStatement
{
	uint32 nparams;
	uint32 sql_length;
	/* 1: a constant was left out of the text itself */
	uint32 cut;
	/* Oid types[nparams], and then the text without an end */
} SegmentStatement;

typedef struct SegmentSession
{
	Oid role;
	uint32 application_length;
	uint32 search_path_length;
	/* the two texts without an end */
} SegmentSession;

/*
 * An execution is a byte of the bits below; if they say so, the queryid, which is
 * otherwise that of the statement's execution before it in the file; and numbers
 * (segment_code.h): started and transaction as differences to those of the
 * execution before it, or to 0, the nanoseconds, the rows, statement, session, and 1
 * more than the comment, or 0. The rest are the values.
 */
#define SEGMENT_PLAN 0x03 /* RecordedPlan */
#define SEGMENT_NESTED 0x04
#define SEGMENT_FAILED 0x08
#define SEGMENT_QUERYID 0x10

/* What an execution takes at most without its values. */
#define SEGMENT_EXECUTION_MOST (1 + sizeof(uint64) + 7 * SEGMENT_CODE_MOST)

/*
 * A value is a byte, which is one of these or its length and SEGMENT_VALUE_TEXT, and
 * its text. Of a longer one a uint32 with the length follows the byte.
 */
#define SEGMENT_VALUE_LEFT_OUT 0
#define SEGMENT_VALUE_NULL 1
#define SEGMENT_VALUE_LONG 2
#define SEGMENT_VALUE_TEXT 3
#define SEGMENT_VALUE_SHORT                                                    \
	(255 - SEGMENT_VALUE_TEXT) /* the longest of these */

/*
 * Makes sure that so many bytes have room in this backend's file, which may become
 * another one. Returns false if there can be none now; it is in the log why. May
 * be called while a transaction is aborted, and raises no error.
 */
extern bool segment_make_room(Size bytes);

/* Returns a number that no other file of this backend had. */
extern uint32 segment_serial(void);

/*
 * Returns where what follows the kind of the next entry is to be written, for which
 * room was made, and then makes that much of it an entry. Returns its number.
 */
extern char *segment_next(void);
extern uint32 segment_add(SegmentKind kind, Size size);

#endif /* PERFCHECK_RECORD_SEGMENT_H */
