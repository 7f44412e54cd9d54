/*-------------------------------------------------------------------------
 *
 * findings.c
 *		What a recorded statement turns out to be, once it is analyzed.
 *
 * Programs that send constants send some that no user chooses: a page's length, a
 * format, the status that a page is about. What a constant is compared with tells
 * whether it may be such a one; whether it ever varied is for the caller to know.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "nodes/nodeFuncs.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/syscache.h"

#include "base/relation.h"
#include "base/settings.h"
#include "contract/statement.h"
#include "query/clock.h"
#include "query/objects.h"
#include "query/param_uses.h"
#include "query/table_conditions.h"
#include "query/tables.h"
#include "record/findings.h"

/* A column with so many values at most has few. */
#define FEW_VALUES 50

typedef struct Finding
{
	Findings *findings;
	const char *role;
	MemoryContext results;
} Finding;

/* ---- what cannot be judged ---- */

typedef struct Called
{
	Oid extension;     /* perfcheck's own */
	bool of_extension; /* something of it is used */
	bool of_user;      /* a function of the application's own */
} Called;

static void
note_object(Called *called, Oid class, Oid object)
{
	Oid extension;

	if (object < FirstNormalObjectId)
		return;
	extension = getExtensionOfObject(class, object);
	if (!OidIsValid(extension))
		called->of_user = called->of_user || class == ProcedureRelationId;
	else if (extension == called->extension)
		called->of_extension = true;
}

static bool
called_walker(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr))
		note_object(arg, ProcedureRelationId, castNode(FuncExpr, node)->funcid);
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node), called_walker, arg, 0);
	return expression_tree_walker(node, called_walker, arg);
}

/* Returns why an analyzed statement is none for the contract, or NULL. */
static const char *
find_problem(const ContractStatement *statement)
{
	List *tables = tables_list(statement->query);
	Called called = {.extension = get_extension_oid("perfcheck", true)};
	bool system = true;
	ListCell *cell;

	(void) called_walker((Node *) statement->query, &called);
	foreach(cell, tables)
	{
		Oid table = lfirst_oid(cell);

		note_object(&called, RelationRelationId, table);
		system = system && table < FirstNormalObjectId;
		if (get_rel_persistence(table) == RELPERSISTENCE_TEMP)
			return psprintf("it reads \"%s\", a temporary table",
							get_rel_name(table));
	}
	if (called.of_extension)
		return "it asks perfcheck itself";
	if (called.of_user)
		return NULL;
	if (tables == NIL)
		return "it reads no table";
	return system ? "it reads the system's catalogs alone" : NULL;
}

/* Returns what an error of the analysis says of the statement. */
static const char *
error_problem(const ErrorData *error)
{
	char *text;

	if (error->sqlerrcode == ERRCODE_UNDEFINED_TABLE)
		return psprintf("%s: it was temporary, or is gone", error->message);
	if (error->sqlerrcode != ERRCODE_FEATURE_NOT_SUPPORTED ||
		error->detail == NULL)
		return pstrdup(error->message);
	/* A detail is a sentence: "It locks rows (...)." */
	text = pstrdup(error->detail);
	text[0] = pg_tolower((unsigned char) text[0]);
	if (text[strlen(text) - 1] == '.')
		text[strlen(text) - 1] = '\0';
	return text;
}

/* ---- parameters ---- */

/* Is the column a part of a foreign key? */
static bool
is_foreign_key(Oid relid, AttrNumber attnum)
{
	Relation relation = table_open(relid, AccessShareLock);
	bool found = false;
	ListCell *cell;

	foreach(cell, RelationGetFKeyList(relation))
	{
		const ForeignKeyCacheInfo *key = lfirst(cell);

		for (int i = 0; i < key->nkeys; i++)
			found =
				found || (key->conrelid == relid && key->conkey[i] == attnum);
	}
	table_close(relation, AccessShareLock);
	return found;
}

/* Has ANALYZE found few values in the column? */
static bool
has_few_values(Oid relid, AttrNumber attnum)
{
	HeapTuple row = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relid),
									Int16GetDatum(attnum), BoolGetDatum(true));
	double distinct;

	if (!HeapTupleIsValid(row))
		row = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relid),
							  Int16GetDatum(attnum), BoolGetDatum(false));
	if (!HeapTupleIsValid(row))
		return false;
	distinct = ((Form_pg_statistic) GETSTRUCT(row))->stadistinct;
	ReleaseSysCache(row);
	/* A negative one is a share of the rows, and -1 says that all are different. */
	if (distinct < 0 && distinct > -1)
		distinct = -distinct * relation_rows(relid);
	return distinct > 0 && distinct <= FEW_VALUES;
}

static bool
is_category(Oid type, char wanted)
{
	char category;
	bool preferred;

	get_type_category_preferred(getBaseType(type), &category, &preferred);
	return category == wanted;
}

/* The type of a value, of which the parameter may be an array. */
static Oid
value_type(Oid type)
{
	Oid element = get_element_type(getBaseType(type));

	return getBaseType(OidIsValid(element) ? element : type);
}

