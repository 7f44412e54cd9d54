/*
 * test_growth.c
 *		Unit tests of src/work/unstopped.c and src/work/projection.c: how joins,
 *		groups, subqueries and recursions grow, beside what tables measured that
 *		are really larger.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "projection_fixture.h"

/* ---- exponents ---- */

/* Owners and their notes grow alike: a scan of one owner's notes stays. */
static void
test_exponents(void **state)
{
	WorkNode rows = scan(40, 40);
	WorkRuns runs = {&rows, NULL};
	Projection projection;

	(void) state;
	/* a table that grows by the square root */
	rows.read = rows.found = 0.5;
	assert_float_equal(project(&rows, NULL), 400, 1e-9);
	/* a filter for a value of which there are as many rows at any size */
	rows.read = 1;
	rows.found = 0;
	projection = projection_project(&runs, SCALE);
	assert_float_equal(projection.examined, 4000, 1e-9);
	assert_float_equal(projection.returned, 40, 1e-9);
	/* the same work can be projected again, and to today's size */
	projection = projection_project(&runs, MEASURED);
	assert_float_equal(projection.examined, 2000, 1e-9);
	projection = projection_project(&runs, 1);
	assert_float_equal(projection.examined, 40, 1e-9);
}

/* What a join returns, by the growth of its sides and of their keys. */
static double
joined(double outer, double outer_key, double inner, double inner_key)
{
	WorkNode left = scan(10, 10);
	WorkNode right = scan(10, 10);
	WorkNode *sides[] = {&left, &right};
	WorkNode join = above(WORK_HASH_JOIN, sides, 2, 10);
	WorkRuns runs = {&join, NULL};

	left.read = left.found = outer;
	right.read = right.found = inner;
	right.role = WORK_INNER;
	join.keys[WORK_OUTER] = outer_key;
	join.keys[WORK_INNER] = inner_key;
	return projection_project(&runs, SCALE).returned / 10;
}

static void
test_joins_by_keys(void **state)
{
	(void) state;
	/* notes and their owners, who grow, and boards, which do not */
	assert_float_equal(joined(1, 1, 1, 1), 100, 1e-9);
	assert_float_equal(joined(1, 0, 0, 0), 100, 1e-9);
	/* one owner and his notes, of all notes */
	assert_float_equal(joined(0, 1, 1, 1), 1, 1e-9);
	/* one board and its notes */
	assert_float_equal(joined(0, 0, 1, 0), 100, 1e-9);
	/* notes of the same board, with each other */
	assert_float_equal(joined(1, 0, 1, 0), 10000, 1e-9);
	/* nobody knows */
	assert_float_equal(joined(1, WORK_UNKNOWN, 1, WORK_UNKNOWN), 100, 1e-9);
}

static void
test_semi_and_outer_joins(void **state)
{
	WorkNode outer = scan(10, 10);
	WorkNode inner = scan(10, 10);
	WorkNode *sides[] = {&outer, &inner};
	WorkNode join = above(WORK_HASH_JOIN, sides, 2, 10);
	WorkRuns runs = {&join, NULL};

	(void) state;
	inner.role = WORK_INNER;
	join.keys[WORK_OUTER] = join.keys[WORK_INNER] = 0;
	join.single[WORK_OUTER] = true;
	assert_float_equal(projection_project(&runs, SCALE).returned, 1000, 1e-9);
	/* of a semi join with few rows, few come out; of an anti join all others */
	pin(&inner);
	join.keys[WORK_OUTER] = join.keys[WORK_INNER] = 1;
	assert_float_equal(projection_project(&runs, SCALE).returned, 10, 1e-9);
	join.keeps[WORK_OUTER] = true;
	assert_float_equal(projection_project(&runs, SCALE).returned, 1000, 1e-9);
}

