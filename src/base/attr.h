/*
 * The attribute spellings of the tree, and the two macros C forgot.
 */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#include <stddef.h>

#define MUST_CHECK          __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a)   __attribute__((format(printf, f, a)))
#define UNUSED              __attribute__((unused))
#define NORETURN            __attribute__((noreturn))

#define ARRAY_LEN(a)        (sizeof(a) / sizeof((a)[0]))

/* The struct that holds member at this address. */
#define container_of(ptr, type, member) \
	((type *)(void *)((char *)(ptr) - offsetof(type, member)))

#endif
