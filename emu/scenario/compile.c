/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cross compiler, and the folder of programs that it has made.
 *
 * A program's name in the cache is a hash of all that it was made from, so
 * that what lies there is never wrong and never changed: the compiler and its
 * C library, flags, the text, and the headers beside it, which the compiler
 * listed the last time (HASH.headers; a header that includes another since
 * then has changed itself). Files appear by rename(), whole. The folder may
 * be deleted at any time.
 */
#define _GNU_SOURCE /* memfd_create, asprintf */
#include "emu/scenario/compile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emu/diag.h"

/* What tests of the guests' sources are compiled with, too. */
static const char *const always[] = {
	"-O1",
	"-g0",
	"-static",
	"-marm",
	"-march=armv7-a",
	"-mfpu=vfpv3-d16",
	"-mfloat-abi=hard",
	/* a line of a scenario has another indentation than the text */
	"-fno-diagnostics-show-caret",
	"-fno-show-column",
};
enum {
	NR_ALWAYS = sizeof(always) / sizeof(always[0])
};

/* ---- other processes ---------------------------------------------------- */

extern char **environ;

/* The environment, with messages in English; to be freed, its texts not. */
static char **plain_environment(void)
{
	static char locale[] = "LC_ALL=C";
	size_t nr = 0, n = 0;
	char **copy;

	while (environ[nr])
		nr++;
	copy = calloc(nr + 2, sizeof(*copy));
	for (size_t i = 0; copy && i < nr; i++)
		if (strncmp(environ[i], "LC_ALL=", 7))
			copy[n++] = environ[i];
	if (copy)
		copy[n] = locale;
	return copy;
}

/* The wait status of @argv with these files; -1, and errno: not started. */
static int run_command(char *const argv[], int in, int out, int err)
{
	char **environment = plain_environment();
	posix_spawn_file_actions_t files;
	int error = ENOMEM, status = -1;
	pid_t pid;

	if (environment && !posix_spawn_file_actions_init(&files)) {
		posix_spawn_file_actions_adddup2(&files, in, 0);
		posix_spawn_file_actions_adddup2(&files, out, 1);
		posix_spawn_file_actions_adddup2(&files, err, 2);
		error = posix_spawnp(&pid, argv[0], &files, NULL, argv,
				     environment);
		posix_spawn_file_actions_destroy(&files);
	}
	free(environment);
	if (!error)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	errno = error;
	return status;
}

/* All that is in @fd, as text; to be freed. */
static char *text_of(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = size < 0 ? NULL : calloc(1, (size_t)size + 1);

	if (text && pread(fd, text, (size_t)size, 0) != size)
		text[0] = '\0';
	return text;
}

static char *text_of_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = fd < 0 ? NULL : text_of(fd);

	if (fd >= 0)
		close(fd);
	return text;
}

/* ---- the compiler ------------------------------------------------------- */

/* Size and time of the file that @path's first line names, after its text. */
static char *with_stamp(const char *version, char *path)
{
	struct stat st = {0};
	char *text;

	path[strcspn(path, "\n")] = '\0';
	if (stat(path, &st))
		path[0] = '\0';
	if (asprintf(&text, "%s%s %lld %lld.%09ld\n", version, path,
		     (long long)st.st_size, (long long)st.st_mtim.tv_sec,
		     st.st_mtim.tv_nsec) < 0)
		return NULL;
	return text;
}

/* "gcc version …" and so on, with the library that programs will have. */
static bool ask_version(struct compiler *compiler, struct diag *diag)
{
	char verbose[] = "-v", library[] = "-print-file-name=libc.a";
	char *const argv[] = {compiler->command, verbose, library, NULL};
	int out = memfd_create("libc", MFD_CLOEXEC);
	int err = memfd_create("version", MFD_CLOEXEC);
	char *version, *path;
	int status;

	status = run_command(argv, out, out, err);
	version = text_of(err);
	path = text_of(out);
	if (!status && version && path)
		compiler->version = with_stamp(version, path);
	else if (status == -1)
		diag_errno(diag, NULL,
			   "no cross compiler for guests in C: can't run '%s' "
			   "(tools/setup installs one, --cross-compile names "
			   "another)",
			   compiler->command);
	else
		diag_error(diag, NULL,
			   "'%s' is no compiler for guests in C: asked for its "
			   "version, it fails",
			   compiler->command);
	free(version);
	free(path);
	close(out);
	close(err);
	return compiler->version;
}

