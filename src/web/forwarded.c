/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/forwarded.h"

#include <string.h>

bool forwarded_is_proxy(const struct forwarded_proxies *p, const struct addr *a)
{
	for (size_t i = 0; i < p->n; i++)
		if (addr_equal(&p->at[i], a))
			return true;
	return false;
}

/* "192.0.2.1", "192.0.2.1:80", "2001:db8::1" or "[2001:db8::1]:80". */
static bool parse_hop(const char *s, size_t len, struct addr *out)
{
	char text[ADDR_TEXT_MAX];
	const char *end = s + len;

	if (len && *s == '[') {
		const char *bracket = memchr(s, ']', len);
		end = bracket ? bracket : end;
		s++;
	} else {
		const char *colon = memchr(s, ':', len);
		if (colon && !memchr(colon + 1, ':', (size_t)(end - colon - 1)))
			end = colon;
	}
	len = (size_t)(end - s);
	if (len == 0 || len >= sizeof(text))
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	return addr_parse(text, out);
}

struct addr forwarded_asker(const struct forwarded_proxies *p, const struct addr *from, const char *header)
{
	struct addr asker = *from, hop;
	size_t end = header ? strlen(header) : 0;

	while (end && forwarded_is_proxy(p, &asker)) {
		size_t begin = end;
		while (begin && header[begin - 1] != ',')
			begin--;
		size_t first = begin + strspn(header + begin, " \t"), last = end;
		while (last > first && (header[last - 1] == ' ' || header[last - 1] == '\t'))
			last--;
		if (last <= first || !parse_hop(header + first, last - first, &hop))
			return asker;
		asker = hop;
		end = begin ? begin - 1 : 0;
	}
	return asker;
}

size_t forwarded_prefix(const char *header, const char *path)
{
	size_t len = header ? strlen(header) : 0;

	while (len && header[len - 1] == '/')
		len--;
	if (len == 0 || len > FORWARDED_PREFIX_MAX || header[0] != '/' || strncmp(path, header, len) != 0)
		return 0;
	return path[len] == '/' ? len : 0;
}
