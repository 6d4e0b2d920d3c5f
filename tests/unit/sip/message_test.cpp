#include "sip/message.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/sip/crlf.hpp"

namespace skyn3t::sip {
namespace {

using namespace std::chrono_literals;
using test::crlf;

constexpr std::string_view kOptions = R"(
OPTIONS sip:example.cl SIP/2.0
Via: SIP/2.0/UDP 192.168.1.20:5060;branch=z9hG4bKabc;rport, SIP/2.0/TCP [2001:db8::1]:5070
v: SIP/2.0/TLS edge.example.cl;received=198.51.100.1;rport=40000
From: "Conserjería, torre \"A\"" <sip:+56229145248-security@example.cl>;tag=f1
To: sip:example.cl
Call-ID: c1@192.168.1.20
CSeq: 7 OPTIONS
Contact: "a, <b>" <sip:x@h1;p=1,2>;expires=60;q=0.5, sip:y@h2;expires=4294967296
Contact: <sip:z@h3>
k: path, 100rel
Supported: timer
Timestamp: 54

)";

Message parsed(std::string_view text) {
    auto message = Message::parse(crlf(text));
    EXPECT_TRUE(message) << (message ? "" : message.error().detail);
    EXPECT_EQ(message->defect(), nullptr) << message->defect()->reason;
    return *std::move(message);
}

TEST(Message, ListValuesAreTakenApartOutsideQuotesAndBrackets) {
    const auto message = parsed(kOptions);
    std::vector<std::string_view> contacts;
    for (const auto value : message.values(HeaderId::contact)) contacts.push_back(value);
    EXPECT_EQ(contacts,
              (std::vector<std::string_view>{R"("a, <b>" <sip:x@h1;p=1,2>;expires=60;q=0.5)",
                                             "sip:y@h2;expires=4294967296", "<sip:z@h3>"}));
}

TEST(Message, CompactAndLongFormsAreOneField) {
    const auto message = parsed(kOptions);
    EXPECT_EQ(message.values(HeaderId::supported).size(), 3u);
    EXPECT_TRUE(message.lists(HeaderId::supported, "PATH"));
    EXPECT_TRUE(message.lists(HeaderId::supported, "timer"));
    EXPECT_FALSE(message.lists(HeaderId::supported, "100"));
}

TEST(Message, ViasComeInOrderWithTheirParts) {
    const auto message = parsed(kOptions);
    std::vector<Via> vias;
    for (const auto value : message.values(HeaderId::via)) vias.push_back(*Via::parse(value));
    ASSERT_EQ(vias.size(), 3u);
    EXPECT_EQ(vias[0].branch, "z9hG4bKabc");
    EXPECT_TRUE(vias[0].wants_rport);
    EXPECT_EQ(vias[0].rport, std::nullopt);
    EXPECT_EQ(vias[1].host, "2001:db8::1");
    EXPECT_EQ(vias[1].port, 5070);
    EXPECT_EQ(vias[2].received, "198.51.100.1");
    EXPECT_EQ(vias[2].rport, 40000);
    EXPECT_EQ(vias[2].port_or_default(), 5061);
}

TEST(Message, DisplayNameOfAddressIsUnquoted) {
    const auto message = parsed(kOptions);
    EXPECT_EQ(unquoted(message.from()->display_name), "Conserjería, torre \"A\"");
    EXPECT_EQ(message.from_tag(), "f1");
    EXPECT_EQ(message.to_tag(), "");
}

TEST(Message, ContactExpiresAndQAreRead) {
    const auto message = parsed(kOptions);
    auto it = message.values(HeaderId::contact).begin();
    const auto first = NameAddr::parse(*it);
    EXPECT_EQ(*first->expires(), 60s);
    EXPECT_EQ(first->q_thousandths(), 500u);
    // RFC 3261 §20.19: more than 2^32-1 counts as that.
    EXPECT_EQ(*NameAddr::parse(*++it)->expires(), 4294967295s);
    EXPECT_EQ(*NameAddr::parse(*++it)->expires(), std::nullopt);
}

TEST(Message, ResponseCarriesTheSourceInItsTopViaOnly) {  // RFC 3581 §4
    auto request = parsed(kOptions);
    request.set_source("203.0.113.7", 40123);
    EXPECT_EQ(MessageBuilder::response_to(request, 404, {}, "t9").header("X-A", "b").build(),
              crlf(R"(
SIP/2.0 404 Not Found
Via: SIP/2.0/UDP 192.168.1.20:5060;branch=z9hG4bKabc;received=203.0.113.7;rport=40123, SIP/2.0/TCP [2001:db8::1]:5070
Via: SIP/2.0/TLS edge.example.cl;received=198.51.100.1;rport=40000
From: "Conserjería, torre \"A\"" <sip:+56229145248-security@example.cl>;tag=f1
To: sip:example.cl;tag=t9
Call-ID: c1@192.168.1.20
CSeq: 7 OPTIONS
X-A: b
Content-Length: 0

)"));
}

TEST(Message, ResponseToARepeatedFieldCopiesTheFirst) {
    const auto request = Message::parse(crlf(R"(
OPTIONS sip:a@b SIP/2.0
Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1
To: sip:a@b
To: sip:c@d;tag=x
From: sip:a@b;tag=1
Call-ID: 1
CSeq: 1 OPTIONS

)"));
    EXPECT_EQ(MessageBuilder::response_to(*request, 400, "Repeated To", "t").build(), crlf(R"(
SIP/2.0 400 Repeated To
Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1
From: sip:a@b;tag=1
To: sip:a@b;tag=t
Call-ID: 1
CSeq: 1 OPTIONS
Content-Length: 0

)"));
}

TEST(Message, ReceivedIsAddedOnlyWhenTheSentByDiffers) {  // RFC 3261 §18.2.1
    auto request = parsed(R"(
OPTIONS sip:a@b SIP/2.0
Via: SIP/2.0/UDP 10.0.0.1;received=9.9.9.9;branch=z9hG4bK1
From: sip:a@b;tag=1
To: sip:a@b
Call-ID: 1
CSeq: 1 OPTIONS

)");
    request.set_source("10.0.0.1", 5060);
    EXPECT_EQ(request.stamped_top_via(), "SIP/2.0/UDP 10.0.0.1;received=9.9.9.9;branch=z9hG4bK1");
    request.set_source("10.0.0.2", 5060);
    EXPECT_EQ(request.stamped_top_via(), "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=10.0.0.2");
}

TEST(Message, TryingCarriesTheTimestampAndNoNewTag) {
    const auto request = parsed(kOptions);
    const auto trying = *Message::parse(MessageBuilder::response_to(request, 100).build());
    EXPECT_EQ(trying.first(HeaderId::timestamp), "54");
    EXPECT_EQ(trying.to_tag(), "");
    const auto ok = *Message::parse(MessageBuilder::response_to(request, 200).build());
    EXPECT_FALSE(ok.has(HeaderId::timestamp));
}

TEST(Message, CloneAndMoveKeepTheirViews) {
    auto message = parsed(kOptions);
    const std::string_view call_id = message.call_id();
    const Message copy = message.clone();
    const Message moved = std::move(message);
    EXPECT_EQ(call_id, "c1@192.168.1.20");
    EXPECT_EQ(moved.call_id().data(), call_id.data());
    EXPECT_EQ(copy.call_id(), call_id);
}

TEST(Message, BytesThatAreNoSipAreDropped) {
    for (const std::string_view text :
         {"", "\r\n\r\n", "hello", "GET / HTTP/1.1\r\n\r\n", "SIP/2.0\r\n\r\n",
          "SIP/2.0 99 x\r\n\r\n", "OPTIONS sip:a@b SIP/2.0\r\n\r\n",
          "OPTIONS sip:a@b SIP/2.0\r\nVia: nonsense\r\n\r\n"})
        EXPECT_FALSE(Message::parse(std::string(text))) << text;
    EXPECT_FALSE(Message::parse(std::string("\0\x01\0\x08!\x12\xa4\x42", 8)));  // STUN
}

std::string defect_with(std::string_view extra_lines) {
    const auto message = Message::parse(crlf(R"(
OPTIONS sip:a@b SIP/2.0
Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1
From: sip:a@b;tag=1
To: sip:a@b
Call-ID: 1
CSeq: 1 OPTIONS
)") + std::string(extra_lines));
    EXPECT_TRUE(message);
    return message->defect() == nullptr ? "none" : message->defect()->reason;
}

TEST(MessageDefect, NamesTheFault) {
    EXPECT_EQ(defect_with("\r\n"), "none");
    EXPECT_EQ(defect_with("no colon here\r\n\r\n"), "Header field without a colon");
    EXPECT_EQ(defect_with("bad name: x\r\n\r\n"), "Header field with a bad name");
    EXPECT_EQ(defect_with("X: a\rb\r\n\r\n"), "Header field with a bare CR");
    EXPECT_EQ(defect_with("X: a\n\r\n"), "Line that does not end with CRLF");
    EXPECT_EQ(defect_with("X: a\r\n"), "No blank line after the header fields");
    EXPECT_EQ(defect_with("Max-Forwards: 256\r\n\r\n"), "Bad Max-Forwards header field");
    EXPECT_EQ(defect_with("Expires: soon\r\n\r\n"), "none");  // counts as 3600, RFC 3261 §10.2.1.1
    EXPECT_EQ(defect_with("Expires: 1\r\nExpires: 1\r\n\r\n"), "Repeated Expires header field");
    EXPECT_EQ(defect_with("m: <sip:a@>\r\n\r\n"), "Bad Contact header field: URI without a host");
}

TEST(MessageDefect, AResponseWithARepeatedFieldIsTakenByTheFirst) {
    const auto response = Message::parse(
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
        "To: <sip:c@d>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nSession-Expires: "
        "90;refresher=uac\r\n"
        "Session-Expires: 1800\r\nExpires: 1\r\nExpires: 2\r\n\r\n");
    ASSERT_TRUE(response) << "the call would be lost";
    EXPECT_EQ(response->first(HeaderId::session_expires), "90;refresher=uac");
    EXPECT_FALSE(Message::parse(
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
        "To: <sip:c@d>;tag=2\r\nTo: <sip:e@f>;tag=3\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n"));
}

TEST(MessageDefect, TooManyFieldsAreRefused) {
    std::string fields;
    for (int i = 0; i < 300; ++i) fields += "X: y\r\n";
    EXPECT_EQ(defect_with(fields + "\r\n"), "Too many header fields");
}

TEST(MessageDefect, TooManyViasAreRefused) {
    std::string vias = "Via: ";
    for (int i = 0; i < 70; ++i) vias += "SIP/2.0/UDP h,";
    EXPECT_EQ(defect_with(vias + "\r\n\r\n"), "Too many Via header fields");
}

TEST(Message, MoreThan64KiBAreTooLarge) {
    const auto message = Message::parse("OPTIONS sip:a@b SIP/2.0\r\nX: " + std::string(65536, 'x'));
    EXPECT_EQ(message.error().code, Errc::too_large);
}

TEST(MessageBuilder, NoValueCanAddALine) {
    const auto text = MessageBuilder::request("INVITE", "sip:a@b SIP/2.0\r\nX: y\r\n")
                          .header(HeaderId::subject, "x\r\nEvil: 1")
                          .header("Bad Name\r\nEvil", "2")
                          .header("X-Twilio-CallSid", "CA1\nEvil: 3")
                          .body("text/plain\r\nEvil: 4", "abc");
    EXPECT_EQ(text,
              "INVITE sip:a@b%20SIP/2.0%0D%0AX:%20y%0D%0A SIP/2.0\r\n"
              "Subject: x  Evil: 1\r\n"
              "X-Twilio-CallSid: CA1 Evil: 3\r\n"
              "Content-Type: text/plain  Evil: 4\r\n"
              "Content-Length: 3\r\n\r\nabc");
}

TEST(MessageBuilder, CopiesEveryLineOfAField) {
    const auto request = parsed(kOptions);
    EXPECT_EQ(
        MessageBuilder::request(Method::info, "sip:a@b").copy(request, HeaderId::supported).build(),
        "INFO sip:a@b SIP/2.0\r\nSupported: path, 100rel\r\nSupported: timer\r\n"
        "Content-Length: 0\r\n\r\n");
}

TEST(HeaderNames, EveryOneIsFoundInAnyCase) {
    for (int id = 1; id <= static_cast<int>(HeaderId::www_authenticate); ++id) {
        std::string name(name_of(static_cast<HeaderId>(id)));
        EXPECT_EQ(header_id(name), static_cast<HeaderId>(id)) << name;
        for (char& c : name) c = static_cast<char>(std::toupper(c));
        EXPECT_EQ(header_id(name), static_cast<HeaderId>(id)) << name;
    }
    EXPECT_EQ(header_id("X-Twilio-CallSid"), HeaderId::other);
    EXPECT_EQ(header_id("z"), HeaderId::other);
}

TEST(TypedHeaders, HabitsOfPhonesAreTolerated) {
    const auto trailing = NameAddr::parse("<sip:a@b;transport=>;tag=x;");
    ASSERT_TRUE(trailing);
    EXPECT_EQ(trailing->tag(), "x");
    EXPECT_TRUE(UriView::parse(trailing->uri)->params.well_formed());
    EXPECT_EQ(NameAddr::parse("Depto. 101 (torre A) & Cía: <sip:a@b>")->display_name,
              "Depto. 101 (torre A) & Cía:");
    EXPECT_TRUE(Via::parse("SIP/2.0/UDP 10.0.0.1:5060;rport=;branch=z9hG4bK1")->wants_rport);
    // A bracket in a parameter of a bare address is no address.
    EXPECT_EQ(NameAddr::parse("sip:a@b;x=\"<sip:c@d>\"")->uri, "sip:a@b");
}

TEST(TypedHeaders, DigestParametersLoseTheirQuotes) {
    const auto digest = DigestParams::parse(
        R"(Digest username="a\"b", realm="r, s",nonce = "n",uri="sip:h", response="00",qop=auth, nc=00000001 , cnonce="c",algorithm=MD5,stale=TRUE)");
    ASSERT_TRUE(digest);
    EXPECT_EQ(digest->username, R"(a\"b)");
    EXPECT_EQ(digest->realm, "r, s");
    EXPECT_EQ(digest->nonce, "n");
    EXPECT_EQ(digest->qop, "auth");
    EXPECT_EQ(digest->nc, "00000001");
    EXPECT_TRUE(digest->stale);
    EXPECT_EQ(DigestParams::parse("Digest username=\"open").error().code, Errc::parse_error);
    EXPECT_EQ(DigestParams::parse("Digest a b").error().code, Errc::parse_error);
}

TEST(TypedHeaders, SessionExpiresAndRAckAreRead) {
    const auto session = ValueWithParams::parse("1800 ; refresher=uac");
    EXPECT_EQ(*parse_delta_seconds(session.value), 1800s);
    EXPECT_EQ(session.params.find("refresher"), "uac");
    const auto rack = RAck::parse("776656 1 INVITE");
    EXPECT_EQ(rack->rseq, 776656u);
    EXPECT_EQ(rack->cseq.method, "INVITE");
    EXPECT_FALSE(RAck::parse("776656"));
}

}  // namespace
}  // namespace skyn3t::sip
