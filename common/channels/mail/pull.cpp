// MailConnector::pull: from a cursor to a page of events.
#include <algorithm>
#include <array>

#include "common/channels/mail/events.hpp"
#include "common/channels/mail/mail_connector.hpp"
#include "common/http/text.hpp"

namespace guichet::channels {

using mail::ImapClient;
using mail::MailInfo;
using mail::Settings;

namespace {

// UIDs asked for at once, mails and bytes of a page.
constexpr std::uint64_t kWindow = 500;
constexpr std::size_t kPageMails = 50;
constexpr std::size_t kPageBytes = 32 * 1024 * 1024;
constexpr std::size_t kMaxHeaderBytes = 256 * 1024;
// A page takes no further mail after this; nor does a server get longer for what it has begun.
constexpr std::chrono::seconds kPageTime{60};
constexpr std::chrono::minutes kPageLimit{5};
// RFC 2177: anew at least every 29 minutes.
constexpr std::chrono::minutes kMaxIdle{28};
// Where the server cannot push.
constexpr std::chrono::milliseconds kAskEvery{30'000};
// What is taken again when a folder's UIDs have become worthless.
constexpr std::chrono::days kTakeAgain{3};

struct Cursor {
    std::uint64_t uid_validity = 0;
    std::uint64_t uid = 0;
};

std::optional<Cursor> parse_cursor(const std::string& text) {
    const auto parts = http::split(text, ':');
    if (parts.size() != 2) return std::nullopt;
    const auto validity = mail::imap_number(parts[0]);
    const auto uid = mail::imap_number(parts[1]);
    if (!validity || !uid) return std::nullopt;
    return Cursor{*validity, *uid};
}

std::string cursor_text(std::uint64_t uid_validity, std::uint64_t uid) {
    return std::to_string(uid_validity) + ":" + std::to_string(uid);
}

// "3-Mar-2026", in UTC.
std::string imap_date(TimeMs at) {
    constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(at)};
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
    return std::to_string(static_cast<unsigned>(day.day())) + "-" +
           kMonths.at(static_cast<unsigned>(day.month()) - 1) + "-" +
           std::to_string(static_cast<int>(day.year()));
}

}  // namespace

asio::awaitable<Result<std::string>> MailConnector::first_cursor(ImapClient& client, const Settings& settings,
                                                                 mail::Mailbox mailbox, bool anew) {
    if (settings.from_start && !anew) co_return cursor_text(mailbox.uid_validity, 0);
    std::uint64_t last = mailbox.uid_next - 1;
    client.end_by(clock_.steady() + kPageLimit);
    if (anew) {
        const TimeMs since = clock_.now() - std::chrono::milliseconds(kTakeAgain).count();
        auto found = co_await client.search("SINCE " + imap_date(std::max<TimeMs>(0, since)));
        if (!found) co_return found.error();
        if (!found->empty()) last = found->front() - 1;
    }
    co_return cursor_text(mailbox.uid_validity, last);
}

asio::awaitable<Status> MailConnector::add_mail(ImapClient& client, const Settings& settings, MailInfo info,
                                                Pulled& page) {
    const bool large = info.bytes > settings.max_mail_bytes;
    const auto part = large                ? ImapClient::Part::header
                      : settings.mark_seen ? ImapClient::Part::whole_and_seen
                                           : ImapClient::Part::whole;
    // Servers are known to round RFC822.SIZE.
    const std::size_t limit = large ? kMaxHeaderBytes : settings.max_mail_bytes + kMaxHeaderBytes;
    auto bytes = co_await client.fetch(info.uid, part, limit);
    if (!bytes && bytes.error().code == Code::not_found) co_return Status{};
    if (!bytes) co_return bytes.error();
    auto events = large ? mail::events_of_large(mail::parse_mail(*bytes), settings, *bytes, info.bytes)
                        : mail::events_of(mail::parse_mail(*bytes), settings, *bytes);
    for (auto& event : events) page.events.push_back(std::move(event));
    co_return Status{};
}

asio::awaitable<Result<Pulled>> MailConnector::read_page(ImapClient& client, const Settings& settings,
                                                         mail::Mailbox mailbox, std::uint64_t last) {
    // A large backlog is taken window by window; at its end whatever there is.
    const bool backlog = mailbox.uid_next > last + 1 + kWindow;
    const std::uint64_t end = backlog ? last + kWindow : 0;
    const auto begun = clock_.steady();
    client.end_by(begun + kPageLimit);
    auto list = co_await client.list(last + 1, end);
    if (!list) co_return list.error();
    Pulled page;
    page.wait = std::chrono::milliseconds(0);
    std::uint64_t reached = backlog ? last + kWindow : last;
    page.more = backlog;
    std::size_t taken = 0;
    std::size_t bytes = 0;
    for (const auto& info : *list) {
        const bool full =
            taken >= kPageMails || bytes + info.bytes > kPageBytes || clock_.steady() - begun > kPageTime;
        if (taken > 0 && full) {
            page.more = true;
            reached = (&info - 1)->uid;
            break;
        }
        auto status = co_await add_mail(client, settings, info, page);
        if (!status.ok()) co_return status;
        ++taken;
        bytes += std::min(info.bytes, settings.max_mail_bytes);
        reached = std::max(reached, info.uid);
    }
    if (reached > last) page.cursor = cursor_text(mailbox.uid_validity, reached);
    co_return page;
}

asio::awaitable<Result<Pulled>> MailConnector::wait_for_page(ImapClient& client, const Settings& settings,
                                                             mail::Mailbox mailbox, std::uint64_t last,
                                                             std::chrono::nanoseconds until) {
    for (;;) {
        auto page = co_await read_page(client, settings, mailbox, last);
        // Mails that concern nobody move the cursor, too.
        if (!page || !page->cursor.empty()) co_return page;
        page->cursor = cursor_text(mailbox.uid_validity, last);
        if (!client.can_idle()) {
            page->wait = kAskEvery;
            co_return page;
        }
        const auto left = std::chrono::floor<std::chrono::milliseconds>(until - clock_.steady());
        if (left <= std::chrono::milliseconds(0)) co_return page;
        const auto wait = std::min<std::chrono::milliseconds>(left, kMaxIdle);
        client.end_by(clock_.steady() + wait + kPageTime);
        auto news = co_await client.idle(wait);
        if (!news && client.good()) continue;
        if (!news) co_return news.error();
    }
}

asio::awaitable<Result<Pulled>> MailConnector::pull(v1::Channel channel, std::string cursor,
                                                    std::chrono::milliseconds deadline) {
    const auto settings = mail::read_settings(channel);
    if (!settings) co_return settings.error();
    if (!settings->imap) co_return make_status(Code::failed_precondition, "the channel has no imap_host");
    const auto until = clock_.steady() + deadline;
    auto opened = co_await open(*settings);
    if (!opened) co_return opened.error();
    auto& client = *opened->client;
    const auto key = pool_key(*settings->imap);
    const auto known = parse_cursor(cursor);
    if (!known || known->uid_validity != opened->mailbox.uid_validity) {
        auto first = co_await first_cursor(client, *settings, opened->mailbox, !cursor.empty());
        if (!first) co_return first.error();
        // It is kept before anything is waited for: what comes from now on is not missed.
        Pulled begun;
        begun.cursor = std::move(*first);
        begun.more = true;
        begun.wait = std::chrono::milliseconds(0);
        keep(key, std::move(opened->client));
        co_return begun;
    }
    auto page = co_await wait_for_page(client, *settings, opened->mailbox, known->uid, until);
    keep(key, std::move(opened->client));
    co_return page;
}

}  // namespace guichet::channels
