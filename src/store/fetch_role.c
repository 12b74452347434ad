#include "store/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/io.h"
#include "base/own.h"
#include "base/text.h"
#include "store/fault.h"
#include "store/fetch_order.h"
#include "store/role.h"
#include "store/sandbox.h"
#include "sys/clock.h"

enum {
	FD_OUT = ROLE_FIRST_FD, FD_CA, FD_CERT, FD_KEY,
	REDIRECTS_MAX = 5, HEADERS_MAX = 64 * 1024, CREDENTIAL_MAX = 1024 * 1024, TELL_EVERY_MS = 100,
	HTTP_OK = 200, HTTP_PARTIAL = 206, HTTP_RANGE = 416
};

struct fetcher {
	CURL               *curl;
	struct fetch_order  order;
	char                url[URL_MAX];      /* where we are now */
	struct curl_slist  *headers;
	uint64_t            size;              /* of the file so far */
	uint64_t            header_bytes;
	uint64_t            range_from;        /* of a 206 */
	bool                has_range;
	bool                has_begun;         /* bytes of the file came */
	bool                is_too_much;
	int                 write_error;
	char                etag[128];
	uint64_t            retry_after_ms;
	uint64_t            told_ms;
	char                error[CURL_ERROR_SIZE];
};

static int refuse(struct fetcher *f, enum fault what, bool again, const char *got)
{
	long status = 0;

	(void)curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
	role_tell(&(struct role_note){
		.done = true, .fault = what, .error = f->write_error, .where = f->url, .got = got,
		.etag = f->etag, .status = (uint32_t)status, .again = again, .pause_ms = f->retry_after_ms,
		.amount = f->size });
	return -ECANCELED;
}

/* ---- what comes ---- */

/* The value of the header line when it is this header's; NULL otherwise. */
static const char *header_value(char *line, const char *name)
{
	size_t len = strlen(name);

	if (strncasecmp(line, name, len) != 0 || line[len] != ':')
		return NULL;
	line += len + 1;
	return line + strspn(line, " \t");
}

/* Only a strong validator promises the same bytes (RFC 9110, 8.8.1). */
static void take_header(struct fetcher *f, char *line)
{
	const char *v;
	uint64_t n;

	if (text_starts_with(line, "HTTP/")) { /* the next answer: what the one before said is void */
		f->etag[0] = '\0';
		f->has_range = false;
		f->retry_after_ms = 0;
	} else if ((v = header_value(line, "etag")) != NULL) {
		if (v[0] != '"' || text_copy(f->etag, sizeof f->etag, v) < 0)
			f->etag[0] = '\0';
	} else if ((v = header_value(line, "content-range")) != NULL) {
		char *dash = text_starts_with(v, "bytes ") ? strchr(v, '-') : NULL;

		if (dash != NULL) {
			*dash = '\0';
			f->has_range = parse_u64(v + strlen("bytes "), UINT64_MAX, &f->range_from) == 0;
		}
	} else if ((v = header_value(line, "retry-after")) != NULL) {
		if (parse_u64(v, 1000000, &n) == 0) /* a date is not worth its parser: the jitter will do */
			f->retry_after_ms = n * 1000;
	}
}

static size_t on_header(char *data, size_t one, size_t n, void *arg)
{
	struct fetcher *f = arg;
	char line[1024];
	size_t len = one * n;

	f->header_bytes += len;
	if (f->header_bytes > HEADERS_MAX)
		return 0;
	if (len < sizeof line) {
		memcpy(line, data, len);
		line[len] = '\0';
		line[strcspn(line, "\r\n")] = '\0';
		take_header(f, line);
	}
	return len;
}

/* Before the first byte of a file: where does it belong? False: it is not what we asked for. */
static bool begin_file(struct fetcher *f, long status)
{
	if (status == HTTP_PARTIAL)
		return f->has_range && f->range_from == f->order.have;
	/* The whole file, although we had its beginning: start anew. */
	f->size = 0;
	if (ftruncate(FD_OUT, 0) < 0 || lseek(FD_OUT, 0, SEEK_SET) < 0) {
		f->write_error = errno;
		return false;
	}
	return true;
}

