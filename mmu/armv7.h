/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MMU_ARMV7_H
#define MMU_ARMV7_H

/*
 * The numbers of the ARM Architecture Reference Manual, ARMv7-A, that
 * software and MMU must agree on: short-descriptor formats (B3.5), CP15
 * registers (B3.17), fault status codes (B3.13). Whoever wants a bit of a
 * descriptor or a register asks here; nobody shifts bits elsewhere.
 *
 * Naming: L1_ and L2_ are bits of first- and second-level descriptors; l1_…()
 * and l2_…() read fields and build words. AP always means the three bits
 * AP[2:0], TEXCB the five bits TEX[2:0]:C:B.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/mmu.h"
#include "mmu/types.h"

/* ---- sizes -------------------------------------------------------------- */

enum {
	SMALL_PAGE_SHIFT = 12,
	LARGE_PAGE_SHIFT = 16,
	SECTION_SHIFT = 20,
	SUPERSECTION_SHIFT = 24,
};

#define L1_TABLE_BYTES 16384u /* 4096 words, one a megabyte */
#define L2_TABLE_BYTES 1024u /* 256 words, one a 4 KB page */

/* ---- first-level descriptors (B3.5.1) ----------------------------------- */

/*
 *               31      24 23  20 19 18 17 16 15 14 12 11 10 9 8    5  4  3 2 1 0
 *              +---------------------------------------------------------------+
 * fault        |                          ignored                          |0 0|
 *              +------------------------------------------+-+------+--+--+-+---+
 * page table   |        table base PA[31:10]              |-|domain| 0|NS|P|0 1|
 *              +-----------------+--+-+--+-+---+-----+----+-+------+--+--+-+-+-+
 * section      |   PA[31:20]     |NS|0|nG|S|AP2| TEX |AP10|-|domain|XN|C |B|1|P|
 *              +----------+------+--+-+--+-+---+-----+----+-+------+--+--+-+-+-+
 * supersection |PA[31:24] |35:32 |NS|1|nG|S|AP2| TEX |AP10|-|39:36 |XN|C |B|1|P|
 *              +----------+------+--+-+--+-+---+-----+----+-+------+--+--+-+-+-+
 *
 * P is PXN where ID_MMFR0 says so; elsewhere zero, and type 0b11 is reserved.
 * A supersection stands in 16 consecutive words and belongs to domain 0.
 */
enum l1_type {
	L1_FAULT = 0,
	L1_TABLE = 1,
	L1_SECTION = 2,
	L1_SECTION_PXN = 3
};

#define L1_TABLE_PXN (1u << 2)
#define L1_TABLE_NS  (1u << 3)

#define L1_PXN   (1u << 0) /* of a section or supersection, like all below */
#define L1_B     (1u << 2)
#define L1_C     (1u << 3)
#define L1_XN    (1u << 4)
#define L1_S     (1u << 16)
#define L1_NG    (1u << 17)
#define L1_SUPER (1u << 18)
#define L1_NS    (1u << 19)

#define L1_DOMAIN(domain) ((uint32_t)(domain) << 5)
#define L1_AP(ap)         (((uint32_t)(ap)&3) << 10 | ((uint32_t)(ap)&4) << 13)
#define L1_TEX(tex)       ((uint32_t)(tex) << 12)
#define L1_TEXCB(texcb)   (((uint32_t)(texcb)&3) << 2 | L1_TEX((texcb) >> 2))

static inline enum l1_type l1_type(uint32_t l1)
{
	return (enum l1_type)(l1 & 3);
}

static inline bool l1_is_supersection(uint32_t l1)
{
	return (l1 & 2) && (l1 & L1_SUPER);
}

static inline paddr_t l1_table_base(uint32_t l1)
{
	return l1 & 0xfffffc00;
}

static inline paddr_t l1_section_base(uint32_t l1)
{
	return l1 & 0xfff00000;
}

/* All 40 bits; cores without the large physical address space have 32. */
static inline paddr_t l1_supersection_base(uint32_t l1)
{
	return (l1 & 0xff000000) | (paddr_t)(l1 >> 20 & 15) << 32 |
	       (paddr_t)(l1 >> 5 & 15) << 36;
}

