#pragma once
// GET and POST /f/<form> and /f/<workspace>/<form>, the thanks page, and the style sheet.
//
// The token in the form is signed over form, time and submission id, so that it works without a cookie (an
// embedded form gets none); other sites' posts are stopped by Sec-Fetch-Site and Origin. The submission id is
// the message's external id: a double click or a reload stores once.
#include <memory>
#include <optional>

#include "services/ingest/web/form_model.hpp"
#include "services/ingest/web/form_view.hpp"
#include "services/ingest/web/pages.hpp"

namespace guichet::ingest::web {

class FormPages {
  public:
    explicit FormPages(Pages& pages);
    // This object must outlive the router's server.
    void register_on(http::Router& router);

    asio::awaitable<http::Response> show(http::Request request);
    asio::awaitable<http::Response> submit(http::Request request);
    asio::awaitable<http::Response> thanks(http::Request request);

  private:
    // One form as one request sees it.
    struct Form {
        WorkspaceId workspace;
        std::shared_ptr<const v1::Channel> channel;
        std::shared_ptr<const Signer> signer;
        Language language = Language::en;
        bool embed = false;
        std::string path;
        std::string frame_ancestors;
    };
    struct Ticket {
        std::string submission;
        bool fresh = false;
    };

    asio::awaitable<Result<Form>> find(const http::Request& request);
    http::Response no_form(const Status& why, const http::Request& request) const;
    std::string address(const Form& form, const std::string& tail = {}) const;
    http::Response form_page(int status, const Form& form, FormData data, std::vector<FieldError> errors,
                             const std::string& submission) const;
    std::optional<Ticket> read_ticket(const Form& form, const std::string& token) const;
    asio::awaitable<Result<void>> add_attachments(FormData& data, v1::InboundMessage& message);
    asio::awaitable<http::Response> accept(Form form, FormData data, std::string submission,
                                           http::Request request);
    http::Response see_thanks(const Form& form, const std::string& conversation, const std::string& reference,
                              const std::string& return_to) const;
    asio::awaitable<Result<void>> open_private_page(const Form& form, std::string secret,
                                                    ConversationId conversation);
    std::string origins_of(const Form& form, const char* setting) const;

    Pages& pages_;
    obs::Counter submitted_, trapped_, corrected_, failed_;
};

}  // namespace guichet::ingest::web
