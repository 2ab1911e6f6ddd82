/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The truth profile: chosen scenes, each played a few times at random moments of one capture. */
#include <string.h>

#include "ntpgen.h"

#define LEAD_NS   (60 * SEC)   /* nothing but AT_START happens here */
#define SPREAD_NS (900 * SEC)  /* scenes begin within */
#define TAIL_NS   (1000 * SEC) /* the longest scene is over, and the last timeout */

static const struct scene *const tables[] = { scenes_basic, scenes_other };

enum { N_TABLES = sizeof tables / sizeof tables[0] };

void scenes_list(FILE *out)
{
	for (int i = 0; i < N_TABLES; i++)
		for (const struct scene *s = tables[i]; s->name; s++)
			fprintf(out, "%-24s %s\n", s->name, s->help);
}

static const struct scene *find(const char *name, size_t len)
{
	for (int i = 0; i < N_TABLES; i++)
		for (const struct scene *s = tables[i]; s->name; s++)
			if (strlen(s->name) == len && memcmp(s->name, name, len) == 0)
				return s;
	return NULL;
}

static void play(struct stage *st, const struct options *o, const struct scene *s)
{
	bool v4 = rng_percent(&st->rng, 50);
	struct addr client = client_address(&st->rng, v4), server = server_address(v4);
	struct endpoint from = endpoint_of(&client, (uint16_t)rng_range(&st->rng, 1024, 65000));
	struct endpoint to = endpoint_of(&server, PORT_NTP);
	struct talk t = talk_of(st, &from, &to, rng_percent(&st->rng, 20) ? 3 : 4, s->name);
	if (strncmp(s->name, "nts", 3) == 0 || strcmp(s->name, "crypto_nak") == 0 ||
	    strcmp(s->name, "fragments") == 0)
		t.ask.version = t.reply.version = 4; /* extension fields came with version 4 */
	int64_t at = o->start_ns;
	if (s->place == ANYWHERE)
		at += LEAD_NS + (int64_t)rng_below(&st->rng, SPREAD_NS);
	if (s->place == AT_END)
		at += LEAD_NS + SPREAD_NS + TAIL_NS + (int64_t)rng_below(&st->rng, MS);
	s->play(&t, at);
}

static void play_all(struct stage *st, const struct options *o)
{
	for (int i = 0; i < N_TABLES; i++)
		for (const struct scene *s = tables[i]; s->name; s++)
			play(st, o, s);
}

/* Plays each name of a comma separated list; 2 when one is unknown. */
static int play_chosen(struct stage *st, const struct options *o)
{
	for (const char *name = o->scenes; *name;) {
		size_t len = strcspn(name, ",");
		const struct scene *s = find(name, len);
		if (!s) {
			fprintf(stderr, "ntpgen: no scene '%.*s'; --scenes list shows them\n", (int)len,
				name);
			return 2;
		}
		play(st, o, s);
		name += len + (name[len] == ',');
	}
	return 0;
}

int scenes_run(const struct options *o, struct sink *s)
{
	struct stage st;
	int wrong = 0;
	stage_init(&st, o->seed, 2);
	for (uint64_t i = 0; i < o->repeat && !wrong; i++) {
		if (o->scenes)
			wrong = play_chosen(&st, o);
		else
			play_all(&st, o);
	}
	stage_write(&st, s);
	stage_release(&st);
	return wrong;
}
