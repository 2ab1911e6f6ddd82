/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ntpscope top`: who is loudest now, on a terminal, from a running monitor. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/nstime.h"
#include "cmd/command.h"
#include "cmd/output.h"
#include "cmd/remote.h"
#include "cmd/top_screen.h"
#include "net/clock.h"

enum { TYPED_MAX = 256, ONCE_COLUMNS = 80, ONCE_LINES = 24 };

struct settings {
	struct remote_options remote;
	int64_t interval_ns;
	bool once;
	const char *filter;
	int order; /* index into top_orders */
	int color;
};

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row rows[] = {
	REMOTE_ROWS(offsetof(struct settings, remote)),
	{ 'd', "interval", "TIME", "look again so often (2s)", OPTION_DURATION, AT(interval_ns), .min = 0,
	  .max = 3600 },
	{ 0, "sort", "KEY", "now rx tx peak owed rx_every alert delta last ip", OPTION_CHOICE, AT(order),
	  .choices = "now|rx|tx|peak|owed|rx_every|alert|delta|last|ip" },
	{ 0, "filter", "TEXT", "only these: '192.0.2.0/24 rx>100 -flag:R'", OPTION_TEXT, AT(filter) },
	{ '1', "once", NULL, "print one screen and end", OPTION_FLAG, AT(once) },
	{ 0, "color", NULL, "paint alerts", OPTION_CHOICE, AT(color), .choices = "auto|always|never" },
};

struct top {
	const struct command *self;
	struct remote *remote;
	struct top_view view;
	char filter[TYPED_MAX + 1], typed[TYPED_MAX + 1];
	int64_t interval_ns, next_ns;
	bool over;
};

/* ---- asking -------------------------------------------------------------------------------------- */

static void take(json_t **place, json_t *fresh)
{
	json_decref(*place);
	*place = fresh;
}

static bool page_address(const struct top *t, char out[HTTP_URL_MAX])
{
	const struct top_order *o = t->view.order;
	char offset[24], limit[24], filter[TYPED_MAX + 40];

	snprintf(offset, sizeof(offset), "%llu", (unsigned long long)t->view.offset);
	snprintf(limit, sizeof(limit), "%u", top_rows(&t->view));
	snprintf(filter, sizeof(filter), "%s%s%s", o->filter ? o->filter : "",
		 o->filter && t->filter[0] ? " " : "", t->filter);
	return remote_address(t->remote, out, "api/v1/clients", "sort", o->sort, "order",
			      o->rises != t->view.reversed ? "asc" : "desc", "offset", offset, "limit", limit,
			      "filter", filter[0] ? filter : NULL, NULL);
}

static void look(struct top *t)
{
	char address[HTTP_URL_MAX], why[HTTP_WHY_MAX] = "";
	json_t *page = NULL, *summary = NULL;

	t->view.trouble[0] = '\0';
	if (remote_address(t->remote, address, "api/v1/summary", NULL))
		summary = remote_json(t->remote, address, why);
	if (summary && page_address(t, address))
		page = remote_json(t->remote, address, why);
	else if (summary)
		snprintf(why, sizeof(why), "the filter is too long");
	if (summary)
		take(&t->view.summary, summary);
	if (page)
		take(&t->view.page, page);
	else
		snprintf(t->view.trouble, sizeof(t->view.trouble), "%s", why);
	t->next_ns = clock_monotonic_ns() + t->interval_ns;
}

/* ---- keys ---------------------------------------------------------------------------------------- */

static void scroll(struct top *t, int64_t by)
{
	uint64_t matched = (uint64_t)remote_number(t->view.page, "matched"),
		 least = (uint64_t)(by < 0 ? -by : 0);

	if (by < 0)
		t->view.offset = t->view.offset > least ? t->view.offset - least : 0;
	else if (t->view.offset + (uint64_t)by < matched)
		t->view.offset += (uint64_t)by;
	look(t);
}

static void choose_order(struct top *t, char key)
{
	for (size_t i = 0; i < n_top_orders; i++) {
		const struct top_order *o = &top_orders[i];
		if (o->key != key)
			continue;
		t->view.reversed = t->view.order == o && !t->view.reversed;
		t->view.order = o;
		t->view.offset = 0;
		look(t);
	}
}

static void type(struct top *t, char c)
{
	size_t len = strlen(t->typed);

	if (c == '\r' || c == '\n') {
		memcpy(t->filter, t->typed, sizeof(t->filter));
		t->view.typing = NULL;
		t->view.offset = 0;
		look(t);
	} else if (c == 27) {
		t->view.typing = NULL;
	} else if (c == 127 || c == 8) {
		/* a whole character, however many octets */
		while (len && ((unsigned char)t->typed[--len] & 0xc0) == 0x80)
			;
		t->typed[len] = '\0';
	} else if ((unsigned char)c >= 0x20 && len < TYPED_MAX) {
		t->typed[len] = c;
		t->typed[len + 1] = '\0';
	}
}

static void press(struct top *t, char c)
{
	struct top_view *v = &t->view;

	switch (c) {
	case 'q':
	case 3: t->over = true; break;
	case ' ':
		v->paused = !v->paused;
		t->next_ns = 0;
		break;
	case '?':
	case 'h': v->helps = !v->helps; break;
	case 'R':
		v->reversed = !v->reversed;
		v->offset = 0;
		look(t);
		break;
	case '/':
	case 'f':
		memcpy(t->typed, t->filter, sizeof(t->typed));
		v->typing = t->typed;
		break;
	case 'j': scroll(t, 1); break;
	case 'k': scroll(t, -1); break;
	default: choose_order(t, c); break;
	}
}

/* "\x1b[A" and the like; returns how many octets it took. */
static size_t press_escape(struct top *t, const char *s, size_t len)
{
	int64_t page = top_rows(&t->view);

	if (len < 3 || (s[1] != '[' && s[1] != 'O')) {
		t->view.helps = false;
		return 1;
	}
	switch (s[2]) {
	case 'A': scroll(t, -1); break;
	case 'B': scroll(t, 1); break;
	case '5': scroll(t, -page); break;
	case '6': scroll(t, page); break;
	case 'H':
	case '1': scroll(t, INT64_MIN / 2); break;
	}
	return len > 3 && s[3] == '~' ? 4 : 3;
}

static void read_keys(struct top *t)
{
	char s[64];
	ssize_t n = read(STDIN_FILENO, s, sizeof(s));

	if (n <= 0) {
		t->over = n == 0 || errno != EINTR;
		return;
	}
	for (size_t i = 0; i < (size_t)n && !t->over;) {
		if (t->view.typing)
			type(t, s[i++]);
		else if (s[i] == 27)
			i += press_escape(t, s + i, (size_t)n - i);
		else
			press(t, s[i++]);
	}
}

/* ---- the screen ------------------------------------------------------------------------------------ */

static void measure(struct top_view *v)
{
	struct winsize w;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || !w.ws_col || !w.ws_row)
		return;
	v->columns = w.ws_col;
	v->lines = w.ws_row;
}

/* Each line is cleared before it is written: behind its end, a terminal that is full to the last column would
 * clear that one.  All of it is one write, so that nothing flickers. */
static void show(const struct top *t, struct buf *out)
{
	struct buf screen;

	if (buf_init(&screen, -1))
		return;
	top_draw(&t->view, &screen);
	size_t foot = screen.len;
	while (foot && screen.data[foot - 1] != '\n')
		foot--;
	buf_str(out, "\x1b[H\x1b[K");
	for (size_t i = 0; i < screen.len; i++) {
		if (screen.data[i] == '\n')
			buf_char(out, '\r');
		buf_char(out, screen.data[i]);
		if (screen.data[i] == '\n')
			buf_str(out, i + 1 == foot ? "\x1b[J" : "\x1b[K");
	}
	buf_flush(out);
	buf_release(&screen);
}

static int wait_ms(const struct top *t)
{
	int64_t left_ns = t->next_ns - clock_monotonic_ns();

	if (t->view.paused)
		return -1;
	return left_ns > 0 ? (int)(left_ns / 1000000) + 1 : 0;
}

static void watch(struct top *t, int signals, struct buf *out)
{
	while (!t->over && !out->err) {
		if (!t->view.paused && clock_monotonic_ns() >= t->next_ns)
			look(t);
		show(t, out);
		struct pollfd p[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
				       { .fd = signals, .events = POLLIN } };
		if (poll(p, 2, wait_ms(t)) < 0 && errno != EINTR)
			break;
		struct signalfd_siginfo info;
		if (p[1].revents && read(signals, &info, sizeof(info)) == sizeof(info)) {
			t->over = info.ssi_signo != SIGWINCH;
			measure(&t->view);
		}
		if (p[0].revents)
			read_keys(t);
	}
}

/* The terminal is given back as it was, however this ends. */
static int on_terminal(struct top *t, struct buf *out)
{
	struct termios before, raw;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0 || tcgetattr(STDIN_FILENO, &before) != 0) {
		command_error(t->self, "cannot use the terminal: %s", strerror(errno));
		return STATUS_FAILED;
	}
	raw = before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	raw.c_iflag &= ~(tcflag_t)(IXON | ICRNL);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
	buf_str(out, "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J");
	measure(&t->view);
	watch(t, signals, out);
	buf_str(out, "\x1b[?7h\x1b[?25h\x1b[?1049l");
	buf_flush(out);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	close(signals);
	return STATUS_OK;
}

static int print_once(struct top *t, struct buf *out)
{
	look(t);
	if (t->view.trouble[0]) {
		command_error(t->self, "%s", t->view.trouble);
		return STATUS_FAILED;
	}
	top_draw(&t->view, out);
	buf_char(out, '\n');
	return STATUS_OK;
}

/* ---- the command --------------------------------------------------------------------------------- */

static int run(const struct command *self, int argc, char **argv)
{
	struct settings s = { .remote.url = "http://127.0.0.1:8123", .interval_ns = 2 * NS_PER_S };
	struct top t = { .self = self };
	struct output out;
	int status;

	if (!options_parse(self, &s, &argc, argv, &status))
		return status;
	if (argc > 0) {
		command_error(self, "takes no arguments: give the address with --url");
		return STATUS_FAILED;
	}
	if (s.filter && strlen(s.filter) > TYPED_MAX) {
		command_error(self, "the filter is too long");
		return STATUS_FAILED;
	}
	t.remote = remote_open(self, &s.remote);
	if (!t.remote)
		return STATUS_FAILED;
	snprintf(t.filter, sizeof(t.filter), "%s", s.filter ? s.filter : "");
	t.interval_ns = s.interval_ns > NS_PER_S / 10 ? s.interval_ns : NS_PER_S / 10;
	t.view = (struct top_view){ .columns = ONCE_COLUMNS,
				    .lines = ONCE_LINES,
				    .order = &top_orders[s.order],
				    .filter = t.filter,
				    .url = s.remote.url };
	status = output_open(&out, self, NULL, s.color);
	if (!status) {
		t.view.color = out.color;
		bool live = !s.once && out.terminal && isatty(STDIN_FILENO);
		status = live ? on_terminal(&t, &out.buf) : print_once(&t, &out.buf);
		status = output_finish(&out, status);
	}
	take(&t.view.summary, NULL);
	take(&t.view.page, NULL);
	remote_close(t.remote);
	return status;
}

const struct command cmd_top = {
	.name = "top",
	.summary = "who is loudest now, from a running monitor",
	.arguments = "",
	.about = "Shows the busiest clients of a running monitor on the terminal and looks again\n"
		 "every two seconds.  Keys choose the order, / filters, ? tells about the others.\n"
		 "Where the output is no terminal one screen is printed.",
	.examples = "ntpscope top\n"
		    "ntpscope top --url https://ntp.example:8123 --token-file token\n"
		    "ntpscope top --once --sort owed --filter 'alert:red,yellow'\n",
	.options = rows,
	.n_options = sizeof(rows) / sizeof(rows[0]),
	.min_arguments = 0,
	.run = run,
};
