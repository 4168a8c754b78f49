"""A complaint through the form; the answer on the private page; the customer writes again."""

import html
import re
import time

from suite import check, equal, wait_for
from web import Api, Browser, Refused, hidden, link

WORDS = "The card you sent me was blocked again. This is unacceptable, I am very angry!"
ANSWER = "We are sorry, Anna. A new card is on its way."


class Story:
    """What one step leaves for the next."""
    page = conversation = ""


def complain(server, browser, story):
    page = browser.get("/f/complaint?lang=en")
    thanks = browser.post("/f/complaint?lang=en", token=hidden(page, "token"), customer="yes", manager="no",
                          name="Anna", email="anna@example.com", preferred="page", message=WORDS, website="")
    story.page = link(thanks, "/p/")
    found = re.search(r"G-[0-9A-Z]{8}", html.unescape(thanks))
    check(found, "the thanks page has no reference")
    story.reference = found[0]
    check(server.address in thanks, "the private link has no origin")


def is_in_the_queue(server, story):
    api = Api(server.address, server.token())

    def found():
        page = api.call("InboxService/ListConversations", filter={"states": ["CONVERSATION_STATE_WAITING"]})
        return [c for c in page.get("conversations", []) if c["reference"] == story.reference]

    conversation = wait_for(found, "the complaint is in the queue", 1.0)[0]
    story.conversation = conversation["id"]
    triage = conversation["triage"]
    equal(triage["language"], "en", "language")
    equal(triage["intent"], "INTENT_COMPLAINT", "intent")
    equal(triage["sentiment"], "SENTIMENT_NEGATIVE", "sentiment")
    words = {reason.get("text") for reason in triage["reasons"]}
    check({"angry", "unacceptable"} & words, f"no reason names a word that decided: {triage['reasons']}")
    check(conversation.get("dueAt"), "no answer is due")


def agent_takes_and_answers(server, story):
    queue = server.cli("queue", "--json")["conversations"]
    check(story.conversation in [c["id"] for c in queue], f"queue shows {queue}")
    check("complaint" in server.cli("queue"), "the table names no intent")
    taken = server.cli("next", "--json")["conversation"]
    equal(taken["id"], story.conversation, "next")
    equal(taken["owner"], "admin", "owner")
    check(WORDS not in server.log(), "the log holds a customer's words")
    server.cli("note", story.conversation, "For colleagues only.")
    server.cli("reply", story.conversation, ANSWER, "--undo", "0", "--wait")


def customer_reads_and_writes_again(server, browser, story):
    seen = wait_for(lambda: ANSWER in html.unescape(browser.get(story.page)) and browser.get(story.page),
                    "the answer is on the private page", 5)
    check("For colleagues only." not in seen, "the page shows a note")
    api = Api(server.address, server.token())
    equal(api.conversation(story.conversation)["conversation"]["state"],
          "CONVERSATION_STATE_PENDING_CUSTOMER", "state")
    browser.post(story.page + "/messages", token=hidden(seen, "token"), message="It has not arrived yet.")
    wrote = api.conversation(story.conversation)["messages"][-1]["seq"]
    # The list follows the conversation: it may still show the one that was owned before.
    wait_for(lambda: [c for c in api.conversations(states=["CONVERSATION_STATE_WAITING",
                                                           "CONVERSATION_STATE_OWNED"])
                      if c["id"] == story.conversation and c["inboundSeq"] == wrote], "it comes back", 10)


def a_stranger_sees_a_door(server, story):
    door = Browser(server.address).get(story.page)
    check(ANSWER not in door and WORDS not in door, "a page without its cookie shows the conversation")


def a_robot_is_not_taken(server):
    browser = Browser(server.address)
    page = browser.get("/f/contact?lang=en")
    browser.post("/f/contact?lang=en", token=hidden(page, "token"), customer="no", name="Robot",
                 message="Buy now, from a robot", website="http://spam.example")
    api = Api(server.address, server.token())
    time_is_up = time.monotonic() + 0.3
    while time.monotonic() < time_is_up:
        check(not [c for c in api.conversations() if c.get("contactName") == "Robot"], "the honeypot lets it in")


def a_form_without_its_token_is_refused(server):
    try:
        Browser(server.address).post("/f/complaint", name="x", message="y", customer="no")
    except Refused as refused:
        check(400 <= refused.status < 500, f"answer {refused.status}")
        return
    check(False, "it was taken")


def run(suite, server):
    browser, story = Browser(server.address), Story()
    if not suite.run("the form is sent, thanks with reference and private link", complain, server, browser, story):
        return
    suite.run("it is in the queue within a second, with language, intent and reasons", is_in_the_queue, server, story)
    suite.run("an agent takes and answers it from the command line", agent_takes_and_answers, server, story)
    suite.run("the customer reads the answer and writes again; it comes back", customer_reads_and_writes_again,
              server, browser, story)
    suite.run("without its cookie the private page shows a door only", a_stranger_sees_a_door, server, story)
    suite.run("what fills in the honeypot is not taken", a_robot_is_not_taken, server)
    suite.run("a form without its token is refused", a_form_without_its_token_is_refused, server)
    server.answered = story
