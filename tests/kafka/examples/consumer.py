#!/usr/bin/env python3
"""Counts what is open: follows the topic of events with kcat, and prints the open steps of each case when the topic ends.

  consumer.py BROKERS TOPIC
"""

import collections
import json
import subprocess
import sys


def messages(brokers, topic):
    """Each event's headers and content. read_committed: what was aborted is passed over."""
    reader = subprocess.Popen(["kcat", "-q", "-C", "-b", brokers, "-t", topic, "-o", "beginning", "-e", "-J", "-X", "isolation.level=read_committed"], stdout=subprocess.PIPE)
    for line in reader.stdout:
        message = json.loads(line)
        headers = dict(zip(message["headers"][::2], message["headers"][1::2]))
        yield headers, json.loads(message["payload"])
    if reader.wait() != 0:
        raise SystemExit("kcat ended with an error")


def main(brokers, topic):
    sequence = collections.defaultdict(int)
    events = collections.Counter()
    for headers, event in messages(brokers, topic):
        case, number = headers["ce_subject"], int(headers["ce_sequence"])
        if number <= sequence[case]:
            continue  # seen before: a reader that lost its offset begins again
        if number != sequence[case] + 1:
            raise SystemExit(f"{case}: event {number} follows {sequence[case]}")
        sequence[case] = number
        events[headers["ce_type"]] += 1
    print(json.dumps({"cases": len(sequence), "events": dict(sorted(events.items()))}))


if __name__ == "__main__":
    main(*sys.argv[1:])
