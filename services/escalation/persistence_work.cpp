#include "services/escalation/persistence_work.hpp"

#include <algorithm>
#include <set>

#include "common/obs/log.hpp"
#include "common/store/records.hpp"
#include "services/escalation/scene.hpp"

namespace guichet::escalation {
namespace {

constexpr char kPersistence[] = "system:persistence";
constexpr std::size_t kMostCases = 20;  // of a contact, that are looked at

std::string serialized(const Verdict& verdict) {
    v1::Triage reasons;
    auto* whole = reasons.add_reasons();
    whole->set_kind("persistence");
    whole->set_text(verdict.words);
    whole->set_weight(verdict.score);
    whole->set_rule("score");
    for (const auto& post : verdict.reasons) {
        auto* reason = reasons.add_reasons();
        reason->set_kind("persistence");
        reason->set_text(post.words);
        reason->set_weight(post.weight);
        reason->set_rule(post.post);
    }
    return reasons.SerializeAsString();
}

bool taken_back(const std::vector<v1::Message>& messages, std::int64_t seq) {
    return std::any_of(messages.begin(), messages.end(), [seq](const auto& message) {
        return message.kind() == v1::MESSAGE_KIND_DELETION && message.target_seq() == seq;
    });
}

bool answered(const std::vector<v1::Message>& messages, std::int64_t seq) {
    return std::any_of(messages.begin(), messages.end(), [seq](const auto& message) {
        return message.kind() == v1::MESSAGE_KIND_OUTBOUND && message.seq() > seq;
    });
}

Post to_post(const NegativePost& said, const v1::Conversation& in, const std::vector<v1::Message>& since) {
    Post post;
    post.id = said.conversation + "#" + std::to_string(said.seq);
    post.thread = in.parent_thread().empty() ? in.thread() : in.parent_thread();
    post.channel = in.channel();
    post.at = said.at;
    post.sentiment = said.score;
    post.complaint = said.complaint;
    post.answered = answered(since, said.seq);
    post.is_public = in.visibility() == v1::VISIBILITY_PUBLIC;
    post.fingerprint = said.fingerprint;
    return post;
}

}  // namespace

Thresholds thresholds(const config::EscalationSettings& settings) {
    Thresholds thresholds;
    thresholds.score = settings.score;
    thresholds.least_posts = static_cast<std::size_t>(settings.least_posts);
    thresholds.negative_below = -settings.least_negative;
    thresholds.half_life = settings.half_life.count();
    thresholds.window = settings.window.count();
    thresholds.cool_off = settings.cool_off.count();
    return thresholds;
}

std::optional<NegativePost> read_post(const std::string& text) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (auto bar = text.find('|'); bar != std::string::npos; bar = text.find('|', start)) {
        parts.push_back(text.substr(start, bar - start));
        start = bar + 1;
    }
    parts.push_back(text.substr(start));
    if (parts.size() < 4) return std::nullopt;
    parts.resize(6);
    NegativePost post;
    post.at = std::atoll(parts[0].c_str());
    post.conversation = parts[1];
    post.seq = std::atoll(parts[2].c_str());
    post.score = std::strtod(parts[3].c_str(), nullptr);
    post.complaint = parts[4] == "complaint";
    post.fingerprint = parts[5];
    if (post.conversation.empty() || post.seq <= 0) return std::nullopt;
    return post;
}

asio::awaitable<Result<std::vector<v1::Message>>> PersistenceWork::since(WorkspaceId workspace,
                                                                         const v1::Conversation& in,
                                                                         std::int64_t seq) {
    const auto first = std::max<std::int64_t>(seq + 1, in.message_count() - kMessagesRead + 1);
    co_return co_await context_.reads.messages(workspace, ConversationId(in.id()), first, in.message_count());
}

