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
					 .expected = expected};

	return node;
}

static void
test_ten_times_is_the_limit(void **state)
{
	WorkNode right = scan(1000, 100, 1);
	WorkNode off = scan(1001, 100, 1);

	(void) state;
	assert_null(estimates_worst(&right, NULL));
	assert_ptr_equal(estimates_worst(&off, NULL), &off);
	off = scan(100, 1001, 1);
	assert_ptr_equal(estimates_worst(&off, NULL), &off);
}

/* Of a node that the plan for today does not have, nothing is said. */
static void
test_not_known_is_not_off(void **state)
{
	WorkNode node = scan(0, 1000, 1);

	(void) state;
	assert_null(estimates_worst(&node, NULL));
	/* a lookup by a unique key finds one row at any size */
	node = scan(1, 1, 1);
	assert_null(estimates_worst(&node, NULL));
}

static void
test_a_loop_at_a_time(void **state)
{
	WorkNode node = scan(20, 20 * 500, 500);

	(void) state;
	assert_null(estimates_worst(&node, NULL));
	assert_float_equal(estimates_found(&node), 20, 0);
	/* never executed: nothing is known */
	node = scan(5000, 0, 0);
	assert_null(estimates_worst(&node, NULL));
}

static void
test_few_rows_are_no_misestimate(void **state)
{
	WorkNode node = scan(9, 0, 1);

	(void) state;
	assert_null(estimates_worst(&node, NULL));
	/* 90 rows less than expected: no plan turns for them */
	node = scan(90, 0, 1);
	assert_null(estimates_worst(&node, NULL));
	node = scan(110, 0, 1);
	assert_ptr_equal(estimates_worst(&node, NULL), &node);
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
	assert_null(estimates_worst(&limit, NULL));
	/* a Limit that had too few rows did not stop it */
	limit.rows = 20;
	assert_ptr_equal(estimates_worst(&limit, NULL), &input);
	/* below a Sort it ran to its end */
	limit.rows = 21;
	limit.children = sorted;
	assert_ptr_equal(estimates_worst(&limit, NULL), &input);
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
	assert_ptr_equal(estimates_worst(&window, NULL), &input);
	assert_null(estimates_worst(&window, &more_window));
	/* what the raised one did not find either is wrong */
	more.rows = 21;
	assert_ptr_equal(estimates_worst(&window, &more_window), &input);
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
	assert_null(estimates_worst(&join, NULL));
	join.kind = WORK_HASH_JOIN;
	assert_ptr_equal(estimates_worst(&join, NULL), &inner);
	/* a hash join looks at its outer side only if the inner one has rows */
	inner = scan(1, 0, 1);
	inner.role = WORK_INNER;
	outer.rows = 1;
	assert_null(estimates_worst(&join, NULL));
	/* of 40 rows a semi join needs the first one */
	join.kind = WORK_NESTED_LOOP;
	outer.rows = 5000;
	inner = scan(40, 5000, 5000);
	inner.role = WORK_INNER;
	inner.asked = 1;
	assert_null(estimates_worst(&join, NULL));
	inner.asked = 0;
	assert_ptr_equal(estimates_worst(&join, NULL), &inner);
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
	assert_ptr_equal(estimates_worst(&join, NULL), &b);
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
	double driven;

	(void) state;
	right.role = lookup.role = WORK_INNER;
	lookup.examined = 69792;
	assert_ptr_equal(estimates_worst(&root, NULL), &pairs);
	assert_ptr_equal(estimates_deciding(&root, NULL, &driven), &pairs);
	assert_float_equal(driven, 69792, 0);
	/* where a scan below it is off, that is why */
	left.rows = 69792;
	assert_ptr_equal(estimates_worst(&root, NULL), &left);
	assert_ptr_equal(estimates_deciding(&root, NULL, &driven), &left);
	/* the lookups of few rows are not worth another plan */
	lookup.examined = 900;
	other.rows = 900;
	assert_null(estimates_deciding(&root, NULL, &driven));
}

/* One table, which is scanned as it would be with the right estimate. */
static void
test_what_decides_nothing(void **state)
{
	WorkNode fewer = scan(9000, 100, 1);
	WorkNode more = scan(100, 9000, 1);
	WorkNode absent = scan(1, 1001, 1);
	double driven;

	(void) state;
	assert_ptr_equal(estimates_worst(&fewer, NULL), &fewer);
	assert_null(estimates_deciding(&fewer, NULL, &driven));
	assert_ptr_equal(estimates_worst(&more, NULL), &more);
	assert_null(estimates_deciding(&more, NULL, &driven));
	/* values that came after the statistics; a Seq Scan reads them anyway */
	assert_null(estimates_deciding(&absent, NULL, &driven));
	absent.by_pointer = true;
	assert_ptr_equal(estimates_deciding(&absent, NULL, &driven), &absent);
	assert_float_equal(driven, 0, 0);
	absent.rows = 1000;
	assert_null(estimates_deciding(&absent, NULL, &driven));
}

/* The rows of an inner side drive the loop above, as those of a sorted one do. */
static void
test_what_drives_a_loop_from_below(void **state)
{
	WorkNode name = scan(1, 1, 1);
	WorkNode labels = scan(62, 10041, 1);
	WorkNode *pair[] = {&name, &labels};
	WorkNode labelled = {.kind = WORK_NESTED_LOOP,
						 .loops = 1,
						 .rows = 10041,
						 .expected = 62,
						 .nchildren = 2,
						 .children = pair};
	WorkNode *sorted[] = {&labelled};
	WorkNode sort = {.kind = WORK_BLOCK,
					 .loops = 1,
					 .rows = 10041,
					 .nchildren = 1,
					 .children = sorted};
	WorkNode lookup = scan(1, 10041, 10041);
	WorkNode *loops[] = {&sort, &lookup};
	WorkNode nested = {.kind = WORK_NESTED_LOOP,
					   .loops = 1,
					   .rows = 10041,
					   .nchildren = 2,
					   .children = loops};
	double driven;

	(void) state;
	labels.role = lookup.role = WORK_INNER;
	lookup.examined = 10041;
	assert_ptr_equal(estimates_deciding(&nested, NULL, &driven), &labels);
	assert_float_equal(driven, 10041, 0);
	/* what a Limit between them lets through is not these rows */
	sort.kind = WORK_LIMIT;
	assert_null(estimates_deciding(&nested, NULL, &driven));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ten_times_is_the_limit),
		cmocka_unit_test(test_not_known_is_not_off),
		cmocka_unit_test(test_a_loop_at_a_time),
		cmocka_unit_test(test_few_rows_are_no_misestimate),
		cmocka_unit_test(test_a_stopped_scan_tells_nothing),
		cmocka_unit_test(test_what_a_raised_limit_found),
		cmocka_unit_test(test_joins_stop_their_sides),
		cmocka_unit_test(test_the_worst_of_several),
		cmocka_unit_test(test_the_estimate_that_decided_a_join),
		cmocka_unit_test(test_what_decides_nothing),
		cmocka_unit_test(test_what_drives_a_loop_from_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
