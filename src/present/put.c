/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/put.h"

#include "base/nstime.h"

const char put_pairs[] = "00010203040506070809"
			 "10111213141516171819"
			 "20212223242526272829"
			 "30313233343536373839"
			 "40414243444546474849"
			 "50515253545556575859"
			 "60616263646566676869"
			 "70717273747576777879"
			 "80818283848586878889"
			 "90919293949596979899";

#define U(x) UINT64_C(x)
const uint64_t put_powers[] = {
	1,
	10,
	100,
	1000,
	10000,
	100000,
	1000000,
	10000000,
	100000000,
	1000000000,
	U(10000000000),
	U(100000000000),
	U(1000000000000),
	U(10000000000000),
	U(100000000000000),
	U(1000000000000000),
	U(10000000000000000),
	U(100000000000000000),
	U(1000000000000000000),
	U(10000000000000000000),
};

char *put_seconds(char *p, int64_t ns)
{
	uint64_t v = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;

	if (ns < 0)
		*p++ = '-';
	p = put_u64(p, v / NS_PER_S);
	*p++ = '.';
	return put_nine(p, (uint32_t)(v % NS_PER_S));
}

char *put_real_seconds(char *p, double s)
{
	double ns = s * 1e9;

	if (ns >= 9.2e18)
		return put_seconds(p, INT64_MAX);
	if (!(ns > -9.2e18))
		return put_seconds(p, INT64_MIN);
	return put_seconds(p, (int64_t)(ns < 0 ? ns - 0.5 : ns + 0.5));
}

static void fill_day(struct put_day *d, int64_t t_ns, int64_t day)
{
	char text[NSTIME_TEXT_MAX];

	nstime_rfc3339(t_ns, text);
	memcpy(d->text, text, sizeof(d->text));
	d->day = day;
	d->filled = 1;
}

char *put_time(struct put_day *d, char *p, int64_t t_ns)
{
	int64_t s = t_ns / NS_PER_S, ns = t_ns % NS_PER_S;
	if (ns < 0) {
		ns += NS_PER_S;
		s--;
	}
	int64_t day = s / 86400, rest = s % 86400;
	if (rest < 0) {
		rest += 86400;
		day--;
	}
	if (!d->filled || d->day != day)
		fill_day(d, t_ns, day);
	p = put_mem(p, d->text, sizeof(d->text));
	p = put_mem(p, put_pairs + rest / 3600 * 2, 2);
	*p++ = ':';
	p = put_mem(p, put_pairs + rest / 60 % 60 * 2, 2);
	*p++ = ':';
	p = put_mem(p, put_pairs + rest % 60 * 2, 2);
	*p++ = '.';
	p = put_nine(p, (uint32_t)ns);
	*p++ = 'Z';
	return p;
}
