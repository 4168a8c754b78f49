"""An episode whose only faults are failovers, and what must hold after them."""

import argparse
import json
from pathlib import Path

from episode import Episode
from suite import Suite, check, wait_for


class Run(Episode):
    """The world's `fail_over(n)` does the nth; it returns whether watchers must be told of it."""

    def __init__(self, world, times):
        super().__init__([], world, pause=0.01)
        self.times = times
        self.resyncs = []

    def _under_fault(self):
        for number in range(self.times):
            self._load_goes_on(30)
            before = self.record.resyncs
            told = self.world.fail_over(number)
            self._load_goes_on(10)
            if told:
                wait_for(lambda before=before: self.record.resyncs > before, "the watcher is told to resync", 60)
            self.resyncs.append(self.record.resyncs - before)
        self.customers.stop_writing()
        self.injector.calm()

    def _load_goes_on(self, messages):
        before = self.record.counts()
        wait_for(lambda: all(now >= was + more for now, was, more in zip(
            self.record.counts(), before, (messages, messages // 5))), "messages and answers get through", 120)

    def lost(self):
        """Acknowledged, and not there."""
        facts = self.record.facts
        there = {text for c in facts.stored.values() for _, kind, text in c.messages if kind == "inbound"}
        return sorted(facts.acknowledged.keys() - there)

    def figures(self, found):
        facts = self.record.facts
        return {"failovers": self.times, "acknowledged": len(facts.acknowledged), "acknowledged_and_lost": len(self.lost()),
                "answers": len(facts.answers), "events": len(facts.seen), "resyncs": self.resyncs,
                "answers_that_must_not_come": [str(v) for v in found if v.promise == 0]}


def options(words, rounds=2):
    parser = argparse.ArgumentParser(description=words)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def judge(run, more, json_file):
    """`more`: (name, check) of the suite's own, judged while the world is gone."""
    suite, found = Suite(), []

    def holds(*numbers):
        mine = [str(v) for v in found if v.promise in numbers]
        check(not mine, "\n".join(mine))

    if suite.run(f"{run.times} failovers under load, all settles", lambda: found.extend(run.run())):
        figures = run.figures(found)
        print(f"     {figures}")
        if json_file:
            json_file.write_text(json.dumps(figures, indent=1) + "\n")
        suite.run("no acknowledged message is lost", lambda: check(not run.lost(), f"lost: {run.lost()[:5]}"))
        suite.run("no epoch is accepted twice, no former owner writes", holds, 4)
        suite.run("nothing is published twice, nothing stored twice", holds, 2, 3)
        suite.run("what is there is worked off", holds, 5)
        suite.run("the watcher is told to resync, or misses nothing", holds, 6)
        for name, body in more:
            suite.run(name, body)
        suite.run("no answer comes that must not", holds, 0)
    suite.close()
