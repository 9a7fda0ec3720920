#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The documents beside the tree: maps without gaps, links that lead somewhere,
a manual page that knows every option and exit status."""
import glob
import os
import re
import shutil
import subprocess
import sys

from tour import steps

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("MMUSCOPE_BUILD_DIR", os.path.join(ROOT, "build"))
errors = []


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def files(pattern):
    return [os.path.relpath(path, ROOT) for path in sorted(
        glob.glob(os.path.join(ROOT, pattern), recursive=True))]


def check_map(page, patterns, word=lambda name: name):
    """Each of these files has its name, in backquotes, on @page."""
    text = read(page)
    named = set(re.findall(r"`([^`]+)`", text))
    top = os.path.dirname(page)
    expected = set()
    for pattern in patterns:
        expected.update(word(os.path.relpath(name, top))
                        for name in files(os.path.join(top, pattern))
                        if not name.endswith(".md"))
    for name in sorted(expected):
        if not any(re.split(r"[ \[]", n)[0] == name for n in named):
            errors.append(f"{page}: does not know {name}")
    for name in sorted(named):
        if re.match(r"[\w/]+\.(c|S)$", name) and "NAME" not in name and \
                not files(os.path.join(top, "**", name)) and not files(name):
            errors.append(f"{page}: {name} is not there")


def check_links():
    for page in files("*.md") + files("*/*.md") + files("docs/**/*.md"):
        if page.startswith("build"):
            continue
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", read(page)):
            if "://" not in target and not os.path.exists(os.path.join(
                    ROOT, os.path.dirname(page), target)):
                errors.append(f"{page}: link to {target}, which is not there")


def check_tour():
    """What the pages of the tour say is in the tree is there."""
    for page in files("docs/tour/**/*.md"):
        for name in re.findall(r"`((?:mmu|kernel|emu)/[\w/.]+\.\w+)`", read(page)):
            if not os.path.exists(os.path.join(ROOT, name)):
                errors.append(f"{page}: {name} is not there")


def check_translations():
    """What is Chinese has the commands and outputs of the English page."""
    pairs = [("README.md", "README.zh.md")]
    if os.path.isdir(os.path.join(ROOT, "docs/tour/zh")):
        pairs += [(page, page.replace("tour/", "tour/zh/"))
                  for page in files("docs/tour/*.md")]
    for page, other in pairs:
        if not os.path.exists(os.path.join(ROOT, other)):
            errors.append(f"{other} is not there")
            continue
        ours, theirs = list(steps(read(page))), list(steps(read(other)))
        for mine, its in zip(ours, theirs):
            if mine != its:
                errors.append(f"{other}: not as in {page}: $ {its[0]}")
        if len(ours) != len(theirs):
            errors.append(f"{other} has {len(theirs)} commands, {page} has "
                          f"{len(ours)}")


def check_course():
    """The course's README lists each scenario, and says of it what it says."""
    page = "configs/scenarios/README.md"
    rows = re.findall(r"^\| \[([\w-]+)\]\(([^)]+)\) \| (.*) \|$", read(page),
                      re.M)
    listed = {path: about for _, path, about in rows}
    for name, path, _ in rows:
        if not path.endswith(f"/{name}.yaml"):
            errors.append(f"{page}: {name} is said to be {path}")
    for path in files("configs/scenarios/**/*.yaml"):
        about = re.search(r"^about: (.*)$", read(path), re.M)
        name = os.path.relpath(path, os.path.dirname(page))
        if not about or listed.get(name) != about.group(1):
            errors.append(f"{page}: {name} isn't there with its `about`")


def check_manual():
    page = "man/mmuscope.1"
    text = read(page).replace("\\&", "")
    for command in (["--help"], ["run", "--help"], ["config", "--help"]):
        shown = subprocess.run([os.path.join(BUILD, "mmuscope"), *command],
                               capture_output=True, text=True, check=True)
        for option in set(re.findall(r"^ .*?--([a-z]+)", shown.stdout, re.M)):
            if f"Fl Fl {option}" not in text:
                errors.append(f"{page}: no option --{option}")
    for status in ("125", "126", "128+"):
        if f".It {status}" not in text:
            errors.append(f"{page}: no exit status {status}")
    if shutil.which("mandoc"):
        done = subprocess.run(["mandoc", "-Tlint", "-Wwarning",
                               os.path.join(ROOT, page)],
                              capture_output=True, text=True)
        if done.returncode:
            errors.append(done.stdout)


def check_where():
    """What is looked for by Linux's name of a file is found there: in a file
    of that name, or one that its first comment names."""
    page = "docs/where.md"
    rows = re.findall(r"^\| .* \| ([\w/.-]+) \| `(\w+)` \| `([^`]+)` \|$",
                      read(page), re.M)
    if len(rows) < 20:
        errors.append(f"{page}: {len(rows)} rows")
    for linux, function, name in rows:
        if not files(name) or not re.search(
                rf"^[a-z_][\w *]*\b{function}\(", read(name), re.M):
            errors.append(f"{page}: no {function}() in {name}")
        guess = os.path.splitext(os.path.basename(linux))[0].replace("-", "_")
        here = os.path.basename(name)
        essays = [read(at).split("*/\n#", 1)[-1].split("*/", 2)[:2]
                  for at in files(f"kernel/**/{guess}.c")]
        if guess not in here and not any(here in part for essay in essays
                                         for part in essay):
            errors.append(f"{page}: who looks for {function}() in {linux} "
                          f"isn't led to {name}")


def check_notes():
    """tools/model-notes finds what grep finds."""
    tool = os.path.join(ROOT, "tools", "model-notes")
    shown = subprocess.run([sys.executable, tool], capture_output=True,
                           text=True, check=True).stdout.split("\n")[:-1]
    there = sum(read(name).count("MODEL:") for layer in ("mmu", "kernel", "emu")
                for kind in ("[chS]", "def")
                for name in files(f"{layer}/**/*.{kind}"))
    if len(shown) != there:
        errors.append(f"model-notes prints {len(shown)} of {there} notes")
    for line in shown:
        if len(line.split(": ", 1)[-1]) < 5:
            errors.append(f"model-notes: '{line}' says nothing")


def check_accuracy():
    """Both READMEs count the rows of docs/accuracy.md, and those within 20 %."""
    apart = [int(n) for n in re.findall(r"^\|.*\| ([-+]\d+) % \|.*\|$",
                                        read("docs/accuracy.md"), re.M)]
    counted = [len(apart), sum(abs(n) <= 20 for n in apart)]
    for page, sentence in (("README.md", r"Of (\d+) figures .* 20 % of (\d+);"),
                           ("README.zh.md", r"(\d+) 个数字.*有 (\d+) 个相差")):
        said = re.search(sentence, read(page))
        if not said or [int(n) for n in said.groups()] != counted:
            errors.append(f"{page}: docs/accuracy.md has {counted[0]} figures, "
                          f"{counted[1]} of them within 20 %")


check_map("kernel/README.md", ["**/*.c", "**/*.S"])
check_map("emu/README.md", ["**/*.c"])
check_map("mmu/README.md", ["*.c", "*.h", "*.def"])
check_map("guests/README.md", ["*/*.[cS]"], os.path.dirname)
check_map("tools/README.md", ["*"])
check_links()
check_tour()
check_translations()
check_course()
check_manual()
check_where()
check_notes()
check_accuracy()
print("\n".join(errors) or "documents agree with the tree")
sys.exit(1 if errors else 0)