/* GROUP BY room: 62 rooms at any size, and never more than there are rows. */
static void
test_groups_are_no_more_than_their_rows(void **state)
{
	WorkNode rows = scan(2400, 2400);
	WorkNode *child[] = {&rows};
	WorkNode groups = above(WORK_BLOCK, child, 1, 62);
	WorkRuns runs = {&groups, NULL};

	(void) state;
	groups.grouped = true;
	assert_float_equal(projection_project(&runs, SCALE).returned, 62, 1e-9);
	groups.groups = 1;
	assert_float_equal(projection_project(&runs, SCALE).returned, 6200, 1e-9);
	groups.groups = 3;
	assert_float_equal(projection_project(&runs, SCALE).returned, 6200, 1e-9);
}

/* UNION ALL of a table that grows and one that does not. */
static void
test_members_of_an_append_grow_each(void **state)
{
	WorkNode a = scan(30, 30);
	WorkNode b = scan(70, 70);
	WorkNode *members[] = {&a, &b};
	WorkNode all = above(WORK_STREAM, members, 2, 100);
	WorkRuns runs = {&all, NULL};

	(void) state;
	pin(&b);
	assert_float_equal(projection_project(&runs, SCALE).returned, 3070, 1e-9);
}

/* ---- measured on tables of 5,000 orders, and of 250,000 ---- */

/*
 * SELECT id, (SELECT count(*) ... WHERE customer_id = c.id) FROM customer c ORDER
 * BY score DESC LIMIT 10: 250 + 200 rows today, 12,500 + 200 then.
 */
static WorkNode *
above_sort(double rows)
{
	static WorkNode nodes[2][5];
	static WorkNode *links[2][5];
	static int next = 0;
	WorkNode *tree = nodes[next];
	WorkNode **link = links[next];

	next = !next;
	tree[0] = scan(250, 250);
	link[0] = &tree[0];
	tree[1] = above(WORK_BLOCK, &link[0], 1, rows);
	tree[2] = scan(20 * rows, 20 * rows);
	tree[2].loops = rows;
	tree[2].role = WORK_SUBPLAN;
	pin(&tree[2]);
	link[1] = &tree[1];
	link[2] = &tree[2];
	tree[3] = above(WORK_STREAM, &link[1], 2, rows);
	link[3] = &tree[3];
	tree[4] = limit(&link[3], rows, rows, 0);
	return &tree[4];
}

static void
test_subplan_above_sort_runs_for_the_page(void **state)
{
	(void) state;
	assert_float_equal(project_measured(above_sort(10), above_sort(80)), 12700,
					   0.5);
}

/* ORDER BY id LIMIT 30 of two tables in step: 68 rows at either size. */
static void
test_merge_join_stops_both_sides(void **state)
{
	WorkNode outer = scan(8, 8);
	WorkNode inner = inner_scan(1, 30, false);
	WorkNode *sides[] = {&outer, &inner};
	WorkNode join = above(WORK_MERGE_JOIN, sides, 2, 30);
	WorkNode *child[] = {&join};
	WorkNode run = limit(child, 30, 30, 0);
	WorkNode outer_more = scan(61, 61);
	WorkNode inner_more = inner_scan(1, 240, false);
	WorkNode *sides_more[] = {&outer_more, &inner_more};
	WorkNode join_more = above(WORK_MERGE_JOIN, sides_more, 2, 240);
	WorkNode *child_more[] = {&join_more};
	WorkNode more = limit(child_more, 240, 240, 0);

	(void) state;
	join.examined = 30;
	join_more.examined = 240;
	join.keys[0] = join.keys[1] = join_more.keys[0] = join_more.keys[1] = 1;
	assert_float_equal(project_measured(&run, &more), 68, 1e-6);
	/* a hash join reads its inner side first */
	join.kind = join_more.kind = WORK_HASH_JOIN;
	assert_float_equal(project_measured(&run, &more), 8 + 30 * 50 + 30, 1e-6);
	/* of a few rows on the inner side, few of the outer ones have a partner */
	join.kind = join_more.kind = WORK_MERGE_JOIN;
	pin(&inner);
	pin(&inner_more);
	assert_float_equal(project_measured(&run, &more), 8 * 50 + 30 + 30, 1e-6);
}

