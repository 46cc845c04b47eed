import json
import os
import subprocess
import unittest

from fixture import KafkaCase

BENCH = os.environ.get("RITROVO_BENCH")


@unittest.skipUnless(BENCH, "the program of benchmarks isn't named")
class Bench(KafkaCase):
    def test_the_benchmark_checks_what_it_reads_back(self):
        """On a tiny load: what it measures doesn't matter here, but every event that it waits for has to come, once and in order."""
        done = subprocess.run([BENCH, "kafka", "--quick", "--json", "--brokers", self.broker.bootstrap], capture_output=True, timeout=600, check=False)
        self.assertEqual(done.returncode, 0, done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:])
        said = json.loads(done.stdout)
        self.assertEqual({figure["name"] for figure in said["figures"]}, {"committed to visible, p99", "a backlog, published", "highest load kept up with"})
        self.assertGreater(said["paced_events"], 0)


if __name__ == "__main__":
    unittest.main()
