# SPDX-License-Identifier: GPL-2.0-or-later
"""cpu.alignment: who gets SIGBUS under each value, with the kernel that does
what it can in the core's place and with one that was told not to; and that
nobody else feels it."""
from guestrun import Run, check, guest

JOB = ["/bin/sh", "-c",
       "seq 1 300 | sort -rn | head -3; echo x | tr x y; ls / | wc -l"]
# SIGBUS from here on; the rest of the guest's lines end with "done"
EXCLUSIVES = {"ldrex", "ldrexd"}
STANDARD = EXCLUSIVES | {"ldm", "stm", "ldrd", "strd", "vldr", "vstr", "vldm",
                         "vld1 with :64"}
STRICT = STANDARD | {"ldr", "str", "ldrh", "strh", "vld1 of words"}
# of these the kernel does none
HOPELESS = EXCLUSIVES | {"vldr", "vstr", "vldm", "vld1 with :64",
                         "vld1 of words"}
ENDING = " SIGBUS BUS_ADRALN addr=ok pc="


def setting(value):
    return [f"cpu.alignment={value}"]


def faults(value, bootargs, faulting, signalled, pc):
    run = Run(guest("alignment"), settings=[
        *setting(value), f"kernel.bootargs={bootargs}"]).expect(0)
    lines = run.out.decode().splitlines()
    end = ENDING + pc
    got = {line[:-len(end)] for line in lines if line.endswith(end)}
    check(got == signalled, f"{value}: {sorted(got)}", run)
    check(len(lines) == 20 and sum(line.endswith(" done") for line in lines) ==
          20 - len(got), f"{value}: lines", run)
    check(run.stats["faults"]["alignment"] == len(faulting), "statistics",
          run)
    print("ok", value, bootargs, len(faulting), "faults", len(got), "signals")


for value, faulting in (("relaxed", EXCLUSIVES), ("standard", STANDARD),
                        ("strict", STRICT)):
    faults(value, "quiet", faulting, faulting & HOPELESS, "behind")
    faults(value, "alignment=4", faulting, faulting, "at")

# what is aligned counts the same, to the last instruction and miss
for job in guest("hello"), guest("stride"), guest("forks", "20"), JOB:
    plain = Run(job).expect(0)
    for value in ("standard", "strict"):
        if value == "strict" and job not in (guest("hello"), guest("stride")):
            continue  # the C library's start needs unaligned loads
        run = Run(job, settings=setting(value)).expect(0, plain.out)
        check(run.stats == plain.stats, f"{job}: other statistics", run)
    print("ok", job[0])

run = Run(JOB, settings=setting("strict")).expect(128 + 7)
