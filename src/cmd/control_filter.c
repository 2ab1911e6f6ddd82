/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/control_filter.h"

#include <stdio.h>
#include <string.h>

#include "proto/var_list.h"

enum { LIMITED = 0x20, KOD = 0x400 };

static const char *const numbers[] = { "mincount",  "mindrop", "minscore", "maxlstint",
				       "minlstint", "resall",  "resany",   "recent" };

static bool add(struct control_filter *f, const char *word)
{
	size_t len = strlen(f->text);
	int n = snprintf(f->text + len, sizeof(f->text) - len, "%s%s", len ? ", " : "", word);
	return n >= 0 && (size_t)n < sizeof(f->text) - len;
}

static bool is_number_word(const struct var *v)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (var_is(v, numbers[i]))
			return true;
	return false;
}

/* The server's own address: nothing but what addresses are made of goes out. */
static bool is_address_word(const struct var *v)
{
	if (!var_is(v, "laddr") || !v->value_len)
		return false;
	for (size_t i = 0; i < v->value_len; i++)
		if (!strchr("0123456789abcdefABCDEF.:[]%", v->value[i]))
			return false;
	return true;
}

/* One word; `kod` and `limited` only set bits. */
static bool take(struct control_filter *f, const char *word, uint64_t *any)
{
	struct var_list l = var_list_of(word, strlen(word));
	struct var v, more;
	uint64_t n = 0;
	int64_t milli;

	if (!var_next(&l, &v) || var_next(&l, &more))
		return false;
	if (!v.has_value && (var_is(&v, "kod") || var_is(&v, "limited"))) {
		*any |= var_is(&v, "kod") ? KOD : LIMITED;
		return true;
	}
	if (!v.has_value || v.quoted)
		return false;
	if (is_address_word(&v))
		return add(f, word);
	if (!is_number_word(&v) ||
	    !(var_u64(&v, &n) || (var_is(&v, "minscore") && var_scaled(&v, 3, &milli))))
		return false;
	if (var_is(&v, "resany")) {
		*any |= n;
		return true;
	}
	if (var_is(&v, "recent"))
		return snprintf(f->first_only, sizeof(f->first_only), "recent=%llu", (unsigned long long)n) >
		       0;
	if (var_is(&v, "mincount"))
		f->min_count = n;
	return add(f, word);
}

bool control_filter_parse(struct control_filter *f, const char *const *words, size_t n, char *why,
			  size_t why_len)
{
	uint64_t any = 0;
	char bits[32];

	*f = (struct control_filter){ .only_min_count = true };
	for (size_t i = 0; i < n; i++) {
		if (!take(f, words[i], &any)) {
			snprintf(why, why_len, "'%s' is no filter of an mrulist, or one too many", words[i]);
			return false;
		}
		f->only_min_count = f->only_min_count && strncmp(words[i], "mincount=", 9) == 0;
	}
	snprintf(bits, sizeof(bits), "resany=0x%llx", (unsigned long long)any);
	if (any && !add(f, bits)) {
		snprintf(why, why_len, "too many filters for one question");
		return false;
	}
	return true;
}
