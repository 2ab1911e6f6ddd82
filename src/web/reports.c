/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/reports.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/nstime.h"
#include "present/report.h"
#include "present/report_html.h"
#include "web/report_charts.h"
#include "web/web_private.h"

enum { REPORT_TOP = 10, REPORT_WORST = 3, COLUMNS = 100 };

void reports_init(struct reports *r)
{
	*r = (struct reports){ .child = -1, .pipe = -1 };
}

/* ---- the child ----------------------------------------------------------------------------------- */

/* Whatever a hosts file may not hold is no name here either. */
static void add_name(const struct web *w, struct buf *text, const struct addr *a)
{
	char line[ADDR_TEXT_MAX + HOSTS_NAME_MAX + 2], ip[ADDR_TEXT_MAX];
	const char *name = web_name(w, a), *why;
	struct hosts alone = { 0 };
	unsigned number;

	if (!name || !name[0] || strlen(name) >= HOSTS_NAME_MAX)
		return;
	addr_text(a, ip);
	int len = snprintf(line, sizeof(line), "%s %s\n", ip, name);
	if (hosts_parse(&alone, line, (size_t)len, &number, &why) == ERR_OK)
		buf_add(text, line, (size_t)len);
	hosts_release(&alone);
}

/* The names that the report will ask for, as a hosts file. */
static enum err name_them(const struct web *w, const struct report *report, struct hosts *hosts)
{
	struct client_info c;
	struct buf text;
	unsigned line;
	const char *why;
	enum err e = buf_init(&text, -1);

	for (size_t i = 0; !e && i < report->n_listed; i++) {
		census_client(report->census, report->top[i], &c);
		add_name(w, &text, &c.addr);
	}
	for (size_t i = 0; !e && i < census_n_servers(report->census); i++)
		add_name(w, &text, &census_server(report->census, i)->addr);
	if (!e && !(e = text.err))
		e = hosts_parse(hosts, text.data, text.len, &line, &why);
	return e;
}

/* In a child nothing of live.h works but live_points_frozen() and live_census(). */
static enum err write_report(struct web *w, const struct report_job *job, const struct source_info *source,
			     struct buf *out)
{
	struct hosts hosts = { 0 };
	struct census *census = NULL;

	struct report_charts charts = { 0 };
	struct report_graphs graphs;
	bool drawn = false;

	enum err e = job->kind == REPORT_HTML ? report_charts_take(&charts, w->live, job->span) : ERR_OK;
	if (!e)
		e = live_census(w->live, job->span, &census);
	if (e)
		return e;
	if (job->kind == REPORT_HTML)
		drawn = report_charts_make(&charts, census, &graphs);
	struct report report = {
		.census = census,
		.hosts = &hosts,
		.source = *source,
		.n_top = REPORT_TOP,
		.n_worst = REPORT_WORST,
		.columns = COLUMNS,
		.full = true,
	};
	report.source.n_frames = census_tally(census)->n_frames;
	report.source.n_bytes = census_tally(census)->n_bytes;
	e = report_init(&report);
	if (!e)
		e = name_them(w, &report, &hosts);
	if (!e && job->kind == REPORT_HTML)
		e = report_html(&report, drawn ? &graphs : NULL, out);
	else if (!e && job->kind == REPORT_JSON)
		report_json(&report, out);
	else if (!e)
		report_text(&report, out, false);
	return e ? e : buf_flush(out);
}

/* Nothing of the parent's may be kept open by its copies here: a client would wait for the end of its
 * connection. */
static void only_keep(int fd)
{
	if (fd > 3)
		close_range(3, (unsigned)fd - 1, 0);
	close_range(fd < 3 ? 3 : (unsigned)fd + 1, ~0u, 0);
}

