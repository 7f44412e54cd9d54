/*-------------------------------------------------------------------------
 *
 * role_settings.h
 *		The planner settings that a role has of its own.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CONTRACT_ROLE_SETTINGS_H
#define PERFCHECK_CONTRACT_ROLE_SETTINGS_H

/*
 * Sets what ALTER ROLE, with or without IN DATABASE, has given to a role of the
 * settings that plans depend on, as a login of that role would, until the sandbox ends
 * that is open. Errors: those of SET.
 */
extern void role_settings_enter(Oid role);

#endif /* PERFCHECK_CONTRACT_ROLE_SETTINGS_H */
