/* Lines for a person on standard error, put together without printf(3), which would be half of the front. */
#ifndef ENTRY_SAY_H
#define ENTRY_SAY_H

/* "who: " and the words, of which NULL is the last, as one line in one write; what is too long is cut. */
void say(const char *who, const char *const *words);

/* The same with its words written down one after the other. */
#define SAY(who, ...) say(who, (const char *const[]){ __VA_ARGS__, NULL })

enum { SAY_NUMBER_MAX = 24 };

/* n in decimal digits, in the caller's SAY_NUMBER_MAX bytes; returns where they begin. */
const char *say_number(char *buf, long n);

#endif
