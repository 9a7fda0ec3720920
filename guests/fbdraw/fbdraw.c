/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /dev/fb0: a test picture in each format, pages turned with the vertical
 * synchronisation, two processes that draw at once, and what is refused.
 *
 *	fbdraw [FORMAT [write]]		the picture, through a mapping or write()
 *	fbdraw flip N			N pages turned, and how long it took
 *	fbdraw code			pixels that are instructions
 *	fbdraw share			parent and child draw, one unmaps
 *	fbdraw calls			what each call answers, right and wrong
 *
 * FORMAT: 1 2 4 8 (palette), 444 555 565 888 (blue in the lowest bits), rgb444
 * … rgb888 (red there). Prints the mode that it got.
 *
 * The picture: eight bars in the upper half; below red grows to the right,
 * green downward, and blue is a pattern of both. With a palette of N colours
 * the pixel is (x / 8 + y / 8) % N.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int fd;
static struct fb_var_screeninfo var;
static struct fb_fix_screeninfo fix;

static void die(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	exit(1);
}

static void call(const char *what, unsigned long cmd, void *arg)
{
	if (ioctl(fd, cmd, arg) < 0)
		die(what);
}

static void get_info(void)
{
	call("FBIOGET_VSCREENINFO", FBIOGET_VSCREENINFO, &var);
	call("FBIOGET_FSCREENINFO", FBIOGET_FSCREENINFO, &fix);
}

static uint8_t *map(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED)
		die("mmap");
	return at;
}

/* ---- the picture ------------------------------------------------------------- */

static uint32_t colour(uint32_t x, uint32_t y)
{
	const uint32_t w = var.xres, h = var.yres / 2;
	const uint32_t bar = x * 8 / w;

	if (y < h)
		return (bar & 4 ? 0xff0000 : 0) | (bar & 2 ? 0xff00 : 0) |
		       (bar & 1 ? 0xff : 0);
	return (x * 255 / (w - 1)) << 16 | ((y - h) * 255 / (h - 1)) << 8 |
	       ((x ^ y) & 0xff);
}

static uint32_t part(uint32_t value, const struct fb_bitfield *field)
{
	return (value & 0xff) >> (8 - field->length) << field->offset;
}

static uint32_t pixel(uint32_t x, uint32_t y)
{
	const uint32_t c = colour(x, y);

	if (var.bits_per_pixel <= 8)
		return (x / 8 + y / 8) % (1u << var.bits_per_pixel);
	return part(c >> 16, &var.red) | part(c >> 8, &var.green) |
	       part(c, &var.blue);
}

static void draw_line(uint8_t *line, uint32_t y)
{
	const uint32_t bits = var.bits_per_pixel;

	memset(line, 0, fix.line_length);
	for (uint32_t x = 0; x < var.xres; x++) {
		const uint32_t p = pixel(x, y);

		if (bits == 32)
			((uint32_t *)line)[x] = p;
		else if (bits == 16)
			((uint16_t *)line)[x] = (uint16_t)p;
		else
			line[x * bits / 8] |= (uint8_t)(p << x * bits % 8);
	}
}

static void draw_by_map(void)
{
	const size_t size = fix.line_length * var.yres;
	uint8_t *screen = map(size);

	for (uint32_t y = 0; y < var.yres; y++)
		draw_line(screen + y * fix.line_length, y);
	munmap(screen, size);
}

/* Pieces that don't end where lines or pages do. */
static void draw_by_write(void)
{
	const size_t size = fix.line_length * var.yres;
	uint8_t *picture = malloc(size);
	size_t done = 0;

	for (uint32_t y = 0; y < var.yres; y++)
		draw_line(picture + y * fix.line_length, y);
	while (done < size) {
		const size_t n = size - done < 5001 ? size - done : 5001;

		if (write(fd, picture + done, n) != (ssize_t)n)
			die("write");
		done += n;
	}
	free(picture);
}

static void set_palette(void)
{
	uint16_t red[256], green[256], blue[256];
	struct fb_cmap cmap = {0, 256, red, green, blue, NULL};

	for (uint32_t i = 0; i < 256; i++) {
		red[i] = (uint16_t)((i * 97 + 31) << 8);
		green[i] = (uint16_t)((i * 57 + 83) << 8);
		blue[i] = (uint16_t)((i * 29 + 147) << 8);
	}
	call("FBIOPUTCMAP", FBIOPUTCMAP, &cmap);
}

static void set_format(const char *format)
{
	const int red_lowest = !strncmp(format, "rgb", 3);
	const int bits = atoi(format + 3 * red_lowest);

	var.bits_per_pixel = bits == 888 ? 32 : bits > 8 ? 16 : (uint32_t)bits;
	var.green.length = bits == 444 ? 4 : bits == 555 ? 5 : 6;
	var.red.offset = red_lowest ? 0 : 11;
	var.blue.offset = red_lowest ? 11 : 0;
	call("FBIOPUT_VSCREENINFO", FBIOPUT_VSCREENINFO, &var);
	get_info();
}

