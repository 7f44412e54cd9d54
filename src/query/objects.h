/*-------------------------------------------------------------------------
 *
 * objects.h
 *		Lists what a query names: relations and functions.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_OBJECTS_H
#define PERFCHECK_QUERY_OBJECTS_H

#include "nodes/parsenodes.h"

/* An object, by the names that the server gives to it in every session. */
typedef struct QueryObject
{
	char *type;     /* "table", "view", "function" */
	char *identity; /* qualified and quoted: "public.pick(integer)" */
} QueryObject;

/*
 * Returns, as QueryObject *, each once, the relations that two trees of a query read
 * and the functions that they call, but for those that every server has: the one tree
 * as written, which names views, and the one that was rewritten, which names what
 * these read. Errors: statement_too_complex if a tree is too deep for the stack.
 */
extern List *objects_list(const Query *written, const Query *rewritten);

/*
 * What one tree names, as OIDs: all relations, and of the rest what not every server
 * has, or types that it has.
 */
typedef struct ObjectOids
{
	List *relations;
	List *functions;
	List *operators;
	List *types; /* of constants, and of what an expression casts to */
} ObjectOids;

/* Returns them. Errors: as objects_list(). */
extern ObjectOids objects_oids(const Query *query);

/*
 * Returns whether a query, rewritten, may execute a value of its parameters as code:
 * it calls something volatile, as query_to_xml() is, or that reads what a value names, or
 * something that neither the server brings nor is immutable and in C; or it makes
 * values of domains, composite types or ranges, whose checks are code. Errors: the same.
 */
extern bool objects_may_execute(const Query *query, const Oid *param_types,
								int nparams);

#endif /* PERFCHECK_QUERY_OBJECTS_H */
