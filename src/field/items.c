/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field/items.h"

#define IT(item, offset, octets)                    \
	{                                           \
		ITEM_##item, offset, octets, ALWAYS \
	}

/* clang-format off */
static const struct item_at of_0[] = {
	IT(ADDRESS, 0, 4), IT(PORT, 4, 2), IT(HMODE, 6, 1), IT(PEER_FLAGS, 7, 1),
	IT(PEER_FLAG_BITS, 7, 1), IT(IPV6_FLAG, 8, 4), IT(UNUSED, 12, 4), IT(ADDRESS6, 16, 16),
};
static const struct item_at of_1[] = {
	IT(DSTADDRESS, 0, 4), IT(SRCADDRESS, 4, 4), IT(SRCPORT, 8, 2), IT(STRATUM, 10, 1),
	IT(HPOLL, 11, 1), IT(PPOLL, 12, 1), IT(REACH, 13, 1), IT(PEER_FLAGS, 14, 1),
	IT(PEER_FLAG_BITS, 14, 1), IT(HMODE, 15, 1), IT(DELAY, 16, 4), IT(OFFSET, 20, 8),
	IT(DISPERSION, 28, 4), IT(IPV6_FLAG, 32, 4), IT(UNUSED, 36, 4), IT(DSTADDRESS6, 40, 16),
	IT(SRCADDRESS6, 56, 16),
};
static const struct item_at of_2[] = {
	IT(DSTADDRESS, 0, 4), IT(SRCADDRESS, 4, 4), IT(SRCPORT, 8, 2), IT(PEER_FLAGS, 10, 1),
	IT(PEER_FLAG_BITS, 10, 1), IT(LEAP, 11, 1), IT(HMODE, 12, 1), IT(PMODE, 13, 1),
	IT(STRATUM, 14, 1), IT(PPOLL, 15, 1), IT(HPOLL, 16, 1), IT(PRECISION, 17, 1),
	IT(VERSION, 18, 1), IT(UNUSED, 19, 1), IT(REACH, 20, 1), IT(UNREACH, 21, 1), IT(FLASH, 22, 1),
	IT(TTL, 23, 1), IT(FLASH2, 24, 2), IT(ASSOCID, 26, 2), IT(KEYID, 28, 4), IT(PKEYID, 32, 4),
	IT(REFID, 36, 4), IT(TIMER, 40, 4), IT(ROOT_DELAY, 44, 4), IT(ROOT_DISPERSION, 48, 4),
	IT(REFTIME, 52, 8), IT(ORG, 60, 8), IT(REC, 68, 8), IT(XMT, 76, 8), IT(FILTDELAY, 84, 4),
	IT(FILTOFFSET, 88, 8), IT(ORDER, 96, 1), IT(DELAY, 97, 4), IT(DISPERSION, 101, 4),
	IT(OFFSET, 105, 8), IT(SELECTDIS, 113, 4), IT(UNUSED, 117, 4), IT(UNUSED, 121, 4),
	IT(UNUSED, 125, 4), IT(UNUSED, 129, 4), IT(UNUSED, 133, 4), IT(UNUSED, 137, 4),
	IT(UNUSED, 141, 4), IT(ESTBDELAY, 145, 4), IT(IPV6_FLAG, 149, 4), IT(UNUSED, 153, 4),
	IT(DSTADDRESS6, 157, 16), IT(SRCADDRESS6, 173, 16),
};
static const struct item_at of_3[] = {
	IT(DSTADDRESS, 0, 4), IT(SRCADDRESS, 4, 4), IT(SRCPORT, 8, 2), IT(PEER_FLAGS, 10, 1),
	IT(PEER_FLAG_BITS, 10, 1), IT(TIMERESET, 11, 4), IT(TIMERECEIVED, 15, 4),
	IT(TIMETOSEND, 19, 4), IT(TIMEREACHABLE, 23, 4), IT(SENT, 27, 4), IT(UNUSED, 31, 4),
	IT(PROCESSED, 35, 4), IT(UNUSED, 39, 4), IT(BADAUTH, 43, 4), IT(BOGUSORG, 47, 4),
	IT(OLDPKT, 51, 4), IT(UNUSED, 55, 4), IT(UNUSED, 59, 4), IT(SELDISP, 63, 4),
	IT(SELBROKEN, 67, 4), IT(UNUSED, 71, 4), IT(CANDIDATE, 75, 1), IT(UNUSED, 76, 1),
	IT(UNUSED, 77, 1), IT(UNUSED, 78, 1), IT(IPV6_FLAG, 79, 4), IT(UNUSED, 83, 4),
	IT(DSTADDRESS6, 87, 16), IT(SRCADDRESS6, 103, 16),
};
static const struct item_at of_4[] = {
	IT(ADDRESS, 0, 4), IT(PMODE, 4, 1), IT(LEAP, 5, 1), IT(STRATUM, 6, 1), IT(PRECISION, 7, 1),
	IT(ROOT_DELAY, 8, 4), IT(ROOT_DISPERSION, 12, 4), IT(REFID, 16, 4), IT(REFTIME, 20, 8),
	IT(POLL, 28, 4), IT(SYS_FLAGS8, 32, 1), IT(SYS_FLAG_BITS, 32, 1), IT(UNUSED, 33, 3),
	IT(BDELAY, 36, 4), IT(FREQ, 40, 4), IT(AUTHDELAY, 44, 8), IT(STABILITY, 52, 4),
	IT(IPV6_FLAG, 56, 4), IT(UNUSED, 60, 4), IT(ADDRESS6, 64, 16),
};
static const struct item_at of_5[] = {
	IT(TIMEUP, 0, 4), IT(TIMERESET, 4, 4), IT(DENIED, 8, 4), IT(OLDVERSION, 12, 4),
	IT(NEWVERSION, 16, 4), IT(BAD_VERSION, 20, 4), IT(BADLENGTH, 24, 4), IT(PROCESSED, 28, 4),
	IT(BADAUTH, 32, 4), IT(TIMERECEIVED, 36, 4), IT(LIMITREJECTED, 40, 4), IT(LAMPORT, 44, 4),
	IT(TSROUNDING, 48, 4),
};
static const struct item_at of_6[] = {
	IT(TIMERESET, 0, 4), IT(TOTALRECVBUFS, 4, 2), IT(FREERECVBUFS, 6, 2), IT(FULLRECVBUFS, 8, 2),
	IT(LOWWATER, 10, 2), IT(DROPPED, 12, 4), IT(IGNORED, 16, 4), IT(RECEIVED, 20, 4),
	IT(SENT, 24, 4), IT(NOTSENT, 28, 4), IT(INTERRUPTS, 32, 4), IT(INT_RECEIVED, 36, 4),
};
static const struct item_at of_7[] = {
	IT(TIMERESET, 0, 4), IT(TOTALMEM, 4, 2), IT(FREEMEM, 6, 2), IT(FINDPEER_CALLS, 8, 4),
	IT(ALLOCATIONS, 12, 4), IT(DEMOBILIZATIONS, 16, 4), IT(HASHCOUNT, 20, 0),
};
static const struct item_at of_8[] = {
	IT(LAST_OFFSET, 0, 8), IT(DRIFT_COMP, 8, 8), IT(COMPLIANCE, 16, 4), IT(WATCHDOG_TIMER, 20, 4),
};
static const struct item_at of_9[] = {
	IT(TIMERESET, 0, 4), IT(ALARMS, 4, 4), IT(OVERFLOWS, 8, 4), IT(XMTCALLS, 12, 4),
};
static const struct item_at of_10[] = {
	IT(ADDRESS, 0, 4), IT(HMODE, 4, 1), IT(VERSION, 5, 1), IT(MINPOLL, 6, 1), IT(MAXPOLL, 7, 1),
	IT(CONFIG_FLAGS, 8, 1), IT(CONFIG_FLAG_BITS, 8, 1), IT(TTL, 9, 1), IT(UNUSED, 10, 2),
	IT(KEYID, 12, 4), IT(KEY_FILE, 16, 128), IT(IPV6_FLAG, 144, 4), IT(UNUSED, 148, 4),
	IT(ADDRESS6, 152, 16),
};
static const struct item_at of_11[] = {
	IT(ADDRESS, 0, 4), IT(IPV6_FLAG, 4, 4), IT(ADDRESS6, 8, 16),
};
static const struct item_at of_12[] = {
	IT(SYS_FLAGS, 0, 4), IT(SYS_FLAG_BITS, 0, 4),
};
static const struct item_at of_16[] = {
	IT(ADDRESS, 0, 4), IT(MASK, 4, 4), IT(COUNT, 8, 4), IT(RFLAGS, 12, 2), IT(MFLAGS, 14, 2),
	IT(IPV6_FLAG, 16, 4), IT(UNUSED, 20, 4), IT(ADDRESS6, 24, 16), IT(MASK6, 40, 16),
};
static const struct item_at of_17[] = {
	IT(ADDRESS, 0, 4), IT(MASK, 4, 4), IT(IPPEERLIMIT, 8, 2), IT(RESTRICT_FLAGS, 10, 2),
	IT(MFLAGS, 12, 2), IT(UNUSED, 14, 4), IT(ADDRESS6, 18, 16), IT(MASK6, 34, 16),
};
static const struct item_at of_20[] = {
	IT(MON_AVGINT, 0, 4), IT(MON_LSINT, 4, 4), IT(MON_RESTR, 8, 4), IT(MON_COUNT, 12, 4),
	IT(MON_REMOTE_ADDRESS, 16, 4), IT(MON_PORT, 20, 2), IT(MON_MODE, 22, 1),
	IT(MON_VERSION, 23, 1), IT(MON_IPV6, 24, 4), IT(MON_UNUSED, 28, 4),
	{ ITEM_MON_ADDR6, 32, 16, WITH_IPV6 },
};
static const struct item_at of_21[] = {
	IT(RESET_STATS_FLAGS, 0, 4), IT(RESET_STATS_FLAG_BITS, 0, 4),
};
static const struct item_at of_26[] = {
	{ ITEM_KEY, 0, 8, SWAPPED },
};
static const struct item_at of_28[] = {
	IT(TIMERESET, 0, 4), IT(NUMKEYS, 4, 4), IT(NUMFREEKEYS, 8, 4), IT(KEYLOOKUPS, 12, 4),
	IT(KEYNOTFOUND, 16, 4), IT(ENCRYPTIONS, 20, 4), IT(DECRYPTIONS, 24, 4), IT(EXPIRED, 28, 4),
	IT(KEYUNCACHED, 32, 4),
};
static const struct item_at of_29[] = {
	IT(LOCAL_ADDRESS, 0, 4), IT(TRAP_ADDRESS, 4, 4), IT(TRAP_PORT, 8, 2), IT(SEQUENCE, 10, 2),
	IT(SETTIME, 12, 4), IT(ORIGTIME, 16, 4), IT(RESETS, 20, 4), IT(TRAPS_FLAGS, 24, 4),
	IT(IPV6_FLAG, 28, 4), IT(LOCAL_ADDRESS6, 32, 16), IT(TRAP_ADDRESS6, 48, 16),
};
static const struct item_at of_30[] = {
	IT(LOCAL_ADDRESS, 0, 4), IT(TRAP_ADDRESS, 4, 4), IT(TRAP_PORT, 8, 2), IT(UNUSED, 10, 2),
	IT(IPV6_FLAG, 12, 4), IT(LOCAL_ADDRESS6, 16, 16), IT(TRAP_ADDRESS6, 32, 16),
};
static const struct item_at of_32[] = {
	IT(KEYID, 0, 4),
};
static const struct item_at of_34[] = {
	IT(TIMERESET, 0, 4), IT(REQUESTS, 4, 4), IT(BAD_PACKETS, 8, 4), IT(RESPONSES, 12, 4),
	IT(FRAGMENTS, 16, 4), IT(ERRORS, 20, 4), IT(TOO_SHORT, 24, 4), IT(INPUT_RESPONSES, 28, 4),
	IT(INPUT_FRAGMENTS, 32, 4), IT(INPUT_ERRORS, 36, 4), IT(BAD_OFFSET, 40, 4),
	IT(BAD_VERSION, 44, 4), IT(DATA_TOO_SHORT, 48, 4), IT(BADOP, 52, 4), IT(ASYNC_MESSAGES, 56, 4),
};
static const struct item_at of_36_request[] = {
	IT(ADDRESS, 0, 4),
};
static const struct item_at of_36[] = {
	IT(ADDRESS, 0, 4), IT(TYPE, 4, 1), IT(CLOCK_FLAGS, 5, 1), IT(LASTEVENT, 6, 1),
	IT(CURRENTSTATUS, 7, 1), IT(POLLS, 8, 4), IT(NORESPONSE, 12, 4), IT(BADFORMAT, 16, 4),
	IT(BADDATA, 20, 4), IT(TIMESTARTED, 24, 4), IT(FUDGETIME1, 28, 8), IT(FUDGETIME2, 36, 8),
	IT(FUDGEVAL1, 44, 4), IT(FUDGEVAL2, 48, 4),
};
static const struct item_at of_37[] = {
	IT(ADDRESS, 0, 4), IT(WHICH, 4, 4), IT(FUDGETIME, 8, 8), IT(FUDGEVAL_FLAGS, 16, 4),
};
static const struct item_at of_38[] = {
	IT(KERNEL_OFFSET, 0, 4), IT(FREQ, 4, 4), IT(MAXERROR, 8, 4), IT(ESTERROR, 12, 4),
	IT(STATUS, 16, 2), IT(SHIFT, 18, 2), IT(CONSTANT, 20, 4), IT(KERNEL_PRECISION, 24, 4),
	IT(TOLERANCE, 28, 4), IT(PPSFREQ, 32, 4), IT(JITTER, 36, 4), IT(STABIL, 40, 4),
	IT(JITCNT, 44, 4), IT(CALCNT, 48, 4), IT(ERRCNT, 52, 4), IT(STBCNT, 56, 4),
};
static const struct item_at of_39[] = {
	IT(ADDRESS, 0, 4), IT(NVALUES, 4, 1), IT(NTIMES, 5, 1), IT(SVALUES, 6, 2), IT(STIMES, 8, 4),
	IT(VALUES, 12, 64), IT(TIMES, 76, 256),
};
static const struct item_at of_42[] = {
	IT(MON_AVGINT, 0, 4), IT(MON_LSINT, 4, 4), IT(MON_RESTR, 8, 4), IT(MON_COUNT, 12, 4),
	IT(MON_REMOTE_ADDRESS, 16, 4), IT(MON_LOCAL_ADDRESS, 20, 4), IT(MON_FLAGS, 24, 4),
	IT(MON_PORT, 28, 2), IT(MON_MODE, 30, 1), IT(MON_VERSION, 31, 1), IT(MON_IPV6, 32, 4),
	IT(MON_UNUSED, 36, 4), { ITEM_MON_ADDR6, 40, 16, WITH_IPV6 },
	{ ITEM_MON_DADDR6, 56, 16, WITH_IPV6 },
};
static const struct item_at of_44[] = {
	{ ITEM_ADDRESS6, 0, 16, WITH_IPV6 }, { ITEM_BCAST6, 16, 16, WITH_IPV6 },
	{ ITEM_MASK6, 32, 16, WITH_IPV6 }, { ITEM_ADDRESS, 0, 4, WITHOUT_IPV6 },
	{ ITEM_BCAST, 16, 4, WITHOUT_IPV6 }, { ITEM_MASK, 32, 4, WITHOUT_IPV6 }, IT(IPV6_FLAG, 48, 4),
	IT(INT_NAME, 52, 32), IT(INT_FLAGS, 84, 4), IT(LAST_TTL, 88, 4), IT(NUM_MCAST, 92, 4),
	IT(RECEIVED, 96, 4), IT(SENT, 100, 4), IT(NOTSENT, 104, 4), IT(UPTIME, 108, 4),
	IT(SCOPEID, 112, 4), IT(IFINDEX, 116, 4), IT(IFNUM, 120, 4), IT(PEERCNT, 124, 4),
	IT(FAMILY, 128, 2), IT(IGNORE_PKTS, 130, 1), IT(ACTION, 131, 1), IT(UNUSED, 132, 4),
};

