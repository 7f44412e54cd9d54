/*-------------------------------------------------------------------------
 *
 * unpack.c
 *		Unpacks the bodies of compressed answers; see unpack.h.
 *
 * zlib and brotli's decoder write into a buffer that grows and is used again. A
 * body has to end with its last byte: a cut one is not taken for a whole one.
 *
 *-------------------------------------------------------------------------
 */
#include "http/base/unpack.h"

#include <string.h>
#include <strings.h>

#if __has_include(<zlib.h>)
#include <zlib.h>
#define HAVE_ZLIB
#endif
#if __has_include(<brotli/decode.h>)
#include <brotli/decode.h>
#define HAVE_BROTLI
#endif

#include "http/base/memory.h"

#define FIRST_ROOM 16384

/* zlib: windows of any size, and either of the formats gzip and zlib. */
#define ANY_FORMAT (15 + 32)

#define NOT_WANTED "the body has an encoding that was not asked for"
#define CUT_OFF "the compressed body is cut off"
#define TOO_LARGE "the unpacked body is too large"

bool
unpack_is_plain(const char *encoding)
{
	return encoding == NULL || encoding[0] == '\0' ||
		   strcasecmp(encoding, "identity") == 0;
}

const char *
unpack_accepted(void)
{
#if defined(HAVE_ZLIB) && defined(HAVE_BROTLI)
	return "gzip, br";
#elif defined(HAVE_ZLIB)
	return "gzip";
#elif defined(HAVE_BROTLI)
	return "br";
#else
	return NULL;
#endif
}

#if defined(HAVE_ZLIB) || defined(HAVE_BROTLI)
static void
make_room(Unpacked *into)
{
	size_t wanted =
		into->room < FIRST_ROOM ? FIRST_ROOM : into->size + into->room;

	if (into->size == into->room)
		into->data = memory_grow(into->data, wanted, &into->room, 1);
}

#endif

#ifdef HAVE_ZLIB
static const char *
inflate_body(const char *body, size_t size, size_t most, Unpacked *into)
{
	z_stream stream = {.next_in = (Bytef *) body, .avail_in = (uInt) size};
	int code = inflateInit2(&stream, ANY_FORMAT);

	if (code != Z_OK)
		memory_exhausted();
	do
	{
		make_room(into);
		stream.next_out = (Bytef *) into->data + into->size;
		stream.avail_out = (uInt) (into->room - into->size);
		code = inflate(&stream, Z_NO_FLUSH);
		into->size = into->room - stream.avail_out;
	} while (code == Z_OK && into->size <= most &&
			 (stream.avail_in > 0 || stream.avail_out == 0));
	size = stream.avail_in;
	(void) inflateEnd(&stream);
	if (into->size > most)
		return TOO_LARGE;
	if (code == Z_STREAM_END)
		return size == 0 ? NULL : "bytes follow the end of the compressed body";
	return code == Z_OK || code == Z_BUF_ERROR ? CUT_OFF
											   : "the body is not gzip";
}

#endif

#ifdef HAVE_BROTLI
static const char *
unbrotli_body(const char *body, size_t size, size_t most, Unpacked *into)
{
	BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	const uint8_t *next_in = (const uint8_t *) body;
	BrotliDecoderResult code;

	if (state == NULL)
		memory_exhausted();
	do
	{
		uint8_t *next_out;
		size_t room;

		make_room(into);
		next_out = (uint8_t *) into->data + into->size;
		room = into->room - into->size;
		code = BrotliDecoderDecompressStream(state, &size, &next_in, &room,
											 &next_out, NULL);
		into->size = into->room - room;
	} while (code == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT &&
			 into->size <= most);
	BrotliDecoderDestroyInstance(state);
	if (into->size > most)
		return TOO_LARGE;
	if (code == BROTLI_DECODER_RESULT_SUCCESS)
		return size == 0 ? NULL : "bytes follow the end of the compressed body";
	return code == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT
			   ? CUT_OFF
			   : "the body is not br";
}

#endif

const char *
unpack_body(const char *encoding, const char *body, size_t size, size_t most,
			Unpacked *into)
{
	into->size = 0;
	(void) body;
	(void) size;
	(void) most;
#ifdef HAVE_BROTLI
	if (strcasecmp(encoding, "br") == 0)
		return unbrotli_body(body, size, most, into);
#endif
#ifdef HAVE_ZLIB
	if (strcasecmp(encoding, "gzip") == 0 ||
		strcasecmp(encoding, "x-gzip") == 0 ||
		strcasecmp(encoding, "deflate") == 0)
		return inflate_body(body, size, most, into);
#endif
	return NOT_WANTED;
}
