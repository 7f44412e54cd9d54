/*-------------------------------------------------------------------------
 *
 * instructions.h
 *		Counts the instructions of this process, where the system lets it.
 *
 * Unlike times they are the same in every run, whatever else the machine does.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_INSTRUCTIONS_H
#define PERFCHECK_RUN_INSTRUCTIONS_H

typedef struct Instructions
{
	int fd;          /* below 0: they cannot be counted */
	const char *why; /* they cannot, or NULL */
} Instructions;

/* Begins to count. instructions_end() must follow whatever happens. No errors. */
extern Instructions instructions_begin(void);
extern void instructions_end(Instructions *instructions);

/* Returns how many there were; 0 if they are not counted, or for NULL. */
extern int64 instructions_read(const Instructions *instructions);

#endif /* PERFCHECK_RUN_INSTRUCTIONS_H */
