/*
 * A configuration on its way from text to structs; nobody outside conf/ includes this. First all files
 * are read into drafts: sections with their values as they stand. Then the drafts are made into structs
 * kind by kind, in an order in which whatever a section may refer to is there already. A mistake marks
 * its draft bad and is told; only memory that runs out ends the whole.
 */
#ifndef CONF_LOAD_H
#define CONF_LOAD_H

#include "base/map.h"
#include "conf/arena.h"
#include "conf/conf.h"
#include "conf/expand.h"
#include "conf/keyword.h"

struct load;
struct draft;

enum section_naming { NAMED_NOT, NAMED_PART, NAMED_PATH };

/* What [kind:name] may hold, and who makes structs of it. */
struct section_kind {
	const char           *name;
	enum section_naming   naming;
	const struct keyword *rows;
	size_t                count;
	size_t                size;       /* of the struct */
	size_t                array_at;   /* where struct conf has the array of them; of the struct when NAMED_NOT */
	size_t                count_at;
	/* Fills the zeroed struct made. -EBADMSG when a mistake was told, -ENOMEM. */
	int                 (*make)(struct load *l, struct draft *d, void *made);
};

#define SECTION_ARRAY(type, member)                                                                \
	.size = sizeof(struct type), .array_at = offsetof(struct conf, member),                    \
	.count_at = offsetof(struct conf, member##_n)

/* A value as it stands in the file; no text: not set. */
struct draft_value {
	const char *text;
	uint32_t    line;
};

/* A section as it was read. */
struct draft {
	const struct section_kind *kind;
	const char                *header;  /* "service:mail" */
	const char                *name;    /* "mail" */
	const char                *file;
	const char                *here;    /* the file's folder */
	uint32_t                   line;
	uint32_t                   number;  /* in the order of reading */
	bool                       torn;    /* a line of it could not be read: what is missing may be there */
	bool                       bad;
	const void                *made;    /* the struct; NULL: not yet, or bad */
	struct draft_value        *values;  /* one for each row of the kind */
};

struct load {
	struct conf       *conf;
	struct arena      *arena;        /* the conf's */
	struct arena      *scratch;      /* goes when loading ends */
	bool               is_crowded;   /* there were more sections than may be */
	unsigned           files_n;      /* included */
	struct draft     **drafts;
	size_t             drafts_n, drafts_room;
	struct map         by_header;    /* draft by its header, which is shared in scratch */
	char *const       *environment;
	bool               included;     /* the file at hand is an included one */
	const char        *file, *here;  /* being read */
	struct draft      *draft;        /* being read; NULL: nobody's lines, */
	bool               swallow;      /* because their header was told to be wrong */
	struct conf_error *errors;
	size_t             errors_n, errors_room;
	struct child_conf *children;
	size_t             children_n, children_room;
	char              *expanded;     /* CONF_VALUE_MAX + 1 bytes, for one value at a time */
	char              *word;         /* the same, for one word */
	uint8_t           *packed;       /* LOAD_PACKED_MAX bytes, for one list at a time */
};

/* A list of one-byte words packs six bytes for every two; and some room for what is added. */
enum { LOAD_PACKED_MAX = 8 * CONF_VALUE_MAX };

/* One value on its way into its field. */
struct setting {
	struct load               *load;
	struct draft              *draft;
	const struct keyword      *row;
	const struct expand_names *names;
	const char                *text;
	uint32_t                   line;
};

/* The kinds, in the order in which they are made. */
extern const struct section_kind section_include, section_reeve, section_registry, section_bundle,
	section_workspace, section_service;

enum { ROWS_MAX = 128 };   /* keywords of one kind */

/* The kind with the name of these len bytes; NULL when there is none. */
const struct section_kind *load_kind(const char *name, size_t len);

/* Tells a mistake. 0, or -ENOMEM. */
int load_mistake(struct load *l, const struct conf_error *at, const char *format, ...)
	PRINTF_LIKE(3, 4) MUST_CHECK;

/* Tells a mistake in a draft, which is bad from then on. -EBADMSG, or -ENOMEM. */
int draft_refuse(struct load *l, struct draft *d, uint32_t line, const char *code,
                 const char *format, ...) PRINTF_LIKE(5, 6) MUST_CHECK;

/* The same about the setting at hand. */
int setting_refuse(struct setting *s, const char *code, const char *format, ...)
	PRINTF_LIKE(3, 4) MUST_CHECK;

/* Where a keyword of the draft's kind is set; 0: it is not. */
uint32_t draft_line(const struct draft *d, const char *keyword);

/* What it is set to, as it stands in the file; "": it is not. */
const char *draft_text(const struct draft *d, const char *keyword);

/*
 * Fills the fields of one owner in the struct into: what is set, else the fallback. A bad value is
 * told and its field has the fallback. 0, -EBADMSG when something was bad, -ENOMEM.
 */
int load_fields(struct setting *s, enum keyword_owner owner, void *into) MUST_CHECK;

/* The same for a section as a whole, with the names that stand outside children. */
int load_section(struct load *l, struct draft *d, void *into) MUST_CHECK;

/* Expands text into load->expanded; a mistake is told. */
int setting_expand(struct setting *s, const char *text, const char **ret) MUST_CHECK;

/*
 * The struct that [kind:name] was made into, for the setting at hand. A section that is not there, or
 * is bad, is told with the nearest name.
 */
int setting_find(struct setting *s, const char *kind, const char *name,
                 const void **ret) MUST_CHECK;

/* Makes the children of one service; all of them or none. */
int load_children(struct load *l, struct draft *d, const struct service_conf *service) MUST_CHECK;

/*
 * Finds the logger of every child, and those that share a file without agreeing on it. What is wrong
 * with a service takes its children out of the conf, with those that log to them.
 */
int load_loggers(struct load *l) MUST_CHECK;

/* Packs one more text into a list that is being built in load->packed. -ENOBUFS. */
static inline MUST_CHECK int load_pack(struct load *l, struct texts *list, const char *s)
{
	return texts_add(list, l->packed, LOAD_PACKED_MAX, s);
}

/* The list built in load->packed, as it stays. */
int load_packed(struct load *l, const struct texts *list, struct texts *ret) MUST_CHECK;

/* The draft with this header; NULL when there is none. Between the passes and after. */
struct draft *load_find(const struct load *l, const char *header);

/* Where a kind stands in the order of making. */
size_t load_kind_order(const struct section_kind *kind);

/* Adds an empty section, as if it stood at that line of the file at hand. */
int draft_add(struct load *l, const struct section_kind *kind, const char *header,
              uint32_t line) MUST_CHECK;

/* Reads text into drafts; name is the file's. */
int draft_read(struct load *l, const char *text, size_t len, const char *name) MUST_CHECK;

/* Reads the main file and what it includes. Negative when the main file cannot be had; why says so. */
int source_read_main(struct load *l, const char *path, struct problem *why) MUST_CHECK;

/* Tells every [include] of a text that came from no file. */
int source_refuse_includes(struct load *l) MUST_CHECK;

/* What to tell about a main file that cannot be had. */
void source_problem(struct problem *why, const char *path, int error);

#endif