static int draw(const char *format, const char *how)
{
	if (format)
		set_format(format);
	if (var.bits_per_pixel <= 8)
		set_palette();
	printf("%ux%u, %u bits: red %u at %u, green %u at %u, blue %u at %u\n",
	       var.xres, var.yres, var.bits_per_pixel, var.red.length,
	       var.red.offset, var.green.length, var.green.offset,
	       var.blue.length, var.blue.offset);
	if (how)
		draw_by_write();
	else
		draw_by_map();
	return 0;
}

/* ---- pages ------------------------------------------------------------------------ */

static void fill(uint8_t *at, uint16_t colour16)
{
	uint16_t *to = (uint16_t *)at;

	for (size_t i = 0; i < fix.line_length * var.yres / 2; i++)
		to[i] = colour16;
}

static void wait_for_vsync(void)
{
	uint32_t crtc = 0;

	call("FBIO_WAITFORVSYNC", FBIO_WAITFORVSYNC, &crtc);
}

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* The hidden page is drawn, then shown: never both at once. */
static int flip(unsigned int n)
{
	const size_t page = fix.line_length * var.yres;
	uint64_t start;
	uint8_t *screen;

	var.yres_virtual = 2 * var.yres;
	call("FBIOPUT_VSCREENINFO", FBIOPUT_VSCREENINFO, &var);
	screen = map(2 * page);
	wait_for_vsync();
	start = now_us();
	for (unsigned int i = 1; i <= n; i++) {
		var.yoffset = i % 2 * var.yres;
		fill(screen + i % 2 * page, (uint16_t)(i * 0x0841));
		call("FBIOPAN_DISPLAY", FBIOPAN_DISPLAY, &var);
		wait_for_vsync();
	}
	printf("%u pages in %llu us\n", n,
	       (unsigned long long)(now_us() - start));
	call("FBIOGET_VSCREENINFO", FBIOGET_VSCREENINFO, &var);
	printf("the line shown first is %u\n", var.yoffset);
	return 0;
}

/* ---- two processes ------------------------------------------------------------------ */

/* The child draws the lower half and unmaps it; the parent's stays. */
static int share(void)
{
	const size_t size = fix.line_length * var.yres;
	uint8_t *screen = map(size);
	uint16_t seen;
	int status;

	memset(screen, 0, size);
	if (!fork()) {
		for (uint32_t y = var.yres / 2; y < var.yres; y++)
			draw_line(screen + y * fix.line_length, y);
		munmap(screen, size / 2);
		exit(screen[size - 1] == 0xff);
	}
	for (uint32_t y = 0; y < var.yres / 2; y++)
		draw_line(screen + y * fix.line_length, y);
	wait(&status);
	pread(fd, &seen, 2, size - 2);
	printf("child %d, the last pixel %04x, by read() %04x\n",
	       WEXITSTATUS(status), ((uint16_t *)screen)[size / 2 - 1], seen);
	munmap(screen, size);
	return 0;
}

/* ---- calls ---------------------------------------------------------------------------- */

static void told(const char *what, long got)
{
	if (got < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: %ld\n", what, got);
}

static void told_map(const char *what, size_t size, int flags, off_t offset)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, offset);

	told(what, at == MAP_FAILED ? -1 : 0);
	if (at != MAP_FAILED)
		munmap(at, size);
}

static void show_var(const struct fb_var_screeninfo *v)
{
	printf("%ux%u of %ux%u at %u,%u, %u bits, grey %u\n", v->xres, v->yres,
	       v->xres_virtual, v->yres_virtual, v->xoffset, v->yoffset,
	       v->bits_per_pixel, v->grayscale);
	printf("%u/%u %u/%u %u/%u %u/%u\n", v->red.offset, v->red.length,
	       v->green.offset, v->green.length, v->blue.offset, v->blue.length,
	       v->transp.offset, v->transp.length);
	printf("activate %u, %d x %d mm, %u ps, margins %u %u %u %u, "
	       "sync %u %u %u, vmode %u\n",
	       v->activate, (int)v->width, (int)v->height, v->pixclock,
	       v->left_margin, v->right_margin, v->upper_margin,
	       v->lower_margin, v->hsync_len, v->vsync_len, v->sync, v->vmode);
}

