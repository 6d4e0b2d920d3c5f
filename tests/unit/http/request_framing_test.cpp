#include "http/request_framing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

// RFC 9112, and where it lets a server choose, the strict reading.
namespace skyn3t::http {
namespace {

constexpr std::uint64_t kMaxBody = 1000;

// What the framing makes of octets that come in pieces.
struct Framed {
    std::vector<std::string> requests;  // whole ones, and what came of the last
    std::optional<HeadFault> fault;
    int continues = 0;
};
Framed framed(std::string_view octets, std::size_t piece = 1000000) {
    RequestFraming framing(kMaxBody);
    Framed result;
    std::string request;
    std::array<char, 16> room{};
    for (;;) {
        const auto step = framing.take(room.data(), room.size());
        if (step.next == RequestFraming::Next::octets) {
            request.append(room.data(), step.size);
        } else if (step.next == RequestFraming::Next::say_continue) {
            ++result.continues;
        } else if (step.next == RequestFraming::Next::refuse) {
            result.fault = framing.fault();
            break;
        } else {
            if (octets.empty()) break;
            framing.feed(octets.substr(0, piece));
            octets.remove_prefix(std::min(piece, octets.size()));
        }
    }
    if (!request.empty()) result.requests.push_back(request);
    return result;
}
std::optional<HeadFault> fault_of(std::string_view octets) {
    const auto whole = framed(octets);
    const auto by_octet = framed(octets, 1);
    EXPECT_EQ(whole.fault, by_octet.fault) << "however it is cut: " << octets;
    return whole.fault;
}
std::string get(const std::string& fields) { return "GET / HTTP/1.1\r\n" + fields + "\r\n"; }
std::string post(const std::string& fields, const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}

TEST(RequestFraming, HandsOutWhatIsRightAsItCame) {
    const std::string octets =
        get("Host: x\r\n") + post("Content-Length: 3\r\n", "abc") +
        post("Transfer-Encoding: chunked\r\n", "3;name=value\r\nabc\r\n0\r\nTrailer: x\r\n\r\n") +
        get("Host: y\r\n");
    for (const std::size_t piece : {1u, 2u, 7u, 10000u}) {
        const auto result = framed(octets, piece);
        EXPECT_FALSE(result.fault);
        ASSERT_EQ(result.requests.size(), 1u);
        EXPECT_EQ(result.requests[0], octets);
    }
}

TEST(RequestFraming, NeverHandsOutTwoRequestsAtOnce) {
    RequestFraming framing(kMaxBody);
    const std::string one = get("Host: x\r\n");
    framing.feed(one + one);
    std::array<char, 1000> room{};
    EXPECT_EQ(framing.take(room.data(), room.size()).size, one.size());
    EXPECT_EQ(framing.take(room.data(), room.size()).size, one.size());
}

TEST(RequestFraming, PassesOverEmptyLinesBeforeARequest) {
    EXPECT_EQ(framed("\r\n\r\n" + get("Host: x\r\n")).requests.front(), get("Host: x\r\n"));
}

TEST(RequestFraming, WantsExactlyOneHost) {
    EXPECT_EQ(fault_of(get("")), HeadFault::host);
    EXPECT_EQ(fault_of(get("Host: a\r\nHost: a\r\n")), HeadFault::host);
    EXPECT_EQ(fault_of(get("Host: a/b\r\n")), HeadFault::host);
    EXPECT_EQ(fault_of(get("Host: [::1]:8080\r\n")), std::nullopt);
    EXPECT_EQ(fault_of(get("Host:\r\n")), std::nullopt) << "RFC 9112, section 3.2: may be empty";
    EXPECT_EQ(fault_of("GET / HTTP/1.0\r\n\r\n"), std::nullopt);
    EXPECT_EQ(fault_of("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"), HeadFault::host);
}

TEST(RequestFraming, RefusesFoldedFields) {
    EXPECT_EQ(fault_of(get("Host: x\r\nX: a\r\n b\r\n")), HeadFault::folded_field);
    EXPECT_EQ(fault_of(get("Host: x\r\nX: a\r\n\tb\r\n")), HeadFault::folded_field);
    EXPECT_EQ(fault_of(get(" Host: x\r\n")), HeadFault::folded_field);
}

TEST(RequestFraming, RefusesLinesThatDoNotEndWithCrLf) {
    for (const char* octets :
         {"GET / HTTP/1.1\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\n\r\n",
          "GET / HTTP/1.1\r\nHost: x\r\n\n", "GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n",
          "GET / HTTP/1.1\r\r\nHost: x\r\n\r\n", "\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"})
        EXPECT_EQ(fault_of(octets), HeadFault::bare_line_end) << octets;
}

TEST(RequestFraming, RefusesWhatIsNoHttpBeforeItsHeadEnds) {
    EXPECT_EQ(fault_of(std::string_view("\x16\x03\x01\x02\x00\x01", 6)), HeadFault::bad_octet);
    EXPECT_EQ(fault_of(get(std::string("Host: x\r\nX: a\0b\r\n", 17))), HeadFault::bad_octet);
    EXPECT_EQ(fault_of("GET\r\n\r\n"), HeadFault::request_line);
    EXPECT_EQ(fault_of("GET  / HTTP/1.1\r\nHost: x\r\n\r\n"), HeadFault::request_line);
    EXPECT_EQ(fault_of("GET / HTTP/2.0\r\nHost: x\r\n\r\n"), HeadFault::version);
    EXPECT_EQ(fault_of("BREW / HTTP/1.1\r\nHost: x\r\n\r\n"), HeadFault::method);
    EXPECT_EQ(fault_of("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"), HeadFault::method);
    EXPECT_EQ(fault_of(get("Host: x\r\nX : a\r\n")), HeadFault::field);
    EXPECT_EQ(fault_of(get("Host: x\r\nnothing\r\n")), HeadFault::field);
}

// The kinds of smuggling: two readings of where the request ends.
TEST(RequestFraming, TakesOneLengthOnly) {
    for (const char* fields :
         {"Content-Length: 5\r\nContent-Length: 6\r\n",
          "Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5, 5\r\n",
          "Content-Length: +5\r\n", "Content-Length: -1\r\n", "Content-Length: 0x5\r\n",
          "Content-Length: 99999999999999999999\r\n", "Content-Length:\r\n",
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"})
        EXPECT_EQ(fault_of(post(fields, "0\r\n\r\n")), HeadFault::length) << fields;
    EXPECT_EQ(fault_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
              HeadFault::length);
}

TEST(RequestFraming, KnowsNoOtherCodingThanChunked) {
    for (const char* coding :
         {"identity", "gzip, chunked", "xchunked", "chunked;x", "chunked, gzip"})
        EXPECT_EQ(fault_of(post("Transfer-Encoding: " + std::string(coding) + "\r\n", "")),
                  HeadFault::coding)
            << coding;
}

TEST(RequestFraming, ReadsChunksByTheirGrammarOnly) {
    for (const char* body :
         {"zz\r\n", "\r\n", "-1\r\n", "0x3\r\nabc\r\n", "3\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n",
          "3\r\nabc\n0\r\n\r\n", "0\r\n\n", "0\r\nContent-Length: 5\r\n\r\n", "0\r\n x: y\r\n\r\n",
          "3\r\nabc0\r\n\r\n"})
        EXPECT_EQ(fault_of(post("Transfer-Encoding: chunked\r\n", body)), HeadFault::chunk) << body;
}

TEST(RequestFraming, RefusesTooMuch) {
    EXPECT_EQ(fault_of("GET /" + std::string(8192, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"),
              HeadFault::target_too_long);
    EXPECT_EQ(fault_of("GET /" + std::string(kMaxHead, 'a')), HeadFault::target_too_long);
    EXPECT_EQ(fault_of(get("Host: x\r\nX: " + std::string(8193, 'a') + "\r\n")),
              HeadFault::field_too_long);
    std::string many = "Host: x\r\n";
    for (std::size_t i = 0; i < kMaxFields; ++i) many += "X: y\r\n";
    EXPECT_EQ(fault_of(get(many)), HeadFault::too_many_fields);
    EXPECT_EQ(fault_of(post("Content-Length: 1001\r\n", "")), HeadFault::body_too_large);
    EXPECT_EQ(fault_of(post("Transfer-Encoding: chunked\r\n", "3e9\r\n")),
              HeadFault::body_too_large);
    EXPECT_EQ(fault_of(post("Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\n")),
              HeadFault::body_too_large);
}

// RFC 9110, section 10.1.1.
TEST(RequestFraming, SaysContinueToWhoWaitsForIt) {
    const std::string head = post("Content-Length: 3\r\nExpect: 100-Continue\r\n", "");
    EXPECT_EQ(framed(head + "abc", head.size()).continues, 1);
    EXPECT_EQ(framed(head + "abc").continues, 0) << "the body is here already";
    EXPECT_EQ(framed(get("Host: x\r\nExpect: 100-continue\r\n")).continues, 0) << "there is none";
    EXPECT_EQ(
        framed("POST / HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n").continues,
        0);
    EXPECT_EQ(fault_of(get("Host: x\r\nExpect: tea\r\n")), HeadFault::expectation);
}

}  // namespace
}  // namespace skyn3t::http
