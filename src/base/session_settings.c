/*-------------------------------------------------------------------------
 *
 * session_settings.c
 *		The names of custom settings that a session has.
 *
 * SET my.x makes a placeholder, which stays when the value is rolled back:
 * current_setting('my.x') then is empty, and no error any more, and
 * current_setting('my.x', true) is no NULL. The server removes a placeholder when
 * an extension reserves its prefix, and never else. So its name is taken away: it
 * cannot be found any more, and is in no list, since placeholders are not shown.
 * It gets its name back when a sandbox is opened again, for else each one would
 * leave one more behind.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "base/compat.h"
#include "base/session_settings.h"

typedef struct HiddenSetting
{
	struct config_generic *setting;
	char *name;
	bool hidden; /* at present */
} HiddenSetting;

/* Those that were hidden once, in TopMemoryContext. */
static List *session_settings_hidden = NIL;

static HiddenSetting *
session_settings_find_hidden(const struct config_generic *setting)
{
	ListCell *cell;

	foreach(cell, session_settings_hidden)
	{
		HiddenSetting *one = lfirst(cell);

		if (one->setting == setting)
			return one;
	}
	return NULL;
}

/* Returns the placeholders that have their names. */
static List *
session_settings_list(void)
{
	List *found = NIL;
	int n;
	struct config_generic **all = compat_all_settings(&n);

	for (int i = 0; i < n; i++)
	{
		const HiddenSetting *hidden;

		if ((all[i]->flags & GUC_CUSTOM_PLACEHOLDER) == 0)
			continue;
		hidden = session_settings_find_hidden(all[i]);
		if (hidden == NULL || !hidden->hidden)
			found = lappend(found, all[i]);
	}
	compat_free_settings(all);
	return found;
}

static bool
session_settings_has_name(const List *settings, const char *name)
{
	ListCell *cell;

	foreach(cell, settings)
		if (pg_strcasecmp(((const struct config_generic *) lfirst(cell))->name,
						  name) == 0)
			return true;
	return false;
}

List *
session_settings_note(void)
{
	List *known = session_settings_list();
	ListCell *cell;

	foreach(cell, session_settings_hidden)
	{
		HiddenSetting *one = lfirst(cell);

		/* The session may have made one of that name meanwhile. */
		if (!one->hidden || session_settings_has_name(known, one->name))
			continue;
		compat_show_setting(one->setting, one->name);
		one->hidden = false;
	}
	return known;
}

/* A library that was loaded meanwhile may have made a placeholder its own. */
static void
session_settings_forget_replaced(const List *now)
{
	ListCell *cell;

	foreach(cell, session_settings_hidden)
	{
		HiddenSetting *one = lfirst(cell);

		if (one->hidden || list_member_ptr(now, one->setting))
			continue;
		session_settings_hidden =
			foreach_delete_current(session_settings_hidden, cell);
		pfree(one->name);
		pfree(one);
	}
}

static void
session_settings_hide(struct config_generic *setting)
{
	HiddenSetting *one = session_settings_find_hidden(setting);

	if (one == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);

		one = palloc(sizeof(*one));
		one->setting = setting;
		one->name = pstrdup(setting->name);
		session_settings_hidden = lappend(session_settings_hidden, one);
		MemoryContextSwitchTo(old);
	}
	compat_hide_setting(setting, one->name);
	one->hidden = true;
}

void
session_settings_restore(List *known)
{
	List *now = session_settings_list();
	ListCell *cell;

	session_settings_forget_replaced(now);
	foreach(cell, now)
	{
		struct config_generic *setting = lfirst(cell);

		if (!list_member_ptr(known, setting) &&
			setting->source == PGC_S_DEFAULT && setting->stack == NULL)
			session_settings_hide(setting);
	}
	list_free(now);
	list_free(known);
}
