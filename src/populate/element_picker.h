/*-------------------------------------------------------------------------
 *
 * element_picker.h
 *		Which of the known elements are in an array, or words in a document.
 *
 * Owns this choice. Each element is in as many of the values as its frequency
 * says, in larger ones more often; none is in one twice.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_ELEMENT_PICKER_H
#define PERFCHECK_POPULATE_ELEMENT_PICKER_H

#define ELEMENT_PICKER_ORDERS 16

typedef struct ElementPicker
{
	double sum; /* of the frequencies: how many of them a value has */
	const double *freqs;
	int nfrequent;
	int *frequent; /* elements; the others are in some orders */
	int n;
	double rest; /* the sum of the others */
	int *orders[ELEMENT_PICKER_ORDERS];
	double *ends[ELEMENT_PICKER_ORDERS]; /* sums up to and with an element */
} ElementPicker;

/* The frequencies must stay as long as the picker. */
extern ElementPicker *element_picker_create(int n, const double *freqs,
											uint64 key);

/*
 * Sets the elements of a value that is so many times larger than the mean, at
 * most "most" of them, and returns how many there are.
 */
extern int element_picker_pick(const ElementPicker *picker, uint64 random,
							   double size, int most, int *elements);

/*
 * Adds other elements, by frequency, until there are as many as wanted. Whether a
 * frequent one is in the value was decided before, so they come last.
 */
extern int element_picker_fill(const ElementPicker *picker, uint64 random,
							   int n, int wanted, int *elements);

#endif /* PERFCHECK_POPULATE_ELEMENT_PICKER_H */
