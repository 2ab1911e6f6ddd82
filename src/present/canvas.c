/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "present/canvas.h"

#include <string.h>

#include "present/utf8.h"

/* Series: Okabe, Ito, "Color Universal Design" (2008), in the order in which they stand out from the page. */
uint32_t ink_color(enum ink ink, enum theme theme)
{
	static const uint32_t colors[2][N_INKS] = {
		[THEME_LIGHT] = { 0, 0xffffff, 0x1b1f23, 0x57606a, 0xe4e7ea, 0x8c959f, 0x6e7781, 0x0072b2,
				  0xd55e00, 0x009e73, 0xe69f00, 0xcc79a7, 0x56b4e9, 0xb8a900 },
		[THEME_DARK] = { 0, 0x14171a, 0xe6e8ea, 0x9aa4ad, 0x2a2f35, 0x6b747c, 0x98a1a9, 0x56b4e9,
				 0xe69f00, 0x009e73, 0xf0e442, 0xcc79a7, 0xd55e00, 0x3f8fcb },
	};
	return colors[theme][ink];
}

void canvas_segment(struct canvas *c, double x1, double y1, double x2, double y2, struct pen pen)
{
	canvas_line(c, (struct point[]){ { x1, y1 }, { x2, y2 } }, 2, pen);
}

/* Advance widths of DejaVu Sans from ' ' to '~', in hundredths of the font size. */
static const uint8_t widths[95] = {
	32, 40, 46, 84, 64, 95, 78, 28, 39,  39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 78, 75, 30, 30, 66, 56, 86, 75, 79,
	60, 79, 70, 64, 61, 73, 68, 99, 69,  61, 69, 39, 34, 39, 84, 50, 50, 61, 64, 55, 64, 62, 35, 64,
	63, 28, 28, 58, 28, 97, 63, 61, 64,  64, 41, 52, 39, 63, 59, 82, 59, 59, 53, 64, 34, 64, 84,
};

static double advance(const char *s, unsigned n, uint32_t code_point)
{
	if (code_point >= ' ' && code_point <= '~')
		return widths[code_point - ' '] / 100.0;
	if (utf8_is_hidden(code_point))
		return 0.64 * (code_point > 0xffff ? 10 : code_point == UTF8_BAD || code_point < ' ' ? 4 : 6);
	switch (code_point) {
	case 0xb7: return 0.38;  /* middle dot */
	case 0x2013: return 0.5; /* en dash */
	case 0x2026: return 1.0; /* ellipsis */
	default: return utf8_columns(s, n) > 1 ? 1.1 : utf8_columns(s, n) ? 0.84 : 0;
	}
}

double text_width(const char *s, double size, bool bold)
{
	size_t len = strlen(s);
	double sum = 0;

	for (size_t i = 0; i < len;) {
		uint32_t code_point;
		unsigned n = utf8_next(s + i, len - i, &code_point);
		sum += advance(s + i, n, code_point);
		i += n;
	}
	return sum * size * (bold ? 1.1 : 1);
}

void text_fit(const char *s, double font_size, bool bold, double width, char *out, size_t size)
{
	static const char ellipsis[] = "…";
	size_t len = strlen(s), end = 0;
	double room = width / font_size / (bold ? 1.1 : 1), sum = 0;

	if (len < size && text_width(s, font_size, bold) <= width) {
		memcpy(out, s, len + 1);
		return;
	}
	while (end < len) {
		uint32_t code_point;
		unsigned n = utf8_next(s + end, len - end, &code_point);
		sum += advance(s + end, n, code_point);
		if (sum + 1.0 > room || end + n + sizeof(ellipsis) > size)
			break;
		end += n;
	}
	memcpy(out, s, end);
	memcpy(out + end, ellipsis, sizeof(ellipsis));
}
