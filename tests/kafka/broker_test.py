"""A broker that can't run here is a reason to skip; one that ran and fell is not."""

import pathlib
import subprocess
import tempfile
import unittest
from unittest import mock

import broker


class FallenBroker(unittest.TestCase):
    def node(self, answered):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        node = object.__new__(broker.Node)
        node.place, node.port, node.answered = pathlib.Path(place.name), broker.free_ports(1)[0], answered
        (node.place / "out.log").write_text("no space left")
        node.program = subprocess.Popen(["true"])
        node.program.wait()
        return node

    def test_one_that_never_answered_is_a_reason_to_skip(self):
        with mock.patch.object(broker, "MUST", False), self.assertRaisesRegex(unittest.SkipTest, "no space left"):
            self.node(answered=False).wait()

    def test_one_that_answered_once_and_fell_fails_the_test(self):
        with mock.patch.object(broker, "MUST", False), self.assertRaisesRegex(RuntimeError, "no space left"):
            self.node(answered=True).wait()


if __name__ == "__main__":
    unittest.main()
