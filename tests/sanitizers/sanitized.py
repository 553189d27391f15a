"""unittest for programs that are built with a sanitizer: `python3 -m sanitized` in the place of
`python3 -m unittest`. What a sanitizer reports of any program that a test starts fails that test,
however the program ends and whatever the test makes of its end."""

import os
import pathlib
import shutil
import tempfile
import unittest

# No status of our programs, nor one that a test awaits.
STATUS = 86


def set_options(folder):
    """Of every program from now on; what the environment says already goes on to hold."""
    common = f"log_path={folder}/report:log_exe_name=1:exitcode={STATUS}"
    # Names in reports; an older one cannot read what clang 19 writes.
    if symbolizer := shutil.which("llvm-symbolizer-19"):
        common += f":external_symbolizer_path={symbolizer}"
    for name, own in {
            "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:check_initialization_order=1:"
                            "strict_init_order=1",
            "UBSAN_OPTIONS": "print_stacktrace=1",
            # It goes on after a report: one run tells all that there is.
            "TSAN_OPTIONS": "halt_on_error=0:second_deadlock_stack=1"}.items():
        os.environ[name] = ":".join(filter(None, (common, own, os.environ.get(name))))


class Result(unittest.TextTestResult):
    reports = None

    def stopTest(self, test):
        self.tell_reports(test)
        super().stopTest(test)

    def tell_reports(self, test):
        """What was reported since the last look is `test`'s failure."""
        for report in sorted(self.reports.iterdir()):
            told = AssertionError(report.read_text(encoding="utf-8", errors="replace"))
            report.unlink()
            self.addFailure(test, (AssertionError, told, None))


class Runner(unittest.TextTestRunner):
    resultclass = Result

    def run(self, test):
        with tempfile.TemporaryDirectory(prefix="wolkvox-reports-") as folder:
            Result.reports = pathlib.Path(folder)
            set_options(folder)
            return super().run(test)


if __name__ == "__main__":
    unittest.main(module=None, testRunner=Runner)
