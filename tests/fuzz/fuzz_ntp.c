/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An NTP data packet: octets missing from the end of the capture (1), the payload.  Fields and MAC that are
 * found must lie within it.
 */
#include <assert.h>

#include "base/bytes.h"
#include "proto/names.h"
#include "proto/ntp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_trailer(const struct ntp_trailer *t, uint32_t wire_len)
{
	assert(t->n_ext <= NTP_EXT_MAX);
	for (unsigned i = 0; i < t->n_ext; i++)
		assert(t->ext[i].offset >= 48 && t->ext[i].offset <= wire_len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = bytes_of(data, size);
	uint8_t missing = bytes_u8(&b);
	if (b.bad)
		return 0;
	uint32_t len = (uint32_t)bytes_left(&b);
	const uint8_t *p = bytes_take(&b, len);

	struct ntp_header header;
	struct ntp_trailer trailer;
	struct ntp5_header five;
	char refid[REFID_TEXT_MAX];
	bool whole = ntp_header_parse(p, len, &header);
	assert(whole == (len >= 48));
	ntp5_header_parse(p, len, &five);
	assert(ntp_kiss_name(ntp_kiss_of(&header)));
	ntp_refid_text(header.stratum, header.refid, refid);
	if (!whole)
		return 0;
	ntp_trailer_parse(p, len, len + missing, &header, &trailer);
	check_trailer(&trailer, len + missing);
	return 0;
}
