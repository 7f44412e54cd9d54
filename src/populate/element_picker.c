/*-------------------------------------------------------------------------
 *
 * element_picker.c
 *		Which of the known elements are in an array, or words in a document.
 *
 * The elements stand side by side on a line, each as long as its frequency, and
 * points at equal distances are laid on it from a random start. An element with
 * a point is taken. There are some orders of the line, so that elements are not
 * always taken with the same others.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "populate/element_picker.h"
#include "synth/shuffle.h"

ElementPicker *
element_picker_create(int n, const double *freqs, uint64 key)
{
	ElementPicker *picker = palloc0(sizeof(*picker));

	picker->n = n;
	for (int k = 0; n > 0 && k < ELEMENT_PICKER_ORDERS; k++)
	{
		Shuffle shuffle = shuffle_make(key + (uint64) k, (uint64) n);
		double sum = 0;

		picker->orders[k] = palloc(sizeof(int) * n);
		picker->ends[k] = palloc(sizeof(double) * n);
		for (int i = 0; i < n; i++)
		{
			picker->orders[k][i] = (int) shuffle_forward(&shuffle, (uint64) i);
			sum += freqs[picker->orders[k][i]];
			picker->ends[k][i] = sum;
		}
		picker->sum = sum;
	}
	return picker;
}

int
element_picker_pick(const ElementPicker *picker, uint64 random, double size,
					int most, int *elements)
{
	const double *ends = picker->ends[random % ELEMENT_PICKER_ORDERS];
	const int *order = picker->orders[random % ELEMENT_PICKER_ORDERS];
	double step = 1 / Max(size, 1e-6);
	double at = (double) (random >> 32) / 4294967296.0 * step;
	int found = 0;
	int i = 0;

	for (; at < picker->sum && i < picker->n && found < most; at += step)
	{
		int high = picker->n - 1;

		if (ends[i] > at && found > 0 && elements[found - 1] == order[i])
			continue;
		while (i < high)
		{
			int middle = (i + high) / 2;

			if (ends[middle] > at)
				high = middle;
			else
				i = middle + 1;
		}
		elements[found++] = order[i];
	}
	return found;
}
