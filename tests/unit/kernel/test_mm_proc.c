/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc's numbers about memory, letter by letter as Debian's 6.1 armmp kernel
 * printed them on a machine of 256 MB: the same numbers put in must give the
 * same text. (That kernel has 12 buddy orders, so buddyinfo and pagetypeinfo
 * are compared in form.)
 */

#include "kernel/fs/seq_file.h"
#include "tests/unit/kernel/mm_fixture.h"

static const char oracle_meminfo[] = "MemTotal:         241012 kB\n"
				     "MemFree:          228248 kB\n"
				     "MemAvailable:     228528 kB\n"
				     "Buffers:               0 kB\n"
				     "Cached:             1264 kB\n"
				     "SwapCached:            0 kB\n"
				     "Active:             1188 kB\n"
				     "Inactive:            156 kB\n"
				     "Active(anon):       1188 kB\n"
				     "Inactive(anon):      156 kB\n"
				     "Active(file):          0 kB\n"
				     "Inactive(file):        0 kB\n"
				     "Unevictable:           0 kB\n"
				     "Mlocked:               0 kB\n"
				     "HighTotal:             0 kB\n"
				     "HighFree:              0 kB\n"
				     "LowTotal:         241012 kB\n"
				     "LowFree:          228248 kB\n"
				     "SwapTotal:             0 kB\n"
				     "SwapFree:              0 kB\n"
				     "Zswap:                 0 kB\n"
				     "Zswapped:              0 kB\n"
				     "Dirty:                 0 kB\n"
				     "Writeback:             0 kB\n"
				     "AnonPages:           120 kB\n"
				     "Mapped:             1004 kB\n"
				     "Shmem:              1264 kB\n"
				     "KReclaimable:       5756 kB\n"
				     "Slab:               8884 kB\n"
				     "SReclaimable:       5756 kB\n"
				     "SUnreclaim:         3128 kB\n"
				     "KernelStack:         360 kB\n"
				     "PageTables:           28 kB\n"
				     "SecPageTables:         0 kB\n"
				     "NFS_Unstable:          0 kB\n"
				     "Bounce:                0 kB\n"
				     "WritebackTmp:          0 kB\n"
				     "CommitLimit:      120504 kB\n"
				     "Committed_AS:       2188 kB\n"
				     "VmallocTotal:     770048 kB\n"
				     "VmallocUsed:         732 kB\n"
				     "VmallocChunk:          0 kB\n"
				     "Percpu:               84 kB\n"
				     "CmaTotal:          16384 kB\n"
				     "CmaFree:           16128 kB\n";

