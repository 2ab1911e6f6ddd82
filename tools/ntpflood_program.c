/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ntpflood.h"

enum {
	BATCH = 64, /* a veth pair holds 256 */
	IP_SUM_AT = FLOOD_IP_AT + 10,
	SOURCE_AT = FLOOD_IP_AT + 12,
	TARGET_AT = FLOOD_IP_AT + 16,
	STRATUM_AT = FLOOD_NTP_AT + 1,
	ORIGIN_AT = FLOOD_NTP_AT + 24,
	RECEIVE_AT = FLOOD_NTP_AT + 32,
	TRANSMIT_AT = FLOOD_NTP_AT + 40,
};

static long call(enum bpf_cmd command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int as_imm(uint32_t v)
{
	int imm;
	memcpy(&imm, &v, sizeof(imm));
	return imm;
}

/* The sum of the IP header's words as they lie in memory, but for the client's address. */
static uint32_t sum_of_rest(const uint8_t *frame)
{
	uint32_t sum = 0, server = htonl(flood_server);
	uint16_t word;
	for (int i = FLOOD_IP_AT; i < SOURCE_AT; i += 2) {
		memcpy(&word, frame + i, sizeof(word));
		sum += i == IP_SUM_AT ? 0 : word;
	}
	return sum + (server & 0xffff) + (server >> 16);
}

#define INSN(c, d, s, o, i)                                                                   \
	{                                                                                     \
		.code = (c), .dst_reg = (d), .src_reg = (s), .off = (short)(o), .imm = (int)i \
	}
#define SET(d, s)                INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define SET_TO(d, v)             INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, v)
#define DO(op, d, s)             INSN(BPF_ALU64 | (op) | BPF_X, d, s, 0, 0)
#define DO_BY(op, d, v)          INSN(BPF_ALU64 | (op) | BPF_K, d, 0, 0, v)
#define BIG_ENDIAN_32(d)         INSN(BPF_ALU | BPF_END | BPF_TO_BE, d, 0, 0, 32)
#define GET(size, d, s, at)      INSN(BPF_LDX | BPF_MEM | (size), d, s, at, 0)
#define PUT(size, d, at, s)      INSN(BPF_STX | BPF_MEM | (size), d, s, at, 0)
#define PUT_WORD(size, d, at, v) INSN(BPF_ST | BPF_MEM | (size), d, 0, at, v)
#define JUMP(n)                  INSN(BPF_JMP | BPF_JA, 0, 0, n, 0)
#define JUMP_IF(op, d, s, n)     INSN(BPF_JMP | (op) | BPF_X, d, s, n, 0)
#define JUMP_UNLESS_0(d, n)      INSN(BPF_JMP | BPF_JNE | BPF_K, d, 0, n, 0)
#define CALL(f)                  INSN(BPF_JMP | BPF_CALL, 0, 0, 0, f)
#define END                      INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

/* Registers of the program. */
enum { R0, R1, FRAME, R3, R4, EXCHANGE, IS_ANSWER, COUNTER, R8, CLIENT };

enum { LEN_REQUEST = 13, LEN_ANSWER = 15, LEN_MAX = 96 };

struct code {
	struct bpf_insn at[LEN_MAX];
	size_t n;
};

#define ADD(code, part) add(code, part, sizeof(part) / sizeof((part)[0]))

static void add(struct code *c, const struct bpf_insn *part, size_t n)
{
	memcpy(c->at + c->n, part, n * sizeof(*part));
	c->n += n;
}

/* What number the frame has, and whose it is. */
static void add_number(struct code *c, int counter, uint32_t n_clients)
{
	const struct bpf_insn part[] = {
		GET(BPF_W, FRAME, R1, offsetof(struct xdp_md, data)),
		GET(BPF_W, R3, R1, offsetof(struct xdp_md, data_end)),
		SET(R4, FRAME),
		DO_BY(BPF_ADD, R4, FLOOD_FRAME),
		JUMP_IF(BPF_JLE, R4, R3, 2),
		SET_TO(R0, XDP_DROP),
		END,
		INSN(BPF_LD | BPF_DW | BPF_IMM, COUNTER, BPF_PSEUDO_MAP_VALUE, 0, counter),
		INSN(0, 0, 0, 0, 0),
		GET(BPF_DW, EXCHANGE, COUNTER, 0),
		SET(R3, EXCHANGE),
		DO_BY(BPF_ADD, R3, 1),
		PUT(BPF_DW, COUNTER, 0, R3),
		SET(IS_ANSWER, EXCHANGE),
		DO_BY(BPF_AND, IS_ANSWER, 1),
		DO_BY(BPF_RSH, EXCHANGE, 1),
		SET(CLIENT, EXCHANGE),
		DO_BY(BPF_MOD, CLIENT, as_imm(n_clients)),
		DO_BY(BPF_ADD, CLIENT, as_imm(flood_first_client)),
		BIG_ENDIAN_32(CLIENT),
	};
	ADD(c, part);
}

/* The IP header's checksum is the same both ways. */
static void add_checksum(struct code *c, const uint8_t *begin)
{
	const struct bpf_insn part[] = {
		SET(R3, CLIENT),
		DO_BY(BPF_AND, R3, 0xffff),
		SET(R4, CLIENT),
		DO_BY(BPF_RSH, R4, 16),
		DO(BPF_ADD, R3, R4),
		DO_BY(BPF_ADD, R3, as_imm(sum_of_rest(begin))),
		SET(R4, R3),
		DO_BY(BPF_AND, R3, 0xffff),
		DO_BY(BPF_RSH, R4, 16),
		DO(BPF_ADD, R3, R4),
		SET(R4, R3),
		DO_BY(BPF_RSH, R4, 16),
		DO(BPF_ADD, R3, R4),
		DO_BY(BPF_XOR, R3, 0xffff),
		PUT(BPF_H, FRAME, IP_SUM_AT, R3),
	};
	ADD(c, part);
}

static void add_request(struct code *c)
{
	const struct bpf_insn part[] = {
		JUMP_UNLESS_0(IS_ANSWER, LEN_REQUEST),
		PUT(BPF_W, FRAME, SOURCE_AT, CLIENT),
		PUT_WORD(BPF_W, FRAME, TARGET_AT, as_imm(htonl(flood_server))),
		PUT_WORD(BPF_H, FRAME, FLOOD_UDP_AT, htons(FLOOD_CLIENT_PORT)),
		PUT_WORD(BPF_H, FRAME, FLOOD_UDP_AT + 2, htons(FLOOD_NTP_PORT)),
		PUT_WORD(BPF_B, FRAME, FLOOD_NTP_AT, FLOOD_REQUEST),
		PUT_WORD(BPF_B, FRAME, STRATUM_AT, 0),
		PUT_WORD(BPF_W, FRAME, ORIGIN_AT, 0),
		PUT_WORD(BPF_W, FRAME, ORIGIN_AT + 4, 0),
		PUT_WORD(BPF_W, FRAME, RECEIVE_AT, 0),
		PUT_WORD(BPF_W, FRAME, TRANSMIT_AT, as_imm(htonl(flood_seconds))),
		BIG_ENDIAN_32(EXCHANGE),
		PUT(BPF_W, FRAME, TRANSMIT_AT + 4, EXCHANGE),
		JUMP(LEN_ANSWER),
	};
	ADD(c, part);
}

/* Its origin is the request's transmit timestamp. */
static void add_answer(struct code *c)
{
	const struct bpf_insn part[] = {
		PUT(BPF_W, FRAME, TARGET_AT, CLIENT),
		PUT_WORD(BPF_W, FRAME, SOURCE_AT, as_imm(htonl(flood_server))),
		PUT_WORD(BPF_H, FRAME, FLOOD_UDP_AT, htons(FLOOD_NTP_PORT)),
		PUT_WORD(BPF_H, FRAME, FLOOD_UDP_AT + 2, htons(FLOOD_CLIENT_PORT)),
		PUT_WORD(BPF_B, FRAME, FLOOD_NTP_AT, FLOOD_ANSWER),
		PUT_WORD(BPF_B, FRAME, STRATUM_AT, FLOOD_STRATUM),
		PUT_WORD(BPF_W, FRAME, ORIGIN_AT, as_imm(htonl(flood_seconds))),
		SET(R3, EXCHANGE),
		BIG_ENDIAN_32(R3),
		PUT(BPF_W, FRAME, ORIGIN_AT + 4, R3),
		PUT_WORD(BPF_W, FRAME, RECEIVE_AT, as_imm(htonl(flood_seconds))),
		PUT_WORD(BPF_W, FRAME, TRANSMIT_AT, as_imm(htonl(flood_seconds))),
		DO_BY(BPF_ADD, EXCHANGE, 1),
		BIG_ENDIAN_32(EXCHANGE),
		PUT(BPF_W, FRAME, TRANSMIT_AT + 4, EXCHANGE),
	};
	ADD(c, part);
}

static int load(int counter, unsigned interface, const uint8_t *begin, uint32_t n_clients)
{
	const struct bpf_insn off_it_goes[] = {
		SET_TO(R1, interface),
		SET_TO(FRAME, 0),
		CALL(BPF_FUNC_redirect),
		END,
	};
	struct code code = { .n = 0 };

	add_number(&code, counter, n_clients);
	add_checksum(&code, begin);
	add_request(&code);
	add_answer(&code);
	ADD(&code, off_it_goes);
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insn_cnt = (uint32_t)code.n,
		.insns = (uintptr_t)code.at,
		.license = (uintptr_t) "GPL",
	};
	return (int)call(BPF_PROG_LOAD, &attr);
}

int flood_program_new(unsigned interface, const uint8_t begin[FLOOD_FRAME], uint32_t n_clients)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = sizeof(uint32_t),
		.value_size = sizeof(uint64_t),
		.max_entries = 1,
	};
	int counter = (int)call(BPF_MAP_CREATE, &attr);
	if (counter < 0)
		return -1;
	int program = load(counter, interface, begin, n_clients);
	close(counter); /* the program holds it */
	return program;
}

bool flood_program_run(int program, const uint8_t begin[FLOOD_FRAME], size_t n)
{
	union bpf_attr attr = {
		.test.prog_fd = (uint32_t)program,
		.test.repeat = (uint32_t)n,
		.test.data_in = (uintptr_t)begin,
		.test.data_size_in = FLOOD_FRAME,
		.test.flags = BPF_F_TEST_XDP_LIVE_FRAMES,
		.test.batch_size = BATCH,
	};
	return call(BPF_PROG_RUN, &attr) == 0;
}
