/*
 * test_projection.c
 *		Unit tests of src/work/projection.c, on trees as node_counts.c makes
 *		them, with the counts that PostgreSQL reports for them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "projection_fixture.h"

/* LIMIT k over a scan: a rows for k, and b rows for the m of 8 k. */
static double
project_limited(double a, double k, double offset, double b, double m)
{
	WorkNode scan_run = scan(a, k);
	WorkNode scan_more = scan(b, m);
	WorkNode *run_child[] = {&scan_run};
	WorkNode *more_child[] = {&scan_more};
	WorkNode run = limit(run_child, k - offset, k - offset, offset);
	WorkNode more = limit(more_child, m - offset, 8 * k - offset, offset);

	assert_true(projection_needs_more(&run));
	return project(&run, &more);
}

static void
test_full_scan_grows(void **state)
{
	WorkNode run = scan(10000, 405);

	(void) state;
	assert_false(projection_needs_more(&run));
	assert_float_equal(project(&run, NULL), 1000000, 0);
}

static void
test_spread_matches_stay(void **state)
{
	(void) state;
	/* 1 match in 20: 405 rows for 21, as measured on a genre */
	assert_float_equal(project_limited(405, 21, 0, 3300, 168), 405, 0);
	/* a scan whose rows all match */
	assert_float_equal(project_limited(22, 21, 0, 169, 168), 22, 0);
}

static void
test_deep_cursor_grows(void **state)
{
	double projected = project_limited(5254, 21, 0, 5401, 168);

	(void) state;
	/* 5,233 of 5,254 rows lie before the first match */
	assert_float_equal(projected, 5233 * SCALE + 21, 0.5);
}

static void
test_matches_at_the_far_end_grow(void **state)
{
	(void) state;
	/* 100 matches, all in the last 100 of 10,000 rows */
	assert_true(project_limited(9921, 21, 0, 10000, 100) > 900000);
}

static void
test_forty_matches_for_a_limit_of_21_stay(void **state)
{
	(void) state;
	/* 40 of 10,000, evenly: 5,250 for 21; all 10,000 for 40 */
	assert_float_equal(project_limited(5250, 21, 0, 10000, 40), 5250, 0);
}

/* The last page: 21 matches are all there are, and the last 21 rows. */
static void
test_last_matches_at_the_far_end_grow(void **state)
{
	WorkNode scan_run = scan(10000, 21);
	WorkNode *run_child[] = {&scan_run};
	WorkNode run = limit(run_child, 21, 21, 0);
	WorkNode more = limit(run_child, 21, 168, 0);

	(void) state;
	scan_run.first = 9980;
	assert_float_equal(project(&run, &more), 1000000, 0);
	/* spread evenly, the larger table's 2,100 need no more rows */
	scan_run.first = 400;
	assert_float_equal(project(&run, &more), 10000, 0);
}

/* LIMIT 1 of a scalar subquery, which is not raised: max(date) by an index. */
static void
test_limit_of_a_subquery(void **state)
{
	WorkNode rows = scan(1, 1);
	WorkNode *rows_child[] = {&rows};
	WorkNode one = limit(rows_child, 1, 1, 0);
	WorkNode *one_child[] = {&one};
	WorkNode run = above(WORK_STREAM, one_child, 1, 1);

	(void) state;
	one.role = WORK_SUBPLAN;
	one.once = true;
	assert_float_equal(project(&run, &run), 1, 0);
	rows.examined = 10000;
	assert_float_equal(project(&run, &run), 1000000, 0);
}

static void
test_subplans_that_run_once_and_for_each_row(void **state)
{
	WorkNode inner = scan(200, 200);
	WorkNode *inner_child[] = {&inner};
	WorkNode outer = scan(1000, 1000);

	(void) state;
	inner.role = WORK_SUBPLAN;
	inner.once = true;
	outer.nchildren = 1;
	outer.children = inner_child;
	assert_float_equal(project(&outer, NULL), 1200 * SCALE, 0);
	inner.once = false;
	assert_float_equal(project(&outer, NULL),
					   1000 * SCALE + 200 * SCALE * SCALE, 0);
}

/* Both terms of a recursive union are read. */
static void
test_recursive_term_counts(void **state)
{
	WorkNode base = scan(10, 10);
	WorkNode term = scan(30000, 5);
	WorkNode *terms[] = {&base, &term};
	WorkNode run = above(WORK_BLOCK, terms, 2, 15);

	(void) state;
	term.role = WORK_INNER;
	assert_float_equal(project(&run, NULL), 30010 * SCALE, 0);
}

