/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conversations with SNMP agents over net-snmp's library, which nothing else sees.  An agent is whom we ask
 * and who we are for it; a talk with it lasts for a round of questions, one after the other.  Nothing here
 * blocks: many talks run side by side in one thread, and have to, since the library's list of users is one
 * for the process.
 *
 * The library reads no file of its own configuration, writes none, and knows no MIB.
 */
#ifndef ASK_SNMP_H
#define ASK_SNMP_H

#include "base/addr.h"
#include "base/err.h"
#include "engine/mib_ask.h"
#include "proto/snmp_login.h"

enum { AGENT_PORT = 161, AGENT_WHY_MAX = 96, AGENT_VALUES_MAX = 128 };

struct agent;
struct agent_talk;

struct agent_answer {
	int error; /* RFC 3416's error-status and error-index */
	size_t error_index;
	size_t n;
	struct mib_value at[AGENT_VALUES_MAX];
};

enum agent_state {
	AGENT_WAITS,
	AGENT_ANSWERED,
	AGENT_SILENT,
	AGENT_FAILED, /* why says what the agent, or the network, objects to */
};

/* Takes what it needs of login; passphrases become keys.  ERR_UNSUPPORTED: the library has not that digest or
 * cipher. */
enum err agent_new(const struct snmp_login *login, struct agent **out);
void agent_free(struct agent *a); /* accepts NULL */
bool agent_is_v1(const struct agent *a);

/* port 0: the login's, or 161.  tries in all, timeout_ns each.  ERR_SYS: there is no socket. */
enum err agent_talk_new(const struct agent *a, const struct addr *addr, uint32_t scope, uint16_t port,
			int64_t timeout_ns, unsigned tries, struct agent_talk **out);
void agent_talk_free(struct agent_talk *t); /* accepts NULL; also while an answer is awaited */

/* Asks.  With version 3 the first question makes the agent's acquaintance before it is sent. */
enum agent_state agent_talk_ask(struct agent_talk *t, const struct mib_question *q);

/* To be called when fd is ready to be read, or wait_ns are over. */
int agent_talk_fd(const struct agent_talk *t);
int64_t agent_talk_wait_ns(const struct agent_talk *t);
/* Not AGENT_WAITS: the question is done with, and the next may be asked when it is AGENT_ANSWERED. */
enum agent_state agent_talk_step(struct agent_talk *t, bool is_ready);

/* Of AGENT_ANSWERED, until the next question; and of AGENT_FAILED. */
const struct agent_answer *agent_talk_answer(const struct agent_talk *t);
const char *agent_talk_why(const struct agent_talk *t);

#endif
