/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ntp.h"
#include "unit/hex.h"

/* A header but for its first octet. */
#define BODY  "0006200000000000000000000000000000000000000000000000000000000000000000000000000123456789abcdef"
#define V4    "23" BODY
#define NIL4  "00000000"
#define NIL8  NIL4 NIL4
#define NIL16 NIL8 NIL8
#define NIL32 NIL16 NIL16

/* Parses p as if wire_len octets had been sent, with the header that is there. */
static struct ntp_trailer parse_cut(const struct sample *s, uint32_t wire_len)
{
	struct ntp_header h;
	struct ntp_trailer t;
	memset(&t, 0xa5, sizeof(t));
	ntp_header_parse(s->p, s->len, &h);
	ntp_trailer_parse(s->p, s->len, wire_len, &h, &t);
	return t;
}

static struct ntp_trailer parse(const char *hex)
{
	struct sample s = sample_of(hex);
	struct ntp_trailer t = parse_cut(&s, s.len);
	free(s.p);
	return t;
}

struct row {
	const char *name, *hex;
	enum ntp_auth_kind auth;
	bool malformed;
	uint8_t n_ext;
	struct ntp_ext ext[4]; /* offsets are the sum of what came before */
	uint32_t key_id, mac_len;
};

static void check_row(const struct row *r)
{
	struct ntp_trailer t = parse(r->hex);
	uint32_t at = NTP_HEADER_LEN;

	print_message("  %s\n", r->name);
	assert_int_equal(t.auth, r->auth);
	assert_int_equal(t.malformed, r->malformed);
	assert_false(t.cut);
	assert_int_equal(t.n_ext, r->n_ext);
	for (unsigned i = 0; i < r->n_ext; i++) {
		assert_int_equal(t.ext[i].type, r->ext[i].type);
		assert_int_equal(t.ext[i].len, r->ext[i].len);
		assert_int_equal(t.ext[i].offset, at);
		at += r->ext[i].len;
	}
	assert_int_equal(t.key_id, r->key_id);
	assert_int_equal(t.mac_len, r->mac_len);
	assert_int_equal(t.mac_offset, r->mac_len ? at + 4 : 0);
}

