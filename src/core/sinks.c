#include "core/sinks.h"

#include <string.h>

#include "base/attr.h"
#include "core/service.h"

enum { FILE_MODE = 0640 };

static const struct texts *named(const struct service *s, bool err)
{
	return err ? &s->conf->stderr_logfile : &s->conf->stdout_logfile;
}

/* Nothing stands for reeve's own output, unless there is a logger. */
size_t sinks_count(const struct service *s, bool err)
{
	size_t n = named(s, err)->count;

	return n > 0 || s->conf->logger[0] != '\0' ? n : 1;
}

static struct log_sink file_sink(const struct service *s, bool err, const char *path)
{
	const struct service_conf *c = s->conf->service;

	return (struct log_sink){
		.kind = LOG_TO_FILE,
		.format = c->logfile_format,
		.target = path,
		.maxbytes = err ? c->stderr_maxbytes : c->stdout_maxbytes,
		.maxage_ms = c->logfile_maxage_ms,
		.backups = err ? c->stderr_backups : c->stdout_backups,
		.total = c->logfile_total,
		.compress = c->logfile_compress,
		.mode = FILE_MODE,
	};
}

struct log_sink sinks_get(const struct service *s, bool err, size_t i)
{
	const struct texts *places = named(s, err);
	const struct org_conf *org = &s->conf_owner->org;
	const char *place = i < places->count ? texts_at(places, i) : "stdout";

	if (place[0] == '/')
		return file_sink(s, err, place);
	if (strcmp(place, "syslog") == 0)
		return (struct log_sink){
			.kind = LOG_TO_SYSLOG, .target = org->syslog, .facility = s->conf->service->syslog_facility,
		};
	return (struct log_sink){
		.kind = strcmp(place, "stderr") == 0 ? LOG_TO_STDERR : LOG_TO_STDOUT, .format = org->output_format,
		.target = "",
	};
}
