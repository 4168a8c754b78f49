#include "services/guichet/secrets_key.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace guichet {
namespace {

struct SecretsKey : testing::Test {
    SecretsKey() { settings.data = folder.path(); }
    std::filesystem::path file() const { return settings.data / "secrets.key"; }

    test::TempDir folder;
    config::ServerSettings settings;
    SystemRandom random;
};

TEST_F(SecretsKey, IsMadeOnceAndOnlyForItsOwner) {
    const auto first = secrets_key(settings, random);
    ASSERT_TRUE(first) << to_string(first.error());
    EXPECT_GE(first->size(), 43U);
    EXPECT_EQ(secrets_key(settings, random).value(), *first);
    const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    EXPECT_EQ(std::filesystem::status(file()).permissions() & others, std::filesystem::perms::none);
    int entries = 0;
    for (const auto& entry : std::filesystem::directory_iterator(settings.data))
        entries += !entry.path().empty();
    EXPECT_EQ(entries, 1) << "no draft is left";
}

TEST_F(SecretsKey, TheConfiguredOneGoesFirstAndLeavesNoFile) {
    settings.secrets_key = config::Secret("configured", "env");
    EXPECT_EQ(secrets_key(settings, random).value(), "configured");
    EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(SecretsKey, RefusesOneThatOthersCanReadOrThatIsCutOff) {
    std::ofstream(file()) << std::string(43, 'k') << "\n";
    std::filesystem::permissions(file(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::group_read);
    EXPECT_NE(secrets_key(settings, random).error().message.find("chmod 600"), std::string::npos);
    std::filesystem::permissions(file(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_EQ(secrets_key(settings, random).value(), std::string(43, 'k'));
    std::ofstream(file(), std::ios::trunc) << "short";
    EXPECT_NE(secrets_key(settings, random).error().message.find("backup"), std::string::npos);
}

TEST_F(SecretsKey, SaysWhichFolderIsMissing) {
    settings.data /= "absent";
    EXPECT_NE(secrets_key(settings, random).error().message.find("absent"), std::string::npos);
}

}  // namespace
}  // namespace guichet
