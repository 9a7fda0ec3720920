/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an expected fault asks of one that was seen. Each thing that is asked
 * has a weight: where it was counts most, then whose and what access, then all
 * that only tells what came of it. Two that share more than half of the weight
 * are the same fault, changed; else they are two faults.
 */
#include "emu/scenario/fault_list.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emu/fault_text.h"
#include "emu/scenario/align.h"

enum {
	WEIGHT_PLACE = 4,
	WEIGHT_WHO = 2,
	WEIGHT_ACCESS = 2,
	WEIGHT_REST = 1
};

/* ---- places -------------------------------------------------------------------- */

static bool spot_create(struct spot *spot, const struct judging *judging)
{
	spot->given = true;
	spot->range = calloc(judging->scenario->nr_guests + 1,
			     sizeof(*spot->range));
	return spot->range;
}

static void no_place(struct judging *judging, const struct diag_where *where,
		     const struct diag *why)
{
	judging_fail(judging, where, worded("an address of a guest"), NULL,
		     worded("%s", why->text), 0);
}

/* In which guest the names of a fault of @of's are looked up. */
static size_t guest_of(const struct judging *judging, const char *of)
{
	const struct scenario *scenario = judging->scenario;

	for (size_t i = 0; of && i < scenario->nr_guests; i++)
		if (!strcmp(scenario->guests[i].name, of))
			return i;
	return scenario->nr_guests;
}

/* A guest that lacks the symbol has nothing there; some guest must have it. */
static bool find_region(struct spot *spot, struct judging *judging,
			const struct scenario_region *region, const char *of)
{
	size_t nr = judging->scenario->nr_guests;
	struct diag why = {0};

	if (!region->first.text)
		return true;
	if (!spot_create(spot, judging))
		return false;
	for (size_t i = 0; i <= nr; i++) {
		struct diag ignored = {0};

		places_region(judging->places, i, region, &spot->range[i],
			      &ignored);
	}
	if (places_region(judging->places, guest_of(judging, of), region,
			  &spot->range[nr], &why))
		return true;
	no_place(judging, &region->first.where, &why);
	return false;
}

static bool find_place(struct spot *spot, struct judging *judging,
		       const struct scenario_place *place, const char *of)
{
	struct scenario_region one = {.first = *place};
	size_t nr = judging->scenario->nr_guests;
	bool good = find_region(spot, judging, &one, of);

	/* the one address, also where a name alone means all of it */
	for (size_t i = 0; good && spot->given && i <= nr; i++) {
		struct diag ignored = {0};
		struct address_range *range = &spot->range[i];

		if (range->end &&
		    places_find(judging->places,
				i < nr ? i : guest_of(judging, of), place,
				&range->first, &ignored))
			range->end = range->first + 1;
	}
	return good;
}

static bool find_places(struct fault_list *list)
{
	const struct expected_faults *expected = list->expected;
	struct judging *judging = list->judging;

	if (!find_region(&list->in, judging, &expected->in, expected->of))
		return false;
	for (size_t i = 0; i < expected->nr; i++) {
		const struct expected_fault *fault = &expected->list[i];
		const char *of = fault->of ?: expected->of;

		if (!find_region(&list->at[i], judging, &fault->at, of) ||
		    !find_place(&list->addr[i], judging, &fault->addr, of))
			return false;
	}
	return true;
}

static bool is_at(const struct fault_list *list, const struct spot *spot,
		  const struct observed_fault *fault, uint32_t address)
{
	const struct address_range *range;

	if (!spot->given)
		return true;
	range = &spot->range[places_guest_of(list->judging->places,
					     fault->fault.comm)];
	return address >= range->first && address < range->end;
}

/* ---- the scope -------------------------------------------------------------------- */

static bool is_in_scope(const struct fault_list *list,
			const struct observed_fault *fault)
{
	const char *of = list->expected->of;

	return (!of ||
		places_is_of(list->judging->places, fault->fault.comm, of)) &&
	       is_at(list, &list->in, fault, fault->fault.far);
}