/* Of a page table or section; a supersection has none and counts as 0. */
static inline uint8_t l1_domain(uint32_t l1)
{
	return l1_is_supersection(l1) ? 0 : l1 >> 5 & 15;
}

static inline uint8_t l1_ap(uint32_t l1)
{
	return (l1 >> 10 & 3) | (l1 >> 13 & 4);
}

static inline uint8_t l1_texcb(uint32_t l1)
{
	return (l1 >> 2 & 3) | (l1 >> 10 & 0x1c);
}

/* @flags: L1_TABLE_NS, L1_TABLE_PXN. */
static inline uint32_t l1_make_table(paddr_t table, int domain, uint32_t flags)
{
	return (uint32_t)table | L1_DOMAIN(domain) | flags | L1_TABLE;
}

/* @flags: L1_AP(), L1_TEXCB(), L1_XN, L1_S, L1_NG, L1_NS, L1_PXN. */
static inline uint32_t l1_make_section(paddr_t base, int domain, uint32_t flags)
{
	return (uint32_t)base | L1_DOMAIN(domain) | flags | L1_SECTION;
}

/* To be written into all 16 words of its 16 MB. */
static inline uint32_t l1_make_supersection(paddr_t base, uint32_t flags)
{
	return ((uint32_t)base & 0xff000000) |
	       (uint32_t)(base >> 32 & 15) << 20 |
	       (uint32_t)(base >> 36 & 15) << 5 | flags | L1_SUPER | L1_SECTION;
}

/* ---- second-level descriptors (B3.5.1) ---------------------------------- */

/*
 *              31            16  15  14 12 11 10  9  8  6 5  4 3 2 1 0
 *             +------------------------------------------------------+
 * fault       |                     ignored                      |0 0|
 *             +-----------------+---+-----+--+-+---+-----+----+-+-+--+
 * large page  |    PA[31:16]    |XN | TEX |nG|S|AP2| SBZ |AP10|C|B|01|
 *             +-----------------+---+-----+--+-+---+-----+----+-+-+-++
 * small page  |    PA[31:12]              |nG|S|AP2| TEX |AP10|C|B|1|XN
 *             +---------------------------+--+-+---+-----+----+-+-+-+-+
 *
 * A large page stands in 16 consecutive words.
 */
enum l2_type {
	L2_FAULT = 0,
	L2_LARGE = 1,
	L2_SMALL = 2
};

#define L2_B        (1u << 2)
#define L2_C        (1u << 3)
#define L2_S        (1u << 10)
#define L2_NG       (1u << 11)
#define L2_SMALL_XN (1u << 0)
#define L2_LARGE_XN (1u << 15)

#define L2_AP(ap)             (((uint32_t)(ap)&3) << 4 | ((uint32_t)(ap)&4) << 7)
#define L2_SMALL_TEX(tex)     ((uint32_t)(tex) << 6)
#define L2_LARGE_TEX(tex)     ((uint32_t)(tex) << 12)
#define L2_CB(cb)             (((uint32_t)(cb)&3) << 2)
#define L2_SMALL_TEXCB(texcb) (L2_CB(texcb) | L2_SMALL_TEX((texcb) >> 2))
#define L2_LARGE_TEXCB(texcb) (L2_CB(texcb) | L2_LARGE_TEX((texcb) >> 2))

static inline enum l2_type l2_type(uint32_t l2)
{
	return l2 & 2 ? L2_SMALL : (enum l2_type)(l2 & 1);
}

static inline paddr_t l2_large_base(uint32_t l2)
{
	return l2 & 0xffff0000;
}

static inline paddr_t l2_small_base(uint32_t l2)
{
	return l2 & 0xfffff000;
}

static inline uint8_t l2_ap(uint32_t l2)
{
	return (l2 >> 4 & 3) | (l2 >> 7 & 4);
}

static inline uint8_t l2_large_texcb(uint32_t l2)
{
	return (l2 >> 2 & 3) | (l2 >> 10 & 0x1c);
}

