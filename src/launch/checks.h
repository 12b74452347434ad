/*
 * The checks of preflight.c's table, P1 to P15 of the table's order. Each looks at one thing and adds what
 * is wrong to s->report; none stops the others, and none trusts that another found nothing.
 */
#ifndef LAUNCH_CHECKS_H
#define LAUNCH_CHECKS_H

struct start;

/* check_bundle.c: is the tree what was signed, and may this host run it? */
void check_manifest(struct start *s);       /* P1 */
void check_gate(struct start *s);           /* P2 */
void check_tree(struct start *s);           /* P3 to P6 */
void check_ancestors(struct start *s);      /* P7 */

/* check_program.c: can the kernel and the loader start the file? */
void check_program(struct start *s);        /* P8 */
void check_elf(struct start *s);            /* P9 */
void check_script(struct start *s);         /* P10 */

/* check_host.c: does the host have what the child needs? */
void check_needs(struct start *s);          /* P11 */
void check_environment(struct start *s);    /* P12 */
void check_directory(struct start *s);      /* P13 */
void check_folders(struct start *s);        /* P13 */

/* check_view.c: will what it sees of the file system be enough? */
void check_view(struct start *s);           /* P13 */
void check_namespaces(struct start *s);     /* P15 */

/* check_room.c: will it have room to run? */
void check_ports(struct start *s);          /* P14 */
void check_room(struct start *s);           /* P15 */

#endif
