/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can come of asking a server for the time: one name, one sentence and one exit status for each. */
#ifndef ENGINE_QUERY_RESULT_H
#define ENGINE_QUERY_RESULT_H

enum query_result {
	QUERY_OK,
	QUERY_NONE,            /* nothing yet */
	QUERY_TIMEOUT,         /* silence */
	QUERY_REFUSED,         /* ICMP: nobody listens on that port */
	QUERY_UNREACHABLE,     /* another ICMP error, or no route from here */
	QUERY_KOD,             /* kiss-o'-death; the code tells more */
	QUERY_UNSYNCHRONISED,  /* leap 3, or stratum 0 or above 15 */
	QUERY_BAD_HEADER,      /* times or root distance that cannot be */
	QUERY_BOGUS,           /* not an answer to what we asked: another origin */
	QUERY_MALFORMED,       /* too short, or a trailer that cannot be read */
	QUERY_WRONG_MODE,      /* no mode 4 */
	QUERY_WRONG_VERSION,   /* another version than we asked for */
	QUERY_AUTH_MISSING,    /* we asked with a key, the answer has no MAC */
	QUERY_AUTH_FAILED,     /* its MAC or seal is wrong, or of another key */
	QUERY_CRYPTO_NAK,      /* the server does not accept our key */
	QUERY_DNS,             /* the name has no address */
	QUERY_LOCAL,           /* this machine could not send */
	QUERY_NTS_CONNECT,     /* no TCP connection for the key establishment */
	QUERY_NTS_TLS,         /* no TLS session, or another than NTS needs */
	QUERY_NTS_CERTIFICATE, /* the certificate is not to be trusted */
	QUERY_NTS_REFUSED,     /* the key establishment said no */
	QUERY_NTS_MALFORMED,   /* it said what cannot be understood */
	QUERY_NTS_NAK,         /* the server does not know our cookies */
	N_QUERY_RESULTS,
};

/* "ok", "timeout", "auth-missing": as in JSON; never NULL. */
const char *query_result_name(enum query_result r);

/* "no answer in time"; never NULL. */
const char *query_result_sentence(enum query_result r);

/* 0 for QUERY_OK, one of its own from 10 on for each other. */
int query_result_status(enum query_result r);

#endif
