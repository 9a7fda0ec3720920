#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""`mmuscope sweep`: lines as `run --stats` would have them, in the grid's order
however many run at once; going on after any end; the same by parallel and
Slurm; what is refused, and how."""
import json
import os
import pty
import signal
import subprocess
import sys
import tempfile
import time

MMUSCOPE = os.path.abspath(sys.argv[1])
BUILD = os.path.abspath(sys.argv[2])
BOARD = os.path.abspath("configs/vexpress-a9.yaml")
COW = "host:" + os.path.join(BUILD, "guests", "cow")
GRID = ["--vary", "cpu.tlb.entries=16..64*2", "--vary", "seed=1,7"]
failures = []
folder = tempfile.TemporaryDirectory()
os.chdir(folder.name)


def check(what, good, *more):
    if not good:
        failures.append(what)
        print("FAILED:", what, *more)


def sweep(*words, program=(COW,), **options):
    return subprocess.run(
        [MMUSCOPE, "sweep", *words, BOARD, "--", *program], text=True,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=120, **options)


def lines_of(text):
    """The lines without what may differ."""
    lines = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        if line["stats"]:
            del line["stats"]["host_seconds"]
    return lines


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


# ---- the lines ---------------------------------------------------------------

done = sweep(*GRID, "-j", "1")
check("status", done.returncode == 0, done.stderr)
one = lines_of(done.stdout)
points = [(e, s) for e in (16, 32, 64) for s in (1, 7)]
check("order", [(line["vary"]["cpu.tlb.entries"], line["vary"]["seed"])
                for line in one] == points)
check("members", all(list(line) == ["schema", "vary", "id", "exit", "error", "stats"]
                     for line in one))
check("ids", len({line["id"] for line in one}) == len(points))
check("it matters", one[0]["stats"]["cpus"][0]["tlbs"][0]["misses"] >
      one[4]["stats"]["cpus"][0]["tlbs"][0]["misses"])
subprocess.run([MMUSCOPE, "run", "-q", "--stats", "stats.json", "--set",
                "cpu.tlb.entries=32", "--set", "seed=7", BOARD, COW],
               check=True, capture_output=True)
stats = json.loads(read("stats.json"))
os.unlink("stats.json")
del stats["host_seconds"]
check("as run --stats has it", one[3]["stats"] == stats)

done = sweep(*GRID, "-j", "3", "-o", "all.jsonl")
whole = read("all.jsonl")
check("three at once", lines_of(whole) == one, done.stderr)
check("sum", done.stderr == "mmuscope: 6 of 6 points\n", done.stderr)
check("nothing left", os.listdir(".") == ["all.jsonl"])

# ---- going on -------------------------------------------------------------------

done = sweep(*GRID, "-o", "all.jsonl")
check("all kept", "6 of them from before" in done.stderr, done.stderr)
check("untouched", read("all.jsonl") == whole)
rows = whole.splitlines(keepends=True)
write("torn.jsonl", rows[4] + rows[1] + rows[2][:100])
done = sweep(*GRID, "-o", "torn.jsonl")
check("torn", "2 of them from before" in done.stderr, done.stderr)
check("torn, in order", lines_of(read("torn.jsonl")) == one)
check("torn, kept", read("torn.jsonl").splitlines(True)[4] == rows[4])
done = sweep("--vary", "cpu.tlb.entries=16..128*2", "--vary", "seed=1,7",
             "-o", "torn.jsonl")
check("grown", "6 of them from before" in done.stderr and
      len(read("torn.jsonl").splitlines()) == 8, done.stderr)
for words, why in ((GRID, COW), (["--vary", "seed=1,7"], "/bin/true")):
    before = read("torn.jsonl")
    done = sweep(*words, "-o", "torn.jsonl", program=(why,))
    check("another sweep", done.returncode == 125 and
          "of another sweep" in done.stderr and
          read("torn.jsonl") == before, done.stderr)
write("notes.jsonl", "dear diary\n")
done = sweep(*GRID, "-o", "notes.jsonl")
check("no sweep at all", done.returncode == 125 and done.stderr ==
      "notes.jsonl:1: no line of a sweep; give another file\n", done.stderr)
check("left alone", read("notes.jsonl") == "dear diary\n")

# ---- points that fail ---------------------------------------------------------------

bad = ["--vary", "cpu.tlb.entries=8,64", "--vary", "cpu.tlb.ways=2,32"]
done = sweep(*bad, "-o", "bad.jsonl")
check("one fails", done.returncode == 1 and "1 failed" in done.stderr,
      done.stderr)
got = lines_of(read("bad.jsonl"))
check("its line", [bool(line["error"]) for line in got] ==
      [False, True, False, False] and "cpu.tlb" in got[1]["error"] and
      got[1]["exit"] == 125 and got[1]["stats"] is None, got[1])
done = sweep(*bad, "-o", "bad.jsonl")
check("tried again", done.returncode == 1 and
      "3 of them from before" in done.stderr, done.stderr)
# Cores, by the files that have them.
CORE = os.path.join(os.path.dirname(BOARD), "cores", "cortex-")
done = sweep("--vary", f"include={CORE}a7.yaml,{CORE}a15.yaml")
tlbs = [[tlb["name"] for tlb in line["stats"]["cpus"][0]["tlbs"]]
        for line in lines_of(done.stdout)]
check("include", tlbs == [["micro_i", "micro_d", "main"],
                          ["micro_i", "micro_d", "micro_st", "main"]], tlbs)

done = sweep("--vary", "seed=1,2", program=("/bin/nowhere",))
check("no program", done.returncode == 1 and
      all("/bin/nowhere" in line["error"] for line in
          map(json.loads, done.stdout.splitlines())), done.stdout[:300])
done = sweep("--vary", "seed=1,2", program=("/bin/sh", "-c", "exit 7"))
check("a program's status is none of ours", done.returncode == 0 and
      [line["exit"] for line in lines_of(done.stdout)] == [7, 7])

# ---- what ends it -------------------------------------------------------------------

HANG = ("/bin/sh", "-c",
        "grep -q hang /proc/cmdline && while :; do :; done; exit 3")
ARGS = ["--vary", "kernel.bootargs=a=1,hang=1,hang=2,b=1"]


def children(pid):
    try:
        return read(f"/proc/{pid}/task/{pid}/children").split()
    except FileNotFoundError:
        return []


def start_hanging(*words):
    process = subprocess.Popen(
        [MMUSCOPE, "sweep", *ARGS, "-j", "4", *words, BOARD, "--", *HANG],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True)
    for _ in range(600):
        time.sleep(0.1)
        if os.path.exists("hang.jsonl") and \
                read("hang.jsonl").count("\n") >= 2 and \
                len(children(process.pid)) == 2:
            break
    return process, children(process.pid)


process, pids = start_hanging("-o", "hang.jsonl")
process.send_signal(signal.SIGINT)
said = process.communicate(timeout=60)[1]
check("^C: status", process.returncode == 130, process.returncode)
check("^C: told", said == "mmuscope: 2 of 4 points; the same command goes on "
      "with the rest\n", said)
check("^C: two ran", len(pids) == 2, pids)
check("^C: none is left", not any(os.path.exists(f"/proc/{p}") for p in pids))
check("^C: in order", [line["vary"]["kernel.bootargs"] for line in
                       lines_of(read("hang.jsonl"))] == ["a=1", "b=1"])
process, pids = start_hanging("-o", "hang.jsonl")
second = subprocess.run(
    [MMUSCOPE, "sweep", *ARGS, "-o", "hang.jsonl", BOARD, "--", *HANG],
    capture_output=True, text=True, timeout=60)
check("two at once", second.returncode == 125 and "another sweep writes" in
      second.stderr, second.stderr)
process.kill()
process.communicate(timeout=60)
for _ in range(100):
    if not any(os.path.exists(f"/proc/{p}") and read(
            f"/proc/{p}/stat").split()[2] != "Z" for p in pids):
        break
    time.sleep(0.1)
else:
    check("killed: none is left", False)
done = sweep(*ARGS, "-o", "hang.jsonl", "--timeout", "2", "-j", "2",
             program=HANG)
check("timeout", done.returncode == 1 and
      [line["error"] for line in lines_of(read("hang.jsonl"))] ==
      [None] + 2 * ["not over after 2 seconds of the host's"] + [None],
      done.stderr)
check("exit", [line["exit"] for line in lines_of(read("hang.jsonl"))] ==
      [3, None, None, 3])
done = sweep(*GRID, "-o", "/dev/full")
check("full disk", done.returncode == 125 and done.stderr ==
      "mmuscope: can't write to '/dev/full': No space left on device\n",
      done.stderr)
with open("/dev/full", "w", encoding="utf-8") as full:
    done = subprocess.run([MMUSCOPE, "sweep", *GRID, BOARD, "--", COW],
                          stdout=full, stderr=subprocess.PIPE, text=True,
                          timeout=60)
check("full standard output", done.returncode == 125 and
      "can't write to standard output" in done.stderr, done.stderr)

# ---- elsewhere ----------------------------------------------------------------------

NAME = ["--set", "name=it's $HOME, \"isn't\" it"]
program = ("/bin/sh", "-c", "echo 'a b'; exit 4")
expected = lines_of(sweep(*NAME, *GRID, program=program).stdout)
done = sweep(*NAME, *GRID, "--print", "parallel", program=program)
commands = done.stdout.splitlines()
check("commands", len(commands) == 6 and done.returncode == 0, done.stderr)
os.mkdir("elsewhere")
ran = [subprocess.run(["sh", "-c", command], capture_output=True, text=True,
                      timeout=60, cwd="elsewhere") for command in commands]
check("parallel", lines_of("".join(r.stdout for r in ran)) == expected,
      ran[0].stderr)
check("parallel: silent", not any(r.stderr for r in ran), ran[0].stderr)
done = sweep(*NAME, *GRID, "--print", "slurm", "-o", "job.sh", program=program)
check("slurm: array", "#SBATCH --array=0-5\n" in read("job.sh"))
ran = [subprocess.run(["sh", "job.sh"], capture_output=True, text=True,
                      timeout=60, env={**os.environ,
                                       "SLURM_ARRAY_TASK_ID": str(i)})
       for i in range(6)]
check("slurm", lines_of("".join(r.stdout for r in ran)) == expected,
      ran[0].stderr)
done = subprocess.run(["sh", "job.sh"], capture_output=True, text=True,
                      timeout=60, env={"PATH": os.environ["PATH"]})
check("slurm: alone", done.returncode == 125, done.returncode)

# ---- at a terminal -------------------------------------------------------------------

try:
    main, end = pty.openpty()
except OSError:
    print("no terminal to be had: the progress bar is not tried")
else:
    subprocess.run([MMUSCOPE, "sweep", *GRID, "-o", "tty.jsonl", BOARD, "--",
                    COW], stderr=end, timeout=60, check=True)
    os.close(end)
    shown = b""
    try:
        while piece := os.read(main, 4096):
            shown += piece
    except OSError:
        pass
    check("bar", b"\r\x1b[K[" in shown and b"##" in shown and
          b"6 of 6 points" in shown, shown)

# ---- what is refused -------------------------------------------------------------------


def refuse(message, *words, status=125):
    done = sweep(*words)
    check(message, done.returncode == status and not done.stdout and
          done.stderr == message + "\n", done.returncode, done.stderr)


KEY = "--vary cpu.tlb.entries"
refuse("--vary cpu.tlb.entry=1: cpu.tlb.entry: unknown key; did you mean "
       "cpu.tlb.entries?", "--vary", "cpu.tlb.entry=1,2")
refuse(f"{KEY}=many: cpu.tlb.entries: wants a number (1 to 4096), not 'many'",
       "--vary", "cpu.tlb.entries=16,many")
refuse(f"{KEY}=8192: cpu.tlb.entries: 8192 is out of range; allowed: 1 to 4096",
       "--vary", "cpu.tlb.entries=16..16384*2")
refuse("--vary: cpu.tlb.entries: no values; give some, with commas between",
       "--vary", "cpu.tlb.entries=")
refuse("--vary: cpu.tlb.entries: an empty value; '' is the empty text",
       "--vary", "cpu.tlb.entries=1,")
refuse("--vary: cpu.tlb.entries=1: given twice", "--vary",
       "cpu.tlb.entries=1,2,1")
refuse("--vary: seed: varied twice; give all its values at once",
       "--vary", "seed=1", "--vary", "seed=2")
refuse("--vary: seed: a range goes upwards", "--vary", "seed=4..2")
refuse("--vary: seed: a range that never reaches its end",
       "--vary", "seed=0..4*2")
refuse("--vary: seed: more than 10000 values", "--vary", "seed=0..100000")
refuse("--vary: seed: not of the form key=a,b,c", "--vary", "seed")
refuse("mmuscope: two points of the grid are the same machine: a value is "
       "given twice in other words, or a key in a group that is varied, too",
       "--vary", "memory.size=64M,65536K")
refuse("mmuscope: the grid has 20000 points, and 10000 are allowed; "
       "--limit 20000 allows them", "--vary", "seed=1..10000",
       "--vary", "cpu.count=1,2")
refuse("mmuscope: can't write to '/nowhere/x': No such file or directory",
       "--vary", "seed=1", "-o", "/nowhere/x")
refuse("--set disk.file=x: disk.file: the points of a sweep must not share a "
       "file that they write; leave it empty", "--vary", "seed=1", "--set",
       "disk.file=x", "--set", "disk.size=1M")
done = sweep()
check("nothing varied", done.returncode == 125 and "what is to be varied?" in
      done.stderr, done.stderr)

print(f"{len(failures)} failures" if failures else "all as it should be")
sys.exit(1 if failures else 0)
