#!/usr/bin/env python3
# Proves that each style check finds what it is there for, in small repositories made here.
import pathlib
import subprocess
import tempfile
import unittest

import format as code_format
import include_direction
import layout
import reference
import tidy


class style_case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)
        self.git("init", "--quiet")

    def git(self, *arguments):
        subprocess.run(["git", "-C", str(self.root), "-c", "user.name=test",
                        "-c", "user.email=test@example.com", *arguments], check=True)

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def assert_one(self, problems, part):
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(part, problems[0])


class include_direction_finds(style_case):
    def check(self, path, include):
        self.write(path, f"// A file.\n#include {include}\n")
        return include_direction.check(self.root)

    def test_nothing_in_what_is_allowed(self):
        for path, include in [("exporter/collectors/agents.cpp", '"exporter/api/row.hpp"'),
                              ("exporter/collectors/agents.cpp", '"metrics/ledger/ledger.hpp"'),
                              ("exporter/poll/windows.hpp", '"metrics/ledger/interval.hpp"'),
                              ("exporter/web/page.cpp", '"metrics/exposition/page.hpp"'),
                              ("config/document.cpp", "<yaml-cpp/parser.h>"),
                              ("tests/unit/web/a_test.cpp", '"exporter/web/site.hpp"')]:
            with self.subTest(path=path, include=include):
                self.assertEqual(self.check(path, include), [])

    def test_each_upward_include(self):
        for path, include in [("config/config.hpp", '"metrics/families.hpp"'),
                              ("metrics/families.cpp", '"exporter/api/row.hpp"'),
                              ("metrics/exposition/page.cpp", '"metrics/ledger/ledger.hpp"'),
                              ("exporter/api/row.cpp", '"metrics/families.hpp"'),
                              ("exporter/api/row.cpp", '"exporter/api/net/lane.hpp"'),
                              ("exporter/collectors/agents.cpp", '"exporter/web/site.hpp"'),
                              ("exporter/poll/schedule.cpp", '"metrics/ledger/ledger.hpp"'),
                              ("exporter/web/page.cpp", '"exporter/collectors/collector.hpp"'),
                              ("exporter/web/page.cpp", '"exporter/api/error.hpp"'),
                              ("exporter/commands/once.cpp", '"exporter/app/program.hpp"'),
                              ("exporter/operation/poller.cpp", '"exporter/app/fleet.hpp"'),
                              ("exporter/operation/status.hpp", '"exporter/web/site.hpp"'),
                              ("exporter/poll/budget.cpp", '"exporter/operation/roster.hpp"'),
                              ("exporter/threads/offload.hpp", '"exporter/api/error.hpp"'),
                              ("tests/simulator/wire.cpp", '"exporter/api/row.hpp"')]:
            with self.subTest(path=path, include=include):
                self.assert_one(self.check(path, include), "must not include")
                (self.root / path).unlink()

    def test_a_library_outside_its_folder(self):
        for path, include in [("exporter/app/fleet.cpp", "<yaml-cpp/yaml.h>"),
                              ("exporter/app/fleet.cpp", "<sqlite3.h>"),
                              ("exporter/web/page.cpp", "<prometheus/registry.h>"),
                              ("metrics/families.cpp", "<boost/json/value.hpp>"),
                              ("exporter/app/fleet.hpp", "<boost/beast/http.hpp>"),
                              ("exporter/poll/schedule.hpp", "<boost/asio/steady_timer.hpp>")]:
            with self.subTest(path=path, include=include):
                self.assert_one(self.check(path, include), "belongs only in")
                (self.root / path).unlink()

    def test_a_folder_without_rules(self):
        self.assert_one(self.check("exporter/new/file.cpp", '"config/config.hpp"'), "is not known")

    def test_headers_that_include_each_other(self):
        self.write("config/a.hpp", '#include "config/b.hpp"\n')
        self.write("config/b.hpp", '#include "config/a.hpp"\n')
        self.assert_one(include_direction.check(self.root), "include each other")


