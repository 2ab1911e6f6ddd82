/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/sockaddr.h"

/* ---- the socket ---------------------------------------------------------------------------------- */

/* "::" takes IPv4 too, which is what people expect of it. */
static bool set_up(int fd, const union socket_address *s, socklen_t len)
{
	int on = 1, off = 0;

	return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	       (s->any.sa_family == AF_INET ||
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) == 0) &&
	       bind(fd, &s->any, len) == 0 && listen(fd, 128) == 0;
}

enum err listen_open(const struct addr *a, uint16_t *port, int *fd, char why[WEB_WHY_MAX])
{
	union socket_address s;
	socklen_t len = socket_address_of(a, *port, 0, &s);
	char text[ADDR_TEXT_MAX];

	*fd = socket(s.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd < 0 || !set_up(*fd, &s, len) || getsockname(*fd, &s.any, &len) != 0) {
		int reason = errno;
		addr_text(a, text);
		snprintf(why, WEB_WHY_MAX, "cannot listen on %s port %u: %s", text, *port, strerror(reason));
		if (*fd >= 0)
			close(*fd);
		*fd = -1;
		errno = reason;
		return ERR_SYS;
	}
	*port = ntohs(s.any.sa_family == AF_INET ? s.v4.sin_port : s.v6.sin6_port);
	return ERR_OK;
}

/* ---- certificate and key -------------------------------------------------------------------------- */

enum { PEM_MAX = 1 << 20 };

static char *read_text(const char *path, char why[WEB_WHY_MAX])
{
	char *text = calloc(1, PEM_MAX + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0, len = 0;

	while (text && fd >= 0 && len < PEM_MAX && (n = read(fd, text + len, (size_t)(PEM_MAX - len))) > 0)
		len += n;
	if (!text || fd < 0 || n < 0) {
		snprintf(why, WEB_WHY_MAX, "cannot read '%.200s': %s", path, strerror(errno));
		free(text);
		text = NULL;
	}
	if (fd >= 0)
		close(fd);
	return text;
}

/* What GnuTLS says of them; *out is to be freed unless it is negative. */
static int credentials_of(const struct tls_files *t, gnutls_certificate_credentials_t *out)
{
	gnutls_datum_t certificate_pem = { (unsigned char *)t->certificate,
					   (unsigned)strlen(t->certificate) };
	gnutls_datum_t key_pem = { (unsigned char *)t->key, (unsigned)strlen(t->key) };

	int e = gnutls_certificate_allocate_credentials(out);
	if (e < 0)
		return e;
	e = gnutls_certificate_set_x509_key_mem(*out, &certificate_pem, &key_pem, GNUTLS_X509_FMT_PEM);
	if (e < 0)
		gnutls_certificate_free_credentials(*out);
	return e;
}

static bool fit_together(const struct tls_files *t, const char *certificate, const char *key,
			 char why[WEB_WHY_MAX])
{
	gnutls_certificate_credentials_t c;

	int e = credentials_of(t, &c);
	if (e >= 0)
		gnutls_certificate_free_credentials(c);
	else
		snprintf(why, WEB_WHY_MAX, "the certificate '%.100s' and the key '%.100s' cannot be used: %s",
			 certificate, key, gnutls_strerror(e));
	return e >= 0;
}

enum err tls_files_read(const char *certificate, const char *key, struct tls_files *out,
			char why[WEB_WHY_MAX])
{
	*out = (struct tls_files){ .certificate = read_text(certificate, why) };
	if (out->certificate)
		out->key = read_text(key, why);
	if (out->key && fit_together(out, certificate, key, why))
		return ERR_OK;
	tls_files_release(out);
	return ERR_USAGE;
}

struct tls_identity {
	gnutls_certificate_credentials_t credentials;
	unsigned n_holders;
};

struct tls_identity *tls_identity_new(const struct tls_files *t)
{
	struct tls_identity *i = calloc(1, sizeof(*i));

	if (!i || credentials_of(t, &i->credentials) < 0) {
		free(i);
		return NULL;
	}
	i->n_holders = 1;
	return i;
}

struct tls_identity *tls_identity_hold(struct tls_identity *i)
{
	if (i)
		i->n_holders++;
	return i;
}

void tls_identity_let_go(struct tls_identity *i)
{
	if (!i || --i->n_holders)
		return;
	gnutls_certificate_free_credentials(i->credentials);
	free(i);
}

bool tls_identity_show(const struct tls_identity *i, void *session)
{
	return gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, i->credentials) == GNUTLS_E_SUCCESS;
}

void tls_files_release(struct tls_files *t)
{
	if (t->key)
		explicit_bzero(t->key, strlen(t->key));
	free(t->certificate);
	free(t->key);
	*t = (struct tls_files){ 0 };
}
