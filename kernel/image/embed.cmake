# SPDX-License-Identifier: GPL-2.0-or-later
# Writes OUT, C code that holds for each PAGE_OFFSET of SPLITS the image
# vmlinux-SPLIT.bin and its System.map-SPLIT, found in DIR:
#   cmake -DDIR=… -DSPLITS=… -DOUT=… -P embed.cmake
set(code "/* Made by kernel/image/embed.cmake. */
#include \"kernel/kernel.h\"
#include \"kernel/arch/arm/image.h\"

")
set(table "")
set(count 0)
string(REPLACE "," ";" SPLITS "${SPLITS}")
foreach(split IN LISTS SPLITS)
	file(READ ${DIR}/vmlinux-${split}.bin bytes HEX)
	string(LENGTH "${bytes}" length)
	math(EXPR length "${length} / 2")
	string(REGEX REPLACE "(................................)" "\\1\n"
		bytes "${bytes}")
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
	file(READ ${DIR}/System.map-${split} map)
	string(REGEX REPLACE "([^\n]+)\n" "\t\"\\1\\\\n\"\n" map "${map}")
	string(APPEND code "static const uint8_t bytes_${split}[${length}] = {\n"
		"${bytes}};\n"
		"static const char map_${split}[] =\n${map};\n\n")
	string(APPEND table "\t{0x${split}, bytes_${split}, ${length}, "
		"map_${split}},\n")
	math(EXPR count "${count} + 1")
endforeach()
string(APPEND code "const struct kernel_image kernel_images[] = {\n${table}"
	"\t{0}, /* the end */\n};\n"
	"const unsigned int nr_kernel_images = ${count};\n")
file(WRITE ${OUT} "${code}")
