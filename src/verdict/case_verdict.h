/*-------------------------------------------------------------------------
 *
 * case_verdict.h
 *		Judges one plan of a query with the values of one case.
 *
 * Owns the choice of the plan: the case's own custom plan, the generic plan, or
 * another case's custom plan. Owns as well that no plan is executed twice with
 * the same values, and the budget that the work is held against. This is the
 * one path on which a query is planned and measured; each call runs in a sandbox
 * of its own, with perfcheck.statement_timeout.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_CASE_VERDICT_H
#define PERFCHECK_VERDICT_CASE_VERDICT_H

#include "cases/case.h"
#include "contract/statement.h"
#include "plan/plan_mode.h"
#include "work/explain_plan.h"
#include "work/measure.h"

/* What is wrong with the work of a case. */
typedef enum CaseFault
{
	CASE_FAULT_NONE,
	CASE_FAULT_TIMED_OUT, /* it ran for too long on today's rows */
	CASE_FAULT_RETURNED,  /* it returns too many rows */
	CASE_FAULT_EXAMINED,  /* it examines too many rows */
	CASE_FAULT_BLOCKS     /* it touches too many blocks for its rows */
} CaseFault;

/* Only case_verdict.c writes it. */
typedef struct CaseVerdict
{
	const Case *one;
	PlanMode mode;
	double scale; /* the size that it is judged at */
	Work *work;   /* NULL if the query raised an error */
	bool ok;      /* the work is within what is allowed */
	/* The rows are within what is allowed, and the blocks are not. */
	bool blocks_decide;
	char *reason; /* why it is not ok, or NULL */
	/* The reason is an error whose message may hold a value of the case or of a row. */
	bool holds_value;
} CaseVerdict;

/* A plan that was made and not executed. */
typedef struct ExplainedPlan
{
	PlanFacts *facts;
	double cost;
	double planning_cost; /* as plancache.c charges for planning */
} ExplainedPlan;

/* How the cases of a query are judged. */
typedef struct Judge
{
	const ContractStatement *statement;
	double scale;         /* the target size, in multiples of today's */
	double budget;        /* the rows that a case may examine */
	double block_budget;  /* see case_verdict_allowed_blocks() */
	double most_returned; /* the rows that it may return; may be infinity */
	/* The work will be projected to other scales too, which takes all runs. */
	bool any_scale;
	/*
	 * Rows that an execution may examine on today's tables; one that examines more
	 * is ended, and not ok. 0: as many as it likes.
	 */
	double most_examined;
	Oid held; /* a table that keeps its rows as others grow; or InvalidOid */
	/* For case_verdict.c alone; NIL at first. */
	List *known;         /* what was measured */
	List *explained;     /* what was planned ... */
	MemoryContext plans; /* ... which is in this context; NULL at first */
} Judge;

/*
 * Returns what is wrong with work at the size that it was last projected to. It
 * may return most_returned rows, and examine the budget or, if that is more,
 * twice the rows that it returns there and those that were counted a second time
 * (Projection.again), and touch the blocks of case_verdict_allowed_blocks(). Raises
 * no error.
 */
extern CaseFault case_verdict_fault(const Judge *judge, const Work *work);

/*
 * Returns the words for a fault of work, of a plan that was made for scale; NULL
 * for none. Errors: those of reading the size of its tables.
 */
extern char *case_verdict_fault_text(CaseFault fault, const Work *work,
									 double scale);

/* Returns why there is no verdict on a plan with such a scan; see PlanFacts. */
extern char *case_verdict_opaque_text(const char *opaque);

/*
 * Returns the rows that a work of the budget may examine at the size that it was last
 * projected to, but for those that were counted a second time. No errors.
 */
extern double case_verdict_row_limit(double budget, const Work *work);

/*
 * Returns the blocks that work may touch at the target size. The row budget allows
 * rows that are read one by one, each of which may be on a page of its own, and
 * look-ups, each of which goes down an index: these blocks are allowed with them,
 * and the block budget on top. Or two for each row that is returned, if that is
 * more.
 */
extern double case_verdict_allowed_blocks(double block_budget,
										  const Work *work);

/*
 * Judges the custom plan for the values of the case, or the generic plan, at the
 * target size, and returns the verdict. An error of the query makes a verdict
 * that is not ok, without work. Errors: those that sandbox_run() raises again.
 */
extern CaseVerdict *case_verdict_judge(Judge *judge, const Case *one,
									   PlanMode mode);

/*
 * Does the same for another size. Where that is not the target, judge must have
 * any_scale.
 */
extern CaseVerdict *case_verdict_judge_at(Judge *judge, const Case *one,
										  PlanMode mode, double scale);

/*
 * Returns the verdict on the same plan at another scale, as a copy: verdict must
 * have work, and judge any_scale. Raises no error.
 */
extern CaseVerdict *case_verdict_project(const Judge *judge,
										 const CaseVerdict *verdict,
										 double scale);

/*
 * Lets a case whose plan does the same as that of work be judged by that work,
 * which was measured with the values of the case. No errors.
 */
extern void case_verdict_remember(Judge *judge, const Case *one,
								  const Work *work);

/*
 * Judges the custom plan that other was given, with the values of one. Returns
 * NULL if that is not possible: the plan needs its own values, as one for a
 * prefix of LIKE does, or the query raised an error. Errors: those that
 * sandbox_run() raises again.
 */
extern CaseVerdict *case_verdict_judge_borrowed(Judge *judge, const Case *one,
												const CaseVerdict *other);

/*
 * Returns the plan that is made at a scale, without executing it, or NULL if
 * planning raises an error. What was planned before is not planned again. The
 * plan is the judge's. Errors: those that sandbox_run() raises again.
 */
extern const ExplainedPlan *case_verdict_explain(Judge *judge, const Case *one,
												 PlanMode mode, double scale);

/*
 * Returns the plan at the target size as EXPLAIN prints it, with the rows that its
 * nodes find today. If perfcheck.statement_timeout ends the execution, they are left
 * out, with a notice. Errors: those of the query, and those that sandbox_run() raises again.
 */
extern char *case_verdict_plan_text(Judge *judge, const Case *one,
									PlanMode mode, ExplainFormat format);

/*
 * Frees the plans that were not executed, of which there may be many. Whoever
 * made the judge calls it, when done. Raises no error.
 */
extern void case_verdict_forget_plans(Judge *judge);

#endif /* PERFCHECK_VERDICT_CASE_VERDICT_H */
