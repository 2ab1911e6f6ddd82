/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The envelope: requests, and the heads of replies. */
#include "proto/chrony.h"

#include <string.h>

#include "base/bytes.h"

enum { VERSION = 6, TYPE_REQUEST = 1, TYPE_REPLY = 2 };

/* As long as the longest layout of the reply: chronyd answers nothing longer than it was asked with. */
static size_t reply_len(enum chrony_command command)
{
	switch (command) {
	case CHRONY_N_SOURCES: return 32;
	case CHRONY_SOURCE_DATA: return 76;
	case CHRONY_TRACKING: return 104;
	case CHRONY_SOURCESTATS: return 84;
	case CHRONY_ACTIVITY: return 48;
	case CHRONY_SERVERSTATS: return 196;
	case CHRONY_NTPDATA: return 172;
	case CHRONY_SOURCE_NAME: return 284;
	case CHRONY_AUTHDATA: return 52;
	case CHRONY_CLIENTS: return 520;
	case CHRONY_SELECTDATA: return 76;
	}
	return CHRONY_MESSAGE_MAX;
}

/* 16 octets of address, family (16), 0 (16). */
static void put_address(uint8_t *p, const struct chrony_addr *a)
{
	switch (a->family) {
	case CHRONY_NO_ADDR: break;
	case CHRONY_IPV4: memcpy(p, a->addr.b + 12, 4); break;
	case CHRONY_IPV6: memcpy(p, a->addr.b, 16); break;
	case CHRONY_ID: store_be32(p, a->id); break;
	}
	store_be16(p + 16, (uint16_t)a->family);
}

static void put_arguments(uint8_t *p, enum chrony_command command, const struct chrony_arguments *args)
{
	switch (command) {
	case CHRONY_SOURCE_DATA:
	case CHRONY_SOURCESTATS:
	case CHRONY_SELECTDATA: store_be32(p, args->index); return;
	case CHRONY_NTPDATA:
	case CHRONY_AUTHDATA:
	case CHRONY_SOURCE_NAME: put_address(p, &args->addr); return;
	case CHRONY_CLIENTS:
		/* first, how many, at least so many hits, and 0: nothing is reset */
		store_be32(p, args->index);
		store_be32(p + 4, CHRONY_CLIENTS_MAX);
		store_be32(p + 8, args->min_hits);
		return;
	case CHRONY_N_SOURCES:
	case CHRONY_TRACKING:
	case CHRONY_ACTIVITY:
	case CHRONY_SERVERSTATS: return;
	}
}

size_t chrony_request_write(enum chrony_command command, const struct chrony_arguments *args,
			    uint32_t sequence, uint16_t attempt, uint8_t out[CHRONY_MESSAGE_MAX])
{
	static const struct chrony_arguments none = { .index = 0 };
	size_t len = reply_len(command);

	memset(out, 0, len);
	out[0] = VERSION;
	out[1] = TYPE_REQUEST;
	store_be16(out + 4, (uint16_t)command);
	store_be16(out + 6, attempt);
	store_be32(out + 8, sequence);
	put_arguments(out + CHRONY_REQUEST_HEAD, command, args ? args : &none);
	return len;
}

bool chrony_reply_parse(const uint8_t *p, size_t len, struct chrony_reply *out)
{
	struct bytes b = bytes_of(p, len);
	uint8_t version = bytes_u8(&b), type = bytes_u8(&b);

	*out = (struct chrony_reply){ .status = 0 };
	bytes_take(&b, 2);
	out->command = bytes_be16(&b);
	out->code = bytes_be16(&b);
	out->status = bytes_be16(&b);
	bytes_take(&b, 6);
	out->sequence = bytes_be32(&b);
	bytes_take(&b, 8);
	if (b.bad || version != VERSION || type != TYPE_REPLY)
		return false;
	out->data = b.at;
	out->len = bytes_left(&b);
	return true;
}

const char *chrony_status_name(uint16_t status)
{
	static const char *const names[] = {
		[0] = "success",
		[1] = "failed",
		[2] = "not authorised",
		[3] = "invalid",
		[4] = "no such source",
		[5] = "invalid timestamp",
		[6] = "not enabled",
		[7] = "bad subnet",
		[8] = "access allowed",
		[9] = "access denied",
		[10] = "no command access from this host",
		[11] = "source already present",
		[12] = "too many sources",
		[13] = "no RTC",
		[14] = "bad RTC file",
		[15] = "inactive",
		[16] = "bad sample",
		[17] = "bad address family",
		[18] = "bad protocol version",
		[19] = "bad length",
		[20] = "invalid name",
	};
	return status < sizeof(names) / sizeof(names[0]) ? names[status] : "unknown";
}
