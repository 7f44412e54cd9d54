/*-------------------------------------------------------------------------
 *
 * plain_cause_facts.h
 *		Where the work of a plan is, and what the query wants there.
 *
 * Owns what the rules of plain_cause.c are told: the node that examines most with
 * the nodes above it, and the table and the queries that it belongs to. Raises no
 * errors but those of the catalogs.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_PLAIN_CAUSE_FACTS_H
#define PERFCHECK_ADVICE_PLAIN_CAUSE_FACTS_H

#include "advice/candidate.h"
#include "cases/case.h"
#include "contract/statement.h"
#include "work/measure.h"

typedef struct PlainFacts
{
	const ContractStatement *statement;
	const Case *one;
	double scale;
	Work work; /* projected to scale */

	const WorkNode *busiest;
	List *above; /* const WorkNode *, the nodes above it, the nearest first */
	/* Of busiest, with the scans of other partitions beside it: */
	double examined; /* at scale, as all that has no other name */
	double rows;
	bool drops; /* its filter drops most of what it examines */

	/*
	 * The scan itself, or the one below that examines most, or of a function the
	 * one that it is joined with; or NULL.
	 */
	const WorkNode *scan;
	/* Its table in the query, and the queries around it, its own first; or NIL. */
	const QueryTable *table;
	List *queries;

	/* The nearest Limit above, and whether it stops busiest; or NULL. */
	const WorkNode *limit;
	bool walked;
	const WorkNode *sort; /* the nearest above that sorts, below the Limit */
	/* The nearest subquery above that runs once for each row; or NULL. */
	const WorkNode *repeated;
	/* The nearest subquery above that runs once: of NOT IN, a CTE; or NULL. */
	const WorkNode *once;
	const WorkNode *recursion; /* or NULL */
	/* The nearest above that makes one row of many; or NULL. */
	const WorkNode *grouping;
	const WorkNode *joined; /* the nearest join above; or NULL */
	/* Tells of a condition on one of its tables that no index can have; or NULL. */
	Candidate *hopeless;
} PlainFacts;

extern PlainFacts *plain_cause_facts_read(const ContractStatement *statement,
										  const Case *one, const Work *work,
										  List *tables, double scale);

/*
 * Returns "about 1000000 rows at 50 times the size", or "20000 rows" at 1; of a
 * query that was ended there is no number, since it would differ from run to run.
 */
extern char *plain_cause_facts_rows(const PlainFacts *facts, double rows);

/* Returns a node's table as it stands in SQL, without its schema; or "the rows". */
extern const char *plain_cause_facts_name(const WorkNode *scan);

/* Returns the index that a scan uses, without its schema; or NULL. */
extern const char *plain_cause_facts_index(const WorkNode *scan);

/* Returns text, cut to what a line of a report has room for. */
extern char *plain_cause_facts_cut(const char *text);

/*
 * Returns an expression or a condition over one table of a query as text; NULL if
 * it is about something else, too.
 */
extern char *plain_cause_facts_text(const Query *query, Node *node);

/* Returns what ORDER BY or GROUP BY has: post.created_at, count(*), lower(name). */
extern char *plain_cause_facts_expression(const PlainFacts *facts,
										  const Query *query, Node *expression);

/* Returns the conditions of WHERE and ON of a query, as a List of Node. */
extern List *plain_cause_facts_conditions(const Query *query);

/*
 * Returns whether the column that the ORDER BY begins with is compared in another
 * collation than it is sorted by.
 */
extern bool plain_cause_facts_other_collation(const QueryTable *table);

/* Returns a candidate with the suggestion, which may be NULL. */
extern Candidate *plain_cause_facts_answer(char *cause, const char *suggestion);

#endif /* PERFCHECK_ADVICE_PLAIN_CAUSE_FACTS_H */
