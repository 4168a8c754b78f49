#pragma once
// The other system behind a custom channel (common/channels/custom/README.md): takes signed answers, each
// delivery once, and remembers them.
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "common/http/server.hpp"
#include "services/demo/platform/faults.hpp"
#include "services/demo/platform/page.hpp"

namespace guichet::stand_in {

class Sink {
  public:
    // References outlive this object.
    Sink(asio::io_context& io, const Clock& clock, Random& random, std::string secret);
    ~Sink();
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/hook"; }
    Faults& faults();
    // Kind "answer"; target: the thread; id: what the sink answered.
    const std::vector<Published>& published() const;
    std::size_t requests() const;
    // What it had to refuse because the protocol was broken, in words.
    const std::vector<std::string>& problems() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace guichet::stand_in