/* WITH x AS MATERIALIZED (...) SELECT ... LIMIT 30: 147 + 147 at either size. */
static void
test_cte_is_filled_as_far_as_it_is_read(void **state)
{
	WorkNode rows = scan(147, 147);
	WorkNode from = scan(147, 30);
	WorkNode rows_more = scan(1210, 1210);
	WorkNode from_more = scan(1210, 240);
	WorkCte cte = {.plan = &rows, .scan = &from, .scans = 1};
	WorkCte cte_more = {.plan = &rows_more, .scan = &from_more, .scans = 1};
	WorkNode *children[] = {&rows, &from};
	WorkNode *children_more[] = {&rows_more, &from_more};
	WorkNode run = limit(children, 30, 30, 0);
	WorkNode more = limit(children_more, 240, 240, 0);

	(void) state;
	run.nchildren = more.nchildren = 2;
	rows.role = rows_more.role = WORK_SUBPLAN;
	rows.once = rows_more.once = true;
	rows.fills = from.cte = &cte;
	rows_more.fills = from_more.cte = &cte_more;
	pin(&from);
	pin(&from_more);
	assert_float_equal(project_measured(&run, &more), 294, 1e-6);
	/* behind many others it is taken to be filled */
	cte.level = cte_more.level = 21;
	assert_float_equal(project_measured(&run, &more), 147 * 50 + 147, 1e-6);
	cte.level = cte_more.level = 1;
	/* another scan may read further */
	cte.scans = cte_more.scans = 2;
	assert_float_equal(project_measured(&run, &more), 147 * 50 + 147, 1e-6);
}

/*
 * The next channel each time, of 300: 301 steps, and 602 rows in all, as 1,202
 * with the last message of each. Channels that grow make as many more steps.
 */
static void
test_steps_of_a_recursion(void **state)
{
	WorkNode start = scan(1, 1);
	WorkNode last = scan(301, 300);
	WorkNode next = scan(299, 299);
	WorkNode *subplan[] = {&next};
	WorkNode one = limit(subplan, 299, 1, 0);
	WorkNode *subplans[] = {&one};
	WorkNode *terms[] = {&start, &last};
	WorkNode run = above(WORK_RECURSION, terms, 2, 301);
	WorkRuns runs = {&run, NULL};

	(void) state;
	pin(&start);
	pin(&last);
	last.role = WORK_INNER;
	last.loops = 301;
	last.recursion = &run;
	last.nchildren = 1;
	last.children = subplans;
	one.role = WORK_SUBPLAN;
	one.loops = next.loops = 300;
	assert_float_equal(project_measured(&run, NULL), 602, 2);
	assert_float_equal(projection_project(&runs, MEASURED).returned, 301, 1e-6);
	run.steps = 1;
	assert_float_equal(project_measured(&run, NULL), 1 + 600 * 50, 60);
}

/* The replies of one comment, and of all: as deep at any size. */
static void
test_depth_of_a_recursion_stays(void **state)
{
	WorkNode start = scan(200, 200);
	WorkNode last = scan(2000, 2000);
	WorkNode children = inner_scan(2000, 1800, true);
	WorkNode *sides[] = {&last, &children};
	WorkNode term = above(WORK_NESTED_LOOP, sides, 2, 1800);
	WorkNode *terms[] = {&start, &term};
	WorkNode run = above(WORK_RECURSION, terms, 2, 2000);

	(void) state;
	pin(&last);
	last.recursion = &run;
	term.role = WORK_INNER;
	term.loops = last.loops = 4;
	term.examined = 1800;
	assert_float_equal(project_measured(&run, NULL), 5800 * 50, 1e-6);
	pin(&start);
	assert_float_equal(project_measured(&run, NULL), 5800, 1e-6);
	/* without an index each of the 4 steps reads the table */
	children = inner_scan(4, 4 * 2000, false);
	term.kind = WORK_HASH_JOIN;
	term.keys[0] = term.keys[1] = 1;
	assert_float_equal(project_measured(&run, NULL),
					   200 + 2000 + 1800 + 8000 * 50, 1e-6);
}

