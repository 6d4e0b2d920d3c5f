#include "sip/sdp.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/text.hpp"

namespace skyn3t::sip {
namespace {

template <class Number>
std::optional<Number> number(std::string_view digits) {
    Number value{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

// The next word, without the blanks around it; empty at the end.
std::string_view take_word(std::string_view& rest, char separator = ' ') {
    while (!rest.empty() && rest.front() == separator) rest.remove_prefix(1);
    const auto word = rest.substr(0, rest.find(separator));
    rest.remove_prefix(word.size());
    return word;
}

tl::unexpected<Error> bad_line(std::string_view line) {
    return fail(Errc::parse_error, "bad SDP line " + quoted(line, 80));
}

// "IN IP4 203.0.113.1/127": the address without TTL and count.
std::optional<std::string> parse_address(std::string_view rest) {
    const auto network = take_word(rest);
    const auto type = take_word(rest);
    const auto address = take_word(rest);
    if (network != "IN" || (type != "IP4" && type != "IP6") || address.empty()) return std::nullopt;
    return std::string(address.substr(0, address.find('/')));
}

std::optional<Direction> direction_named(std::string_view name) {
    for (const auto direction :
         {Direction::sendrecv, Direction::sendonly, Direction::recvonly, Direction::inactive})
        if (name == name_of(direction)) return direction;
    return std::nullopt;
}

std::optional<std::chrono::milliseconds> parse_packet_time(std::string_view value) {
    value = trim(value);
    const auto milliseconds = number<unsigned>(value.substr(0, value.find('.')));
    if (!milliseconds || *milliseconds == 0 || *milliseconds > 1000) return std::nullopt;
    return std::chrono::milliseconds(*milliseconds);
}

// Of a line that should stand once, and stands several times, the first that can be used counts.
template <class Value>
void keep_first(std::optional<Value>& kept, std::optional<Value> read) {
    if (!kept) kept = std::move(read);
}

bool is_literal(std::string_view address) {
    const std::string text(address);
    std::uint8_t octets[16];
    return inet_pton(AF_INET, text.c_str(), octets) == 1 ||
           inet_pton(AF_INET6, text.c_str(), octets) == 1;
}

// Of several c= lines the first with an address: a name cannot be sent to (RFC 8866 section 5.7 has
// several for layered multicast only).
void keep_address(std::optional<std::string>& kept, std::string address) {
    if (!kept || (!is_literal(*kept) && is_literal(address))) kept = std::move(address);
}

// "97 PCMU/8000/1". A malformed one says nothing about any format, so it is ignored.
void add_rtpmap(std::string_view rest, SdpMedia& media) {
    const auto type = number<std::uint8_t>(take_word(rest));
    std::string_view encoding = take_word(rest);
    const auto name = take_word(encoding, '/');
    const auto rate = number<std::uint32_t>(take_word(encoding, '/'));
    const auto channels = number<unsigned>(take_word(encoding, '/'));
    if (!type || *type > 127 || name.empty() || !rate) return;
    if (media.rtpmaps.size() == SdpLimits::kFormats) return;
    media.rtpmaps.push_back({*type, std::string(name), *rate, channels.value_or(1)});
}

void add_fmtp(std::string_view rest, SdpMedia& media) {
    const auto format = take_word(rest);
    if (format.empty() || media.fmtps.size() == SdpLimits::kFormats) return;
    media.fmtps.push_back({std::string(format), std::string(trim(rest))});
}

void add_media_attribute(std::string_view name, std::string_view value, SdpMedia& media) {
    if (name == "rtpmap") {
        add_rtpmap(value, media);
    } else if (name == "fmtp") {
        add_fmtp(value, media);
    } else if (name == "ptime") {
        keep_first(media.ptime, parse_packet_time(value));
    } else if (name == "maxptime") {
        keep_first(media.maxptime, parse_packet_time(value));
    } else if (name == "rtcp-mux") {
        media.rtcp_mux = true;
    } else if (name == "rtcp") {
        const auto port = number<std::uint16_t>(take_word(value));
        if (!port || *port == 0 || media.rtcp_port) return;
        media.rtcp_port = *port;
        media.rtcp_address = parse_address(value);
    } else if (const auto direction = direction_named(name)) {
        media.direction = direction;
    }
}

class SdpParser {
  public:
    Result<SdpSession> run(std::string_view text) {
        if (text.size() > SdpLimits::kBytes) return fail(Errc::too_large, "SDP of over 64 KiB");
        bool is_first = true;
        while (!text.empty()) {
            const auto end = text.find('\n');
            std::string_view line = text.substr(0, end);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
            while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
                line.remove_suffix(1);
            if (line.empty()) continue;
            if (is_first && line != "v=0") return bad_line(line);
            is_first = false;
            if (const auto read = parse_line(line); !read) return tl::unexpected(read.error());
        }
        if (is_first) return fail(Errc::parse_error, "empty SDP");
        return std::move(session_);
    }

  private:
    [[nodiscard]] Result<void> parse_line(std::string_view line);
    [[nodiscard]] Result<void> parse_media(std::string_view line);
    void parse_origin(std::string_view rest);
    void parse_attribute(std::string_view attribute);

    SdpSession session_;
};

Result<void> SdpParser::parse_line(std::string_view line) {
    if (line.size() < 2 || line[1] != '=') return bad_line(line);
    const std::string_view value = line.substr(2);
    switch (line[0]) {
        case 'o':
            parse_origin(value);
            break;
        case 's':
            session_.name = value;
            break;
        case 'c': {
            auto address = parse_address(value);
            if (!address) return bad_line(line);
            keep_address(session_.media.empty() ? session_.address : session_.media.back().address,
                         *std::move(address));
            break;
        }
        case 'm':
            return parse_media(line);
        case 'a':
            parse_attribute(value);
            break;
        default:
            break;
    }
    return {};
}

// Kept only to tell a changed description from a repeated one, so nothing in it is worth refusing a
// call.
void SdpParser::parse_origin(std::string_view rest) {
    constexpr auto kLargest = std::numeric_limits<std::uint64_t>::max();
    auto& origin = session_.origin;
    origin.username = take_word(rest);
    origin.session_id = number<std::uint64_t>(take_word(rest)).value_or(kLargest);
    origin.version = number<std::uint64_t>(take_word(rest)).value_or(kLargest);
    if (auto address = parse_address(rest)) origin.address = *std::move(address);
}

// "audio 49170/2 RTP/AVP 0 8"
Result<void> SdpParser::parse_media(std::string_view line) {
    std::string_view rest = line.substr(2);
    SdpMedia media;
    media.type = take_word(rest);
    const auto ports = take_word(rest);
    media.protocol = take_word(rest);
    const auto port = number<std::uint16_t>(ports.substr(0, ports.find('/')));
    if (media.type.empty() || !port || media.protocol.empty()) return bad_line(line);
    media.port = *port;
    for (auto format = take_word(rest); !format.empty(); format = take_word(rest)) {
        if (media.formats.size() == SdpLimits::kFormats) return bad_line(line);
        media.formats.emplace_back(format);
    }
    if (media.formats.empty()) return bad_line(line);
    if (session_.media.size() == SdpLimits::kMedia)
        return fail(Errc::too_large, "SDP with too many media lines");
    session_.media.push_back(std::move(media));
    return {};
}

void SdpParser::parse_attribute(std::string_view attribute) {
    const auto colon = std::min(attribute.size(), attribute.find(':'));
    const auto name = trim(attribute.substr(0, colon));
    const auto value = attribute.substr(std::min(attribute.size(), colon + 1));
    if (!session_.media.empty()) {
        add_media_attribute(name, value, session_.media.back());
    } else if (const auto direction = direction_named(name)) {
        session_.direction = direction;
    }
}

std::string_view address_type(std::string_view address) {
    return address.find(':') == std::string_view::npos ? "IP4" : "IP6";
}

void append_media(const SdpMedia& media, std::string& out) {
    const auto to = std::back_inserter(out);
    fmt::format_to(to, "m={} {} {}", media.type, media.port, media.protocol);
    for (const auto& format : media.formats) fmt::format_to(to, " {}", format);
    out += "\r\n";
    if (media.address)
        fmt::format_to(to, "c=IN {} {}\r\n", address_type(*media.address), *media.address);
    for (const auto& map : media.rtpmaps) {
        fmt::format_to(to, "a=rtpmap:{} {}/{}", map.payload_type, map.encoding, map.clock_rate);
        if (map.channels != 1) fmt::format_to(to, "/{}", map.channels);
        out += "\r\n";
    }
    for (const auto& fmtp : media.fmtps)
        fmt::format_to(to, "a=fmtp:{} {}\r\n", fmtp.format, fmtp.parameters);
    if (media.ptime) fmt::format_to(to, "a=ptime:{}\r\n", media.ptime->count());
    if (media.maxptime) fmt::format_to(to, "a=maxptime:{}\r\n", media.maxptime->count());
    if (media.rtcp_port) {
        fmt::format_to(to, "a=rtcp:{}", *media.rtcp_port);
        if (media.rtcp_address)
            fmt::format_to(to, " IN {} {}", address_type(*media.rtcp_address), *media.rtcp_address);
        out += "\r\n";
    }
    if (media.rtcp_mux) out += "a=rtcp-mux\r\n";
    if (media.direction) fmt::format_to(to, "a={}\r\n", name_of(*media.direction));
}

}  // namespace

std::string_view name_of(Direction direction) {
    constexpr std::string_view kNames[] = {"sendrecv", "sendonly", "recvonly", "inactive"};
    return kNames[static_cast<std::size_t>(direction)];
}

Direction reversed(Direction direction) {
    if (direction == Direction::sendonly) return Direction::recvonly;
    if (direction == Direction::recvonly) return Direction::sendonly;
    return direction;
}

const SdpRtpmap* SdpMedia::rtpmap(std::uint8_t payload_type) const {
    const auto found =
        std::find_if(rtpmaps.begin(), rtpmaps.end(),
                     [payload_type](const auto& map) { return map.payload_type == payload_type; });
    return found == rtpmaps.end() ? nullptr : &*found;
}

std::string_view SdpMedia::fmtp(std::string_view format) const {
    for (const auto& entry : fmtps)
        if (entry.format == format) return entry.parameters;
    return {};
}

std::string_view SdpSession::address_of(const SdpMedia& line) const {
    if (line.address) return *line.address;
    return address ? std::string_view(*address) : std::string_view{};
}

Direction SdpSession::direction_of(const SdpMedia& line) const {
    return line.direction.value_or(direction.value_or(Direction::sendrecv));
}

Result<SdpSession> parse_sdp(std::string_view text) { return SdpParser().run(text); }

std::string to_string(const SdpSession& session) {
    std::string out;
    out.reserve(512);
    const auto to = std::back_inserter(out);
    const auto& origin = session.origin;
    fmt::format_to(to, "v=0\r\no={} {} {} IN {} {}\r\ns={}\r\n", origin.username, origin.session_id,
                   origin.version, address_type(origin.address), origin.address, session.name);
    if (session.address)
        fmt::format_to(to, "c=IN {} {}\r\n", address_type(*session.address), *session.address);
    out += "t=0 0\r\n";
    if (session.direction) fmt::format_to(to, "a={}\r\n", name_of(*session.direction));
    for (const auto& media : session.media) append_media(media, out);
    return out;
}

}  // namespace skyn3t::sip