static inline uint8_t l2_small_texcb(uint32_t l2)
{
	return (l2 >> 2 & 3) | (l2 >> 4 & 0x1c);
}

/* @flags: L2_AP(), L2_LARGE_TEXCB(), L2_LARGE_XN, L2_S, L2_NG. */
static inline uint32_t l2_make_large(paddr_t base, uint32_t flags)
{
	return (uint32_t)base | flags | L2_LARGE;
}

/* @flags: L2_AP(), L2_SMALL_TEXCB(), L2_SMALL_XN, L2_S, L2_NG. */
static inline uint32_t l2_make_small(paddr_t base, uint32_t flags)
{
	return (uint32_t)base | flags | L2_SMALL;
}

/* Where the descriptors of @va lie; the tables' bases have low bits zero. */
static inline paddr_t l1_descriptor_paddr(paddr_t table, vaddr_t va)
{
	return table | va >> 20 << 2;
}

static inline paddr_t l2_descriptor_paddr(paddr_t table, vaddr_t va)
{
	return table | (va >> 12 & 0xff) << 2;
}

/* ---- access permissions (B3.7.1) ---------------------------------------- */

/* AP[2:0] with SCTLR.AFE clear: PL1's right, then PL0's. */
enum {
	AP_NONE = 0,
	AP_RW_NONE = 1,
	AP_RW_RO = 2,
	AP_RW_RW = 3,
	AP_RO_NONE = 5,
	AP_RO_RO_OLD = 6, /* deprecated; still read-only for both */
	AP_RO_RO = 7,
};

/* With SCTLR.AFE set, AP[0] is the access flag and AP[2:1] the right. */
#define AP_ACCESS_FLAG 1u

/* DACR: two bits a domain. */
enum domain_access {
	DOMAIN_NO_ACCESS = 0,
	DOMAIN_CLIENT = 1,
	DOMAIN_RESERVED = 2,
	DOMAIN_MANAGER = 3,
};

#define DACR_DOMAIN(domain, access) ((uint32_t)(access) << 2 * (domain))

static inline enum domain_access dacr_access(uint32_t dacr, int domain)
{
	return (enum domain_access)(dacr >> 2 * domain & 3);
}

/* ---- memory attributes (B3.8) ------------------------------------------- */

/* TEX[2:0]:C:B with SCTLR.TRE clear. */
enum {
	TEXCB_STRONGLY_ORDERED = 0x00,
	TEXCB_SHAREABLE_DEVICE = 0x01,
	TEXCB_NORMAL_WT = 0x02,
	TEXCB_NORMAL_WB = 0x03,
	TEXCB_NORMAL_NC = 0x04,
	TEXCB_NORMAL_WBWA = 0x07,
	TEXCB_DEVICE = 0x08, /* not shareable */
};

/*
 * PRRR and NMRR with SCTLR.TRE set, indexed by n = TEX[0]:C:B.
 *
 * PRRR: TRn in [2n+1:2n], DS0 16, DS1 17, NS0 18, NS1 19, NOSn 24+n
 * NMRR: IRn in [2n+1:2n], ORn in [2n+17:2n+16]
 */
enum {
	PRRR_STRONGLY_ORDERED,
	PRRR_DEVICE,
	PRRR_NORMAL,
	PRRR_RESERVED
};

#define PRRR_DS0 (1u << 16)
#define PRRR_DS1 (1u << 17)
#define PRRR_NS0 (1u << 18)
#define PRRR_NS1 (1u << 19)

static inline uint32_t prrr_type(uint32_t prrr, int n)
{
	return prrr >> 2 * n & 3;
}

static inline bool prrr_not_outer_shareable(uint32_t prrr, int n)
{
	return prrr >> (24 + n) & 1;
}

static inline enum mmu_cacheability nmrr_inner(uint32_t nmrr, int n)
{
	return (enum mmu_cacheability)(nmrr >> 2 * n & 3);
}

static inline enum mmu_cacheability nmrr_outer(uint32_t nmrr, int n)
{
	return (enum mmu_cacheability)(nmrr >> (16 + 2 * n) & 3);
}

/* ---- CP15 registers (B3.17) --------------------------------------------- */

