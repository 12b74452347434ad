/*
 * Where one configuration lives: memory that only grows and goes all at once. Texts are shared: the
 * same bytes asked for twice are the same bytes, so a thousand children of one service cost one
 * command line. Equal texts are therefore equal pointers, within one arena.
 *
 * NULL means that there is no memory.
 */
#ifndef CONF_ARENA_H
#define CONF_ARENA_H

#include <stddef.h>

#include "base/attr.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);   /* NULL is fine */

/* Zeroed memory for any type. */
void *arena_alloc(struct arena *a, size_t size) MUST_CHECK;

/* The arena's one copy of these bytes; a NUL stands behind them. */
const char *arena_share(struct arena *a, const void *bytes, size_t len) MUST_CHECK;
const char *arena_text(struct arena *a, const char *s) MUST_CHECK;

/* No text is shared from here on: forgets the index that finds them, keeps the texts. */
void arena_seal(struct arena *a);

/* Bytes taken from the system. */
size_t arena_bytes(const struct arena *a);

#endif
