/*-------------------------------------------------------------------------
 *
 * session_locks.c
 *		Advisory locks of the session, and who waits for locks.
 *
 * The lock table in shared memory has an entry for each lock that a process holds,
 * and the process alone knows how often, and whether for the transaction or for
 * the session; no function tells. So it is counted by releasing: each lock is
 * taken for the transaction first, which has no effect on others since it is held
 * already, and keeps it when the session lets go. The release that fails warns of
 * it, and is silenced. What a query does then, pg_advisory_unlock_all() too, cannot
 * give a lock away that the session held.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "storage/lwlock.h"

#include "base/compat.h"
#include "base/guc_scope.h"
#include "base/session_locks.h"

typedef struct SessionLock
{
	LOCKTAG tag;
	LOCKMODE mode;
	int count; /* how often the session holds it */
} SessionLock;

/*
 * Writes up to room advisory locks of this process into locks. Returns how many
 * there are.
 */
static int
session_locks_read(SessionLock *locks, int room)
{
	int n = 0;

	for (int i = 0; i < NUM_LOCK_PARTITIONS; i++)
	{
		LWLockAcquire(LockHashPartitionLockByIndex(i), LW_SHARED);
		for (PROCLOCK *held = compat_next_lock(i, NULL); held != NULL;
			 held = compat_next_lock(i, held))
		{
			const LOCKTAG *tag = &held->tag.myLock->tag;

			if (tag->locktag_lockmethodid != USER_LOCKMETHOD)
				continue;
			for (LOCKMODE mode = 1; mode <= MaxLockMode; mode++)
				if ((held->holdMask & LOCKBIT_ON(mode)) != 0)
				{
					if (n < room)
						locks[n] = (SessionLock){.tag = *tag, .mode = mode};
					n++;
				}
		}
		LWLockRelease(LockHashPartitionLockByIndex(i));
	}
	return n;
}

/* Counts how often the session holds a lock that the transaction holds, too. */
static int
session_locks_count(const SessionLock *lock)
{
	int n = 0;

	while (LockRelease(&lock->tag, lock->mode, true))
		n++;
	for (int i = 0; i < n; i++)
		(void) LockAcquire(&lock->tag, lock->mode, true, false);
	return n;
}

List *
session_locks_note(void)
{
	int n = session_locks_read(NULL, 0);
	SessionLock *locks;
	List *found = NIL;
	int level;

	if (n == 0)
		return NIL;
	locks = palloc(n * sizeof(SessionLock));
	/* None but this process takes its locks, so there are as many. */
	n = session_locks_read(locks, n);
	level = NewGUCNestLevel();
	guc_scope_set("client_min_messages", "error");
	guc_scope_set_superuser("log_min_messages", "fatal");
	for (int i = 0; i < n; i++)
	{
		SessionLock *lock = &locks[i];

		(void) LockAcquire(&lock->tag, lock->mode, false, false);
		lock->count = session_locks_count(lock);
		if (lock->count == 0)
			(void) LockRelease(&lock->tag, lock->mode, false);
		else
		{
			SessionLock *kept = palloc(sizeof(*kept));

			*kept = *lock;
			found = lappend(found, kept);
		}
	}
	guc_scope_leave(level);
	pfree(locks);
	return found;
}

void
session_locks_restore(List *locks)
{
	ListCell *cell;

	if (locks == NIL && session_locks_read(NULL, 0) == 0)
		return;
	LockReleaseSession(USER_LOCKMETHOD);
	foreach(cell, locks)
	{
		const SessionLock *lock = lfirst(cell);

		for (int i = 0; i < lock->count; i++)
			(void) LockAcquire(&lock->tag, lock->mode, true, false);
		(void) LockRelease(&lock->tag, lock->mode, false);
	}
	list_free_deep(locks);
}

bool
session_locks_are_awaited(void)
{
	bool awaited = false;

	for (int i = 0; !awaited && i < NUM_LOCK_PARTITIONS; i++)
	{
		LWLockAcquire(LockHashPartitionLockByIndex(i), LW_SHARED);
		for (PROCLOCK *held = compat_next_lock(i, NULL);
			 !awaited && held != NULL; held = compat_next_lock(i, held))
		{
			const LOCK *lock = held->tag.myLock;

			awaited = held->holdMask != 0 && lock->nRequested > lock->nGranted;
		}
		LWLockRelease(LockHashPartitionLockByIndex(i));
	}
	return awaited;
}
