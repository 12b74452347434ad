#include "wire/record.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

struct cursor {
	uint8_t *at;   /* written by encoding only */
	size_t   left;
	bool     bad;
};

static uint8_t *take(struct cursor *c, size_t n)
{
	uint8_t *at = c->at;

	if (c->bad || n > c->left) {
		c->bad = true;
		return NULL;
	}
	c->at += n;
	c->left -= n;
	return at;
}

static void put_bytes(struct cursor *c, const void *bytes, size_t n)
{
	uint8_t *at = take(c, n);

	if (at != NULL && n > 0)
		memcpy(at, bytes, n);
}

static void put_u32(struct cursor *c, uint32_t n)
{
	n = htole32(n);
	put_bytes(c, &n, sizeof n);
}

static void put_u64(struct cursor *c, uint64_t n)
{
	n = htole64(n);
	put_bytes(c, &n, sizeof n);
}

static void put_text(struct cursor *c, const char *s)
{
	size_t len = s != NULL ? strlen(s) : 0;

	put_u32(c, (uint32_t)len);
	put_bytes(c, s, len);
	put_bytes(c, "", 1);
}

static void get_bytes(struct cursor *c, void *ret, size_t n)
{
	const uint8_t *at = take(c, n);

	if (at != NULL)
		memcpy(ret, at, n);
}

static uint32_t get_u32(struct cursor *c)
{
	uint32_t n = 0;

	get_bytes(c, &n, sizeof n);
	return le32toh(n);
}

static uint64_t get_u64(struct cursor *c)
{
	uint64_t n = 0;

	get_bytes(c, &n, sizeof n);
	return le64toh(n);
}

static const char *get_text(struct cursor *c)
{
	uint32_t len = get_u32(c);
	const char *at = c->left > len ? (const char *)take(c, (size_t)len + 1) : NULL;

	if (at == NULL || at[len] != '\0' || memchr(at, '\0', len) != NULL) {
		c->bad = true;
		return "";
	}
	return at;
}

static void get_texts(struct cursor *c, struct texts *ret)
{
	uint32_t count = get_u32(c);
	const uint8_t *packed = c->at;

	if (count > c->left / 5) /* the least a text takes: its length and its NUL */
		c->bad = true;
	for (uint32_t i = 0; i < count && !c->bad; i++)
		(void)get_text(c); /* a bad one is remembered in the cursor */
	if (!c->bad)
		*ret = (struct texts){ packed, count, (uint32_t)(c->at - packed) };
}

static void put_problem(struct cursor *c, const struct problem *p)
{
	put_u32(c, p->class);
	put_text(c, p->code);
	put_text(c, p->path);
	put_text(c, p->expected);
	put_text(c, p->got);
	put_text(c, p->remedy);
}

static void get_short_text(struct cursor *c, char *ret, size_t max)
{
	const char *s = get_text(c);
	size_t len = strlen(s);

	if (len >= max)
		c->bad = true;
	else
		memcpy(ret, s, len + 1);
}

static void get_problem(struct cursor *c, struct problem *ret)
{
	uint32_t class = get_u32(c);

	if (class >= PROBLEM_CLASS_COUNT)
		c->bad = true;
	*ret = (struct problem){ .class = (enum problem_class)class };
	get_short_text(c, ret->code, sizeof ret->code);
	get_short_text(c, ret->path, sizeof ret->path);
	get_short_text(c, ret->expected, sizeof ret->expected);
	get_short_text(c, ret->got, sizeof ret->got);
	get_short_text(c, ret->remedy, sizeof ret->remedy);
}

static void put_field(struct cursor *c, enum field_kind kind, const void *at)
{
	const struct texts *list = at;

	switch (kind) {
	case FIELD_BOOL:    put_u32(c, *(const bool *)at); break;
	case FIELD_U32:     put_u32(c, *(const uint32_t *)at); break;
	case FIELD_I32:     put_u32(c, (uint32_t)*(const int32_t *)at); break;
	case FIELD_U64:     put_u64(c, *(const uint64_t *)at); break;
	case FIELD_DIGEST:  put_bytes(c, at, sizeof(struct digest)); break;
	case FIELD_TEXT:    put_text(c, *(const char *const *)at); break;
	case FIELD_TEXTS:   put_u32(c, list->count); put_bytes(c, list->packed, list->len); break;
	case FIELD_PROBLEM: put_problem(c, at); break;
	}
}

static void get_field(struct cursor *c, enum field_kind kind, void *ret)
{
	uint32_t flag;

	switch (kind) {
	case FIELD_BOOL:
		flag = get_u32(c);
		if (flag > 1)
			c->bad = true;
		*(bool *)ret = flag == 1;
		break;
	case FIELD_U32:     *(uint32_t *)ret = get_u32(c); break;
	case FIELD_I32:     *(int32_t *)ret = (int32_t)get_u32(c); break;
	case FIELD_U64:     *(uint64_t *)ret = get_u64(c); break;
	case FIELD_DIGEST:  get_bytes(c, ret, sizeof(struct digest)); break;
	case FIELD_TEXT:    *(const char **)ret = get_text(c); break;
	case FIELD_TEXTS:   get_texts(c, ret); break;
	case FIELD_PROBLEM: get_problem(c, ret); break;
	}
}

int record_encode(const struct record *r, const void *body, uint8_t *buf, size_t max, size_t *len)
{
	struct cursor c = { .at = buf + *len, .left = max - *len };

	for (size_t i = 0; i < r->count; i++)
		put_field(&c, r->fields[i].kind, (const char *)body + r->fields[i].at);
	if (c.bad)
		return -ENOBUFS;
	*len = (size_t)(c.at - buf);
	return 0;
}

int record_decode(const struct record *r, const uint8_t *at, size_t len, void *ret)
{
	/* Decoding only reads: the cast is there because one cursor serves both ways. */
	struct cursor c = { .at = (uint8_t *)(uintptr_t)at, .left = len };

	memset(ret, 0, r->size);
	for (size_t i = 0; i < r->count; i++)
		get_field(&c, r->fields[i].kind, (char *)ret + r->fields[i].at);
	return c.bad || c.left > 0 ? -EBADMSG : 0;
}

/* A packed text is 4 bytes of length, the bytes, a NUL; *it points at the bytes. */
bool texts_next(const struct texts *list, const char **it)
{
	const uint8_t *next;

	if (list->count == 0)
		return false;
	next = *it == NULL ? list->packed : (const uint8_t *)*it + strlen(*it) + 1;
	if (next >= list->packed + list->len)
		return false;
	*it = (const char *)next + 4;
	return true;
}

int texts_add(struct texts *list, uint8_t *buf, size_t max, const char *s)
{
	struct cursor c = { .at = buf + list->len, .left = max - list->len };

	put_text(&c, s);
	if (c.bad)
		return -ENOBUFS;
	*list = (struct texts){ buf, list->count + 1, (uint32_t)(c.at - buf) };
	return 0;
}

const char *texts_at(const struct texts *list, uint32_t i)
{
	for (const char *s = NULL; texts_next(list, &s); i--)
		if (i == 0)
			return s;
	return NULL;
}
