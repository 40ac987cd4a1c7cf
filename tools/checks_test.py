#!/usr/bin/env python3
"""Each check of this folder finds what it is for, and leaves alone what it is not for."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent / "packaging"))
import check_commands  # noqa: E402
import check_links  # noqa: E402
import check_words  # noqa: E402
import format_markdown  # noqa: E402
import third_party  # noqa: E402


class MarkdownTest(unittest.TestCase):
    def test_wraps_paragraphs_and_items(self):
        words = "word " * 30
        paragraph = format_markdown.formatted(words)
        self.assertEqual(paragraph, "word " * 19 + "word\n" + "word " * 9 + "word\n")
        item = format_markdown.formatted(f"* {words}\n  more\n\n\n1. {words}\n")
        self.assertTrue(all(len(line) <= 100 for line in item.splitlines()))
        self.assertRegex(item, r"^- word(.*\n)  word.* more\n\n1\. word(.*\n)   word")

    def test_leaves_the_rest_alone(self):
        for text in (
            "| a | b |\n| --- | --- |\n| " + "x" * 120 + " | y |\n",
            "```sh\n" + "x " * 80 + "\n\n\n# no heading\n```\n",
            "---\nname: " + "x " * 60 + "\n---\n\ntext\n",
            "# " + "heading " * 20 + "\n",
            "a\n\n    indented " + "code " * 30 + "\n",
        ):
            self.assertEqual(format_markdown.formatted(text).rstrip(), text.rstrip())

    def test_no_line_becomes_markup(self):
        text = format_markdown.formatted("x" * 97 + " - 1. # > end\n")
        self.assertFalse(any(line.startswith(("-", "1.", "#", ">")) for line in text.splitlines()), text)


class LinksTest(unittest.TestCase):
    def problem(self, target):
        return check_links.problem_of_file("docs/README.md", target, set())

    def test_finds_links_that_lead_nowhere(self):
        self.assertEqual(self.problem("guide/running.md#options"), "")
        self.assertEqual(self.problem("guide/missing.md"), "there is no such file")
        self.assertEqual(self.problem("guide/running.md#missing"), "the page has no such heading")
        self.assertEqual(self.problem("../../elsewhere"), "leads out of the repository")

    def test_reads_links_but_not_code(self):
        text = "[a](x.md) `[b](y.md)`\n\n```\n[c](z.md)\n```\n\n[d]: w.md\n"
        self.assertEqual(sorted(target for _, target in check_links.links_of(text)), ["w.md", "x.md"])

    def test_finds_paths_that_do_not_exist(self):
        text = "`engine/base/clock` `engine/base/missing` `build/x`\n\n```\n`tools/missing`\n```\n"
        self.assertEqual(list(check_links.missing_paths(text)), [(1, "engine/base/missing")])


class WordsTest(unittest.TestCase):
    def test_finds_phrases_across_lines(self):
        self.assertEqual(len(list(check_words.problems_of("x.md", "A batch goes\non, and nobody knows."))), 2)
        self.assertEqual(list(check_words.problems_of("x.md", "There is no error. It has no name.")), [])

    def test_reads_comments_and_texts_of_scripts(self):
        python = '"""It goes on."""\nnobody = 1  # a client\ntext = "nobody is here"\n'
        self.assertEqual(len(list(check_words.problems_of("x.py", check_words.read_script("x.py", python)))), 2)
        shell = '# It goes on.\nnobody=1\nsay "somebody is here"\n'
        self.assertEqual(len(list(check_words.problems_of("x.sh", check_words.read_script("x.sh", shell)))), 2)


class CommandsTest(unittest.TestCase):
    def test_reads_typed_lines_of_a_console(self):
        block = check_commands.Block("x.md", 1, "console", "", "$ a \\\n    b\nout\n$ c\n")
        self.assertEqual(block.commands(), "a \\\n    b\nc")

    def test_finds_what_does_not_exist(self):
        class NoProgram:
            def problem_of(self, words):
                return f"wrong: {words}"

        text = "cmake --preset missing\ntools/missing x\nA=1 dynarock serve --x 1   # tools/none\nbuild/dev/tools/y\n"
        block = check_commands.Block("x.md", 1, "sh", "", text)
        problems = list(check_commands.static_problems(block, NoProgram(), {"dev"}))
        expected = ["there is no preset missing", "there is no tools/missing", "wrong: ['serve', '--x', '1']"]
        self.assertEqual(problems, expected)


class ThirdPartyTest(unittest.TestCase):
    def test_names_licenses(self):
        text = "License: Zlib and MIT\n text\n\nLicense: GPL-2+ with exception\n text\n"
        self.assertEqual(third_party.licenses_named(text), "exception, GPL-2+, MIT, Zlib")
        self.assertEqual(third_party.licenses_named("see /usr/share/common-licenses/GPL-2."), "GPL-2")
        self.assertEqual(third_party.stand_alone_licenses("a\n\nLicense: X\n one\n two\n\nb\n", ("X",)), "License: X\n one\n two")


if __name__ == "__main__":
    unittest.main()
