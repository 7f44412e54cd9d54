/*-------------------------------------------------------------------------
 *
 * table_model.c
 *		What the catalogs say of a table that rows are made for.
 *
 * Constraints are read from pg_constraint, those of the indexes from pg_index,
 * since a unique index without a constraint binds as well. What holds for single
 * partitions alone is not read: the server refuses what breaks it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_sequence.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "commands/trigger.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "base/relation.h"
#include "populate/table_model.h"

ModelColumn *
table_model_column(const TableModel *model, AttrNumber attnum)
{
	return &model->columns[attnum - 1];
}

char *
table_model_names(const TableModel *model, int n, const AttrNumber *columns)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < n; i++)
		appendStringInfo(&names, "%s%s", i > 0 ? ", " : "",
						 table_model_column(model, columns[i])->name);
	return names.data;
}

bool
table_model_is_unique(const TableModel *model, AttrNumber attnum)
{
	ListCell *cell;

	foreach(cell, model->uniques)
	{
		const ModelUnique *unique = lfirst(cell);

		if (unique->n == 1 && unique->columns[0] == attnum)
			return true;
	}
	return false;
}

/* ---- columns ---- */

static bool
find_nextval(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == F_NEXTVAL)
	{
		Node *sequence = linitial(((FuncExpr *) node)->args);

		if (IsA(sequence, Const) && !((Const *) sequence)->constisnull)
			*(Oid *) context =
				DatumGetObjectId(((Const *) sequence)->constvalue);
		return true;
	}
	return expression_tree_walker(node, find_nextval, context);
}

typedef struct NumberSearch
{
	int calls;
} NumberSearch;

static Node *
replace_nextval(Node *node, void *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == F_NEXTVAL)
	{
		Param *param = makeNode(Param);

		param->paramkind = PARAM_EXTERN;
		param->paramid = 1;
		param->paramtype = INT8OID;
		param->paramtypmod = -1;
		param->location = -1;
		((NumberSearch *) context)->calls++;
		return (Node *) param;
	}
	return expression_tree_mutator(node, replace_nextval, context);
}

static Node *
read_numbered(Node *expression, Oid type)
{
	NumberSearch search = {0};
	Node *numbered = replace_nextval(expression, &search);

	/* A number alone, be it made shorter, is counted by itself. */
	if (IsA(expression, FuncExpr) &&
		(((FuncExpr *) expression)->funcid == F_NEXTVAL ||
		 (((FuncExpr *) expression)->funcformat != COERCE_EXPLICIT_CALL &&
		  IsA(linitial(((FuncExpr *) expression)->args), FuncExpr) &&
		  ((FuncExpr *) linitial(((FuncExpr *) expression)->args))->funcid ==
			  F_NEXTVAL &&
		  (type == INT2OID || type == INT4OID || type == INT8OID))))
		return NULL;
	return search.calls == 1 && !contain_volatile_functions(numbered) ? numbered
																	  : NULL;
}

static int64
sequence_increment(Oid sequence)
{
	HeapTuple tuple = SearchSysCache1(SEQRELID, ObjectIdGetDatum(sequence));
	int64 increment;

	if (!HeapTupleIsValid(tuple))
		return 1;
	increment = ((Form_pg_sequence) GETSTRUCT(tuple))->seqincrement;
	ReleaseSysCache(tuple);
	return increment;
}

/* Returns the columns that a generated one is made of, if it is a tsvector. */
static Bitmapset *
read_documented(Relation relation, const ModelColumn *column)
{
	Bitmapset *columns = NULL;
	Bitmapset *result = NULL;
	int attnum = -1;

	if (!column->generated || getBaseType(column->type) != TSVECTOROID)
		return NULL;
	pull_varattnos(build_column_default(relation, column->attnum), 1, &columns);
	while ((attnum = bms_next_member(columns, attnum)) >= 0)
		if (attnum + FirstLowInvalidHeapAttributeNumber > 0)
			result = bms_add_member(
				result, attnum + FirstLowInvalidHeapAttributeNumber);
	return result;
}

