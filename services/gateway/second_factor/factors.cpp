#include "services/gateway/second_factor/factors.hpp"

#include <memory>

#include "common/access/second_factor.hpp"
#include "services/gateway/second_factor/recovery.hpp"
#include "services/gateway/second_factor/totp.hpp"

namespace guichet::gateway {
namespace {

// Each time it was somebody else's change that came first.
constexpr int kTries = 5;

std::string place_of(const Person& who) {
    return who.workspace.str() + "|" + who.agent + "|second_factor";
}

Status not_begun() {
    return make_status(Code::failed_precondition, "nothing is being set up, or it took too long: begin again",
                       "not_begun");
}

Status already_on() {
    return make_status(Code::failed_precondition,
                       "a second factor is set up already: turn it off first, or have it reset",
                       "second_factor_on");
}

Status wrong_code() {
    auto status =
        invalid("code", "this code is wrong or was used already: take the next one that your app shows");
    status.reason = "wrong_code";
    return status;
}

Result<records::v1::SecondFactorRecord> read(const std::string& bytes) {
    records::v1::SecondFactorRecord record;
    if (!record.ParseFromString(bytes))
        return internal("this second factor cannot be read: have an administrator reset it");
    return record;
}

}  // namespace

Result<std::string> Factors::open(const Person& who, const std::string& sealed) const {
    return sealer_.open(sealed, place_of(who));
}

asio::awaitable<Result<Factors::Record>> Factors::find(Person who) {
    auto document = co_await context_.store.document(who.workspace, access::kSecondFactor, who.agent);
    if (!document) co_return document.error();
    if (!*document) co_return Record{};
    co_return read((*document)->bytes);
}

asio::awaitable<Result<std::map<std::string, records::v1::SecondFactorRecord>>> Factors::all(
    WorkspaceId workspace) {
    auto documents = co_await context_.store.documents(std::move(workspace), access::kSecondFactor);
    if (!documents) co_return documents.error();
    std::map<std::string, Record> all;
    for (const auto& document : *documents) {
        auto record = read(document.bytes);
        if (!record) co_return record.error();
        all.emplace(document.id, std::move(*record));
    }
    co_return all;
}

asio::awaitable<Result<void>> Factors::change(Person who, Change change) {
    Status last;
    for (int i = 0; i < kTries; ++i) {
        auto document = co_await context_.store.document(who.workspace, access::kSecondFactor, who.agent);
        if (!document) co_return document.error();
        auto record = *document ? read((*document)->bytes) : Result<Record>(Record{});
        if (!record) co_return record.error();
        if (auto refused = change(*record); !refused.ok()) co_return refused;
        const store::By by{who.workspace, who.agent, {}, "*"};
        const std::int64_t version = *document ? (*document)->version : 0;
        auto put = co_await context_.store.put_document(by, access::kSecondFactor, who.agent, version,
                                                        record->SerializeAsString());
        if (put) co_return Result<void>{};
        last = put.error();
        if (last.reason != "stale_version" && last.reason != "already_exists") break;
    }
    co_return last;
}

asio::awaitable<Result<std::string>> Factors::begin(Person who) {
    const auto secret = context_.random.bytes(kTotpSecretBytes);
    const auto sealed = sealer_.seal(secret, place_of(who), context_.random);
    const auto until = context_.clock.now() + std::chrono::milliseconds(kPendingLife).count();
    Change apply = [sealed, until](Record& record) {
        if (!record.secret().empty()) return already_on();
        record.set_pending(sealed);
        record.set_pending_until(until);
        return Status{};
    };
    auto begun = co_await change(std::move(who), std::move(apply));
    if (!begun) co_return begun.error();
    co_return base32(secret);
}

asio::awaitable<Result<std::string>> Factors::pending(Person who) {
    auto record = co_await find(who);
    if (!record) co_return record.error();
    if (record->pending().empty() || record->pending_until() <= context_.clock.now()) co_return not_begun();
    auto secret = open(who, record->pending());
    if (!secret) co_return secret.error();
    co_return base32(*secret);
}

asio::awaitable<Result<std::vector<std::string>>> Factors::confirm(Person who, std::string typed) {
    const auto codes = make_recovery_codes(context_.random);
    const auto now = context_.clock.now();
    Change apply = [this, who, typed, codes, now](Record& record) -> Status {
        if (record.pending().empty() || record.pending_until() <= now) return not_begun();
        auto pending = open(who, record.pending());
        if (!pending) return pending.error();
        if (!confirm_factor(record, *pending, typed, now)) return wrong_code();
        for (const auto& code : codes) record.add_recovery(recovery_digest(*pending, code));
        return {};
    };
    auto confirmed = co_await change(who, std::move(apply));
    if (!confirmed) co_return confirmed.error();
    co_return codes;
}

asio::awaitable<Result<Accepted>> Factors::use(Person who, std::string typed) {
    auto accepted = std::make_shared<Accepted>(Accepted::no);
    const auto now = context_.clock.now();
    Change apply = [this, who, typed, now, accepted](Record& record) -> Status {
        if (record.secret().empty()) return wrong_code();
        auto secret = open(who, record.secret());
        if (!secret) return secret.error();
        *accepted = use_factor(record, *secret, typed, now);
        return *accepted == Accepted::no ? wrong_code() : Status{};
    };
    auto used = co_await change(who, std::move(apply));
    if (!used) co_return used.error();
    co_return *accepted;
}

asio::awaitable<Result<std::vector<std::string>>> Factors::renew_codes(Person who) {
    const auto codes = make_recovery_codes(context_.random);
    Change apply = [this, who, codes](Record& record) -> Status {
        if (record.secret().empty()) return not_begun();
        auto secret = open(who, record.secret());
        if (!secret) return secret.error();
        record.clear_recovery();
        for (const auto& code : codes) record.add_recovery(recovery_digest(*secret, code));
        return {};
    };
    auto renewed = co_await change(who, std::move(apply));
    if (!renewed) co_return renewed.error();
    co_return codes;
}

asio::awaitable<Result<void>> Factors::remove(Person who) {
    const store::By by{who.workspace, who.agent, {}, "*"};
    auto removed =
        co_await context_.store.put_document(by, access::kSecondFactor, who.agent, -1, std::string());
    if (!removed) co_return removed.error();
    co_return Result<void>{};
}

}  // namespace guichet::gateway
