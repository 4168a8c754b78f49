#pragma once
// Erases persons: asked for by RPC, done here, step by step, by whoever archives. Each step may be done
// twice; what is to go is noted before anything goes, so that it goes on after a crash.
#include <functional>

#include "common/service/context.hpp"
#include "common/store/privacy.hpp"
#include "guichet/records/v1/erasure.pb.h"
#include "services/inbox/archive.hpp"

namespace guichet::inbox {

namespace asio = boost::asio;

// Kept in the workspace of the system, under their ids: those under way, and those that are done.
inline constexpr char kErasure[] = "erasure";
inline constexpr char kErased[] = "erased";
inline constexpr int kMostErasures = 1000;

// A person as he is to be erased or exported.
asio::awaitable<Result<records::v1::ErasureRecord>> look_up_person(service::Context& context,
                                                                   WorkspaceId workspace, ContactId contact);
// Calls `take` with each message of a conversation, page by page.
asio::awaitable<Result<void>> each_message(service::Context& context, WorkspaceId workspace,
                                           ConversationId id, std::function<void(const v1::Message&)> take);

class Erasures {
  public:
    // Whether the archive has taken in what a stream ("events", "raw", "audit") of this partition held up to
    // an id.
    using Reached = std::function<bool(const std::string& stream, int partition, const std::string& id)>;
    Erasures(service::Context& context, Archive& archive, Reached reached);

    // One step for each that is not done; one process at a time.
    asio::awaitable<void> work();

  private:
    struct Job {
        std::int64_t version = 0;
        records::v1::ErasureRecord record;
    };
    // Without a reason to wait; `keep` leaves it.
    asio::awaitable<Result<void>> save(Job& job, std::string step);
    asio::awaitable<Result<void>> keep(Job& job, std::string step);
    asio::awaitable<Result<void>> go_on(Job& job);
    asio::awaitable<Result<void>> note_what_goes(Job& job);
    asio::awaitable<Result<void>> erase_words(Job& job);
    asio::awaitable<Result<void>> erase_words_of(Job& job, std::string id);
    asio::awaitable<void> note_why(Job& job, Status why);
    asio::awaitable<Result<void>> erase_contacts(Job& job);
    asio::awaitable<Result<void>> scrub(Job& job);
    asio::awaitable<Result<void>> note_payloads(Job& job);
    asio::awaitable<Result<void>> erase_archive(Job& job);
    asio::awaitable<Result<void>> erase_files(Job& job);
    asio::awaitable<Result<void>> rewrite(Job& job);

    service::Context& context_;
    Archive& archive_;
    Reached reached_;
    store::Privacy privacy_;
    // The one whose rewrite of Redis's file was begun by this process.
    std::string rewriting_;
};

}  // namespace guichet::inbox
