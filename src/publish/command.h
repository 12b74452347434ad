/*
 * The commands of reeve-bundle. Each does its work with what the command line said, tells about it, and
 * returns nothing: what went wrong was said, and the exit status follows from that.
 */
#ifndef PUBLISH_COMMAND_H
#define PUBLISH_COMMAND_H

#include "publish/options.h"
#include "publish/say.h"

struct command {
	const char              *name, *operands, *summary, *example;
	size_t                   operands_n;
	const struct option_row *rows;
	void                   (*run)(const struct options *o, struct say *s);
};

extern const struct command command_inspect, command_keygen, command_pack, command_publish, command_sign,
	command_verify;

#endif
