"""Which faults come, and in what order: a pure function of seed, number, layout and density."""

import itertools
import random
from dataclasses import dataclass

REDIS = "redis"
ALONE = ("server",)
APART = ("ingest", "routing", "reply", "escalation", "inbox", "gateway")

# What stops a process or Redis for a while. `amount`: milliseconds, where it has one.
HEAVY = {"kill": (0, 0), "pause": (50, 1200), "clock": (-90_000, 90_000), "memory": (200, 800), "disk": (200, 800)}
# What befalls single calls and messages. `amount`: which call it is, or how many messages it befalls.
LIGHT = {"cut": (1, 1), "lose_call": (1, 12), "lose_answer": (1, 12), "duplicate": (1, 3), "break_off": (1, 3),
         "late": (1, 3), "platform": (1, 2), "courier": (1, 3)}
PLATFORM = ("cut_before", "cut_after", "throttled", "server_error", "late")
LIGHT_IN_A_ROUND = 7  # unless it is told otherwise


@dataclass(frozen=True)
class Fault:
    kind: str
    target: str
    amount: int = 0
    detail: str = ""

    def __str__(self):
        return " ".join(str(part) for part in (self.kind, self.target, self.amount or "", self.detail) if part != "")


def processes_of(layout):
    return ALONE if layout == "alone" else APART


def heavy_turns(dice, layout):
    """Without end: first each process (and Redis) killed and paused by itself, then what else there is, then pairs."""
    targets = [*processes_of(layout), REDIS]
    singles = [(Fault("kill", t),) for t in targets] + [(_of("pause", t, dice),) for t in targets]
    dice.shuffle(singles)
    others = [(_of(kind, REDIS, dice),) for kind in ("clock", "memory", "disk")]
    pairs = [(Fault("kill", a), Fault("kill", b)) for a, b in itertools.combinations(targets, 2)]
    pairs += [(_of("pause", a, dice), Fault("kill", b)) for a, b in itertools.permutations(targets, 2)]
    dice.shuffle(pairs)
    turns = singles + pairs
    for number in itertools.count():
        yield turns[number % len(turns)]
        if number % 3 == 2:
            yield others[number // 3 % len(others)]


def _of(kind, target, dice):
    low, high = {**HEAVY, **LIGHT}[kind]
    detail = dice.choice(PLATFORM) if kind == "platform" else ""
    return Fault(kind, target, dice.randint(low, high), detail)


def _light(dice, layout):
    # The embedded Redis has nothing between it and its server: its connections can only be cut by itself.
    kinds = [k for k in LIGHT if layout != "alone" or not k.startswith("lose_")]
    kind = dice.choice(kinds)
    target = {"duplicate": "webhook", "break_off": "webhook", "late": "webhook", "platform": "page",
              "courier": "page"}.get(kind) or dice.choice(processes_of(layout))
    return _of(kind, target, dice)


def rounds(seed, faults, layout, dense=LIGHT_IN_A_ROUND):
    """A list of rounds, `faults` in all: up to `dense` of single calls, then one or two at once of processes."""
    dice = random.Random(f"{seed}/{layout}")
    turns = heavy_turns(dice, layout)
    plan, left = [], faults
    while left > 0:
        heavy = list(next(turns))[:left]
        light = [_light(dice, layout) for _ in range(min(dense, left - len(heavy)))]
        plan.append((light, heavy))
        left -= len(heavy) + len(light)
    return plan
