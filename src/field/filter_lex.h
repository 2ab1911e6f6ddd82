/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words of a display filter, as Wireshark 4.0 cuts them: of all that could begin here, the longest.  So
 * "192.0.2.0/24" is one word, "10-20" is one, "ntp.stratum-1" is one (and no subtraction), and "-1" is two.
 */
#ifndef FIELD_FILTER_LEX_H
#define FIELD_FILTER_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "field/filter.h"

enum token_kind {
	TOKEN_END,
	TOKEN_BAD, /* lex.error says why */
	TOKEN_OR,
	TOKEN_AND,
	TOKEN_NOT,
	TOKEN_ANY_EQ,
	TOKEN_ALL_NE,
	TOKEN_ALL_EQ,
	TOKEN_ANY_NE,
	TOKEN_GT,
	TOKEN_GE,
	TOKEN_LT,
	TOKEN_LE,
	TOKEN_CONTAINS,
	TOKEN_MATCHES,
	TOKEN_IN,
	TOKEN_ANY,
	TOKEN_ALL,
	TOKEN_PLUS,
	TOKEN_MINUS,
	TOKEN_STAR,
	TOKEN_SLASH,
	TOKEN_PERCENT,
	TOKEN_AMP,
	TOKEN_LEFT_PAREN,
	TOKEN_RIGHT_PAREN,
	TOKEN_LEFT_BRACE,
	TOKEN_RIGHT_BRACE,
	TOKEN_LEFT_BRACKET,
	TOKEN_RIGHT_BRACKET,
	TOKEN_COMMA,
	TOKEN_DOTDOT,
	TOKEN_RANGE,  /* what stands between brackets and commas of a slice */
	TOKEN_WORD,   /* a field, or a literal without quotes */
	TOKEN_FIELD,  /* .name: a field for sure; the text is without the dot */
	TOKEN_VALUE,  /* :aa:bb: a literal for sure; the text is without the colon */
	TOKEN_STRING, /* the text is what the escapes stand for; may hold NULs */
	TOKEN_CHAR,   /* number */
};

struct token {
	uint8_t kind;     /* enum token_kind */
	uint32_t at;      /* octets into the filter */
	uint32_t len;     /* as written */
	const char *text; /* not terminated; into the filter, or into the lexer's pool */
	uint32_t text_len;
	uint32_t number; /* of TOKEN_CHAR */
};

struct lex {
	const char *text; /* terminated */
	uint32_t at;
	bool in_range; /* between the brackets of a slice */
	char *pool;    /* for strings; the filter's length of room is enough */
	uint32_t pool_len;
	struct filter_error *error;
};

/* The next word. */
void lex_next(struct lex *l, struct token *out);

/* Sets *error, unless an earlier fault is there; the message is cleaned of control characters.  Returns
 * false. */
bool filter_fail(struct filter_error *error, uint32_t at, uint32_t len, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
