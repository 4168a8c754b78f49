#include "services/demo/show/demo.hpp"

#include <iostream>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>

#include "services/demo/show/script.hpp"
#include "services/demo/show/visit.hpp"

namespace guichet::demo {
namespace {

using namespace std::chrono_literals;

constexpr auto kTerminalPace = 2s;

// Short: a unix socket's path may have 107 characters.
class Folder {
  public:
    explicit Folder(std::filesystem::path given) : path_(std::move(given)), ours_(path_.empty()) {
        if (!ours_) {
            std::filesystem::create_directories(path_);
            return;
        }
        auto pattern = (std::filesystem::temp_directory_path() / "guichet-demo-XXXXXX").string();
        if (!::mkdtemp(pattern.data())) throw Broken("no folder for the data can be made in " + pattern);
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        if (ours_) std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path data() const { return path_ / "data"; }

  private:
    std::filesystem::path path_;
    bool ours_;
};

// Ctrl-C, on a thread of its own: the others wait.
class CtrlC {
  public:
    explicit CtrlC(Interrupt& interrupt) : signals_(io_, SIGINT, SIGTERM) {
        signals_.async_wait([&interrupt](const boost::system::error_code& error, int) {
            if (!error) interrupt.set();
        });
        thread_ = std::thread([this] { io_.run(); });
    }
    ~CtrlC() {
        io_.stop();
        thread_.join();
    }
    CtrlC(const CtrlC&) = delete;
    CtrlC& operator=(const CtrlC&) = delete;

  private:
    asio::io_context io_{1};
    asio::signal_set signals_;
    std::thread thread_;
};

void play(const StageOptions& on, const DemoOptions& options, Narrator& narrator, Interrupt& interrupt) {
    narrator.line(
        "Guichet, shown: a real server, a page of a social network that stands in for the real "
        "one.\nNothing leaves this machine. The server starts ...");
    Stage stage(on, interrupt);
    stage.set_up();
    Script(stage, narrator, interrupt, options.storm).play();
    narrator.line("\nEvery promise held.");
}

void receive(StageOptions on, const DemoOptions& options, Narrator& narrator, Interrupt& interrupt) {
    narrator.line("The server starts ...");
    Hall hall;
    on.hall = &hall;
    on.port = options.port;
    on.claire = v1::ROLE_SUPERVISOR;
    Stage stage(std::move(on), interrupt);
    stage.set_up();
    narrator.line("\nOpen " + stage.town().facts().url +
                  "/ in a browser: you are the angry customer, and the "
                  "agent too.\nNothing leaves this machine. Ctrl-C ends it and forgets everything.\n");
    Visit(stage, hall, interrupt, options.storm).run();
}

// This counter never closes: what is due is due while one looks, at whatever hour that is.
std::vector<std::string> settings(const std::string& undo) {
    std::vector<std::string> all{"reply.undo=" + undo};
    for (const char* day : {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}) {
        all.push_back(std::string("routing.calendar.") + day + "=00:00-24:00");
    }
    return all;
}

}  // namespace

int run(const DemoOptions& options) {
    ::signal(SIGPIPE, SIG_IGN);
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;
    Interrupt interrupt;
    Telling telling;
    telling.color = options.color || terminal;
    telling.pace = options.pace >= 0ms ? options.pace : terminal ? kTerminalPace : 0s;
    Narrator narrator(std::cout, telling, interrupt);
    const CtrlC ctrl_c(interrupt);
    try {
        const Folder folder(options.data);
        std::filesystem::create_directories(folder.data());
        StageOptions on;
        on.program = std::filesystem::canonical(options.program).string();
        on.data = folder.data();
        if (options.script) {
            on.settings = settings("0s");
            play(on, options, narrator, interrupt);
        } else {
            on.settings = settings("5s");
            receive(std::move(on), options, narrator, interrupt);
        }
        return 0;
    } catch (const std::exception& error) {
        if (interrupt.happened()) return 128 + SIGINT;
        std::cerr << "\nguichet demo: " << error.what() << std::endl;
        return 1;
    }
}

}  // namespace guichet::demo
