/*-------------------------------------------------------------------------
 *
 * client_share.h
 *		The shared memory of perfcheck_time and its clients.
 *
 * A segment holds a ClientShare, the job of client_job.h, and a queue for each
 * client, through which its messages come. A message begins with a ClientMessage.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_CLIENT_SHARE_H
#define PERFCHECK_RUN_CLIENT_SHARE_H

#include "storage/barrier.h"
#include "storage/shm_mq.h"

#include "run/prepared.h"

#define CLIENT_SHARE_MAGIC 0x70637469
#define CLIENT_SHARE_KEY UINT64CONST(1)
#define CLIENT_SHARE_KEY_JOB UINT64CONST(2)
/* The queue of client n, counted from 0, has this key and n. */
#define CLIENT_SHARE_KEY_QUEUE UINT64CONST(1000)

typedef struct ClientShare
{
	Oid database;
	Oid login; /* the role that connects */
	int nclients;
	int job_length;
	Barrier barrier; /* before each case, or before the mix */
	volatile bool connected[FLEXIBLE_ARRAY_MEMBER]; /* of each client */
} ClientShare;

typedef enum ClientMessageKind
{
	CLIENT_CASE,    /* samples of a case: its sums, and the text of its error */
	CLIENT_SAMPLES, /* some of them: int64s */
	CLIENT_DONE,    /* nothing comes after this one */
	CLIENT_ERROR    /* the client ends: SQLSTATE, message, detail and hint */
} ClientMessageKind;

typedef struct ClientMessage
{
	ClientMessageKind kind;
	int number;           /* of the case; the SQLSTATE of an error */
	PreparedSamples sums; /* whose pointers mean nothing */
} ClientMessage;

#endif /* PERFCHECK_RUN_CLIENT_SHARE_H */