bool fault_list_create(struct fault_list *list, struct judging *judging,
		       const struct expected_faults *expected)
{
	const struct observation *seen = judging->seen;

	*list = (struct fault_list){
		.judging = judging,
		.expected = expected,
		.at = calloc(expected->nr + 1, sizeof(*list->at)),
		.addr = calloc(expected->nr + 1, sizeof(*list->addr)),
		.seen = calloc(seen->nr_faults + 1, sizeof(struct fault *)),
	};
	if (!list->at || !list->addr || !list->seen || !find_places(list))
		return false;
	for (size_t i = 0; i < seen->nr_faults; i++)
		if (is_in_scope(list, &seen->faults[i]))
			list->seen[list->nr_seen++] = &seen->faults[i];
	return true;
}

void fault_list_free(struct fault_list *list)
{
	for (size_t i = 0; i < list->expected->nr; i++) {
		if (list->at)
			free(list->at[i].range);
		if (list->addr)
			free(list->addr[i].range);
	}
	free(list->in.range);
	free(list->at);
	free(list->addr);
	free(list->seen);
}

/* ---- words ---------------------------------------------------------------------- */

static const char *access_name(enum scenario_access access)
{
	static const char *const names[] = {"touch", "read", "write", "fetch"};

	return names[access];
}

static enum scenario_access access_of(const struct kernel_fault *fault)
{
	if (fault->fetch)
		return ACCESS_EXEC;
	return fault->write ? ACCESS_WRITE : ACCESS_READ;
}

/* By the names of `is`. */
static const char *result_of(const struct observed_fault *seen)
{
	if (!seen->over)
		return "not done: its task ended over it";
	if (seen->fault.outcome == FAULT_RESOLVED)
		return seen->fault.resolution ?: "resolved";
	return fault_outcome_name(seen->fault.outcome);
}

static const char *vma_of(const struct observed_fault *seen)
{
	if (!seen->vma_end)
		return "none";
	return seen->vma[0] ? seen->vma : "anon";
}

static const char *next_word(const char *text, size_t *length)
{
	static const char between[] = " ,";

	text += strspn(text, between);
	*length = strcspn(text, between);
	return text;
}

/*
 * Each word of @wanted stands in @text, in that order; a number right behind
 * the word that it belongs to, lest "level 1" be found in "level 2, domain 1".
 */
static bool has_words(const char *text, const char *wanted)
{
	size_t has, n;

	for (;;) {
		wanted = next_word(wanted, &n);
		if (!n)
			return true;
		text = next_word(text, &has);
		while (has && (has != n || memcmp(text, wanted, n) != 0)) {
			if (*wanted >= '0' && *wanted <= '9')
				return false;
			text = next_word(text + has, &has);
		}
		if (!has)
			return false;
		text += n;
		wanted += n;
	}
}

static const char *yes(bool is)
{
	return is ? "true" : "false";
}

static struct fault_text signal_text(int sig, int code, bool has_code)
{
	const struct kernel_fault fault = {.sig = sig,
					   .code = has_code ? code : 0};

	return fault_signal(&fault);
}

static void say_region(const struct scenario_region *region, FILE *to)
{
	fprintf(to, "%s", region->first.text);
	if (region->end.text)
		fprintf(to, "..%s", region->end.text);
}

static void say_count(const struct scenario_range *count, FILE *to)
{
	if (count->low != 1 || count->high != 1)
		fprintf(to, "%s times: ", range_text(count).text);
}

/* "write to buffer+0x1000", "fetch at main" */
static void say_touch(enum scenario_access access, const char *place, FILE *to)
{
	static const char *const prepositions[] = {"at", "of", "to", "at"};

	fprintf(to, "%s %s %s", access_name(access), prepositions[access],
		place);
}

void fault_say_expected(const struct expected_fault *fault, FILE *to)
{
	say_count(&fault->count, to);
	if (fault->at.first.text) {
		say_touch(fault->access, fault->at.first.text, to);
		if (fault->at.end.text)
			fprintf(to, "..%s", fault->at.end.text);
	} else {
		fprintf(to, "%s", access_name(fault->access));
	}
	if (fault->of)
		fprintf(to, " by %s", fault->of);
	if (fault->has_by)
		fprintf(to, " (%s)", fault_origin(fault->by));
	if (fault->signal)
		fprintf(to, ": %s",
			signal_text(fault->signal, fault->code, fault->has_code)
				.text);
	else if (fault->is)
		fprintf(to, ": %s", fault->is);
	if (fault->addr.text)
		fprintf(to, ", si_addr %s", fault->addr.text);
	if (fault->major >= 0)
		fprintf(to, ", %s", fault->major ? "major" : "not major");
	if (fault->stack_growth >= 0)
		fprintf(to, ", %s",
			fault->stack_growth ? "stack_growth"
					    : "no stack_growth");
	if (fault->vma)
		fprintf(to, ", vma %s", fault->vma);
	if (fault->has_fsr)
		fprintf(to, ", fsr 0x%03" PRIx32, fault->fsr);
	if (fault->status)
		fprintf(to, ", %s", fault->status);
}

