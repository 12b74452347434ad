/*
 * How things look to a person: text that no terminal obeys, times and sizes as one says them, colours
 * where they are wanted, columns that line up.
 */
#ifndef CTL_SCREEN_H
#define CTL_SCREEN_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/text.h"
#include "ctl/ctl.h"

enum tint { TINT_NONE, TINT_GOOD, TINT_BUSY, TINT_BAD, TINT_FAINT };

/* Writes s with everything a terminal could obey escaped. */
void screen_put(FILE *out, const char *s);

/* The same for a line of a log: any len bytes, and tabs stay. */
void screen_put_line(FILE *out, const char *s, size_t len);

/* The first padded to width columns, tinted when c wants colours. */
void screen_put_cell(const struct ctl *c, const char *s, size_t width, enum tint tint);

/* Columns that s takes: its characters, as they are shown. */
size_t screen_width(const char *s);

/* "0:00:12", "3 days, 4:05:06". */
void screen_add_age(struct text *t, uint64_t ms);

/* "830 ms", "4.2 s", "1:05 min". */
void screen_add_time(struct text *t, uint64_t ms);

/* "812 B", "1.4 MB". */
void screen_add_size(struct text *t, uint64_t bytes);

#endif
