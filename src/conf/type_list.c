#include "conf/type.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/name.h"
#include "base/parse.h"
#include "conf/load.h"
#include "conf/quote.h"

static bool has(const struct texts *list, const char *text)
{
	for (const char *s = NULL; texts_next(list, &s);)
		if (strcmp(s, text) == 0)
			return true;
	return false;
}

int type_add_once(struct setting *s, struct texts *list, const char *item)
{
	if (has(list, item))
		return setting_refuse(s, "E-DUP", "%s names %.64s twice", s->row->name, item);
	return load_pack(s->load, list, item);
}

static int refuse_many(struct setting *s)
{
	return setting_refuse(s, "E-LIMIT", "%s has more than %d items", s->row->name,
	                      CONF_ITEMS_MAX);
}

int type_parse_items(struct setting *s, void *field, type_take_item *take)
{
	struct load *l = s->load;
	struct texts list = { .count = 0 };
	const char *at = s->text;

	for (;;) {
		struct text word;
		int r;

		at += strspn(at, ", \t\n");
		text_init(&word, l->word, CONF_VALUE_MAX + 1);
		r = quote_next(&at, ",", &word);
		if (r == 0)
			return load_packed(l, &list, field);
		if (r > 0 && list.count == CONF_ITEMS_MAX)
			return refuse_many(s);
		if (r > 0)
			r = take(s, &list, word.at);
		if (r < 0)
			return r;
	}
}

static int parse_words(struct setting *s, void *field)
{
	struct load *l = s->load;
	struct texts list = { .count = 0 };
	const char *at = s->text;
	int r;

	for (;;) {
		struct text word;

		text_init(&word, l->word, CONF_VALUE_MAX + 1);
		r = quote_next(&at, "", &word);
		if (r == 0)
			break;
		if (r > 0)
			r = load_pack(l, &list, word.at);
		if (r < 0)
			return setting_refuse(
				s, "E-CMD", "a quote is never closed, or a backslash stands last");
	}
	if (list.count == 0 || texts_at(&list, 0)[0] == '\0')
		return setting_refuse(s, "E-CMD", "%s names no program", s->row->name);
	return load_packed(l, &list, field);
}

const struct keyword_type type_words = {
	.expects = "a program and its arguments, quoted as for a shell, without a shell",
	.code = "E-CMD",
	.size = sizeof(struct texts),
	.parse = parse_words,
};

static int take_path(struct setting *s, struct texts *list, const char *item)
{
	const char *path;
	int r = type_make_path(s, item, &path);

	return r < 0 ? r : type_add_once(s, list, path);
}

static int parse_paths(struct setting *s, void *field)
{
	return type_parse_items(s, field, take_path);
}

const struct keyword_type type_paths = {
	.expects = "paths such as main.pub, /etc/k/2.pub",
	.size = sizeof(struct texts),
	.parse = parse_paths,
};

static int take_name(struct setting *s, struct texts *list, const char *item)
{
	return name_is_part(item) ? type_add_once(s, list, item) : -EINVAL;
}

static int parse_names(struct setting *s, void *field)
{
	return type_parse_items(s, field, take_name);
}

const struct keyword_type type_names = {
	.expects = "names of a-z, 0-9, dot, dash and underscore, such as acme, globex",
	.size = sizeof(struct texts),
	.parse = parse_names,
};

/* "user:alice", "group:ops", "uid:0", "gid:0". */
static int take_principal(struct setting *s, struct texts *list, const char *item)
{
	static const struct { const char *prefix; bool number; } kinds[] = {
		{ "user:", false }, { "group:", false }, { "uid:", true }, { "gid:", true },
	};
	uint64_t id;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const char *rest = item + strlen(kinds[i].prefix);

		if (!text_starts_with(item, kinds[i].prefix))
			continue;
		if (kinds[i].number ? parse_u64(rest, UINT32_MAX - 1, &id) < 0
		                    : !type_is_account(rest) || *rest <= '9')
			return -EINVAL;
		return type_add_once(s, list, item);
	}
	return -EINVAL;
}

static int parse_principals(struct setting *s, void *field)
{
	return type_parse_items(s, field, take_principal);
}

const struct keyword_type type_principals = {
	.expects = "accounts such as user:alice, group:ops, uid:1000, gid:100",
	.size = sizeof(struct texts),
	.parse = parse_principals,
};

