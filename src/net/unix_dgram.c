/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/unix_dgram.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

union socket_address {
	struct sockaddr any;
	struct sockaddr_un local;
};

static bool address_of(union socket_address *s, const char *path)
{
	*s = (union socket_address){ .local.sun_family = AF_UNIX };
	return (size_t)snprintf(s->local.sun_path, sizeof(s->local.sun_path), "%s", path) <
	       sizeof(s->local.sun_path);
}

/* A name that nobody has, in that directory. */
static enum err take_name(struct unix_dgram *u, const char *dir, size_t dir_len)
{
	union socket_address s;
	uint64_t number;

	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		return ERR_SYS;
	int n = snprintf(u->path, sizeof(u->path), "%.*sntpscope.%016llx.sock", (int)dir_len, dir,
			 (unsigned long long)number);
	if (n < 0 || (size_t)n >= sizeof(u->path) || !address_of(&s, u->path)) {
		u->path[0] = '\0';
		return ERR_LIMIT;
	}
	if (bind(u->fd, &s.any, sizeof(s.local)) != 0) {
		u->path[0] = '\0';
		return ERR_SYS;
	}
	/* The server runs as another user, and has to write to it. */
	(void)chmod(u->path, 0666);
	return ERR_OK;
}

enum err unix_dgram_open(struct unix_dgram *u, const char *server_path)
{
	const char *slash = strrchr(server_path, '/');
	size_t dir_len = slash ? (size_t)(slash - server_path) + 1 : 0;
	union socket_address s;
	enum err e = ERR_LIMIT;

	*u = (struct unix_dgram){ .fd = -1 };
	if (!address_of(&s, server_path))
		return ERR_LIMIT;
	u->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (u->fd < 0)
		return ERR_SYS;
	if (connect(u->fd, &s.any, sizeof(s.local)) != 0) {
		e = ERR_SYS;
	} else {
		e = take_name(u, server_path, dir_len);
		if (e)
			e = take_name(u, "/tmp/", 5);
	}
	if (e) {
		int why = errno;
		unix_dgram_close(u);
		errno = why;
	}
	return e;
}

void unix_dgram_close(struct unix_dgram *u)
{
	if (u->fd >= 0)
		close(u->fd);
	if (u->path[0])
		(void)unlink(u->path);
	u->fd = -1;
	u->path[0] = '\0';
}

enum err unix_dgram_send(struct unix_dgram *u, const uint8_t *p, size_t len)
{
	return send(u->fd, p, len, MSG_NOSIGNAL) == (ssize_t)len ? ERR_OK : ERR_SYS;
}

ssize_t unix_dgram_next(struct unix_dgram *u, uint8_t *buffer, size_t room)
{
	return recv(u->fd, buffer, room, 0);
}
