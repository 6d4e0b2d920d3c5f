#include "sip/offer_answer.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace skyn3t::sip {
namespace {

using std::chrono::milliseconds;

constexpr std::uint8_t kTelephoneEvent = 101;
constexpr std::string_view kEvents = "0-15";  // RFC 4733: the digits

struct CodecEntry {
    std::string_view name;
    std::uint8_t payload_type;  // static, RFC 3551
};
// In the order of Codec. G.722 has a clock of 8000 although it samples at 16000 (RFC 3551 §4.5.2).
constexpr CodecEntry kCodecs[] = {{"PCMU", 0}, {"PCMA", 8}, {"G722", 9}};
constexpr Codec kAllCodecs[] = {Codec::pcmu, Codec::pcma, Codec::g722};

const CodecEntry& entry(Codec codec) { return kCodecs[static_cast<std::size_t>(codec)]; }

std::optional<std::uint8_t> payload_type_of(std::string_view format) {
    std::uint8_t type = 0;
    const auto [end, error] = std::from_chars(format.data(), format.data() + format.size(), type);
    if (error != std::errc{} || end != format.data() + format.size() || type > 127)
        return std::nullopt;
    return type;
}

// Whether one of this payload type's rtpmap lines says so: some gateways write several, of clocks
// that they could use.
template <class Fits>
bool any_map(const SdpMedia& media, std::uint8_t type, Fits fits) {
    return std::ranges::any_of(
        media.rtpmaps, [&](const SdpRtpmap& map) { return map.payload_type == type && fits(map); });
}

// An rtpmap outweighs the static table (RFC 8866 §6.6). Some phones say G722/16000, against RFC
// 3551.
bool means(const SdpMedia& media, std::uint8_t type, Codec codec) {
    if (media.rtpmap(type) == nullptr) return type == entry(codec).payload_type;
    return any_map(media, type, [codec](const SdpRtpmap& map) {
        const bool clock_fits =
            map.clock_rate == 8000 || (codec == Codec::g722 && map.clock_rate == 16000);
        return iequals(map.encoding, entry(codec).name) && clock_fits && map.channels == 1;
    });
}

std::optional<std::uint8_t> find_codec(const SdpMedia& media, Codec codec) {
    for (const auto& format : media.formats)
        if (const auto type = payload_type_of(format); type && means(media, *type, codec))
            return type;
    return std::nullopt;
}

// The one with our clock: every codec of ours runs at 8000, and an event's clock is its stream's.
std::optional<std::uint8_t> find_telephone_event(const SdpMedia& media) {
    for (const auto& format : media.formats) {
        const auto type = payload_type_of(format);
        if (type && any_map(media, *type, [](const SdpRtpmap& map) {
                return iequals(map.encoding, "telephone-event") && map.clock_rate == 8000;
            }))
            return type;
    }
    return std::nullopt;
}

bool is_address(std::string_view text) {
    const std::string address(text);
    std::uint8_t octets[16];
    return inet_pton(AF_INET, address.c_str(), octets) == 1 ||
           inet_pton(AF_INET6, address.c_str(), octets) == 1;
}

bool is_ipv6(std::string_view address) { return address.find(':') != std::string_view::npos; }

// c=0.0.0.0, the hold of RFC 2543 (RFC 3264 §8.4).
bool is_unspecified(std::string_view address) { return address == "0.0.0.0" || address == "::"; }

bool sends(Direction direction) {
    return direction == Direction::sendrecv || direction == Direction::sendonly;
}
bool receives(Direction direction) {
    return direction == Direction::sendrecv || direction == Direction::recvonly;
}
Direction direction_from(bool send, bool receive) {
    if (send) return receive ? Direction::sendrecv : Direction::sendonly;
    return receive ? Direction::recvonly : Direction::inactive;
}
Direction common(Direction a, Direction b) {
    return direction_from(sends(a) && sends(b), receives(a) && receives(b));
}

// What the peer wants to receive, as near as we can send it: 10, 20 or 40 ms, within its maxptime.
// Not 30: ptime is a wish (RFC 8866 §6.4), and our tick of 20 ms would space 30 unevenly.
milliseconds packet_time(const SdpMedia& remote, milliseconds ours) {
    milliseconds result = remote.ptime.value_or(ours);
    if (remote.maxptime) result = std::min(result, *remote.maxptime);
    for (const milliseconds sent : {milliseconds(40), milliseconds(20)})
        if (result >= sent) return sent;
    return milliseconds(10);
}

// Where to send and what the peer wants of it: the part that offer and answer share.
Negotiated remote_side(const SdpSession& session, const SdpMedia& media) {
    Negotiated result;
    const std::string_view address = session.address_of(media);
    const bool held_by_address = is_unspecified(address);
    const Direction theirs = session.direction_of(media);
    result.direction = direction_from(receives(theirs) && !held_by_address, sends(theirs));
    result.on_hold = !sends(result.direction);
    if (!held_by_address) result.remote_address = address;
    result.remote_port = media.port;
    const std::string_view rtcp = media.rtcp_address ? std::string_view(*media.rtcp_address)
                                                     : std::string_view(result.remote_address);
    result.remote_rtcp_address = is_address(rtcp) ? rtcp : std::string_view(result.remote_address);
    result.remote_rtcp_port = media.rtcp_port.value_or(static_cast<std::uint16_t>(media.port + 1));
    return result;
}

void use_rtcp_mux(Negotiated& media) {
    media.rtcp_mux = true;
    media.remote_rtcp_address = media.remote_address;
    media.remote_rtcp_port = media.remote_port;
}

bool can_reach(std::string_view remote, const LocalMedia& local) {
    return is_address(remote) && is_ipv6(remote) == is_ipv6(local.address);
}

// RTP/AVPF is answered as AVPF: we send no feedback, which the profile allows (RFC 4585 §3.1).
// Encrypted profiles are not ours.
bool is_plain_rtp(const SdpMedia& media) {
    return media.protocol == "RTP/AVP" || media.protocol == "RTP/AVPF";
}

std::optional<Codec> preferred_codec(const SdpMedia& media, const LocalMedia& local) {
    for (const auto codec : local.codecs)
        if (find_codec(media, codec)) return codec;
    return std::nullopt;
}

bool is_usable(const SdpSession& session, const SdpMedia& media, const LocalMedia& local) {
    return media.type == "audio" && media.port != 0 && is_plain_rtp(media) &&
           can_reach(session.address_of(media), local) && preferred_codec(media, local);
}

void add_format(SdpMedia& media, std::uint8_t type, std::string_view encoding) {
    media.formats.push_back(fmt::format("{}", type));
    media.rtpmaps.push_back({type, std::string(encoding), 8000, 1});
}

void add_telephone_event(SdpMedia& media, std::uint8_t type) {
    add_format(media, type, "telephone-event");
    media.fmtps.push_back({fmt::format("{}", type), std::string(kEvents)});
}

// RFC 3264 §6: port zero, and at least one of the formats.
SdpMedia refused(const SdpMedia& offered) {
    SdpMedia media;
    media.type = offered.type;
    media.protocol = offered.protocol;
    media.formats = offered.formats;
    return media;
}

SdpSession description(const LocalMedia& local) {
    SdpSession session;
    session.origin.session_id = local.session_id;
    session.origin.version = 1;
    session.origin.address = local.address;
    session.address = local.address;
    return session;
}

// RFC 3264 §8: the same o= but for its version, which grows by one when anything else changed.
void continue_from(const SdpSession* previous, SdpSession& session) {
    if (previous == nullptr) return;
    session.origin = previous->origin;
    if (to_string(session) != to_string(*previous)) ++session.origin.version;
}

const SdpMedia* active_audio(const SdpSession& session) {
    for (const auto& media : session.media)
        if (media.type == "audio" && media.port != 0) return &media;
    return nullptr;
}

std::string format_name(const SdpMedia& media, const std::string& format) {
    const auto type = payload_type_of(format);
    if (const auto* map = type ? media.rtpmap(*type) : nullptr)
        return fmt::format("{}/{}", map->encoding, map->clock_rate);
    constexpr std::pair<std::string_view, std::string_view> kStatic[] = {
        {"0", "PCMU"}, {"3", "GSM"}, {"4", "G723"},  {"8", "PCMA"},
        {"9", "G722"}, {"13", "CN"}, {"15", "G728"}, {"18", "G729"}};
    for (const auto& [number, name] : kStatic)
        if (number == format) return std::string(name);
    return format;
}

// "offered "audio RTP/AVP G729, telephone-event/8000", allowed PCMU, PCMA, G722"
std::string why_not(const SdpSession& offer, const LocalMedia& local) {
    std::string offered;
    for (const auto& media : offer.media) {
        if (!offered.empty()) offered += "; ";
        offered += media.type + ' ' + media.protocol;
        if (media.port == 0) offered += " port 0";
        if (!can_reach(offer.address_of(media), local))
            offered += fmt::format(" at \"{}\"", offer.address_of(media));
        for (std::size_t i = 0; i < media.formats.size(); ++i)
            offered += (i == 0 ? " " : ", ") + format_name(media, media.formats[i]);
    }
    std::string allowed;
    for (const auto codec : local.codecs) {
        if (!allowed.empty()) allowed += ", ";
        allowed += name_of(codec);
    }
    return fmt::format("offered {}, allowed audio RTP/AVP {} over {}", quoted(offered, 500),
                       allowed, is_ipv6(local.address) ? "IPv6" : "IPv4");
}

SdpMedia answer_line(const SdpMedia& offered, const LocalMedia& local, Negotiated& media) {
    media.codec = *preferred_codec(offered, local);
    media.send_payload_type = media.receive_payload_type = *find_codec(offered, media.codec);
    media.receivable = {{media.receive_payload_type, media.codec}};
    media.ptime = packet_time(offered, local.ptime);
    media.maxptime = offered.maxptime;
    if (offered.rtcp_mux && local.rtcp_mux) use_rtcp_mux(media);

    SdpMedia line;
    line.type = offered.type;
    line.port = local.port;
    line.protocol = offered.protocol;
    add_format(line, media.send_payload_type, entry(media.codec).name);
    if (const auto event = find_telephone_event(offered); event && local.telephone_event) {
        media.send_telephone_event = media.receive_telephone_event = event;
        add_telephone_event(line, *event);
    }
    line.ptime = media.ptime;
    line.rtcp_mux = media.rtcp_mux;
    return line;
}

}  // namespace