/* A CTE scan grows as the plan that fills the CTE. */
static void
test_cte_grows_as_its_plan(void **state)
{
	WorkNode rows = scan(13, 13);
	WorkCte cte = {.plan = &rows};
	WorkNode *children[] = {&rows};
	WorkNode run = scan(13, 13);

	(void) state;
	rows.role = WORK_SUBPLAN;
	rows.once = true;
	run.cte = &cte;
	pin(&run);
	run.nchildren = 1;
	run.children = children;
	pin(&rows);
	assert_float_equal(project(&run, NULL), 13 + 13, 0);
	rows.read = rows.found = 1;
	assert_float_equal(project(&run, NULL), (13 + 13) * SCALE, 0);
}

/*
 * Each CTE joins the one before it with itself. To project a CTE anew for each
 * scan of it would take 2^64 steps.
 */
static void
test_ctes_that_scan_each_other(void **state)
{
	enum
	{
		N = 64
	};
	WorkNode scans[N][2];
	WorkNode *sides[N][2];
	WorkNode joins[N];
	WorkCte ctes[N];
	WorkNode *children[N];
	WorkNode run;

	(void) state;
	for (int i = 0; i < N; i++)
	{
		for (int side = 0; side < 2; side++)
		{
			scans[i][side] = scan(5, 5);
			if (i > 0)
			{
				scans[i][side].cte = &ctes[i - 1];
				pin(&scans[i][side]);
			}
			sides[i][side] = &scans[i][side];
		}
		scans[i][1].role = WORK_INNER;
		joins[i] = above(WORK_HASH_JOIN, sides[i], 2, 5);
		joins[i].role = WORK_SUBPLAN;
		joins[i].once = true;
		ctes[i].scans = 2;
		ctes[i].plan = &joins[i];
		children[i] = &joins[i];
	}
	run = above(WORK_BLOCK, children, N, 5);
	assert_float_equal(project(&run, NULL), N * 10 * SCALE, 0);
	/* the first has as many rows at any size, and so have all the others */
	pin(&scans[0][0]);
	pin(&scans[0][1]);
	assert_float_equal(project(&run, NULL), N * 10, 0);
}

static void
test_offset_is_constant(void **state)
{
	(void) state;
	/* LIMIT 21 OFFSET 5000 reads 5,021 rows at any size */
	assert_float_equal(project_limited(5021, 5021, 5000, 10000, 10000), 5021,
					   0);
}

static double
project_short(double examined, double matches, double first_examined)
{
	WorkNode scan_run = scan(examined, matches);
	WorkNode *run_child[] = {&scan_run};
	WorkNode run = limit(run_child, matches, 21, 0);

	scan_run.first = first_examined;
	return project(&run, NULL);
}

static void
test_no_match_grows(void **state)
{
	(void) state;
	assert_float_equal(project_short(10000, 0, 10000), 1000000, 0);
}

static void
test_few_spread_matches_reach_the_limit_later(void **state)
{
	(void) state;
	/* 7 of 10,000: 21 come within 30,000 rows of the larger table */
	assert_float_equal(project_short(10000, 7, 1500), 30000, 0);
}

/* One match, or two: nobody knows whether the larger table has more of them. */
static void
test_one_match_may_stay_alone(void **state)
{
	WorkNode scan_run = scan(10000, 2);
	WorkNode *run_child[] = {&scan_run};
	WorkNode run = limit(run_child, 2, 21, 0);

	(void) state;
	scan_run.first = 4000;
	assert_float_equal(project(&run, NULL), 1000000, 0);
	scan_run.rows = run.rows = 3;
	assert_float_equal(project(&run, NULL), 70000, 0.5);
}

/* Of 20 matches none is among the first 2,100 of 10,000 in 1 of 111 cases. */
static void
test_a_late_first_match_may_be_chance(void **state)
{
	(void) state;
	assert_float_equal(project_short(10000, 20, 2000), 10500, 0);
	assert_float_equal(project_short(10000, 20, 2100), 1000000, 0);
}

