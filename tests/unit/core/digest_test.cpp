#include "common/core/digest.hpp"

#include <gtest/gtest.h>

#include "common/core/bytes.hpp"

namespace guichet {
namespace {

TEST(Digest, OfPiecesIsThatOfTheWhole) {
    Sha256 sum;
    for (const char* piece : {"Guichet ", "", "ferme", "e"}) sum.add(piece);
    EXPECT_EQ(sum.finish(), sha256("Guichet fermee"));
    EXPECT_EQ(Sha256().finish(), sha256(""));
}

TEST(Digest, GoesOnWhereItWasMovedTo) {
    Sha256 first;
    first.add("a");
    Sha256 second(std::move(first));
    second.add("bc");
    // FIPS 180-2, B.1
    EXPECT_EQ(hex(second.finish()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace guichet
