# SPDX-License-Identifier: GPL-3.0-or-later
"""The networks that scenarios share: documentation addresses only (RFC 5737, RFC 3849)."""


def pair(lab, n_servers=1, n_clients=1, mtu=1500):
    """Two hosts and a cable.  server has 192.0.2.1 and 2001:db8::1 upwards on s0, client has 192.0.2.101 and
    2001:db8::101 upwards on c0."""
    lab.host("server")
    lab.host("client")
    lab.link("server", "s0", "client", "c0", mtu)
    for i in range(n_servers):
        lab.address("server", "s0", "192.0.2.%d/24" % (1 + i), "2001:db8::%d/64" % (1 + i))
    for i in range(n_clients):
        lab.address("client", "c0", "192.0.2.%d/24" % (101 + i), "2001:db8::%d/64" % (101 + i))


def second_network(lab):
    """A third host, branch, on a second cable of the server: 198.51.100.1 and 2001:db8:51::1 on s1."""
    lab.host("branch")
    lab.link("server", "s1", "branch", "b0")
    lab.address("server", "s1", "198.51.100.1/24", "2001:db8:51::1/64")
    lab.address("branch", "b0", "198.51.100.77/24", "2001:db8:51::77/64")
