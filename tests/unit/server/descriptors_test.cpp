#include "server/descriptors.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace skyn3t::server {
namespace {

rlimit limit_now() {
    rlimit limit{};
    EXPECT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
    return limit;
}

TEST(Descriptors, AsManyAsTheProcessMayHaveAreHad) {
    const rlimit before = limit_now();
    const rlimit low{before.rlim_max / 2, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
    EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
    EXPECT_EQ(limit_now().rlim_cur, before.rlim_max);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace skyn3t::server