/* LIMIT 5 of a LATERAL subquery: 1,000 rows in 100 loops, half of them match. */
static void
test_loops_are_projected_each(void **state)
{
	WorkNode outer = scan(100, 100);
	WorkNode inner = scan(1000, 500);
	WorkNode inner_more = scan(8000, 4000);
	WorkNode *inner_child[] = {&inner};
	WorkNode *more_child[] = {&inner_more};
	WorkNode run_limit = limit(inner_child, 500, 5, 0);
	WorkNode more_limit = limit(more_child, 4000, 40, 0);
	WorkNode *run_children[] = {&outer, &run_limit};
	WorkNode *more_children[] = {&outer, &more_limit};
	WorkNode run = above(WORK_NESTED_LOOP, run_children, 2, 500);
	WorkNode more = above(WORK_NESTED_LOOP, more_children, 2, 4000);

	(void) state;
	inner.loops = run_limit.loops = 100;
	inner_more.loops = more_limit.loops = 100;
	inner.first = 2;
	pin(&outer);
	run_limit.role = more_limit.role = WORK_INNER;
	/* 100 outer rows, and 10 rows for each of them, at any size */
	assert_float_equal(project(&run, &more), 1100, 0);
}

static void
test_few_clumped_matches_grow(void **state)
{
	(void) state;
	assert_float_equal(project_short(10000, 7, 9990), 1000000, 0);
}

/* GROUP BY ... LIMIT above few groups: the aggregate reads the whole table. */
static void
test_aggregate_below_limit_grows(void **state)
{
	WorkNode rows = scan(10000, 10000);
	WorkNode *scan_child[] = {&rows};
	WorkNode groups = above(WORK_BLOCK, scan_child, 1, 11);
	WorkNode *groups_child[] = {&groups};
	WorkNode run = limit(groups_child, 5, 5, 0);

	(void) state;
	assert_float_equal(project(&run, &run), 1000000, 0);
}

/* A nested loop without a join condition tries each pair. */
static void
test_pairs_grow_by_both_sides(void **state)
{
	WorkNode outer = scan(100, 100);
	WorkNode inner = inner_scan(100, 100 * 50, false);
	WorkNode *sides[] = {&outer, &inner};
	WorkNode join = above(WORK_NESTED_LOOP, sides, 2, 0);

	(void) state;
	join.examined = 5000;
	assert_float_equal(project(&join, NULL),
					   100 * SCALE + 5000 * SCALE * SCALE * 2, 0);
}

/* A hash join on a value that many rows of both sides have. */
static void
test_pairs_of_a_common_value_grow_by_both_sides(void **state)
{
	WorkNode outer = scan(40, 40);
	WorkNode inner = inner_scan(1, 40, false);
	WorkNode *sides[] = {&outer, &inner};
	WorkNode join = above(WORK_HASH_JOIN, sides, 2, 80);

	(void) state;
	join.examined = 80;
	assert_float_equal(project(&join, NULL), (40 + 40 + 80) * SCALE, 0);
	join.keys[WORK_OUTER] = join.keys[WORK_INNER] = 0;
	assert_float_equal(project(&join, NULL),
					   (40 + 40) * SCALE + 80 * SCALE * SCALE, 0);
}

/* A join of one row to many grows with the many. */
static void
test_join_of_a_pinned_row_grows_with_the_other_side(void **state)
{
	WorkNode outer = scan(1, 1);
	WorkNode inner = inner_scan(1, 40, false);
	WorkNode *sides[] = {&outer, &inner};
	WorkNode join = above(WORK_HASH_JOIN, sides, 2, 40);

	(void) state;
	pin(&outer);
	join.examined = 40;
	assert_float_equal(project(&join, NULL), 1 + (40 + 40) * SCALE, 0);
}

/* A subquery in an aggregate's argument runs for each row that goes in. */
static void
test_subplan_of_an_aggregate_grows_with_its_input(void **state)
{
	WorkNode input = scan(10, 10);
	WorkNode subplan = scan(50, 10);
	WorkNode *children[] = {&input, &subplan};
	WorkNode sum = above(WORK_BLOCK, children, 2, 1);

	(void) state;
	sum.one_row = true;
	subplan.role = WORK_SUBPLAN;
	subplan.per_input = true;
	pin(&subplan);
	subplan.loops = 10;
	assert_float_equal(project(&sum, NULL), (10 + 50) * SCALE, 0);
}

/* The few rows of a value lie further apart in a larger table. */
static void
test_few_rows_lie_further_apart(void **state)
{
	WorkNode rows = scan(1700, 1);
	WorkNode all = scan(10000, 5);
	WorkNode *run_child[] = {&rows};
	WorkNode *more_child[] = {&all};
	WorkNode run = limit(run_child, 1, 1, 0);
	WorkNode more = limit(more_child, 5, 8, 0);

	(void) state;
	assert_float_equal(project(&run, &more), 1700, 0);
	all.found = 0;
	assert_float_equal(project(&run, &more), 1700 * SCALE, 0);
}

