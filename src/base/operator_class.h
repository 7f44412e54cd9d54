/*-------------------------------------------------------------------------
 *
 * operator_class.h
 *		Which operator classes of indexes have an operator.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_OPERATOR_CLASS_H
#define PERFCHECK_BASE_OPERATOR_CLASS_H

/*
 * Returns whether some index can return its rows in the order of an operator's
 * result, such as a distance.
 */
extern bool operator_class_orders(Oid opno);

/*
 * Returns the operator class, and in *method its access method, of an index on a
 * column of a type that returns its rows in the order of an operator's result;
 * InvalidOid if there is none. A default class is preferred, then GiST.
 */
extern Oid operator_class_for_order(Oid opno, Oid type, Oid *method);

/*
 * Returns an operator class as CREATE INDEX has it: " schema.name" with a space
 * before it, without the schema if that is pg_catalog; an empty string for the
 * default class of its method and type.
 */
extern char *operator_class_sql(Oid class, Oid type);

#endif /* PERFCHECK_BASE_OPERATOR_CLASS_H */
