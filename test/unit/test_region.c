/*
 * test_region.c
 *		Unit tests of src/work/region.c and unstopped.c: prefixes, loops one by one,
 *		and what fills arrays and functions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "projection_fixture.h"

/* ---- prefixes ---- */

/* LIMIT 20 over a scan whose first match came after first rows. */
static double
project_prefix(double a, double first, double b, double m, double gap)
{
	WorkNode scan_run = scan(a, 20);
	WorkNode scan_more = scan(b, m);
	WorkNode *run_child[] = {&scan_run};
	WorkNode *more_child[] = {&scan_more};
	WorkNode run = limit(run_child, 20, 20, 0);
	WorkNode more = limit(more_child, m, 160, 0);

	scan_run.first = first;
	scan_more.gap = gap;
	scan_more.last = m < 160 ? a + m - 20 : b;
	return project(&run, &more);
}

/* 6,000 rows without a match are less than 5 times what the 20 matches take. */
static void
test_prefix_beside_many_matches_grows(void **state)
{
	(void) state;
	/* After the first, 116 rows lie between two of the 20. */
	assert_float_equal(project_prefix(8200, 6000, 23800, 160, 500),
					   (6000 - 2200.0 / 19) * SCALE + 2200 + 2200.0 / 19, 0.5);
}

/* It may be one of the gaps between bursts if one of these is longer. */
static void
test_prefix_as_long_as_a_gap_stays(void **state)
{
	(void) state;
	assert_float_equal(project_prefix(8200, 6000, 23800, 160, 6100), 8200, 0);
}

/* What the raised run read behind its last match is no distance of matches. */
static void
test_matches_of_one_time_grow(void **state)
{
	(void) state;
	assert_true(project_prefix(3040, 3001, 20000, 60, 0) > 2500 * SCALE);
}

/* No match for 8 distances is chance in one of 3,000. */
static void
test_late_first_match_of_many_stays(void **state)
{
	(void) state;
	assert_float_equal(project_prefix(2700, 800, 16700, 160, 400), 2700, 0);
	/* 1,000 rows before the first, and 300 between those that follow. */
	assert_float_equal(project_prefix(6700, 1000, 20700, 160, 400), 6700, 0);
}

/* ---- loops one by one ---- */

enum
{
	LOOPS = 200
};

/*
 * LIMIT 1 in LOOPS loops of a scan: late of them examine a rows for their match, none of
 * them as many for no match, and the others one or two. With raised, the limit was raised to 8, and each
 * match takes two rows more.
 */
static double
project_loops(int late, int none, double a, bool raised)
{
	WorkLoop loops[LOOPS];
	WorkLoop more_loops[LOOPS];
	WorkNode scan_run = scan(0, 0);
	WorkNode scan_more = scan(0, 0);
	WorkNode *run_child[] = {&scan_run};
	WorkNode *more_child[] = {&scan_more};
	WorkNode run;
	WorkNode more;

	for (int i = 0; i < LOOPS; i++)
	{
		loops[i].examined = i < late + none ? a : 1 + i % 2;
		loops[i].rows = i >= late && i < late + none ? 0 : 1;
		more_loops[i].examined = loops[i].examined + loops[i].rows * 14;
		more_loops[i].rows = loops[i].rows * 8;
		scan_run.examined += loops[i].examined;
		scan_run.rows += loops[i].rows;
		scan_more.examined += more_loops[i].examined;
		scan_more.rows += more_loops[i].rows;
	}
	scan_run.loops = scan_more.loops = LOOPS;
	scan_run.kept_loops = loops;
	scan_more.kept_loops = more_loops;
	scan_run.nkept_loops = scan_more.nkept_loops = LOOPS;
	run = limit(run_child, scan_run.rows, 1, 0);
	more = limit(more_child, scan_more.rows, raised ? 8 : 1, 0);
	run.loops = more.loops = LOOPS;
	return project(&run, raised ? &more : NULL);
}

/* A tenth of the loops has 40 rows before its match, and the mean is less than 6. */
static void
test_loops_with_a_prefix_grow(void **state)
{
	(void) state;
	assert_float_equal(project_loops(20, 0, 40, true),
					   20 * (38 * SCALE + 2) + 270, 0.5);
	/* Of a subquery whose limit is not raised the usual distance is ln 2 of it. */
	assert_true(project_loops(20, 0, 40, false) > 20 * 36 * SCALE);
}

/* One or two loops of 200 with 20 rows before the first match are no prefix. */
static void
test_loops_by_chance_stay(void **state)
{
	(void) state;
	assert_float_equal(project_loops(2, 0, 20, true), 2 * 20 + 297, 0.5);
	assert_float_equal(project_loops(0, 0, 0, true), 300, 0.5);
}

/* Loops without a match grow, but not those beside them. */
static void
test_loops_without_a_match_grow(void **state)
{
	(void) state;
	assert_float_equal(project_loops(0, 20, 40, true), 20 * 40 * SCALE + 270,
					   0.5);
	assert_float_equal(project_loops(0, 20, 40, false), 20 * 40 * SCALE + 270,
					   0.5);
}

/* Where a part of the loops is kept, it stands for all. */
static void
test_loops_that_are_kept_stand_for_all(void **state)
{
	WorkLoop loops[] = {{1, 1}, {99, 0}};
	WorkNode rows = scan(10000, 100);
	WorkNode *child[] = {&rows};
	WorkNode run = limit(child, 100, 1, 0);

	(void) state;
	run.loops = rows.loops = 200;
	rows.kept_loops = loops;
	rows.nkept_loops = 2;
	assert_float_equal(project(&run, NULL), 10000 * (1 + 99 * SCALE) / 100,
					   0.5);
}

