/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same octets as a variable list and, printed, as what goes to terminals and programs: valid JSON,
 * no controls. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "present/clock_rows.h"
#include "present/stat_rows.h"
#include "present/var_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void read_all(const uint8_t *data, size_t size)
{
	struct var_list l = var_list_of(data, size);
	const char *end = (const char *)data + size;
	struct var v;
	size_t n = 0;

	while (var_next(&l, &v)) {
		uint64_t u;
		int64_t i;
		unsigned index;
		must(n++ <= size);
		must(v.name_len + v.value_len <= size);
		must(!v.value_len || (v.value >= (const char *)data && v.value + v.value_len <= end));
		var_u64(&v, &u);
		var_i64(&v, &i);
		var_timestamp(&v, &u);
		for (unsigned shift = 0; shift <= 9; shift++)
			var_scaled(&v, shift, &i);
		if (var_indexed(&v, "addr", &index))
			must(index <= 65535);
	}
}

static void print_all(const uint8_t *data, size_t size)
{
	struct var_list l = var_list_of(data, size);
	struct buf b;
	struct jw j;

	must(buf_init(&b, -1) == ERR_OK);
	var_rows_text(&b, l, 80, 0);
	stat_text(&b, &stat_sysstats, l);
	clock_text(&b, 1, (uint16_t)size, "", l, 80, 0);
	for (size_t i = 0; i < b.len; i++)
		must((unsigned char)b.data[i] >= 0x20 || b.data[i] == '\n');
	b.len = 0;
	jw_begin(&j, &b);
	jw_open(&j, NULL, JW_OBJECT);
	clock_json(&j, 1, (uint16_t)size, "", l, 0);
	jw_close(&j);
	jw_end(&j);
	json_t *root = json_loadb(b.data, b.len,
				  JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
	must(root != NULL);
	json_decref(root);
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 70000)
		return 0;
	read_all(data, size);
	print_all(data, size);
	return 0;
}
