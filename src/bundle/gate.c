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

static const char remedy[] = "Upgrade to a version of the bundle made for this host, or upgrade reeve";

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

static unsigned check_capabilities(const struct index *x, const struct gate_host *host,
                                   problem_fn *tell, void *arg)
{
	char missing[96], offered[96];
	struct text m, o;
	unsigned n = 0;

	text_init(&m, missing, sizeof missing);
	text_init(&o, offered, sizeof offered);
	for (uint32_t i = 0; i < index_list_count(x, INDEX_HOST_REQUIRES); i++) {
		const char *wanted = index_list_at(x, INDEX_HOST_REQUIRES, i);

		if (!host_offers(host, wanted))
			text_addf(&m, "%s%s", n++ > 0 ? ", " : "", wanted);
	}
	if (n == 0)
		return 0;
	for (size_t i = 0; i < host->capabilities_n; i++)
		text_addf(&o, "%s%s", i > 0 ? ", " : "", host->capabilities[i]);

	struct problem p;

	problem_set(&p, PROBLEM_BUNDLE, "gate-capability", index_name(x), "this host offers %s",
	            host->capabilities_n > 0 ? offered : "none");
	problem_expect(&p, "%s", missing);
	problem_remedy(&p, "%s", remedy);
	tell(arg, &p);
	return 1;
}

unsigned gate_check(const struct index *x, const struct gate_host *host, problem_fn *tell, void *arg)
{
	struct problem p;
	unsigned n = 0;

	if (index_schema(x) == 0 || index_schema(x) > GATE_SCHEMA_MAX) {
		problem_set(&p, PROBLEM_BUNDLE, "gate-schema", index_name(x), "schema %u", index_schema(x));
		problem_expect(&p, "schema %d or older", GATE_SCHEMA_MAX);
		problem_remedy(&p, "%s", remedy);
		tell(arg, &p);
		n++;
	}
	if (index_host_abi(x) > host->abi) {
		problem_set(&p, PROBLEM_BUNDLE, "gate-host-abi", index_name(x), "host ABI %u", index_host_abi(x));
		problem_expect(&p, "host ABI %u or older", host->abi);
		problem_remedy(&p, "%s", remedy);
		tell(arg, &p);
		n++;
	}
	if (!gate_platform_fits(index_platform(x), host->platform)) {
		problem_set(&p, PROBLEM_BUNDLE, "gate-platform", index_name(x), "platform %s", index_platform(x));
		problem_expect(&p, "%s", host->platform);
		problem_remedy(&p, "%s", remedy);
		tell(arg, &p);
		n++;
	}
	return n + check_capabilities(x, host, tell, arg);
}
