/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/lookup_beside.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* What resolvers need, and modules of the system's that they load. */
enum { STACK_OCTETS = 512 * 1024 };

/* Its owner has it, and each thread that runs: the last one frees it. */
struct lookups {
	int (*ask)(const char *host, const char *service, const struct addrinfo *hints,
		   struct addrinfo **out);
	atomic_size_t n_running, n_owners;
};

/* Two have it, the thread and who asked: the second one to let go of it frees it. */
struct lookup_question {
	struct lookups *all;
	char host[256];          /* without brackets */
	int error, system_error; /* of getaddrinfo(); errno, where it says EAI_SYSTEM */
	struct addrinfo *list;
	atomic_bool is_over, is_let_go;
};

enum err lookups_new(int (*ask)(const char *host, const char *service, const struct addrinfo *hints,
				struct addrinfo **out),
		     struct lookups **out)
{
	struct lookups *l = calloc(1, sizeof(*l));

	*out = l;
	if (!l)
		return ERR_MEMORY;
	l->ask = ask;
	atomic_init(&l->n_running, 0);
	atomic_init(&l->n_owners, 1);
	return ERR_OK;
}

void lookups_free(struct lookups *l)
{
	if (l && atomic_fetch_sub(&l->n_owners, 1) == 1)
		free(l);
}

size_t lookups_running(const struct lookups *l)
{
	return atomic_load(&l->n_running);
}

static void let_go(struct lookup_question *q)
{
	if (!atomic_exchange(&q->is_let_go, true))
		return;
	if (q->list)
		freeaddrinfo(q->list);
	free(q);
}

static void *run(void *arg)
{
	static const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM };
	struct lookup_question *q = arg;
	struct lookups *all = q->all;

	q->error = all->ask(q->host, NULL, &hints, &q->list);
	q->system_error = errno;
	if (q->error)
		q->list = NULL;
	/* Whoever sees that it is over sees that there is room, too. */
	atomic_fetch_sub(&all->n_running, 1);
	atomic_store(&q->is_over, true);
	let_go(q);
	lookups_free(all);
	return NULL;
}

/* Signals are for others. */
static bool start(struct lookup_question *q)
{
	pthread_attr_t a;
	pthread_t thread;
	sigset_t all, before;

	if (pthread_attr_init(&a) != 0)
		return false;
	pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&a, STACK_OCTETS);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&thread, &a, run, q);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&a);
	return !error;
}

struct lookup_question *lookup_begin(struct lookups *l, const char *host)
{
	struct lookup_question *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	q->all = l;
	lookup_without_brackets(host, q->host, sizeof(q->host));
	atomic_init(&q->is_over, false);
	atomic_init(&q->is_let_go, false);
	atomic_fetch_add(&l->n_running, 1);
	atomic_fetch_add(&l->n_owners, 1);
	if (start(q))
		return q;
	atomic_fetch_sub(&l->n_running, 1);
	atomic_fetch_sub(&l->n_owners, 1);
	free(q);
	return NULL;
}

bool lookup_is_over(const struct lookup_question *q)
{
	return atomic_load(&q->is_over);
}

void lookup_end(struct lookup_question *q, struct lookup_one *out)
{
	bool is_over = lookup_is_over(q);

	lookup_one_fill(out, is_over ? q->error : EAI_INPROGRESS, is_over ? q->list : NULL);
	if (is_over && q->error == EAI_SYSTEM)
		snprintf(out->why, sizeof(out->why), "%s", strerror(q->system_error));
	let_go(q);
}
