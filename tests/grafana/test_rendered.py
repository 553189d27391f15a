"""What is committed is what the mixin renders today."""

import pathlib
import subprocess
import tempfile
import unittest

import mixin


class Rendered(unittest.TestCase):
    maxDiff = 2000

    def test_files_are_current(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([mixin.MIXIN / "render.sh", folder], check=True)
            fresh = self.texts(pathlib.Path(folder), pathlib.Path(folder).rglob("*"))
        self.assertEqual(len(fresh), len(mixin.LANGUAGES) * len(mixin.DASHBOARDS) + 2)
        committed = self.texts(mixin.MIXIN, [
            *mixin.MIXIN.glob("dashboards/*/*.json"), mixin.MIXIN / "rules" / "recording.yml",
            mixin.MIXIN / "rules" / "definitions.md"])
        for path in sorted(fresh.keys() | committed.keys()):
            with self.subTest(path, hint="run grafana/render.sh"):
                # Not assertEqual: its account of a difference would be as long as the file.
                self.assertTrue(fresh.get(path) == committed.get(path))

    def test_sources_are_formatted(self):
        for folder in ("dashboards", "lib", "rules", "translations"):
            for path in (mixin.MIXIN / folder).glob("*.libsonnet"):
                with self.subTest(path.name, hint="run jsonnetfmt --in-place"):
                    done = subprocess.run(["jsonnetfmt", "--test", path], check=False,
                                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    self.assertEqual(done.returncode, 0)

    @staticmethod
    def texts(folder, paths):
        return {str(path.relative_to(folder)): path.read_text("utf-8")
                for path in paths if path.is_file()}


if __name__ == "__main__":
    unittest.main()
