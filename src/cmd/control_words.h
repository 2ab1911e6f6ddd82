/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of commands that ask a server about itself. */
#ifndef CMD_CONTROL_WORDS_H
#define CMD_CONTROL_WORDS_H

#include "cmd/control.h"

struct control_words {
	const struct command *command;
	control_word *ntpd, *chronyd; /* NULL: that daemon has nothing like it */
	bool takes_arguments;         /* behind the host */
	/* Whether they can be right at all, before anybody is asked; x->why when not.  NULL: any can. */
	bool (*accepts)(struct control_run *x);
};

/* Never NULL for a command of the table. */
const struct control_words *control_words_of(const struct command *self);

/* The run of each of them. */
int control_run(const struct command *self, int argc, char **argv);

#endif
