# SPDX-License-Identifier: GPL-2.0-or-later
"""
Debian's sqlite3 does here what it does under qemu-arm: every journal mode,
indexes, mmap_size, VACUUM and integrity_check, the same answers and the same
database, byte for byte. Then a writer and readers at once, over the write-ahead
log's shared memory and POSIX locks: each reader sees whole transactions.

2,000 rows; MMUSCOPE_LONG=1: 100,000.
"""
import hashlib
import os
import shutil
import subprocess
import tempfile

import guestrun
from guestrun import BOARD, ROOT, Run, check, skip

DEBIAN = os.path.join(ROOT, "build", "rootfs-debian")
QEMU = shutil.which("qemu-arm")
LONG = bool(os.environ.get("MMUSCOPE_LONG"))
ROWS = 100000 if LONG else 2000

STATEMENTS = f"""
PRAGMA journal_mode=DELETE;
CREATE TABLE t(id INTEGER PRIMARY KEY, k INTEGER, v TEXT);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<{ROWS})
  INSERT INTO t SELECT i, (i*7919)%10007, printf('row %d of text', i) FROM n;
COMMIT;
CREATE INDEX tk ON t(k);
PRAGMA integrity_check;
SELECT count(*), sum(k), max(v) FROM t;
PRAGMA mmap_size=268435456;
SELECT count(*) FROM t WHERE v LIKE '%99%';
SELECT k, count(*) FROM t GROUP BY k ORDER BY 2 DESC, 1 LIMIT 5;
EXPLAIN QUERY PLAN SELECT * FROM t WHERE k=5;
UPDATE t SET v=v||'!' WHERE k<1000;
DELETE FROM t WHERE k>9000;
PRAGMA journal_mode=WAL;
BEGIN; UPDATE t SET k=k+1; COMMIT;
SELECT count(*), sum(k) FROM t;
PRAGMA wal_checkpoint(TRUNCATE);
PRAGMA journal_mode=TRUNCATE;
VACUUM;
PRAGMA integrity_check;
PRAGMA page_count;
PRAGMA journal_mode=MEMORY;
BEGIN; DELETE FROM t WHERE id%2; ROLLBACK;
PRAGMA journal_mode=PERSIST;
BEGIN; DELETE FROM t WHERE id%2; COMMIT;
PRAGMA mmap_size=0;
CREATE VIRTUAL TABLE words USING fts5(w);
INSERT INTO words SELECT v FROM t;
SELECT count(*) FROM words WHERE words MATCH 'text AND 1*';
ATTACH 'u.db' AS u;
BEGIN; CREATE TABLE u.c AS SELECT * FROM t; UPDATE t SET k=0; COMMIT;
SELECT count(*), (SELECT sum(k) FROM t) FROM u.c;
INSERT INTO t VALUES(2, 3, 'twice');
PRAGMA quick_check; PRAGMA freelist_count;
"""
LEFT = ("t.db", "t.db-journal", "u.db")

# A transaction adds five rows whose sum is 0.
AT_ONCE = """cd /tmp; ask() { sqlite3 -cmd '.timeout 20000' w.db "$1"; }
ask 'PRAGMA journal_mode=WAL; CREATE TABLE a(x);' > log
for w in 1 2; do
	for i in 1 2 3 4 5 6; do
		ask 'BEGIN IMMEDIATE; INSERT INTO a VALUES(1),(2),(3),(4);
			INSERT INTO a VALUES(-10); COMMIT;' || echo writer failed
	done &
done
for r in 1 2 3; do
	for i in 1 2 3 4; do
		ask 'SELECT count(*) % 5, coalesce(sum(x), 0) FROM a;'
	done &
done | sort | uniq -c | tr -s ' '
wait
ask 'SELECT count(*), sum(x) FROM a; PRAGMA integrity_check'
ls w.db*
"""
SEEN = " 12 0|0\n60|0\nok\nw.db\n"


def under_qemu():
    """Output, and what the files are."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [QEMU, "-L", DEBIAN, os.path.join(DEBIAN, "usr/bin/sqlite3"),
             "-batch", "t.db"], input=STATEMENTS.encode(), cwd=folder,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=guestrun.TIMEOUT)
        sums = ""
        for name in LEFT:
            with open(os.path.join(folder, name), "rb") as file:
                sums += hashlib.md5(file.read()).hexdigest() + f"  {name}\n"
        return done.stdout + sums.encode()


def run(script, *settings):
    return Run(["/bin/bash", "-c", script], board=BOARD,
               settings=["rootfs.path=" + DEBIAN, *settings]).expect(0)


if not os.path.isdir(DEBIAN):
    skip(f"no {DEBIAN}: tools/setup makes it")
guestrun.TIMEOUT = 1200 if LONG else 120
if QEMU:
    expected = under_qemu()
    script = (f"cd /tmp; sqlite3 -batch t.db 2>&1 << 'END'\n{STATEMENTS}END\n"
              f"md5sum {' '.join(LEFT)}\n")
    here = run(script)
    here.expect(0, expected)
    check(here.out.count(b"\nok\n") == 3, "not found intact", here)
    # the same with swap, in little memory
    run(script, "memory.size=" + ("32M" if LONG else "16M"), "swap.size=64M") \
        .expect(0, expected)
together = run(AT_ONCE)
together.expect(0, SEEN.encode())
print("alike" if QEMU else "no qemu-arm to compare with; readers saw whole "
      "transactions")
