# SPDX-License-Identifier: GPL-2.0-or-later
"""cpu.alignment: who gets SIGBUS under each value, and that nobody else feels
it."""
from guestrun import Run, check, guest

JOB = ["/bin/sh", "-c",
       "seq 1 300 | sort -rn | head -3; echo x | tr x y; ls / | wc -l"]
# SIGBUS from here on; the rest of the guest's lines end with "done"
EXCLUSIVES = {"ldrex", "ldrexd"}
STANDARD = EXCLUSIVES | {"ldm", "stm", "ldrd", "strd", "vldr", "vstr", "vldm",
                         "vld1 with :64"}
STRICT = STANDARD | {"ldr", "str", "ldrh", "strh", "vld1 of words"}
ENDING = " SIGBUS BUS_ADRALN addr=ok pc=ok"


def setting(value):
    return [f"cpu.alignment={value}"]


for value, faulting in (("relaxed", EXCLUSIVES), ("standard", STANDARD),
                        ("strict", STRICT)):
    run = Run(guest("alignment"), settings=setting(value)).expect(0)
    lines = run.out.decode().splitlines()
    got = {line[:-len(ENDING)] for line in lines if line.endswith(ENDING)}
    check(got == faulting, f"{value}: {sorted(got)}", run)
    check(len(lines) == 20 and sum(line.endswith(" done") for line in lines) ==
          20 - len(got), f"{value}: lines", run)
    check(run.stats["faults"]["alignment"] == len(got), "statistics", run)
    print("ok", value, len(got), "faults")

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