static void
read_column(Relation relation, int i, ModelColumn *column)
{
	Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(relation), i);

	column->attnum = i + 1;
	column->dropped = attribute->attisdropped;
	if (column->dropped)
		return;
	column->name = pstrdup(NameStr(attribute->attname));
	column->type = attribute->atttypid;
	column->typmod = attribute->atttypmod;
	column->collation = attribute->attcollation;
	column->not_null = attribute->attnotnull;
	column->generated = attribute->attgenerated != '\0';
	column->documented = read_documented(relation, column);
	column->has_default = attribute->atthasdef && !column->generated;
	column->identity = attribute->attidentity != '\0';
	column->always = attribute->attidentity == ATTRIBUTE_IDENTITY_ALWAYS;
	if (attribute->attidentity != '\0')
		column->sequence = compat_identity_sequence(relation, i + 1);
	else if (column->has_default)
	{
		Node *expression = build_column_default(relation, i + 1);

		(void) find_nextval(expression, &column->sequence);
		if (OidIsValid(column->sequence))
			column->numbered = read_numbered(expression, column->type);
	}
	if (OidIsValid(column->sequence))
		column->increment = sequence_increment(column->sequence);
}

/* ---- checks ---- */

static void
add_check(TableModel *model, const char *name, Node *expression)
{
	ModelCheck *check = palloc0(sizeof(ModelCheck));
	Bitmapset *numbers = NULL;
	int number = -1;

	check->name = pstrdup(name);
	check->expression = expression;
	pull_varattnos(expression, 1, &numbers);
	while ((number = bms_next_member(numbers, number)) >= 0)
	{
		int attnum = number + FirstLowInvalidHeapAttributeNumber;

		/* The whole row, or what the server alone knows: left to the server. */
		if (attnum <= 0)
			return;
		check->columns = bms_add_member(check->columns, attnum);
	}
	model->checks = lappend(model->checks, check);
}

static void
read_table_checks(Relation relation, TableModel *model)
{
	TupleConstr *constraints = RelationGetDescr(relation)->constr;

	for (int i = 0; constraints && i < constraints->num_check; i++)
		add_check(model, constraints->check[i].ccname,
				  eval_const_expressions(
					  NULL, stringToNode(constraints->check[i].ccbin)));
	/* A partition that is filled by its own name takes its own rows alone. */
	if (relation->rd_rel->relispartition)
	{
		List *bounds = RelationGetPartitionQual(relation);

		if (bounds != NIL)
			add_check(model, "of the partition",
					  eval_const_expressions(
						  NULL, (Node *) make_ands_explicit(bounds)));
	}
}

/* Puts a column where a domain's CHECK has VALUE. */
static Node *
replace_value(Node *node, void *context)
{
	const ModelColumn *column = context;

	if (node == NULL)
		return NULL;
	if (IsA(node, CoerceToDomainValue))
	{
		CoerceToDomainValue *value = (CoerceToDomainValue *) node;
		Var *var = makeVar(1, column->attnum, column->type, column->typmod,
						   column->collation, 0);

		if (value->typeId == column->type)
			return (Node *) var;
		return (Node *) makeRelabelType((Expr *) var, value->typeId,
										value->typeMod, value->collation,
										COERCE_IMPLICIT_CAST);
	}
	return expression_tree_mutator(node, replace_value, context);
}

static void
read_domain_checks(TableModel *model, ModelColumn *column)
{
	DomainConstraintRef *constraints;
	ListCell *cell;

	if (column->dropped || get_typtype(column->type) != TYPTYPE_DOMAIN)
		return;
	constraints = palloc0(sizeof(DomainConstraintRef));
	InitDomainConstraintRef(column->type, constraints, CurrentMemoryContext,
							false);
	foreach(cell, constraints->constraints)
	{
		DomainConstraintState *state = lfirst(cell);

		if (state->constrainttype == DOM_CONSTRAINT_NOTNULL)
			column->not_null = true;
		else
			add_check(
				model, state->name,
				replace_value((Node *) copyObject(state->check_expr), column));
	}
}

/* ---- keys and indexes ---- */

