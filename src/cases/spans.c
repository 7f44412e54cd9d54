/*-------------------------------------------------------------------------
 *
 * spans.c
 *		Chooses ranges and places: narrow, wide and empty ones.
 *
 * What a parameter is of the range or figure that the query makes, such as its
 * lower bound or the first coordinate of a corner, is read from the calls of the
 * constructors. A parameter in none of them is the whole range or figure. Bounds
 * and places are those of rows; how many rows they find is counted.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "cases/absent.h"
#include "cases/inverse.h"
#include "cases/spans.h"
#include "query/operand.h"

/* What a parameter is of a range or of a figure. */
typedef enum SpanRole
{
	SPAN_WHOLE,
	SPAN_LOWER, /* of a range; the first corner of a box, or the only one */
	SPAN_UPPER, /* of a range; the second corner of a box */
	SPAN_RADIUS,
} SpanRole;

typedef struct SpanPlace
{
	SpanRole role;
	int axis;   /* of a corner: 0 or 1 */
	Node *node; /* the argument of the constructor; NULL for the whole */
} SpanPlace;

/* ---- roles ---- */

typedef struct PlaceContext
{
	int param;
	SpanPlace place;
	bool found;
	int corner;
} PlaceContext;

static bool spans_walk(Node *node, void *arg);

/* Looks at the arguments of a call; returns whether the parameter is in one. */
static bool
spans_walk_call(FuncExpr *call, PlaceContext *context)
{
	const char *name = get_func_name(call->funcid);
	bool is_range = type_is_range(call->funcresulttype);
	bool is_point = name != NULL && strcmp(name, "point") == 0;
	bool is_box = name != NULL && strcmp(name, "box") == 0;
	bool is_circle = name != NULL && strcmp(name, "circle") == 0;
	ListCell *cell;

	if (list_length(call->args) < 2 ||
		(!is_range && !is_point && !is_box && !is_circle))
		return expression_tree_walker((Node *) call, spans_walk, context);
	foreach(cell, call->args)
	{
		Node *argument = lfirst(cell);
		int at = foreach_current_index(cell);

		if (!bms_is_member(context->param, operand_params(argument)))
			continue;
		context->place.node = argument;
		context->found = true;
		if (is_range)
			context->place.role = at == 0 ? SPAN_LOWER : SPAN_UPPER;
		else if (is_circle && at == 1)
			context->place.role = SPAN_RADIUS;
		else if (is_point)
		{
			context->place.role =
				context->corner == 0 ? SPAN_LOWER : SPAN_UPPER;
			context->place.axis = at;
		}
		else
		{
			context->corner = at;
			return spans_walk(argument, context);
		}
		return true;
	}
	return false;
}

static bool
spans_walk(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr))
		return spans_walk_call(castNode(FuncExpr, node), arg);
	return expression_tree_walker(node, spans_walk, arg);
}

static SpanPlace
spans_place(const ParamUse *use, int param)
{
	PlaceContext context = {.param = param};

	/* A distance to which the figure is compared. */
	if (bms_is_member(param, use->search->asides))
		context.place.role = SPAN_RADIUS;
	else
	{
		(void) spans_walk(use->operand, &context);
		if (context.found && context.place.role == SPAN_WHOLE)
			context.place.role = context.corner == 0 ? SPAN_LOWER : SPAN_UPPER;
	}
	return context.place;
}

/* ---- choices ---- */

/* Adds a choice with the share that the sample tells. */
static ValueChoice *
spans_add(ValueList *list, const char *kind, char *const *values)
{
	const Search *search = list->lookup->variable->uses[0].search;

	return choices_add(
		list, kind, values,
		search->condition == NULL ? 1 : probe_share(list->lookup, values));
}

/* Adds values that should find no row, unless they do. */
static void
spans_add_empty(ValueList *list, const char *kind, char *const *values)
{
	const Search *search = list->lookup->variable->uses[0].search;
	const char *condition = probe_condition(list->lookup, values);

	if (condition != NULL && probe_exists(list->lookup, condition))
		return;
	choices_add(list, kind, values, search->condition == NULL ? 1 : 0)->weighs =
		false;
}

/* ---- ranges ---- */

/* SQL for the bounds of a row, and their type. */
typedef struct SpanRows
{
	const char *lower;
	const char *upper;
	Oid type;
} SpanRows;

static SpanRows
spans_rows(const Lookup *lookup)
{
	const ParamUse *use = &lookup->variable->uses[0];
	const char *expression = probe_expression(use);
	Oid type = getBaseType(exprType(use->expr));
	SpanRows rows = {expression, expression, type};

	if (!type_is_range(type) && !type_is_multirange(type))
		return rows;
	/* An unbounded row begins, or ends, at its other bound. */
	rows.lower =
		psprintf("coalesce(lower(%s), upper(%s))", expression, expression);
	rows.upper =
		psprintf("coalesce(upper(%s), lower(%s))", expression, expression);
	rows.type = get_range_subtype(
		type_is_multirange(type) ? get_multirange_range(type) : type);
	return rows;
}