static int take_group(struct setting *s, struct texts *list, const char *item)
{
	return type_is_account(item) ? type_add_once(s, list, item) : -EINVAL;
}

/* Nothing behind the equals sign is an empty list, told from none at all by a group that has no name. */
static int parse_groups(struct setting *s, void *field)
{
	struct texts *groups = field, nobody = { .count = 0 };
	int r = type_parse_items(s, groups, take_group);

	if (r < 0 || groups->count > 0)
		return r;
	r = load_pack(s->load, &nobody, "");
	return r < 0 ? r : load_packed(s->load, &nobody, groups);
}

const struct keyword_type type_groups = {
	.expects = "groups such as www-data, ssl-cert, or nothing for none",
	.size = sizeof(struct texts),
	.parse = parse_groups,
};

/* Bytes of the variable's name at s (POSIX XBD 8.1); 0 when there is none. */
static size_t variable_name(const char *s)
{
	static const char name[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz0123456789";

	return *s >= '0' && *s <= '9' ? 0 : strspn(s, name);
}

static int take_variable_name(struct setting *s, struct texts *list, const char *item)
{
	size_t len = variable_name(item);

	return len > 0 && item[len] == '\0' ? type_add_once(s, list, item) : -EINVAL;
}

static int parse_variable_names(struct setting *s, void *field)
{
	return type_parse_items(s, field, take_variable_name);
}

const struct keyword_type type_variable_names = {
	.expects = "names of variables such as TOKEN, DB_URL",
	.size = sizeof(struct texts),
	.parse = parse_variable_names,
};

static bool has_variable(const struct texts *list, const char *pair, size_t name_len)
{
	for (const char *s = NULL; texts_next(list, &s);)
		if (strncmp(s, pair, name_len + 1) == 0)
			return true;
	return false;
}

/*
 * One KEY=value at *at, expanded after its quotes are gone: what comes in cannot become another
 * variable.
 */
static int take_variable(struct setting *s, const char **at, struct texts *list)
{
	struct load *l = s->load;
	size_t len = variable_name(*at);
	const char *name = *at;
	struct text pair, value, why;
	char why_buf[200];

	if (len == 0 || name[len] != '=')
		return -EINVAL;
	text_init(&pair, l->word, CONF_VALUE_MAX + 1);
	text_init(&value, l->expanded, CONF_VALUE_MAX + 1);
	text_init(&why, why_buf, sizeof why_buf);
	text_add_bytes(&pair, name, len + 1);
	*at += len + 1;
	if (strchr(" \t\n", **at) == NULL && quote_next(at, ",", &value) < 0)
		return setting_refuse(s, "E-VALUE", "a quote in the value of %.*s is never closed",
		                      (int)len, name);
	if (expand_add(&pair, value.at, s->names, &why) < 0)
		return setting_refuse(s, "E-EXPAND", "%.*s: %s", (int)len, name, why.at);
	if (has_variable(list, pair.at, len))
		return setting_refuse(s, "E-DUP", "%s sets %.*s twice", s->row->name, (int)len,
		                      name);
	return load_pack(l, list, pair.at);
}

static int parse_variables(struct setting *s, void *field)
{
	static const char blanks[] = " \t\n";
	struct texts list = { .count = 0 };
	const char *at = s->text + strspn(s->text, blanks);

	while (*at != '\0') {
		int r = list.count < CONF_ITEMS_MAX ? take_variable(s, &at, &list) : refuse_many(s);

		if (r < 0)
			return r;
		at += strspn(at, blanks);
		if (*at != ',' && *at != '\0')
			return -EINVAL;
		at += *at == ',';
		at += strspn(at, blanks);
	}
	return load_packed(s->load, &list, field);
}

const struct keyword_type type_variables = {
	.expects = "variables such as A=1,B=\"2 3\"",
	.size = sizeof(struct texts),
	.raw = true,
	.parse = parse_variables,
};

/* A number or size, or "unlimited", up to the byte stop. */
static int take_limit(const char **at, char stop, uint64_t *ret, struct text *out)
{
	const char *end = strchrnul(*at, stop);
	char number[32];
	size_t len = (size_t)(end - *at);

	if (len >= sizeof number)
		return -EINVAL;
	memcpy(number, *at, len);
	number[len] = '\0';
	*at = end + (*end != '\0');
	if (strcmp(number, "unlimited") == 0) {
		*ret = UINT64_MAX;
		text_add(out, number);
		return 0;
	}
	if (parse_size(number, ret) < 0)
		return -EINVAL;
	text_addf(out, "%" PRIu64, *ret);
	return 0;
}

/* "soft:hard" or one value for both, behind the limit's name and those that came before it. */
static int parse_rlimit(struct setting *s, void *field)
{
	struct texts *limits = field, list = { .count = 0 };
	const char *at = s->text;
	char buf[128];
	struct text limit;
	uint64_t soft, hard;
	int r;

	text_init(&limit, buf, sizeof buf);
	text_addf(&limit, "%s=", s->row->name + strlen("rlimit_"));
	r = take_limit(&at, ':', &soft, &limit);
	hard = soft;
	if (r == 0 && strchr(s->text, ':') != NULL) {
		text_add(&limit, ":");
		r = take_limit(&at, '\0', &hard, &limit);
	}
	if (r < 0)
		return r;
	if (soft > hard)
		return setting_refuse(s, "E-VALUE",
		                      "the soft limit is above the hard one: write soft:hard");
	for (const char *old = NULL; r == 0 && texts_next(limits, &old);)
		r = load_pack(s->load, &list, old);
	if (r == 0)
		r = load_pack(s->load, &list, limit.at);
	return r < 0 ? r : load_packed(s->load, &list, limits);
}

const struct keyword_type type_rlimit = {
	.expects = "a limit such as 1024, 1024:4096 or unlimited",
	.size = sizeof(struct texts),
	.parse = parse_rlimit,
};

static int take_capability(struct setting *s, struct texts *list, const char *item)
{
	char name[NAME_PART_MAX + 1];
	size_t len = strcspn(item, "=");

	if (len > NAME_PART_MAX || item[len] != '=' || item[len + 1] == '\0')
		return -EINVAL;
	memcpy(name, item, len);
	name[len] = '\0';
	return name_is_part(name) ? type_add_once(s, list, item) : -EINVAL;
}

static int parse_capabilities(struct setting *s, void *field)
{
	return type_parse_items(s, field, take_capability);
}

const struct keyword_type type_capabilities = {
	.expects = "capabilities such as fuse=3, overlay=1",
	.size = sizeof(struct texts),
	.parse = parse_capabilities,
};

/* The words for places that are no file; the ways to write a descriptor of ours as supervisord has them. */
static const char *place_of(const char *item)
{
	static const struct { const char *word, *place; } places[] = {
		{ "stdout", "stdout" }, { "/dev/stdout", "stdout" }, { "/dev/fd/1", "stdout" },
		{ "stderr", "stderr" }, { "/dev/stderr", "stderr" }, { "/dev/fd/2", "stderr" },
		{ "syslog", "syslog" }, { "none", "none" }, { "off", "none" },
	};

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (strcasecmp(item, places[i].word) == 0)
			return places[i].place;
	return NULL;
}

static int take_sink(struct setting *s, struct texts *list, const char *item)
{
	const char *place = place_of(item);
	int r = 0;

	if (strcasecmp(item, "auto") == 0)
		return setting_refuse(s, "E-VALUE", "%s = %s is not known here: it takes %s", s->row->name, item,
		                      s->row->type->expects);
	if (list->count == CONF_SINKS_MAX)
		return setting_refuse(s, "E-LIMIT", "%s names more than %d places", s->row->name, CONF_SINKS_MAX);
	if (place == NULL)
		r = type_make_path(s, item, &place);
	return r < 0 ? r : type_add_once(s, list, place);
}

static int parse_logfile(struct setting *s, void *field)
{
	struct texts *sinks = field;
	int r = type_parse_items(s, sinks, take_sink);

	if (r == 0 && sinks->count > 1 && has(sinks, "none"))
		return setting_refuse(s, "E-VALUE", "%s says none and another place: leave one of them out",
		                      s->row->name);
	return r;
}

const struct keyword_type type_logfile = {
	.expects = "paths, stdout, stderr and syslog, or none alone, or nothing for stdout",
	.size = sizeof(struct texts),
	.parse = parse_logfile,
};
