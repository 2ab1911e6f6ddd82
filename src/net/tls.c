/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/tls.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "net/sockaddr.h"

/* TLS 1.3 and nothing older: RFC 8915 section 3. */
#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:%DISABLE_TLS13_COMPAT_MODE"

struct tls_trust {
	gnutls_certificate_credentials_t credentials;
};

struct tls {
	struct tls_options options;
	struct tls_facts facts;
	gnutls_session_t session;
	int fd;
	enum { CONNECTING, SHAKING, OPEN, OVER } state;
};

/* ---- trust --------------------------------------------------------------------------------------- */

enum err tls_trust_new(const char *ca_file, struct tls_trust **out)
{
	struct tls_trust *t = calloc(1, sizeof(*t));

	*out = NULL;
	if (!t || gnutls_certificate_allocate_credentials(&t->credentials) < 0) {
		free(t);
		return ERR_MEMORY;
	}
	if (!ca_file) {
		gnutls_certificate_set_x509_system_trust(t->credentials);
		*out = t;
		return ERR_OK;
	}
	int n = access(ca_file, R_OK) != 0 ? GNUTLS_E_FILE_ERROR
					   : gnutls_certificate_set_x509_trust_file(t->credentials, ca_file,
										    GNUTLS_X509_FMT_PEM);
	if (n > 0) {
		*out = t;
		return ERR_OK;
	}
	int why = errno;
	tls_trust_free(t);
	errno = why;
	return n == GNUTLS_E_FILE_ERROR ? ERR_SYS : ERR_FORMAT;
}

void tls_trust_free(struct tls_trust *t)
{
	if (!t)
		return;
	gnutls_certificate_free_credentials(t->credentials);
	free(t);
}

/* ---- opening and closing ------------------------------------------------------------------------- */

static void fail(struct tls *t, enum tls_failure failure, const char *why)
{
	t->state = OVER;
	t->facts.failure = failure;
	snprintf(t->facts.why, sizeof(t->facts.why), "%s", why);
}