static void fields_and_mac_are_told_apart_by_length(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "no trailer",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef",
		  NTP_AUTH_NONE,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  0,
		  0 },
		{ "4 zero octets = crypto-NAK",
		  "240206e900000a3d0000051fc0000201eeacbc00800000000123456789abcdefeeacbcd840000000"
		  "eeacbcd84001000000000000",
		  NTP_AUTH_CRYPTO_NAK,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  0,
		  0 },
		{ "4 non-zero octets in v4 = malformed",
		  "240206e900000a3d0000051fc0000201eeacbc00800000000123456789abcdefeeacbcd840000000"
		  "eeacbcd84001000000000001",
		  NTP_AUTH_NONE,
		  true,
		  0,
		  { { 0, 0, 0 } },
		  0,
		  0 },
		{ "8 octets = malformed (not MAC, too short for EF)",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef0000000000000000",
		  NTP_AUTH_NONE,
		  true,
		  0,
		  { { 0, 0, 0 } },
		  0,
		  0 },
		{ "20 octets = MAC",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef00000003b8dfca4a62329e8d74c0a602ca990dd9",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  0x3,
		  16 },
		{ "24 octets = MAC",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef000000027be329d1e17e710d89b299bba6345e35be929fc1",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  0x2,
		  20 },
		{ "24 octets that look like an EF header are still a MAC",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef010400180000000000000000000000000000000000000000",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  0x1040018,
		  20 },
		{ "28 octet EF alone",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef0104001c000000000000000000000000000000000000000000000000",
		  NTP_AUTH_NONE,
		  false,
		  1,
		  { { 0x0104, 28, 0 } },
		  0,
		  0 },
		{ "EF 36 alone (NTS unique id)",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef01040024000102030405060708090a0b0c0d0e0f101112131415161718191a1b"
		  "1c1d1e1f",
		  NTP_AUTH_NONE,
		  false,
		  1,
		  { { 0x0104, 36, 0 } },
		  0,
		  0 },
		{ "EF 36 then MAC 20",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef01040024000102030405060708090a0b0c0d0e0f101112131415161718191a1b"
		  "1c1d1e1f00000003d8c07ae490a29c1bd8fff6eda5e9131b",
		  NTP_AUTH_MAC,
		  false,
		  1,
		  { { 0x0104, 36, 0 } },
		  0x3,
		  16 },
		{ "EF 16 (minimum) then MAC 24",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdeff12300100000000000000000000000000000000255db451c3d52bfcbff37ff30"
		  "f23ebd142bcfdd40",
		  NTP_AUTH_MAC,
		  false,
		  1,
		  { { 0xf123, 16, 0 } },
		  0x2,
		  20 },
		{ "EF with length not multiple of 4",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef0104001e00000000000000000000000000000000000000000000000000000000",
		  NTP_AUTH_NONE,
		  true,
		  0,
		  { { 0, 0, 0 } },
		  0,
		  0 },
		{ "EF with length 0 (endless loop trap)",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef0104000000000000000000000000000000000000000000000000000000000000",
		  NTP_AUTH_NONE,
		  true,
		  0,
		  { { 0, 0, 0 } },
		  0,
		  0 },
		{ "EF with length 12 (< 16)",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef0104000c00000000000000000000000000000000000000000000000000000000",
		  NTP_AUTH_NONE,
		  true,
		  0,
		  { { 0, 0, 0 } },
		  0,
		  0 },
		{ "EF longer than the packet",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef0104004000000000000000000000000000000000000000000000000000000000",
		  NTP_AUTH_NONE,
		  true,
		  0,
		  { { 0, 0, 0 } },
		  0,
		  0 },
		{ "total length not multiple of 4",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef000000000000000000000000000000000000000000",
		  NTP_AUTH_NONE,
		  true,
		  0,
		  { { 0, 0, 0 } },
		  0,
		  0 },
		{ "v3: everything after the header is a MAC (SHA-256 full, 36 octets)",
		  "1b000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef00000004020bd1d0cdd9bab731d8022bedf74c7acc3540ae1c29a42a7d8da860"
		  "40cf4faa",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  0x4,
		  32 },
		{ "v3 MS-SNTP: key id + 16 zero octets",
		  "1b000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef000001f400000000000000000000000000000000",
		  NTP_AUTH_MS_SNTP,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  0x1f4,
		  16 },
		{ "v3 MS-SNTP extended: 72 octets, all zero after first 8",
		  "1b000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef000001f400000001000000000000000000000000000000000000000000000000"
		  "00000000000000000000000000000000000000000000000000000000000000000000000000000000",
		  NTP_AUTH_MS_SNTP,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  0x1f4,
		  68 },
		{ "Autokey ASSOC request EF (0x0201) + MAC",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef020100200000123400000000000100010000000874657374686f737400000000"
		  "beef123400000000000000000000000000000000",
		  NTP_AUTH_AUTOKEY,
		  false,
		  1,
		  { { 0x0201, 32, 0 } },
		  0xbeef1234,
		  16 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

static void packets_of_real_peers_read_as_they_were_sent(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "MD5 v4 request",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "1b1c24f97a3a55680000000178a57843384d082a90bfbad34e24daff",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  1,
		  16 },
		{ "MD5 v4 response",
		  "240306e300000000000000007f7f0101eeacbc535b755ae41b1c24f97a3a5568eeacbc545bd41985"
		  "eeacbc545cd63fce00000001feaf5c10a311a24e954de6c5588f5a48",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  1,
		  16 },
		{ "SHA1 v4 request",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "fa3c73477bddbf450000000285a3733244af588386187ec065696e12d1427984",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  2,
		  20 },
		{ "SHA1 v4 response",
		  "240306e300000000000000007f7f0101eeacbc535b755ae4fa3c73477bddbf45eeacbc589a4b09a3"
		  "eeacbc589a504f320000000260143defc2f2c9ace6a955b671fa995c001778b4",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  2,
		  20 },
		{ "AES128 v4 request",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "4efa344e2e179b4d000000038f094010aa4ac56e89b5167b034d7547",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  3,
		  16 },
		{ "AES128 v4 response",
		  "240306e300000000000000007f7f0101eeacbc535b755ae44efa344e2e179b4deeacbc5ce2f19ec9"
		  "eeacbc5ce2f4ac4400000003541a4df06927e7548ef85285cec9993a",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  3,
		  16 },
		{ "SHA256 v3 request",
		  "1b000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "805b76541b22e732000000040172585616f660d8769eae809332f5fab0c103f979f1dbebda48bd01"
		  "a70ca9bd",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  4,
		  32 },
		{ "SHA256 v3 response",
		  "1c0306e300000000000000007f7f0101eeacbc535b755ae4805b76541b22e732eeacbc612381c125"
		  "eeacbc6123873b9a00000004b7df80e6e335794e2c1b6c234a0cc238d6e5b59ff3b2a733d2ef06a2"
		  "8ff4182e",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  4,
		  32 },
		{ "AES256 v4 request",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "903bb0031ae29c9300000005a92d14eab53227d76cbd3945e84fd822",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  5,
		  16 },
		{ "AES256 v4 response",
		  "240306e300000000000000007f7f0101eeacbc535b755ae4903bb0031ae29c93eeacbc65650d443f"
		  "eeacbc65651313ba00000005f71b5889966adb457d2542b3cbad9472",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  5,
		  16 },
		{ "SHA512 v3 request",
		  "1b000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "ab4f65de7336751c00000006dbfa73e23da8947683f3248a9931df711a8aafabc59480eba11aafa4"
		  "1752e74a6bf4ec9e545f7bb30f50df5988784c55e4d8d375df50945073718e5a272a00f3",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  6,
		  64 },
		{ "SHA512 v3 response",
		  "1c0306e300000000000000007f7f0101eeacbc535b755ae4ab4f65de7336751ceeacbc69a0d76fdf"
		  "eeacbc69a0de003e00000006a9782316c1fa1fd92f7e5b3ee54231914100e8d6e231a128ef61e82a"
		  "1aa357b82c42a857175de485f58e91eefef9d9076dfb2627ba40f36315bd0f87feb0cf38",
		  NTP_AUTH_MAC,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  6,
		  64 },
		{ "NTS request, 1 cookie",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef010400245a5b58595e5f5c5d52535051565754554a4b48494e4f4c4d42434041"
		  "464744450204006ca1b2c3d4606162636465666768696a6b6c6d6e6f9a9567aadc102660326ed0a2"
		  "1fca1a2e08a7ca40ac01d46ee3f07dfdb8d6a77bcfc02848dc6a0ae25d19a411bbd6cd29238dd5bb"
		  "7c333aadd27f5bd4b1839aa990ffece961540e74f319f242ef9d13bacdb4e22a0404002800100010"
		  "404142434445464748494a4b4c4d4e4f9161fe0ba94100537a704a0332d24cca",
		  NTP_AUTH_NTS,
		  false,
		  3,
		  { { 0x0104, 36, 0 }, { 0x0204, 108, 0 }, { 0x0404, 40, 0 } },
		  0,
		  0 },
		{ "NTS request, 1 cookie + 1 placeholder",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "0123456789abcdef010400245a5b58595e5f5c5d52535051565754554a4b48494e4f4c4d42434041"
		  "464744450204006ca1b2c3d4606162636465666768696a6b6c6d6e6f9a9567aadc102660326ed0a2"
		  "1fca1a2e08a7ca40ac01d46ee3f07dfdb8d6a77bcfc02848dc6a0ae25d19a411bbd6cd29238dd5bb"
		  "7c333aadd27f5bd4b1839aa990ffece961540e74f319f242ef9d13bacdb4e22a0304006c00000000"
		  "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
		  "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
		  "00000000000000000000000000000000000000000404002800100010404142434445464748494a4b"
		  "4c4d4e4f4e7cb0e322ab14a74fed0059967afc9d",
		  NTP_AUTH_NTS,
		  false,
		  4,
		  { { 0x0104, 36, 0 }, { 0x0204, 108, 0 }, { 0x0304, 108, 0 }, { 0x0404, 40, 0 } },
		  0,
		  0 },
		{ "NTS response, 1 cookie",
		  "240206e900000a3d0000051fc0000201eeacbc00800000000123456789abcdefeeacbcd840000000"
		  "eeacbcd840010000010400245a5b58595e5f5c5d52535051565754554a4b48494e4f4c4d42434041"
		  "46474445040400940010007c505152535455565758595a5b5c5d5e5fe324777322b5c24104d6ba0e"
		  "99294b2ad5d33a24ad621bfa725d12cdf3903c52d6a5166a9a33d20c44086e6b946d31df09b60704"
		  "3953cb65fc9ddd6fbf579e02371dc36032961935b6ee19cc770351b7bade4d5a28b213b01cc9b7d0"
		  "6f3fdb104c9a5a58a9d38d7a14c397cd439d76fd3c1158946c14f95b5596a65a",
		  NTP_AUTH_NTS,
		  false,
		  2,
		  { { 0x0104, 36, 0 }, { 0x0404, 148, 0 } },
		  0,
		  0 },
		{ "NTS response, 2 cookies",
		  "240206e900000a3d0000051fc0000201eeacbc00800000000123456789abcdefeeacbcd840000000"
		  "eeacbcd840010000010400245a5b58595e5f5c5d52535051565754554a4b48494e4f4c4d42434041"
		  "4647444504040100001000e8505152535455565758595a5b5c5d5e5ffbf47287ae5b5a6a11d1ddae"
		  "3711d8eb34fc491f785e1994c478cf0b4b1f6b833f0b1c6dd7b9c10460fb8dd026b24c9c4f790c8b"
		  "1fb73410a3f46c978eee703da1a7f6b827146d32a46d299c53fed96e376b9382815a6574e7071226"
		  "ae3f5c8304e2be37e3bbed73cf1d5054a060edbe0499ba371f13725ce17861a25c572a4a17e5d6e8"
		  "95ad438955a5a6695a443986c03b6ae9f2029d0c6df34921eda7aae67da987ccbf1ae86c38b4818d"
		  "216dd02485def28b972eabc66f7319bd8b106a98c0781897c88515bf7b706bd0a6f61ddfb15894af"
		  "aa60b97622c66a0c7c3c5492b0e46cb22ffb27e2",
		  NTP_AUTH_NTS,
		  false,
		  2,
		  { { 0x0104, 36, 0 }, { 0x0404, 256, 0 } },
		  0,
		  0 },
		{ "NTS response with last ciphertext octet flipped",
		  "240206e900000a3d0000051fc0000201eeacbc00800000000123456789abcdefeeacbcd840000000"
		  "eeacbcd840010000010400245a5b58595e5f5c5d52535051565754554a4b48494e4f4c4d42434041"
		  "46474445040400940010007c505152535455565758595a5b5c5d5e5fe324777322b5c24104d6ba0e"
		  "99294b2ad5d33a24ad621bfa725d12cdf3903c52d6a5166a9a33d20c44086e6b946d31df09b60704"
		  "3953cb65fc9ddd6fbf579e02371dc36032961935b6ee19cc770351b7bade4d5a28b213b01cc9b7d0"
		  "6f3fdb104c9a5a58a9d38d7a14c397cd439d76fd3c1158946c14f95b5596a65b",
		  NTP_AUTH_NTS,
		  false,
		  2,
		  { { 0x0104, 36, 0 }, { 0x0404, 148, 0 } },
		  0,
		  0 },
		{ "NTS NTS NAK",
		  "e40006e900000000000000004e54534e00000000000000000123456789abcdef0123456789abcdef"
		  "0123456789abcdef010400245a5b58595e5f5c5d52535051565754554a4b48494e4f4c4d42434041"
		  "46474445",
		  NTP_AUTH_NTS_NAK,
		  false,
		  1,
		  { { 0x0104, 36, 0 } },
		  0,
		  0 },
		{ "NTS unprotected reply to a protected request",
		  "240206e900000a3d0000051fc0000201eeacbc00800000000123456789abcdefeeacbcd840000000"
		  "eeacbcd840010000",
		  NTP_AUTH_NONE,
		  false,
		  0,
		  { { 0, 0, 0 } },
		  0,
		  0 },
		{ "NTS captured c2s",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "b857c66789b1067501040024ee3675f17b7907e648b6733a32a4639b4368a02ece95aa7e86fe6e51"
		  "27789d4002040068f46221fb5f856afba8db74f813153260c102094fdf3ae1ef88908f8ccfbe3b25"
		  "c0fc5d1212adf275a1fcd57e41ec7591964f634653287603060bb89157ecb9da764cd96043e5a285"
		  "f2b56f13758a5ac9cf6845bf30ac2b55832d8153f9be9d4d1addef970404002800100010832fa781"
		  "d7d1d3e433e29f982bb45f5ba80184bbdf8a9e13596083e1314d0085",
		  NTP_AUTH_NTS,
		  false,
		  3,
		  { { 0x0104, 36, 0 }, { 0x0204, 104, 0 }, { 0x0404, 40, 0 } },
		  0,
		  0 },
		{ "NTS captured s2c",
		  "240306e300000000000000007f7f0101eeacbc535b755ae4b857c66789b10675eeacbc6feb632619"
		  "eeacbc6fec321ad401040024ee3675f17b7907e648b6733a32a4639b4368a02ece95aa7e86fe6e51"
		  "27789d400404009000100078c6808dec53491743fb6f5187329506052b325a3a38d4e907a49124dd"
		  "7200280e84a9efbc35495b9852520731dea9b5cc707fa88bd570321feeae276bf65c6d463df0583d"
		  "95b48fb437a4247f27ed26563662485518b8a774f4bc8cc4d1cff9fb84e12e76868ab4ea54485d87"
		  "dbba0636b0b16dc1dc3b7ac1d5a0f81600e30ef42423454d4086fb8b",
		  NTP_AUTH_NTS,
		  false,
		  2,
		  { { 0x0104, 36, 0 }, { 0x0404, 144, 0 } },
		  0,
		  0 },
		{ "NTS captured c2s",
		  "23000620000000000000000000000000000000000000000000000000000000000000000000000000"
		  "5517ff47fdd21b1f01040024f929cbba0ba5a92a1e4effe219e2b89cc47d0bd784ab221817242be1"
		  "0365026b02040068f46221fbe0779d1a0c557ef016e1cbe966a2a178efea8a1259960892f87ff15c"
		  "0fde69a75af250154ab011169b41e766cf464313e88f925cf64db94383febc89a7af4d55855e2de2"
		  "22e5322967d668c284a886b4587143752d433f2ebcdb4a89a0fa886004040028001000104c1e990d"
		  "96813e86617d15b66ed6bc3ddcc3e80cf57762e790dcabb4ac80ff72",
		  NTP_AUTH_NTS,
		  false,
		  3,
		  { { 0x0104, 36, 0 }, { 0x0204, 104, 0 }, { 0x0404, 40, 0 } },
		  0,
		  0 },
		{ "NTS captured s2c",
		  "240306e300000000000000007f7f0101eeacbc535b755ae45517ff47fdd21b1feeacbc71f273fad3"
		  "eeacbc71f2782dbc01040024f929cbba0ba5a92a1e4effe219e2b89cc47d0bd784ab221817242be1"
		  "0365026b04040090001000780dbadfa52e2115092e68d0dde2e6f4932720b4996c63082eaefd39b6"
		  "ef4196fe3ed6c187e1d3337825a3c385ff689d0ff2ada2c07ac8828459febd6059004b9afc1af3c4"
		  "d94728a3eee18468cd2aab7faffa314223aba80b80ae944508b0351a2e75352890669a0145da6ac0"
		  "cee0373aefbddc64d9c328bfe933e1577d6fe371a2f44e5d58f1aaa8",
		  NTP_AUTH_NTS,
		  false,
		  2,
		  { { 0x0104, 36, 0 }, { 0x0404, 144, 0 } },
		  0,
		  0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

/* What becomes of a rest of n octets that hold no field; 0x5a in every octet, or zeros. */
static enum ntp_auth_kind expected(unsigned version, uint32_t n, bool zero, bool *malformed)
{
	*malformed = false;
	if (n == 0)
		return NTP_AUTH_NONE;
	if (n == 4 && zero && version != 5)
		return NTP_AUTH_CRYPTO_NAK;
	if (version >= 4 && version != 5 && (n == 20 || n == 24))
		return NTP_AUTH_MAC;
	if (version <= 3) {
		static const uint8_t sizes[] = { 12, 20, 24, 28, 32, 36, 52, 68 };
		if (n == 72 || (n == 20 && zero))
			return NTP_AUTH_MS_SNTP;
		if (memchr(sizes, (int)n, sizeof(sizes)))
			return NTP_AUTH_MAC;
	}
	*malformed = true;
	return NTP_AUTH_NONE;
}

static void every_length_in_every_version_follows_the_mac_rule(void **state)
{
	(void)state;
	for (unsigned version = 0; version < 8; version++)
		for (uint32_t len = 0; len <= 200; len++)
			for (int zero = 0; zero < 2; zero++) {
				struct sample s = { .p = malloc(len ? len : 1), .len = len };
				memset(s.p, zero ? 0 : 0x5a, len);
				if (len)
					s.p[0] = (uint8_t)(version << 3 | 3);
				struct ntp_trailer t = parse_cut(&s, len);
				uint32_t rest = len > 48 ? len - 48 : 0;
				bool malformed;
				enum ntp_auth_kind auth = expected(version, rest, zero, &malformed);
				assert_int_equal(t.auth, auth);
				assert_int_equal(t.malformed, malformed);
				assert_int_equal(t.rest_offset, malformed ? 48 : 0);
				assert_false(t.cut);
				assert_int_equal(t.n_ext, 0);
				bool mac = auth == NTP_AUTH_MAC || auth == NTP_AUTH_MS_SNTP;
				assert_int_equal(t.mac_len, mac ? rest - 4 : 0);
				assert_int_equal(t.mac_offset, mac ? 52 : 0);
				assert_int_equal(t.key_id, mac && !zero ? 0x5a5a5a5a : 0);
				free(s.p);
			}
}

static void a_last_field_of_16_20_or_24_octets_is_no_field(void **state)
{
	(void)state;
	struct ntp_trailer t = parse(V4 "f1230010" NIL8 NIL4);
	assert_true(t.malformed);
	assert_int_equal(t.n_ext, 0);
	t = parse(V4 "f1230014" NIL16);
	assert_false(t.malformed);
	assert_int_equal(t.auth, NTP_AUTH_MAC);
	assert_int_equal(t.key_id, 0xf1230014);
	assert_int_equal(t.mac_len, 16);
	t = parse(V4 "f1230018" NIL16 NIL4);
	assert_int_equal(t.auth, NTP_AUTH_MAC);
	assert_int_equal(t.mac_len, 20);
	assert_int_equal(t.n_ext, 0);
}

static void a_last_field_of_28_octets_is_one(void **state)
{
	(void)state;
	struct ntp_trailer t = parse(V4 "2005001c" NIL16 NIL8);
	assert_false(t.malformed);
	assert_int_equal(t.n_ext, 1);
	assert_int_equal(t.ext[0].type, NTP_EXT_CHECKSUM);
	assert_int_equal(t.auth, NTP_AUTH_NONE);
}

static void a_short_field_is_one_where_a_mac_follows(void **state)
{
	(void)state;
	for (unsigned len = 16; len <= 28; len += 4) {
		char hex[512];
		snprintf(hex, sizeof(hex),
			 V4 "f12300%02x%.*s"
			    "0000002a" NIL16,
			 len, (int)(len - 4) * 2, NIL32);
		struct ntp_trailer t = parse(hex);
		assert_false(t.malformed);
		assert_int_equal(t.n_ext, 1);
		assert_int_equal(t.ext[0].len, len);
		assert_int_equal(t.auth, NTP_AUTH_MAC);
		assert_int_equal(t.key_id, 42);
		assert_int_equal(t.mac_offset, 48 + len + 4);
	}
}

static void a_field_before_a_crypto_nak_is_kept(void **state)
{
	(void)state;
	struct ntp_trailer t = parse(V4 "2005001c" NIL16 NIL8 NIL4);
	assert_false(t.malformed);
	assert_int_equal(t.n_ext, 1);
	assert_int_equal(t.auth, NTP_AUTH_CRYPTO_NAK);
	t = parse(V4 "2005001c" NIL16 NIL8 "00000100");
	assert_true(t.malformed);
	assert_int_equal(t.n_ext, 1);
	assert_int_equal(t.auth, NTP_AUTH_NONE);
}

static void what_came_before_a_bad_rest_is_kept(void **state)
{
	(void)state;
	static const char *const rests[] = { "01",
					     "0000",
					     "000001",
					     "0000000000",
					     NIL8,
					     NIL8 NIL4,
					     NIL16,
					     NIL16 NIL4 "00",
					     NIL16 NIL8 NIL4,
					     "f1230008" NIL16 NIL8,
					     "f12300ff" NIL32,
					     "f1238000" NIL32,
					     "f123ffff" NIL32 };
	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		char hex[512];
		snprintf(hex, sizeof(hex), "%s%s%s", V4, "2005001c" NIL16 NIL8, rests[i]);
		struct ntp_trailer t = parse(hex);
		assert_true(t.malformed);
		assert_int_equal(t.rest_offset, 48 + 28);
		assert_int_equal(t.n_ext, 1);
		assert_int_equal(t.auth, NTP_AUTH_NONE);
		assert_int_equal(t.mac_len, 0);
	}
}

static void every_field_length_ends_the_walk(void **state)
{
	(void)state;
	struct sample s = sample_of(V4 NIL32 NIL32);
	for (unsigned version = 4; version <= 5; version++)
		for (uint32_t len = 0; len <= 0xffff; len++) {
			s.p[0] = (uint8_t)(version << 3 | 3);
			s.p[48] = 0xf1;
			s.p[50] = (uint8_t)(len >> 8);
			s.p[51] = (uint8_t)len;
			struct ntp_trailer t = parse_cut(&s, s.len);
			bool good = version == 4 ? len >= 16 && len % 4 == 0 && len <= 64
						 : len >= 4 && len <= 64;
			assert_int_equal(t.n_ext > 0, good);
		}
	free(s.p);
}

static void longer_macs_of_version_4_are_no_mac(void **state)
{
	(void)state;
	/* RFC 5905 allows 20 and 24 octets; what is longer must be a field and is not. */
	static const unsigned rests[] = { 36, 52, 68, 72 };
	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		char hex[512];
		snprintf(hex, sizeof(hex), V4 "00000007%.*s", (int)(rests[i] - 4) * 2, NIL32 NIL32 NIL8);
		struct ntp_trailer t = parse(hex);
		assert_true(t.malformed);
		assert_int_equal(t.auth, NTP_AUTH_NONE);
	}
}

