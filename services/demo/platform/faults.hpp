#pragma once
// What can go wrong between a caller and a platform, on demand: the next requests one by one as a script
// says, or at random from a seed. What was committed in spite of it is the platform's to know.
#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "common/core/random.hpp"
#include "common/http/message.hpp"

namespace guichet::stand_in {

namespace asio = boost::asio;
using Milliseconds = std::chrono::milliseconds;

struct Fault {
    enum class Kind {
        none,
        // The connection ends after the answer's head. Nothing was committed, or all of it.
        cut_before,
        cut_after,
        // Answered by an error, nothing committed.
        refuse,
        // Committed at once, answered after `delay`.
        slow,
        // Committed and answered only after `delay`, when the caller may have given up.
        late,
    };
    enum class On { writes, reads, all };

    Kind kind = Kind::none;
    On on = On::writes;
    // refuse: of the HTTP answer, and as Graph numbers its errors; code 0: a page of HTML, as something in
    // front of the platform answers.
    int status = 500;
    int code = 1;
    int subcode = 0;
    std::string message;
    // refuse: when it makes sense to try again, told in the platform's own way.
    std::optional<std::chrono::seconds> after;
    Milliseconds delay{0};

    bool fits(bool write) const { return on == On::all || (on == On::writes) == write; }

    static Fault cut_before();
    static Fault cut_after();
    static Fault throttled(std::optional<std::chrono::seconds> after = std::nullopt, int code = 32);
    static Fault server_error(int status = 500);
    static Fault gateway_error(int status = 502);
    static Fault expired_token();
    static Fault slow(Milliseconds delay);
    static Fault late(Milliseconds delay);
    Fault for_reads() const;
};

// "cut_before" and so on; the inverse of it.
std::string_view to_string(Fault::Kind kind);
std::optional<Fault::Kind> fault_kind(std::string_view name);

class Faults {
  public:
    // The next `times` requests that it fits, after those scripted before.
    void script(const Fault& fault, int times = 1);
    // Where the script says nothing: one of `kinds` befalls a fitting request with `probability`.
    void at_random(std::uint64_t seed, double probability, std::vector<Fault> kinds);
    void clear();

    Fault next(bool write);
    // Scripted and not used up.
    std::size_t left() const { return script_.size(); }

  private:
    std::deque<Fault> script_;
    std::optional<SeededRandom> random_;
    double probability_ = 0;
    std::vector<Fault> kinds_;
};

// Does `act` as the fault lets it, and gives what the caller sees. Both functions must own what they use: a
// slow one may outlive the server.
asio::awaitable<http::Response> perform(Fault fault, std::function<http::Response()> act,
                                        std::function<http::Response(const Fault&)> refuse);

}  // namespace guichet::stand_in
