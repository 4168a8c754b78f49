#include <algorithm>

#include "services/routing/engine/felt.hpp"

namespace guichet::routing {
namespace {

constexpr std::size_t kVerbReach = 4;  // words from a verb to the negator behind it
constexpr std::size_t kListReach = 3;  // words between members of "fast and friendly"
constexpr std::size_t kNeReach = 5;    // words from "ne" to its partner
constexpr std::size_t kFar = 16;

class Negation {
  public:
    Negation(const Text& text, const std::vector<Hit>& hits, std::vector<Felt>& felt)
        : text_(text), hits_(hits), felt_(felt) {}

    std::vector<Hit> run() {
        std::vector<Hit> idle;
        for (const Hit& hit : hits_) {
            const bool negates = hit.category == Category::negator || hit.category == Category::denial ||
                                 (hit.category == Category::ne_negator && has_ne(hit));
            if (negates && !negate_verb(hit) && !negate_ahead(hit)) idle.push_back(hit);
        }
        return idle;
    }

  private:
    // "ne ... plus", "n'a rien": the partner negates only with "ne" before it.
    bool has_ne(const Hit& hit) const {
        for (std::size_t back = 1; back <= kNeReach && back <= hit.first; ++back) {
            const Token& token = text_.tokens[hit.first - back];
            if (text_.ends_clause(hit.first - back)) return false;
            if (token.folded == "ne" || token.folded == "n") return true;
        }
        return false;
    }

    void mark(Felt& felt, const Hit& negator) {
        ++felt.negations;
        felt.negation_strength *= negator.category == Category::denial ? 1 : negator.weight;
        felt.negator = text_.quote(negator.first, negator.last);
    }

    bool negate_verb(const Hit& negator) {
        for (auto felt = felt_.rbegin(); felt != felt_.rend(); ++felt) {
            if (felt->hit.last >= negator.first) continue;
            if (distance(text_, felt->hit.last, negator.first) >= kVerbReach) return false;
            if (felt->hit.category != Category::verb) continue;
            if (felt->negations > 0) return false;
            mark(*felt, negator);
            return true;
        }
        return false;
    }

    bool negate_ahead(const Hit& negator) {
        std::size_t from = negator.last;
        std::size_t reach = kNegatorReach;
        double sign = 0;
        for (Felt& felt : felt_) {
            if (felt.hit.first <= negator.last) continue;
            const std::size_t gap = distance(text_, from, felt.hit.first);
            if (gap == kNone || gap - intensifiers(from, felt.hit.first) >= reach) break;
            if (stopped_between(from, felt.hit.first, sign == 0)) break;
            if (sign != 0 && (sign * felt.weight <= 0 || !joined(from, felt.hit.first))) break;
            sign = felt.weight;
            mark(felt, negator);
            from = felt.hit.last;
            reach = kListReach;
        }
        return sign != 0;
    }

    // They do not count as distance: "pas vraiment très content".
    std::size_t intensifiers(std::size_t from, std::size_t to) const {
        std::size_t count = 0;
        for (const Hit& hit : hits_) {
            if (hit.category != Category::intensifier || hit.first <= from || hit.last >= to) continue;
            count += hit.last - hit.first + 1;
        }
        return count;
    }

    // "but" ends a negator's reach; "and" does before it has found its first word.
    bool stopped_between(std::size_t from, std::size_t to, bool at_and) const {
        return std::any_of(hits_.begin(), hits_.end(), [&](const Hit& hit) {
            const bool stops = hit.category == Category::contrast || hit.category == Category::concession ||
                               (at_and && hit.category == Category::conjunction);
            return stops && hit.first > from && hit.last < to;
        });
    }

    // "fast *or* friendly", not "good not bad".
    bool joined(std::size_t from, std::size_t to) const {
        return std::any_of(hits_.begin(), hits_.end(), [&](const Hit& hit) {
            return hit.category == Category::conjunction && hit.first > from && hit.last < to;
        });
    }

    const Text& text_;
    const std::vector<Hit>& hits_;
    std::vector<Felt>& felt_;
};

}  // namespace

std::size_t distance(const Text& text, std::size_t from, std::size_t to) {
    if (to > from + kFar) return kNone;
    for (std::size_t i = from + 1; i < to; ++i) {
        if (text.ends_clause(i)) return kNone;
    }
    return to > from ? to - from - 1 : 0;
}

std::vector<Hit> negate(const Text& text, const std::vector<Hit>& hits, std::vector<Felt>& felt) {
    return Negation(text, hits, felt).run();
}

}  // namespace guichet::routing
