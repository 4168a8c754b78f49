#pragma once
// All that a show plays on: the town, the server, who works at the counter.
#include <filesystem>
#include <memory>
#include <string>

#include "services/demo/show/desk.hpp"
#include "services/demo/show/server_process.hpp"
#include "services/demo/show/town.hpp"

namespace guichet::demo {

inline constexpr char kChannel[] = "page";
inline constexpr char kApp[] = "demo-app";
inline constexpr char kPageName[] = "Maison Dupont";

class Stage {
  public:
    Stage(std::string program, std::filesystem::path data, Interrupt& interrupt);

    // Server up, page connected, people hired. Throws Broken.
    void set_up();
    // After a kill: the same addresses, the same credentials.
    void start_again();

    Town& town() { return town_; }
    ServerProcess& server() { return server_; }
    Desk& claire() { return *claire_; }
    Desk& bot() { return *bot_; }
    // A bot's desk of its own, for another thread.
    std::unique_ptr<Desk> another_bot() const;
    // Waits, or throws Broken with what did not come true.
    void until(const std::string& what, const std::function<bool()>& holds,
               std::chrono::milliseconds limit = std::chrono::seconds(20));

  private:
    void connect_page(Desk& admin);
    void started(const Result<void>& result) const;

    Interrupt& interrupt_;
    Town town_;
    ServerProcess server_;
    std::string bot_token_;
    std::unique_ptr<Desk> claire_, bot_;
};

}  // namespace guichet::demo
