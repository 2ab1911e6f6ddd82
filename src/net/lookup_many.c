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

void lookup_one_fill(struct lookup_one *l, int error, const struct addrinfo *list)
{
	l->n = 0;
	l->why[0] = '\0';
	if (!error)
		lookup_take(list, l->at, &l->n);
	if (error == EAI_INPROGRESS)
		snprintf(l->why, sizeof(l->why), "the name server does not answer in time");
	else if (!l->n)
		snprintf(l->why, sizeof(l->why), "%s", error ? gai_strerror(error) : "it has no address");
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

static struct question *new_question(struct lookup_one *l, int family)
{
	struct question *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	lookup_without_brackets(l->host, q->host, sizeof(q->host));
	q->hints.ai_family = family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC;
	q->hints.ai_socktype = SOCK_DGRAM;
	q->gai.ar_name = q->host;
	q->gai.ar_request = &q->hints;
	return q;
}

/* error says why some could not be asked. */
static void end(struct lookup_one *l, struct question *q, int error)
{
	int e = gai_error(&q->gai);

	if (!e && !q->gai.ar_result)
		e = error;
	/* One that runs cannot be stopped: its memory stays its own until it is done. */
	bool runs_on = e == EAI_INPROGRESS && gai_cancel(&q->gai) != EAI_CANCELED;
	lookup_one_fill(l, e, q->gai.ar_result);
	if (runs_on)
		return;
	if (q->gai.ar_result)
		freeaddrinfo(q->gai.ar_result);
	free(q);
}

enum err lookup_many(struct lookup_one *list, size_t n, int family, int64_t timeout_ns)
{
	struct gaicb **asked = calloc(n ? n : 1, sizeof(*asked));
	struct question **questions = calloc(n ? n : 1, sizeof(*questions));
	size_t n_made = 0;

	for (; asked && questions && n_made < n; n_made++) {
		questions[n_made] = new_question(&list[n_made], family);
		if (!questions[n_made])
			break;
		asked[n_made] = &questions[n_made]->gai;
	}
	bool has_memory = asked && questions && n_made == n;
	if (has_memory && n) {
		int error = getaddrinfo_a(GAI_NOWAIT, asked, (int)n, NULL);
		wait_for_all(asked, n, clock_monotonic_ns() + timeout_ns);
		for (size_t i = 0; i < n; i++)
			end(&list[i], questions[i], error);
	} else {
		for (size_t i = 0; i < n_made; i++)
			free(questions[i]);
	}
	free(asked);
	free(questions);
	return has_memory ? ERR_OK : ERR_MEMORY;
}