static void tell_progress(struct fetcher *f)
{
	uint64_t now = sys_now_ms();

	if (now - f->told_ms < TELL_EVERY_MS)
		return;
	f->told_ms = now;
	role_tell(&(struct role_note){ .fault = FAULT_COUNT, .amount = f->size, .total = f->order.total });
}

static size_t on_data(char *data, size_t one, size_t n, void *arg)
{
	struct fetcher *f = arg;
	size_t len = one * n;
	long status = 0;

	(void)curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != HTTP_OK && status != HTTP_PARTIAL)
		return len; /* an error's page: read past it, within curl's own limits */
	if (!f->has_begun && !begin_file(f, status))
		return 0;
	f->has_begun = true;
	/* curl's MAXFILESIZE does not count chunked answers: we do. */
	if (len > f->order.max || f->size > f->order.max - len) {
		f->is_too_much = true;
		return 0;
	}
	f->write_error = -io_write_all(FD_OUT, data, len);
	if (f->write_error != 0)
		return 0;
	f->size += len;
	tell_progress(f);
	return len;
}

/* ---- how it ended ---- */

static const struct {
	CURLcode   code;
	enum fault what;
	bool       again;
} by_code[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, FAULT_OFFLINE, true }, { CURLE_COULDNT_CONNECT, FAULT_OFFLINE, true },
	{ CURLE_OPERATION_TIMEDOUT, FAULT_SLOW, true },      { CURLE_GOT_NOTHING, FAULT_OFFLINE, true },
	{ CURLE_RECV_ERROR, FAULT_OFFLINE, true },           { CURLE_SEND_ERROR, FAULT_OFFLINE, true },
	{ CURLE_PARTIAL_FILE, FAULT_OFFLINE, true },         { CURLE_HTTP2, FAULT_OFFLINE, true },
	{ CURLE_HTTP2_STREAM, FAULT_OFFLINE, true },         { CURLE_FILESIZE_EXCEEDED, FAULT_SIZE, false },
	{ CURLE_SSL_CONNECT_ERROR, FAULT_TLS, false },       { CURLE_PEER_FAILED_VERIFICATION, FAULT_TLS, false },
	{ CURLE_SSL_CERTPROBLEM, FAULT_TLS, false },         { CURLE_SSL_CACERT_BADFILE, FAULT_TLS, false },
	{ CURLE_SSL_CIPHER, FAULT_TLS, false },              { CURLE_SSL_ISSUER_ERROR, FAULT_TLS, false },
	{ CURLE_UNSUPPORTED_PROTOCOL, FAULT_URL, false },    { CURLE_URL_MALFORMAT, FAULT_URL, false },
};

static const struct {
	long       first, last;
	enum fault what;
	bool       again;
} by_status[] = {
	{ 300, 399, FAULT_REDIRECT, false },    { 401, 401, FAULT_DENIED, false },
	{ 403, 403, FAULT_DENIED, false },      { 404, 404, FAULT_NOT_FOUND, false },
	{ 407, 407, FAULT_DENIED, false },      { 408, 408, FAULT_HTTP_STATUS, true },
	{ 410, 410, FAULT_NOT_FOUND, false },   { 416, 416, FAULT_HTTP_STATUS, true },
	{ 425, 425, FAULT_HTTP_STATUS, true },  { 429, 429, FAULT_HTTP_STATUS, true },
	{ 500, 599, FAULT_HTTP_STATUS, true },
};

static int refuse_code(struct fetcher *f, CURLcode code)
{
	const char *text = f->error[0] != '\0' ? f->error : curl_easy_strerror(code);
	char got[CURL_ERROR_SIZE + 32];

	if (f->is_too_much) {
		(void)snprintf(got, sizeof got, "more than %ju bytes", (uintmax_t)f->order.max);
		return refuse(f, FAULT_SIZE, false, got);
	}
	if (f->write_error != 0)
		return refuse(f, FAULT_STORE_IO, false, "");
	if (code == CURLE_WRITE_ERROR) { /* begin_file() did not like it */
		f->etag[0] = '\0';
		return refuse(f, FAULT_OFFLINE, true, "it answers with another range than it was asked for");
	}
	for (size_t i = 0; i < ARRAY_LEN(by_code); i++)
		if (by_code[i].code == code)
			return refuse(f, by_code[i].what, by_code[i].again, text);
	return refuse(f, FAULT_OFFLINE, false, text);
}