static AttrNumber *
read_numbers(HeapTuple tuple, Relation catalog, AttrNumber column, int *n)
{
	bool isnull;
	Datum datum =
		heap_getattr(tuple, column, RelationGetDescr(catalog), &isnull);
	ArrayType *array;
	AttrNumber *numbers;

	*n = 0;
	if (isnull)
		return NULL;
	array = DatumGetArrayTypeP(datum);
	*n = ARR_DIMS(array)[0];
	numbers = palloc(*n * sizeof(AttrNumber));
	memcpy(numbers, ARR_DATA_PTR(array), *n * sizeof(AttrNumber));
	return numbers;
}

static Oid *
read_oids(HeapTuple tuple, Relation catalog, AttrNumber column, int n)
{
	bool isnull;
	Datum datum =
		heap_getattr(tuple, column, RelationGetDescr(catalog), &isnull);
	Oid *oids = palloc0(n * sizeof(Oid));

	if (!isnull)
		memcpy(oids, ARR_DATA_PTR(DatumGetArrayTypeP(datum)), n * sizeof(Oid));
	return oids;
}

static Oid
table_of_constraint(Oid constraint)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	Oid relid;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	relid = ((Form_pg_constraint) GETSTRUCT(tuple))->conrelid;
	ReleaseSysCache(tuple);
	return relid;
}

/*
 * A key to a partitioned table has others below it, one a partition, which ask for
 * less. That of a partition is below its table's, and is read.
 */
static void
read_key(TableModel *model, HeapTuple tuple, Relation catalog)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	ModelKey *key;
	int n;

	if (OidIsValid(form->conparentid) &&
		table_of_constraint(form->conparentid) == model->relid)
		return;
	key = palloc0(sizeof(ModelKey));
	key->oid = form->oid;
	key->name = pstrdup(NameStr(form->conname));
	key->parent = form->confrelid;
	key->full = form->confmatchtype == FKCONSTR_MATCH_FULL;
	key->child_columns =
		read_numbers(tuple, catalog, Anum_pg_constraint_conkey, &key->n);
	key->parent_columns =
		read_numbers(tuple, catalog, Anum_pg_constraint_confkey, &n);
	key->operators =
		read_oids(tuple, catalog, Anum_pg_constraint_conpfeqop, key->n);
	key->not_null = true;
	for (int i = 0; i < key->n; i++)
		key->not_null =
			key->not_null &&
			table_model_column(model, key->child_columns[i])->not_null;
	model->keys = lappend(model->keys, key);
}

static void
read_constraints(TableModel *model)
{
	Relation catalog = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyData wanted;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&wanted, Anum_pg_constraint_conrelid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(model->relid));
	scan = systable_beginscan(catalog, ConstraintRelidTypidNameIndexId, true,
							  NULL, 1, &wanted);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);

		if (form->contype == CONSTRAINT_FOREIGN)
			read_key(model, tuple, catalog);
		else if (form->condeferrable)
			model->deferrable = true;
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* Is it a range of two columns, such as tstzrange(begins, ends)? */
static bool
read_range_of_columns(Node *expression, ModelExclusion *exclusion)
{
	FuncExpr *call = (FuncExpr *) expression;

	if (expression == NULL || !IsA(expression, FuncExpr) ||
		list_length(call->args) < 2 || !IsA(linitial(call->args), Var) ||
		!IsA(lsecond(call->args), Var) || !type_is_range(call->funcresulttype))
		return false;
	exclusion->from = ((Var *) linitial(call->args))->varattno;
	exclusion->until = ((Var *) lsecond(call->args))->varattno;
	exclusion->range_type = call->funcresulttype;
	return true;
}

