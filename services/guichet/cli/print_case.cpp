#include <algorithm>

#include "common/core/clock.hpp"
#include "common/store/records.hpp"
#include "services/guichet/cli/print.hpp"

namespace guichet::cli {
namespace {

// ("ROUTE_KIND_PRIVATE_REPLY", "ROUTE_KIND_") -> "private reply"
std::string plain(const std::string& name, const std::string& prefix) {
    auto text = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(c == '_' ? ' ' : std::tolower(c)); });
    return text == "unspecified" ? "" : text;
}

std::string score_text(double weight) {
    auto text = std::to_string(weight);
    return text.substr(0, text.find('.') + 2);
}

}  // namespace

std::string case_text(const v1::Escalation& e, std::int64_t now_ms) {
    std::string out =
        "case " + e.id() + "  " + plain(v1::EscalationState_Name(e.state()), "ESCALATION_STATE_");
    if (e.has_route()) out += "  by " + e.route().id();
    out += "\n";
    if (!e.private_conversation().empty()) {
        out += "private conversation " + e.private_conversation();
        const auto proof = plain(v1::IdentityProof_Name(e.identity()), "IDENTITY_PROOF_");
        out += proof.empty() ? "\n" : "  identity " + proof + "\n";
    }
    if (e.has_expires_at())
        out += "waits for the customer, ends " + due_words(store::to_ms(e.expires_at()), now_ms) + "\n";
    std::string chain;
    for (const auto& route : e.chain()) chain += (chain.empty() ? "then " : ", ") + route;
    if (!chain.empty()) out += chain + "\n";
    if (!e.error().empty()) out += "ended: " + safe(e.error()) + "\n";
    for (const auto& reason : e.reasons()) {
        if (reason.text().empty()) continue;
        out += "because " + safe(reason.text(), 200) + "  (" + safe(reason.rule(), 80);
        out += reason.weight() > 0 ? ", " + score_text(reason.weight()) + ")\n" : ")\n";
    }
    return out;
}

std::string verified_text(const v1::VerifyIdentityResponse& verified, std::int64_t now_ms) {
    const auto& c = verified.conversation();
    auto out = "conversation " + c.id() + "  identity " +
               plain(v1::IdentityProof_Name(c.identity()), "IDENTITY_PROOF_") + "\n";
    if (verified.has_escalation()) out += case_text(verified.escalation(), now_ms);
    return out;
}

std::string routes_text(const v1::ListRoutesResponse& routes, std::int64_t now_ms) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& r : routes.routes()) {
        const auto ends = r.has_expires_at() ? due_words(store::to_ms(r.expires_at()), now_ms) : "";
        rows.push_back({r.id(), plain(v1::RouteKind_Name(r.kind()), "ROUTE_KIND_"), r.channel(),
                        r.single_use() ? "once" : "", r.closed().empty() ? "open" : "closed", ends,
                        safe(r.closed(), 120)});
    }
    std::string out = rows.empty() ? "No private ways.\n"
                                   : table({"ROUTE", "KIND", "CHANNEL", "USE", "NOW", "ENDS", "WHY"}, rows);
    if (!routes.invitation().empty()) {
        out += "\ninvitation:\n" + safe_lines(routes.invitation(), "    ") + "closing word:\n" +
               safe_lines(routes.closing(), "    ");
    }
    if (routes.has_escalation()) out += "\n" + case_text(routes.escalation(), now_ms);
    return out;
}

std::string around_text(const v1::GetConversationResponse& view, std::int64_t now_ms) {
    std::string out;
    const auto& c = view.conversation();
    if (!c.escalation().empty()) {
        out += "\ncase " + c.escalation();
        const auto proof = plain(v1::IdentityProof_Name(c.identity()), "IDENTITY_PROOF_");
        out += proof.empty() ? "\n" : "  identity " + proof + "\n";
    }
    if (view.has_counterpart()) {
        const bool is_public = view.counterpart().visibility() == v1::VISIBILITY_PUBLIC;
        const auto proof = plain(v1::IdentityProof_Name(view.counterpart().identity()), "IDENTITY_PROOF_");
        out += std::string("\nthe ") + (is_public ? "public" : "private") +
               " side:" + (proof.empty() ? "" : "  identity " + proof) + "\n" +
               conversation_text(view.counterpart(), view.counterpart_messages(), now_ms);
    }
    for (const auto& claimant : view.claimants()) {
        out += "\non the page of the public link: " + claimant.id() + "  " +
               store::state_word(claimant.state()) + "  identity " +
               plain(v1::IdentityProof_Name(claimant.identity()), "IDENTITY_PROOF_") + "  " +
               safe(claimant.preview(), 80);
    }
    if (view.others().empty() && view.claimants().empty()) return out;
    return out + "\n" + others_text(view);
}

}  // namespace guichet::cli
