/* What reeve exits with; reeve(8) has the same table. */
#ifndef CORE_EXIT_CODE_H
#define CORE_EXIT_CODE_H

enum exit_code {
	EXIT_DONE       = 0,    /* stopped as asked; a check found nothing */
	EXIT_FOUND      = 1,    /* a check found something */
	EXIT_USAGE      = 2,
	EXIT_NOTHING    = 70,   /* the configuration leaves nothing to run */
	EXIT_CRITICAL   = 71,   /* a critical child was given up, without an exit status of its own */
	EXIT_REFUSED    = 72,   /* a critical child was given up, as its bundle is damaged */
	EXIT_CANNOT     = 73,   /* the host refused something: the socket, memory */
};

#endif
