/*-------------------------------------------------------------------------
 *
 * contract_table.h
 *		Statements over the tables of the contract.
 *
 * Owns how they are executed, and how their parameters and rows are turned into C.
 * It is for the modules that own those tables.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CONTRACT_CONTRACT_TABLE_H
#define PERFCHECK_CONTRACT_CONTRACT_TABLE_H

#include "access/htup.h"
#include "utils/palloc.h"

/* The parameters of one statement; all zero at first. */
typedef struct ContractArgs
{
	int count;
	Oid types[24];
	Datum values[24];
	char nulls[24];
} ContractArgs;

/* Adds a parameter. No errors. */
extern void contract_table_bind(ContractArgs *args, Oid type, Datum value,
								bool isnull);
extern void contract_table_bind_text(ContractArgs *args, const char *text);

/*
 * Executes one statement of perfcheck's own over its tables, under its own
 * settings, and as the caller: the role of a query need not see the contract.
 * expected is the code of SPI that it returns. The caller has connected SPI.
 * Errors: object_not_in_prerequisite_state where the extension is older than its
 * library, insufficient_privilege, and those of the statement.
 */
extern void contract_table_execute(const char *sql, int expected,
								   ContractArgs *args);

/* Returns a column of a row that SPI returned, as text in context; or NULL. */
extern char *contract_table_text(MemoryContext context, HeapTuple row,
								 int column);

/* The same of a column that is regtype[] or oid[]; NULL and 0 if it is null. */
extern void contract_table_oids(MemoryContext context, HeapTuple row,
								int column, Oid **oids, int *count);

/* Returns the elements of a text[] in the current memory context. */
extern char **contract_table_texts(Datum array, int *count);

/* Returns values as text[]. */
extern Datum contract_table_array(char *const *texts, int count);

#endif /* PERFCHECK_CONTRACT_CONTRACT_TABLE_H */