class layout_finds(style_case):
    def test_nothing_in_a_clean_file(self):
        self.write("config/a.cpp", "int a;\n" * layout.LONGEST)
        self.write(".gitignore", "/build/\n")
        self.assertEqual(layout.check(self.root), [])

    def test_a_long_file(self):
        self.write("config/a.cpp", "int a;\n" * (layout.LONGEST + 1))
        self.assert_one(layout.check(self.root), "421 lines")

    def test_a_foreign_folder_at_the_top(self):
        self.write("src/a.cpp", "int a;\n")
        self.assert_one(layout.check(self.root), "does not belong at the top")

    def test_spaces_at_the_end_of_a_line(self):
        self.write("config/a.yml", "a: 1 \n")
        self.assert_one(layout.check(self.root), "config/a.yml:1: spaces")

    def test_a_missing_newline_at_the_end(self):
        self.write("config/a.yml", "a: 1")
        self.assert_one(layout.check(self.root), "no newline")

    def test_a_tab(self):
        self.write("config/a.yml", "a:\t1\n")
        self.assert_one(layout.check(self.root), "a tab")

    def test_a_header_that_does_not_say_what_it_is_for(self):
        self.write("config/a.hpp", "#pragma once\n")
        self.assert_one(layout.check(self.root), "what it is for")


class format_finds(style_case):
    def test_a_badly_indented_line_only(self):
        self.write(".clang-format", "BasedOnStyle: Google\n")
        self.write("config/good.cpp", "int good() { return 1; }\n")
        self.assertEqual(code_format.check(self.root), [])
        self.write("config/bad.cpp", "int  bad( ){return 1;}\n")
        self.assert_one(code_format.check(self.root), "config/bad.cpp:1")


class reference_finds(style_case):
    def test_a_difference_only(self):
        printer = self.root / "printer"
        self.write("printer", "#!/bin/sh\necho '# Metrics'\n")
        printer.chmod(0o755)
        self.write(reference.REFERENCE, "# Metrics\n")
        self.assertEqual(reference.check(self.root, printer), [])
        self.write(reference.REFERENCE, "# Old metrics\n")
        self.assertIn("+# Metrics", reference.check(self.root, printer))


class tidy_finds(style_case):
    def commit(self, path, text):
        self.write(path, text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", path)

    def build(self, *units):
        entries = ",".join(f'{{"directory": "{self.root}", "file": "{self.root / unit}", '
                           f'"command": "clang++-19 -std=c++23 -c {unit}"}}' for unit in units)
        self.write("compile_commands.json", f"[{entries}]\n")
        return str(self.root)

    def test_what_the_last_commit_changed(self):
        self.commit("config/old.cpp", "int old;\n")
        self.commit("config/changed.hpp", "// A header.\n")
        self.commit("config/changed.cpp", "int changed;\n")
        build = self.build("config/old.cpp", "config/changed.cpp")
        units = tidy.units_of(tidy.changed_files(self.root), tidy.compiled(str(self.root), build))
        self.assertEqual(units, ["config/changed.cpp"])

    def test_what_the_change_brought_only(self):
        found = ["/r/config/a.cpp:1:2: error: new", "/r/config/old.hpp:3:4: error: old",
                 "config/b.cpp: clang-tidy failed: no such file"]
        self.assertEqual(tidy.findings_in(["config/a.cpp"], "/r", found), [found[0], found[2]])

    def test_the_source_of_a_changed_header(self):
        self.assertEqual(tidy.units_of(["config/a.hpp", "README.md"], ["config/a.cpp", "config/b.cpp"]),
                         ["config/a.cpp"])

    def test_a_finding_in_a_file(self):
        self.write(".clang-tidy", "Checks: '-*,modernize-use-nullptr'\nWarningsAsErrors: '*'\n")
        self.write("config/good.cpp", "int* good = nullptr;\n")
        self.write("config/bad.cpp", "int* bad = 0;\n")
        build = self.build("config/good.cpp", "config/bad.cpp")
        self.assertEqual(tidy.check(str(self.root), build, ["config/good.cpp"]), [])
        self.assert_one(tidy.check(str(self.root), build, ["config/bad.cpp"]), "use-nullptr")


if __name__ == "__main__":
    unittest.main()
