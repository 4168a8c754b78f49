// `guichet channels`.
#include <gtest/gtest.h>

#include "services/guichet/cli/commands.hpp"
#include "services/guichet/cli/completion.hpp"
#include "services/guichet/cli/print.hpp"

namespace guichet::cli {
namespace {

v1::Channel channel_of(const std::string& id, v1::ChannelKind kind, const std::string& health) {
    v1::Channel channel;
    channel.set_id(id);
    channel.set_kind(kind);
    channel.set_team("care");
    channel.set_health(health);
    return channel;
}

TEST(CliChannels, EachIsShownWithWhatIsWrong) {
    v1::ListChannelsResponse all;
    EXPECT_EQ(channels_text(all), "No channels.\n");
    *all.add_channels() = channel_of("page", v1::CHANNEL_KIND_FACEBOOK, "ok");
    *all.add_channels() = channel_of("help", v1::CHANNEL_KIND_MAIL, "nothing is read since then\x1b[2J");
    auto* paused = all.add_channels();
    *paused = channel_of("shop", v1::CHANNEL_KIND_CUSTOM, "ok");
    paused->set_paused(true);
    all.set_next_cursor("shop");
    const auto text = channels_text(all);
    EXPECT_NE(text.find("facebook"), std::string::npos) << text;
    EXPECT_NE(text.find("nothing is read since then [2J"), std::string::npos)
        << "no escape reaches a terminal";
    EXPECT_NE(text.find("paused\n"), std::string::npos) << text;
    EXPECT_NE(text.find("--cursor shop"), std::string::npos) << text;
    all.mutable_channels(2)->set_health("nothing is sent");
    EXPECT_NE(channels_text(all).find("paused; nothing is sent"), std::string::npos) << "both are told";
}

TEST(CliChannels, CompletionKnowsTheCommand) {
    CLI::App app;
    int code = -1;
    add_commands(app, code);
    EXPECT_NE(bash_completion(app).find("channels"), std::string::npos);
}

}  // namespace
}  // namespace guichet::cli
