/*
 * Where reeve listens and reevectl looks when nobody says otherwise: one answer for both.
 */
#ifndef WIRE_SOCKET_PATH_H
#define WIRE_SOCKET_PATH_H

#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"

/*
 * Writes the default path of the control socket of a reeve that runs as uid: root's is in the run
 * folder (/run/reeve/reeve.sock); anyone else's is $XDG_RUNTIME_DIR/reeve.sock, and without that
 * variable /tmp/reeve-UID/reeve.sock. runtime_dir is the variable's value or NULL. -ENAMETOOLONG.
 */
int socket_path_default(uid_t uid, const char *runtime_dir, char *buf, size_t max) MUST_CHECK;

#endif
