/*-------------------------------------------------------------------------
 *
 * conceal.h
 *		Keeps what is secret out of the list of processes and of messages.
 *
 * Owns which parts of the command line and of a conninfo are secret: passwords, the
 * values of headers and cookies.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_BASE_CONCEAL_H
#define PERFCHECK_HTTP_BASE_CONCEAL_H

#include <stdbool.h>

#include "http/base/settings.h"

/*
 * Returns a copy of the arguments, for everything to refer to, as the others are
 * overwritten later. It lives as long as the program.
 */
extern char **conceal_copy(int argc, char **argv);

/* Overwrites in the arguments of the process what is secret in the settings. */
extern void conceal_arguments(int argc, char **argv, const Settings *settings);

/*
 * Returns whether a conninfo may hold a password. One that libpq cannot parse may
 * if it looks like it.
 */
extern bool conceal_is_secret(const char *conninfo);

#endif /* PERFCHECK_HTTP_BASE_CONCEAL_H */
