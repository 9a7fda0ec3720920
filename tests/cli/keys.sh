#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# configs/README.md is what `mmuscope config --keys` prints.

set -u
if ! "$1" config --keys | diff configs/README.md -; then
	echo "run: build/mmuscope config --keys > configs/README.md"
	exit 1
fi
