#include "services/demo/show/script.hpp"

#include "services/demo/show/reading.hpp"

namespace guichet::demo {
namespace {

using namespace std::chrono_literals;

constexpr char kAnna[] = "Anna";
constexpr char kClaire[] = "Claire";
constexpr char kInPublic[] = "in public";
constexpr char kInPrivate[] = "in private";

constexpr char kComplaint[] = "Votre service est une honte, rien ne marche !";
constexpr char kAnswer[] = "Bonjour Anna, nous regardons cela tout de suite.";
constexpr char kHarsh[] = "Il suffisait de lire le mode d'emploi.";
constexpr char kSecond[] = "Trois semaines sans réponse, c'est scandaleux, honteux !";
constexpr char kThird[] = "Je suis furieuse, votre service est vraiment nul.";
constexpr char kWithNumber[] = "Appelez-nous au +32 475 12 34 56, Anna.";
constexpr char kInvitation[] = "Nous vous avons écrit en privé.";
constexpr char kFirstPrivate[] = "Bonjour Anna, parlons-en ici.";
constexpr char kHers[] = "Merci, voici mon numéro de dossier : 4711.";
constexpr char kSettled[] = "C'est réglé, avec nos excuses.";
constexpr char kClosing[] = "Merci pour votre patience.";

}  // namespace

Script::Script(Stage& stage, Narrator& narrator, Interrupt& interrupt, StormPlan storm)
    : stage_(stage), tell_(narrator), interrupt_(interrupt), storm_(storm) {}

v1::Escalation Script::the_case() {
    return stage_.claire().routes(public_).escalation();
}

void Script::appears(const std::string& text, const std::string& where) {
    stage_.until("\"" + text + "\" appears", [&] { return stage_.town().stands(text); });
    tell_.says(kClaire, where, text);
}

void Script::complains() {
    tell_.step("Anna complains below a post of " + std::string(kPageName));
    comment_ = stage_.town().comment(kAnna, kComplaint);
    tell_.says(kAnna, kInPublic, kComplaint);
    v1::Conversation found;
    stage_.until("her comment is in the queue", [&] {
        for (auto& one : stage_.claire().conversations(kChannel)) {
            if (one.state() == v1::CONVERSATION_STATE_WAITING) found = std::move(one);
        }
        return !found.id().empty();
    });
    public_ = found.id();
    const auto& triage = found.triage();
    const auto after = queued_after_ms(found, stage_.town().last_comment_at(kAnna));
    tell_.shows("in the queue", "after " + std::to_string(after) + " ms, reference " + found.reference());
    tell_.shows("triage", triage_words(triage));
    tell_.shows("because of", reason_words(triage.reasons()));
    if (triage.language() != "fr" || triage.reasons().empty()) throw Broken("it was not understood");
}

void Script::taken_once() {
    tell_.step("Claire takes it; a bot tries too");
    const auto mine = stage_.claire().claim(public_);
    if (!mine) throw Broken("Claim: " + mine.error().message);
    tell_.shows("Claire", "owns it");
    const auto refused = stage_.bot().claim(public_);
    if (refused) throw Broken("two own one conversation");
    tell_.shows("the bot", "refused: " + refused.error().message);
    tell_.held("one owner");
}

void Script::answered_in_public() {
    tell_.step("She answers, in public");
    stage_.claire().send(public_, kAnswer, 0);
    appears(kAnswer, kInPublic);
}

void Script::taken_back() {
    tell_.step("A harsh word, taken back");
    const auto delivery = stage_.claire().send(public_, kHarsh, 30);
    tell_.shows("held", std::string(kHarsh) + "  (30 s to undo)");
    v1::UndoRequest undo;
    undo.set_request_id(Desk::request_id());
    undo.set_delivery(delivery.id());
    const auto undone = stage_.claire().must<v1::UndoResponse>("ReplyService/Undo", undo);
    if (undone.delivery().state() != v1::DELIVERY_STATE_CANCELLED) throw Broken("it could not be undone");
    tell_.shows("undone", "nobody has read it");
}

void Script::goes_on() {
    tell_.step("Anna goes on complaining");
    for (const auto* words : {kSecond, kThird}) {
        stage_.town().comment(kAnna, words, comment_);
        tell_.says(kAnna, kInPublic, words);
    }
    v1::Escalation proposed;
    stage_.until("the move to a private way is proposed", [&] {
        proposed = the_case();
        return proposed.state() == v1::ESCALATION_STATE_PROPOSED;
    });
    tell_.shows("proposed", "to go on in private");
    tell_.shows("because of", reason_words(proposed.reasons()));
    if (proposed.reasons().empty()) throw Broken("a proposal without reasons");
}

void Script::moves() {
    tell_.step("Claire moves it to a private channel");
    const auto listed = stage_.claire().routes(public_);
    for (const auto& route : listed.routes()) {
        tell_.shows(route.closed().empty() ? "way" : "closed",
                    route.id() + (route.closed().empty() ? "" : "  (" + route.closed() + ")"));
    }
    v1::EscalateRequest request;
    request.set_request_id(Desk::request_id());
    request.set_conversation(public_);
    request.set_epoch(stage_.claire().look(public_).conversation().epoch());
    request.set_public_text(kWithNumber);
    request.set_private_text(kFirstPrivate);
    const auto refused = stage_.claire().call<v1::EscalateResponse>("EscalationService/Escalate", request);
    if (refused) throw Broken("a telephone number went out in public");
    tell_.shows("refused", refused.error().message);
    request.set_request_id(Desk::request_id());
    request.set_public_text(kInvitation);
    const auto moved = stage_.claire().must<v1::EscalateResponse>("EscalationService/Escalate", request);
    escalation_ = moved.escalation().id();
    private_ = moved.escalation().private_conversation();
    appears(kFirstPrivate, kInPrivate);
    appears(kInvitation, kInPublic);
    int privately = 0, order = 0;
    for (const auto& one : stage_.town().published()) {
        privately += one.kind == "private_reply" ? 1 : 0;
        if (one.text.starts_with(kInvitation) && privately == 0) order = -1;
    }
    if (privately != 1 || order != 0) throw Broken("the private message went out wrongly");
    tell_.held("private first, once; then the word in public, without personal data");
}

void Script::answers_in_private() {
    tell_.step("Anna answers in Messenger");
    stage_.town().message(kAnna, kHers);
    tell_.says(kAnna, kInPrivate, kHers);
    stage_.until("the case is accepted", [&] { return the_case().state() == v1::ESCALATION_STATE_ACCEPTED; });
    tell_.shows("accepted", "her own account answered: " +
                                plain(v1::IdentityProof_Name(the_case().identity()), "IDENTITY_PROOF_"));
    // What was offered waited for her and comes back with her answer.
    const auto mine = stage_.claire().claim(private_);
    if (!mine) throw Broken("Claim: " + mine.error().message);
    stage_.claire().send(private_, kSettled, 0);
    appears(kSettled, kInPrivate);
}

void Script::one_history() {
    tell_.step("What Claire sees: one history");
    const auto view = stage_.claire().look(public_);
    for (const auto& said : view.thread()) {
        const auto& message = said.message();
        const bool hers = message.kind() == v1::MESSAGE_KIND_INBOUND;
        if (message.kind() == v1::MESSAGE_KIND_OUTBOUND &&
            message.delivery_state() == v1::DELIVERY_STATE_CANCELLED) {
            continue;
        }
        tell_.says(hers ? kAnna : kClaire, kInPublic, message.text());
    }
    bool found = false;
    for (const auto& message : view.counterpart_messages()) {
        const bool hers = message.kind() == v1::MESSAGE_KIND_INBOUND;
        tell_.says(hers ? kAnna : kClaire, kInPrivate, message.text());
        found |= message.text() == kHers;
    }
    if (!found || view.counterpart().id() != private_) throw Broken("the private side is missing");
}

void Script::breaks() {
    tell_.step("Break it: " + std::to_string(storm_.messages) + " customers, " +
               std::to_string(storm_.per_second) + " a second, " + std::to_string(storm_.bots) +
               " bots answer, and kill -9");
    Storm storm(stage_, interrupt_, storm_, [this](int told, int published, const std::string& what) {
        tell_.progress("written " + std::to_string(told) + ", answered " + std::to_string(published) +
                       (what.empty() ? "" : "   " + what));
    });
    const auto report = storm.run();
    tell_.shows("written", std::to_string(report.told));
    tell_.shows("kept", std::to_string(report.kept));
    tell_.shows("answers",
                std::to_string(report.answered) + ", of which published " + std::to_string(report.published));
    tell_.shows("lost", std::to_string(report.told - report.kept + report.missing));
    tell_.shows("twice", std::to_string(report.twice));
    if (!report.holds()) throw Broken("something was lost, or published twice");
    tell_.held("acknowledged is kept; nothing was published twice");
}

void Script::closes() {
    tell_.step("The closing word, in public");
    v1::CloseInPublicRequest request;
    request.set_request_id(Desk::request_id());
    request.set_escalation(escalation_);
    request.set_epoch(stage_.claire().look(public_).conversation().epoch());
    request.set_text(kClosing);
    stage_.claire().must<v1::CloseInPublicResponse>("EscalationService/CloseInPublic", request);
    appears(kClosing, kInPublic);
    stage_.until("the case is closed",
                 [&] { return the_case().state() == v1::ESCALATION_STATE_CLOSED_IN_PUBLIC; });
}

void Script::account() {
    tell_.step("By the platform's own record");
    const auto counts = stage_.town().counts();
    for (const auto* words : {kAnswer, kInvitation, kFirstPrivate, kSettled, kClosing}) {
        const auto found = counts.find(words);
        const int times = found == counts.end() ? 0 : found->second;
        tell_.shows(std::to_string(times) + " time", words);
        if (times != 1)
            throw Broken("\"" + std::string(words) + "\" stands there " + std::to_string(times) + " times");
    }
    if (counts.contains(kHarsh)) throw Broken("what was taken back stands there");
    tell_.shows("0 times", kHarsh);
    tell_.held("each answer once, what was taken back never");
}

void Script::play() {
    complains();
    taken_once();
    answered_in_public();
    taken_back();
    goes_on();
    moves();
    answers_in_private();
    one_history();
    breaks();
    closes();
    account();
}

}  // namespace guichet::demo
