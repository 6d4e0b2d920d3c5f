#include "sip/stream_framer.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sip/message.hpp"
#include "unit/sip/crlf.hpp"

namespace skyn3t::sip {
namespace {

using test::crlf;
using Kind = StreamFramer::Kind;

const std::string kFramedOptions = crlf(R"(
OPTIONS sip:a@b SIP/2.0
Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bK1
From: sip:a@b;tag=1
To: sip:a@b
Call-ID: 1
CSeq: 1 OPTIONS
Content-Length: 0

)");
const std::string kMessage = crlf(R"(
MESSAGE sip:a@b SIP/2.0
Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bK2
l : 12

hello

the)");  // a body may hold anything, an end of fields too

std::string next_text(StreamFramer& framer) {
    auto frame = framer.next();
    if (!frame) return "error: " + frame.error().detail;
    if (!*frame) return "more";
    switch ((*frame)->kind) {
        case Kind::ping:
            return "ping";
        case Kind::pong:
            return "pong";
        case Kind::message:
            break;
    }
    return (*frame)->text;
}

TEST(StreamFramer, TakesSeveralMessagesOutOfOneRead) {
    StreamFramer framer;
    framer.feed(kFramedOptions + kMessage.substr(0, kMessage.size() - 1));
    EXPECT_EQ(next_text(framer), kFramedOptions);
    EXPECT_EQ(next_text(framer), "more");
    EXPECT_TRUE(framer.in_message());
}

TEST(StreamFramer, PutsTogetherOneThatComesOctetByOctet) {
    const std::string body = "hello\r\nther";
    const std::string text = "MESSAGE sip:a@b SIP/2.0\r\nContent-Length:\r\n 11\r\n\r\n" + body;
    StreamFramer framer;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        framer.feed(text.substr(i, 1));
        ASSERT_EQ(next_text(framer), "more") << i;
    }
    framer.feed(text.substr(text.size() - 1));
    EXPECT_EQ(next_text(framer), text);
    EXPECT_EQ(next_text(framer), "more");
    EXPECT_FALSE(framer.in_message());
}

TEST(StreamFramer, TellsPingsFromPongs) {  // RFC 5626 §4.4.1
    StreamFramer framer;
    framer.feed("\r\n\r\n\r\n" + kFramedOptions + "\r\n");
    EXPECT_EQ(next_text(framer), "ping");
    EXPECT_EQ(next_text(framer), "pong");
    EXPECT_EQ(next_text(framer), kFramedOptions);
    EXPECT_EQ(next_text(framer), "pong");
    EXPECT_EQ(next_text(framer), "more");
    framer.feed("\r\n\r");
    EXPECT_EQ(next_text(framer), "ping") << "the second CRLF of a row";
    EXPECT_EQ(next_text(framer), "more");
    framer.feed("\n");
    EXPECT_EQ(next_text(framer), "pong");
}

TEST(StreamFramer, APingIsOneHoweverTcpCutsIt) {
    const std::string stream = kFramedOptions + "\r\n\r\n" + kFramedOptions;
    for (std::size_t cut = kFramedOptions.size(); cut <= kFramedOptions.size() + 4; ++cut) {
        StreamFramer framer;
        std::string seen;
        for (const auto& piece : {stream.substr(0, cut), stream.substr(cut)}) {
            framer.feed(piece);
            for (auto text = next_text(framer); text != "more"; text = next_text(framer))
                seen += text == kFramedOptions ? "message " : text == "pong" ? "" : text + " ";
        }
        EXPECT_EQ(seen, "message ping message ") << cut;
    }
}

TEST(StreamFramer, APongBeforeAMessageIsNoHalfOfAPingAfterIt) {
    StreamFramer framer;
    framer.feed("\r\n" + kFramedOptions + "\r\n");
    EXPECT_EQ(next_text(framer), "pong");
    EXPECT_EQ(next_text(framer), kFramedOptions);
    EXPECT_EQ(next_text(framer), "pong");
}

TEST(StreamFramer, MissingContentLengthBreaksTheStreamButCanBeAnswered) {
    const std::string text =
        kFramedOptions.substr(0, kFramedOptions.find("Content-Length")) + "\r\n";
    StreamFramer framer;
    framer.feed(text + "\r\nrest");
    EXPECT_EQ(next_text(framer), "error: no Content-Length");
    EXPECT_EQ(framer.broken_head(), text);
    EXPECT_TRUE(Message::parse(framer.broken_head()));
    framer.feed(kFramedOptions);
    EXPECT_EQ(next_text(framer), "error: no Content-Length");
}

TEST(StreamFramer, TwoContentLengthsThatDifferBreakTheStream) {
    StreamFramer framer;
    framer.feed("OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\nl: 5\r\n\r\n");
    EXPECT_EQ(next_text(framer), "error: two different Content-Length fields");
}

TEST(StreamFramer, NegativeContentLengthBreaksTheStream) {  // RFC 4475 §3.1.2.3
    StreamFramer framer;
    framer.feed("OPTIONS sip:a@b SIP/2.0\r\nContent-Length: -999\r\n\r\n");
    EXPECT_EQ(framer.next().error().code, Errc::parse_error);
}

TEST(StreamFramer, AnnouncedBodyOfMoreThan64KiBIsTooLarge) {
    StreamFramer framer;
    framer.feed("INVITE sip:a@b SIP/2.0\r\nContent-Length: 70000\r\n\r\n");
    EXPECT_EQ(framer.next().error().code, Errc::too_large);
}

TEST(StreamFramer, FieldsThatNeverEndAreTooLarge) {
    StreamFramer framer;
    framer.feed("INVITE sip:a@b SIP/2.0\r\nX: ");
    for (int i = 0; i < 64; ++i) {
        ASSERT_EQ(next_text(framer), "more");
        framer.feed(std::string(1024, 'x'));
    }
    EXPECT_EQ(framer.next().error().code, Errc::too_large);
}

TEST(StreamFramer, LoneReturnBreaksTheStream) {
    StreamFramer framer;
    framer.feed("\rX");
    EXPECT_EQ(next_text(framer), "error: a CR without its LF");
}

}  // namespace
}  // namespace skyn3t::sip