/* A range from lower to upper, both included, as text. */
static char *
spans_range_text(const char *lower, const char *upper, Oid type)
{
	const char *range = psprintf("[\"%s\",\"%s\"]", lower, upper);

	return type_is_multirange(type) ? psprintf("{%s}", range) : pstrdup(range);
}

/* Makes the values of all parameters from the bounds; values may be NULL. */
static void
spans_write_range(const Lookup *lookup, Oid type, const char *lower,
				  const char *upper, char **values)
{
	const ValueVariable *variable = lookup->variable;

	for (int i = 0; i < variable->nparams; i++)
	{
		const ParamUse *use = &variable->uses[i];
		SpanPlace place = spans_place(use, variable->params[i]);
		Oid operand = exprType(use->operand);
		bool is_range = type_is_range(operand) || type_is_multirange(operand);

		if (place.node != NULL)
			values[i] = inverse_operand(
				use, place.node, variable->params[i], variable->types[i],
				place.role == SPAN_UPPER ? upper : lower, type);
		else if (is_range)
			values[i] = spans_range_text(lower, upper, operand);
		else
			values[i] = inverse_operand(use, use->operand, variable->params[i],
										variable->types[i], lower, type);
	}
}

/* Stores the bounds in the middle of the rows; false if no row has any. */
static bool
spans_middle(const Lookup *lookup, const SpanRows *rows, char **bounds)
{
	bool is_scalar = rows->lower == rows->upper;

	probe_select(
		is_scalar
			? psprintf(
				  "SELECT p[1]::text, p[2]::text FROM (SELECT "
				  "percentile_disc(ARRAY[0.5, 0.51]) WITHIN GROUP (ORDER BY "
				  "%s) AS p FROM %s) AS s WHERE p[1] IS NOT NULL",
				  rows->lower, lookup->sample)
			: psprintf("SELECT lo::text, hi::text FROM (SELECT lo, hi, "
					   "row_number() OVER (ORDER BY lo, hi) AS place, "
					   "count(*) OVER () AS n FROM (SELECT %s AS lo, %s AS hi "
					   "FROM %s) AS r WHERE lo IS NOT NULL) AS s "
					   "WHERE place = greatest(n / 2, 1)",
					   rows->lower, rows->upper, lookup->sample));
	if (SPI_processed == 0)
		return false;
	bounds[0] = probe_get(0, 1);
	bounds[1] = probe_get(0, 2);
	return true;
}

/* Stores a bound beyond all rows, and one beyond that; false if none is known. */
static bool
spans_beyond(const Lookup *lookup, const SpanRows *rows, char **bounds)
{
	probe_select(
		psprintf("SELECT max(%s)::text FROM %s", rows->upper, lookup->table));
	bounds[0] = absent_beyond(rows->type, probe_get(0, 1), 1);
	if (bounds[0] == NULL)
		return false;
	bounds[1] = absent_beyond(rows->type, bounds[0], 1);
	bounds[1] = bounds[1] == NULL ? bounds[0] : bounds[1];
	return true;
}

/* Adds ranges: that of the middle row, that of all rows, and one beyond. */
static void
spans_add_ranges(ValueList *list, const SpanRows *rows)
{
	const Lookup *lookup = list->lookup;
	char *values[INDEX_MAX_KEYS];
	char *bounds[2];

	if (!spans_middle(lookup, rows, bounds))
		return;
	spans_write_range(lookup, rows->type, bounds[0], bounds[1], values);
	if (spans_add(list, "narrow", values)->share == 0)
	{
		/* It is rows that must lie in the range, with all of their own. */
		list->choices = list_delete_last(list->choices);
		probe_select(psprintf(
			"SELECT percentile_disc(0.45) WITHIN GROUP (ORDER BY %s)::text, "
			"percentile_disc(0.55) WITHIN GROUP (ORDER BY %s)::text FROM %s",
			rows->lower, rows->upper, lookup->sample));
		bounds[0] = probe_get(0, 1);
		bounds[1] = probe_get(0, 2);
		spans_write_range(lookup, rows->type, bounds[0], bounds[1], values);
		(void) spans_add(list, "narrow", values);
	}
	probe_select(psprintf("SELECT min(%s)::text, max(%s)::text FROM %s",
						  rows->lower, rows->upper, lookup->table));
	bounds[0] = probe_get(0, 1);
	bounds[1] = probe_get(0, 2);
	spans_write_range(lookup, rows->type, bounds[0], bounds[1], values);
	(void) spans_add(list, "wide", values);
	if (!spans_beyond(lookup, rows, bounds))
		return;
	spans_write_range(lookup, rows->type, bounds[0], bounds[1], values);
	spans_add_empty(list, "empty", values);
}

