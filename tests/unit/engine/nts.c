/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests and answers under NTS, octet by octet, those of chronyd among them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "engine/nts.h"
#include "unit/hex.h"

enum { ROOM = 4096, COOKIE_AT = 48 + 36 + 4 };

#define UID "5a5b58595e5f5c5d52535051565754554a4b48494e4f4c4d4243404146474445"

/* Two keys, and a header with the transmit time 0123456789abcdef throughout. */
static const char one_cookie_request
	[] = "230006200000000000000000000000000000000000000000000000000000000000000000000000000123"
	     "456789abcdef010400245a5b58595e5f5c5d52535051565754554a4b48494e4f4c4d4243404146474445"
	     "0204006ca1b2c3d4606162636465666768696a6b6c6d6e6f9a9567aadc102660326ed0a21fca1a2e08a7"
	     "ca40ac01d46ee3f07dfdb8d6a77bcfc02848dc6a0ae25d19a411bbd6cd29238dd5bb7c333aadd27f5bd4"
	     "b1839aa990ffece961540e74f319f242ef9d13bacdb4e22a040400280010001040414243444546474849"
	     "4a4b4c4d4e4f9161fe0ba94100537a704a0332d24cca";
static const char two_cookies_request
	[] = "230006200000000000000000000000000000000000000000000000000000000000000000000000000123"
	     "456789abcdef010400245a5b58595e5f5c5d52535051565754554a4b48494e4f4c4d4243404146474445"
	     "0204006ca1b2c3d4606162636465666768696a6b6c6d6e6f9a9567aadc102660326ed0a21fca1a2e08a7"
	     "ca40ac01d46ee3f07dfdb8d6a77bcfc02848dc6a0ae25d19a411bbd6cd29238dd5bb7c333aadd27f5bd4"
	     "b1839aa990ffece961540e74f319f242ef9d13bacdb4e22a0304006c0000000000000000000000000000"
	     "000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	     "0000000000000404002800100010404142434445464748494a4b4c4d4e4f4e7cb0e322ab14a74fed0059"
	     "967afc9d";
static const char one_cookie_answer
	[] = "240206e900000a3d0000051fc0000201eeacbc00800000000123456789abcdefeeacbcd840000000eeac"
	     "bcd840010000010400245a5b58595e5f5c5d52535051565754554a4b48494e4f4c4d4243404146474445"
	     "040400940010007c505152535455565758595a5b5c5d5e5fe324777322b5c24104d6ba0e99294b2ad5d3"
	     "3a24ad621bfa725d12cdf3903c52d6a5166a9a33d20c44086e6b946d31df09b607043953cb65fc9ddd6f"
	     "bf579e02371dc36032961935b6ee19cc770351b7bade4d5a28b213b01cc9b7d06f3fdb104c9a5a58a9d3"
	     "8d7a14c397cd439d76fd3c1158946c14f95b5596a65a";
static const char two_cookies_answer
	[] = "240206e900000a3d0000051fc0000201eeacbc00800000000123456789abcdefeeacbcd840000000eeac"
	     "bcd840010000010400245a5b58595e5f5c5d52535051565754554a4b48494e4f4c4d4243404146474445"
	     "04040100001000e8505152535455565758595a5b5c5d5e5ffbf47287ae5b5a6a11d1ddae3711d8eb34fc"
	     "491f785e1994c478cf0b4b1f6b833f0b1c6dd7b9c10460fb8dd026b24c9c4f790c8b1fb73410a3f46c97"
	     "8eee703da1a7f6b827146d32a46d299c53fed96e376b9382815a6574e7071226ae3f5c8304e2be37e3bb"
	     "ed73cf1d5054a060edbe0499ba371f13725ce17861a25c572a4a17e5d6e895ad438955a5a6695a443986"
	     "c03b6ae9f2029d0c6df34921eda7aae67da987ccbf1ae86c38b4818d216dd02485def28b972eabc66f73"
	     "19bd8b106a98c0781897c88515bf7b706bd0a6f61ddfb15894afaa60b97622c66a0c7c3c5492b0e46cb2"
	     "2ffb27e2";
