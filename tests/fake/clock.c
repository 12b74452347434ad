#include "sys/clock.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "fake/parts.h"

uint64_t clock_now_ms;
static int64_t wall_shift_ms;
static uint64_t seed, state;

static void tell_seed(int signo);

void clock_begin(uint64_t from)
{
	seed = from;
	state = from * 0x9e3779b97f4a7c15ULL + 0x1234567;
	clock_now_ms = 1000000;
	wall_shift_ms = 0;
	(void)sigaction(SIGABRT, &(struct sigaction){ .sa_handler = tell_seed }, NULL);
}

/* splitmix64 (Steele, Lea, Flood 2014): small, and every seed is a good one. */
static uint64_t next(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

uint32_t world_random(uint32_t below)
{
	return below == 0 ? 0 : (uint32_t)(next() % below);
}

bool world_chance(unsigned in_a_thousand)
{
	return in_a_thousand > 0 && world_random(1000) < in_a_thousand;
}

void world_pass(uint64_t ms)
{
	clock_now_ms += ms;
}

void world_jump_wall(int64_t ms)
{
	wall_shift_ms += ms;
}

uint64_t sys_now_ms(void)
{
	return clock_now_ms;
}

uint64_t sys_wall_ms(void)
{
	return clock_now_ms + 1700000000000ULL + (uint64_t)wall_shift_ms;
}

uint32_t sys_random(void)
{
	return (uint32_t)next();
}

void world_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)printf("at %llu ms: ", (unsigned long long)clock_now_ms);
	(void)vprintf(format, args);
	(void)putchar('\n');
	va_end(args);
	abort();
}

/* A BUG() aborts as well: either way the seed is what counts. */
static void tell_seed(int signo UNUSED)
{
	(void)printf("seed %llu; once more with its log: make sim SEED=%llu ROUNDS=1\n",
	             (unsigned long long)seed, (unsigned long long)seed);
	(void)fflush(stdout);
}