static const char oracle_vmstat[] = "nr_free_pages 57048\n"
				    "nr_zone_inactive_anon 39\n"
				    "nr_zone_active_anon 297\n"
				    "nr_zone_inactive_file 0\n"
				    "nr_zone_active_file 0\n"
				    "nr_zone_unevictable 0\n"
				    "nr_zone_write_pending 0\n"
				    "nr_mlock 0\n"
				    "nr_bounce 0\n"
				    "nr_zspages 0\n"
				    "nr_free_cma 4032\n"
				    "nr_inactive_anon 39\n"
				    "nr_active_anon 297\n"
				    "nr_inactive_file 0\n"
				    "nr_active_file 0\n"
				    "nr_unevictable 0\n"
				    "nr_slab_reclaimable 1439\n"
				    "nr_slab_unreclaimable 782\n"
				    "nr_isolated_anon 0\n"
				    "nr_isolated_file 0\n"
				    "workingset_nodes 0\n"
				    "workingset_refault_anon 0\n"
				    "workingset_refault_file 0\n"
				    "workingset_activate_anon 0\n"
				    "workingset_activate_file 0\n"
				    "workingset_restore_anon 0\n"
				    "workingset_restore_file 0\n"
				    "workingset_nodereclaim 0\n"
				    "nr_anon_pages 30\n"
				    "nr_mapped 251\n"
				    "nr_file_pages 316\n"
				    "nr_dirty 0\n"
				    "nr_writeback 0\n"
				    "nr_writeback_temp 0\n"
				    "nr_shmem 316\n"
				    "nr_shmem_hugepages 0\n"
				    "nr_shmem_pmdmapped 0\n"
				    "nr_file_hugepages 0\n"
				    "nr_file_pmdmapped 0\n"
				    "nr_anon_transparent_hugepages 0\n"
				    "nr_vmscan_write 0\n"
				    "nr_vmscan_immediate_reclaim 0\n"
				    "nr_dirtied 0\n"
				    "nr_written 0\n"
				    "nr_throttled_written 0\n"
				    "nr_kernel_misc_reclaimable 0\n"
				    "nr_foll_pin_acquired 0\n"
				    "nr_foll_pin_released 0\n"
				    "nr_kernel_stack 360\n"
				    "nr_page_table_pages 7\n"
				    "nr_sec_page_table_pages 0\n"
				    "nr_swapcached 0\n"
				    "nr_dirty_threshold 11261\n"
				    "nr_dirty_background_threshold 5623\n"
				    "pgpgin 0\n"
				    "pgpgout 0\n"
				    "pswpin 0\n"
				    "pswpout 0\n"
				    "pgalloc_dma 12363\n"
				    "pgalloc_normal 0\n"
				    "pgalloc_high 0\n"
				    "pgalloc_movable 0\n"
				    "allocstall_dma 0\n"
				    "allocstall_normal 0\n"
				    "allocstall_high 0\n"
				    "allocstall_movable 0\n"
				    "pgskip_dma 0\n"
				    "pgskip_normal 0\n"
				    "pgskip_high 0\n"
				    "pgskip_movable 0\n"
				    "pgfree 69541\n"
				    "pgactivate 1287\n"
				    "pgdeactivate 0\n"
				    "pglazyfree 0\n"
				    "pgfault 13026\n"
				    "pgmajfault 0\n"
				    "pglazyfreed 0\n"
				    "pgrefill 0\n"
				    "pgreuse 1463\n"
				    "pgsteal_kswapd 0\n"
				    "pgsteal_direct 0\n"
				    "pgdemote_kswapd 0\n"
				    "pgdemote_direct 0\n"
				    "pgscan_kswapd 0\n"
				    "pgscan_direct 0\n"
				    "pgscan_direct_throttle 0\n"
				    "pgscan_anon 0\n"
				    "pgscan_file 0\n"
				    "pgsteal_anon 0\n"
				    "pgsteal_file 0\n"
				    "pginodesteal 0\n"
				    "slabs_scanned 0\n"
				    "kswapd_inodesteal 0\n"
				    "kswapd_low_wmark_hit_quickly 0\n"
				    "kswapd_high_wmark_hit_quickly 0\n"
				    "pageoutrun 0\n"
				    "pgrotated 0\n"
				    "drop_pagecache 0\n"
				    "drop_slab 0\n"
				    "oom_kill 0\n"
				    "pgmigrate_success 0\n"
				    "pgmigrate_fail 0\n"
				    "thp_migration_success 0\n"
				    "thp_migration_fail 0\n"
				    "thp_migration_split 0\n"
				    "compact_migrate_scanned 0\n"
				    "compact_free_scanned 0\n"
				    "compact_isolated 2048\n"
				    "compact_stall 0\n"
				    "compact_fail 0\n"
				    "compact_success 0\n"
				    "compact_daemon_wake 0\n"
				    "compact_daemon_migrate_scanned 0\n"
				    "compact_daemon_free_scanned 0\n"
				    "cma_alloc_success 1\n"
				    "cma_alloc_fail 0\n"
				    "unevictable_pgs_culled 0\n"
				    "unevictable_pgs_scanned 0\n"
				    "unevictable_pgs_rescued 0\n"
				    "unevictable_pgs_mlocked 0\n"
				    "unevictable_pgs_munlocked 0\n"
				    "unevictable_pgs_cleared 0\n"
				    "unevictable_pgs_stranded 0\n"
				    "balloon_inflate 0\n"
				    "balloon_deflate 0\n"
				    "balloon_migrate 0\n"
				    "swap_ra 0\n"
				    "swap_ra_hit 0\n"
				    "ksm_swpin_copy 0\n"
				    "cow_ksm 0\n"
				    "zswpin 0\n"
				    "zswpout 0\n"
				    "nr_unstable 0\n";

