/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbol table of an ELF file, sorted twice: by name and by address.
 *
 * Invariant: nothing in the file is believed. Each offset and count is held
 * against the file's size before anything is read there, so a damaged file
 * has fewer symbols, or is refused.
 *
 * Leaves out: symbol versions (of a name's several the first is taken), and
 * names in separate debug files.
 */
#define _GNU_SOURCE /* reallocarray */
#include "emu/scenario/symbols.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/config/nearest.h"
#include "emu/diag.h"

#define PAGE_MASK (~UINT32_C(0xfff))

struct entry {
	struct symbol symbol;
	uint32_t order; /* in the file's table */
	uint8_t rank; /* among those of one name: the lowest is meant */
};

struct symbols {
	char *names; /* the string table, with a NUL behind it */
	struct entry *by_name; /* one for each name */
	struct entry *by_address;
	size_t nr_names, nr;
	Elf32_Phdr *load; /* PT_LOAD alone */
	unsigned int nr_loads;
	bool fixed;
};

/* The bytes of a file. */
struct image {
	const char *name;
	const uint8_t *bytes;
	size_t size;
};

/* ---- reading --------------------------------------------------------------- */

/* @nr elements of @each bytes at @offset; NULL: not all of them are there. */
static const void *part_of(const struct image *image, uint64_t offset,
			   uint64_t nr, size_t each)
{
	if (offset > image->size || nr > (image->size - offset) / each)
		return NULL;
	return image->bytes + offset;
}

static bool is_arm_elf(const struct image *image, Elf32_Ehdr *header)
{
	if (image->size < sizeof(*header))
		return false;
	memcpy(header, image->bytes, sizeof(*header));
	return !memcmp(header->e_ident, ELFMAG, SELFMAG) &&
	       header->e_ident[EI_CLASS] == ELFCLASS32 &&
	       header->e_ident[EI_DATA] == ELFDATA2LSB &&
	       header->e_machine == EM_ARM &&
	       (header->e_type == ET_EXEC || header->e_type == ET_DYN);
}

static bool read_loads(struct symbols *symbols, const struct image *image,
		       const Elf32_Ehdr *header)
{
	const uint8_t *from = part_of(image, header->e_phoff, header->e_phnum,
				      sizeof(Elf32_Phdr));

	if (header->e_phentsize != sizeof(Elf32_Phdr) || !from)
		return true; /* it won't run either */
	symbols->load = calloc(header->e_phnum + 1u, sizeof(Elf32_Phdr));
	if (!symbols->load)
		return false;
	for (unsigned int i = 0; i < header->e_phnum; i++) {
		Elf32_Phdr *to = &symbols->load[symbols->nr_loads];

		memcpy(to, from + i * sizeof(*to), sizeof(*to));
		symbols->nr_loads += to->p_type == PT_LOAD;
	}
	return true;
}

/* The section of type @type, and in @names that which its names are in. */
static bool find_table(const struct image *image, const Elf32_Ehdr *header,
		       uint32_t type, Elf32_Shdr *table, Elf32_Shdr *names)
{
	const uint8_t *from = part_of(image, header->e_shoff, header->e_shnum,
				      sizeof(*table));

	if (header->e_shentsize != sizeof(*table) || !from)
		return false;
	for (unsigned int i = 0; i < header->e_shnum; i++) {
		memcpy(table, from + i * sizeof(*table), sizeof(*table));
		if (table->sh_type != type || table->sh_link >= header->e_shnum)
			continue;
		memcpy(names, from + table->sh_link * sizeof(*names),
		       sizeof(*names));
		return part_of(image, table->sh_offset, table->sh_size, 1) &&
		       part_of(image, names->sh_offset, names->sh_size, 1);
	}
	return false;
}

/* What has an address that a program could touch, and a name of its own. */
static bool is_wanted(const Elf32_Sym *sym, const char *name)
{
	unsigned int type = ELF32_ST_TYPE(sym->st_info);

	return sym->st_shndx != SHN_UNDEF && sym->st_shndx != SHN_ABS &&
	       (type == STT_OBJECT || type == STT_FUNC || type == STT_NOTYPE ||
		type == STT_GNU_IFUNC || type == STT_COMMON) &&
	       name[0] && name[0] != '$';
}

static uint8_t rank_of(const Elf32_Sym *sym)
{
	switch (ELF32_ST_BIND(sym->st_info)) {
	case STB_LOCAL:
		return 1;
	case STB_WEAK:
		return 2;
	default:
		return 0;
	}
}

static struct entry make_entry(const Elf32_Sym *sym, const char *name,
			       uint32_t order)
{
	bool code = ELF32_ST_TYPE(sym->st_info) == STT_FUNC ||
		    ELF32_ST_TYPE(sym->st_info) == STT_GNU_IFUNC;

	return (struct entry){
		.symbol =
			{
				.name = name,
				.start = sym->st_value - (code & sym->st_value),
				.size = sym->st_size,
				.thumb = code & sym->st_value,
			},
		.order = order,
		.rank = rank_of(sym),
	};
}

static bool read_entries(struct symbols *symbols, const struct image *image,
			 const Elf32_Shdr *table, const Elf32_Shdr *names)
{
	uint32_t nr = table->sh_size / (uint32_t)sizeof(Elf32_Sym);

	symbols->names = calloc(names->sh_size + 1ul, 1);
	symbols->by_address = calloc(nr + 1ul, sizeof(struct entry));
	if (!symbols->names || !symbols->by_address)
		return false;
	memcpy(symbols->names, image->bytes + names->sh_offset, names->sh_size);
	for (uint32_t i = 0; i < nr; i++) {
		Elf32_Sym sym;

		memcpy(&sym, image->bytes + table->sh_offset + i * sizeof(sym),
		       sizeof(sym));
		if (sym.st_name < names->sh_size &&
		    is_wanted(&sym, symbols->names + sym.st_name))
			symbols->by_address[symbols->nr++] = make_entry(
				&sym, symbols->names + sym.st_name, i);
	}
	return true;
}

/* ---- sorting --------------------------------------------------------------- */

static int compare(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/* The one that is meant comes first. */
static int by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return strcmp(x->symbol.name, y->symbol.name)
		       ?: compare(x->rank, y->rank)
		       ?: compare(x->order, y->order);
}

/*
 * Of several at one address the best name comes last: that with a size, then
 * the global one, then the first.
 */
static int by_address(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return compare(x->symbol.start, y->symbol.start)
		       ?: compare(!!x->symbol.size, !!y->symbol.size)
		       ?: compare(y->rank, x->rank)
		       ?: compare(y->order, x->order);
}

static bool sort(struct symbols *symbols)
{
	size_t n = 0;

	symbols->by_name = calloc(symbols->nr + 1, sizeof(struct entry));
	if (!symbols->by_name)
		return false;
	if (!symbols->nr)
		return true;
	memcpy(symbols->by_name, symbols->by_address,
	       symbols->nr * sizeof(struct entry));
	qsort(symbols->by_name, symbols->nr, sizeof(struct entry), by_name);
	qsort(symbols->by_address, symbols->nr, sizeof(struct entry),
	      by_address);
	for (size_t i = 0; i < symbols->nr; i++)
		if (!n || strcmp(symbols->by_name[n - 1].symbol.name,
				 symbols->by_name[i].symbol.name) != 0)
			symbols->by_name[n++] = symbols->by_name[i];
	symbols->nr_names = n;
	return true;
}

static bool read_all(struct symbols *symbols, const struct image *image,
		     const Elf32_Ehdr *header)
{
	Elf32_Shdr table, names;

	symbols->fixed = header->e_type == ET_EXEC;
	if (!read_loads(symbols, image, header))
		return false;
	if ((find_table(image, header, SHT_SYMTAB, &table, &names) ||
	     find_table(image, header, SHT_DYNSYM, &table, &names)) &&
	    !read_entries(symbols, image, &table, &names))
		return false;
	return sort(symbols);
}

struct symbols *symbols_parse(const char *name, const void *bytes, size_t size,
			      struct diag *diag)
{
	const struct image image = {name, bytes, size};
	struct symbols *symbols;
	Elf32_Ehdr header;

	if (!is_arm_elf(&image, &header)) {
		diag_error(diag, NULL, "%s is no 32-bit ARM ELF program", name);
		return NULL;
	}
	symbols = calloc(1, sizeof(*symbols));
	if (symbols && read_all(symbols, &image, &header))
		return symbols;
	diag_error(diag, NULL, "no memory for the symbols of %s", name);
	symbols_free(symbols);
	return NULL;
}

static uint8_t *read_file(FILE *file, size_t *size)
{
	uint8_t *bytes = NULL;
	long end;

	if (fseek(file, 0, SEEK_END) || (end = ftell(file)) < 0 ||
	    fseek(file, 0, SEEK_SET))
		return NULL;
	*size = (size_t)end;
	bytes = malloc(*size + 1);
	if (bytes && fread(bytes, 1, *size, file) == *size)
		return bytes;
	free(bytes);
	return NULL;
}

struct symbols *symbols_read(const char *path, struct diag *diag)
{
	FILE *file = fopen(path, "rb");
	struct symbols *symbols = NULL;
	uint8_t *bytes = NULL;
	size_t size;

	if (file)
		bytes = read_file(file, &size);
	if (bytes)
		symbols = symbols_parse(path, bytes, size, diag);
	else
		diag_errno(diag, NULL, "%s", path);
	if (file)
		fclose(file);
	free(bytes);
	return symbols;
}

void symbols_free(struct symbols *symbols)
{
	if (!symbols)
		return;
	free(symbols->names);
	free(symbols->by_name);
	free(symbols->by_address);
	free(symbols->load);
	free(symbols);
}

/* ---- asking ---------------------------------------------------------------- */

bool symbols_are_fixed(const struct symbols *symbols)
{
	return symbols->fixed;
}

bool symbols_bias(const struct symbols *symbols, vaddr_t start, uint64_t offset,
		  vaddr_t *bias)
{
	for (unsigned int i = 0; i < symbols->nr_loads; i++) {
		const Elf32_Phdr *load = &symbols->load[i];

		if ((load->p_offset & PAGE_MASK) != offset)
			continue;
		*bias = start - (load->p_vaddr & PAGE_MASK);
		return true;
	}
	return false;
}

const struct symbol *symbols_find(const struct symbols *symbols,
				  const char *name)
{
	size_t low = 0, high = symbols->nr_names;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int way = strcmp(name, symbols->by_name[middle].symbol.name);

		if (!way)
			return &symbols->by_name[middle].symbol;
		if (way < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct symbol *symbols_at(const struct symbols *symbols, vaddr_t address)
{
	size_t low = 0, high = symbols->nr;
	const struct symbol *found;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (symbols->by_address[middle].symbol.start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	found = &symbols->by_address[low - 1].symbol;
	if (found->size ? address - found->start >= found->size
			: low == symbols->nr)
		return NULL;
	return found;
}

const char *symbols_nearest(const struct symbols *symbols, const char *name)
{
	const char **names = calloc(symbols->nr_names + 1, sizeof(*names));
	struct word near = {NULL, 0};

	for (size_t i = 0; names && i < symbols->nr_names; i++)
		names[i] = symbols->by_name[i].symbol.name;
	if (names)
		near = nearest_of(name, names);
	free(names);
	return near.text;
}