static void fields_beyond_the_table_are_counted(void **state)
{
	(void)state;
	enum { N = NTP_EXT_MAX + 7 };
	struct sample s = { .len = 48 + N * 28 };
	s.p = calloc(1, s.len);
	s.p[0] = 0x23;
	for (unsigned i = 0; i < N; i++) {
		s.p[48 + i * 28] = 0xf1;
		s.p[48 + i * 28 + 3] = 28;
	}
	struct ntp_trailer t = parse_cut(&s, s.len);
	assert_false(t.malformed);
	assert_int_equal(t.n_ext, NTP_EXT_MAX);
	assert_int_equal(t.n_ext_more, 7);
	free(s.p);
}

static void the_largest_datagram_of_smallest_fields_ends(void **state)
{
	(void)state;
	struct sample s = { .len = 65504 };
	s.p = calloc(1, s.len);
	for (uint32_t at = 48; at + 4 <= s.len; at += 4)
		s.p[at + 3] = 4;
	s.p[0] = 0x2b;
	struct ntp_trailer t = parse_cut(&s, s.len);
	assert_false(t.malformed);
	assert_int_equal(t.n_ext + t.n_ext_more, (65504 - 48) / 4);
	free(s.p);
}

#define UID         "010400245a5b58595e5f5c5d52535051565754554a4b48494e4f4c4d4243404146474445"
#define COOKIE      "02040024" NIL32
#define PLACEHOLDER "03040024" NIL32
#define AUTH        "0404002800100010" NIL32

