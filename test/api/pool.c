/*-------------------------------------------------------------------------
 *
 * pool.c
 *		A pool of libpq connections, shared by threads; see pool.h.
 *
 *-------------------------------------------------------------------------
 */
#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"

/*
 * How long pool_stop() lets statements end by themselves, and how long it
 * waits between cancel requests after that: one of them may come too early,
 * before its statement.
 */
#define STOP_GRACE_MS 2000
#define STOP_CANCEL_MS 100

typedef struct Slot
{
	PGconn *conn;
	/* for pool_stop(); replaced, under the mutex, with each reset */
	PGcancel *cancel;
	bool busy;
} Slot;

/* A thread in the queue; lives on its stack. */
typedef struct Waiter
{
	pthread_cond_t ready;
	bool served;
	/* NULL once served: the pool was stopped */
	Slot *slot;
	struct Waiter *next;
} Waiter;

struct Pool
{
	pthread_mutex_t mutex;
	pthread_cond_t idle; /* signalled when busy becomes 0 */
	bool stopping;
	int busy;
	Waiter *first_waiter;
	Waiter *last_waiter;
	int size;
	Slot slots[];
};

/* Warnings too are one line each. */
static void
pool_log_notice(void *unused, const char *message)
{
	(void) unused;
	log_line("%s", message);
}

static PGconn *
pool_connect(const char *conninfo)
{
	/* conninfo wins over what comes before dbname; what follows wins over it */
	const char *const keywords[] = {"connect_timeout",
									"fallback_application_name", "dbname",
									"client_encoding", NULL};
	const char *const values[] = {"10", "events-api", conninfo, "UTF8", NULL};

	return PQconnectdbParams(keywords, values, 1);
}

Pool *
pool_open(const char *conninfo, int size)
{
	Pool *pool = calloc(1, sizeof(Pool) + (size_t) size * sizeof(Slot));

	if (pool == NULL)
	{
		log_line("out of memory for %d connections", size);
		return NULL;
	}
	if (pthread_mutex_init(&pool->mutex, NULL) != 0 ||
		pthread_cond_init(&pool->idle, NULL) != 0)
	{
		log_line("could not make the pool's mutex");
		free(pool);
		return NULL;
	}
	pool->size = size;

	/*
	 * libpq sends PGTZ as the session's TimeZone. Unlike the connection
	 * parameter "options", it leaves the caller's own options alone.
	 */
	if (setenv("PGTZ", "UTC", 1) != 0)
	{
		log_line("could not set PGTZ: %s", strerror(errno));
		pool_close(pool);
		return NULL;
	}

	for (int i = 0; i < size; i++)
	{
		Slot *slot = &pool->slots[i];

		slot->conn = pool_connect(conninfo);
		if (slot->conn == NULL || PQstatus(slot->conn) != CONNECTION_OK)
		{
			log_line("could not connect to the database (connection %d of "
					 "%d): %s",
					 i + 1, size,
					 slot->conn ? PQerrorMessage(slot->conn) : "out of memory");
			pool_close(pool);
			return NULL;
		}
		PQsetNoticeProcessor(slot->conn, pool_log_notice, NULL);
		slot->cancel = PQgetCancel(slot->conn);
	}
	return pool;
}

/* NULL if the pool was stopped. */
static Slot *
pool_acquire(Pool *pool)
{
	Slot *slot = NULL;

	pthread_mutex_lock(&pool->mutex);
	if (!pool->stopping && pool->busy < pool->size)
	{
		int i = 0;

		while (pool->slots[i].busy)
			i++;
		slot = &pool->slots[i];
		slot->busy = true;
		pool->busy++;
	}
	else if (!pool->stopping)
	{
		Waiter waiter = {.ready = PTHREAD_COND_INITIALIZER};

		if (pool->last_waiter != NULL)
			pool->last_waiter->next = &waiter;
		else
			pool->first_waiter = &waiter;
		pool->last_waiter = &waiter;
		while (!waiter.served)
			pthread_cond_wait(&waiter.ready, &pool->mutex);
		slot = waiter.slot;
		pthread_cond_destroy(&waiter.ready);
	}
	pthread_mutex_unlock(&pool->mutex);
	return slot;
}

