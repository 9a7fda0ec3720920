/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_STRING_H
#define _LINUX_STRING_H

#include <linux/types.h>

/**
 * memcpy - copy bytes
 * @to: where to
 * @from: from where; they may not overlap
 * @n: how many
 *
 * Return: @to.
 */
void *memcpy(void *to, const void *from, size_t n);
/**
 * memmove - copy bytes that may overlap
 * @to: where to
 * @from: from where
 * @n: how many
 *
 * Return: @to.
 */
void *memmove(void *to, const void *from, size_t n);
/**
 * memset - fill bytes
 * @at: where
 * @byte: with what
 * @n: how many
 *
 * Return: @at.
 */
void *memset(void *at, int byte, size_t n);
/**
 * memcmp - compare bytes
 * @a: these
 * @b: with these
 * @n: how many
 *
 * Return: 0 if they are equal, or the sign of the first difference.
 */
int memcmp(const void *a, const void *b, size_t n);
/**
 * memchr - find a byte
 * @at: among these
 * @byte: it
 * @n: how many there are
 *
 * Return: where it is, or NULL.
 */
void *memchr(const void *at, int byte, size_t n);
/**
 * strlen - how long a string is
 * @s: it
 *
 * Return: its bytes, without the 0.
 */
size_t strlen(const char *s);
/**
 * strnlen - how long a string is, up to a bound
 * @s: it
 * @most: the bound
 *
 * Return: its bytes, without the 0, or @most.
 */
size_t strnlen(const char *s, size_t most);
/**
 * strcmp - compare strings
 * @a: this one
 * @b: with this one
 *
 * Return: 0 if they are equal, or the sign of the first difference.
 */
int strcmp(const char *a, const char *b);
/**
 * strncmp - compare the beginnings of strings
 * @a: this one's
 * @b: with this one's
 * @n: how many bytes at most
 *
 * Return: 0 if they are equal, or the sign of the first difference.
 */
int strncmp(const char *a, const char *b, size_t n);
/**
 * strcpy - copy a string to where there is room for it
 * @to: where to
 * @from: the string
 *
 * Return: @to.
 */
char *strcpy(char *to, const char *from);
/**
 * strncpy - copy a string and fill up with 0
 * @to: where to
 * @from: the string
 * @n: bytes that are written; without a 0 at the end if it doesn't fit
 *
 * Return: @to.
 */
char *strncpy(char *to, const char *from, size_t n);
/**
 * strscpy - copy a string as far as it fits
 * @to: where to
 * @from: the string
 * @size: room, the 0 included
 *
 * Return: its length, or -E2BIG when it was cut.
 */
ssize_t strscpy(char *to, const char *from, size_t size);
/**
 * strcat - append a string to where there is room for it
 * @to: behind this one
 * @from: the string
 *
 * Return: @to.
 */
char *strcat(char *to, const char *from);
/**
 * strchr - find a string's first such byte
 * @s: the string
 * @c: the byte; 0 finds its end
 *
 * Return: where it is, or NULL.
 */
char *strchr(const char *s, int c);
/**
 * strrchr - find a string's last such byte
 * @s: the string
 * @c: the byte; 0 finds its end
 *
 * Return: where it is, or NULL.
 */
char *strrchr(const char *s, int c);
/**
 * strstr - find a string in another
 * @s: the other
 * @what: the string
 *
 * Return: where it begins, or NULL.
 */
char *strstr(const char *s, const char *what);

#endif
