/*
 * test_estimates.c
 *		Unit tests of src/work/estimates.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "work/estimates.h"

static WorkNode
scan(double expected, double rows, double loops)
{
	WorkNode node = {.kind = WORK_SCAN,
					 .role = WORK_OUTER,
					 .loops = loops,
					 .rows = rows,
					 .expected = expected,
					 .estimated = 1};

	return node;
}

static void
test_ten_times_is_the_limit(void **state)
{
	WorkNode right = scan(1000, 100, 1);
	WorkNode off = scan(1001, 100, 1);

	(void) state;
	assert_null(estimates_worst(&right, 1));
	assert_ptr_equal(estimates_worst(&off, 1), &off);
	off = scan(100, 1001, 1);
	assert_ptr_equal(estimates_worst(&off, 1), &off);
}

static void
test_of_the_size_planned_for(void **state)
{
	WorkNode node = scan(100000, 1000, 1);

	(void) state;
	assert_null(estimates_worst(&node, 100));
	assert_ptr_equal(estimates_worst(&node, 1), &node);
	/* a lookup by a unique key finds one row at any size */
	node = scan(1, 1, 1);
	node.estimated = 0;
	assert_float_equal(estimates_expected(&node, 100), 1, 0);
}

static void
test_a_loop_at_a_time(void **state)
{
	WorkNode node = scan(20, 20 * 500, 500);

	(void) state;
	assert_null(estimates_worst(&node, 1));
	assert_float_equal(estimates_found(&node), 20, 0);
	/* never executed: nothing is known */
	node = scan(5000, 0, 0);
	assert_null(estimates_worst(&node, 1));
}

static void
test_few_rows_are_no_misestimate(void **state)
{
	WorkNode node = scan(9, 0, 1);

	(void) state;
	assert_null(estimates_worst(&node, 1));
	node = scan(11, 0, 1);
	assert_ptr_equal(estimates_worst(&node, 1), &node);
}

static void
test_a_stopped_scan_tells_nothing(void **state)
{
	WorkNode input = scan(5000, 21, 1);
	WorkNode *below[] = {&input};
	WorkNode limit = {.kind = WORK_LIMIT,
					  .loops = 1,
					  .rows = 21,
					  .limit = 21,
					  .nchildren = 1,
					  .children = below};
	WorkNode sort = {
		.kind = WORK_BLOCK, .loops = 1, .nchildren = 1, .children = below};
	WorkNode *sorted[] = {&sort};

	(void) state;
	assert_null(estimates_worst(&limit, 1));
	/* a Limit that had too few rows did not stop it */
	limit.rows = 20;
	assert_ptr_equal(estimates_worst(&limit, 1), &input);
	/* below a Sort it ran to its end */
	limit.rows = 21;
	limit.children = sorted;
	assert_ptr_equal(estimates_worst(&limit, 1), &input);
}

static void
test_the_worst_of_several(void **state)
{
	WorkNode a = scan(2000, 100, 1);
	WorkNode b = scan(9000, 100, 1);
	WorkNode c = scan(100, 100, 1);
	WorkNode *below[] = {&a, &b, &c};
	WorkNode join = {
		.kind = WORK_HASH_JOIN, .loops = 1, .nchildren = 3, .children = below};

	(void) state;
	b.role = WORK_INNER;
	assert_ptr_equal(estimates_worst(&join, 1), &b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ten_times_is_the_limit),
		cmocka_unit_test(test_of_the_size_planned_for),
		cmocka_unit_test(test_a_loop_at_a_time),
		cmocka_unit_test(test_few_rows_are_no_misestimate),
		cmocka_unit_test(test_a_stopped_scan_tells_nothing),
		cmocka_unit_test(test_the_worst_of_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
