#pragma once
// A connector by itself: its subject, a clock that is moved by hand, a real HTTP client.
#include <memory>

#include <gtest/gtest.h>

#include "tests/integration/conformance/subject.hpp"
#include "tests/support/wait.hpp"

namespace guichet::test::conformance {

using namespace std::chrono_literals;

inline std::string kind_name(const ::testing::TestParamInfo<Kind>& info) {
    return info.param.name;
}

class Connectors : public ::testing::TestWithParam<Kind> {
  protected:
    Connectors() {
        http::ClientOptions options;
        options.allowed_networks = *http::CidrSet::parse({"127.0.0.0/8"});
        client_ = *http::Client::create(io_, clock_, std::move(options));
        subject_ = GetParam().make(
            {io_, clock_, random_, *client_, [this](std::chrono::milliseconds by) { clock_.advance(by); }});
    }

    channels::Connector& connector() { return subject_->connector(); }
    channels::Caps caps() { return connector().caps(subject_->channel()); }
    Result<channels::Events> parse(const std::string& body) { return subject_->parse(body); }
    // The one event of a body.
    channels::Event only(const std::string& body) {
        auto events = parse(body);
        if (!events) throw std::runtime_error(to_string(events.error()) + ": " + body);
        if (events->size() != 1)
            throw std::runtime_error(std::to_string(events->size()) + " events: " + body);
        return events->front();
    }
    Status authenticate(const std::string& body, http::Headers headers) {
        http::Request request;
        request.method = http::Method::post;
        request.target = subject_->webhook_path();
        request.headers = std::move(headers);
        request.body = body;
        return connector().authenticate(subject_->channel(), request, clock_.now());
    }

    channels::Outcome send(const channels::SendIntent& intent) {
        return run(io_, connector().send(subject_->channel(), intent));
    }
    channels::Reconciled reconcile(const channels::SendIntent& intent) {
        return run(io_, connector().reconcile(subject_->channel(), intent));
    }
    // Until the platform must show what it accepted.
    void wait_for_visibility() { clock_.advance(caps().visibility_lag + 1s); }
    std::size_t published() const { return subject_->published().size(); }

    asio::io_context io_;
    ManualClock clock_{1'800'000'000'000};
    SeededRandom random_{11};
    std::unique_ptr<http::Client> client_;
    std::unique_ptr<Subject> subject_;
};

}  // namespace guichet::test::conformance
