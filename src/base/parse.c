#include "base/parse.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

int parse_u64(const char *s, uint64_t max, uint64_t *ret)
{
	uint64_t n = 0;

	if (s[0] == '\0' || (s[0] == '0' && s[1] != '\0'))
		return -EINVAL;
	for (const char *p = s; *p != '\0'; p++)
		if (*p < '0' || *p > '9')
			return -EINVAL;
	for (; *s != '\0'; s++) {
		uint64_t digit = (uint64_t)(*s - '0');

		if (n > (UINT64_MAX - digit) / 10)
			return -ERANGE;
		n = n * 10 + digit;
	}
	if (n > max)
		return -ERANGE;
	*ret = n;
	return 0;
}

int parse_i64(const char *s, int64_t min, int64_t max, int64_t *ret)
{
	bool minus = s[0] == '-';
	uint64_t n;
	int r = parse_u64(s + minus, INT64_MAX, &n);

	if (r < 0)
		return r;
	if (minus && n == 0)
		return -EINVAL;

	int64_t v = minus ? -(int64_t)n : (int64_t)n;

	if (v < min || v > max)
		return -ERANGE;
	*ret = v;
	return 0;
}

int parse_mode(const char *s, uint32_t *ret)
{
	uint32_t mode = 0;

	if (s[0] == '\0' || strlen(s) > 5)
		return -EINVAL;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '7')
			return -EINVAL;
		mode = mode << 3 | (uint32_t)(*s - '0');
	}
	if (mode > 07777)
		return -ERANGE;
	*ret = mode;
	return 0;
}

/* Digits with an optional fraction of up to three, as thousandths; *ret_end is what follows. */
static int parse_thousandths(const char *s, uint64_t *ret, const char **ret_end)
{
	uint64_t whole = 0, part = 0, weight = 100;
	const char *p = s;

	for (; *p >= '0' && *p <= '9'; p++) {
		if (whole > UINT32_MAX)
			return -ERANGE;
		whole = whole * 10 + (uint64_t)(*p - '0');
	}
	if (p == s)
		return -EINVAL;
	if (*p == '.') {
		const char *dot = p++;

		for (; *p >= '0' && *p <= '9'; p++, weight /= 10)
			part += weight * (uint64_t)(*p - '0');
		if (p == dot + 1 || p > dot + 4)
			return -EINVAL;
	}
	*ret = whole * 1000 + part;
	*ret_end = p;
	return 0;
}

int parse_duration(const char *s, uint64_t *ret_ms)
{
	static const struct { const char *unit; uint64_t divide, times; } units[] = {
		{ "", 1, 1 }, { "ms", 1000, 1 }, { "s", 1, 1 }, { "m", 1, 60 }, { "h", 1, 3600 }, { "d", 1, 86400 },
	};
	const uint64_t ten_years_ms = 3652ULL * 86400 * 1000;
	uint64_t thousandths;
	const char *end;
	int r = parse_thousandths(s, &thousandths, &end);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (strcmp(end, units[i].unit) != 0)
			continue;
		if (thousandths > ten_years_ms * units[i].divide / units[i].times)
			return -ERANGE;
		*ret_ms = thousandths * units[i].times / units[i].divide;
		return 0;
	}
	return -EINVAL;
}

int parse_size(const char *s, uint64_t *ret_bytes)
{
	static const struct { const char *unit; unsigned shift; } units[] = {
		{ "", 0 }, { "kb", 10 }, { "mb", 20 }, { "gb", 30 },
	};
	size_t digits = strspn(s, "0123456789");
	char number[24];
	uint64_t n;

	if (digits == 0 || digits >= sizeof number)
		return -EINVAL;
	memcpy(number, s, digits);
	number[digits] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (strcasecmp(s + digits, units[i].unit) != 0)
			continue;
		int r = parse_u64(number, UINT64_MAX >> units[i].shift, &n);

		if (r == 0)
			*ret_bytes = n << units[i].shift;
		return r;
	}
	return -EINVAL;
}

int parse_yes(const char *s, bool *ret)
{
	static const char *const words[][2] = {
		{ "no", "yes" }, { "false", "true" }, { "off", "on" }, { "0", "1" },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		for (int yes = 0; yes < 2; yes++)
			if (strcasecmp(s, words[i][yes]) == 0) {
				*ret = yes;
				return 0;
			}
	return -EINVAL;
}

/* Without SIG, as signal(7) has them: not every C library can say. */
static const char *const signal_names[] = {
	[SIGHUP] = "HUP", [SIGINT] = "INT", [SIGQUIT] = "QUIT", [SIGILL] = "ILL", [SIGTRAP] = "TRAP",
	[SIGABRT] = "ABRT", [SIGBUS] = "BUS", [SIGFPE] = "FPE", [SIGKILL] = "KILL", [SIGUSR1] = "USR1",
	[SIGSEGV] = "SEGV", [SIGUSR2] = "USR2", [SIGPIPE] = "PIPE", [SIGALRM] = "ALRM", [SIGTERM] = "TERM",
	[SIGSTKFLT] = "STKFLT", [SIGCHLD] = "CHLD", [SIGCONT] = "CONT", [SIGSTOP] = "STOP", [SIGTSTP] = "TSTP",
	[SIGTTIN] = "TTIN", [SIGTTOU] = "TTOU", [SIGURG] = "URG", [SIGXCPU] = "XCPU", [SIGXFSZ] = "XFSZ",
	[SIGVTALRM] = "VTALRM", [SIGPROF] = "PROF", [SIGWINCH] = "WINCH", [SIGPOLL] = "POLL", [SIGPWR] = "PWR",
	[SIGSYS] = "SYS",
};

int parse_signal(const char *s, int *ret_signo)
{
	uint64_t n;

	if (parse_u64(s, SIGRTMAX, &n) == 0 && n > 0) {
		*ret_signo = (int)n;
		return 0;
	}
	if (strncasecmp(s, "SIG", 3) == 0)
		s += 3;
	for (size_t i = 1; i < ARRAY_LEN(signal_names); i++)
		if (signal_names[i] != NULL && strcasecmp(s, signal_names[i]) == 0) {
			*ret_signo = (int)i;
			return 0;
		}
	return -EINVAL;
}

const char *signal_name(int signo)
{
	bool is_known = signo > 0 && (size_t)signo < ARRAY_LEN(signal_names) && signal_names[signo] != NULL;

	return is_known ? signal_names[signo] : "?";
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int parse_hex(const char *s, uint8_t *ret, size_t n)
{
	if (strlen(s) != 2 * n)
		return -EINVAL;
	for (size_t i = 0; i < 2 * n; i++)
		if (hex_digit(s[i]) < 0)
			return -EINVAL;
	for (size_t i = 0; i < n; i++)
		ret[i] = (uint8_t)(hex_digit(s[2 * i]) << 4 | hex_digit(s[2 * i + 1]));
	return 0;
}

void format_hex(const uint8_t *bytes, size_t n, char *buf)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		buf[2 * i] = digits[bytes[i] >> 4];
		buf[2 * i + 1] = digits[bytes[i] & 15];
	}
	buf[2 * n] = '\0';
}
