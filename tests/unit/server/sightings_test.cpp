#include "server/sightings.hpp"

#include <gtest/gtest.h>

namespace skyn3t::server {
namespace {

using Where = Sightings::Where;
constexpr milliseconds kNow{0};

class SightingsTest : public testing::Test {
  protected:
    Sightings sightings;
    const CommunitySid a = CommunitySid::generate();
    const CommunitySid b = CommunitySid::generate();
};

TEST_F(SightingsTest, ACallIsSeenWhereItWasExpected) {
    const auto ticket = sightings.expect({a, Where::at_twilio, "+56911111111", {}, false});
    EXPECT_FALSE(sightings.wait(ticket, kNow));
    sightings.saw_at_twilio(b, "+56911111111");
    sightings.saw_at_twilio(a, "+56922222222");
    sightings.saw_here(a, "+56911111111");
    EXPECT_FALSE(sightings.wait(ticket, kNow));
    sightings.saw_at_twilio(a, "+56911111111");
    EXPECT_TRUE(sightings.wait(ticket, kNow));
}

TEST_F(SightingsTest, ACallThatArrivesHereIsToldByWhomItCalled) {
    const auto ticket = sightings.expect({a, Where::here, {}, "prueba", false});
    sightings.saw_here(a, "otro");
    sightings.saw_here(b, "prueba");
    EXPECT_FALSE(sightings.wait(ticket, kNow));
    sightings.saw_here(a, "prueba");
    EXPECT_TRUE(sightings.wait(ticket, kNow));
}

TEST_F(SightingsTest, NobodyWaitsOnceTheServerEnds) {
    const auto ticket = sightings.expect({a, Where::here, {}, "prueba", false});
    sightings.end();
    EXPECT_FALSE(sightings.wait(ticket, std::chrono::hours(1)));
}

}  // namespace
}  // namespace skyn3t::server