static int refuse_status(struct fetcher *f, long status)
{
	char got[64];

	(void)snprintf(got, sizeof got, "the registry answers %ld", status);
	if (status == HTTP_RANGE) /* what we have is no beginning of this file */
		f->etag[0] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(by_status); i++)
		if (status >= by_status[i].first && status <= by_status[i].last)
			return refuse(f, by_status[i].what, by_status[i].again, got);
	return refuse(f, FAULT_HTTP_STATUS, false, got);
}

/* ---- redirects ---- */

static bool part_is_equal(CURLU *a, CURLU *b, CURLUPart part)
{
	char *x = NULL, *y = NULL;
	bool equal = curl_url_get(a, part, &x, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	             curl_url_get(b, part, &y, CURLU_DEFAULT_PORT) == CURLUE_OK && strcasecmp(x, y) == 0;

	curl_free(x);
	curl_free(y);
	return equal;
}

/*
 * To the same place always; to another one only from https to https, and never with a certificate of
 * ours, which would tell a stranger who we are.
 */
static bool may_go(const struct fetcher *f, const char *to)
{
	CURLU *a = curl_url(), *b = curl_url();
	bool may = false;

	if (curl_url_set(a, CURLUPART_URL, f->url, 0) == CURLUE_OK && curl_url_set(b, CURLUPART_URL, to, 0) == CURLUE_OK)
		may = (part_is_equal(a, b, CURLUPART_SCHEME) && part_is_equal(a, b, CURLUPART_HOST) &&
		       part_is_equal(a, b, CURLUPART_PORT)) ||
		      (text_starts_with(f->url, "https://") && text_starts_with(to, "https://") && !f->order.has_client);
	curl_url_cleanup(a);
	curl_url_cleanup(b);
	return may;
}

/* 1: asked to go on elsewhere, and f->url is there now. */
static int follow(struct fetcher *f, int hops)
{
	char *to = NULL;
	char got[512];

	if (curl_easy_getinfo(f->curl, CURLINFO_REDIRECT_URL, &to) != CURLE_OK || to == NULL)
		return 0;
	if (hops >= REDIRECTS_MAX)
		return refuse(f, FAULT_REDIRECT, false, "too many redirects");
	if (!may_go(f, to)) {
		(void)snprintf(got, sizeof got, "it sends us to %s", to);
		return refuse(f, FAULT_REDIRECT, false, got);
	}
	if (text_copy(f->url, sizeof f->url, to) < 0)
		return refuse(f, FAULT_REDIRECT, false, "its address is too long");
	return 1;
}

/* ---- setting up ---- */

static int set_blob(CURL *curl, CURLoption option, int fd)
{
	OWN(mem) char *data = NULL;
	size_t len;
	int r = io_read_all(fd, CREDENTIAL_MAX, &data, &len);

	if (r < 0)
		return r;
	struct curl_blob blob = { data, len, CURL_BLOB_COPY };

	return curl_easy_setopt(curl, option, &blob) == CURLE_OK ? 0 : -EINVAL;
}

static int set_credentials(struct fetcher *f)
{
	int r = f->order.has_ca ? set_blob(f->curl, CURLOPT_CAINFO_BLOB, FD_CA) : 0;

	if (r == 0 && f->order.has_client)
		r = set_blob(f->curl, CURLOPT_SSLCERT_BLOB, FD_CERT);
	if (r == 0 && f->order.has_client)
		r = set_blob(f->curl, CURLOPT_SSLKEY_BLOB, FD_KEY);
	return r;
}

static int set_range(struct fetcher *f)
{
	char text[192];

	if (f->order.have == 0)
		return 0;
	(void)snprintf(text, sizeof text, "%ju-", (uintmax_t)f->order.have);
	if (curl_easy_setopt(f->curl, CURLOPT_RANGE, text) != CURLE_OK)
		return -ENOMEM;
	(void)snprintf(text, sizeof text, "If-Range: %s", f->order.etag);
	f->headers = curl_slist_append(NULL, text);
	return f->headers != NULL && curl_easy_setopt(f->curl, CURLOPT_HTTPHEADER, f->headers) == CURLE_OK ? 0 : -ENOMEM;
}

#define SET(option, value) \
	(r = r == CURLE_OK ? curl_easy_setopt(f->curl, CURLOPT_##option, value) : r)

/* ACCEPT_ENCODING is never set: what is decoded on the way escapes every limit. */
static int set_options(struct fetcher *f)
{
	const char *protocols = text_starts_with(f->order.url, "https://") ? "https" : "http";
	CURLcode r = CURLE_OK;

	SET(PROTOCOLS_STR, protocols);
	SET(FOLLOWLOCATION, 0L);
	SET(NOSIGNAL, 1L);
	SET(PROXY, "");
	SET(NETRC, (long)CURL_NETRC_IGNORED);
	SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(USERAGENT, "reeve/" PACKAGE_VERSION);
	SET(ERRORBUFFER, f->error);
	SET(CONNECTTIMEOUT_MS, (long)f->order.connect_ms);
	SET(LOW_SPEED_LIMIT, (long)f->order.slow_bytes);
	SET(LOW_SPEED_TIME, (long)f->order.slow_s);
	SET(TIMEOUT_MS, (long)f->order.fetch_ms);
	SET(MAXFILESIZE_LARGE, (curl_off_t)f->order.max);
	SET(WRITEFUNCTION, on_data);
	SET(WRITEDATA, f);
	SET(HEADERFUNCTION, on_header);
	SET(HEADERDATA, f);
	return r == CURLE_OK ? set_range(f) : -ENOMEM;
}

static int fetch_all(struct fetcher *f)
{
	for (int hops = 0;; hops++) {
		long status = 0;
		CURLcode code;
		int r;

		if (curl_easy_setopt(f->curl, CURLOPT_URL, f->url) != CURLE_OK)
			return refuse(f, FAULT_NO_MEMORY, false, "");
		code = curl_easy_perform(f->curl);
		if (code != CURLE_OK)
			return refuse_code(f, code);
		r = follow(f, hops);
		if (r == 1)
			continue;
		if (r < 0)
			return r;
		(void)curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
		return status == HTTP_OK || status == HTTP_PARTIAL ? 0 : refuse_status(f, status);
	}
}

static int fetch(struct fetcher *f)
{
	int r = set_options(f);

	if (r == 0)
		r = set_credentials(f);
	if (r < 0)
		return refuse(f, FAULT_TLS, false, "cannot use the certificates that are given");
	r = sandbox_enter(SANDBOX_FETCH, f->order.max);
	if (r < 0)
		return refuse(f, FAULT_NO_ROLE, false, "cannot give up rights");
	r = fetch_all(f);
	if (r == 0)
		role_tell(&(struct role_note){
			.done = true, .fault = FAULT_COUNT, .etag = f->etag, .amount = f->size });
	return r;
}

int fetch_role(void)
{
	OWN(mem) uint8_t *order = malloc(ROLE_ORDER_MAX);
	struct fetcher f = { .curl = NULL };
	int r = order == NULL ? -ENOMEM : role_read_order(&record_fetch_order, order, ROLE_ORDER_MAX, &f.order);

	if (r == 0)
		r = text_copy(f.url, sizeof f.url, f.order.url);
	if (r < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return 1;
	f.size = f.order.have;
	f.curl = curl_easy_init();
	r = f.curl == NULL ? -ENOMEM : fetch(&f);
	curl_easy_cleanup(f.curl);
	curl_slist_free_all(f.headers);
	curl_global_cleanup();
	return r < 0;
}
