"""A call-back, and one person under two names: planned, taken by a person, not reached, the next way."""

from suite import check, equal, wait_for
from web import Api, Refused

CARE = "emil"


class CallBack:
    def __init__(self, server, page):
        self.server = server
        self.page = page
        self.admin = Api(server.address, server.token())
        self.emil = self.public = self.task = self.case = None

    def connect(self):
        self.emil = Api(self.server.address, self.admin.agent_token(CARE))
        self.page.tell("comment", author="Clara", text="C'est une honte, votre livraison est nulle, rien ne marche !")

        def hers():
            return [c for c in self.admin.conversations(channels=[self.page.CHANNEL]) if c.get("contactName") == "Clara"
                    and c["state"] == "CONVERSATION_STATE_WAITING"]
        self.public = wait_for(hers, "her comment waits", 5)[0]
        self.emil.write("RoutingService/Claim", conversation=self.public["id"])

    def epoch(self, which):
        return self.emil.conversation(which)["conversation"]["epoch"]

    def escalate(self, **call_back):
        return self.emil.write("EscalationService/Escalate", conversation=self.public["id"],
                                epoch=self.epoch(self.public["id"]), routes=["call_back"], callBack=call_back)

    def needs_consent(self):
        try:
            self.escalate(number="+32 475 99 88 77")
        except Refused as refused:
            equal(refused.status, 400, str(refused))
            check("agreed to be called" in str(refused.body), str(refused.body))
            return
        check(False, "a call was planned without consent")

    def is_planned(self):
        answer = self.escalate(number="+32 475 99 88 77", wanted="apres 18 h", consent=True)
        self.case = answer["escalation"]
        self.task = self.case["privateConversation"]
        task = self.emil.conversation(self.task)["conversation"]
        equal(task["state"], "CONVERSATION_STATE_WAITING", "the task")
        equal(task["callBack"]["number"], "+32475998877", "number")
        equal(task["callBack"]["consentBy"], CARE, "consent")

    def number_stays_private(self):
        check(not any("475" in text for text in self.page.published_texts()), "the number is in public")

    def not_reached(self):
        self.emil.write("RoutingService/Claim", conversation=self.task)
        done = self.emil.write("EscalationService/RecordCall", conversation=self.task, epoch=self.epoch(self.task),
                                result="CALL_RESULT_NOT_REACHED", note="personne")
        equal(done["conversation"]["state"], "CONVERSATION_STATE_RESOLVED", "the task")

        def goes_on():
            case = self.emil.call("EscalationService/ListRoutes", conversation=self.public["id"])["escalation"]
            return case["state"] == "ESCALATION_STATE_OFFERED" and case["route"]["kind"] != "ROUTE_KIND_CALL_BACK"
        wait_for(goes_on, "the next way is offered", 8)

    def one_person(self):
        self.page.tell("comment", author="Clarisse", text="Quelle honte, ma livraison n'est jamais arrivee !")

        def second():
            return [c for c in self.admin.conversations(channels=[self.page.CHANNEL]) if c.get("contactName") == "Clarisse"]
        other = wait_for(second, "the other comment", 5)[0]
        into, gone = self.public["contact"], other["contact"]
        self.emil.write("InboxService/MergeContacts", **{"into": into, "from": gone, "reason": "meme personne"})
        view = self.emil.conversation(other["id"])
        check(self.public["id"] in [o["id"] for o in view["others"]], f"her other conversation is not named: {view['others']}")
        equal(view["conversation"]["contact"], into, "contact")
        self.emil.write("InboxService/UndoMerge", contact=gone)
        view = self.emil.conversation(other["id"])
        equal(view.get("others", []), [], "others after the undo")
        equal(view["conversation"]["contact"], gone, "contact after the undo")


def run(suite, server, page):
    case = CallBack(server, page)
    for name, step in [
            ("call-back: a comment that an agent owns", case.connect),
            ("call-back: without consent nothing is planned", case.needs_consent),
            ("call-back: it is a task with number, time and consent", case.is_planned),
            ("call-back: the number is nowhere in public", case.number_stays_private),
            ("call-back: not reached, the next way is offered", case.not_reached),
            ("contacts: joined, her other conversations are named; undone, they are two again", case.one_person)]:
        if not suite.run(name, step):
            break