std::string_view name_of(Codec codec) { return entry(codec).name; }

SdpSession make_offer(const LocalMedia& local, const SdpSession* previous) {
    SdpSession offer = description(local);
    SdpMedia line;
    line.type = "audio";
    line.port = local.port;
    line.protocol = "RTP/AVP";
    for (const auto codec : local.codecs)
        add_format(line, entry(codec).payload_type, entry(codec).name);
    const SdpMedia* active = previous == nullptr ? nullptr : active_audio(*previous);
    if (local.telephone_event) {
        // RFC 3264 §8.3.2: a payload type keeps its meaning as long as the session lasts.
        const auto kept = active == nullptr ? std::nullopt : find_telephone_event(*active);
        add_telephone_event(line, kept.value_or(kTelephoneEvent));
    }
    line.ptime = local.ptime;
    line.direction = local.direction;
    if (active != nullptr) line.protocol = active->protocol;
    if (previous == nullptr) {
        offer.media.push_back(std::move(line));
        return offer;
    }
    for (const auto& media : previous->media)
        offer.media.push_back(&media == active ? line : refused(media));
    if (active == nullptr) offer.media.push_back(std::move(line));
    continue_from(previous, offer);
    return offer;
}

Result<Answer> make_answer(const SdpSession& offer, const LocalMedia& local,
                           const SdpSession* previous) {
    Answer answer;
    answer.sdp = description(local);
    bool is_answered = false;
    for (const auto& offered : offer.media) {
        if (is_answered || !is_usable(offer, offered, local)) {
            answer.sdp.media.push_back(refused(offered));
            continue;
        }
        is_answered = true;
        answer.media = remote_side(offer, offered);
        SdpMedia line = answer_line(offered, local, answer.media);
        // The attribute answers the attribute: a peer that holds by 0.0.0.0 may not know the
        // others.
        line.direction = common(local.direction, reversed(offer.direction_of(offered)));
        answer.media.direction = common(local.direction, answer.media.direction);
        answer.sdp.media.push_back(std::move(line));
    }
    if (!is_answered) return fail(Errc::not_acceptable, why_not(offer, local));
    continue_from(previous, answer.sdp);
    return answer;
}

