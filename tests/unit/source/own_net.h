/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network of the test's own, with nothing but loopback in it. */
#ifndef TEST_SOURCE_OWN_NET_H
#define TEST_SOURCE_OWN_NET_H

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Somebody listens, for as long as the test runs: otherwise each request has its ICMP error. */
static inline bool own_net_listen(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return fd >= 0 && bind(fd, (const struct sockaddr *)&at, sizeof(at)) == 0;
}

/* False where the kernel does not let us. */
static inline bool own_net(void)
{
	struct ifreq r = { .ifr_name = "lo" };
	if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return false;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool good = fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &r) == 0;
	r.ifr_flags |= IFF_UP;
	good = good && ioctl(fd, SIOCSIFFLAGS, &r) == 0;
	if (fd >= 0)
		close(fd);
	return good && own_net_listen(123) && own_net_listen(124);
}

/* A request on loopback. */
static inline bool own_net_send(uint16_t port)
{
	static const uint8_t request[48] = { 0x23 };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool good = fd >= 0 && sendto(fd, request, sizeof(request), 0, (const struct sockaddr *)&to,
				      sizeof(to)) == sizeof(request);
	if (fd >= 0)
		close(fd);
	return good;
}

#endif
