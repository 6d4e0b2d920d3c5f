#include "sip/nonce.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
constexpr auto kGood = NonceBook::Status::good;
constexpr auto kStale = NonceBook::Status::stale;

struct NonceTest : testing::Test {
    test::FakeClock clock;
    NonceBook book{clock, {}};
};

TEST_F(NonceTest, ItsOwnNonceIsGoodUntilItsLifetimeEnds) {
    const auto nonce = book.make("example.cl");
    EXPECT_EQ(book.check(nonce, "example.cl"), kGood);
    clock.advance(300s);
    EXPECT_EQ(book.check(nonce, "example.cl"), kGood);
    clock.advance(1s);
    EXPECT_EQ(book.check(nonce, "example.cl"), kStale);
}

TEST_F(NonceTest, ANonceOfAnotherDomainIsStale) {
    EXPECT_EQ(book.check(book.make("example.cl"), "example.com"), kStale);
}

TEST_F(NonceTest, EveryChangedOctetMakesItStale) {
    const auto nonce = book.make("example.cl");
    for (std::size_t i = 0; i < nonce.size(); ++i) {
        auto forged = nonce;
        forged[i] = forged[i] == '0' ? '1' : '0';
        EXPECT_EQ(book.check(forged, "example.cl"), kStale) << i;
    }
}

TEST_F(NonceTest, TextThatIsNoNonceIsStale) {
    for (const auto* text : {"", "abc", "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                             "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"})
        EXPECT_EQ(book.check(text, "example.cl"), kStale) << text;
}

TEST_F(NonceTest, WithTheSameKeyItSurvivesARestartAndWithoutItDoesNot) {
    const std::vector<std::uint8_t> key(32, 7);
    const auto nonce = NonceBook(clock, {.key = key}).make("example.cl");
    EXPECT_EQ(NonceBook(clock, {.key = key}).check(nonce, "example.cl"), kGood);
    EXPECT_EQ(NonceBook(clock, {}).check(nonce, "example.cl"), kStale);
}

TEST_F(NonceTest, ACountIsGoodOnce) {
    const auto nonce = book.make("example.cl");
    EXPECT_EQ(book.use(nonce, 1), kGood);
    EXPECT_EQ(book.use(nonce, 1), kStale);
    EXPECT_EQ(book.use(nonce, 2), kGood);
    EXPECT_EQ(book.use(nonce, 1), kStale);
}

TEST_F(NonceTest, CountsMayArriveOutOfOrderWithinAWindowOf64) {
    const auto nonce = book.make("example.cl");
    EXPECT_EQ(book.use(nonce, 100), kGood);
    EXPECT_EQ(book.use(nonce, 37), kGood);
    EXPECT_EQ(book.use(nonce, 37), kStale);
    EXPECT_EQ(book.use(nonce, 36), kStale);
    EXPECT_EQ(book.use(nonce, 101), kGood);
    EXPECT_EQ(book.use(nonce, 100), kStale);
    EXPECT_EQ(book.use(nonce, 4000000000), kGood);
    EXPECT_EQ(book.use(nonce, 3999999999), kGood);
}

TEST_F(NonceTest, WithoutACountItIsGoodOnceAndNeverWithOneAfterwards) {
    const auto nonce = book.make("example.cl");
    EXPECT_EQ(book.use_once(nonce), kGood);
    EXPECT_EQ(book.use_once(nonce), kStale);
    EXPECT_EQ(book.use(nonce, 1), kStale);
    EXPECT_EQ(book.use(nonce, 0xffffffff), kStale);
}

TEST_F(NonceTest, TenThousandUsesOfOneNonceTakeOnePlace) {
    const auto nonce = book.make("example.cl");
    for (std::uint32_t count = 1; count <= 10000; ++count) ASSERT_EQ(book.use(nonce, count), kGood);
    EXPECT_EQ(book.remembered(), 1u);
}

TEST_F(NonceTest, AFullBookRefusesWhatItHasForgottenRatherThanLetItBeReplayed) {
    NonceBook small(clock, {.remembered = 2});
    const auto first = small.make("example.cl");
    EXPECT_EQ(small.use(first, 1), kGood);
    clock.advance(1s);
    EXPECT_EQ(small.use(small.make("example.cl"), 1), kGood);
    EXPECT_EQ(small.use(small.make("example.cl"), 1), kGood);
    EXPECT_EQ(small.remembered(), 2u);
    EXPECT_EQ(small.use(first, 1), kStale);
    EXPECT_EQ(small.use(first, 2), kStale);
    EXPECT_EQ(small.use(small.make("example.cl"), 1), kGood);
}

TEST_F(NonceTest, ExpiredNoncesLeaveTheBook) {
    for (int i = 0; i < 100; ++i) EXPECT_EQ(book.use(book.make("example.cl"), 1), kGood);
    clock.advance(301s);
    EXPECT_EQ(book.use(book.make("example.cl"), 1), kGood);
    EXPECT_EQ(book.remembered(), 1u);
}

}  // namespace
}  // namespace skyn3t::sip
