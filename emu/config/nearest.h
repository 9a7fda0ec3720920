/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_CONFIG_NEAREST_H
#define EMU_CONFIG_NEAREST_H

/* "Did you mean …?" for whoever reads words of the user's. */

/* Part of a string; no text where there is nothing to tell. */
struct word {
	const char *text;
	int length;
};

/* The one of @choices, NULL-terminated, that @word most likely is. */
struct word nearest_of(const char *word, const char *const *choices);

#endif
