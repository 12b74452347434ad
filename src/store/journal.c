#include "store/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/name.h"
#include "base/own.h"
#include "base/path.h"
#include "store/fault.h"
#include "store/json.h"
#include "sys/clock.h"

enum { REPORT_MAX = 64 * 1024 };

/* upgrades/<id>, made when missing. */
static int open_folder(struct job *j)
{
	if (!name_is_part(j->order.id))
		return fault(&j->problem, FAULT_REQUEST, j->order.id, "not an upgrade's id");

	int fd = store_folder(j->store.dir[STORE_UPGRADES], j->order.id, 0700);

	return fd < 0 ? fault_errno(&j->problem, fd, j->order.id, "cannot keep its journal") : fd;
}

static int open_journal(struct job *j)
{
	if (j->journal >= 0)
		return 0;

	OWN(fd) int folder = open_folder(j);

	if (folder < 0)
		return folder;
	j->journal = path_open_beneath(folder, "journal", O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (j->journal < 0 || fsync(folder) < 0)
		return fault_errno(&j->problem, j->journal < 0 ? j->journal : -errno, j->order.id,
		                   "cannot open its journal");
	return 0;
}

static int append(int fd, const struct store_journal *record)
{
	OWN(json) json_t *line = json_pack("{s:I s:s s:s s:s}", "wall_ms", (json_int_t)sys_wall_ms(),
	                                   "record", record->record, "child", record->child,
	                                   "detail", record->detail);
	OWN(mem) char *text = line == NULL ? NULL : json_dumps(line, JSON_COMPACT | JSON_PRESERVE_ORDER);
	int r;

	if (text == NULL)
		return -ENOMEM;
	size_t len = strlen(text);

	text[len] = '\n'; /* in the place of the NUL: one write, one line */
	r = io_write_all(fd, text, len + 1);
	return r < 0 ? r : fdatasync(fd) < 0 ? -errno : 0;
}

int journal_add(struct job *j, const struct store_journal *record)
{
	int r = open_journal(j);

	if (r < 0)
		return r;
	r = append(j->journal, record);
	return r < 0 ? fault_errno(&j->problem, r, j->order.id, "cannot write its journal") : 0;
}

int journal_add_child(struct job *j, const struct upgrade_child_row *row)
{
	json_t *object = json_from_record(&record_upgrade_child_row, row);

	if (j->children == NULL)
		j->children = json_array();
	if (json_array_append_new(j->children, object) < 0)
		return fault_errno(&j->problem, -ENOMEM, j->order.id, "cannot keep a row of the report");
	return 0;
}

/* As many rows as the report has room for; the counts in it tell of all. */
static void cut_rows(json_t *report, json_t *rows)
{
	while (json_array_size(rows) > 0 && json_dumpb(report, NULL, 0, JSON_INDENT(2)) > REPORT_MAX)
		(void)json_array_remove(rows, json_array_size(rows) - 1); /* there is one */
}

int journal_close(struct job *j, const struct upgrade_row *row)
{
	OWN(json) json_t *report = json_from_record(&record_upgrade_row, row);
	json_t *rows = j->children != NULL ? take_ptr(j->children) : json_array();
	OWN(fd) int folder = open_folder(j);
	int r;

	if (folder < 0) {
		json_decref(rows);
		return folder;
	}
	if (report == NULL || json_object_set_new(report, "children", rows) < 0)
		return fault_errno(&j->problem, -ENOMEM, j->order.id, "cannot make its report");
	cut_rows(report, rows);
	r = json_replace_file(folder, "report.json", report, 0600);
	own_fd(&j->journal);
	j->journal = -1;
	return r < 0 ? fault_errno(&j->problem, r, j->order.id, "cannot write its report") : 0;
}

/* An upgrade without a report ended with the process that did it. */
static int recover_one(int upgrades, const char *id)
{
	OWN(fd) int folder = path_open_beneath(upgrades, id, O_RDONLY | O_DIRECTORY, 0);
	struct stat st;

	if (folder < 0)
		return folder == -ENOTDIR ? 0 : folder;
	if (fstatat(folder, "report.json", &st, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;

	OWN(json) json_t *report = json_pack("{s:s s:s s:b s:s}", "id", id, "result", "interrupted", "ok", 0,
	                                     "error", "reeve ended before the upgrade did");

	return report == NULL ? -ENOMEM : json_replace_file(folder, "report.json", report, 0600);
}

int journal_recover(struct job *j)
{
	int upgrades = j->store.dir[STORE_UPGRADES];
	int fd = openat(upgrades, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWN(dir) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	int r = d == NULL ? -errno : 0;

	for (struct dirent *e; r == 0 && (e = readdir(d)) != NULL;)
		if (e->d_name[0] != '.')
			r = recover_one(upgrades, e->d_name);
	return r < 0 ? fault_errno(&j->problem, r, "upgrades", "cannot close a journal") : 0;
}
