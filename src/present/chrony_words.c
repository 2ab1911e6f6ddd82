/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/chrony_words.h"

#include <math.h>
#include <stdio.h>

#define NAME_OF(table, i) ((i) < sizeof(table) / sizeof((table)[0]) ? (table)[i] : "unknown")

void chrony_addr_words(const struct chrony_addr *a, char out[ADDR_TEXT_MAX])
{
	switch (a->family) {
	case CHRONY_NO_ADDR: snprintf(out, ADDR_TEXT_MAX, "[UNSPEC]"); return;
	case CHRONY_ID: snprintf(out, ADDR_TEXT_MAX, "ID#%010u", a->id); return;
	case CHRONY_IPV4:
	case CHRONY_IPV6: addr_text(&a->addr, out); return;
	}
	snprintf(out, ADDR_TEXT_MAX, "?");
}

struct chrony_word chrony_refid_words(uint32_t refid)
{
	struct chrony_word w = { "" };
	size_t n = 0;

	for (int shift = 24; shift >= 0; shift -= 8) {
		char c = (char)(refid >> shift);
		if (c > ' ' && c < 0x7f)
			w.s[n++] = c;
	}
	w.s[n] = '\0';
	return w;
}

struct chrony_word chrony_signed_words(double s)
{
	struct chrony_word w;
	double x = fabs(s);

	if (x > 99999.5)
		snprintf(w.s, sizeof(w.s), "%+6.0fd", fmax(-1e9, fmin(1e9, s / 86400)));
	else if (x > 999.5)
		snprintf(w.s, sizeof(w.s), "%+6.0fs", s);
	else if (x > 9.9995)
		snprintf(w.s, sizeof(w.s), "%+6.1fs", s);
	else if (x > 9.9995e-3)
		snprintf(w.s, sizeof(w.s), "%+5.0fms", s * 1e3);
	else if (x > 9.9995e-6)
		snprintf(w.s, sizeof(w.s), "%+5.0fus", s * 1e6);
	else
		snprintf(w.s, sizeof(w.s), "%+5.0fns", s * 1e9);
	return w;
}

struct chrony_word chrony_span_words(double s)
{
	struct chrony_word w;
	double x = fabs(s);

	if (x < 9999.5e-9)
		snprintf(w.s, sizeof(w.s), "%4.0fns", x * 1e9);
	else if (x < 9999.5e-6)
		snprintf(w.s, sizeof(w.s), "%4.0fus", x * 1e6);
	else if (x < 9999.5e-3)
		snprintf(w.s, sizeof(w.s), "%4.0fms", x * 1e3);
	else if (x < 999.5)
		snprintf(w.s, sizeof(w.s), "%5.1fs", x);
	else if (x < 99999.5)
		snprintf(w.s, sizeof(w.s), "%5.0fs", x);
	else
		snprintf(w.s, sizeof(w.s), "%5.0fd", fmin(1e9, x / 86400));
	return w;
}

struct chrony_word chrony_ago_words(uint32_t s)
{
	struct chrony_word w;

	if (s == UINT32_MAX)
		snprintf(w.s, sizeof(w.s), "   -");
	else if (s < 1200)
		snprintf(w.s, sizeof(w.s), "%4u", s);
	else if (s < 36000)
		snprintf(w.s, sizeof(w.s), "%3um", s / 60);
	else if (s < 345600)
		snprintf(w.s, sizeof(w.s), "%3uh", s / 3600);
	else if (s / 86400 > 999)
		snprintf(w.s, sizeof(w.s), "%3uy", s / 86400 / 365);
	else
		snprintf(w.s, sizeof(w.s), "%3ud", s / 86400);
	return w;
}

struct chrony_word chrony_interval_words(int8_t log2s)
{
	struct chrony_word w;

	if (log2s == CHRONY_NO_INTERVAL)
		snprintf(w.s, sizeof(w.s), "  -");
	else
		snprintf(w.s, sizeof(w.s), "%3d", log2s);
	return w;
}

char chrony_mode_char(uint16_t mode)
{
	return mode <= 2 ? "^=#"[mode] : ' ';
}

char chrony_state_char(uint16_t state)
{
	return state <= 5 ? "*?x~-+"[state] : ' ';
}

const char *chrony_mode_name(uint16_t mode)
{
	static const char *const names[] = { "server", "peer", "refclock" };
	return NAME_OF(names, mode);
}

const char *chrony_state_name(uint16_t state)
{
	static const char *const names[] = { "selected", "nonselectable", "falseticker",
					     "jittery",  "unselected",    "selectable" };
	return NAME_OF(names, state);
}

const char *chrony_leap_name(unsigned leap)
{
	static const char *const names[] = { "Normal", "Insert second", "Delete second", "Not synchronised" };
	return NAME_OF(names, leap);
}

const char *chrony_auth_name(unsigned mode)
{
	static const char *const names[] = { "none", "symmetric", "nts" };
	return NAME_OF(names, mode);
}

const char *chrony_stamp_name(char source)
{
	switch (source) {
	case 'D': return "daemon";
	case 'K': return "kernel";
	case 'H': return "hardware";
	}
	return "none";
}

const char *chrony_select_name(char state)
{
	static const struct {
		char letter;
		const char *name;
	} names[] = {
		{ 'N', "noselect" },         { 's', "not synchronised" },
		{ 'M', "missing samples" },  { 'r', "too old samples" },
		{ 'd', "root distance" },    { '~', "jitter" },
		{ 'w', "waits for others" }, { 'S', "stale" },
		{ 'O', "orphan" },           { 'T', "not trusted" },
		{ 'P', "not preferred" },    { 'U', "waits for update" },
		{ 'x', "falseticker" },      { 'W', "waits" },
		{ 'D', "distance" },         { '-', "not selected" },
		{ '+', "combined" },         { '*', "best" },
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].letter == state)
			return names[i].name;
	return "unknown";
}
