/* How a child is scheduled: read to be judged, kept as it stands for reeve-launch. */
#include "conf/type.h"

#include "conf/load.h"
#include "wire/schedule.h"

static int parse_ioprio(struct setting *s, void *field)
{
	int priority, r = schedule_parse_ioprio(s->text, &priority);

	return r < 0 ? r : type_share(s, s->text, field);
}

const struct keyword_type type_ioprio = {
	.expects = "idle, best-effort:0 to best-effort:7, or realtime:0 to realtime:7",
	.size = sizeof(const char *),
	.parse = parse_ioprio,
};

static int parse_scheduler(struct setting *s, void *field)
{
	struct schedule_policy policy;
	int r = schedule_parse_policy(s->text, &policy);

	return r < 0 ? r : type_share(s, s->text, field);
}

const struct keyword_type type_scheduler = {
	.expects = "other, batch, idle, fifo:1 to fifo:99, or rr:1 to rr:99",
	.size = sizeof(const char *),
	.parse = parse_scheduler,
};

static int parse_cpus(struct setting *s, void *field)
{
	struct schedule_cpus cpus;
	int r = schedule_parse_cpus(s->text, &cpus);

	return r < 0 ? r : type_share(s, s->text, field);
}

const struct keyword_type type_cpus = {
	.expects = "numbers of processors such as 0-3,8",
	.size = sizeof(const char *),
	.parse = parse_cpus,
};
