/*-------------------------------------------------------------------------
 *
 * own_triggers.h
 *		Triggers that others made on the tables of the extension.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_OWN_TRIGGERS_H
#define PERFCHECK_BASE_OWN_TRIGGERS_H

/*
 * Refuses to write to a table of the extension as user while it has a trigger, or is
 * referred to by a foreign key, of somebody who may not take that role: what it calls
 * would have the rights of user. A table of NULL stands for all of them. Errors:
 * insufficient_privilege.
 */
extern void own_triggers_check(const char *name, Oid user);

#endif /* PERFCHECK_BASE_OWN_TRIGGERS_H */
