/*
 * Looks after log files beside the way that the bytes take: rotates those that grew old, and has
 * backups compressed, one at a time. What fails is said once and tried again after a while; the
 * writers never notice.
 */
#ifndef LOG_KEEPER_H
#define LOG_KEEPER_H

#include <sys/stat.h>

#include "log/logfile.h"
#include "log/press.h"
#include "loop/loop.h"

enum { KEEPER_RETRY_MS = 60 * 1000 };

struct keeper {
	struct loop      *loop;
	struct logfiles  *files;
	struct loop_timer timer;
	struct press      press;
	struct logfile   *pressed;  /* whose backup is being compressed; one use of it */
	struct backups    among;    /* of these, in a folder that stays open when the file is opened anew */
	struct stat       plain;    /* that backup */
};

void keeper_init(struct keeper *k, struct loop *loop, struct logfiles *files);
void keeper_done(struct keeper *k);

/* To be called when files may have changed; it is cheap when none did. */
void keeper_look(struct keeper *k);

#endif
