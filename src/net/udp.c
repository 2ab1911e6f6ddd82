/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#include "base/nstime.h"
#include "net/clock.h"
#include "net/sockaddr.h"

/* Stamps are good to have: a kernel without them leaves us our own clock. */
static void ask_for_stamps_and_errors(const struct udp *u)
{
	const int stamps = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE |
			   SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_OPT_ID |
			   SOF_TIMESTAMPING_OPT_TSONLY | SOF_TIMESTAMPING_OPT_CMSG;
	const int yes = 1;

	setsockopt(u->fd, SOL_SOCKET, SO_TIMESTAMPING, &stamps, sizeof(stamps));
	if (u->is_v6)
		setsockopt(u->fd, IPPROTO_IPV6, IPV6_RECVERR, &yes, sizeof(yes));
	else
		setsockopt(u->fd, IPPROTO_IP, IP_RECVERR, &yes, sizeof(yes));
}

enum err udp_open(struct udp *u, const struct udp_target *to, const struct addr *source)
{
	union socket_address s;

	u->is_v6 = !addr_is_v4(&to->addr);
	u->fd = socket(u->is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (u->fd < 0)
		return ERR_SYS;
	ask_for_stamps_and_errors(u);
	socklen_t len = source ? socket_address_of(source, 0, to->scope, &s) : 0;
	if (!source || bind(u->fd, &s.any, len) == 0) {
		len = socket_address_of(&to->addr, to->port, to->scope, &s);
		if (connect(u->fd, &s.any, len) == 0)
			return ERR_OK;
	}
	int why = errno;
	udp_close(u);
	errno = why;
	return ERR_SYS;
}

void udp_close(struct udp *u)
{
	if (u->fd >= 0)
		close(u->fd);
	u->fd = -1;
}

enum err udp_send(struct udp *u, const uint8_t *p, size_t len, int64_t *sent_ns)
{
	if (sent_ns)
		*sent_ns = clock_utc_ns();
	return send(u->fd, p, len, MSG_NOSIGNAL) == (ssize_t)len ? ERR_OK : ERR_SYS;
}

/* What a message's ancillary data say. */
struct ancillary {
	int64_t stamp_ns; /* 0: none */
	bool has_error;
	struct sock_extended_err error;
	struct addr from;
};

static void read_error(const struct cmsghdr *c, struct ancillary *out)
{
	const struct sock_extended_err *e = (const void *)CMSG_DATA(c);
	const struct sockaddr *offender = SO_EE_OFFENDER(e);

	out->has_error = true;
	memcpy(&out->error, e, sizeof(out->error));
	if ((e->ee_origin == SO_EE_ORIGIN_ICMP || e->ee_origin == SO_EE_ORIGIN_ICMP6))
		socket_address_read(offender, &out->from, NULL);
}

static void read_ancillary(struct msghdr *m, struct ancillary *out)
{
	*out = (struct ancillary){ 0 };
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPING) {
			struct timespec t;
			memcpy(&t, CMSG_DATA(c), sizeof(t));
			out->stamp_ns = t.tv_sec * NS_PER_S + t.tv_nsec;
		} else if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
			   (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR)) {
			read_error(c, out);
		}
	}
}

/* The stamp of a datagram that left comes with an "error" that is none. */
static bool event_of(const struct ancillary *a, struct udp_event *out)
{
	if (!a->has_error)
		return false;
	if (a->error.ee_errno == ENOMSG && a->error.ee_origin == SO_EE_ORIGIN_TIMESTAMPING) {
		if (!a->stamp_ns)
			return false;
		out->what = UDP_SENT;
		out->time_ns = a->stamp_ns;
		out->nth = a->error.ee_data;
		return true;
	}
	out->what = UDP_ERROR;
	out->error = (int)a->error.ee_errno;
	out->is_icmp = a->error.ee_origin == SO_EE_ORIGIN_ICMP || a->error.ee_origin == SO_EE_ORIGIN_ICMP6;
	out->icmp_type = a->error.ee_type;
	out->icmp_code = a->error.ee_code;
	out->from = a->from;
	return true;
}

/* The length, or -1. */
static ssize_t receive(const struct udp *u, int flags, uint8_t *buffer, size_t room, struct msghdr *m,
		       struct ancillary *out)
{
	union {
		char room[512];
		struct cmsghdr aligned;
	} control;
	struct iovec to = { .iov_base = buffer, .iov_len = room };

	*m = (struct msghdr){ .msg_iov = &to,
			      .msg_iovlen = 1,
			      .msg_control = control.room,
			      .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(u->fd, m, flags);
	if (n >= 0)
		read_ancillary(m, out);
	return n;
}

enum udp_what udp_next(struct udp *u, uint8_t *buffer, size_t room, struct udp_event *out)
{
	struct msghdr m;
	struct ancillary a;
	ssize_t n;

	*out = (struct udp_event){ .what = UDP_NOTHING };
	while (receive(u, MSG_ERRQUEUE, buffer, room, &m, &a) >= 0)
		if (event_of(&a, out))
			return out->what;
	/* An error that waits is given to whoever calls first; its story is in the queue already read. */
	do
		n = receive(u, 0, buffer, room, &m, &a);
	while (n < 0 && errno == EINTR);
	if (n >= 0) {
		out->what = UDP_DATAGRAM;
		out->len = (size_t)n;
		out->is_cut = m.msg_flags & MSG_TRUNC;
		out->kernel_stamp = a.stamp_ns;
		out->time_ns = a.stamp_ns ? a.stamp_ns : clock_utc_ns();
	} else if (errno != EAGAIN) {
		int error = errno;
		if (receive(u, MSG_ERRQUEUE, buffer, room, &m, &a) >= 0 && event_of(&a, out))
			return out->what;
		out->what = UDP_ERROR;
		out->error = error;
	}
	return out->what;
}
