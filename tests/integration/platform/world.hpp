#pragma once
// The stand-in and a plain HTTP client that talks to it as an app would.
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "common/http/client.hpp"
#include "common/http/text.hpp"
#include "services/demo/platform/platform.hpp"
#include "tests/support/wait.hpp"

namespace guichet::stand_in {

using namespace std::chrono_literals;
using test::run;
using test::wait_until;

class StandIn : public ::testing::Test {
  protected:
    StandIn() {
        http::ClientOptions options;
        options.allowed_networks = *http::CidrSet::parse({"127.0.0.0/8"});
        client_ = *http::Client::create(io_, clock_, std::move(options));
    }

    // `path` without the version.
    http::ClientResult call(http::Method method, const std::string& path, const http::Fields& form = {},
                            std::chrono::milliseconds limit = 5s) {
        http::ClientRequest request;
        request.method = method;
        request.url = platform_.url() + "/v25.0" + path;
        request.headers.add("Authorization", "Bearer " + token_);
        if (!form.empty()) {
            request.headers.add("Content-Type", "application/x-www-form-urlencoded");
            request.body = http::to_urlencoded(form);
        }
        return run(io_, client_->request(std::move(request), limit));
    }
    http::ClientResult post(const std::string& path, const http::Fields& form,
                            std::chrono::milliseconds limit = 5s) {
        return call(http::Method::post, path, form, limit);
    }
    http::ClientResult answer(const std::string& comment, const std::string& text,
                              std::chrono::milliseconds limit = 5s) {
        return post("/" + comment + "/comments", {{"message", text}}, limit);
    }
    http::ClientResult send(const std::string& recipient, const std::string& text,
                            const std::string& tag = {}) {
        http::Fields form{{"recipient", recipient},
                          {"message", json::serialize(json::object{{"text", text}})},
                          {"messaging_type", tag.empty() ? "RESPONSE" : "MESSAGE_TAG"}};
        if (!tag.empty()) form.emplace_back("tag", tag);
        return post("/" + page() + "/messages", form);
    }
    json::object get(const std::string& path) {
        auto result = call(http::Method::get, path);
        if (result.status != 200) throw std::runtime_error(result.body + to_string(result.error));
        return json::parse(result.body).as_object();
    }
    std::string page() const { return GraphOptions().page.id; }
    static std::string text(const json::value& value) {
        return {value.as_string().data(), value.as_string().size()};
    }
    static std::int64_t code(const http::ClientResult& result) {
        return json::parse(result.body).at("error").at("code").as_int64();
    }
    // The texts of an edge, in its order.
    static std::vector<std::string> texts(const json::object& edge) {
        std::vector<std::string> found;
        for (const auto& one : edge.at("data").as_array()) found.push_back(text(one.at("message")));
        return found;
    }

    asio::io_context io_;
    ManualClock clock_{1'800'000'000'000};
    SeededRandom random_{7};
    std::unique_ptr<http::Client> client_;
    Platform platform_{io_, clock_, random_};
    std::string token_ = GraphOptions().access_token;
};

}  // namespace guichet::stand_in
