/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/alarm_own.h"

#include <stdlib.h>
#include <string.h>

bool alarm_own_is_of(const char *name, const char *target)
{
	size_t n = strlen(target);

	return strncmp(name, target, n) == 0 && (name[n] == '\0' || name[n] == '/');
}

const struct alarm_limit *alarm_own_find(const struct alarm_limits *l, enum alarm_rule rule, const char *name)
{
	const struct alarm_own *found = NULL;

	for (size_t i = 0; i < l->n_own; i++) {
		const struct alarm_own *own = &l->own[i];
		if (own->rule != rule || !alarm_own_is_of(name, own->name))
			continue;
		if (!found || strlen(own->name) > strlen(found->name))
			found = own; /* a part is named by more than its target */
	}
	return found ? &found->limit : &l->of[rule];
}

enum err alarm_own_add(struct alarm_limits *l, const struct alarm_own *own)
{
	for (size_t i = 0; i < l->n_own; i++)
		if (l->own[i].rule == own->rule && strcmp(l->own[i].name, own->name) == 0)
			return ERR_USAGE;
	struct alarm_own *grown = realloc(l->own, (l->n_own + 1) * sizeof(*grown));
	if (!grown)
		return ERR_MEMORY;
	l->own = grown;
	l->own[l->n_own++] = *own;
	return ERR_OK;
}

enum err alarm_limits_copy(struct alarm_limits *out, const struct alarm_limits *l)
{
	*out = *l;
	out->own = NULL;
	out->n_own = 0;
	if (!l->n_own)
		return ERR_OK;
	out->own = malloc(l->n_own * sizeof(*out->own));
	if (!out->own)
		return ERR_MEMORY;
	memcpy(out->own, l->own, l->n_own * sizeof(*out->own));
	out->n_own = l->n_own;
	return ERR_OK;
}

void alarm_limits_release(struct alarm_limits *l)
{
	free(l->own);
	l->own = NULL;
	l->n_own = 0;
}