/* mkdir -p. */
static bool make_folder(const char *path)
{
	char part[PATH_MAX];
	size_t length = strlen(path);

	if (!length || length >= sizeof(part))
		return false;
	memcpy(part, path, length + 1);
	for (char *slash = part; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		mkdir(part, 0777);
		*slash = '/';
	}
	return !mkdir(part, 0777) || errno == EEXIST;
}

static char *user_cache(void)
{
	const char *base = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	char *path = NULL;
	int n = 0;

	if (base && base[0] == '/')
		n = asprintf(&path, "%s/mmuscope", base);
	else if (home && home[0] == '/')
		n = asprintf(&path, "%s/.cache/mmuscope", home);
	return n < 0 ? NULL : path;
}

static char *temporary_cache(void)
{
	const char *base = getenv("TMPDIR");
	char *path;

	if (asprintf(&path, "%s/mmuscope-XXXXXX",
		     base && *base ? base : "/tmp") < 0)
		return NULL;
	if (mkdtemp(path))
		return path;
	free(path);
	return NULL;
}

static bool choose_cache(struct compiler *compiler, const char *cache,
			 struct diag *diag)
{
	compiler->cache = cache ? strdup(cache) : user_cache();
	if (compiler->cache && make_folder(compiler->cache) &&
	    !access(compiler->cache, W_OK))
		return true;
	if (cache)
		return diag_errno(diag, NULL, "can't keep programs in '%s'",
				  cache);
	free(compiler->cache);
	compiler->cache = temporary_cache();
	compiler->for_now = compiler->cache;
	return compiler->cache ||
	       diag_errno(diag, NULL, "nowhere to compile guests to");
}

bool compiler_find(struct compiler *compiler, const char *prefix,
		   const char *cache, struct diag *diag)
{
	const char *wanted = prefix ?: getenv("CROSS_COMPILE");

	*compiler = (struct compiler){0};
	if (asprintf(&compiler->command, "%s%s", wanted ?: MMUSCOPE_ARM_GCC,
		     wanted ? "gcc" : "") < 0)
		return diag_error(diag, NULL, "out of memory");
	return ask_version(compiler, diag) &&
	       choose_cache(compiler, cache, diag);
}

void compiler_forget(struct compiler *compiler)
{
	char remove[] = "rm", all[] = "-rf";
	char *const argv[] = {remove, all, compiler->cache, NULL};

	if (compiler->for_now)
		run_command(argv, 0, 1, 2);
	free(compiler->command);
	free(compiler->version);
	free(compiler->cache);
}

/* ---- names in the cache ------------------------------------------------- */

/* FNV-1a of 128 bits. */
struct hash {
	unsigned __int128 value;
};

#define HASH_START                                               \
	((unsigned __int128)UINT64_C(0x6c62272e07bb0142) << 64 | \
	 UINT64_C(0x62b821756295c58d))
#define HASH_PRIME ((unsigned __int128)1 << 88 | 0x13b)

/* @text with the NUL at its end, so that where one ends counts. */
static void hash_text(struct hash *hash, const char *text)
{
	do {
		hash->value = (hash->value ^ (unsigned char)*text) * HASH_PRIME;
	} while (*text++);
}

struct hash_name {
	char text[33];
};

static struct hash_name hash_name(const struct hash *hash)
{
	struct hash_name name;

	snprintf(name.text, sizeof(name.text), "%016llx%016llx",
		 (unsigned long long)(hash->value >> 64),
		 (unsigned long long)hash->value);
	return name;
}

