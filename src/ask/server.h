/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A server that tells about itself, and which daemon it is: ntpd (mode 6, UDP 123) or chronyd (its own
 * protocol, UDP 323 or a socket of this machine).  Both are asked at once, on up to three addresses of
 * the name, and whoever answers first is kept.
 */
#ifndef ASK_SERVER_H
#define ASK_SERVER_H

#include "ask/chronyd.h"
#include "ask/control.h"
#include "base/addr.h"

#define SERVER_CHRONY_SOCKET "/run/chrony/chronyd.sock"

enum { SERVER_WHY_MAX = 512, SERVER_LABEL_MAX = 128 };

enum server_kind { SERVER_ANY, SERVER_NTPD, SERVER_CHRONYD };

struct server_wish {
	const char *host; /* a name or an address; one that begins with '/' is the path of chronyd's socket */
	const char *socket; /* that path, or NULL: SERVER_CHRONY_SOCKET where host is this machine */
	int family;         /* 4, 6, or 0 */
	uint16_t port, chrony_port;
	enum server_kind kind;
	int64_t timeout_ns;
	unsigned tries;
};

struct server {
	enum server_kind kind; /* SERVER_NTPD or SERVER_CHRONYD once it is found */
	bool is_unix;
	struct addr addr; /* unless is_unix */
	uint16_t port;
	char label[SERVER_LABEL_MAX]; /* "192.0.2.1", "/run/chrony/chronyd.sock" */
	struct control control;       /* of SERVER_NTPD */
	struct chronyd chronyd;       /* of SERVER_CHRONYD */
};

enum server_found {
	SERVER_FOUND,
	SERVER_NO_NAME /* the name has no address */,
	SERVER_NO_MEMORY,
	SERVER_NO_ANSWER
};

/* With SERVER_NO_ANSWER *result is the reason; why says it in words, for each way that was tried. */
enum server_found server_find(struct server *s, const struct server_wish *w, enum ask_result *result,
			      char why[SERVER_WHY_MAX]);
void server_close(struct server *s);

#endif
