/*
 * What a fuzz target is: one function that takes hostile bytes, and a few honest inputs to start from.
 * The same source serves libFuzzer (make fuzz) and drive.c, which make check runs for a moment, so that
 * no target rots. A target aborts on what must never be; it never reads files, time or chance.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's entry; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The i-th honest input, written to buf; its length, or 0 when there are no more. */
size_t fuzz_seed(unsigned i, uint8_t *buf, size_t max);

/* What must hold for every input. */
#define FUZZ_HOLDS(condition) do { if (!(condition)) __builtin_trap(); } while (0)

#endif