static struct place_text name_of(const struct judging *judging,
				 const struct kernel_fault *fault,
				 vaddr_t address)
{
	size_t guest = places_guest_of(judging->places, fault->comm);

	if (guest == judging->scenario->nr_guests)
		guest = 0; /* a child by another name */
	return places_name(judging->places, guest, address);
}

/* @who: its number, behind its name. */
static void say_fault(const struct judging *judging,
		      const struct observed_fault *seen, int who, FILE *to)
{
	const struct kernel_fault *fault = &seen->fault;

	say_touch(access_of(fault), name_of(judging, fault, fault->far).text,
		  to);
	fprintf(to, " by %s-%d%s: %s", fault->comm, who,
		fault->origin == FAULT_BY_PROGRAM ? "" : " (kernel)",
		fault->sig ? fault_signal(fault).text : result_of(seen));
	if (fault->major)
		fprintf(to, ", major");
	if (fault->stack_growth)
		fprintf(to, ", stack_growth");
}

void fault_say_seen(const struct judging *judging,
		    const struct observed_fault *seen, FILE *to)
{
	say_fault(judging, seen, seen->fault.pid, to);
	fprintf(to, ", fault %" PRIu64, seen->fault.number);
}

int process_number(struct judging *judging, int pid)
{
	const int *known = judging->pids.part ? (void *)judging->pids.part->data
					      : NULL;
	int *fresh;

	for (size_t i = 0; i < judging->pids.nr; i++)
		if (known[i] == pid)
			return (int)i + 1;
	judging->pids.element_bytes = sizeof(*fresh);
	fresh = part_add(&judging->pids);
	if (fresh)
		*fresh = pid;
	return (int)judging->pids.nr;
}

char *fault_line(struct judging *judging, const struct observed_fault *seen)
{
	struct wording wording;

	if (!wording_begin(&wording))
		return NULL;
	say_fault(judging, seen, process_number(judging, seen->fault.pid),
		  wording.to);
	fprintf(wording.to, ", %s, in %s, from %s",
		fault_status(&seen->fault).text, vma_of(seen),
		name_of(judging, &seen->fault, seen->fault.pc).text);
	return wording_end(&wording);
}

char *fault_list_title(const struct fault_list *list)
{
	const struct expected_faults *expected = list->expected;
	struct wording wording;

	if (!wording_begin(&wording))
		return NULL;
	fprintf(wording.to, "faults");
	if (expected->of)
		fprintf(wording.to, " of %s", expected->of);
	if (expected->in.first.text) {
		fprintf(wording.to, " in ");
		say_region(&expected->in, wording.to);
	}
	return wording_end(&wording);
}

/* ---- what is asked ------------------------------------------------------------------ */

/* The sum of the weights of what was asked, and of what isn't so. */
struct weighing {
	unsigned int asked, wrong;
	FILE *to;
};

/* One thing that is asked. True: it isn't so, and there is somebody to tell. */
static bool weigh(struct weighing *weighing, unsigned int weight, bool good)
{
	weighing->asked += weight;
	if (good)
		return false;
	if (weighing->to && weighing->wrong)
		fprintf(weighing->to, "; ");
	weighing->wrong += weight;
	return weighing->to;
}

static void tell(const struct weighing *weighing, const char *what,
		 const char *expected, const char *got)
{
	fprintf(weighing->to, "%s: %s expected, %s seen", what, expected, got);
}

