/*
 * test_unmatched.c
 *		Unit tests of src/work/unmatched.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "projection_fixture.h"
#include "work/unmatched.h"

/* A scan of an index of 20,000 rows that stopped after 40. */
static WorkNode
walk(bool filtered)
{
	WorkNode node = scan(40, 20);

	node.whole = 20000;
	node.filtered = filtered;
	return node;
}

static Unmatched
unmatched(WorkNode *root)
{
	(void) project(root, NULL);
	return unmatched_project(root, SCALE);
}

static void
test_a_filter_below_a_limit(void **state)
{
	WorkNode filtered = walk(true);
	WorkNode bare = walk(false);
	WorkNode *child = &filtered;
	WorkNode top = limit(&child, 20, 20, 0);

	(void) state;
	assert_float_equal(unmatched(&top).examined, 20000 * SCALE, 1e-6);
	assert_float_equal(unmatched(&top).keyed, 0, 0);
	child = &bare;
	assert_float_equal(unmatched(&top).examined, 0, 0);
	/* nothing stops it */
	assert_float_equal(unmatched(&filtered).examined, 0, 0);
	/* nor did a Limit that wanted more rows than there are */
	child = &filtered;
	top.limit = 21;
	assert_float_equal(unmatched(&top).examined, 0, 0);
	/* but it may have stopped before, in another loop */
	top.loops = 2;
	top.limit = 11;
	assert_float_equal(unmatched(&top).examined, 20000 * SCALE, 1e-6);
}

static void
test_a_sort_reads_all_anyway(void **state)
{
	WorkNode filtered = walk(true);
	WorkNode *child = &filtered;
	WorkNode sort = above(WORK_BLOCK, &child, 1, 20);
	WorkNode *sorted = &sort;
	WorkNode top = limit(&sorted, 20, 20, 0);

	(void) state;
	assert_float_equal(unmatched(&top).examined, 0, 0);
}

/* The newest three of each of 20: as many walks as rows of the page. */
static void
test_each_row_of_a_page(void **state)
{
	WorkNode inner = walk(true);
	WorkNode outer = scan(20, 20);
	WorkNode *walked = &inner;
	WorkNode three;
	WorkNode *sides[2] = {&outer, &three};
	WorkNode join = above(WORK_NESTED_LOOP, sides, 2, 60);

	(void) state;
	inner.loops = 20;
	inner.keyed = true;
	three = limit(&walked, 60, 3, 0);
	three.role = WORK_INNER;
	three.loops = 20;
	pin(&outer);
	assert_float_equal(unmatched(&join).keyed, 20 * 20000 * SCALE, 1e-6);
	/* by a key, it reads the rows of a value, of which there are as many */
	inner.whole = 30;
	inner.read = 0;
	assert_float_equal(unmatched(&join).keyed, 20 * 30, 1e-6);
}

/* A join rejects rows if its other side is filtered, and a look-up does not. */
static void
test_a_join_that_rejects(void **state)
{
	WorkNode outer = walk(false);
	WorkNode inner = inner_scan(20, 20, true);
	WorkNode *sides[2] = {&outer, &inner};
	WorkNode join = above(WORK_NESTED_LOOP, sides, 2, 20);
	WorkNode *joined = &join;
	WorkNode top = limit(&joined, 20, 20, 0);

	(void) state;
	assert_float_equal(unmatched(&top).examined, 0, 0);
	inner.filtered = true;
	assert_float_equal(unmatched(&top).examined, 20000 * SCALE, 1e-6);
	join.keeps[WORK_OUTER] = true;
	assert_float_equal(unmatched(&top).examined, 0, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_filter_below_a_limit),
		cmocka_unit_test(test_a_sort_reads_all_anyway),
		cmocka_unit_test(test_each_row_of_a_page),
		cmocka_unit_test(test_a_join_that_rejects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
