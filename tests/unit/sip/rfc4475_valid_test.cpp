// RFC 4475 §3.1.1: messages that look wrong and are right. Each must parse without a defect and
// mean what the RFC says.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sip/message.hpp"
#include "unit/sip/crlf.hpp"

namespace skyn3t::sip {
namespace {

using test::crlf;

Message parsed_whole(std::string text) {
    auto message = Message::parse(std::move(text));
    EXPECT_TRUE(message) << (message ? "" : message.error().detail);
    EXPECT_EQ(message->defect(), nullptr) << message->defect()->reason;
    return *std::move(message);
}

constexpr std::string_view kSdpBody = R"(v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.3
s=-
c=IN IP4 192.0.2.4
t=0 0
m=audio 49217 RTP/AVP 0 12
m=video 3227 RTP/AVP 31
a=rtpmap:31 LPC
)";

TEST(Rfc4475Valid, ShortTortuousInvite) {  // 3.1.1.1 wsinv
    const auto invite = parsed_whole(crlf(R"(
INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0
TO :
 sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n
from   : "J Rosen \\\""       <sip:jdrosen@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: wsinv.ndaksdj@192.0.2.1
Content-Length   : 150
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /UDP
    192.0.2.2;branch=390skdjuw
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Content-Type: application/sdp
Route:
 <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:"Quoted string \"\"" <sip:jdrosen@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33

v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.3
s=-
c=IN IP4 192.0.2.4
t=0 0
m=audio 49217 RTP/AVP 0 12
m=video 3227 RTP/AVP 31
a=rtpmap:31 LPC
)"));
    EXPECT_EQ(invite.method(), Method::invite);
    EXPECT_EQ(invite.request_uri(), "sip:vivekg@chair-dnrc.example.com;unknownparam");
    EXPECT_EQ(invite.to()->uri, "sip:vivekg@chair-dnrc.example.com");
    EXPECT_EQ(invite.to_tag(), "1918181833n");
    EXPECT_EQ(invite.from_tag(), "98asjd8");
    EXPECT_EQ(unquoted(invite.from()->display_name), R"(J Rosen \")");
    EXPECT_EQ(invite.max_forwards(), 68);
    EXPECT_EQ(invite.cseq()->number, 9u);
    EXPECT_EQ(invite.first(HeaderId::subject), "");
    EXPECT_EQ(invite.first("newfangledheader"), "newfangled value   continued newfangled value");

    std::vector<std::string_view> hosts;
    for (const auto value : invite.values(HeaderId::via)) hosts.push_back(Via::parse(value)->host);
    EXPECT_EQ(hosts, (std::vector<std::string_view>{"192.0.2.2", "spindle.example.com",
                                                    "192.168.255.111"}));
    EXPECT_EQ(invite.top_via()->branch, "390skdjuw");

    const auto contact = NameAddr::parse(*invite.first(HeaderId::contact));
    EXPECT_EQ(contact->uri, "sip:jdrosen@example.com");
    EXPECT_EQ(contact->params.find("newparam"), "newvalue");
    EXPECT_TRUE(contact->params.has("secondparam"));
    EXPECT_EQ(contact->q_thousandths(), 330u);
    const auto route = NameAddr::parse(*invite.first(HeaderId::route));
    EXPECT_TRUE(UriView::parse(route->uri)->is_loose_route());
    EXPECT_EQ(invite.body(), crlf(kSdpBody));
}

TEST(Rfc4475Valid, WideRangeOfValidCharacters) {  // 3.1.1.2 intmeth
    std::string text = crlf(R"x(
!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0
Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~
To: "BEL:\@BEL@ NUL:\@NUL@ DEL:\@DEL@" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com>
From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%="работающий";tag=_token~1'+`*%!-.
Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\/"][?}{
CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~
Max-Forwards: 255
extensionHeader-!.%*+_`'~:大停電
Content-Length: 0

)x");
    // Control octets may stand behind a backslash in a quoted string.
    text.replace(text.find("@BEL@"), 5, "\x07");
    text.replace(text.find("@NUL@"), 5, std::string(1, '\0'));
    text.replace(text.find("@DEL@"), 5, "\x7f");
    const auto request = parsed_whole(std::move(text));
    EXPECT_EQ(request.method(), Method::other);
    EXPECT_EQ(request.method_name(), "!interesting-Method0123456789_*+`.%indeed'~");
    const auto uri = UriView::parse(request.request_uri());
    EXPECT_EQ(uri->user, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
    EXPECT_EQ(uri->password, "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
    EXPECT_EQ(uri->host, "example.com");
    EXPECT_EQ(unquoted(request.to()->display_name), std::string("BEL:\x07 NUL:\0 DEL:\x7f", 17));
    EXPECT_EQ(request.from()->display_name, "token1~` token2'+_ token3*%!.-");
    EXPECT_EQ(request.from_tag(), "_token~1'+`*%!-.");
    EXPECT_EQ(request.first("extensionHeader-!.%*+_`'~"), "大停電");
    EXPECT_EQ(request.max_forwards(), 255);
}

TEST(Rfc4475Valid, EscapesInUris) {  // 3.1.1.3 esc01
    const auto invite = parsed_whole(crlf(R"(
INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0
To: sip:%75se%72@example.com
From: <sip:I%20have%20spaces@example.net>;tag=938
Max-Forwards: 87
i: esc01.239409asdfakjkn23onasd0-3234
CSeq: 234234 INVITE
Via: SIP/2.0/UDP host5.example.net;branch=z9hG4bKkdjuw
C: application/sdp
Contact:
  <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>
Content-Length: 150

v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.1
s=-
c=IN IP4 192.0.2.1
t=0 0
m=audio 49217 RTP/AVP 0 12
m=video 3227 RTP/AVP 31
a=rtpmap:31 LPC
)"));
    const auto uri = UriView::parse(invite.request_uri());
    EXPECT_EQ(unescaped(uri->user), "sips:user@example.com");
    EXPECT_EQ(uri->host, "example.net");
    EXPECT_TRUE(
        equivalent(*UriView::parse(invite.to()->uri), *UriView::parse("sip:user@example.com")));
    const auto contact = NameAddr::parse(*invite.first(HeaderId::contact));
    EXPECT_EQ(unescaped(*UriView::parse(contact->uri)->params.find("n%61me")), "value%41");
}

TEST(Rfc4475Valid, EscapedNullsInUris) {  // 3.1.1.4 escnull
    const auto request = parsed_whole(crlf(R"(
REGISTER sip:example.com SIP/2.0
To: sip:null-%00-null@example.com
From: sip:null-%00-null@example.com;tag=839923423
Max-Forwards: 70
Call-ID: escnull.39203ndfvkjdasfkq3w4otrq0adsfdfnavd
CSeq: 14398234 REGISTER
Via: SIP/2.0/UDP host5.example.com;branch=z9hG4bKkdjuw
Contact: <sip:%00@host5.example.com>
Contact: <sip:%00%00@host5.example.com>
L:0

)"));
    const auto to = UriView::parse(request.to()->uri);
    EXPECT_EQ(address_of_record_key(*to), std::string("null-\0-null@example.com", 23));
    EXPECT_EQ(request.values(HeaderId::contact).size(), 2u);
    EXPECT_FALSE(equivalent(*UriView::parse("sip:%00@host5.example.com"),
                            *UriView::parse("sip:%00%00@host5.example.com")));
}

TEST(Rfc4475Valid, PercentSignThatIsNoEscape) {  // 3.1.1.5 esc02
    const auto request = parsed_whole(crlf(R"(
RE%47IST%45R sip:registrar.example.com SIP/2.0
To: "%Z%45" <sip:resource@example.com>
From: "%Z%45" <sip:resource@example.com>;tag=f232jadfj23
Call-ID: esc02.asdfnqwo34rq23i34jrjasdcnl23nrlknsdf
Via: SIP/2.0/TCP host.example.com;branch=z9hG4bK209%fzsnel234
CSeq: 29344 RE%47IST%45R
Max-Forwards: 70
Contact: <sip:alias1@host1.example.com>
C%6Fntact: <sip:alias2@host2.example.com>
Contact: <sip:alias3@host3.example.com>
l: 0

)"));
    EXPECT_EQ(request.method(), Method::other);
    EXPECT_EQ(unquoted(request.to()->display_name), "%Z%45");
    EXPECT_EQ(request.values(HeaderId::contact).size(), 2u);
    EXPECT_EQ(request.first("C%6Fntact"), "<sip:alias2@host2.example.com>");
}

TEST(Rfc4475Valid, NoBlankBetweenDisplayNameAndBracket) {  // 3.1.1.6 lwsdisp
    const auto request = parsed_whole(crlf(R"(
OPTIONS sip:user@example.com SIP/2.0
To: sip:user@example.com
From: caller<sip:caller@example.com>;tag=323
Max-Forwards: 70
Call-ID: lwsdisp.1234abcd@funky.example.com
CSeq: 60 OPTIONS
Via: SIP/2.0/UDP funky.example.com;branch=z9hG4bKkdjuw
l: 0

)"));
    EXPECT_EQ(request.from()->display_name, "caller");
    EXPECT_EQ(request.from()->uri, "sip:caller@example.com");
    EXPECT_EQ(request.from_tag(), "323");
}

TEST(Rfc4475Valid, LongValues) {  // 3.1.1.7 longreq
    const std::string name = "amazinglylongcallername" + std::string(240, 'g');
    const std::string host = "unknownverylonghost" + std::string(100, 'h') + ".example.com";
    std::string text =
        "INVITE sip:user@example.com SIP/2.0\r\n"
        "To: \"I have a user name of extreme proportion" +
        std::string(200, '!') +
        "\"<sip:user@example.com:6000;unknownparam1=" + std::string(150, 'v') + ";longparam" +
        std::string(150, 'n') + "=shortvalue;very" + std::string(150, 'y') +
        ">\r\n"
        "F: sip:" +
        name + "@" + host + ";tag=12982424" + std::string(100, '2') + ";unknownheaderparam" +
        std::string(90, 'p') + "=unknowheaderparam" + std::string(90, 'q') +
        "\r\n"
        "Call-ID: longreq.one" +
        std::string(200, 'r') +
        "longcallid\r\n"
        "CSeq: 3882340 INVITE\r\n"
        "Unknown-" +
        std::string(180, 'L') + "-Name: unknown-" + std::string(180, 'l') + "-value; unknown-" +
        std::string(180, 'm') + "-parameter-name = unknown\r\n";
    for (int hop = 33; hop > 0; --hop)
        text += (hop % 2 == 0 ? "v: SIP/2.0/TCP sip" : "Via: SIP/2.0/TCP sip") +
                std::to_string(hop) + ".example.com\r\n";
    text += "Max-Forwards: 70\r\nContact: <sip:" + name +
            "@host5.example.net>\r\nContent-Type: application/sdp\r\nl: 5\r\n\r\nv=0\r\n";
    const auto invite = parsed_whole(std::move(text));
    EXPECT_EQ(invite.values(HeaderId::via).size(), 33u);
    EXPECT_EQ(UriView::parse(invite.from()->uri)->user, name);
    EXPECT_EQ(UriView::parse(invite.to()->uri)->port, 6000);
    EXPECT_EQ(invite.call_id().size(), 221u);
}

TEST(Rfc4475Valid, OctetsBehindTheEndOfADatagram) {  // 3.1.1.8 dblreq
    const auto request = parsed_whole(crlf(R"(
REGISTER sip:example.com SIP/2.0
To: sip:j.user@example.com
From: sip:j.user@example.com;tag=43251j3j324
Max-Forwards: 8
I: dblreq.0ha0isndaksdj99sdfafnl3lk233412
Contact: sip:j.user@host.example.com
CSeq: 8 REGISTER
Via: SIP/2.0/UDP 192.0.2.125;branch=z9hG4bKkdjuw23492
Content-Length: 0


INVITE sip:joe@example.com SIP/2.0
t: sip:joe@example.com
From: sip:caller@example.net;tag=141334
Max-Forwards: 8
Call-ID: dblreq.0ha0isnda977644900765@192.0.2.15
CSeq: 8 INVITE
Via: SIP/2.0/UDP 192.0.2.15;branch=z9hG4bKkdjuw380234
Content-Length: 0

)"));
    EXPECT_EQ(request.method(), Method::register_);
    EXPECT_EQ(request.body(), "");
    EXPECT_EQ(request.count(HeaderId::via), 1u);
}

TEST(Rfc4475Valid, SemicolonSeparatedParametersInTheUserPart) {  // 3.1.1.9 semiuri
    const auto request = parsed_whole(crlf(R"(
OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0
To: sip:j_user@example.com
From: sip:caller@example.org;tag=33242
Max-Forwards: 3
Call-ID: semiuri.0ha0isndaksdj
CSeq: 8 OPTIONS
Accept: application/sdp, application/pkcs7-mime,
        multipart/mixed, multipart/signed,
        message/sip, message/sipfrag
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKkdjuw
l: 0

)"));
    const auto uri = UriView::parse(request.request_uri());
    EXPECT_EQ(uri->user, "user;par=u%40example.net");
    EXPECT_EQ(uri->host, "example.com");
    EXPECT_TRUE(uri->params.empty());
    EXPECT_EQ(request.values(HeaderId::accept).size(), 6u);
}

TEST(Rfc4475Valid, VariedAndUnknownTransports) {  // 3.1.1.10 transports
    const auto request = parsed_whole(crlf(R"(
OPTIONS sip:user@example.com SIP/2.0
To: sip:user@example.com
From: <sip:caller@example.com>;tag=323
Max-Forwards: 70
Call-ID:  transports.kijh4akdnaqjkwendsasfdj
Accept: application/sdp
CSeq: 60 OPTIONS
Via: SIP/2.0/UDP t1.example.com;branch=z9hG4bKkdjuw
Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf
Via: SIP/2.0/TLS t3.example.com;branch=z9hG4bK2980unddj
Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en
Via: SIP/2.0/TCP t5.example.com;branch=z9hG4bK0a9idfnee
l: 0

)"));
    std::vector<Transport> transports;
    for (const auto value : request.values(HeaderId::via))
        transports.push_back(Via::parse(value)->transport);
    EXPECT_EQ(transports, (std::vector{Transport::udp, Transport::other, Transport::tls,
                                       Transport::other, Transport::tcp}));
}

TEST(Rfc4475Valid, MultipartBodyWithOctetsOfAllKinds) {  // 3.1.1.11 mpart01
    const std::string body(
        "--7a9cbec02ceef655\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
        "--7a9cbec02ceef655\r\nContent-Type: application/octet-stream\r\n\r\n"
        "\x30\x82\0\x01\r\n\r\n\xff\r\n--7a9cbec02ceef655--\r\n",
        150);
    const auto request = parsed_whole(crlf(R"(
MESSAGE sip:kumiko@example.org SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-d87543-4dade06d0bdb11ee-1--d87543-;rport
Max-Forwards: 70
Route: <sip:127.0.0.1:5080>
Identity: r5mwreLuyDRYBi/0TiPwEsY3rEVsk/G2WxhgTV1PF7hHuL
Contact: <sip:fluffy@127.0.0.1:5070>
To: <sip:kumiko@example.org>
From: <sip:fluffy@example.com>;tag=2fb0dcc9
Call-ID: 3d9485ad0c49859b@Zmx1ZmZ5LW1hYy0xNi5sb2NhbA..
CSeq: 1 MESSAGE
Content-Transfer-Encoding: binary
Content-Type: multipart/mixed;boundary=7a9cbec02ceef655
Date: Sat, 15 Oct 2005 04:44:56 GMT
User-Agent: SIPimp.org/0.2.5 (curses)
Content-Length: 150

)") + body);
    EXPECT_EQ(request.body(), body);
    const auto type = MediaType::parse(*request.first(HeaderId::content_type));
    EXPECT_TRUE(type->is("multipart", "mixed"));
    EXPECT_EQ(type->params.find("boundary"), "7a9cbec02ceef655");
}

constexpr std::string_view kResponseFields = R"(
Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923
Call-ID: unreason.1234ksdfak3j2erwedfsASdf
CSeq: 35 INVITE
From: sip:user@example.com;tag=11141343
To: sip:user@example.edu;tag=2229
Content-Length: 0

)";

TEST(Rfc4475Valid, UnusualReasonPhrase) {  // 3.1.1.12 unreason
    const auto response =
        parsed_whole(crlf("SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое" +
                          std::string(kResponseFields)));
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(response.reason(), "= 2**3 * 5**2 но сто девяносто девять - простое");
    EXPECT_EQ(response.method(), Method::invite);
}

TEST(Rfc4475Valid, EmptyReasonPhrase) {  // 3.1.1.13 noreason
    const auto response = parsed_whole(crlf("SIP/2.0 100 " + std::string(kResponseFields)));
    EXPECT_EQ(response.status(), 100);
    EXPECT_EQ(response.reason(), "");
}

}  // namespace
}  // namespace skyn3t::sip
