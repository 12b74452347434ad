/* Descriptors as queues of bytes, with the limits that real ones have. */
#include "sys/fd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fake/parts.h"

enum { FDS_MAX = 8192, FIRST_FD = 10, PIPE_MAX = 65536, SOCKET_MAX = 200000, PARCELS_MAX = 128, ATOMIC = 4096 };

/* An open file: what several descriptors may stand for. */
struct file {
	unsigned      refs;
	bool          is_socket;
	struct queue *in, *out;
};

/* Descriptors under way, with the byte they travel with. */
struct parcel {
	size_t       at;
	size_t       n;
	struct file *files[SYS_FDS_MAX];
};

struct queue {
	uint8_t      *data;
	size_t        len, max;
	bool          has_reader, has_writer;
	struct parcel parcels[PARCELS_MAX];
	size_t        parcels_n;
};

static struct file *table[FDS_MAX];

void descriptors_begin(void)
{
	memset(table, 0, sizeof table);
}

size_t world_descriptors(void)
{
	size_t n = 0;

	for (size_t i = 0; i < FDS_MAX; i++)
		n += table[i] != NULL;
	return n;
}

static struct file *get(int fd)
{
	WORLD_CHECK(fd >= 0 && fd < FDS_MAX && table[fd] != NULL, "descriptor %d is not open", fd);
	return table[fd];
}

static int put(struct file *f)
{
	for (int fd = FIRST_FD; fd < FDS_MAX; fd++)
		if (table[fd] == NULL) {
			table[fd] = f;
			return fd;
		}
	return -EMFILE;
}

static struct queue *queue_new(size_t max)
{
	struct queue *q = calloc(1, sizeof *q);

	q->data = malloc(max);
	q->max = max;
	q->has_reader = q->has_writer = true;
	return q;
}

static struct file *file_new(struct queue *in, struct queue *out, bool is_socket)
{
	struct file *f = calloc(1, sizeof *f);

	*f = (struct file){ .refs = 1, .in = in, .out = out, .is_socket = is_socket };
	return f;
}

static void file_unref(struct file *f);

static void queue_release(struct queue *q)
{
	if (q == NULL || q->has_reader || q->has_writer)
		return;
	for (size_t i = 0; i < q->parcels_n; i++)
		for (size_t k = 0; k < q->parcels[i].n; k++)
			file_unref(q->parcels[i].files[k]);
	free(q->data);
	free(q);
}

static void file_unref(struct file *f)
{
	if (--f->refs > 0)
		return;
	if (f->in != NULL)
		f->in->has_reader = false;
	if (f->out != NULL)
		f->out->has_writer = false;
	queue_release(f->in);
	queue_release(f->out);
	free(f);
}

int sys_pipe(int fds[2], enum sys_nonblock which UNUSED)
{
	struct queue *q = queue_new(PIPE_MAX);

	fds[0] = put(file_new(q, NULL, false));
	fds[1] = put(file_new(NULL, q, false));
	return 0;
}

int sys_socketpair(int fds[2])
{
	struct queue *there = queue_new(SOCKET_MAX), *back = queue_new(SOCKET_MAX);

	fds[0] = put(file_new(back, there, true));
	fds[1] = put(file_new(there, back, true));
	return 0;
}

int sys_open_null(void)
{
	return put(file_new(NULL, NULL, false));
}

int sys_listen(const char *path UNUSED, unsigned mode UNUSED)
{
	return -EOPNOTSUPP;
}

int sys_accept(int listener UNUSED)
{
	return -EOPNOTSUPP;
}

int sys_connect(const char *path UNUSED)
{
	return -EOPNOTSUPP;
}

int sys_peer(int socket UNUSED, struct sys_peer *ret UNUSED)
{
	return -EOPNOTSUPP;
}

int sys_dup(int fd)
{
	struct file *f = get(fd);

	f->refs++;
	return put(f);
}

