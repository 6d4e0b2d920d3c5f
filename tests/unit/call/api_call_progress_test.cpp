// webhooks.md, section 2: what the application is told of a call that the API places.
#include <algorithm>

#include "dial_fixture.hpp"

namespace skyn3t::call {
namespace {

using namespace std::chrono_literals;
using model::EndReason;

class ApiCallProgress : public DialTest {
  protected:
    void place(const std::string& user) {
        EXPECT_TRUE(calls.place(outgoing(sip_noun(user), "<Say>Hola.</Say>")));
    }
};

TEST_F(ApiCallProgress, TellsItsProgressInOrder) {
    phone(test::kOffice);
    place(test::kOffice);
    run(10s);
    EXPECT_EQ(callbacks.lines(), (Lines{"/progress 0 initiated", "/progress 1 ringing",
                                        "/progress 2 in-progress", "/progress 3 completed"}));
    EXPECT_EQ(callbacks.sent.back().value("Direction"), "outbound-api");
    EXPECT_EQ(callbacks.sent.back().value("SipResponseCode"), "200");
}

TEST_F(ApiCallProgress, IsInitiatedWhenItIsDialledAndNotWhenItIsQueued) {
    phone(test::kOffice).decides_after.reset();
    phone(kSecurity, 21).decides_after.reset();
    place(test::kOffice);
    place(kSecurity);
    run(500ms);
    const auto initiated = [this] {
        const auto lines = callbacks.lines();
        return std::count(lines.begin(), lines.end(), "/progress 0 initiated");
    };
    EXPECT_EQ(initiated(), 1);
    run(700ms);
    EXPECT_EQ(initiated(), 2);
    calls.end_all(EndReason::ended_by_api);
    run(1s);
}

}  // namespace
}  // namespace skyn3t::call
