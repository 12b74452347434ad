/*
 * A clock that stands still until it is moved, and the timers of the loop with it: for the stories of
 * one module, where the whole world of fake/world.h would be too much. Linked in place of loop and clock.
 */
#ifndef FAKE_STAGE_CLOCK_H
#define FAKE_STAGE_CLOCK_H

#include <stdint.h>

extern uint64_t stage_now_ms;

/* No timers, one second past the beginning. */
void stage_clock_clear(void);

/* Fires every timer that is due now, and those that they arm for now. */
void stage_turn(void);

/* Moves the clock on, firing timers as they come due. */
void stage_advance(uint64_t ms);

#endif
