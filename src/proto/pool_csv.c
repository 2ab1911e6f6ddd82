/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/pool_csv.h"

#include <string.h>

#include "base/nstime.h"

enum column { EPOCH, TIME, OFFSET, STEP, SCORE, MONITOR };

enum { FIELDS_MAX = 24 };

static const char *const names[POOL_COLUMNS] = {
	"ts_epoch", "ts", "offset", "step", "score", "monitor_name"
};

struct field {
	const char *at;
	size_t len;
};

/* Apart by commas; a field in quotes may hold some.  What is in them stays as it is. */
static size_t split(const char *line, size_t len, struct field out[FIELDS_MAX])
{
	size_t n = 0, i = 0;

	while (i <= len && n < FIELDS_MAX) {
		bool is_quoted = i < len && line[i] == '"';
		size_t begin = i + is_quoted;
		for (i = begin; i < len && line[i] != (is_quoted ? '"' : ','); i++)
			;
		out[n++] = (struct field){ line + begin, i - begin };
		while (i < len && line[i] != ',')
			i++;
		i++;
	}
	return n;
}

static size_t without_return(const char *line, size_t len)
{
	return len && line[len - 1] == '\r' ? len - 1 : len;
}

static bool is_word(const struct field *f, const char *word)
{
	return f->len == strlen(word) && memcmp(f->at, word, f->len) == 0;
}

bool pool_csv_begin(struct pool_csv *out, const char *line, size_t len)
{
	struct field f[FIELDS_MAX];
	size_t n = split(line, without_return(line, len), f);

	*out = (struct pool_csv){ 0 };
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < POOL_COLUMNS; k++)
			if (is_word(&f[i], names[k]) && !out->column[k])
				out->column[k] = (unsigned char)(i + 1);
	out->is_known = (out->column[EPOCH] || out->column[TIME]) && out->column[STEP] && out->column[SCORE];
	return out->is_known;
}

static const struct field *field(const struct pool_csv *c, enum column k, const struct field *f, size_t n)
{
	static const struct field none = { "", 0 };

	return c->column[k] && c->column[k] <= n ? &f[c->column[k] - 1] : &none;
}

static bool read_time(const struct field *epoch, const struct field *date, int64_t *out)
{
	char text[NSTIME_TEXT_MAX];
	double s;

	if (stats_number(epoch->at, epoch->len, &s) && s > 1e9 && s < 9e9) {
		*out = (int64_t)s * NS_PER_S;
		return true;
	}
	if (date->len < 19 || date->len + 2 > sizeof(text))
		return false;
	memcpy(text, date->at, date->len);
	memcpy(text + date->len, "Z", 2);
	text[10] = 'T';
	return nstime_parse(text, out);
}

static void add(struct stats_line *out, const char *series, const struct field *f)
{
	double v;

	if (stats_number(f->at, f->len, &v))
		out->at[out->n++] = (struct stats_value){ series, v };
}

enum stats_kind pool_csv_line(const struct pool_csv *c, const char *line, size_t len, struct stats_line *out)
{
	struct field f[FIELDS_MAX];
	size_t n = split(line, without_return(line, len), f);

	*out = (struct stats_line){ .kind = STATS_NONE };
	if (n == 1 && !f[0].len)
		return STATS_NONE;
	const struct field *monitor = field(c, MONITOR, f, n);
	bool good = read_time(field(c, EPOCH, f, n), field(c, TIME, f, n), &out->time_ns);
	if (good && monitor->len && !is_word(monitor, "recentmedian")) {
		good = stats_name(monitor->at, monitor->len, out);
		out->is_part = true;
	}
	/* A check without an answer has no offset: a gap. */
	add(out, "offset_s", field(c, OFFSET, f, n));
	add(out, "pool_step", field(c, STEP, f, n));
	add(out, "pool_score", field(c, SCORE, f, n));
	if (good && out->n)
		out->kind = STATS_POOL;
	else
		*out = (struct stats_line){ .kind = STATS_BAD };
	return out->kind;
}