asio::awaitable<Result<std::vector<Post>>> PersistenceWork::posts(WorkspaceId workspace, ContactId contact) {
    auto lines = co_await context_.reads.negative_posts(workspace, contact);
    if (!lines) co_return lines.error();
    // The earliest post of each conversation.
    std::map<std::string, std::int64_t> first;
    std::vector<NegativePost> said;
    for (const auto& line : *lines) {
        auto post = read_post(line);
        if (!post) continue;
        const auto at = first.emplace(post->conversation, post->seq).first;
        at->second = std::min(at->second, post->seq);
        said.push_back(std::move(*post));
    }
    std::vector<std::string> ids;
    ids.reserve(first.size());
    for (const auto& [id, seq] : first) ids.push_back(id);
    auto found = co_await context_.reads.conversations(workspace, std::move(ids), "*");
    if (!found) co_return found.error();
    std::vector<Post> posts;
    for (const auto& conversation : *found) {
        auto messages = co_await since(workspace, conversation, first[conversation.id()]);
        if (!messages) co_return messages.error();
        for (const auto& post : said) {
            if (post.conversation != conversation.id() || taken_back(*messages, post.seq)) continue;
            posts.push_back(to_post(post, conversation, *messages));
        }
    }
    co_return posts;
}

asio::awaitable<Result<Standing>> PersistenceWork::standing(WorkspaceId workspace, ContactId contact) {
    Standing standing;
    auto known = co_await context_.reads.contact(workspace, contact);
    if (!known) {
        if (known.error().code == Code::not_found) co_return standing;
        co_return known.error();
    }
    std::vector<std::string> ids(known->conversations().begin(), known->conversations().end());
    auto found = co_await context_.reads.conversations(workspace, std::move(ids), "*");
    if (!found) co_return found.error();
    std::set<std::string> cases;
    for (const auto& conversation : *found) {
        if (!conversation.escalation().empty() && cases.size() < kMostCases) {
            cases.insert(conversation.escalation());
        }
    }
    for (const auto& id : cases) {
        auto fields = co_await context_.reads.escalation_fields(workspace, EscalationId(id));
        if (!fields && fields.error().code != Code::not_found) co_return fields.error();
        if (!fields) continue;
        const auto& state = (*fields)["st"];
        standing.open_case =
            standing.open_case || state == "proposed" || state == "offered" || state == "accepted";
        if (state == "declined") {
            const TimeMs at = std::atoll((*fields)["up"].c_str());
            standing.declined_at = std::max(at, standing.declined_at.value_or(at));
        }
    }
    co_return standing;
}

asio::awaitable<Result<void>> PersistenceWork::judge(store::WorkItem item) {
    auto conversation = co_await context_.reads.conversation(item.workspace, item.conversation, "*");
    if (!conversation && conversation.error().code != Code::not_found) co_return conversation.error();
    if (!conversation || conversation->contact().empty()) {
        co_return co_await context_.store.acknowledge(item.workspace, "escalation", item.entry);
    }
    const ContactId contact(conversation->contact());
    auto posts = co_await this->posts(item.workspace, contact);
    if (!posts) co_return posts.error();
    auto standing = co_await this->standing(item.workspace, contact);
    if (!standing) co_return standing.error();
    const auto verdict =
        judge_persistence(*posts, *standing, thresholds(context_.settings.escalation), context_.clock.now());
    if (!verdict.propose) {
        obs::log::debug("escalation.not_proposed",
                        {{"conversation", item.conversation}, {"why", verdict.words}});
        co_return co_await context_.store.acknowledge(item.workspace, "escalation", item.entry);
    }
    auto proposed = co_await context_.store.propose(item.workspace, kPersistence, item.conversation,
                                                    serialized(verdict), item.entry);
    if (!proposed) co_return proposed.error();
    obs::log::info("escalation.judged",
                   {{"conversation", item.conversation}, {"proposed", *proposed}, {"why", verdict.words}});
    co_return Result<void>{};
}

}  // namespace guichet::escalation
