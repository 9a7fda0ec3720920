#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Interrupts, time and waiting for modules: handlers on the boards'
controllers, shared lines, storms, threads; timers by jiffies and nanoseconds;
tasklets, works, kernel threads, locks; what a module forgets when it goes;
sleeping where one must not. Twice the same."""
import os
import re

from guestrun import BUILD, ROOT, Run, check, fail

MODULES = os.path.join(BUILD, "guests", "modules")
BOARDS = ("vexpress-a9", "linux-virt", "raspi2")


def module(name):
    return "host:" + os.path.join(MODULES, name + ".ko")


def shell(script, name, board="vexpress-a9", status=0, **more):
    """Runs @script with the guest path of module @name as $1."""
    run = Run(["/bin/sh", "-c", script, "sh", module(name)],
              board=os.path.join(ROOT, "configs", board + ".yaml"),
              settings=["kernel.verify=fault"], **more)
    return run.expect(status)


def lines(run, prefix):
    """What the log has of @prefix, without it: the script ends in dmesg."""
    return re.findall(rf"^\[ *\d+\.\d+\] {prefix}: (.*)$", run.out.decode(),
                      re.M)


def has(run, *patterns):
    for pattern in patterns:
        check(re.search(pattern, run.out.decode(), re.M), pattern, run)


def test_ticker():
    """A device of the module's own, in its interrupt and in a thread."""
    run = shell("""insmod $1; sleep 1; cat /proc/interrupts; rmmod ticker
        insmod $1 threaded=1; ps; sleep 1; rmmod ticker; dmesg""", "ticker")
    check(lines(run, "ticker")[1:] == [
        "50 ticks, 1000 us apart, 0 served",
        "50 ticks, 1000 us apart, 50 served"], "its ticks", run)
    has(run, r"^ \d+: +50 GIC-0  35 Level     ticker$",
        r"\[irq/\d+-ticker\]", r"Trying to free already-free IRQ \d+$")


def test_storm():
    """Nobody's interrupt is switched off; the machine goes on."""
    run = shell("insmod $1 mute=1; sleep 2; cat /proc/interrupts; dmesg",
                "ticker")
    has(run, r"irq \d+: nobody cared", r"Disabling IRQ #\d+",
        r"^ \d+: +100000 ")


def test_forgotten():
    """Unloaded with everything pending: reported, taken away, and again."""
    run = shell("""insmod $1 keep=1; rmmod ticker; sleep 1; insmod $1
        rmmod ticker; dmesg""", "ticker")
    has(run, r"ticker: unloaded with IRQ \d+ \(ticker\) requested",
        r"ticker: \d+ ticks")
    run = shell("insmod $1 leave=1; rmmod timers; sleep 2; dmesg", "timers")
    for kind in ("timer_list", "hrtimer", "work_struct"):
        has(run, rf"ODEBUG: free active .* object type: {kind} object: ")
    run = shell("""insmod $1 abandon=1; rmmod sleeper; sleep 1
        kill -CONT $$; ps; dmesg""", "sleeper")
    has(run, r"sleeper: its thread sleeper/idle:\d+ goes on without its code")


def test_shared():
    """The console's line, on every board's controller; input still comes."""
    for board in BOARDS:
        run = shell("""insmod $1; read x; echo "got $x"
            cat /proc/interrupts; rmmod uart_listener; insmod $1 greedy=1
            dmesg""", "uart_listener", board, stdin=b"hello\n")
        has(run, r"^got hello$", r"uart-pl011, uart_listener$",
            r"genirq: Flags mismatch irq \d+\. 0+ \(uart_listener\) vs\. "
            r"00000080 \(uart-pl011\)", "Device or resource busy")
        # nothing left to send or to take; carrier, or none at the input's end
        has(run, r"uart_listener: interrupts came, flags 9[04]$")


