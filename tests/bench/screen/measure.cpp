#include "tests/bench/screen/measure.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <stdexcept>
#include <sys/epoll.h>
#include <unistd.h>

#include "tests/bench/lib/ways.hpp"
#include "tests/bench/screen/line.hpp"
#include "tests/bench/screen/screens.hpp"
#include "tests/support/wait.hpp"

namespace guichet::bench {
namespace {

using namespace std::chrono_literals;
using Nanoseconds = std::chrono::nanoseconds;

constexpr int kPages = 20;
// Two for each page.
constexpr int kLines = 40;
constexpr double kMostMs = 50;
// What did not come by then is missing.
constexpr auto kPatience = 30s;
// A look at the sockets is never longer than this.
constexpr auto kLook = 100ms;

Nanoseconds now() {
    return test::system_clock().steady();
}

class Stage {
  public:
    Stage(World& world, const ScreenPlan& plan) : screens_(world), poll_(::epoll_create1(EPOLL_CLOEXEC)) {
        for (int i = 0; i < plan.boards; ++i) screens_.open(-1);
        for (int i = 0; i < plan.watchers; ++i) screens_.open(i % kPages);
        for (int i = 0; i < kLines; ++i) lines_.push_back(std::make_unique<Line>(world, i, i % kPages));
        for (std::size_t i = 0; i < screens_.size(); ++i) listen(screens_.at(i).fd, i);
        for (std::size_t page = 0; page < kPages; ++page) {
            for (std::size_t i = 0; i < screens_.size(); ++i) {
                const auto wanted = screens_.at(i).page;
                if (wanted < 0 || wanted == static_cast<int>(page)) ++audience_[page];
            }
        }
    }
    ~Stage() { ::close(poll_); }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    // One message on every line, one after the other: whose conversation is which.
    void introduce() {
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            introduced_ = lines_[i].get();
            const auto known = conversations_.size();
            expect(i, now());
            if (!until([&] { return conversations_.size() > known && open_ <= 0; })) {
                throw std::runtime_error("a message is not seen by all who watch its page");
            }
        }
        introduced_ = nullptr;
    }

    // In milliseconds from when each was due, of watchers and of boards.
    struct Seen {
        std::vector<double> watchers;
        std::vector<double> boards;
        long missing = 0;
    };
    Seen round(int rate, int seconds) {
        seen_ = {};
        const auto interval = Nanoseconds(1s) / rate;
        const auto begin = now() + interval;
        const int total = rate * seconds;
        for (int next = 0; next < total;) {
            const auto due = begin + next * interval;
            if (now() < due) {
                look(due - now());
                continue;
            }
            expect(static_cast<std::size_t>(turn_++) % lines_.size(), due);
            ++next;
            look(0ns);
        }
        until([this] { return open_ <= 0; });
        seen_.missing = std::max(0L, open_);
        open_ = 0;
        return std::move(seen_);
    }

    long resyncs() const { return screens_.resyncs(); }