static void nts_fields_are_counted(void **state)
{
	(void)state;
	struct ntp_trailer t = parse(V4 UID COOKIE PLACEHOLDER PLACEHOLDER AUTH);
	assert_int_equal(t.auth, NTP_AUTH_NTS);
	assert_int_equal(t.n_ext, 5);
	assert_int_equal(t.n_cookies, 1);
	assert_int_equal(t.n_placeholders, 2);
	assert_int_equal(t.uid_offset, 52);
	assert_int_equal(t.uid_len, 32);
}

static void type_0204_is_a_cookie_only_beside_a_unique_identifier(void **state)
{
	(void)state;
	struct ntp_trailer t = parse(V4 COOKIE "00010001" NIL16);
	assert_int_equal(t.auth, NTP_AUTH_AUTOKEY);
	assert_int_equal(t.n_cookies, 0);
	assert_int_equal(t.key_id, 0x10001);
	assert_int_equal(t.mac_len, 16);
}

static void a_unique_identifier_alone_authenticates_nothing(void **state)
{
	(void)state;
	struct ntp_trailer t = parse(V4 UID COOKIE);
	assert_int_equal(t.auth, NTP_AUTH_NONE);
	assert_int_equal(t.n_cookies, 1);
	t = parse(V4 AUTH);
	assert_int_equal(t.auth, NTP_AUTH_NONE);
	assert_int_equal(t.uid_len, 0);
}

