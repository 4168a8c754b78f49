#include "common/channels/facebook/gap_fill.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "common/channels/facebook/ids.hpp"
#include "common/channels/facebook/pages.hpp"

namespace guichet::channels::facebook {
namespace {

constexpr char kCommentFields[] =
    "id,message,from,created_time,parent{id},message_tags,attachment{type,title,url,media}";
constexpr char kMessageFields[] =
    "id,message,from,to,created_time,attachments{mime_type,name,size,file_url,image_data,video_data}";
constexpr std::chrono::milliseconds kMaxAsk{10'000};

TimeMs time_of_event(const Event& event) {
    const auto& at = event.message.created_at();
    return at.seconds() * 1000 + at.nanos() / 1'000'000;
}

// One pull: what is read, and how long it may take still.
class Filling {
  public:
    Filling(Graph& graph, Settings page, const Clock& clock, std::chrono::milliseconds deadline, TimeMs since)
        : graph_(graph),
          page_(std::move(page)),
          clock_(clock),
          end_(clock.steady() + deadline),
          since_(since) {}

    asio::awaitable<Status> comments();
    asio::awaitable<Status> messages();
    Events& events() { return events_; }

  private:
    std::chrono::milliseconds left() const {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - clock_.steady());
        return std::clamp<std::chrono::milliseconds>(left, std::chrono::milliseconds(1), kMaxAsk);
    }
    Pages pages(Call call, int most) const { return {graph_, page_, std::move(call), most, left()}; }
    // False: the last ones are older than what is asked for.
    bool take_comments(const json::array& list);
    bool take_messages(const json::array& list, const std::string& person);
    asio::awaitable<Status> of_post(const json::object& post);
    asio::awaitable<Status> more_comments(std::string post, std::string after);
    asio::awaitable<Status> of_conversation(const json::object& conversation);
    asio::awaitable<Status> more_messages(std::string conversation, std::string person, std::string after);

    Graph& graph_;
    Settings page_;
    const Clock& clock_;
    std::chrono::nanoseconds end_;
    TimeMs since_;
    Events events_;
};

bool Filling::take_comments(const json::array& list) {
    bool any = false;
    for (const auto& item : list) {
        const auto* one = item.if_object();
        if (one && read_listed_comment(page_.page, *one, since_, events_)) any = true;
    }
    return any;
}

bool Filling::take_messages(const json::array& list, const std::string& person) {
    bool any = false;
    for (const auto& item : list) {
        const auto* one = item.if_object();
        if (one && read_listed_message(page_.page, *one, person, since_, events_)) any = true;
    }
    return any;
}

asio::awaitable<Status> Filling::comments() {
    Call call;
    call.path = page_.page.id + "/feed";
    call.query = {{"fields", "id,comments.filter(stream).order(reverse_chronological).limit(50){" +
                                 std::string(kCommentFields) + "}"},
                  {"limit", "25"}};
    auto posts = pages(std::move(call), kMaxPostPages);
    for (;;) {
        auto list = co_await posts.next();
        if (!list) co_return list.error();
        if (!*list) co_return Status{};
        for (const auto& item : **list) {
            if (!item.is_object()) continue;
            auto status = co_await of_post(item.get_object());
            if (!status.ok()) co_return status;
        }
    }
}

asio::awaitable<Status> Filling::of_post(const json::object& post) {
    const auto* comments = object_in(post, "comments");
    const auto* data = comments ? array_in(*comments, "data") : nullptr;
    if (!data || !take_comments(*data)) co_return Status{};
    auto id = text_in(post, "id");
    auto after = cursor_after(*comments);
    if (after.empty() || !is_graph_id(id)) co_return Status{};
    co_return co_await more_comments(std::move(id), std::move(after));
}

asio::awaitable<Status> Filling::more_comments(std::string post, std::string after) {
    Call call;
    call.path = post + "/comments";
    call.query = {{"fields", kCommentFields},
                  {"filter", "stream"},
                  {"order", "reverse_chronological"},
                  {"limit", "100"}};
    auto rest = Pages(graph_, page_, std::move(call), kMaxCommentPages, left(), std::move(after));
    for (;;) {
        auto list = co_await rest.next();
        if (!list) co_return list.error();
        if (!*list || !take_comments(**list)) co_return Status{};
    }
}

asio::awaitable<Status> Filling::messages() {
    Call call;
    call.path = page_.page.id + "/conversations";
    call.query = {
        {"platform", "messenger"},
        {"fields", "id,updated_time,participants,messages.limit(25){" + std::string(kMessageFields) + "}"},
        {"limit", "25"}};
    auto conversations = pages(std::move(call), kMaxConversationPages);
    for (;;) {
        auto list = co_await conversations.next();
        if (!list) {
            // An app for comments alone has no right to read messages; that is no failure.
            const auto& error = conversations.error();
            co_return error&& is_permission_error(*error) ? Status{} : list.error();
        }
        if (!*list) co_return Status{};
        for (const auto& item : **list) {
            const auto* one = item.if_object();
            if (!one) continue;
            const auto updated = time_in(*one, "updated_time");
            // The newest come first.
            if (updated > 0 && updated < since_) co_return Status{};
            auto status = co_await of_conversation(*one);
            if (!status.ok()) co_return status;
        }
    }
}

std::string customer_of(const json::object& conversation, const std::string& own) {
    const auto* participants = object_in(conversation, "participants");
    const auto* list = participants ? array_in(*participants, "data") : nullptr;
    if (!list) return {};
    for (const auto& item : *list) {
        const auto* one = item.if_object();
        auto id = one ? text_in(*one, "id") : std::string();
        if (!id.empty() && id != own) return id;
    }
    return {};
}

asio::awaitable<Status> Filling::of_conversation(const json::object& conversation) {
    const auto* messages = object_in(conversation, "messages");
    const auto* data = messages ? array_in(*messages, "data") : nullptr;
    auto person = customer_of(conversation, page_.page.id);
    if (!data || !take_messages(*data, person)) co_return Status{};
    auto id = text_in(conversation, "id");
    auto after = cursor_after(*messages);
    if (after.empty() || !is_graph_id(id)) co_return Status{};
    co_return co_await more_messages(std::move(id), std::move(person), std::move(after));
}

asio::awaitable<Status> Filling::more_messages(std::string conversation, std::string person,
                                               std::string after) {
    Call call;
    call.path = conversation + "/messages";
    call.query = {{"fields", kMessageFields}, {"limit", "50"}};
    auto rest = Pages(graph_, page_, std::move(call), kMaxMessagePages, left(), std::move(after));
    for (;;) {
        auto list = co_await rest.next();
        if (!list) co_return list.error();
        if (!*list || !take_messages(**list, person)) co_return Status{};
    }
}

std::optional<TimeMs> time_of_cursor(const std::string& cursor) {
    TimeMs at = 0;
    const auto read = std::from_chars(cursor.data(), cursor.data() + cursor.size(), at);
    if (read.ec != std::errc() || read.ptr != cursor.data() + cursor.size() || at < 0) return std::nullopt;
    return at;
}

// Leaves a page of them, and says whether there were more. What the overlap brought again goes first: else a
// busy minute would be read for ever. A second is never cut in two, the cursor could not name the rest of it.
bool cut_to_page(Events& events, TimeMs cursor) {
    if (events.size() <= kMaxPulled) return false;
    const auto is_new = [cursor](const Event& event) { return time_of_event(event) > cursor; };
    events.erase(events.begin(), std::find_if(events.begin(), events.end(), is_new));
    if (events.size() <= kMaxPulled) return false;
    const auto last = time_of_event(events[kMaxPulled - 1]);
    const auto rest = std::find_if(events.begin() + kMaxPulled, events.end(),
                                   [last](const Event& event) { return time_of_event(event) > last; });
    const bool more = rest != events.end();
    events.erase(rest, events.end());
    return more;
}

// The oldest first, so that a thread's root comes before what is below it.
Pulled arranged(Events events, TimeMs cursor) {
    Pulled pulled;
    std::stable_sort(events.begin(), events.end(),
                     [](const Event& a, const Event& b) { return time_of_event(a) < time_of_event(b); });
    pulled.more = cut_to_page(events, cursor);
    if (!events.empty()) cursor = std::max(cursor, time_of_event(events.back()));
    pulled.cursor = std::to_string(cursor);
    pulled.events = std::move(events);
    return pulled;
}

}  // namespace

asio::awaitable<Result<Pulled>> fill_gaps(Graph& graph, Settings page, std::string cursor, const Clock& clock,
                                          std::chrono::milliseconds deadline) {
    const auto wait = page.pull_every;
    Pulled pulled;
    pulled.wait = wait;
    const auto from = cursor.empty() ? std::optional(clock.now()) : time_of_cursor(cursor);
    if (!from) co_return invalid("cursor", "the cursor is no time in milliseconds");
    pulled.cursor = std::to_string(*from);
    if (cursor.empty()) co_return pulled;
    if (const auto held = graph.held(page)) {
        pulled.wait = *held;
        co_return pulled;
    }
    Filling filling(graph, std::move(page), clock, deadline, std::max<TimeMs>(*from - kOverlap, 1));
    auto status = co_await filling.comments();
    if (status.ok()) status = co_await filling.messages();
    // What was read is worth storing, but the rest has to be asked for again.
    if (!status.ok() && filling.events().empty()) co_return status;
    if (!status.ok() && status.code == Code::unauthenticated) co_return status;
    pulled = arranged(std::move(filling.events()), *from);
    pulled.wait = wait;
    if (!status.ok()) pulled.cursor = std::to_string(*from);
    co_return pulled;
}

}  // namespace guichet::channels::facebook
