/*-------------------------------------------------------------------------
 *
 * sql_lines.h
 *		A long query on several lines, for a reader.
 *
 * Pure C, without any header of the server.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_SQL_LINES_H
#define PERFCHECK_REPORT_SQL_LINES_H

#include <stddef.h>

/* Returns the bytes that sql_lines_break() needs for a text of that length. */
extern size_t sql_lines_room(size_t length);

/*
 * Writes a query that stands in one line into out on several: each clause, and each
 * join, begins a line, and subqueries are indented. But for the white space between
 * words the text stays the same. One with a comment is not changed at all. out has
 * sql_lines_room() bytes.
 */
extern void sql_lines_break(const char *sql, char *out);

#endif /* PERFCHECK_REPORT_SQL_LINES_H */
