#pragma once
// Takes a person's words out of Redis and out of its files. What each function leaves standing is told in
// lua/57_privacy.lua.
#include <set>
#include <string>
#include <vector>

#include "common/store/store.hpp"

namespace guichet::store {

class Privacy {
  public:
    explicit Privacy(Store& store) : store_(store), functions_(store.client()) {}

    // All of these contacts' conversations, however many.
    asio::awaitable<Result<std::vector<std::string>>> conversations_of(WorkspaceId workspace,
                                                                       std::vector<std::string> contacts);
    // Those of visitors who wrote on the page of a link to one of these conversations and proved nothing:
    // they are nobody's contact's.
    asio::awaitable<Result<std::vector<std::string>>> claimants_of(WorkspaceId workspace,
                                                                   std::vector<std::string> conversations);
    // FAILED_PRECONDITION delivery_open while an answer is on its way. `deliveries`: those of its messages.
    asio::awaitable<Result<void>> erase_conversation(WorkspaceId workspace, std::string actor,
                                                     std::string conversation,
                                                     std::vector<std::string> deliveries);
    // `digests`: mark_digest() of what is known of him.
    asio::awaitable<Result<void>> erase_contact(WorkspaceId workspace, std::string contact,
                                                std::vector<std::string> digests);

    enum class Stream { events, raw, dead, audit };
    static constexpr Stream kStreams[] = {Stream::events, Stream::raw, Stream::dead, Stream::audit};
    // Payloads, dead letters, and the reasons in the log and in the audit's lines: of these conversations,
    // and others' that hold one of the words. Returns the last id of the stream: what was read before has
    // been read up to there. UNAVAILABLE too_long when the archiver is behind.
    asio::awaitable<Result<std::string>> scrub(WorkspaceId workspace, Stream stream,
                                               std::vector<std::string> conversations,
                                               std::vector<std::string> words);
    // Where the payloads that scrub() empties lie, those kept in files.
    asio::awaitable<Result<std::vector<std::string>>> files_of_payloads(
        WorkspaceId workspace, std::vector<std::string> conversations);
    // Those of the blobs that a message of any workspace names. Looks at every message.
    asio::awaitable<Result<std::set<std::string>>> still_named(std::vector<std::string> blobs);
    // Has Redis write its file anew; then whether that is done. Refused while it does so already: that one
    // may have begun too early.
    asio::awaitable<Result<void>> begin_rewrite();
    asio::awaitable<Result<bool>> rewritten();

  private:
    Store& store_;
    Functions functions_;
};

}  // namespace guichet::store