/* c0: identification, read-only but CSSELR */
#define CP15_MIDR     CP15_REG(0, 0, 0, 0)
#define CP15_CTR      CP15_REG(0, 0, 0, 1)
#define CP15_TCMTR    CP15_REG(0, 0, 0, 2)
#define CP15_TLBTR    CP15_REG(0, 0, 0, 3)
#define CP15_MPIDR    CP15_REG(0, 0, 0, 5)
#define CP15_REVIDR   CP15_REG(0, 0, 0, 6)
#define CP15_ID_PFR0  CP15_REG(0, 0, 1, 0)
#define CP15_ID_PFR1  CP15_REG(0, 0, 1, 1)
#define CP15_ID_DFR0  CP15_REG(0, 0, 1, 2)
#define CP15_ID_AFR0  CP15_REG(0, 0, 1, 3)
#define CP15_ID_MMFR0 CP15_REG(0, 0, 1, 4)
#define CP15_ID_MMFR1 CP15_REG(0, 0, 1, 5)
#define CP15_ID_MMFR2 CP15_REG(0, 0, 1, 6)
#define CP15_ID_MMFR3 CP15_REG(0, 0, 1, 7)
#define CP15_ID_ISAR0 CP15_REG(0, 0, 2, 0)
#define CP15_ID_ISAR1 CP15_REG(0, 0, 2, 1)
#define CP15_ID_ISAR2 CP15_REG(0, 0, 2, 2)
#define CP15_ID_ISAR3 CP15_REG(0, 0, 2, 3)
#define CP15_ID_ISAR4 CP15_REG(0, 0, 2, 4)
#define CP15_ID_ISAR5 CP15_REG(0, 0, 2, 5)
#define CP15_CCSIDR   CP15_REG(0, 1, 0, 0)
#define CP15_CLIDR    CP15_REG(0, 1, 0, 1)
#define CP15_CSSELR   CP15_REG(0, 2, 0, 0)

/* c1 to c3: control, tables, domains */
#define CP15_SCTLR CP15_REG(1, 0, 0, 0)
#define CP15_TTBR0 CP15_REG(2, 0, 0, 0)
#define CP15_TTBR1 CP15_REG(2, 0, 0, 1)
#define CP15_TTBCR CP15_REG(2, 0, 0, 2)
#define CP15_DACR  CP15_REG(3, 0, 0, 0)

/* c5, c6: faults */
#define CP15_DFSR CP15_REG(5, 0, 0, 0)
#define CP15_IFSR CP15_REG(5, 0, 0, 1)
#define CP15_DFAR CP15_REG(6, 0, 0, 0)
#define CP15_IFAR CP15_REG(6, 0, 0, 2)

/* c7: caches and barriers (no-ops here), address translation */
#define CP15_ICIALLUIS CP15_REG(7, 0, 1, 0)
#define CP15_BPIALLIS  CP15_REG(7, 0, 1, 6)
#define CP15_PAR       CP15_REG(7, 0, 4, 0)
#define CP15_ICIALLU   CP15_REG(7, 0, 5, 0)
#define CP15_ICIMVAU   CP15_REG(7, 0, 5, 1)
#define CP15_ISB       CP15_REG(7, 0, 5, 4)
#define CP15_BPIALL    CP15_REG(7, 0, 5, 6)
#define CP15_BPIMVA    CP15_REG(7, 0, 5, 7)
#define CP15_DCIMVAC   CP15_REG(7, 0, 6, 1)
#define CP15_DCISW     CP15_REG(7, 0, 6, 2)
#define CP15_ATS1CPR   CP15_REG(7, 0, 8, 0)
#define CP15_ATS1CPW   CP15_REG(7, 0, 8, 1)
#define CP15_ATS1CUR   CP15_REG(7, 0, 8, 2)
#define CP15_ATS1CUW   CP15_REG(7, 0, 8, 3)
#define CP15_DCCMVAC   CP15_REG(7, 0, 10, 1)
#define CP15_DCCSW     CP15_REG(7, 0, 10, 2)
#define CP15_DSB       CP15_REG(7, 0, 10, 4)
#define CP15_DMB       CP15_REG(7, 0, 10, 5)
#define CP15_DCCMVAU   CP15_REG(7, 0, 11, 1)
#define CP15_DCCIMVAC  CP15_REG(7, 0, 14, 1)
#define CP15_DCCISW    CP15_REG(7, 0, 14, 2)

