#include "sys/clock.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static uint64_t read_ms(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t); /* cannot fail for these clocks */
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

uint64_t sys_now_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

uint64_t sys_wall_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}

uint32_t sys_random(void)
{
	uint32_t n = 0;

	if (getrandom(&n, sizeof n, GRND_NONBLOCK) != sizeof n)
		n = (uint32_t)sys_now_ms() * 2654435761U; /* before the pool is ready: jitter only */
	return n;
}
