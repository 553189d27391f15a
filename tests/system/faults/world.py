"""Another wall clock and another name server for one exporter (world.cpp)."""

import os

# Built by CMake beside the programs.
LIBRARY = os.environ["WOLKVOX_TEST_WORLD"]


class World:
    def __init__(self, folder):
        self.clock = folder / "clock"
        self.names_file = folder / "names"
        self.set_clock(0)
        self.set_names("ok")
        self.environment = {"LD_PRELOAD": LIBRARY, "WOLKVOX_TEST_CLOCK": str(self.clock),
                            "WOLKVOX_TEST_NAMES": str(self.names_file)}

    def set_clock(self, seconds_ahead):
        self._tell(self.clock, seconds_ahead)

    def set_names(self, what):
        """ok, gone or silent"""
        self._tell(self.names_file, what)

    @staticmethod
    def _tell(path, what):
        # Never seen half written.
        fresh = path.with_suffix(".new")
        fresh.write_text(f"{what}\n", encoding="ascii")
        fresh.rename(path)