def test_between():
    """Interrupts come between a module's instructions, unless it says no."""
    for board in BOARDS:
        run = shell("insmod $1; dmesg", "interrupt_loop", board)
        said = lines(run, "interrupt_loop")[1:]
        on, off, again = map(int, re.findall(r"\d+", said[0]))
        check(off == 0 and on > 100 and again > 100, "interrupts", run)
        check(said[1] == "some jiffies on, 0 off", "jiffies", run)
        for text in said[2:]:
            done, of = re.findall(r"\d+", text)
            check(done == of, "nothing is lost", run)


def test_sleeping():
    run = shell("insmod $1; rmmod sleeper; dmesg", "sleeper")
    check(lines(run, "sleeper")[1:] == [
        "100 of 100 items, sum 5050, at most 2 inside",
        "nobody else is done, 0 jiffies left",
        "insmod is insmod 1, mutex free, trylock 1 0",
        "the thread ended with 42", "it was woken 2 times"], "threads", run)


def test_timers():
    """Times in µs since the start, by hand: a jiffy is 4000, the first timer
    two of them on, then twice two; the hrtimers at 100, 250 and 400; the
    delayed work three jiffies on."""
    for board in BOARDS:
        run = shell("insmod $1; rmmod timers; cat /proc/softirqs; dmesg",
                    "timers", board)
        said = lines(run, "timers")[1:]
        calls = [re.match(r"([a-z ]+) after (\d+) us, in a (.*)", text)
                 for text in said]
        calls = [(call[1], int(call[2]), call[3]) for call in calls if call]
        phase = 8000 - next(us for what, us, _ in calls if what == "timer")
        check(0 <= phase <= 4000, "the first timer", run)
        expected = {"timer": [8000, 16000, 24000], "delayed work": [12000]}
        for what, times in expected.items():
            for (_, us, _), due in zip(
                    [call for call in calls if call[0] == what], times):
                check(0 <= us + phase - due <= 20, f"{what} at {due}", run)
        check([us // 10 for what, us, _ in calls if what == "hrtimer"] ==
              [10, 25, 40], "hrtimers", run)
        where = {what: place for what, _, place in calls}
        check(where == {"timer": "softirq", "tasklet": "softirq",
                        "hrtimer": "hardirq, interrupts off",
                        "work": "task", "delayed work": "task"},
              f"contexts {where}", run)
        check("3 3 1 1 1" in said and "cancelled 1 0, pending 1 0" in said,
              "how many", run)
        check([text.split(" took ")[1] for text in said if " took " in text]
              == 5 * ["its time"], "delays", run)
        has(run, r"^     TASKLET:          1$", r"^       TIMER: +[3-9]$")


def test_atomic():
    """Linux's words, and the machine goes on."""
    for where, what in (
            ("lock", r"BUG: scheduling while atomic: insmod/\d+/0x00000001"),
            ("lock", r"returned with preemption imbalance"),
            ("off", r"in_atomic\(\): 0, irqs_disabled\(\): 1, "),
            ("timer", r"in_atomic\(\): 1, irqs_disabled\(\): 0, .*"
                      r"\n.*preempt_count: 100, expected: 0"),
            ("hardirq", r"in_atomic\(\): 1, irqs_disabled\(\): 1, .*"
                        r"\n.*preempt_count: 10000, expected: 0")):
        run = shell(f"insmod $1 where={where}; dmesg", "atomic_sleeper")
        has(run, what, "atomic_sleeper: went on")
    run = shell("""echo 1 > /proc/sys/kernel/watchdog_thresh
        insmod $1 where=deadlock; echo status $?; dmesg""", "atomic_sleeper")
    has(run, r"^status 139$", r"soft lockup - CPU#0 stuck for 2s! \[insmod")


def test_twice():
    runs = [shell("insmod $1; rmmod timers; dmesg", "timers") for _ in "12"]
    check(runs[0].out == runs[1].out and runs[0].stats == runs[1].stats,
          "the same again", runs[1])


if not os.path.isdir(MODULES):
    fail("no modules were built")
for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
