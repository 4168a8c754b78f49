// The stand-in as a program, for tests from outside and for demonstrations. Its first line of output is what
// it is to be reached by, as JSON; it ends by SIGTERM or SIGINT. Driven below /_control/ (control.hpp).
//
//     guichet_stand_in [port=0] [page_id=…] [page_name=…] [app_secret=…] [access_token=…] [verify_token=…]
#include <csignal>
#include <cstdio>
#include <map>

#include <boost/asio/signal_set.hpp>

#include "services/demo/platform/control.hpp"
#include "services/demo/platform/platform.hpp"

namespace {

using namespace guichet;
using namespace guichet::stand_in;

// The system's, and as much further as was asked.
class MovedClock final : public Clock {
  public:
    TimeMs now() const override { return system_.now() + ahead_.count(); }
    std::chrono::nanoseconds steady() const override { return system_.steady() + ahead_; }
    void advance(std::chrono::milliseconds by) { ahead_ += by; }

  private:
    SystemClock system_;
    std::chrono::milliseconds ahead_{0};
};

std::map<std::string, std::string> arguments(int count, char** given) {
    std::map<std::string, std::string> all;
    for (int i = 1; i < count; ++i) {
        const std::string one = given[i];
        const auto equals = one.find('=');
        if (equals == std::string::npos) throw std::invalid_argument("name=value is wanted, not " + one);
        all[one.substr(0, equals)] = one.substr(equals + 1);
    }
    return all;
}

void take(std::map<std::string, std::string>& from, const char* name, std::string* to) {
    if (const auto found = from.extract(name)) *to = found.mapped();
}

int serve(std::map<std::string, std::string> given) {
    GraphOptions options;
    ControlOptions control;
    std::string port = "0";
    take(given, "port", &port);
    take(given, "page_id", &options.page.id);
    take(given, "page_name", &options.page.name);
    take(given, "app_secret", &options.app_secret);
    take(given, "access_token", &options.access_token);
    take(given, "verify_token", &control.verify_token);
    if (!given.empty()) throw std::invalid_argument("there is nothing called " + given.begin()->first);

    asio::io_context io(1);
    MovedClock clock;
    SystemRandom random;
    Courier courier(io, clock, options.app_secret);
    control.advance = [&clock](std::chrono::milliseconds by) { clock.advance(by); };
    const auto add_control = [&](http::Router& router, const std::shared_ptr<Graph>& graph) {
        register_control(router, graph, courier, control);
    };
    Platform platform(io, clock, random, options, add_control, static_cast<std::uint16_t>(std::stoul(port)));
    const json::object told{{"url", platform.url()},
                            {"port", platform.port()},
                            {"page_id", options.page.id},
                            {"app_secret", options.app_secret},
                            {"access_token", options.access_token},
                            {"verify_token", control.verify_token}};
    std::printf("%s\n", json::serialize(told).c_str());
    std::fflush(stdout);
    asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&io](const boost::system::error_code&, int) { io.stop(); });
    io.run();
    return 0;
}

}  // namespace

int main(int count, char** given) {
    try {
        return serve(arguments(count, given));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "guichet_stand_in: %s\n", error.what());
        return 2;
    }
}
