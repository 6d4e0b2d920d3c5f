// Bodies of several parts: RFC 5621, RFC 2046 section 5.1, and what gateways send.
#include "sip/message_body.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/sip_peer.hpp"

namespace skyn3t::sip {
namespace {

Message message_with(const std::string& fields, const std::string& body) {
    auto message = Message::parse(
        test::wire("INVITE sip:+56229145248@192.0.2.1 SIP/2.0\n"
                   "Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK1\n"
                   "From: <sip:a@b>;tag=1\nTo: <sip:c@d>\nCall-ID: 1\nCSeq: 1 INVITE\n" +
                       fields,
                   body));
    EXPECT_TRUE(message);
    EXPECT_EQ(message->defect(), nullptr);
    return std::move(*message);
}

// The session description found, or the name of the fault.
std::string read(const std::string& fields, const std::string& body) {
    const auto message = message_with(fields, body);
    const auto read = MessageBody::read(message);
    switch (read.fault) {
        case MessageBody::Fault::type:
            return "type";
        case MessageBody::Fault::encoding:
            return "encoding";
        case MessageBody::Fault::malformed:
            return "malformed";
        case MessageBody::Fault::none:
            break;
    }
    return std::string(read.sdp);
}

const std::string kMixed = "Content-Type: multipart/mixed;boundary=edge\n";
const std::string kSdpPart = "--edge\r\nContent-Type: application/sdp\r\n\r\nv=0\r\ns=-\r\n\r\n";

// As a gateway between SIP and ISUP writes it (RFC 3372, RFC 3204).
TEST(MessageBody, TheSdpBesideAnIsupMessageIsFound) {
    EXPECT_EQ(read("MIME-Version: 1.0\n"
                   "Content-Type: multipart/mixed; boundary=\"unique-boundary-1\"\n",
                   "--unique-boundary-1\r\n"
                   "Content-Type: application/SDP; charset=ISO-10646\r\n"
                   "\r\n"
                   "v=0\r\n"
                   "o=gw 1 1 IN IP4 198.51.100.7\r\n"
                   "\r\n"
                   "--unique-boundary-1\r\n"
                   "Content-Type: application/ISUP; version=nxv3;\r\n"
                   " base=etsi121\r\n"
                   "Content-Disposition: signal; handling=optional\r\n"
                   "\r\n"
                   "\x01\x11\x48\x02\x0a--unique\r\n"
                   "--unique-boundary-1--\r\n"),
              "v=0\r\no=gw 1 1 IN IP4 198.51.100.7\r\n");
}

TEST(MessageBody, TheOrderOfThePartsDoesNotMatter) {
    EXPECT_EQ(read(kMixed, "preamble\r\n--edge\r\nContent-Type: application/isup\r\n\r\nx\r\n" +
                               kSdpPart + "--edge--\r\nepilogue"),
              "v=0\r\ns=-\r\n");
}

TEST(MessageBody, APlainSessionDescriptionIsAllOfTheBody) {
    EXPECT_EQ(read("Content-Type: application/sdp\n", "v=0\r\n"), "v=0\r\n");
    EXPECT_EQ(read("c: Application/SDP;charset=utf-8\n", "v=0\r\n"), "v=0\r\n");
    EXPECT_EQ(read("", ""), "");
}

TEST(MessageBody, APartThatMustBeUnderstoodAndIsNotIsAFault) {
    const std::string isup = "--edge\r\nContent-Type: application/isup\r\n";
    EXPECT_EQ(
        read(kMixed, kSdpPart + isup +
                         "Content-Disposition: signal;handling=required\r\n\r\nx\r\n--edge--"),
        "type");
    EXPECT_EQ(read(kMixed, kSdpPart + isup + "\r\nx\r\n--edge--"), "v=0\r\ns=-\r\n");
    EXPECT_EQ(read("Content-Type: application/isup\n", "x"), "type");
    EXPECT_EQ(
        read("Content-Type: text/plain\nContent-Disposition: render;handling=optional\n", "x"), "");
}

TEST(MessageBody, OfAlternativesTheLastThatIsUnderstoodCounts) {
    EXPECT_EQ(read("Content-Type: multipart/alternative;boundary=edge\n",
                   "--edge\r\nContent-Type: application/sdp\r\n\r\nplain\r\n"
                   "--edge\r\nContent-Type: application/sdp\r\n\r\nbetter\r\n"
                   "--edge\r\nContent-Type: application/sdpng\r\n"
                   "Content-Disposition: session;handling=required\r\n\r\nbest\r\n--edge--"),
              "better");
}

TEST(MessageBody, ASessionDescriptionForSomethingElseIsNotTheOffer) {
    EXPECT_EQ(read(kMixed,
                   "--edge\r\nContent-Type: application/sdp\r\n"
                   "Content-Disposition: early-session\r\n\r\nearly\r\n" +
                       kSdpPart + "--edge--"),
              "v=0\r\ns=-\r\n");
}

TEST(MessageBody, AMultipartWithinAMultipartIsRead) {
    EXPECT_EQ(read("Content-Type: multipart/mixed;boundary=outer\n",
                   "--outer\r\nContent-Type: multipart/mixed;boundary=edge\r\n\r\n" + kSdpPart +
                       "--edge--\r\n--outer--\r\n"),
              "v=0\r\ns=-\r\n");
}

TEST(MessageBody, LinesWithoutCrAndAMissingLastDelimiterAreReadAllTheSame) {
    EXPECT_EQ(read(kMixed, "--edge\nContent-Type: application/sdp\n\nv=0\ns=-\n\n--edge--\n"),
              "v=0\ns=-\n");
    EXPECT_EQ(read(kMixed, "--edge\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n"), "v=0");
}

TEST(MessageBody, WhatIsNoMultipartIsMalformed) {
    EXPECT_EQ(read("Content-Type: multipart/mixed\n", "--edge\r\n\r\nx"), "malformed");
    EXPECT_EQ(read(kMixed, "nothing of it"), "malformed");
    EXPECT_EQ(read(kMixed, "--edges\r\n\r\nx\r\n--edge-"), "malformed");
    EXPECT_EQ(read("Content-Type: multipart/mixed;boundary=" + std::string(71, 'b') + "\n", "x"),
              "malformed");
    std::string parts;
    for (int i = 0; i < 17; ++i) parts += "--edge\r\n\r\nx\r\n";
    EXPECT_EQ(read(kMixed, parts + "--edge--"), "malformed");
}

TEST(MessageBody, PartsWithinPartsEndSomewhere) {
    std::string deep = "--e\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--e--";
    for (const char* name : {"d", "c", "b"}) {
        const std::string inner(1, static_cast<char>(name[0] + 1));
        deep = std::string("--") + name + "\r\nContent-Type: multipart/mixed;boundary=" + inner +
               "\r\n\r\n" + deep + "\r\n--" + name + "--";
    }
    EXPECT_EQ(read("Content-Type: multipart/mixed;boundary=b\n", deep), "malformed");
}

TEST(MessageBody, AnEncodedSessionDescriptionIsNotUnderstood) {
    EXPECT_EQ(read(kMixed,
                   "--edge\r\nContent-Type: application/sdp\r\n"
                   "Content-Transfer-Encoding: base64\r\n\r\ndj0w\r\n--edge--"),
              "encoding");
    EXPECT_EQ(read(kMixed,
                   "--edge\r\nContent-Type: application/sdp\r\n"
                   "Content-Transfer-Encoding: 8bit\r\n\r\nv=0\r\n--edge--"),
              "v=0");
    EXPECT_EQ(read("Content-Type: application/sdp\nContent-Encoding: gzip\n", "x"), "encoding");
}

TEST(MessageBody, AnAnswerThatDoesNotSayWhatItIsIsTheSessionDescription) {
    const auto message = message_with("", "v=0\r\n");
    EXPECT_EQ(session_description(message), "v=0\r\n");
    EXPECT_EQ(MessageBody::read(message).fault, MessageBody::Fault::type);
}

}  // namespace
}  // namespace skyn3t::sip
