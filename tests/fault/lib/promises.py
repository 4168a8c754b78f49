"""The six promises of the architecture, judged from what was recorded. Pure: facts in, violations out."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

SETTLED = {"CONVERSATION_STATE_PENDING_CUSTOMER", "CONVERSATION_STATE_RESOLVED"}
DONE = {"DELIVERY_STATE_SENT", "DELIVERY_STATE_CANCELLED"}


@dataclass(frozen=True)
class Violation:
    promise: int
    words: str

    def __str__(self):
        return f"promise {self.promise}: {self.words}"


@dataclass
class Stored:
    """A conversation at the end. `messages`: (seq, kind, text); `deliveries`: (id, state)."""
    state: str = "CONVERSATION_STATE_PENDING_CUSTOMER"
    version: int = 0
    messages: list = field(default_factory=list)
    deliveries: list = field(default_factory=list)


@dataclass(frozen=True)
class Claim:
    """An answer that made `agent` the owner; times are the driver's own clock."""
    answered: float
    agent: str
    conversation: str
    epoch: str


@dataclass(frozen=True)
class Write:
    """What was accepted from an owner who named `epoch`."""
    began: float
    agent: str
    conversation: str
    epoch: str


@dataclass(frozen=True)
class Seen:
    """An event that a watcher was given; `resync`: it was told that some are missing before this one."""
    cursor: str
    conversation: str
    version: int
    resync: bool = False


@dataclass
class Facts:
    acknowledged: dict = field(default_factory=dict)  # text of a customer's message -> conversations named, or ""
    written: set = field(default_factory=set)  # texts that customers sent, acknowledged or not
    stored: dict = field(default_factory=dict)  # conversation -> Stored
    answers: dict = field(default_factory=dict)  # delivery -> text, of each answer that was accepted
    attempted: set = field(default_factory=set)  # texts that agents tried to say
    published: list = field(default_factory=list)  # what stands at the platforms
    on_own_pages: set = field(default_factory=set)  # answers to forms: the customer's page shows them, no platform
    claims: list = field(default_factory=list)
    writes: list = field(default_factory=list)
    owned_most: dict = field(default_factory=dict)  # agent -> the most he was seen to own
    capacity: dict = field(default_factory=dict)
    pending: dict = field(default_factory=dict)  # work stream -> entries that nobody finished
    dead: list = field(default_factory=list)
    stuck: list = field(default_factory=list)  # in words: what stood still for too long during the run
    seen: list = field(default_factory=list)


def first(things, most=3):
    things = list(things)
    return f"{things[:most]}{' and more' if len(things) > most else ''}"


def kept(facts):
    """1: acknowledged means kept."""
    there = {text for c in facts.stored.values() for _, kind, text in c.messages if kind == "inbound"}
    lost = facts.acknowledged.keys() - there
    if lost:
        yield f"{len(lost)} of {len(facts.acknowledged)} acknowledged messages are lost: {first(sorted(lost))}"
    gone = {d for d in facts.answers} - {d for c in facts.stored.values() for d, _ in c.deliveries}
    if gone:
        yield f"{len(gone)} accepted answers are lost: {first(sorted(gone))}"


def once_inside(facts):
    """2: once in the inbox, in one place, one after another."""
    where = defaultdict(list)
    for name, conversation in facts.stored.items():
        for _, kind, text in conversation.messages:
            if kind == "inbound":
                where[text].append(name)
        seqs = [seq for seq, _, _ in conversation.messages]
        if seqs != list(range(1, len(seqs) + 1)):
            yield f"{name} has the messages {seqs}"
    twice = {text: names for text, names in where.items() if len(names) > 1}
    if twice:
        yield f"{len(twice)} messages are stored twice: {first(twice.items())}"
    foreign = where.keys() - facts.written
    if foreign:
        yield f"{len(foreign)} messages that nobody sent: {first(sorted(foreign))}"
    for text, named in facts.acknowledged.items():
        wrong = {n for n in named if n} - set(where.get(text, []))
        if wrong and text in where:
            yield f"{text!r} was acknowledged into {sorted(named)} and is in {where[text]}"


