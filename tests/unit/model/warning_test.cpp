#include "model/warning.hpp"

#include <gtest/gtest.h>

#include <string>

namespace skyn3t::model {
namespace {

TEST(Warning, HasWordsInBothLanguagesThatStandBeforeADetail) {
    const auto known = find_warning(13223);
    ASSERT_TRUE(known);
    EXPECT_STREQ(known->es, "el número no es E.164 (+, código de país, número)");
    EXPECT_STREQ(known->en, "the number is not E.164 (+, country code, number)");
}

TEST(Warning, KnowsTheFirstAndTheLastOfItsCodesAndNoOthers) {
    EXPECT_TRUE(find_warning(10004));
    EXPECT_TRUE(find_warning(32223));
    for (const int unknown : {-1, 0, 10003, 12201, 32224, 99999})
        EXPECT_FALSE(find_warning(unknown));
}

}  // namespace
}  // namespace skyn3t::model
