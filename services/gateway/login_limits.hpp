#pragma once
// How often somebody may try to sign in: attempts by key (an address, an account) within a window. Pure;
// bounded.
#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

#include "common/core/clock.hpp"

namespace guichet::gateway {

// Under what attempts at an account are counted; `who` is an agent's id, or what was typed where
// nobody is called so.
std::string account_key(const std::string& workspace, const std::string& who);

class LoginLimits {
  public:
    LoginLimits(std::int64_t attempts, std::int64_t window_ms, std::size_t max_keys = 100'000)
        : attempts_(attempts), window_(window_ms), max_keys_(max_keys) {}

    // Counts an attempt before its password is looked at, so that many at once do not slip through. 0: go on;
    // else milliseconds until the window is over. A refused attempt is not counted.
    std::int64_t attempt(const std::string& key, TimeMs now);
    // The same for an address and the account that it names. An address that has used up its attempts does
    // not use up those of accounts, nor crowd their keys out: it would lock out everybody whose name it
    // knows.
    std::int64_t attempt(const std::string& address, const std::string& account, TimeMs now);
    // It was the right person: what he mistyped before is forgotten.
    void succeeded(const std::string& key);
    // One attempt less: an office behind one address may sign in as often as it likes.
    void forgive(const std::string& key);
    std::size_t keys() const { return places_.size(); }

  private:
    struct Window {
        std::string key;
        TimeMs since;
        std::int64_t count;
    };
    std::int64_t attempts_;
    std::int64_t window_;
    std::size_t max_keys_;
    // Oldest use first.
    std::list<Window> windows_;
    std::unordered_map<std::string, std::list<Window>::iterator> places_;
};

}  // namespace guichet::gateway