static void the_kiss_ntsn_is_a_nak_only_with_a_unique_identifier(void **state)
{
	(void)state;
#define NTSN                                                               \
	"e40006e900000000000000004e54534e00000000000000000123456789abcdef" \
	"0123456789abcdef0123456789abcdef"
	assert_int_equal(parse(NTSN UID).auth, NTP_AUTH_NTS_NAK);
	assert_int_equal(parse(NTSN).auth, NTP_AUTH_NONE);
	assert_int_equal(parse(V4 UID).auth, NTP_AUTH_NONE);
}

static void every_autokey_type_is_known(void **state)
{
	(void)state;
	static const unsigned high[] = { 0x02, 0x82, 0xc2 };
	for (unsigned h = 0; h < 3; h++)
		for (unsigned code = 0; code < 12; code++) {
			char hex[512];
			snprintf(hex, sizeof(hex), V4 "%02x%02x001c" NIL16 NIL8 "00010001" NIL16, high[h],
				 code);
			struct ntp_trailer t = parse(hex);
			assert_int_equal(t.auth, code <= 9 ? NTP_AUTH_AUTOKEY : NTP_AUTH_MAC);
			assert_int_equal(t.n_ext, 1);
		}
}

#define V5                                                 \
	"2b0000000000000000000000000000000000000000000000" \
	"c0ffee00c0ffee0100000000000000000000000000000000"
