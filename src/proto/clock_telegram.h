/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What radio clocks send and ntpd shows in its clock variable `timecode`: the 59 bits of a minute of
 * DCF77, as ntpd writes them one character a bit, and the standard telegram of Meinberg's clocks.
 */
#ifndef PROTO_CLOCK_TELEGRAM_H
#define PROTO_CLOCK_TELEGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DCF77_BITS = 59 };

/* Announcements and states, bits of struct clock_telegram's flags; telegram_flag_name() has the words. */
enum telegram_flag {
	TELEGRAM_CALL_BIT = 1,    /* DCF77 R: something is irregular at the transmitter */
	TELEGRAM_DST_CHANGE = 2,  /* A1: at the end of this hour */
	TELEGRAM_LEAP_SECOND = 4, /* A2: at the end of this hour */
	TELEGRAM_SUMMER = 8,
	TELEGRAM_UTC = 16,
	TELEGRAM_FREE_RUNNING = 32, /* never synchronised since power-up */
	TELEGRAM_QUARTZ = 64,       /* time from the internal quartz: not confirmed */
};

/* What is wrong, bits of faults; telegram_fault_name() has the words. */
enum telegram_fault {
	TELEGRAM_START_BIT = 1,
	TELEGRAM_TIME_BIT = 2, /* S, which is always 1 */
	TELEGRAM_ZONE = 4,     /* neither CET nor CEST, or both */
	TELEGRAM_MINUTE_PARITY = 8,
	TELEGRAM_HOUR_PARITY = 16,
	TELEGRAM_DATE_PARITY = 32,
	TELEGRAM_VALUES = 64, /* no minute, hour or date that exists */
};

struct clock_telegram {
	bool is_dcf77;                     /* otherwise Meinberg's */
	uint8_t minute, hour, second;      /* local time of the sender, unless TELEGRAM_UTC */
	uint8_t day, weekday, month, year; /* Monday is 1; year of the century */
	unsigned flags, faults;
};

/* A DCF77 minute from its bits, bit n that of second n.  It describes the minute that begins next. */
void dcf77_telegram(uint64_t bits, struct clock_telegram *out);

/* The same from ntpd's characters; false when they are no such text. */
bool dcf77_telegram_of_text(const char *text, size_t len, struct clock_telegram *out);

/* "\x02D:dd.mm.yy;T:w;U:hh.mm.ss;uvxy\x03"; the controls around it, which ntpd shows in its own way or
 * not at all, may be missing.  False when it is none. */
bool meinberg_telegram(const char *text, size_t len, struct clock_telegram *out);

/* One bit of flags or faults; never NULL. */
const char *telegram_flag_name(unsigned flag);
const char *telegram_fault_name(unsigned fault);

#endif