Result<Negotiated> apply_answer(const SdpSession& our_offer, const SdpSession& answer) {
    const SdpMedia* ours = active_audio(our_offer);
    if (ours == nullptr) return fail(Errc::not_acceptable, "we offered no audio");
    const auto index = static_cast<std::size_t>(ours - our_offer.media.data());
    if (index >= answer.media.size())
        return fail(Errc::not_acceptable, "the answer has fewer media lines than the offer");
    const SdpMedia& theirs = answer.media[index];
    if (theirs.port == 0) return fail(Errc::not_acceptable, "the answer refuses the audio");
    if (theirs.type != ours->type || theirs.protocol != ours->protocol)
        return fail(Errc::not_acceptable,
                    "the answer is " + quoted(theirs.type + ' ' + theirs.protocol, 80));
    const auto address = answer.address_of(theirs);
    if (!is_address(address) || is_ipv6(address) != is_ipv6(our_offer.address_of(*ours)))
        return fail(Errc::not_acceptable, "the answer's address is " + quoted(address, 80));

    Negotiated media = remote_side(answer, theirs);
    media.direction = common(our_offer.direction_of(*ours), media.direction);
    bool has_codec = false;
    for (const auto& format : theirs.formats) {
        const auto type = payload_type_of(format);
        for (const auto codec : kAllCodecs) {
            const auto offered = find_codec(*ours, codec);
            if (!type || !offered || !means(theirs, *type, codec)) continue;
            // Its first codec is the one that it prefers to receive (RFC 3264 §6.1).
            if (!has_codec) {
                media.codec = codec;
                media.send_payload_type = *type;
                media.receive_payload_type = *offered;
                has_codec = true;
            }
            media.receivable.push_back({*offered, codec});
        }
    }
    if (!has_codec) return fail(Errc::not_acceptable, "the answer has no codec that we offered");
    media.receive_telephone_event = find_telephone_event(*ours);
    media.send_telephone_event = find_telephone_event(theirs);
    if (!media.receive_telephone_event || !media.send_telephone_event)
        media.receive_telephone_event = media.send_telephone_event = std::nullopt;
    media.ptime = packet_time(theirs, ours->ptime.value_or(milliseconds(20)));
    media.maxptime = theirs.maxptime;
    if (ours->rtcp_mux && theirs.rtcp_mux) use_rtcp_mux(media);
    return media;
}

}  // namespace skyn3t::sip