static void start_connecting(struct tls *t)
{
	const struct tls_options *o = &t->options;
	union socket_address s;
	socklen_t len = socket_address_of(&o->addr, o->port, o->scope, &s);

	t->fd = socket(s.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (t->fd >= 0 && o->source) {
		union socket_address ours;
		socklen_t ours_len = socket_address_of(o->source, 0, o->scope, &ours);
		if (bind(t->fd, &ours.any, ours_len) != 0) {
			fail(t, TLS_NO_CONNECTION, strerror(errno));
			return;
		}
	}
	if (t->fd < 0 || (connect(t->fd, &s.any, len) != 0 && errno != EINPROGRESS))
		fail(t, TLS_NO_CONNECTION, strerror(errno));
}

static bool prepare_session(struct tls *t)
{
	const struct tls_options *o = &t->options;
	gnutls_datum_t alpn = { .data = (unsigned char *)(uintptr_t)o->alpn,
				.size = (unsigned)strlen(o->alpn) };
	struct addr literal;

	if (gnutls_init(&t->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0)
		return false;
	/* Section 3 of RFC 6066: addresses are no server names. */
	if (!addr_parse(o->name, &literal))
		gnutls_server_name_set(t->session, GNUTLS_NAME_DNS, o->name, strlen(o->name));
	return gnutls_priority_set_direct(t->session, PRIORITIES, NULL) >= 0 &&
	       gnutls_credentials_set(t->session, GNUTLS_CRD_CERTIFICATE, o->trust->credentials) >= 0 &&
	       gnutls_alpn_set_protocols(t->session, &alpn, 1, 0) >= 0;
}

enum err tls_open(struct tls **out, const struct tls_options *o)
{
	struct tls *t = calloc(1, sizeof(*t));

	*out = NULL;
	if (!t)
		return ERR_MEMORY;
	t->options = *o;
	t->fd = -1;
	if (!prepare_session(t)) {
		tls_close(t);
		return ERR_MEMORY;
	}
	start_connecting(t);
	if (t->state == CONNECTING)
		gnutls_transport_set_int(t->session, t->fd);
	*out = t;
	return ERR_OK;
}

void tls_close(struct tls *t)
{
	if (!t)
		return;
	if (t->session) {
		if (t->state == OPEN)
			gnutls_bye(t->session, GNUTLS_SHUT_WR);
		gnutls_deinit(t->session);
	}
	if (t->fd >= 0)
		close(t->fd);
	free(t);
}

/* ---- the certificate ----------------------------------------------------------------------------- */

static void copy_printable(char *out, size_t room, const char *text, size_t len)
{
	size_t n = len < room - 1 ? len : room - 1;

	for (size_t i = 0; i < n; i++)
		out[i] = text[i] >= 0x20 && text[i] < 0x7f ? text[i] : '?';
	out[n] = '\0';
}

static void copy_name(char *out, const gnutls_datum_t *d)
{
	copy_printable(out, TLS_TEXT_MAX, (const char *)d->data, d->size);
}

static void look_at_certificate(struct tls *t)
{
	unsigned n = 0;
	const gnutls_datum_t *chain = gnutls_certificate_get_peers(t->session, &n);
	gnutls_x509_crt_t c;
	gnutls_datum_t text;

	if (!chain || !n || gnutls_x509_crt_init(&c) < 0)
		return;
	if (gnutls_x509_crt_import(c, &chain[0], GNUTLS_X509_FMT_DER) >= 0) {
		if (gnutls_x509_crt_get_dn2(c, &text) >= 0) {
			copy_name(t->facts.subject, &text);
			gnutls_free(text.data);
		}
		if (gnutls_x509_crt_get_issuer_dn2(c, &text) >= 0) {
			copy_name(t->facts.issuer, &text);
			gnutls_free(text.data);
		}
		t->facts.not_before_s = gnutls_x509_crt_get_activation_time(c);
		t->facts.not_after_s = gnutls_x509_crt_get_expiration_time(c);
	}
	gnutls_x509_crt_deinit(c);
}

/* What people call it; the clock is ours, which an operator has to hear when it may be the one that is wrong.
 */
static const char *distrust(unsigned status)
{
	if (status & GNUTLS_CERT_EXPIRED)
		return "the certificate has expired";
	if (status & GNUTLS_CERT_NOT_ACTIVATED)
		return "the certificate is not yet valid (or the clock of this machine is wrong)";
	if (status & GNUTLS_CERT_UNEXPECTED_OWNER)
		return "the certificate is for another name";
	if (status & GNUTLS_CERT_REVOKED)
		return "the certificate is revoked";
	if (status & (GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_SIGNER_NOT_CA))
		return "the certificate is of an issuer that is not trusted here";
	if (status & GNUTLS_CERT_INSECURE_ALGORITHM)
		return "the certificate has an insecure signature";
	return "the certificate cannot be verified";
}

static bool certificate_is_good(struct tls *t)
{
	gnutls_typed_vdata_st wanted[] = {
		{ .type = GNUTLS_DT_DNS_HOSTNAME, .data = (unsigned char *)(uintptr_t)t->options.name },
		{ .type = GNUTLS_DT_KEY_PURPOSE_OID,
		  .data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_SERVER },
	};
	unsigned status = 0;

	look_at_certificate(t);
	if (gnutls_certificate_verify_peers(t->session, wanted, 2, &status) < 0)
		status = GNUTLS_CERT_INVALID;
	if (status)
		snprintf(t->facts.distrust, sizeof(t->facts.distrust), "%s", distrust(status));
	return !status || t->options.is_unverified;
}

/* ---- the session --------------------------------------------------------------------------------- */

static bool alpn_is_ours(struct tls *t)
{
	gnutls_datum_t chosen;

	return gnutls_alpn_get_selected_protocol(t->session, &chosen) >= 0 &&
	       chosen.size == strlen(t->options.alpn) &&
	       memcmp(chosen.data, t->options.alpn, chosen.size) == 0;
}

static void finish_shaking(struct tls *t)
{
	char why[TLS_TEXT_MAX];
	const char *cipher = gnutls_ciphersuite_get(t->session);

	t->state = OPEN;
	snprintf(t->facts.version, sizeof(t->facts.version), "%s",
		 gnutls_protocol_get_name(gnutls_protocol_get_version(t->session)));
	snprintf(t->facts.cipher, sizeof(t->facts.cipher), "%s", cipher ? cipher : "");
	if (!certificate_is_good(t)) {
		snprintf(why, sizeof(why), "%s", t->facts.distrust);
		fail(t, TLS_BAD_CERTIFICATE, why);
	} else if (!alpn_is_ours(t)) {
		snprintf(why, sizeof(why), "the server does not speak %s", t->options.alpn);
		fail(t, TLS_NO_ALPN, why);
	}
}

static void shake(struct tls *t)
{
	char why[TLS_TEXT_MAX];
	int e;

	do
		e = gnutls_handshake(t->session);
	while (e < 0 && e != GNUTLS_E_AGAIN && !gnutls_error_is_fatal(e));
	if (e == GNUTLS_E_AGAIN)
		return;
	if (e >= 0) {
		finish_shaking(t);
	} else if (e == GNUTLS_E_FATAL_ALERT_RECEIVED) {
		gnutls_alert_description_t a = gnutls_alert_get(t->session);
		const char *name = gnutls_alert_get_name(a);
		snprintf(why, sizeof(why), "the server sent the alert '%s'", name ? name : "unknown");
		fail(t, a == GNUTLS_A_NO_APPLICATION_PROTOCOL ? TLS_NO_ALPN : TLS_NO_SESSION, why);
	} else {
		snprintf(why, sizeof(why), "%s", gnutls_strerror(e));
		fail(t, TLS_NO_SESSION, why);
	}
}

static void look_at_connection(struct tls *t)
{
	struct pollfd p = { .fd = t->fd, .events = POLLOUT };
	int error = 0;
	socklen_t len = sizeof(error);

	if (poll(&p, 1, 0) <= 0)
		return;
	if (getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	if (error)
		fail(t, TLS_NO_CONNECTION, strerror(error));
	else
		t->state = SHAKING;
}

enum tls_state tls_step(struct tls *t)
{
	static const enum tls_state states[] = { [CONNECTING] = TLS_CONNECTING,
						 [SHAKING] = TLS_SHAKING,
						 [OPEN] = TLS_READY,
						 [OVER] = TLS_FAILED };

	if (t->state == CONNECTING)
		look_at_connection(t);
	if (t->state == SHAKING)
		shake(t);
	return states[t->state];
}

int tls_fd(const struct tls *t)
{
	return t->fd;
}

short tls_events(const struct tls *t)
{
	if (t->state == CONNECTING || (t->state == SHAKING && gnutls_record_get_direction(t->session)))
		return POLLOUT;
	return POLLIN;
}

static bool is_for_later(long n)
{
	return n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED || (n < 0 && !gnutls_error_is_fatal((int)n));
}

long tls_write(struct tls *t, const uint8_t *p, size_t len)
{
	if (t->state != OPEN)
		return -1;
	long n = gnutls_record_send(t->session, p, len);
	if (is_for_later(n))
		return 0;
	if (n < 0)
		fail(t, TLS_NO_SESSION, gnutls_strerror((int)n));
	return n < 0 ? -1 : n;
}

long tls_read(struct tls *t, uint8_t *p, size_t room, bool *at_end)
{
	*at_end = false;
	if (t->state != OPEN)
		return -1;
	long n = gnutls_record_recv(t->session, p, room);
	if (is_for_later(n))
		return 0;
	if (n == 0 || n == GNUTLS_E_PREMATURE_TERMINATION) {
		*at_end = true;
		return 0;
	}
	if (n < 0)
		fail(t, TLS_NO_SESSION, gnutls_strerror((int)n));
	return n < 0 ? -1 : n;
}

bool tls_export(struct tls *t, const char *label, const uint8_t *context, size_t context_len, uint8_t *out,
		size_t len)
{
	return t->state == OPEN && gnutls_prf_rfc5705(t->session, strlen(label), label, context_len,
						      (const char *)context, len, (char *)out) >= 0;
}

const struct tls_facts *tls_facts(const struct tls *t)
{
	return &t->facts;
}
