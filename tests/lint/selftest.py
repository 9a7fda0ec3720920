#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Seeds a small tree with one violation at a time and asks tools/lint."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
SPDX = "/* SPDX-License-Identifier: GPL-2.0-or-later */\n"

# A tree in which every rule is kept.
CLEAN = {
    "mmu/mmu.h": SPDX + "#ifndef M\n#define M\n#include <stdint.h>\n"
                 "#include \"mmu/types.h\"\nvoid mmu_go(uint32_t va);\n"
                 "#endif\n",
    "mmu/types.h": SPDX + "#ifndef T\n#define T\ntypedef int x_t;\n#endif\n",
    "mmu/mmu.c": SPDX + "#include \"mmu/mmu.h\"\n#include <string.h>\n",
    "kernel/arch/arm/fault.c": SPDX + "#include \"mmu/armv7.h\"\n",
    "kernel/mm/slab.c": SPDX + "#include \"kernel/kernel.h\"\n"
                        "#include \"mmu/types.h\"\n#include <stdlib.h>\n",
    "kernel/kernel.h": SPDX,
    "emu/cpu_tlb.c": SPDX + "#include <unicorn/unicorn.h>\n",
    "emu/clock.c": SPDX + "#include \"mmu/mmu.h\"\n"
                   "#include \"kernel/hw.h\"\n#include <yaml.h>\n",
    "emu/viewer/window.c": SPDX + "#include <SDL.h>\n"
                           "#include \"emu/snapshot/snapshot.h\"\n",
    "tools/x": "#!/bin/bash\n# SPDX-License-Identifier: GPL-2.0-or-later\n"
               "echo hello\n",
}