/*
 * c8: TLB maintenance, write-only. By MVA: VA[31:12], and ASID in [7:0] but
 * for the …MVAA forms; by ASID: [7:0].
 */
#define CP15_TLBIALLIS  CP15_REG(8, 0, 3, 0)
#define CP15_TLBIMVAIS  CP15_REG(8, 0, 3, 1)
#define CP15_TLBIASIDIS CP15_REG(8, 0, 3, 2)
#define CP15_TLBIMVAAIS CP15_REG(8, 0, 3, 3)
#define CP15_ITLBIALL   CP15_REG(8, 0, 5, 0)
#define CP15_ITLBIMVA   CP15_REG(8, 0, 5, 1)
#define CP15_ITLBIASID  CP15_REG(8, 0, 5, 2)
#define CP15_DTLBIALL   CP15_REG(8, 0, 6, 0)
#define CP15_DTLBIMVA   CP15_REG(8, 0, 6, 1)
#define CP15_DTLBIASID  CP15_REG(8, 0, 6, 2)
#define CP15_TLBIALL    CP15_REG(8, 0, 7, 0)
#define CP15_TLBIMVA    CP15_REG(8, 0, 7, 1)
#define CP15_TLBIASID   CP15_REG(8, 0, 7, 2)
#define CP15_TLBIMVAA   CP15_REG(8, 0, 7, 3)

/* c10: TLB lockdown (implementation defined), memory remap; c13: context */
#define CP15_TLBLOCK    CP15_REG(10, 0, 0, 0) /* unified or data TLB */
#define CP15_TLBLOCK_I  CP15_REG(10, 0, 0, 1) /* instruction TLB */
#define CP15_PRRR       CP15_REG(10, 0, 2, 0)
#define CP15_NMRR       CP15_REG(10, 0, 2, 1)
#define CP15_CONTEXTIDR CP15_REG(13, 0, 0, 1)

/* SCTLR */
#define SCTLR_M    (1u << 0) /* MMU on */
#define SCTLR_A    (1u << 1) /* strict alignment */
#define SCTLR_C    (1u << 2) /* data cache */
#define SCTLR_SW   (1u << 10) /* SWP instructions */
#define SCTLR_Z    (1u << 11) /* branch prediction */
#define SCTLR_I    (1u << 12) /* instruction cache */
#define SCTLR_V    (1u << 13) /* vectors at 0xffff0000 */
#define SCTLR_RR   (1u << 14) /* round-robin caches */
#define SCTLR_HA   (1u << 17) /* hardware access flag */
#define SCTLR_WXN  (1u << 19) /* writable is not executable */
#define SCTLR_UWXN (1u << 20) /* PL0-writable is not executable at PL1 */
#define SCTLR_FI   (1u << 21) /* fast interrupts */
#define SCTLR_VE   (1u << 24) /* vectored interrupts */
#define SCTLR_EE   (1u << 25) /* exceptions are taken big-endian */
#define SCTLR_NMFI (1u << 27) /* FIQ cannot be masked */
#define SCTLR_TRE  (1u << 28) /* TEX remap */
#define SCTLR_AFE  (1u << 29) /* access flag */
#define SCTLR_TE   (1u << 30) /* exceptions are taken in Thumb */
#define SCTLR_ONES 0x00c50078 /* bits that read as one in ARMv7 */

/* TTBR0, TTBR1. The inner region is split, high bit lowest: {bit 0, bit 6}. */
#define TTBR_C        (1u << 0) /* without the multiprocessing extensions */
#define TTBR_IRGN1    (1u << 0)
#define TTBR_S        (1u << 1)
#define TTBR_RGN(rgn) ((uint32_t)(rgn) << 3)
#define TTBR_NOS      (1u << 5)
#define TTBR_IRGN0    (1u << 6)