/* ---- what leaves one row of many ---- */

/* LIMIT 50 of payments, and all rates up to the time of each, of which one holds. */
static double
project_rates(bool leaves_one)
{
	WorkNode payments = scan(50, 50);
	WorkNode rates = inner_scan(50, 10000, false);
	WorkNode more_payments = scan(400, 400);
	WorkNode more_rates = inner_scan(400, 80000, false);
	WorkNode *sides[] = {&payments, &rates};
	WorkNode *more_sides[] = {&more_payments, &more_rates};
	WorkNode join = above(WORK_NESTED_LOOP, sides, 2, 50);
	WorkNode more_join = above(WORK_NESTED_LOOP, more_sides, 2, 400);
	WorkNode *child[] = {&join};
	WorkNode *more_child[] = {&more_join};
	WorkNode run = limit(child, 50, 50, 0);
	WorkNode more = limit(more_child, 400, 400, 0);

	rates.rows = 50;
	more_rates.rows = 400;
	rates.leaves_one = more_rates.leaves_one = leaves_one;
	return project(&run, &more);
}

static void
test_rates_that_hold_are_no_more(void **state)
{
	(void) state;
	assert_float_equal(project_rates(true), 50 + 10000 * SCALE, 0.5);
	assert_float_equal(project_rates(false), 50 + 10000, 0.5);
	assert_true(work_node_leaves_one(10000, 50, 50));
	assert_true(work_node_leaves_one(10000, 250, 50));
	assert_false(work_node_leaves_one(10000, 300, 50));
	assert_false(work_node_leaves_one(400, 50, 50));
	assert_false(work_node_leaves_one(10000, 0, 50));
}

/* ---- arrays and functions ---- */

static void
test_sources_tell_of_the_values(void **state)
{
	WorkNode rows = scan(300, 300);
	WorkNode *child[] = {&rows};
	WorkNode array = above(WORK_BLOCK, child, 1, 1);
	WorkNode function = scan(300, 300);
	WorkSource source = {.node = &rows};
	WorkNode *children[] = {&array, &function};
	WorkNode run = above(WORK_STREAM, children, 2, 300);

	(void) state;
	array.role = WORK_SUBPLAN;
	array.once = array.one_row = true;
	pin(&function);
	assert_float_equal(project(&run, NULL), 300 * SCALE + 300, 0.5);
	function.sources = &source;
	function.nsources = 1;
	function.by_sources = true;
	assert_float_equal(project(&run, NULL), 600 * SCALE, 0.5);
	/* An aggregate returns a row, and has a value for each that it reads. */
	source.node = &array;
	assert_float_equal(project(&run, NULL), 300 * SCALE + 300, 0.5);
	source.input = true;
	assert_float_equal(project(&run, NULL), 600 * SCALE, 0.5);
	source.node = NULL;
	source.exponent = 0.5;
	assert_float_equal(project(&run, NULL), 300 * SCALE + 300 * 10, 0.5);
	/* A filter reads as many rows, whatever it looks for. */
	function.by_sources = false;
	assert_float_equal(project(&run, NULL), 300 * SCALE + 300, 0.5);
}

/* ---- what is kept by its keys ---- */

/* 40 of 50 calls had a new key at first; later most are known. That is no prefix. */
static void
test_keys_that_are_kept_are_no_prefix(void **state)
{
	WorkNode outer = scan(500, 500);
	WorkNode look_up = inner_scan(40, 40, true);
	WorkNode more_outer = scan(4000, 4000);
	WorkNode more_look_up = inner_scan(50, 50, true);
	WorkNode *kept_child[] = {&look_up};
	WorkNode *more_kept_child[] = {&more_look_up};
	WorkNode kept = above(WORK_STREAM, kept_child, 1, 500);
	WorkNode more_kept = above(WORK_STREAM, more_kept_child, 1, 4000);
	WorkNode *sides[] = {&outer, &kept};
	WorkNode *more_sides[] = {&more_outer, &more_kept};
	WorkNode join = above(WORK_NESTED_LOOP, sides, 2, 20);
	WorkNode more_join = above(WORK_NESTED_LOOP, more_sides, 2, 160);
	WorkNode *child[] = {&join};
	WorkNode *more_child[] = {&more_join};
	WorkNode run = limit(child, 20, 20, 0);
	WorkNode more = limit(more_child, 160, 160, 0);

	(void) state;
	look_up.role = more_look_up.role = WORK_OUTER;
	look_up.kept = more_look_up.kept = true;
	kept.role = more_kept.role = WORK_INNER;
	kept.loops = 500;
	more_kept.loops = 4000;
	/* As many keys at any size. */
	assert_float_equal(project(&run, &more), 500 + 40, 0.5);
	/* Each call may have one of its own. */
	look_up.kept_values = more_look_up.kept_values = 1;
	assert_float_equal(project(&run, &more), 500 + 500, 0.5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefix_beside_many_matches_grows),
		cmocka_unit_test(test_prefix_as_long_as_a_gap_stays),
		cmocka_unit_test(test_matches_of_one_time_grow),
		cmocka_unit_test(test_late_first_match_of_many_stays),
		cmocka_unit_test(test_loops_with_a_prefix_grow),
		cmocka_unit_test(test_loops_by_chance_stay),
		cmocka_unit_test(test_loops_without_a_match_grow),
		cmocka_unit_test(test_loops_that_are_kept_stand_for_all),
		cmocka_unit_test(test_rates_that_hold_are_no_more),
		cmocka_unit_test(test_sources_tell_of_the_values),
		cmocka_unit_test(test_keys_that_are_kept_are_no_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
