#include "log/keeper.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "sys/clock.h"
#include "sys/fd.h"

static void go_round(void *arg);

void keeper_init(struct keeper *k, struct loop *loop, struct logfiles *files)
{
	*k = (struct keeper){ .loop = loop, .files = files };
}

static void put_down(struct keeper *k)
{
	backups_drop_temp(&k->among);
	sys_close(k->among.dir);
	press_end(&k->press);
	list_remove(&k->pressed->link); /* the others' turn */
	list_append(&k->files->list, &k->pressed->link);
	logfile_put(k->pressed);
	k->pressed = NULL;
}

void keeper_done(struct keeper *k)
{
	loop_timer_stop(&k->timer);
	if (k->pressed != NULL)
		put_down(k);
}

static void press_failed(struct logfile *f, int error)
{
	log_event(LOG_WARN, f->path, "compress-failed", "error=\"%s\" retry_in_s=%d", strerror(-error),
	          KEEPER_RETRY_MS / 1000);
	f->press_after_ms = sys_now_ms() + KEEPER_RETRY_MS;
}

static void pressed(void *arg, int result)
{
	struct keeper *k = arg;

	if (result == 0)
		result = backups_use_temp(&k->among, &k->plain);
	if (result < 0 && result != -ENOENT) /* removed meanwhile: as good */
		press_failed(k->pressed, result);
	logfile_count_backups(k->pressed);
	put_down(k);
	go_round(k);
}

/* Opens the oldest plain backup, and what it is to become. */
static int open_both(struct keeper *k, int *ret_files)
{
	int r;

	ret_files[0] = backups_open_plain(&k->among);
	if (ret_files[0] < 0)
		return ret_files[0];
	r = fstat(ret_files[0], &k->plain) < 0 ? -errno : 0;
	ret_files[1] = r == 0 ? backups_make_temp(&k->among) : r;
	if (ret_files[1] < 0)
		sys_close(ret_files[0]);
	return ret_files[1] < 0 ? ret_files[1] : 0;
}

/* Takes up the oldest plain backup of f. 0: there is one, and it is at work. */
static int press(struct keeper *k, struct logfile *f)
{
	int files[2], r;

	k->among = logfile_backups(f);
	k->among.dir = sys_dup(f->dir);
	r = k->among.dir < 0 ? k->among.dir : open_both(k, files);
	if (r == 0) {
		k->press.fn = pressed;
		k->press.arg = k;
		r = press_start(&k->press, k->loop, files);
		if (r < 0)
			backups_drop_temp(&k->among);
	}
	if (r < 0)
		sys_close(k->among.dir);
	return r;
}

/* When the file wants one of its backups to be compressed. */
static uint64_t press_due_ms(const struct logfile *f)
{
	return f->compress && f->has_plain && f->dir >= 0 ? f->press_after_ms : UINT64_MAX;
}

static void start_press(struct keeper *k, struct logfile *f)
{
	int r = press(k, f);

	if (r == -ENOENT)
		f->has_plain = false;
	else if (r < 0)
		press_failed(f, r);
	if (r < 0)
		return;
	k->pressed = f;
	f->users++;
}

static void go_round(void *arg)
{
	struct keeper *k = arg;
	uint64_t now = sys_now_ms(), next = UINT64_MAX;

	k->files->changed = false;
	list_each(&k->files->list, it) {
		struct logfile *f = container_of(it, struct logfile, link);
		uint64_t due;

		logfile_find(f);
		if (logfile_due_ms(f) <= now)
			logfile_rotate_old(f);
		if (k->pressed == NULL && press_due_ms(f) <= now)
			start_press(k, f);
		due = k->pressed == NULL ? press_due_ms(f) : UINT64_MAX;
		due = due < logfile_due_ms(f) ? due : logfile_due_ms(f);
		next = due < next ? due : next;
	}
	if (next != UINT64_MAX)
		loop_timer_start(k->loop, &k->timer, next > now ? next - now : 0, go_round, k);
	else
		loop_timer_stop(&k->timer);
}

void keeper_look(struct keeper *k)
{
	if (k->files->changed)
		go_round(k);
}