#define DRAFT "f5ff001b64726166742d696574662d6e74702d6e747076352d303900"

static void version_5_lengths_leave_out_the_padding(void **state)
{
	(void)state;
	struct ntp_trailer t = parse(V5 DRAFT "f505000800180000"
					      "f501000400010203");
	assert_true(t.malformed); /* the last word is no field: length 515 */
	assert_int_equal(t.n_ext, 3);
	assert_int_equal(t.ext[0].type, NTP5_EXT_DRAFT_ID);
	assert_int_equal(t.ext[0].len, 27);
	assert_int_equal(t.ext[0].offset, 48);
	assert_int_equal(t.ext[1].type, NTP5_EXT_SERVER_INFO);
	assert_int_equal(t.ext[1].offset, 76);
	assert_int_equal(t.ext[2].len, 4);
	assert_int_equal(t.ext[2].offset, 84);
}

static void version_5_lengths_of_every_residue_are_padded_to_four(void **state)
{
	(void)state;
	for (unsigned len = 4; len <= 24; len++) {
		unsigned padded = (len + 3) / 4 * 4;
		char hex[512];
		snprintf(hex, sizeof(hex),
			 V5 "f50100%02x%.*s"
			    "f5050008" NIL4,
			 len, (int)(padded - 4) * 2, NIL32);
		struct ntp_trailer t = parse(hex);
		assert_false(t.malformed);
		assert_int_equal(t.n_ext, 2);
		assert_int_equal(t.ext[0].len, len);
		assert_int_equal(t.ext[1].offset, 48 + padded);
	}
}

