#include "publish/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/own.h"
#include "base/parse.h"
#include "bundle/gate.h"
#include "publish/wrong.h"

struct draft {
	const struct options *options;
	json_t               *root;
	struct problem       *problem;
};

static const char *const own_keys[] = { "_type", "schema", "files", "payloads" };

/* What the command line says, else the machine's if it has programs. */
static const char *platform_of(const struct options *o, const struct scan *s)
{
	if (o->platform != NULL)
		return o->platform;
	return s->has_elf ? gate_platform_here() : "any";
}

/* --meta: an object whose keys are taken over. */
static int take_meta(struct draft *d)
{
	const char *file = d->options->meta;
	OWN(mem) char *text = NULL;
	json_error_t error;
	size_t len;
	int r;

	d->root = json_object();
	if (file == NULL)
		return 0;
	r = io_read_file(AT_FDCWD, file, MANIFEST_BYTES_MAX, &text, &len);
	if (r < 0)
		return wrong_errno(d->problem, r, file, "read");
	json_decref(d->root);
	d->root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(d->root))
		return wrong(d->problem, "json-syntax", file, "Write one JSON object", "line %d: %s", error.line,
		             d->root == NULL ? error.text : "not an object");
	for (size_t i = 0; i < ARRAY_LEN(own_keys); i++)
		if (json_object_get(d->root, own_keys[i]) != NULL)
			return wrong(d->problem, "meta", file, "Leave it out: pack writes it itself", "has a key \"%s\"",
			             own_keys[i]);
	return 0;
}

static void set(struct draft *d, const char *key, json_t *value)
{
	(void)json_object_set_new(d->root, key, value); /* what is missing shows when it is read back */
}

static int put_head(struct draft *d)
{
	const struct options *o = d->options;
	uint64_t seq;

	set(d, "_type", json_string("reeve-bundle"));
	set(d, "schema", json_integer(MANIFEST_SCHEMA));
	if (o->name != NULL)
		set(d, "name", json_string(o->name));
	if (o->version != NULL)
		set(d, "version", json_string(o->version));
	if (o->seq == NULL)
		return 0;
	if (parse_u64(o->seq, INT64_MAX, &seq) < 0)
		return wrong(d->problem, "seq", "--seq", "Give a number that rises with every release",
		             "\"%s\" is no whole number", o->seq);
	set(d, "seq", json_integer((json_int_t)seq));
	return 0;
}

/* "os-arch-libc" in its parts. */
static int put_platform(struct draft *d, const char *platform)
{
	static const char *const keys[] = { "os", "arch", "libc" };
	json_t *object;

	if (d->options->platform == NULL && json_object_get(d->root, "platform") != NULL)
		return 0; /* --meta says it */
	object = json_object();
	set(d, "platform", object);
	if (strcmp(platform, "any") == 0)
		platform = "any-any";
	for (size_t i = 0; i < ARRAY_LEN(keys) && *platform != '\0'; i++) {
		size_t len = strcspn(platform, "-");

		(void)json_object_set_new(object, keys[i], json_stringn(platform, len)); /* as in set() */
		platform += len + (platform[len] == '-');
	}
	if (*platform != '\0')
		return wrong(d->problem, "platform", "--platform", "Write any, or os-arch-libc as in linux-x86_64-glibc",
		             "more than three parts");
	return 0;
}

/* The array root.object.key, made as far as it is missing; NULL when --meta has something else there. */
static json_t *array_at(struct draft *d, const char *object, const char *key)
{
	json_t *outer = d->root, *array;

	if (object != NULL) {
		if (json_object_get(outer, object) == NULL)
			set(d, object, json_object());
		outer = json_object_get(outer, object);
	}
	if (json_object_get(outer, key) == NULL)
		(void)json_object_set_new(outer, key, json_array()); /* looked at below */
	array = json_object_get(outer, key);
	return json_is_array(array) ? array : NULL;
}

static int put_words(struct draft *d, const char *object, const char *key, const struct option_list *list)
{
	json_t *array;

	if (list->n == 0)
		return 0;
	array = array_at(d, object, key);
	for (size_t i = 0; i < list->n; i++)
		if (array == NULL || json_array_append_new(array, json_string(list->at[i])) < 0)
			return wrong(d->problem, "meta", object, "Make it an array in the file of --meta",
			             "\"%s\" is no list, or \"%s\" no text", key, list->at[i]);
	return 0;
}

static int put_states(struct draft *d)
{
	const struct option_list *states = &d->options->states;
	json_t *array = states->n > 0 ? array_at(d, NULL, "state") : NULL;

	for (size_t i = 0; i < states->n; i++) {
		const char *colon = strrchr(states->at[i], ':');
		json_t *state;

		if (colon == NULL || array == NULL)
			return wrong(d->problem, "state", "--state", "Write PATH:MODE, as in cache:0750", "\"%s\"",
			             states->at[i]);
		state = json_object();
		(void)json_object_set_new(state, "path", json_stringn(states->at[i], (size_t)(colon - states->at[i])));
		(void)json_object_set_new(state, "mode", json_string(colon + 1)); /* as in set(), both */
		(void)json_array_append_new(array, state);
	}
	return 0;
}

