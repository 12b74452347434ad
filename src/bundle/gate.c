#include "bundle/gate.h"

#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"

#if defined(__x86_64__)
#define ARCH "x86_64"
#elif defined(__aarch64__)
#define ARCH "aarch64"
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH "riscv64"
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define ARCH "ppc64le"
#elif defined(__i386__)
#define ARCH "i386"
#elif defined(__arm__)
#define ARCH "arm"
#else
#define ARCH "unknown"
#endif

#if defined(__GLIBC__)
#define LIBC "glibc"
#else
#define LIBC "musl"
#endif

const char *gate_platform_here(void)
{
	return "linux-" ARCH "-" LIBC;
}

bool gate_platform_fits(const char *bundle, const char *host)
{
	if (strcmp(bundle, "any") == 0)
		return true;
	for (;;) {
		size_t want = strcspn(bundle, "-"), have = strcspn(host, "-");
		bool any = want == 3 && strncmp(bundle, "any", 3) == 0;

		if (!any && (want != have || strncmp(bundle, host, want) != 0))
			return false;
		if (bundle[want] == '\0')
			return true;
		if (host[have] == '\0')
			return strcmp(bundle + want, "-any") == 0;
		bundle += want + 1;
		host += have + 1;
	}
}

/* Splits "name=level"; a name alone is level 1, a level that is no number 0. */
static uint64_t split(const char *text, size_t *ret_name_len)
{
	const char *equals = strchrnul(text, '=');
	uint64_t level = 1;

	*ret_name_len = (size_t)(equals - text);
	if (*equals == '=' && parse_u64(equals + 1, UINT32_MAX, &level) < 0)
		level = 0;
	return level;
}

static bool host_offers(const struct gate_host *host, const char *wanted)
{
	size_t want_len, have_len;
	uint64_t want = split(wanted, &want_len);

	for (size_t i = 0; i < host->capabilities_n; i++) {
		const char *have = host->capabilities[i];
		uint64_t level = split(have, &have_len);

		if (have_len == want_len && memcmp(have, wanted, want_len) == 0 && level >= want)
			return true;
	}
	return false;
}

/* Where the problems go, and how many there were. */
struct ear {
	const struct index *index;
	problem_fn         *tell;
	void               *arg;
	unsigned            count;
};

static void refuse(struct ear *ear, const char *code, const char *got, const char *expected)
{
	struct problem p;

	problem_set(&p, PROBLEM_BUNDLE, code, index_name(ear->index), "%s", got);
	problem_expect(&p, "%s", expected);
	problem_remedy(&p, "Upgrade to a version of the bundle made for this host, or upgrade reeve");
	ear->tell(ear->arg, &p);
	ear->count++;
}

static void check_numbers(struct ear *ear, const struct gate_host *host)
{
	uint32_t schema = index_schema(ear->index), abi = index_host_abi(ear->index);
	char got[32], expected[32];

	if (schema == 0 || schema > GATE_SCHEMA_MAX) {
		(void)snprintf(got, sizeof got, "schema %u", schema); /* a number fits, here and below */
		(void)snprintf(expected, sizeof expected, "schema %d or older", GATE_SCHEMA_MAX);
		refuse(ear, "gate-schema", got, expected);
	}
	if (abi > host->abi) {
		(void)snprintf(got, sizeof got, "host ABI %u", abi);
		(void)snprintf(expected, sizeof expected, "host ABI %u or older", host->abi);
		refuse(ear, "gate-host-abi", got, expected);
	}
}

static void check_capabilities(struct ear *ear, const struct gate_host *host)
{
	char missing[96], offered[96];
	struct text m, o;

	text_init(&m, missing, sizeof missing);
	text_init(&o, offered, sizeof offered);
	for (uint32_t i = 0; i < index_list_count(ear->index, INDEX_HOST_REQUIRES); i++) {
		const char *wanted = index_list_at(ear->index, INDEX_HOST_REQUIRES, i);

		if (!host_offers(host, wanted))
			text_addf(&m, "%s%s", m.len > 0 ? ", " : "", wanted);
	}
	if (m.len == 0)
		return;
	text_add(&o, host->capabilities_n > 0 ? "this host offers " : "this host offers none");
	for (size_t i = 0; i < host->capabilities_n; i++)
		text_addf(&o, "%s%s", i > 0 ? ", " : "", host->capabilities[i]);
	refuse(ear, "gate-capability", offered, missing);
}

unsigned gate_check(const struct index *x, const struct gate_host *host, problem_fn *tell, void *arg)
{
	struct ear ear = { .index = x, .tell = tell, .arg = arg };
	char got[96];

	check_numbers(&ear, host);
	if (!gate_platform_fits(index_platform(x), host->platform)) {
		(void)snprintf(got, sizeof got, "platform %s", index_platform(x)); /* cutting is what is wanted */
		refuse(&ear, "gate-platform", got, host->platform);
	}
	check_capabilities(&ear, host);
	return ear.count;
}
