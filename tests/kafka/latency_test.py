import json
import os
import socket
import subprocess
import threading
import time
import unittest

from fixture import KafkaCase
from program import LONG

RATE = int(os.environ.get("RITROVO_KAFKA_RATE") or (1000 if LONG else 200))  # commands a second
FAMILIES = 1500 if LONG else 60


class Latency(KafkaCase):
    """How long after its answer a command's event is seen by somebody else; printed, and held against what no machine should take."""

    def send(self, data, lines, answered):
        """At RATE, by the socket; notes when each answer came, by the id of the event that it promises."""
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(str(data / "ritrovo.socket"))

            def paced():
                began = time.monotonic()
                for number, line in enumerate(lines):
                    time.sleep(max(0, began + number / RATE - time.monotonic()))
                    one.sendall(line)
                one.shutdown(socket.SHUT_WR)
            sending = threading.Thread(target=paced)
            sending.start()
            with one.makefile("rb") as answers:
                for answer in answers:
                    receipt = json.loads(answer).get("receipt")
                    if receipt:
                        answered[f"1-{receipt['partition']}-{receipt['position']}"] = time.monotonic()
            sending.join()

    def test_an_event_is_seen_soon_after_its_command_is_answered(self):
        data = self.folder()
        config, prefix = self.configure(data)
        self.serve(config)
        self.wait_until_published(data)
        lines, _ = self.families(families=FAMILIES)
        lines = lines.read_bytes().splitlines(keepends=True)
        seen, answered = {}, {}
        reader = subprocess.Popen(["kcat", "-q", "-u", "-C", "-b", self.broker.bootstrap, "-t", f"{prefix}.events", "-o", "beginning", "-f", "%h\\n", "-X", "isolation.level=read_committed",
                                   "-X", "fetch.wait.max.ms=10"], stdout=subprocess.PIPE)
        self.addCleanup(lambda: (reader.kill(), reader.communicate()))

        def watch():
            for line in reader.stdout:
                seen[line.split(b"ce_id=")[1].split(b",")[0].decode()] = time.monotonic()
        threading.Thread(target=watch, daemon=True).start()
        began = time.monotonic()
        self.send(data, lines, answered)
        seconds = time.monotonic() - began
        self.wait_until_published(data)
        self.wait_for(lambda: all(one in seen for one in answered), "all is seen")
        waits = sorted(seen[one] - answered[one] for one in answered)
        figures = {"commands": len(lines), "commands_per_second": round(len(lines) / seconds), "events": len(seen),
                   **{f"p{part}_ms": round(1000 * waits[min(len(waits) - 1, len(waits) * part // 100)]) for part in (50, 90, 99)}}
        print(json.dumps(figures), flush=True)
        self.assertLess(figures["p50_ms"], 5000)

    def test_what_was_recorded_without_a_broker_is_caught_up_faster_than_it_came(self):
        data = self.folder()
        config, _ = self.configure(data)
        lines, _ = self.families(families=FAMILIES)
        began = time.monotonic()
        self.succeed("submit", lines, "--quiet", "--data", data)
        recording = time.monotonic() - began
        server = self.serve(config)
        records = self.wait_for_first(data)
        began = time.monotonic()
        self.wait_until_published(data, 300)
        catching_up = time.monotonic() - began
        server.end()
        print(json.dumps({"records": records, "recorded_in_s": round(recording, 2), "caught_up_in_s": round(catching_up, 2)}), flush=True)
        self.assertLess(catching_up, 60 + 10 * recording)

    def wait_for_first(self, data):
        """Until the first transaction is through; how many records were at risk."""
        most = 0

        def begun():
            nonlocal most
            publisher = self.status(data)["publisher"]
            most = max(most, publisher["backlog"])
            return publisher["published"] > 0
        self.wait_for(begun, "publishing began")
        return most


if __name__ == "__main__":
    unittest.main()
