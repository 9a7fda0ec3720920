/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_SET_MEMORY_H
#define _LINUX_SET_MEMORY_H

/* Rights of a module's own code and data, and of its vmalloc areas. */

/**
 * set_memory_ro - take the right to write from pages
 * @at: the first one's address
 * @nr_pages: how many
 *
 * Context: Process context; may sleep.
 * Return: 0, or -EINVAL where they aren't such memory.
 */
int set_memory_ro(unsigned long at, int nr_pages);
/**
 * set_memory_rw - allow pages to be written
 * @at: the first one's address
 * @nr_pages: how many
 *
 * Context: Process context; may sleep.
 * Return: 0, or -EINVAL where they aren't such memory.
 */
int set_memory_rw(unsigned long at, int nr_pages);
/**
 * set_memory_nx - take the right to run from pages
 * @at: the first one's address
 * @nr_pages: how many
 *
 * Context: Process context; may sleep.
 * Return: 0, or -EINVAL where they aren't such memory.
 */
int set_memory_nx(unsigned long at, int nr_pages);
/**
 * set_memory_x - allow pages to be run
 * @at: the first one's address
 * @nr_pages: how many
 *
 * Context: Process context; may sleep.
 * Return: 0, or -EINVAL where they aren't such memory.
 */
int set_memory_x(unsigned long at, int nr_pages);

#endif