static const char flipped_answer
	[] = "240206e900000a3d0000051fc0000201eeacbc00800000000123456789abcdefeeacbcd840000000eeac"
	     "bcd840010000010400245a5b58595e5f5c5d52535051565754554a4b48494e4f4c4d4243404146474445"
	     "040400940010007c505152535455565758595a5b5c5d5e5fe324777322b5c24104d6ba0e99294b2ad5d3"
	     "3a24ad621bfa725d12cdf3903c52d6a5166a9a33d20c44086e6b946d31df09b607043953cb65fc9ddd6f"
	     "bf579e02371dc36032961935b6ee19cc770351b7bade4d5a28b213b01cc9b7d06f3fdb104c9a5a58a9d3"
	     "8d7a14c397cd439d76fd3c1158946c14f95b5596a65b";
static const char
	nak[] = "e40006e900000000000000004e54534e00000000000000000123456789abcdef0123456789abcdef0123"
		"456789abcdef010400245a5b58595e5f5c5d52535051565754554a4b48494e4f4c4d4243404146474445";
static const char plain_answer
	[] = "240206e900000a3d0000051fc0000201eeacbc00800000000123456789abcdefeeacbcd840000000eeac"
	     "bcd840010000";

/* That many cookies, all the vector's. */
static void begin(struct nts *n, uint8_t n_cookies)
{
	uint8_t request[ROOM];

	hex_octets(one_cookie_request, request);
	*n = (struct nts){ .aead = AEAD_SIV_CMAC_256, .n_cookies = n_cookies };
	hex_octets("7ace59b64c903eae1cfc53ba4c438af62e5857ce9443b8c5a4f2bedec4be8c7d", n->c2s);
	hex_octets("e887fc4be1493ac9c7b64771d260007b2fd53b5b47eda991cf4073f9fa363ca5", n->s2c);
	hex_octets(UID, n->uid);
	for (int i = 0; i < n_cookies; i++) {
		n->cookies[i].len = 104;
		memcpy(n->cookies[i].octets, request + COOKIE_AT, 104);
	}
}

static void random_of(const char *hex, uint8_t random[NTS_RANDOM_LEN])
{
	assert_int_equal(hex_octets(hex, random), NTS_RANDOM_LEN);
}

static void seals_as(const char *hex, uint8_t n_cookies)
{
	struct nts n;
	uint8_t random[NTS_RANDOM_LEN], wanted[ROOM], p[ROOM];
	size_t wanted_len = hex_octets(hex, wanted);

	random_of(UID "404142434445464748494a4b4c4d4e4f", random);
	begin(&n, n_cookies);
	memset(n.uid, 0, sizeof(n.uid));
	memset(p, 0xee, sizeof(p));
	memcpy(p, wanted, NTP_HEADER_LEN);
	assert_int_equal(nts_seal(&n, random, p, NTP_HEADER_LEN, sizeof(p)), wanted_len);
	assert_memory_equal(p, wanted, wanted_len);
	assert_int_equal(n.n_cookies, n_cookies - 1);
	assert_memory_equal(n.uid, random, NTS_UID_LEN);
}

static void a_request_spends_one_cookie_and_asks_for_those_that_are_missing(void **state)
{
	(void)state;
	seals_as(one_cookie_request, 8);
	seals_as(two_cookies_request, 7);
}

static enum nts_verdict open_octets(struct nts *n, const uint8_t *octets, size_t len)
{
	uint8_t *p = malloc(len);
	struct ntp_header h;
	struct ntp_trailer t;

	memcpy(p, octets, len);
	assert_true(ntp_header_parse(p, (uint32_t)len, &h));
	ntp_trailer_parse(p, (uint32_t)len, (uint32_t)len, &h, &t);
	enum nts_verdict v = nts_open(n, p, len, &h, &t);
	free(p);
	return v;
}

