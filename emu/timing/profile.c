/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The numbers of a core's pipeline, checked together. Ranges of each alone are
 * the schema's.
 */
#include "emu/timing/profile.h"

#include <stddef.h>

static const char *const class_keys[NR_INSN_CLASSES] = {
#define INSN_CLASS(name, key, sentence) #key ".pipes",
#include "emu/timing/insn_class.def"
#undef INSN_CLASS
};

const char *pipeline_check(const struct pipeline *pipeline, const char **key)
{
	if (pipeline->window && pipeline->window < pipeline->width) {
		*key = "window";
		return "it holds fewer instructions than issue in a cycle; "
		       "allowed: 0 (in order), or from cpu.pipeline.width on";
	}
	if (pipeline->window && pipeline->queue) {
		*key = "queue";
		return "the queue is that of an in-order core; leave it at 0, "
		       "or cpu.pipeline.window";
	}
	for (int i = 0; i < NR_INSN_CLASSES; i++) {
		*key = class_keys[i];
		if (!pipeline->of[i].pipes)
			return "no pipe takes these instructions; allowed: at "
			       "least one";
	}
	return NULL;
}
