#include "common/channels/facebook/readback.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/channels/facebook/ids.hpp"
#include "common/channels/facebook/outgoing.hpp"
#include "common/channels/facebook/pages.hpp"

namespace guichet::channels::facebook {
namespace {

constexpr char kReadFields[] = "id,message,from,created_time";
constexpr char kReadLimit[] = "100";

struct Sought {
    std::string text;
    TimeMs since = 0;
    std::chrono::milliseconds limit{0};
};

bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// The lists of comments to look at: a reply to a reply is filed below the root comment.
std::vector<std::string> places_of(const Settings& page, const SendIntent& intent) {
    std::vector<std::string> places;
    const auto answered = answered_comment(intent);
    if (answered.empty()) return {page.page.id + "/feed"};
    if (is_graph_id(answered)) places.push_back(answered + "/comments");
    const auto root = root_of(intent.thread);
    if (is_graph_id(root) && root != answered) places.push_back(root + "/comments");
    return places;
}

// False: it could not be read to the end.
asio::awaitable<bool> look_at(Graph& graph, Settings page, std::string place, Sought sought,
                              std::vector<OwnWords>& found) {
    Call call;
    call.query = {{"fields", kReadFields}, {"limit", kReadLimit}};
    if (place.find("/comments") != std::string::npos) {
        call.query.emplace_back("order", "reverse_chronological");
        call.query.emplace_back("filter", "stream");
    }
    call.path = std::move(place);
    const auto own = page.page.id;
    Pages pages(graph, std::move(page), std::move(call), kMaxReadPages, sought.limit);
    for (;;) {
        auto entries = co_await pages.next();
        if (!entries) co_return false;
        if (!*entries) co_return !pages.cut();
        if (find_own(**entries, own, sought.text, sought.since, found)) co_return true;
    }
}

// Where a private reply to one comment stands.
struct Replied {
    // The comment could be read, and says whether it was answered privately.
    bool known = false;
    std::string person;
    std::vector<OwnWords> found;
};

std::string other_party(const json::object& conversation, const std::string& own) {
    const auto* participants = object_in(conversation, "participants");
    const auto* data = participants ? array_in(*participants, "data") : nullptr;
    if (!data) return {};
    for (const auto& item : *data) {
        const auto* one = item.if_object();
        auto id = one ? text_in(*one, "id") : std::string();
        if (!id.empty() && id != own) return id;
    }
    return {};
}

// A comment that nobody answered privately can be, and has no conversation; one that was has its
// conversation. Whatever else it shows (too old, no right to read messages, another private reply) says
// nothing of this one.
asio::awaitable<Replied> look_at_comment(Graph& graph, Settings page, std::string comment, Sought sought) {
    Replied replied;
    if (!is_graph_id(comment)) co_return replied;
    const auto own = page.page.id;
    Call call;
    call.path = std::move(comment);
    call.query = {
        {"fields", "id,can_reply_privately,private_reply_conversation{id,participants,messages.limit(50){" +
                       std::string(kReadFields) + "}}"}};
    auto answer = co_await ask(graph, std::move(page), std::move(call), sought.limit);
    if (!answer) co_return replied;
    const auto* conversation = object_in(*answer, "private_reply_conversation");
    if (!conversation) {
        replied.known = flag_in(*answer, "can_reply_privately");
        co_return replied;
    }
    const auto* messages = object_in(*conversation, "messages");
    const auto* data = messages ? array_in(*messages, "data") : nullptr;
    if (data) find_own(*data, own, sought.text, sought.since, replied.found);
    replied.person = other_party(*conversation, own);
    replied.known = !replied.found.empty() && !replied.person.empty();
    co_return replied;
}

// The messages of each conversation in `conversations`; false when there may be more that is not too old.
bool find_in_conversations(const json::array& conversations, const std::string& own, const Sought& sought,
                           std::vector<OwnWords>& found) {
    bool whole = true;
    for (const auto& item : conversations) {
        const auto* conversation = item.if_object();
        const auto* messages = conversation ? object_in(*conversation, "messages") : nullptr;
        const auto* data = messages ? array_in(*messages, "data") : nullptr;
        if (!data) continue;
        const bool reached = find_own(*data, own, sought.text, sought.since, found);
        whole = whole && (reached || cursor_after(*messages).empty());
    }
    return whole;
}

asio::awaitable<bool> look_at_messages(Graph& graph, Settings page, std::string person, Sought sought,
                                       std::vector<OwnWords>& found) {
    Call call;
    call.path = page.page.id + "/conversations";
    call.query = {{"platform", "messenger"},
                  {"fields", "id,updated_time,messages.limit(50){" + std::string(kReadFields) + "}"}};
    if (!person.empty()) call.query.emplace_back("user_id", std::move(person));
    const auto own = page.page.id;
    Pages pages(graph, std::move(page), std::move(call), kMaxReadPages, sought.limit);
    for (;;) {
        auto entries = co_await pages.next();
        if (!entries) co_return false;
        if (!*entries) co_return !pages.cut();
        if (!find_in_conversations(**entries, own, sought, found)) co_return false;
        // The newest conversation comes first: when the last one is older, all that follow are.
        const auto* last = (*entries)->empty() ? nullptr : (*entries)->back().if_object();
        const auto updated = last ? time_in(*last, "updated_time") : 0;
        if (updated > 0 && updated < sought.since) co_return true;
    }
}

Reconciled verdict(std::vector<OwnWords> found, bool whole) {
    std::sort(found.begin(), found.end(),
              [](const OwnWords& a, const OwnWords& b) { return a.at != b.at ? a.at < b.at : a.id < b.id; });
    Reconciled reconciled;
    for (auto& one : found) {
        auto& all = reconciled.candidates;
        if (std::find(all.begin(), all.end(), one.id) == all.end()) all.push_back(std::move(one.id));
    }
    using Kind = Reconciled::Kind;
    if (!reconciled.candidates.empty()) {
        reconciled.kind = Kind::found;
        reconciled.external_id = reconciled.candidates.front();
    } else {
        reconciled.kind = whole ? Kind::absent : Kind::unknown;
    }
    return reconciled;
}

}  // namespace

std::string normalised(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    bool blank = false;
    for (const char c : text) {
        if (is_blank(c)) {
            blank = !plain.empty();
            continue;
        }
        if (blank) plain += ' ';
        blank = false;
        plain += c;
    }
    return plain;
}

bool find_own(const json::array& data, const std::string& page, const std::string& text, TimeMs since,
              std::vector<OwnWords>& found) {
    bool all_older = !data.empty();
    for (const auto& item : data) {
        const auto* one = item.if_object();
        if (!one) continue;
        const auto at = time_in(*one, "created_time");
        if (at == 0 || at >= since) all_older = false;
        const auto* from = object_in(*one, "from");
        if (at < since || !from || text_in(*from, "id") != page) continue;
        auto id = text_in(*one, "id");
        if (!id.empty() && normalised(text_in(*one, "message")) == text) found.push_back({std::move(id), at});
    }
    return all_older;
}

asio::awaitable<Reconciled> read_back(Graph& graph, Settings page, SendIntent intent) {
    const Sought sought{normalised(intent.text), intent.created_at - kClockSlack, intent.deadline};
    std::vector<OwnWords> found;
    bool whole = true;
    const bool is_private = intent.way != Way::answer || is_direct_thread(intent.thread) ||
                            (!intent.is_public && root_of(intent.thread).empty());
    if (!is_private) {
        const auto places = places_of(page, intent);
        whole = !places.empty();
        for (const auto& place : places) {
            const bool read = co_await look_at(graph, page, place, sought, found);
            whole = whole && read;
        }
        co_return verdict(std::move(found), whole);
    }
    if (intent.way == Way::private_reply) {
        auto replied = co_await look_at_comment(graph, std::move(page), std::move(intent.reply_to), sought);
        auto answer = verdict(std::move(replied.found), replied.known);
        if (!replied.known) answer = Reconciled{};
        answer.recipient = std::move(replied.person);
        co_return answer;
    }
    const auto person = person_addressed(intent);
    whole = co_await look_at_messages(graph, std::move(page), person, sought, found);
    auto answer = verdict(std::move(found), whole);
    // The same words to somebody else look alike: not enough to be sure.
    if (person.empty() && answer.kind == Reconciled::Kind::found) {
        answer.kind = Reconciled::Kind::unknown;
        answer.external_id.clear();
    }
    co_return answer;
}

}  // namespace guichet::channels::facebook
