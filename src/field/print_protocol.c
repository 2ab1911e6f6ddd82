/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"
#include "field/table.h"
#include "proto/ntp.h"

static void put_frame(const struct packet *p, struct buf *out)
{
	buf_printf(out, "Frame %llu: %lu bytes on wire (%llu bits), %lu bytes captured (%llu bits)",
		   (unsigned long long)p->frame, (unsigned long)p->len, 8ull * p->len,
		   (unsigned long)p->caplen, 8ull * p->caplen);
}

static void put_ethernet(const uint8_t *p, struct buf *out)
{
	enum { LENGTH_MAX = 1500 };
	if (load_be16(p + 12) <= LENGTH_MAX) {
		buf_str(out, "IEEE 802.3 Ethernet ");
		return;
	}
	buf_str(out, "Ethernet II, Src: ");
	print_ether(out, p + 6);
	buf_str(out, ", Dst: ");
	print_ether(out, p);
}

static void put_vlan(const uint8_t *p, struct buf *out)
{
	uint16_t tag = load_be16(p);
	buf_printf(out, "802.1Q Virtual LAN, PRI: %u, DEI: %u, ID: %u", tag >> 13, tag >> 12 & 1u,
		   tag & 0xfffu);
}

static void put_ipv4(const uint8_t *p, struct buf *out)
{
	buf_str(out, "Internet Protocol Version 4, Src: ");
	print_ipv4(out, p + 12);
	buf_str(out, ", Dst: ");
	print_ipv4(out, p + 16);
}

static void put_ipv6(const uint8_t *p, struct buf *out)
{
	buf_str(out, "Internet Protocol Version 6, Src: ");
	print_ipv6(out, p + 8);
	buf_str(out, ", Dst: ");
	print_ipv6(out, p + 24);
}

static void put_ports(const char *name, const uint8_t *p, struct buf *out)
{
	buf_printf(out, "%s, Src Port: %u, Dst Port: %u", name, (unsigned)load_be16(p),
		   (unsigned)load_be16(p + 2));
}

static void put_ntp(uint8_t first, struct buf *out)
{
	static const char *const versions[8] = {
		"reserved",      "NTP Version 1", "NTP Version 2", "NTP Version 3",
		"NTP Version 4", "reserved",      "reserved",      "reserved",
	};
	static const char *const modes[8] = {
		"reserved", "symmetric active", "symmetric passive", "client",
		"server",   "broadcast",        "control",           "private",
	};
	buf_printf(out, "Network Time Protocol (%s, %s)", versions[ntp_first_version(first)],
		   modes[ntp_first_mode(first)]);
}

void protocol_print(const struct field *f, const struct field_value *v, struct buf *out)
{
	static const uint8_t least[] = { [LAYER_ETHERNET] = 14, [LAYER_VLAN] = 2, [LAYER_IPV4] = 20,
					 [LAYER_IPV6] = 40,     [LAYER_UDP] = 4,  [LAYER_PAYLOAD] = 1 };
	unsigned layer = place_layer(f->what);
	const uint8_t *p = v->bytes.at;
	if (layer < sizeof(least) && v->bytes.len < least[layer])
		return;
	switch (layer) {
	case LAYER_ETHERNET: put_ethernet(p, out); break;
	case LAYER_VLAN: put_vlan(p, out); break;
	case LAYER_IPV4: put_ipv4(p, out); break;
	case LAYER_IPV6: put_ipv6(p, out); break;
	case LAYER_UDP: put_ports("User Datagram Protocol", p, out); break;
	case LAYER_PAYLOAD: put_ntp(p[0], out); break;
	case LAYER_OF_FRAME: put_frame(v->bytes.row->packet, out); break;
	default: buf_str(out, f->name); break;
	}
}
