#include "common/core/bytes.hpp"
#include "common/store/records.hpp"
#include "common/store/store.hpp"

namespace guichet::store {
namespace {

// What the customer quotes: short, without letters that look like digits.
std::string make_reference(Random& random) {
    static constexpr char kAlphabet[] = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
    std::string reference = "G-";
    for (int i = 0; i < 8; ++i) reference.push_back(kAlphabet[random.below(sizeof kAlphabet - 1)]);
    return reference;
}

// The first line of a message, for lists.
std::string preview_of(const std::string& text) {
    const auto start = text.find_first_not_of(" \t\r\n");
    if (start == std::string::npos) return {};
    return truncate_utf8(text.substr(start, text.find_first_of("\r\n", start) - start), 160);
}

const char* kind_letter(Inbound::Kind kind) {
    switch (kind) {
        case Inbound::Kind::edited:
            return "e";
        case Inbound::Kind::deleted:
            return "d";
        case Inbound::Kind::created:
            break;
    }
    return "i";
}

std::string mark_lines(const std::vector<ContactMark>& marks) {
    std::string lines;
    for (const auto& mark : marks) {
        lines += mark.kind + (mark.proven ? "|1|" : "||") + mark.value + "|" + mark_digest(mark) + "\n";
    }
    return lines;
}

Ingested::Outcome ingested_as(const std::string& word) {
    if (word == "opened") return Ingested::Outcome::opened;
    if (word == "added") return Ingested::Outcome::added;
    if (word == "changed") return Ingested::Outcome::changed;
    if (word == "tombstone") return Ingested::Outcome::tombstone;
    return Ingested::Outcome::duplicate;
}

}  // namespace

asio::awaitable<Result<Ingested>> Store::ingest(Inbound m) {
    const auto now = clock_.now();
    const auto digest = hex(sha256(m.text)).substr(0, 12);
    Row arguments{m.workspace.str(),
                  m.channel.str(),
                  std::move(m.external_id),
                  kind_letter(m.kind),
                  std::to_string(m.ordinal),
                  digest,
                  std::move(m.thread),
                  std::move(m.author),
                  make_ulid(now, random_),
                  make_ulid(now, random_),
                  std::move(m.blob),
                  std::move(m.raw),
                  m.is_public ? "public" : "private",
                  m.team.str(),
                  std::move(m.language),
                  std::move(m.author_name),
                  preview_of(m.text),
                  make_reference(random_),
                  m.preferred_owner.str(),
                  std::move(m.subject),
                  std::move(m.parent_thread),
                  m.among_customers ? "1" : "",
                  m.claim ? m.claim->escalation.str() : std::string(),
                  m.claim ? m.claim->visitor : std::string(),
                  m.claim ? std::to_string(m.claim->most) : std::string(),
                  mark_lines(m.marks)};
    auto row = co_await call_together(m.workspace, "ingest", std::move(arguments));
    if (!row) co_return row.error();
    co_return Ingested{ingested_as(row->at(0)), ConversationId(row->at(1)), std::atoll(row->at(2).c_str()),
                       row->at(3), ContactId(row->at(4))};
}

asio::awaitable<Result<void>> Store::triage(TriageDecision d) {
    Row arguments{d.workspace.str(),     d.conversation.str(),
                  std::move(d.entry),    std::to_string(d.seq),
                  std::move(d.language), std::move(d.blob),
                  std::to_string(d.due), std::to_string(d.first_answer_due),
                  d.team.str(),          ms(d.reserve),
                  d.aside ? "1" : "",    std::move(d.negative)};
    auto row = co_await call(d.workspace, "triage", std::move(arguments));
    if (!row) co_return row.error();
    co_return Result<void>{};
}

asio::awaitable<Result<std::string>> Store::own_post(OwnPost post) {
    Row arguments{post.workspace.str(),     post.channel.str(),     std::move(post.external_id),
                  std::move(post.reply_to), std::move(post.thread), words_digest(post.text),
                  std::move(post.blob)};
    auto row = co_await call_together(post.workspace, "own_post", std::move(arguments));
    if (!row) co_return row.error();
    co_return row->at(0);
}

asio::awaitable<Result<std::string>> Store::report_delivery(DeliveryReport report) {
    Row arguments{report.workspace.str(), report.channel.str(),     std::move(report.external_id),
                  report.delivery.str(),  report.failed ? "1" : "", std::move(report.error)};
    auto row = co_await call_together(report.workspace, "report", std::move(arguments));
    if (!row) co_return row.error();
    co_return row->at(0);
}

}  // namespace guichet::store
