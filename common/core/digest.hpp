#pragma once
// A digest of bytes that come in pieces; see bytes.hpp for those that are there at once.
#include <memory>
#include <string>
#include <string_view>

namespace guichet {

class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void add(std::string_view piece);
    // Raw, not hex. Ends it: nothing may be added afterwards.
    std::string finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace guichet
