/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask/snmp.h"

#include <errno.h>
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/library/large_fd_set.h>

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/nstime.h"
#include "net/sockaddr.h"

struct agent {
	netsnmp_session session; /* what talks begin with; points to the texts below */
	char community[LOGIN_WORD_MAX], user[LOGIN_USER_MAX], context[LOGIN_USER_MAX];
	uint16_t port;
};

struct agent_talk {
	void *session; /* the library's */
	bool is_acquainted;
	struct mib_question question; /* waits for the acquaintance */
	enum agent_state state;
	char why[AGENT_WHY_MAX];
	struct agent_answer answer;
};

/* ---- the library --------------------------------------------------------------------------------- */

static int drop_line(int major, int minor, void *line, void *arg)
{
	(void)major, (void)minor, (void)line, (void)arg;
	return 0;
}

/* init_snmp() reads MIBs and makes folders: these are the parts of it that a client needs.  That they were
 * called is seen in the type of the application. */
static void begin_library(void)
{
	if (netsnmp_ds_get_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_APPTYPE))
		return;
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_APPTYPE, "ntpscope");
	snmp_disable_log();
	netsnmp_container_init_list();
	init_callbacks();
	/* What it would print goes nowhere: a packet that is none is no news. */
	snmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_LOGGING, drop_line, NULL);
	netsnmp_register_loghandler(NETSNMP_LOGHANDLER_CALLBACK, LOG_DEBUG);
	/* snmp_sess_init() knows the transports. */
	(void)atexit(netsnmp_clear_tdomain_list); /* whoever looks for leaks finds none */
	init_snmpv3("ntpscope");
	/* Makes the user without a name, whose question finds out an agent's identity. */
	snmp_call_callbacks(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_POST_PREMIB_READ_CONFIG, NULL);
}

/* ---- who we are ---------------------------------------------------------------------------------- */

struct protocol {
	const oid *name;
	size_t len;
};

static struct protocol auth_of(enum login_auth auth)
{
	switch (auth) {
	case LOGIN_MD5: return (struct protocol){ usmHMACMD5AuthProtocol, USM_AUTH_PROTO_MD5_LEN };
	case LOGIN_SHA: return (struct protocol){ usmHMACSHA1AuthProtocol, USM_AUTH_PROTO_SHA_LEN };
	case LOGIN_SHA_224: return (struct protocol){ usmHMAC128SHA224AuthProtocol, 10 };
	case LOGIN_SHA_256: return (struct protocol){ usmHMAC192SHA256AuthProtocol, 10 };
	case LOGIN_SHA_384: return (struct protocol){ usmHMAC256SHA384AuthProtocol, 10 };
	case LOGIN_SHA_512: return (struct protocol){ usmHMAC384SHA512AuthProtocol, 10 };
	case LOGIN_AUTH_NONE: break;
	}
	return (struct protocol){ NULL, 0 };
}

/* Longer keys are of Blumenthal's draft, and not in every build of the library. */
static struct protocol priv_of(enum login_priv priv)
{
	switch (priv) {
	case LOGIN_DES: return (struct protocol){ usmDESPrivProtocol, 10 };
	case LOGIN_AES: return (struct protocol){ usmAESPrivProtocol, 10 };
#ifdef NETSNMP_DRAFT_BLUMENTHAL_AES_04
	case LOGIN_AES_192: return (struct protocol){ usmAES192PrivProtocol, 9 };
	case LOGIN_AES_256: return (struct protocol){ usmAES256PrivProtocol, 9 };
#else
	case LOGIN_AES_192:
	case LOGIN_AES_256: break;
#endif
	case LOGIN_PRIV_NONE: break;
	}
	return (struct protocol){ NULL, 0 };
}

static bool make_key(const struct protocol *auth, const char *passphrase, u_char *key, size_t *len)
{
	return generate_Ku(auth->name, (u_int)auth->len, (const u_char *)passphrase, strlen(passphrase), key,
			   len) == SNMPERR_SUCCESS;
}

static enum err set_user(struct agent *a, const struct snmp_login *l)
{
	struct protocol auth = auth_of(l->auth), priv = priv_of(l->priv);
	netsnmp_session *s = &a->session;

