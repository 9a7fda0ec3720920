/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where everything lies in the kernel image (Linux: arch/arm/kernel/
 * vmlinux.lds.S). The C code of kernel/ takes these symbols from System.map,
 * so sizes and rights are told once, here.
 *
 *	_text        code                              read, execute
 *	_etext
 *	__start_rodata  constants                      read
 *	__end_rodata
 *	__init_begin boot only, freed afterwards       all, then gone
 *	__init_end
 *	_sdata       data, and then .bss               read, write
 *	_end
 *
 * Vectors and stubs are linked at the addresses they run at and loaded within
 * .init: early_trap_init() copies them to their page.
 */

#define TEXT_OFFSET 0x8000
#define PAGE 4096

OUTPUT_ARCH(arm)
ENTRY(stext)

SECTIONS
{
	jiffies = jiffies_64; /* its lower half */
	swapper_pg_dir = PAGE_OFFSET + TEXT_OFFSET - 0x4000;

	. = PAGE_OFFSET + TEXT_OFFSET;
	.head.text : {
		_text = .;
		*(.head.text)
	}
	.text : {
		_stext = .;
		*(.text)
		__start_gates = .;
		*(.gates)
		__end_gates = .;
		. = ALIGN(PAGE);
		_etext = .;
	}
	.rodata : {
		__start_rodata = .;
		*(.rodata .rodata.*)
	}
	.ARM.unwind_tab : { *(.ARM.extab*) }
	.ARM.unwind_idx : {
		__start_unwind_idx = .;
		*(.ARM.exidx*)
		__stop_unwind_idx = .;
	}
	. = ALIGN(PAGE);
	__end_rodata = .;

	__init_begin = .;
	__vectors_lma = .;
	.vectors 0xffff0000 : AT(__vectors_lma) { *(.vectors) }
	. = __vectors_lma + SIZEOF(.vectors);
	__stubs_lma = .;
	.stubs 0xffff1000 : AT(__stubs_lma) { *(.stubs) }
	. = __stubs_lma + SIZEOF(.stubs);
	.init.text : AT(ADDR(.init.text)) {
		_sinittext = .;
		*(.init.text)
		_einittext = .;
	}
	.init.data : AT(ADDR(.init.data)) {
		*(.init.rodata)
		. = ALIGN(PAGE);
		*(.init.data)
		. = ALIGN(PAGE);
	}
	__init_end = .;

	.data : AT(ADDR(.data)) {
		_sdata = .;
		*(.data)
		*(.data.pages)
		_edata = .;
	}
	.bss : {
		__bss_start = .;
		*(.bss COMMON)
		. = ALIGN(PAGE);
		__bss_stop = .;
	}
	_end = .;

	/DISCARD/ : { *(.ARM.attributes) *(.comment) *(.note*) *(.interp) }
}