bool sys_leaves_room(int fd UNUSED, int more UNUSED)
{
	return world_chance(900);
}

void sys_close(int fd)
{
	if (fd < 0)
		return;
	struct file *f = get(fd);

	table[fd] = NULL;
	file_unref(f);
}

/* Bytes that one read may take: up to the next parcel but the one at the front. */
static size_t readable(const struct queue *q)
{
	for (size_t i = 0; i < q->parcels_n; i++)
		if (q->parcels[i].at > 0)
			return q->parcels[i].at;
	return q->len;
}

static ssize_t take(struct queue *q, void *buf, size_t max, int *fds, size_t *fds_n)
{
	size_t n = readable(q);

	if (q->len == 0)
		return q->has_writer ? -EAGAIN : 0;
	if (n > max)
		n = max;
	memcpy(buf, q->data, n);
	if (q->parcels_n > 0 && q->parcels[0].at == 0) {
		struct parcel p = q->parcels[0];

		memmove(q->parcels, q->parcels + 1, --q->parcels_n * sizeof p);
		for (size_t k = 0; k < p.n; k++) {
			WORLD_CHECK(fds != NULL, "descriptors came where none can be taken");
			fds[(*fds_n)++] = put(p.files[k]);
		}
	}
	memmove(q->data, q->data + n, q->len - n);
	q->len -= n;
	for (size_t i = 0; i < q->parcels_n; i++)
		q->parcels[i].at -= n;
	return (ssize_t)n;
}

static ssize_t give(struct queue *q, const void *buf, size_t len, size_t atomic)
{
	size_t room = q->max - q->len;

	if (!q->has_reader)
		return -EPIPE;
	if (room == 0 || (room < len && len <= atomic))
		return -EAGAIN;
	if (len > room)
		len = room;
	memcpy(q->data + q->len, buf, len);
	q->len += len;
	return (ssize_t)len;
}

ssize_t sys_pipe_move(int from, int to)
{
	struct queue *q = get(from)->in;
	uint8_t buf[ATOMIC];
	ssize_t n = give(get(to)->out, q->data, q->len < sizeof buf ? q->len : sizeof buf, ATOMIC);

	return n > 0 ? take(q, buf, (size_t)n, NULL, NULL) : n;
}

ssize_t sys_read(int fd, void *buf, size_t max)
{
	struct file *f = get(fd);

	return f->in == NULL ? 0 : take(f->in, buf, max, NULL, NULL);
}

ssize_t sys_write(int fd, const void *buf, size_t len)
{
	struct file *f = get(fd);

	return f->out == NULL ? (ssize_t)len : give(f->out, buf, len, ATOMIC);
}

ssize_t sys_send(int socket, const void *buf, size_t len, const int *fds, size_t fds_n)
{
	struct queue *q = get(socket)->out;
	struct parcel p = { .at = q->len, .n = fds_n };
	ssize_t n;

	if (fds_n > 0 && q->parcels_n == PARCELS_MAX)
		return -EAGAIN;
	n = give(q, buf, len, 0);
	if (n <= 0 || fds_n == 0)
		return n;
	for (size_t k = 0; k < fds_n; k++) {
		p.files[k] = get(fds[k]);
		p.files[k]->refs++;
	}
	q->parcels[q->parcels_n++] = p;
	return n;
}

ssize_t sys_recv(int socket, void *buf, size_t max, int *fds, size_t *ret_n)
{
	*ret_n = 0;
	return take(get(socket)->in, buf, max, fds, ret_n);
}

bool descriptor_can_read(int fd)
{
	const struct queue *q = get(fd)->in;

	return q != NULL && (q->len > 0 || !q->has_writer);
}

bool descriptor_can_write(int fd)
{
	const struct queue *q = get(fd)->out;

	return q != NULL && (!q->has_reader || (q->len < q->max && q->parcels_n < PARCELS_MAX));
}