static struct hash hash_source(const struct compiler *compiler,
			       const struct compile_source *source,
			       const char *text)
{
	struct hash hash = {HASH_START};

	hash_text(&hash, compiler->command);
	hash_text(&hash, compiler->version);
	for (int i = 0; i < NR_ALWAYS; i++)
		hash_text(&hash, always[i]);
	for (int i = 0; source->cflags && source->cflags[i]; i++)
		hash_text(&hash, source->cflags[i]);
	hash_text(&hash, source->name);
	hash_text(&hash,
		  source->file); /* in __FILE__, and its folder's headers */
	hash_text(&hash, text);
	return hash;
}

/*
 * Adds what is in each of @headers, a name a line. One that can't be read adds
 * its name: the compiler will say more.
 */
static void hash_headers(struct hash *hash, const char *headers)
{
	char *copy = strdup(headers ?: ""), *rest;

	for (char *path = copy ? strtok_r(copy, "\n", &rest) : NULL; path;
	     path = strtok_r(NULL, "\n", &rest)) {
		char *text = text_of_file(path);

		hash_text(hash, text ?: path);
		free(text);
	}
	free(copy);
}

/* ---- compiling ---------------------------------------------------------- */

/* A program on its way. */
struct making {
	const struct compiler *compiler;
	const struct compile_source *source;
	char *text; /* all of it, as the compiler is given it */
	struct hash hash; /* of all but headers */
	char list[PATH_MAX]; /* the file that names them */
	char temporary[PATH_MAX]; /* a folder of our own */
};

static bool path_in(char to[PATH_MAX], const char *folder, const char *name,
		    const char *suffix)
{
	return snprintf(to, PATH_MAX, "%s/%s%s", folder, name, suffix) <
	       PATH_MAX;
}

/* With the line that the compiler's messages are to begin from. */
static char *whole_text(const struct compile_source *source)
{
	char *file = source->text ? NULL : text_of_file(source->file);
	const char *text = source->text ?: file;
	char *whole = NULL;

	if (text && asprintf(&whole, "#line %u \"%s\"\n%s", source->line,
			     source->file, text) < 0)
		whole = NULL;
	free(file);
	return whole;
}

/* The folder of @path, for the headers beside it. */
static void folder_of(const char *path, char to[PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	snprintf(to, PATH_MAX, "%.*s", slash ? (int)(slash - path + 1) : 1,
		 slash ? path : ".");
}

/* Argument lists that grow; what it holds belongs to others. */
struct arguments {
	char **argv;
	size_t nr;
};

static void add(struct arguments *to, const char *word)
{
	char **more = realloc(to->argv, (to->nr + 2) * sizeof(*more));

	if (!more)
		return;
	to->argv = more;
	/* posix_spawn() writes to none of them */
	to->argv[to->nr++] = (char *)word;
	to->argv[to->nr] = NULL;
}

static void add_all(struct arguments *to, const char *const *words, size_t nr)
{
	for (size_t i = 0; i < nr && words[i]; i++)
		add(to, words[i]);
}

/* The wait status of the compiler; -1, and errno: it didn't start. */
static int run_compiler(const struct making *making, const char *program,
			const char *list, int words)
{
	const char *const *cflags = making->source->cflags;
	struct arguments arguments = {0};
	char folder[PATH_MAX];
	int in = memfd_create("source", MFD_CLOEXEC);
	size_t length = strlen(making->text);
	int status = -1;

	folder_of(making->source->file, folder);
	add(&arguments, making->compiler->command);
	add_all(&arguments, always, NR_ALWAYS);
	if (cflags)
		add_all(&arguments, cflags, SIZE_MAX);
	add_all(&arguments,
		(const char *const[]){"-iquote", folder, "-MMD", "-MF", list,
				      "-o", program, "-xc", "-"},
		9);
	if (arguments.argv && in >= 0 &&
	    write(in, making->text, length) == (ssize_t)length &&
	    !lseek(in, 0, SEEK_SET))
		status = run_command(arguments.argv, in, words, words);
	if (in >= 0)
		close(in);
	free(arguments.argv);
	return status;
}

/*
 * The headers of a rule of make, "program: a.h \<newline> b\ c.h", a line
 * each. The text shrinks in place.
 */
static void headers_of_rule(char *rule)
{
	char *from = strstr(rule, ": "), *to = rule;

	for (from = from ? from + 1 : strchr(rule, '\0'); *from; from++) {
		if (*from == '\\' && from[1] == ' ')
			*to++ = *++from;
		else if (*from == '\\' && from[1] == '\n')
			from++;
		else if (!strchr(" \n", *from))
			*to++ = *from;
		else if (to > rule && to[-1] != '\n')
			*to++ = '\n';
	}
	*to = '\0';
}

static bool write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	bool good = file && fputs(text, file) >= 0;

	return file && !fclose(file) && good;
}