  private:
    void listen(int fd, std::size_t index) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = index;
        if (::epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event) != 0)
            throw std::runtime_error("epoll refuses a socket");
    }

    void expect(std::size_t number, Nanoseconds due) {
        auto& line = *lines_[number];
        if (line.post(due)) listen(line.fd(), screens_.size() + number);
        open_ += audience_[static_cast<std::size_t>(line.page())];
    }

    // Waits no longer than `most` for the next bytes.
    void look(Nanoseconds most) {
        epoll_event ready[64];
        const auto wait = std::min<Nanoseconds>(most, kLook);
        const timespec limit{0, static_cast<long>(wait.count())};
        const int count = ::epoll_pwait2(poll_, ready, std::size(ready), &limit, nullptr);
        for (int i = 0; i < count; ++i) {
            const auto index = static_cast<std::size_t>(ready[i].data.u64);
            if (index >= screens_.size()) {
                lines_[index - screens_.size()]->receive();
            } else {
                screens_.receive(index,
                                 [this](const auto& screen, const auto& sight) { note(screen, sight); });
            }
        }
    }

    template <class Condition>
    bool until(Condition done) {
        const auto limit = now() + kPatience;
        while (!done() && now() < limit) look(kLook);
        return done();
    }

    void note(const Screens::Screen& screen, const Sight& sight) {
        const std::string conversation(sight.conversation);
        if (introduced_ != nullptr && !conversations_.contains(conversation))
            conversations_[conversation] = introduced_;
        const auto found = conversations_.find(conversation);
        if (found == conversations_.end()) return;
        const auto due = found->second->due(sight.seq);
        if (due < 0ns) return;
        --open_;
        const auto took = std::chrono::duration<double, std::milli>(now() - due).count();
        (screen.page < 0 ? seen_.boards : seen_.watchers).push_back(took);
    }

    Screens screens_;
    int poll_;
    std::vector<std::unique_ptr<Line>> lines_;
    long audience_[kPages] = {};
    std::map<std::string, const Line*> conversations_;
    const Line* introduced_ = nullptr;
    long open_ = 0;
    std::uint64_t turn_ = 0;
    Seen seen_;
};

struct Rounds {
    std::string of;
    std::vector<double> values;
    void add(const std::vector<double>& seen, double part) {
        if (seen.empty()) throw std::runtime_error("nothing was seen: " + of);
        values.push_back(quantile(seen, part));
    }
    void tell(Report& report, const std::string& what, const std::string& unit,
              std::optional<double> most = {}) const {
        report.add({of, what, unit, interval(values), values.size(), {}, most});
    }
};

// Processor time that each process took for a message, whenever it took it.
struct Load {
    explicit Load(const std::string& of) : guichet{of, {}}, redis{of, {}}, driver{of, {}} {}
    Rounds guichet, redis, driver;
    void add(const Slice& slice) {
        guichet.values.push_back(slice.guichet / slice.done * 1e6);
        redis.values.push_back(slice.redis / slice.done * 1e6);
        driver.values.push_back(slice.driver / slice.done * 1e6);
    }
    void tell(Report& report) const {
        guichet.tell(report, "CPU of guichet", "us");
        redis.tell(report, "CPU of redis", "us");
        driver.tell(report, "CPU of this program", "us");
    }
};

void measure_rate(World& world, Stage& stage, const ScreenPlan& plan, int rate, Report& report) {
    const auto of = "webhook to screen, " + std::to_string(rate) + " messages/s, " +
                    std::to_string(plan.watchers) + " watchers of 5 %, " + std::to_string(plan.boards) +
                    " boards";
    Rounds watchers{of, {}}, boards{of, {}}, middle{of, {}};
    Load load(of);
    long missing = 0;
    stage.round(rate, 1);
    for (int i = 0; i < plan.rounds; ++i) {
        Stage::Seen seen;
        load.add(measure_slice(world, [&] {
            seen = stage.round(rate, plan.seconds);
            return static_cast<std::size_t>(rate) * static_cast<std::size_t>(plan.seconds);
        }));
        watchers.add(seen.watchers, 0.99);
        boards.add(seen.boards, 0.99);
        middle.add(seen.watchers, 0.5);
        missing += seen.missing;
    }
    middle.tell(report, "watchers: median", "ms");
    watchers.tell(report, "watchers: p99", "ms", kMostMs);
    boards.tell(report, "boards of everything: p99", "ms", kMostMs);
    const auto lost = static_cast<double>(missing);
    report.add({of, "not seen within 30 s", "", {lost, lost, lost}, 1, {}, 0.0});
    load.tell(report);
}

}  // namespace

void measure_screen(const ScreenPlan& plan, Report& report) {
    World world(plan.binary, "always", "all", kPages);
    Stage stage(world, plan);
    stage.introduce();
    for (const int rate : plan.rates) measure_rate(world, stage, plan, rate, report);
    std::printf("  told to read anew: %ld times\n", stage.resyncs());
}

}  // namespace guichet::bench
