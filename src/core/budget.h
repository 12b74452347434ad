/*
 * How soon a child may start again: its own delay grows with every failure, and one bucket for
 * everything together keeps a thousand of them from eating the machine. Who waits for the bucket
 * waits in one of two queues, and those that failed once go before those that fail over and over: a
 * healthy child never stands behind a crash loop. The arithmetic is pure and takes the time as an
 * argument.
 */
#ifndef CORE_BUDGET_H
#define CORE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "loop/loop.h"

struct core;
struct service;

/* A token bucket: rate tokens a second, burst at most; rate 0 is no limit. */
struct bucket {
	uint32_t rate, burst;
	uint64_t level;      /* thousandths of a token */
	uint64_t filled_ms;
};

void bucket_init(struct bucket *b, uint32_t rate, uint32_t burst, uint64_t now_ms);
void bucket_set(struct bucket *b, uint32_t rate, uint32_t burst, uint64_t now_ms); /* keeps its level */
bool bucket_take(struct bucket *b, uint64_t now_ms);
uint64_t bucket_wait_ms(struct bucket *b, uint64_t now_ms); /* until bucket_take() would succeed */

/*
 * Before try number failures (from 1): base doubled each time, no more than max, less or more by up
 * to a tenth as chance (any number) has it.
 */
uint64_t backoff_delay_ms(uint64_t base_ms, uint64_t max_ms, uint32_t failures, uint32_t chance);

/* How long it must run for its failures to be forgotten. */
uint64_t backoff_reset_ms(uint64_t max_ms);

struct budget {
	struct core      *core;
	struct bucket     bucket;
	struct list       fresh;     /* failed once in a row */
	struct list       failing;   /* more often */
	struct loop_timer timer;     /* the next token */
};

void budget_init(struct budget *b, struct core *core);
void budget_done(struct budget *b);

/* s's own wait is over: ON_TURN is queued now or when there is a token for it. */
void budget_ask(struct budget *b, struct service *s);
void budget_forget(struct service *s); /* fine when it does not wait */

#endif
