/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_THREAD_INFO_H
#define KERNEL_ARCH_ARM_THREAD_INFO_H

/*
 * A task as ARM code knows it: the first words of the bytes that its
 * task_struct has in guest RAM, beside the structure of ours in the object
 * store. While its ARM code runs, their address is in TPIDRURO.
 */

#include <stdint.h>

#include "mmu/types.h"

struct kernel;
struct task_struct;

/* Its name among ARM code; 0: it has none, as before there is an image. */
vaddr_t task_kaddr(const struct task_struct *task);
/* The task that ARM code calls @kaddr; NULL: none, or it has ended. */
struct task_struct *kaddr_task(const struct kernel *k, vaddr_t kaddr);

/* A new task's words. */
void init_task_words(const struct task_struct *task);
/* Before @curr's ARM code runs: what it asks for without calling. */
void refresh_task_words(const struct task_struct *curr);

/*
 * Written by whatever ARM code there is: fit to report, and for what harms
 * nobody but that code.
 */
uint32_t task_preempt_count(const struct task_struct *task);
void set_task_preempt_count(const struct task_struct *task, uint32_t count);
uint32_t task_state_word(const struct task_struct *task);
void set_task_state_word(const struct task_struct *task, uint32_t state);

#endif
