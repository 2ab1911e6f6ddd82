/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/hash.h"
#include "base/nstime.h"

/* ---- what may be configured ------------------------------------------------------------------------ */

static bool is_long_enough(const char *s, size_t least)
{
	size_t len = s ? strlen(s) : least;
	return len >= least && len <= GUARD_SECRET_MAX;
}

/* NULL, or what is wrong. */
static const char *wrong_with(const struct web_config *c)
{
	if (!c->certificate != !c->key)
		return "a certificate needs its key and a key its certificate: give both, or neither";
	if (!is_long_enough(c->password, GUARD_PASSWORD_MIN))
		return "the password must have 8 to 256 characters";
	if (!is_long_enough(c->token, GUARD_TOKEN_MIN))
		return "the token must have 16 to 256 characters: `openssl rand -hex 16` makes one";
	if (c->password && (!c->user || !c->user[0] || strchr(c->user, ':')))
		return "the user's name must be there, and hold no colon";
	if (c->user && strlen(c->user) > GUARD_SECRET_MAX)
		return "the user's name is too long";
	return NULL;
}

static enum err check(const struct web_config *c, char why[WEB_WHY_MAX])
{
	const char *wrong = wrong_with(c);
	bool secret = c->password || c->token;
	struct addr a;

	if (wrong) {
		snprintf(why, WEB_WHY_MAX, "%s", wrong);
		return ERR_USAGE;
	}
	if (!addr_parse(c->address, &a)) {
		snprintf(why, WEB_WHY_MAX,
			 "'%.64s' is no address to listen on: give one like 127.0.0.1 or ::1", c->address);
		return ERR_USAGE;
	}
	if (addr_is_loopback(&a) || (c->certificate && secret))
		return ERR_OK;
	snprintf(why, WEB_WHY_MAX,
		 "others can reach %s: that needs TLS (tls-certificate, tls-key) and a password or a token "
		 "(password-file, token-file), and %s missing. Give them; or listen on 127.0.0.1 and come "
		 "through ssh -L or a proxy",
		 c->address,
		 secret           ? "the certificate is"
		 : c->certificate ? "password and token are"
				  : "both are");
	return ERR_USAGE;
}

/* ---- secrets ------------------------------------------------------------------------------------- */

static void digest_secrets(struct guard *g, const struct web_config *c)
{
	char text[2 * GUARD_SECRET_MAX + 2];

	g->has_password = c->password != NULL;
	g->has_token = c->token != NULL;
	if (c->password) {
		int n = snprintf(text, sizeof(text), "%s:%s", c->user, c->password);
		hmac_sha256(g->mac, (const uint8_t *)text, (size_t)n, g->password);
	}
	if (c->token)
		hmac_sha256(g->mac, (const uint8_t *)c->token, strlen(c->token), g->token);
	explicit_bzero(text, sizeof(text));
}

static enum err keep_secrets(struct guard *g, const struct web_config *c)
{
	uint8_t key[32];

	if (getrandom(key, sizeof(key), 0) != (ssize_t)sizeof(key))
		return ERR_SYS;
	g->mac = hmac_sha256_new(key, sizeof(key));
	explicit_bzero(key, sizeof(key));
	if (!g->mac)
		return ERR_MEMORY;
	digest_secrets(g, c);
	return ERR_OK;
}

enum err guard_init(struct guard *g, const struct web_config *config, char why[WEB_WHY_MAX])
{
	*g = (struct guard){ 0 };
	enum err e = check(config, why);
	if (e)
		return e;
	e = keep_secrets(g, config);
	if (!e && config->names && !(g->names = strdup(config->names)))
		e = ERR_MEMORY;
	if (e) {
		snprintf(why, WEB_WHY_MAX, "%s", err_text(e));
		guard_release(g);
	}
	return e;
}

bool guard_take(struct guard *g, struct guard *fresh, const struct web_config *config)
{
	struct guard same = *g;

	/* Under the key that g has: digests of the same are the same. */
	memset(same.password, 0, sizeof(same.password));
	memset(same.token, 0, sizeof(same.token));
	digest_secrets(&same, config);
	bool changed = same.has_password != g->has_password || same.has_token != g->has_token ||
		       memcmp(same.password, g->password, sizeof(same.password)) != 0 ||
		       memcmp(same.token, g->token, sizeof(same.token)) != 0;
	memcpy(fresh->tries, g->tries, sizeof(fresh->tries));
	guard_release(g);
	*g = *fresh;
	explicit_bzero(&same, sizeof(same));
	explicit_bzero(fresh, sizeof(*fresh));
	return changed;
}

