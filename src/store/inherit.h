/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose a file is that root makes in a folder of another user, who has to go on with it: `ntpscope import`
 * and `history --rebuild` are mostly root's, the monitor beside them is not. */
#ifndef STORE_INHERIT_H
#define STORE_INHERIT_H

/* Gives a file or folder of root's to the owner of the folder that it lies in.  No link is followed, and what
 * has a second name, which may be of another folder, stays as it is; so does all when others than root call.
 * What cannot be given stays root's.  errno is kept. */
void inherit_owner(const char *path);

#endif
