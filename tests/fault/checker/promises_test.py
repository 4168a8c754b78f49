"""Each promise has made-up violations, and all of them are found; what is right is left alone."""

import unittest

from promises import Claim, Facts, Seen, Stored, Write, judge


def good():
    """Two messages, one answer in public, one owner, one watcher: nothing to find."""
    return Facts(
        acknowledged={"one": ["c1"], "two": ["c1", "c1"]}, written={"one", "two", "never acknowledged"},
        stored={"c1": Stored(version=3, messages=[(1, "inbound", "one"), (2, "inbound", "two"), (3, "out", "sorry")],
                             deliveries=[("d1", "DELIVERY_STATE_SENT")])},
        answers={"d1": "sorry"}, attempted={"sorry"}, published=["sorry"],
        claims=[Claim(1.0, "ada", "c1", "1-a"), Claim(3.0, "ben", "c1", "2-b")],
        writes=[Write(2.0, "ada", "c1", "1-a"), Write(4.0, "ben", "c1", "2-b")],
        owned_most={"ada": 5}, capacity={"ada": 5},
        seen=[Seen("x1", "c1", 1), Seen("x2", "c1", 2), Seen("x3", "c1", 3), Seen("x4", "c1", 3), Seen("x5", "", 0)])


def found(facts):
    return [violation.promise for violation in judge(facts)]


class Promises(unittest.TestCase):
    def finds(self, promise, change):
        facts = good()
        change(facts)
        self.assertIn(promise, found(facts), [str(v) for v in judge(facts)])

    def test_nothing_is_found_where_all_is_well(self):
        self.assertEqual(judge(good()), [])

    def test_an_acknowledged_message_is_lost(self):
        self.finds(1, lambda f: f.stored["c1"].messages.pop(0))

    def test_an_accepted_answer_is_lost(self):
        self.finds(1, lambda f: f.answers.update(d2="gone"))

    def test_a_message_is_stored_twice_in_one_conversation(self):
        self.finds(2, lambda f: f.stored["c1"].messages.append((4, "inbound", "one")))

    def test_a_message_is_stored_in_two_conversations(self):
        self.finds(2, lambda f: f.stored.update(c2=Stored(messages=[(1, "inbound", "one")])))

    def test_a_message_that_nobody_wrote(self):
        self.finds(2, lambda f: f.stored["c1"].messages.append((4, "inbound", "who am I")))

    def test_a_hole_in_the_sequence(self):
        self.finds(2, lambda f: f.stored["c1"].messages.append((5, "note", "")))

    def test_it_was_acknowledged_into_another_conversation(self):
        self.finds(2, lambda f: f.acknowledged["two"].append("c9"))

    def test_an_answer_is_published_twice(self):
        self.finds(3, lambda f: f.published.append("sorry"))

    def test_an_answer_that_nobody_gave(self):
        self.finds(3, lambda f: f.published.append("buy now"))

    def test_an_answer_is_called_sent_and_stands_nowhere(self):
        self.finds(3, lambda f: f.published.clear())

    def test_an_answer_on_a_page_of_ours_stands_at_no_platform(self):
        facts = good()
        facts.published.clear()
        facts.on_own_pages.add("sorry")
        self.assertEqual(judge(facts), [])

    def test_two_owners_with_one_epoch(self):
        self.finds(4, lambda f: f.claims.append(Claim(5.0, "cleo", "c1", "2-b")))

    def test_an_epoch_is_given_again_after_a_failover(self):
        self.finds(4, lambda f: f.claims.append(Claim(5.0, "cleo", "c1", "2-c")))

    def test_the_former_owner_writes(self):
        self.finds(4, lambda f: f.writes.append(Write(3.5, "ada", "c1", "1-a")))

    def test_what_he_began_before_is_no_violation(self):
        facts = good()
        facts.writes.append(Write(2.9, "ada", "c1", "1-a"))
        self.assertEqual(judge(facts), [])

    def test_capacity_is_exceeded(self):
        self.finds(4, lambda f: f.owned_most.update(ada=6))

    def test_a_conversation_waits_forever(self):
        def left_over(facts):
            facts.stored["c1"].state = "CONVERSATION_STATE_WAITING"
        self.finds(5, left_over)

    def test_an_answer_is_never_settled(self):
        def unsettled(facts):
            facts.stored["c1"].deliveries = [("d1", "DELIVERY_STATE_UNCONFIRMED")]
        self.finds(5, unsettled)

    def test_work_is_pending(self):
        self.finds(5, lambda f: f.pending.update({"{p00}:work:reply": 1}))

    def test_a_dead_letter(self):
        self.finds(5, lambda f: f.dead.append({"id": "1-1"}))

    def test_it_stood_still(self):
        self.finds(5, lambda f: f.stuck.append("no answer for a minute"))

    def test_an_event_is_missing(self):
        self.finds(6, lambda f: f.seen.pop(1))

    def test_the_last_event_is_missing(self):
        def cut(facts):
            facts.seen = facts.seen[:2]
        self.finds(6, cut)

    def test_an_event_comes_twice(self):
        self.finds(6, lambda f: f.seen.append(f.seen[0]))

    def test_out_of_order(self):
        def swapped(facts):
            facts.seen[0], facts.seen[2] = facts.seen[2], facts.seen[0]
        self.finds(6, swapped)

    def test_a_resync_excuses_what_is_missing(self):
        facts = good()
        facts.seen[1] = Seen("resync 1", "", 0, True)
        self.assertEqual(judge(facts), [])


if __name__ == "__main__":
    unittest.main()