static void
read_exclusion(TableModel *model, Relation index)
{
	ModelExclusion *exclusion = palloc0(sizeof(ModelExclusion));
	List *expressions = relation_index_expressions(index);
	int next = 0;
	Oid *operators;
	Oid *procedures;
	uint16 *strategies;

	RelationGetExclusionInfo(index, &operators, &procedures, &strategies);
	exclusion->index = RelationGetRelid(index);
	exclusion->name = pstrdup(RelationGetRelationName(index));
	exclusion->equal = palloc0(INDEX_MAX_KEYS * sizeof(AttrNumber));
	/* Ranges that never overlap do so under no condition either. */
	exclusion->known = true;
	for (int i = 0; i < index->rd_index->indnkeyatts; i++)
	{
		AttrNumber attnum = index->rd_index->indkey.values[i];
		char *operator= get_opname(operators[i]);

		if (attnum > 0 && strcmp(operator, "=") == 0)
			exclusion->equal[exclusion->nequal++] = attnum;
		else if (strcmp(operator, "&&") != 0 || exclusion->range > 0 ||
				 exclusion->from > 0)
			exclusion->known = false;
		else if (attnum > 0)
		{
			exclusion->range = attnum;
			exclusion->range_type =
				getBaseType(table_model_column(model, attnum)->type);
			exclusion->known =
				exclusion->known && type_is_range(exclusion->range_type);
		}
		else if (!read_range_of_columns(list_nth(expressions, next++),
										exclusion))
			exclusion->known = false;
	}
	model->exclusions = lappend(model->exclusions, exclusion);
}

static void
read_index(TableModel *model, Relation index)
{
	Form_pg_index form = index->rd_index;
	ModelUnique *unique;

	if (form->indisexclusion)
	{
		read_exclusion(model, index);
		return;
	}
	if (!form->indisunique)
		return;
	if (relation_index_predicate(index) != NIL ||
		relation_index_expressions(index) != NIL)
	{
		model->unique_indexes =
			lappend_oid(model->unique_indexes, RelationGetRelid(index));
		return;
	}
	unique = palloc0(sizeof(ModelUnique));
	unique->index = RelationGetRelid(index);
	unique->name = pstrdup(RelationGetRelationName(index));
	unique->n = form->indnkeyatts;
	unique->columns = palloc(unique->n * sizeof(AttrNumber));
	for (int i = 0; i < unique->n; i++)
		unique->columns[i] = form->indkey.values[i];
	model->uniques = lappend(model->uniques, unique);
}

static void
read_indexes(Relation relation, TableModel *model)
{
	ListCell *cell;

	foreach(cell, RelationGetIndexList(relation))
	{
		Relation index = index_open(lfirst_oid(cell), AccessShareLock);

		read_index(model, index);
		index_close(index, AccessShareLock);
	}
}

/* ---- the whole ---- */

static bool
has_triggers(Oid relid)
{
	List *members = find_all_inheritors(relid, AccessShareLock, NULL);
	bool found = false;
	ListCell *cell;

	foreach(cell, members)
	{
		Relation relation = relation_open(lfirst_oid(cell), NoLock);
		TriggerDesc *triggers = relation->trigdesc;

		found = found || relation->rd_rules != NULL;
		for (int i = 0; triggers && i < triggers->numtriggers; i++)
			found = found || !triggers->triggers[i].tgisinternal;
		relation_close(relation, NoLock);
	}
	return found;
}

static void
refuse_others(Relation relation)
{
	char kind = relation->rd_rel->relkind;

	if (IsCatalogRelation(relation))
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("\"%s\" is a system catalog",
					   RelationGetRelationName(relation)),
				errhint("Name tables of your own."));
	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
		ereport(
			ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
			errmsg("\"%s\" is not a table", RelationGetRelationName(relation)),
			errdetail_relkind_not_supported(kind),
			errhint("Name the tables that hold the rows."));
}

TableModel *
table_model_read(Oid relid)
{
	Relation relation = relation_open(relid, NoLock);
	TableModel *model = palloc0(sizeof(TableModel));

	refuse_others(relation);
	model->relid = relid;
	model->name = relation_sql_name(relid);
	model->schema = get_namespace_name(RelationGetNamespace(relation));
	model->table = pstrdup(RelationGetRelationName(relation));
	model->desc = CreateTupleDescCopyConstr(RelationGetDescr(relation));
	model->partitioned = relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE;
	model->ncolumns = model->desc->natts;
	model->columns = palloc0(Max(model->ncolumns, 1) * sizeof(ModelColumn));
	for (int i = 0; i < model->ncolumns; i++)
	{
		read_column(relation, i, &model->columns[i]);
		read_domain_checks(model, &model->columns[i]);
	}
	read_table_checks(relation, model);
	read_constraints(model);
	read_indexes(relation, model);
	model->triggers = has_triggers(relid);
	relation_close(relation, NoLock);
	return model;
}
