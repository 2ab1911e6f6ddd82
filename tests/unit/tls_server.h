/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A TLS server on loopback for tests, in a thread of its own, with a certificate that it makes itself: it
 * takes one connection, answers the first thing said with what it was given, and closes. */
#ifndef TESTS_UNIT_TLS_SERVER_H
#define TESTS_UNIT_TLS_SERVER_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

struct tls_server_options {
	const char *name;        /* whom the certificate is for; "ADDRESS" of four octets: 127.0.0.1 */
	int64_t from_s, until_s; /* its dates, from now */
	const char *priorities;  /* NULL: TLS 1.3 */
	const char *alpn;        /* NULL: none */
	const uint8_t *answer;
	size_t answer_len;
	unsigned pieces; /* octets a record; 0: all in one */
	bool is_silent;  /* keeps the connection for a while instead */
	bool is_rude;    /* no goodbye */
};

struct tls_server {
	struct tls_server_options o;
	int listener;
	uint16_t port;
	pthread_t thread;
	char ca_path[64];
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
	uint8_t heard[256]; /* once stopped */
	size_t heard_len;
	char server_name[256]; /* that the client said; "" none */
	uint8_t exported[32];  /* with the label "label" and the context "context" */
};

static inline void tls_server_make_certificate(struct tls_server *s)
{
	static const uint8_t serial[] = { 1 }, loopback[] = { 127, 0, 0, 1 };
	const char *name = s->o.name;
	time_t now = time(NULL);

	assert_int_equal(gnutls_x509_privkey_init(&s->key), 0);
	assert_int_equal(gnutls_x509_privkey_generate(s->key, GNUTLS_PK_ECDSA,
						      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
			 0);
	assert_int_equal(gnutls_x509_crt_init(&s->crt), 0);
	gnutls_x509_crt_set_version(s->crt, 3);
	gnutls_x509_crt_set_serial(s->crt, serial, sizeof(serial));
	gnutls_x509_crt_set_activation_time(s->crt, now + s->o.from_s);
	gnutls_x509_crt_set_expiration_time(s->crt, now + s->o.until_s);
	gnutls_x509_crt_set_dn_by_oid(s->crt, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen(name));
	if (strcmp(name, "ADDRESS") == 0)
		gnutls_x509_crt_set_subject_alt_name(s->crt, GNUTLS_SAN_IPADDRESS, loopback, 4,
						     GNUTLS_FSAN_SET);
	else
		gnutls_x509_crt_set_subject_alt_name(s->crt, GNUTLS_SAN_DNSNAME, name, (unsigned)strlen(name),
						     GNUTLS_FSAN_SET);
	gnutls_x509_crt_set_key(s->crt, s->key);
	gnutls_x509_crt_set_basic_constraints(s->crt, 1, -1);
	assert_int_equal(gnutls_x509_crt_sign2(s->crt, s->crt, s->key, GNUTLS_DIG_SHA256, 0), 0);
}

static inline void tls_server_write_certificate(struct tls_server *s)
{
	gnutls_datum_t pem;

	snprintf(s->ca_path, sizeof(s->ca_path), "/tmp/ntpscope-ca-XXXXXX");
	int fd = mkstemp(s->ca_path);
	assert_int_equal(gnutls_x509_crt_export2(s->crt, GNUTLS_X509_FMT_PEM, &pem), 0);
	assert_int_equal(write(fd, pem.data, pem.size), (ssize_t)pem.size);
	close(fd);
	gnutls_free(pem.data);
}

static inline void tls_server_answer(struct tls_server *s, gnutls_session_t session)
{
	char closing;
	size_t len = sizeof(s->server_name), step = s->o.pieces ? s->o.pieces : s->o.answer_len;
	unsigned type;

	if (gnutls_server_name_get(session, s->server_name, &len, &type, 0) < 0)
		s->server_name[0] = '\0';
	gnutls_prf_rfc5705(session, 5, "label", 7, "context", sizeof(s->exported), (char *)s->exported);
	ssize_t n = gnutls_record_recv(session, s->heard, sizeof(s->heard));
	s->heard_len = n > 0 ? (size_t)n : 0;
	for (size_t at = 0; at < s->o.answer_len; at += step) {
		size_t left = s->o.answer_len - at;
		if (gnutls_record_send(session, s->o.answer + at, left < step ? left : step) < 0)
			break;
	}
	while (s->o.is_silent && gnutls_record_recv(session, &closing, 1) > 0)
		;
	if (!s->o.is_rude)
		gnutls_bye(session, GNUTLS_SHUT_WR);
}

static inline void *tls_server_run(void *arg)
{
	struct tls_server *s = arg;
	gnutls_certificate_credentials_t credentials;
	gnutls_session_t session;
	gnutls_datum_t alpn = { .data = (unsigned char *)(uintptr_t)s->o.alpn,
				.size = s->o.alpn ? (unsigned)strlen(s->o.alpn) : 0 };
	int fd = accept(s->listener, NULL, NULL);

	gnutls_certificate_allocate_credentials(&credentials);
	gnutls_certificate_set_x509_key(credentials, &s->crt, 1, s->key);
	gnutls_init(&session, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
	gnutls_priority_set_direct(session,
				   s->o.priorities ? s->o.priorities : "NORMAL:-VERS-ALL:+VERS-TLS1.3", NULL);
	gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
	if (alpn.size)
		gnutls_alpn_set_protocols(session, &alpn, 1, 0);
	gnutls_transport_set_int(session, fd);
	gnutls_handshake_set_timeout(session, 5000);
	gnutls_record_set_timeout(session, 5000);
	if (gnutls_handshake(session) == 0)
		tls_server_answer(s, session);
	gnutls_deinit(session);
	gnutls_certificate_free_credentials(credentials);
	close(fd);
	return NULL;
}

static inline void tls_server_start(struct tls_server *s, const struct tls_server_options *o)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);

	memset(s, 0, sizeof(*s));
	s->o = *o;
	tls_server_make_certificate(s);
	tls_server_write_certificate(s);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(s->listener, 1), 0);
	assert_int_equal(getsockname(s->listener, (struct sockaddr *)&a, &len), 0);
	s->port = ntohs(a.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, tls_server_run, s), 0);
}

/* Waits for the end of the one connection. */
static inline void tls_server_stop(struct tls_server *s)
{
	pthread_join(s->thread, NULL);
	close(s->listener);
	unlink(s->ca_path);
	gnutls_x509_crt_deinit(s->crt);
	gnutls_x509_privkey_deinit(s->key);
}

#endif