/* ---- places ---- */

/* Values for one place, and the share of the rows that they find. */
typedef struct SpanCandidate
{
	char **values;
	double share;
} SpanCandidate;

/*
 * Adds the typical one of n candidates, which is in their middle, and those that
 * find most and fewest rows. The candidates are counted first.
 */
static void
spans_add_places(ValueList *list, SpanCandidate *candidates, int n)
{
	const Lookup *lookup = list->lookup;
	const Search *search = lookup->variable->uses[0].search;
	const char **conditions = palloc(n * sizeof(char *));
	double *shares = palloc(n * sizeof(double));
	int most = n / 2;
	int fewest = n / 2;

	for (int i = 0; i < n; i++)
		conditions[i] = probe_condition(lookup, candidates[i].values);
	probe_shares(lookup, conditions, n, shares);
	/* An order alone leaves no row out. */
	for (int i = 0; i < n && search->condition == NULL; i++)
		shares[i] = 1;
	for (int i = 0; i < n; i++)
	{
		if (shares[i] > shares[most])
			most = i;
		if (shares[i] > 0 &&
			(shares[fewest] <= 0 || shares[i] < shares[fewest]))
			fewest = i;
	}
	choices_add(list, "typical",
				candidates[shares[n / 2] == 0 ? fewest : n / 2].values,
				shares[shares[n / 2] == 0 ? fewest : n / 2]);
	choices_add(list, "common", candidates[most].values, shares[most]);
	choices_add(list, "rare", candidates[fewest].values, shares[fewest]);
}

/* Adds values that lie in the ranges of rows, and one that lies in none. */
static void
spans_add_elements(ValueList *list, const SpanRows *rows)
{
	const Lookup *lookup = list->lookup;
	int n = lookup->variable->nparams;
	char *values[INDEX_MAX_KEYS];
	SpanCandidate candidates[5];
	char *bounds[lengthof(candidates)];
	int nbounds;

	probe_select(psprintf(
		"SELECT unnest(percentile_disc(ARRAY[0.02, 0.25, 0.5, 0.75, 0.98]) "
		"WITHIN GROUP (ORDER BY %s))::text FROM %s",
		rows->lower, lookup->sample));
	nbounds = Min(SPI_processed, lengthof(candidates));
	for (int i = 0; i < nbounds; i++)
		bounds[i] = probe_get(i, 1);
	if (nbounds == 0)
		return;
	for (int i = 0; i < nbounds; i++)
	{
		candidates[i].values = palloc(n * sizeof(char *));
		spans_write_range(lookup, rows->type, bounds[i], bounds[i],
						  candidates[i].values);
	}
	spans_add_places(list, candidates, nbounds);
	if (!spans_beyond(lookup, rows, bounds))
		return;
	spans_write_range(lookup, rows->type, bounds[0], bounds[1], values);
	spans_add_empty(list, "absent", values);
}

void
spans_add_range(ValueList *list)
{
	const ParamUse *use = &list->lookup->variable->uses[0];
	SpanRows rows = spans_rows(list->lookup);
	Oid operand = exprType(use->operand);

	if (type_is_range(operand) || type_is_multirange(operand))
		spans_add_ranges(list, &rows);
	else
		spans_add_elements(list, &rows);
}

/* ---- shapes ---- */

/* A box around places, or a place, whose corners are the same. */
typedef struct SpanBox
{
	double corner[2][2]; /* lower, upper; by axis */
	double radius;
} SpanBox;

/* SQL for the centre of a figure. */
static const char *
spans_centre(const ParamUse *use)
{
	const char *expression = probe_expression(use);

	switch (getBaseType(exprType(use->expr)))
	{
		case POINTOID:
			return expression;
		case PATHOID:
			return psprintf("point(polygon(pclose(%s)))", expression);
		default:
			return psprintf("(@@ %s)", expression);
	}
}

static char *
spans_shape_text(const SpanBox *box, Oid type)
{
	double x0 = box->corner[0][0];
	double y0 = box->corner[0][1];
	double x1 = box->corner[1][0];
	double y1 = box->corner[1][1];

	switch (getBaseType(type))
	{
		case POINTOID:
			return psprintf("(%.15g,%.15g)", x0, y0);
		case CIRCLEOID:
			return psprintf("<(%.15g,%.15g),%.15g>", (x0 + x1) / 2,
							(y0 + y1) / 2, box->radius);
		case POLYGONOID:
			return psprintf("((%.15g,%.15g),(%.15g,%.15g),(%.15g,%.15g),"
							"(%.15g,%.15g))",
							x0, y0, x0, y1, x1, y1, x1, y0);
		default:
			return psprintf("(%.15g,%.15g),(%.15g,%.15g)", x1, y1, x0, y0);
	}
}