void guard_release(struct guard *g)
{
	hmac_sha256_free(g->mac);
	free(g->names);
	explicit_bzero(g, sizeof(*g));
}

/* ---- the host ------------------------------------------------------------------------------------ */

static bool is_name(const char *s, size_t len, const char *name)
{
	return strlen(name) == len && strncasecmp(s, name, len) == 0;
}

static bool is_listed(const char *names, const char *s, size_t len)
{
	for (const char *p = names ? names : ""; *p;) {
		size_t n = strcspn(p, " ");
		if (n == len && strncasecmp(p, s, n) == 0)
			return true;
		p += n + strspn(p + n, " ");
	}
	return false;
}

static bool is_address(const char *s, size_t len)
{
	char text[ADDR_TEXT_MAX];
	struct addr a;

	if (len >= 2 && s[0] == '[' && s[len - 1] == ']') {
		s++;
		len -= 2;
	}
	if (len >= sizeof(text))
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	return addr_parse(text, &a);
}

bool guard_host(const struct guard *g, const char *host)
{
	static const char local[] = ".localhost";

	if (g->has_password || g->has_token || !host)
		return true;
	const char *bracket = host[0] == '[' ? strchr(host, ']') : NULL;
	size_t len = bracket ? (size_t)(bracket - host) + 1 : strcspn(host, ":");
	return is_address(host, len) || is_name(host, len, "localhost") ||
	       (len > strlen(local) && is_name(host + len - strlen(local), strlen(local), local)) ||
	       is_listed(g->names, host, len);
}

/* ---- credentials --------------------------------------------------------------------------------- */

static int base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

/* Octets written to out, which holds three quarters of s; 0 when it is none. */
static size_t base64_decode(const char *s, uint8_t *out)
{
	uint32_t bits = 0;
	unsigned n_bits = 0;
	size_t n = 0;

	for (; base64_digit(*s) >= 0; s++) {
		bits = bits << 6 | (uint32_t)base64_digit(*s);
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			out[n++] = (uint8_t)(bits >> n_bits);
		}
	}
	return s[strspn(s, "=")] ? 0 : n;
}

/* What is behind "Basic " or "Bearer ", whichever case; NULL when it is another scheme. */
static const char *behind(const char *header, const char *scheme)
{
	size_t len = strlen(scheme);
	return strncasecmp(header, scheme, len) == 0 && header[len] == ' '
		       ? header + len + strspn(header + len, " ")
		       : NULL;
}

static bool is_same(struct guard *g, const uint8_t *given, size_t len, const uint8_t wanted[HMAC_SHA256_LEN])
{
	uint8_t digest[HMAC_SHA256_LEN], differs = 0;

	hmac_sha256(g->mac, given, len, digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		differs |= digest[i] ^ wanted[i];
	return !differs;
}

static bool is_right(struct guard *g, const char *header)
{
	uint8_t plain[2 * GUARD_SECRET_MAX + 4];
	const char *basic = behind(header, "Basic"), *bearer = behind(header, "Bearer");

	if (basic && g->has_password && strlen(basic) <= sizeof(plain) / 3 * 4)
		return is_same(g, plain, base64_decode(basic, plain), g->password);
	return bearer && g->has_token && is_same(g, (const uint8_t *)bearer, strlen(bearer), g->token);
}

static struct guard_tries *tries_of(struct guard *g, const struct addr *from, int64_t now_ns)
{
	struct addr net = addr_is_v4(from) ? *from : addr_truncate(from, 64);
	struct guard_tries *t = &g->tries[hash_addr(&net, 1) % (sizeof(g->tries) / sizeof(g->tries[0]))];

	if (!addr_equal(&t->from, &net) || now_ns - t->since_ns > 60 * NS_PER_S)
		*t = (struct guard_tries){ .from = net, .since_ns = now_ns };
	return t;
}

enum guard_verdict guard_credentials(struct guard *g, const char *authorization, const struct addr *from,
				     int64_t now_ns)
{
	if (!g->has_password && !g->has_token)
		return GUARD_PASS;
	if (!authorization)
		return GUARD_ASK;
	struct guard_tries *t = tries_of(g, from, now_ns);
	if (t->n >= GUARD_TRIES)
		return GUARD_TOO_MANY;
	if (is_right(g, authorization)) {
		t->n = 0;
		return GUARD_PASS;
	}
	t->n++;
	return t->n < GUARD_TRIES ? GUARD_WRONG : GUARD_WRONG_LAST;
}