/* A look-up by primary key inside a join: one row for each outer one. */
static void
test_pinned_inner_side_grows_with_the_outer(void **state)
{
	WorkNode outer = scan(100, 100);
	WorkNode inner = inner_scan(100, 100, true);
	WorkNode *sides[] = {&outer, &inner};
	WorkNode join = above(WORK_NESTED_LOOP, sides, 2, 100);

	(void) state;
	join.examined = 100;
	assert_float_equal(project(&join, NULL), 300 * SCALE, 0);
}

/* The same below LIMIT 21: nothing grows. */
static void
test_limited_join_stays(void **state)
{
	WorkNode outer = scan(21, 21);
	WorkNode inner = inner_scan(21, 21, true);
	WorkNode *sides[] = {&outer, &inner};
	WorkNode join = above(WORK_NESTED_LOOP, sides, 2, 21);
	WorkNode *child[] = {&join};
	WorkNode run = limit(child, 21, 21, 0);
	WorkNode outer_more = scan(168, 168);
	WorkNode inner_more = inner_scan(168, 168, true);
	WorkNode *sides_more[] = {&outer_more, &inner_more};
	WorkNode join_more = above(WORK_NESTED_LOOP, sides_more, 2, 168);
	WorkNode *child_more[] = {&join_more};
	WorkNode more = limit(child_more, 168, 168, 0);

	(void) state;
	join.examined = 21;
	assert_float_equal(project(&run, &more), 63, 0);
}

/* Both parts of a BitmapAnd are read whole, though no row is left of them. */
static void
test_bitmap_and_of_disjoint_sets_grows(void **state)
{
	WorkNode a = {
		.kind = WORK_BITMAP_INDEX, .loops = 1, .examined = 400, .read = 1};
	WorkNode b = {
		.kind = WORK_BITMAP_INDEX, .loops = 1, .examined = 700, .read = 1};
	WorkNode *parts[] = {&a, &b};
	WorkNode both = above(WORK_STREAM, parts, 2, 0);
	WorkNode *child[] = {&both};
	WorkNode heap = scan(0, 0);

	(void) state;
	heap.nchildren = 1;
	heap.children = child;
	assert_float_equal(project(&heap, NULL), 1100 * SCALE, 0);
}

static void
test_examined_sums_all_nodes(void **state)
{
	WorkNode a = scan(3, 3);
	WorkNode b = scan(4, 4);
	WorkNode *both[] = {&a, &b};
	WorkNode join = above(WORK_HASH_JOIN, both, 2, 5);

	(void) state;
	join.examined = 5;
	assert_float_equal(projection_examined(&join), 12, 0);
}

/* A join of two scans, with the marks that tell its nodes apart. */
typedef struct ShapedJoin
{
	WorkNode outer;
	WorkNode inner;
	WorkNode *sides[2];
	WorkNode join;
} ShapedJoin;

static void
shape_join(ShapedJoin *shaped)
{
	shaped->outer = scan(10, 10);
	shaped->inner = scan(20, 20);
	shaped->inner.role = WORK_INNER;
	shaped->sides[0] = &shaped->outer;
	shaped->sides[1] = &shaped->inner;
	shaped->join = above(WORK_HASH_JOIN, shaped->sides, 2, 10);
	shaped->join.id = 0;
	shaped->outer.id = 1;
	shaped->inner.id = 2;
}

/* Two executions of a plan differ in their counts, and have the same shape. */
static void
test_counts_are_no_part_of_the_shape(void **state)
{
	ShapedJoin a;
	ShapedJoin b;

	(void) state;
	shape_join(&a);
	shape_join(&b);
	b.join.examined = 7;
	b.join.loops = 3;
	b.inner.rows = 5;
	b.inner.examined = 6;
	b.inner.first = 2;
	assert_true(projection_same_shape(&a.join, &b.join));
}

/* What differs below the root is seen as well as what differs in it. */
static void
test_shapes_differ_in_any_node(void **state)
{
	ShapedJoin a;
	ShapedJoin b;

	(void) state;
	shape_join(&a);
	shape_join(&b);
	b.join.id = 9;
	assert_false(projection_same_shape(&a.join, &b.join));
	shape_join(&b);
	b.outer.id = 9;
	assert_false(projection_same_shape(&a.join, &b.join));
	/* another partition of as many is left after pruning */
	shape_join(&b);
	b.inner.id = 9;
	assert_false(projection_same_shape(&a.join, &b.join));
	shape_join(&b);
	b.inner.kind = WORK_BITMAP_INDEX;
	assert_false(projection_same_shape(&a.join, &b.join));
	shape_join(&b);
	b.inner.role = WORK_SUBPLAN;
	assert_false(projection_same_shape(&a.join, &b.join));
}