static void
spans_write_shape(const ValueVariable *variable, const SpanBox *box,
				  char **values)
{
	for (int i = 0; i < variable->nparams; i++)
	{
		SpanPlace place = spans_place(&variable->uses[i], variable->params[i]);
		Oid type = variable->types[i];
		SpanBox corner = *box;
		double number = box->radius;

		if (place.role == SPAN_UPPER)
			memcpy(corner.corner[0], box->corner[1], sizeof(corner.corner[0]));
		if (place.role == SPAN_LOWER || place.role == SPAN_UPPER)
			number = corner.corner[0][place.axis];
		if (place.role == SPAN_WHOLE || getBaseType(type) == POINTOID)
			values[i] = spans_shape_text(
				&corner, place.node == NULL && type == TEXTOID
							 ? exprType(variable->uses[i].operand)
							 : type);
		else
			values[i] = probe_cast(psprintf("%.15g", number), FLOAT8OID, type);
	}
}

/* Whether the values tell how large the figure is. */
static bool
spans_has_size(const ValueVariable *variable)
{
	for (int i = 0; i < variable->nparams; i++)
	{
		SpanPlace place = spans_place(&variable->uses[i], variable->params[i]);

		if (place.role == SPAN_UPPER || place.role == SPAN_RADIUS ||
			(place.role == SPAN_WHOLE &&
			 getBaseType(variable->types[i]) != POINTOID))
			return true;
	}
	return false;
}

/* The box around the centres of all rows; false if there are none. */
static bool
spans_extent(const Lookup *lookup, const char *centre, SpanBox *box)
{
	probe_select(psprintf("SELECT min(p[0]), min(p[1]), max(p[0]), max(p[1]) "
						  "FROM (SELECT %s AS p FROM %s) AS s",
						  centre, lookup->sample));
	if (probe_get(0, 1) == NULL)
		return false;
	for (int i = 0; i < 4; i++)
		box->corner[i / 2][i % 2] = probe_get_number(0, i + 1);
	box->radius = Max(box->corner[1][0] - box->corner[0][0],
					  box->corner[1][1] - box->corner[0][1]);
	return true;
}

void
spans_add_shape(ValueList *list)
{
	const Lookup *lookup = list->lookup;
	const ValueVariable *variable = lookup->variable;
	const char *centre = spans_centre(&variable->uses[0]);
	char *values[INDEX_MAX_KEYS];
	SpanCandidate candidates[5];
	SpanBox places[lengthof(candidates)];
	SpanBox all;
	int n;

	if (!spans_extent(lookup, centre, &all))
		return;
	probe_select(psprintf(
		"SELECT p[0], p[1] FROM (SELECT p, row_number() OVER (ORDER BY p[0], "
		"p[1]) AS place, count(*) OVER () AS n FROM (SELECT %s AS p FROM %s) AS "
		"r WHERE p IS NOT NULL) AS s WHERE place IN (1, 1 + n / 4, 1 + n / 2, "
		"1 + n * 3 / 4, n) ORDER BY place",
		centre, lookup->sample));
	n = Min(SPI_processed, lengthof(candidates));
	for (int i = 0; i < n; i++)
	{
		/* A twentieth of the whole, from the place on. */
		double size = all.radius / 20;

		for (int axis = 0; axis < 2; axis++)
		{
			places[i].corner[0][axis] = probe_get_number(i, axis + 1);
			places[i].corner[1][axis] = places[i].corner[0][axis] + size;
		}
		places[i].radius = size;
	}
	if (spans_has_size(variable))
	{
		spans_write_shape(variable, &places[n / 2], values);
		(void) spans_add(list, "narrow", values);
		spans_write_shape(variable, &all, values);
		(void) spans_add(list, "wide", values);
	}
	else
	{
		for (int i = 0; i < n; i++)
		{
			candidates[i].values = palloc(variable->nparams * sizeof(char *));
			spans_write_shape(variable, &places[i], candidates[i].values);
		}
		spans_add_places(list, candidates, n);
	}
	/* Far from all rows, and small. */
	for (int axis = 0; axis < 2; axis++)
	{
		all.corner[0][axis] = all.corner[1][axis] + 10 * all.radius + 10;
		all.corner[1][axis] = all.corner[0][axis] + 1;
	}
	all.radius /= 20;
	spans_write_shape(variable, &all, values);
	spans_add_empty(list, spans_has_size(variable) ? "empty" : "absent",
					values);
}
