#include "store/mark.h"

#include <errno.h>

#include "base/own.h"
#include "base/text.h"
#include "store/json.h"

int mark_load(int place, struct mark *ret)
{
	OWN(json) json_t *j = NULL;
	struct mark m = { .seq = 0 };
	const char *channel = "";
	int r = json_read_file(place, "state.json", &j);

	if (r == 0)
		r = json_get_u64(j, "seq", &m.seq);
	if (r == 0)
		r = json_get_digest(j, "digest", &m.digest);
	if (r == 0)
		r = json_get_bool(j, "signed", &m.is_signed);
	if (r == 0)
		r = json_get_u64(j, "checked_ms", &m.checked_ms);
	if (r == 0)
		r = json_get_u64(j, "rev", &m.rev);
	if (r == 0)
		r = json_get_text(j, "channel", &channel);
	if (r == 0 && text_copy(m.channel, sizeof m.channel, channel) < 0)
		r = -EBADMSG;
	if (r == 0 || r == -ENOENT)
		*ret = m;
	return r == -ENOENT ? 0 : r;
}

int mark_save(int place, const struct mark *m)
{
	OWN(json) json_t *j = json_pack("{s:I s:o s:b s:I s:s s:I}", "seq", (json_int_t)m->seq,
	                                "digest", json_from_digest(&m->digest), "signed", (int)m->is_signed,
	                                "checked_ms", (json_int_t)m->checked_ms,
	                                "channel", m->channel, "rev", (json_int_t)m->rev);

	return j == NULL ? -ENOMEM : json_replace_file(place, "state.json", j, 0644);
}
