#include "base/loop.hpp"

#include <gtest/gtest.h>

#include <asio/post.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/faults.hpp"

namespace skyn3t {
namespace {

using namespace std::chrono_literals;

TEST(Loop, AFaultEndsTheHandlerThatItIsInAndNothingElse) {
    const SystemClock clock;
    Loop loop(clock);
    const auto before = fault_count();
    std::vector<std::string> done;
    Timer faulty(loop.wheel(), [] { throw std::runtime_error("in a timer"); });
    Timer last(loop.wheel(), [&] {
        done.emplace_back("timer");
        loop.stop();
    });
    asio::post(loop.io(), [] { throw 7; });
    asio::post(loop.io(), [&] {
        done.emplace_back("handler");
        faulty.start_after(10ms);
        last.start_after(10ms);
    });
    loop.run();
    EXPECT_EQ(done, (std::vector<std::string>{"handler", "timer"}));
    EXPECT_EQ(fault_count() - before, 2u);
}

}  // namespace
}  // namespace skyn3t
