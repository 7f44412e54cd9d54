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
	assert_null(estimates_worst(&right, NULL, 1));
	assert_ptr_equal(estimates_worst(&off, NULL, 1), &off);
	off = scan(100, 1001, 1);
	assert_ptr_equal(estimates_worst(&off, NULL, 1), &off);
}

static void
test_of_the_size_planned_for(void **state)
{
	WorkNode node = scan(100000, 1000, 1);

	(void) state;
	assert_null(estimates_worst(&node, NULL, 100));
	assert_ptr_equal(estimates_worst(&node, NULL, 1), &node);
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
	assert_null(estimates_worst(&node, NULL, 1));
	assert_float_equal(estimates_found(&node), 20, 0);
	/* never executed: nothing is known */
	node = scan(5000, 0, 0);
	assert_null(estimates_worst(&node, NULL, 1));
}

static void
test_few_rows_are_no_misestimate(void **state)
{
	WorkNode node = scan(9, 0, 1);

	(void) state;
	assert_null(estimates_worst(&node, NULL, 1));
	/* 90 rows less than expected: no plan turns for them */
	node = scan(90, 0, 1);
	assert_null(estimates_worst(&node, NULL, 1));
	node = scan(110, 0, 1);
	assert_ptr_equal(estimates_worst(&node, NULL, 1), &node);
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
	assert_null(estimates_worst(&limit, NULL, 1));
	/* a Limit that had too few rows did not stop it */
	limit.rows = 20;
	assert_ptr_equal(estimates_worst(&limit, NULL, 1), &input);
	/* below a Sort it ran to its end */
	limit.rows = 21;
	limit.children = sorted;
	assert_ptr_equal(estimates_worst(&limit, NULL, 1), &input);
}

/* A Limit that was raised shows that a window function did not read on. */
static void
test_what_a_raised_limit_found(void **state)
{
	WorkNode input = scan(5000, 21, 1);
	WorkNode more = scan(5000, 169, 1);
	WorkNode *below[] = {&input};
	WorkNode *more_below[] = {&more};
	WorkNode window = {
		.kind = WORK_BLOCK, .loops = 1, .nchildren = 1, .children = below};
	WorkNode more_window = {
		.kind = WORK_BLOCK, .loops = 1, .nchildren = 1, .children = more_below};

	(void) state;
	assert_ptr_equal(estimates_worst(&window, NULL, 1), &input);
	assert_null(estimates_worst(&window, &more_window, 1));
	/* what the raised one did not find either is wrong */
	more.rows = 21;
	assert_ptr_equal(estimates_worst(&window, &more_window, 1), &input);
}

/* Either side of a merge join ends with the other; one partner is enough. */
static void
test_joins_stop_their_sides(void **state)
{
	WorkNode outer = scan(5000, 5000, 1);
	WorkNode inner = scan(5000, 40, 1);
	WorkNode *sides[] = {&outer, &inner};
	WorkNode join = {
		.kind = WORK_MERGE_JOIN, .loops = 1, .nchildren = 2, .children = sides};

	(void) state;
	inner.role = WORK_INNER;
	assert_null(estimates_worst(&join, NULL, 1));
	join.kind = WORK_HASH_JOIN;
	assert_ptr_equal(estimates_worst(&join, NULL, 1), &inner);
	/* a hash join looks at its outer side only if the inner one has rows */
	inner = scan(1, 0, 1);
	inner.role = WORK_INNER;
	outer.rows = 1;
	assert_null(estimates_worst(&join, NULL, 1));
	/* of 40 rows a semi join needs the first one */
	join.kind = WORK_NESTED_LOOP;
	outer.rows = 5000;
	inner = scan(40, 5000, 5000);
	inner.role = WORK_INNER;
	inner.asked = 1;
	assert_null(estimates_worst(&join, NULL, 1));
	inner.asked = 0;
	assert_ptr_equal(estimates_worst(&join, NULL, 1), &inner);
}

/* What will be next week is expected of a larger table, and not there today. */
static void
test_rows_ahead_are_no_misestimate(void **state)
{
	WorkNode node = scan(5000, 3, 1);

	(void) state;
	assert_ptr_equal(estimates_worst(&node, NULL, 1), &node);
	node.ahead = true;
	assert_null(estimates_worst(&node, NULL, 1));
	/* statistics of last week expect none of this week's */
	node = scan(1, 5000, 1);
	node.ahead = true;
	assert_ptr_equal(estimates_worst(&node, NULL, 1), &node);
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
	assert_ptr_equal(estimates_worst(&join, NULL, 1), &b);
}

/*
 * 1 row was expected of a join, 69,792 were found, and for each of them the inner
 * side was looked up: that costs more than a scan which is off by more.
 */
static void
test_the_estimate_that_decided_a_join(void **state)
{
	WorkNode left = scan(300, 300, 1);
	WorkNode right = scan(1000, 1000, 1);
	WorkNode *sides[] = {&left, &right};
	WorkNode pairs = {.kind = WORK_HASH_JOIN,
					  .loops = 1,
					  .rows = 69792,
					  .expected = 1,
					  .nchildren = 2,
					  .children = sides};
	WorkNode lookup = scan(1, 69792, 69792);
	WorkNode other = scan(1, 5000, 1);
	WorkNode *loops[] = {&pairs, &lookup};
	WorkNode nested = {.kind = WORK_NESTED_LOOP,
					   .loops = 1,
					   .rows = 69792,
					   .expected = 1,
					   .nchildren = 2,
					   .children = loops};
	WorkNode *all[] = {&nested, &other};
	WorkNode root = {
		.kind = WORK_BLOCK, .loops = 1, .nchildren = 2, .children = all};

	(void) state;
	right.role = lookup.role = WORK_INNER;
	lookup.examined = 69792;
	assert_ptr_equal(estimates_worst(&root, NULL, 1), &pairs);
	/* where a scan below it is off, that is why */
	left.rows = 69792;
	assert_ptr_equal(estimates_worst(&root, NULL, 1), &left);
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
		cmocka_unit_test(test_what_a_raised_limit_found),
		cmocka_unit_test(test_joins_stop_their_sides),
		cmocka_unit_test(test_rows_ahead_are_no_misestimate),
		cmocka_unit_test(test_the_worst_of_several),
		cmocka_unit_test(test_the_estimate_that_decided_a_join),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
