/*-------------------------------------------------------------------------
 *
 * look_up.c
 *		Looks up the choices of a variable, whatever it is compared by.
 *
 * Each kind of comparison has a module of its own.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "cases/any_value.h"
#include "cases/look_up.h"
#include "cases/paging.h"
#include "cases/pattern.h"
#include "cases/search_values.h"

void
look_up_choices(ValueList *list)
{
	switch (list->lookup->variable->uses[0].kind)
	{
		case USE_EQUAL:
		case USE_DIFFERENT:
		case USE_LIST:
			choices_equal(list);
			any_value_check(list);
			break;
		case USE_ANY:
			choices_any(list);
			any_value_put_lists(list);
			break;
		case USE_LOWER:
		case USE_UPPER:
		case USE_WINDOW:
			choices_range(list);
			any_value_widen(list);
			break;
		case USE_PATTERN:
			pattern_add(list);
			break;
		case USE_CURSOR:
			paging_add_cursor(list);
			break;
		case USE_SEARCH:
			search_values_add(list);
			break;
		case USE_WIDTH:
			any_value_add_width(list);
			break;
		case USE_SWITCH:
		case USE_FREE:
			any_value_add(list);
			break;
		case USE_LIMIT:
		case USE_OFFSET:
		case USE_NONE:
			break;
	}
}