static enum nts_verdict open_hex(struct nts *n, const char *hex)
{
	uint8_t p[ROOM];
	return open_octets(n, p, hex_octets(hex, p));
}

static void a_good_answer_brings_cookies(void **state)
{
	(void)state;
	struct nts n;

	begin(&n, 0);
	assert_int_equal(open_hex(&n, one_cookie_answer), NTS_GOOD);
	assert_int_equal(n.n_cookies, 1);
	assert_int_equal(n.cookies[0].len, 104);
	assert_int_equal(open_hex(&n, two_cookies_answer), NTS_GOOD);
	assert_int_equal(n.n_cookies, 3);
}

static void more_cookies_than_the_stock_holds_are_left(void **state)
{
	(void)state;
	struct nts n;

	begin(&n, 7);
	assert_int_equal(open_hex(&n, two_cookies_answer), NTS_GOOD);
	assert_int_equal(n.n_cookies, NTSKE_COOKIES_MAX);
}

/* All of the header, of the identifier and of the seal. */
static void one_flipped_bit_anywhere_is_no_good_answer(void **state)
{
	(void)state;
	uint8_t p[ROOM];
	struct nts n;
	size_t len = hex_octets(one_cookie_answer, p);

	begin(&n, 0);
	assert_int_equal(open_hex(&n, flipped_answer), NTS_FORGED);
	for (size_t i = 0; i < len; i++) {
		p[i] ^= 0x10;
		assert_int_not_equal(open_octets(&n, p, len), NTS_GOOD);
		p[i] ^= 0x10;
	}
	assert_int_equal(n.n_cookies, 0);
	assert_int_equal(open_octets(&n, p, len), NTS_GOOD);
}

static void an_answer_cut_anywhere_is_no_good_answer(void **state)
{
	(void)state;
	uint8_t p[ROOM];
	struct nts n;
	size_t len = hex_octets(one_cookie_answer, p);

	begin(&n, 0);
	for (size_t cut = NTP_HEADER_LEN; cut < len; cut++)
		assert_int_not_equal(open_octets(&n, p, cut), NTS_GOOD);
}

static void an_answer_under_the_other_key_is_forged(void **state)
{
	(void)state;
	struct nts n;

	begin(&n, 0);
	memcpy(n.s2c, n.c2s, sizeof(n.s2c));
	assert_int_equal(open_hex(&n, one_cookie_answer), NTS_FORGED);
}

static void what_has_no_seal_or_another_identifier_is_unprotected(void **state)
{
	(void)state;
	struct nts n;

	begin(&n, 0);
	assert_int_equal(open_hex(&n, plain_answer), NTS_UNPROTECTED);
	n.uid[31] ^= 1;
	assert_int_equal(open_hex(&n, one_cookie_answer), NTS_UNPROTECTED);
	assert_int_equal(open_hex(&n, nak), NTS_UNPROTECTED);
}

static void a_nak_is_a_kiss_with_our_identifier(void **state)
{
	(void)state;
	uint8_t p[ROOM];
	struct nts n;
	size_t len = hex_octets(nak, p);

	begin(&n, 0);
	assert_int_equal(open_octets(&n, p, len), NTS_NAK);
	p[1] = 1; /* a stratum, no kiss */
	assert_int_equal(open_octets(&n, p, len), NTS_UNPROTECTED);
	p[1] = 0;
	memcpy(p + 12, "RATE", 4);
	assert_int_equal(open_octets(&n, p, len), NTS_UNPROTECTED);
}

/* The fields must say how much they hold, whatever their numbers claim. */
static void lengths_inside_the_seal_that_cannot_be_are_forged(void **state)
{
	(void)state;
	static const uint16_t lengths[][2] = { { 0, 124 }, { 16, 125 },    { 16, 128 }, { 0xffff, 124 },
					       { 16, 15 }, { 16, 0xffff }, { 140, 0 },  { 0xfffd, 0xfffd } };
	uint8_t p[ROOM];
	struct nts n;
	size_t len = hex_octets(one_cookie_answer, p);

	begin(&n, 0);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		store_be16(p + 48 + 36 + 4, lengths[i][0]);
		store_be16(p + 48 + 36 + 6, lengths[i][1]);
		assert_int_equal(open_octets(&n, p, len), NTS_FORGED);
	}
}

