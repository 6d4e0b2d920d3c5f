// RFC 4475 §3.1.2: messages that are wrong. Each is answered with the status written here, or
// dropped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sip/message.hpp"
#include "unit/sip/crlf.hpp"

namespace skyn3t::sip {
namespace {

using test::crlf;
using testing::HasSubstr;

// The answer that the message gets, as in "400 Bad CSeq header field"; "none" without a defect,
// "dropped" when it cannot be answered.
std::string answer_to_invalid(std::string text) {
    const auto message = Message::parse(std::move(text));
    if (!message) return "dropped: " + message.error().detail;
    const auto* defect = message->defect();
    return defect == nullptr ? "none" : std::to_string(defect->status) + ' ' + defect->reason;
}

TEST(Rfc4475Invalid, ExtraneousSeparatorsAreRefused) {  // 3.1.2.1 badinv01
    EXPECT_EQ(answer_to_invalid(crlf(R"(
INVITE sip:user@example.com SIP/2.0
To: sip:j.user@example.com
From: sip:caller@example.net;tag=134161461246
Max-Forwards: 7
Call-ID: badinv01.0ha0isndaksdjasdf3234nas
CSeq: 8 INVITE
Via: SIP/2.0/UDP 192.0.2.15;;,;,,
Contact: "Joe" <sip:joe@example.org>;;;;
Content-Length: 110
Content-Type: application/sdp

v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.15
s=-
c=IN IP4 192.0.2.15
t=0 0
m=audio 49217 RTP/AVP 0 12
)")),
              "400 Bad Via header field: bad parameter");
}

TEST(Rfc4475Invalid, ContentLengthLargerThanTheBodyIsRefused) {  // 3.1.2.2 clerr
    EXPECT_EQ(answer_to_invalid(crlf(R"(
INVITE sip:user@example.com SIP/2.0
Max-Forwards: 80
To: sip:j.user@example.com
From: sip:caller@example.net;tag=93942939o2
Contact: <sip:caller@hungry.example.net>
Call-ID: clerr.0ha0isndaksdjweiafasdk3
CSeq: 8 INVITE
Via: SIP/2.0/UDP host5.example.com;branch=z9hG4bK-39234-23523
Content-Type: application/sdp
Content-Length: 9999

v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.155
s=-
c=IN IP4 192.0.2.155
t=0 0
m=audio 49217 RTP/AVP 0 12
)")),
              "400 Bad Content-Length header field: longer than the body");
}

TEST(Rfc4475Invalid, NegativeContentLengthIsRefused) {  // 3.1.2.3 ncl
    EXPECT_EQ(answer_to_invalid(crlf(R"(
INVITE sip:user@example.com SIP/2.0
Max-Forwards: 254
To: sip:j.user@example.com
From: sip:caller@example.net;tag=32394234
Call-ID: ncl.0ha0isndaksdj2193423r542w35
CSeq: 0 INVITE
Via: SIP/2.0/UDP 192.0.2.53;branch=z9hG4bKkdjuw
Contact: <sip:caller@example53.example.net>
Content-Type: application/sdp
Content-Length: -999

v=0
)")),
              "400 Bad Content-Length header field");
}

TEST(Rfc4475Invalid, OverlargeScalarsInARequestAreRefused) {  // 3.1.2.4 scalar02
    EXPECT_EQ(answer_to_invalid(crlf(R"(
REGISTER sip:example.com SIP/2.0
Via: SIP/2.0/TCP host129.example.com;branch=z9hG4bK342sdfoi3
To: <sip:user@example.com>
From: <sip:user@example.com>;tag=239232jh3
CSeq: 36893488147419103232 REGISTER
Call-ID: scalar02.23o0pd9vanlq3wnrlnewofjas9ui32
Max-Forwards: 300
Expires: 10000000000000000000000000000000000000000000000
Contact: <sip:user@host129.example.com>
  ;expires=280297596632815
Content-Length: 0

)")),
              "400 Bad CSeq header field: CSeq with a bad number");
}

TEST(Rfc4475Invalid, OverlargeScalarsInAResponseDropIt) {  // 3.1.2.5 scalarlg
    EXPECT_THAT(answer_to_invalid(crlf(R"(
SIP/2.0 503 Service Unavailable
Via: SIP/2.0/TCP host129.example.com;branch=z9hG4bKzzxdiwo34sw;received=192.0.2.129
To: <sip:user@example.com>
From: <sip:other@example.net>;tag=2easdjfejw
CSeq: 9292394834772304023312 OPTIONS
Call-ID: scalarlg.noase0of0234hn2qofoaf0232aewf2394r
Retry-After: 949302838503028349304023988
Warning: 1812 overture "In Progress"
Content-Length: 0

)")),
                HasSubstr("dropped: response: Bad CSeq"));
}

TEST(Rfc4475Invalid, UnterminatedQuotedStringIsRefused) {  // 3.1.2.6 quotbal
    EXPECT_EQ(answer_to_invalid(crlf(R"(
INVITE sip:user@example.com SIP/2.0
To: "Mr. J. User <sip:j.user@example.com>
From: sip:caller@example.net;tag=93334
Max-Forwards: 10
Call-ID: quotbal.aksdj
Contact: <sip:caller@host59.example.net>
CSeq: 8 INVITE
Via: SIP/2.0/UDP 192.0.2.59:5050;branch=z9hG4bKkdjuw39234
Content-Type: application/sdp
Content-Length: 5

v=0
)")),
              "400 Bad To header field: unclosed quoted string");
}

TEST(Rfc4475Invalid, RequestUriInBracketsIsRefused) {  // 3.1.2.7 ltgtruri
    EXPECT_THAT(answer_to_invalid(crlf(R"(
INVITE <sip:user@example.com> SIP/2.0
To: sip:user@example.com
From: sip:caller@example.net;tag=39291
Max-Forwards: 23
Call-ID: ltgtruri.1@192.0.2.5
CSeq: 1 INVITE
Via: SIP/2.0/UDP 192.0.2.5
Contact: <sip:caller@host5.example.net>
Content-Type: application/sdp
Content-Length: 5

v=0
)")),
                HasSubstr("400 Bad Request-URI"));
}

TEST(Rfc4475Invalid, BlanksInTheRequestUriAreRefused) {  // 3.1.2.8 lwsruri
    EXPECT_EQ(answer_to_invalid(crlf(R"(
INVITE sip:user@example.com; lr SIP/2.0
To: sip:user@example.com;tag=3xfe-9921883-z9f
From: sip:caller@example.net;tag=231413434
Max-Forwards: 5
Call-ID: lwsruri.asdfasdoeoi2323-asdfwrn23-asd834rk423
CSeq: 2130706432 INVITE
Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKkdjuw2395
Contact: <sip:caller@host1.example.net>
Content-Type: application/sdp
Content-Length: 5

v=0
)")),
              "400 Bad Request-URI: URI with an illegal character or escape");
}

TEST(Rfc4475Invalid, SeveralBlanksInTheRequestLineAreRefused) {  // 3.1.2.9 lwsstart
    EXPECT_THAT(answer_to_invalid(crlf(R"(
INVITE  sip:user@example.com  SIP/2.0
Max-Forwards: 8
To: sip:user@example.com
From: sip:caller@example.net;tag=8814
Call-ID: lwsstart.dfknq234oi243099adsdfnawe3@example.com
CSeq: 1893884 INVITE
Via: SIP/2.0/UDP host1.example.com;branch=z9hG4bKkdjuw3923
Contact: <sip:caller@host1.example.net>
Content-Type: application/sdp
Content-Length: 5

v=0
)")),
                HasSubstr("400 Bad Request-URI"));
}

TEST(Rfc4475Invalid, BlanksAfterTheVersionAreRefused) {  // 3.1.2.10 trws
    EXPECT_EQ(
        answer_to_invalid(crlf("OPTIONS sip:remote-target@example.com SIP/2.0  " + std::string(R"(
Via: SIP/2.0/TCP host1.examle.com;branch=z9hG4bK299342093
To: <sip:remote-target@example.com>
From: <sip:local-resource@example.com>;tag=329429089
Call-ID: trws.oicu34958239neffasdhr2345r
Accept: application/sdp
CSeq: 238923 OPTIONS
Max-Forwards: 70
Content-Length: 0

)"))),
        "400 White space around the request line");
}

TEST(Rfc4475Invalid, HeadersInTheRequestUriAreRefused) {  // 3.1.2.11 escruri
    EXPECT_EQ(answer_to_invalid(crlf(R"(
INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0
To: sip:user@example.com
From: sip:caller@example.net;tag=341518
Max-Forwards: 7
Contact: <sip:caller@host39923.example.net>
Call-ID: escruri.23940-asdfhj-aje3br-234q098w-fawerh2q-h4n5
CSeq: 149209342 INVITE
Via: SIP/2.0/UDP host-of-the-hour.example.com;branch=z9hG4bKkdjuw
Content-Type: application/sdp
Content-Length: 5

v=0
)")),
              "400 Bad Request-URI: it has headers");
}

TEST(Rfc4475Invalid, DateOfAnotherTimeZoneIsIgnored) {  // 3.1.2.12 baddate
    EXPECT_EQ(answer_to_invalid(crlf(R"(
INVITE sip:user@example.com SIP/2.0
To: sip:user@example.com
From: sip:caller@example.net;tag=2234923
Max-Forwards: 70
Call-ID: baddate.239423mnsadf3j23lj42--sedfnm234
CSeq: 1392934 INVITE
Via: SIP/2.0/UDP host.example.com;branch=z9hG4bKkdjuw
Date: Fri, 01 Jan 2010 16:00:00 EST
Contact: <sip:caller@host5.example.net>
Content-Type: application/sdp
Content-Length: 5

v=0
)")),
              "none");
}

TEST(Rfc4475Invalid, ContactWithHeadersNeedsBrackets) {  // 3.1.2.13 regbadct
    EXPECT_EQ(answer_to_invalid(crlf(R"(
REGISTER sip:example.com SIP/2.0
To: sip:user@example.com
From: sip:user@example.com;tag=998332
Max-Forwards: 70
Call-ID: regbadct.k345asrl3fdbv@10.0.0.1
CSeq: 1 REGISTER
Via: SIP/2.0/UDP 135.180.130.133:5060;branch=z9hG4bKkdjuw
Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E
l: 0

)")),
              "400 Bad Contact header field: address that needs angle brackets");
}

TEST(Rfc4475Invalid, BlanksWithinAnAddressAreRefused) {  // 3.1.2.14 badaspec
    EXPECT_EQ(answer_to_invalid(crlf(R"(
OPTIONS sip:user@example.org SIP/2.0
Via: SIP/2.0/UDP host4.example.com:5060;branch=z9hG4bKkdju43234
Max-Forwards: 70
From: "Bell, Alexander" <sip:a.g.bell@example.com>;tag=433423
To: "Watson, Thomas" < sip:t.watson@example.org >
Call-ID: badaspec.sdf0234n2nds0a099u23h3hnnw009cdkne3
Accept: application/sdp
CSeq: 3923239 OPTIONS
l: 0

)")),
              "400 Bad To header field: URI without a scheme");
}

TEST(Rfc4475Invalid, UnquotedDisplayNameWithACommaIsRefused) {  // 3.1.2.15 baddn
    EXPECT_THAT(answer_to_invalid(crlf(R"(
OPTIONS sip:t.watson@example.org SIP/2.0
Via: SIP/2.0/UDP c.example.com:5060;branch=z9hG4bKkdjuw
Max-Forwards: 70
From: Bell, Alexander <sip:a.g.bell@example.com>;tag=43
To: Watson, Thomas <sip:t.watson@example.org>
Call-ID: baddn.31415@c.example.com
Accept: application/sdp
CSeq: 3923239 OPTIONS
l: 0

)")),
                HasSubstr("400 Bad From header field"));
}

TEST(Rfc4475Invalid, AnotherVersionIs505) {  // 3.1.2.16 badvers
    EXPECT_EQ(answer_to_invalid(crlf(R"(
OPTIONS sip:t.watson@example.org SIP/7.0
Via: SIP/7.0/UDP c.example.com;branch=z9hG4bKkdjuw
Max-Forwards: 70
From: A. Bell <sip:a.g.bell@example.com>;tag=qweoiqpe
To: T. Watson <sip:t.watson@example.org>
Call-ID: badvers.31417@c.example.com
CSeq: 1 OPTIONS
l: 0

)")),
              "505 Version Not Supported");
}

TEST(Rfc4475Invalid, MethodsOfRequestLineAndCSeqMustAgree) {  // 3.1.2.17 mismatch01
    EXPECT_EQ(answer_to_invalid(crlf(R"(
OPTIONS sip:user@example.com SIP/2.0
To: sip:j.user@example.com
From: sip:caller@example.net;tag=34525
Max-Forwards: 6
Call-ID: mismatch01.dj0234sxdfl3
CSeq: 8 INVITE
Via: SIP/2.0/UDP host.example.com;branch=z9hG4bKkdjuw
l: 0

)")),
              "400 Bad CSeq header field: its method is not the request's");
}

TEST(Rfc4475Invalid, UnknownMethodThatDisagreesWithCSeqIsRefused) {  // 3.1.2.18 mismatch02
    EXPECT_EQ(answer_to_invalid(crlf(R"(
NEWMETHOD sip:user@example.com SIP/2.0
To: sip:j.user@example.com
From: sip:caller@example.net;tag=34525
Max-Forwards: 6
Call-ID: mismatch02.dj0234sxdfl3
CSeq: 8 INVITE
Contact: <sip:caller@host.example.net>
Via: SIP/2.0/UDP host.example.net;branch=z9hG4bKkdjuw
Content-Type: application/sdp
l: 5

v=0
)")),
              "400 Bad CSeq header field: its method is not the request's");
}

TEST(Rfc4475Invalid, OverlargeStatusCodeDropsTheResponse) {  // 3.1.2.19 bigcode
    EXPECT_EQ(answer_to_invalid(crlf(R"(
SIP/2.0 4294967301 better not break the receiver
Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe
Call-ID: bigcode.asdof3uj203asdnf3429uasdhfas3ehjasdfas9i
CSeq: 353494 INVITE
From: <sip:user@example.com>;tag=39ansfi3
To: <sip:user@example.edu>;tag=902jndnke3
Content-Length: 0
Contact: <sip:user@host105.example.com>

)")),
              "dropped: response with a bad status code");
}

}  // namespace
}  // namespace skyn3t::sip