static const char oracle_zoneinfo[] = "Node 0, zone      DMA\n"
				      "  per-node stats\n"
				      "      nr_inactive_anon 39\n"
				      "      nr_active_anon 297\n"
				      "      nr_inactive_file 0\n"
				      "      nr_active_file 0\n"
				      "      nr_unevictable 0\n"
				      "      nr_slab_reclaimable 1439\n"
				      "      nr_slab_unreclaimable 782\n"
				      "      nr_isolated_anon 0\n"
				      "      nr_isolated_file 0\n"
				      "      workingset_nodes 0\n"
				      "      workingset_refault_anon 0\n"
				      "      workingset_refault_file 0\n"
				      "      workingset_activate_anon 0\n"
				      "      workingset_activate_file 0\n"
				      "      workingset_restore_anon 0\n"
				      "      workingset_restore_file 0\n"
				      "      workingset_nodereclaim 0\n"
				      "      nr_anon_pages 30\n"
				      "      nr_mapped    251\n"
				      "      nr_file_pages 316\n"
				      "      nr_dirty     0\n"
				      "      nr_writeback 0\n"
				      "      nr_writeback_temp 0\n"
				      "      nr_shmem     316\n"
				      "      nr_shmem_hugepages 0\n"
				      "      nr_shmem_pmdmapped 0\n"
				      "      nr_file_hugepages 0\n"
				      "      nr_file_pmdmapped 0\n"
				      "      nr_anon_transparent_hugepages 0\n"
				      "      nr_vmscan_write 0\n"
				      "      nr_vmscan_immediate_reclaim 0\n"
				      "      nr_dirtied   0\n"
				      "      nr_written   0\n"
				      "      nr_throttled_written 0\n"
				      "      nr_kernel_misc_reclaimable 0\n"
				      "      nr_foll_pin_acquired 0\n"
				      "      nr_foll_pin_released 0\n"
				      "      nr_kernel_stack 360\n"
				      "      nr_page_table_pages 7\n"
				      "      nr_sec_page_table_pages 0\n"
				      "      nr_swapcached 0\n"
				      "  pages free     57062\n"
				      "        boost    0\n"
				      "        min      487\n"
				      "        low      608\n"
				      "        high     729\n"
				      "        spanned  65536\n"
				      "        present  65536\n"
				      "        managed  60253\n"
				      "        cma      4096\n"
				      "        protection: (0, 0, 0, 0)\n"
				      "      nr_free_pages 57062\n"
				      "      nr_zone_inactive_anon 39\n"
				      "      nr_zone_active_anon 297\n"
				      "      nr_zone_inactive_file 0\n"
				      "      nr_zone_active_file 0\n"
				      "      nr_zone_unevictable 0\n"
				      "      nr_zone_write_pending 0\n"
				      "      nr_mlock     0\n"
				      "      nr_bounce    0\n"
				      "      nr_zspages   0\n"
				      "      nr_free_cma  4032\n"
				      "  pagesets\n"
				      "    cpu: 0\n"
				      "              count: 54\n"
				      "              high:  608\n"
				      "              batch: 15\n"
				      "  vm stats threshold: 4\n"
				      "  node_unreclaimable:  0\n"
				      "  start_pfn:           262144\n"
				      "Node 0, zone   Normal\n"
				      "  pages free     0\n"
				      "        boost    0\n"
				      "        min      0\n"
				      "        low      0\n"
				      "        high     0\n"
				      "        spanned  0\n"
				      "        present  0\n"
				      "        managed  0\n"
				      "        cma      0\n"
				      "        protection: (0, 0, 0, 0)\n"
				      "Node 0, zone  HighMem\n"
				      "  pages free     0\n"
				      "        boost    0\n"
				      "        min      32\n"
				      "        low      32\n"
				      "        high     32\n"
				      "        spanned  0\n"
				      "        present  0\n"
				      "        managed  0\n"
				      "        cma      0\n"
				      "        protection: (0, 0, 0, 0)\n"
				      "Node 0, zone  Movable\n"
				      "  pages free     0\n"
				      "        boost    0\n"
				      "        min      0\n"
				      "        low      0\n"
				      "        high     0\n"
				      "        spanned  0\n"
				      "        present  0\n"
				      "        managed  0\n"
				      "        cma      0\n"
				      "        protection: (0, 0, 0, 0)\n";

static const char *show(struct kernel *k, seq_show_fn fn)
{
	static struct text t;
	struct seq_file m;

	t.len = 0;
	seq_open_sink(&m, k, to_text, &t);
	assert_int_equal(fn(&m, NULL), 0);
	return t.text;
}

/* Everything in the oracle's vmstat, into our books. */
static void load_vmstat(struct mm_fixture *f)
{
	struct pglist_data *node = &f->k->mem.node_data[0];
	struct zone *zone = &node->node_zones[ZONE_DMA];
	struct vmstat *vmstat = &f->k->vmstat;
	char name[64];
	unsigned long long value;
	int n;

	for (const char *at = oracle_vmstat; *at; at += n) {
		assert_int_equal(sscanf(at, "%63s %llu\n%n", name, &value, &n),
				 2);
		for (int i = 0; i < NR_VM_ITEMS; i++) {
			if (strcmp(name, vm_item_name((enum vm_item)i)))
				continue;
			vmstat->item[i] = (int64_t)value;
			node->vm_stat[i] = (int64_t)value;
			if (i < NR_VM_ZONE_ITEMS)
				zone->vm_stat[i] = (int64_t)value;
		}
		for (int i = 0; i < NR_VM_EVENTS; i++)
			if (!strcmp(name, vm_event_name((enum vm_event)i)))
				vmstat->event[i] = value;
	}
}