static void weigh_place(struct weighing *weighing,
			const struct fault_list *list, size_t item,
			const struct observed_fault *seen)
{
	const struct expected_fault *expected = &list->expected->list[item];
	char address[16];

	snprintf(address, sizeof(address), "0x%08" PRIx32, seen->fault.far);
	if (expected->at.first.text &&
	    weigh(weighing, WEIGHT_PLACE,
		  is_at(list, &list->at[item], seen, seen->fault.far)))
		tell(weighing, "at", expected->at.first.text, address);
	snprintf(address, sizeof(address), "0x%08" PRIx32, seen->sig_addr);
	if (expected->addr.text &&
	    weigh(weighing, WEIGHT_REST,
		  seen->fault.sig &&
			  is_at(list, &list->addr[item], seen, seen->sig_addr)))
		tell(weighing, "addr", expected->addr.text,
		     seen->fault.sig ? address : "no signal");
}

static void weigh_access(struct weighing *weighing, const struct judging *j,
			 const struct expected_fault *expected,
			 const struct observed_fault *seen)
{
	enum scenario_access access = access_of(&seen->fault);

	if (expected->of &&
	    weigh(weighing, WEIGHT_WHO,
		  places_is_of(j->places, seen->fault.comm, expected->of)))
		tell(weighing, "of", expected->of, seen->fault.comm);
	if (expected->access != ACCESS_ANY &&
	    weigh(weighing, WEIGHT_ACCESS, expected->access == access))
		tell(weighing, "access", access_name(expected->access),
		     access_name(access));
	if (expected->has_by &&
	    weigh(weighing, WEIGHT_REST, expected->by == seen->fault.origin))
		tell(weighing, "by", fault_origin(expected->by),
		     fault_origin(seen->fault.origin));
}

static void weigh_cause(struct weighing *weighing,
			const struct expected_fault *expected,
			const struct observed_fault *seen)
{
	struct fault_text status = fault_status(&seen->fault);
	char want[16], got[16];

	if (expected->vma &&
	    weigh(weighing, WEIGHT_REST, !strcmp(expected->vma, vma_of(seen))))
		tell(weighing, "vma", expected->vma, vma_of(seen));
	snprintf(want, sizeof(want), "0x%03" PRIx32, expected->fsr);
	snprintf(got, sizeof(got), "0x%03" PRIx32, seen->fault.fsr);
	if (expected->has_fsr &&
	    weigh(weighing, WEIGHT_REST, expected->fsr == seen->fault.fsr))
		tell(weighing, "fsr", want, got);
	if (expected->status && weigh(weighing, WEIGHT_REST,
				      has_words(status.text, expected->status)))
		tell(weighing, "status", expected->status, status.text);
}

static void weigh_result(struct weighing *weighing,
			 const struct expected_fault *expected,
			 const struct observed_fault *seen)
{
	const struct kernel_fault *fault = &seen->fault;

	if (expected->is && weigh(weighing, WEIGHT_REST,
				  !strcmp(expected->is, result_of(seen))))
		tell(weighing, "is", expected->is,
		     fault->sig ? fault_signal(fault).text : result_of(seen));
	if (expected->signal && weigh(weighing, WEIGHT_REST,
				      fault->sig == expected->signal &&
					      (!expected->has_code ||
					       fault->code == expected->code)))
		tell(weighing, "signal",
		     signal_text(expected->signal, expected->code,
				 expected->has_code)
			     .text,
		     fault->sig ? fault_signal(fault).text : "none");
	if (expected->major >= 0 &&
	    weigh(weighing, WEIGHT_REST, expected->major == fault->major))
		tell(weighing, "major", yes(expected->major),
		     yes(fault->major));
	if (expected->stack_growth >= 0 &&
	    weigh(weighing, WEIGHT_REST,
		  expected->stack_growth == fault->stack_growth))
		tell(weighing, "stack_growth", yes(expected->stack_growth),
		     yes(fault->stack_growth));
}

unsigned int fault_differs(const struct fault_list *list, size_t item,
			   size_t seen, FILE *to)
{
	const struct expected_fault *expected = &list->expected->list[item];
	const struct observed_fault *fault = list->seen[seen];
	struct weighing weighing = {.to = to};

	weigh_place(&weighing, list, item, fault);
	weigh_access(&weighing, list->judging, expected, fault);
	weigh_cause(&weighing, expected, fault);
	weigh_result(&weighing, expected, fault);
	if (!weighing.wrong)
		return 0;
	if (weighing.wrong * 2 >= weighing.asked)
		return ALIGN_FAR;
	return weighing.wrong < ALIGN_NEAR ? weighing.wrong : ALIGN_NEAR;
}