/* One more partition is left after pruning, in either execution. */
static void
test_shapes_differ_in_the_number_of_nodes(void **state)
{
	ShapedJoin a;
	ShapedJoin b;
	WorkNode part = scan(1, 1);
	WorkNode *parts[] = {&part};

	(void) state;
	shape_join(&a);
	shape_join(&b);
	b.join.nchildren = 1;
	assert_false(projection_same_shape(&a.join, &b.join));
	assert_false(projection_same_shape(&b.join, &a.join));
	shape_join(&b);
	b.outer.nchildren = 1;
	b.outer.children = parts;
	assert_false(projection_same_shape(&a.join, &b.join));
	assert_false(projection_same_shape(&b.join, &a.join));
}

/* 20 rows, and for each a look-up that reads 20 rows, but for one that reads 1,600. */
static double
project_hot(double rows_of_hot, double wanted)
{
	WorkNode outer = scan(20, 20);
	WorkNode inner = inner_scan(20, 1980, true);
	WorkNode *children[] = {&outer, &inner};
	WorkNode join = above(WORK_NESTED_LOOP, children, 2, 20);
	WorkNode *joined[] = {&join};
	WorkNode top = limit(joined, 20, wanted, 0);

	pin(&outer);
	inner.rows = 19 + rows_of_hot;
	inner.hot = 1600.0 / 1980;
	inner.hot_rows = rows_of_hot;
	inner.hot_loops = 1;
	inner.hot_read = 1;
	if (wanted > 0)
		return project(&top, NULL);
	return project(&join, NULL);
}

static void
test_hot_loop_grows_alone(void **state)
{
	(void) state;
	assert_float_equal(project_hot(1600, 0), 20 + 380 + 1600 * SCALE, 0.5);
	/* The Limit is not reached: the loop is read to its end. */
	assert_float_equal(project_hot(0, 30), 20 + 380 + 1600 * SCALE, 0.5);
	/* It was reached, and the hot loop has enough for it today. */
	assert_float_equal(project_hot(1600, 20), 2000, 0.5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_scan_grows),
		cmocka_unit_test(test_spread_matches_stay),
		cmocka_unit_test(test_deep_cursor_grows),
		cmocka_unit_test(test_matches_at_the_far_end_grow),
		cmocka_unit_test(test_forty_matches_for_a_limit_of_21_stay),
		cmocka_unit_test(test_last_matches_at_the_far_end_grow),
		cmocka_unit_test(test_limit_of_a_subquery),
		cmocka_unit_test(test_subplans_that_run_once_and_for_each_row),
		cmocka_unit_test(test_recursive_term_counts),
		cmocka_unit_test(test_cte_grows_as_its_plan),
		cmocka_unit_test(test_ctes_that_scan_each_other),
		cmocka_unit_test(test_offset_is_constant),
		cmocka_unit_test(test_no_match_grows),
		cmocka_unit_test(test_few_spread_matches_reach_the_limit_later),
		cmocka_unit_test(test_one_match_may_stay_alone),
		cmocka_unit_test(test_a_late_first_match_may_be_chance),
		cmocka_unit_test(test_loops_are_projected_each),
		cmocka_unit_test(test_few_clumped_matches_grow),
		cmocka_unit_test(test_aggregate_below_limit_grows),
		cmocka_unit_test(test_pairs_grow_by_both_sides),
		cmocka_unit_test(test_pinned_inner_side_grows_with_the_outer),
		cmocka_unit_test(test_limited_join_stays),
		cmocka_unit_test(test_few_rows_lie_further_apart),
		cmocka_unit_test(test_pairs_of_a_common_value_grow_by_both_sides),
		cmocka_unit_test(test_join_of_a_pinned_row_grows_with_the_other_side),
		cmocka_unit_test(test_subplan_of_an_aggregate_grows_with_its_input),
		cmocka_unit_test(test_bitmap_and_of_disjoint_sets_grows),
		cmocka_unit_test(test_examined_sums_all_nodes),
		cmocka_unit_test(test_counts_are_no_part_of_the_shape),
		cmocka_unit_test(test_shapes_differ_in_any_node),
		cmocka_unit_test(test_shapes_differ_in_the_number_of_nodes),
		cmocka_unit_test(test_hot_loop_grows_alone),
	};

	return cmocka_run_group_tests_name("projection", tests, NULL, NULL);
}
