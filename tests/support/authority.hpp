#pragma once
// Certificates for tests, signed by an authority that is made here.
#include <memory>
#include <string>

namespace guichet::test {

// PEM texts.
struct Issued {
    std::string certificate, key;
};

class Authority {
  public:
    Authority();
    ~Authority();
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;

    // Its own certificate.
    const std::string& certificate() const { return certificate_; }
    // Good for `name` (DNS) and 127.0.0.1, as server and as client.
    Issued issue(const std::string& name);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
    std::string certificate_;
};

}  // namespace guichet::test
