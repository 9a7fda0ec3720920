/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer's place where the compiler has none: seeds, spoilt at random.
 *
 *	fuzz_NAME SEEDS [RUNS [SEED]]	MMUSCOPE_FUZZ_RUNS goes before RUNS
 *	fuzz_NAME FILE			that input alone
 *
 * An input that brings the program down is left in fuzz_NAME.crash, in the
 * folder where the tests are built, for the second form and for libFuzzer.
 */
#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_BYTES 65536u
#define MOST_SEEDS 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

static struct {
	uint8_t *bytes[MOST_SEEDS];
	size_t len[MOST_SEEDS];
	uint32_t nr;
	uint8_t input[MOST_BYTES];
	size_t input_len;
	char crash[4096];
	uint64_t random;
} fuzz;

const char *__asan_default_options(void)
{
	return "abort_on_error=1:detect_leaks=0";
}

const char *__ubsan_default_options(void)
{
	return "abort_on_error=1";
}

static void keep_input(void)
{
	FILE *to = fopen(fuzz.crash, "wb");

	if (!to)
		return;
	fwrite(fuzz.input, 1, fuzz.input_len, to);
	fclose(to);
	fprintf(stderr, "the input is in %s\n", fuzz.crash);
}

static void on_crash(int sig)
{
	keep_input();
	signal(sig, SIG_DFL);
	raise(sig);
}

static uint32_t below(uint32_t limit)
{
	fuzz.random ^= fuzz.random << 13;
	fuzz.random ^= fuzz.random >> 7;
	fuzz.random ^= fuzz.random << 17;
	return limit ? (uint32_t)(fuzz.random >> 20) % limit : 0;
}

static size_t read_file(const char *path, uint8_t *to)
{
	FILE *from = fopen(path, "rb");
	size_t len;

	if (!from) {
		perror(path);
		exit(2);
	}
	len = fread(to, 1, MOST_BYTES, from);
	fclose(from);
	return len;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_seeds(const char *folder)
{
	struct dirent **names;
	int nr = scandir(folder, &names, NULL, by_name);

	for (int i = 0; i < nr && fuzz.nr < MOST_SEEDS; i++) {
		char path[4096];

		if (names[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		fuzz.bytes[fuzz.nr] = malloc(MOST_BYTES);
		fuzz.len[fuzz.nr] = read_file(path, fuzz.bytes[fuzz.nr]);
		fuzz.nr++;
	}
}

static void replace(size_t at, uint32_t size)
{
	static const uint32_t words[] = {
		0,          1,          2,          3,          4,
		0x7f,       0xff,       0xfff,      0x1000,     0x1001,
		0xffff,     0x10000,    0x7fffffff, 0x80000000, 0xfffff000,
		0xffffffff, 0x7f000000, 0xbf000000, 0x20,       0x34,
	};
	uint32_t word;

	if (at + size > fuzz.input_len)
		return;
	memcpy(&word, fuzz.input + at, size);
	switch (below(4)) {
	case 0:
		word = words[below(sizeof(words) / sizeof(*words))];
		break;
	case 1:
		word += below(33) - 16;
		break;
	case 2:
		word ^= 1u << below(8 * size);
		break;
	default:
		word = below(1u << 16) << 16 | below(1u << 16);
	}
	memcpy(fuzz.input + at, &word, size);
}

/* A piece of the input or of another seed, put elsewhere in it. */
static void splice(void)
{
	const uint32_t n = below(fuzz.nr);
	size_t from = below((uint32_t)fuzz.len[n]);
	size_t len = below((uint32_t)(fuzz.len[n] - from) + 1);
	size_t at = below((uint32_t)fuzz.input_len + 1);

	if (fuzz.input_len + len > MOST_BYTES)
		return;
	memmove(fuzz.input + at + len, fuzz.input + at, fuzz.input_len - at);
	memcpy(fuzz.input + at, fuzz.bytes[n] + from, len);
	fuzz.input_len += len;
}

static void cut(void)
{
	size_t at = below((uint32_t)fuzz.input_len);
	size_t len = below((uint32_t)(fuzz.input_len - at) + 1);

	if (below(2))
		len %= 16;
	memmove(fuzz.input + at, fuzz.input + at + len,
		fuzz.input_len - at - len);
	fuzz.input_len -= len;
}

static void make_input(void)
{
	const uint32_t n = below(fuzz.nr);

	memcpy(fuzz.input, fuzz.bytes[n], fuzz.len[n]);
	fuzz.input_len = fuzz.len[n];
	for (uint32_t i = below(8); i && fuzz.input_len; i--) {
		const uint32_t size = 1u << below(3);
		size_t at = below((uint32_t)fuzz.input_len);

		switch (below(12)) {
		case 0:
			splice();
			break;
		case 1:
			cut();
			break;
		case 2: /* headers are at the beginning */
		case 3:
		case 4:
			at %= 128;
			/* fall through */
		default:
			replace(at & ~(size_t)(size - 1), size);
		}
	}
}

static int run_file(const char *path)
{
	fuzz.input_len = read_file(path, fuzz.input);
	return LLVMFuzzerTestOneInput(fuzz.input, fuzz.input_len);
}

int main(int argc, char **argv)
{
	const char *more = getenv("MMUSCOPE_FUZZ_RUNS");
	uint32_t runs = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 0) : 300;
	struct stat st;

	if (argc < 2 || stat(argv[1], &st)) {
		fprintf(stderr, "%s SEEDS [RUNS [SEED]], or FILE\n", argv[0]);
		return 2;
	}
	if (!S_ISDIR(st.st_mode))
		return run_file(argv[1]);
	if (more && *more)
		runs = (uint32_t)strtoul(more, NULL, 0);
	fuzz.random = argc > 3 ? strtoull(argv[3], NULL, 0) | 1 : 1;
	snprintf(fuzz.crash, sizeof(fuzz.crash), "%s.crash", argv[0]);
	signal(SIGABRT, on_crash);
	signal(SIGSEGV, on_crash);
	atexit(keep_input); /* a check that failed leaves by exit() */
	read_seeds(argv[1]);
	for (uint32_t i = 0; fuzz.nr && i < runs; i++) {
		if (i < fuzz.nr) {
			memcpy(fuzz.input, fuzz.bytes[i], fuzz.len[i]);
			fuzz.input_len = fuzz.len[i];
		} else {
			make_input();
		}
		LLVMFuzzerTestOneInput(fuzz.input, fuzz.input_len);
	}
	printf("%u inputs from %u seeds\n", runs, fuzz.nr);
	fflush(stdout);
	for (uint32_t i = 0; i < fuzz.nr; i++)
		free(fuzz.bytes[i]);
	_exit(fuzz.nr ? 0 : 2);
}
