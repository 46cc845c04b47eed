import json
import os
import pathlib
import time
import unittest

from fixture import KafkaCase, Load
from program import LONG, run

RATE = int(os.environ.get("RITROVO_KAFKA_RATE") or 200)  # commands a second
AWAY = 120 if LONG else 15  # seconds
COMMANDS_PER_FAMILY = 40
GROWTH_MAX = 256 << 20


class Outage(KafkaCase):
    """The broker is away under load; prints what it measures."""

    def resident(self, server):
        status = pathlib.Path(f"/proc/{server.program.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) << 10

    def test_while_the_broker_is_away_commands_go_on_at_full_speed_and_what_waits_is_caught_up(self):
        data = self.folder()
        config, prefix = self.configure(data)
        lines, _ = self.families(families=3 * RATE * AWAY // (2 * COMMANDS_PER_FAMILY) + 20)
        lines = lines.read_bytes().splitlines(keepends=True)
        before, away = lines[:RATE * AWAY // 2], lines[RATE * AWAY // 2:RATE * AWAY * 3 // 2]
        self.assertEqual(len(away), RATE * AWAY)
        server = self.serve(config)
        self.wait_until_published(data)
        there = Load(data, before, RATE)
        there.wait()
        rate_there = len(before) / there.seconds
        self.wait_until_published(data)
        published = self.status(data)["publisher"]["published"]

        self.broker.kill()
        backlogs, memory = [], [self.resident(server)]
        load = Load(data, away, RATE)
        while load.going():
            time.sleep(AWAY / 10)
            backlogs.append(self.status(data)["publisher"]["backlog"])
            memory.append(self.resident(server))
        load.wait()
        seconds = load.seconds
        status = self.status(data)["publisher"]
        self.assertEqual(status["state"], "waiting")
        self.assertNotEqual(status["last_error"], "")
        self.assertEqual(backlogs, sorted(backlogs))
        self.assertGreater(len(set(backlogs)), 5, "the backlog rises from one look to the next")

        self.broker.start()
        self.wait_for(lambda: self.status(data)["publisher"]["published"] > published, "the broker is found again")
        began = time.monotonic()
        first = self.status(data)["publisher"]["backlog"]
        self.wait_for(lambda: self.status(data)["publisher"]["backlog"] == 0, "all is caught up", 300)
        catching_up = first / max(0.001, time.monotonic() - began)
        self.assertEqual(server.end(), 0)
        p99 = {name: sorted(one.waits)[len(one.waits) * 99 // 100] for name, one in (("there", there), ("away", load))}
        figures = {"away_s": round(seconds, 1), "asked_per_second": RATE, "answered_before_per_second": round(rate_there), "answered_per_second": round(len(away) / seconds), "records_per_second": round(status["backlog"] / seconds),
                   "caught_up_records_per_second": round(catching_up), "backlog": status["backlog"], "resident_before_mb": memory[0] >> 20, "resident_most_mb": max(memory) >> 20,
                   "answer_p99_ms": {name: round(1000 * one, 1) for name, one in p99.items()}}
        print(json.dumps(figures), flush=True)
        self.assertGreater(len(away) / seconds, 0.8 * rate_there, "commands waited for the broker")
        self.assertLess(p99["away"], max(1, 3 * p99["there"]), "answers waited for the broker")
        self.assertLess(max(memory) - memory[0], GROWTH_MAX)
        self.assertGreater(catching_up, 1.5 * status["backlog"] / seconds)
        self.check_published(data, prefix)

    def test_a_broker_that_is_away_at_the_start_is_found_when_it_comes(self):
        data = self.folder()
        config, prefix = self.configure(data)
        lines, _ = self.families(families=10)
        self.broker.kill()
        server = self.serve(config)
        run("submit", lines, "--quiet", "--data", data)
        self.wait_for(lambda: self.status(data)["publisher"]["last_error"] != "", "the operator is told")
        self.assertEqual(self.status(data)["publisher"]["state"], "waiting")
        self.broker.start()
        self.wait_until_published(data)
        self.assertEqual(server.end(), 0)
        self.check_published(data, prefix)


if __name__ == "__main__":
    unittest.main()
