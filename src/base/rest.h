/*-------------------------------------------------------------------------
 *
 * rest.h
 *		Rests between cases, so that perfcheck is a part of a server's load.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_REST_H
#define PERFCHECK_BASE_REST_H

/* The work of a call begins now. */
extern void rest_start(void);

/*
 * Rests for as long as perfcheck.max_load_share asks for what was done since the
 * last rest, unless somebody waits for a lock that this session holds: then what is
 * left is rested later. Errors: those of a cancel.
 */
extern void rest_between_cases(void);

#endif /* PERFCHECK_BASE_REST_H */
