#pragma once
// The town: a page of a social network and the people who write on it, on a thread of its own. It listens on
// this machine only and reaches nothing outside.
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "services/demo/pages/pages.hpp"
#include "services/demo/platform/control.hpp"
#include "services/demo/platform/platform.hpp"

namespace guichet::demo {

namespace asio = boost::asio;

// What a connector must know of the page.
struct PageFacts {
    std::string url, page_id, app_secret, access_token, verify_token;
};

class Town {
  public:
    // With a hall, visitors' pages are served too; it outlives the town. `port` 0: the system chooses.
    explicit Town(const std::string& page_name, Hall* hall = nullptr, std::uint16_t port = 0);
    ~Town();
    Town(const Town&) = delete;
    Town& operator=(const Town&) = delete;

    const PageFacts& facts() const { return facts_; }

    // Webhooks go there from now on, again until they are answered 2xx; `url` must answer the handshake.
    Status subscribe(const std::string& url);
    // A comment of `author`, below a comment or the latest post. Its id.
    std::string comment(const std::string& author, const std::string& text, const std::string& parent = {});
    std::string message(const std::string& author, const std::string& text);
    // What really stands at the platform, in its order.
    std::vector<stand_in::Published> published();
    bool stands(const std::string& text);
    // When the newest comment of `author` was written; 0: never.
    TimeMs last_comment_at(const std::string& author);
    // How often each text was published.
    std::map<std::string, int> counts();
    // Webhooks that were not yet answered 2xx.
    std::size_t undelivered();

  private:
    // Runs on the town's thread; the caller waits.
    template <class Work>
    auto ask(Work work) {
        std::packaged_task<std::invoke_result_t<Work>()> task(std::move(work));
        auto answer = task.get_future();
        asio::post(io_, [&task] { task(); });
        return answer.get();
    }

    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard_{io_.get_executor()};
    SystemClock clock_;
    SystemRandom random_;
    PageFacts facts_;
    std::unique_ptr<stand_in::Courier> courier_;
    std::unique_ptr<stand_in::Platform> platform_;
    std::thread thread_;
};

}  // namespace guichet::demo