	s->securityModel = USM_SEC_MODEL_NUMBER;
	s->securityName = a->user;
	s->securityNameLen = strlen(a->user);
	s->contextName = a->context;
	s->contextNameLen = strlen(a->context);
	s->securityLevel = l->priv   ? SNMP_SEC_LEVEL_AUTHPRIV
			   : l->auth ? SNMP_SEC_LEVEL_AUTHNOPRIV
				     : SNMP_SEC_LEVEL_NOAUTH;
	s->securityAuthProto = (oid *)auth.name;
	s->securityAuthProtoLen = auth.len;
	s->securityPrivProto = (oid *)priv.name;
	s->securityPrivProtoLen = priv.len;
	s->securityAuthKeyLen = USM_AUTH_KU_LEN;
	s->securityPrivKeyLen = USM_PRIV_KU_LEN;
	if (l->auth &&
	    (!auth.name || !make_key(&auth, l->auth_passphrase, s->securityAuthKey, &s->securityAuthKeyLen)))
		return ERR_UNSUPPORTED;
	if (l->priv &&
	    (!priv.name || !make_key(&auth, l->priv_passphrase, s->securityPrivKey, &s->securityPrivKeyLen)))
		return ERR_UNSUPPORTED;
	return ERR_OK;
}

enum err agent_new(const struct snmp_login *login, struct agent **out)
{
	struct agent *a = calloc(1, sizeof(*a));
	enum err e = ERR_OK;

	*out = NULL;
	if (!a)
		return ERR_MEMORY;
	begin_library();
	snmp_sess_init(&a->session);
	a->port = login->port;
	memcpy(a->community, login->community, sizeof(a->community));
	memcpy(a->user, login->user, sizeof(a->user));
	memcpy(a->context, login->context, sizeof(a->context));
	switch (login->version) {
	case LOGIN_V1: a->session.version = SNMP_VERSION_1; break;
	case LOGIN_V2C: a->session.version = SNMP_VERSION_2c; break;
	case LOGIN_V3: a->session.version = SNMP_VERSION_3; break;
	}
	if (login->version == LOGIN_V3) {
		e = set_user(a, login);
	} else {
		a->session.community = (u_char *)a->community;
		a->session.community_len = strlen(a->community);
	}
	if (e)
		agent_free(a);
	else
		*out = a;
	return e;
}

void agent_free(struct agent *a)
{
	if (a)
		explicit_bzero(a, sizeof(*a));
	free(a);
}

bool agent_is_v1(const struct agent *a)
{
	return a->session.version == SNMP_VERSION_1;
}

/* ---- what comes ---------------------------------------------------------------------------------- */

static void copy_text(struct mib_value *out, const netsnmp_variable_list *v)
{
	out->kind = MIB_TEXT;
	out->len = v->val_len < MIB_TEXT_MAX ? v->val_len : MIB_TEXT_MAX - 1;
	if (out->len)
		memcpy(out->text, v->val.string, out->len);
	out->text[out->len] = '\0';
}

static void copy_value(struct mib_value *out, const netsnmp_variable_list *v)
{
	*out = (struct mib_value){ .kind = MIB_OTHER, .bits = 32 };
	for (size_t i = 0; i < v->name_length && i < MIB_OID_MAX; i++)
		out->oid.at[out->oid.n++] = (uint32_t)v->name[i];
	switch (v->type) {
	case ASN_INTEGER:
		out->kind = MIB_INTEGER;
		out->integer = *v->val.integer;
		break;
	case ASN_COUNTER:
	case ASN_GAUGE:
	case ASN_TIMETICKS:
		/* Some agents encode great ones as if they were negative. */
		out->kind = MIB_COUNT;
		out->count = (uint32_t)*v->val.integer;
		break;
	case ASN_COUNTER64:
		out->kind = MIB_COUNT;
		out->bits = 64;
		out->count = (uint64_t)v->val.counter64->high << 32 | (uint32_t)v->val.counter64->low;
		break;
	case ASN_OCTET_STR: copy_text(out, v); break;
	case SNMP_NOSUCHOBJECT:
	case SNMP_NOSUCHINSTANCE:
	case SNMP_ENDOFMIBVIEW:
	case ASN_NULL: out->kind = MIB_NONE; break;
	default: break;
	}
	if (v->name_length > MIB_OID_MAX)
		out->kind = MIB_OTHER;
}

static void fail(struct agent_talk *t, const char *why)
{
	t->state = AGENT_FAILED;
	snprintf(t->why, sizeof(t->why), "%s", why);
}

