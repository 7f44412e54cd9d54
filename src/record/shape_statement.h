/*-------------------------------------------------------------------------
 *
 * shape_statement.h
 *		The SELECT that a statement is, or stands for.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_SHAPE_STATEMENT_H
#define PERFCHECK_RECORD_SHAPE_STATEMENT_H

#include "nodes/parsenodes.h"

#include "record/sql_tokens.h"

typedef struct ShapeStatement
{
	SelectStmt *select;  /* NULL if there is none */
	int first;           /* its tokens, from this one */
	int end;             /* to the one before this */
	const char *problem; /* why there is none */
} ShapeStatement;

/*
 * Finds the SELECT of what the grammar made of the text. Raises no error.
 */
extern ShapeStatement shape_statement_find(List *parsed,
										   const SqlTokens *tokens);

#endif /* PERFCHECK_RECORD_SHAPE_STATEMENT_H */
