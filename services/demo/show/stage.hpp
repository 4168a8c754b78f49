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
inline constexpr char kBot[] = "robin";

struct StageOptions {
    // The guichet to run as the server, where its data lie, further properties ("reply.undo=0s").
    std::string program;
    std::filesystem::path data;
    std::vector<std::string> settings;
    // Visitors' pages, and the port of the town; 0: the system chooses.
    Hall* hall = nullptr;
    std::uint16_t port = 0;
    v1::Role claire = v1::ROLE_AGENT;
};

class Stage {
  public:
    Stage(StageOptions options, Interrupt& interrupt);

    // Server up, page connected, people hired. Throws Broken.
    void set_up();
    // After a kill: the same addresses, the same credentials.
    void start_again();

    Town& town() { return town_; }
    ServerProcess& server() { return server_; }
    Desk& claire() { return *claire_; }
    Desk& bot() { return *bot_; }
    // A desk of one's own, for another thread.
    std::unique_ptr<Desk> another_bot() const;
    std::unique_ptr<Desk> another_claire() const;
    std::unique_ptr<Desk> administrator() const;
    // Waits, or throws Broken with what did not come true.
    void until(const std::string& what, const std::function<bool()>& holds,
               std::chrono::milliseconds limit = std::chrono::seconds(20));

  private:
    void connect_page(Desk& admin);
    void started(const Result<void>& result) const;

    StageOptions options_;
    Interrupt& interrupt_;
    Town town_;
    ServerProcess server_;
    std::string claire_token_, bot_token_;
    std::unique_ptr<Desk> claire_, bot_;
};

}  // namespace guichet::demo
