#pragma once
// Internal: what the connections of one server share, and the list by which the server reaches them.
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "common/http/server.hpp"

namespace guichet::http::detail {

class ConnectionBase {
  public:
    virtual ~ConnectionBase() = default;
    virtual std::shared_ptr<ConnectionBase> share() = 0;
    // Called about every 100 ms.
    virtual void check_deadline(std::chrono::nanoseconds now) = 0;
    // No further request: close when idle, else after the answer.
    virtual void begin_stop() = 0;
    virtual void cut() = 0;
};

struct ServerCore {
    ServerCore(const Clock& the_clock, Random& random, ServerOptions the_options,
               std::shared_ptr<const Router> the_router);

    std::string make_request_id();
    // "Sun, 06 Nov 1994 08:49:37 GMT", made once a second.
    std::string_view date();
    void report(std::string_view what) const {
        if (options.on_error) options.on_error(what);
    }

    const Clock& clock;
    const ServerOptions options;
    const std::shared_ptr<const Router> router;
    bool stopping = false;
    std::list<ConnectionBase*> connections;
    // Connections beyond the limit that are being told so.
    std::size_t refusals = 0;

  private:
    std::string id_prefix_;
    std::uint64_t next_id_ = 0;
    std::int64_t date_second_ = -1;
    std::string date_;
};

// Status line and fields, ready to write.
struct HeadFacts {
    bool http_1_0 = false;
    bool keep_alive = true;
    bool chunked = false;
    bool to_the_end = false;  // the body ends with the connection
    std::size_t body_bytes = 0;
    std::string_view date;
    std::string_view request_id;
};
void append_head(std::string& out, const Response& response, const HeadFacts& facts);

// 1 to 64 characters of [A-Za-z0-9._-].
bool valid_request_id(std::string_view id);

}  // namespace guichet::http::detail