/* An answer of our own making with this plaintext. */
static size_t seal_answer(const struct nts *n, const uint8_t *plain, size_t plain_len, uint8_t *p)
{
	uint8_t sealed[2048];
	size_t at = hex_octets(one_cookie_answer, p) > 0 ? (size_t)48 + 36 : 0;
	struct aead_text t = { .associated = p,
			       .associated_len = at,
			       .nonce = (const uint8_t *)"0123456789abcdef",
			       .nonce_len = 16,
			       .input = plain,
			       .input_len = plain_len };
	size_t sealed_len = plain_len + AEAD_TAG_LEN, padded = (sealed_len + 3) / 4 * 4;

	assert_true(aead_seal(n->aead, n->s2c, &t, sealed));
	store_be16(p + at, 0x0404);
	store_be16(p + at + 2, (uint16_t)(8 + 16 + padded));
	store_be16(p + at + 4, 16);
	store_be16(p + at + 6, (uint16_t)sealed_len);
	memcpy(p + at + 8, "0123456789abcdef", 16);
	memset(p + at + 24, 0, padded);
	memcpy(p + at + 24, sealed, sealed_len);
	return at + 24 + padded;
}

static void only_cookies_of_a_length_we_can_keep_are_taken_out_of_the_seal(void **state)
{
	(void)state;
	static const struct {
		const char *plain;
		uint8_t n_cookies;
	} all[] = {
		{ "", 0 },
		{ "020400", 0 },                                       /* ends in a header */
		{ "02040008 61626364 02040008 65666768", 2 },          /* */
		{ "0204000861626364 7777000461 0204000865666768", 1 }, /* then something that leads astray */
		{ "7777000861626364 0204000865666768", 1 },            /* another field before it */
		{ "02040004 0204000865666768", 1 },                    /* an empty one */
		{ "02040003 0204000865666768", 0 },                    /* shorter than its header */
		{ "02040000 0204000865666768", 0 },                    /* never ends */
		{ "0204000c 6566676869", 0 },                          /* longer than what is left */
	};
	uint8_t plain[1024], p[ROOM];
	struct nts n;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		begin(&n, 0);
		size_t len = seal_answer(&n, plain, hex_octets(all[i].plain, plain), p);
		assert_int_equal(open_octets(&n, p, len), NTS_GOOD);
		assert_int_equal(n.n_cookies, all[i].n_cookies);
	}
	for (size_t len = NTSKE_COOKIE_MAX; len <= NTSKE_COOKIE_MAX + 4; len += 4) {
		begin(&n, 0);
		store_be16(plain, 0x0204);
		store_be16(plain + 2, (uint16_t)(4 + len));
		assert_int_equal(open_octets(&n, p, seal_answer(&n, plain, 4 + len, p)), NTS_GOOD);
		assert_int_equal(n.n_cookies, len == NTSKE_COOKIE_MAX);
	}
}

static const char captured_request
	[] = "23000620000000000000000000000000000000000000000000000000000000000000000000000000b857"
	     "c66789b1067501040024ee3675f17b7907e648b6733a32a4639b4368a02ece95aa7e86fe6e5127789d40"
	     "02040068f46221fb5f856afba8db74f813153260c102094fdf3ae1ef88908f8ccfbe3b25c0fc5d1212ad"
	     "f275a1fcd57e41ec7591964f634653287603060bb89157ecb9da764cd96043e5a285f2b56f13758a5ac9"
	     "cf6845bf30ac2b55832d8153f9be9d4d1addef970404002800100010832fa781d7d1d3e433e29f982bb4"
	     "5f5ba80184bbdf8a9e13596083e1314d0085";