/* 152 of 200 users have a row yet: LIMIT 1 examines one a loop at the most. */
static void
test_limit_of_a_loop_that_removes_nothing(void **state)
{
	WorkNode outer = scan(200, 200);
	WorkNode inner = scan(152, 152);
	WorkNode *inner_child[] = {&inner};
	WorkNode one = limit(inner_child, 152, 1, 0);
	WorkNode *sides[] = {&outer, &one};
	WorkNode run = above(WORK_NESTED_LOOP, sides, 2, 152);

	(void) state;
	pin(&outer);
	inner.loops = one.loops = 200;
	one.role = WORK_INNER;
	run.examined = 152;
	assert_float_equal(project_measured(&run, NULL), 200 + 200 + 200, 1e-6);
	outer.read = outer.found = 1;
	assert_float_equal(project_measured(&run, NULL), 600 * 50, 1e-6);
}

/* OFFSET 10000 LIMIT 20 of 20,000 rows: as deep a page is at 500,000 then. */
static void
test_a_deep_offset_grows(void **state)
{
	WorkNode scan_run = scan(10020, 10020);
	WorkNode scan_more = scan(20000, 20000);
	WorkNode *run_child[] = {&scan_run};
	WorkNode *more_child[] = {&scan_more};
	WorkNode run = limit(run_child, 20, 20, 10000);
	WorkNode more = limit(more_child, 10000, 70160, 10000);

	(void) state;
	assert_float_equal(project_measured(&run, &more), 10020, 1e-6);
	run.offset_grows = true;
	assert_float_equal(project_measured(&run, &more), 500020, 1e-6);
	/* the page of one owner, whose rows do not grow */
	pin(&scan_run);
	pin(&scan_more);
	assert_float_equal(project_measured(&run, &more), 10020, 1e-6);
}

/*
 * ORDER BY kind, v LIMIT 20 of rows that are sorted by kind, of which there are
 * four at any size: 5,001 rows today, 250,001 then.
 */
static void
test_an_incremental_sort_reads_its_group(void **state)
{
	WorkNode scan_run = scan(5001, 5001);
	WorkNode scan_more = scan(5001, 5001);
	WorkNode *run_child[] = {&scan_run};
	WorkNode *more_child[] = {&scan_more};
	WorkNode sort_run = above(WORK_STREAM, run_child, 1, 20);
	WorkNode sort_more = above(WORK_STREAM, more_child, 1, 160);
	WorkNode *run_sort[] = {&sort_run};
	WorkNode *more_sort[] = {&sort_more};
	WorkNode run = limit(run_sort, 20, 20, 0);
	WorkNode more = limit(more_sort, 160, 160, 0);

	(void) state;
	sort_run.batch = sort_more.batch = 5000;
	assert_float_equal(project_measured(&run, &more), 250001, 100);
	/* of rows that are alone with their time nothing is read in advance */
	sort_run.batch = sort_more.batch = 1;
	sort_run.groups = sort_more.groups = 1;
	scan_run.examined = scan_run.rows = 21;
	scan_more.examined = scan_more.rows = 161;
	assert_float_equal(project_measured(&run, &more), 21, 1e-6);
}

/* Sorted rows are grouped as they are read: 10 of 250 customers. */
static void
test_sorted_groups_are_stopped(void **state)
{
	WorkNode scan_run = scan(201, 201);
	WorkNode scan_more = scan(1601, 1601);
	WorkNode *run_child[] = {&scan_run};
	WorkNode *more_child[] = {&scan_more};
	WorkNode run_groups = above(WORK_STREAM, run_child, 1, 10);
	WorkNode more_groups = above(WORK_STREAM, more_child, 1, 80);
	WorkNode *run_limit[] = {&run_groups};
	WorkNode *more_limit[] = {&more_groups};
	WorkNode run = limit(run_limit, 10, 10, 0);
	WorkNode more = limit(more_limit, 80, 80, 0);

	(void) state;
	run_groups.grouped = more_groups.grouped = true;
	run_groups.groups = more_groups.groups = 1;
	assert_float_equal(project_measured(&run, &more), 201, 1e-6);
	/* groups that stay as many hold 50 times the rows */
	run_groups.groups = more_groups.groups = 0;
	assert_float_equal(project_measured(&run, &more), 201 * 50, 1e-6);
}