static void version_5_without_its_padding_is_malformed(void **state)
{
	(void)state;
	struct ntp_trailer t = parse(V5 "f5ff001b64726166742d696574662d6e74702d6e747076352d3039");
	assert_true(t.malformed);
	assert_int_equal(t.n_ext, 0);
	assert_true(parse(V5 "f50100000000").malformed);
	assert_true(parse(V5 "f5010003").malformed);
	assert_true(parse(V5 "f501").malformed);
}

static void version_5_carries_its_mac_in_a_field(void **state)
{
	(void)state;
	struct ntp_trailer t = parse(V5 DRAFT "f5020018"
					      "00000007"
					      "000102030405060708090a0b0c0d0e0f");
	assert_false(t.malformed);
	assert_int_equal(t.auth, NTP_AUTH_MAC);
	assert_int_equal(t.key_id, 7);
	assert_int_equal(t.mac_len, 16);
	assert_int_equal(t.mac_offset, 84);
	t = parse(V5 "f5020007"
		     "00000700");
	assert_int_equal(t.auth, NTP_AUTH_NONE);
	assert_int_equal(t.n_ext, 1);
}

static void version_5_may_carry_nts(void **state)
{
	(void)state;
	struct ntp_trailer t = parse(V5 DRAFT UID COOKIE AUTH);
	assert_int_equal(t.auth, NTP_AUTH_NTS);
	assert_int_equal(t.n_cookies, 1);
	assert_int_equal(t.uid_offset, 80);
}

/* Cuts a packet at every length: what is not visible is never called malformed, nor is anything made up. */
static void check_cuts(const char *hex)
{
	struct sample whole = sample_of(hex);
	struct ntp_trailer full = parse_cut(&whole, whole.len);
	assert_false(full.malformed);
	for (uint32_t len = 48; len < whole.len; len++) {
		struct sample s = sample_cut(&whole, len);
		struct ntp_trailer t = parse_cut(&s, whole.len);
		assert_true(t.cut);
		assert_false(t.malformed);
		assert_true(t.n_ext <= full.n_ext);
		for (unsigned i = 0; i < full.n_ext; i++) {
			bool there = full.ext[i].offset + full.ext[i].len <= len;
			assert_int_equal(i < t.n_ext, there);
			if (there)
				assert_int_equal(t.ext[i].offset, full.ext[i].offset);
		}
		assert_int_equal(t.mac_len, 0);
		assert_int_equal(t.mac_offset, 0);
		assert_true(t.key_id == 0 || t.key_id == full.key_id);
		assert_true(t.uid_len == 0 || t.uid_len == full.uid_len);
		free(s.p);
	}
	free(whole.p);
}