static void show_fix(void)
{
	printf("'%s' type %u %u visual %u, x pan %u wrap %u, line %u, accel "
	       "%u, %04x\n",
	       fix.id, fix.type, fix.type_aux, fix.visual, fix.xpanstep,
	       fix.ywrapstep, fix.line_length, fix.accel, fix.capabilities);
	printf("registers at %08lx, %x bytes\n", fix.mmio_start, fix.mmio_len);
}

/* One member of the mode changed, and what is made of it. */
static void try_mode(const char *what, uint32_t *member, uint32_t value)
{
	const struct fb_var_screeninfo old = var;

	*member = value;
	told(what, ioctl(fd, FBIOPUT_VSCREENINFO, &var));
	if (memcmp(&var, &old, sizeof(var))) {
		ioctl(fd, FBIOGET_VSCREENINFO, &var);
		show_var(&var);
	}
	var = old;
	var.activate = FB_ACTIVATE_FORCE;
	ioctl(fd, FBIOPUT_VSCREENINFO, &var);
	var.activate = 0;
	ioctl(fd, FBIOPUT_VSCREENINFO, &var);
}

static void modes(void)
{
	try_mode("the same", &var.xres, var.xres);
	try_mode("xres 0", &var.xres, 0);
	try_mode("xres 7", &var.xres, 7);
	try_mode("xres 100", &var.xres, 100);
	try_mode("xres 5000", &var.xres, 5000);
	try_mode("yres 99", &var.yres, 99);
	try_mode("yres 2000", &var.yres, 2000);
	try_mode("yres 2^31", &var.yres, 1u << 31);
	try_mode("8 bits", &var.bits_per_pixel, 8);
	try_mode("1 bit", &var.bits_per_pixel, 1);
	try_mode("24 bits", &var.bits_per_pixel, 24);
	try_mode("2^31 bits", &var.bits_per_pixel, 1u << 31);
	try_mode("grey", &var.grayscale, 1);
	try_mode("interlaced", &var.vmode, FB_VMODE_INTERLACED);
	try_mode("no margin", &var.left_margin, 0);
	try_mode("a long vsync", &var.vsync_len, 33);
	try_mode("a list's", &var.activate, FB_ACTIVATE_INV_MODE);
	try_mode("4:4:4", &var.green.length, 4);
	try_mode("5:5:5", &var.green.length, 5);
	try_mode("green 7", &var.green.length, 7);
	try_mode("sync high", &var.sync,
		 FB_SYNC_HOR_HIGH_ACT | FB_SYNC_VERT_HIGH_ACT);
	var.yoffset = var.yres;
	told("pan beyond", ioctl(fd, FBIOPAN_DISPLAY, &var));
	var.yoffset = 0;
	var.xoffset = 1;
	told("pan sideways", ioctl(fd, FBIOPAN_DISPLAY, &var));
	var.xoffset = 0;
}

static void cmaps(void)
{
	uint16_t red[4] = {1, 2, 3, 4}, green[4], blue[4];
	struct fb_cmap cmap = {0, 4, red, green, blue, NULL};

	told("colours", ioctl(fd, FBIOGETCMAP, &cmap));
	printf("%04x%04x%04x %04x%04x%04x\n", red[1], green[1], blue[1], red[3],
	       green[3], blue[3]);
	cmap.start = 254;
	told("the last two", ioctl(fd, FBIOGETCMAP, &cmap));
	cmap.start = 256;
	told("beyond the last", ioctl(fd, FBIOGETCMAP, &cmap));
	cmap.start = 0;
	cmap.red = NULL;
	told("colours to nowhere", ioctl(fd, FBIOGETCMAP, &cmap));
	told("colours from nowhere", ioctl(fd, FBIOPUTCMAP, &cmap));
	cmap.len = 0x7fffffff;
	told("very many", ioctl(fd, FBIOPUTCMAP, &cmap));
	told("no structure", ioctl(fd, FBIOPUTCMAP, NULL));
}

/* Of a screen of one picture's size, as it is here and on Linux. */
static void bytes(void)
{
	char page[4096] = "";
	const off_t size = fix.smem_len;

	told("read", pread(fd, page, sizeof(page), 1));
	told("read the end", pread(fd, page, sizeof(page), size - 100));
	told("read beyond", pread(fd, page, sizeof(page), size));
	told("write the end", pwrite(fd, page, sizeof(page), size - 100));
	told("write at the end", pwrite(fd, page, 1, size));
	told("write beyond", pwrite(fd, page, 1, size + 1));
	told("write from nowhere", pwrite(fd, (void *)4096, 10, 0));
	told("seek", lseek(fd, 10, SEEK_SET));
	told("seek on", lseek(fd, 10, SEEK_CUR));
	told("seek back", lseek(fd, -100, SEEK_CUR));
}

