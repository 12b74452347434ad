#include "store/generation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "base/text.h"
#include "store/json.h"

static const char *const outcome_names[OUTCOME_COUNT] = {
	[OUTCOME_PENDING]   = "pending",
	[OUTCOME_COMMITTED] = "committed",
	[OUTCOME_ABANDONED] = "abandoned",
};

static int read_text(const json_t *j, const char *key, char *buf, size_t max)
{
	const char *s;
	int r = json_get_text(j, key, &s);

	return r < 0 ? r : text_copy(buf, max, s) < 0 ? -EBADMSG : 0;
}

static int read_outcome(const json_t *j, enum outcome *ret)
{
	const char *s;
	int r = json_get_text(j, "outcome", &s);

	for (int i = 0; r == 0 && i < OUTCOME_COUNT; i++)
		if (strcmp(s, outcome_names[i]) == 0) {
			*ret = (enum outcome)i;
			return 0;
		}
	return -EBADMSG;
}

static int read_numbers(const json_t *j, struct generation *g)
{
	int r = json_get_u64(j, "generation", &g->number);

	if (r == 0)
		r = json_get_u64(j, "seq", &g->seq);
	if (r == 0)
		r = json_get_u64(j, "when_ms", &g->when_ms);
	if (r == 0)
		r = json_get_digest(j, "digest", &g->digest);
	if (r == 0)
		r = json_get_digest(j, "from", &g->from);
	return r == 0 ? read_outcome(j, &g->outcome) : r;
}

int generation_load(int dir, uint64_t number, struct generation *ret)
{
	OWN(json) json_t *j = NULL;
	struct generation g;
	char name[40];
	int r;

	(void)snprintf(name, sizeof name, "%ju.json", (uintmax_t)number);
	r = json_read_file(dir, name, &j);
	if (r == 0)
		r = read_numbers(j, &g);
	if (r == 0)
		r = read_text(j, "version", g.version, sizeof g.version);
	if (r == 0)
		r = read_text(j, "reason", g.reason, sizeof g.reason);
	if (r == 0)
		r = read_text(j, "by", g.by, sizeof g.by);
	if (r == 0 && g.number != number)
		r = -EBADMSG;
	if (r == 0)
		*ret = g;
	return r;
}

int generation_save(int dir, const struct generation *g)
{
	OWN(json) json_t *j = json_pack(
		"{s:I s:o s:o s:s s:I s:s s:s s:I s:s}", "generation", (json_int_t)g->number,
		"digest", json_from_digest(&g->digest), "from", json_from_digest(&g->from),
		"version", g->version, "seq", (json_int_t)g->seq, "reason", g->reason, "by", g->by,
		"when_ms", (json_int_t)g->when_ms, "outcome", outcome_names[g->outcome]);
	char name[40];

	if (j == NULL)
		return -ENOMEM;
	(void)snprintf(name, sizeof name, "%ju.json", (uintmax_t)g->number);
	return json_replace_file(dir, name, j, 0644);
}

int generation_last(int dir, uint64_t *ret)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(dir) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	uint64_t last = 0;

	if (d == NULL)
		return -errno;
	for (struct dirent *e; (e = readdir(d)) != NULL;) {
		char *dot = strchr(e->d_name, '.');
		uint64_t n;

		if (dot == NULL || strcmp(dot, ".json") != 0)
			continue;
		*dot = '\0';
		if (parse_u64(e->d_name, INT64_MAX, &n) == 0 && n > last)
			last = n;
	}
	*ret = last;
	return 0;
}

int generation_find(int dir, const struct digest *digest, struct generation *ret)
{
	struct generation g;
	uint64_t n;
	int r = generation_last(dir, &n);

	if (r < 0)
		return r;
	for (; n > 0; n--)
		if (generation_load(dir, n, &g) == 0 && g.outcome == OUTCOME_COMMITTED &&
		    digest_is_equal(&g.digest, digest)) {
			*ret = g;
			return 0;
		}
	return -ENOENT;
}

int generation_settle(int dir, const struct digest *current)
{
	bool settled = digest_is_none(current);
	struct generation g;
	uint64_t n;
	int r = generation_last(dir, &n);

	for (; r == 0 && n > 0; n--) {
		if (generation_load(dir, n, &g) < 0)
			continue;
		bool is_it = !settled && g.outcome != OUTCOME_ABANDONED && digest_is_equal(&g.digest, current);

		settled = settled || is_it || g.outcome == OUTCOME_COMMITTED;
		if (g.outcome == OUTCOME_PENDING) {
			g.outcome = is_it ? OUTCOME_COMMITTED : OUTCOME_ABANDONED;
			r = generation_save(dir, &g);
		}
	}
	return r;
}