static void a_cut_packet_is_cut_never_malformed(void **state)
{
	(void)state;
	check_cuts(V4 "0000002a"
		      "000102030405060708090a0b0c0d0e0f");
	check_cuts(V4 "0000002a"
		      "000102030405060708090a0b0c0d0e0f10111213");
	check_cuts(V4 NIL4);
	check_cuts(V4 UID COOKIE PLACEHOLDER AUTH);
	check_cuts(V4 UID "0000002a"
			  "000102030405060708090a0b0c0d0e0f");
	check_cuts(V4 "2005001c" NIL16 NIL8);
	check_cuts("1b" BODY "000001f4" NIL16);
	check_cuts("1b" BODY "000001f4" NIL32 NIL32 NIL4);
	check_cuts("1b" BODY "00000004" NIL32);
	check_cuts("1b" BODY "00000004" NIL8);
	check_cuts(V5 DRAFT UID "f5020018"
				"00000007"
				"000102030405060708090a0b0c0d0e0f");
}

static void a_mac_is_known_by_its_length_though_it_is_cut(void **state)
{
	(void)state;
	struct sample whole = sample_of(V4 "0000002a"
					   "000102030405060708090a0b0c0d0e0f");
	struct sample s = sample_cut(&whole, 60);
	struct ntp_trailer t = parse_cut(&s, whole.len);
	assert_int_equal(t.auth, NTP_AUTH_MAC);
	assert_int_equal(t.key_id, 42);
	free(s.p);
	free(whole.p);
}

static void nts_is_known_once_the_authenticators_header_is_visible(void **state)
{
	(void)state;
	struct sample whole = sample_of(V4 UID COOKIE AUTH);
	for (uint32_t len = 48; len < whole.len; len++) {
		struct sample s = sample_cut(&whole, len);
		struct ntp_trailer t = parse_cut(&s, whole.len);
		assert_int_equal(t.auth, len >= 48 + 36 + 36 + 4 ? NTP_AUTH_NTS : NTP_AUTH_NONE);
		assert_int_equal(t.n_cookies, len >= 48 + 36 + 36);
		free(s.p);
	}
	free(whole.p);
}

static void a_cut_field_that_lies_is_malformed_once_its_length_is_visible(void **state)
{
	(void)state;
	struct sample whole = sample_of(V4 "01040000" NIL32);
	for (uint32_t len = 48; len < whole.len; len++) {
		struct sample s = sample_cut(&whole, len);
		struct ntp_trailer t = parse_cut(&s, whole.len);
		assert_int_equal(t.malformed, len >= 52);
		assert_int_equal(t.cut, len < 52);
		free(s.p);
	}
	free(whole.p);
}

static void a_header_that_is_cut_leaves_the_trailer_unknown(void **state)
{
	(void)state;
	struct sample whole = sample_of(V4 UID COOKIE AUTH);
	for (uint32_t len = 0; len < 48; len++) {
		struct sample s = sample_cut(&whole, len);
		struct ntp_trailer t = parse_cut(&s, whole.len);
		assert_false(t.malformed && len); /* without its first octet the version is 0 */
		assert_int_equal(t.n_ext, 0);
		assert_int_equal(t.auth, NTP_AUTH_NONE);
		t = parse_cut(&s, len);
		assert_false(t.cut);
		assert_false(t.malformed);
		free(s.p);
	}
	free(whole.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_and_mac_are_told_apart_by_length),
		cmocka_unit_test(packets_of_real_peers_read_as_they_were_sent),
		cmocka_unit_test(every_length_in_every_version_follows_the_mac_rule),
		cmocka_unit_test(a_last_field_of_16_20_or_24_octets_is_no_field),
		cmocka_unit_test(a_last_field_of_28_octets_is_one),
		cmocka_unit_test(a_short_field_is_one_where_a_mac_follows),
		cmocka_unit_test(a_field_before_a_crypto_nak_is_kept),
		cmocka_unit_test(what_came_before_a_bad_rest_is_kept),
		cmocka_unit_test(every_field_length_ends_the_walk),
		cmocka_unit_test(longer_macs_of_version_4_are_no_mac),
		cmocka_unit_test(fields_beyond_the_table_are_counted),
		cmocka_unit_test(the_largest_datagram_of_smallest_fields_ends),
		cmocka_unit_test(nts_fields_are_counted),
		cmocka_unit_test(type_0204_is_a_cookie_only_beside_a_unique_identifier),
		cmocka_unit_test(a_unique_identifier_alone_authenticates_nothing),
		cmocka_unit_test(the_kiss_ntsn_is_a_nak_only_with_a_unique_identifier),
		cmocka_unit_test(every_autokey_type_is_known),
		cmocka_unit_test(version_5_lengths_leave_out_the_padding),
		cmocka_unit_test(version_5_lengths_of_every_residue_are_padded_to_four),
		cmocka_unit_test(version_5_without_its_padding_is_malformed),
		cmocka_unit_test(version_5_carries_its_mac_in_a_field),
		cmocka_unit_test(version_5_may_carry_nts),
		cmocka_unit_test(a_cut_packet_is_cut_never_malformed),
		cmocka_unit_test(a_mac_is_known_by_its_length_though_it_is_cut),
		cmocka_unit_test(nts_is_known_once_the_authenticators_header_is_visible),
		cmocka_unit_test(a_cut_field_that_lies_is_malformed_once_its_length_is_visible),
		cmocka_unit_test(a_header_that_is_cut_leaves_the_trailer_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
