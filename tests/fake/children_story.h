/*
 * The stage of stories about children: a world, a loop and a core in it. There is one at a time.
 */
#ifndef FAKE_CHILDREN_STORY_H
#define FAKE_CHILDREN_STORY_H

#include "core/core.h"
#include "core/service.h"
#include "fake/world.h"

extern struct core story_core;

/* The settings behind [reeve]; sections follow. Everybody who is to start is told to. */
void story_begin(const char *settings, const struct world_faults *faults);

/* Everything ends in order, and nothing is left open. */
void story_end(void);

/* The time that must pass without reeve's end. */
void story_pass(uint64_t ms);

/* Until reeve ends by itself, which it must; what it exits with. */
int story_exit_code(void);

struct service *story_child(const char *name);

#define assert_state(name, expected) assert_string_equal(state_name(story_child(name)->state), expected)

#endif