/* The first in the queue leaves it, with slot. The caller has the mutex. */
static void
pool_serve_waiter(Pool *pool, Slot *slot)
{
	Waiter *waiter = pool->first_waiter;

	pool->first_waiter = waiter->next;
	if (pool->first_waiter == NULL)
		pool->last_waiter = NULL;
	waiter->slot = slot;
	waiter->served = true;
	pthread_cond_signal(&waiter->ready);
}

static void
pool_release(Pool *pool, Slot *slot)
{
	pthread_mutex_lock(&pool->mutex);
	if (pool->first_waiter != NULL)
		pool_serve_waiter(pool, slot); /* and it stays busy */
	else
	{
		slot->busy = false;
		pool->busy--;
		if (pool->busy == 0)
			pthread_cond_signal(&pool->idle);
	}
	pthread_mutex_unlock(&pool->mutex);
}

/* False if there is no database, or the pool is being stopped. */
static bool
pool_reset(Pool *pool, Slot *slot)
{
	PGcancel *cancel;
	bool stopping;

	pthread_mutex_lock(&pool->mutex);
	stopping = pool->stopping;
	pthread_mutex_unlock(&pool->mutex);
	if (stopping)
		return false;

	PQreset(slot->conn);
	if (PQstatus(slot->conn) != CONNECTION_OK)
	{
		log_line("could not reconnect to the database: %s",
				 PQerrorMessage(slot->conn));
		return false;
	}
	cancel = PQgetCancel(slot->conn);
	pthread_mutex_lock(&pool->mutex);
	PQfreeCancel(slot->cancel);
	slot->cancel = cancel;
	pthread_mutex_unlock(&pool->mutex);
	return true;
}

static PGresult *
slot_exec(Pool *pool, Slot *slot, const char *sql, int nparams,
		  const char *const *values)
{
	bool was_reset = false;

	for (;;)
	{
		/* libpq may know of the loss only when it has tried. */
		if (PQstatus(slot->conn) == CONNECTION_OK)
		{
			PGresult *result = PQexecParams(slot->conn, sql, nparams, NULL,
											values, NULL, NULL, 0);

			if (PQstatus(slot->conn) == CONNECTION_OK)
			{
				if (result == NULL)
					log_line("no result: %s", PQerrorMessage(slot->conn));
				return result;
			}
			log_line("lost a connection to the database: %s",
					 PQerrorMessage(slot->conn));
			PQclear(result);
		}
		if (was_reset || !pool_reset(pool, slot))
			return NULL;
		was_reset = true;
	}
}

PGresult *
pool_exec(Pool *pool, const char *sql, int nparams, const char *const *values)
{
	Slot *slot = pool_acquire(pool);
	PGresult *result;

	if (slot == NULL)
		return NULL;
	result = slot_exec(pool, slot, sql, nparams, values);
	pool_release(pool, slot);
	return result;
}

/* Waits until no slot is busy, at most so long. The caller has the mutex. */
static void
pool_wait_idle(Pool *pool, int milliseconds)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += milliseconds / 1000;
	until.tv_nsec += milliseconds % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000L)
	{
		until.tv_nsec -= 1000000000L;
		until.tv_sec++;
	}
	while (pool->busy > 0)
	{
		if (pthread_cond_timedwait(&pool->idle, &pool->mutex, &until) != 0)
			return;
	}
}

void
pool_stop(Pool *pool)
{
	pthread_mutex_lock(&pool->mutex);
	pool->stopping = true;
	while (pool->first_waiter != NULL)
		pool_serve_waiter(pool, NULL);
	pool_wait_idle(pool, STOP_GRACE_MS);
	while (pool->busy > 0)
	{
		for (int i = 0; i < pool->size; i++)
		{
			char reason[256];
			Slot *slot = &pool->slots[i];

			/* A server that is gone ends the statement as well. */
			if (slot->busy && slot->cancel != NULL)
				(void) PQcancel(slot->cancel, reason, sizeof(reason));
		}
		pool_wait_idle(pool, STOP_CANCEL_MS);
	}
	pthread_mutex_unlock(&pool->mutex);
}

void
pool_close(Pool *pool)
{
	if (pool == NULL)
		return;
	for (int i = 0; i < pool->size; i++)
	{
		PQfreeCancel(pool->slots[i].cancel);
		PQfinish(pool->slots[i].conn);
	}
	pthread_cond_destroy(&pool->idle);
	pthread_mutex_destroy(&pool->mutex);
	free(pool);
}
