/*
 * A child with knobs, for integration tests: knobs.c says which. Its settings, and the one line that it
 * prints of each thing about itself.
 */
#ifndef HELPERS_KNOBS_H
#define HELPERS_KNOBS_H

#include <stdbool.h>
#include <stdint.h>

struct knobs {
	bool        daemon, setsid, twice, scrub, restless, traced, read, context;
	uint64_t    descendants;
	const char *say;          /* file or FIFO for events; NULL none, "-" standard output */
	uint64_t    exit, die;    /* status, or signal; NO: neither */
	uint64_t    after_ms;
	uint64_t    lines;        /* to be written; UINT64_MAX for ever */
	uint64_t    line, chunk;  /* bytes of one; bytes in one write, 0 a line's */
	uint64_t    pause_ms;     /* between two writes */
	int         to;
	uint8_t     fill;
	uint64_t    memory;
};

/* knobs_context.c: "key=value" lines to standard output, "context end" the last of them. */
void context_print(void);

#endif