/* Does an order with a LIMIT begin with the column? */
static bool
is_ordered_by(const List *tables, Oid relid, AttrNumber attnum)
{
	ListCell *cell;

	foreach(cell, tables)
	{
		const QueryTable *table = lfirst(cell);

		if (table->relid == relid && table->order != NIL &&
			((OrderColumn *) linitial(table->order))->attnum == attnum)
			return true;
	}
	return false;
}

/* What a value is that is compared with a column or an expression of a table. */
static FoundKind
compared_kind(const ParamUse *use, Oid type, const List *tables)
{
	bool column = OidIsValid(use->relid) && use->attnum > 0;
	bool range = use->kind == USE_LOWER || use->kind == USE_UPPER;
	Oid value = value_type(type);

	if (is_category(value, TYPCATEGORY_TIMESPAN) ||
		(use->operand != NULL && clock_is_read(use->operand)))
		return FOUND_PART;
	if (is_category(value, TYPCATEGORY_DATETIME))
		return FOUND_VALUE;
	if (column &&
		(is_foreign_key(use->relid, use->attnum) ||
		 relation_has_unique_key(use->relid, bms_make_singleton(use->attnum))))
		return FOUND_VALUE;
	if (value == BOOLOID || get_typtype(value) == TYPTYPE_ENUM)
		return FOUND_FEW;
	if (range)
		return is_category(value, TYPCATEGORY_NUMERIC) &&
					   !(column &&
						 is_ordered_by(tables, use->relid, use->attnum))
				   ? FOUND_FEW
				   : FOUND_VALUE;
	return column && has_few_values(use->relid, use->attnum) ? FOUND_FEW
															 : FOUND_VALUE;
}

static FoundKind
param_kind(const ParamUse *use, Oid type, const List *tables)
{
	switch (use->kind)
	{
		case USE_NONE:
		case USE_FREE:
		case USE_SWITCH:
		case USE_LIMIT:
		case USE_OFFSET:
			return FOUND_FREE;
		case USE_WIDTH:
			return FOUND_PART;
		case USE_EQUAL:
		case USE_DIFFERENT:
		case USE_LIST:
		case USE_ANY:
		case USE_LOWER:
		case USE_UPPER:
		case USE_WINDOW:
			return compared_kind(use, type, tables);
		case USE_SEARCH:
			/* A distance, or the configuration of a text search, is no word. */
			return is_category(value_type(type), TYPCATEGORY_NUMERIC) ||
						   type == REGCONFIGOID
					   ? FOUND_FEW
					   : FOUND_VALUE;
		default:
			return FOUND_VALUE;
	}
}

static void
find_params(const ContractStatement *statement, Findings *findings)
{
	ParamUse *uses = param_uses_find(statement->query, statement->nparams);
	List *tables = table_conditions_read(statement->query, NULL);

	findings->nparams = statement->nparams;
	findings->params = palloc0(Max(statement->nparams, 1) * sizeof(FoundParam));
	for (int i = 0; i < statement->nparams; i++)
	{
		FoundParam *param = &findings->params[i];

		param->type = statement->param_types[i];
		param->kind = param_kind(&uses[i], param->type, tables);
		if (!OidIsValid(uses[i].relid) || uses[i].attnum <= 0)
			continue;
		param->table = get_rel_name(uses[i].relid);
		param->column = get_attname(uses[i].relid, uses[i].attnum, true);
	}
}

/* ---- the whole ---- */

/* Are policies of a table about the role? */
static bool
has_row_security(const ContractStatement *statement, const char *role)
{
	Oid user = role == NULL ? InvalidOid : get_role_oid(role, true);
	ListCell *cell;

	if (!OidIsValid(user))
		return false;
	foreach(cell, tables_list(statement->query))
		if (check_enable_rls(lfirst_oid(cell), user, true) == RLS_ENABLED)
			return true;
	return false;
}

static void
find_opened(const ContractStatement *statement, void *arg)
{
	Finding *finding = arg;
	MemoryContext before = MemoryContextSwitchTo(finding->results);
	Findings *findings = finding->findings;

	findings->problem = find_problem(statement);
	if (findings->problem == NULL)
	{
		const char **columns =
			palloc(Max(statement->nparams, 1) * sizeof(char *));
		ContractStatement named = *statement;

		find_params(statement, findings);
		for (int i = 0; i < statement->nparams; i++)
			columns[i] = findings->params[i].column;
		findings->row_security = has_row_security(statement, finding->role);
		findings->executes = objects_may_execute(
			statement->query, statement->param_types, statement->nparams);
		/* What a policy compares is not what was sent. */
		if (findings->row_security)
			named.query = contract_tree_as_written(statement);
		for (int i = 0; i < QUERY_NAME_LEVELS; i++)
			findings->names[i] = query_name_make(&named, columns, i);
	}
	MemoryContextSwitchTo(before);
}

Findings *
findings_read(const ContractQuery *query, const char *role)
{
	Finding finding = {.findings = palloc0(sizeof(Findings)),
					   .role = role,
					   .results = CurrentMemoryContext};
	ErrorData *error = contract_open(query, find_opened, &finding,
									 perfcheck_statement_timeout);

	if (error != NULL)
		finding.findings->problem = error_problem(error);
	return finding.findings;
}
