/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lantime.h"

#define LTNG_STATE "1.3.6.1.4.1.5597.30.0.2.1"
#define OS_STATE   "1.3.6.1.4.1.5597.7.2.1.2.1.1"
#define LT_STATE   "1.3.6.1.4.1.5597.3.1.2"

const struct mib_want *lantime_first(size_t i)
{
	static const struct mib_want first[] = { { LTNG_STATE ".0", false },
						 { OS_STATE ".0", false },
						 { LT_STATE ".0", false } };

	return i < sizeof(first) / sizeof(first[0]) ? &first[i] : NULL;
}

enum lantime_kind lantime_kind(const struct mib_table *t)
{
	if (mib_find(t, LTNG_STATE, 0))
		return LANTIME_LTNG;
	if (mib_find(t, OS_STATE, 0))
		return LANTIME_OS;
	return mib_find(t, LT_STATE, 0) ? LANTIME_LT : LANTIME_NONE;
}

const struct mib_want *lantime_wants(enum lantime_kind kind, size_t i)
{
	switch (kind) {
	case LANTIME_LTNG: return lantime_ltng_wants(i);
	case LANTIME_OS: return lantime_os_wants(i);
	case LANTIME_LT: return lantime_lt_wants(i);
	case LANTIME_NONE: break;
	}
	return NULL;
}

void lantime_read(enum lantime_kind kind, const struct mib_table *t, struct mib_report *r)
{
	switch (kind) {
	case LANTIME_LTNG: lantime_ltng_read(t, r); break;
	case LANTIME_OS: lantime_os_read(t, r); break;
	case LANTIME_LT: lantime_lt_read(t, r); break;
	case LANTIME_NONE: break;
	}
}

void lantime_add(struct reading_made *p, const char *series, const struct mib_table *t, const char *column,
		 uint32_t row, double least, double most, double unit)
{
	double v;

	if (mib_number(t, column, row, &v) && v >= least && v <= most)
		reading_point(p, series, v * unit);
}

const char *lantime_type_name(int64_t type)
{
	static const struct mib_word names[] = {
		{ 1, "gps166" },         { 2, "gps167" },     { 3, "gps167SV" },     { 4, "gps167PC" },
		{ 5, "gps167PCI" },      { 6, "gps163" },     { 7, "gps168PCI" },    { 8, "gps161" },
		{ 9, "gps169PCI" },      { 10, "tcr167PCI" }, { 11, "gps164" },      { 12, "gps170PCI" },
		{ 13, "pzf511" },        { 14, "gps170" },    { 15, "tcr511" },      { 16, "am511" },
		{ 17, "msf511" },        { 18, "grc170" },    { 19, "gps170PEX" },   { 20, "gps162" },
		{ 21, "ptp270PEX" },     { 22, "frc511PEX" }, { 23, "gen170" },      { 24, "tcr170PEX" },
		{ 25, "wwvb511" },       { 26, "mgr170" },    { 27, "jjy511" },      { 28, "pzf600" },
		{ 29, "tcr600" },        { 30, "gps180" },    { 31, "gln170" },      { 32, "gps180PEX" },
		{ 33, "tcr180PEX" },     { 34, "pzf180PEX" }, { 35, "mgr180" },      { 36, "msf600" },
		{ 37, "wwvb600" },       { 38, "jjy600" },    { 39, "gps180HS" },    { 40, "gps180AMC" },
		{ 41, "esi180" },        { 42, "cpe180" },    { 43, "lno180" },      { 44, "grc180" },
		{ 45, "liu" },           { 46, "dcf600HS" },  { 47, "dcf600RS" },    { 48, "mri" },
		{ 49, "bpe" },           { 50, "gln180Pex" }, { 51, "n2x" },         { 52, "rsc180" },
		{ 57, "sdi" },           { 58, "fdm180" },    { 60, "pzf180" },      { 63, "vsg180" },
		{ 64, "msf180" },        { 65, "wwvb180" },   { 68, "tcr180" },      { 77, "gts180" },
		{ 78, "gps180csm" },     { 79, "grc181" },    { 80, "n2x180" },      { 81, "gns180pex" },
		{ 84, "gps165" },        { 85, "gns181uc" },  { 91, "gps190" },      { 92, "gns181" },
		{ 95, "tcr180usb" },     { 97, "gns165" },    { 99, "gps16x" },      { 103, "gnm181" },
		{ 109, "vsg181" },       { 114, "gns190" },   { 115, "gps180msbc" }, { 116, "gns181msbc" },
		{ 117, "gns181ucmsbc" }, { 118, "prs181" },   { 125, "pmu190" },     { 126, "gns190uc" },
		{ 129, "gns191" },       { 131, "gps182" },   { 0, NULL },
	};

	return mib_word(names, type);
}