static void maps(void)
{
	const size_t size = fix.smem_len;

	told_map("all", size, MAP_SHARED, 0);
	told_map("a page", 4096, MAP_SHARED, 4096);
	told_map("the last page", 4096, MAP_SHARED, (off_t)size - 4096);
	told_map("a page too many", size + 4096, MAP_SHARED, 0);
	told_map("two pages of which one is there", 8192, MAP_SHARED,
		 (off_t)size - 4096);
	told_map("beyond", 4096, MAP_SHARED, (off_t)size);
	told_map("privately", 8192, MAP_PRIVATE, 0);
}

/* What /proc/self/smaps says of the mapping that begins at @at. */
static void show_smaps(const void *at)
{
	FILE *smaps = fopen("/proc/self/smaps", "r");
	char line[256], start[16];
	int ours = 0;

	snprintf(start, sizeof(start), "%08lx-", (unsigned long)at);
	while (fgets(line, sizeof(line), smaps)) {
		if (line[8] == '-')
			ours = !strncmp(line, start, strlen(start));
		if (ours && (!strncmp(line, "Rss:", 4) ||
			     !strncmp(line, "Locked:", 7) ||
			     !strncmp(line, "VmFlags:", 8)))
			printf("%s", line);
	}
	fclose(smaps);
}

/* Pixels that are instructions; write() puts others there. */
static int run_code(void)
{
	/* mov r0, #42; bx lr */
	uint32_t code[2] = {0xe3a0002a, 0xe12fff1e};
	uint8_t *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			   MAP_SHARED, fd, 0);

	memcpy(at, code, sizeof(code));
	__builtin___clear_cache((char *)at, (char *)at + sizeof(code));
	printf("code says %d\n", ((int (*)(void))(uintptr_t)at)());
	code[0] = 0xe3a00007;
	pwrite(fd, code, sizeof(code), 0);
	printf("after write() %d\n", ((int (*)(void))(uintptr_t)at)());
	return 0;
}

/* The pixels as memory like any other: copies, children, advice. */
static void memory(void)
{
	uint8_t *at = map(8192);
	uint8_t *copy = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE,
			     fd, 0);
	unsigned char there;

	at[100] = 1;
	copy[100] = 2;
	if (!fork()) {
		at[101] = 3;
		copy[101] = 4;
		_exit(0);
	}
	wait(NULL);
	printf("shared %d %d, copied %d %d\n", at[100], at[101], copy[100],
	       copy[101]);
	told("lock", mlock(at, 4096));
	told("unlock", munlock(at, 4096));
	told("don't need", madvise(at, 4096, MADV_DONTNEED));
	told("make room", madvise(at, 4096, MADV_REMOVE));
	told("merge", madvise(at, 4096, MADV_MERGEABLE));
	told("is it there", mincore(at, 4096, &there));
	told("sync", msync(at, 8192, MS_SYNC));
	told("read only", mprotect(at, 8192, PROT_READ));
	told("nothing", mprotect(at, 8192, PROT_NONE));
	show_smaps(at);
	show_smaps(copy);
	munmap(at, 4096);
	munmap(copy, 8192);
	told("grow", mremap(at + 4096, 4096, 8192, MREMAP_MAYMOVE) == MAP_FAILED
			     ? -1
			     : 0);
	munmap(at + 4096, 4096);
}

static int calls(void)
{
	uint32_t crtc = 1;

	show_var(&var);
	show_fix();
	modes();
	cmaps();
	bytes();
	maps();
	memory();
	told("an unknown call", ioctl(fd, 0x46ff, 0));
	told("no structure", ioctl(fd, FBIOGET_VSCREENINFO, NULL));
	told("no structure", ioctl(fd, FBIOPUT_VSCREENINFO, NULL));
	told("no structure", ioctl(fd, FBIOGET_FSCREENINFO, NULL));
	told("blank", ioctl(fd, FBIOBLANK, FB_BLANK_POWERDOWN));
	told("blank more", ioctl(fd, FBIOBLANK, 77));
	told("unblank", ioctl(fd, FBIOBLANK, FB_BLANK_UNBLANK));
	told("another display's vsync", ioctl(fd, FBIO_WAITFORVSYNC, &crtc));
	return 0;
}

int main(int argc, char **argv)
{
	fd = open("/dev/fb0", O_RDWR);
	if (fd < 0)
		die("/dev/fb0");
	get_info();
	if (argc > 2 && !strcmp(argv[1], "flip"))
		return flip((unsigned int)atoi(argv[2]));
	if (argc > 1 && !strcmp(argv[1], "share"))
		return share();
	if (argc > 1 && !strcmp(argv[1], "code"))
		return run_code();
	if (argc > 1 && !strcmp(argv[1], "calls"))
		return calls();
	return draw(argc > 1 ? argv[1] : NULL, argc > 2 ? argv[2] : NULL);
}