/* The oracle's machine: one zone of 256 MB, at its watermarks. */
static struct mm_fixture *oracle_machine(void)
{
	struct mm_fixture *f = fixture_create(0x40000000, 256 * MB, 0xc0000000);
	struct kernel *k = f->k;
	struct zone *zone;

	strcpy(k->arch.command_line, "dma_zone=4G");
	memblock_add(k, 0x40000000, 256 * MB);
	fixture_boot(f, false);
	zone = &k->mem.node_data[0].node_zones[ZONE_DMA];
	zone->managed_pages = 60253;
	zone->cma_pages = 4096;
	k->mem.totalram_pages = 60253;
	k->mem.totalcma_pages = 4096;
	k->mem.min_free_kbytes = 1951;
	setup_per_zone_wmarks(k);
	k->sysctl.dirty_ratio = 20;
	k->sysctl.dirty_background_ratio = 10;
	k->user.overcommit_ratio = 50;
	k->user.committed_pages = 2188 / 4;
	k->arch.vmalloc_start = 0xd0800000;
	k->arch.vmalloc_end = 0xff800000;
	load_vmstat(f);
	return f;
}

/*
 * Read a moment before the vmstat above, when some more was free; what vmalloc
 * and percpu use isn't counted yet.
 */
static void test_meminfo(void **state)
{
	struct mm_fixture *f = oracle_machine();
	const char *at = oracle_meminfo, *ours;

	(void)state;
	f->k->vmstat.item[NR_FREE_PAGES] = 228248 / 4;
	ours = show(f->k, meminfo_show);
	while (*at && *ours) {
		size_t n = strcspn(at, "\n") + 1;

		if (strncmp(at, "VmallocUsed", 11) && strncmp(at, "Percpu", 6))
			assert_memory_equal(ours, at, n);
		at += n;
		ours += strcspn(ours, "\n") + 1;
	}
	assert_string_equal(ours, at);
	fixture_destroy(f);
}

static void test_vmstat(void **state)
{
	struct mm_fixture *f = oracle_machine();

	(void)state;
	assert_string_equal(show(f->k, vmstat_show), oracle_vmstat);
	fixture_destroy(f);
}

static void test_zoneinfo(void **state)
{
	struct mm_fixture *f = oracle_machine();
	struct zone *zone = &f->k->mem.node_data[0].node_zones[ZONE_DMA];

	(void)state;
	zone->vm_stat[NR_FREE_PAGES] = 57062;
	zone->pcp[0].count = 54;
	assert_string_equal(show(f->k, zoneinfo_show), oracle_zoneinfo);
	fixture_destroy(f);
}

static void test_buddyinfo(void **state)
{
	struct mm_fixture *f = fixture_simple(64, false);

	(void)state;
	drain_all_pages(f->k);
	/* 1 MB is reserved; mem_map takes 128 pages, its block map one. */
	assert_string_equal(
		show(f->k, buddyinfo_show),
		"Node 0, zone   Normal      1      1      1      1      1      "
		"1      1      0      2      2     14 \n");
	fixture_destroy(f);
}

static void test_pagetypeinfo(void **state)
{
	struct mm_fixture *f = fixture_simple(64, false);

	(void)state;
	drain_all_pages(f->k);
	assert_string_equal(
		show(f->k, pagetypeinfo_show),
		"Page block order: 10\n"
		"Pages per block:  1024\n"
		"\n"
		"Free pages count per migrate type at order       0      1     "
		" 2      3      4      5      6      7      8      9     10 \n"
		"Node    0, zone   Normal, type    Unmovable      0      0     "
		" 0      0      0      0      0      0      0      0      0 \n"
		"Node    0, zone   Normal, type      Movable      1      1     "
		" 1      1      1      1      1      0      2      2     14 \n"
		"Node    0, zone   Normal, type  Reclaimable      0      0     "
		" 0      0      0      0      0      0      0      0      0 \n"
		"Node    0, zone   Normal, type   HighAtomic      0      0     "
		" 0      0      0      0      0      0      0      0      0 \n"
		"Node    0, zone   Normal, type          CMA      0      0     "
		" 0      0      0      0      0      0      0      0      0 \n"
		"Node    0, zone   Normal, type      Isolate      0      0     "
		" 0      0      0      0      0      0      0      0      0 \n"
		"\n"
		"Number of blocks type     Unmovable      Movable  Reclaimable "
		"  HighAtomic          CMA      Isolate \n"
		"Node 0, zone   Normal            0           16            0 "
		"           0            0            0 \n");
	fixture_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_meminfo),
		cmocka_unit_test(test_vmstat),
		cmocka_unit_test(test_zoneinfo),
		cmocka_unit_test(test_buddyinfo),
		cmocka_unit_test(test_pagetypeinfo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
