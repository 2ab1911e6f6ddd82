/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/refid_words.h"

#include <stdio.h>
#include <string.h>

#include "proto/names.h"

struct code {
	char text[5];
	const char *meaning;
};

static const struct code kiss_codes[] = {
	{ "ACST", "unicast association" },
	{ "AUTH", "authentication failed" },
	{ "AUTO", "Autokey sequence failed" },
	{ "BCST", "broadcast association" },
	{ "CRYP", "cryptographic authentication failed" },
	{ "DENY", "access denied: stop asking" },
	{ "DROP", "peer lost" },
	{ "INIT", "not synchronised yet" },
	{ "MCST", "association found by itself" },
	{ "NKEY", "no key" },
	{ "NTSN", "NTS: cookie or authenticator refused" },
	{ "RATE", "asked too often: ask less" },
	{ "RMOT", "association changed from afar" },
	{ "RSTR", "denied by policy: stop asking" },
	{ "STEP", "clock was stepped, not synchronised yet" },
};

static const struct code sources[] = {
	{ "ACTS", "NIST by telephone" },
	{ "ATOM", "pulse per second" },
	{ "CDMA", "mobile network" },
	{ "CESM", "caesium clock" },
	{ "CHU", "radio, Ottawa" },
	{ "DCF", "radio, Mainflingen, 77.5 kHz" },
	{ "DCFa", "DCF77, amplitude" },
	{ "DCFp", "DCF77, phase" },
	{ "DFM", "UTC(DFM)" },
	{ "FREE", "free running" },
	{ "GAL", "Galileo" },
	{ "GLO", "GLONASS" },
	{ "GNSS", "satellites" },
	{ "GOES", "GOES satellite" },
	{ "GOOG", "Google, leap seconds smeared" },
	{ "GPS", "satellite, GPS" },
	{ "GPSD", "gpsd" },
	{ "HBG", "radio, Prangins, 75 kHz" },
	{ "IRIG", "IRIG time code" },
	{ "JJY", "radio, Japan, 40 or 60 kHz" },
	{ "LCL", "local clock, undisciplined" },
	{ "LOCL", "local clock, undisciplined" },
	{ "LORC", "Loran-C, 100 kHz" },
	{ "MRS", "several sources" },
	{ "MSF", "radio, Anthorn, 60 kHz" },
	{ "NIST", "NIST" },
	{ "NMEA", "NMEA receiver" },
	{ "PHC0", "clock of a network card" },
	{ "PPS", "pulse per second" },
	{ "PTB", "PTB" },
	{ "PTP", "PTP" },
	{ "RBDM", "rubidium clock" },
	{ "SHM", "shared memory" },
	{ "TDF", "radio, Allouis, 162 kHz" },
	{ "USNO", "US Naval Observatory" },
	{ "WWV", "radio, Fort Collins" },
	{ "WWVB", "radio, Fort Collins, 60 kHz" },
	{ "WWVH", "radio, Kauai" },
	{ "XNON", "no source chosen yet" },
};

static const char *find(const struct code *codes, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(codes[i].text, text) == 0)
			return codes[i].meaning;
	return "";
}

/* ntpd shows its leap smear so: two bits of whole seconds, signed, and 22 of fraction. */
static void smear_words(const uint8_t refid[4], char *out)
{
	int32_t v = (int32_t)((uint32_t)refid[1] << 24 | (uint32_t)refid[2] << 16 | (uint32_t)refid[3] << 8) /
		    256;
	snprintf(out, REFID_WORDS_MAX, "an address, or a leap smear of %+.6f s", v / 4194304.0);
}

static void secondary_words(const uint8_t r[4], char *out)
{
	const char *words = "IPv4 address of its source, or hash of an IPv6 one";
	if (r[0] == 127 && r[1] == 127 && r[2] == 1)
		words = r[3] == 255 ? "smoothed time" : "local clock";
	else if (r[0] == 127 && r[1] == 127)
		words = "reference clock of ntpd: driver and unit";
	else if (!(r[0] | r[1] | r[2] | r[3]))
		words = "none";
	if (r[0] == 254)
		smear_words(r, out);
	else
		snprintf(out, REFID_WORDS_MAX, "%s", words);
}

void refid_words(const struct ntp_header *h, char out[REFID_WORDS_MAX])
{
	char text[REFID_TEXT_MAX];
	out[0] = '\0';
	ntp_refid_text(h->stratum, h->refid, text);
	if (h->stratum > 1)
		secondary_words(h->refid, out);
	else if (h->stratum == 1)
		snprintf(out, REFID_WORDS_MAX, "%s", find(sources, sizeof(sources) / sizeof(*sources), text));
	else if (ntp_kiss_of(h) != KISS_NONE)
		snprintf(out, REFID_WORDS_MAX, "%s",
			 find(kiss_codes, sizeof(kiss_codes) / sizeof(*kiss_codes), text));
}
