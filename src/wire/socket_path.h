/*
 * Where reeve listens and reevectl looks when nobody says otherwise: one list of places for both, the
 * usual one first. A container may lack any of them, and has at least the last.
 */
#ifndef WIRE_SOCKET_PATH_H
#define WIRE_SOCKET_PATH_H

#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"

/*
 * Writes the n-th place for the control socket of a reeve that runs as uid. 0: root's run folder
 * (/run/reeve/reeve.sock), anyone else's $XDG_RUNTIME_DIR/reeve.sock; runtime_dir is the variable's
 * value or NULL. 1: /tmp/reeve-UID/reeve.sock. 2, for process 1 alone: an abstract socket, @reeve-UID-N,
 * N being the number of the PID namespace, as several containers may share a network.
 * -ENAMETOOLONG for this one; -ENOENT: there are no more.
 */
int socket_path_place(unsigned n, uid_t uid, const char *runtime_dir, char *buf, size_t max) MUST_CHECK;

#endif
