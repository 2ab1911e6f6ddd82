/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A way to one server, UDP or a socket of this machine, and the driver that lets state machines of
 * engine/ talk over several of them side by side.
 */
#ifndef ASK_LINE_H
#define ASK_LINE_H

#include <stdbool.h>

#include "engine/ask.h"
#include "net/udp.h"
#include "net/unix_dgram.h"

enum { LINE_WHY_MAX = 96 };

struct line {
	bool is_unix;
	struct udp udp;
	struct unix_dgram local;
	char why[LINE_WHY_MAX]; /* what the system or an ICMP error said last, or "" */
};

/* The result that a failure is, with *why: ASK_UNREACHABLE, ASK_LOCAL, ASK_REFUSED; ASK_OK: it is
 * open. */
enum ask_result line_open_udp(struct line *l, const struct udp_target *to);
enum ask_result line_open_unix(struct line *l, const char *path);
void line_close(struct line *l); /* once more does no harm, nor does a zeroed one */

/* A machine as the driver sees it. */
struct machine {
	void (*next)(void *m, int64_t now_ns, struct ask_action *out);
	void (*take)(void *m, const uint8_t *p, size_t len, int64_t now_ns);
	void (*fail)(void *m, enum ask_result why);
	enum ask_result (*result)(const void *m);
};

struct conversation {
	const struct machine *machine;
	void *m;
	struct line *line;
};

/* Until one has ASK_OK or ASK_ERROR, which are answers, or all are over.  Returns its number, or -1.
 * *stop (may be NULL), which a signal handler sets, ends the wait; what is pending stays so. */
int line_talk(struct conversation *c, size_t n, const volatile int *stop);

/* For those who drive a conversation among much else: takes what has come, of a flood a slice, and sends
 * what there is to send. True: it goes on, and waits for that descriptor or until then (monotonic). */
bool line_step(const struct conversation *c, int *fd, int64_t *until_ns);

/* A number that nobody guesses. */
uint32_t line_random(void);

#endif
