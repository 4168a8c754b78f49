#include "services/ingest/web/private_view.hpp"

#include <map>

#include "common/core/bytes.hpp"
#include "common/http/text.hpp"
#include "common/store/records.hpp"
#include "services/ingest/web/fields_view.hpp"

namespace guichet::ingest::web {
namespace {

TimeMs time_of(const v1::Message& message) {
    return store::to_ms(message.has_created_at() ? message.created_at() : message.stored_at());
}

// "2026-11-22 14:05 UTC": the script shows it in the customer's own zone.
std::string plain_time(TimeMs at) {
    const auto iso = to_iso8601(at);
    return iso.substr(0, 10) + " " + iso.substr(11, 5) + " UTC";
}

void apply_change(std::map<std::int64_t, Bubble>& bubbles, const v1::Message& change) {
    const auto found = bubbles.find(change.target_seq());
    if (found == bubbles.end()) return;
    auto& bubble = found->second;
    if (change.kind() == v1::MESSAGE_KIND_EDIT) {
        bubble.text = change.text();
        bubble.edited = true;
        return;
    }
    bubble.deleted = true;
    bubble.text.clear();
    bubble.attachments.clear();
}

Html bubble_html(const Bubble& bubble, const Texts& t) {
    const auto name = !bubble.ours ? t.page_you : bubble.name.empty() ? t.our_team : bubble.name.c_str();
    Html head = element("span", {{"class", "who"}}, {name});
    head.add(element("time", {{"datetime", to_iso8601(bubble.at)}}, {plain_time(bubble.at)}));
    if (bubble.edited) head.add(element("span", {{"class", "mark"}}, {t.page_edited}));
    Html body =
        bubble.deleted ? element("p", {{"class", "hint"}}, {t.page_deleted}) : paragraphs(bubble.text);
    if (!bubble.attachments.empty()) {
        std::string names = t.page_attachments;
        for (const auto& one : bubble.attachments) names += " " + one;
        body.add(element("p", {{"class", "hint"}}, {names}));
    }
    return element(
        "li",
        {{"class", bubble.ours ? "bubble ours" : "bubble theirs"}, {"data-seq", std::to_string(bubble.seq)}},
        {element("p", {{"class", "meta"}}, {head}), element("div", {{"class", "text"}}, {body})});
}

Html time_text(const char* text, TimeMs at) {
    return element("p", {{"class", "hint"}}, {fill(text, {{"time", plain_time(at)}})});
}

// What a visitor has to do, or that it is done.
Html proof_panel(const PrivateView& view, const Texts& t) {
    if (!view.proof) return {};
    const auto& proof = *view.proof;
    if (proof.state == ProofView::State::proven) {
        return element("p", {{"class", "proven"}, {"role", "status"}}, {t.claim_proven});
    }
    std::vector<Html> parts{element("h2", {{"id", "proof-title"}}, {t.claim_title})};
    if (proof.state == ProofView::State::waiting) {
        parts.push_back(element("p", {}, {t.claim_lead}));
        parts.push_back(element("p", {{"class", "code"}}, {element("code", {}, {proof.code})}));
        parts.push_back(time_text(t.claim_until, proof.until));
        parts.push_back(element("p", {}, {t.claim_why}));
        parts.push_back(element("p", {}, {element("strong", {}, {t.claim_warn})}));
        parts.push_back(
            element("p", {}, {element("a", {{"href", view.base + "?lang=" + t.code}}, {t.claim_check})}));
    } else if (proof.state == ProofView::State::expired) {
        parts.push_back(element("p", {}, {t.claim_expired}));
        parts.push_back(element("form", {{"method", "post"}, {"action", view.base + "/open?lang=" + t.code}},
                                {submit_button(t.claim_renew)}));
    } else {
        parts.push_back(time_text(t.claim_exhausted, proof.until));
    }
    return element("section", {{"class", "proof"}, {"aria-labelledby", "proof-title"}}, parts);
}

// What was said in public, once it is known that it was he.
Html history_panel(const PrivateView& view, const Texts& t) {
    if (!view.proof || view.proof->history.empty()) return {};
    std::vector<Html> items;
    for (const auto& bubble : view.proof->history) items.push_back(bubble_html(bubble, t));
    return element("details", {{"class", "history"}},
                   {element("summary", {}, {t.claim_history}), element("ol", {{"class", "bubbles"}}, items)});
}

}  // namespace

std::vector<Bubble> visible(const v1::GetConversationResponse& conversation) {
    std::map<std::int64_t, Bubble> bubbles;
    for (const auto& message : conversation.messages()) {
        const bool sent = message.kind() == v1::MESSAGE_KIND_OUTBOUND &&
                          message.delivery_state() == v1::DELIVERY_STATE_SENT;
        if (message.kind() == v1::MESSAGE_KIND_EDIT || message.kind() == v1::MESSAGE_KIND_DELETION) {
            apply_change(bubbles, message);
        } else if (sent || message.kind() == v1::MESSAGE_KIND_INBOUND) {
            Bubble bubble;
            bubble.seq = message.seq();
            bubble.ours = sent;
            if (sent) bubble.name = message.persona();
            bubble.text = message.text();
            bubble.at = time_of(message);
            for (const auto& attachment : message.attachments())
                bubble.attachments.push_back(attachment.name());
            bubbles.emplace(message.seq(), std::move(bubble));
        }
    }
    std::vector<Bubble> list;
    for (auto& [seq, bubble] : bubbles) list.push_back(std::move(bubble));
    return list;
}

const char* to_string(ProofView::State state) {
    switch (state) {
        case ProofView::State::waiting:
            return "waiting";
        case ProofView::State::expired:
            return "expired";
        case ProofView::State::exhausted:
            return "exhausted";
        case ProofView::State::proven:
            return "proven";
    }
    return "";
}

std::string fingerprint(const std::vector<Bubble>& bubbles, const std::string& proof) {
    std::string all = proof;
    for (const auto& bubble : bubbles) {
        all += std::to_string(bubble.seq) + (bubble.ours ? "o" : "t") + (bubble.deleted ? "d" : "") +
               std::to_string(bubble.text.size()) + ":" + bubble.text + bubble.name + "\n";
    }
    return hex(sha256(all)).substr(0, 16);
}

std::string render_conversation(const PrivateView& view) {
    const auto& t = texts(view.frame.language);
    auto frame = view.frame;
    frame.title = (view.errors.empty() ? "" : t.error_prefix) + std::string(t.page_title);
    frame.live = true;
    std::vector<Html> items;
    bool answered = false;
    for (const auto& bubble : view.bubbles) {
        items.push_back(bubble_html(bubble, t));
        answered = answered || bubble.ours;
    }
    const std::string proof = view.proof ? to_string(view.proof->state) : "";
    const auto list = element("ol",
                              {{"class", "bubbles"},
                               {"id", "messages"},
                               {"data-url", view.base + "/messages"},
                               {"data-state", fingerprint(view.bubbles, proof)},
                               {"data-proof", proof},
                               {"data-you", t.page_you},
                               {"data-us", t.our_team},
                               {"data-new", t.page_new_message}},
                              items);
    const auto waiting =
        element("p",
                {{"class", "hint waiting"},
                 {"id", "waiting"},
                 Attribute::flag("hidden", answered || (view.proof && view.bubbles.empty()))},
                {t.page_empty_answer});
    const Fields fields(t, view.errors);
    const auto form = element("form",
                              {{"method", "post"},
                               {"action", view.base + "/messages"},
                               {"class", "write"},
                               Attribute::flag("novalidate")},
                              {hidden_input("token", view.token),
                               fields.area("message", t.page_write_label, view.draft, nullptr, 4),
                               element("div", {{"class", "end"}}, {submit_button(t.page_send)})});
    const auto refresh = element(
        "p", {{"class", "hint refresh"}},
        {element("span", {{"class", "live"}, Attribute::flag("hidden")}, {t.page_live_on}),
         element("a", {{"class", "reload"}, {"href", view.base + "?lang=" + t.code}}, {t.page_reload})});
    return render_page(
        frame,
        element("div", {{"class", "conversation"}},
                {element("h1", {}, {t.page_title}),
                 view.reference.empty() ? Html()
                                        : element("p", {{"class", "lead"}},
                                                  {fill(t.page_reference, {{"reference", view.reference}})}),
                 fields.summary(), proof_panel(view, t), history_panel(view, t),
                 view.earlier ? element("p", {{"class", "hint"}}, {t.page_earlier}) : Html(),
                 element("div", {{"role", "log"}, {"aria-label", t.page_title}}, {list}), waiting, refresh,
                 form}));
}

std::string render_door(const Frame& frame, const std::string& base, bool in_public) {
    const auto& t = texts(frame.language);
    auto named = frame;
    named.title = t.page_title;
    const auto form = element("form", {{"method", "post"}, {"action", base + "/open?lang=" + t.code}},
                              {submit_button(in_public ? t.claim_door_button : t.page_open_button)});
    return render_page(
        named, element("div", {{"class", "notice"}},
                       {element("h1", {}, {t.page_title}),
                        element("p", {{"class", "lead"}}, {in_public ? t.claim_door_lead : t.page_open_lead}),
                        form, element("p", {{"class", "hint"}}, {t.page_open_hint})}));
}

std::string bubbles_json(const std::vector<Bubble>& bubbles, const Texts& t, const std::string& proof) {
    std::string json = "{\"state\":" + http::json_quote(fingerprint(bubbles, proof)) +
                       ",\"proof\":" + http::json_quote(proof) + ",\"messages\":[";
    for (const auto& bubble : bubbles) {
        if (json.back() != '[') json += ",";
        json += "{\"seq\":" + std::to_string(bubble.seq) + ",\"ours\":" + (bubble.ours ? "true" : "false") +
                ",\"name\":" + http::json_quote(bubble.name) +
                ",\"at\":" + http::json_quote(to_iso8601(bubble.at)) +
                ",\"mark\":" + http::json_quote(bubble.edited ? t.page_edited : "") +
                ",\"text\":" + http::json_quote(bubble.deleted ? t.page_deleted : bubble.text) +
                ",\"attached\":";
        std::string names;
        for (const auto& one : bubble.attachments) names += " " + one;
        json += http::json_quote(names.empty() ? "" : t.page_attachments + names) + "}";
    }
    return json + "]}";
}

}  // namespace guichet::ingest::web