/* A window function reads on as it is asked, unless it counts them all. */
static void
test_a_block_that_reads_on(void **state)
{
	WorkNode scan_run = scan(20, 20);
	WorkNode scan_more = scan(160, 160);
	WorkNode *run_child[] = {&scan_run};
	WorkNode *more_child[] = {&scan_more};
	WorkNode run_window = above(WORK_BLOCK, run_child, 1, 20);
	WorkNode more_window = above(WORK_BLOCK, more_child, 1, 160);
	WorkNode *run_limit[] = {&run_window};
	WorkNode *more_limit[] = {&more_window};
	WorkNode run = limit(run_limit, 20, 20, 0);
	WorkNode more = limit(more_limit, 160, 160, 0);

	(void) state;
	assert_float_equal(project_measured(&run, &more), 20, 1e-6);
	scan_run = scan_more = scan(5000, 5000);
	assert_float_equal(project_measured(&run, &more), 250000, 1e-6);
}

/* ---- what is kept, and what is asked for ---- */

static void
test_a_kept_result_is_read_once(void **state)
{
	WorkNode outer = scan(10, 10);
	WorkNode rows = scan(50, 50);
	WorkNode *child[] = {&rows};
	WorkNode kept = above(WORK_STREAM, child, 1, 500);
	WorkNode *sides[] = {&outer, &kept};
	WorkNode join = above(WORK_NESTED_LOOP, sides, 2, 500);

	(void) state;
	kept.role = WORK_INNER;
	kept.loops = 10;
	rows.kept = true;
	assert_float_equal(project(&join, NULL), (10 + 50) * SCALE, 1e-6);
	/* Memoize: once for each board, of which there are 5 at any size */
	pin(&rows);
	rows.loops = 5;
	assert_float_equal(project(&join, NULL), 10 * SCALE + 50, 1e-6);
	/* and once for each owner, of whom there are more */
	rows.kept_values = 1;
	assert_float_equal(project(&join, NULL), (10 + 50) * SCALE, 1e-6);
}

/* EXISTS asks for one row; where there is none, all are read. */
static void
test_one_row_is_asked_for(void **state)
{
	WorkNode outer = scan(100, 100);
	WorkNode inner = inner_scan(100, 100, false);
	WorkNode *sides[] = {&outer, &inner};
	WorkNode join = above(WORK_NESTED_LOOP, sides, 2, 100);

	(void) state;
	join.single[WORK_OUTER] = true;
	inner.asked = 1;
	pin(&outer);
	assert_float_equal(project(&join, NULL), 200, 1e-6);
	inner.rows = 90;
	inner.examined = 1000;
	assert_float_equal(project(&join, NULL), 100 + 1000 * SCALE, 1e-6);
}

/*
 * NOT EXISTS by a nested loop: what came out without a partner grows as the outer
 * side, and the pairs that were tried as both.
 */
static void
test_rows_without_a_partner_are_no_pairs(void **state)
{
	WorkNode outer = scan(40, 40);
	WorkNode inner = inner_scan(40, 0, true);
	WorkNode *sides[] = {&outer, &inner};
	WorkNode join = above(WORK_NESTED_LOOP, sides, 2, 40);
	WorkRuns runs = {&join, NULL};

	(void) state;
	join.keeps[WORK_OUTER] = true;
	join.examined = 40;
	assert_float_equal(project(&join, NULL), 80 * SCALE, 1e-6);
	assert_float_equal(projection_project(&runs, SCALE).returned, 40 * SCALE,
					   1e-6);
	/* the same where the inner side may grow, of which nothing is there */
	inner.read = inner.found = 1;
	assert_float_equal(project(&join, NULL), 80 * SCALE, 1e-6);
	assert_float_equal(projection_project(&runs, SCALE).returned, 40 * SCALE,
					   1e-6);
	/* an anti join tries three rows for each one, and none is a partner */
	join.single[WORK_OUTER] = true;
	inner.rows = 120;
	join.examined = 160;
	assert_float_equal(project(&join, NULL), 80 * SCALE + 120 * SCALE * SCALE,
					   1e-6);
}