/* usmStats, RFC 3414 section 5: what the agent objects to. */
static void take_report(struct agent_talk *t, const netsnmp_pdu *pdu)
{
	static const oid usm_stats[] = { 1, 3, 6, 1, 6, 3, 15, 1, 1 };
	static const char *const words[] = { "the agent sent a report",
					     "the agent does not know this security level for the user",
					     "the agent's time is not what we think",
					     "the agent does not know the user",
					     "the agent does not know its own identity",
					     "wrong authentication: passphrase or digest",
					     "wrong privacy: passphrase or cipher" };
	const netsnmp_variable_list *v = pdu->variables;
	size_t which = 0, n = sizeof(usm_stats) / sizeof(usm_stats[0]);

	if (v && v->name_length > n && memcmp(v->name, usm_stats, sizeof(usm_stats)) == 0 &&
	    v->name[n] < sizeof(words) / sizeof(words[0]))
		which = v->name[n];
	fail(t, words[which]);
}

static void take_response(struct agent_talk *t, const netsnmp_pdu *pdu)
{
	struct agent_answer *a = &t->answer;

	a->error = (int)pdu->errstat;
	a->error_index = pdu->errindex > 0 ? (size_t)pdu->errindex : 0;
	a->n = 0;
	for (const netsnmp_variable_list *v = pdu->variables; v && a->n < AGENT_VALUES_MAX;
	     v = v->next_variable)
		copy_value(&a->at[a->n++], v);
	t->state = AGENT_ANSWERED;
}

static int take(int operation, netsnmp_session *session, int id, netsnmp_pdu *pdu, void *arg)
{
	struct agent_talk *t = arg;

	(void)session, (void)id;
	if (operation == NETSNMP_CALLBACK_OP_TIMED_OUT)
		t->state = AGENT_SILENT;
	else if (operation == NETSNMP_CALLBACK_OP_SEND_FAILED)
		fail(t, strerror(errno));
	else if (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE && pdu->command == SNMP_MSG_REPORT)
		take_report(t, pdu);
	else if (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE)
		take_response(t, pdu);
	return 1;
}

/* ---- a talk -------------------------------------------------------------------------------------- */

static void name_peer(const struct addr *addr, uint32_t scope, uint16_t port, char *out, size_t room)
{
	char text[ADDR_TEXT_MAX], interface[IF_NAMESIZE] = "";

	addr_text(addr, text);
	if (addr_is_v4(addr))
		snprintf(out, room, "udp:%s:%u", text, port);
	else if (scope && if_indextoname(scope, interface))
		snprintf(out, room, "udp6:[%s%%%s]:%u", text, interface, port);
	else
		snprintf(out, room, "udp6:[%s]:%u", text, port);
}

/* Only this address is heard, and a port where nobody listens shows at once. */
static void connect_socket(int fd, const struct addr *addr, uint32_t scope, uint16_t port)
{
	union socket_address to;
	socklen_t len = socket_address_of(addr, port, scope, &to);

	(void)connect(fd, &to.any, len);
}

enum err agent_talk_new(const struct agent *a, const struct addr *addr, uint32_t scope, uint16_t port,
			int64_t timeout_ns, unsigned tries, struct agent_talk **out)
{
	struct agent_talk *t = calloc(1, sizeof(*t));
	char peer[ADDR_TEXT_MAX + IF_NAMESIZE + 16];
	netsnmp_session s = a->session;

	*out = NULL;
	if (!t)
		return ERR_MEMORY;
	if (!port)
		port = a->port ? a->port : AGENT_PORT;
	name_peer(addr, scope, port, peer, sizeof(peer));
	s.peername = peer;
	s.timeout = (long)(timeout_ns / 1000);
	s.retries = tries ? (int)tries - 1 : 0;
	s.flags |= SNMP_FLAGS_DONT_PROBE; /* it would wait for the answer */
	errno = 0;
	t->session = snmp_sess_open(&s);
	explicit_bzero(&s, sizeof(s));
	if (!t->session) {
		free(t);
		return ERR_SYS;
	}
	snmp_sess_session(t->session)->flags |= SNMP_FLAGS_DONT_PROBE; /* which opening takes away */
	t->is_acquainted = a->session.version != SNMP_VERSION_3;
	connect_socket(agent_talk_fd(t), addr, scope, port);
	*out = t;
	return ERR_OK;
}

void agent_talk_free(struct agent_talk *t)
{
	if (t && t->session)
		snmp_sess_close(t->session);
	free(t);
}

/* Who are you?  The report has the agent's identity, which the library keeps in the session. */
static netsnmp_pdu *make_probe(void)
{
	netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GET);

	if (!pdu)
		return NULL;
	pdu->version = SNMP_VERSION_3;
	pdu->securityName = strdup("");
	pdu->securityNameLen = 0;
	pdu->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
	pdu->securityModel = USM_SEC_MODEL_NUMBER;
	return pdu;
}

