/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/lookup_many.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/nstime.h"
#include "net/clock.h"

/* What the resolver's threads write into; it outlives a lookup that is given up. */
struct question {
	struct gaicb gai;
	struct addrinfo hints;
	char host[256]; /* without brackets */
};

static void finish(struct lookup_one *l, struct question *q, int error)
{
	if (!error)
		lookup_take(q->gai.ar_result, l->at, &l->n);
	if (error == EAI_INPROGRESS)
		snprintf(l->why, sizeof(l->why), "the name server does not answer in time");
	else if (!l->n)
		snprintf(l->why, sizeof(l->why), "%s", error ? gai_strerror(error) : "it has no address");
	if (error != EAI_INPROGRESS && q->gai.ar_result)
		freeaddrinfo(q->gai.ar_result);
}

/* Until all are answered or the time is over. */
static void wait_for_all(struct gaicb *const *list, size_t n, int64_t until_ns)
{
	for (size_t i = 0; i < n;) {
		if (gai_error(list[i]) != EAI_INPROGRESS) {
			i++;
			continue;
		}
		int64_t left_ns = until_ns - clock_monotonic_ns();
		if (left_ns <= 0)
			return;
		struct timespec t = { .tv_sec = left_ns / NS_PER_S, .tv_nsec = left_ns % NS_PER_S };
		const struct gaicb *one[] = { list[i] };
		gai_suspend(one, 1, &t);
	}
}

enum err lookup_many(struct lookup_one *list, size_t n, int family, int64_t timeout_ns)
{
	struct question *questions = calloc(n ? n : 1, sizeof(*questions));
	struct gaicb **asked = calloc(n ? n : 1, sizeof(*asked));
	bool is_pending = false;

	if (!questions || !asked) {
		free(questions);
		free(asked);
		return ERR_MEMORY;
	}
	for (size_t i = 0; i < n; i++) {
		struct question *q = &questions[i];
		list[i].n = 0;
		list[i].why[0] = '\0';
		lookup_without_brackets(list[i].host, q->host, sizeof(q->host));
		q->hints.ai_family = family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC;
		q->hints.ai_socktype = SOCK_DGRAM;
		q->gai.ar_name = q->host;
		q->gai.ar_request = &q->hints;
		asked[i] = &q->gai;
	}
	/* An error says that some could not be asked: threads may be at work on the others. */
	int error = n ? getaddrinfo_a(GAI_NOWAIT, asked, (int)n, NULL) : 0;
	wait_for_all(asked, n, clock_monotonic_ns() + timeout_ns);
	for (size_t i = 0; i < n; i++) {
		int e = gai_error(asked[i]);
		if (!e && !asked[i]->ar_result)
			e = error;
		/* One that runs cannot be stopped: its memory stays its own. */
		if (e == EAI_INPROGRESS && gai_cancel(asked[i]) != EAI_CANCELED)
			is_pending = true;
		finish(&list[i], &questions[i], e);
	}
	free(asked);
	if (!is_pending)
		free(questions);
	return ERR_OK;
}