/* Where the program is for these headers. */
static bool program_path(const struct making *making, const char *headers,
			 char to[PATH_MAX], char folder[PATH_MAX])
{
	struct hash hash = making->hash;

	hash_headers(&hash, headers);
	return path_in(folder, making->compiler->cache, hash_name(&hash).text,
		       "") &&
	       path_in(to, folder, making->source->name, "");
}

static bool keep(const struct making *making, const char *program,
		 const char *rule, char to[PATH_MAX])
{
	char *headers = text_of_file(rule);
	char folder[PATH_MAX], list[PATH_MAX];
	bool good = headers && path_in(list, making->temporary, "headers", "");

	if (good)
		headers_of_rule(headers);
	good = good && program_path(making, headers, to, folder) &&
	       make_folder(folder) && write_text(list, headers) &&
	       !rename(program, to) && !rename(list, making->list);
	free(headers);
	return good;
}

static bool say_failed(const struct making *making, int status,
		       struct diag *diag)
{
	const struct compile_source *source = making->source;
	const struct diag_where where = {source->file, source->line, 0};

	if (status == -1)
		return diag_errno(diag, &where, "can't run '%s'",
				  making->compiler->command);
	return diag_error(diag, &where, "guest %s: doesn't compile",
			  source->name);
}

static bool make_in(const struct making *making, int words, char to[PATH_MAX],
		    struct diag *diag)
{
	char program[PATH_MAX], rule[PATH_MAX];
	int status;

	if (!path_in(program, making->temporary, "program", "") ||
	    !path_in(rule, making->temporary, "rule", ""))
		return diag_error(diag, NULL, "too long a path: %s",
				  making->temporary);
	status = run_compiler(making, program, rule, words);
	if (status)
		say_failed(making, status, diag);
	else if (!keep(making, program, rule, to))
		diag_errno(diag, NULL, "can't keep a program in '%s'",
			   making->compiler->cache);
	unlink(program);
	unlink(rule);
	return !diag->failed;
}

static bool make(struct making *making, char to[PATH_MAX], char **words,
		 struct diag *diag)
{
	int fd = memfd_create("words", MFD_CLOEXEC);

	if (fd < 0 ||
	    !path_in(making->temporary, making->compiler->cache, "new-XXXXXX",
		     "") ||
	    !mkdtemp(making->temporary)) {
		diag_errno(diag, NULL, "can't compile in '%s'",
			   making->compiler->cache);
	} else {
		if (!make_in(making, fd, to, diag))
			*words = text_of(fd);
		rmdir(making->temporary);
	}
	if (fd >= 0)
		close(fd);
	return !diag->failed;
}

/* As it was made before. */
static bool find(const struct making *making, char to[PATH_MAX])
{
	char *headers = text_of_file(making->list);
	char folder[PATH_MAX];
	bool found = headers && program_path(making, headers, to, folder) &&
		     !access(to, R_OK);

	free(headers);
	return found;
}

char *compile(const struct compiler *compiler,
	      const struct compile_source *source, char **words,
	      struct diag *diag)
{
	struct making making = {.compiler = compiler, .source = source};
	char path[PATH_MAX];
	bool good = false;

	*words = NULL;
	making.text = whole_text(source);
	if (!making.text) {
		diag_errno(diag, NULL, "can't read '%s'", source->file);
		return NULL;
	}
	making.hash = hash_source(compiler, source, making.text);
	if (path_in(making.list, compiler->cache, hash_name(&making.hash).text,
		    ".headers"))
		good = find(&making, path) || make(&making, path, words, diag);
	free(making.text);
	return good ? strdup(path) : NULL;
}
