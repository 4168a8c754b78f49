#pragma once
// Is the process alive, and should it be given work? Components report; /healthz and /readyz answer.
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace guichet::obs {

enum class Condition { ok, degraded, down };

struct Report {
    Condition condition = Condition::ok;
    // For an operator: what is wrong and what he can do. No personal data, no secrets: anyone may read it.
    std::string words;
};

struct HealthAnswer {
    int http_status = 200;
    std::string json;
};

// Safe on any thread.
class Health {
  public:
    // Adds the component or changes what it last reported.
    void report(const std::string& component, Condition condition, std::string words = {});
    // A component that is asked each time instead; `check` must be quick and valid until remove().
    void add(const std::string& component, std::function<Report()> check);
    void remove(const std::string& component);

    // Not ready until started() was called; not ready for good after stopping().
    void started();
    void stopping();
    bool ready() const;

    // 200 when started, not stopping and no component is down; else 503. Degraded components are ready.
    //   {"status":"ok"|"degraded"|"down"|"starting"|"stopping",
    //    "checks":{"redis":{"status":"down","words":"..."}}}
    HealthAnswer readyz() const;
    // 200 as long as the process can answer at all: {"status":"ok"}.
    HealthAnswer healthz() const;

  private:
    enum class Stage { starting, started, stopping };
    std::map<std::string, Report> reports() const;

    mutable std::mutex mutex_;
    Stage stage_ = Stage::starting;
    std::map<std::string, Report> reported_;
    std::map<std::string, std::function<Report()>> checks_;
};

const char* to_string(Condition condition);

}  // namespace guichet::obs
