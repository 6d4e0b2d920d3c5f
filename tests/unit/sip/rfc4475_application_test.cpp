// RFC 4475 §3.2-3.4: messages that are well formed, or answered by more than the grammar. What the
// message layer must see in them is written here; what the layers above answer is theirs to test.
#include <gtest/gtest.h>

#include <string>

#include "sip/message.hpp"
#include "unit/sip/crlf.hpp"

namespace skyn3t::sip {
namespace {

using test::crlf;

Message message_of(std::string text) {
    auto message = Message::parse(std::move(text));
    EXPECT_TRUE(message) << (message ? "" : message.error().detail);
    return *std::move(message);
}

std::string answer_to(std::string text) {
    const auto message = message_of(std::move(text));
    const auto* defect = message.defect();
    return defect == nullptr ? "none" : std::to_string(defect->status) + ' ' + defect->reason;
}

TEST(Rfc4475Transaction, CookieAloneIsNoTransactionId) {  // 3.2.1 badbranch
    const auto request = message_of(crlf(R"(
OPTIONS sip:user@example.com SIP/2.0
To: sip:user@example.com
From: sip:caller@example.org;tag=33242
Max-Forwards: 3
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK
Accept: application/sdp
Call-ID: badbranch.sadonfo23i420jv0as0derf3j3n
CSeq: 8 OPTIONS
l: 0

)"));
    EXPECT_EQ(request.defect(), nullptr);
    EXPECT_FALSE(request.top_via()->has_magic_cookie());
}

TEST(Rfc4475Application, MissingMandatoryFieldsAreRefused) {  // 3.3.1 insuf
    EXPECT_EQ(answer_to(crlf(R"(
INVITE sip:user@example.com SIP/2.0
CSeq: 193942 INVITE
Via: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf
Content-Type: application/sdp
l: 5

v=0
)")),
              "400 Missing From header field");
}

TEST(Rfc4475Application, UnknownSchemeIs416) {  // 3.3.2 unkscm
    EXPECT_EQ(answer_to(crlf(R"(
OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0
To: sip:user@example.com
From: sip:caller@example.net;tag=384
Max-Forwards: 3
Call-ID: unkscm.nasdfasser0q239nwsdfasdkl34
CSeq: 3923423 OPTIONS
Via: SIP/2.0/TCP host9.example.com;branch=z9hG4bKkdjuw39234
Content-Length: 0

)")),
              "416 Unsupported URI Scheme");
}

TEST(Rfc4475Application, SchemeThatIsKnownElsewhereIs416) {  // 3.3.3 novelsc
    EXPECT_EQ(answer_to(crlf(R"(
OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0
To: sip:user@example.com
From: sip:caller@example.net;tag=384
Max-Forwards: 3
Call-ID: novelsc.asdfasser0q239nwsdfasdkl34
CSeq: 3923423 OPTIONS
Via: SIP/2.0/TCP host9.example.com;branch=z9hG4bKkdjuw39234
Content-Length: 0

)")),
              "416 Unsupported URI Scheme");
}

TEST(Rfc4475Application, UnknownSchemesInFieldsAreReadable) {  // 3.3.4 unksm2
    const auto request = message_of(crlf(R"(
REGISTER sip:example.com SIP/2.0
To: isbn:2983792873
From: <http://www.example.com>;tag=3234233
Call-ID: unksm2.daksdj@hyphenated-host.example.com
CSeq: 234902 REGISTER
Max-Forwards: 70
Via: SIP/2.0/UDP 192.0.2.21:5060;branch=z9hG4bKkdjuw
Contact: <name:John_Smith>
l: 0

)"));
    EXPECT_EQ(request.defect(), nullptr);
    EXPECT_EQ(UriView::parse(request.to()->uri)->scheme, Scheme::other);
    EXPECT_EQ(UriView::parse(request.from()->uri)->scheme_name, "http");
    EXPECT_EQ(NameAddr::parse(*request.first(HeaderId::contact))->uri, "name:John_Smith");
}

TEST(Rfc4475Application, UnknownRequireAndProxyRequireAreListed) {  // 3.3.5 bext01
    const auto request = message_of(crlf(R"(
OPTIONS sip:user@example.com SIP/2.0
To: sip:j_user@example.com
From: sip:caller@example.net;tag=242etr
Max-Forwards: 6
Call-ID: bext01.0ha0isndaksdj
Require: nothingSupportsThis, nothingSupportsThisEither
Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis
CSeq: 8 OPTIONS
Via: SIP/2.0/TLS fold-and-staple.example.com;branch=z9hG4bKkdjuw
Content-Length: 0

)"));
    EXPECT_EQ(request.defect(), nullptr);
    EXPECT_EQ(request.values(HeaderId::require).size(), 2u);
    EXPECT_TRUE(request.lists(HeaderId::proxy_require, "norDoAnyProxiesSupportThis"));
}

TEST(Rfc4475Application, UnknownContentTypeIsReadable) {  // 3.3.6 invut
    const auto request = message_of(crlf(R"(
INVITE sip:user@example.com SIP/2.0
Contact: <sip:caller@host5.example.net>
To: sip:j.user@example.com
From: sip:caller@example.net;tag=8392034
Max-Forwards: 70
Call-ID: invut.0ha0isndaksdjadsfij34n23d
CSeq: 235448 INVITE
Via: SIP/2.0/UDP somehost.example.com;branch=z9hG4bKkdjuw
Content-Type: application/unknownformat
Content-Length: 40

<audio>
 <pcmu port="443"/>
</audio>
)"));
    EXPECT_EQ(request.defect(), nullptr);
    EXPECT_TRUE(MediaType::parse(*request.first(HeaderId::content_type))
                    ->is("application", "unknownformat"));
}

TEST(Rfc4475Application, UnknownAuthorizationSchemeIsNoDigest) {  // 3.3.7 regaut01
    const auto request = message_of(crlf(R"(
REGISTER sip:example.com SIP/2.0
To: sip:j.user@example.com
From: sip:j.user@example.com;tag=87321hj23128
Max-Forwards: 8
Call-ID: regaut01.0ha0isndaksdj
CSeq: 9338 REGISTER
Via: SIP/2.0/TCP 192.0.2.253;branch=z9hG4bKkdjuw
Authorization: NoOneKnowsThisScheme opaque-data=here
Content-Length:0

)"));
    EXPECT_EQ(request.defect(), nullptr);
    EXPECT_EQ(DigestParams::parse(*request.first(HeaderId::authorization)).error().code,
              Errc::unsupported);
}

TEST(Rfc4475Application, RepeatedSingleFieldsAreRefused) {  // 3.3.8 multi01
    EXPECT_EQ(answer_to(crlf(R"(
INVITE sip:user@company.com SIP/2.0
Contact: <sip:caller@host25.example.net>
Via: SIP/2.0/UDP 192.0.2.25;branch=z9hG4bKkdjuw
Max-Forwards: 70
CSeq: 5 INVITE
Call-ID: multi01.98asdh@192.0.2.1
CSeq: 59 INVITE
Call-ID: multi01.98asdh@192.0.2.2
From: sip:caller@example.com;tag=3413415
To: sip:user@example.com
To: sip:other@example.net
From: sip:caller@example.net;tag=2923420123
Content-Type: application/sdp
l: 5

v=0
)")),
              "400 Repeated From header field");
}

TEST(Rfc4475Application, SeveralContentLengthsAreRefused) {  // 3.3.9 mcl01
    EXPECT_EQ(answer_to(crlf(R"(
OPTIONS sip:user@example.com SIP/2.0
Via: SIP/2.0/UDP host5.example.net;branch=z9hG4bK293423
To: sip:user@example.com
From: sip:other@example.net;tag=3923942
Call-ID: mcl01.fhn2323orihawfdoa3o4r52o3irsdf
CSeq: 15932 OPTIONS
Content-Length: 13
Max-Forwards: 60
Content-Length: 5
Content-Type: text/plain

There's no way to know how many octets are supposed to be here.
)")),
              "400 Repeated Content-Length header field");
}

TEST(Rfc4475Application, OkToABroadcastViaIsReadable) {  // 3.3.10 bcast
    const auto response = message_of(crlf(R"(
SIP/2.0 200 OK
Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923
Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23
Call-ID: bcast.0384840201234ksdfak3j2erwedfsASdf
CSeq: 35 INVITE
From: sip:user@example.com;tag=11141343
To: sip:user@example.edu;tag=2229
Content-Length: 5
Content-Type: application/sdp
Contact: <sip:user@host28.example.com>

v=0
)"));
    EXPECT_EQ(response.values(HeaderId::via).size(), 2u);  // not the single one of our own: drop
    EXPECT_EQ(response.top_via()->host, "192.0.2.198");
}

TEST(Rfc4475Application, ZeroMaxForwardsIsANumber) {  // 3.3.11 zeromf
    const auto request = message_of(crlf(R"(
OPTIONS sip:user@example.com SIP/2.0
To: sip:user@example.com
From: sip:caller@example.net;tag=3ghsd41
Call-ID: zeromf.jfasdlfnm2o2l43r5u0asdfas
CSeq: 39234321 OPTIONS
Via: SIP/2.0/UDP host1.example.com;branch=z9hG4bKkdjuw2349i
Max-Forwards: 0
Content-Length: 0

)"));
    EXPECT_EQ(request.defect(), nullptr);
    EXPECT_EQ(request.max_forwards(), 0);
}

TEST(Rfc4475Application, ParametersBehindABareContactAreTheFields) {  // 3.3.12 cparam01
    const auto request = message_of(crlf(R"(
REGISTER sip:example.com SIP/2.0
Via: SIP/2.0/UDP saturn.example.com:5060;branch=z9hG4bKkdjuw
Max-Forwards: 70
From: sip:watson@example.com;tag=DkfVgjkrtMwaerKKpe
To: sip:watson@example.com
Call-ID: cparam01.70710@saturn.example.com
CSeq: 2 REGISTER
Contact: sip:+19725552222@gw1.example.net;unknownparam
l: 0

)"));
    EXPECT_EQ(request.defect(), nullptr);
    const auto contact = NameAddr::parse(*request.first(HeaderId::contact));
    EXPECT_EQ(contact->uri, "sip:+19725552222@gw1.example.net");
    EXPECT_TRUE(contact->params.has("unknownparam"));
}

TEST(Rfc4475Application, ParametersWithinBracketsAreTheUris) {  // 3.3.13 cparam02
    const auto request = message_of(crlf(R"(
REGISTER sip:example.com SIP/2.0
Via: SIP/2.0/UDP saturn.example.com:5060;branch=z9hG4bKkdjuw
Max-Forwards: 70
From: sip:watson@example.com;tag=838293
To: sip:watson@example.com
Call-ID: cparam02.70710@saturn.example.com
CSeq: 3 REGISTER
Contact: <sip:+19725552222@gw1.example.net;unknownparam>
l: 0

)"));
    const auto contact = NameAddr::parse(*request.first(HeaderId::contact));
    EXPECT_TRUE(contact->params.empty());
    EXPECT_TRUE(UriView::parse(contact->uri)->params.has("unknownparam"));
}

TEST(Rfc4475Application, HeadersInABracketedContactAreKept) {  // 3.3.14 regescrt
    const auto request = message_of(crlf(R"(
REGISTER sip:example.com SIP/2.0
To: sip:user@example.com
From: sip:user@example.com;tag=8
Max-Forwards: 70
Call-ID: regescrt.k345asrl3fdbv@192.0.2.1
CSeq: 14398234 REGISTER
Via: SIP/2.0/UDP host5.example.com;branch=z9hG4bKkdjuw
M: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>
L:0

)"));
    EXPECT_EQ(request.defect(), nullptr);
    const auto contact = NameAddr::parse(*request.first(HeaderId::contact));
    EXPECT_EQ(UriView::parse(contact->uri)->headers, "Route=%3Csip:sip.example.com%3E");
}

TEST(Rfc4475Application, AcceptWithoutSdpIsReadable) {  // 3.3.15 sdp01
    const auto request = message_of(crlf(R"(
INVITE sip:user@example.com SIP/2.0
To: sip:j_user@example.com
Contact: <sip:caller@host15.example.net>
From: sip:caller@example.net;tag=234
Max-Forwards: 5
Call-ID: sdp01.ndaksdj9342dasdd
Accept: text/nobodyKnowsThis
CSeq: 8 INVITE
Via: SIP/2.0/UDP 192.0.2.15;branch=z9hG4bKkdjuw
Content-Length: 5
Content-Type: application/sdp

v=0
)"));
    EXPECT_EQ(request.defect(), nullptr);
    EXPECT_FALSE(request.lists(HeaderId::accept, "application/sdp"));
}

TEST(Rfc4475Compatibility, InviteOfRfc2543IsReadable) {  // 3.4.1 inv2543
    const auto request = message_of(crlf(R"(
INVITE sip:UserB@example.com SIP/2.0
Via: SIP/2.0/UDP iftgw.example.com
From: <sip:+13035551111@ift.client.example.net;user=phone>
Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>
To: sip:+16505552222@ss1.example.net;user=phone
Call-ID: inv2543.1717@ift.client.example.com
CSeq: 56 INVITE
Content-Type: application/sdp

v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.5
s=-
c=IN IP4 192.0.2.5
t=0 0
m=audio 49217 RTP/AVP 0
)"));
    EXPECT_EQ(request.defect(), nullptr);
    EXPECT_FALSE(request.top_via()->has_magic_cookie());
    EXPECT_EQ(request.from_tag(), "");
    EXPECT_TRUE(request.body().ends_with("m=audio 49217 RTP/AVP 0\r\n"));
}

}  // namespace
}  // namespace skyn3t::sip
