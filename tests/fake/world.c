#include "fake/world.h"

#include "fake/parts.h"

struct world_faults world_faults;

void world_begin(uint64_t seed, const struct world_faults *faults)
{
	world_faults = *faults;
	clock_begin(seed);
	descriptors_begin();
	loop_begin();
	processes_begin();
	registry_begin();
}

void world_trouble(const struct world_faults *faults)
{
	world_faults = *faults;
}

void world_calm(void)
{
	world_faults = (struct world_faults){ 0 };
}

void world_end(void)
{
	processes_end();
	WORLD_CHECK(world_descriptors() == 0, "%zu descriptors were never closed", world_descriptors());
}

void world_after_each(void (*fn)(void *arg), void *arg)
{
	loop_after_each = fn;
	loop_after_each_arg = arg;
}

bool world_settle(void)
{
	bool more = true;

	for (unsigned turns = 0; more && !loop_is_stopped(); turns++) {
		WORLD_CHECK(turns < 100000, "the world does not come to rest");
		more = world_chance(500) ? loop_step() || later_step() : later_step() || loop_step();
		if (!more && !loop_is_stopped())
			more = later_step() || loop_step(); /* the hook before sleep may have made work */
	}
	return !loop_is_stopped();
}

uint64_t world_next_ms(void)
{
	uint64_t timer_ms = loop_next_ms(), other_ms = later_next_ms();

	return timer_ms < other_ms ? timer_ms : other_ms;
}

bool world_run(uint64_t ms)
{
	uint64_t end_ms = clock_now_ms + ms;

	while (world_settle()) {
		uint64_t next_ms = world_next_ms();

		if (next_ms > end_ms)
			next_ms = end_ms;
		if (next_ms > clock_now_ms)
			world_pass(next_ms - clock_now_ms);
		else if (clock_now_ms >= end_ms)
			return true;
	}
	return false;
}
