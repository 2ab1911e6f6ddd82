/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Internal to src/field: getters of what Wireshark 4.0 has no name for in NTP data packets (modes 0 to 5). */
#ifndef FIELD_NTP_OURS_H
#define FIELD_NTP_OURS_H

#include "field/table.h"

void get_auth(const struct field *f, const struct row *row, struct field_sink *sink);
void get_class(const struct field *f, const struct row *row, struct field_sink *sink);
void get_kod(const struct field *f, const struct row *row, struct field_sink *sink);
void get_offset(const struct field *f, const struct row *row, struct field_sink *sink);
void get_refid_ip(const struct field *f, const struct row *row, struct field_sink *sink);
void get_refid_text(const struct field *f, const struct row *row, struct field_sink *sink);
void get_turnaround(const struct field *f, const struct row *row, struct field_sink *sink);

/* Root delay and dispersion; what: the offset, 4 or 8. */
void get_root(const struct field *f, const struct row *row, struct field_sink *sink);

/* RFC 8915 section 5; what: enum nts_part. */
enum nts_part {
	NTS_UID,
	NTS_COOKIE,
	NTS_COOKIES,
	NTS_PLACEHOLDERS,
	NTS_NONCE,
	NTS_NONCE_LEN,
	NTS_CIPHERTEXT,
	NTS_CIPHERTEXT_LEN,
};
void get_nts(const struct field *f, const struct row *row, struct field_sink *sink);

/* Version 5 only; what: a PLACE(). */
void get_v5(const struct field *f, const struct row *row, struct field_sink *sink);
void get_v5_draft(const struct field *f, const struct row *row, struct field_sink *sink);

#endif
