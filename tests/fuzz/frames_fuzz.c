/*
 * A compressed backup that somebody changed: it is refused, or read, in bounded memory, and never for longer
 * than it says it is. What was written is read back as it was.
 */
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "log/frames.h"

/* A file in memory, at its beginning. */
static int file_of(const uint8_t *data, size_t size)
{
	int fd = memfd_create("frames", MFD_CLOEXEC);

	FUZZ_HOLDS(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

/* Reads all of it in steps of odd sizes, and from behind. */
static void read_through(int fd)
{
	static char buf[FRAME_BYTES];
	struct frames *f = NULL;
	uint64_t pos = 0;
	ssize_t n;

	if (frames_open(fd, &f) < 0)
		return;
	for (int turn = 0; turn < 64 && (n = frames_read(f, buf, 1 + (size_t)turn * 4099, pos)) > 0; turn++) {
		pos += (uint64_t)n;
		FUZZ_HOLDS(pos <= frames_size(f));
	}
	n = frames_read(f, buf, sizeof buf, frames_size(f) / 2);
	FUZZ_HOLDS(n <= (ssize_t)sizeof buf);
	FUZZ_HOLDS(frames_read(f, buf, sizeof buf, frames_size(f)) <= 0);
	frames_free(f);
}

static void there_and_back(const uint8_t *data, size_t size)
{
	static uint8_t back[64 * 1024];
	int plain = file_of(data, size), packed = file_of(NULL, 0);
	struct frames *f = NULL;

	FUZZ_HOLDS(size <= sizeof back && frames_compress(plain, packed) == 0 && frames_open(packed, &f) == 0);
	FUZZ_HOLDS(frames_size(f) == size && frames_read(f, back, sizeof back, 0) == (ssize_t)size);
	FUZZ_HOLDS(size == 0 || memcmp(back, data, size) == 0);
	frames_free(f);
	(void)close(plain);
	(void)close(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = file_of(data, size);

	read_through(fd);
	(void)close(fd);
	if (size % 16 == 0)
		there_and_back(data, size);
	return 0;
}

/* What frames_compress() makes of some lines. */
size_t fuzz_seed(unsigned i, uint8_t *buf, size_t max)
{
	static const char *const seeds[] = { "", "one line\n", "line 1\nline 2\nline 3\nline 4\nline 4\nline 4\n" };
	int plain, packed;
	ssize_t n;

	if (i >= sizeof seeds / sizeof seeds[0])
		return 0;
	plain = file_of((const uint8_t *)seeds[i], strlen(seeds[i]));
	packed = file_of(NULL, 0);
	FUZZ_HOLDS(frames_compress(plain, packed) == 0);
	n = pread(packed, buf, max, 0);
	FUZZ_HOLDS(n > 0);
	(void)close(plain);
	(void)close(packed);
	return (size_t)n;
}
