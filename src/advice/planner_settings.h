/*-------------------------------------------------------------------------
 *
 * planner_settings.h
 *		Planner settings that keep a plan from being a better one.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_PLANNER_SETTINGS_H
#define PERFCHECK_ADVICE_PLANNER_SETTINGS_H

#include "advice/advice_request.h"
#include "advice/candidate.h"

/*
 * Returns a candidate with a cause and a suggestion, and without SQL, if the case does
 * little enough work once some planner settings have PostgreSQL's defaults: it names
 * those that matter. Returns NULL if there are none. Errors: those of proof_try().
 */
extern Candidate *planner_settings_find(const AdviceRequest *request);

#endif /* PERFCHECK_ADVICE_PLANNER_SETTINGS_H */
