/*-------------------------------------------------------------------------
 *
 * rewrite_structure_text.h
 *		From a changed tree of a query to SQL, and to a candidate that is tried.
 *
 * Owns that what is printed is what is tried: a candidate's tree is always the
 * one that its text was analyzed to.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_STRUCTURE_TEXT_H
#define PERFCHECK_ADVICE_REWRITE_STRUCTURE_TEXT_H

#include "advice/candidate.h"
#include "contract/statement.h"

/* What each kind of rewrite looks at, and adds its candidates to. */
typedef struct StructureContext
{
	const ContractStatement *statement;
	Query *tree;      /* as it was written; not to be changed */
	List *candidates; /* Candidate * */
	List *complete;   /* those of them that have the indexes that they need */
} StructureContext;

/*
 * Returns the tree of a statement as written, in which each column is that of its
 * table and not of a join. Errors: those of the parser.
 */
extern Query *structure_text_tree(const ContractStatement *statement);

/* Names the columns of a tree by their tables, as structure_text_tree() does. */
extern void structure_text_name_columns(Query *tree);

/*
 * Returns SQL of a query's tree in one line, or NULL where it cannot be printed
 * or is no query then. Errors: a cancel, and what no query is to blame for.
 */
extern char *structure_text_print(const StructureContext *context,
								  const Query *query);

/*
 * Returns an expression over the one table numbered varno as SQL, its columns
 * with alias before them.
 */
extern char *structure_text_expression(const Node *expr, int varno, Oid relid,
									   const char *alias);

/*
 * Adds the query that tree is as a candidate, and returns it; NULL where it is no
 * query. Errors: as above.
 */
extern Candidate *structure_text_add(StructureContext *context, char *cause,
									 const Query *tree);

/*
 * The same for the query in which part, one of the queries within the tree or the
 * tree itself, is replaced by sql.
 */
extern Candidate *structure_text_add_part(StructureContext *context,
										  char *cause, Query *part,
										  const char *sql);

/*
 * Executes SQL, in a sandbox, and returns whether it found no row. False if it could
 * not be executed. Errors: those of sandbox_run().
 */
extern bool structure_text_finds_none(const char *sql);

#endif /* PERFCHECK_ADVICE_REWRITE_STRUCTURE_TEXT_H */
