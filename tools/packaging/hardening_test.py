#!/usr/bin/env python3
"""Checks in a release's ELF file that it was compiled and linked with the options of tools/cmake/hardening.cmake.

  packaging/hardening_test.py --binary build/release/server/dynarock
"""
import argparse
import platform
import re
import struct
import sys
import unittest
from pathlib import Path

ET_DYN = 3
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
PT_GNU_STACK, PT_GNU_RELRO = 0x6474E551, 0x6474E552
EXECUTABLE, WRITABLE = 1, 2
DT_NULL, DT_TEXTREL, DT_FLAGS, DT_FLAGS_1 = 0, 22, 30, 0x6FFFFFFB
DF_TEXTREL, DF_BIND_NOW = 4, 8
DF_1_NOW, DF_1_PIE = 1, 0x08000000

# x86-64: Debian's libraries bring some 5000 of either; a release has more than twice as many.
CANARY = re.compile(rb"\x64\x48[\x8b\x2b\x33][\x04\x0c\x14\x1c\x24\x2c\x34\x3c]\x25\x28\x00\x00\x00")  # %fs:0x28
LANDING = re.compile(rb"\xf3\x0f\x1e\xfa")  # endbr64
FEWEST_CANARIES = 8000
FEWEST_LANDINGS = 8000

BINARY = Path()


class Elf:
    def __init__(self, path):
        self.bytes = path.read_bytes()
        if self.bytes[:6] != b"\x7fELF\x02\x01":
            raise ValueError(f"{path} is not a 64-bit little-endian ELF file")
        self.type, self.machine = struct.unpack_from("<HH", self.bytes, 16)
        (offset,) = struct.unpack_from("<Q", self.bytes, 32)
        size, count = struct.unpack_from("<HH", self.bytes, 54)
        # type, flags, offset, address, -, size in the file, size in memory, alignment
        self.segments = [struct.unpack_from("<IIQQQQQQ", self.bytes, offset + i * size) for i in range(count)]

    def of_type(self, wanted):
        return [segment for segment in self.segments if segment[0] == wanted]

    def contents(self, segment):
        return self.bytes[segment[2] : segment[2] + segment[5]]

    def dynamic(self):
        """The entries of the dynamic section by their tag."""
        found = {}
        for segment in self.of_type(PT_DYNAMIC):
            for tag, value in struct.iter_unpack("<qQ", self.contents(segment)):
                if tag == DT_NULL:
                    break
                found[tag] = value
        return found


class HardeningTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.elf = Elf(BINARY)

    def test_it_is_a_static_pie(self):
        self.assertEqual(self.elf.type, ET_DYN)
        self.assertTrue(self.elf.dynamic().get(DT_FLAGS_1, 0) & DF_1_PIE)

    def test_tables_of_addresses_are_read_only(self):
        self.assertTrue(self.elf.of_type(PT_GNU_RELRO))
        dynamic = self.elf.dynamic()
        self.assertTrue(dynamic.get(DT_FLAGS, 0) & DF_BIND_NOW or dynamic.get(DT_FLAGS_1, 0) & DF_1_NOW)
        self.assertNotIn(DT_TEXTREL, dynamic)
        self.assertFalse(dynamic.get(DT_FLAGS, 0) & DF_TEXTREL)

    def test_no_memory_is_writable_and_executable(self):
        (stack,) = self.elf.of_type(PT_GNU_STACK)
        self.assertFalse(stack[1] & EXECUTABLE)
        for segment in self.elf.of_type(PT_LOAD):
            self.assertNotEqual(segment[1] & (WRITABLE | EXECUTABLE), WRITABLE | EXECUTABLE)

    def code(self):
        if platform.machine() != "x86_64":
            self.skipTest("knows the instructions of x86-64 only")
        return b"".join(self.elf.contents(part) for part in self.elf.of_type(PT_LOAD) if part[1] & EXECUTABLE)

    def test_stacks_have_canaries(self):
        self.assertGreater(len(CANARY.findall(self.code())), FEWEST_CANARIES)

    def test_indirect_jumps_have_places_to_land_on(self):
        self.assertGreater(len(LANDING.findall(self.code())), FEWEST_LANDINGS)

    def test_buffers_are_checked(self):
        self.assertIn(b"buffer overflow detected", self.elf.bytes)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, required=True)
    options, rest = parser.parse_known_args()
    BINARY = options.binary
    if Elf(BINARY).of_type(PT_INTERP):
        print(f"skipped: {BINARY} is not static, so not a release")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *rest])