static _Noreturn void be_child(struct web *w, const struct report_job *job, const struct source_info *source,
			       int fd)
{
	struct buf out;

	only_keep(fd);
	signal(SIGTERM, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	enum err e = buf_init(&out, fd);
	if (!e)
		e = write_report(w, job, source, &out);
	_exit(e ? 1 : 0);
}

/* ---- the parent ---------------------------------------------------------------------------------- */

static void resume(struct report_job *job, enum report_job_state state)
{
	job->state = state;
	if (job->connection)
		MHD_resume_connection(job->connection);
	job->connection = NULL;
}

static void start(struct web *w, struct report_job *job)
{
	struct reports *r = &w->reports;
	struct row_writer about;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0) {
		resume(job, REPORT_FAILED);
		return;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	row_writer_init(&about, w, NULL, CLIENTS_JSON);
	live_freeze(w->live);
	pid_t child = fork();
	if (child == 0)
		be_child(w, job, &about.source, ends[1]);
	live_thaw(w->live);
	close(ends[1]);
	struct epoll_event e = { .events = EPOLLIN, .data.fd = ends[0] };
	if (child < 0 || buf_init(&job->bytes, -1) || epoll_ctl(w->epoll, EPOLL_CTL_ADD, ends[0], &e) != 0) {
		if (child > 0) {
			kill(child, SIGKILL);
			waitpid(child, NULL, 0);
		}
		close(ends[0]);
		resume(job, REPORT_FAILED);
		return;
	}
	job->state = REPORT_RUNS;
	r->running = job;
	r->child = child;
	r->pipe = ends[0];
	r->started_ns = clock_monotonic_ns();
}

static struct report_job *next_job(struct reports *r)
{
	struct report_job *next = NULL;

	for (size_t i = 0; i < REPORTS_WAITING; i++)
		if (r->at[i].state == REPORT_WAITS && (!next || r->at[i].order < next->order))
			next = &r->at[i];
	return next;
}

/* One that cannot be started has failed, and must not keep those behind it. */
static void start_next(struct web *w)
{
	struct report_job *job;

	while (!w->reports.running && (job = next_job(&w->reports)))
		start(w, job);
}

/* The child has said all that it will. */
static void finish(struct web *w, bool good)
{
	struct reports *r = &w->reports;
	struct report_job *job = r->running;
	int status = 0;

	if (!good)
		kill(r->child, SIGKILL);
	while (waitpid(r->child, &status, 0) < 0 && errno == EINTR)
		;
	close(r->pipe);
	r->pipe = r->child = -1;
	r->running = NULL;
	good = good && WIFEXITED(status) && WEXITSTATUS(status) == 0 && !job->bytes.err;
	if (!good)
		web_log(w, true, "a report could not be made");
	resume(job, good ? REPORT_DONE : REPORT_FAILED);
	start_next(w);
}

void reports_readable(struct web *w, int fd)
{
	struct reports *r = &w->reports;

	while (r->running && fd == r->pipe) {
		char *to = buf_room(&r->running->bytes, 1 << 16);
		ssize_t n = to && r->running->bytes.len < REPORT_BYTES_MAX ? read(fd, to, 1 << 16) : 0;
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0)
			finish(w, n == 0 && to && r->running->bytes.len < REPORT_BYTES_MAX);
		else
			buf_wrote(&r->running->bytes, (size_t)n);
	}
}

void reports_expire(struct web *w, int64_t now_ns)
{
	struct reports *r = &w->reports;

	if (r->running && (!r->running->connection || now_ns - r->started_ns > REPORT_SECONDS_MAX * NS_PER_S))
		finish(w, false);
}

void report_job_leave(struct reports *r, struct report_job *job)
{
	job->connection = NULL;
	if (job == r->running)
		return; /* until its child has ended: reports_expire() */
	buf_release(&job->bytes);
	*job = (struct report_job){ 0 };
}

void reports_end(struct web *w)
{
	struct reports *r = &w->reports;

	for (size_t i = 0; i < REPORTS_WAITING; i++)
		if (r->at[i].state == REPORT_WAITS)
			resume(&r->at[i], REPORT_FAILED);
	if (r->running)
		finish(w, false);
}

/* ---- the request --------------------------------------------------------------------------------- */

static enum MHD_Result answer(struct request *r, struct report_job *job)
{
	static const char *const types[] = { "text/html; charset=utf-8", "application/json",
					     "text/plain; charset=utf-8" };
	struct buf bytes = job->bytes;
	enum report_kind kind = job->kind;
	bool good = job->state == REPORT_DONE;

	job->bytes = (struct buf){ 0 };
	r->job = NULL;
	report_job_leave(&r->web->reports, job);
	if (good)
		return reply_bytes(r, MHD_HTTP_OK, types[kind], &bytes);
	buf_release(&bytes);
	return reply_error(r, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, "the report could not be made");
}

enum MHD_Result api_report(struct request *r)
{
	struct reports *all = &r->web->reports;
	struct report_job *job = r->job;
	unsigned kind = REPORT_HTML, span = LIVE_ALL;

	if (job)
		return answer(r, job);
	url_word(&r->url, "format", "html|json|text", &kind);
	url_word(&r->url, "span", "all|day|hour", &span);
	if (r->url.wrong)
		return reply_wrong(r);
	for (size_t i = 0; i < REPORTS_WAITING && !job; i++)
		if (all->at[i].state == REPORT_FREE)
			job = &all->at[i];
	if (!job)
		return reply_error(r, MHD_HTTP_SERVICE_UNAVAILABLE, NULL,
				   "too many reports are being made; try later");
	*job = (struct report_job){
		.state = REPORT_WAITS,
		.kind = (enum report_kind)kind,
		.span = (enum live_span)span,
		.connection = r->connection,
		.order = all->next_order++,
	};
	r->job = job;
	MHD_suspend_connection(r->connection);
	start_next(r->web);
	return MHD_YES;
}