static inline enum mmu_cacheability ttbr_inner(uint32_t ttbr)
{
	return (enum mmu_cacheability)((ttbr & 1) << 1 | (ttbr >> 6 & 1));
}

static inline enum mmu_cacheability ttbr_outer(uint32_t ttbr)
{
	return (enum mmu_cacheability)(ttbr >> 3 & 3);
}

/* TTBCR */
#define TTBCR_N   7u
#define TTBCR_PD0 (1u << 4)
#define TTBCR_PD1 (1u << 5)
#define TTBCR_EAE (1u << 31)

/* CONTEXTIDR: PROCID in [31:8], ASID in [7:0] */
static inline asid_t contextidr_asid(uint32_t contextidr)
{
	return contextidr & 0xff;
}

/* TLB lockdown: while P is set, walks fill the lockable entry VICTIM. */
#define TLBLOCK_P            (1u << 0)
#define TLBLOCK_VICTIM_SHIFT 28

/*
 * PAR. Success: PA[31:12], or with SS PA[31:24] and PA[39:32] in [23:16];
 * failure: F set, and the status of DFSR closed up in [6:1].
 */
#define PAR_F           (1u << 0)
#define PAR_SS          (1u << 1)
#define PAR_OUTER_SHIFT 2
#define PAR_INNER_SHIFT 4
#define PAR_SH          (1u << 7)
#define PAR_NS          (1u << 9)
#define PAR_NOS         (1u << 10)

/* ---- fault status (B3.13) ----------------------------------------------- */

/*
 *       31     14  13  12  11  10    9     8  7    4  3     0
 *      +---------+---+---+---+-----+------+---+------+-------+
 * DFSR |         |CM |ExT|WnR|FS[4]|LPAE=0| - |domain|FS[3:0]|
 *      +---------+---+---+---+-----+------+---+------+-------+
 * IFSR |         | - |ExT| - |FS[4]|LPAE=0| - |  -   |FS[3:0]|
 *      +---------+---+---+---+-----+------+---+------+-------+
 */
#define FSR_FS_LOW         0xfu
#define FSR_DOMAIN(domain) ((uint32_t)(domain) << 4)
#define FSR_FS4            (1u << 10)
#define FSR_WNR            (1u << 11)
#define FSR_EXT            (1u << 12)
#define FSR_CM             (1u << 13)

/* FS[4:0]. L1: the walk stopped at a first-level descriptor. */
enum fsr_fs {
	FS_ALIGNMENT = 0x01,
	FS_DEBUG = 0x02,
	FS_ACCESS_FLAG_L1 = 0x03,
	FS_ICACHE_MAINTENANCE = 0x04,
	FS_TRANSLATION_L1 = 0x05,
	FS_ACCESS_FLAG_L2 = 0x06,
	FS_TRANSLATION_L2 = 0x07,
	FS_EXTERNAL = 0x08,
	FS_DOMAIN_L1 = 0x09,
	FS_DOMAIN_L2 = 0x0b,
	FS_EXTERNAL_WALK_L1 = 0x0c,
	FS_PERMISSION_L1 = 0x0d,
	FS_EXTERNAL_WALK_L2 = 0x0e,
	FS_PERMISSION_L2 = 0x0f,
	FS_TLB_CONFLICT = 0x10,
	FS_LOCKDOWN = 0x14,
	FS_UNSUPPORTED_EXCLUSIVE = 0x15,
	FS_ASYNC_EXTERNAL = 0x16,
	FS_ASYNC_PARITY = 0x18,
	FS_PARITY = 0x19,
	FS_PARITY_WALK_L1 = 0x1c,
	FS_PARITY_WALK_L2 = 0x1e,
};

static inline uint32_t fsr_from_fs(uint32_t fs)
{
	return (fs & FSR_FS_LOW) | (fs & 0x10 ? FSR_FS4 : 0);
}

static inline uint32_t fsr_fs(uint32_t fsr)
{
	return (fsr & FSR_FS_LOW) | (fsr & FSR_FS4 ? 0x10 : 0);
}

static inline uint8_t fsr_domain(uint32_t fsr)
{
	return fsr >> 4 & 15;
}

#endif
