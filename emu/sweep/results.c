/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of a sweep, in a file that can be gone on with. While points end in
 * any order their lines are appended, so that whatever ends the sweep leaves
 * all that was finished; at the end the file is replaced by one in the grid's
 * order. What is no file (a pipe, a terminal) gets lines in order from the
 * start, those that came early after those they waited for.
 *
 * Invariant: a file has whole lines of this grid alone, or is not touched.
 */
#include "emu/sweep/sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/diag.h"
#include "emu/pool.h"

static bool cant_write(const struct results *results, struct diag *diag)
{
	return diag_errno(diag, NULL, "can't write to %s%s%s",
			  results->path ? "'" : "",
			  results->path ?: "standard output",
			  results->path ? "'" : "");
}

/* ---- what is there already ------------------------------------------------------ */

/* Most lines follow the one before. NR: it is none of ours. */
static size_t find(const struct results *results, const json_t *object)
{
	const char *hex = json_string_value(json_object_get(object, "id"));
	uint64_t id = hex ? strtoull(hex, NULL, 16) : 0;

	for (size_t i = 0; hex && i < results->nr; i++) {
		size_t at = (results->last + i) % results->nr;

		if (results->result[at].id == id)
			return at;
	}
	return results->nr;
}

/* Lines that failed are tried again. */
static bool take_line(struct results *results, const char *line, size_t length,
		      unsigned int number, struct diag *diag)
{
	const struct diag_where where = {.file = results->path, .line = number};
	json_t *object = json_loadb(line, length, 0, NULL);
	size_t point = find(results, object);
	struct result *result = &results->result[point];
	bool is_line = json_is_object(json_object_get(object, "vary"));
	bool failed = !json_is_null(json_object_get(object, "error"));

	json_decref(object);
	if (!is_line)
		return diag_error(diag, &where,
				  "no line of a sweep; give "
				  "another file");
	if (point == results->nr)
		return diag_error(diag, &where,
				  "of another sweep (grid, board, command, "
				  "program or mmuscope); give another file or "
				  "remove it");
	if (failed || result->line) {
		results->ordered = false;
		return true;
	}
	if (point < results->last)
		results->ordered = false;
	results->last = point + 1;
	result->line = strndup(line, length + 1);
	return result->line || diag_error(diag, NULL, "out of memory");
}

/* The end may be torn: a line that was being written is cut off. */
static bool take_lines(struct results *results, char *text, struct diag *diag)
{
	unsigned int number = 0;
	char *line = text;

	for (; *line; line = strchr(line, '\n') + 1) {
		size_t length = strcspn(line, "\n");

		if (!line[length]) {
			results->ordered = false;
			break;
		}
		if (!take_line(results, line, length, ++number, diag))
			return false;
	}
	return true;
}

static char *read_all(int fd)
{
	char *text = NULL;
	size_t size = 0, n;
	char piece[1 << 16];
	FILE *to = open_memstream(&text, &size);
	ssize_t got = 0;

	while (to && (got = read(fd, piece, sizeof(piece))) > 0) {
		n = fwrite(piece, 1, (size_t)got, to);
		if (n != (size_t)got)
			got = -1;
	}
	if (to && fclose(to))
		got = -1;
	if (to && got >= 0)
		return text;
	free(text);
	return NULL;
}

/* ---- files ------------------------------------------------------------------------ */

/* All lines there are, in order, in a file that takes the place of the old. */
static bool rewrite(struct results *results, struct diag *diag)
{
	char name[4096];
	bool good;
	int fd;

	if (snprintf(name, sizeof(name), "%s.part", results->path) >=
	    (int)sizeof(name))
		return diag_error(diag, NULL, "'%s': the name is too long",
				  results->path);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	good = fd >= 0;
	for (size_t i = 0; good && i < results->nr; i++) {
		const char *line = results->result[i].line;

		good = !line || write_all(fd, line, strlen(line));
	}
	if (fd >= 0 && close(fd))
		good = false;
	if (good && !rename(name, results->path))
		return true;
	cant_write(results, diag);
	if (fd >= 0)
		unlink(name);
	return false;
}

/* Locked; results->keeps: it is a file to go on with. */
static bool open_file(struct results *results, struct diag *diag)
{
	struct stat stat;

	results->fd = open(results->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (results->fd < 0 && errno != EISDIR) /* a pipe, perhaps */
		results->fd = open(results->path, O_WRONLY | O_CLOEXEC);
	if (results->fd < 0 || fstat(results->fd, &stat))
		return cant_write(results, diag);
	results->keeps = S_ISREG(stat.st_mode);
	if (results->keeps && flock(results->fd, LOCK_EX | LOCK_NB))
		return diag_error(diag, NULL,
				  "'%s': another sweep writes to it",
				  results->path);
	return true;
}

/* In order, and without what failed or was torn. */
static bool clean(struct results *results, struct diag *diag)
{
	if (results->ordered)
		return true;
	if (!rewrite(results, diag))
		return false;
	close(results->fd);
	if (!open_file(results, diag))
		return false;
	results->ordered = true;
	results->last = 0;
	for (size_t i = 0; i < results->nr; i++)
		if (results->result[i].line)
			results->last = i + 1;
	return true;
}

bool results_open(struct results *results, const char *path, struct diag *diag)
{
	char *text;
	bool good;

	results->path = path;
	results->fd = STDOUT_FILENO;
	results->ordered = true;
	if (!path)
		return true;
	if (!open_file(results, diag))
		return false;
	if (!results->keeps)
		return true;
	text = read_all(results->fd);
	if (!text)
		return diag_errno(diag, NULL, "can't read '%s'", path);
	good = take_lines(results, text, diag) && clean(results, diag);
	free(text);
	if (good)
		lseek(results->fd, 0, SEEK_END);
	return good;
}

/* ---- new ones --------------------------------------------------------------------- */

static bool append(struct results *results, size_t point, struct diag *diag)
{
	const char *line = results->result[point].line;

	if (point < results->last)
		results->ordered = false;
	results->last = point + 1;
	return write_all(results->fd, line, strlen(line)) ||
	       cant_write(results, diag);
}

static bool write_ready(struct results *results, struct diag *diag)
{
	for (; results->written < results->nr; results->written++) {
		const char *line = results->result[results->written].line;

		if (!line)
			break;
		if (!write_all(results->fd, line, strlen(line)))
			return cant_write(results, diag);
	}
	return true;
}

bool results_add(struct results *results, size_t point, char *line, bool failed,
		 struct diag *diag)
{
	struct result *result = &results->result[point];

	if (!line)
		return diag_error(diag, NULL, "out of memory");
	result->line = line;
	result->failed = failed;
	return results->keeps ? append(results, point, diag)
			      : write_ready(results, diag);
}

bool results_close(struct results *results, struct diag *diag)
{
	bool good = true;

	if (results->keeps && !results->ordered && !diag->failed)
		good = rewrite(results, diag);
	if (results->path && results->fd >= 0 && close(results->fd) && good)
		good = cant_write(results, diag);
	return good;
}

void results_free(struct results *results)
{
	for (size_t i = 0; i < results->nr; i++)
		free(results->result[i].line);
	free(results->result);
}
