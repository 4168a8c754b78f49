#pragma once
// The customer's private page.
//
//   GET  /p/<token>                 spends nothing: the conversation for who has its session, else a button
//   POST /p/<token>/open            the button: sets the session's cookie; of a link that stood in public it
//   makes
//                                   a visitor with a code, or gives him a new code when his has expired
//   POST /p/<token>/messages        writes
//   GET  /p/<token>/messages        ?after=<state>: waits for something new, for the script
#include <memory>
#include <optional>

#include "services/ingest/web/pages.hpp"
#include "services/ingest/web/private_view.hpp"

namespace guichet::ingest::web {

class PrivatePages {
  public:
    explicit PrivatePages(Pages& pages);
    // This object must outlive the router's server.
    void register_on(http::Router& router);
    // Ends the waits of scripts.
    void stop() { stopping_ = true; }

    asio::awaitable<http::Response> show(http::Request request);
    asio::awaitable<http::Response> open(http::Request request);
    asio::awaitable<http::Response> write(http::Request request);
    asio::awaitable<http::Response> poll(http::Request request);

  private:
    struct Visit {
        std::string secret;
        access::records::PrivatePageRecord record;
        std::shared_ptr<const Signer> signer;
        Language language = Language::en;
        bool signed_in = false;
        // Of a link that stood in public; set when signed in.
        std::optional<store::Visitor> visitor;
        bool in_public() const { return !record.escalation().empty(); }
        EscalationId escalation() const { return EscalationId(record.escalation()); }
        WorkspaceId workspace() const { return WorkspaceId(record.workspace()); }
        // Empty while a visitor has not written.
        ConversationId conversation() const {
            if (in_public()) return visitor ? visitor->conversation : ConversationId();
            return ConversationId(record.conversation());
        }
        std::string base() const { return "/p/" + secret; }
    };
    asio::awaitable<Result<Visit>> visit(const http::Request& request);
    asio::awaitable<Result<void>> find_visitor(Visit& visit, const http::Request& request);
    // The visitor with his code; a new one where `visit` has none.
    asio::awaitable<Result<store::Visitor>> enter(const Visit& visit);
    http::Response see_page(const Visit& visit) const;
    asio::awaitable<http::Response> conversation_page(int status, Visit visit, std::string draft,
                                                      std::string error);
    asio::awaitable<Result<v1::GetConversationResponse>> read(const Visit& visit);
    asio::awaitable<Result<v1::GetConversationResponse>> read(WorkspaceId workspace,
                                                              ConversationId conversation);
    // How far the visitor is; with what was said in public, once he is proven.
    asio::awaitable<Result<ProofView>> proof_of(const Visit& visit);
    ProofView::State state_of(const store::Visitor& visitor) const;
    // Another one when what is to be shown may be.
    asio::awaitable<Result<std::string>> version(Visit& visit);
    asio::awaitable<Result<std::shared_ptr<const v1::Channel>>> channel(const Visit& visit);
    asio::awaitable<Result<void>> store(const Visit& visit, std::string external_id, std::string text);
    asio::awaitable<Result<std::string>> brand(const Visit& visit);
    // Open for a whole life again, from now.
    asio::awaitable<void> prolong(const Visit& visit);
    Frame frame(const Visit& visit, const std::string& brand) const;

    Pages& pages_;
    bool stopping_ = false;
    std::size_t polls_ = 0;
    obs::Counter written_, opened_;
};

}  // namespace guichet::ingest::web
