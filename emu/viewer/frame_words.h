/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_VIEWER_FRAME_WORDS_H
#define EMU_VIEWER_FRAME_WORDS_H

/* What a snapshot says of one frame, in words. */

#include <stddef.h>
#include <stdint.h>

#include "emu/snapshot/snapshot.h"

struct snapshot;
struct view;

#define FRAME_LINES 8
struct frame_words {
	unsigned int nr_lines;
	char line[FRAME_LINES][120];
};

/* All that is known of frame @pfn, the most important first. */
void frame_words(const struct view *view, uint64_t pfn,
		 struct frame_words *words);

/* "anonymous", and whose: "cow 12", a cache; cut to @size. */
const char *frame_use_name(unsigned int use);
void frame_owner(const struct snapshot *snapshot,
		 const struct kernel_frame *frame, char *to, size_t size);
const char *frame_lru_name(unsigned int lru); /* "inactive anon" */
const char *frame_migratetype_name(unsigned int migratetype);
/* "dirty, referenced"; "" where there are none. */
void frame_flags_text(const struct kernel_frame *frame, char *to, size_t size);

/* The zone that frame @pfn of @node is in; NULL: it isn't known. */
const struct kernel_zone_info *frame_zone(const struct snapshot *snapshot,
					  uint64_t pfn, unsigned int node);

/* An entry that maps a frame. */
struct frame_mapper {
	int pid;
	uint32_t va;
	char comm[16];
	char vma[80]; /* as a line of /proc/PID/maps, cut */
};
/*
 * The first @room of those that map @pfn, if @snapshot was asked for that
 * frame; returns how many there are.
 */
unsigned int frame_mappers(const struct snapshot *snapshot, uint64_t pfn,
			   struct frame_mapper *mapper, unsigned int room);

/* What became of frame @pfn: "free → anon of cow 12"; "": nothing. */
void frame_change_text(const struct snapshot *from, const struct snapshot *to,
		       uint64_t pfn, char *text, size_t size);

#endif
