#include "services/demo/show/narrator.hpp"

#include <iomanip>

namespace guichet::demo {
namespace {

constexpr char kBold[] = "1";
constexpr char kDim[] = "2";
constexpr char kGreen[] = "32";
constexpr char kPublic[] = "33";
constexpr char kPrivate[] = "36";
constexpr int kLabel = 14;

}  // namespace

std::string Narrator::painted(const char* code, const std::string& words) const {
    return telling_.color ? "\x1b[" + std::string(code) + "m" + words + "\x1b[0m" : words;
}

void Narrator::end_progress() {
    if (in_progress_ && telling_.color) out_ << "\n";
    in_progress_ = false;
}

void Narrator::step(const std::string& title) {
    end_progress();
    if (steps_ > 0) interrupt_.wait(telling_.pace);
    out_ << "\n" << std::setw(2) << ++steps_ << "  " << painted(kBold, title) << std::endl;
}

void Narrator::says(const std::string& who, const std::string& where, const std::string& words) {
    end_progress();
    const auto* code = where == "in public" ? kPublic : kPrivate;
    out_ << "    " << painted(code, who + ", " + where + ":") << " " << words << std::endl;
}

void Narrator::shows(const std::string& what, const std::string& value) {
    end_progress();
    out_ << "    " << painted(kDim, what) << std::string(what.size() < kLabel ? kLabel - what.size() : 1, ' ')
         << value << std::endl;
}

void Narrator::progress(const std::string& words) {
    if (telling_.color) {
        out_ << "\r\x1b[K    " << words << std::flush;
    } else {
        out_ << "    " << words << std::endl;
    }
    in_progress_ = true;
}

void Narrator::line(const std::string& words) {
    end_progress();
    out_ << words << std::endl;
}

void Narrator::held(const std::string& what) {
    end_progress();
    out_ << "    " << painted(kGreen, "held") << std::string(kLabel - 4, ' ') << what << std::endl;
}

}  // namespace guichet::demo