/* ---- counted before ---- */

static void
test_rows_counted_before(void **state)
{
	WorkNode a = {.kind = WORK_BITMAP_INDEX, .loops = 1, .examined = 900};
	WorkNode b = {.kind = WORK_BITMAP_INDEX, .loops = 1, .examined = 900};
	WorkNode *parts[] = {&a, &b};
	WorkNode both = above(WORK_BITMAP_OR, parts, 2, 0);
	WorkNode *child[] = {&a};
	WorkNode heap = scan(900, 900);
	WorkNode user = scan(1, 1);
	WorkNode *sides[] = {&user, &heap};
	WorkNode join = above(WORK_NESTED_LOOP, sides, 2, 900);
	WorkRuns runs = {&heap, NULL};
	Projection projection;

	(void) state;
	a.read = b.read = 1;
	heap.nchildren = 1;
	heap.children = child;
	projection = projection_project(&runs, SCALE);
	assert_float_equal(projection.examined, 180000, 1e-6);
	assert_float_equal(projection.again, 90000, 1e-6);
	/* pointers that led nowhere were not counted before */
	heap.rows = heap.examined = 100;
	assert_float_equal(projection_project(&runs, SCALE).again, 10000, 1e-6);
	/* a = 1 OR b = 1, of the same 900 rows */
	heap.rows = heap.examined = 900;
	child[0] = &both;
	projection = projection_project(&runs, SCALE);
	assert_float_equal(projection.examined, 270000, 1e-6);
	assert_float_equal(projection.again, 180000, 1e-6);
	/* a = 1 AND b = 1: the pointers of both were work */
	both.kind = WORK_BITMAP_AND;
	heap.rows = heap.examined = 90;
	assert_float_equal(projection_project(&runs, SCALE).again, 9000, 1e-6);
	/* the pairs that a join returned, of one user and his rows */
	runs.run = &join;
	child[0] = &a;
	heap.rows = heap.examined = 900;
	heap.role = WORK_INNER;
	pin(&user);
	join.examined = 900;
	projection = projection_project(&runs, SCALE);
	assert_float_equal(projection.examined, 1 + 3 * 90000, 1e-6);
	assert_float_equal(projection.again, 180000, 1e-6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exponents),
		cmocka_unit_test(test_joins_by_keys),
		cmocka_unit_test(test_semi_and_outer_joins),
		cmocka_unit_test(test_groups_are_no_more_than_their_rows),
		cmocka_unit_test(test_members_of_an_append_grow_each),
		cmocka_unit_test(test_subplan_above_sort_runs_for_the_page),
		cmocka_unit_test(test_merge_join_stops_both_sides),
		cmocka_unit_test(test_cte_is_filled_as_far_as_it_is_read),
		cmocka_unit_test(test_steps_of_a_recursion),
		cmocka_unit_test(test_depth_of_a_recursion_stays),
		cmocka_unit_test(test_limit_of_a_loop_that_removes_nothing),
		cmocka_unit_test(test_a_deep_offset_grows),
		cmocka_unit_test(test_an_incremental_sort_reads_its_group),
		cmocka_unit_test(test_sorted_groups_are_stopped),
		cmocka_unit_test(test_a_block_that_reads_on),
		cmocka_unit_test(test_a_kept_result_is_read_once),
		cmocka_unit_test(test_one_row_is_asked_for),
		cmocka_unit_test(test_rows_without_a_partner_are_no_pairs),
		cmocka_unit_test(test_rows_counted_before),
	};

	return cmocka_run_group_tests_name("growth", tests, NULL, NULL);
}
