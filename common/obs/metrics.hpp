#pragma once
// Counters, gauges and histograms in the Prometheus text format. A Metrics is passed by reference to whoever
// counts; nothing is global. The HTTP server serves exposition() under /metrics.
//
// Names are guichet_<what>_<unit>[_total], seconds and bytes as units. Registering the same name again yields
// the same metric. Handles are small, copied freely, valid as long as the Metrics, and safe on any thread.
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace guichet::obs {

class Counter {
  public:
    // `by` >= 0.
    void add(double by = 1) const;
    double value() const;

  private:
    friend class Metrics;
    template <class>
    friend class Family;
    explicit Counter(prometheus::Counter* impl) : impl_(impl) {}
    prometheus::Counter* impl_;
};

class Gauge {
  public:
    void set(double value) const;
    void add(double by) const;
    double value() const;

  private:
    friend class Metrics;
    template <class>
    friend class Family;
    explicit Gauge(prometheus::Gauge* impl) : impl_(impl) {}
    prometheus::Gauge* impl_;
};

class Histogram {
  public:
    void observe(double value) const;

  private:
    friend class Metrics;
    template <class>
    friend class Family;
    explicit Histogram(prometheus::Histogram* impl) : impl_(impl) {}
    prometheus::Histogram* impl_;
};

// Upper bounds of histogram buckets.
namespace buckets {
// Seconds, 0.1 ms to 30 s.
std::vector<double> latency();
// 64 bytes to 16 MiB.
std::vector<double> bytes();
// 1 to 1000, for batch and queue lengths.
std::vector<double> counts();
}  // namespace buckets

// One metric with labels. Label values come from code or configuration, never from a customer; should there
// be more combinations than the limit, the further ones are counted together as "other".
template <class Handle>
class Family {
  public:
    // One value for each label name, in order. Keep the handle where the path is hot.
    Handle with(std::initializer_list<std::string_view> values) const;

  private:
    friend class Metrics;
    struct State;
    explicit Family(State* state) : state_(state) {}
    State* state_;
};

class Metrics {
  public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    Counter counter(const std::string& name, const std::string& help);
    Gauge gauge(const std::string& name, const std::string& help);
    Histogram histogram(const std::string& name, const std::string& help,
                        std::vector<double> bounds = buckets::latency());

    static constexpr std::size_t kMaxLabelSets = 200;
    Family<Counter> counters(const std::string& name, const std::string& help,
                             std::vector<std::string> labels, std::size_t limit = kMaxLabelSets);
    Family<Gauge> gauges(const std::string& name, const std::string& help, std::vector<std::string> labels,
                         std::size_t limit = kMaxLabelSets);
    Family<Histogram> histograms(const std::string& name, const std::string& help,
                                 std::vector<std::string> labels,
                                 std::vector<double> bounds = buckets::latency(),
                                 std::size_t limit = kMaxLabelSets);

    // A gauge read when the metrics are asked for, on the thread that calls exposition(). `read` must stay
    // valid as long as the Metrics, or until forget(name).
    void observe(const std::string& name, const std::string& help, std::function<double()> read);
    void forget(const std::string& name);

    // The text format, version 0.0.4; content type kContentType.
    std::string exposition() const;
    static constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace guichet::obs
