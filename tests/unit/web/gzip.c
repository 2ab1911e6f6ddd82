/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "serve.h"
#include "web/gzip.h"

static struct serve s;

static void who_takes_gzip_says_so(void **state)
{
	(void)state;
	assert_true(gzip_accepted("gzip"));
	assert_true(gzip_accepted("br, deflate , GZIP;q=0.5"));
	assert_true(gzip_accepted("*"));
	assert_true(gzip_accepted("gzip, br;q=0"));
	assert_false(gzip_accepted(NULL));
	assert_false(gzip_accepted(""));
	assert_false(gzip_accepted("gzip;q=0"));
	assert_false(gzip_accepted("gzip; q=0.0, br"));
	assert_false(gzip_accepted("x-gzipped, br"));
}

static void what_is_compressed_comes_out_again(void **state)
{
	struct buf b;
	unsigned char out[200000];
	z_stream z = { .next_out = out, .avail_out = sizeof(out) };
	(void)state;
	assert_int_equal(buf_init(&b, -1), ERR_OK);
	buf_str(&b, "short");
	assert_false(gzip_buf(&b));
	assert_int_equal(b.len, 5);
	for (int i = 0; i < 20000; i++)
		buf_str(&b, i % 7 ? "abcd" : "efghi");
	size_t len = b.len;
	assert_true(gzip_buf(&b));
	assert_true(b.len < len / 4);
	z.next_in = (unsigned char *)b.data;
	z.avail_in = (uInt)b.len;
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, len);
	assert_memory_equal(out, "shortefghiabcdabcd", 18);
	inflateEnd(&z);
	buf_release(&b);
}

static void answers_are_compressed_when_asked_and_events_never(void **state)
{
	static const char end[] = "Host: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n";
	char ask[200];
	(void)state;
	snprintf(ask, sizeof(ask), "GET /api/v1/clients HTTP/1.1\r\n%s", end);
	serve_ask(&s, ask);
	assert_int_equal(serve_status(&s), 200);
	assert_non_null(strstr(s.answer, "Content-Encoding: gzip\r\n"));
	assert_non_null(strstr(s.answer, "Vary: Accept-Encoding\r\n"));
	size_t small = s.len;
	serve_get(&s, "/api/v1/clients");
	assert_null(strstr(s.answer, "Content-Encoding"));
	assert_true(small < s.len / 3);
	int fd = serve_connect(&s);
	int len = snprintf(ask, sizeof(ask), "GET /api/v1/events HTTP/1.1\r\n%s", end);
	assert_int_equal(write(fd, ask, (size_t)len), len);
	serve_read(&s, fd, "event: summary", 3000);
	assert_non_null(strstr(s.answer, "event: summary"));
	assert_null(strstr(s.answer, "Content-Encoding"));
	close(fd);
}

static int open_web(void **state)
{
	return serve_open(state, &s, 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_takes_gzip_says_so),
		cmocka_unit_test(what_is_compressed_comes_out_again),
		cmocka_unit_test(answers_are_compressed_when_asked_and_events_never),
	};
	return cmocka_run_group_tests(tests, open_web, serve_close);
}
