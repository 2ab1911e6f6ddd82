/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope history --exact`: every value of the journal as it was measured. */
#include <string.h>

#include "base/nstime.h"
#include "cmd/history.h"
#include "present/csv.h"
#include "store/journal.h"

struct export
{
	const struct history_run *run;
	struct output out;
	char names[HISTORY_CHOICES_MAX][HISTORY_TARGET_MAX]; /* as the journal has them */
};

static bool is_chosen(const struct export *x, const char *target, const char *name)
{
	for (size_t i = 0; i < x->run->n; i++)
		if (strcmp(target, x->names[i]) == 0 && strcmp(name, x->run->choices[i].series->name) == 0)
			return true;
	return !x->run->n;
}

static bool put(void *arg, int64_t time_ns, const char *target, const char *name, double value)
{
	struct export *x = arg;
	struct buf *b = &x->out.buf;
	char time[NSTIME_TEXT_MAX];

	if (!is_chosen(x, target, name))
		return true;
	nstime_rfc3339(time_ns, time);
	buf_str(b, time);
	buf_char(b, ',');
	csv_text(b, target, strlen(target));
	buf_char(b, ',');
	csv_text(b, name, strlen(name));
	buf_printf(b, ",%.12g\n", value);
	return !output_broken(&x->out);
}

int history_export(const struct history_run *r)
{
	struct export x = { .run = r };
	struct journal_reader reader = { .point = put, .arg = &x };
	const char *path = r->s.output && strcmp(r->s.output, "-") != 0 ? r->s.output : NULL;
	int status = output_open(&x.out, r->self, path, r->s.color);

	if (status)
		return status;
	for (size_t i = 0; i < r->n; i++)
		journal_name(r->choices[i].target, x.names[i]);
	buf_str(&x.out.buf, "time,target,series,value\n");
	enum err e = journal_read(r->s.store, r->from_ns, r->to_ns, &reader);
	if (e && e != ERR_END) {
		command_error(r->self, "cannot read '%s': %s", r->s.store, err_text(e));
		status = STATUS_FAILED;
	} else {
		status = history_tell_damage(r, &(struct history_damage){ reader.n_bad, reader.n_lines,
									  reader.n_damaged_days,
									  reader.first_damaged });
	}
	return output_finish(&x.out, status);
}
