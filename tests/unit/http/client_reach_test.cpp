#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/client.hpp"
#include "raw_socket.hpp"

namespace skyn3t::http {
namespace {

using test::RawServer;

// Every way of writing an address that a document may not reach.
TEST(GuardedClient, ReachesNothingPrivateHoweverItIsWritten) {
    Client client{ClientOptions{}};
    RawServer server{
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")};
    const std::vector<std::string> hosts{"127.0.0.1",
                                         "127.1",
                                         "127.0.1",
                                         "127.255.255.254",
                                         "0x7f.0.0.1",
                                         "0x7f000001",
                                         "0177.0.0.1",
                                         "017700000001",
                                         "2130706433",
                                         "0",
                                         "0.0.0.0",
                                         "localhost",
                                         "LOCALHOST",
                                         "localhost.",
                                         "user@127.0.0.1",
                                         "example.cl@127.0.0.1",
                                         "127.0.0.1%2f",
                                         "[::1]",
                                         "[0:0:0:0:0:0:0:1]",
                                         "[::]",
                                         "[::ffff:127.0.0.1]",
                                         "[::ffff:7f00:1]",
                                         "[::127.0.0.1]",
                                         "[64:ff9b::7f00:1]",
                                         "[2002:7f00:1::1]",
                                         "[2002:c0a8:101::1]",
                                         "10.0.0.1",
                                         "172.16.0.1",
                                         "172.31.255.255",
                                         "192.168.1.1",
                                         "169.254.169.254",
                                         "0xa9fea9fe",
                                         "2852039166",
                                         "100.64.0.1",
                                         "192.0.2.1",
                                         "198.18.0.1",
                                         "224.0.0.1",
                                         "255.255.255.255",
                                         "[fe80::1]",
                                         "[fd00:ec2::254]",
                                         "[2001:db8::1]"};
    EXPECT_EQ(hosts.size(), 41u);
    for (const auto& host : hosts) {
        ClientRequest request;
        request.url = "http://" + host + ":" + std::to_string(server.port()) + "/";
        request.reach = Reach::guarded;
        const auto result = client.fetch(request);
        ASSERT_FALSE(result) << host;
        const bool is_refused = result.error().errc == Errc::forbidden ||
                                result.error().code == 11100 || result.error().code == 11210;
        EXPECT_TRUE(is_refused) << host << ' ' << result.error().detail;
    }
    EXPECT_EQ(server.connections(), 0);
}

}  // namespace
}  // namespace skyn3t::http
