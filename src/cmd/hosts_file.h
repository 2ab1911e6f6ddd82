/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names for addresses from the file of --hosts. */
#ifndef CMD_HOSTS_FILE_H
#define CMD_HOSTS_FILE_H

#include "cmd/command.h"
#include "present/hosts.h"

/* 0, or STATUS_FAILED after one line that says what is wrong; *h is empty then. */
int hosts_file_read(const struct command *self, const char *path, struct hosts *h);

#endif
