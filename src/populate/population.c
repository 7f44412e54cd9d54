/*-------------------------------------------------------------------------
 *
 * population.c
 *		The tables of one call of perfcheck_populate(), and how their rows are
 *		made.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "shared/splitmix64.h"

#include "populate/population.h"

uint64
population_random(uint64 seed, const char *name)
{
	uint64 random = splitmix64_mix(seed + UINT64_C(0x9E3779B97F4A7C15));

	for (; *name != '\0'; name++)
		random = splitmix64_number(random, (unsigned char) *name);
	return random;
}

TableMaker *
population_find(const Population *population, Oid relid)
{
	ListCell *cell;

	foreach(cell, population->tables)
	{
		TableMaker *table = lfirst(cell);

		if (table->model->relid == relid)
			return table;
	}
	return NULL;
}
