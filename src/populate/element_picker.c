/*-------------------------------------------------------------------------
 *
 * element_picker.c
 *		Which of the known elements are in an array, or words in a document.
 *
 * A frequent element is in a value or not by chance. The others stand side by
 * side on a line, each as long as its frequency; the line is cut into pieces of
 * equal length, and the element at a random point of each piece is taken. There
 * are some orders of the line, so that elements are not always neighbors.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "populate/element_picker.h"
#include "synth/shuffle.h"

/* An element of at least this frequency is frequent. */
#define FREQUENT 0.1

ElementPicker *
element_picker_create(int n, const double *freqs, uint64 key)
{
	ElementPicker *picker = palloc0(sizeof(*picker));
	int *rest = palloc(sizeof(int) * (n + 1));

	picker->frequent = palloc(sizeof(int) * (n + 1));
	picker->freqs = freqs;
	for (int i = 0; i < n; i++)
	{
		picker->sum += freqs[i];
		if (freqs[i] >= FREQUENT)
			picker->frequent[picker->nfrequent++] = i;
		else
			rest[picker->n++] = i;
	}
	for (int k = 0; picker->n > 0 && k < ELEMENT_PICKER_ORDERS; k++)
	{
		Shuffle shuffle = shuffle_make(key + (uint64) k, (uint64) picker->n);
		double sum = 0;

		picker->orders[k] = palloc(sizeof(int) * picker->n);
		picker->ends[k] = palloc(sizeof(double) * picker->n);
		for (int i = 0; i < picker->n; i++)
		{
			picker->orders[k][i] = rest[shuffle_forward(&shuffle, (uint64) i)];
			sum += freqs[picker->orders[k][i]];
			picker->ends[k][i] = sum;
		}
		picker->rest = sum;
	}
	return picker;
}

/* Returns a number from 0 to 1. */
static double
chance(uint64 random, uint64 n)
{
	return (double) (splitmix64_number(random, n) >> 11) / 9007199254740992.0;
}

/* Returns where on the line a point is. */
static int
element_at(const double *ends, int n, double at)
{
	int low = 0;
	int high = n - 1;

	while (low < high)
	{
		int middle = (low + high) / 2;

		if (ends[middle] > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static bool
contains(const int *elements, int n, int element)
{
	for (int i = 0; i < n; i++)
		if (elements[i] == element)
			return true;
	return false;
}

/* Puts the elements into a random order. */
static void
mix(int *elements, int n, uint64 random)
{
	for (int i = n - 1; i > 0; i--)
	{
		int other = (int) (splitmix64_number(random, i) % (uint64) (i + 1));
		int element = elements[i];

		elements[i] = elements[other];
		elements[other] = element;
	}
}

int
element_picker_pick(const ElementPicker *picker, uint64 random, double size,
					int most, int *elements)
{
	int order = (int) (random % ELEMENT_PICKER_ORDERS);
	double pieces = picker->rest * size;
	int points = (int) pieces + (chance(random, 0) < pieces - (int) pieces);
	int n = 0;

	for (int i = 0; i < picker->nfrequent && n < most; i++)
		if (chance(~random, i) < picker->freqs[picker->frequent[i]] * size)
			elements[n++] = picker->frequent[i];
	for (int i = 0; i < points && n < most; i++)
	{
		double at = (i + chance(random, i + 1)) / points * picker->rest;
		int element =
			picker
				->orders[order][element_at(picker->ends[order], picker->n, at)];

		if (!contains(elements, n, element))
			elements[n++] = element;
	}
	mix(elements, n, random);
	return n;
}

int
element_picker_fill(const ElementPicker *picker, uint64 random, int n,
					int wanted, int *elements)
{
	for (int i = 0; picker->n > 0 && n < wanted && i < 4 * wanted; i++)
	{
		double at = chance(random, -1 - i) * picker->rest;
		int element =
			picker->orders[0][element_at(picker->ends[0], picker->n, at)];

		if (!contains(elements, n, element))
			elements[n++] = element;
	}
	for (int i = 0; n < wanted && i < 4 * wanted; i++)
	{
		double at =
			chance(random, -1 - 4 * wanted - i) * (picker->sum - picker->rest);
		int k = 0;

		while (k < picker->nfrequent - 1 &&
			   (at -= picker->freqs[picker->frequent[k]]) >= 0)
			k++;
		if (k < picker->nfrequent &&
			!contains(elements, n, picker->frequent[k]))
			elements[n++] = picker->frequent[k];
	}
	return n;
}