static netsnmp_pdu *make_question(const struct mib_question *q)
{
	static const int kinds[] = {
		[MIB_GET] = SNMP_MSG_GET, [MIB_NEXT] = SNMP_MSG_GETNEXT, [MIB_BULK] = SNMP_MSG_GETBULK
	};
	netsnmp_pdu *pdu = snmp_pdu_create(kinds[q->kind]);

	if (pdu && q->kind == MIB_BULK) {
		pdu->non_repeaters = 0;
		pdu->max_repetitions = (long)q->repeat;
	}
	for (size_t i = 0; pdu && i < q->n; i++) {
		oid name[MIB_OID_MAX];
		for (size_t k = 0; k < q->oid[i].n; k++)
			name[k] = q->oid[i].at[k];
		snmp_add_null_var(pdu, name, q->oid[i].n);
	}
	return pdu;
}

static void send_pdu(struct agent_talk *t, netsnmp_pdu *pdu)
{
	char *words = NULL;
	int system_error, library_error;

	t->state = AGENT_WAITS;
	errno = 0;
	if (pdu && snmp_sess_async_send(t->session, pdu, take, t))
		return;
	snmp_sess_error(t->session, &system_error, &library_error, &words);
	fail(t, errno == ECONNREFUSED ? strerror(errno) : pdu && words ? words : "no memory");
	SNMP_FREE(words);
	if (pdu)
		snmp_free_pdu(pdu);
}

/* The library's list of users is one for the process, by agent and name, and the first of a name stays:
 * another talk with an agent that calls itself the same may know other passphrases.  So each puts its own
 * there before it does anything. */
static bool use_own_keys(struct agent_talk *t)
{
	netsnmp_session *s = snmp_sess_session(t->session);

	if (s->version != SNMP_VERSION_3 || !t->is_acquainted)
		return true;
	struct usmUser *user = usm_get_user(s->securityEngineID, s->securityEngineIDLen, s->securityName);
	if (user) {
		usm_remove_user(user);
		usm_free_user(user);
	}
	s->flags &= ~SNMP_FLAGS_USER_CREATED;
	return usm_create_user_from_session(s) == SNMPERR_SUCCESS;
}

enum agent_state agent_talk_ask(struct agent_talk *t, const struct mib_question *q)
{
	t->question = *q;
	(void)use_own_keys(t);
	send_pdu(t, t->is_acquainted ? make_question(q) : make_probe());
	return t->state;
}

/* The probe's answer is a report, whatever it says, and the question is next. */
static void go_on(struct agent_talk *t)
{
	netsnmp_session *s = snmp_sess_session(t->session);

	if (t->is_acquainted || t->state == AGENT_WAITS || t->state == AGENT_SILENT)
		return;
	t->is_acquainted = true;
	if (!s->securityEngineIDLen)
		fail(t, "the agent does not say who it is");
	else if (!use_own_keys(t))
		fail(t, "no key can be made for this agent");
	else
		send_pdu(t, make_question(&t->question));
}

int agent_talk_fd(const struct agent_talk *t)
{
	return snmp_sess_transport(t->session)->sock;
}

int64_t agent_talk_wait_ns(const struct agent_talk *t)
{
	netsnmp_large_fd_set set;
	struct timeval left = { .tv_sec = 1 };
	int n = 0, blocks = 1;

	netsnmp_large_fd_set_init(&set, FD_SETSIZE);
	(void)snmp_sess_select_info2(t->session, &n, &set, &left, &blocks);
	netsnmp_large_fd_set_cleanup(&set);
	return (int64_t)left.tv_sec * NS_PER_S + (int64_t)left.tv_usec * 1000;
}

static void read_socket(struct agent_talk *t)
{
	netsnmp_large_fd_set set;
	int fd = agent_talk_fd(t), error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error) {
		fail(t, strerror(error));
		return;
	}
	netsnmp_large_fd_set_init(&set, fd >= FD_SETSIZE ? fd + 1 : FD_SETSIZE);
	netsnmp_large_fd_setfd(fd, &set);
	(void)snmp_sess_read2(t->session, &set);
	netsnmp_large_fd_set_cleanup(&set);
}

enum agent_state agent_talk_step(struct agent_talk *t, bool is_ready)
{
	(void)use_own_keys(t);
	if (t->state == AGENT_WAITS && is_ready)
		read_socket(t);
	if (t->state == AGENT_WAITS)
		snmp_sess_timeout(t->session);
	go_on(t);
	return t->state;
}

const struct agent_answer *agent_talk_answer(const struct agent_talk *t)
{
	return &t->answer;
}

const char *agent_talk_why(const struct agent_talk *t)
{
	return t->why;
}
