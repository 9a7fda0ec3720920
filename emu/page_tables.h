/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_PAGE_TABLES_H
#define EMU_PAGE_TABLES_H

/* What `mmuscope page-tables` prints as text. */

#include <jansson.h>
#include <stdio.h>

/* @facts: an object of what kernel_page_tables() told, lists by their names. */
void page_tables_print(const json_t *facts, FILE *to);

#endif
