/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reports on everything that was counted, or on the last hour or day, made by a child process from its copy
 * of the memory: counting goes on. One child at a time; a few requests wait for their turn.
 */
#ifndef WEB_REPORTS_H
#define WEB_REPORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "engine/live.h"

enum { REPORTS_WAITING = 4, REPORT_BYTES_MAX = 64 << 20, REPORT_SECONDS_MAX = 120 };

enum report_kind { REPORT_HTML, REPORT_JSON, REPORT_TEXT };
enum report_job_state { REPORT_FREE, REPORT_WAITS, REPORT_RUNS, REPORT_DONE, REPORT_FAILED };

struct MHD_Connection;
struct web;

struct report_job {
	enum report_job_state state;
	enum report_kind kind;
	enum live_span span;
	struct MHD_Connection
		*connection; /* suspended while the job waits or runs; NULL: the asker has left */
	uint64_t order;      /* who came first */
	struct buf bytes;
};

struct reports {
	struct report_job at[REPORTS_WAITING];
	uint64_t next_order;
	struct report_job *running;
	pid_t child;
	int pipe;
	int64_t started_ns;
};

void reports_init(struct reports *r);
/* Kills the child and lets everybody go. */
void reports_end(struct web *w);
/* fd has something to read. */
void reports_readable(struct web *w, int fd);
/* A child that never ends is ended. */
void reports_expire(struct web *w, int64_t now_ns);
/* The request is over, answered or not. */
void report_job_leave(struct reports *r, struct report_job *job);

#endif