class LintTest(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="mmuscope-lint-")
        self.addCleanup(shutil.rmtree, self.root)
        shutil.copy(os.path.join(TOP, ".clang-format"), self.root)
        for name, text in CLEAN.items():
            self.put(name, text)

    def put(self, name, text):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def lint(self, rule):
        return subprocess.run(
            [os.path.join(TOP, "tools", "lint"), "--root", self.root, rule],
            capture_output=True, text=True)

    def clean(self, rule):
        done = self.lint(rule)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def fires(self, rule, text):
        done = self.lint(rule)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(text, done.stdout)

    # ---- layers

    def test_clean_tree(self):
        for rule in ("layers", "headers", "format", "shell", "spdx"):
            self.clean(rule)

    def include(self, name, *lines):
        """Adding any of these includes alone to the file is caught."""
        for line in lines:
            with self.subTest(file=name, line=line):
                self.put(name, CLEAN.get(name, SPDX) + "#include " + line +
                         "\n")
                self.fires("layers", f"{name}:")
                self.put(name, CLEAN.get(name, SPDX))
                self.clean("layers")

    def test_mmu_is_alone(self):
        self.include("mmu/mmu.c", '"kernel/kernel.h"', '"emu/ram.h"',
                     "<unistd.h>", "<sys/mman.h>", "<unicorn/unicorn.h>",
                     "<libfdt.h>", '"types.h"', "<mmu/types.h>")
        self.include("mmu/mmu.h", '"kernel/kernel.h"')

    def test_kernel_arch_sees_the_mmu_door(self):
        self.include("kernel/arch/arm/fault.c", '"mmu/tlb.h"',
                     '"emu/ram.h"', "<unicorn/unicorn.h>")

    def test_kernel_sees_mmu_types_alone(self):
        self.include("kernel/mm/slab.c", '"mmu/mmu.h"', '"mmu/armv7.h"',
                     '"emu/ram.h"', "<unicorn/unicorn.h>", "<SDL2/SDL.h>",
                     "<yaml.h>", '"slab.h"')

    def test_emu_uses_the_doors(self):
        self.include("emu/clock.c", '"mmu/tlb.h"', '"kernel/mm/slab.h"',
                     "<unicorn/arm.h>", "<SDL.h>", '"emu/viewer/draw.h"')
        self.include("emu/cpu_tlb.c", "<SDL.h>", '"kernel/state.h"')

    def test_viewer_sees_snapshots_alone(self):
        self.include("emu/viewer/window.c", '"emu/machine.h"',
                     '"mmu/types.h"', '"kernel/kernel.h"',
                     "<unicorn/unicorn.h>")

    def test_unit_tests_stay_in_their_layer(self):
        self.include("tests/unit/mmu/test_tlb.c", '"kernel/kernel.h"',
                     "<unicorn/unicorn.h>")
        self.include("tests/unit/kernel/test_slab.c", '"emu/ram.h"',
                     "<unicorn/unicorn.h>")

    def test_own_header_first(self):
        self.put("mmu/mmu.c", SPDX + '#include <stdio.h>\n'
                 '#include "mmu/mmu.h"\n')
        self.fires("layers", "must be included first")

    # ---- headers

    def test_header_needs_another(self):
        self.put("mmu/bad.h", SPDX + "void f(uint32_t va);\n")
        self.fires("headers", "mmu/bad.h: headers: does not compile alone")

    def test_header_without_guard(self):
        self.put("emu/bad.h", SPDX + "struct s { int x; };\n")
        self.fires("headers", "emu/bad.h")

    def test_header_is_not_c11(self):
        self.put("mmu/bad.h", SPDX + "#ifndef B\n#define B\n"
                 "static inline int f(int x)\n"
                 "{\n\treturn ({ typeof(x) y = x; y; });\n}\n#endif\n")
        self.fires("headers", "mmu/bad.h")

    # ---- statics

    def library(self, layer, program):
        folder = os.path.join(self.root, "build", layer)
        os.makedirs(folder, exist_ok=True)
        source = os.path.join(folder, "x.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(program)
        archive = os.path.join(folder, f"lib{layer}.a")
        if os.path.exists(archive):
            os.remove(archive)
        subprocess.run(["gcc", "-O2", "-g", "-fPIE", "-c", "x.c", "-o",
                        "x.o"], cwd=folder, check=True)
        subprocess.run(["ar", "rc", archive, "x.o"], cwd=folder, check=True)
        os.remove(source)

    def test_statics(self):
        fine = ("const int a[2] = { 1, 2 };\n"
                "static const char *const names[] = { \"x\", \"y\" };\n"
                "const char *name(int i) { return names[i]; }\n"
                "int f(int x) { return x; }\n"
                "int (*const table[])(int) = { f };\n")
        self.library("mmu", fine)
        self.library("kernel", fine)
        self.clean("statics")
        for bad in ("int count;\n", "int count = 3;\n",
                    "static int count; int *g(void) { return &count; }\n",
                    "int g(void) { static int count; return ++count; }\n",
                    "static _Thread_local int count;\n"
                    "int *g(void) { return &count; }\n",
                    "__attribute__((common)) int count;\n",
                    "const char *count[] = { \"x\" };\n"):
            for layer in ("mmu", "kernel"):
                with self.subTest(layer=layer, bad=bad):
                    self.library(layer, fine + bad)
                    self.fires("statics", "mutable variable 'count")
                    self.library(layer, fine)

    def test_statics_need_a_build(self):
        self.fires("statics", "build first")

    # ---- names

    def test_names(self):
        self.library("kernel", "int do_sched_yield(void) { return 0; }\n"
                     "static int fork(void) { return 0; }\n"
                     "int f(void) { return fork(); }\n")
        self.clean("names")
        self.library("kernel", "int sched_yield(void) { return 0; }\n")
        self.fires("names", "libc has a 'sched_yield' too")

    # ---- the others

    def test_format(self):
        if "skipped" in self.clean("format"):
            self.skipTest("another clang-format than the reference")
        self.put("mmu/bad.c", SPDX + "int f( int x ) { return x;}\n")
        self.fires("format", "clang-format -i mmu/bad.c")

    # ---- exports

    DEF = "kernel/image/exports.def"
    HEADER = "guests/modules/include/linux/a.h"
    DOC = ("/**\n * go - does it\n * @n: how often\n *\n"
           " * Context: Any context.\n * Return: 0.\n */\n")

    def export(self, doc, declaration="int go(int n);\n", row="EXPORT(go)\n"):
        self.put(self.DEF, SPDX + row)
        self.put(self.HEADER, SPDX + doc + declaration)

    def test_exports(self):
        self.export(self.DOC)
        self.clean("exports")
        for change, text in (
                (("/**", "/*"), "go has no kernel-doc comment"),
                (("@n", "@m"), "no line '@n: …'"),
                (("@n", "@m"), "has no parameter 'm'"),
                (("Return", "Gives"), "no 'Return: …'"),
                (("Context", "When"), "no 'Context: …'"),
                (("go - does", "does"), "begins with 'name - what it does'")):
            with self.subTest(text=text):
                self.export(self.DOC.replace(*change))
                self.fires("exports", text)
        self.export(self.DOC, "int stay(int n);\n")
        self.fires("exports", "its declaration is not below its comment")

    def test_exports_of_other_kinds(self):
        self.export(self.DOC.replace(" * Return: 0.\n", ""),
                    "void go(int n);\n")
        self.clean("exports")
        self.export("/** go - so many */\n", "extern const int go;\n",
                    "EXPORT_IMAGE(go)\n")
        self.clean("exports")

    def test_shell(self):
        self.put("tools/bad", CLEAN["tools/x"] + "if true; then\n")
        self.fires("shell", "tools/bad")

    def test_spdx(self):
        self.put("mmu/bad.c", "int x;\n")
        self.fires("spdx", "mmu/bad.c")
        self.put("mmu/bad.c", SPDX)
        self.put("tools/bad", "#!/bin/bash\necho\n")
        self.fires("spdx", "tools/bad")

    def test_size(self):
        self.put("mmu/long.c", SPDX + "\n" * 900)
        self.assertIn("warning: mmu/long.c has 901 lines", self.clean("size"))

    def test_places(self):
        self.clean("places")
        self.put("--", "{}\n")
        self.fires("places", "./--")


if __name__ == "__main__":
    sys.exit(unittest.main())
