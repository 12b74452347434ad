/*
 * Values out of text. Each takes the whole string or refuses it with -EINVAL; a number that is well
 * formed but outside its range is -ERANGE. *ret is written only on success. No locale, no white space.
 */
#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/* Decimal digits only: no sign, no prefix, no leading zero but "0" itself. */
int parse_u64(const char *s, uint64_t max, uint64_t *ret) MUST_CHECK;

/* As parse_u64, with an optional leading minus. */
int parse_i64(const char *s, int64_t min, int64_t max, int64_t *ret) MUST_CHECK;

/* Octal mode bits, 0 to 07777, with or without leading zeros. */
int parse_mode(const char *s, uint32_t *ret) MUST_CHECK;

/*
 * A duration in milliseconds: plain seconds ("10", "1.5") or a number with one unit out of
 * ms s m h d ("250ms", "1.5m"). At most ten years.
 */
int parse_duration(const char *s, uint64_t *ret_ms) MUST_CHECK;

/* A size in bytes: a number with an optional KB MB GB (1024-based, any case) as supervisord has it. */
int parse_size(const char *s, uint64_t *ret_bytes) MUST_CHECK;

/* yes true on 1, no false off 0, in any case. */
int parse_yes(const char *s, bool *ret) MUST_CHECK;

/* A signal by name, with or without SIG, in any case, or by number (signal(7)). */
int parse_signal(const char *s, int *ret_signo) MUST_CHECK;

/* "TERM" for SIGTERM; "?" for a number that is no signal. */
const char *signal_name(int signo);

/* Exactly 2*n lower-case hex digits into n bytes. */
int parse_hex(const char *s, uint8_t *ret, size_t n) MUST_CHECK;

/* n bytes as 2*n lower-case hex digits and a NUL. */
void format_hex(const uint8_t *bytes, size_t n, char *buf);

#endif