static const char captured_answer
	[] = "240306e300000000000000007f7f0101eeacbc535b755ae4b857c66789b10675eeacbc6feb632619eeac"
	     "bc6fec321ad401040024ee3675f17b7907e648b6733a32a4639b4368a02ece95aa7e86fe6e5127789d40"
	     "0404009000100078c6808dec53491743fb6f5187329506052b325a3a38d4e907a49124dd7200280e84a9"
	     "efbc35495b9852520731dea9b5cc707fa88bd570321feeae276bf65c6d463df0583d95b48fb437a4247f"
	     "27ed26563662485518b8a774f4bc8cc4d1cff9fb84e12e76868ab4ea54485d87dbba0636b0b16dc1dc3b"
	     "7ac1d5a0f81600e30ef42423454d4086fb8b";
static const char next_request
	[] = "230006200000000000000000000000000000000000000000000000000000000000000000000000005517"
	     "ff47fdd21b1f01040024f929cbba0ba5a92a1e4effe219e2b89cc47d0bd784ab221817242be10365026b"
	     "02040068f46221fbe0779d1a0c557ef016e1cbe966a2a178efea8a1259960892f87ff15c0fde69a75af2"
	     "50154ab011169b41e766cf464313e88f925cf64db94383febc89a7af4d55855e2de222e5322967d668c2"
	     "84a886b4587143752d433f2ebcdb4a89a0fa886004040028001000104c1e990d96813e86617d15b66ed6"
	     "bc3ddcc3e80cf57762e790dcabb4ac80ff72";
static const char
	next_answer[] = "240306e300000000000000007f7f0101eeacbc535b755ae45517ff47fdd21b1feeacbc71f273fad3eeac"
			"bc71f2782dbc01040024f929cbba0ba5a92a1e4effe219e2b89cc47d0bd784ab221817242be10365026b"
			"04040090001000780dbadfa52e2115092e68d0dde2e6f4932720b4996c63082eaefd39b6ef4196fe3ed6"
			"c187e1d3337825a3c385ff689d0ff2ada2c07ac8828459febd6059004b9afc1af3c4d94728a3eee18468"
			"cd2aab7faffa314223aba80b80ae944508b0351a2e75352890669a0145da6ac0cee0373aefbddc64d9c3"
			"28bfe933e1577d6fe371a2f44e5d58f1aaa8";

static void replay(struct nts *n, const char *request_hex, const char *answer_hex)
{
	uint8_t request[ROOM], p[ROOM], random[NTS_RANDOM_LEN];
	size_t len = hex_octets(request_hex, request);

	memcpy(random, request + 48 + 4, NTS_UID_LEN);
	memcpy(random + NTS_UID_LEN, request + len - 32, AEAD_NONCE_LEN);
	memcpy(p, request, NTP_HEADER_LEN);
	n->n_cookies = NTSKE_COOKIES_MAX;
	n->cookies[7].len = 100;
	memcpy(n->cookies[7].octets, request + COOKIE_AT, 100);
	assert_int_equal(nts_seal(n, random, p, NTP_HEADER_LEN, sizeof(p)), len);
	assert_memory_equal(p, request, len);
	assert_int_equal(open_hex(n, answer_hex), NTS_GOOD);
	assert_int_equal(n->n_cookies, NTSKE_COOKIES_MAX);
}

static void a_conversation_with_chronyd_is_ours_octet_by_octet(void **state)
{
	(void)state;
	struct nts n = { .aead = AEAD_SIV_CMAC_256 };
	static const uint8_t begins[] = { 0xf4, 0x62, 0x21, 0xfb, 0xad, 0x86 };

	hex_octets("d4d6985b3da1b37eef1c13e64a86757b11a045df9a510ee710d17a2d835519f2", n.c2s);
	hex_octets("9549fe1528ad3a1a13306308aa43111564ab2161d5de28e0da5ca3d77ba84b2d", n.s2c);
	replay(&n, captured_request, captured_answer);
	assert_memory_equal(n.cookies[7].octets, begins, sizeof(begins));
	replay(&n, next_request, next_answer);
	assert_int_equal(open_hex(&n, captured_answer), NTS_UNPROTECTED); /* an old one, again */
}