/* "words of a command" as argv; what needs quoting is what --meta is for. */
static json_t *argv_of(const char *command)
{
	json_t *argv = json_array();

	while (*(command += strspn(command, " ")) != '\0') {
		size_t len = strcspn(command, " ");

		(void)json_array_append_new(argv, json_stringn(command, len)); /* as in set() */
		command += len;
	}
	return argv;
}

static int put_entries(struct draft *d)
{
	const struct option_list *entries = &d->options->entries;

	if (entries->n > 0 && json_object_get(d->root, "entry") == NULL)
		set(d, "entry", json_object());
	for (size_t i = 0; i < entries->n; i++) {
		const char *equals = strchr(entries->at[i], '=');
		OWN(mem) char *id = equals != NULL ? strndup(entries->at[i], (size_t)(equals - entries->at[i])) : NULL;
		json_t *entry;

		if (id == NULL || id[0] == '\0' || equals[1] == '\0')
			return wrong(d->problem, "entry", "--entry", "Write ID=COMMAND, as in web=bin/web --port 80", "\"%s\"",
			             entries->at[i]);
		entry = json_object();
		(void)json_object_set_new(entry, "argv", argv_of(equals + 1)); /* as in set(), both */
		(void)json_object_set_new(json_object_get(d->root, "entry"), id, entry);
	}
	return 0;
}

static json_t *file_to_json(const struct index_entry *e)
{
	static const struct { const char *type, *mode; } kinds[] = {
		[ENTRY_FILE] = { "f", "r" }, [ENTRY_EXECUTABLE] = { "f", "x" }, [ENTRY_FOLDER] = { "d", NULL },
		[ENTRY_LINK] = { "l", NULL },
	};
	json_t *file = json_pack("{s:s, s:s}", "p", e->path, "t", kinds[e->type].type);

	if (kinds[e->type].mode != NULL) { /* what fails here shows when it is read back */
		(void)json_object_set_new(file, "m", json_string(kinds[e->type].mode));
		(void)json_object_set_new(file, "s", json_integer((json_int_t)e->size));
		(void)json_object_set_new(file, "h", json_string(digest_to_hex(&e->digest).text));
	}
	if (e->type == ENTRY_LINK)
		(void)json_object_set_new(file, "to", json_string(e->target));
	return file;
}

static void put_files(struct draft *d, const struct scan *s)
{
	json_t *files = json_array();

	for (uint32_t i = 0; i < s->n; i++)
		(void)json_array_append_new(files, file_to_json(&s->entries[i])); /* as in set() */
	set(d, "files", files);
}

static void put_payloads(struct draft *d, const struct draft_parts *parts)
{
	json_t *array = json_array();

	for (size_t i = 0; i < parts->payloads_n; i++) {
		const struct draft_payload *payload = &parts->payloads[i];

		(void)json_array_append_new(array, json_pack("{s:s, s:s, s:I, s:I, s:I}", /* as in set() */
			"media", payload_media_name(payload->media), "h", digest_to_hex(&payload->digest).text,
			"s", (json_int_t)payload->size, "u", (json_int_t)parts->scan->bytes,
			"n", (json_int_t)parts->scan->n));
	}
	set(d, "payloads", array);
}

static int put_all(struct draft *d, const struct draft_parts *parts)
{
	int r = take_meta(d);

	if (r == 0)
		r = put_head(d);
	if (r == 0)
		r = put_platform(d, platform_of(d->options, parts->scan));
	if (r == 0)
		r = put_words(d, "env", "required", &d->options->require_env);
	if (r == 0)
		r = put_words(d, "needs", "commands", &d->options->need_commands);
	if (r == 0)
		r = put_states(d);
	if (r == 0)
		r = put_entries(d);
	if (r == 0) {
		put_files(d, parts->scan);
		put_payloads(d, parts);
	}
	return r;
}

int draft_build(const struct draft_parts *parts, struct source *ret, struct problem *p)
{
	struct draft d = { .options = parts->options, .problem = p };
	struct source made = { .manifest = NULL };
	int r = put_all(&d, parts);

	if (r == 0)
		made.text = json_dumps(d.root, JSON_COMPACT);
	json_decref(d.root);
	if (r < 0)
		return r;
	if (made.text == NULL)
		return wrong_errno(p, ENOMEM, "bundle.json", "write");
	made.len = strlen(made.text);
	r = manifest_parse(made.text, made.len, NULL, &made.manifest, p);
	if (r < 0) {
		free(made.text);
		problem_remedy(p, "Change the folder or the options, and pack again");
		return -ECANCELED;
	}
	*ret = made;
	return 0;
}
