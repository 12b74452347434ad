/*
 * Time and chance. Monotonic milliseconds everywhere; wall time is for announcements and logs only.
 */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stdint.h>

uint64_t sys_now_ms(void);   /* CLOCK_MONOTONIC */
uint64_t sys_wall_ms(void);  /* CLOCK_REALTIME, since 1970 */
uint32_t sys_random(void);   /* for jitter; not for secrets */

#endif