#define BOTH       ITEM_BOTH
#define LIST(list) list, sizeof(list) / sizeof((list)[0])

static const struct item_layout layouts[] = {
	{ 0, BOTH, 32, 0, LIST(of_0) }, /* peer list */
	{ 1, BOTH, 72, 0, LIST(of_1) }, /* peer list, summary */
	{ 2, 0, 32, 0, LIST(of_0) }, /* peer information */
	{ 2, 1, 189, 0, LIST(of_2) }, /* peer information */
	{ 3, 0, 32, 0, LIST(of_0) }, /* peer statistics */
	{ 3, 1, 119, 0, LIST(of_3) }, /* peer statistics */
	{ 4, BOTH, 80, 0, LIST(of_4) }, /* system information */
	{ 5, BOTH, 52, 0, LIST(of_5) }, /* system statistics */
	{ 6, BOTH, 40, 0, LIST(of_6) }, /* input and output */
	{ 7, BOTH, 0, 0, LIST(of_7) }, /* memory */
	{ 8, BOTH, 24, 0, LIST(of_8) }, /* loop */
	{ 9, BOTH, 16, 0, LIST(of_9) }, /* timer */
	{ 10, BOTH, 168, 0, LIST(of_10) }, /* configure */
	{ 11, BOTH, 24, 0, LIST(of_11) }, /* unconfigure */
	{ 12, BOTH, 4, 0, LIST(of_12) }, /* set a system flag */
	{ 13, BOTH, 4, 0, LIST(of_12) }, /* clear it */
	{ 16, BOTH, 56, 0, LIST(of_16) }, /* restrictions */
	{ 17, BOTH, 50, 0, LIST(of_17) }, /* restrict */
	{ 18, BOTH, 50, 0, LIST(of_17) }, /* unrestrict */
	{ 19, BOTH, 50, 0, LIST(of_17) }, /* take flags from a restriction */
	{ 20, BOTH, 32, 24, LIST(of_20) }, /* monlist */
	{ 21, BOTH, 4, 0, LIST(of_21) }, /* reset statistics */
	{ 22, BOTH, 24, 0, LIST(of_11) }, /* reset a peer */
	{ 26, BOTH, 8, 0, LIST(of_26) }, /* trust a key */
	{ 27, BOTH, 8, 0, LIST(of_26) }, /* distrust it */
	{ 28, BOTH, 36, 0, LIST(of_28) }, /* authentication */
	{ 29, BOTH, 64, 0, LIST(of_29) }, /* traps */
	{ 30, BOTH, 48, 0, LIST(of_30) }, /* add a trap */
	{ 31, BOTH, 48, 0, LIST(of_30) }, /* clear it */
	{ 32, BOTH, 4, 0, LIST(of_32) }, /* request key */
	{ 33, BOTH, 4, 0, LIST(of_32) }, /* control key */
	{ 34, BOTH, 60, 0, LIST(of_34) }, /* control statistics */
	{ 36, 0, 4, 0, LIST(of_36_request) }, /* reference clock */
	{ 36, 1, 52, 0, LIST(of_36) }, /* reference clock */
	{ 37, BOTH, 20, 0, LIST(of_37) }, /* fudge factors */
	{ 38, BOTH, 60, 0, LIST(of_38) }, /* kernel */
	{ 39, 0, 4, 0, LIST(of_36_request) }, /* a clock's debugging words */
	{ 39, 1, 332, 0, LIST(of_39) }, /* a clock's debugging words */
	{ 42, BOTH, 40, 32, LIST(of_42) }, /* monlist */
	{ 44, BOTH, 136, 48, LIST(of_44) }, /* interfaces */
	{ 45, BOTH, 136, 48, LIST(of_44) }, /* reload interfaces */
};
/* clang-format on */

const struct item_layout *item_layout_of(uint8_t code, unsigned response)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (layouts[i].code == code &&
		    (layouts[i].response == BOTH || layouts[i].response == response))
			return &layouts[i];
	return NULL;
}
