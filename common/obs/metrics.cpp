#include "common/obs/metrics.hpp"

#include <map>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace guichet::obs {
namespace {

template <class Handle>
struct Traits;
template <>
struct Traits<Counter> {
    using Impl = prometheus::Counter;
};
template <>
struct Traits<Gauge> {
    using Impl = prometheus::Gauge;
};
template <>
struct Traits<Histogram> {
    using Impl = prometheus::Histogram;
};

}  // namespace

void Counter::add(double by) const {
    impl_->Increment(by);
}
double Counter::value() const {
    return impl_->Value();
}
void Gauge::set(double value) const {
    impl_->Set(value);
}
void Gauge::add(double by) const {
    impl_->Increment(by);
}
double Gauge::value() const {
    return impl_->Value();
}
void Histogram::observe(double value) const {
    impl_->Observe(value);
}

namespace buckets {
std::vector<double> latency() {
    return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
            0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30};
}
std::vector<double> bytes() {
    return {64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216};
}
std::vector<double> counts() {
    return {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
}
}  // namespace buckets

template <class Handle>
struct Family<Handle>::State {
    using Impl = typename Traits<Handle>::Impl;
    prometheus::Family<Impl>* family = nullptr;
    std::vector<std::string> labels;
    std::vector<double> bounds;
    std::size_t limit = 0;
    mutable std::mutex mutex;
    std::map<std::vector<std::string>, Impl*> known;

    Impl* add(const std::vector<std::string>& values) {
        prometheus::Labels named;
        for (std::size_t i = 0; i < labels.size(); ++i) named.emplace(labels[i], values[i]);
        if constexpr (std::is_same_v<Handle, Histogram>) {
            return &family->Add(named, bounds);
        } else {
            return &family->Add(named);
        }
    }
};

template <class Handle>
Handle Family<Handle>::with(std::initializer_list<std::string_view> values) const {
    if (values.size() != state_->labels.size()) throw std::logic_error("metric labels do not match");
    std::vector<std::string> key(values.begin(), values.end());
    std::lock_guard lock(state_->mutex);
    auto found = state_->known.find(key);
    if (found != state_->known.end()) return Handle(found->second);
    if (state_->known.size() >= state_->limit) {
        key.assign(key.size(), "other");
        found = state_->known.find(key);
        if (found != state_->known.end()) return Handle(found->second);
    }
    auto* impl = state_->add(key);
    state_->known.emplace(std::move(key), impl);
    return Handle(impl);
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

struct Metrics::Impl {
    struct Observed {
        std::string help;
        std::function<double()> read;
    };
    template <class Handle>
    using Families = std::map<std::string, std::unique_ptr<typename Family<Handle>::State>>;

    prometheus::Registry registry{prometheus::Registry::InsertBehavior::Throw};
    mutable std::mutex mutex;
    Families<Counter> counters;
    Families<Gauge> gauges;
    Families<Histogram> histograms;
    std::map<std::string, Observed> observed;

    template <class Handle, class Builder>
    typename Family<Handle>::State* family(Families<Handle>& families, Builder builder,
                                           const std::string& name, const std::string& help,
                                           std::vector<std::string> labels, std::size_t limit,
                                           std::vector<double> bounds = {}) {
        std::lock_guard lock(mutex);
        auto& state = families[name];
        if (state) {
            if (state->labels != labels) throw std::logic_error("metric " + name + " has other labels");
            return state.get();
        }
        state = std::make_unique<typename Family<Handle>::State>();
        state->family = &builder.Name(name).Help(help).Register(registry);
        state->labels = std::move(labels);
        state->bounds = std::move(bounds);
        state->limit = limit;
        return state.get();
    }
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help) {
    return counters(name, help, {}).with({});
}

Gauge Metrics::gauge(const std::string& name, const std::string& help) {
    return gauges(name, help, {}).with({});
}

Histogram Metrics::histogram(const std::string& name, const std::string& help, std::vector<double> bounds) {
    return histograms(name, help, {}, std::move(bounds)).with({});
}

Family<Counter> Metrics::counters(const std::string& name, const std::string& help,
                                  std::vector<std::string> labels, std::size_t limit) {
    return Family<Counter>(impl_->family<Counter>(impl_->counters, prometheus::BuildCounter(), name, help,
                                                  std::move(labels), limit));
}

Family<Gauge> Metrics::gauges(const std::string& name, const std::string& help,
                              std::vector<std::string> labels, std::size_t limit) {
    return Family<Gauge>(
        impl_->family<Gauge>(impl_->gauges, prometheus::BuildGauge(), name, help, std::move(labels), limit));
}

Family<Histogram> Metrics::histograms(const std::string& name, const std::string& help,
                                      std::vector<std::string> labels, std::vector<double> bounds,
                                      std::size_t limit) {
    return Family<Histogram>(impl_->family<Histogram>(impl_->histograms, prometheus::BuildHistogram(), name,
                                                      help, std::move(labels), limit, std::move(bounds)));
}

void Metrics::observe(const std::string& name, const std::string& help, std::function<double()> read) {
    std::lock_guard lock(impl_->mutex);
    impl_->observed[name] = {help, std::move(read)};
}

void Metrics::forget(const std::string& name) {
    std::lock_guard lock(impl_->mutex);
    impl_->observed.erase(name);
}

std::string Metrics::exposition() const {
    auto families = impl_->registry.Collect();
    {
        std::lock_guard lock(impl_->mutex);
        for (const auto& [name, observed] : impl_->observed) {
            prometheus::MetricFamily family;
            family.name = name;
            family.help = observed.help;
            family.type = prometheus::MetricType::Gauge;
            family.metric.emplace_back();
            family.metric.back().gauge.value = observed.read();
            families.push_back(std::move(family));
        }
    }
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    return out.str();
}

}  // namespace guichet::obs
