/*-------------------------------------------------------------------------
 *
 * mended.h
 *		A text of pg_stat_statements as a query that the contract can have.
 *
 * Owns whether such a text is usable, which types its parameters get, and why it is
 * not.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_MENDED_H
#define PERFCHECK_RECORD_MENDED_H

typedef struct Mended
{
	const char *sql; /* NULL if there was no text */
	int ntypes;
	Oid *types;          /* of $1 to $n; none if there is a problem */
	const char *problem; /* a clause, or NULL */
} Mended;

/*
 * Mends the text of a statement, which may be NULL, under a search_path, which is
 * the caller's if it is NULL, as role has sent it, or NULL for the caller
 * (writers_set_sender()). Errors: those that sandbox_run() raises again.
 */
extern Mended mended_read(const char *text, const char *search_path,
						  const char *role);

#endif /* PERFCHECK_RECORD_MENDED_H */