def once_outside(facts):
    """3: never twice in public, nothing that nobody said, all that was sent."""
    twice = {text: n for text, n in Counter(facts.published).items() if n > 1}
    if twice:
        yield f"{len(twice)} answers were published more than once: {first(twice.items())}"
    foreign = set(facts.published) - facts.attempted
    if foreign:
        yield f"{len(foreign)} answers that nobody gave were published: {first(sorted(foreign))}"
    states = {d: state for c in facts.stored.values() for d, state in c.deliveries}
    there = {*facts.published, *facts.on_own_pages}
    absent = [d for d, text in facts.answers.items()
              if states.get(d) == "DELIVERY_STATE_SENT" and text not in there]
    if absent:
        yield (f"{len(absent)} answers are called sent and stand nowhere: "
               f"{first((d, facts.answers[d]) for d in absent)}")


def counter_of(epoch):
    """Epochs are a counter and chance: `12-8f3a…`."""
    found = re.match(r"\d+", epoch)
    return int(found[0]) if found else -1


def one_owner(facts):
    """4: one owner; capacity."""
    claims = defaultdict(list)
    for claim in facts.claims:
        claims[claim.conversation].append(claim)
    for conversation, made in claims.items():
        agents = defaultdict(set)
        for claim in made:
            agents[claim.epoch].add(claim.agent)
        for epoch, names in agents.items():
            if len(names) > 1:
                yield f"{conversation} was given to {sorted(names)} with one epoch {epoch}"
        counters = Counter(counter_of(epoch) for epoch in agents)
        same = [number for number, times in counters.items() if times > 1]
        if same:
            yield f"{conversation} gave the epochs {same} twice"
    for write in facts.writes:
        late = [c for c in claims[write.conversation]
                if counter_of(c.epoch) > counter_of(write.epoch) and c.answered < write.began]
        if late:
            yield f"{write.agent} wrote as owner of {write.conversation} after {late[0].agent} had become its owner"
    for agent, most in facts.owned_most.items():
        if most > facts.capacity.get(agent, most):
            yield f"{agent} owned {most}, his capacity is {facts.capacity[agent]}"


def nothing_waits(facts):
    """5: nothing waits forever."""
    left = {name: c.state for name, c in facts.stored.items() if c.state not in SETTLED}
    if left:
        yield f"{len(left)} of {len(facts.stored)} conversations are left over: {first(left.items())}"
    open_ones = {d: state for c in facts.stored.values() for d, state in c.deliveries if state not in DONE}
    if open_ones:
        yield f"{len(open_ones)} answers are not settled: {first(open_ones.items())}"
    if facts.pending:
        yield f"work that nobody finished: {facts.pending}"
    if facts.dead:
        yield f"{len(facts.dead)} dead letters: {first(facts.dead)}"
    yield from facts.stuck


def resume(facts):
    """6: a watcher who resumes misses nothing and gets nothing twice, or is told."""
    again = [cursor for cursor, times in Counter(s.cursor for s in facts.seen).items() if times > 1]
    if again:
        yield f"{len(again)} events came twice"
    last = {}
    for event in facts.seen:
        if event.resync:
            last.clear()
        if not event.conversation:
            continue
        before = last.get(event.conversation)
        if before is not None and event.version not in (before, before + 1):
            yield f"{event.conversation} went from version {before} to {event.version}"
        last[event.conversation] = event.version
    resynced = any(event.resync for event in facts.seen)
    if facts.seen and not resynced:
        missing = {n: (last.get(n), c.version) for n, c in facts.stored.items() if last.get(n) != c.version}
        if missing:
            yield f"{len(missing)} conversations were not seen to their end: {first(missing.items())}"


PROMISES = {1: kept, 2: once_inside, 3: once_outside, 4: one_owner, 5: nothing_waits, 6: resume}


def judge(facts):
    return [Violation(number, words) for number, promise in PROMISES.items() for words in promise(facts)]