static void without_a_cookie_or_room_nothing_is_sealed(void **state)
{
	(void)state;
	uint8_t random[NTS_RANDOM_LEN] = { 0 }, p[ROOM] = { 0 };
	struct nts n;

	begin(&n, 0);
	assert_int_equal(nts_seal(&n, random, p, NTP_HEADER_LEN, sizeof(p)), 0);
	for (size_t room = 0; room < 48 + 36 + 108 + 40; room++) {
		begin(&n, 8);
		assert_int_equal(nts_seal(&n, random, p, NTP_HEADER_LEN, room), 0);
	}
}

/* A long cookie has long placeholders: as many as fit, the request must not go out without its seal. */
static void placeholders_leave_room_for_the_seal(void **state)
{
	(void)state;
	uint8_t random[NTS_RANDOM_LEN] = { 0 }, p[ROOM] = { 0 };
	struct nts n;

	begin(&n, 1);
	n.cookies[0].len = NTSKE_COOKIE_MAX;
	size_t len = nts_seal(&n, random, p, NTP_HEADER_LEN, sizeof(p));
	assert_int_equal(len, 48 + 36 + 7 * (4 + NTSKE_COOKIE_MAX) + 40);
	assert_int_equal(load_be16(p + len - 40), 0x0404);
	begin(&n, 1);
	assert_int_equal(nts_seal(&n, random, p, NTP_HEADER_LEN, 48 + 36 + 3 * 108 + 40 + 107),
			 48 + 36 + 3 * 108 + 40);
}

static void the_exporters_context_is_the_rfcs(void **state)
{
	(void)state;
	uint8_t c[NTS_CONTEXT_LEN];

	nts_exporter_context(15, false, c);
	assert_memory_equal(c, "\x00\x00\x00\x0f\x00", 5);
	nts_exporter_context(17, true, c);
	assert_memory_equal(c, "\x00\x00\x00\x11\x01", 5);
	assert_string_equal(NTS_EXPORTER_LABEL, "EXPORTER-network-time-security");
}

static void an_establishment_fills_the_stock(void **state)
{
	(void)state;
	static const struct ntske_answer a = { .aead = 17,
					       .n_cookies = 2,
					       .cookies = { [1] = { .len = 3 } } };
	struct nts n;

	begin(&n, 5);
	nts_take_answer(&n, &a);
	assert_int_equal(n.aead, 17);
	assert_int_equal(n.n_cookies, 2);
	assert_int_equal(n.cookies[1].len, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_spends_one_cookie_and_asks_for_those_that_are_missing),
		cmocka_unit_test(a_good_answer_brings_cookies),
		cmocka_unit_test(more_cookies_than_the_stock_holds_are_left),
		cmocka_unit_test(one_flipped_bit_anywhere_is_no_good_answer),
		cmocka_unit_test(an_answer_cut_anywhere_is_no_good_answer),
		cmocka_unit_test(an_answer_under_the_other_key_is_forged),
		cmocka_unit_test(what_has_no_seal_or_another_identifier_is_unprotected),
		cmocka_unit_test(a_nak_is_a_kiss_with_our_identifier),
		cmocka_unit_test(lengths_inside_the_seal_that_cannot_be_are_forged),
		cmocka_unit_test(only_cookies_of_a_length_we_can_keep_are_taken_out_of_the_seal),
		cmocka_unit_test(a_conversation_with_chronyd_is_ours_octet_by_octet),
		cmocka_unit_test(without_a_cookie_or_room_nothing_is_sealed),
		cmocka_unit_test(placeholders_leave_room_for_the_seal),
		cmocka_unit_test(the_exporters_context_is_the_rfcs),
		cmocka_unit_test(an_establishment_fills_the_stock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
