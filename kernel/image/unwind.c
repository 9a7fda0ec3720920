/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * What unwind tables name for whoever handles an exception, by the way in which
 * they are packed (EHABI, 10.2). There are none: an oops reads the tables
 * itself (kernel/arch/arm/unwind.c).
 */

/** __aeabi_unwind_cpp_pr0 - named by tables of up to three bytes */
void __aeabi_unwind_cpp_pr0(void);
/** __aeabi_unwind_cpp_pr1 - named by longer tables */
void __aeabi_unwind_cpp_pr1(void);
/** __aeabi_unwind_cpp_pr2 - the same, with wider descriptors behind them */
void __aeabi_unwind_cpp_pr2(void);

void __aeabi_unwind_cpp_pr0(void)
{
}

void __aeabi_unwind_cpp_pr1(void)
{
}

void __aeabi_unwind_cpp_pr2(void)
{
}
